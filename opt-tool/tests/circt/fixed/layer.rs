//! Layers, a row at a time.

use super::{Format, round};

impl Format {
    /// x · wᵀ of a row, exact; weights are trits, row by row.
    pub fn sums(x: &[i64], weights: &[i64]) -> Vec<i64> {
        weights
            .chunks(x.len())
            .map(|row| row.iter().zip(x).map(|(w, x)| w.signum() * x).sum())
            .collect()
    }

    /// A row of x / √(mean(x²) + ε) ⊙ weight.
    pub fn rms_norm(self, x: &[i64], weight: Option<&[i64]>, epsilon: f64) -> Vec<i64> {
        let columns = x.len() as u128;
        let units = 2f64.powi(2 * self.fraction as i32) * x.len() as f64;
        let epsilon = (epsilon * units).round_ties_even() as u128;
        let squares: u128 = x.iter().map(|&x| u128::from(x.unsigned_abs()).pow(2)).sum();
        let scaled = columns << (2 * self.fraction + 2 * self.width);
        let root = (scaled / (squares + epsilon).max(1)).isqrt() as i128;
        x.iter()
            .enumerate()
            .map(|(column, &x)| {
                let y = self.nearest(i128::from(x) * root, self.fraction + self.width);
                weight.map_or(y, |weight| self.product(y, weight[column]))
            })
            .collect()
    }

    /// A row in 8 bits, and the inverse scale, in the fine format.
    pub fn quantize(self, x: &[i64]) -> (Vec<i64>, i64) {
        let most = x.iter().map(|x| x.abs()).max().unwrap_or(0).max(1);
        let quantized = x.iter().map(|&x| {
            let (size, half) = (127 * x.abs() / most, 2 * (127 * x.abs() % most));
            let up = half > most || (half == most && size % 2 == 1);
            (size + i64::from(up)) * x.signum()
        });
        let inverse = (2 * (most << self.fraction) + 127).div_euclid(2 * 127);
        (quantized.collect(), inverse)
    }

    /// A row of sums times a scale in the fine format.
    pub fn scaled(self, sum: i64, fraction: u32, scale: i64) -> i64 {
        let product = i128::from(sum) * i128::from(scale);
        self.nearest(product, fraction + self.fine().fraction)
    }

    /// A row of the layer; the scale is in the fine format.
    pub fn bit_linear(
        self,
        x: &[i64],
        weights: &[i64],
        scale: &[i64],
        norm: Option<&[i64]>,
        bias: Option<&[i64]>,
        epsilon: f64,
    ) -> Vec<i64> {
        let (quantized, inverse) = self.quantize(&self.rms_norm(x, norm, epsilon));
        let sums = Self::sums(&quantized, weights);
        sums.iter()
            .enumerate()
            .map(|(row, &sum)| {
                let sum = round(i128::from(sum) * i128::from(inverse), self.fraction) as i64;
                let y = self.scaled(sum, self.fraction, scale[row % scale.len()]);
                bias.map_or(y, |bias| self.add(y, bias[row]))
            })
            .collect()
    }
}
