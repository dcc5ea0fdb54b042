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
    /// Trits at two bits each, four to a byte: see [`pack`].
    Packed2,
    /// Trits in base 3, five to a byte: see [`pack`].
    Packed5,
    /// Trits at two bits each, in panels of 16 rows: see [`pack`].
    Tiled2,
    /// Trits in base 3, five to a byte, in panels of 16 rows: see [`pack`].
    Tiled5,
}

keywords!(Storage {
    Dense = "dense",
    Packed2 = "packed2",
    Packed5 = "packed5",
    Tiled2 = "tiled2",
    Tiled5 = "tiled5"
});

impl Storage {
    /// How many trits a byte holds; `None` where an element has its own bytes.
    pub const fn trits_per_byte(self) -> Option<usize> {
        match self {
            Self::Dense => None,
            Self::Packed2 | Self::Tiled2 => Some(4),
            Self::Packed5 | Self::Tiled5 => Some(5),
        }
    }

    fn packed(self) -> Result<Packed, Error> {
        let (trits, base, is_tiled) = match self {
            Self::Dense => {
                return Err(Error::value("a packed `storage`", format!("`{self}`")));
            }
            Self::Packed2 => (4, 4, false),
            Self::Packed5 => (5, 3, false),
            Self::Tiled2 => (4, 4, true),
            Self::Tiled5 => (5, 3, true),
        };
        Ok(Packed {
            trits,
            base,
            is_tiled,
        })
    }
}

/// A byte as a number of `trits` digits.
struct Packed {
    trits: usize,
    base: i64,
    is_tiled: bool,
}

/// The rows of a panel.
const PANEL: usize = 16;
/// The bytes of a row of a tile.
const ROW_BYTES: usize = 4;

impl Packed {
    /// What the digit of the trit in that place counts.
    fn weight(&self, place: usize) -> i64 {
        (0..place).map(|_| self.base).product()
    }

    /// The bytes of a row.
    fn row_bytes(&self, columns: usize) -> usize {
        match self.is_tiled {
            true => columns.div_ceil(ROW_BYTES * self.trits) * ROW_BYTES,
            false => columns.div_ceil(self.trits),
        }
    }

    /// The byte, and the place in it, of a trit of a matrix.
    fn place(&self, [rows, columns]: [usize; 2], row: usize, column: usize) -> (usize, usize) {
        if !self.is_tiled {
            let byte = row * self.row_bytes(columns) + column / self.trits;
            return (byte, column % self.trits);
        }
        let width = ROW_BYTES * self.trits;
        let panel = row / PANEL * PANEL;
        let rows = PANEL.min(rows - panel);
        let tile = panel * self.row_bytes(columns) + column / width * rows * ROW_BYTES;
        let byte = tile + (row - panel) * ROW_BYTES + column % ROW_BYTES;
        (byte, column % width / ROW_BYTES)
    }

    /// A byte of zeros.
    fn zeros(&self) -> i64 {
        (0..self.trits)
            .map(|place| self.encode(0) * self.weight(place))
            .sum()
    }

    /// Checks the dimensions before the last one.
    fn check(&self, leading: &[usize]) -> Result<(), Error> {
        if self.is_tiled && leading.len() != 1 {
            return Err(Error::value(
                "a matrix to store tiled",
                format!("{} dimensions", leading.len() + 1),
            ));
        }
        Ok(())
    }

    fn encode(&self, trit: i64) -> i64 {
        match (self.is_tiled, trit.signum()) {
            (true, sign) => sign + 1,
            (false, -1) => 1,
            (false, 1) => 2,
            (false, _) => 0,
        }
    }

    fn decode(&self, digit: i64) -> i64 {
        match (self.is_tiled, digit) {
            // Of base 4.
            (_, 3) => 0,
            (true, digit) => digit - 1,
            (false, 1) => -1,
            (false, 2) => 1,
            (false, _) => 0,
        }
    }
}

