//! One way to look at an op before and after it exists.

use crate::{Diagnostic, ffi};
use melior::{
    ContextRef,
    ir::{
        Attribute, AttributeLike, Location, Value,
        operation::{OperationLike, OperationRef},
    },
};

/// How many values an operand of the .td file stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// One value.
    Single,
    /// None or one.
    Optional,
    /// Any number.
    Variadic,
}

/// The attribute in which ODS keeps the sizes of several optional operands.
const SEGMENTS: &str = "operandSegmentSizes";

/// The operands and inherent attributes of an op, which need not exist yet:
/// while result types are inferred there are only its parts.
#[derive(Clone, Debug)]
pub struct View<'a> {
    context: ContextRef<'a>,
    location: Location<'a>,
    operation: Option<OperationRef<'a, 'a>>,
    operands: Vec<Value<'a, 'a>>,
    attributes: Attributes<'a>,
    // What takes the place of some of the attributes.
    changes: Vec<(&'static str, Option<Attribute<'a>>)>,
    // Start and length of each operand of the .td file.
    segments: Vec<(usize, usize)>,
}

/// Where a view finds its attributes.
#[derive(Clone, Copy, Debug)]
enum Attributes<'a> {
    Of(OperationRef<'a, 'a>),
    In(Option<Attribute<'a>>),
}

