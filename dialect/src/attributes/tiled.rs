//! The storages `tiled2` and `tiled5`: panels of 16 rows, whose tiles of 16 or 20 columns
//! lie one after the other, each with four bytes of a row and then of the next one. The
//! description of `#fidelity.tensor` has the digits.
//!
//! Dense trits become codes, 0 for -1, 1 for 0 and 2 for +1, and codes the bytes of a row
//! of a tile. Between `tiled2` and packed storages rows go through `packed2`, whose four
//! bytes of a row of a tile hold the same trits in another order, and between `tiled5` and
//! others through dense trits. Rows are converted one after the other, so that
//! what is read or written by rows is read and written as it lies in memory; the panel is
//! in the cache meanwhile.

use super::convert::AHEAD;
use crate::Storage;
use multiversion::multiversion;
use ods_bridge::prefetch;

/// The rows of a panel, but for the last one's.
pub(super) const ROWS: usize = 16;
/// The bytes of a row of a tile.
pub(super) const BYTES: usize = 4;
/// The tiles whose codes are kept at a time.
const AT_ONCE: usize = 8;
/// As many codes as they may have.
const MOST_CODES: usize = AT_ONCE * BYTES * 5;

/// Converts rows where one side is tiled; `between` is for a row as it is in between.
pub(super) fn convert(
    from: Storage,
    to: Storage,
    bytes: &[u8],
    row: usize,
    converted: &mut [u8],
    between: &mut Vec<u8>,
) {
    let [from_bytes, to_bytes] = [from, to].map(|storage| storage.row_bytes(row));
    // No columns are no bytes.
    if from_bytes == 0 || to_bytes == 0 {
        return;
    }
    let is_dense = [from, to].contains(&Storage::Tiled5);
    between.resize(
        match is_dense {
            true => row,
            // Of whole tiles.
            false => Storage::Tiled2.row_bytes(row),
        },
        0,
    );
    let (mut bytes, mut converted) = (bytes, converted);
    while !bytes.is_empty() {
        let rows = ROWS.min(bytes.len() / from_bytes);
        for number in 0..rows {
            let lane = Lane { rows, row: number };
            match is_dense {
                true => through_trits(from, to, bytes, row, lane, converted, between),
                false => through_twos(from, to, bytes, row, lane, converted, between),
            }
        }
        bytes = &bytes[rows * from_bytes..];
        converted = &mut converted[rows * to_bytes..];
    }
}

/// Asks for what is read or written here a panel ahead, each time a row of it; other loops
/// ask for theirs.
fn ask_ahead([from, to]: [Storage; 2], bytes: &[u8], row: usize, lane: Lane, converted: &mut [u8]) {
    let [from_bytes, to_bytes] = [from, to].map(|storage| storage.row_bytes(row));
    if from.is_tiled() || (from, to) == (Storage::Packed2, Storage::Tiled2) {
        prefetch(bytes, (lane.rows + lane.row) * from_bytes, from_bytes);
    }
    if to.is_tiled() {
        prefetch(converted, (lane.rows + lane.row) * to_bytes, to_bytes);
    }
}

/// Converts a row of the first panel by dense trits; what is behind the panel comes next.
/// Loops have the vectors of AVX2 where there are any, if what they call is a part of this
/// function.
#[multiversion(targets("x86_64+avx2+bmi2"))]
fn through_trits(
    from: Storage,
    to: Storage,
    bytes: &[u8],
    row: usize,
    lane: Lane,
    converted: &mut [u8],
    trits: &mut [u8],
) {
    ask_ahead([from, to], bytes, row, lane, converted);
    let [from_bytes, to_bytes] = [from, to].map(|storage| storage.row_bytes(row));
    let start = lane.row * from_bytes;
    let panel = &bytes[..lane.rows * from_bytes];
    match (from, to) {
        (Storage::Dense, Storage::Tiled5) => {
            let panel = &mut converted[..lane.rows * to_bytes];
            return pack::<5, 3>(&bytes[start..], row, code_of_trit, lane, panel);
        }
        (Storage::Tiled5, Storage::Dense) => {
            let trits = &mut converted[lane.row * to_bytes..];
            return unpack::<5, 3>(panel, lane, trit_of_code, row, trits);
        }
        (Storage::Tiled5, _) => unpack::<5, 3>(panel, lane, trit_of_code, row, trits),
        (Storage::Tiled2, _) => unpack::<4, 4>(panel, lane, trit_of_code, row, trits),
        _ => from.convert_row(
            Storage::Dense,
            &bytes[start..start + from_bytes],
            row,
            trits,
        ),
    }
    let panel = &mut converted[..lane.rows * to_bytes];
    match to {
        Storage::Tiled5 => pack::<5, 3>(trits, row, code_of_trit, lane, panel),
        Storage::Tiled2 => pack::<4, 4>(trits, row, code_of_trit, lane, panel),
        _ => Storage::Dense.convert_row(to, trits, row, &mut panel[lane.row * to_bytes..]),
    }
}

