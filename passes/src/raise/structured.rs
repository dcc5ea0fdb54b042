//! Ops of linalg, named or generic, by their maps and their body.

use super::expression::{Read, Reduction};
use fidelity_dialect::TensorType;
use melior::ir::{
    AffineMap, Attribute, BlockLike, Value, ValueLike,
    attribute::{ArrayAttribute, IntegerAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    block_argument, defining_op, indexing_maps_of, name_of, operations_within, result_number,
};

/// An op of linalg on tensors, and one of its results.
pub struct Structured<'a> {
    /// The op.
    pub operation: OperationRef<'a, 'a>,
    /// The number of its loops.
    pub loops: usize,
    /// The number of the result.
    pub result: usize,
    maps: Vec<AffineMap<'a>>,
    inputs: usize,
    body: Vec<OperationRef<'a, 'a>>,
}

impl<'a> Structured<'a> {
    /// Looks at an op, with its first result.
    pub fn new(operation: OperationRef<'a, 'a>) -> Option<Self> {
        if !name_of(operation).starts_with("linalg.") || operation.result_count() == 0 {
            return None;
        }
        let maps = indexing_maps_of(operation)?;
        let mut body = operations_within(operation);
        body.retain(|&nested| nested != operation);
        Some(Self {
            operation,
            loops: maps.first()?.dim_count(),
            result: 0,
            // On tensors each output has a result.
            inputs: operation
                .operand_count()
                .checked_sub(operation.result_count())?,
            maps,
            body,
        })
    }

    /// The op that makes a tensor.
    pub fn making(value: Value<'a, 'a>) -> Option<Self> {
        let mut structured = Self::new(defining_op(value)?)?;
        structured.result = result_number(value)?;
        Some(structured)
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of the input that an argument of the body is an element of.
    pub fn input(&self, value: Value<'a, 'a>) -> Option<usize> {
        self.argument(value).filter(|&number| number < self.inputs)
    }

    /// The number of the operand that an argument of the body is an element of.
    pub fn argument(&self, value: Value<'a, 'a>) -> Option<usize> {
        let (block, number) = block_argument(value)?;
        (block.parent_operation() == Some(self.operation)).then_some(number)
    }

    /// The loops that index the dimensions of an operand, `None` for a constant
    /// 0; only of an operand that is indexed by nothing else.
    pub fn map(&self, operand: usize) -> Option<Vec<Option<usize>>> {
        let map = self.maps.get(operand)?;
        (0..map.result_count())
            .map(|at| {
                let expression = map.result(at).ok()?;
                if expression.is_dim() {
                    return Some(Some(expression.dim_position()));
                }
                (expression.is_constant() && expression.constant_value() == 0).then_some(None)
            })
            .collect()
    }

    /// The map of an operand, whatever it is.
    pub fn affine_map(&self, operand: usize) -> Option<&AffineMap<'a>> {
        self.maps.get(operand)
    }

    /// The root's loops that index an operand, for the root's loop that each of
    /// the op's own is.
    pub fn indices(&self, operand: usize, loops: &[Option<usize>]) -> Option<Vec<Option<usize>>> {
        let map = self.map(operand)?;
        Some(map.into_iter().map(|own| loops[own?]).collect())
    }

    /// For each loop of the op the root's loop that it is where those index a
    /// result, and the loops that no dimension of the result has.
    pub fn loops_of(
        &self,
        result: usize,
        indices: &[Option<usize>],
    ) -> Option<(Vec<Option<usize>>, Vec<usize>)> {
        let map = self.map(self.inputs + result)?;
        let mut loops = vec![None; self.loops];
        let mut reduced: Vec<usize> = (0..self.loops).collect();
        for (own, &index) in map.into_iter().zip(indices) {
            let Some(own) = own else { continue };
            if !reduced.contains(&own) {
                return None;
            }
            reduced.retain(|&other| other != own);
            loops[own] = index;
        }
        Some((loops, reduced))
    }

    /// Whether the op has no reduction and its loops index the result in order.
    pub fn is_elementwise(&self) -> bool {
        let identity: Vec<Option<usize>> = (0..self.loops).map(Some).collect();
        (self.inputs..self.maps.len()).all(|output| self.map(output).as_ref() == Some(&identity))
    }

    /// What the body yields for a result.
    pub fn yielded(&self, result: usize) -> Option<Value<'a, 'a>> {
        let is_yield = |operation: &&_| name_of(**operation) == "linalg.yield";
        self.body.iter().find(is_yield)?.operand(result).ok()
    }

