//! Vectors of f32 in tensors.

use fidelity_passes::emit::Emit;
use melior::ir::{Type, Value, ValueLike};

/// The lanes of a vector.
#[derive(Clone, Copy)]
pub struct Lanes<'a> {
    /// The first of them.
    pub index: Value<'a, 'a>,
    pub count: i64,
    /// Which of them there are, if it is not all.
    pub mask: Option<Value<'a, 'a>>,
}

impl<'a> Lanes<'a> {
    pub fn r#type(&self, emit: &Emit<'a, '_>) -> Type<'a> {
        Type::vector(&[self.count.cast_unsigned()], emit.f32())
    }

    /// How memory is indexed by a vector, and whether all of it lies within.
    fn attributes(&self, rank: usize) -> [String; 2] {
        let dimensions: Vec<String> = (0..rank).map(|at| format!("d{at}")).collect();
        [
            format!("affine_map<({}) -> (d{})>", dimensions.join(", "), rank - 1),
            format!("[{}]", self.mask.is_none()),
        ]
    }
}

/// A vector from a tensor, 0 in lanes that there are not.
pub fn read<'a>(
    emit: &Emit<'a, '_>,
    from: Value<'a, 'a>,
    indices: &[Value<'a, 'a>],
    lanes: &Lanes<'a>,
) -> Value<'a, 'a> {
    let rank = indices.len();
    let [map, in_bounds] = lanes.attributes(rank);
    emit.op("vector.transfer_read")
        .operand(from)
        .operands(indices)
        .operand(emit.zero(emit.f32()))
        .parsed("permutation_map", &map)
        .parsed("in_bounds", &in_bounds)
        .parsed(
            "operandSegmentSizes",
            &format!("array<i32: 1, {rank}, 1, 0>"),
        )
        .result(lanes.r#type(emit))
        .value()
}

/// A tensor with a vector written into it, without lanes that there are not.
pub fn write<'a>(
    emit: &Emit<'a, '_>,
    vector: Value<'a, 'a>,
    into: Value<'a, 'a>,
    indices: &[Value<'a, 'a>],
    lanes: &Lanes<'a>,
) -> Value<'a, 'a> {
    let rank = indices.len();
    let [map, in_bounds] = lanes.attributes(rank);
    emit.op("vector.transfer_write")
        .operands(&[vector, into])
        .operands(indices)
        .parsed("permutation_map", &map)
        .parsed("in_bounds", &in_bounds)
        .parsed(
            "operandSegmentSizes",
            &format!("array<i32: 1, 1, {rank}, 0>"),
        )
        .result(into.r#type())
        .value()
}

/// A number in each lane.
pub fn broadcast<'a>(
    emit: &Emit<'a, '_>,
    number: Value<'a, 'a>,
    vector: Type<'a>,
) -> Value<'a, 'a> {
    let op = emit.op("vector.broadcast").operand(number);
    op.result(vector).value()
}

/// The sum of the lanes of a vector, in the order that suits the processor.
pub fn sum_of_lanes<'a>(emit: &Emit<'a, '_>, vector: Value<'a, 'a>) -> Value<'a, 'a> {
    emit.op("vector.reduction")
        .operand(vector)
        .parsed("kind", "#vector.kind<add>")
        .parsed("fastmath", "#arith.fastmath<reassoc>")
        .result(emit.f32())
        .value()
}
