//! `fidelity.recurrence` without loops: a scan in log₂ T rounds, or step by
//! step.
//!
//! TTIR has no loops. Where the state has no keys, each element is a recurrence
//! of its own, S_t = d_t S_{t-1} + u_t, and steps compose: from d, u and d', u'
//! comes d'd, d'u + u'. So each round composes all steps with those 1, 2, 4, …
//! before, on whole tensors, which waste nothing of the device's tiles of 32
//! rows (Hillis and Steele, 1986). Only products of decays and sums occur, and
//! no quotient or logarithm: a decay may be 0, unlike in the form with matrix
//! products of exp(cumsum(log d)), and errors grow with log₂ T.
//!
//! With keys, or a state that is erased, the steps are built one after another.

use super::{
    ops::{Ttir, element, shape},
    space::{align, restrict},
    types::held,
};
use fidelity_dialect::{Loops, Read, Recurrence};
use melior::ir::{Value, ValueLike};
use ods_bridge::{Diagnostic, OpView};

/// The most steps that are built one after another.
const MOST_STEPS: i64 = 256;

/// S_t = d_t ⊙ S_{t-1} + w_t ⊗ (r_tᵀ S_{t-1}) + key_t ⊗ value_t, and the read.
/// `operands` are those of the op in TTIR.
pub fn recurrence<'a>(
    ttir: &Ttir<'a, '_>,
    op: &Recurrence<'a>,
    operands: &[Value<'a, 'a>],
) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
    let loops = Loops::of(op)?;
    let mut aligned = Vec::new();
    for (&operand, at) in operands.iter().zip(&loops.operands) {
        let wide = ttir.typecast(operand, ttir.f32());
        aligned.push(align(ttir, wide, at, loops.count));
    }
    let mut aligned = aligned.into_iter();
    let mut take = |count: usize| -> Vec<Value<'a, 'a>> { aligned.by_ref().take(count).collect() };
    let present = |value: Option<Value<'a, 'a>>| usize::from(value.is_some());
    let factors = take(op.decay().len());
    let key = take(present(op.key()));
    let value = take(present(op.value()));
    let query = take(present(op.query())).pop();
    let erase = take(op.erase().len());
    let bonus = take(present(op.bonus())).pop();
    let state = take(present(op.state())).pop();

    let decay = factors
        .into_iter()
        .reduce(|lhs, rhs| ttir.multiply(lhs, rhs))
        .map(|decay| match op.exponential() {
            true => ttir.exp(decay),
            false => decay,
        });
    // Nothing is fed but 1 where neither key nor value is.
    let feed = key
        .into_iter()
        .chain(value)
        .reduce(|lhs, rhs| ttir.multiply(lhs, rhs))
        .unwrap_or_else(|| ttir.full(&vec![1; loops.count], ttir.f32(), 1.0));
    let mut space = Space {
        sizes: vec![1; loops.count],
        loops,
        decay,
        feed,
        query,
        erase: match erase.as_slice() {
            &[read, write] => Some([read, write]),
            _ => None,
        },
        bonus,
        read_before: op.read() == Read::Before,
    };
    space.find_sizes(operands, op)?;
    let [output, last] = if space.is_scan() {
        space.scan(ttir, state)
    } else {
        space.steps(ttir, state)?
    };
    let loops = &space.loops;
    let results = [(output, &loops.output), (last, &loops.state)];
    let operation = op.view().operation();
    results
        .into_iter()
        .enumerate()
        .map(|(index, (value, loops))| {
            let value = restrict(ttir, value, loops);
            let result = operation.and_then(|operation| operation.result(index).ok());
            let r#type = result.map_or(value.r#type(), |result| result.r#type());
            let to = fidelity_dialect::TensorType::new(held(r#type)?.r#type);
            Ok(ttir.typecast(value, to.map_or(element(value), |tensor| tensor.element)))
        })
        .collect()
}

/// A recurrence in the space of its loops; each tensor has all of them, of size
/// 1 where it is shared.
struct Space<'a> {
    loops: Loops,
    sizes: Vec<i64>,
    decay: Option<Value<'a, 'a>>,
    feed: Value<'a, 'a>,
    query: Option<Value<'a, 'a>>,
    erase: Option<[Value<'a, 'a>; 2]>,
    bonus: Option<Value<'a, 'a>>,
    read_before: bool,
}

