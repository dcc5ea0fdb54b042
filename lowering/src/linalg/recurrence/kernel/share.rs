//! Kernels that threads share.

use super::{Kernel, LANES};
use fidelity_passes::emit::{Emit, Part, Size};
use melior::ir::{Value, ValueLike};

/// From how many numbers of a state, counted once for each step, threads pay: some 20 µs,
/// as of other ops.
const NUMBERS_OF_THREADS: i64 = 1 << 18;

impl<'a> Kernel<'_, 'a> {
    /// All of it, each of some threads computing a part of one loop where there is much
    /// to do. Parts are computed as they are without threads.
    pub fn by_threads(
        &self,
        emit: &Emit<'a, '_>,
        threads: i64,
        carried: [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        let Some(at) = self.shared_loop(threads) else {
            return self.all(emit, carried);
        };
        let sizes = self.space.sizes.iter();
        let numbers = sizes.fold(Size::Static(1), |product, &size| {
            emit.multiply(product, size)
        });
        let results = match numbers {
            Size::Static(numbers) if numbers < NUMBERS_OF_THREADS => {
                return self.all(emit, carried);
            }
            Size::Static(_) => self.shared(emit, at, threads, carried),
            Size::Dynamic(numbers) => {
                let least = emit.index(NUMBERS_OF_THREADS);
                emit.either(
                    emit.compare_integers("uge", numbers, least),
                    &carried.map(|value| value.r#type()),
                    |emit| self.shared(emit, at, threads, carried),
                    |emit| self.all(emit, carried).to_vec(),
                )
            }
        };
        [results[0], results[1]]
    }

    /// The loop that threads share: the first one that has enough iterations, else that
    /// of lanes, by whole tiles.
    fn shared_loop(&self, threads: i64) -> Option<usize> {
        let has = |at: usize, count: i64| match self.space.sizes[at] {
            Size::Static(size) => size >= count,
            Size::Dynamic(_) => true,
        };
        if threads <= 1 {
            return None;
        }
        let mut outer = self.plan.outer.iter().copied();
        let lane = (!self.plan.sums_lanes).then_some(self.plan.lane);
        outer
            .find(|&at| has(at, threads))
            .or(lane.filter(|&at| has(at, threads * self.plan.vectors * LANES)))
    }

    fn shared(
        &self,
        emit: &Emit<'a, '_>,
        at: usize,
        threads: i64,
        carried: [Value<'a, 'a>; 2],
    ) -> Vec<Value<'a, 'a>> {
        let size = self.space.sizes[at];
        let unit = match at == self.plan.lane {
            true => self.plan.vectors * LANES,
            false => 1,
        };
        let units = emit.ceil_div(size, unit);
        emit.for_all(threads, &carried, |emit, thread, carried| {
            let bound = |thread: Size<'a>| {
                let share = emit.multiply(units, thread);
                let share = emit.quotient(share, Size::Static(threads));
                emit.minimum(emit.multiply(share, Size::Static(unit)), size)
            };
            let begin = bound(Size::Dynamic(thread));
            let end = bound(emit.sum_of(Size::Dynamic(thread), Size::Static(1)));
            let count = emit.difference(end, begin);
            let part = Kernel {
                share: Some((at, [begin, count])),
                ..self.clone()
            };
            let results = part.all(emit, [carried[0], carried[1]]);
            let loops = [&self.space.loops.state, &self.space.loops.output];
            let parts = results.into_iter().zip(loops).map(|(tensor, loops)| Part {
                tensor,
                dimension: loops.iter().position(|&other| other == at).unwrap_or(0),
                offset: begin,
                size: count,
            });
            parts.collect()
        })
    }
}
