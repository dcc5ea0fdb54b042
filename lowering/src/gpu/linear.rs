//! Kernels of products with ternary weights.
//!
//! A block has some outputs of some tokens. The lanes of an output go through
//! the bytes of its row of weights, decode the trits of a byte in registers, and
//! add, subtract or leave out the elements of each token; what the lanes have is
//! then added up.

use super::{
    builder::{Axis as GridAxis, Gpu},
    program::{Program, Scratch, Threads, place},
};
use crate::kernels::{Axis, Built, block_of, linear::Layer, trits};
use fidelity_dialect::Storage;
use fidelity_passes::{
    kernels::Extent,
    threads::{LANES, lanes_of},
};
use melior::ir::{TypeLike, Value};
use ods_bridge::Diagnostic;

/// The most outputs of a block, unless a mapping says more.
const OUTPUTS: i64 = 8;

/// The tokens of a block, where there may be more than one.
const TOKENS: i64 = 4;

/// What a block has.
struct Tile {
    tokens: i64,
    outputs: i64,
    /// The lanes of an output, a power of two.
    lanes: i64,
}

impl Tile {
    /// The tile that the product is mapped to, or what is as good for most products.
    fn of<'a>(program: &Program<'a, '_>, layer: &Layer<'a>) -> Result<Self, Diagnostic<'a>> {
        let Some(tile) = program.kernel.tile::<3>()? else {
            let mut leading = layer.leading().iter();
            let is_one_row = leading.all(|&size| program.kernel.settled(size) == Extent::Known(1));
            return Ok(Self {
                tokens: if is_one_row { 1 } else { TOKENS },
                outputs: block_of(layer.width, 1, OUTPUTS),
                lanes: LANES,
            });
        };
        let lanes =
            lanes_of(tile.sizes, layer.storage).map_err(|expected| tile.refused(&expected))?;
        let [tokens, outputs, _] = tile.sizes;
        Ok(Self {
            tokens,
            outputs,
            lanes,
        })
    }
}

/// Builds the program of a kernel whose first op is the product.
pub fn build<'a>(program: Program<'a, '_>, scratch: &Scratch<'a>) -> Built<'a> {
    let layer = Layer::of(&program)?;
    let Tile {
        tokens,
        outputs,
        lanes,
    } = Tile::of(&program, &layer)?;
    let threads = Threads::new(&program, outputs * lanes, scratch);

    let gpu = program.gpu();
    let lane = gpu.apply("arith.remui", &[threads.id, gpu.index(lanes)]);
    let of_block = gpu.apply("arith.divui", &[threads.id, gpu.index(lanes)]);
    let first = gpu.times(gpu.block_id(GridAxis::X), tokens);
    let output = gpu.plus(gpu.times(gpu.block_id(GridAxis::Y), outputs), of_block);
    let rows = program.product(layer.leading())?;
    let rows = rows.unwrap_or_else(|| program.number(1));
    let width = program.size(layer.width)?;
    let product = Product {
        layer: &layer,
        lane,
        lanes,
        // What is beyond the last is computed as the last is, and not stored.
        output: last_at_most(&gpu, output, width),
        tokens: (0..tokens)
            .map(|at| match at {
                0 => first,
                _ => last_at_most(&gpu, gpu.plus(first, gpu.index(at)), rows),
            })
            .collect(),
    };
    let add = if layer.sum.is_float() {
        "arith.addf"
    } else {
        "arith.addi"
    };
    let sums = threads.reduce(&program, &product.sums(&program)?, lanes, add)?;

    // The first lanes have a token each.
    let tokens_of = sums.iter().enumerate();
    let sum = tokens_of.fold(None, |chosen, (at, &sum)| match chosen {
        None => Some(sum),
        Some(chosen) => {
            let is_after = gpu.below(gpu.index(at as i64 - 1), lane);
            Some(gpu.select(is_after, sum, chosen))
        }
    });
    let sum = sum.ok_or_else(|| Diagnostic::new("internal error: a block without tokens"))?;
    let row = gpu.plus(first, lane);
    let is_there = [
        gpu.below(lane, gpu.index(tokens)),
        gpu.below(row, rows),
        gpu.below(output, width),
    ];
    let is_there = is_there
        .into_iter()
        .reduce(|both, next| gpu.apply("arith.andi", &[both, next]));
    if let Some(is_there) = is_there {
        gpu.when(is_there, |builder| {
            let mut program = program.within(builder);
            layer.finish(&mut program, &place(row, output), sum)
        })?;
    }
    let grid = [
        Axis {
            sizes: layer.leading().to_vec(),
            block: tokens,
        },
        Axis {
            sizes: vec![layer.width],
            block: outputs,
        },
    ];
    Ok((grid, threads.count))
}