/// Trits `[…, K]` as bytes `[…, ⌈K/P⌉]`, P to a byte.
///
/// A byte is a number of P digits, of base 4 for [`Storage::Packed2`], P = 4,
/// and of base 3 for [`Storage::Packed5`], P = 5. A trit is the digit 0 for 0,
/// 1 for -1 and 2 for +1, and the first trit is the lowest digit. Every row
/// starts on a byte; the unused trits of a row's last byte are 0. A value that
/// is not a trit counts by its sign.
///
/// Of [`Storage::Tiled2`], P = 4, and [`Storage::Tiled5`], P = 5, a matrix `[N, K]` is
/// bytes `[N, 4⌈K/4P⌉]`: panels of 16 rows, the last one with what is left; in a panel
/// of R rows tiles of 4P columns, the last one filled up with zeros, of 4R bytes. Byte
/// 4r + j of a tile holds column 4i + j of its row r as the digit i, the trit plus 1, of
/// base 4 or 3.
///
/// `trits` is i8, the result ui8.
///
/// # Errors
/// When `storage` is dense, or `trits` is not i8 or has no last dimension, or not
/// two where `storage` is tiled.
pub fn pack(trits: &Tensor, storage: Storage) -> Result<Tensor, Error> {
    let packed = storage.packed()?;
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
    packed.check(leading)?;
    let shape = [leading, &[packed.row_bytes(columns)]].concat();
    let count = element_count(&shape)?;
    let mut bytes = buffer(count)?;
    bytes.resize(count, packed.zeros());
    let rows = leading.iter().product();
    for (index, &trit) in values.iter().enumerate() {
        let (byte, place) = packed.place([rows, columns], index / columns, index % columns);
        bytes[byte] += (packed.encode(trit) - packed.encode(0)) * packed.weight(place);
    }
    Tensor::from_integers(ElementType::U8, shape, bytes)
}

