//! The core op.

use super::Entry;
use crate::{function::Function, op::Op, value::Value};
use fidelity_reference::ElementType;
use std::ops::Range;

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.recurrence", draw: recurrence },
];

/// The most products that a recurrence of any form computes.
const MOST_POINTS: usize = 2000;

/// The most products of one of a form that becomes vectors.
const MOST_IN_VECTORS: usize = 20_000;

/// The loops of a recurrence, and what indexes them so far.
struct Space {
    sizes: Vec<usize>,
    /// The order in which most maps list the loops, if there is one.
    order: Option<Vec<usize>>,
    maps: Vec<Vec<usize>>,
    /// The operands that were drawn, with their maps and ranges.
    operands: Vec<(Value, Vec<usize>, Range<f64>)>,
    element: ElementType,
}

impl Space {
    /// An operand along some of the loops, sometimes along others; sometimes one that is
    /// another operand.
    fn operand(&mut self, f: &mut Function<'_>, loops: &[usize], range: Range<f64>) -> Value {
        if f.random.chance(20)
            && let Some(value) = self.again(f, &range)
        {
            return value;
        }
        let all: Vec<_> = (0..self.sizes.len()).collect();
        let loops = if f.random.chance(10) { &all } else { loops };
        let lost = if f.random.chance(60) { 0 } else { 30 };
        let map = (loops.iter().copied())
            .filter(|_| !f.random.chance(lost))
            .collect();
        let map = self.ordered(f, map);
        self.add(f, map, range)
    }

    /// A map of those loops in the order of most maps, or in any.
    fn ordered(&self, f: &mut Function<'_>, mut map: Vec<usize>) -> Vec<usize> {
        match &self.order {
            Some(order) if f.random.chance(90) => {
                map.sort_by_key(|at| order.iter().position(|other| other == at));
            }
            _ => f.random.shuffle(&mut map),
        }
        map
    }

    /// An operand that is there, along the same loops or others of these sizes.
    fn again(&mut self, f: &mut Function<'_>, range: &Range<f64>) -> Option<Value> {
        let fit: Vec<_> = (self.operands.iter())
            .filter(|(_, _, of)| of == range)
            .collect();
        if fit.is_empty() {
            return None;
        }
        let &(value, map, _) = f.random.pick(&fit);
        let (value, mut map) = (value.clone(), map.clone());
        if f.random.chance(50) {
            for at in 0..map.len() {
                let size = self.sizes[map[at]];
                let fit: Vec<_> = (0..self.sizes.len())
                    .filter(|other| self.sizes[*other] == size && !map[..at].contains(other))
                    .collect();
                let other = *f.random.pick(&fit);
                if let Some(later) = map.iter().position(|&taken| taken == other) {
                    map[later] = map[at];
                }
                map[at] = other;
            }
        }
        self.maps.push(map);
        Some(value)
    }

    fn add(&mut self, f: &mut Function<'_>, map: Vec<usize>, range: Range<f64>) -> Value {
        let shape: Vec<_> = map.iter().map(|&at| self.sizes[at]).collect();
        self.maps.push(map.clone());
        let percent = if self.order.is_some() { 3 } else { 15 };
        let element = match (f.random.chance(percent), self.element) {
            (true, ElementType::ComplexF32) => ElementType::F32,
            (true, _) => f.float(),
            (false, element) => element,
        };
        let value = f.within(element, &shape, range.clone());
        self.operands.push((value.clone(), map, range));
        value
    }

    /// The maps as they are written.
    fn text(&self) -> String {
        let list = |loops: &[usize]| {
            let names: Vec<_> = loops.iter().map(|at| format!("d{at}")).collect();
            names.join(", ")
        };
        let all: Vec<_> = (0..self.sizes.len()).collect();
        let maps: Vec<_> = (self.maps.iter())
            .map(|map| format!("affine_map<({}) -> ({})>", list(&all), list(map)))
            .collect();
        format!("[{}]", maps.join(", "))
    }
}

