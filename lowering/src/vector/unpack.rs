//! Codes out of bytes, and sums of products of bytes.

use super::code::Code;
use melior::ir::{Type, Value, ValueLike};

/// The places of a byte.
pub const PLACES: i64 = 4;

/// The codes in each place of bytes, in bytes of their own; there are four times as many
/// bytes as `lanes`.
pub fn as_codes<'a>(
    code: &Code<'a, '_, '_>,
    bytes: Value<'a, 'a>,
    lanes: i64,
) -> Vec<Value<'a, 'a>> {
    let of_bytes = bytes.r#type();
    let of_halves = code.vector(2 * lanes, 16);
    let mask = code.splat(of_bytes, 3);
    // There is no shift of bytes; what comes in from the next one is masked.
    let halves = code.bitcast(bytes, of_halves);
    (0..PLACES)
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

/// The codes in each place of bytes, where they stand: those of place p are 4ᵖ as large.
pub fn in_place<'a>(code: &Code<'a, '_, '_>, bytes: Value<'a, 'a>) -> Vec<Value<'a, 'a>> {
    (0..PLACES)
        .map(|place| {
            let mask = (3_u8 << (2 * place)).cast_signed();
            code.apply(
                "arith.andi",
                &[bytes, code.splat(bytes.r#type(), mask.into())],
            )
        })
        .collect()
}

/// The sum of those of each place, all terms of which are 4ᵖ as large.
pub fn sum_of_places<'a>(
    code: &Code<'a, '_, '_>,
    sums: &[Value<'a, 'a>],
    words: Type<'a>,
) -> Value<'a, 'a> {
    let mut total = sums[0];
    for (place, &sum) in sums.iter().enumerate().skip(1) {
        let bits = code.splat(words, 2 * place as i64);
        total = code.add(total, code.apply("arith.shrsi", &[sum, bits]));
    }
    total
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
