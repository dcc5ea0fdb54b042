//! Which loops of a recurrence are lanes, and in what order its tensors lie for that.

use super::{LANES, VECTORS};
use crate::linalg::recurrence::{
    Operands, Space,
    nest::{Factor, Nest, product},
};
use fidelity_dialect::TensorType;
use fidelity_passes::emit::{Emit, Size, activation, dynamic_sizes};
use melior::ir::{TypeLike, Value};

/// From how many steps it pays to transpose a large state before and after them.
const TURNING_STEPS: i64 = 64;

/// The vectors of a tile that takes some steps at once, each with a sum for each step.
const VECTORS_OF_BLOCK: i64 = 2;

/// What the loops of a recurrence are to its kernel.
#[derive(Clone)]
pub struct Plan {
    /// The loop of lanes.
    pub lane: usize,
    /// Whether that is the loop of keys.
    pub sums_lanes: bool,
    /// The loop of rows of lanes that are keys.
    pub row: Option<usize>,
    /// The loop of keys that are no lanes.
    pub key: Option<usize>,
    /// All others, from the outside to the inside.
    pub outer: Vec<usize>,
    /// The vectors of a tile whose lanes are no keys.
    pub vectors: i64,
    /// Whether a tile of the state is a few vectors.
    pub in_registers: bool,
    /// Whether all keys take some steps at once.
    pub in_blocks: bool,
}

impl Plan {
    /// The plan for a recurrence; `None` for one that becomes loops. Operands of f32
    /// lie in memory as the state does: in each that has it, the loop of lanes is the
    /// last one.
    pub fn of<'a>(space: &Space<'a>, operands: &Operands<'a>) -> Option<Self> {
        let loops = &space.loops;
        let lane = *loops.state.last()?;
        let is_f32 = |factor: &Factor<'a>| TensorType::of(factor.value).element.is_f32();
        let is_last = |loops: &[usize]| !loops.contains(&lane) || loops.last() == Some(&lane);
        let fit = (operands.all()).all(|factor| is_f32(factor) && is_last(&factor.loops));
        let is_empty = space.sizes.contains(&Size::Static(0));
        if !space.element.is_f32() || !fit || !is_last(&loops.output) || is_empty {
            return None;
        }
        let mut outer = space.parallel();
        outer.retain(|&at| at != lane);
        outer.sort_by_key(|at| loops.state.iter().position(|other| other == at));
        let sums_lanes = loops.keys.contains(&lane);
        let (row, key) = match (sums_lanes, loops.keys.as_slice()) {
            (true, [_]) => (outer.pop(), None),
            (false, []) => (None, None),
            (false, &[key]) => (None, Some(key)),
            _ => return None,
        };
        let in_blocks = key.is_some_and(|key| has_blocks(operands, lane, key));
        let is_narrow = matches!(space.sizes[lane], Size::Static(size) if size <= LANES);
        Some(Self {
            lane,
            sums_lanes,
            row,
            key,
            outer,
            vectors: if in_blocks { VECTORS_OF_BLOCK } else { VECTORS },
            in_blocks,
            in_registers: if sums_lanes { is_narrow } else { key.is_none() },
        })
    }
}

/// Whether the decay is that of keys, the state as a whole, or none, and the vectors that
/// read and write are contiguous: then some steps are products of matrices.
fn has_blocks(operands: &Operands<'_>, lane: usize, key: usize) -> bool {
    let has = |factor: &Factor<'_>, at: usize| factor.loops.contains(&at);
    let is_keyed = |factor: &Factor<'_>| factor.loops.last() == Some(&key) && !has(factor, lane);
    let is_value = |factor: &Factor<'_>| has(factor, lane) && !has(factor, key);
    let may_be_keyed =
        |factor: &Factor<'_>| is_keyed(factor) || !has(factor, lane) && !has(factor, key);
    let feeds = match operands.feed.as_slice() {
        [key, value] => is_keyed(key) && is_value(value),
        _ => false,
    };
    feeds
        && operands.query.as_ref().is_some_and(is_keyed)
        && operands.erase.iter().flatten().all(is_keyed)
        && operands
            .decay
            .iter()
            .chain(&operands.bonus)
            .all(may_be_keyed)
}

/// Whether each number of the state decays by an exponential of its own.
fn has_exponentials(space: &Space<'_>, operands: &Operands<'_>) -> bool {
    let is_full = |at: &usize| {
        operands
            .decay
            .iter()
            .any(|factor| factor.loops.contains(at))
    };
    operands.exponential && space.loops.state.iter().all(is_full)
}

