//! Trits from one storage to another.
//!
//! Most of a row is converted in groups of trits that are whole bytes in every
//! storage, by loops that become vector code or that look bytes up in tables which
//! stay in the cache. Memory is asked for ahead of them: what a block takes is less than
//! it takes to bring the next one, but more than processors look ahead by themselves. The
//! rest of a row goes through digits, one for each trit: 0, 1 for -1 and 2 for +1. Many
//! megabytes are shared by the processors that the process may run on.

use super::tiled;
use crate::Storage;
use multiversion::multiversion;
use ods_bridge::prefetch;
use std::{num::NonZero, sync::Mutex, thread};

/// The trits of a group: bytes of four and of five.
pub(super) const GROUP: usize = 20;

/// The trits that are converted at a time, while memory ahead of them comes in.
const BLOCK: usize = 64 * GROUP;

/// The trits of what counts as a row where rows are as good as one.
const LONG: usize = 256 * GROUP;

/// How many bytes ahead memory is asked for: what comes in while the latency passes, and
/// little of the nearest cache.
pub(super) const AHEAD: usize = 8192;

/// About how many bytes, of both storages, a thread converts at a time: enough that
/// starting it does not count.
const SHARE: usize = 1 << 20;

impl Storage {
    /// Writes rows of `row` trits that are stored this way as `to` stores them;
    /// `converted` has the bytes that they need. A number that is not a trit
    /// counts by its sign.
    pub fn convert(self, to: Self, bytes: &[u8], row: usize, converted: &mut [u8]) {
        let storages = [self, to];
        // What can be converted by itself: a panel of rows, or a row. Rows of whole bytes
        // are as good as one, of which blocks can be.
        let per_byte = storages.map(|storage| storage.trits_per_byte().unwrap_or(1));
        let [piece, piece_row] = match storages.iter().any(|storage| storage.is_tiled()) {
            true => [tiled::ROWS, row],
            false if row.is_multiple_of(per_byte[0] * per_byte[1]) => [1, LONG],
            false => [1, row],
        };
        let [from_bytes, to_bytes] = storages.map(|storage| piece * storage.row_bytes(piece_row));
        if row == 0 || from_bytes == 0 || to_bytes == 0 {
            return;
        }
        let pieces = (SHARE / (from_bytes + to_bytes)).max(1);
        let shares = bytes
            .chunks(pieces * from_bytes)
            .zip(converted.chunks_mut(pieces * to_bytes));
        let most = shares.len();
        let threads = match most {
            0 | 1 => 1,
            _ => thread::available_parallelism().map_or(1, NonZero::get),
        };
        let shares = Mutex::new(shares);
        let work = || {
            let mut between = Vec::new();
            while let Some((bytes, converted)) =
                shares.lock().ok().and_then(|mut shares| shares.next())
            {
                self.convert_share(to, bytes, piece_row, converted, &mut between);
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads.min(most) {
                // This thread does what another one that cannot be started would.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
    }

    /// Converts rows one after the other; `between` is for tiles, what a row is in between.
    fn convert_share(
        self,
        to: Self,
        bytes: &[u8],
        row: usize,
        converted: &mut [u8],
        between: &mut Vec<u8>,
    ) {
        if self.is_tiled() || to.is_tiled() {
            return tiled::convert(self, to, bytes, row, converted, between);
        }
        let [from_bytes, to_bytes] = [self, to].map(|storage| storage.row_bytes(row));
        for number in 0..bytes.len().div_ceil(from_bytes) {
            let bytes = &bytes[number * from_bytes..];
            self.convert_row(to, bytes, row, &mut converted[number * to_bytes..]);
        }
    }

    /// Converts the first row, or what there is of rows that are as good as one; neither
    /// side is tiled. What is behind it is what comes next.
    pub(super) fn convert_row(self, to: Self, bytes: &[u8], row: usize, converted: &mut [u8]) {
        let row = row.min(bytes.len() * self.trits_per_byte().unwrap_or(1));
        let [from_block, to_block] = [self, to].map(|storage| storage.row_bytes(BLOCK));
        for block in 0..row.div_ceil(BLOCK) {
            let (start, to_start) = (block * from_block, block * to_block);
            prefetch(bytes, start + AHEAD, from_block);
            prefetch(converted, to_start + AHEAD, to_block);
            let trits = BLOCK.min(row - block * BLOCK);
            let grouped = trits / GROUP * GROUP;
            let bytes = &bytes[start..start + self.row_bytes(trits)];
            let converted = &mut converted[to_start..to_start + to.row_bytes(trits)];
            let (groups, rest) = bytes.split_at(self.row_bytes(grouped));
            let (converted, converted_rest) = converted.split_at_mut(to.row_bytes(grouped));
            convert_groups(self, to, groups, converted);
            if grouped < trits {
                let mut digits = [0; GROUP];
                self.unpack_digits(rest, &mut digits);
                digits[trits - grouped..].fill(0);
                to.pack_digits(&digits, converted_rest);
            }
        }
    }

    /// Writes the trits of a row, or of any number of rows that are whole bytes and
    /// not tiled, as bytes. Each is its digit, 0, 1 for -1 or 2 for +1; those after
    /// the last trit of the last byte are 0.
    #[inline(always)]
    pub fn pack_digits(self, digits: &[u8], bytes: &mut [u8]) {
        match self {
            Self::Dense => {
                for (byte, digit) in bytes.iter_mut().zip(digits) {
                    *byte = (digit >> 1).wrapping_sub(digit & 1);
                }
            }
            Self::Packed2 => {
                for (byte, digits) in bytes.iter_mut().zip(digits.as_chunks().0) {
                    // The low two bits of each byte, side by side.
                    let digits = u32::from_le_bytes(*digits);
                    *byte = (digits | digits >> 6 | digits >> 12 | digits >> 18) as u8;
                }
            }
            Self::Packed5 => {
                for (byte, &[a, b, c, d, e]) in bytes.iter_mut().zip(digits.as_chunks().0) {
                    *byte = five([a, b, c, d, e, 0, 0, 0]);
                }
            }
            // A row by itself is a panel.
            Self::Tiled2 => tiled::pack_digits::<4, 4>(digits, bytes),
            Self::Tiled5 => tiled::pack_digits::<5, 3>(digits, bytes),
        }
    }

    /// The digits of the trits that bytes hold, the inverse of
    /// [`Storage::pack_digits`].
    #[inline(always)]
    pub(super) fn unpack_digits(self, bytes: &[u8], digits: &mut [u8]) {
        match self {
            Self::Dense => {
                for (digit, &byte) in digits.iter_mut().zip(bytes) {
                    *digit = byte >> 7 | u8::from(byte.cast_signed() > 0) << 1;
                }
            }
            Self::Packed2 => {
                const DIGITS: Table = digits_of(Storage::Packed2);
                for (digits, &byte) in digits.as_chunks_mut::<4>().0.iter_mut().zip(bytes) {
                    *digits = (DIGITS[usize::from(byte)] as u32).to_le_bytes();
                }
            }
            Self::Packed5 => {
                const DIGITS: Table = digits_of(Storage::Packed5);
                for (digits, &byte) in digits.as_chunks_mut::<5>().0.iter_mut().zip(bytes) {
                    digits.copy_from_slice(&DIGITS[usize::from(byte)].to_le_bytes()[..5]);
                }
            }
            Self::Tiled2 => tiled::unpack_digits::<4, 4>(bytes, digits),
            Self::Tiled5 => tiled::unpack_digits::<5, 3>(bytes, digits),
        }
    }
}

/// Converts whole groups. Loops have the vectors of AVX2 where there are any, if what
/// they call is a part of this function.
#[multiversion(targets("x86_64+avx2+bmi2"))]
fn convert_groups(from: Storage, to: Storage, bytes: &[u8], converted: &mut [u8]) {
    match (from, to) {
        (Storage::Dense, Storage::Dense) => {
            for (trit, byte) in converted.iter_mut().zip(bytes) {
                *trit = byte.cast_signed().signum().cast_unsigned();
            }
        }
        (Storage::Dense, Storage::Packed2) => pack_twos(bytes, converted),
        (Storage::Dense, Storage::Packed5) => pack_fives(bytes, converted),
        (Storage::Packed2, Storage::Dense) => {
            const TRITS: [Table; 1] = tables(Storage::Packed2, Storage::Dense);
            for (trits, &byte) in converted.as_chunks_mut::<4>().0.iter_mut().zip(bytes) {
                *trits = (TRITS[0][usize::from(byte)] as u32).to_le_bytes();
            }
        }
        (Storage::Packed5, Storage::Dense) => unpack_fives(bytes, converted),
        (Storage::Packed2, Storage::Packed5) => {
            const FIVES: [Table; 5] = tables(Storage::Packed2, Storage::Packed5);
            look_up(
                &FIVES,
                bytes.as_chunks().0,
                converted.as_chunks_mut::<4>().0,
            );
        }
        (Storage::Packed5, Storage::Packed2) => {
            const TWOS: [Table; 4] = tables(Storage::Packed5, Storage::Packed2);
            look_up(&TWOS, bytes.as_chunks().0, converted.as_chunks_mut::<5>().0);
        }
        // Not in groups: see above.
        (Storage::Tiled2 | Storage::Tiled5, _) | (_, Storage::Tiled2 | Storage::Tiled5) => {}
        // Digits and bytes that are never written become ones that are.
        (Storage::Packed2, Storage::Packed2) => {
            for (to, from) in converted.iter_mut().zip(bytes) {
                let three = from & from >> 1 & 0x55;
                *to = from & !(3 * three);
            }
        }
        (Storage::Packed5, Storage::Packed5) => {
            let size = from.row_bytes(GROUP);
            let groups = bytes.chunks(size).zip(converted.chunks_mut(size));
            for (bytes, converted) in groups {
                let mut digits = [0; GROUP];
                from.unpack_digits(bytes, &mut digits);
                from.pack_digits(&digits, converted);
            }
        }
    }
}

/// The byte of the first five digits of eight.
#[inline(always)]
fn five(digits: [u8; 8]) -> u8 {
    // Byte 4 of the product is Σ digit i · 3ⁱ, and no sum below it is more than
    // 2 · (81 + 27 + 9 + 3): nothing is carried. What is above it does not come down.
    const POWERS: u64 = u64::from_le_bytes([81, 27, 9, 3, 1, 0, 0, 0]);
    (u64::from_le_bytes(digits).wrapping_mul(POWERS) >> 32) as u8
}

/// The digit of a trit of a byte of four. 3 is read as 0.
const fn digit_of_two(byte: u8, place: usize) -> u8 {
    [0, 1, 2, 0][(byte >> (2 * place) & 3) as usize]
}

/// The digit of a trit of a byte of five.
const fn digit_of_five(byte: u8, place: usize) -> u8 {
    byte / 3_u8.pow(place as u32) % 3
}

/// What each byte comes to.
pub(super) type Table = [u64; 256];

/// For each byte its digits, each in a byte.
const fn digits_of(from: Storage) -> Table {
    let is_twos = matches!(from, Storage::Packed2);
    let mut table = [0; 256];
    let mut entry = 0;
    while entry < 5 * 256 {
        let (place, byte) = (entry / 256, entry % 256);
        let digit = match is_twos {
            true if place == 4 => 0,
            true => digit_of_two(byte as u8, place),
            false => digit_of_five(byte as u8, place),
        };
        table[byte] |= (digit as u64) << (8 * place);
        entry += 1;
    }
    table
}

/// For each byte of a group that is stored in one way, or for the first one, the bits
/// that its trits have in the group as `to` stores it. Those of a group are their sum.
/// A group of `tiled5` is a row of a tile.
pub(super) const fn tables<const N: usize>(from: Storage, to: Storage) -> [Table; N] {
    let digits = if matches!(from, Storage::Packed2) {
        4
    } else {
        5
    };
    let mut tables = [[0; 256]; N];
    let mut entry = 0;
    while entry < N * 256 {
        let (number, byte) = (entry / 256, entry % 256);
        let mut place = 0;
        while place < digits {
            let digit = match from {
                Storage::Packed2 => digit_of_two(byte as u8, place),
                Storage::Tiled5 => DIGIT_OF_CODE[digit_of_five(byte as u8, place) as usize],
                _ => digit_of_five(byte as u8, place),
            };
            let at = match from {
                Storage::Tiled5 => tiled::BYTES * place + number,
                _ => number * digits + place,
            };
            tables[number][byte] += match to {
                Storage::Dense => [0, 0xff, 1][digit as usize] << (8 * at),
                Storage::Packed2 | Storage::Tiled2 => (digit as u64) << (2 * at),
                Storage::Packed5 => (digit as u64 * 3_u64.pow(at as u32 % 5)) << (8 * (at / 5)),
                Storage::Tiled5 => {
                    let power = 3_u64.pow((at / tiled::BYTES) as u32);
                    (DIGIT_OF_CODE[digit as usize] as u64 * power) << (8 * (at % tiled::BYTES))
                }
            };
            place += 1;
        }
        entry += 1;
    }
    tables
}

/// The digit of a trit in packed storage, 0, 1 for -1 and 2 for +1, from its code in tiles,
/// the trit plus 1; and the other way round.
const DIGIT_OF_CODE: [u8; 3] = [1, 0, 2];

/// Converts groups of N bytes to ones of M.
#[inline(always)]
pub(super) fn look_up<'a, const N: usize, const M: usize>(
    tables: &[Table; N],
    from: impl IntoIterator<Item = &'a [u8; N]>,
    to: impl IntoIterator<Item = &'a mut [u8; M]>,
) {
    for (to, from) in to.into_iter().zip(from) {
        let mut bits = 0;
        for (table, &byte) in tables.iter().zip(from) {
            bits += table[usize::from(byte)];
        }
        to.copy_from_slice(&bits.to_le_bytes()[..M]);
    }
}

/// Five trits of each byte.
#[inline(always)]
fn unpack_fives(fives: &[u8], trits: &mut [u8]) {
    const TRITS: [Table; 1] = tables(Storage::Packed5, Storage::Dense);
    let trits_of = |five: u8| TRITS[0][usize::from(five)].to_le_bytes();
    let mut done = 0;
    for fives in fives.as_chunks::<4>().0 {
        // Eight bytes are written at once, of which the next five begin with the last
        // three; behind the last group there are none.
        let Some(trits) = trits[5 * done..].first_chunk_mut::<{ GROUP + 3 }>() else {
            break;
        };
        for (place, &five) in fives.iter().enumerate() {
            trits[5 * place..5 * place + 8].copy_from_slice(&trits_of(five));
        }
        done += fives.len();
    }
    for (trits, &five) in trits[5 * done..].chunks_mut(5).zip(&fives[done..]) {
        trits.copy_from_slice(&trits_of(five)[..trits.len()]);
    }
}

/// Packs trits, four to a byte. Those that are packed at once are of a number that is
/// known, so that loops over them have no ends of their own.
#[inline(always)]
fn pack_twos(trits: &[u8], twos: &mut [u8]) {
    const AT_ONCE: usize = 128;
    let (blocks, rest) = trits.as_chunks::<AT_ONCE>();
    let (blocks_of_twos, rest_of_twos) = twos.as_chunks_mut::<{ AT_ONCE / 4 }>();
    let (mut digits, mut pairs) = ([0; AT_ONCE], [0; AT_ONCE / 2]);
    for (trits, twos) in blocks.iter().zip(blocks_of_twos) {
        Storage::Dense.unpack_digits(trits, &mut digits);
        join::<6>(&digits, &mut pairs);
        join::<4>(&pairs, twos);
    }
    Storage::Dense.unpack_digits(rest, &mut digits);
    Storage::Packed2.pack_digits(&digits, rest_of_twos);
}

/// Packs trits, five to a byte. Digits are read across the bounds at which they are
/// written, so that there are many of them: what was written last is slow to be read so.
#[inline(always)]
fn pack_fives(trits: &[u8], fives: &mut [u8]) {
    let (blocks, rest) = trits.as_chunks::<BLOCK>();
    let (blocks_of_fives, rest_of_fives) = fives.as_chunks_mut::<{ BLOCK / 5 }>();
    // Three more are read after the last ones.
    let mut digits = [0; BLOCK + 3];
    for (trits, fives) in blocks.iter().zip(blocks_of_fives) {
        Storage::Dense.unpack_digits(trits, &mut digits);
        for (number, fives) in fives.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            // As many as are read, so that no place among them needs a check.
            let Some(digits) = digits[5 * 8 * number..].first_chunk::<{ 5 * 8 + 3 }>() else {
                break;
            };
            for (place, byte) in fives.iter_mut().enumerate() {
                let mut eight = [0; 8];
                eight.copy_from_slice(&digits[5 * place..5 * place + 8]);
                *byte = five(eight);
            }
        }
    }
    Storage::Dense.unpack_digits(rest, &mut digits);
    Storage::Packed5.pack_digits(&digits, rest_of_fives);
}

/// Two bytes as one, whose bits come together when the second is moved down.
#[inline(always)]
fn join<const DOWN: u32>(bytes: &[u8], joined: &mut [u8]) {
    for (joined, &pair) in joined.iter_mut().zip(bytes.as_chunks().0) {
        let pair = u16::from_le_bytes(pair);
        *joined = (pair | pair >> DOWN) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    const STORAGES: [Storage; 5] = [
        Storage::Dense,
        Storage::Packed2,
        Storage::Packed5,
        Storage::Tiled2,
        Storage::Tiled5,
    ];

    // Whole bytes and ragged ones, several blocks, no rows, rows of nothing; what
    // the unused trits of a byte hold does not count.
    #[test]
    fn conversions_keep_trits() {
        let rows = [
            (0, 7),
            (3, 0),
            (1, 1),
            (5, 4),
            (7, 5),
            (3, 20),
            (2, 10_003),
            (3, 20_000),
            (16, 16),
            (33, 47),
            // More than a thread converts at a time.
            (70, 40_003),
            (140, 20_000),
        ];
        for (rows, row) in rows {
            let trits: Vec<i8> = (0..rows * row)
                .map(|k| (k * (k + 7) / 3 % 3) as i8 - 1)
                .collect();
            for to in STORAGES {
                // Each piece by itself.
                let rows = if to.is_tiled() { tiled::ROWS } else { 1 };
                let pieces = trits.chunks((rows * row).max(1));
                let apart: Vec<u8> = pieces.flat_map(|piece| to.pack(piece, row)).collect();
                assert_eq!(to.pack(&trits, row), apart, "{to}, {row}");
            }
            for from in STORAGES {
                for to in STORAGES {
                    let mut bytes = from.pack(&trits, row);
                    if let Some(last) = bytes.last_mut()
                        && from == Storage::Packed2
                        && !row.is_multiple_of(4)
                    {
                        *last |= 0x80;
                    }
                    let mut converted = vec![0xaa; rows * to.row_bytes(row)];
                    from.convert(to, &bytes, row, &mut converted);
                    assert_eq!(
                        converted,
                        to.pack(&trits, row),
                        "{from} to {to}, {rows}x{row}"
                    );
                }
            }
        }
    }
}
