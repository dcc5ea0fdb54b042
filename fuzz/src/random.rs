//! Choices that follow from a seed.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::ops::Range;

/// A source of choices: the same ones for the same seed.
#[derive(Debug)]
pub struct Random(StdRng);

impl Random {
    /// The choices of a seed. `stream` tells apart the uses of one seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&stream.to_le_bytes());
        Self(StdRng::from_seed(bytes))
    }

    /// A number below `bound`, which is positive.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.random_range(0..bound)
    }

    /// A number of a range that is not empty.
    pub fn between(&mut self, range: Range<usize>) -> usize {
        self.0.random_range(range)
    }

    /// Whether something that happens in so many cases of a hundred happens.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items, of which there is one at least.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A number that divides another one; 0 for 0.
    pub fn divisor(&mut self, number: usize) -> usize {
        let divisors: Vec<_> = (1..=number)
            .filter(|part| number.is_multiple_of(*part))
            .collect();
        match divisors.is_empty() {
            true => 0,
            false => *self.pick(&divisors),
        }
    }

    /// Puts items into any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }

    /// A number of a range that is not empty.
    pub fn float(&mut self, range: Range<f64>) -> f64 {
        self.0.random_range(range)
    }
}
