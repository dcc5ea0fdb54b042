//! Weights to packed trits by the absolute mean (BitNet b1.58, arXiv
//! 2402.17764).

use crate::import::{Error, tensor::Tensor};
use fidelity_dialect::Storage;
use ods_bridge::ResourceBytes;

/// γ is not below this.
const EPSILON: f64 = 1e-5;

/// A weight matrix as trits with one scale.
#[derive(Debug)]
pub struct PackedTrits {
    /// N, the output features.
    pub rows: usize,
    /// K, the input features.
    pub columns: usize,
    /// γ: a weight is about its trit times this.
    pub scale: f64,
    /// How the trits lie in `bytes`.
    pub storage: Storage,
    /// The rows, each of [`Storage::row_bytes`].
    pub bytes: ResourceBytes,
}

/// Ternarises a matrix:
///
/// ```text
/// γ = max(mean|W|, 1e-5)    trit = clamp(rne(W/γ), -1, 1)
/// ```
///
/// rne rounds a half to even, so that the trit is the sign of W where
/// |W| > γ/2, and 0 elsewhere. The mean is taken in f64. W is read twice, a row
/// at a time. `storage` says how the trits are packed.
///
/// # Errors
///
/// When an element of W is not finite.
pub fn ternarize(weights: &Tensor<'_>, storage: Storage) -> Result<PackedTrits, Error> {
    let (&columns, leading) = weights.shape().split_last().unwrap_or((&1, &[]));
    let rows = leading.iter().product::<usize>();
    let mut row = vec![0.0; columns];

    let mut sum = 0.0;
    for index in 0..rows {
        weights.read_any(index * columns, &mut row);
        let row_sum = absolute_sum(&row);
        // A row of finite f32 has a finite sum in f64: this read finds the
        // element that is not.
        if !row_sum.is_finite() {
            weights.read(index * columns, &mut row)?;
        }
        sum += row_sum;
    }
    let count = (rows * columns).max(1) as f64;
    let scale = (sum / count).max(EPSILON);

    let threshold = round_down(scale / 2.0);
    // Rows that lie between each other are tiled once all are there.
    let (storage, wanted) = match storage.is_tiled() {
        false => (storage, storage),
        true => (Storage::Packed2, storage),
    };
    let row_bytes = storage.row_bytes(columns);
    let mut digits = vec![0; storage.trits_per_byte().unwrap_or(1) * row_bytes];
    let mut bytes = ResourceBytes::zeroed(rows * row_bytes);
    for index in 0..rows {
        weights.read_any(index * columns, &mut row);
        pack(
            &row,
            threshold,
            storage,
            &mut digits,
            &mut bytes[index * row_bytes..(index + 1) * row_bytes],
        );
    }
    if wanted != storage {
        let mut tiled = ResourceBytes::zeroed(rows * wanted.row_bytes(columns));
        storage.convert(wanted, &bytes, columns, &mut tiled);
        bytes = tiled;
    }
    Ok(PackedTrits {
        rows,
        columns,
        scale,
        storage: wanted,
        bytes,
    })
}

