//! Vectors of a state that stays near while time goes on.
//!
//! The lanes of a vector are the last loop of the state, in which it is contiguous.
//! Either they are parallel, as the values of linear attention; or they are keys, as the
//! states of a diagonal system, and what is read is the sum of the lanes. A tile is some
//! vectors beside each other, of all keys, or some rows of lanes that are keys: it takes a
//! block of steps before the next tile takes the same. A small one is in registers; where
//! there are keys, a loop goes over them, and the state is in the nearest cache. If keys
//! differ from each other in no value, it goes over them once for several steps (`block`).
//! Nothing as large as a state is made for each step.
//!
//! Vectors are as wide as the widest of processors; LLVM makes several of one where
//! they are narrower.

mod ahead;
mod block;
mod loads;
mod plan;
mod prepared;
mod share;
mod step;
mod vector;

use super::{Operands, Space, nest::Factor};
use fidelity_passes::{
    aliasing::is_aliased,
    emit::{Emit, Size},
};
use loads::{Loads, Site};
use melior::ir::{Type, Value};
use plan::{Plan, turned, turned_back, with_decay};
use step::Held;
use vector::Lanes;

/// The lanes of a vector.
const LANES: i64 = 16;
/// The vectors of a tile: as many sums hide how long an addition takes, and share what
/// is read of keys.
const VECTORS: i64 = 4;
/// The rows of a tile whose lanes are keys, which share what is read of those.
const ROWS: i64 = 8;
/// The steps of a block: a part of each row of the operands that is still in a cache
/// when the next tile needs what lies beside it.
const STEPS: i64 = 16;

/// The index of each loop, of those around the code that is built.
type Place<'a> = Vec<Option<Value<'a, 'a>>>;

/// The index of each row of a tile; one of none where there is no loop of rows.
type Rows<'a> = Vec<Option<Value<'a, 'a>>>;

/// The part of a state that takes a block of steps.
#[derive(Clone)]
struct Tile<'a> {
    rows: Rows<'a>,
    /// None where a loop within a step makes them.
    vectors: Vec<Lanes<'a>>,
}

#[derive(Clone)]
struct Kernel<'k, 'a> {
    space: &'k Space<'a>,
    operands: Operands<'a>,
    plan: Plan,
    /// Of one loop the first index, and how many, if it is not all.
    share: Option<(usize, [Size<'a>; 2])>,
    /// The state before the only step, which is then another tensor than that after it.
    source: Option<Value<'a, 'a>>,
}

/// The output and the last state, by so many threads where there is much to do; `None`
/// where there is no kernel for a recurrence.
pub fn vectorized<'a>(
    emit: &Emit<'a, '_>,
    space: &Space<'a>,
    operands: &Operands<'a>,
    state: &Factor<'a>,
    output: Value<'a, 'a>,
    threads: i64,
) -> Option<[Value<'a, 'a>; 2]> {
    let turned = turned(emit, space, operands, state);
    if let Some((space, operands, state)) = &turned {
        let [output, last] = placed(emit, space, operands, state, output, threads)?;
        let sizes = space.sizes(&space.loops.state);
        return Some([output, turned_back(emit, last, sizes)]);
    }
    placed(emit, space, operands, state, output, threads)
}

/// Likewise, for tensors as they lie in memory.
fn placed<'a>(
    emit: &Emit<'a, '_>,
    space: &Space<'a>,
    operands: &Operands<'a>,
    state: &Factor<'a>,
    output: Value<'a, 'a>,
    threads: i64,
) -> Option<[Value<'a, 'a>; 2]> {
    let plan = Plan::of(space, operands)?;
    // Lanes that are keys are those of few operands.
    let operands = &match plan.sums_lanes {
        true => operands.without_producers(),
        false => operands.clone(),
    };
    // A state that is read once need not be copied to be changed in place, unless its memory
    // is for the state after.
    let has_source = is_single(space) && !is_aliased(state.value);
    let kernel = Kernel {
        space,
        operands: with_decay(emit, space, operands, &plan),
        plan,
        share: None,
        source: has_source.then_some(state.value),
    };
    let room = match has_source {
        true => emit.empty(&space.sizes(&space.loops.state), space.compute),
        false => state.value,
    };
    let [state, output] = kernel.by_threads(emit, threads, [room, output]);
    Some([output, state])
}

/// Whether there is one step, and that is known.
fn is_single(space: &Space<'_>) -> bool {
    space.sizes[space.loops.time] == Size::Static(1)
}

