//! The storage `tiled2`: panels of 16 rows, whose tiles of 16 columns lie one after
//! the other, each with four bytes of a row and then of the next one. The
//! description of `#fidelity.tensor` has the bits.
//!
//! Dense trits become codes, 0 for -1, 1 for 0 and 2 for +1, and codes the bytes of a row
//! of a tile. Other storages go through `packed2`, whose four bytes of a row of a tile
//! hold the same trits in another order. Rows are converted one after the other, so that
//! what is read or written by rows is read and written as it lies in memory; the panel is
//! in the cache meanwhile.

use super::convert::AHEAD;
use crate::Storage;
use multiversion::multiversion;
use ods_bridge::prefetch;

/// The rows of a panel, but for the last one's.
pub(super) const ROWS: usize = 16;
/// The columns of a tile.
const COLUMNS: usize = 16;
/// The bytes of a row of a tile.
const BYTES: usize = 4;
/// The trits whose codes are kept at a time.
const AT_ONCE: usize = 8 * COLUMNS;

/// The bytes of a row of that many trits.
pub(super) const fn row_bytes(trits: usize) -> usize {
    trits.div_ceil(COLUMNS) * BYTES
}

/// Converts rows where one side is tiled; `twos` is for a row as `packed2` has it.
pub(super) fn convert(
    from: Storage,
    to: Storage,
    bytes: &[u8],
    row: usize,
    converted: &mut [u8],
    twos: &mut Vec<u8>,
) {
    let [from_bytes, to_bytes] = [from, to].map(|storage| storage.row_bytes(row));
    // No columns are no bytes.
    if from_bytes == 0 || to_bytes == 0 {
        return;
    }
    // Of whole tiles.
    twos.resize(row_bytes(row), 0);
    let (mut bytes, mut converted) = (bytes, converted);
    while !bytes.is_empty() {
        let rows = ROWS.min(bytes.len() / from_bytes);
        for number in 0..rows {
            let lane = Lane { rows, row: number };
            convert_row(from, to, bytes, row, lane, converted, twos);
        }
        bytes = &bytes[rows * from_bytes..];
        converted = &mut converted[rows * to_bytes..];
    }
}

/// Converts a row of the first panel; what is behind the panel comes next. Loops have the
/// vectors of AVX2 where there are any, if what they call is a part of this function.
#[multiversion(targets("x86_64+avx2+bmi2"))]
fn convert_row(
    from: Storage,
    to: Storage,
    bytes: &[u8],
    row: usize,
    lane: Lane,
    converted: &mut [u8],
    twos: &mut [u8],
) {
    let [from_bytes, to_bytes] = [from, to].map(|storage| storage.row_bytes(row));
    let [start, to_start] = [from_bytes, to_bytes].map(|bytes| lane.row * bytes);
    let [panel, to_panel] = [from_bytes, to_bytes].map(|bytes| lane.rows * bytes);
    // What is read or written here is asked for a panel ahead, each time a row of it;
    // other loops ask for theirs.
    if matches!(from, Storage::Tiled2 | Storage::Packed2) {
        prefetch(bytes, panel + start, from_bytes);
    }
    if to.is_tiled() {
        prefetch(converted, to_panel + to_start, to_bytes);
    }
    match (from, to) {
        (Storage::Dense, Storage::Tiled2) => {
            let converted = &mut converted[..to_panel];
            return pack(&bytes[start..], row, code_of_trit, lane, converted);
        }
        (Storage::Tiled2, Storage::Dense) => {
            let converted = &mut converted[to_start..];
            return unpack(&bytes[..panel], lane, trit_of_code, row, converted);
        }
        _ => (),
    }
    let trits_end = Storage::Packed2.row_bytes(row);
    let trits = &mut twos[..trits_end];
    match from {
        Storage::Tiled2 => read_twos(&bytes[..panel], lane, twos),
        Storage::Packed2 => trits.copy_from_slice(&bytes[start..start + from_bytes]),
        _ => from.convert_row(Storage::Packed2, &bytes[start..], row, trits),
    }
    let (trits, rest) = twos.split_at_mut(trits_end);
    // What follows the trits of a row does not count.
    rest.fill(0);
    if let Some(last) = trits.last_mut().filter(|_| !row.is_multiple_of(4)) {
        *last &= (1 << (2 * (row % 4))) - 1;
    }
    match to {
        Storage::Tiled2 => write_twos(twos, lane, &mut converted[..to_panel]),
        Storage::Packed2 => converted[to_start..to_start + to_bytes].copy_from_slice(trits),
        _ => Storage::Packed2.convert_row(to, trits, row, &mut converted[to_start..]),
    }
}

