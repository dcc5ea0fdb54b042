//! The ops that kernels are formed of, and how each reads its operands.

use super::{Extent, Extents};
use fidelity_dialect::{
    Loops, QuantizeActivations, Read as StateRead, Recurrence, RmsNorm, TensorType, TernaryLinear,
};
use melior::ir::{
    Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    OpView, block_argument, defining_op, indexing_maps_of, name_of, operations_within,
};

/// What an op does with the rows of its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Each element by itself.
    Map,
    /// Something of the whole row goes into each element.
    Row,
    /// A row is a product with ternary weights.
    Linear,
    /// Rows follow each other in time.
    Recurrence,
}

/// An operand, and which loop of the op's result, if any, indexes each of its
/// dimensions; a dimension that none does is read at 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Read<'a> {
    /// The operand.
    pub value: Value<'a, 'a>,
    /// The loops; `None` when the op reads the operand in a way of its own.
    pub loops: Option<Vec<Option<usize>>>,
}

/// Where in an operand the element is that belongs to an element of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// At the same place.
    Point,
    /// One for each row.
    Row,
    /// Anywhere else.
    Other,
}

impl Read<'_> {
    /// Where in the operand an element is, for a result of that many
    /// dimensions.
    pub fn access(&self, rank: usize) -> Access {
        let Some(loops) = &self.loops else {
            return Access::Other;
        };
        let leading = rank.saturating_sub(1);
        let in_order = |count: usize| (0..count).all(|at| loops.get(at) == Some(&Some(at)));
        match loops.len() {
            count if count == rank && in_order(rank) => Access::Point,
            count if count == rank && in_order(leading) && loops[leading].is_none() => Access::Row,
            count if count == leading && in_order(leading) && rank > 0 => Access::Row,
            _ => Access::Other,
        }
    }
}

/// An op that a kernel can have.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// The op.
    pub operation: OperationRef<'a, 'a>,
    /// What it does.
    pub role: Role,
    /// The sizes of its result but for the last one; of a recurrence, of its
    /// output.
    pub leading: Vec<Extent>,
    /// The last size of its result, 1 of a scalar.
    pub width: Extent,
    /// What it reads.
    pub reads: Vec<Read<'a>>,
}

impl<'a> Member<'a> {
    /// Looks at an op, if a kernel can have it.
    pub fn of(operation: OperationRef<'a, 'a>, extents: &Extents<'a>) -> Option<Self> {
        let (role, reads) = match name_of(operation) {
            RmsNorm::NAME => {
                let op = RmsNorm::cast(operation)?;
                let rank = extents.of(op.input())?.len();
                let mut reads = vec![point(op.input(), rank)];
                reads.extend(op.weight().map(|weight| Read {
                    value: weight,
                    loops: Some(vec![Some(rank - 1)]),
                }));
                (Role::Row, reads)
            }
            QuantizeActivations::NAME => {
                let op = QuantizeActivations::cast(operation)?;
                let rank = extents.of(op.input())?.len();
                (Role::Row, vec![point(op.input(), rank)])
            }
            TernaryLinear::NAME => {
                let op = TernaryLinear::cast(operation)?;
                let last = extents.of(op.x())?.len() - 1;
                let own = |value| Read { value, loops: None };
                let mut reads = vec![own(op.x()), own(op.weights())];
                if let Some(scale) = op.scale() {
                    let loops = match extents.of(scale)?.len() {
                        0 => Some(vec![]),
                        1 => Some(vec![Some(last)]),
                        _ => None,
                    };
                    reads.push(Read {
                        value: scale,
                        loops,
                    });
                }
                (Role::Linear, reads)
            }
            Recurrence::NAME => (Role::Recurrence, recurrence(operation)?),
            "linalg.generic" => (Role::Map, elementwise_reads(operation)?),
            _ => return None,
        };
        let mut leading = extents.of(operation.result(0).ok()?.into())?;
        let width = leading.pop().unwrap_or(Extent::Known(1));
        Some(Self {
            operation,
            role,
            leading,
            width,
            reads,
        })
    }

