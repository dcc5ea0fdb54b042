//! Which of two forms is faster on the target: what the model of cost says.
//!
//! Sizes that only run time tells are taken as the pass's options have them. A layer
//! keeps the storage of its weights; besides that each form is computed in the fastest
//! way that the target has for it, as `fidelity-premap` would choose.

use super::sibling::Layer;
use crate::{
    FidelityFuse,
    cost::{Constraints, Estimate, Extent, Kind, Sizes, UNCERTAINTY, Work, elementwise},
    premap,
    profile::Profile,
};
use fidelity_dialect::{Storage, TensorType, storage_of};
use melior::ir::{Value, operation::OperationRef};

/// A target, and what its estimates depend on.
pub struct Costs {
    profile: Profile,
    sizes: Sizes,
    /// The bytes of all weights that the pass sees.
    model: f64,
}

impl Costs {
    /// Those of the pass's target, for what is in an op.
    ///
    /// # Errors
    ///
    /// When there is no such target, or an option says no sizes.
    pub fn new(pass: &FidelityFuse, operation: OperationRef<'_, '_>) -> Result<Self, String> {
        let sizes = premap::sizes(&pass.sizes, pass.dynamic)?;
        Ok(Self {
            profile: Profile::of_target(&pass.target, &pass.profile)?,
            model: premap::weights_of(operation, &sizes),
            sizes,
        })
    }

    /// Whether a form takes less time than another one, by more than estimates can be
    /// off.
    pub fn is_faster(&self, form: f64, other: f64) -> bool {
        form * (1.0 + UNCERTAINTY) < other
    }

    /// A tensor, as estimates see it.
    pub fn extent(&self, value: Value<'_, '_>) -> Option<Extent> {
        self.sizes.of(value)
    }

    /// Seconds of a layer if its weights had so many rows and columns.
    pub fn of_layer<'a>(&self, layer: &Layer<'a>, [rows, columns]: [usize; 2]) -> Option<f64> {
        let mut sizes = self.sizes.clone();
        let mut suppose = |value: Value<'a, 'a>, at: usize, size: usize| {
            let mut shape = sizes.of(value)?.shape;
            *shape.get_mut(at)? = size as f64;
            sizes.suppose(value, shape);
            Some(())
        };
        let (x, weights) = (layer.x, layer.weights);
        let result = layer.result()?;
        let last = |value: Value<'a, 'a>| TensorType::of(value).rank().checked_sub(1);
        suppose(x, last(x)?, columns)?;
        suppose(weights, 0, rows)?;
        suppose(weights, 1, columns)?;
        suppose(result, last(result)?, rows)?;
        for of_rows in [layer.scale, layer.bias].into_iter().flatten() {
            if last(of_rows).is_some() {
                suppose(of_rows, 0, rows)?;
            }
        }
        let operation = layer.view.operation()?;
        let fastest = |storage: Option<Storage>| {
            let settled = Constraints {
                storage,
                ..Constraints::default()
            };
            let ways = Estimate::all(operation, &self.profile, &sizes, self.model, &settled);
            Some(ways.first()?.seconds())
        };
        // A target may have no kernel for that storage.
        fastest(Some(storage_of(&TensorType::of(weights)))).or_else(|| fastest(None))
    }

    /// Seconds of a gather of `count` numbers from each row of a tensor, with so many
    /// operations for each.
    pub fn of_gather<'a>(
        &self,
        source: Value<'a, 'a>,
        count: usize,
        operations: usize,
    ) -> Option<f64> {
        let source = self.sizes.of(source)?;
        let numbers = source.rows() * count as f64;
        let bytes = numbers * f64::from(source.bits.div_ceil(8));
        // A number of 32 bits for each says from where.
        let table = 4.0 * count as f64;
        let work = elementwise(0.0, operations as f64, numbers) + Work::of(Kind::Gather, numbers);
        self.of_work(work.moving(bytes + table, bytes), source.rows())
    }

    /// Seconds of `batch` products of matrices, `[m, j]` and `[j, n]`, of numbers of so
    /// many bytes.
    pub fn of_product(&self, batch: f64, [m, j, n]: [f64; 3], bytes: f64) -> Option<f64> {
        let matrix = |rows: f64, columns: f64| batch * rows * columns * bytes;
        // What is added to is read too.
        let read = matrix(m, j) + matrix(j, n) + matrix(m, n);
        let work = Work::of(Kind::Product, batch * m * j * n);
        self.of_work(work.moving(read, matrix(m, n)), batch * m)
    }

    fn of_work(&self, work: Work, rows: f64) -> Option<f64> {
        let way = Estimate::of_work(work, rows, &self.profile, self.model)?;
        Some(way.seconds())
    }
}