/// The trits `[…, columns]` that bytes `[…, ⌈columns/P⌉]` hold: trit i of a
/// byte is its digit ⌊byte / baseⁱ⌋ mod base.
///
/// The digit 3, which [`pack`] never writes, is read as 0; the unused trits of
/// a row's last byte are dropped.
///
/// `bytes` is ui8 or i8, the result i8.
///
/// # Errors
/// When `storage` is dense, or `bytes` has another element type, no last
/// dimension, a last dimension that does not hold `columns` trits, or not two
/// dimensions where `storage` is tiled.
pub fn unpack(bytes: &Tensor, storage: Storage, columns: usize) -> Result<Tensor, Error> {
    let packed = storage.packed()?;
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
    packed.check(leading)?;
    let expected = packed.row_bytes(columns);
    if row_bytes != expected {
        return Err(Error::value(
            format!("{expected} bytes for a row of {columns} trits"),
            row_bytes.to_string(),
        ));
    }
    let shape = [leading, &[columns]].concat();
    let mut trits = buffer(element_count(&shape)?)?;
    let rows: usize = leading.iter().product();
    for row in 0..rows {
        for column in 0..columns {
            let (byte, place) = packed.place([rows, columns], row, column);
            // The same bits as a signed byte.
            let byte = values[byte].rem_euclid(256);
            trits.push(packed.decode(byte / packed.weight(place) % packed.base));
        }
    }
    Tensor::from_integers(ElementType::I8, shape, trits)
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

    const PACKED: [Storage; 4] = [
        Storage::Packed2,
        Storage::Packed5,
        Storage::Tiled2,
        Storage::Tiled5,
    ];

    fn trits(shape: &[usize], values: &[i64]) -> Tensor {
        Tensor::from_integers(ElementType::I8, shape, values.to_vec()).unwrap()
    }

    fn bytes(shape: &[usize], values: &[i64]) -> Tensor {
        Tensor::from_integers(ElementType::U8, shape, values.to_vec()).unwrap()
    }

    #[test]
    fn the_first_trit_is_the_lowest_digit() {
        assert_eq!(
            pack(&trits(&[1, 4], &[1, -1, 0, 1]), Storage::Packed2).unwrap(),
            bytes(&[1, 1], &[0b10_00_01_10])
        );
        assert_eq!(
            pack(&trits(&[1, 5], &[1, -1, 0, 1, -1]), Storage::Packed5).unwrap(),
            bytes(&[1, 1], &[2 + 3 + 2 * 27 + 81])
        );
    }

    #[test]
    fn rows_start_on_a_byte() {
        assert_eq!(
            pack(
                &trits(&[2, 5], &[1, 1, 1, 1, -1, -1, 0, 0, 0, 1]),
                Storage::Packed2
            )
            .unwrap(),
            bytes(&[2, 2], &[0b10_10_10_10, 0b01, 0b01, 0b10])
        );
        assert_eq!(
            pack(
                &trits(&[2, 6], &[1, 1, 1, 1, 1, -1, -1, 0, 0, 0, 0, 1]),
                Storage::Packed5
            )
            .unwrap(),
            bytes(&[2, 2], &[242, 1, 1, 2])
        );
    }

    // The digits of the description, for a panel of 16 rows and one of 3, two tiles
    // wide.
    #[test]
    fn tiles_are_of_rows_side_by_side() {
        for (storage, digits, base) in [(Storage::Tiled2, 4, 4), (Storage::Tiled5, 5, 3)] {
            tile_by_tile(storage, digits, base);
        }
    }

    fn tile_by_tile(storage: Storage, digits: usize, base: i64) {
        let (rows, columns) = (19, 4 * digits + 7);
        let trit = |row: usize, column: usize| ((row * 5 + column * column) % 3) as i64 - 1;
        let values: Vec<_> = (0..rows * columns)
            .map(|index| trit(index / columns, index % columns))
            .collect();
        let packed = pack(&trits(&[rows, columns], &values), storage).unwrap();
        assert_eq!(packed.shape(), [rows, 8]);
        let mut expected = Vec::new();
        for panel in [0..16, 16..19] {
            for tile in [0, 4 * digits] {
                for row in panel.clone() {
                    for j in 0..4 {
                        let code = |i: usize| match tile + 4 * i + j {
                            column if column < columns => trit(row, column) + 1,
                            _ => 1,
                        };
                        let terms = (0..digits).map(|i| code(i) * base.pow(i as u32));
                        expected.push(terms.sum::<i64>());
                    }
                }
            }
        }
        assert_eq!(packed.integers().unwrap(), expected);
    }

    #[test]
    fn other_values_count_by_their_sign() {
        for storage in PACKED {
            assert_eq!(
                pack(&trits(&[1, 4], &[127, -128, 2, -3]), storage).unwrap(),
                pack(&trits(&[1, 4], &[1, -1, 1, -1]), storage).unwrap()
            );
        }
    }

    #[test]
    fn every_row_of_trits_survives() {
        for columns in 0..=9_u32 {
            for number in 0..3_i64.pow(columns) {
                let row: Vec<_> = (0..columns)
                    .map(|digit| number / 3_i64.pow(digit) % 3 - 1)
                    .collect();
                let row = trits(&[1, columns as usize], &row);
                for storage in PACKED {
                    let packed = pack(&row, storage).unwrap();
                    assert_eq!(unpack(&packed, storage, columns as usize).unwrap(), row);
                    let bytes = packed.integers().unwrap().iter();
                    let written = |byte: i64| match storage {
                        Storage::Packed5 | Storage::Tiled5 => byte < 243,
                        // Nor are digits of 3 here.
                        _ => byte & (byte >> 1) & 0x55 == 0,
                    };
                    assert!(bytes.copied().all(written), "{packed:?}");
                }
            }
        }
    }

    #[test]
    fn every_byte_is_read() {
        for byte in 0..=255_i64 {
            let digits = |count: u32, base: i64| -> Vec<_> {
                (0..count)
                    .map(|place| [0, -1, 1, 0][(byte / base.pow(place) % base) as usize])
                    .collect()
            };
            for (storage, expected) in [
                (Storage::Packed2, digits(4, 4)),
                (Storage::Packed5, digits(5, 3)),
            ] {
                let columns = expected.len();
                let unpacked = unpack(&bytes(&[1], &[byte]), storage, columns).unwrap();
                assert_eq!(unpacked, trits(&[columns], &expected), "{byte}");
                // The same bits as a signed byte.
                let signed = trits(&[1], &[i64::from(byte as u8 as i8)]);
                assert_eq!(unpack(&signed, storage, columns).unwrap(), unpacked);
            }
        }
    }

    #[test]
    fn bytes_that_are_never_written_are_read() {
        for byte in 243..256 {
            assert_eq!(
                unpack(&bytes(&[1], &[byte]), Storage::Packed5, 5).unwrap(),
                unpack(&bytes(&[1], &[byte - 243]), Storage::Packed5, 5).unwrap()
            );
        }
    }

    #[test]
    fn unused_trits_are_dropped() {
        assert_eq!(
            unpack(&bytes(&[1, 1], &[0b10_10_10_01]), Storage::Packed2, 2).unwrap(),
            trits(&[1, 2], &[-1, 1])
        );
        assert_eq!(
            unpack(&bytes(&[1, 1], &[242]), Storage::Packed5, 2).unwrap(),
            trits(&[1, 2], &[1, 1])
        );
    }

    #[test]
    fn sizes_may_be_zero() {
        for shape in [[0, 6], [3, 0], [0, 0]] {
            let tensor = trits(&shape, &[]);
            for storage in PACKED {
                let packed = pack(&tensor, storage).unwrap();
                let row = match storage {
                    Storage::Tiled2 => shape[1].div_ceil(16) * 4,
                    Storage::Tiled5 => shape[1].div_ceil(20) * 4,
                    _ => shape[1].div_ceil(storage.trits_per_byte().unwrap()),
                };
                assert_eq!(packed.shape(), [shape[0], row]);
                assert_eq!(unpack(&packed, storage, shape[1]).unwrap(), tensor);
            }
        }
    }

    #[test]
    fn refuses_what_is_not_trits_or_bytes() {
        let floats = Tensor::zeros(ElementType::F32, [4]).unwrap();
        let message = |result: Result<Tensor, Error>| result.unwrap_err().to_string();
        assert_eq!(
            message(pack(&floats, Storage::Packed2)),
            "expected trits of element type i8, but got f32"
        );
        assert_eq!(
            message(pack(&bytes(&[1], &[0]), Storage::Packed2)),
            "expected trits of element type i8, but got ui8"
        );
        assert_eq!(
            message(pack(&trits(&[], &[0]), Storage::Packed2)),
            "expected trits with a last dimension, but got a tensor of rank 0"
        );
        assert_eq!(
            message(unpack(&floats, Storage::Packed2, 4)),
            "expected bytes of element type ui8 or i8, but got f32"
        );
        assert_eq!(
            message(unpack(&bytes(&[], &[0]), Storage::Packed2, 4)),
            "expected bytes with a last dimension, but got a tensor of rank 0"
        );
        assert_eq!(
            message(unpack(&bytes(&[1, 2], &[0, 0]), Storage::Packed2, 9)),
            "expected 3 bytes for a row of 9 trits, but got 2"
        );
        assert_eq!(
            message(unpack(&bytes(&[1, 3], &[0; 3]), Storage::Packed5, 9)),
            "expected 2 bytes for a row of 9 trits, but got 3"
        );
        for result in [
            pack(&trits(&[4], &[0; 4]), Storage::Dense),
            unpack(&bytes(&[1], &[0]), Storage::Dense, 4),
        ] {
            assert_eq!(
                message(result),
                "expected a packed `storage`, but got `dense`"
            );
        }
    }
}
