//! The storage `tiled2`: panels of 16 rows, whose tiles of 16 columns lie one after
//! the other, each with four bytes of a row and then of the next one. The
//! description of `#fidelity.tensor` has the bits.

use crate::Storage;

/// The rows of a panel, but for the last one's.
pub(super) const ROWS: usize = 16;
/// The columns of a tile.
const COLUMNS: usize = 16;
/// The bytes of a row of a tile.
const BYTES: usize = 4;

/// The bytes of a row of that many trits.
pub(super) const fn row_bytes(trits: usize) -> usize {
    trits.div_ceil(COLUMNS) * BYTES
}

/// Converts rows where one side is tiled: panel by panel.
pub(super) fn convert(from: Storage, to: Storage, bytes: &[u8], row: usize, converted: &mut [u8]) {
    let [from_bytes, to_bytes] = [from, to].map(|storage| storage.row_bytes(row));
    // No columns are no bytes.
    if from_bytes == 0 || to_bytes == 0 {
        return;
    }
    // Digits of a row that every storage has whole bytes for.
    let width = row.next_multiple_of(COLUMNS * 5);
    let mut digits = vec![0; ROWS * width];
    let panels = bytes.chunks(ROWS * from_bytes);
    for (panel, converted) in panels.zip(converted.chunks_mut(ROWS * to_bytes)) {
        let rows = panel.len() / from_bytes;
        if from.is_tiled() {
            for row in 0..rows {
                unpack_row(
                    panel,
                    rows,
                    row,
                    &mut digits[row * width..(row + 1) * width],
                );
            }
        } else {
            let rows = panel.chunks(from_bytes).zip(digits.chunks_mut(width));
            rows.for_each(|(bytes, digits)| from.unpack_digits(bytes, digits));
        }
        for digits in digits.chunks_mut(width) {
            digits[row..].fill(0);
        }
        if to.is_tiled() {
            for (row, digits) in digits.chunks(width).take(rows).enumerate() {
                pack_row(digits, rows, row, converted);
            }
        } else {
            let rows = converted.chunks_mut(to_bytes).zip(digits.chunks(width));
            rows.for_each(|(bytes, digits)| to.pack_digits(digits, bytes));
        }
    }
}

/// Writes the digits of a row of a panel, whose last tile they fill, into its bytes.
pub(super) fn pack_row(digits: &[u8], rows: usize, row: usize, panel: &mut [u8]) {
    let tiles = panel.chunks_exact_mut(BYTES * rows);
    for (tile, digits) in tiles.zip(digits.as_chunks::<COLUMNS>().0) {
        let words = digits.as_chunks::<4>().0;
        let mut bytes = 0;
        for (place, &word) in words.iter().enumerate() {
            let digit = u32::from_le_bytes(word);
            // 0, 1 and 2 for 0, -1 and +1 become 1, 0 and 2.
            let code = digit & 0x0202_0202 | !(digit | digit >> 1) & 0x0101_0101;
            bytes |= code << (2 * place);
        }
        tile[BYTES * row..BYTES * (row + 1)].copy_from_slice(&bytes.to_le_bytes());
    }
}

/// The digits of a row of a panel, the inverse of [`pack_row`].
pub(super) fn unpack_row(panel: &[u8], rows: usize, row: usize, digits: &mut [u8]) {
    let tiles = panel.chunks_exact(BYTES * rows);
    for (tile, digits) in tiles.zip(digits.as_chunks_mut::<COLUMNS>().0) {
        let Some(&bytes) = tile[BYTES * row..].first_chunk::<BYTES>() else {
            return;
        };
        let bytes = u32::from_le_bytes(bytes);
        for (place, word) in digits.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let code = bytes >> (2 * place) & 0x0303_0303;
            // 3, which is never written, becomes 0.
            let digit = code & !(code << 1) & 0x0202_0202 | !(code | code >> 1) & 0x0101_0101;
            *word = digit.to_le_bytes();
        }
    }
}
