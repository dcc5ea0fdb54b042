//! A chunk of steps at once.
//!
//! Within a chunk whose first state is S, with D(t, s) the product of the
//! decays of the steps s+1 … t, and D(t) that of all steps up to t:
//!
//! ```text
//! o_t = q_t · D(t) S + Σ_{s ≤ t} (q_t · D(t, s) key_s) value_s
//! S'  = D(C) S + Σ_s D(C, s) key_s ⊗ value_s
//! ```
//!
//! with a second feed of the same form, w_s ⊗ u_s, for what is erased: u_t =
//! r_t · S_{t-1} follows from the same sums by forward substitution. Products
//! of decays rather than quotients of cumulative ones: nothing overflows, and a
//! decay may be 0, negative or complex.

use super::{
    Operands, Space,
    nest::{Factor, Nest, product},
    rounded,
};
use fidelity_dialect::Read;
use fidelity_passes::emit::{Emit, Size, activation};
use melior::ir::Value;

/// A loop over chunks that carries the state.
pub fn chunked<'a>(
    emit: &Emit<'a, '_>,
    space: &Space<'a>,
    operands: &Operands<'a>,
    state: Factor<'a>,
    output: Value<'a, 'a>,
    steps: i64,
) -> [Value<'a, 'a>; 2] {
    let time = space.loops.time;
    let length = space.sizes[time];
    let steps = match length {
        Size::Static(length) => steps.min(length.max(1)),
        Size::Dynamic(_) => steps,
    };
    let chunks = emit.ceil_div(length, steps);
    let carried = emit.for_loop(chunks, &[state.value, output], |emit, chunk, carried| {
        let start = emit.multiply(Size::Dynamic(chunk), Size::Static(steps));
        let size = match length {
            Size::Static(length) if length % steps == 0 => Size::Static(steps),
            _ => emit.minimum(Size::Static(steps), emit.difference(length, start)),
        };
        let range = |factor: &Factor<'a>| match factor.loops.iter().position(|&at| at == time) {
            Some(dimension) => Factor::new(
                emit.range(factor.value, dimension, start, size),
                &factor.loops,
            ),
            None => factor.clone(),
        };
        // Beside the loop over time, whose index is t, there is one more, whose
        // index is s.
        let mut space = space.clone();
        space.sizes[time] = size;
        space.sizes.push(size);
        let chunk = Chunk {
            earlier: space.loops.count,
            operands: operands.map(range),
            state: Factor::new(carried[0], &space.loops.state),
            space,
        };
        let (outputs, last) = chunk.compute(emit);
        let dimension = chunk.space.loops.output.iter();
        let dimension = dimension.take_while(|&&at| at != time).count();
        let outputs = rounded(emit, &chunk.space, &outputs);
        let output = emit.insert_range(outputs, carried[1], dimension, start, size);
        vec![last, output]
    });
    [carried[1], carried[0]]
}

/// The steps of one chunk, and the state before them.
struct Chunk<'a> {
    space: Space<'a>,
    /// The loop over an earlier step, s.
    earlier: usize,
    operands: Operands<'a>,
    state: Factor<'a>,
}

/// Products of decays, as a read at t takes them.
struct Decays<'a> {
    /// From the state before the chunk.
    of_state: Factor<'a>,
    /// From step s; 0 where the read does not see that step.
    of_steps: Factor<'a>,
}

/// An outer product that is added at each step: the factors that the keys
/// index, and the others.
struct Feed<'a> {
    keyed: Vec<Factor<'a>>,
    others: Vec<Factor<'a>>,
}

