//! What a block of steps needs for all values: vectors over keys and products of them.

use super::{
    Kernel, LANES, Place,
    block::{STEPS, site},
    loads::Site,
    plan::Plan,
    vector::{Lanes, element, sum_of_lanes, sums_of_lanes, write},
};
use crate::{linalg::recurrence::nest::Factor, math::fused};
use fidelity_dialect::Read;
use fidelity_passes::emit::{Emit, Size};
use melior::ir::Value;
use std::ops::Range;

/// The steps of a block are counted from 0.
pub struct Prepared<'a> {
    /// Whether readers see the state before or after the update of their step.
    reads: Vec<Read>,
    /// The vectors of each reader, by steps: with D(t), if keys decay by themselves.
    pub readers: Vec<Vec<Row<'a>>>,
    /// Likewise those of each writer, with D(C, s).
    pub writers: Vec<Vec<Row<'a>>>,
    /// By reader, writer, t and s, how much a reader sees at t of what was written at s;
    /// none for an s of which it sees nothing.
    pub scores: Vec<Vec<Vec<Vec<Value<'a, 'a>>>>>,
    /// D(C), if keys decay by themselves.
    pub of_keys: Option<Row<'a>>,
    /// The decay of each step, if it is that of all keys.
    of_steps: Vec<Value<'a, 'a>>,
}

/// The numbers of all keys at a step.
pub struct Row<'a> {
    tensor: Value<'a, 'a>,
    /// The indices before that of the key.
    indices: Vec<Value<'a, 'a>>,
}

impl<'a> Row<'a> {
    pub fn number(&self, emit: &Emit<'a, '_>, key: Value<'a, 'a>) -> Value<'a, 'a> {
        emit.element(self.tensor, &[&self.indices[..], &[key]].concat())
    }
}

impl<'a> Prepared<'a> {
    /// Of which steps a reader at t sees the decay, of what is there before step s.
    pub fn decays(&self, reader: usize, t: usize, s: usize) -> Range<usize> {
        match self.reads[reader] {
            Read::Before => s..t,
            Read::After => s..t + 1,
        }
    }

    /// The product of the decays of some steps, if it is that of all keys, and not 1.
    pub fn over(&self, emit: &Emit<'a, '_>, steps: Range<usize>) -> Option<Value<'a, 'a>> {
        let numbers = self.of_steps.get(steps)?.iter().copied();
        numbers.reduce(|product, number| emit.mul(product, number))
    }
}

