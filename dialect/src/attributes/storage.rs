//! Packed storage of trits, as the description of `#fidelity.tensor` has it.

use super::tiled;
use crate::{Storage, TensorAttr, TensorType};
use melior::ir::TypeLike;
use ods_bridge::context_of;

impl Storage {
    /// How many trits a byte holds; `None` where an element has its own bytes.
    pub const fn trits_per_byte(self) -> Option<usize> {
        match self {
            Self::Dense => None,
            Self::Packed2 | Self::Tiled2 => Some(4),
            Self::Packed5 | Self::Tiled5 => Some(5),
        }
    }

    /// Whether rows lie between each other, in panels: see [`tiled`].
    pub const fn is_tiled(self) -> bool {
        self.tile_columns().is_some()
    }

    /// The columns of a tile; `None` of a storage that has none.
    pub const fn tile_columns(self) -> Option<usize> {
        match (self, self.trits_per_byte()) {
            (Self::Tiled2 | Self::Tiled5, Some(per_byte)) => Some(tiled::BYTES * per_byte),
            _ => None,
        }
    }

    /// The base in which a byte is a number of trits, each written as a digit;
    /// `None` as for [`Storage::trits_per_byte`].
    pub const fn base(self) -> Option<u8> {
        match self {
            Self::Dense => None,
            Self::Packed2 | Self::Tiled2 => Some(4),
            Self::Packed5 | Self::Tiled5 => Some(3),
        }
    }

    /// The bytes of a row of that many trits, 1 each for `dense`.
    pub const fn row_bytes(self, trits: usize) -> usize {
        if let Some(columns) = self.tile_columns() {
            return trits.div_ceil(columns) * tiled::BYTES;
        }
        match self.trits_per_byte() {
            Some(per_byte) => trits.div_ceil(per_byte),
            None => trits,
        }
    }

    /// The bytes of rows of `row` trits, i8; a number that is not a trit counts
    /// by its sign.
    pub fn pack(self, trits: &[i8], row: usize) -> Vec<u8> {
        let trits: Vec<u8> = trits.iter().map(|trit| trit.cast_unsigned()).collect();
        let mut bytes = vec![0; trits.len() / row.max(1) * self.row_bytes(row)];
        Self::Dense.convert(self, &trits, row, &mut bytes);
        bytes
    }

    /// The trits that bytes hold in rows of `row`, the inverse of
    /// [`Storage::pack`].
    pub fn unpack(self, bytes: &[u8], row: usize) -> Vec<i8> {
        let rows = bytes.len().checked_div(self.row_bytes(row)).unwrap_or(0);
        let mut trits = vec![0; rows * row];
        self.convert(Self::Dense, bytes, row, &mut trits);
        trits.into_iter().map(u8::cast_signed).collect()
    }
}

impl From<Storage> for fidelity_reference::storage::Storage {
    fn from(storage: Storage) -> Self {
        match storage {
            Storage::Dense => Self::Dense,
            Storage::Packed2 => Self::Packed2,
            Storage::Packed5 => Self::Packed5,
            Storage::Tiled2 => Self::Tiled2,
            Storage::Tiled5 => Self::Tiled5,
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

/// The type of the same tensor under another storage; `None` when it has an
/// encoding that is not ours.
pub fn stored_as<'a>(r#type: &TensorType<'a>, storage: Storage) -> Option<TensorType<'a>> {
    let ours = match r#type.encoding {
        Some(encoding) => Some(TensorAttr::cast(encoding)?),
        None => None,
    };
    let dims = ours.map_or_else(Vec::new, |ours| ours.dims());
    let unit = ours.and_then(|ours| ours.unit());
    let says_nothing = dims.is_empty() && unit.is_none() && storage == Storage::Dense;
    let context = context_of(r#type.element.context());
    Some(TensorType {
        encoding: (!says_nothing).then(|| TensorAttr::new(context, &dims, unit, storage).into()),
        ..r#type.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidelity_reference::{ElementType, Tensor};
    use pretty_assertions::assert_eq;

    const PACKED: [Storage; 4] = [
        Storage::Packed2,
        Storage::Packed5,
        Storage::Tiled2,
        Storage::Tiled5,
    ];

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
            // Digits of 1 where they are trits plus 1.
            let zero = match storage {
                Storage::Tiled2 => 0x55,
                Storage::Tiled5 => 1 + 3 + 9 + 27 + 81,
                _ => 0,
            };
            assert_eq!(storage.pack(&[0; 9], 9), vec![zero; storage.row_bytes(9)]);
        }
    }

    // Against the executable specification.
    #[test]
    fn bytes_are_those_of_the_reference() {
        for (rows, row) in [(4, 1), (3, 9), (2, 20), (1, 9001), (16, 32), (37, 21)] {
            let trits: Vec<i8> = (0..rows * row)
                .map(|k| (k * k + k / 3) as u8 as i8)
                .collect();
            let numbers = trits.iter().copied().map(i64::from).collect();
            let tensor = Tensor::from_integers(ElementType::I8, [rows, row], numbers).unwrap();
            for storage in PACKED {
                let expected = fidelity_reference::storage::pack(&tensor, storage.into()).unwrap();
                let bytes = storage.pack(&trits, row).into_iter().map(i64::from);
                assert_eq!(Some(&*bytes.collect::<Vec<_>>()), expected.integers());
            }
        }
    }

    // Any bytes: digits and codes that are never written, and what follows a row. Rows of
    // one panel and of two, of parts of blocks and of several.
    #[test]
    fn any_bytes_are_read_as_the_reference_reads_them() {
        let to_tensor = |bytes: &[u8], shape| {
            let numbers = bytes.iter().map(|&byte| i64::from(byte)).collect();
            Tensor::from_integers(ElementType::U8, shape, numbers).unwrap()
        };
        for (rows, row) in [(1, 1), (19, 16), (16, 21), (35, 147), (17, 1300), (3, 2563)] {
            for from in PACKED {
                let count = rows * from.row_bytes(row);
                let bytes: Vec<u8> = (0..count).map(|k| (k * k * 31 + k / 7) as u8).collect();
                let tensor = to_tensor(&bytes, [rows, from.row_bytes(row)]);
                let trits = fidelity_reference::storage::unpack(&tensor, from.into(), row).unwrap();
                let unpacked: Vec<i64> = from
                    .unpack(&bytes, row)
                    .into_iter()
                    .map(i64::from)
                    .collect();
                assert_eq!(Some(&*unpacked), trits.integers(), "{from}, {rows}x{row}");
                for to in PACKED {
                    let packed = fidelity_reference::storage::pack(&trits, to.into()).unwrap();
                    let mut converted = vec![0xaa; rows * to.row_bytes(row)];
                    from.convert(to, &bytes, row, &mut converted);
                    let converted: Vec<i64> = converted.into_iter().map(i64::from).collect();
                    assert_eq!(
                        Some(&*converted),
                        packed.integers(),
                        "{from} to {to}, {rows}x{row}"
                    );
                }
            }
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
        for storage in PACKED.into_iter().chain([Storage::Dense]) {
            let numbers = storage.pack(&[127, -128, 2, -3], 2);
            assert_eq!(numbers, storage.pack(&[1, -1, 1, -1], 2));
        }
    }
}
