//! How a kernel cuts an op into tiles, each of them computed by a unit of the target at
//! once, and what that takes beside what the op itself takes.
//!
//! With T tiles, of which U are computed at the same time, a time that follows from the
//! terms is longer by
//!
//! ```text
//! terms of all tiles / terms of the op · ⌈T / U⌉ · U / T
//! ```
//!
//! as tiles at the edges compute what is not there, and the last ones leave units idle.
//! Each row of tiles reads the weights, and each column the activations: once from where
//! they are, and again from the nearest memory that holds them.

use super::{Kind, Sizes, Work, sequence::Sequence};
use crate::{
    profile::{Memory, Profile, Units},
    threads::lanes_of,
};
use fidelity_dialect::Storage;
use melior::ir::{
    Value,
    operation::{OperationLike, OperationRef},
};

/// What there is to cut.
pub struct Cut {
    /// Rows of activations, or sequences.
    rows: f64,
    /// Outputs, or channels.
    width: f64,
    /// Terms of a sum; `None` where nothing is summed.
    inputs: Option<f64>,
    /// Bytes of the activations.
    activations: f64,
    /// Bytes of the weights.
    weights: f64,
}

impl Cut {
    /// What there is to cut of an op with those weights, or of a recurrence; `None` of
    /// another one.
    pub fn of<'a>(
        operation: OperationRef<'a, 'a>,
        weights: Option<Value<'a, 'a>>,
        work: &Work,
        sizes: &Sizes,
    ) -> Option<Self> {
        match weights {
            Some(weights) => {
                let x = operation.operands().find_map(|operand| sizes.of(operand))?;
                let weights = sizes.of(weights)?;
                Some(Self {
                    rows: x.rows(),
                    width: weights.size(0),
                    inputs: Some(weights.size(1)),
                    activations: x.bytes,
                    weights: work.weights,
                })
            }
            // Whatever operands are like, the last dimension of the output is that of
            // channels.
            None if work[Kind::State] > 0.0 => {
                let channels = Sequence::of(operation, sizes)?.channels();
                let width = sizes.of(operation.result(0).ok()?.into())?.last();
                Some(Self {
                    rows: channels / width.max(1.0),
                    width,
                    inputs: None,
                    activations: 0.0,
                    weights: 0.0,
                })
            }
            None => None,
        }
    }

    /// Whether a tile is one of such an op: `[M, N, K]` of sums, `[N]` of others.
    pub fn takes(&self, tile: &[i64]) -> bool {
        tile.len() == if self.inputs.is_some() { 3 } else { 1 }
    }

    /// Whether a tile with its sums fits into a unit.
    pub fn fits(&self, tile: &[i64], units: &Units) -> bool {
        self.bytes(tile) <= units.bytes
    }

    /// Why a tile that is settled is not possible, if it is not: it has to fit into a unit,
    /// and has to be one of the storage of the weights.
    pub fn misfit(&self, tile: &[i64], storage: Option<Storage>, units: &Units) -> Option<String> {
        if !self.fits(tile, units) {
            return Some(format!(
                "expected a tile of at most {} bytes, but got {tile:?} of {}",
                units.bytes,
                self.bytes(tile)
            ));
        }
        let expected = lanes_of(tile.try_into().ok()?, storage?).err()?;
        Some(format!("expected {expected}, but got {tile:?}"))
    }

    /// The bytes of a tile of a sum with its sums.
    fn bytes(&self, tile: &[i64]) -> f64 {
        let (Some(inputs), &[m, n, k]) = (self.inputs, tile) else {
            return 0.0;
        };
        let [m, n, k] = [m, n, k].map(|size| size as f64);
        let share = |bytes: f64, count: f64| if count > 0.0 { bytes / count } else { 0.0 };
        let x = share(self.activations, self.rows * inputs) * m * k;
        let weights = share(self.weights, self.width * inputs) * n * k;
        // A sum has 32 bits.
        x + weights + 4.0 * m * n
    }

    /// By how much longer the terms take, and the seconds of reading again.
    pub fn costs(&self, tile: &[i64], units: &Units, profile: &Profile) -> (f64, f64) {
        let (m, n, k) = match *tile {
            [m, n, k] => (m, n, Some(k)),
            [n] => (1, n, None),
            _ => return (1.0, 0.0),
        };
        let parts = |size: f64, of: i64| (size / of as f64).ceil().max(1.0);
        let [rows, columns] = [parts(self.rows, m), parts(self.width, n)];
        let padded = |size: f64, parts: f64, of: i64| match size > 0.0 {
            true => parts * of as f64 / size,
            false => 1.0,
        };
        let mut terms = padded(self.rows, rows, m) * padded(self.width, columns, n);
        if let (Some(inputs), Some(k)) = (self.inputs, k) {
            terms *= padded(inputs, parts(inputs, k), k);
        }
        let tiles = rows * columns;
        let idle = (tiles / units.count).ceil() * units.count / tiles;
        let again = |bytes: f64, times: f64| {
            let memory: &Memory = profile.memory_for(bytes);
            bytes * (times - 1.0) / memory.bandwidth
        };
        let again = match self.inputs {
            Some(_) => again(self.activations, columns) + again(self.weights, rows),
            None => 0.0,
        };
        (terms * idle, again)
    }
}
