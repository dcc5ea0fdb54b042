//! Packed trits: where they lie, and how one is decoded.
//!
//! A byte is a number whose digits are trits, the first trit the lowest: 0 is
//! the digit 0, -1 the digit 1, +1 the digit 2. A row starts on a byte. Tiles are
//! otherwise, see [`tiled`].

use super::tiled;
use fidelity_dialect::{Pack, Storage, TensorType, Unpack, storage_of};
use fidelity_passes::emit::{Emit, Iterator, Map, Size, loops};
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    attribute::{DenseElementsAttribute, IntegerAttribute},
};

/// How many places a byte has, and how one of its digits is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// `packed2`: four digits of base 4.
    Base4,
    /// `packed5`: five digits of base 3.
    Base3,
    /// `tiled2`: four digits of base 4, which are trits plus 1, in tiles.
    Tiled4,
    /// `tiled5`: five digits of base 3, which are trits plus 1, in tiles.
    Tiled3,
}

/// ⌈2¹⁶ / 3ⁱ⁺¹⌉ for the place i of a digit of base 3.
const THIRDS: [i64; 5] = [21846, 7282, 2428, 810, 270];

impl Packing {
    /// That of a storage; `None` for the dense one.
    pub fn of(storage: Storage) -> Option<Self> {
        match storage {
            Storage::Dense => None,
            Storage::Packed2 => Some(Self::Base4),
            Storage::Packed5 => Some(Self::Base3),
            Storage::Tiled2 => Some(Self::Tiled4),
            Storage::Tiled5 => Some(Self::Tiled3),
        }
    }

    /// The number of places.
    pub fn trits_per_byte(self) -> i64 {
        match self {
            Self::Base4 | Self::Tiled4 => 4,
            Self::Base3 | Self::Tiled3 => 5,
        }
    }

    /// Whether rows lie between each other.
    pub fn is_tiled(self) -> bool {
        matches!(self, Self::Tiled4 | Self::Tiled3)
    }