/// Which row of a panel, and of how many.
#[derive(Clone, Copy)]
struct Lane {
    rows: usize,
    row: usize,
}

impl Lane {
    /// A row by itself is a panel.
    const ALONE: Self = Self { rows: 1, row: 0 };

    /// The row's bytes of each tile.
    fn of_tiles(self, panel: &[u8]) -> impl Iterator<Item = &[u8]> {
        let tiles = panel.chunks_exact(BYTES * self.rows);
        tiles.map(move |tile| &tile[BYTES * self.row..BYTES * (self.row + 1)])
    }

    /// The same, to be written.
    fn of_tiles_mut(self, panel: &mut [u8]) -> impl Iterator<Item = &mut [u8]> {
        let tiles = panel.chunks_exact_mut(BYTES * self.rows);
        tiles.map(move |tile| &mut tile[BYTES * self.row..BYTES * (self.row + 1)])
    }
}

/// Writes digits, which are 0, 1 for -1 and 2 for +1, as a row by itself.
pub(super) fn pack_digits(digits: &[u8], bytes: &mut [u8]) {
    let code = |digit: u8| digit & 2 | !(digit | digit >> 1) & 1;
    pack(digits, digits.len(), code, Lane::ALONE, bytes);
}

/// The inverse of [`pack_digits`].
pub(super) fn unpack_digits(bytes: &[u8], digits: &mut [u8]) {
    let digit = |code| u8::from(code == 0) | u8::from(code == 2) << 1;
    unpack(bytes, Lane::ALONE, digit, digits.len(), digits);
}

/// The code of a dense trit, whose sign counts.
#[inline(always)]
fn code_of_trit(trit: u8) -> u8 {
    1 + u8::from(trit.cast_signed() > 0) - (trit >> 7)
}

/// The inverse of [`code_of_trit`]; 3, which is never written, is a trit of 0.
#[inline(always)]
fn trit_of_code(code: u8) -> u8 {
    u8::from(code == 2).wrapping_sub(u8::from(code == 0))
}

/// Writes a row of a panel: `row` trits, each a byte that has a code, 0 that of the trit 0.
/// What is behind the trits comes next.
#[inline(always)]
fn pack(trits: &[u8], row: usize, code: impl Fn(u8) -> u8, lane: Lane, panel: &mut [u8]) {
    let (blocks, rest) = trits[..row].as_chunks::<AT_ONCE>();
    let mut last = [0; AT_ONCE];
    last[..rest.len()].copy_from_slice(rest);
    let tiles = panel.chunks_mut(AT_ONCE / COLUMNS * BYTES * lane.rows);
    for ((number, block), tiles) in blocks.iter().chain([&last]).enumerate().zip(tiles) {
        prefetch(trits, number * AT_ONCE + AHEAD, AT_ONCE);
        let mut codes = [0; AT_ONCE];
        for (to, &trit) in codes.iter_mut().zip(block) {
            *to = code(trit);
        }
        let halves = codes.as_chunks::<8>().0.as_chunks::<2>().0;
        for (bytes, &halves) in lane.of_tiles_mut(tiles).zip(halves) {
            let [low, high] = halves.map(u64::from_le_bytes);
            // Places 0 and 2 of four bytes, and behind them places 1 and 3.
            let places = low | high << 4;
            bytes.copy_from_slice(&((places | places >> 30) as u32).to_le_bytes());
        }
    }
}