impl<'a> Feed<'a> {
    fn new(factors: impl IntoIterator<Item = Factor<'a>>, keys: &[usize]) -> Self {
        let (keyed, others) = factors
            .into_iter()
            .partition(|factor: &Factor<'a>| factor.has_any(keys));
        Self { keyed, others }
    }
}

impl<'a> Chunk<'a> {
    /// The output of each step, and the state after the last one.
    fn compute(&self, emit: &Emit<'a, '_>) -> (Factor<'a>, Value<'a, 'a>) {
        let (space, loops) = (&self.space, &self.space.loops);
        let (after, before, last) = self.decays(emit);
        let mut feeds = vec![Feed::new(
            self.operands.feed.iter().map(|factor| self.at_s(factor)),
            &loops.keys,
        )];
        if let Some([reader, writer]) = &self.operands.erase {
            let reader = self.with_keys(emit, Some(reader));
            let erased = self.erased(emit, &reader, writer, &before, &feeds[0]);
            feeds.push(Feed::new(
                [self.at_s(writer), self.at_s(&erased)],
                &loops.keys,
            ));
        }
        let query = self.with_keys(emit, self.operands.query.as_ref());
        let decays = match self.operands.read {
            Read::After => &after,
            Read::Before => &before,
        };
        let mut output = self.read(emit, &query, decays, &feeds, &loops.output);
        if let Some(bonus) = &self.operands.bonus {
            let mut factors = vec![query.clone(), bonus.clone()];
            factors.extend(self.operands.feed.iter().cloned());
            output = Nest::new(&factors, &loops.output).add_product(emit, space, output);
        }

        // The state is changed in place, once nothing reads the old one.
        let mut state = Nest::new(&[last.of_state], &loops.state).update(
            emit,
            self.state.value,
            |emit, arguments| emit.mul(arguments[0], arguments[1]),
        );
        for feed in feeds {
            let mut factors = vec![last.of_steps.clone()];
            factors.extend(feed.keyed);
            factors.extend(feed.others);
            state = Nest::new(&factors, &loops.state).add_product(emit, space, state);
        }
        (Factor::new(output, &loops.output), state)
    }