/// The same by `packed2`, where neither side is `tiled5`; dense trits become codes.
#[multiversion(targets("x86_64+avx2+bmi2"))]
fn through_twos(
    from: Storage,
    to: Storage,
    bytes: &[u8],
    row: usize,
    lane: Lane,
    converted: &mut [u8],
    twos: &mut [u8],
) {
    ask_ahead([from, to], bytes, row, lane, converted);
    let [from_bytes, to_bytes] = [from, to].map(|storage| storage.row_bytes(row));
    let [start, to_start] = [from_bytes, to_bytes].map(|bytes| lane.row * bytes);
    let [panel, to_panel] = [from_bytes, to_bytes].map(|bytes| lane.rows * bytes);
    match (from, to) {
        (Storage::Dense, Storage::Tiled2) => {
            let converted = &mut converted[..to_panel];
            return pack::<4, 4>(&bytes[start..], row, code_of_trit, lane, converted);
        }
        (Storage::Tiled2, Storage::Dense) => {
            let converted = &mut converted[to_start..];
            return unpack::<4, 4>(&bytes[..panel], lane, trit_of_code, row, converted);
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
pub(super) fn pack_digits<const PLACES: usize, const BASE: u8>(digits: &[u8], bytes: &mut [u8]) {
    let code = |digit: u8| digit & 2 | !(digit | digit >> 1) & 1;
    pack::<PLACES, BASE>(digits, digits.len(), code, Lane::ALONE, bytes);
}

/// The inverse of [`pack_digits`].
pub(super) fn unpack_digits<const PLACES: usize, const BASE: u8>(bytes: &[u8], digits: &mut [u8]) {
    let digit = |code| u8::from(code == 0) | u8::from(code == 2) << 1;
    unpack::<PLACES, BASE>(bytes, Lane::ALONE, digit, digits.len(), digits);
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
fn pack<const PLACES: usize, const BASE: u8>(
    trits: &[u8],
    row: usize,
    code: impl Fn(u8) -> u8,
    lane: Lane,
    panel: &mut [u8],
) {
    let at_once = AT_ONCE * BYTES * PLACES;
    let tiles = panel.chunks_mut(AT_ONCE * BYTES * lane.rows);
    for (start, tiles) in (0..row).step_by(at_once).zip(tiles) {
        prefetch(trits, start + AHEAD, at_once);
        let mut codes = [0; MOST_CODES];
        let codes = &mut codes[..at_once];
        match trits[start..row].get(..at_once) {
            // A loop whose end is known.
            Some(trits) => write_codes(trits, &code, codes),
            None => {
                codes.fill(code(0));
                write_codes(&trits[start..row], &code, codes);
            }
        }
        for (bytes, codes) in lane
            .of_tiles_mut(tiles)
            .zip(codes.chunks_exact(BYTES * PLACES))
        {
            // Four sums side by side, none of which is more than a byte.
            let mut sums = 0;
            for codes in codes.as_chunks::<BYTES>().0.iter().rev() {
                sums = sums * u32::from(BASE) + u32::from_le_bytes(*codes);
            }
            bytes.copy_from_slice(&sums.to_le_bytes());
        }
    }
}

#[inline(always)]
fn write_codes(from: &[u8], code: impl Fn(u8) -> u8, to: &mut [u8]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = code(from);
    }
}

/// Reads a row of a panel, the inverse of [`pack`].
#[inline(always)]
fn unpack<const PLACES: usize, const BASE: u8>(
    panel: &[u8],
    lane: Lane,
    trit: impl Fn(u8) -> u8,
    row: usize,
    trits: &mut [u8],
) {
    let at_once = AT_ONCE * BYTES * PLACES;
    let tiles = panel.chunks(AT_ONCE * BYTES * lane.rows);
    for (start, tiles) in (0..row).step_by(at_once).zip(tiles) {
        prefetch(trits, start + AHEAD, at_once);
        let mut codes = [0; MOST_CODES];
        let codes = &mut codes[..at_once];
        for (codes, bytes) in codes
            .chunks_exact_mut(BYTES * PLACES)
            .zip(lane.of_tiles(tiles))
        {
            let mut four = [0; BYTES];
            four.copy_from_slice(bytes);
            let places = places_of::<BASE>(four).map(u64::to_le_bytes);
            codes.copy_from_slice(&places.as_flattened()[..BYTES * PLACES]);
        }
        let trits = &mut trits[start..row];
        match trits.get_mut(..at_once) {
            // A loop whose end is known.
            Some(trits) => write_codes(codes, &trit, trits),
            None => write_codes(codes, &trit, trits),
        }
    }
}

/// The codes of four bytes of a row of a tile, four of each place.
#[inline(always)]
fn places_of<const BASE: u8>(bytes: [u8; BYTES]) -> [u64; 3] {
    if BASE == 4 {
        let bits = u64::from(u32::from_le_bytes(bytes));
        let places = bits | bits << 30;
        return [places, places >> 4, 0].map(|places| places & 0x0303_0303_0303_0303);
    }
    let mut places = [0; 3];
    for (number, byte) in bytes.into_iter().enumerate() {
        for (places, of_byte) in places.iter_mut().zip(PLACES_OF_FIVE[usize::from(byte)]) {
            *places |= of_byte << (8 * number);
        }
    }
    places
}

/// For each byte of five codes those of the places 0 and 1, four bytes apart, of 2 and 3,
/// and of 4.
const PLACES_OF_FIVE: [[u64; 3]; 256] = {
    let mut table = [[0; 3]; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut place, mut left) = (0, byte as u64);
        while place < 5 {
            table[byte][place / 2] |= (left % 3) << (32 * (place % 2));
            left /= 3;
            place += 1;
        }
        byte += 1;
    }
    table
};

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
