//! Vectors written into tensors of more dimensions than they have.

use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_passes::emit::Emit;
use melior::ir::{
    Attribute, TypeLike, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, IntegerAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{build_before, defining_op, name_of};

/// A vector written at the beginning of a tensor whose first sizes are no greater than
/// the vector's → the same into a slice of it.
///
/// Gives whether the op was replaced.
pub fn write_of_part(operation: OperationRef<'_, '_>) -> bool {
    name_of(operation) == "vector.transfer_write" && replace(operation).is_some()
}

fn replace(operation: OperationRef<'_, '_>) -> Option<()> {
    let (vector, into) = (operation.operand(0).ok()?, operation.operand(1).ok()?);
    into.r#type().is_ranked_tensor().then_some(())?;
    let shape = TensorType::new(into.r#type())?.shape;
    let lanes = sizes_of(&vector.r#type().to_string())?;
    let (rank, lanes_rank) = (shape.len(), lanes.len());
    let is_taken_for_all = (shape.iter().zip(&lanes)).all(|(size, lanes)| size <= lanes);
    let is_static = shape.iter().all(|&size| size != DYNAMIC);
    (rank > lanes_rank && is_static && is_taken_for_all).then_some(())?;
    // A mask would be in the way, and so would lanes that are not the last dimensions.
    let segments =
        DenseI32ArrayAttribute::try_from(operation.attribute("operandSegmentSizes").ok()?);
    (segments.ok()?.element(3).ok()? == 0).then_some(())?;
    let map = operation.attribute("permutation_map").ok()?.to_string();
    (map == last_dimensions(rank, lanes_rank)).then_some(())?;
    let in_bounds = operation.attribute("in_bounds").ok()?;
    let indices: Vec<_> = operation.operands().skip(2).take(rank).collect();
    indices.iter().all(|&index| is_zero(index)).then_some(())?;
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        let written = write(&emit, vector, into, &indices, lanes_rank, in_bounds);
        builder.replace(operation, &[written]);
    });
    Some(())
}

/// Whether an index is the constant 0.
fn is_zero(index: Value<'_, '_>) -> bool {
    let constant = defining_op(index).filter(|&op| name_of(op) == "arith.constant");
    let value =
        constant.and_then(|op| IntegerAttribute::try_from(op.attribute("value").ok()?).ok());
    value.is_some_and(|value| value.value() == 0)
}

/// Writes a vector into a slice of a tensor that has as many dimensions as it.
fn write<'a>(
    emit: &Emit<'a, '_>,
    vector: Value<'a, 'a>,
    into: Value<'a, 'a>,
    indices: &[Value<'a, 'a>],
    rank: usize,
    in_bounds: Attribute<'a>,
) -> Value<'a, 'a> {
    if indices.len() > rank {
        let slice = emit.slice(into, 0, indices[0]);
        let slice = write(emit, vector, slice, &indices[1..], rank, in_bounds);
        return emit.insert_slice(slice, into, 0, indices[0]);
    }
    emit.op("vector.transfer_write")
        .operands(&[vector, into])
        .operands(indices)
        .parsed("permutation_map", &last_dimensions(rank, rank))
        .attribute("in_bounds", in_bounds)
        .parsed(
            "operandSegmentSizes",
            &format!("array<i32: 1, 1, {rank}, 0>"),
        )
        .result(into.r#type())
        .value()
}

/// The map of the last dimensions of `rank` to as many.
fn last_dimensions(rank: usize, count: usize) -> String {
    let names = |range: std::ops::Range<usize>| {
        let names: Vec<_> = range.map(|at| format!("d{at}")).collect();
        names.join(", ")
    };
    let (all, last) = (names(0..rank), names(rank - count..rank));
    format!("affine_map<({all}) -> ({last})>")
}

/// The sizes of a vector by its text; `None` where some are scalable.
fn sizes_of(vector: &str) -> Option<Vec<i64>> {
    let text = vector.strip_prefix("vector<")?.strip_suffix('>')?;
    let (sizes, _) = text.rsplit_once('x')?;
    sizes.split('x').map(|size| size.parse().ok()).collect()
}
