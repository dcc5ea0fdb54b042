//! The storages `tiled2` and `tiled5`: panels of 16 rows, whose tiles of 16 or 20 columns
//! lie one after the other, each with four bytes of a row and then of the next one. The
//! description of `#fidelity.tensor` has the digits.
//!
//! Dense trits become codes, 0 for -1, 1 for 0 and 2 for +1, and codes the bytes of a row
//! of a tile. Between tiles and packed storages rows go through `packed2`: four bytes of it
//! have the trits of a row of a tile of `tiled2` in another order, and five become those of
//! `tiled5` by tables, as four of `packed5` do. Rows are converted one after the other, so
//! that what is read or written by rows is read and written as it lies in memory; the panel
//! is in the cache meanwhile. Only tiles of one kind become those of the other all rows at
//! once ([`super::retile`]).

use super::convert::{AHEAD, GROUP, Table, look_up, tables};
use super::retile::{fives_of_twos, twos_of_fives};
use crate::Storage;
use multiversion::multiversion;
use ods_bridge::prefetch;

/// The rows of a panel, but for the last one's.
pub(super) const ROWS: usize = 16;
/// The bytes of a row of a tile.
pub(super) const BYTES: usize = 4;
/// The tiles of a row whose codes are kept at a time, so many that what was written first
/// has left the store buffer when it is read in other pieces.
const MANY: usize = 32;
/// The same of the rest of a row.
const FEW: usize = 4;

/// The codes of tiles of a row, or the trits that they stand for.
type Codes<const PLACES: usize, const TILES: usize> = [[[u8; BYTES]; PLACES]; TILES];

/// Converts rows where one side is tiled; `between` is for what they are in between.
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
    // That is faster than a row of `tiled2` becomes one of `packed5`.
    let by_tiles = match (from, to) {
        (Storage::Packed5, Storage::Tiled2) | (Storage::Tiled2, Storage::Packed5) => {
            Some(Storage::Tiled5)
        }
        _ => None,
    };
    let panel = by_tiles.map_or(0, |tiles| ROWS * tiles.row_bytes(row));
    // Of whole tiles of either kind.
    let groups = row.div_ceil(GROUP) * Storage::Packed2.row_bytes(GROUP);
    between.resize(panel + groups.max(Storage::Tiled2.row_bytes(row)), 0);
    let (panel, between) = between.split_at_mut(panel);
    let (mut bytes, mut converted) = (bytes, converted);
    while !bytes.is_empty() {
        let rows = ROWS.min(bytes.len() / from_bytes);
        match by_tiles {
            None => convert_panel(from, to, bytes, row, rows, converted, between),
            Some(tiles) => {
                let panel = &mut panel[..rows * tiles.row_bytes(row)];
                convert_panel(from, tiles, bytes, row, rows, panel, between);
                convert_panel(tiles, to, panel, row, rows, converted, between);
            }
        }
        bytes = &bytes[rows * from_bytes..];
        converted = &mut converted[rows * to_bytes..];
    }
}