impl<'a> Kernel<'_, 'a> {
    /// All of it; carried are the state and the output.
    fn all(&self, emit: &Emit<'a, '_>, carried: [Value<'a, 'a>; 2]) -> [Value<'a, 'a>; 2] {
        let place = vec![None; self.space.sizes.len()];
        self.outer(emit, &self.plan.outer, &place, carried)
    }

    /// Of a loop the first index, and how many.
    fn range(&self, at: usize) -> [Size<'a>; 2] {
        match self.share {
            Some((shared, range)) if shared == at => range,
            _ => [Size::Static(0), self.space.sizes[at]],
        }
    }

    /// The loops outside of tiles.
    fn outer(
        &self,
        emit: &Emit<'a, '_>,
        loops: &[usize],
        place: &Place<'a>,
        carried: [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        let Some((&at, inner)) = loops.split_first() else {
            return self.blocks(emit, place, carried);
        };
        let [begin, count] = self.range(at);
        looped(emit, count, carried, |emit, index, carried| {
            let index = emit.size_value(emit.sum_of(begin, Size::Dynamic(index)));
            self.outer(emit, inner, &with(place, at, index), carried)
        })
    }

    /// A loop over blocks of steps.
    fn blocks(
        &self,
        emit: &Emit<'a, '_>,
        place: &Place<'a>,
        carried: [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        if let Some(key) = self.plan.key.filter(|_| self.plan.in_blocks) {
            return self.steps_at_once(emit, place, key, carried);
        }
        let length = self.space.sizes[self.space.loops.time];
        if matches!(length, Size::Static(length) if length <= STEPS) {
            return self.tiles(emit, place, [Size::Static(0), length], carried);
        }
        let blocks = emit.ceil_div(length, STEPS);
        looped(emit, blocks, carried, |emit, block, carried| {
            let begin = emit.multiply(Size::Dynamic(block), Size::Static(STEPS));
            let steps = match length {
                Size::Static(length) if length % STEPS == 0 => Size::Static(STEPS),
                _ => emit.minimum(Size::Static(STEPS), emit.difference(length, begin)),
            };
            self.tiles(emit, place, [begin, steps], carried)
        })
    }

    /// All tiles.
    fn tiles(
        &self,
        emit: &Emit<'a, '_>,
        place: &Place<'a>,
        steps: [Size<'a>; 2],
        carried: [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        if !self.plan.sums_lanes {
            return self.all_lanes(emit, carried, |emit, vectors, carried| {
                let rows = vec![None];
                self.tile(emit, place, &Tile { rows, vectors }, steps, carried)
            });
        }
        self.all_rows(emit, carried, |emit, rows, carried| {
            let vectors = match self.space.sizes[self.plan.lane] {
                Size::Static(size) if self.plan.in_registers => {
                    self.vectors(emit, emit.index(0), size)
                }
                _ => vec![],
            };
            self.tile(emit, place, &Tile { rows, vectors }, steps, carried)
        })
    }

    /// Runs a body for the rows of each tile; those that whole tiles leave one by one.
    fn all_rows(
        &self,
        emit: &Emit<'a, '_>,
        carried: [Value<'a, 'a>; 2],
        body: impl Fn(&Emit<'a, '_>, Rows<'a>, [Value<'a, 'a>; 2]) -> [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        let Some(row) = self.plan.row else {
            return body(emit, vec![None], carried);
        };
        let size = self.space.sizes[row];
        // A single step reads rows whole, one after the other.
        let count = match is_single(self.space) && !self.plan.in_registers {
            true => 1,
            false => ROWS,
        };
        let whole = emit.quotient(size, Size::Static(count));
        let carried = looped(emit, whole, carried, |emit, index, carried| {
            let begin = emit.mul(index, emit.index(count));
            let row = |index| Some(emit.add(begin, emit.index(index)));
            body(emit, (0..count).map(row).collect(), carried)
        });
        let begin = emit.multiply(whole, Size::Static(count));
        let rest = emit.difference(size, begin);
        looped(emit, rest, carried, |emit, index, carried| {
            let row = emit.add(emit.size_value(begin), index);
            body(emit, vec![Some(row)], carried)
        })
    }

    /// Runs a body for the vectors of each tile. What whole tiles leave is a smaller one,
    /// or where its size is not known one of a vector each.
    fn all_lanes(
        &self,
        emit: &Emit<'a, '_>,
        carried: [Value<'a, 'a>; 2],
        body: impl Fn(&Emit<'a, '_>, Vec<Lanes<'a>>, [Value<'a, 'a>; 2]) -> [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        let [first, size] = self.range(self.plan.lane);
        let part = self.plan.vectors * LANES;
        let whole = emit.quotient(size, Size::Static(part));
        let carried = looped(emit, whole, carried, |emit, index, carried| {
            let begin = emit.multiply(Size::Dynamic(index), Size::Static(part));
            let begin = emit.size_value(emit.sum_of(first, begin));
            body(emit, self.vectors(emit, begin, part), carried)
        });
        let begin = emit.multiply(whole, Size::Static(part));
        let rest = match self.space.sizes[self.plan.lane] {
            Size::Static(size) if size % part == 0 => Size::Static(0),
            _ => emit.difference(size, begin),
        };
        let begin = emit.size_value(emit.sum_of(first, begin));
        match rest {
            Size::Static(0) => carried,
            Size::Static(rest) => body(emit, self.vectors(emit, begin, rest), carried),
            Size::Dynamic(_) => {
                let count = emit.ceil_div(rest, LANES);
                looped(emit, count, carried, |emit, index, carried| {
                    let offset = emit.mul(index, emit.index(LANES));
                    let lanes = self.lanes(emit, emit.add(begin, offset), LANES, true);
                    body(emit, vec![lanes], carried)
                })
            }
        }
    }

    /// The vectors of so many lanes.
    fn vectors(&self, emit: &Emit<'a, '_>, begin: Value<'a, 'a>, count: i64) -> Vec<Lanes<'a>> {
        let vector = |offset: i64| {
            let left = (count - offset).min(LANES);
            let width = left.cast_unsigned().next_power_of_two().cast_signed();
            let index = emit.add(begin, emit.index(offset));
            self.lanes(emit, index, width, width != left)
        };
        (0..count).step_by(LANES as usize).map(vector).collect()
    }

    fn lanes(
        &self,
        emit: &Emit<'a, '_>,
        index: Value<'a, 'a>,
        count: i64,
        is_masked: bool,
    ) -> Lanes<'a> {
        let mask = is_masked.then(|| {
            let size = emit.size_value(self.space.sizes[self.plan.lane]);
            let mask = Type::vector(&[count.cast_unsigned()], emit.integer(1));
            emit.op("vector.create_mask")
                .operand(emit.sub(size, index))
                .result(mask)
                .value()
        });
        Lanes { index, count, mask }
    }

    /// The steps of a block on a tile: from one on, so many.
    fn tile(
        &self,
        emit: &Emit<'a, '_>,
        place: &Place<'a>,
        tile: &Tile<'a>,
        [begin, count]: [Size<'a>; 2],
        [state, output]: [Value<'a, 'a>; 2],
    ) -> [Value<'a, 'a>; 2] {
        let mut site = Site {
            place: place.clone(),
            tile: tile.clone(),
            loads: Loads::default(),
        };
        let mut carried = vec![output];
        if self.plan.in_registers {
            // LLVM does not see that nothing writes to what does not change.
            let time = self.space.loops.time;
            self.load_all(emit, &mut site, |factor| !factor.loops.contains(&time));
            let old = Held::Memory(state);
            let cells = site.tile.cells();
            carried.extend(cells.map(|cell| self.old(emit, &site, &old, cell, 0)));
        } else {
            carried.push(state);
        }
        let ahead = self.made_ahead(emit, place, tile, [begin, count]);
        let carried = emit.for_loop(count, &carried, |emit, index, carried| {
            let step = emit.sum_of(begin, Size::Dynamic(index));
            let mut site = Site {
                place: with(&site.place, self.space.loops.time, emit.size_value(step)),
                tile: tile.clone(),
                loads: site.loads.clone(),
            };
            if count != Size::Static(1) {
                self.ask_for_next_tile(emit, &site, carried[0]);
            }
            if let Some(ahead) = &ahead {
                self.load_ahead(emit, &mut site, ahead, index);
            }
            let held = match self.plan.in_registers {
                true => Held::Registers(carried[1..].to_vec()),
                false => Held::Memory(carried[1]),
            };
            let (output, held) = self.step(emit, site, carried[0], held);
            let mut carried = vec![output];
            match held {
                Held::Registers(vectors) => carried.extend(vectors),
                Held::Memory(state) => carried.push(state),
            }
            carried
        });
        let state = match self.plan.in_registers {
            true => (tile.cells().zip(&carried[1..])).fold(state, |state, (cell, &vector)| {
                self.set(emit, &site, state, cell, vector)
            }),
            false => carried[1],
        };
        [state, carried[0]]
    }
}

impl<'a> Tile<'a> {
    /// The row and the vector of each vector of the state.
    fn cells(&self) -> impl Iterator<Item = [usize; 2]> + use<> {
        let (rows, vectors) = (self.rows.len(), self.vectors.len());
        (0..rows).flat_map(move |row| (0..vectors).map(move |vector| [row, vector]))
    }
}

/// A place with the index of one more loop.
fn with<'a>(place: &Place<'a>, at: usize, index: Value<'a, 'a>) -> Place<'a> {
    let mut place = place.clone();
    place[at] = Some(index);
    place
}

/// A loop that carries two tensors; none for no iteration.
fn looped<'a>(
    emit: &Emit<'a, '_>,
    count: Size<'a>,
    carried: [Value<'a, 'a>; 2],
    body: impl FnOnce(&Emit<'a, '_>, Value<'a, 'a>, [Value<'a, 'a>; 2]) -> [Value<'a, 'a>; 2],
) -> [Value<'a, 'a>; 2] {
    if count == Size::Static(0) {
        return carried;
    }
    let results = emit.for_loop(count, &carried, |emit, index, carried| {
        body(emit, index, [carried[0], carried[1]]).to_vec()
    });
    [results[0], results[1]]
}
