//! The time of an op on a target, for each of the target's ways to compute it.

use super::{Form, Kind, Sizes, Work, sequence::Sequence, ternary_weights, tile::Cut};
use crate::{
    profile::{Kernel, Profile},
    tiled,
};
use fidelity_dialect::{Storage, TensorType, storage_of};
use melior::ir::{
    Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{defining_op, name_of};

/// How far estimates of two ways may be apart that are taken for equal.
pub const UNCERTAINTY: f64 = 0.05;

/// What is already settled of how an op is computed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints {
    /// The kernel's name.
    pub kernel: Option<String>,
    /// How the weights are stored.
    pub storage: Option<Storage>,
    /// How many steps of a recurrence are computed at once.
    pub chunk: Option<i64>,
    /// How much is computed at once.
    pub tile: Option<Vec<i64>>,
}

/// One way to compute an op, and what it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The name of the kernel.
    pub kernel: String,
    /// How the weights are stored, of an op that has trits.
    pub storage: Option<Storage>,
    /// How many steps of a recurrence are computed at once, 0 for one, of an op that
    /// is one.
    pub chunk: Option<i64>,
    /// How much of the result a unit computes at once, where the kernel leaves a choice.
    pub tile: Option<Vec<i64>>,
    /// Why the tile, which was settled, is none that the kernel can have, if it is none.
    pub misfit: Option<String>,
    /// What has to be done.
    pub work: Work,
    /// Seconds of computing.
    pub compute: f64,
    /// Seconds of moving bytes.
    pub transfer: f64,
    /// Seconds besides: the launch, and the steps of a loop over time.
    pub overhead: f64,
    /// The memory that most of the moving is from or to.
    pub memory: String,
}

impl Estimate {
    /// The roofline: what takes longer, computing or moving, and the rest.
    pub fn seconds(&self) -> f64 {
        self.compute.max(self.transfer) + self.overhead
    }

    /// The kernel, with its tile where it has one.
    pub fn way(&self) -> String {
        match &self.tile {
            Some(tile) => format!("{} {tile:?}", self.kernel),
            None => self.kernel.clone(),
        }
    }

