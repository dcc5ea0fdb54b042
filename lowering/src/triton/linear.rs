//! Kernels of products with ternary weights.
//!
//! Of 8-bit activations a program has a tile of tokens and outputs, summed by
//! `tt.dot`; of one token, and of floats, outputs of one token, whose terms are
//! selected by the trit and added: x, -x or nothing.

use super::{
    kernel::{Axis, Built, block_of, compute, ternary_linear},
    program::{Held, Place, Program, immediate},
    trits::Weights,
    tt::{Predicate, Tt, element_of, shape_of},
};
use fidelity_dialect::{Accumulator, TernaryLinear};
use fidelity_passes::kernels::{Extent, Member};
use melior::ir::{Type, TypeLike, Value, operation::OperationLike};
use ods_bridge::{Builder, Diagnostic};

/// Tokens of a tile, the fewest that `tt.dot` takes.
const TOKENS: i64 = 16;

/// Builds the program of a kernel whose first op is the product.
pub fn build<'a>(mut program: Program<'a, '_>) -> Built<'a> {
    let kernel = program.kernel;
    let first = kernel.first()?;
    let op = ternary_linear(first).ok_or_else(|| {
        Diagnostic::expected("a kernel that begins with a ternary_linear", "another op")
            .at(first.operation.location())
    })?;
    let layer = Layer::new(&program, &op, first)?;
    let width = kernel.settled(first.width);
    let is_one_row = first
        .leading
        .iter()
        .all(|&size| kernel.settled(size) == Extent::Known(1));
    let by_dot = !element_of(op.x()).is_float() && !is_one_row;
    let (place, sum, grid) = if by_dot {
        layer.by_dot(&program, first, width)?
    } else {
        layer.by_selection(&program, first, width)?
    };
    let result = layer.scaled(&program, &place, first, &op, sum)?;
    for value in first.operation.results() {
        program.hold(value.into(), Held::Block(result));
    }
    for member in &kernel.members[1..] {
        compute(&mut program, &place, member)?;
    }
    program.store_all(&place, width, None)?;
    Ok((grid, 4))
}

/// A product that is to be computed.
struct Layer<'a> {
    /// The memory of x, where in its rows x begins, and their length there.
    x: (Value<'a, 'a>, i64, Extent),
    weights: Weights<'a>,
    inputs: Extent,
    /// The type that the sum is kept in.
    sum: Type<'a>,
    location: melior::ir::Location<'a>,
}

type Summed<'a> = (Place<'a>, Value<'a, 'a>, [Axis; 2]);

