//! Codes out of bytes, and sums of products of bytes.

use super::{code::Code, isa::Isa, tile::Tile};
use melior::ir::{Type, Value, ValueLike};

/// The codes in each place of bytes, in bytes of their own; there are four times as many
/// bytes as `lanes`.
pub fn as_codes<'a>(
    code: &Code<'a, '_, '_>,
    bytes: Value<'a, 'a>,
    lanes: i64,
    tile: Tile,
    isa: Isa,
) -> Vec<Value<'a, 'a>> {
    if tile.base == 4 {
        return pairs_of_bits(code, bytes, lanes);
    }
    // 3ⁱ is 1 or -1 modulo 4, so that a digit of 0, 1 or 2 is what is left of it.
    let three = code.splat(bytes.r#type(), 3);
    let digit = |of: &Digit<'a>, weight: i64| {
        let [from, less] = match weight % 4 {
            1 => [of.bytes, of.rest],
            _ => [of.rest, of.bytes],
        };
        code.apply("arith.andi", &[code.sub(from, less), three])
    };
    if let Some(instruction) = isa.table() {
        let top = tile.places - 1;
        let last = Digit::of(code, bytes, tile.weight(top));
        let pairs = look_up(code, instruction, last.rest, tile);
        let mut codes = pairs_of_bits(code, pairs, lanes);
        codes.push(digit(&last, tile.weight(top)));
        return codes;
    }
    let mut rest = bytes;
    let mut codes = Vec::new();
    for place in (1..tile.places).rev() {
        let next = Digit::of(code, rest, tile.weight(place));
        codes.push(digit(&next, tile.weight(place)));
        rest = next.rest;
    }
    codes.push(rest);
    codes.reverse();
    codes
}

/// The codes in each place of bytes, as they are found with the fewest instructions: those
/// of a place are as many times as large as [`scales`] says.
pub fn in_place<'a>(
    code: &Code<'a, '_, '_>,
    bytes: Value<'a, 'a>,
    tile: Tile,
    isa: Isa,
) -> Vec<Value<'a, 'a>> {
    if tile.base == 4 {
        return masked(code, bytes);
    }
    if let Some(instruction) = isa.table() {
        let last = Digit::of(code, bytes, tile.weight(tile.places - 1));
        let mut places = masked(code, look_up(code, instruction, last.rest, tile));
        places.push(code.sub(bytes, last.rest));
        return places;
    }
    let mut rest = bytes;
    let mut places = Vec::new();
    for place in (1..tile.places).rev() {
        let next = Digit::of(code, rest, tile.weight(place));
        places.push(code.sub(rest, next.rest));
        rest = next.rest;
    }
    places.push(rest);
    places.reverse();
    places
}

/// What a code counts in each place of [`in_place`].
pub fn scales(tile: Tile, isa: Isa) -> Vec<i64> {
    let is_looked_up = tile.base != 4 && isa.table().is_some();
    (0..tile.places)
        .map(|place| match is_looked_up && place + 1 < tile.places {
            true => 4_i64.pow(place as u32),
            false => tile.weight(place),
        })
        .collect()
}

/// The sum of those of each place, all terms of which are as many times as large as
/// `scales` says: a power of four, or an odd number.
pub fn sum_of_places<'a>(
    code: &Code<'a, '_, '_>,
    sums: &[Value<'a, 'a>],
    scales: &[i64],
    words: Type<'a>,
) -> Value<'a, 'a> {
    let mut total = sums[0];
    for (&sum, &scale) in sums.iter().zip(scales).skip(1) {
        let term = match scale % 2 {
            0 => {
                let bits = code.splat(words, scale.trailing_zeros().into());
                code.apply("arith.shrsi", &[sum, bits])
            }
            // What is a multiple of it is divided so, and it does not matter what the sum
            // has lost above its 32 bits.
            _ => code.mul(sum, code.splat(words, inverse(scale).into())),
        };
        total = code.add(total, term);
    }
    total
}

/// What an odd number is multiplied by to make 1 of it modulo 2³² (Warren, Hacker's
/// Delight, 10-16).
fn inverse(odd: i64) -> i32 {
    let odd = odd as i32;
    // Three bits are right, and each step doubles them.
    (0..4).fold(odd, |inverse, _| {
        inverse.wrapping_mul(2_i32.wrapping_sub(odd.wrapping_mul(inverse)))
    })
}

/// Bytes of the base 3 without their highest digit.
struct Digit<'a> {
    bytes: Value<'a, 'a>,
    rest: Value<'a, 'a>,
}