impl<'a> Kernel<'_, 'a> {
    /// The vectors that read the state, and when.
    pub fn readers(&self) -> Vec<(&Factor<'a>, Read)> {
        let operands = &self.operands;
        let query = operands.query.iter().map(|query| (query, operands.read));
        let eraser = operands
            .erase
            .iter()
            .map(|[eraser, _]| (eraser, Read::Before));
        query.chain(eraser).collect()
    }

    /// The vectors that write to it: the key, and what erases by another one.
    pub fn writers(&self) -> Vec<&Factor<'a>> {
        let operands = &self.operands;
        let key = operands.feed.iter().filter(|of| !self.has_lanes(of));
        let eraser = operands.erase.iter().map(|[_, eraser]| eraser);
        key.chain(eraser.filter(|_| !operands.erases_key)).collect()
    }

    fn keys_decay(&self, key: usize) -> bool {
        let mut factors = self.operands.decay.iter();
        factors.any(|factor| factor.loops.contains(&key))
    }

    /// Room for rows that have decays in them.
    pub fn room_for_rows(&self, emit: &Emit<'a, '_>, key: usize) -> Option<Value<'a, 'a>> {
        let vectors = self.readers().len() + self.writers().len();
        let rows = Size::Static((vectors * STEPS + 1) as i64);
        let sizes = [rows, self.space.sizes[key]];
        (self.keys_decay(key)).then(|| emit.empty(&sizes, self.space.compute))
    }

    /// What the steps at some places need, and the room with what is in it.
    pub fn prepared(
        &self,
        emit: &Emit<'a, '_>,
        places: &[Place<'a>],
        key: usize,
        room: Option<Value<'a, 'a>>,
    ) -> (Prepared<'a>, Option<Value<'a, 'a>>) {
        let steps = places.len();
        let (readers, writers) = (self.readers(), self.writers());
        let row_of = |factor: &Factor<'a>, place: &Place<'a>| {
            let outer = factor.loops.iter().filter(|&&at| at != key);
            Row {
                tensor: factor.value,
                indices: outer.filter_map(|&at| place[at]).collect(),
            }
        };
        let rows_of = |factor: &Factor<'a>| {
            let rows = places.iter().map(|place| row_of(factor, place));
            rows.collect::<Vec<_>>()
        };
        let number = |place: &Place<'a>| {
            let factors = self.operands.decay.iter();
            let numbers = factors.map(|factor| {
                let indices = factor.loops.iter().filter_map(|&at| place[at]);
                emit.element(factor.value, &indices.collect::<Vec<_>>())
            });
            numbers.reduce(|product, number| emit.mul(product, number))
        };
        let mut prepared = Prepared {
            reads: readers.iter().map(|&(_, read)| read).collect(),
            readers: readers.iter().map(|(factor, _)| rows_of(factor)).collect(),
            writers: writers.iter().map(|factor| rows_of(factor)).collect(),
            scores: vec![],
            of_keys: None,
            of_steps: match room {
                Some(_) => vec![],
                None => places.iter().filter_map(number).collect(),
            },
        };

        let (room, sums) = self.over_keys_of(emit, places, key, room);
        let sums = sums
            .chunks(LANES as usize)
            .flat_map(|sums| numbers(emit, sums));
        let mut sums = sums.collect::<Vec<_>>().into_iter();
        for (reader, &read) in prepared.reads.iter().enumerate() {
            let mut of_reader = vec![vec![vec![]; steps]; writers.len()];
            for t in 0..steps {
                for (writer, of_writer) in of_reader.iter_mut().enumerate() {
                    let seen = self.seen_at([reader, writer], read, t);
                    of_writer[t] = (0..seen)
                        .zip(sums.by_ref())
                        .map(|(s, sum)| {
                            let decays = prepared.decays(reader, t, s + 1);
                            match prepared.over(emit, decays) {
                                Some(decay) => emit.mul(decay, sum),
                                None => sum,
                            }
                        })
                        .collect();
                }
            }
            prepared.scores.push(of_reader);
        }
        if let Some(room) = room {
            let mut index = 0..;
            let mut next = || Row {
                tensor: room,
                indices: index.by_ref().take(1).map(|at| emit.index(at)).collect(),
            };
            let vectors = prepared.readers.iter_mut().chain(&mut prepared.writers);
            vectors.flatten().for_each(|row| *row = next());
            prepared.of_keys = Some(next());
        }
        (prepared, room)
    }

    /// Of how many steps, from the first one on, a reader sees at t what a writer writes.
    fn seen_at(&self, reader_and_writer: [usize; 2], read: Read, t: usize) -> usize {
        let has_bonus = self.operands.bonus.is_some() && reader_and_writer == [0, 0];
        t + usize::from(read == Read::After || has_bonus)
    }

    /// Goes over all keys, as lanes: room with the rows that have decays in them, and the
    /// scores by reader, t, writer and s, as sums whose lanes are not added up.
    fn over_keys_of(
        &self,
        emit: &Emit<'a, '_>,
        places: &[Place<'a>],
        key: usize,
        room: Option<Value<'a, 'a>>,
    ) -> (Option<Value<'a, 'a>>, Vec<Value<'a, 'a>>) {
        let of_keys = Kernel {
            plan: Plan {
                lane: key,
                key: None,
                ..self.plan.clone()
            },
            ..self.clone()
        };
        let (readers, writers) = (self.readers(), self.writers());
        let part = |lanes: Lanes<'a>| Part {
            kernel: &of_keys,
            readers: &readers,
            writers: &writers,
            lanes,
            sites: places.iter().map(|place| site(place, &[lanes])).collect(),
            row: 0,
        };
        let lanes =
            |emit: &Emit<'a, '_>, begin, is_masked| of_keys.lanes(emit, begin, LANES, is_masked);
        let rooms = usize::from(room.is_some());
        let mut carried: Vec<_> = room.into_iter().collect();
        let any = site(&places[0], &[lanes(emit, emit.index(0), false)]);
        for (reader, &(_, read)) in readers.iter().enumerate() {
            for t in 0..places.len() {
                let seen = |writer| self.seen_at([reader, writer], read, t);
                let count: usize = (0..writers.len()).map(seen).sum();
                carried.extend((0..count).flat_map(|_| of_keys.zeros(emit, &any)));
            }
        }
        let run = |emit: &Emit<'a, '_>, lanes: Lanes<'a>, carried: &[Value<'a, 'a>]| {
            let (room, scores) = carried.split_at(rooms);
            part(lanes).added(emit, room.first().copied(), scores)
        };
        let size = self.space.sizes[key];
        let whole = emit.quotient(size, Size::Static(LANES));
        if whole != Size::Static(0) {
            carried = emit.for_loop(whole, &carried, |emit, index, carried| {
                let begin = emit.mul(index, emit.index(LANES));
                run(emit, lanes(emit, begin, false), carried)
            });
        }
        let begin = emit.multiply(whole, Size::Static(LANES));
        if emit.difference(size, begin) != Size::Static(0) {
            let lanes = lanes(emit, emit.size_value(begin), true);
            carried = run(emit, lanes, &carried);
        }
        let scores = carried.split_off(rooms);
        (carried.first().copied(), scores)
    }
}