    /// The output that a result starts from.
    pub fn init(&self, result: usize) -> Option<Read<'a>> {
        let value = self.operation.operand(self.inputs + result).ok()?;
        let rank = TensorType::new(value.r#type())?.rank();
        let loops = (0..rank).map(Some).collect();
        Some(Read { value, loops })
    }

    /// How a yielded value joins a term to what came before, and the term.
    pub fn reduction(
        &self,
        result: usize,
        yielded: Value<'a, 'a>,
    ) -> Option<(Reduction, Value<'a, 'a>)> {
        let operation = defining_op(yielded)?;
        let how = match name_of(operation) {
            "arith.addf" | "arith.addi" => Reduction::Sum,
            "arith.maximumf" => Reduction::Maximum,
            _ => return None,
        };
        let is_sum_so_far =
            |value: Value<'a, 'a>| self.argument(value) == Some(self.inputs + result);
        let [lhs, rhs] = [operation.operand(0).ok()?, operation.operand(1).ok()?];
        match (is_sum_so_far(lhs), is_sum_so_far(rhs)) {
            (true, false) => Some((how, rhs)),
            (false, true) => Some((how, lhs)),
            _ => None,
        }
    }

    /// Whether an op is in the body.
    pub fn has_in_body(&self, operation: OperationRef<'a, 'a>) -> bool {
        self.body.contains(&operation)
    }

    /// The assertions in the body.
    pub fn assertions(&self) -> Vec<OperationRef<'a, 'a>> {
        let mut assertions = self.body.clone();
        assertions.retain(|&operation| name_of(operation) == "cf.assert");
        assertions
    }
}

/// The element that an element is, where the op that makes the tensor only moves
/// elements.
pub fn source<'a>(read: &Read<'a>) -> Option<Read<'a>> {
    let operation = defining_op(read.value)?;
    match name_of(operation) {
        "tensor.cast" => Some(Read {
            value: operation.operand(0).ok()?,
            loops: read.loops.clone(),
        }),
        "tensor.expand_shape" | "tensor.collapse_shape" => reshaped(operation, read),
        _ => {
            let structured = Structured::making(read.value)?;
            let yielded = structured.yielded(structured.result)?;
            let input = structured.input(yielded)?;
            let value = operation.operand(input).ok()?;
            TensorType::new(value.r#type())?;
            let (loops, reduced) = structured.loops_of(structured.result, &read.loops)?;
            if !reduced.is_empty() || !structured.assertions().is_empty() {
                return None;
            }
            let loops = structured.indices(input, &loops)?;
            Some(Read { value, loops })
        }
    }
}

/// The element of the operand of a reshape that only adds or drops dimensions of
/// size 1.
fn reshaped<'a>(operation: OperationRef<'a, 'a>, read: &Read<'a>) -> Option<Read<'a>> {
    let value = operation.operand(0).ok()?;
    let source = TensorType::new(value.r#type())?;
    let groups = reassociation(operation)?;
    let is_expansion = name_of(operation) == "tensor.expand_shape";
    let long = match is_expansion {
        true => TensorType::of(read.value),
        false => source.clone(),
    };
    let mut loops = vec![None; source.rank()];
    for (short, group) in groups.iter().enumerate() {
        let mut others = group.iter().filter(|&&at| long.shape[at] != 1);
        let (other, next) = (others.next(), others.next());
        if next.is_some() {
            return None;
        }
        match (is_expansion, other) {
            (true, Some(&at)) => loops[short] = read.loops[at],
            (false, Some(&at)) => loops[at] = read.loops[short],
            (_, None) => {}
        }
    }
    Some(Read { value, loops })
}

/// The groups of dimensions of a reshape.
pub fn reassociation<'a>(operation: OperationRef<'a, 'a>) -> Option<Vec<Vec<usize>>> {
    fn elements(attribute: Attribute<'_>) -> Option<Vec<Attribute<'_>>> {
        let array = ArrayAttribute::try_from(attribute).ok()?;
        (0..array.len()).map(|at| array.element(at).ok()).collect()
    }
    let number = |attribute| Some(IntegerAttribute::try_from(attribute).ok()?.value() as usize);
    elements(operation.attribute("reassociation").ok()?)?
        .into_iter()
        .map(|group| elements(group)?.into_iter().map(number).collect())
        .collect()
}
