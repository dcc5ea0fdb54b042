//! The work of a linear recurrence, whichever op says it.
//!
//! A head has a state of keys × values. Step by step, each of its elements decays,
//! is fed and is read. In chunks of C steps (arXiv 2312.06635) a head takes, for each
//! step: the product of its query with the state and of its key with the state's
//! feed, keys × values each; and with the C steps of the chunk, keys for the scores
//! and values for what they weigh. What decays is multiplied for each pair of steps.
//! Where a chunk does not divide the sequence, only run time tells its size, and a
//! compiler makes no better code of products with the state than of the others.

use super::{Extent, Form, Kind, Sizes, Work};
use fidelity_dialect as ir;
use melior::ir::{Value, operation::OperationRef};
use ods_bridge::OpView;

/// Bytes of the floats that states are kept in, and of a cache line.
const FLOAT: f64 = 4.0;
const CACHE_LINE: u64 = 64;
/// The nearest cache of usual processors: lines whose addresses differ by a multiple of
/// `SETS` lines share `WAYS` places.
const SETS: u64 = 64;
const WAYS: u64 = 8;

/// Bytes that go through memory for each number of a table that is written row by row
/// and read along columns of so many rows, which lie `stride` bytes apart.
///
/// The next column is in the lines that one column brought, if the nearest cache still
/// has them. Rows that are a power of two apart share few of its places.
fn bytes_of_table(rows: f64, stride: f64) -> f64 {
    let stride = stride as u64;
    let lines = match stride.is_multiple_of(CACHE_LINE) {
        true => SETS / greatest_common_divisor(stride / CACHE_LINE, SETS) * WAYS,
        false => SETS * WAYS,
    };
    match rows > lines as f64 {
        // A line in and out where it is written, and again where it is read.
        true => (4 * CACHE_LINE) as f64,
        false => 2.0 * FLOAT,
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    match b {
        0 => a,
        _ => greatest_common_divisor(b, a % b),
    }
}

/// A sequence op as its recurrence and what is computed around it.
pub struct Sequence {
    /// Steps of time.
    steps: f64,
    /// States that are independent of each other: batches and heads, or channels.
    heads: f64,
    /// The rows of a state, which a read sums over.
    keys: f64,
    /// The columns of a state.
    values: f64,
    /// How often each step changes the state: 2 where it erases too.
    changes: f64,
    /// What decays by a number of its own at each step: 0 none, 1 a head.
    decays: f64,
    /// Functions at each step.
    functions: f64,
    /// Other operations at each step, besides the recurrence.
    operations: f64,
    /// The bytes of all states.
    state_bytes: f64,
}

/// What each step of a sequence takes.
pub fn work(sequence: &Sequence, form: Form) -> Work {
    let Sequence {
        steps,
        heads,
        keys,
        values,
        changes,
        ..
    } = *sequence;
    let mut work = Work::of(Kind::Function, steps * sequence.functions);
    work[Kind::Arithmetic] = steps * sequence.operations;
    work.reused = sequence.state_bytes;
    match form.chunk {
        Some(chunk) if steps > 1.0 => {
            let chunk = (chunk as f64).min(steps);
            let with_state = 2.0 * keys * values;
            let with_steps = chunk * (keys + values);
            let is_divided = steps % chunk == 0.0;
            let of_state = if is_divided {
                Kind::StateProduct
            } else {
                Kind::Product
            };
            work[Kind::Product] = steps * heads * changes * with_steps;
            work[of_state] += steps * heads * changes * with_state;
            let decays = steps * heads * chunk * sequence.decays;
            work[Kind::Decay] = decays;
            // A row of the table of a chunk's decays is of one step.
            let row = heads * sequence.decays * FLOAT;
            work.scratch = decays * bytes_of_table(chunk, row);
            work.reused += decays / steps * chunk * FLOAT;
            work.steps = (steps / chunk).ceil();
        }
        _ => {
            work[Kind::State] = steps * heads * keys * values * changes;
            work.steps = steps;
        }
    }
    work
}

impl Sequence {
    /// Looks at a sequence op; `None` of another one.
    pub fn of<'a>(operation: OperationRef<'a, 'a>, sizes: &Sizes) -> Option<Self> {
        let extent = |value: Value<'a, 'a>| sizes.of(value);
        let last = || extent(operation.result(1).ok()?.into());
        let output = || extent(operation.result(0).ok()?.into());
        if let Some(op) = ir::Mlgru::cast(operation) {
            // f, 1 - f, two gates.
            let gates = 2.0 + f64::from(op.gate().is_some());
            let channels = last()?.count();
            return Some(Self {
                functions: gates * channels,
                operations: 6.0 * channels,
                ..Self::of_elements(&output()?, &last()?)
            });
        }
        if let Some(op) = ir::SsmScan::cast(operation) {
            let state = last()?;
            let channels = extent(op.x())?.count() / extent(op.x())?.size(1).max(1.0);
            let discrete = op.dt().is_some();
            let gate = f64::from(op.gate().is_some());
            let softplus = 4.0 * f64::from(discrete && op.delta_softplus());
            return Some(Self {
                // exp(Δ A) of each element.
                functions: f64::from(discrete) * state.count() + (gate + softplus) * channels,
                operations: f64::from(discrete) * state.count() + 4.0 * channels,
                ..Self::with_keys_last(extent(op.x())?.size(1), &state)
            });
        }
        if let Some(op) = ir::SsmSsd::cast(operation) {
            let dt = extent(op.dt())?;
            let heads = dt.size(0) * dt.size(2);
            let (state, values) = (last()?, extent(op.x())?.last());
            return Some(Self {
                functions: 2.0 * heads,
                operations: 4.0 * heads * values,
                decays: 1.0,
                ..Self::new(dt.size(1), &state, state.last(), values)
            });
        }
        if let Some(op) = ir::SsmConvolution::cast(operation) {
            let (x, a) = (extent(op.x())?, extent(op.a())?);
            let state = Extent {
                shape: vec![x.size(0), x.size(2), a.size(1)],
                ..a
            };
            return Some(Self::with_keys_last(x.size(1), &state));
        }
        if let Some(op) = ir::LinearAttention::cast(operation) {
            let (query, state) = (extent(op.query())?, last()?);
            let steps = query.shape.iter().rev().nth(1).copied()?;
            let gated = op.decay().is_some();
            let per_key = op
                .decay()
                .and_then(extent)
                .is_some_and(|decay| decay.shape.len() == query.shape.len());
            let erases = matches!(
                op.update_rule(),
                ir::UpdateRule::Delta | ir::UpdateRule::GatedDelta
            );
            let base = Self::with_values_last(steps, &state);
            let mapped = f64::from(op.feature_map() != ir::FeatureMap::Identity);
            let decays = if per_key { base.keys } else { 1.0 };
            return Some(Self {
                changes: if erases { 2.0 } else { 1.0 },
                decays: f64::from(gated) * decays,
                functions: base.heads * (f64::from(gated) * decays + mapped * 2.0 * base.keys),
                operations: base.heads * base.values * (1.0 + f64::from(op.normalize())),
                ..base
            });
        }
        if let Some(op) = ir::Mlstm::cast(operation) {
            let steps = extent(op.query())?.shape.iter().rev().nth(1).copied()?;
            let base = Self::with_values_last(steps, &last()?);
            return Some(Self {
                decays: 1.0,
                functions: 5.0 * base.heads,
                operations: base.heads * (base.values + 8.0),
                ..base
            });
        }
        if let Some(op) = ir::Ema::cast(operation) {
            let steps = extent(op.input())?.shape.iter().rev().nth(1).copied()?;
            return Some(Self::with_keys_last(steps, &last()?));
        }
        if let Some(op) = ir::Rwkv::cast(operation) {
            let steps = extent(op.receptance())?
                .shape
                .iter()
                .rev()
                .nth(1)
                .copied()?;
            let base = Self::with_values_last(steps, &last()?);
            return Some(Self {
                changes: if op.erase().is_empty() { 1.0 } else { 2.0 },
                decays: base.keys,
                functions: base.heads * base.keys,
                operations: base.heads * base.values * 2.0,
                ..base
            });
        }
        let op = ir::Recurrence::cast(operation)?;
        Self::of_recurrence(&op, &output()?, &last()?, sizes)
    }

    /// Whether a step sums over rows of a state.
    pub fn has_keys(&self) -> bool {
        self.keys > 1.0
    }

    /// Columns of all states: what is computed by itself at each step.
    pub fn channels(&self) -> f64 {
        self.heads * self.values
    }

    fn of_recurrence<'a>(
        op: &ir::Recurrence<'a>,
        output: &Extent,
        state: &Extent,
        sizes: &Sizes,
    ) -> Option<Self> {
        let loops = ir::Loops::of(op).ok()?;
        let at_time = loops.output.iter().position(|&at| at == loops.time)?;
        let steps = output.size(at_time);
        let keys: f64 = loops
            .state
            .iter()
            .zip(&state.shape)
            .filter(|(at, _)| loops.keys.contains(at))
            .map(|(_, size)| size)
            .product();
        // What a key and its value share is a head.
        let of_operand = |value: Option<Value<'a, 'a>>| {
            let value = value?;
            let index = op.operands().iter().position(|&operand| operand == value)?;
            loops.operands.get(index).cloned()
        };
        let key = of_operand(op.key()).unwrap_or_default();
        let values: f64 = loops
            .state
            .iter()
            .zip(&state.shape)
            .filter(|(at, _)| !loops.keys.contains(at) && !key.contains(at))
            .map(|(_, size)| size)
            .product();
        let exponential = f64::from(op.exponential());
        let decay: f64 = op
            .decay()
            .iter()
            .filter_map(|&decay| Some(sizes.of(decay)?.count()))
            .fold(0.0, f64::max);
        let heads = state.count() / (keys * values).max(1.0);
        Some(Self {
            steps,
            heads,
            keys,
            values,
            changes: if op.erase().is_empty() { 1.0 } else { 2.0 },
            decays: decay / (steps * heads).max(1.0),
            functions: exponential * decay / steps.max(1.0),
            operations: 0.0,
            state_bytes: state.bytes,
        })
    }

    /// States whose last dimension is summed over by a read.
    fn with_keys_last(steps: f64, state: &Extent) -> Self {
        Self::new(steps, state, state.last(), 1.0)
    }

    /// States of keys × values.
    fn with_values_last(steps: f64, state: &Extent) -> Self {
        let keys = state.shape.iter().rev().nth(1).copied().unwrap_or(1.0);
        Self::new(steps, state, keys, state.last())
    }

    /// States of single numbers.
    fn of_elements(output: &Extent, state: &Extent) -> Self {
        Self::new(output.count() / state.count().max(1.0), state, 1.0, 1.0)
    }

    fn new(steps: f64, state: &Extent, keys: f64, values: f64) -> Self {
        Self {
            steps,
            heads: state.count() / (keys * values).max(1.0),
            keys,
            values,
            changes: 1.0,
            // Each element by a number of its own.
            decays: keys * values,
            functions: 0.0,
            operations: 0.0,
            state_bytes: state.bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_powers_of_two_leave_the_cache() {
        // 8 places for rows of 4096 bytes, 32 for those of 1024, 512 for others.
        assert_eq!(bytes_of_table(8.0, 4096.0), 8.0);
        assert_eq!(bytes_of_table(16.0, 4096.0), 256.0);
        assert_eq!(bytes_of_table(16.0, 16384.0), 256.0);
        assert_eq!(bytes_of_table(32.0, 1024.0), 8.0);
        assert_eq!(bytes_of_table(64.0, 1024.0), 256.0);
        assert_eq!(bytes_of_table(64.0, 400.0), 8.0);
        assert_eq!(bytes_of_table(64.0, 4160.0), 8.0);
        assert_eq!(bytes_of_table(64.0, 0.0), 256.0);
    }
}