/// Converts the first panel, of so many rows; what is behind it is what comes next.
fn convert_panel(
    from: Storage,
    to: Storage,
    bytes: &[u8],
    row: usize,
    rows: usize,
    converted: &mut [u8],
    between: &mut [u8],
) {
    match (from, to) {
        (Storage::Tiled2, Storage::Tiled5) => fives_of_twos(bytes, row, rows, converted),
        (Storage::Tiled5, Storage::Tiled2) => twos_of_fives(bytes, row, rows, converted),
        _ => {
            for number in 0..rows {
                let lane = Lane { rows, row: number };
                convert_row(from, to, bytes, row, lane, converted, between);
            }
        }
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
    between: &mut [u8],
) {
    let [from_bytes, to_bytes] = [from, to].map(|storage| storage.row_bytes(row));
    // What is read or written here a panel ahead, each time a row of it; loops over dense
    // trits, of which a panel is much, ask for theirs.
    if from != Storage::Dense {
        prefetch(bytes, (lane.rows + lane.row) * from_bytes, from_bytes);
    }
    if to != Storage::Dense {
        prefetch(converted, (lane.rows + lane.row) * to_bytes, to_bytes);
    }
    let [start, to_start] = [from_bytes, to_bytes].map(|bytes| lane.row * bytes);
    let [panel, to_panel] = [from_bytes, to_bytes].map(|bytes| lane.rows * bytes);
    match (from, to) {
        (Storage::Dense, Storage::Tiled2) => {
            let converted = &mut converted[..to_panel];
            return pack::<4, 4>(&bytes[start..], row, code_of_trit, lane, converted);
        }
        (Storage::Dense, Storage::Tiled5) => {
            let converted = &mut converted[..to_panel];
            return pack::<5, 3>(&bytes[start..], row, code_of_trit, lane, converted);
        }
        (Storage::Tiled2, Storage::Dense) => {
            let converted = &mut converted[to_start..];
            return unpack::<4, 4>(&bytes[..panel], lane, trit_of_code, row, converted);
        }
        (Storage::Tiled5, Storage::Dense) => {
            let converted = &mut converted[to_start..];
            return unpack::<5, 3>(&bytes[..panel], lane, trit_of_code, row, converted);
        }
        _ => (),
    }
    let packed = match (from, to) {
        (Storage::Packed5, Storage::Tiled5) | (Storage::Tiled5, Storage::Packed5) => {
            Storage::Packed5
        }
        _ => Storage::Packed2,
    };
    match from.is_tiled() {
        true => read_row(from, &bytes[..panel], lane, packed, between),
        false => {
            let bytes = &bytes[start..start + from_bytes];
            pass_row(from, packed, bytes, row, between);
        }
    }
    drop_rest(packed, row, between);
    match to.is_tiled() {
        true => write_row(packed, between, to, lane, &mut converted[..to_panel]),
        false => {
            let between = &between[..packed.row_bytes(row)];
            pass_row(packed, to, between, row, &mut converted[to_start..]);
        }
    }
}

/// Converts a row between packed storages, which may be the same.
#[inline(always)]
fn pass_row(from: Storage, to: Storage, bytes: &[u8], row: usize, converted: &mut [u8]) {
    match from == to {
        true => converted[..bytes.len()].copy_from_slice(bytes),
        false => from.convert_row(to, bytes, row, converted),
    }
}

/// Makes zeros of what follows the trits of a packed row: it does not count.
#[inline(always)]
fn drop_rest(storage: Storage, row: usize, bytes: &mut [u8]) {
    let (trits, rest) = bytes.split_at_mut(storage.row_bytes(row));
    rest.fill(0);
    let (Some(last), Some(per_byte), Some(base)) =
        (trits.last_mut(), storage.trits_per_byte(), storage.base())
    else {
        return;
    };
    if !row.is_multiple_of(per_byte) {
        *last %= base.pow((row % per_byte) as u32);
    }
}

/// Reads a row of a panel as a packed one of whole groups.
#[inline(always)]
fn read_row(from: Storage, panel: &[u8], lane: Lane, to: Storage, packed: &mut [u8]) {
    const TWOS: [Table; 4] = tables(Storage::Tiled5, Storage::Packed2);
    const FIVES: [Table; 4] = tables(Storage::Tiled5, Storage::Packed5);
    let words = lane.of_tiles(panel);
    match (from, to) {
        (Storage::Tiled5, Storage::Packed5) => {
            look_up(&FIVES, words, packed.as_chunks_mut::<4>().0);
        }
        (Storage::Tiled5, _) => look_up(&TWOS, words, packed.as_chunks_mut::<5>().0),
        _ => {
            let packed = packed.as_chunks_mut::<BYTES>().0;
            for (packed, word) in packed.iter_mut().zip(words) {
                *packed = *word;
            }
            for word in packed {
                *word = twos_of_codes(u32::from_le_bytes(*word)).to_le_bytes();
            }
        }
    }
}

/// The inverse of [`read_row`].
#[inline(always)]
fn write_row(from: Storage, packed: &mut [u8], to: Storage, lane: Lane, panel: &mut [u8]) {
    const OF_TWOS: [Table; 5] = tables(Storage::Packed2, Storage::Tiled5);
    const OF_FIVES: [Table; 4] = tables(Storage::Packed5, Storage::Tiled5);
    let words = lane.of_tiles_mut(panel);
    match (from, to) {
        (Storage::Packed5, Storage::Tiled5) => {
            look_up(&OF_FIVES, packed.as_chunks().0, words);
        }
        (_, Storage::Tiled5) => look_up(&OF_TWOS, packed.as_chunks().0, words),
        _ => {
            let packed = packed.as_chunks_mut::<BYTES>().0;
            for word in &mut *packed {
                *word = codes_of_twos(u32::from_le_bytes(*word)).to_le_bytes();
            }
            for (word, packed) in words.zip(packed) {
                *word = *packed;
            }
        }
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
    #[inline(always)]
    fn of_tiles(self, panel: &[u8]) -> impl Iterator<Item = &[u8; BYTES]> {
        let tiles = panel.as_chunks().0.chunks_exact(self.rows);
        tiles.map(move |tile| &tile[self.row])
    }

    /// The same, to be written.
    #[inline(always)]
    fn of_tiles_mut(self, panel: &mut [u8]) -> impl Iterator<Item = &mut [u8; BYTES]> {
        let tiles = panel.as_chunks_mut().0.chunks_exact_mut(self.rows);
        tiles.map(move |tile| &mut tile[self.row])
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
    let mut words = lane.of_tiles_mut(panel);
    let words = &mut words;
    let done = pack_blocks::<PLACES, BASE, MANY>(trits, row, &code, words);
    let (rest, row) = (&trits[done..], row - done);
    let done = pack_blocks::<PLACES, BASE, FEW>(rest, row, &code, words);
    let rest = &rest[done..row];
    let mut last: Codes<PLACES, FEW> = [[[0; BYTES]; PLACES]; FEW];
    last.as_flattened_mut().as_flattened_mut()[..rest.len()].copy_from_slice(rest);
    pack_tiles::<PLACES, BASE, FEW>(&last, &code, words);
}

/// Writes so many tiles of a row at a time, and says how many trits they have.
#[inline(always)]
fn pack_blocks<'a, const PLACES: usize, const BASE: u8, const TILES: usize>(
    trits: &[u8],
    row: usize,
    code: impl Fn(u8) -> u8,
    words: &mut impl Iterator<Item = &'a mut [u8; BYTES]>,
) -> usize {
    let whole: &[Codes<PLACES, TILES>] = trits[..row].as_chunks().0.as_chunks().0.as_chunks().0;
    for (number, block) in whole.iter().enumerate() {
        prefetch(
            trits,
            number * size_of_val(block) + AHEAD,
            size_of_val(block),
        );
        pack_tiles::<PLACES, BASE, TILES>(block, &code, words);
    }
    size_of_val(whole)
}

/// Writes some tiles of a row, as many as there are.
#[inline(always)]
fn pack_tiles<'a, const PLACES: usize, const BASE: u8, const TILES: usize>(
    trits: &Codes<PLACES, TILES>,
    code: impl Fn(u8) -> u8,
    words: &mut impl Iterator<Item = &'a mut [u8; BYTES]>,
) {
    let mut codes: Codes<PLACES, TILES> = [[[0; BYTES]; PLACES]; TILES];
    let trits = trits.as_flattened().as_flattened();
    for (to, &trit) in codes
        .as_flattened_mut()
        .as_flattened_mut()
        .iter_mut()
        .zip(trits)
    {
        *to = code(trit);
    }
    for (codes, word) in codes.iter().zip(words) {
        // Four sums side by side, none of which is more than a byte.
        let sums = (codes.iter().rev()).fold(0, |sums, codes| {
            sums * u32::from(BASE) + u32::from_le_bytes(*codes)
        });
        *word = sums.to_le_bytes();
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
    let mut words = lane.of_tiles(panel);
    let words = &mut words;
    let done = unpack_blocks::<PLACES, BASE, MANY>(words, &trit, row, trits);
    let (trits, row) = (&mut trits[done..], row - done);
    let done = unpack_blocks::<PLACES, BASE, FEW>(words, &trit, row, trits);
    let rest = &mut trits[done..row];
    let mut last: Codes<PLACES, FEW> = [[[0; BYTES]; PLACES]; FEW];
    unpack_tiles::<PLACES, BASE, FEW>(words, &trit, &mut last);
    rest.copy_from_slice(&last.as_flattened().as_flattened()[..rest.len()]);
}

/// Reads so many tiles of a row at a time, and says how many trits they have.
#[inline(always)]
fn unpack_blocks<'a, const PLACES: usize, const BASE: u8, const TILES: usize>(
    words: &mut impl Iterator<Item = &'a [u8; BYTES]>,
    trit: impl Fn(u8) -> u8,
    row: usize,
    trits: &mut [u8],
) -> usize {
    let size = size_of::<Codes<PLACES, TILES>>();
    let whole = row / size * size;
    for start in (0..whole).step_by(size) {
        prefetch(trits, start + AHEAD, size);
        let block = trits[start..start + size].as_chunks_mut().0;
        for block in block.as_chunks_mut().0.as_chunks_mut().0 {
            unpack_tiles::<PLACES, BASE, TILES>(words, &trit, block);
        }
    }
    whole
}

/// Reads some tiles of a row, as many as there are.
#[inline(always)]
fn unpack_tiles<'a, const PLACES: usize, const BASE: u8, const TILES: usize>(
    words: &mut impl Iterator<Item = &'a [u8; BYTES]>,
    trit: impl Fn(u8) -> u8,
    trits: &mut Codes<PLACES, TILES>,
) {
    let mut left = [[0; BYTES]; TILES];
    for (left, word) in left.iter_mut().zip(words) {
        *left = *word;
    }
    let mut places = [[[0; BYTES]; TILES]; PLACES];
    for place in &mut places {
        let bytes = left.as_flattened_mut().iter_mut();
        for (place, left) in place.as_flattened_mut().iter_mut().zip(bytes) {
            *place = trit(*left % BASE);
            *left /= BASE;
        }
    }
    for (number, tile) in trits.iter_mut().enumerate() {
        for (word, place) in tile.iter_mut().zip(&places) {
            *word = place[number];
        }
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