    /// What takes the longest: `memory`, `compute`, or `launch`, which is starting the op
    /// and its steps.
    pub fn bound(&self) -> &'static str {
        if self.overhead > self.compute.max(self.transfer) {
            "launch"
        } else if self.transfer > self.compute {
            "memory"
        } else {
            "compute"
        }
    }

    /// Every way of a profile to compute an op, the fastest first; empty for an op
    /// that computes nothing on tensors, and for one that no kernel computes. `model` is the bytes of all weights of the
    /// module, which have to come from a memory that holds them.
    pub fn all<'a>(
        operation: OperationRef<'a, 'a>,
        profile: &Profile,
        sizes: &Sizes,
        model: f64,
        settled: &Constraints,
    ) -> Vec<Self> {
        let Some(work) = Work::of_op(operation, sizes, Form::default()) else {
            return Vec::new();
        };
        if name_of(operation) == "fidelity.transfer" {
            return vec![Self::of_link(work, profile)];
        }
        let weights = ternary_weights(operation);
        let steps = work[Kind::State] > 0.0;
        let has_keys = steps && Sequence::of(operation, sizes).is_some_and(|it| it.has_keys());
        let mut estimates: Vec<Self> = profile
            .kernels
            .iter()
            .filter(|kernel| {
                settled
                    .kernel
                    .as_ref()
                    .is_none_or(|name| *name == kernel.name)
            })
            .filter_map(|kernel| {
                if has_keys && !kernel.keys {
                    return None;
                }
                let (work, storage) = match weights {
                    Some(weights) => {
                        let storage = storage_for(operation, kernel, weights, settled, sizes)?;
                        (with_storage(work, weights, storage, sizes), Some(storage))
                    }
                    None => (work, None),
                };
                let padding = match (weights, storage) {
                    (Some(weights), Some(storage)) => padding(weights, storage, sizes),
                    _ => 1.0,
                };
                let chunk = if steps {
                    let chunk = kernel.chunk?;
                    match settled.chunk {
                        Some(settled) if nearest_chunk(profile, settled) != Some(chunk) => {
                            return None;
                        }
                        settled => settled.or(Some(chunk)),
                    }
                } else {
                    None
                };
                let work = match chunk.filter(|&chunk| chunk > 0) {
                    Some(chunk) => {
                        let form = Form { chunk: Some(chunk) };
                        Work::of_op(operation, sizes, form)?
                    }
                    None => work,
                };
                let main = main_kind(&work)?;
                kernel.rate(main)?;
                if rows_of(operation, sizes) < kernel.rows {
                    return None;
                }
                let estimate = Self {
                    storage,
                    chunk,
                    ..Self::new(kernel, profile, work, model, padding)
                };
                let cut = Cut::of(operation, weights, &estimate.work, sizes);
                Some(match cut {
                    Some(cut) => estimate.in_tiles(kernel, &cut, profile, settled),
                    None => estimate,
                })
            })
            .collect();
        // Another storage may be one for the tile that is settled.
        if estimates.iter().any(|way| way.misfit.is_none()) {
            estimates.retain(|way| way.misfit.is_none());
        }
        estimates.sort_by(|a, b| a.seconds().total_cmp(&b.seconds()));
        prefer_smaller(&mut estimates);
        estimates
    }

    /// The fastest way to do work on rows of activations in which there are neither trits
    /// nor a recurrence.
    pub fn of_work(work: Work, rows: f64, profile: &Profile, model: f64) -> Option<Self> {
        let main = main_kind(&work)?;
        let kernels = profile.kernels_for(main);
        kernels
            .filter(|kernel| rows >= kernel.rows)
            .map(|kernel| Self::new(kernel, profile, work, model, 1.0))
            .min_by(|a, b| a.seconds().total_cmp(&b.seconds()))
    }

    /// The estimate with what cutting takes, in the best of the kernel's tiles, or in the
    /// one that is settled.
    fn in_tiles(
        self,
        kernel: &Kernel,
        cut: &Cut,
        profile: &Profile,
        settled: &Constraints,
    ) -> Self {
        let Some(units) = profile.units.as_ref().filter(|_| !kernel.tiles.is_empty()) else {
            return self;
        };
        let settled = settled.tile.as_ref().filter(|tile| cut.takes(tile));
        let tiles = match settled {
            Some(tile) => std::slice::from_ref(tile),
            None => &kernel.tiles[..],
        };
        let cuts: Vec<Self> = tiles
            .iter()
            .filter(|tile| cut.takes(tile) && (settled.is_some() || cut.fits(tile, units)))
            .map(|tile| {
                let (longer, again) = cut.costs(tile, units, profile);
                Self {
                    tile: Some(tile.clone()),
                    misfit: settled.and_then(|tile| cut.misfit(tile, self.storage, units)),
                    compute: self.compute * longer,
                    transfer: self.transfer + again,
                    ..self.clone()
                }
            })
            .collect();
        let fastest = cuts.iter().map(Self::seconds).reduce(f64::min);
        let first = fastest.and_then(|fastest| {
            let mut cuts = cuts.into_iter();
            cuts.find(|cut| cut.seconds() <= fastest * (1.0 + UNCERTAINTY))
        });
        first.unwrap_or(self)
    }

    /// The way to another device.
    fn of_link(work: Work, profile: &Profile) -> Self {
        Self {
            kernel: "link".into(),
            storage: None,
            chunk: None,
            tile: None,
            misfit: None,
            work,
            compute: 0.0,
            transfer: work.written / profile.link.bandwidth,
            overhead: profile.link.latency,
            memory: "link".into(),
        }
    }

    /// What a kernel takes for work, without a word on storage and chunk. A kernel
    /// computes `padding` terms for each one of a ternary sum.
    fn new(kernel: &Kernel, profile: &Profile, work: Work, model: f64, padding: f64) -> Self {
        // What a kernel is not made for, the first that knows it does.
        let rate = |kind: Kind| {
            let other = || {
                profile
                    .kernels_for(kind)
                    .next()
                    .and_then(|other| other.rate(kind))
            };
            kernel.rate(kind).or_else(other)
        };
        // What a profile may say nothing of is as slow as what it is the most like: a
        // gather is no vector code, as functions are none.
        let rate = |kind: Kind| {
            rate(kind).or_else(|| match kind {
                Kind::Gather => rate(Kind::Function),
                Kind::StateProduct => rate(Kind::Product),
                _ => None,
            })
        };
        let amount = |kind: Kind| match kind {
            Kind::TernaryInteger | Kind::TernaryFloat => work[kind] * padding,
            _ => work[kind],
        };
        let compute = Kind::ALL
            .into_iter()
            .filter(|&kind| work[kind] > 0.0)
            .map(|kind| rate(kind).map_or(0.0, |rate| amount(kind) / rate))
            .sum();
        let own = profile.memory_for(work.working_set() - work.weights);
        let of_weights = profile.memory_for(model.max(work.weights));
        let activations = (work.read + work.written + work.scratch) / own.bandwidth;
        let weights = work.weights / of_weights.bandwidth;
        Self {
            kernel: kernel.name.clone(),
            storage: None,
            chunk: None,
            tile: None,
            misfit: None,
            work,
            compute,
            transfer: activations + weights,
            overhead: profile.launch + work.steps * profile.step,
            memory: if weights > activations {
                of_weights.name.clone()
            } else {
                own.name.clone()
            },
        }
    }
}