    /// What [`Packing::signed`] has to know of each place, as a constant that
    /// also says to `linalg.generic` how many there are: for base 4 the bits
    /// below it, for base 3 [`THIRDS`].
    pub fn places<'a>(self, emit: &Emit<'a, '_>) -> Value<'a, 'a> {
        match self {
            Self::Base4 | Self::Tiled4 => constants(emit, emit.integer(8), &[0, 2, 4, 6]),
            Self::Base3 | Self::Tiled3 => constants(emit, emit.integer(16), &THIRDS),
        }
    }

    /// ±x or 0: `x` taken once with the sign that the digit of a byte in a
    /// place says. No multiplication of x.
    ///
    /// ```text
    /// base 4: digit = (byte >> 2i) mod 4
    /// base 3: p = byte · ⌈2¹⁶ / 3ⁱ⁺¹⌉ mod 2¹⁶
    ///         digit = ⌊byte / 3ⁱ⌋ mod 3 = ⌊3 · frac(byte / 3ⁱ⁺¹)⌋ = ⌊3p / 2¹⁶⌋
    /// ```
    ///
    /// p is 2¹⁶ · frac(byte / 3ⁱ⁺¹), a multiple of 2¹⁶ / 3ⁱ⁺¹ ≥ 269, and less
    /// than 255 more by the rounding up: too little to reach the next digit.
    pub fn signed<'a>(
        self,
        emit: &Emit<'a, '_>,
        byte: Value<'a, 'a>,
        place: Value<'a, 'a>,
        x: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        // The digit of -1.
        let minus = if self.is_tiled() { 0 } else { 1 };
        let (plus, minus) = match self {
            Self::Base4 | Self::Tiled4 => {
                let shifted = emit.apply("arith.shrui", &[byte, place]);
                let digit = emit.apply("arith.andi", &[shifted, emit.int(byte.r#type(), 3)]);
                let is =
                    |number| emit.compare_integers("eq", digit, emit.int(digit.r#type(), number));
                (is(2), is(minus))
            }
            Self::Base3 | Self::Tiled3 => {
                let wide = place.r#type();
                let byte = emit.op("arith.extui").operand(byte).result(wide).value();
                let fraction = emit.apply("arith.muli", &[byte, place]);
                // At least ⌈2¹⁶ · digit / 3⌉, as a number of 16 bits.
                let is =
                    |than, number| emit.compare_integers(than, fraction, emit.int(wide, number));
                let minus = match minus {
                    0 => is("ult", 21846),
                    // Of 2 too, for which `choose` has taken x by then.
                    _ => is("uge", 21846),
                };
                (is("uge", 43691 - (1 << 16)), minus)
            }
        };
        choose(emit, plus, minus, x)
    }
}

fn constants<'a>(emit: &Emit<'a, '_>, element: Type<'a>, numbers: &[i64]) -> Value<'a, 'a> {
    let r#type = emit.tensor_type(&[Size::Static(numbers.len() as i64)], element);
    let numbers: Vec<_> = numbers
        .iter()
        .map(|&number| IntegerAttribute::new(element, number).into())
        .collect();
    let elements = DenseElementsAttribute::new(r#type, &numbers)
        .unwrap_or_else(|error| panic!("constants of {type}: {error}"));
    emit.op("arith.constant")
        .attribute("value", elements)
        .result(r#type)
        .value()
}

/// Weights as they lie in memory.
#[derive(Clone, Copy)]
pub struct Weights<'a> {
    /// The physical tensor or memref.
    pub value: Value<'a, 'a>,
    pub packing: Option<Packing>,
    /// The rows, N.
    pub rows: Size<'a>,
    /// The trits of a row, K.
    pub inputs: Size<'a>,
}

impl<'a> Weights<'a> {
    pub fn new(emit: &Emit<'a, '_>, weights: Value<'a, 'a>) -> Self {
        let logical = TensorType::of(weights);
        let value = emit.physical(weights);
        let packing = Packing::of(storage_of(&logical));
        Self {
            value,
            packing,
            rows: emit.size(value, 0),
            inputs: match packing {
                // The verifier has the last dimension of a packed type static.
                Some(_) => Size::Static(logical.shape[1]),
                None => emit.size(value, 1),
            },
        }
    }
}

impl<'a> Weights<'a> {
    /// ±x or 0 by the trit of a row and a column, wherever it lies; `places` are
    /// those of the packing.
    pub fn signed(
        &self,
        emit: &Emit<'a, '_>,
        [row, column]: [Value<'a, 'a>; 2],
        places: Option<Value<'a, 'a>>,
        x: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let (Some(packing), Some(places)) = (self.packing, places) else {
            return signed_by_trit(emit, emit.element(self.value, &[row, column]), x);
        };
        let per_byte = packing.trits_per_byte();
        let (byte, place) = match packing.is_tiled() {
            true => {
                let sizes = [self.rows, emit.size(self.value, 1)];
                tiled::place(emit, per_byte, sizes, [row, column])
            }
            false => {
                let per_byte = emit.index(per_byte);
                let byte = emit.apply("arith.divui", &[column, per_byte]);
                let place = emit.apply("arith.remui", &[column, per_byte]);
                ([row, byte], place)
            }
        };
        let byte = emit.element(self.value, &byte);
        packing.signed(emit, byte, emit.element(places, &[place]), x)
    }
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

/// Zeros after the last trit of each row, up to a whole byte.
pub fn pad_to_bytes<'a>(
    emit: &Emit<'a, '_>,
    packing: Packing,
    value: Value<'a, 'a>,
    inputs: i64,
) -> Value<'a, 'a> {
    emit.pad_last(value, (-inputs).rem_euclid(packing.trits_per_byte()))
}

/// Dense trits to packed ones.
pub fn pack<'a>(emit: &Emit<'a, '_>, op: &Pack<'a>) -> Value<'a, 'a> {
    let storage = op.storage();
    let (Some(packing), Some(base)) = (Packing::of(storage), storage.base()) else {
        panic!("the verifier has the storage packed");
    };
    let input = emit.physical(op.input());
    let mut sizes = emit.sizes(input);
    let last = sizes.len() - 1;
    let Size::Static(inputs) = sizes[last] else {
        panic!("the verifier has the last dimension static");
    };
    let padded = match storage.tile_columns() {
        Some(columns) => emit.pad_last(input, (-inputs).rem_euclid(columns as i64)),
        None => pad_to_bytes(emit, packing, input, inputs),
    };
    sizes[last] = Size::Static(storage.row_bytes(inputs as usize) as i64);
    let byte: Type<'a> = emit.integer(8);

    // byte = Σ digit(trit) · baseⁱ over the places i of a byte
    let per_byte = packing.trits_per_byte();
    let weights: Vec<i64> = (0..per_byte as u32)
        .map(|place| i64::from(base).pow(place))
        .collect();
    let powers = constants(emit, byte, &weights);
    if packing.is_tiled() {
        return tiled::pack(emit, per_byte, padded, [sizes[0], sizes[1]], powers);
    }
    let mut trits: Map = loops(0..last);
    trits.push(format!("d{last} * {per_byte} + d{}", last + 1));
    let mut iterators = vec![Iterator::Parallel; last + 1];
    iterators.push(Iterator::Reduction);
    emit.generic(
        &[(padded, trits), (powers, loops([last + 1]))],
        &[(emit.filled(&sizes, emit.zero(byte)), loops(0..=last))],
        &iterators,
        |emit, arguments| {
            let zero = emit.int(byte, 0);
            let plus = emit.compare_integers("sgt", arguments[0], zero);
            let minus = emit.compare_integers("slt", arguments[0], zero);
            let digit = emit.select(
                plus,
                emit.int(byte, 2),
                emit.select(minus, emit.int(byte, 1), zero),
            );
            let term = emit.apply("arith.muli", &[digit, arguments[1]]);
            vec![emit.add(arguments[2], term)]
        },
    )[0]
}

/// Packed trits to dense ones.
pub fn unpack<'a>(emit: &Emit<'a, '_>, op: &Unpack<'a>) -> Value<'a, 'a> {
    let logical = TensorType::of(op.input());
    let Some(packing) = Packing::of(storage_of(&logical)) else {
        panic!("the verifier has the input packed");
    };
    let input = emit.physical(op.input());
    let mut sizes = emit.sizes(input);
    let last = sizes.len() - 1;
    sizes[last] = Size::Static(logical.shape[last]);
    let byte = emit.integer(8);
    if packing.is_tiled() {
        let weights = Weights::new(emit, op.input());
        let places = Some(packing.places(emit));
        return emit.map(&[], &sizes, byte, |emit, _| {
            let at = [emit.loop_index(0), emit.loop_index(1)];
            weights.signed(emit, at, places, emit.int(byte, 1))
        });
    }
    let per_byte = packing.trits_per_byte();
    let mut bytes: Map = loops(0..last);
    bytes.push(format!("d{last} floordiv {per_byte}"));
    let places = packing.places(emit);
    emit.map(&[(input, bytes)], &sizes, byte, |emit, arguments| {
        let index = emit.loop_index(last);
        let place = emit.apply("arith.remui", &[index, emit.index(per_byte)]);
        let place = emit.element(places, &[place]);
        packing.signed(emit, arguments[0], place, emit.int(byte, 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    // What `Packing::signed` computes, on every byte and place.
    #[test]
    fn a_fraction_of_16_bits_tells_the_digit() {
        for byte in 0..=255_u16 {
            for (place, &third) in THIRDS.iter().enumerate() {
                let fraction = byte.wrapping_mul(third as u16);
                let digit = u16::from(fraction >= 21846) + u16::from(fraction >= 43691);
                assert_eq!(digit, byte / 3_u16.pow(place as u32) % 3, "{byte}, {place}");
            }
        }
    }

    #[test]
    fn places_are_those_of_the_storage() {
        for storage in [
            Storage::Dense,
            Storage::Packed2,
            Storage::Packed5,
            Storage::Tiled2,
            Storage::Tiled5,
        ] {
            assert_eq!(
                Packing::of(storage).map(|packing| packing.trits_per_byte() as usize),
                storage.trits_per_byte()
            );
            assert_eq!(
                Packing::of(storage).is_some_and(Packing::is_tiled),
                storage.is_tiled()
            );
        }
    }
}
