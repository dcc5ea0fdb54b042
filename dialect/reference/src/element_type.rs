//! Element types: names, sizes, rounding and bytes.

use half::{bf16, f16};

use crate::keyword::keywords;

/// The type of a tensor's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ElementType {
    /// IEEE 754 binary16.
    F16,
    /// The upper half of an IEEE 754 binary32.
    BF16,
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
    /// A pair of binary32: the real and the imaginary part.
    ComplexF32,
    /// A pair of binary64: the real and the imaginary part.
    ComplexF64,
    /// A bit, held as 0 or 1 and stored in a byte.
    I1,
    /// 8 bits, two's complement.
    I8,
    /// 16 bits, two's complement.
    I16,
    /// 32 bits, two's complement.
    I32,
    /// 64 bits, two's complement.
    I64,
    /// A raw byte, as packed storage holds.
    U8,
}

keywords!(ElementType {
    F16 = "f16",
    BF16 = "bf16",
    F32 = "f32",
    F64 = "f64",
    ComplexF32 = "complex<f32>",
    ComplexF64 = "complex<f64>",
    I1 = "i1",
    I8 = "i8",
    I16 = "i16",
    I32 = "i32",
    I64 = "i64",
    U8 = "ui8",
});

impl ElementType {
    /// True for the four float types.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::BF16 | Self::F32 | Self::F64)
    }

    /// True for the two complex types.
    pub const fn is_complex(self) -> bool {
        matches!(self, Self::ComplexF32 | Self::ComplexF64)
    }

    /// The type of a complex type's parts; any other type itself.
    pub const fn part(self) -> Self {
        match self {
            Self::ComplexF32 => Self::F32,
            Self::ComplexF64 => Self::F64,
            other => other,
        }
    }

    /// Bytes one element takes in memory and in files.
    pub const fn byte_width(self) -> usize {
        match self {
            Self::I1 | Self::I8 | Self::U8 => 1,
            Self::F16 | Self::BF16 | Self::I16 => 2,
            Self::F32 | Self::I32 => 4,
            Self::F64 | Self::I64 | Self::ComplexF32 => 8,
            Self::ComplexF64 => 16,
        }
    }

    /// Distance from 1 to the next larger value of a float type, or of the
    /// parts of a complex one; 0 for an integer type, whose values are exact.
    pub fn epsilon(self) -> f64 {
        match self.part() {
            Self::F16 => f16::EPSILON.to_f64(),
            Self::BF16 => bf16::EPSILON.to_f64(),
            Self::F32 => f64::from(f32::EPSILON),
            Self::F64 => f64::EPSILON,
            _ => 0.0,
        }
    }

    /// Smallest and largest value of an integer type; `None` for another type.
    pub const fn integer_range(self) -> Option<(i64, i64)> {
        match self {
            Self::F16 | Self::BF16 | Self::F32 | Self::F64 => None,
            Self::ComplexF32 | Self::ComplexF64 => None,
            Self::I1 => Some((0, 1)),
            Self::I8 => Some((i8::MIN as i64, i8::MAX as i64)),
            Self::I16 => Some((i16::MIN as i64, i16::MAX as i64)),
            Self::I32 => Some((i32::MIN as i64, i32::MAX as i64)),
            Self::I64 => Some((i64::MIN, i64::MAX)),
            Self::U8 => Some((0, u8::MAX as i64)),
        }
    }

    /// `value` rounded once to this float type, or to that of this complex
    /// type's parts, half to even; unchanged for an integer type.
    pub fn round(self, value: f64) -> f64 {
        match self.part() {
            Self::F16 => f16::from_f32(to_odd_f32(value)).to_f64(),
            Self::BF16 => bf16::from_f32(to_odd_f32(value)).to_f64(),
            Self::F32 => f64::from(value as f32),
            _ => value,
        }
    }

    /// Appends the little-endian bytes of a value of this float type.
    pub(crate) fn put_float(self, value: f64, bytes: &mut Vec<u8>) {
        match self {
            Self::F16 => bytes.extend(f16::from_f32(to_odd_f32(value)).to_le_bytes()),
            Self::BF16 => bytes.extend(bf16::from_f32(to_odd_f32(value)).to_le_bytes()),
            Self::F32 => bytes.extend((value as f32).to_le_bytes()),
            _ => bytes.extend(value.to_le_bytes()),
        }
    }

    /// Appends the little-endian bytes of a value of this integer type.
    pub(crate) fn put_integer(self, value: i64, bytes: &mut Vec<u8>) {
        // The low bytes of a two's complement number are the narrower number.
        bytes.extend(&value.to_le_bytes()[..self.byte_width()]);
    }

    /// The value of this float type in `bytes`, little-endian, of which there
    /// are `byte_width`.
    pub(crate) fn get_float(self, bytes: &[u8]) -> f64 {
        let bits = low_bits(bytes);
        match self {
            Self::F16 => f16::from_bits(bits as u16).to_f64(),
            Self::BF16 => bf16::from_bits(bits as u16).to_f64(),
            Self::F32 => f64::from(f32::from_bits(bits as u32)),
            _ => f64::from_bits(bits),
        }
    }

    /// The value of this integer type in `bytes`, little-endian, of which
    /// there are `byte_width`. A bit is set when any bit of its byte is.
    pub(crate) fn get_integer(self, bytes: &[u8]) -> i64 {
        let bits = low_bits(bytes);
        match self {
            Self::I1 => i64::from(bits != 0),
            Self::I8 => i64::from(bits as i8),
            Self::I16 => i64::from(bits as i16),
            Self::I32 => i64::from(bits as i32),
            _ => bits as i64,
        }
    }
}

