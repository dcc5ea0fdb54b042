//! Packed trits: where they lie, and how one is decoded.
//!
//! `packed2` holds four trits to a byte, the first in the low bits: 00 = 0,
//! 01 = -1, 10 = +1, 11 read as 0. A row starts on a byte.

use fidelity_dialect::{Pack, Storage, TensorType, Unpack, storage_of};
use fidelity_passes::emit::{Emit, Iterator, Map, Size, loops};
use melior::ir::{Type, TypeLike, Value, ValueLike, attribute::DenseElementsAttribute};

/// How many trits a byte holds.
pub const TRITS_PER_BYTE: i64 = 4;

/// Weights as they lie in memory.
#[derive(Clone, Copy)]
pub struct Weights<'a> {
    /// The physical tensor or memref.
    pub value: Value<'a, 'a>,
    pub packed: bool,
    /// The rows, N.
    pub rows: Size<'a>,
    /// The trits of a row, K.
    pub inputs: Size<'a>,
}

impl<'a> Weights<'a> {
    pub fn new(emit: &Emit<'a, '_>, weights: Value<'a, 'a>) -> Self {
        let logical = TensorType::of(weights);
        let value = emit.physical(weights);
        let packed = storage_of(&logical) != Storage::Dense;
        Self {
            value,
            packed,
            rows: emit.size(value, 0),
            inputs: if packed {
                // The verifier has the last dimension of a packed type static.
                Size::Static(logical.shape[1])
            } else {
                emit.size(value, 1)
            },
        }
    }
}

/// The bits below each trit of a byte, as a constant that also says to
/// `linalg.generic` how many there are.
pub fn shifts<'a>(emit: &Emit<'a, '_>) -> Value<'a, 'a> {
    let r#type = emit.tensor_type(&[Size::Static(TRITS_PER_BYTE)], emit.integer(8));
    emit.op("arith.constant")
        .attribute(
            "value",
            DenseElementsAttribute::i8_values(r#type, &[0, 2, 4, 6]),
        )
        .result(r#type)
        .value()
}

/// The two bits of a trit.
fn code<'a>(emit: &Emit<'a, '_>, byte: Value<'a, 'a>, shift: Value<'a, 'a>) -> Value<'a, 'a> {
    let shifted = emit.apply("arith.shrui", &[byte, shift]);
    emit.apply("arith.andi", &[shifted, emit.int(byte.r#type(), 3)])
}

/// ±x or 0: `x` taken once with the sign that a code says. No multiplication.
pub fn signed_by_code<'a>(
    emit: &Emit<'a, '_>,
    byte: Value<'a, 'a>,
    shift: Value<'a, 'a>,
    x: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let code = code(emit, byte, shift);
    let is = |number| emit.compare_integers("eq", code, emit.int(code.r#type(), number));
    choose(emit, is(2), is(1), x)
}

/// ±x or 0 by the sign of an unpacked trit.
pub fn signed_by_trit<'a>(
    emit: &Emit<'a, '_>,
    trit: Value<'a, 'a>,
    x: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let zero = emit.int(trit.r#type(), 0);
    choose(
        emit,
        emit.compare_integers("sgt", trit, zero),
        emit.compare_integers("slt", trit, zero),
        x,
    )
}

fn choose<'a>(
    emit: &Emit<'a, '_>,
    plus: Value<'a, 'a>,
    minus: Value<'a, 'a>,
    x: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let zero = emit.zero(x.r#type());
    let negated = if x.r#type().is_float() {
        emit.apply("arith.negf", &[x])
    } else {
        emit.sub(zero, x)
    };
    emit.select(plus, x, emit.select(minus, negated, zero))
}

/// The affine expression of a trit's index from its byte's and its place
/// there.
pub fn trit_index(byte: usize, place: usize) -> String {
    format!("d{byte} * {TRITS_PER_BYTE} + d{place}")
}

/// Zeros after the last trit of each row, up to a whole byte.
pub fn pad_to_bytes<'a>(emit: &Emit<'a, '_>, value: Value<'a, 'a>, inputs: i64) -> Value<'a, 'a> {
    emit.pad_last(
        value,
        (TRITS_PER_BYTE - inputs % TRITS_PER_BYTE) % TRITS_PER_BYTE,
    )
}

/// Dense trits to packed ones.
pub fn pack<'a>(emit: &Emit<'a, '_>, op: &Pack<'a>) -> Value<'a, 'a> {
    let input = emit.physical(op.input());
    let mut sizes = emit.sizes(input);
    let last = sizes.len() - 1;
    let Size::Static(inputs) = sizes[last] else {
        panic!("the verifier has the last dimension static");
    };
    let padded = pad_to_bytes(emit, input, inputs);
    sizes[last] = Size::Static((inputs + TRITS_PER_BYTE - 1) / TRITS_PER_BYTE);
    let byte: Type<'a> = emit.integer(8);

    // byte = Σ code(trit) << shift, over the four places of a byte
    let mut trits: Map = loops(0..last);
    trits.push(trit_index(last, last + 1));
    let mut iterators = vec![Iterator::Parallel; last + 1];
    iterators.push(Iterator::Reduction);
    emit.generic(
        &[(padded, trits), (shifts(emit), loops([last + 1]))],
        &[(emit.filled(&sizes, emit.zero(byte)), loops(0..=last))],
        &iterators,
        |emit, arguments| {
            let zero = emit.int(byte, 0);
            let plus = emit.compare_integers("sgt", arguments[0], zero);
            let minus = emit.compare_integers("slt", arguments[0], zero);
            let code = emit.select(
                plus,
                emit.int(byte, 2),
                emit.select(minus, emit.int(byte, 1), zero),
            );
            let placed = emit.apply("arith.shli", &[code, arguments[1]]);
            vec![emit.apply("arith.ori", &[arguments[2], placed])]
        },
    )[0]
}

/// Packed trits to dense ones.
pub fn unpack<'a>(emit: &Emit<'a, '_>, op: &Unpack<'a>) -> Value<'a, 'a> {
    let logical = TensorType::of(op.input());
    let input = emit.physical(op.input());
    let mut sizes = emit.sizes(input);
    let last = sizes.len() - 1;
    sizes[last] = Size::Static(logical.shape[last]);
    let byte = emit.integer(8);
    let mut bytes: Map = loops(0..last);
    bytes.push(format!("d{last} floordiv {TRITS_PER_BYTE}"));
    emit.map(&[(input, bytes)], &sizes, byte, |emit, arguments| {
        // shift = 2 (k mod 4)
        let index = emit.loop_index(last);
        let place = emit.apply("arith.remui", &[index, emit.index(TRITS_PER_BYTE)]);
        let place = emit
            .op("arith.index_cast")
            .operand(place)
            .result(byte)
            .value();
        let shift = emit.apply("arith.shli", &[place, emit.int(byte, 1)]);
        signed_by_code(emit, arguments[0], shift, emit.int(byte, 1))
    })
}
