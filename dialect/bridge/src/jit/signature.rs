//! What a function takes and gives, as compiled code sees it.

use crate::{bit_width, complex_element};
use inkwell::{targets::TargetData, types::BasicTypeEnum, values::FunctionValue};
use melior::ir::{
    Type, TypeLike,
    r#type::{DimSize, FunctionType, RankedTensorType, ShapedTypeLike},
};
use std::fmt::{self, Display, Formatter};

/// The type of an argument or result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AbiType {
    /// An integer, index or float of that many bytes.
    Scalar {
        /// The bytes of the value.
        size: usize,
    },
    /// A memref with the identity layout.
    MemRef {
        /// The size of each dimension; `None` for a dynamic one.
        shape: Vec<Option<usize>>,
        /// The bytes of an element.
        element_size: usize,
    },
}

/// The types of a function's arguments and results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The arguments.
    pub inputs: Vec<AbiType>,
    /// The results that are returned.
    pub results: Vec<AbiType>,
    /// The numbers of the arguments that the code writes to.
    pub written: Vec<usize>,
}

impl AbiType {
    /// The type that a ranked tensor, integer, index or float becomes; `None`
    /// for other types. The elements of a tensor may be complex; its encoding is
    /// not looked at.
    pub fn of(r#type: Type<'_>) -> Option<Self> {
        let Ok(tensor) = RankedTensorType::try_from(r#type) else {
            return Some(Self::Scalar {
                size: byte_width(r#type)?,
            });
        };
        Some(Self::MemRef {
            shape: (0..tensor.rank())
                .map(|index| tensor.dim_size(index).ok().map(static_size))
                .collect::<Option<_>>()?,
            element_size: element_width(tensor.element())?,
        })
    }

    /// The bytes of the value, or of the memref's descriptor.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Scalar { size } => *size,
            // Two pointers and the offset, the sizes and the strides.
            Self::MemRef { shape, .. } => 8 * (3 + 2 * shape.len()),
        }
    }

    /// Whether a type of LLVM's is what this one becomes.
    fn is(&self, r#type: BasicTypeEnum<'_>, data: &TargetData) -> bool {
        let is_kind = match self {
            Self::Scalar { .. } => r#type.is_int_type() || r#type.is_float_type(),
            Self::MemRef { .. } => r#type.is_struct_type(),
        };
        is_kind && data.get_store_size(&r#type) == self.size() as u64
    }
}

impl Display for AbiType {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar { size } => write!(formatter, "a scalar of {size} bytes"),
            Self::MemRef {
                shape,
                element_size,
            } => {
                let sizes: Vec<String> = shape
                    .iter()
                    .map(|size| size.map_or("?".to_owned(), |size| size.to_string()))
                    .collect();
                write!(
                    formatter,
                    "a tensor of sizes [{}] of {element_size} bytes each",
                    sizes.join(", ")
                )
            }
        }
    }
}

/// A size that is known when the code is made.
pub(crate) fn static_size(size: DimSize) -> Option<usize> {
    match size {
        DimSize::Static(size) => usize::try_from(size).ok(),
        DimSize::Dynamic => None,
    }
}

/// The bytes of a tensor's element, which may be complex.
fn element_width(r#type: Type<'_>) -> Option<usize> {
    match complex_element(r#type) {
        Some(part) => Some(2 * byte_width(part)?),
        None => byte_width(r#type),
    }
}

/// The bytes of a scalar. How C passes a complex one, its size does not say.
fn byte_width(r#type: Type<'_>) -> Option<usize> {
    if complex_element(r#type).is_some() {
        return None;
    }
    if r#type.is_index() {
        return Some(8);
    }
    match bit_width(r#type)? {
        // A bit lies in a byte of its own.
        1 => Some(1),
        bits @ (8 | 16 | 32 | 64) => Some(bits as usize / 8),
        _ => None,
    }
}

impl Signature {
    /// The signature of a function on ranked tensors, integers, indices and
    /// floats.
    ///
    /// # Errors
    ///
    /// The first type that is none of these.
    pub fn of<'c>(function: FunctionType<'c>) -> Result<Self, Type<'c>> {
        let all = |count: usize, get: &dyn Fn(usize) -> Option<Type<'c>>| {
            (0..count)
                .filter_map(get)
                .map(|r#type| AbiType::of(r#type).ok_or(r#type))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            inputs: all(function.input_count(), &|index| function.input(index).ok())?,
            results: all(function.result_count(), &|index| {
                function.result(index).ok()
            })?,
            written: Vec::new(),
        })
    }

    /// The signature of a function that writes some of these results to arguments instead of
    /// returning them, each a pair of the numbers of an argument and a result.
    #[must_use]
    pub fn writing(mut self, aliases: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let (arguments, results): (Vec<usize>, Vec<usize>) = aliases.into_iter().unzip();
        let mut index = 0..;
        self.results
            .retain(|_| index.next().is_some_and(|index| !results.contains(&index)));
        self.written.extend(arguments);
        self
    }

    /// Where each result lies in what the function's C interface writes, and
    /// how many bytes that has; `None` when the compiled function has another
    /// signature.
    pub(super) fn layout(
        &self,
        function: FunctionValue<'_>,
        data: &TargetData,
    ) -> Option<(Vec<usize>, usize)> {
        self.check_parameters(function)?;
        let Some(returned) = function.get_type().get_return_type() else {
            return self.results.is_empty().then(|| (Vec::new(), 0));
        };
        let size = data.get_abi_size(&returned) as usize;
        if let [only] = self.results.as_slice() {
            return only.is(returned, data).then(|| (vec![0], size));
        }
        let BasicTypeEnum::StructType(fields) = returned else {
            return None;
        };
        if fields.count_fields() as usize != self.results.len() {
            return None;
        }
        let offsets = self
            .results
            .iter()
            .zip(0..)
            .map(|(result, index)| {
                let field = fields.get_field_type_at_index(index)?;
                let offset = data.offset_of_element(&fields, index)?;
                result.is(field, data).then_some(offset as usize)
            })
            .collect::<Option<_>>()?;
        Some((offsets, size))
    }

    /// A memref's descriptor is passed as its fields, one by one.
    fn check_parameters(&self, function: FunctionValue<'_>) -> Option<()> {
        let mut given = function.get_type().get_param_types().into_iter();
        for input in &self.inputs {
            match input {
                AbiType::Scalar { .. } => {
                    let r#type = given.next()?;
                    let is_scalar = r#type.is_int_type() || r#type.is_float_type();
                    is_scalar.then_some(())?;
                }
                AbiType::MemRef { shape, .. } => {
                    for _ in 0..2 {
                        given.next()?.is_pointer_type().then_some(())?;
                    }
                    for _ in 0..1 + 2 * shape.len() {
                        given.next()?.is_int_type().then_some(())?;
                    }
                }
            }
        }
        given.next().is_none().then_some(())
    }
}