/// The number of steps at once of those kernels that are the most like ones of `chunk`
/// steps: one after the other, or the nearest number of several.
fn nearest_chunk(profile: &Profile, chunk: i64) -> Option<i64> {
    let distance = |&other: &i64| ((other as f64).ln() - (chunk as f64).ln()).abs();
    let chunks = profile.kernels.iter().filter_map(|kernel| kernel.chunk);
    match chunk {
        0 => Some(0),
        _ => chunks
            .filter(|&other| other > 0)
            .min_by(|a, b| distance(a).total_cmp(&distance(b))),
    }
}

/// What is as fast as the fastest, as far as an estimate can tell, and has less weights to
/// hold comes first.
fn prefer_smaller(estimates: &mut [Estimate]) {
    let Some(fastest) = estimates.first().map(Estimate::seconds) else {
        return;
    };
    let close = |estimate: &Estimate| estimate.seconds() <= fastest * (1.0 + UNCERTAINTY);
    let count = estimates
        .iter()
        .take_while(|estimate| close(estimate))
        .count();
    estimates[..count].sort_by(|a, b| a.work.weights.total_cmp(&b.work.weights));
}

/// The kind of work that a kernel is made for: what an op mostly does.
fn main_kind(work: &Work) -> Option<Kind> {
    [
        Kind::TernaryInteger,
        Kind::TernaryFloat,
        Kind::Product,
        Kind::State,
    ]
    .into_iter()
    .find(|&kind| work[kind] > 0.0)
    .or(Some(Kind::Arithmetic))
}

/// Rows of activations: tokens.
fn rows_of<'a>(operation: OperationRef<'a, 'a>, sizes: &Sizes) -> f64 {
    let first = operation.operands().find_map(|operand| sizes.of(operand));
    first.map_or(1.0, |extent| extent.rows())
}

/// How a kernel would have the weights, if it can: constants can be stored anew, but in
/// tiles only for what processors have a kernel for, unless the mapping says so; those
/// that a function is called with where its mapping says so; others are as their type
/// says.
fn storage_for<'a>(
    operation: OperationRef<'a, 'a>,
    kernel: &Kernel,
    weights: Value<'a, 'a>,
    settled: &Constraints,
    sizes: &Sizes,
) -> Option<Storage> {
    let now = TensorType::new(weights.r#type()).map(|weights| storage_of(&weights));
    let wanted = kernel.storage.map(Storage::from)?;
    let constant = defining_op(weights).is_some_and(|op| name_of(op) == "arith.constant");
    let given = settled.storage == Some(wanted) && sizes.is_constant(weights);
    let possible = match constant {
        true => given || !wanted.is_tiled() || tiled::has_kernel(operation, wanted),
        false => given || now == Some(wanted),
    };
    let allowed = settled.storage.is_none_or(|settled| settled == wanted);
    (possible && allowed).then_some(wanted)
}

/// The trits of the bytes that hold a row, for each trit of the row.
fn padding<'a>(weights: Value<'a, 'a>, storage: Storage, sizes: &Sizes) -> f64 {
    let Some(per_byte) = storage.trits_per_byte() else {
        return 1.0;
    };
    let row = sizes.of(weights).map_or(0.0, |extent| extent.last());
    match row > 0.0 {
        true => (storage.row_bytes(row as usize) * per_byte) as f64 / row,
        false => 1.0,
    }
}

/// The work with the weights stored in another way.
fn with_storage<'a>(
    mut work: Work,
    weights: Value<'a, 'a>,
    storage: Storage,
    sizes: &Sizes,
) -> Work {
    let Some(extent) = sizes.of(weights) else {
        return work;
    };
    let bytes = extent.rows() * storage.row_bytes(extent.last() as usize) as f64;
    work.weights += bytes - extent.bytes;
    if work.reused > 0.0 {
        work.reused = bytes;
    }
    work
}
