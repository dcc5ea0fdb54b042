//! Some steps at once, where the rows of a state are keys.
//!
//! Of a state S that no value decays by itself, C steps are products of small matrices,
//! as in `chunked`:
//!
//! ```text
//! o_t = (q_t · D(t)) S + Σ_{s ≤ t} (q_t · D(t, s) key_s) value_s
//! S'  = D(C) S + Σ_s (D(C, s) key_s) ⊗ value_s
//! ```
//!
//! What is in brackets is made once for all values. For C steps a number of the state is
//! then read and written once and takes 2 C + 1 products, where single steps take 3 C, and
//! what is read stays in registers over all keys. What is erased is read likewise, and
//! written by the keys again or by vectors of its own.

use super::{
    Kernel, Place, Tile,
    loads::{Loads, Site, read_of},
    prepared::{Prepared, Row},
    step::Held,
    vector::{Cache, Lanes, broadcast, prefetch},
    with,
};
use crate::{linalg::recurrence::nest::Factor, math::fused};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{Value, ValueLike};

/// The steps of a block, C. Scores are as many as its square.
pub const STEPS: usize = 4;

/// For each vector of a panel a vector.
type Vectors<'a> = Vec<Value<'a, 'a>>;

/// Some values of all steps of a block.
struct Panel<'p, 'a> {
    prepared: &'p Prepared<'a>,
    /// The loop of keys.
    key: usize,
    sites: Vec<Site<'a>>,
}

