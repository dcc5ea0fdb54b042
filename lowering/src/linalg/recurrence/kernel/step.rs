//! A step of a tile: what is erased, the new state, and what is read.

use super::{
    Kernel, LANES, Place, Tile,
    loads::Site,
    vector::{Lanes, broadcast, read, sum_of_lanes, sums_of_lanes, write},
    with,
};
use crate::{linalg::recurrence::nest::Factor, math::fused};
use fidelity_dialect::Read;
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{Type, Value, ValueLike};
use std::f64::consts::LOG2_E;

/// The old state and the new one.
#[derive(Clone)]
pub enum Held<'a> {
    /// The vectors of a tile.
    Registers(Vec<Value<'a, 'a>>),
    /// The state, as a tensor.
    Memory(Value<'a, 'a>),
}

impl<'a> Kernel<'_, 'a> {
    /// A step; gives the output and what is held.
    pub fn step(
        &self,
        emit: &Emit<'a, '_>,
        mut site: Site<'a>,
        output: Value<'a, 'a>,
        mut held: Held<'a>,
    ) -> (Value<'a, 'a>, Held<'a>) {
        let inner = match self.plan.sums_lanes {
            true if self.plan.in_registers => None,
            true => Some(self.plan.lane),
            false => self.plan.key,
        };
        // Once for all keys.
        if let Some(inner) = inner {
            self.load_all(emit, &mut site, |factor| !factor.loops.contains(&inner));
        }

        // r_tᵀ S_{t-1}
        let erased = self.operands.erase.as_ref().map(|[reader, _]| {
            let zeros = self.zeros(emit, &site);
            let (_, sums) = self.over_keys(
                emit,
                &site,
                held.clone(),
                zeros,
                |emit, site, held, sums| {
                    for (index, cell) in site.tile.clone().cells().enumerate() {
                        let old = self.old(emit, site, held, cell, index);
                        let reader = self.load(emit, site, reader, cell);
                        self.accumulate(emit, site, sums, cell, Some(reader), old);
                    }
                },
            );
            let whole = |sum| match self.plan.sums_lanes {
                true => broadcast(emit, sum_of_lanes(emit, sum), sum.r#type()),
                false => sum,
            };
            sums.into_iter().map(whole).collect::<Vec<_>>()
        });

        let weighs_keys = self.weighs_keys();
        let mut sums = self.zeros(emit, &site);
        if weighs_keys {
            sums.push(emit.zero(emit.f32()));
        }
        let (last, mut sums) = self.over_keys(emit, &site, held, sums, |emit, site, held, sums| {
            if weighs_keys && let Some(sum) = sums.last_mut() {
                *sum = self.weighed(emit, site, *sum);
            }
            let mut written = Vec::new();
            for (index, cell) in site.tile.clone().cells().enumerate() {
                let old = self.old(emit, site, held, cell, index);
                let fed = self.product(emit, site, &self.operands.feed, cell);
                let erased = erased.as_ref().map(|sums| sums[self.sum_at(cell)]);
                let new = self.updated(emit, site, cell, [old, fed], erased);
                let read = match self.operands.read {
                    Read::Before => old,
                    Read::After => new,
                };
                let read = match &self.operands.bonus {
                    Some(bonus) if !weighs_keys => {
                        fused(emit, self.load(emit, site, bonus, cell), fed, read)
                    }
                    _ => read,
                };
                let query = self.operands.query.as_ref();
                let query = query.map(|query| self.load(emit, site, query, cell));
                self.accumulate(emit, site, sums, cell, query, read);
                match held {
                    Held::Registers(vectors) => vectors[index] = new,
                    Held::Memory(_) => written.push((cell, new)),
                }
            }
            // Behind what is read: bufferisation does not see that slices are apart,
            // and would copy the state for each vector.
            if let Held::Memory(state) = held {
                *state = (written.into_iter()).fold(*state, |state, (cell, new)| {
                    self.set(emit, site, state, cell, new)
                });
            }
        });
        held = last;
        if weighs_keys && let Some(weight) = sums.pop() {
            for (index, sum) in sums.iter_mut().enumerate() {
                let values = self.operands.feed.iter();
                let values: Vec<_> = values
                    .filter(|value| self.has_lanes(value))
                    .cloned()
                    .collect();
                let value = self.product(emit, &mut site, &values, [0, index]);
                *sum = fused(emit, broadcast(emit, weight, value.r#type()), value, *sum);
            }
        }

        (self.write_sums(emit, &site, output, &sums), held)
    }

    /// The output with what is read at a step.
    pub fn write_sums(
        &self,
        emit: &Emit<'a, '_>,
        site: &Site<'a>,
        output: Value<'a, 'a>,
        sums: &[Value<'a, 'a>],
    ) -> Value<'a, 'a> {
        let loops = &self.space.loops.output;
        let place = |output, cell| self.indices(site, &Factor::new(output, loops), cell);
        let vectors = &site.tile.vectors;
        if !self.plan.sums_lanes {
            return (sums.iter().enumerate()).fold(output, |output, (index, &sum)| {
                write(
                    emit,
                    sum,
                    output,
                    &place(output, [0, index]),
                    &vectors[index],
                )
            });
        }
        // Rows that lie beside each other in the output are the lanes of a vector.
        let width = vectors.first().map_or(LANES, |lanes| lanes.count);
        let are_beside = self.plan.row.is_some() && loops.last() == self.plan.row.as_ref();
        let together = are_beside
            .then(|| sums_of_lanes(emit, sums, width))
            .flatten();
        if let (Some(together), Some(&Some(index))) = (together, site.tile.rows.first()) {
            let (count, mask) = (sums.len() as i64, None);
            let lanes = Lanes { index, count, mask };
            return write(emit, together, output, &place(output, [0, 0]), &lanes);
        }
        (sums.iter().enumerate()).fold(output, |output, (index, &sum)| {
            let sum = sum_of_lanes(emit, sum);
            emit.set_element(sum, output, &place(output, [index, 0]))
        })
    }

    /// Whether the bonus is the same for all values but for the value: Σ_k query ⊙ bonus
    /// ⊙ key is one number then, that what is read gets once for all keys.
    fn weighs_keys(&self) -> bool {
        let (operands, key) = (&self.operands, self.plan.key);
        let mut of_keys = operands.query.iter().chain(&operands.bonus);
        let is_split = |factor: &Factor<'a>| {
            let has_key = key.is_some_and(|key| factor.loops.contains(&key));
            !has_key || !self.has_lanes(factor)
        };
        operands.bonus.is_some()
            && key.is_some()
            && of_keys.all(|factor| !self.has_lanes(factor))
            && operands.feed.iter().all(is_split)
    }

    /// Whether an operand differs between lanes.
    pub fn has_lanes(&self, factor: &Factor<'a>) -> bool {
        factor.loops.contains(&self.plan.lane)
    }

    /// The sum of the bonuses' weights with those of the keys of a tile.
    fn weighed(&self, emit: &Emit<'a, '_>, site: &Site<'a>, sum: Value<'a, 'a>) -> Value<'a, 'a> {
        let operands = &self.operands;
        let factors = (operands.query.iter())
            .chain(&operands.bonus)
            .chain(&operands.feed)
            .filter(|factor| !self.has_lanes(factor));
        (0..site.tile.rows.len()).fold(sum, |sum, row| {
            let factor = |factor: &Factor<'a>| {
                emit.element(factor.value, &self.indices(site, factor, [row, 0]))
            };
            let factors: Vec<_> = factors.clone().map(factor).collect();
            let Some((&last, factors)) = factors.split_last() else {
                return sum;
            };
            let product = (factors.iter().copied()).reduce(|lhs, rhs| emit.mul(lhs, rhs));
            match product {
                Some(product) => fused(emit, product, last, sum),
                None => emit.add(sum, last),
            }
        })
    }

    /// Sums to begin with: one for each row of lanes that are summed up, else for each
    /// vector.
    pub fn zeros(&self, emit: &Emit<'a, '_>, site: &Site<'a>) -> Vec<Value<'a, 'a>> {
        let tile = &site.tile;
        let widths: Vec<i64> = match (self.plan.sums_lanes, tile.vectors.as_slice()) {
            (true, [lanes]) => vec![lanes.count; tile.rows.len()],
            (true, _) => vec![LANES; tile.rows.len()],
            (false, vectors) => vectors.iter().map(|lanes| lanes.count).collect(),
        };
        let zero = emit.zero(emit.f32());
        let zeros = widths.into_iter().map(|width| {
            let vector = Type::vector(&[width.cast_unsigned()], emit.f32());
            broadcast(emit, zero, vector)
        });
        zeros.collect()
    }

    /// Runs a body for all keys; gives what is held after it, and the sums.
    fn over_keys(
        &self,
        emit: &Emit<'a, '_>,
        site: &Site<'a>,
        held: Held<'a>,
        mut sums: Vec<Value<'a, 'a>>,
        body: impl Fn(&Emit<'a, '_>, &mut Site<'a>, &mut Held<'a>, &mut Vec<Value<'a, 'a>>),
    ) -> (Held<'a>, Vec<Value<'a, 'a>>) {
        let tile = &site.tile;
        let inner = |place: Place<'a>, vectors: Vec<Lanes<'a>>| Site {
            place,
            tile: Tile {
                rows: tile.rows.clone(),
                vectors,
            },
            loads: site.loads.clone(),
        };
        let state = match held {
            Held::Memory(state) => state,
            Held::Registers(_) => {
                let mut held = held;
                let mut site = inner(site.place.clone(), tile.vectors.clone());
                body(emit, &mut site, &mut held, &mut sums);
                return (held, sums);
            }
        };
        let run = |emit: &Emit<'a, '_>, mut site: Site<'a>, carried: &[Value<'a, 'a>]| {
            let mut held = Held::Memory(carried[0]);
            let mut sums = carried[1..].to_vec();
            body(emit, &mut site, &mut held, &mut sums);
            let Held::Memory(state) = held else {
                return carried.to_vec();
            };
            [&[state], &sums[..]].concat()
        };
        let mut carried = [&[state], &sums[..]].concat();
        if let Some(key) = self.plan.key {
            let keys = self.space.sizes[key];
            carried = emit.for_loop(keys, &carried, |emit, index, carried| {
                let place = with(&site.place, key, index);
                run(emit, inner(place, tile.vectors.clone()), carried)
            });
        } else {
            let size = self.space.sizes[self.plan.lane];
            let whole = emit.quotient(size, Size::Static(LANES));
            if whole != Size::Static(0) {
                carried = emit.for_loop(whole, &carried, |emit, index, carried| {
                    let begin = emit.mul(index, emit.index(LANES));
                    let lanes = self.lanes(emit, begin, LANES, false);
                    run(emit, inner(site.place.clone(), vec![lanes]), carried)
                });
            }
            let begin = emit.multiply(whole, Size::Static(LANES));
            if emit.difference(size, begin) != Size::Static(0) {
                let lanes = self.lanes(emit, emit.size_value(begin), LANES, true);
                carried = run(emit, inner(site.place.clone(), vec![lanes]), &carried);
            }
        }
        let sums = carried.split_off(1);
        (Held::Memory(carried[0]), sums)
    }

    /// Which sum a vector is added to.
    fn sum_at(&self, [row, vector]: [usize; 2]) -> usize {
        if self.plan.sums_lanes { row } else { vector }
    }

    /// Adds what is read of a vector of the state to its sum. Lanes that there are not
    /// may be anything, but are not added up.
    fn accumulate(
        &self,
        emit: &Emit<'a, '_>,
        site: &Site<'a>,
        sums: &mut [Value<'a, 'a>],
        cell: [usize; 2],
        query: Option<Value<'a, 'a>>,
        state: Value<'a, 'a>,
    ) {
        let sum = &mut sums[self.sum_at(cell)];
        let is_sum = self.plan.sums_lanes || self.plan.key.is_some();
        let new = match query {
            Some(query) if is_sum => fused(emit, query, state, *sum),
            Some(query) => emit.apply("arith.mulf", &[query, state]),
            None if is_sum => emit.apply("arith.addf", &[*sum, state]),
            None => state,
        };
        let mask = site.tile.vectors[cell[1]].mask;
        *sum = match mask.filter(|_| self.plan.sums_lanes) {
            Some(mask) => emit.select(mask, new, *sum),
            None => new,
        };
    }

    /// d ⊙ S + w ⊗ u + what is fed, of a vector.
    fn updated(
        &self,
        emit: &Emit<'a, '_>,
        site: &mut Site<'a>,
        cell: [usize; 2],
        [old, fed]: [Value<'a, 'a>; 2],
        erased: Option<Value<'a, 'a>>,
    ) -> Value<'a, 'a> {
        let mut added = fed;
        if let (Some([_, writer]), Some(erased)) = (&self.operands.erase, erased) {
            added = fused(emit, self.load(emit, site, writer, cell), erased, added);
        }
        if self.operands.decay.is_empty() {
            return emit.apply("arith.addf", &[old, added]);
        }
        let decay = match self.operands.exponential {
            true => self.exponential(emit, site, cell),
            false => self.product(emit, site, &self.operands.decay, cell),
        };
        fused(emit, decay, old, added)
    }

    /// The exponential of the product of the decay's factors: a power of 2. What does not
    /// change with time, or within a step, is multiplied by log₂ e, once for all.
    pub fn exponential(
        &self,
        emit: &Emit<'a, '_>,
        site: &mut Site<'a>,
        cell: [usize; 2],
    ) -> Value<'a, 'a> {
        let vector = site.tile.vectors[cell[1]].r#type(emit);
        let mut factors: Vec<_> = self.operands.decay.iter().collect();
        let inner = match self.plan.in_registers {
            true => self.space.loops.time,
            false => self.plan.key.unwrap_or(self.plan.lane),
        };
        factors.sort_by_key(|factor| factor.loops.contains(&inner));
        let unit = broadcast(emit, emit.float(emit.f32(), LOG2_E), vector);
        let exponent = factors.into_iter().fold(unit, |product, factor| {
            let factor = self.load(emit, site, factor, cell);
            emit.apply("arith.mulf", &[product, factor])
        });
        (emit.op("math.exp2").operand(exponent))
            .parsed("fastmath", "#arith.fastmath<afn>")
            .result(vector)
            .value()
    }

    /// The product of operands, 1 of none.
    pub fn product(
        &self,
        emit: &Emit<'a, '_>,
        site: &mut Site<'a>,
        factors: &[Factor<'a>],
        cell: [usize; 2],
    ) -> Value<'a, 'a> {
        let factors: Vec<_> = (factors.iter())
            .map(|factor| self.load(emit, site, factor, cell))
            .collect();
        let product = (factors.into_iter())
            .reduce(|product, factor| emit.apply("arith.mulf", &[product, factor]));
        product.unwrap_or_else(|| {
            let one = emit.float(emit.f32(), 1.0);
            broadcast(emit, one, site.tile.vectors[cell[1]].r#type(emit))
        })
    }

    /// The old state of a vector, the one of that index in a tile.
    pub fn old(
        &self,
        emit: &Emit<'a, '_>,
        site: &Site<'a>,
        held: &Held<'a>,
        cell: [usize; 2],
        index: usize,
    ) -> Value<'a, 'a> {
        let state = match held {
            Held::Registers(vectors) => return vectors[index],
            &Held::Memory(state) => self.source.unwrap_or(state),
        };
        let factor = Factor::new(state, &self.space.loops.state);
        let indices = self.indices(site, &factor, cell);
        read(emit, state, &indices, &site.tile.vectors[cell[1]])
    }

    /// The state in memory with the new one of a vector.
    pub fn set(
        &self,
        emit: &Emit<'a, '_>,
        site: &Site<'a>,
        state: Value<'a, 'a>,
        cell: [usize; 2],
        new: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let factor = Factor::new(state, &self.space.loops.state);
        let indices = self.indices(site, &factor, cell);
        write(emit, new, state, &indices, &site.tile.vectors[cell[1]])
    }
}
