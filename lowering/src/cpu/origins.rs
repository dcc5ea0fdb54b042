//! Tensors that leave a block together, each in a buffer of its own.

use melior::ir::{
    BlockLike, BlockRef, RegionLike, TypeLike, Value, ValueLike,
    attribute::DenseI32ArrayAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, block_argument, build_before, defining_op, name_of};
use std::collections::HashSet;

/// Copies each tensor that a function returns or a `scf.for` yields whose buffer an
/// earlier one may share, and each that a function returns as part of another one.
///
/// Gives how many were copied.
pub fn separate<'a>(terminator: OperationRef<'a, 'a>) -> usize {
    let Some(end) = End::of(terminator) else {
        return 0;
    };
    let mut values: Vec<Value<'a, 'a>> = terminator.operands().collect();
    let mut taken = HashSet::new();
    let mut is_first = true;
    let mut copies = Vec::new();
    let tensors = values
        .iter()
        .filter(|value| value.r#type().is_ranked_tensor());
    let has_company = tensors.count() > 1;
    for (index, &value) in values.iter().enumerate() {
        if !value.r#type().is_ranked_tensor() {
            continue;
        }
        let origins = Origins::of(value, end);
        let shares = origins.unknown || !origins.values.is_disjoint(&taken);
        let is_unsafe_part = origins.are_parts && end.around.is_none();
        if shares && !is_first || is_unsafe_part || has_company && is_unwritten(value, end) {
            copies.push(index);
        }
        is_first = false;
        taken.extend(origins.values);
    }
    if copies.is_empty() {
        return 0;
    }
    build_before(terminator, |builder| {
        for &index in &copies {
            values[index] = copy(builder, values[index]);
        }
        let name = name_of(terminator);
        builder.op(name).operands(&values).insert();
        builder.replace(terminator, &[]);
    });
    copies.len()
}

/// Whether a value is a tensor that may be part of another one, of an op in a function.
pub fn is_part<'a>(value: Value<'a, 'a>, user: OperationRef<'a, 'a>) -> bool {
    let mut holder = Some(user);
    while let Some(operation) = holder
        && name_of(operation) != "func.func"
    {
        holder = operation.parent_operation();
    }
    let Some(function) = holder else {
        return false;
    };
    let end = End::of_function(function);
    value.r#type().is_ranked_tensor() && Origins::of(value, end).are_parts
}

/// A tensor in a buffer of its own.
pub fn copy<'a>(builder: &Builder<'a>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    builder
        .op("bufferization.alloc_tensor")
        .operand(value)
        .attribute(
            "operandSegmentSizes",
            DenseI32ArrayAttribute::new(builder.context(), &[0, 1, 0]),
        )
        .result(value.r#type())
        .value()
}

/// Where tensors leave a block.
#[derive(Clone, Copy)]
struct End<'a> {
    /// The first block of the function, or the loop's.
    block: Option<BlockRef<'a, 'a>>,
    /// The loop, if it is one.
    around: Option<OperationRef<'a, 'a>>,
}

impl<'a> End<'a> {
    /// `None` for a terminator of another op.
    fn of(terminator: OperationRef<'a, 'a>) -> Option<Self> {
        let parent = terminator.parent_operation()?;
        match name_of(terminator) {
            "func.return" => Some(Self::of_function(parent)),
            "scf.yield" if name_of(parent) == "scf.for" => Some(Self {
                block: terminator.block(),
                around: Some(parent),
            }),
            _ => None,
        }
    }

    fn of_function(function: OperationRef<'a, 'a>) -> Self {
        let body = function.region(0).ok();
        Self {
            block: body.and_then(|body| body.first_block()),
            around: None,
        }
    }

    /// Whether a tensor is there before each round of the loop: one from before the loop,
    /// or what it carries. Bufferisation knows what shares the buffers of these, and copies
    /// what it yields of them.
    fn is_before(&self, value: Value<'a, 'a>) -> bool {
        let Some(around) = self.around else {
            return false;
        };
        let mut block = match (defining_op(value), block_argument(value)) {
            (Some(operation), _) => operation.block(),
            (None, Some((block, _))) if Some(block) == self.block => return true,
            (None, argument) => argument.map(|(block, _)| block),
        };
        while let Some(parent) = block.and_then(|block| block.parent_operation()) {
            if parent == around {
                return false;
            }
            block = parent.block();
        }
        true
    }
}

/// The values whose buffers a tensor may have after bufferisation.
///
/// Only ops that pass a tensor on, look at part of it or put it into another are
/// followed. One that writes in place otherwise cannot make two results share a
/// buffer: the other one would still be read by the terminator, a conflict that
/// bufferisation solves by a copy, unless [`is_unwritten`].
#[derive(Default)]
struct Origins {
    /// The raw pointers of the values.
    values: HashSet<usize>,
    /// Whether there may be others.
    unknown: bool,
    /// Whether the tensor may be part of a buffer.
    are_parts: bool,
}

