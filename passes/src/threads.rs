//! Which tiles of a product with ternary weights a block of a GPU's threads can have. The
//! model of cost and the lowering ask here, so that no storage is chosen with which the
//! tile of a mapping is impossible.

use fidelity_dialect::Storage;

/// The most threads that a block may have on every machine.
pub const MOST_THREADS: i64 = 1024;

/// The most lanes of an output: what machines run at once.
pub const LANES: i64 = 32;

/// The lanes that each output of a tile `[M, N, K]` has, of which each reads a byte of the
/// weights at a time.
///
/// # Errors
///
/// Which tiles there are for that storage, when this is none of them.
pub fn lanes_of(tile: [i64; 3], storage: Storage) -> Result<i64, String> {
    let [tokens, outputs, inputs] = tile;
    let per_byte = storage.trits_per_byte().unwrap_or(1) as i64;
    let lanes = inputs / per_byte;
    let is_possible = inputs % per_byte == 0
        && is_power(lanes, LANES)
        && tokens <= lanes
        && is_power(outputs, MOST_THREADS / lanes);
    if is_possible {
        return Ok(lanes);
    }
    Err(format!(
        "a tile [M, N, K] of a K of {per_byte} trits, a byte of the weights, for each of L lanes, \
         L and N powers of two, L at most {LANES}, N · L at most {MOST_THREADS}, and M at most L"
    ))
}

/// Whether a size is a power of two up to another one.
pub fn is_power(size: i64, most: i64) -> bool {
    size <= most && u64::try_from(size).is_ok_and(u64::is_power_of_two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_bytes_of_a_row() {
        assert_eq!(lanes_of([4, 16, 128], Storage::Packed2), Ok(32));
        assert_eq!(lanes_of([4, 16, 20], Storage::Packed5), Ok(4));
        assert_eq!(lanes_of([4, 32, 32], Storage::Dense), Ok(32));
        for (tile, storage) in [
            // No whole bytes, too many lanes, more tokens than lanes, too many threads.
            ([1, 16, 64], Storage::Packed5),
            ([1, 16, 64], Storage::Dense),
            ([16, 16, 32], Storage::Packed2),
            ([1, 64, 128], Storage::Packed2),
            ([1, 3, 128], Storage::Packed2),
            ([1, 4, 12], Storage::Packed2),
        ] {
            assert!(lanes_of(tile, storage).is_err(), "{tile:?}, {storage}");
        }
    }
}