    /// The number of dimensions of the result.
    pub fn rank(&self) -> usize {
        let result = self.operation.result(0).ok();
        result
            .and_then(|result| TensorType::new(result.r#type()))
            .map_or(0, |tensor| tensor.rank())
    }

    /// Where in a result an element is that belongs to one of the first result.
    pub fn result_access(&self, index: usize) -> Access {
        match (name_of(self.operation), index) {
            (QuantizeActivations::NAME, 1) => Access::Row,
            (Recurrence::NAME, 1) => Access::Other,
            _ => Access::Point,
        }
    }
}

fn point<'a>(value: Value<'a, 'a>, rank: usize) -> Read<'a> {
    Read {
        value,
        loops: Some((0..rank).map(Some).collect()),
    }
}

/// The reads of a recurrence that has one state for each element of a step:
/// S_t = d_t ⊙ S_{t-1} + value_t, o_t = S_t or S_{t-1}.
fn recurrence<'a>(operation: OperationRef<'a, 'a>) -> Option<Vec<Read<'a>>> {
    let op = Recurrence::cast(operation)?;
    let loops = Loops::of(&op).ok()?;
    let in_order = loops.output.iter().enumerate().all(|(at, &of)| at == of);
    let time_is_before_the_last = loops.count >= 2 && loops.time == loops.count - 2;
    let is_elementwise = op.key().is_none()
        && op.query().is_none()
        && op.erase().is_empty()
        && op.bonus().is_none()
        && op.value().is_some()
        && matches!(op.read(), StateRead::After | StateRead::Before);
    if !(loops.keys.is_empty() && in_order && time_is_before_the_last && is_elementwise) {
        return None;
    }
    let has_state = op.state().is_some();
    let operands = op.view().operands();
    let reads = operands.iter().zip(&loops.operands).enumerate();
    let read = |(index, (&value, map)): (usize, (&Value<'a, 'a>, &Vec<usize>))| {
        // The state is read before the first step.
        let is_state = has_state && index + 1 == operands.len();
        Read {
            value,
            loops: (!is_state).then(|| map.iter().copied().map(Some).collect()),
        }
    };
    Some(reads.map(read).collect())
}

/// The reads of a `linalg.generic` that makes each element by itself, of
/// scalars; `None` of any other.
pub fn elementwise_reads<'a>(operation: OperationRef<'a, 'a>) -> Option<Vec<Read<'a>>> {
    let maps = indexing_maps_of(operation)?;
    let results = operation.result_count();
    let inputs = operation.operand_count().checked_sub(results)?;
    let loops = maps.first()?.dim_count();
    let outputs = &maps[inputs..];
    // Without a reduction each loop indexes the result.
    if results == 0
        || !outputs
            .iter()
            .all(|map| map.is_identity() && map.result_count() == loops)
    {
        return None;
    }
    if !is_scalar_body(operation, inputs) {
        return None;
    }
    let mut reads = Vec::new();
    for (index, map) in maps[..inputs].iter().enumerate() {
        let positions = (0..map.result_count())
            .map(|at| {
                let expression = map.result(at).ok()?;
                if expression.is_dim() {
                    return Some(Some(expression.dim_position()));
                }
                (expression.is_constant() && expression.constant_value() == 0).then_some(None)
            })
            .collect::<Option<Vec<_>>>()?;
        reads.push(Read {
            value: operation.operand(index).ok()?,
            loops: Some(positions),
        });
    }
    Some(reads)
}

/// Whether the body of a generic is arithmetic of the elements of its inputs
/// and of constants, and does not look at what it overwrites.
fn is_scalar_body<'a>(operation: OperationRef<'a, 'a>, inputs: usize) -> bool {
    let nested = operations_within(operation);
    nested
        .iter()
        .filter(|&&inner| inner != operation)
        .all(|&inner| {
            let name = name_of(inner);
            let is_known = name == "linalg.yield"
                || (name.starts_with("arith.") || name.starts_with("math."))
                    && inner.region_count() == 0;
            is_known
                && inner
                    .operands()
                    .all(|operand| match block_argument(operand) {
                        Some((_, number)) => number < inputs,
                        None => defining_op(operand).is_some_and(|defining| {
                            nested.contains(&defining) || name_of(defining) == "arith.constant"
                        }),
                    })
        })
}
