//! Kernels of products with ternary weights.
//!
//! Of 8-bit activations a program has a tile of tokens and outputs, summed by
//! `tt.dot`; of one token, and of floats, outputs of one token, whose terms are
//! selected by the trit and added: x, -x or nothing. A mapping may say another tile;
//! one that is too small for `tt.dot` is summed as floats are.

use super::{
    program::{MOST_ELEMENTS, Program},
    tt::Tt,
};
use crate::kernels::{
    Axis, Built, Place, block_of,
    blocks::{Predicate, shape_of},
    linear::Layer,
    trits,
};
use fidelity_dialect::Storage;
use fidelity_passes::{kernels::Extent, threads::is_power};
use melior::ir::{TypeLike, Value};
use ods_bridge::Diagnostic;

/// The least tile that `tt.dot` takes: tokens, outputs and inputs.
const LEAST_DOT: [i64; 3] = [16, 16, 32];

/// What a program has.
struct Tile {
    tokens: i64,
    outputs: i64,
    /// The inputs whose terms are added at once.
    inputs: i64,
    by_dot: bool,
}

impl Tile {
    /// The tile that the product is mapped to, or what is as good for most products.
    fn of<'a>(program: &Program<'a, '_>, layer: &Layer<'a>) -> Result<Self, Diagnostic<'a>> {
        let is_integer = !layer.sum.is_float();
        let of = |[tokens, outputs, inputs]: [i64; 3], by_dot| Self {
            tokens,
            outputs,
            inputs,
            by_dot,
        };
        let Some(tile) = program.kernel.tile::<3>()? else {
            let mut leading = layer.leading().iter();
            let is_one_row = leading.all(|&size| program.kernel.settled(size) == Extent::Known(1));
            let [tokens, outputs, inputs] = LEAST_DOT;
            return Ok(match is_integer && !is_one_row {
                true => {
                    let outputs = block_of(layer.width, outputs, 64);
                    of([tokens, outputs, block_of(layer.inputs, inputs, 64)], true)
                }
                false => {
                    let outputs = block_of(layer.width, 1, 16);
                    of([1, outputs, block_of(layer.inputs, 1, 256)], false)
                }
            });
        };
        let by_dot = is_integer
            && tile
                .sizes
                .iter()
                .zip(LEAST_DOT)
                .all(|(&size, least)| size >= least);
        let [tokens, outputs, inputs] = tile.sizes;
        // The greatest block that is computed with.
        let pair = |one: i64, other: i64| one.checked_mul(other);
        let elements = match by_dot {
            true => [(tokens, outputs), (tokens, inputs), (outputs, inputs)]
                .into_iter()
                .map(|(one, other)| pair(one, other))
                .reduce(|one, other| Some(one?.max(other?)))
                .flatten(),
            false => pair(tokens, outputs).and_then(|both| pair(both, inputs)),
        };
        let is_possible = tile.sizes.iter().all(|&size| is_power(size, MOST_ELEMENTS))
            && elements.is_some_and(|elements| elements <= MOST_ELEMENTS);
        let expected = format!(
            "[M, N, K] of powers of two, whose blocks have at most {MOST_ELEMENTS} elements, \
             as those of Triton's"
        );
        Ok(of(tile.check(is_possible, &expected)?.sizes, by_dot))
    }
}

/// Builds the program of a kernel whose first op is the product.
pub fn build<'a>(mut program: Program<'a, '_>) -> Built<'a> {
    let layer = Layer::of(&program)?;
    let tile = Tile::of(&program, &layer)?;
    let (place, sum, grid) = match tile.tokens {
        1 => of_one_token(&layer, &tile, &program)?,
        _ => of_tokens(&layer, &tile, &program)?,
    };
    layer.finish(&mut program, &place, sum)?;
    Ok((grid, 4))
}

type Summed<'a> = (Place<'a>, Value<'a, 'a>, [Axis; 2]);