impl<'a> Space<'a> {
    fn find_sizes(
        &mut self,
        operands: &[Value<'a, 'a>],
        op: &Recurrence<'a>,
    ) -> Result<(), Diagnostic<'a>> {
        for (&operand, at) in operands.iter().zip(&self.loops.operands) {
            for (&at, size) in at.iter().zip(shape(operand)) {
                self.sizes[at] = size;
            }
        }
        let steps = self.sizes[self.loops.time];
        if !self.is_scan() && steps > MOST_STEPS {
            return Err(Diagnostic::new(format!(
                "expected at most {MOST_STEPS} steps of a state with keys, which are built one \
                 after another, but got {steps}; call it for parts of the sequence and pass on \
                 the state"
            ))
            .at(op.view().location()));
        }
        Ok(())
    }

    fn is_scan(&self) -> bool {
        self.loops.keys.is_empty() && self.erase.is_none()
    }

    /// The sizes of the loops, with that many steps.
    fn with_steps(&self, steps: i64) -> Vec<i64> {
        let mut sizes = self.sizes.clone();
        sizes[self.loops.time] = steps;
        sizes
    }

    /// All steps at once; gives the outputs and the last state.
    fn scan(&self, ttir: &Ttir<'a, '_>, state: Option<Value<'a, 'a>>) -> [Value<'a, 'a>; 2] {
        let time = self.loops.time;
        let steps = self.sizes[time];
        let mut sums = ttir.broadcast_to(self.feed, &self.sizes);
        let mut decay = self
            .decay
            .map(|decay| ttir.broadcast_to(decay, &self.sizes));
        let mut distance = 1;
        while distance < steps {
            let earlier = self.shifted(ttir, sums, distance, 0.0);
            let further = 2 * distance;
            sums = match decay {
                Some(product) => ttir.add(ttir.multiply(product, earlier), sums),
                None => ttir.add(earlier, sums),
            };
            // The last products are of use for a state only.
            if further < steps || state.is_some() {
                decay = decay.map(|product| {
                    ttir.multiply(product, self.shifted(ttir, product, distance, 1.0))
                });
            }
            distance = further;
        }
        // S_t = (d_t ⋯ d_1) S_0 + …
        let states = match (state, decay) {
            (None, _) => sums,
            (Some(state), Some(product)) => ttir.add(ttir.multiply(product, state), sums),
            (Some(state), None) => ttir.add(sums, state),
        };
        let last = ttir.slice_along(states, time, steps - 1..steps);
        let seen = if self.read_before {
            let first = state.unwrap_or_else(|| self.zeros(ttir, 1));
            let first = ttir.broadcast_to(first, &self.with_steps(1));
            let earlier = ttir.slice_along(states, time, 0..steps - 1);
            match steps {
                1 => first,
                _ => ttir.concat(&[first, earlier], time),
            }
        } else {
            states
        };
        [
            self.output(ttir, seen, self.feed, self.query, self.bonus),
            last,
        ]
    }

    fn zeros(&self, ttir: &Ttir<'a, '_>, steps: i64) -> Value<'a, 'a> {
        ttir.full(&self.with_steps(steps), ttir.f32(), 0.0)
    }

    /// What stands a number of steps earlier, and a number before the first.
    fn shifted(
        &self,
        ttir: &Ttir<'a, '_>,
        value: Value<'a, 'a>,
        distance: i64,
        before: f64,
    ) -> Value<'a, 'a> {
        let time = self.loops.time;
        let steps = self.sizes[time];
        let start = ttir.full(&self.with_steps(distance), ttir.f32(), before);
        let rest = ttir.slice_along(value, time, 0..steps - distance);
        ttir.concat(&[start, rest], time)
    }

    /// o = Σ_keys query ⊙ S, the S after the step, or the one before it with
    /// the feed weighed by the bonus.
    fn output(
        &self,
        ttir: &Ttir<'a, '_>,
        seen: Value<'a, 'a>,
        feed: Value<'a, 'a>,
        query: Option<Value<'a, 'a>>,
        bonus: Option<Value<'a, 'a>>,
    ) -> Value<'a, 'a> {
        let seen = match bonus {
            Some(bonus) => ttir.add(seen, ttir.multiply(bonus, feed)),
            None => seen,
        };
        let read = match query {
            Some(query) => ttir.multiply(query, seen),
            None => seen,
        };
        self.sum_keys(ttir, read)
    }

    fn sum_keys(&self, ttir: &Ttir<'a, '_>, value: Value<'a, 'a>) -> Value<'a, 'a> {
        // A product may lack the sizes of keys that no factor has.
        let mut sizes = shape(value);
        for &key in &self.loops.keys {
            sizes[key] = self.sizes[key];
        }
        self.loops
            .keys
            .iter()
            .fold(ttir.broadcast_to(value, &sizes), |sum, &key| {
                ttir.sum_along(sum, key)
            })
    }

    /// One step after another; gives the outputs and the last state.
    fn steps(
        &self,
        ttir: &Ttir<'a, '_>,
        state: Option<Value<'a, 'a>>,
    ) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
        let time = self.loops.time;
        let mut state = match state {
            Some(state) => state,
            None => self.zeros(ttir, 1),
        };
        let mut outputs = Vec::new();
        for step in 0..self.sizes[time] {
            let at = |value: Value<'a, 'a>| match shape(value)[time] {
                1 => value,
                _ => ttir.slice_along(value, time, step..step + 1),
            };
            let feed = at(self.feed);
            let decayed = match self.decay {
                Some(decay) => ttir.multiply(at(decay), state),
                None => state,
            };
            let kept = match self.erase {
                Some([read, write]) => {
                    let erased = self.sum_keys(ttir, ttir.multiply(at(read), state));
                    ttir.add(decayed, ttir.multiply(at(write), erased))
                }
                None => decayed,
            };
            let next = ttir.broadcast_to(ttir.add(kept, feed), &self.with_steps(1));
            let seen = if self.read_before { state } else { next };
            let output = self.output(ttir, seen, feed, self.query.map(at), self.bonus.map(at));
            let mut sizes = self.with_steps(1);
            for &key in &self.loops.keys {
                sizes[key] = 1;
            }
            outputs.push(ttir.broadcast_to(output, &sizes));
            state = next;
        }
        Ok([ttir.concat(&outputs, time), state])
    }
}
