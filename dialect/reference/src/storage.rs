//! Packed storage of trits, as `#fidelity.tensor` defines it.

use crate::keyword::keywords;
use crate::shape::{buffer, element_count};
use crate::{ElementType, Error, Tensor};

/// How a tensor's elements are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Storage {
    /// One element after the other.
    #[default]
    Dense,
    /// Trits at two bits each, four to a byte: see [`pack2`].
    Packed2,
}

keywords!(Storage {
    Dense = "dense",
    Packed2 = "packed2"
});

const TRITS_PER_BYTE: usize = 4;

/// Trits `[…, K]` as bytes `[…, ⌈K/4⌉]`.
///
/// Four trits to a byte, the first in the low bits, by the codes 00 = 0,
/// 01 = -1, 10 = +1. Every row starts on a byte; the unused trits of a row's
/// last byte are 0. A value that is not a trit counts by its sign.
///
/// `trits` is i8, the result ui8.
///
/// # Errors
/// When `trits` is not i8 or has no last dimension.
pub fn pack2(trits: &Tensor) -> Result<Tensor, Error> {
    let values = match trits.integers() {
        Some(values) if trits.element_type() == ElementType::I8 => values,
        _ => {
            return Err(Error::value(
                "trits of element type i8",
                trits.element_type().to_string(),
            ));
        }
    };
    let (leading, columns) = split_last("trits", trits)?;
    let row_bytes = columns.div_ceil(TRITS_PER_BYTE);
    let shape = [leading, &[row_bytes]].concat();
    let mut bytes = buffer(element_count(&shape)?)?;
    for row in values.chunks(columns.max(1)) {
        for trits in row.chunks(TRITS_PER_BYTE) {
            let code = |(position, &trit): (usize, &i64)| encode(trit) << (2 * position);
            bytes.push(trits.iter().enumerate().map(code).sum());
        }
    }
    Tensor::from_integers(ElementType::U8, shape, bytes)
}

/// The trits `[…, columns]` that bytes `[…, ⌈columns/4⌉]` hold.
///
/// The code 11, which [`pack2`] never writes, is read as 0; so are, being
/// dropped, the unused trits of a row's last byte.
///
/// `bytes` is ui8 or i8, the result i8.
///
/// # Errors
/// When `bytes` has another element type, no last dimension, or a last
/// dimension that does not hold `columns` trits.
pub fn unpack2(bytes: &Tensor, columns: usize) -> Result<Tensor, Error> {
    let values = match bytes.integers() {
        Some(values) if matches!(bytes.element_type(), ElementType::U8 | ElementType::I8) => values,
        _ => {
            return Err(Error::value(
                "bytes of element type ui8 or i8",
                bytes.element_type().to_string(),
            ));
        }
    };
    let (leading, row_bytes) = split_last("bytes", bytes)?;
    if row_bytes != columns.div_ceil(TRITS_PER_BYTE) {
        return Err(Error::value(
            format!(
                "{} bytes for a row of {columns} trits",
                columns.div_ceil(TRITS_PER_BYTE)
            ),
            row_bytes.to_string(),
        ));
    }
    let shape = [leading, &[columns]].concat();
    let mut trits = buffer(element_count(&shape)?)?;
    for row in values.chunks(row_bytes.max(1)) {
        for column in 0..columns {
            let byte = row[column / TRITS_PER_BYTE];
            trits.push(decode(byte >> (2 * (column % TRITS_PER_BYTE))));
        }
    }
    Tensor::from_integers(ElementType::I8, shape, trits)
}

fn encode(trit: i64) -> i64 {
    match trit.signum() {
        -1 => 0b01,
        1 => 0b10,
        _ => 0b00,
    }
}

fn decode(code: i64) -> i64 {
    match code & 0b11 {
        0b01 => -1,
        0b10 => 1,
        _ => 0,
    }
}