/// The sum of the lanes of each of some vectors, of several ones beside each other.
fn numbers<'a>(emit: &Emit<'a, '_>, vectors: &[Value<'a, 'a>]) -> Vec<Value<'a, 'a>> {
    let count = vectors.len().next_power_of_two().max(LANES as usize / 2);
    let filled: Vec<_> = vectors.iter().copied().cycle().take(count).collect();
    let together = (vectors.len() > 2)
        .then(|| sums_of_lanes(emit, &filled, LANES))
        .flatten();
    let Some(together) = together else {
        return vectors.iter().map(|&sum| sum_of_lanes(emit, sum)).collect();
    };
    let number = |lane: usize| element(emit, together, lane as i64);
    (0..vectors.len()).map(number).collect()
}

/// Some keys of all steps of a block.
struct Part<'p, 'a> {
    kernel: &'p Kernel<'p, 'a>,
    readers: &'p [(&'p Factor<'a>, Read)],
    writers: &'p [&'p Factor<'a>],
    lanes: Lanes<'a>,
    sites: Vec<Site<'a>>,
    /// The next row of the room.
    row: i64,
}

impl<'a> Part<'_, 'a> {
    /// The room with the rows of these keys, and scores with what they add to them.
    fn added(
        mut self,
        emit: &Emit<'a, '_>,
        mut room: Option<Value<'a, 'a>>,
        scores: &[Value<'a, 'a>],
    ) -> Vec<Value<'a, 'a>> {
        let kernel = self.kernel;
        let operands = &kernel.operands;
        let steps = self.sites.len();
        let times = |lhs, rhs| emit.apply("arith.mulf", &[lhs, rhs]);
        let decays: Vec<Value<'a, 'a>> = match room {
            None => vec![],
            Some(_) => (self.sites.iter_mut())
                .map(|site| match operands.exponential {
                    true => kernel.exponential(emit, site, [0, 0]),
                    false => kernel.product(emit, site, &operands.decay, [0, 0]),
                })
                .collect(),
        };
        let written: Vec<Vec<Value<'a, 'a>>> = (self.writers.iter())
            .map(|factor| (0..steps).map(|s| self.load(emit, factor, s)).collect())
            .collect();
        let mut scores = scores.iter().copied();
        let mut added = vec![];
        for (reader, &(factor, read)) in self.readers.iter().enumerate() {
            for t in 0..steps {
                let mut of_writers: Vec<Vec<Value<'a, 'a>>> = (0..written.len())
                    .map(|writer| kernel.seen_at([reader, writer], read, t))
                    .map(|seen| scores.by_ref().take(seen).collect())
                    .collect();
                let add = |scores: &mut Vec<Vec<_>>, vector, s: usize| {
                    for (scores, written) in scores.iter_mut().zip(&written) {
                        scores[s] = fused(emit, vector, written[s], scores[s]);
                    }
                };
                let decayed = |vector, s: usize| match decays.get(s) {
                    Some(&decay) => times(vector, decay),
                    None => vector,
                };
                let mut vector = self.load(emit, factor, t);
                match &operands.bonus {
                    _ if read == Read::After => {
                        add(&mut of_writers, vector, t);
                        vector = decayed(vector, t);
                    }
                    Some(bonus) if reader == 0 => {
                        let bonus = times(vector, self.load(emit, bonus, t));
                        of_writers[0][t] = fused(emit, bonus, written[0][t], of_writers[0][t]);
                    }
                    _ => {}
                }
                for s in (0..t).rev() {
                    add(&mut of_writers, vector, s);
                    vector = decayed(vector, s);
                }
                room = room.map(|room| self.write(emit, room, vector));
                added.extend(of_writers.into_iter().flatten());
            }
        }
        // D(C, s), and D(C) at the end.
        let mut of_keys = None;
        let mut since: Vec<Option<Value<'a, 'a>>> = vec![];
        for &decay in decays.iter().rev() {
            since.push(of_keys);
            of_keys = Some(of_keys.map_or(decay, |product| times(decay, product)));
        }
        since.reverse();
        for vectors in &written {
            for (&vector, &since) in vectors.iter().zip(&since) {
                let vector = since.map_or(vector, |since| times(vector, since));
                room = room.map(|room| self.write(emit, room, vector));
            }
        }
        if let Some(of_keys) = of_keys {
            room = room.map(|room| self.write(emit, room, of_keys));
        }
        room.into_iter().chain(added).collect()
    }

    fn load(&mut self, emit: &Emit<'a, '_>, factor: &Factor<'a>, step: usize) -> Value<'a, 'a> {
        self.kernel
            .load(emit, &mut self.sites[step], factor, [0, 0])
    }

    /// The room with the next row of these keys.
    fn write(
        &mut self,
        emit: &Emit<'a, '_>,
        room: Value<'a, 'a>,
        vector: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let place = [emit.index(self.row), self.lanes.index];
        self.row += 1;
        write(emit, vector, room, &place, &self.lanes)
    }
}
