//! Packed storage of trits, as the description of `#fidelity.tensor` has it.

use crate::{Storage, TensorAttr, TensorType};

impl Storage {
    /// How many trits a byte holds; `None` where an element has its own bytes.
    pub const fn trits_per_byte(self) -> Option<usize> {
        match self {
            Self::Dense => None,
            Self::Packed2 => Some(4),
            Self::Packed5 => Some(5),
        }
    }

    /// The base in which a byte is a number of trits, each written as a digit;
    /// `None` as for [`Storage::trits_per_byte`].
    pub const fn base(self) -> Option<u8> {
        match self {
            Self::Dense => None,
            Self::Packed2 => Some(4),
            Self::Packed5 => Some(3),
        }
    }

    /// The bytes of a row of that many trits, 1 each for `dense`.
    pub const fn row_bytes(self, trits: usize) -> usize {
        match self.trits_per_byte() {
            Some(per_byte) => trits.div_ceil(per_byte),
            None => trits,
        }
    }

    /// The bytes of rows of `row` trits, i8; a number that is not a trit counts
    /// by its sign.
    pub fn pack(self, trits: &[i8], row: usize) -> Vec<u8> {
        let (Some(per_byte), Some(base)) = (self.trits_per_byte(), self.base()) else {
            return trits.iter().map(|trit| trit.signum() as u8).collect();
        };
        let digit = |trit: &i8| match trit.signum() {
            0 => 0,
            -1 => 1,
            _ => 2,
        };
        trits
            .chunks(row.max(1))
            .flat_map(|row| row.chunks(per_byte))
            .map(|trits| {
                let digits = trits.iter().map(digit).rev();
                digits.fold(0, |number, digit| number * base + digit)
            })
            .collect()
    }

    /// The trits that bytes hold in rows of `row`, the inverse of
    /// [`Storage::pack`].
    pub fn unpack(self, bytes: &[u8], row: usize) -> Vec<i8> {
        let (Some(per_byte), Some(base)) = (self.trits_per_byte(), self.base()) else {
            return bytes.iter().map(|&byte| byte as i8).collect();
        };
        let trits = |byte: &u8| {
            let mut rest = *byte;
            (0..per_byte).map(move |_| {
                let digit = rest % base;
                rest /= base;
                match digit {
                    1 => -1,
                    2 => 1,
                    _ => 0,
                }
            })
        };
        bytes
            .chunks(self.row_bytes(row).max(1))
            .flat_map(|bytes| bytes.iter().flat_map(trits).take(row))
            .collect()
    }
}

impl From<Storage> for fidelity_reference::storage::Storage {
    fn from(storage: Storage) -> Self {
        match storage {
            Storage::Dense => Self::Dense,
            Storage::Packed2 => Self::Packed2,
            Storage::Packed5 => Self::Packed5,
        }
    }
}

/// How a tensor's elements are stored.
pub fn storage_of(r#type: &TensorType<'_>) -> Storage {
    r#type
        .encoding
        .and_then(TensorAttr::cast)
        .map_or(Storage::Dense, |encoding| encoding.storage())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    const PACKED: [Storage; 2] = [Storage::Packed2, Storage::Packed5];

    #[test]
    fn the_first_trit_is_the_lowest_digit() {
        assert_eq!(
            Storage::Packed2.pack(&[1, -1, 0, 1, -1], 5),
            [0b10_00_01_10, 0b01]
        );
        // 2 + 1·3 + 0·9 + 2·27 + 1·81, and 2 + 2·3.
        assert_eq!(Storage::Packed5.pack(&[1, -1, 0, 1, -1, 1, 1], 7), [140, 8]);
    }

    #[test]
    fn rows_survive_and_zeros_are_zero_bytes() {
        for storage in PACKED {
            for row in 0..=11 {
                let trits: Vec<i8> = (0..3 * row).map(|k| (k * k % 3) as i8 - 1).collect();
                let bytes = storage.pack(&trits, row);
                assert_eq!(bytes.len(), 3 * storage.row_bytes(row));
                assert_eq!(storage.unpack(&bytes, row), trits, "{storage}, {row}");
            }
            assert_eq!(storage.pack(&[0; 9], 9), vec![0; storage.row_bytes(9)]);
        }
    }

    // The formula of the description, for the bytes that are never written too.
    #[test]
    fn every_byte_is_read() {
        for byte in 0..=255_u8 {
            let trit = |digit| [0, -1, 1, 0][usize::from(digit)];
            let twos: Vec<i8> = (0..4).map(|i| trit(byte >> (2 * i) & 3)).collect();
            assert_eq!(Storage::Packed2.unpack(&[byte], 4), twos, "{byte}");
            let fives: Vec<i8> = (0..5).map(|i| trit(byte / 3_u8.pow(i) % 3)).collect();
            assert_eq!(Storage::Packed5.unpack(&[byte], 5), fives, "{byte}");
        }
        assert_eq!(
            Storage::Packed5.unpack(&[255], 5),
            Storage::Packed5.unpack(&[12], 5)
        );
    }

    #[test]
    fn other_numbers_count_by_their_sign() {
        for storage in [Storage::Dense, Storage::Packed2, Storage::Packed5] {
            let numbers = storage.pack(&[127, -128, 2, -3], 2);
            assert_eq!(numbers, storage.pack(&[1, -1, 1, -1], 2));
        }
    }
}
