//! What a tile needs of its operands before it computes with them.
//!
//! A step that goes over keys has to wait for the functions of its operands, such as the
//! softplus of a step size, each of which is a long chain. Those of a block of steps do not
//! wait for each other, so they are computed one after the other before the first step, and
//! stay in the nearest cache. What the next tile needs of memory is asked for meanwhile: the
//! rows of a tensor lie too far from each other for a processor to see that.

use super::{
    Kernel, LANES, Place, STEPS, Tile,
    loads::{Loads, Site, read_of},
    vector::{Cache, Lanes, prefetch, read, write},
    with,
};
use crate::linalg::recurrence::nest::Factor;
use fidelity_passes::emit::{Emit, Size};
use melior::ir::Value;

/// Operands for the steps of a block: a row for each of both.
pub struct Ahead<'a> {
    factors: Vec<Factor<'a>>,
    room: Value<'a, 'a>,
}

impl<'a> Kernel<'_, 'a> {
    /// The operands that functions make, for so many steps from one on, where a step goes
    /// over keys.
    pub fn made_ahead(
        &self,
        emit: &Emit<'a, '_>,
        place: &Place<'a>,
        tile: &Tile<'a>,
        [begin, count]: [Size<'a>; 2],
    ) -> Option<Ahead<'a>> {
        let (time, key) = (self.space.loops.time, self.plan.key?);
        let is_made = |factor: &&Factor<'a>| {
            let has = |at: usize| factor.loops.contains(&at);
            factor.producer.is_some() && self.has_lanes(factor) && has(time) && !has(key)
        };
        let mut factors: Vec<Factor<'a>> = vec![];
        for factor in self.operands.all().filter(is_made) {
            let is_same =
                |known: &Factor<'a>| (known.value, &known.loops) == (factor.value, &factor.loops);
            if !factors.iter().any(is_same) {
                factors.push(factor.clone());
            }
        }
        if factors.is_empty() || count == Size::Static(1) {
            return None;
        }
        let rows = Size::Static(factors.len() as i64 * STEPS);
        let row = Size::Static(tile.vectors.len() as i64 * LANES);
        let mut ahead = Ahead {
            room: emit.empty(&[rows, row], self.space.compute),
            factors,
        };
        let room = emit.for_loop(count, &[ahead.room], |emit, index, carried| {
            let step = emit.sum_of(begin, Size::Dynamic(index));
            let mut site = Site {
                place: with(place, time, emit.size_value(step)),
                tile: tile.clone(),
                loads: Loads::default(),
            };
            let mut room = carried[0];
            for (number, factor) in ahead.factors.iter().enumerate() {
                for at in 0..tile.vectors.len() {
                    let vector = self.load(emit, &mut site, factor, [0, at]);
                    let (row, lanes) = place_in_room(emit, &tile.vectors, [number, at], index);
                    room = write(emit, vector, room, &[row, lanes.index], &lanes);
                }
            }
            vec![room]
        });
        ahead.room = room[0];
        Some(ahead)
    }

    /// Reads them for a step, counted from the first one of the block.
    pub fn load_ahead(
        &self,
        emit: &Emit<'a, '_>,
        site: &mut Site<'a>,
        ahead: &Ahead<'a>,
        step: Value<'a, 'a>,
    ) {
        for (number, factor) in ahead.factors.iter().enumerate() {
            for at in 0..site.tile.vectors.len() {
                let (row, lanes) = place_in_room(emit, &site.tile.vectors, [number, at], step);
                let vector = read(emit, ahead.room, &[row, lanes.index], &lanes);
                self.know(site, factor, [0, at], vector);
            }
        }
    }

    /// Asks for what the next tile needs at a step, and for where its output goes: what is
    /// written behind that, the state, waits for it.
    pub fn ask_for_next_tile(&self, emit: &Emit<'a, '_>, site: &Site<'a>, output: Value<'a, 'a>) {
        let width = self.plan.vectors * LANES;
        let is_whole = site.tile.vectors.len() as i64 == self.plan.vectors;
        let is_only =
            matches!(self.space.sizes[self.plan.lane], Size::Static(size) if size <= width);
        if self.plan.sums_lanes || !is_whole || is_only {
            return;
        }
        let mut next = site.tile.vectors.clone();
        for lanes in &mut next {
            lanes.index = emit.add(lanes.index, emit.index(width));
        }
        let next = Site {
            place: site.place.clone(),
            tile: Tile {
                rows: site.tile.rows.clone(),
                vectors: next,
            },
            loads: Loads::default(),
        };
        let (time, key) = (self.space.loops.time, self.plan.key);
        // Not what each key has of its own.
        let is_read = |factor: &&Factor<'a>| {
            let has = |at: usize| factor.loops.contains(&at);
            self.has_lanes(factor) && has(time) && !key.is_some_and(has)
        };
        let ask = |factor: &Factor<'a>, cache: Cache| {
            for at in 0..next.tile.vectors.len() {
                let indices = self.indices(&next, factor, [0, at]);
                prefetch(emit, factor.value, &indices, cache);
            }
        };
        for factor in self.operands.all().flat_map(read_of).filter(is_read) {
            ask(factor, Cache::Second);
        }
        ask(
            &Factor::new(output, &self.space.loops.output),
            Cache::ToWrite,
        );
    }
}

/// Where a vector of an operand is at a step.
fn place_in_room<'a>(
    emit: &Emit<'a, '_>,
    vectors: &[Lanes<'a>],
    [factor, vector]: [usize; 2],
    step: Value<'a, 'a>,
) -> (Value<'a, 'a>, Lanes<'a>) {
    let row = emit.add(emit.index(factor as i64 * STEPS), step);
    let index = emit.index(vector as i64 * LANES);
    let (count, mask) = (vectors[vector].count, None);
    (row, Lanes { index, count, mask })
}