/// Σ|w| in f64, in eight sums that a vector unit can keep side by side.
fn absolute_sum(row: &[f32]) -> f64 {
    let (blocks, rest) = row.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for block in blocks {
        for (sum, value) in sums.iter_mut().zip(block) {
            *sum += f64::from(value.abs());
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|value| f64::from(value.abs())).sum::<f64>()
}

/// The largest f32 that is not above `value`: an f32 is above the one exactly
/// where it is above the other.
fn round_down(value: f64) -> f32 {
    let rounded = value as f32;
    if f64::from(rounded) > value {
        rounded.next_down()
    } else {
        rounded
    }
}

/// Packs a row; `digits` has one for each trit of `bytes`, those after the row
/// being 0. Loops without branches, which become vector code.
fn pack(row: &[f32], threshold: f32, storage: Storage, digits: &mut [u8], bytes: &mut [u8]) {
    // 0, 1 for -1 and 2 for +1, as every packed storage has it.
    for (digit, &value) in digits.iter_mut().zip(row) {
        *digit = u8::from(value < -threshold) | u8::from(value > threshold) << 1;
    }
    storage.pack_digits(digits, bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use safetensors::Dtype;
    use std::path::Path;

    const STORAGES: [Storage; 5] = [
        Storage::Dense,
        Storage::Packed2,
        Storage::Packed5,
        Storage::Tiled2,
        Storage::Tiled5,
    ];

    fn ternarize_values(storage: Storage, shape: &[usize], values: &[f32]) -> PackedTrits {
        let bytes = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect::<Vec<_>>();
        let tensor = Tensor::new(Path::new("a"), "w", Dtype::F32, shape, &bytes).expect("floats");
        ternarize(&tensor, storage).expect("finite values")
    }

    fn trits(packed: &PackedTrits) -> Vec<Vec<i8>> {
        packed
            .storage
            .unpack(&packed.bytes, packed.columns)
            .chunks(packed.columns)
            .map(<[i8]>::to_vec)
            .collect()
    }

    // γ = 1, so that 0.5 and 1.5 are ties: 0.5 rounds to 0, 1.5 to 2 and then
    // to the largest trit.
    #[test]
    fn rounds_half_to_even() {
        for (storage, bytes) in [
            (Storage::Dense, &[0, 0, 1, 255, 1, 255, 1, 255, 0, 0][..]),
            // Each row starts on a byte, and its last byte ends in zeros.
            (
                Storage::Packed2,
                &[0b01_10_00_00, 0b10, 0b00_01_10_01, 0b00],
            ),
            (Storage::Packed5, &[2 * 9 + 27 + 2 * 81, 1 + 2 * 3 + 9]),
        ] {
            let packed = ternarize_values(
                storage,
                &[2, 5],
                &[
                    0.5, -0.5, 0.50001, -0.50001, 1.5, -1.5, 3.0, -1.99998, 0.0, 0.0,
                ],
            );
            assert!((packed.scale - 1.0).abs() < 1e-7, "{}", packed.scale);
            assert_eq!((packed.rows, packed.columns), (2, 5));
            assert_eq!(trits(&packed), [[0, 0, 1, -1, 1], [-1, 1, -1, 0, 0]]);
            assert_eq!(&*packed.bytes, bytes, "{storage}");
        }
    }

    // The definition itself, on sizes around the block sizes.
    #[test]
    fn agrees_with_the_definition() {
        let mut state = 1_u64;
        for (rows, columns) in [(1, 1), (1, 4), (3, 7), (2, 8), (5, 33)] {
            let values = (0..rows * columns)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    (state >> 40) as f32 / (1 << 24) as f32 - 0.5
                })
                .collect::<Vec<_>>();
            let mean = values.iter().map(|w| f64::from(w.abs())).sum::<f64>() / values.len() as f64;
            let expected = values
                .chunks(columns)
                .map(|row| {
                    row.iter()
                        .map(|&w| (f64::from(w) / mean).round_ties_even().clamp(-1.0, 1.0) as i8)
                        .collect::<Vec<_>>()
                })
                .collect::<Vec<_>>();
            for storage in STORAGES {
                let packed = ternarize_values(storage, &[rows, columns], &values);
                assert!((packed.scale - mean).abs() < 1e-12);
                assert_eq!(trits(&packed), expected, "{storage}");
            }
        }
    }

    #[test]
    fn small_weights_share_the_least_scale() {
        let packed = ternarize_values(Storage::Packed2, &[1, 3], &[1e-6, -6e-6, 0.0]);
        assert_eq!(packed.scale, EPSILON);
        assert_eq!(trits(&packed), [[0, -1, 0]]);
    }

    // Of the two neighbours of 0.1 in f32, the one below is the threshold: the
    // one above is above 0.1.
    #[test]
    fn rounds_the_threshold_down() {
        assert!(f64::from(round_down(0.1)) <= 0.1);
        assert!(f64::from(round_down(0.1).next_up()) > 0.1);
        assert_eq!(round_down(0.5), 0.5);
    }
}