/// Reads a row of a panel, the inverse of [`pack`].
#[inline(always)]
fn unpack(panel: &[u8], lane: Lane, trit: impl Fn(u8) -> u8, row: usize, trits: &mut [u8]) {
    let tiles = panel.chunks(AT_ONCE / COLUMNS * BYTES * lane.rows);
    for (start, tiles) in (0..row).step_by(AT_ONCE).zip(tiles) {
        prefetch(trits, start + AHEAD, AT_ONCE);
        let mut codes = [0; AT_ONCE];
        let halves = codes.as_chunks_mut::<8>().0.as_chunks_mut::<2>().0;
        for (bytes, halves) in lane.of_tiles(tiles).zip(halves) {
            let mut four = [0; BYTES];
            four.copy_from_slice(bytes);
            let bits = u64::from(u32::from_le_bytes(four));
            let places = bits | bits << 30;
            *halves = [places, places >> 4].map(|it| (it & 0x0303_0303_0303_0303).to_le_bytes());
        }
        let trits = &mut trits[start..row];
        match trits.first_chunk_mut::<AT_ONCE>() {
            // A loop whose end is known.
            Some(trits) => trits
                .iter_mut()
                .zip(codes)
                .for_each(|(to, code)| *to = trit(code)),
            None => trits
                .iter_mut()
                .zip(codes)
                .for_each(|(to, code)| *to = trit(code)),
        }
    }
}

/// Writes a row of a panel, of which there is what `packed2` has.
#[inline(always)]
fn write_twos(twos: &mut [u8], lane: Lane, panel: &mut [u8]) {
    let words = twos.as_chunks_mut::<BYTES>().0;
    for word in &mut *words {
        *word = codes_of_twos(u32::from_le_bytes(*word)).to_le_bytes();
    }
    for (bytes, word) in lane.of_tiles_mut(panel).zip(words) {
        bytes.copy_from_slice(word);
    }
}

/// The inverse of [`write_twos`].
#[inline(always)]
fn read_twos(panel: &[u8], lane: Lane, twos: &mut [u8]) {
    let words = twos.as_chunks_mut::<BYTES>().0;
    for (bytes, word) in lane.of_tiles(panel).zip(&mut *words) {
        word.copy_from_slice(bytes);
    }
    for word in words {
        *word = twos_of_codes(u32::from_le_bytes(*word)).to_le_bytes();
    }
}

/// The lower bit of each trit of four bytes.
const LOW: u32 = 0x5555_5555;

/// Four bytes of a row of a tile, from those of `packed2`: place b of byte a becomes place a
/// of byte b, and the digits 0, 1 and 2 the codes 1, 0 and 2. The digit 3 is a 0.
#[inline(always)]
fn codes_of_twos(twos: u32) -> u32 {
    let digits = transposed(twos);
    let low = !(digits ^ digits >> 1) & LOW;
    digits & !(digits << 1) & !LOW | low
}

/// The inverse of [`codes_of_twos`]; the code 3 is a 0.
#[inline(always)]
fn twos_of_codes(codes: u32) -> u32 {
    let low = !(codes | codes >> 1) & LOW;
    transposed(codes & !(codes << 1) & !LOW | low)
}

/// Four bytes of four pairs of bits, as a matrix the other way round: two exchanges, of
/// pairs within squares of two and of such squares (Warren, Hacker's Delight, 7-3).
#[inline(always)]
fn transposed(pairs: u32) -> u32 {
    let exchange = |bits: u32, mask: u32, by: u32| {
        let differ = (bits ^ bits >> by) & mask;
        bits ^ differ ^ differ << by
    };
    exchange(exchange(pairs, 0x00cc_00cc, 6), 0x0000_f0f0, 12)
}