/// Up to eight little-endian bytes, zero-extended.
fn low_bits(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |bits, &byte| (bits << 8) | u64::from(byte))
}

/// `value` as an f32, an inexact one rounded to the neighbour whose last bit
/// is 1.
///
/// Rounding this again, half to even, to a type with at least two bits fewer
/// gives what rounding `value` once would (Boldo and Melquiond, "Emulation of
/// FMA and correctly rounded sums", 2008). Rounding to nearest twice does not:
/// 1 + 2⁻¹¹ + 2⁻⁵⁰ becomes the f32 1 + 2⁻¹¹, then the f16 1.
fn to_odd_f32(value: f64) -> f32 {
    let nearest = value as f32;
    let exact = f64::from(nearest);
    if exact == value || value.is_nan() || nearest.to_bits() & 1 == 1 {
        return nearest;
    }
    // Sign and magnitude: one bit less is nearer to zero.
    let towards_zero = exact.abs() > value.abs();
    let bits = nearest.to_bits();
    f32::from_bits(if towards_zero { bits - 1 } else { bits + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    /// The value half way between two neighbours rounds to the even one, and
    /// the f64 next to it rounds to its own side.
    fn check_midpoints(element: ElementType, decode: fn(u16) -> f64, largest: u16) {
        for bits in 0..largest {
            let (low, high) = (decode(bits), decode(bits + 1));
            let middle = (low + high) / 2.0;
            let even = if bits & 1 == 0 { low } else { high };
            assert_eq!(element.round(low), low);
            assert_eq!(element.round(middle), even, "between {low} and {high}");
            assert_eq!(element.round(middle.next_down()), low);
            assert_eq!(element.round(middle.next_up()), high);
            assert_eq!(element.round(-middle), -even);
            assert_eq!(element.round(-middle.next_up()), -high);
        }
    }

    #[test]
    fn rounds_once_to_every_f16() {
        check_midpoints(
            ElementType::F16,
            |bits| f16::from_bits(bits).to_f64(),
            f16::MAX.to_bits(),
        );
        assert_eq!(ElementType::F16.round(65519.999999999), 65504.0);
        assert_eq!(ElementType::F16.round(65520.0), f64::INFINITY);
        assert_eq!(ElementType::F16.round(-1e300), f64::NEG_INFINITY);
    }

    #[test]
    fn rounds_once_to_every_bf16() {
        check_midpoints(
            ElementType::BF16,
            |bits| bf16::from_bits(bits).to_f64(),
            bf16::MAX.to_bits(),
        );
        assert_eq!(ElementType::BF16.round(3.4e38), f64::INFINITY);
        assert_eq!(ElementType::BF16.round(-1e-300), 0.0);
    }

    #[test]
    fn rounds_to_f32_and_keeps_f64() {
        assert_eq!(ElementType::F32.round(0.1), f64::from(0.1_f32));
        assert_eq!(ElementType::F32.round(1e300), f64::INFINITY);
        assert_eq!(ElementType::F64.round(0.1), 0.1);
    }

    #[test]
    fn keeps_what_is_not_finite() {
        for element in [ElementType::F16, ElementType::BF16, ElementType::F32] {
            assert!(element.round(f64::NAN).is_nan());
            assert_eq!(element.round(f64::INFINITY), f64::INFINITY);
            assert!(element.round(-0.0).is_sign_negative());
        }
    }

    #[test]
    fn keywords_read_back() {
        for text in [
            "f16",
            "bf16",
            "f32",
            "f64",
            "complex<f32>",
            "complex<f64>",
            "i1",
            "i8",
            "i16",
            "i32",
            "i64",
            "ui8",
        ] {
            let element: ElementType = text.parse().unwrap();
            assert_eq!(element.to_string(), text);
        }
        assert_eq!(
            "f8".parse::<ElementType>().unwrap_err().to_string(),
            "expected one of `f16` `bf16` `f32` `f64` `complex<f32>` `complex<f64>` `i1` `i8` \
             `i16` `i32` `i64` `ui8`, but got `f8`"
        );
    }
}
