//! Vectors of f32 in tensors.

use fidelity_dialect::TensorType;
use fidelity_passes::emit::Emit;
use melior::ir::{Type, Value, ValueLike, attribute::DenseI64ArrayAttribute};

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

/// The number in a lane of a vector.
pub fn element<'a>(emit: &Emit<'a, '_>, vector: Value<'a, 'a>, lane: i64) -> Value<'a, 'a> {
    let position = DenseI64ArrayAttribute::new(emit.context(), &[lane]);
    emit.op("vector.extract")
        .operand(vector)
        .attribute("static_position", position)
        .result(emit.f32())
        .value()
}

/// The cache that something is asked for in.
#[derive(Clone, Copy)]
pub enum Cache {
    /// The nearest one.
    First,
    /// The one behind it, which has room for more.
    Second,
    /// Likewise, for what is written to.
    ToWrite,
}

/// Asks for what is at a place of a tensor, or would be if it were larger.
pub fn prefetch<'a>(
    emit: &Emit<'a, '_>,
    from: Value<'a, 'a>,
    indices: &[Value<'a, 'a>],
    cache: Cache,
) {
    let tensor = TensorType::of(from);
    let sizes: Vec<String> = (tensor.shape.iter())
        .map(|&size| u64::try_from(size).map_or("?x".to_owned(), |size| format!("{size}x")))
        .collect();
    let memref = format!(
        "memref<{}{}, strided<[{}], offset: ?>>",
        sizes.concat(),
        tensor.element,
        vec!["?"; sizes.len()].join(", ")
    );
    let buffer = emit
        .op("bufferization.to_buffer")
        .operand(from)
        .parsed("read_only", "unit")
        .result(emit.named_type(&memref))
        .value();
    emit.op("memref.prefetch")
        .operand(buffer)
        .operands(indices)
        .parsed(
            "isWrite",
            match cache {
                Cache::ToWrite => "true",
                _ => "false",
            },
        )
        .parsed(
            "localityHint",
            match cache {
                Cache::First => "3 : i32",
                Cache::Second | Cache::ToWrite => "2 : i32",
            },
        )
        .parsed("isDataCache", "true")
        .insert();
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

/// The sums of the lanes of each of some vectors, as many as half or all of their lanes,
/// as lanes of one: they are added up beside each other. `None` for other vectors.
///
/// A vector has blocks of lanes, one for each sum in it. Two of them make one with the
/// blocks of both, half as long: the first halves of all added to the second ones.
pub fn sums_of_lanes<'a>(
    emit: &Emit<'a, '_>,
    vectors: &[Value<'a, 'a>],
    lanes: i64,
) -> Option<Value<'a, 'a>> {
    let count = vectors.len() as i64;
    if count < 2 || !(count as usize).is_power_of_two() || lanes != count && lanes != 2 * count {
        return None;
    }
    let mut length = lanes;
    // With the number of the sum of each block.
    let mut level: Vec<(Value<'a, 'a>, Vec<i64>)> = vectors
        .iter()
        .copied()
        .zip((0..count).map(|sum| vec![sum]))
        .collect();
    while level.len() > 1 {
        let half = length / 2;
        let pair = |pair: &[(Value<'a, 'a>, Vec<i64>)]| {
            let [(left, of_left), (right, of_right)] = pair else {
                return pair[0].clone();
            };
            let blocks = of_left.len() as i64;
            // Where a block begins, and its sum: what is beside each other in a part of
            // 128 bits stays in it.
            let of = |side: i64, block: i64| {
                let sums = if side == 0 { of_left } else { of_right };
                (side * lanes + block * length, sums[block as usize])
            };
            let order: Vec<(i64, i64)> = match half >= 4 {
                true => (0..2)
                    .flat_map(|side| (0..blocks).map(move |block| (side, block)))
                    .collect(),
                false => (0..blocks)
                    .flat_map(|block| (0..2).map(move |side| (side, block)))
                    .collect(),
            };
            let order: Vec<_> = order
                .into_iter()
                .map(|(side, block)| of(side, block))
                .collect();
            let part = |offset: i64| {
                let mask = order
                    .iter()
                    .flat_map(|&(begin, _)| (0..half).map(move |lane| begin + offset + lane));
                shuffle(emit, [*left, *right], &mask.collect::<Vec<_>>())
            };
            let sums = emit.apply("arith.addf", &[part(0), part(half)]);
            (sums, order.into_iter().map(|(_, sum)| sum).collect())
        };
        level = level.chunks(2).map(pair).collect();
        length = half;
    }
    let (vector, order) = &level[0];
    let place = |sum: i64| order.iter().position(|&of| of == sum).unwrap_or(0) as i64;
    let lane = |offset: i64| {
        let mask = (0..count).map(|sum| place(sum) * length + offset);
        shuffle(emit, [*vector; 2], &mask.collect::<Vec<_>>())
    };
    let lanes = (0..length).map(lane).collect::<Vec<_>>();
    lanes
        .into_iter()
        .reduce(|sum, lane| emit.apply("arith.addf", &[sum, lane]))
}

/// Lanes of two vectors, those of the second one counted on.
fn shuffle<'a>(emit: &Emit<'a, '_>, vectors: [Value<'a, 'a>; 2], mask: &[i64]) -> Value<'a, 'a> {
    let vector = Type::vector(&[mask.len() as u64], emit.f32());
    emit.op("vector.shuffle")
        .operands(&vectors)
        .attribute("mask", DenseI64ArrayAttribute::new(emit.context(), mask))
        .result(vector)
        .value()
}