impl<'a> View<'a> {
    /// Looks at an op.
    ///
    /// # Errors
    ///
    /// When the number of operands is not what the .td file says.
    pub fn of_operation(
        operation: OperationRef<'a, 'a>,
        kinds: &[OperandKind],
    ) -> Result<Self, Diagnostic<'a>> {
        let context = operation.context();
        let mut view = Self {
            context,
            location: operation.location(),
            operation: Some(operation),
            operands: operation.operands().collect(),
            attributes: Attributes::Of(operation),
            changes: Vec::new(),
            segments: Vec::new(),
        };
        view.segments = view.compute_segments(kinds)?;
        Ok(view)
    }

    /// Looks at the parts of an op that does not exist yet.
    ///
    /// # Safety
    ///
    /// The parts are valid and outlive `'a`.
    pub(crate) unsafe fn of_parts(
        parts: &'a ffi::OpParts,
        kinds: &[OperandKind],
    ) -> Result<Self, Diagnostic<'a>> {
        let operands = if parts.operand_count == 0 {
            Vec::new()
        } else {
            // SAFETY: the caller's array has that many values.
            unsafe { std::slice::from_raw_parts(parts.operands, parts.operand_count as usize) }
                .iter()
                // SAFETY: each value is alive for 'a.
                .map(|&raw| unsafe { Value::from_raw(raw) })
                .collect()
        };
        // SAFETY: promised by the caller; a null dictionary becomes `None`.
        let mut view = unsafe {
            Self {
                context: ContextRef::from_raw(parts.context),
                location: Location::from_raw(parts.location),
                operation: None,
                operands,
                attributes: Attributes::In(Attribute::from_option_raw(parts.attributes)),
                changes: Vec::new(),
                segments: Vec::new(),
            }
        };
        view.segments = view.compute_segments(kinds)?;
        Ok(view)
    }

    /// What the op would be with other operands, given per operand of the .td
    /// file: its attributes are the same, and it has no results yet.
    pub fn with_operands(&self, operands: &[Vec<Value<'a, 'a>>]) -> Self {
        let mut start = 0;
        Self {
            operation: None,
            operands: operands.concat(),
            segments: operands
                .iter()
                .map(|values| {
                    start += values.len();
                    (start - values.len(), values.len())
                })
                .collect(),
            ..self.clone()
        }
    }

    /// What the op would be with some attributes changed, or absent.
    pub fn with_attributes(&self, changes: &[(&'static str, Option<Attribute<'a>>)]) -> Self {
        let mut view = self.clone();
        view.changes.splice(0..0, changes.iter().copied());
        view
    }

    fn compute_segments(
        &self,
        kinds: &[OperandKind],
    ) -> Result<Vec<(usize, usize)>, Diagnostic<'a>> {
        let single = kinds
            .iter()
            .filter(|&&kind| kind == OperandKind::Single)
            .count();
        let several = kinds.len() - single;
        let lengths: Vec<usize> = if several > 1 {
            self.segment_sizes(kinds.len()).ok_or_else(|| {
                Diagnostic::new(format!("expected {SEGMENTS} for {} operands", kinds.len()))
            })?
        } else {
            let rest = self.operands.len().checked_sub(single).ok_or_else(|| {
                let at_least = if several == 0 { "" } else { "at least " };
                Diagnostic::expected(format!("{at_least}{single} operands"), self.operands.len())
            })?;
            kinds
                .iter()
                .map(|kind| {
                    if *kind == OperandKind::Single {
                        1
                    } else {
                        rest
                    }
                })
                .collect()
        };
        let mut start = 0;
        let mut segments = Vec::with_capacity(kinds.len());
        for (index, (&kind, length)) in kinds.iter().zip(lengths).enumerate() {
            let expected = match kind {
                OperandKind::Single if length != 1 => "one value",
                OperandKind::Optional if length > 1 => "at most one value",
                _ => "",
            };
            if !expected.is_empty() {
                return Err(Diagnostic::expected(
                    format!("{expected} for operand #{index}"),
                    length,
                ));
            }
            segments.push((start, length));
            start += length;
        }
        if start != self.operands.len() {
            return Err(Diagnostic::expected(
                format!("{start} operands"),
                self.operands.len(),
            ));
        }
        Ok(segments)
    }

    fn segment_sizes(&self, count: usize) -> Option<Vec<usize>> {
        let sizes =
            melior::ir::attribute::DenseI32ArrayAttribute::try_from(self.attribute(SEGMENTS)?)
                .ok()?;
        (sizes.len() == count)
            .then(|| {
                (0..count)
                    .map(|index| usize::try_from(sizes.element(index).ok()?).ok())
                    .collect()
            })
            .flatten()
    }

    /// The context.
    pub fn context(&self) -> ContextRef<'a> {
        self.context
    }

    /// Where the op is, or will be.
    pub fn location(&self) -> Location<'a> {
        self.location
    }

    /// The op, once it exists.
    pub fn operation(&self) -> Option<OperationRef<'a, 'a>> {
        self.operation
    }

    /// All operands in order.
    pub fn operands(&self) -> &[Value<'a, 'a>] {
        &self.operands
    }

    /// The values of the operand with that number in the .td file.
    pub fn segment(&self, index: usize) -> &[Value<'a, 'a>] {
        let (start, length) = self.segments[index];
        &self.operands[start..start + length]
    }

    /// An inherent attribute.
    pub fn attribute(&self, name: &str) -> Option<Attribute<'a>> {
        if let Some((_, value)) = self.changes.iter().find(|(changed, _)| *changed == name) {
            return *value;
        }
        let dictionary = match self.attributes {
            Attributes::Of(operation) => return operation.attribute(name).ok(),
            Attributes::In(dictionary) => dictionary?,
        };
        // SAFETY: the dictionary is valid; for a name it does not hold, or for
        // another kind of attribute, the answer is null, which is `None`.
        unsafe {
            if !mlir_sys::mlirAttributeIsADictionary(dictionary.to_raw()) {
                return None;
            }
            Attribute::from_option_raw(mlir_sys::mlirDictionaryAttrGetElementByName(
                dictionary.to_raw(),
                ffi::string_ref(name),
            ))
        }
    }

    /// The result with that number, once the op exists.
    pub fn result(&self, index: usize) -> Option<Value<'a, 'a>> {
        let operation = self.operation?;
        // melior prints an op to say that it lacks a result, which verifies it
        // and so may come back here.
        (index < operation.result_count())
            .then(|| operation.result(index).ok())
            .flatten()
            .map(Value::from)
    }
}