/// A tile of tokens and outputs.
fn of_tokens<'a>(
    layer: &Layer<'a>,
    tile: &Tile,
    program: &Program<'a, '_>,
) -> Result<Summed<'a>, Diagnostic<'a>> {
    let tt = &program.tt();
    let &Tile {
        outputs, inputs, ..
    } = tile;
    let shape = [tile.tokens, outputs];
    let tokens = program.indices(0, tile.tokens);
    let lanes = program.indices(1, outputs);
    let rows = program.product(layer.leading())?;
    let token_mask = program.mask(tokens, rows.unwrap_or_else(|| program.number(1)));
    let lane_mask = program.mask(lanes, program.size(layer.width)?);
    let sum = tt.constant(&shape, layer.sum, 0.0);
    let sum = over_inputs(layer, program, inputs, sum, |program, k, k_mask, sum| {
        let tt = &program.tt();
        let x_shape = [tile.tokens, inputs];
        let row = down(tt, layer.start_of_row(program, tokens)?, &x_shape);
        let offset = tt.apply("arith.addi", &[row, across(tt, k, &x_shape)]);
        let mask = both(tt, token_mask, k_mask, &x_shape);
        let x = layer.load_x(program, offset, Some(mask))?;
        let w_shape = [inputs, outputs];
        let (k_of, n_of) = (down(tt, k, &w_shape), across(tt, lanes, &w_shape));
        let mask = both(tt, k_mask, lane_mask, &w_shape);
        let trits = trits_at(layer, program, n_of, k_of, mask)?;
        if tile.by_dot {
            return Ok(tt.dot(x, tt.converted(trits, tt.integer(8)), sum));
        }
        let shape = [tile.tokens, inputs, outputs];
        let x = tt.expand_dims(tt.converted(x, layer.sum), 2);
        let trits = tt.broadcast(tt.expand_dims(trits, 0), &shape);
        let terms = trits::select(tt, trits, tt.broadcast(x, &shape));
        Ok(tt.plus(sum, tt.reduce(terms, 1, add(layer))))
    })?;
    let place = Place {
        row: down(tt, tokens, &shape),
        lane: across(tt, lanes, &shape),
        mask: Some(both(tt, token_mask, lane_mask, &shape)),
        shape: shape.to_vec(),
    };
    Ok((place, sum, grid(layer, tile.tokens, outputs)))
}

/// Outputs of one token.
fn of_one_token<'a>(
    layer: &Layer<'a>,
    tile: &Tile,
    program: &Program<'a, '_>,
) -> Result<Summed<'a>, Diagnostic<'a>> {
    let tt = &program.tt();
    let &Tile {
        outputs, inputs, ..
    } = tile;
    let row = program.program_number(0);
    let lanes = program.indices(1, outputs);
    let lane_mask = program.mask(lanes, program.size(layer.width)?);
    let place = program.place_in_row(row, lanes, layer.width)?;
    let sum = tt.constant(&[outputs], layer.sum, 0.0);
    let sum = over_inputs(layer, program, inputs, sum, |program, k, k_mask, sum| {
        let tt = &program.tt();
        let shape = [outputs, inputs];
        let start = tt.splat(layer.start_of_row(program, row)?, &[inputs]);
        let offset = tt.apply("arith.addi", &[start, k]);
        let x = layer.load_x(program, offset, Some(k_mask))?;
        let x = across(tt, tt.converted(x, layer.sum), &shape);
        let (n_of, k_of) = (down(tt, lanes, &shape), across(tt, k, &shape));
        let mask = both(tt, lane_mask, k_mask, &shape);
        let trits = trits_at(layer, program, n_of, k_of, mask)?;
        let terms = trits::select(tt, trits, x);
        Ok(tt.plus(sum, tt.reduce(terms, 1, add(layer))))
    })?;
    Ok((place, sum, grid(layer, 1, outputs)))
}

/// The op that adds terms.
fn add(layer: &Layer<'_>) -> &'static str {
    match layer.sum.is_float() {
        true => "arith.addf",
        false => "arith.addi",
    }
}

/// A block of indices down the first dimension of a shape.
fn down<'a>(tt: &Tt<'a, '_>, indices: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a> {
    tt.broadcast(tt.expand_dims(indices, 1), shape)
}