fn recurrence(f: &mut Function<'_>, name: &'static str) -> Op {
    // Which loop is which: batches first, then keys and values; then shuffled.
    let counts = [f.random.below(3), f.random.below(3), f.random.below(3)];
    let count = 1 + counts.iter().sum::<usize>();
    let mut order: Vec<_> = (0..count).collect();
    f.random.shuffle(&mut order);
    let (time, rest) = (order[0], &order[1..]);
    let (batch, rest) = rest.split_at(counts[0]);
    let (keys, values) = rest.split_at(counts[1]);
    // Half of them have the form that becomes vectors, but for some maps.
    let order = (f.random.chance(50)).then(|| match f.random.chance(50) {
        true => [batch, &[time], keys, values].concat(),
        false => [batch, &[time], values, keys].concat(),
    });
    let mut sizes: Vec<_> = match f.random.chance(30) {
        true => vec![f.small_size(); count],
        false => (0..count).map(|_| f.small_size()).collect(),
    };
    sizes[time] = f.size();
    let mut most = MOST_POINTS;
    if let Some(order) = &order
        && f.random.chance(60)
    {
        for &at in order {
            sizes[at] = if batch.contains(&at) {
                f.random.between(1..4)
            } else if at == time {
                f.steps()
            } else if order.last() == Some(&at) {
                f.lanes()
            } else {
                f.rows()
            };
        }
        most = MOST_IN_VECTORS;
    }
    while sizes.iter().product::<usize>() > most {
        sizes.iter_mut().for_each(|size| *size = size.div_ceil(2));
    }
    let element = match f.random.below(8) {
        _ if order.is_some() && f.random.chance(70) => ElementType::F32,
        0 => ElementType::ComplexF32,
        1 => ElementType::ComplexF64,
        _ => f.float(),
    };
    let mut space = Space {
        sizes,
        order,
        maps: Vec::new(),
        operands: Vec::new(),
        element,
    };
    let along = |parts: &[&[usize]]| [&[time][..], batch, &parts.concat()].concat();
    let exponential = f.random.chance(50);
    let range = if exponential { -1.5..0.0 } else { -1.0..1.0 };
    let decays = match exponential {
        true => f.random.between(1..3),
        false => f.random.below(3),
    };
    let decay = (0..decays)
        .map(|_| match f.random.below(3) {
            0 => space.operand(f, &along(&[]), range.clone()),
            1 => space.operand(f, &along(&[keys]), range.clone()),
            _ => space.operand(f, &along(&[keys, values]), range.clone()),
        })
        .collect();
    let maybe = |f: &mut Function<'_>, space: &mut Space, loops: &[usize]| {
        (f.random.chance(75)).then(|| space.operand(f, loops, -1.5..1.5))
    };
    let key = maybe(f, &mut space, &along(&[keys]));
    let value = maybe(f, &mut space, &along(&[values]));
    let query = maybe(f, &mut space, &along(&[keys]));
    let erase = match f.random.chance(30) {
        // Their product over the keys is below 1.
        true => (0..2)
            .map(|_| space.operand(f, &along(&[keys]), -0.3..0.3))
            .collect(),
        false => Vec::new(),
    };
    let reads_before = f.random.chance(40);
    let bonus = match reads_before {
        true => maybe(f, &mut space, &along(&[keys])),
        false => None,
    };
    // Every loop has an operand with its size: the state, or else a first one.
    let state_loops: Vec<_> = (0..count).filter(|&at| at != time).collect();
    let has = |space: &Space, at: &usize| space.maps.iter().any(|map| map.contains(at));
    let has_state = f.random.chance(50);
    let missing =
        |space: &Space| (0..count).any(|at| !has(space, &at) && (at == time || !has_state));
    if missing(&space) {
        let mut fresh = Space {
            maps: Vec::new(),
            operands: Vec::new(),
            ..space
        };
        let all = fresh.ordered(f, (0..count).collect());
        let key = fresh.add(f, all, -1.5..1.5);
        return finish(
            f,
            name,
            fresh,
            Parts {
                key: Some(key),
                ..Parts::default()
            },
            &state_loops,
            keys,
            has_state,
        );
    }
    let parts = Parts {
        decay,
        exponential,
        key,
        value,
        query,
        erase,
        bonus,
        reads_before,
    };
    finish(f, name, space, parts, &state_loops, keys, has_state)
}

/// The operands but for the state.
#[derive(Default)]
struct Parts {
    decay: Vec<Value>,
    exponential: bool,
    key: Option<Value>,
    value: Option<Value>,
    query: Option<Value>,
    erase: Vec<Value>,
    bonus: Option<Value>,
    reads_before: bool,
}

fn finish(
    f: &mut Function<'_>,
    name: &'static str,
    mut space: Space,
    parts: Parts,
    state_loops: &[usize],
    keys: &[usize],
    has_state: bool,
) -> Op {
    let state_map = space.ordered(f, state_loops.to_vec());
    let state = has_state.then(|| space.add(f, state_map.clone(), -1.5..1.5));
    let output = (0..space.sizes.len())
        .filter(|at| !keys.contains(at))
        .collect();
    let output = space.ordered(f, output);
    space.maps.extend([output, state_map]);
    let percent = if space.order.is_some() { 15 } else { 40 };
    let chunk = (f.random.chance(percent)).then(|| format!("{} : i64", f.random.between(1..7)));
    let read = if parts.reads_before {
        "before"
    } else {
        "after"
    };
    Op::new(name)
        .variadic(parts.decay)
        .optional(parts.key)
        .optional(parts.value)
        .optional(parts.query)
        .variadic(parts.erase)
        .optional(parts.bonus)
        .optional(state)
        .attribute("indexing_maps", space.text())
        .maybe("exponential", parts.exponential.then(|| "unit".into()))
        .keyword("read", "read", read)
        .maybe("chunk", chunk)
}