/// An index, or the last one that there is.
fn last_at_most<'a>(gpu: &Gpu<'a, '_>, index: Value<'a, 'a>, size: Value<'a, 'a>) -> Value<'a, 'a> {
    let last = gpu.minus(size, gpu.index(1));
    gpu.apply("arith.minsi", &[index, last])
}

/// An output of some tokens, as a lane sees it.
struct Product<'a, 'b> {
    layer: &'b Layer<'a>,
    lane: Value<'a, 'a>,
    lanes: i64,
    output: Value<'a, 'a>,
    tokens: Vec<Value<'a, 'a>>,
}

impl<'a> Product<'a, '_> {
    /// A sum for each token, over the bytes of the lane.
    fn sums(&self, program: &Program<'a, '_>) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
        let gpu = program.gpu();
        let row_bytes = self.layer.row_bytes(program)?;
        let start = gpu.apply("arith.muli", &[self.output, row_bytes]);
        let starts = self
            .tokens
            .iter()
            .map(|&token| self.layer.start_of_row(program, token))
            .collect::<Result<Vec<_>, _>>()?;
        let begin = vec![gpu.zero(self.layer.sum); self.tokens.len()];
        let range = [self.lane, row_bytes, program.number(self.lanes)];
        gpu.loop_over(range, &begin, |builder, byte, carried| {
            let program = program.within(builder);
            let gpu = program.gpu();
            let weights = program.load_at(self.layer.weights, gpu.plus(start, byte), None)?;
            let first = gpu.times(byte, self.layer.per_byte());
            let mut sums = carried.to_vec();
            for place in 0..self.layer.per_byte() {
                let (trit, k) = self.trit(&gpu, weights, first, place);
                for (sum, &start) in sums.iter_mut().zip(&starts) {
                    let x = self.layer.load_x(&program, gpu.plus(start, k), None)?;
                    let x = gpu.converted(x, self.layer.sum);
                    *sum = gpu.plus(*sum, trits::select(&gpu, trit, x));
                }
            }
            Ok(sums)
        })
    }

    /// A trit of a byte, in i32, and the input that it is for. One beyond the
    /// last input is 0, for the first.
    fn trit(
        &self,
        gpu: &Gpu<'a, '_>,
        byte: Value<'a, 'a>,
        first: Value<'a, 'a>,
        place: i64,
    ) -> (Value<'a, 'a>, Value<'a, 'a>) {
        if self.layer.storage == Storage::Dense {
            return (trits::of_weight(gpu, byte), first);
        }
        let i32_type = gpu.integer(32);
        let number = |number| gpu.int(i32_type, number);
        let byte = gpu.cast("arith.extui", byte, i32_type);
        let digit = if self.layer.storage == Storage::Packed2 {
            // Two bits at 2 · place.
            let shifted = gpu.apply("arith.shrui", &[byte, number(2 * place)]);
            gpu.apply("arith.andi", &[shifted, number(3)])
        } else {
            // ⌊byte / 3^place⌋ mod 3
            let power = number(3_i64.pow(place as u32));
            let quotient = gpu.apply("arith.divui", &[byte, power]);
            gpu.apply("arith.remui", &[quotient, number(3)])
        };
        let trit = trits::of_digit(gpu, digit);
        let k = gpu.plus(first, gpu.index(place));
        match self.layer.inputs {
            Extent::Known(inputs) if inputs % self.layer.per_byte() != 0 => {
                let is_there = gpu.below(k, gpu.index(inputs));
                (
                    gpu.select(is_there, trit, number(0)),
                    gpu.select(is_there, k, gpu.index(0)),
                )
            }
            _ => (trit, k),
        }
    }
}
