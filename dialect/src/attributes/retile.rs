//! From tiles of one kind to those of the other.

use super::tiled::{BYTES, ROWS};
use multiversion::multiversion;

/// The words of four columns that are whole tiles of either kind.
const WORDS: usize = 20;

/// Converts a panel of so many rows from `tiled2` to `tiled5`; what is behind it comes next.
#[multiversion(targets("x86_64+avx512f+avx512bw", "x86_64+avx2"))]
pub(super) fn fives_of_twos(panel: &[u8], row: usize, rows: usize, converted: &mut [u8]) {
    retile::<4, 4, 5, 3>(panel, row, rows, converted);
}

/// The inverse of [`fives_of_twos`].
#[multiversion(targets("x86_64+avx512f+avx512bw", "x86_64+avx2"))]
pub(super) fn twos_of_fives(panel: &[u8], row: usize, rows: usize, converted: &mut [u8]) {
    retile::<5, 3, 4, 4>(panel, row, rows, converted);
}

/// Converts a panel from tiles of one kind to those of the other. A byte of a tile holds
/// what the same byte of some words of four columns says, in either kind, so that bytes
/// stay in their lanes.
#[inline(always)]
fn retile<const FROM: usize, const BASE: u8, const TO: usize, const TO_BASE: u8>(
    panel: &[u8],
    row: usize,
    rows: usize,
    converted: &mut [u8],
) {
    const ALL: usize = ROWS * BYTES;
    let stride = rows * BYTES;
    if stride == ALL {
        retile_lanes::<FROM, BASE, TO, TO_BASE, ALL>(panel, row, stride, 0, converted);
    } else {
        for lane in (0..stride).step_by(BYTES) {
            retile_lanes::<FROM, BASE, TO, TO_BASE, BYTES>(panel, row, stride, lane, converted);
        }
    }
}

/// Converts some lanes of a panel, whose tiles have `stride` of them.
#[inline(always)]
fn retile_lanes<
    const FROM: usize,
    const BASE: u8,
    const TO: usize,
    const TO_BASE: u8,
    const LANES: usize,
>(
    panel: &[u8],
    row: usize,
    stride: usize,
    lane: usize,
    converted: &mut [u8],
) {
    // Those that the panel has, not the ones of the next.
    let [tiles, to_tiles] = [FROM, TO].map(|words| row.div_ceil(words * BYTES));
    for block in 0..row.div_ceil(WORDS * BYTES) {
        let mut words = [[1; LANES]; WORDS];
        for (number, words) in words.chunks_exact_mut(FROM).enumerate() {
            let tile = block * (WORDS / FROM) + number;
            if tile >= tiles {
                break;
            }
            let Some(codes) = panel[tile * stride + lane..].first_chunk::<LANES>() else {
                break;
            };
            let mut left = *codes;
            for word in words {
                for (code, left) in word.iter_mut().zip(&mut left) {
                    *code = *left % BASE;
                    *left /= BASE;
                    // 3, which is never written, is a trit of 0.
                    *code -= (*code & *code >> 1) << 1;
                }
            }
        }
        // What follows a row does not count.
        let known = row - block * WORDS * BYTES;
        for (number, word) in words.iter_mut().enumerate().skip(known / BYTES) {
            for (byte, code) in word.iter_mut().enumerate() {
                if number * BYTES + byte % BYTES >= known {
                    *code = 1;
                }
            }
        }
        for (number, words) in words.chunks_exact(TO).enumerate() {
            let tile = block * (WORDS / TO) + number;
            if tile >= to_tiles {
                break;
            }
            let mut sums = [0; LANES];
            for word in words.iter().rev() {
                for (sum, code) in sums.iter_mut().zip(word) {
                    *sum = *sum * TO_BASE + code;
                }
            }
            converted[tile * stride + lane..][..LANES].copy_from_slice(&sums);
        }
    }
}
