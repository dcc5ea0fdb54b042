//! One step after the other.

use super::{
    Operands, Space,
    nest::{Factor, Nest, product},
};
use fidelity_dialect::Read;
use fidelity_passes::emit::{Emit, Size, activation};
use melior::ir::Value;

/// A loop over time that carries the state.
pub fn sequential<'a>(
    emit: &Emit<'a, '_>,
    space: &Space<'a>,
    operands: &Operands<'a>,
    state: Factor<'a>,
    output: Value<'a, 'a>,
) -> [Value<'a, 'a>; 2] {
    // What a step needs beside the state is made once: nothing is allocated in
    // the loop.
    let parallel = space.parallel();
    let scratch = emit.empty(&space.sizes(&parallel), space.compute);
    let erased = operands
        .erase
        .is_some()
        .then(|| emit.empty(&space.sizes(&parallel), space.compute));
    let mut carried = vec![state.value, output, scratch];
    carried.extend(erased);
    let body = |emit: &Emit<'a, '_>, t: Value<'a, 'a>, carried: &[Value<'a, 'a>]| {
        let at_t = operands.map(|factor| factor.at(emit, space.loops.time, t));
        step(emit, space, &at_t, t, carried)
    };
    let carried = emit.for_loop(space.sizes[space.loops.time], &carried, body);
    [carried[1], carried[0]]
}

/// One step, its operands being those of step `t`. Carried are the state, the
/// output, room for what is read, and for what is erased.
fn step<'a>(
    emit: &Emit<'a, '_>,
    space: &Space<'a>,
    operands: &Operands<'a>,
    t: Value<'a, 'a>,
    carried: &[Value<'a, 'a>],
) -> Vec<Value<'a, 'a>> {
    let mut carried = carried.to_vec();
    let old = Factor::new(carried[0], &space.loops.state);
    let parallel = space.parallel();
    if operands.read == Read::Before {
        read(emit, space, operands, &old, t, &mut carried);
    }

    // r_tᵀ S_{t-1}
    let erase = operands.erase.as_ref().map(|[reader, writer]| {
        let sums = emit.fill(carried[3], emit.zero(space.compute));
        carried[3] =
            Nest::new(&[reader.clone(), old.clone()], &parallel).add_product(emit, space, sums);
        [writer.clone(), Factor::new(carried[3], &parallel)]
    });

    let mut inputs = operands.decay.clone();
    inputs.extend(erase.iter().flatten().cloned());
    inputs.extend(operands.feed.iter().cloned());
    let decays = operands.decay.len();
    let erases = decays + if erase.is_some() { 2 } else { 0 };
    // In a loop the state is changed in place. Without one it may be read by a
    // larger nest, into which fusion takes what is computed here, once for each
    // of its points: the old state is then an input, not what is written.
    let alone = space.sizes[space.loops.time] == Size::Static(1);
    let room = if alone {
        inputs.push(old.clone());
        emit.empty(&space.sizes(&space.loops.state), space.compute)
    } else {
        old.value
    };
    carried[0] = Nest::new(&inputs, &space.loops.state).update(emit, room, |emit, arguments| {
        let arguments = &arguments[..inputs.len() + usize::from(!alone)];
        let (&old, factors) = arguments.split_last().expect("a state");
        let mut state = old;
        if decays > 0 {
            let mut decay = product(emit, &factors[..decays], space.compute);
            if operands.exponential {
                decay = activation::exp(emit, decay);
            }
            state = emit.mul(decay, state);
        }
        if erases > decays {
            let erased = product(emit, &factors[decays..erases], space.compute);
            state = emit.add(state, erased);
        }
        emit.add(state, product(emit, &factors[erases..], space.compute))
    });

    if operands.read == Read::After {
        let new = Factor::new(carried[0], &space.loops.state);
        read(emit, space, operands, &new, t, &mut carried);
    }
    carried
}

/// Σ_keys query ⊙ S, with the bonus, into the output's slot of step `t`.
fn read<'a>(
    emit: &Emit<'a, '_>,
    space: &Space<'a>,
    operands: &Operands<'a>,
    state: &Factor<'a>,
    t: Value<'a, 'a>,
    carried: &mut [Value<'a, 'a>],
) {
    let parallel = space.parallel();
    let output = Factor::new(carried[1], &space.loops.output);
    let mut inputs = vec![state.clone()];
    inputs.extend(operands.query.iter().cloned());
    let bonus_at = inputs.len();
    if let Some(bonus) = &operands.bonus {
        inputs.push(bonus.clone());
        inputs.extend(operands.feed.iter().cloned());
    }
    let query_at = 1..bonus_at;
    let has_bonus = operands.bonus.is_some();
    let term = |emit: &Emit<'a, '_>, arguments: &[Value<'a, 'a>]| {
        let mut term = arguments[0];
        if has_bonus {
            let bonus = product(
                emit,
                &arguments[bonus_at..arguments.len() - 1],
                space.compute,
            );
            term = emit.add(term, bonus);
        }
        match arguments[query_at] {
            [query] => emit.mul(emit.convert(query, space.compute), term),
            _ => term,
        }
    };
    let slot = output.at(emit, space.loops.time, t);
    let read = if space.loops.keys.is_empty() {
        Nest::new(&inputs, &parallel).update(emit, slot.value, |emit, arguments| {
            emit.convert(term(emit, arguments), space.element)
        })
    } else {
        // Sums are kept in the compute type: in the slot itself if it has it.
        let wide = space.element == space.compute;
        let room = if wide { slot.value } else { carried[2] };
        let zeros = emit.fill(room, emit.zero(space.compute));
        let sums = Nest::new(&inputs, &parallel).update(emit, zeros, |emit, arguments| {
            let sum = arguments[arguments.len() - 1];
            emit.sum(sum, term(emit, arguments))
        });
        if wide {
            sums
        } else {
            carried[2] = sums;
            let sums = [Factor::new(sums, &parallel)];
            Nest::new(&sums, &parallel).update(emit, slot.value, |emit, arguments| {
                emit.convert(arguments[0], space.element)
            })
        }
    };
    let dimension = space.loops.output.iter();
    let dimension = dimension.take_while(|&&at| at != space.loops.time).count();
    carried[1] = emit.insert_slice(read, carried[1], dimension, t);
}