impl<'a> Layer<'a> {
    fn new(
        program: &Program<'a, '_>,
        op: &TernaryLinear<'a>,
        member: &Member<'a>,
    ) -> Result<Self, Diagnostic<'a>> {
        let location = member.operation.location();
        let refused =
            |expected: &str, got: &str| Err(Diagnostic::expected(expected, got).at(location));
        let sizes = program.kernel.extents.of(op.x());
        let Some(&inputs) = sizes.as_ref().and_then(|sizes| sizes.last()) else {
            return refused("x of sizes that are known", "others");
        };
        for (name, value) in [("x", op.x()), ("weights", op.weights())] {
            if immediate(value).is_some() {
                return refused(
                    &format!("{name} in memory"),
                    "a constant; pass it as an argument",
                );
            }
        }
        if ods_bridge::defining_op(op.weights()).is_some() {
            return refused(
                "weights that are an argument of the function",
                "a part of another tensor; pass the part",
            );
        }
        let (source, start) = program.origin(op.x())?;
        let sizes = program.kernel.extents.of(source);
        let Some(&length) = sizes.as_ref().and_then(|sizes| sizes.last()) else {
            return refused("x of sizes that are known", "others");
        };
        if let Some(accumulator) = op.accumulator()
            && !matches!(accumulator, Accumulator::F32 | Accumulator::I32)
        {
            return refused(
                "an accumulator of type f32 or i32, which Triton adds in",
                &format!("{accumulator}; leave it out"),
            );
        }
        if member
            .reads
            .get(2)
            .is_some_and(|scale| scale.loops.is_none())
        {
            return refused(
                "one scale, or one for each row of weights",
                "groups; they are lowered for CPUs only",
            );
        }
        let tt = &program.tt;
        let sum = if element_of(op.x()).is_float() {
            tt.f32()
        } else {
            tt.integer(32)
        };
        Ok(Self {
            x: (source, start, length),
            weights: Weights::new(op.weights()),
            inputs: program.kernel.settled(inputs),
            sum,
            location,
        })
    }

    /// A tile of tokens and outputs.
    fn by_dot(
        &self,
        program: &Program<'a, '_>,
        member: &Member<'a>,
        width: Extent,
    ) -> Result<Summed<'a>, Diagnostic<'a>> {
        let tt = &program.tt;
        let outputs = block_of(width, 16, 64);
        let inputs = block_of(self.inputs, 32, 64);
        let shape = [TOKENS, outputs];
        let as_rows = |tt: &Tt<'a, '_>, value| tt.broadcast(tt.expand_dims(value, 1), &shape);
        let as_lanes = |tt: &Tt<'a, '_>, value| tt.broadcast(tt.expand_dims(value, 0), &shape);
        let tokens = program.indices(0, TOKENS);
        let lanes = program.indices(1, outputs);
        let rows = program
            .product(&member.leading)?
            .unwrap_or_else(|| tt.int(tt.integer(64), 1));
        let token_mask = tt.compare(Predicate::Less, tokens, tt.splat(rows, &[TOKENS]));
        let lane_mask = tt.compare(
            Predicate::Less,
            lanes,
            tt.splat(program.size(width)?, &[outputs]),
        );
        let sum = tt.constant(&shape, self.sum, 0.0);
        let sum = self.over_inputs(program, inputs, sum, |program, k, k_mask, sum| {
            let tt = &program.tt;
            let x_shape = [TOKENS, inputs];
            let start = self.start_of_row(program, tokens)?;
            let row = tt.broadcast(tt.expand_dims(start, 1), &x_shape);
            let offset = tt.apply(
                "arith.addi",
                &[row, tt.broadcast(tt.expand_dims(k, 0), &x_shape)],
            );
            let mask = tt.apply(
                "arith.andi",
                &[
                    tt.broadcast(tt.expand_dims(token_mask, 1), &x_shape),
                    tt.broadcast(tt.expand_dims(k_mask, 0), &x_shape),
                ],
            );
            let x = program.load_at(self.x.0, offset, mask)?;
            let w_shape = [inputs, outputs];
            let k_of = tt.broadcast(tt.expand_dims(k, 1), &w_shape);
            let n_of = tt.broadcast(tt.expand_dims(lanes, 0), &w_shape);
            let mask = tt.apply(
                "arith.andi",
                &[
                    tt.broadcast(tt.expand_dims(k_mask, 1), &w_shape),
                    tt.broadcast(tt.expand_dims(lane_mask, 0), &w_shape),
                ],
            );
            let trits = self.weights.trits(program, n_of, k_of, mask, self.inputs)?;
            Ok(tt.dot(x, tt.converted(trits, tt.integer(8)), sum))
        })?;
        let place = Place {
            row: as_rows(tt, tokens),
            lane: as_lanes(tt, lanes),
            mask: tt.apply(
                "arith.andi",
                &[as_rows(tt, token_mask), as_lanes(tt, lane_mask)],
            ),
            one_row: None,
            shape: shape.to_vec(),
        };
        Ok((place, sum, grid(member, TOKENS, width, outputs)))
    }

    /// Outputs of one token.
    fn by_selection(
        &self,
        program: &Program<'a, '_>,
        member: &Member<'a>,
        width: Extent,
    ) -> Result<Summed<'a>, Diagnostic<'a>> {
        let tt = &program.tt;
        let outputs = block_of(width, 1, 16);
        let inputs = block_of(self.inputs, 1, 256);
        let row = program.number(0);
        let lanes = program.indices(1, outputs);
        let place = program.place_in_row(row, lanes, width)?;
        let sum = tt.constant(&[outputs], self.sum, 0.0);
        let sum = self.over_inputs(program, inputs, sum, |program, k, k_mask, sum| {
            let tt = &program.tt;
            let shape = [outputs, inputs];
            let start = tt.splat(self.start_of_row(program, row)?, &[inputs]);
            let offset = tt.apply("arith.addi", &[start, k]);
            let x = program.load_at(self.x.0, offset, k_mask)?;
            let x = tt.converted(x, self.sum);
            let x = tt.broadcast(tt.expand_dims(x, 0), &shape);
            let k_of = tt.broadcast(tt.expand_dims(k, 0), &shape);
            let n_of = tt.broadcast(tt.expand_dims(place.lane, 1), &shape);
            let mask = tt.apply(
                "arith.andi",
                &[
                    tt.broadcast(tt.expand_dims(k_mask, 0), &shape),
                    tt.broadcast(tt.expand_dims(place.mask, 1), &shape),
                ],
            );
            let trits = self.weights.trits(program, n_of, k_of, mask, self.inputs)?;
            let none = tt.like(trits, 0.0);
            let (add, subtract) = if self.sum.is_float() {
                ("arith.addf", "arith.subf")
            } else {
                ("arith.addi", "arith.subi")
            };
            let nothing = tt.like(x, 0.0);
            let negated = tt.apply(subtract, &[nothing, x]);
            let taken = tt.select(tt.compare(Predicate::Less, trits, none), negated, nothing);
            let taken = tt.select(tt.compare(Predicate::Greater, trits, none), x, taken);
            Ok(tt.apply(add, &[sum, tt.reduce(taken, 1, add)]))
        })?;
        Ok((place, sum, grid(member, 1, width, outputs)))
    }

    /// Where in memory x begins in a row, or in each of a block of rows.
    fn start_of_row(
        &self,
        program: &Program<'a, '_>,
        row: Value<'a, 'a>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let tt = &program.tt;
        let (_, start, length) = self.x;
        let length = tt.splat(program.size(length)?, &shape_of(row));
        let begin = tt.apply("arith.muli", &[row, length]);
        if start == 0 {
            return Ok(begin);
        }
        Ok(tt.apply("arith.addi", &[begin, tt.like(begin, start as f64)]))
    }

    /// A sum over blocks of the inputs; `body` gets their indices, and which of
    /// them are there.
    fn over_inputs(
        &self,
        program: &Program<'a, '_>,
        block: i64,
        sum: Value<'a, 'a>,
        body: impl FnOnce(
            &Program<'a, '_>,
            Value<'a, 'a>,
            Value<'a, 'a>,
            Value<'a, 'a>,
        ) -> Result<Value<'a, 'a>, Diagnostic<'a>>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let mut failure = None;
        let count = program.size(self.inputs)?;
        let result = program.tt.for_loop(
            count,
            block,
            sum,
            |builder: &Builder<'a>, start: Value<'a, 'a>, sum: Value<'a, 'a>| {
                let program = program.within(builder);
                let tt = &program.tt;
                let range = program.range(block);
                let k = tt.apply("arith.addi", &[tt.splat(start, &[block]), range]);
                let k_mask = tt.compare(Predicate::Less, k, tt.splat(count, &[block]));
                body(&program, k, k_mask, sum).unwrap_or_else(|error| {
                    failure = Some(error.at(self.location));
                    sum
                })
            },
        );
        match failure {
            Some(failure) => Err(failure),
            None => Ok(result),
        }
    }

    /// The sum by its scale, in the type of the result.
    fn scaled(
        &self,
        program: &Program<'a, '_>,
        place: &Place<'a>,
        member: &Member<'a>,
        op: &TernaryLinear<'a>,
        sum: Value<'a, 'a>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let tt = &program.tt;
        let mut result = sum;
        if op.scale().is_some()
            && let Some(scale) = member.reads.get(2)
        {
            let scale = program.read(place, member, scale)?;
            let scale = tt.converted(scale, tt.f32());
            result = tt.apply("arith.mulf", &[tt.converted(sum, tt.f32()), scale]);
        }
        let element = member
            .operation
            .result(0)
            .map_or(self.sum, |result| element_of(result.into()));
        Ok(tt.converted(result, element))
    }
}

fn grid(member: &Member<'_>, rows: i64, width: Extent, block: i64) -> [Axis; 2] {
    [
        Axis {
            sizes: member.leading.clone(),
            block: rows,
        },
        Axis {
            sizes: vec![width],
            block,
        },
    ]
}