fn split_last<'a>(what: &str, tensor: &'a Tensor) -> Result<(&'a [usize], usize), Error> {
    match tensor.shape().split_last() {
        Some((&last, leading)) => Ok((leading, last)),
        None => Err(Error::value(
            format!("{what} with a last dimension"),
            "a tensor of rank 0",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn trits(shape: &[usize], values: &[i64]) -> Tensor {
        Tensor::from_integers(ElementType::I8, shape, values.to_vec()).unwrap()
    }

    fn bytes(shape: &[usize], values: &[i64]) -> Tensor {
        Tensor::from_integers(ElementType::U8, shape, values.to_vec()).unwrap()
    }

    #[test]
    fn the_first_trit_is_in_the_low_bits() {
        assert_eq!(
            pack2(&trits(&[1, 4], &[1, -1, 0, 1])).unwrap(),
            bytes(&[1, 1], &[0b10_00_01_10])
        );
    }

    #[test]
    fn rows_start_on_a_byte() {
        assert_eq!(
            pack2(&trits(&[2, 5], &[1, 1, 1, 1, -1, -1, 0, 0, 0, 1])).unwrap(),
            bytes(&[2, 2], &[0b10_10_10_10, 0b01, 0b01, 0b10])
        );
    }

    #[test]
    fn other_values_count_by_their_sign() {
        assert_eq!(
            pack2(&trits(&[4], &[127, -128, 2, -3])).unwrap(),
            pack2(&trits(&[4], &[1, -1, 1, -1])).unwrap()
        );
    }

    #[test]
    fn every_row_of_trits_survives() {
        for columns in 0..=9_u32 {
            for number in 0..3_i64.pow(columns) {
                let row: Vec<_> = (0..columns)
                    .map(|digit| number / 3_i64.pow(digit) % 3 - 1)
                    .collect();
                let row = trits(&[columns as usize], &row);
                let packed = pack2(&row).unwrap();
                assert_eq!(unpack2(&packed, columns as usize).unwrap(), row);
                // The code 11 is never written.
                let codes = packed.integers().unwrap().iter();
                assert!(codes.copied().all(|byte| byte & (byte >> 1) & 0x55 == 0));
            }
        }
    }

    #[test]
    fn every_byte_is_read() {
        for byte in 0..=255_i64 {
            let unpacked = unpack2(&bytes(&[1], &[byte]), 4).unwrap();
            let expected: Vec<_> = (0..4)
                .map(|position| [0, -1, 1, 0][(byte >> (2 * position) & 3) as usize])
                .collect();
            assert_eq!(unpacked, trits(&[4], &expected), "{byte:#010b}");
            // The same bits as a signed byte.
            let signed = trits(&[1], &[i64::from(byte as u8 as i8)]);
            assert_eq!(unpack2(&signed, 4).unwrap(), unpacked);
        }
    }

    #[test]
    fn unused_trits_are_dropped() {
        assert_eq!(
            unpack2(&bytes(&[1, 1], &[0b10_10_10_01]), 2).unwrap(),
            trits(&[1, 2], &[-1, 1])
        );
    }

    #[test]
    fn sizes_may_be_zero() {
        for shape in [[0, 5], [3, 0], [0, 0]] {
            let tensor = trits(&shape, &[]);
            let packed = pack2(&tensor).unwrap();
            assert_eq!(packed.shape(), [shape[0], shape[1].div_ceil(4)]);
            assert_eq!(unpack2(&packed, shape[1]).unwrap(), tensor);
        }
    }

    #[test]
    fn refuses_what_is_not_trits_or_bytes() {
        let floats = Tensor::zeros(ElementType::F32, [4]).unwrap();
        let message = |result: Result<Tensor, Error>| result.unwrap_err().to_string();
        assert_eq!(
            message(pack2(&floats)),
            "expected trits of element type i8, but got f32"
        );
        assert_eq!(
            message(pack2(&bytes(&[1], &[0]))),
            "expected trits of element type i8, but got ui8"
        );
        assert_eq!(
            message(pack2(&trits(&[], &[0]))),
            "expected trits with a last dimension, but got a tensor of rank 0"
        );
        assert_eq!(
            message(unpack2(&floats, 4)),
            "expected bytes of element type ui8 or i8, but got f32"
        );
        assert_eq!(
            message(unpack2(&bytes(&[], &[0]), 4)),
            "expected bytes with a last dimension, but got a tensor of rank 0"
        );
        assert_eq!(
            message(unpack2(&bytes(&[1, 2], &[0, 0]), 9)),
            "expected 3 bytes for a row of 9 trits, but got 2"
        );
    }
}