    /// The factor at an earlier step.
    fn at_s(&self, factor: &Factor<'a>) -> Factor<'a> {
        factor.with_loop(self.space.loops.time, self.earlier)
    }

    /// A vector that reads the state, indexed by all keys: the sums over them
    /// are its nests'.
    fn with_keys(&self, emit: &Emit<'a, '_>, vector: Option<&Factor<'a>>) -> Factor<'a> {
        let space = &self.space;
        let mut loops = vector.map_or(Vec::new(), |vector| vector.loops.clone());
        for key in &space.loops.keys {
            if !loops.contains(key) {
                loops.push(*key);
            }
        }
        match vector {
            Some(vector) if vector.loops == loops => vector.clone(),
            _ => {
                let inputs: Vec<Factor<'a>> = vector.into_iter().cloned().collect();
                let value = Nest::new(&inputs, &loops).map(
                    emit,
                    space,
                    space.compute,
                    |emit, arguments| {
                        product(emit, &arguments[..arguments.len() - 1], space.compute)
                    },
                );
                Factor::new(value, &loops)
            }
        }
    }

    /// What a vector reads at each step: from the state before the chunk, and
    /// from what each earlier step fed.
    fn read(
        &self,
        emit: &Emit<'a, '_>,
        vector: &Factor<'a>,
        decays: &Decays<'a>,
        feeds: &[Feed<'a>],
        result: &[usize],
    ) -> Value<'a, 'a> {
        let space = &self.space;
        let factors = [vector.clone(), decays.of_state.clone(), self.state.clone()];
        let mut sums = Nest::new(&factors, result).sum_of_products(emit, space);
        for feed in feeds {
            let mut factors = vec![self.scores(emit, vector, decays, &feed.keyed)];
            factors.extend(feed.others.iter().cloned());
            sums = Nest::new(&factors, result).add_product(emit, space, sums);
        }
        sums
    }

    /// How much of what step s fed a vector reads at step t: the sum over the
    /// keys.
    fn scores(
        &self,
        emit: &Emit<'a, '_>,
        vector: &Factor<'a>,
        decays: &Decays<'a>,
        keyed: &[Factor<'a>],
    ) -> Factor<'a> {
        let mut factors = vec![vector.clone(), decays.of_steps.clone()];
        factors.extend(keyed.iter().cloned());
        let mut result = vec![self.space.loops.time, self.earlier];
        for factor in &factors {
            for &at in &factor.loops {
                if !result.contains(&at) && !self.space.loops.keys.contains(&at) {
                    result.push(at);
                }
            }
        }
        let sums = Nest::new(&factors, &result).sum_of_products(emit, &self.space);
        Factor::new(sums, &result)
    }

    /// What each step erases, r_t · S_{t-1}: that depends on what the earlier
    /// ones erased, so it is substituted forward.
    fn erased(
        &self,
        emit: &Emit<'a, '_>,
        reader: &Factor<'a>,
        writer: &Factor<'a>,
        before: &Decays<'a>,
        feed: &Feed<'a>,
    ) -> Factor<'a> {
        let (space, time) = (&self.space, self.space.loops.time);
        let mut result = vec![time];
        result.extend(space.parallel());
        let known = self.read(emit, reader, before, std::slice::from_ref(feed), &result);
        let known = Factor::new(known, &result);
        let writer = Feed::new([self.at_s(writer)], &space.loops.keys);
        let scores = self.scores(emit, reader, before, &writer.keyed);
        let zeros = space.zeros(emit, &result);
        let erased = emit.for_loop(space.sizes[time], &[zeros.value], |emit, t, carried| {
            let mut factors = vec![
                scores.at(emit, time, t),
                self.at_s(&Factor::new(carried[0], &result)),
            ];
            factors.extend(writer.others.iter().cloned());
            let known = known.at(emit, time, t);
            let row = Nest::new(&factors, &result[1..]).add_product(emit, space, known.value);
            vec![emit.insert_slice(row, carried[0], 0, t)]
        });
        Factor::new(erased[0], &result)
    }

    /// The products of decays that a read after each step's update takes, one
    /// before it, and the last state.
    fn decays(&self, emit: &Emit<'a, '_>) -> (Decays<'a>, Decays<'a>, Decays<'a>) {
        let (space, time) = (&self.space, self.space.loops.time);
        let (zero, one) = (emit.zero(space.compute), emit.float(space.compute, 1.0));
        // The loops of a decay, without time.
        let mut loops: Vec<usize> = Vec::new();
        for factor in &self.operands.decay {
            loops.extend(&factor.loops);
        }
        loops.retain(|&at| at != time);
        loops.sort_unstable();
        loops.dedup();
        let decay = (!self.operands.decay.is_empty()).then(|| {
            let mut result = vec![time];
            result.extend(&loops);
            let value = Nest::new(&self.operands.decay, &result).map(
                emit,
                space,
                space.compute,
                |emit, arguments| {
                    let factors = &arguments[..arguments.len() - 1];
                    let decay = product(emit, factors, space.compute);
                    if self.operands.exponential {
                        activation::exp(emit, decay)
                    } else {
                        decay
                    }
                },
            );
            Factor::new(value, &result)
        });

        // Row t of `table` is what the state before step t holds: at 0, of the
        // state before the chunk; at s + 1, of what step s fed.
        let rows = emit.sum_of(space.sizes[time], Size::Static(1));
        let mut table_sizes = vec![rows, rows];
        table_sizes.extend(space.sizes(&loops));
        let mut space_of_row = space.clone();
        space_of_row.sizes[self.earlier] = rows;
        let mut row_loops = vec![self.earlier];
        row_loops.extend(&loops);
        let column = Nest::new(&[], &row_loops).position(self.earlier);
        let is = |emit: &Emit<'a, '_>, predicate: &str, at: Value<'a, 'a>| {
            emit.compare_integers(predicate, emit.loop_index(column), at)
        };
        let first =
            Nest::new(&[], &row_loops).map(emit, &space_of_row, space.compute, |emit, _| {
                emit.select(is(emit, "eq", emit.index(0)), one, zero)
            });
        let table = emit.empty(&table_sizes, space.compute);
        let table = emit.insert_slice(first, table, 0, emit.index(0));
        let carried = emit.for_loop(space.sizes[time], &[first, table], |emit, t, carried| {
            let next = emit.size_value(emit.sum_of(Size::Dynamic(t), Size::Static(1)));
            let decay: Vec<Factor<'a>> =
                decay.iter().map(|decay| decay.at(emit, time, t)).collect();
            let row = Nest::new(&decay, &row_loops).update(emit, carried[0], |emit, arguments| {
                let (&old, decay) = arguments.split_last().expect("an output");
                let decayed = match decay {
                    [decay] => emit.mul(old, *decay),
                    _ => old,
                };
                // What later steps feed is not there yet.
                let seen = emit.select(is(emit, "slt", next), decayed, zero);
                emit.select(is(emit, "eq", next), one, seen)
            });
            vec![row, emit.insert_slice(row, carried[1], 0, next)]
        });
        let table = carried[1];

        let steps = space.sizes[time];
        let read_from = |row: i64| {
            let rows = emit.range(table, 0, Size::Static(row), steps);
            let mut of_state = vec![time];
            of_state.extend(&loops);
            let mut of_steps = vec![time, self.earlier];
            of_steps.extend(&loops);
            Decays {
                of_state: Factor::new(emit.slice(rows, 1, emit.index(0)), &of_state),
                of_steps: Factor::new(emit.range(rows, 1, Size::Static(1), steps), &of_steps),
            }
        };
        let last = emit.slice(table, 0, emit.size_value(steps));
        let last = Decays {
            of_state: Factor::new(emit.slice(last, 0, emit.index(0)), &loops),
            of_steps: Factor::new(emit.range(last, 0, Size::Static(1), steps), &row_loops),
        };
        (read_from(1), read_from(0), last)
    }
}