impl<'a> Digit<'a> {
    /// The digit counts `weight`: of the bytes less none, one and two of it, those that are
    /// too small for it come out large.
    fn of(code: &Code<'a, '_, '_>, bytes: Value<'a, 'a>, weight: i64) -> Self {
        let less = |weight: i64| {
            let weight = i64::from((weight as u8).cast_signed());
            code.sub(bytes, code.splat(bytes.r#type(), weight))
        };
        let lesser = code.apply("arith.minui", &[less(weight), less(2 * weight)]);
        Self {
            bytes,
            rest: code.apply("arith.minui", &[bytes, lesser]),
        }
    }
}

/// The lower digits of bytes, of which the highest one is gone, as pairs of bits.
fn look_up<'a>(
    code: &Code<'a, '_, '_>,
    instruction: &str,
    bytes: Value<'a, 'a>,
    tile: Tile,
) -> Value<'a, 'a> {
    let pairs = |byte: i64| {
        let pair = |place: i64| (byte / tile.weight(place) % tile.base) << (2 * place);
        let pairs: i64 = (0..tile.places - 1).map(pair).sum();
        i64::from((pairs as u8).cast_signed())
    };
    let [low, high] = [0..64, 64..128].map(|half| {
        let entries: Vec<_> = half.map(pairs).collect();
        code.bytes(&entries)
    });
    code.intrinsic(instruction, &[low, bytes, high], bytes.r#type())
}

/// The pairs of bits of bytes, in bytes of their own.
fn pairs_of_bits<'a>(
    code: &Code<'a, '_, '_>,
    bytes: Value<'a, 'a>,
    lanes: i64,
) -> Vec<Value<'a, 'a>> {
    let of_bytes = bytes.r#type();
    let of_halves = code.vector(2 * lanes, 16);
    let mask = code.splat(of_bytes, 3);
    // There is no shift of bytes; what comes in from the next one is masked.
    let halves = code.bitcast(bytes, of_halves);
    (0..4)
        .map(|place| {
            let shifted = match place {
                0 => bytes,
                _ => {
                    let bits = code.splat(of_halves, 2 * place);
                    let shifted = code.apply("arith.shrui", &[halves, bits]);
                    code.bitcast(shifted, of_bytes)
                }
            };
            code.apply("arith.andi", &[shifted, mask])
        })
        .collect()
}

/// The same where they stand: those of place p are 4ᵖ as large.
fn masked<'a>(code: &Code<'a, '_, '_>, bytes: Value<'a, 'a>) -> Vec<Value<'a, 'a>> {
    (0..4)
        .map(|place| {
            let mask = (3_u8 << (2 * place)).cast_signed();
            let mask = code.splat(bytes.r#type(), mask.into());
            code.apply("arith.andi", &[bytes, mask])
        })
        .collect()
}

/// Products of unsigned by signed bytes, two of which make a sum of 16 bits.
pub fn pairs_of_bytes<'a>(
    code: &Code<'a, '_, '_>,
    intrinsics: Option<[&'static str; 2]>,
    unsigned: Value<'a, 'a>,
    signed: Value<'a, 'a>,
    halves: Type<'a>,
) -> Value<'a, 'a> {
    if let Some([of_bytes, _]) = intrinsics {
        return code.intrinsic(of_bytes, &[unsigned, signed], halves);
    }
    let eight = code.splat(halves, 8);
    let [unsigned, signed] = [unsigned, signed].map(|bytes| code.bitcast(bytes, halves));
    let low = code.apply("arith.andi", &[unsigned, code.splat(halves, 255)]);
    let high = code.apply("arith.shrui", &[unsigned, eight]);
    let signed_low = code.apply("arith.shli", &[signed, eight]);
    let signed_low = code.apply("arith.shrsi", &[signed_low, eight]);
    let signed_high = code.apply("arith.shrsi", &[signed, eight]);
    code.add(code.mul(low, signed_low), code.mul(high, signed_high))
}

/// Sums of two neighbours of 16 bits.
pub fn pairs_of_halves<'a>(
    code: &Code<'a, '_, '_>,
    intrinsics: Option<[&'static str; 2]>,
    halves: Value<'a, 'a>,
    words: Type<'a>,
) -> Value<'a, 'a> {
    if let Some([_, of_halves]) = intrinsics {
        let ones = code.splat(halves.r#type(), 1);
        return code.intrinsic(of_halves, &[halves, ones], words);
    }
    let sixteen = code.splat(words, 16);
    let pairs = code.bitcast(halves, words);
    let low = code.apply("arith.shli", &[pairs, sixteen]);
    let low = code.apply("arith.shrsi", &[low, sixteen]);
    code.add(low, code.apply("arith.shrsi", &[pairs, sixteen]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidelity_dialect::Storage;
    use pretty_assertions::assert_eq;

    #[test]
    fn multiples_are_divided_by_a_product() {
        for place in 0..5 {
            let scale = 3_i64.pow(place);
            for sum in [-70_001, -1, 0, 1, 123_456_789] {
                let multiple = (sum * scale) as i32;
                assert_eq!(i64::from(multiple.wrapping_mul(inverse(scale))), sum);
            }
        }
    }

    #[test]
    fn places_are_scaled_as_they_are_found() {
        let [twos, fives] = [Storage::Tiled2, Storage::Tiled5].map(|it| Tile::of(it).unwrap());
        assert_eq!(scales(twos, Isa::Avx512Vbmi), [1, 4, 16, 64]);
        assert_eq!(scales(fives, Isa::Avx512Vbmi), [1, 4, 16, 64, 81]);
        assert_eq!(scales(fives, Isa::AvxVnni), [1, 3, 9, 27, 81]);
    }
}