/// A block of indices across the second dimension of a shape.
fn across<'a>(tt: &Tt<'a, '_>, indices: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a> {
    tt.broadcast(tt.expand_dims(indices, 0), shape)
}

/// What is there by the masks of both dimensions of a shape.
fn both<'a>(
    tt: &Tt<'a, '_>,
    first: Value<'a, 'a>,
    second: Value<'a, 'a>,
    shape: &[i64],
) -> Value<'a, 'a> {
    let masks = [down(tt, first, shape), across(tt, second, shape)];
    tt.apply("arith.andi", &masks)
}

/// A sum over blocks of the inputs; `body` gets their indices, and which of
/// them are there.
fn over_inputs<'a>(
    layer: &Layer<'a>,
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
    let count = program.size(layer.inputs)?;
    let range = [program.number(0), count, program.number(block)];
    let result = program
        .blocks
        .loop_over(range, &[sum], |builder, start, carried| {
            let program = program.within(builder);
            let start = program.splat(start, &[block]);
            let k = program.blocks.plus(start, program.range(block));
            let k_mask = program.mask(k, count);
            Ok(vec![body(&program, k, k_mask, carried[0])?])
        })?;
    Ok(result[0])
}

/// The weights at rows `n` and columns `k`, as -1, 0 and 1 in i32, and 0 where
/// the mask leaves them out: a byte of 0 holds zeros in any storage.
fn trits_at<'a>(
    layer: &Layer<'a>,
    program: &Program<'a, '_>,
    n: Value<'a, 'a>,
    k: Value<'a, 'a>,
    mask: Value<'a, 'a>,
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    let tt = &program.tt();
    let i32_type = tt.integer(32);
    // A row has less than 2^31 trits.
    let row = tt.splat(layer.row_bytes(program)?, &shape_of(n));
    let start = tt.apply("arith.muli", &[n, row]);
    let load = |byte| {
        let offset = tt.apply("arith.addi", &[start, byte]);
        program.load_at(layer.weights, offset, Some(mask))
    };
    if layer.storage == Storage::Dense {
        return Ok(trits::of_weight(tt, load(k)?));
    }
    let k = tt.cast("arith.trunci", k, i32_type);
    let per_byte = tt.like(k, layer.per_byte() as f64);
    let byte = tt.apply("arith.divui", &[k, per_byte]);
    let byte = load(tt.cast("arith.extui", byte, tt.integer(64)))?;
    let byte = tt.cast("arith.extui", byte, i32_type);
    let place = tt.apply("arith.remui", &[k, per_byte]);
    let digit = if layer.storage == Storage::Packed2 {
        // Two bits at 2 · place.
        let shift = tt.apply("arith.addi", &[place, place]);
        let shifted = tt.apply("arith.shrui", &[byte, shift]);
        tt.apply("arith.andi", &[shifted, tt.like(byte, 3.0)])
    } else {
        // ⌊byte / 3^place⌋ mod 3
        let powers = [3.0, 9.0, 27.0, 81.0].into_iter().zip([1.0, 2.0, 3.0, 4.0]);
        let power = powers.fold(tt.like(byte, 1.0), |power, (number, of)| {
            let is = tt.compare(Predicate::Equal, place, tt.like(place, of));
            tt.select(is, tt.like(byte, number), power)
        });
        let quotient = tt.apply("arith.divui", &[byte, power]);
        tt.apply("arith.remui", &[quotient, tt.like(byte, 3.0)])
    };
    Ok(trits::of_digit(tt, digit))
}

fn grid(layer: &Layer<'_>, rows: i64, block: i64) -> [Axis; 2] {
    [
        Axis {
            sizes: layer.leading().to_vec(),
            block: rows,
        },
        Axis {
            sizes: vec![layer.width],
            block,
        },
    ]
}
