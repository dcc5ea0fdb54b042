//! Choosing the next token.

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Chooses tokens by their logits.
pub struct Sampler {
    temperature: f64,
    random: StdRng,
}

impl Sampler {
    /// A sampler: the likeliest token always at temperature 0, else token i with
    /// probability softmax(logits / temperature)_i, drawn from `seed`.
    pub fn new(temperature: f64, seed: u64) -> Self {
        Self {
            temperature,
            random: StdRng::seed_from_u64(seed),
        }
    }

    /// The next token; `None` when there are no logits or one is NaN.
    pub fn choose(&mut self, logits: &[f64]) -> Option<usize> {
        if logits.iter().any(|logit| logit.is_nan()) {
            return None;
        }
        // The first of equal ones.
        let best = (0..logits.len())
            .rev()
            .max_by(|&a, &b| logits[a].total_cmp(&logits[b]))?;
        if self.temperature == 0.0 {
            return Some(best);
        }
        // exp of differences to the greatest, which cannot overflow.
        let weights: Vec<f64> = logits
            .iter()
            .map(|logit| ((logit - logits[best]) / self.temperature).exp())
            .collect();
        let mut rest = self.random.random::<f64>() * weights.iter().sum::<f64>();
        weights
            .iter()
            .position(|weight| {
                rest -= weight;
                rest < 0.0
            })
            .or(Some(best))
    }
}

#[cfg(test)]
mod tests {
    use super::Sampler;
    use pretty_assertions::assert_eq;

    #[test]
    fn greedy_takes_the_first_of_the_greatest() {
        let mut sampler = Sampler::new(0.0, 0);
        assert_eq!(sampler.choose(&[1.0, 3.0, 3.0, 2.0]), Some(1));
        assert_eq!(sampler.choose(&[]), None);
        assert_eq!(sampler.choose(&[1.0, f64::NAN]), None);
    }

    #[test]
    fn samples_follow_the_softmax() {
        let mut sampler = Sampler::new(1.0, 7);
        let logits = [0.0, 2f64.ln(), f64::NEG_INFINITY];
        let mut counts = [0; 3];
        for _ in 0..30_000 {
            counts[sampler.choose(&logits).expect("a token")] += 1;
        }
        // Probabilities 1/3, 2/3 and 0; three standard deviations are 245.
        assert!((counts[0] - 10_000i32).abs() < 245, "{counts:?}");
        assert_eq!(counts[2], 0);
    }

    #[test]
    fn one_seed_gives_one_sequence() {
        let draw = || {
            let mut sampler = Sampler::new(0.8, 42);
            (0..20)
                .map(|_| sampler.choose(&[0.0; 9]))
                .collect::<Vec<_>>()
        };
        assert_eq!(draw(), draw());
    }
}