impl<'a> Kernel<'_, 'a> {
    /// All steps, by blocks.
    pub fn steps_at_once(
        &self,
        emit: &Emit<'a, '_>,
        place: &Place<'a>,
        key: usize,
        [state, output]: [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        let mut carried = vec![state, output];
        carried.extend(self.room_for_rows(emit, key));
        let length = self.space.sizes[self.space.loops.time];
        let steps = Size::Static(STEPS as i64);
        let whole = emit.quotient(length, steps);
        if whole != Size::Static(0) {
            carried = emit.for_loop(whole, &carried, |emit, index, carried| {
                let begin = emit.multiply(Size::Dynamic(index), steps);
                self.block(emit, place, key, begin, STEPS, carried)
            });
        }
        let begin = emit.multiply(whole, steps);
        carried = match emit.difference(length, begin) {
            Size::Static(0) => carried,
            Size::Static(rest) => self.block(emit, place, key, begin, rest as usize, &carried),
            rest @ Size::Dynamic(_) => emit.for_loop(rest, &carried, |emit, index, carried| {
                let step = emit.sum_of(begin, Size::Dynamic(index));
                self.block(emit, place, key, step, 1, carried)
            }),
        };
        [carried[0], carried[1]]
    }

    /// So many steps from one on. Carried are the state, the output, and room for rows.
    fn block(
        &self,
        emit: &Emit<'a, '_>,
        place: &Place<'a>,
        key: usize,
        begin: Size<'a>,
        count: usize,
        carried: &[Value<'a, 'a>],
    ) -> Vec<Value<'a, 'a>> {
        let places: Vec<Place<'a>> = (0..count)
            .map(|step| {
                let step = emit.sum_of(begin, Size::Static(step as i64));
                with(place, self.space.loops.time, emit.size_value(step))
            })
            .collect();
        let (prepared, room) = self.prepared(emit, &places, key, carried.get(2).copied());
        let tensors = [carried[0], carried[1]];
        let results = self.all_lanes(emit, tensors, |emit, vectors, carried| {
            let panel = Panel {
                prepared: &prepared,
                key,
                sites: places.iter().map(|place| site(place, &vectors)).collect(),
            };
            self.panel(emit, panel, carried)
        });
        results.into_iter().chain(room).collect()
    }

    /// The steps of a block for some values.
    fn panel(
        &self,
        emit: &Emit<'a, '_>,
        mut panel: Panel<'_, 'a>,
        [state, output]: [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        let steps = panel.sites.len();
        if steps == STEPS {
            self.ask_for_values(emit, &panel, output);
        }
        let width = panel.sites[0].tile.vectors.len();
        let value = self.operands.feed.iter().filter(|of| self.has_lanes(of));
        let value: Vec<Factor<'a>> = value.cloned().collect();
        let values: Vec<Vectors<'a>> = (panel.sites.iter_mut())
            .map(|site| {
                let vector = |at| self.product(emit, site, &value, [0, at]);
                (0..width).map(vector).collect()
            })
            .collect();

        // Where nothing is erased, what is written does not depend on what is read.
        let erases = self.operands.erase.is_some();
        let negates = panel.prepared.writers.len() == 1;
        let mut written = vec![vec![]; panel.prepared.writers.len()];
        let (mut state, read) = match erases {
            true => self.over_rows(emit, &panel, state, true, None),
            false => {
                written[0].clone_from(&values);
                self.over_rows(emit, &panel, state, true, Some(&written))
            }
        };
        for (step, values) in values.iter().enumerate().filter(|_| erases) {
            let erased = panel.seen(emit, 1, step, &read, &written);
            if negates {
                let rest = values.iter().zip(&erased);
                let rest = rest.map(|(&value, &erased)| emit.apply("arith.subf", &[value, erased]));
                written[0].push(rest.collect());
            } else {
                written[0].push(values.clone());
                written[1].push(erased);
            }
        }
        let sums: Vec<Vectors<'a>> = (0..steps)
            .map(|step| panel.seen(emit, 0, step, &read, &written))
            .collect();
        if erases {
            (state, _) = self.over_rows(emit, &panel, state, false, Some(&written));
        }
        let output = (panel.sites.iter().zip(&sums)).fold(output, |output, (site, sums)| {
            self.write_sums(emit, site, output, sums)
        });
        [state, output]
    }

    /// Asks for what the next block needs of a key at one of its steps, while there is much
    /// to compute: keys that a line of a cache holds together ask for all steps. It may
    /// lie behind the last step.
    fn ask_for_keys(&self, emit: &Emit<'a, '_>, panel: &Panel<'_, 'a>, key: Value<'a, 'a>) {
        let steps = emit.index(STEPS as i64);
        let step = emit.add(steps, emit.apply("arith.remui", &[key, steps]));
        let site = panel.later(emit, 0, step, self.space.loops.time);
        let place = with(&site.place, panel.key, key);
        let vectors = self.readers().into_iter().map(|(factor, _)| factor);
        let vectors = vectors.chain(self.writers()).chain(&self.operands.decay);
        for factor in vectors.filter(|factor| factor.loops.contains(&panel.key)) {
            let indices: Vec<_> = factor.loops.iter().filter_map(|&at| place[at]).collect();
            prefetch(emit, factor.value, &indices, Cache::First);
        }
    }

    /// Asks for the values of the next block, and for where its output goes: what is
    /// written behind that, the state, waits for it.
    fn ask_for_values(&self, emit: &Emit<'a, '_>, panel: &Panel<'_, 'a>, output: Value<'a, 'a>) {
        let steps = emit.index(STEPS as i64);
        let values: Vec<&Factor<'a>> = self.operands.feed.iter().flat_map(read_of).collect();
        let output = Factor::new(output, &self.space.loops.output);
        for step in 0..panel.sites.len() {
            let site = panel.later(emit, step, steps, self.space.loops.time);
            for factor in values.iter().filter(|factor| self.has_lanes(factor)) {
                for at in 0..site.tile.vectors.len() {
                    let indices = self.indices(&site, factor, [0, at]);
                    prefetch(emit, factor.value, &indices, Cache::First);
                }
            }
            for at in 0..site.tile.vectors.len() {
                let indices = self.indices(&site, &output, [0, at]);
                prefetch(emit, output.value, &indices, Cache::ToWrite);
            }
        }
    }

    /// Goes over the state's rows: what each reader sees of them at each step, if asked
    /// for, and the state with what the writers write.
    fn over_rows(
        &self,
        emit: &Emit<'a, '_>,
        panel: &Panel<'_, 'a>,
        state: Value<'a, 'a>,
        reads: bool,
        written: Option<&[Vec<Vectors<'a>>]>,
    ) -> (Value<'a, 'a>, Vec<Vec<Vectors<'a>>>) {
        let Panel { prepared, key, .. } = *panel;
        let (steps, width) = (panel.sites.len(), panel.sites[0].tile.vectors.len());
        let readers = match reads {
            true => &prepared.readers[..],
            false => &[],
        };
        let written: Option<Vec<Vec<Vectors<'a>>>> = written.map(|written| {
            let decayed = |(step, vectors): (usize, &Vectors<'a>)| {
                scaled(emit, prepared.over(emit, step + 1..steps), vectors)
            };
            let of_writer =
                |steps: &Vec<Vectors<'a>>| steps.iter().enumerate().map(decayed).collect();
            written.iter().map(of_writer).collect()
        });
        let mut carried = vec![];
        if written.is_some() {
            carried.push(state);
        }
        let states = carried.len();
        for _ in readers.iter().flatten() {
            carried.extend(self.zeros(emit, &panel.sites[0]));
        }
        let all = prepared.over(emit, 0..steps);
        let lanes = &panel.sites[0].tile.vectors;
        let carried = emit.for_loop(self.space.sizes[key], &carried, |emit, index, carried| {
            if reads && steps == STEPS {
                self.ask_for_keys(emit, panel, index);
            }
            let site = site(&with(&panel.sites[0].place, key, index), lanes);
            let from = carried[..states].first().copied().unwrap_or(state);
            let held = Held::Memory(from);
            let old: Vectors<'a> = (0..width)
                .map(|at| self.old(emit, &site, &held, [0, at], at))
                .collect();
            let number = |row: &Row<'a>, lanes: &Lanes<'a>| {
                broadcast(emit, row.number(emit, index), lanes.r#type(emit))
            };
            let mut sums = vec![];
            for (row, sum) in (readers.iter().flatten()).zip(carried[states..].chunks(width)) {
                for ((&old, &sum), lanes) in old.iter().zip(sum).zip(lanes) {
                    sums.push(fused(emit, number(row, lanes), old, sum));
                }
            }
            let Some(written) = &written else {
                return sums;
            };
            let of_key = prepared.of_keys.as_ref().map(|row| row.number(emit, index));
            let mut new = scaled(emit, of_key.or(all), &old);
            let rows = prepared.writers.iter().flatten();
            for (row, vectors) in rows.zip(written.iter().flatten()) {
                for ((new, &vector), lanes) in new.iter_mut().zip(vectors).zip(lanes) {
                    *new = fused(emit, number(row, lanes), vector, *new);
                }
            }
            let new = new.into_iter().enumerate();
            let state = new.fold(from, |state, (at, new)| {
                self.set(emit, &site, state, [0, at], new)
            });
            [vec![state], sums].concat()
        });
        let state = carried[..states].first().copied().unwrap_or(state);
        let mut sums = carried[states..].chunks(width).map(<[_]>::to_vec);
        let read = readers.iter().map(|rows| {
            let of_reader = sums.by_ref().take(rows.len());
            of_reader.collect()
        });
        (state, read.collect())
    }
}

impl<'a> Panel<'_, 'a> {
    /// Where a step is so many steps later.
    fn later(
        &self,
        emit: &Emit<'a, '_>,
        step: usize,
        steps: Value<'a, 'a>,
        time: usize,
    ) -> Site<'a> {
        let Site { place, tile, .. } = &self.sites[step];
        let index = place[time].map(|index| emit.add(index, steps));
        let place = index.map_or(place.clone(), |index| with(place, time, index));
        site(&place, &tile.vectors)
    }

    /// What a reader sees at a step: of the state before the block, and of what was
    /// written since.
    fn seen(
        &self,
        emit: &Emit<'a, '_>,
        reader: usize,
        step: usize,
        read: &[Vec<Vectors<'a>>],
        written: &[Vec<Vectors<'a>>],
    ) -> Vectors<'a> {
        let decay = self
            .prepared
            .over(emit, self.prepared.decays(reader, step, 0));
        let mut sums = scaled(emit, decay, &read[reader][step]);
        for (scores, written) in self.prepared.scores[reader].iter().zip(written) {
            for (score, vectors) in scores[step].iter().zip(written) {
                for (sum, &vector) in sums.iter_mut().zip(vectors) {
                    let score = broadcast(emit, *score, vector.r#type());
                    *sum = fused(emit, score, vector, *sum);
                }
            }
        }
        sums
    }
}

/// Where some vectors are computed.
pub fn site<'a>(place: &Place<'a>, vectors: &[Lanes<'a>]) -> Site<'a> {
    Site {
        place: place.clone(),
        tile: Tile {
            rows: vec![None],
            vectors: vectors.to_vec(),
        },
        loads: Loads::default(),
    }
}

/// Vectors times a number, if there is one.
fn scaled<'a>(
    emit: &Emit<'a, '_>,
    number: Option<Value<'a, 'a>>,
    vectors: &[Value<'a, 'a>],
) -> Vectors<'a> {
    let scaled = |&vector: &Value<'a, 'a>| match number {
        Some(number) => {
            let number = broadcast(emit, number, vector.r#type());
            emit.apply("arith.mulf", &[number, vector])
        }
        None => vector,
    };
    vectors.iter().map(scaled).collect()
}