/// The operands with a decay that is no exponential, unless one is needed for each
/// element of the state, or a block makes it for its keys: else it is made once for all
/// of them.
pub fn with_decay<'a>(
    emit: &Emit<'a, '_>,
    space: &Space<'a>,
    operands: &Operands<'a>,
    plan: &Plan,
) -> Operands<'a> {
    let lane = plan.lane;
    let mut operands = operands.clone();
    let has = |at: usize| {
        operands
            .decay
            .iter()
            .any(|factor| factor.loops.contains(&at))
    };
    let in_blocks = plan.in_blocks && plan.key.is_some_and(has);
    if !operands.exponential || in_blocks || has_exponentials(space, &operands) {
        return operands;
    }
    let has_producer = operands
        .decay
        .iter()
        .any(|factor| factor.producer.is_some());
    let mut loops: Vec<usize> = (0..space.sizes.len()).filter(|&at| has(at)).collect();
    loops.sort_by_key(|&at| at == lane);
    let nest = Nest::new(&operands.decay, &loops);
    let decay = nest.map(emit, space, space.compute, |emit, arguments| {
        let factors = &arguments[..arguments.len() - 1];
        activation::exp(emit, product(emit, factors, space.compute))
    });
    operands.decay = vec![Factor::new(decay, &loops)];
    operands.exponential = false;
    // What the decay is made of has to be in memory.
    match has_producer {
        true => operands.without_producers(),
        false => operands,
    }
}

/// A recurrence whose state has keys in its last dimension, with those and its rows
/// transposed, so that rows are lanes and nothing is summed up over lanes. `None` where
/// that does not pay: for few steps or rows, or where something else than parameters
/// would be transposed.
pub fn turned<'a>(
    emit: &Emit<'a, '_>,
    space: &Space<'a>,
    operands: &Operands<'a>,
    state: &Factor<'a>,
) -> Option<(Space<'a>, Operands<'a>, Factor<'a>)> {
    let loops = &space.loops;
    let &[.., row, key] = loops.state.as_slice() else {
        return None;
    };
    let has = |factor: &Factor<'a>, at: usize| factor.loops.contains(&at);
    let is_less =
        |at: usize, count: i64| matches!(space.sizes[at], Size::Static(size) if size < count);
    let steps = space.sizes[loops.time];
    let pays = match is_less(key, LANES + 1) || has_exponentials(space, operands) {
        true => !is_less(loops.time, LANES),
        false => matches!(steps, Size::Static(steps) if steps >= TURNING_STEPS),
    };
    let fits = |factor: &Factor<'a>| {
        let is_turned = factor.loops.ends_with(&[row, key]) && !has(factor, loops.time);
        is_turned || !has(factor, row) || factor.loops.last() == Some(&row)
    };
    if loops.keys != [key]
        || loops.output.last() != Some(&row)
        || !pays
        || is_less(row, LANES)
        || !operands.all().all(fits)
        || !TensorType::of(state.value).element.is_f32()
    {
        return None;
    }
    let turn = |factor: &Factor<'a>| {
        let [others @ .., last, end] = factor.loops.as_slice() else {
            return factor.clone();
        };
        if [*last, *end] != [row, key] {
            return factor.clone();
        }
        let turned = [others, &[key, row]].concat();
        Factor::new(turned_rows(emit, factor.value), &turned)
    };
    let mut space = space.clone();
    let state = turn(state);
    space.loops.state.clone_from(&state.loops);
    Some((space, operands.map(turn), state))
}

/// A tensor with its last two dimensions transposed. Its rows lie an odd number of lines of
/// the cache apart, behind each some that nothing is in: a tile goes over part of each row,
/// and of rows a power of two apart these would all want the same few places of a cache.
fn turned_rows<'a>(emit: &Emit<'a, '_>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    let mut sizes = emit.sizes(value);
    let last = sizes.len() - 1;
    sizes.swap(last - 1, last);
    let lines = emit.ceil_div(sizes[last], LANES);
    let pairs = emit.quotient(lines, Size::Static(2));
    let odd = emit.sum_of(emit.multiply(pairs, Size::Static(2)), Size::Static(1));
    let mut room = sizes.clone();
    room[last] = emit.multiply(odd, Size::Static(LANES));
    // No empty tensor: what is equal would become one, of which each has to be a copy then.
    let sizes_of_room = dynamic_sizes(&room);
    let count = sizes_of_room.len();
    let room = (emit.op("bufferization.alloc_tensor"))
        .operands(&sizes_of_room)
        .parsed("operandSegmentSizes", &format!("array<i32: {count}, 0, 0>"))
        .result(emit.tensor_type(&room, TensorType::of(value).element))
        .value();
    let turned = emit.transpose_last_into(value, emit.corner(room, sizes.clone()));
    emit.insert_corner(turned, room, sizes)
}

/// The tensor that [`turned_rows`] made of one of so many rows and columns.
pub fn turned_back<'a>(
    emit: &Emit<'a, '_>,
    turned: Value<'a, 'a>,
    sizes: Vec<Size<'a>>,
) -> Value<'a, 'a> {
    emit.transpose_last(emit.corner(turned, sizes))
}