impl Origins {
    /// The origins of a tensor, but for those that are there before each round of a loop.
    fn of<'a>(value: Value<'a, 'a>, end: End<'a>) -> Self {
        let mut origins = Self::default();
        let mut visited = HashSet::new();
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            if !visited.insert(value.to_raw().ptr as usize) || end.is_before(value) {
                continue;
            }
            origins.are_parts |= defining_op(value)
                .is_some_and(|operation| name_of(operation) == "tensor.extract_slice");
            match sources(value, end) {
                Sources::Itself => {
                    origins.values.insert(value.to_raw().ptr as usize);
                }
                Sources::Values(values) => pending.extend(values),
                Sources::Unknown => origins.unknown = true,
            }
        }
        origins
    }

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.values.is_empty() && !self.unknown
    }
}

/// Where the buffer of a tensor comes from, one step back.
enum Sources<'a> {
    Itself,
    Values(Vec<Value<'a, 'a>>),
    Unknown,
}

fn sources<'a>(value: Value<'a, 'a>, end: End<'a>) -> Sources<'a> {
    let known =
        |values: Option<Vec<Value<'a, 'a>>>| values.map_or(Sources::Unknown, Sources::Values);
    let Some(operation) = defining_op(value) else {
        return argument_sources(value);
    };
    let index = operation
        .results()
        .position(|result| Value::from(result) == value)
        .unwrap_or(0);
    match name_of(operation) {
        "tensor.cast"
        | "tensor.collapse_shape"
        | "tensor.expand_shape"
        | "tensor.extract_slice"
        | "tensor.reshape" => known(operands(operation, [0])),
        // What is inserted may have been computed in its place; in a loop within it is
        // not, for there it is carried or made anew.
        "tensor.insert_slice" if operation.block() == end.block => {
            known(insertion_sources(operation, end))
        }
        "arith.select" => known(operands(operation, [1, 2])),
        "scf.for" => known(loop_sources(operation, index)),
        // The last operands are what its threads write to, which are its results.
        "scf.forall" => known(
            (operation
                .operand_count()
                .checked_sub(operation.result_count()))
            .and_then(|first| operands(operation, [first + index])),
        ),
        "scf.if" => known(
            [0, 1]
                .into_iter()
                .map(|region| terminator(operation, region)?.operand(index).ok())
                .collect(),
        ),
        _ if operation.regions().count() > 0 && name_of(operation).starts_with("scf.") => {
            Sources::Unknown
        }
        _ => Sources::Itself,
    }
}

/// What is inserted and what into. Into what a loop carries nothing is inserted that
/// bufferisation would not know to share its buffer.
fn insertion_sources<'a>(
    insertion: OperationRef<'a, 'a>,
    end: End<'a>,
) -> Option<Vec<Value<'a, 'a>>> {
    let mut values = operands(insertion, [0, 1])?;
    if Origins::of(values[1], end).is_empty() {
        values.remove(0);
    }
    values.retain(|&value| defining_op(value).is_none_or(|op| name_of(op) != "tensor.empty"));
    Some(values)
}

/// Whether a tensor is memory that nothing was written to. Bufferisation sees no
/// conflict when others write to that memory in place, for no value is lost.
fn is_unwritten<'a>(value: Value<'a, 'a>, end: End<'a>) -> bool {
    if end.is_before(value) {
        return false;
    }
    let Some(operation) = defining_op(value) else {
        return false;
    };
    match (name_of(operation), sources(value, end)) {
        ("tensor.empty", _) => true,
        // A loop writes to what it carries.
        ("scf.for" | "scf.forall", _) => false,
        (_, Sources::Values(values)) => values.into_iter().any(|value| is_unwritten(value, end)),
        _ => false,
    }
}

/// An argument of a function is copied by the deallocation; one of a loop is
/// what the loop carries.
fn argument_sources<'a>(value: Value<'a, 'a>) -> Sources<'a> {
    let Some((block, number)) = block_argument(value) else {
        return Sources::Unknown;
    };
    let Some(parent) = block.parent_operation() else {
        return Sources::Unknown;
    };
    match name_of(parent) {
        "func.func" if is_entry(block) => Sources::Itself,
        "scf.for" if number > 0 => {
            loop_sources(parent, number - 1).map_or(Sources::Unknown, Sources::Values)
        }
        _ => Sources::Unknown,
    }
}

fn is_entry(block: BlockRef<'_, '_>) -> bool {
    block
        .parent_region()
        .and_then(|region| region.first_block())
        .is_some_and(|first| first == block)
}

/// What a `scf.for` carries in one place: its first value and each next one.
fn loop_sources<'a>(operation: OperationRef<'a, 'a>, index: usize) -> Option<Vec<Value<'a, 'a>>> {
    // The bounds and the step come first.
    let mut values = operands(operation, [3 + index])?;
    values.push(terminator(operation, 0)?.operand(index).ok()?);
    Some(values)
}

fn operands<'a, const N: usize>(
    operation: OperationRef<'a, 'a>,
    indices: [usize; N],
) -> Option<Vec<Value<'a, 'a>>> {
    indices
        .into_iter()
        .map(|index| operation.operand(index).ok())
        .collect()
}

fn terminator<'a>(operation: OperationRef<'a, 'a>, region: usize) -> Option<OperationRef<'a, 'a>> {
    let block = operation.region(region).ok()?.first_block()?;
    block.terminator()
}
