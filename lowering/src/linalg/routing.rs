//! Mixture of specialists: choosing experts, sending tokens to them, and
//! putting their answers together.
//!
//! What a token finds in an expert's buffer depends on the tokens before it, so
//! that `dispatch` and `combine` are loops over the choices, which move whole
//! rows.

use fidelity_dialect::{Combine, DYNAMIC, Dispatch, Route, Softmax, TensorType, index_value};
use fidelity_passes::emit::{Emit, Iterator, Size, loops};
use melior::ir::{Type, Value};

/// The k largest logits of each row and their softmax.
pub fn route<'a>(emit: &Emit<'a, '_>, op: &Route<'a>) -> [Value<'a, 'a>; 2] {
    let logits = emit.physical(op.logits());
    let element = TensorType::of(logits).element;
    let compute = emit.compute_type(element);
    let choices = Size::Static(op.top_k());
    let mut tokens = emit.sizes(logits);
    let experts = tokens.pop().unwrap_or(Size::Static(0));
    if let Size::Dynamic(experts) = experts {
        let enough = emit.compare_integers("sgt", experts, emit.index(op.top_k() - 1));
        emit.assert(enough, "fidelity.route: expected as many experts as top_k");
    }
    let row = tokens.len();
    let mut sizes = tokens.clone();
    sizes.push(choices);

    // Choice by choice, each in the place of the one before, so that nothing is
    // allocated in the loop. The expert -1 stands for no choice.
    let number = emit.integer(32);
    let first = [
        emit.filled(&tokens, emit.zero(compute)),
        emit.filled(&tokens, emit.int(number, -1)),
    ];
    let chosen = [emit.empty(&sizes, compute), emit.empty(&sizes, number)];
    let carried = emit.for_loop(
        choices,
        &[first, chosen].concat(),
        |emit, choice, carried| {
            let next = next_choice(emit, logits, experts, [carried[0], carried[1]]);
            let chosen =
                [0, 1].map(|part| emit.insert_slice(next[part], carried[2 + part], row, choice));
            [next, chosen].concat()
        },
    );
    let (chosen, indices) = (carried[2], carried[3]);

    // exp(l_j - l_1) / Σ exp(l - l_1)
    let largest = emit.slice(chosen, row, emit.index(0));
    let summed = match op.softmax() {
        Softmax::Selected => chosen,
        Softmax::All => logits,
    };
    let mut iterators = vec![Iterator::Parallel; row];
    iterators.push(Iterator::Reduction);
    let term = |emit: &Emit<'a, '_>, logit, largest| {
        let difference = emit.sub(emit.convert(logit, compute), largest);
        emit.apply("math.exp", &[difference])
    };
    let total = emit.generic(
        &[(summed, loops(0..=row)), (largest, loops(0..row))],
        &[(emit.filled(&tokens, emit.zero(compute)), loops(0..row))],
        &iterators,
        |emit, arguments| {
            let term = term(emit, arguments[0], arguments[1]);
            vec![emit.sum(arguments[2], term)]
        },
    )[0];
    let inputs = [
        (chosen, loops(0..=row)),
        (largest, loops(0..row)),
        (total, loops(0..row)),
    ];
    let weights = emit.map(&inputs, &sizes, element, |emit, arguments| {
        let weight = emit.div(term(emit, arguments[0], arguments[1]), arguments[2]);
        emit.convert(weight, element)
    });
    [weights, indices]
}

/// Of each row, the largest logit and its expert of those that come after the
/// last choice, which they replace.
fn next_choice<'a>(
    emit: &Emit<'a, '_>,
    logits: Value<'a, 'a>,
    experts: Size<'a>,
    last: [Value<'a, 'a>; 2],
) -> [Value<'a, 'a>; 2] {
    let [compute, number] = last.map(|value| TensorType::of(value).element);
    let row = TensorType::of(last[0]).rank();
    let next = emit.generic(
        &[],
        &last.map(|last| (last, loops(0..row))),
        &vec![Iterator::Parallel; row],
        |emit, last| {
            let none = emit.int(number, -1);
            let tokens: Vec<_> = (0..row).map(|index| emit.loop_index(index)).collect();
            let last = Choice::new(last);
            emit.for_loop(
                experts,
                &[emit.zero(compute), none],
                |emit, expert, best| {
                    let best = Choice::new(best);
                    let logit = emit.element(logits, &[tokens.as_slice(), &[expert]].concat());
                    let this = Choice {
                        logit: emit.convert(logit, compute),
                        expert: cast(emit, expert, number),
                    };
                    let or_none = |choice: &Choice<'a>, condition| {
                        let is_none = emit.compare_integers("eq", choice.expert, none);
                        emit.apply("arith.ori", &[is_none, condition])
                    };
                    let left = or_none(&last, last.comes_before(emit, &this));
                    let better = or_none(&best, this.comes_before(emit, &best));
                    let take = emit.apply("arith.andi", &[left, better]);
                    vec![
                        emit.select(take, this.logit, best.logit),
                        emit.select(take, this.expert, best.expert),
                    ]
                },
            )
        },
    );
    [next[0], next[1]]
}

/// An expert with its logit.
struct Choice<'a> {
    logit: Value<'a, 'a>,
    expert: Value<'a, 'a>,
}

impl<'a> Choice<'a> {
    fn new(parts: &[Value<'a, 'a>]) -> Self {
        Self {
            logit: parts[0],
            expert: parts[1],
        }
    }

    /// Whether this one is larger, NaN being larger than any number, or equal
    /// and of a lower expert.
    fn comes_before(&self, emit: &Emit<'a, '_>, other: &Self) -> Value<'a, 'a> {
        let and = |lhs, rhs| emit.apply("arith.andi", &[lhs, rhs]);
        let or = |lhs, rhs| emit.apply("arith.ori", &[lhs, rhs]);
        let compare = |predicate, lhs, rhs| emit.compare_floats(predicate, lhs, rhs);
        let (this_nan, other_number) = (
            compare("uno", self.logit, self.logit),
            compare("ord", other.logit, other.logit),
        );
        let larger = or(
            compare("ogt", self.logit, other.logit),
            and(this_nan, other_number),
        );
        let other_nan = compare("uno", other.logit, other.logit);
        let equal = or(
            compare("oeq", self.logit, other.logit),
            and(this_nan, other_nan),
        );
        let lower = emit.compare_integers("slt", self.expert, other.expert);
        or(larger, and(equal, lower))
    }
}

/// Tokens into the buffers of experts, and their slots there.
pub fn dispatch<'a>(
    emit: &Emit<'a, '_>,
    op: &Dispatch<'a>,
    dispatched: Type<'a>,
) -> [Value<'a, 'a>; 2] {
    let tokens = emit.physical(op.tokens());
    let indices = emit.physical(op.indices());
    let [count, channels] = [0, 1].map(|dimension| emit.size(tokens, dimension));
    let choices = emit.size(indices, 1);
    let count = emit.same_size(
        count,
        emit.size(indices, 0),
        "fidelity.dispatch: expected indices with a row for each token",
    );
    let few = emit.compare_integers("ult", op.capacity(), emit.index(1 << 31));
    emit.assert(
        few,
        "fidelity.dispatch: expected a capacity from 0 to 2147483647",
    );
    let capacity = match TensorType::new(dispatched).map(|r#type| r#type.shape[1]) {
        Some(known) if known != DYNAMIC => emit.same_size(
            Size::Static(known),
            Size::Dynamic(op.capacity()),
            "fidelity.dispatch: expected the capacity that the result type says",
        ),
        _ => Size::Dynamic(op.capacity()),
    };
    let none = capacity == Size::Static(0) || index_value(op.capacity()) == Some(0);
    let experts = Size::Static(op.experts());
    let element = TensorType::of(tokens).element;
    let (index_type, number) = (emit.index_type(), emit.integer(32));

    let positions = emit.filled(&[count, choices], emit.int(number, -1));
    let buffers = emit.filled(&[experts, capacity, channels], emit.zero(element));
    if none {
        // No slot that code could name.
        return [buffers, positions];
    }
    let taken = emit.filled(&[experts], emit.index(0));
    // All first choices, then all second choices, …
    let result = emit.for_loop(
        choices,
        &[taken, positions, buffers],
        |emit, choice, carried| {
            emit.for_loop(count, carried, |emit, token, carried| {
                let at = [token, choice];
                let (taken, positions, buffers) = (carried[0], carried[1], carried[2]);
                let expert = cast(emit, emit.element(indices, &at), index_type);
                let dropped = emit.int(number, -1);
                let is_expert = emit.compare_integers("ult", expert, emit.size_value(experts));
                let sent = emit.when(is_expert, &[taken, dropped, buffers], |emit| {
                    let slot = emit.element(taken, &[expert]);
                    let more = emit.add(slot, emit.index(1));
                    let taken = emit.set_element(more, taken, &[expert]);
                    let fits = emit.compare_integers("ult", slot, emit.size_value(capacity));
                    let placed = emit.when(fits, &[dropped, buffers], |emit| {
                        // Of a vector that is written as a token, canonicalisation makes
                        // an invalid one in the place of a slice of less rank (LLVM 22.1).
                        let one = Size::Static(1);
                        let token = emit.range(tokens, 0, Size::Dynamic(token), one);
                        let buffer = emit.slice(buffers, 0, expert);
                        let place = Size::Dynamic(slot);
                        let buffer = emit.insert_range(token, buffer, 0, place, one);
                        let buffers = emit.insert_slice(buffer, buffers, 0, expert);
                        vec![cast(emit, slot, number), buffers]
                    });
                    vec![taken, placed[0], placed[1]]
                });
                let positions = emit.set_element(sent[1], positions, &at);
                vec![sent[0], positions, sent[2]]
            })
        },
    );
    [result[2], result[1]]
}

/// Σ_j weights[t, j] · outputs[indices[t, j], positions[t, j]] over the choices
/// that were not dropped.
pub fn combine<'a>(emit: &Emit<'a, '_>, op: &Combine<'a>) -> Value<'a, 'a> {
    let outputs = emit.physical(op.outputs());
    let weights = emit.physical(op.weights());
    let [indices, positions] = [op.indices(), op.positions()].map(|value| emit.physical(value));
    let mut sizes = emit.sizes(weights);
    for (name, value) in [("indices", indices), ("positions", positions)] {
        let message = format!("fidelity.combine: expected {name} of the shape of weights");
        sizes = emit.same_sizes(&sizes, &emit.sizes(value), &message);
    }
    let [experts, capacity, channels] = [0, 1, 2].map(|dimension| emit.size(outputs, dimension));
    let element = TensorType::of(outputs).element;
    let compute = emit.compute_type(element);
    if [experts, capacity].contains(&Size::Static(0)) {
        // No slot that code could name.
        return emit.filled(&[sizes[0], channels], emit.zero(element));
    }
    let zeros = emit.filled(&[sizes[0], channels], emit.zero(compute));
    let sums = emit.for_loop(sizes[0], &[zeros], |emit, token, carried| {
        emit.for_loop(sizes[1], carried, |emit, choice, carried| {
            let at = [token, choice];
            let [expert, slot] = [indices, positions]
                .map(|value| cast(emit, emit.element(value, &at), emit.index_type()));
            // Below 0 an index is more than any size.
            let is_expert = emit.compare_integers("ult", expert, emit.size_value(experts));
            let is_slot = emit.compare_integers("ult", slot, emit.size_value(capacity));
            let kept = emit.apply("arith.andi", &[is_expert, is_slot]);
            emit.when(kept, carried, |emit| {
                let weight = emit.convert(emit.element(weights, &at), compute);
                let output = emit.slice(emit.slice(outputs, 0, expert), 0, slot);
                let sum = emit.slice(carried[0], 0, token);
                let sum = emit.generic(
                    &[(output, loops([0]))],
                    &[(sum, loops([0]))],
                    &[Iterator::Parallel],
                    |emit, arguments| {
                        let term = emit.mul(weight, emit.convert(arguments[0], compute));
                        vec![emit.add(arguments[1], term)]
                    },
                )[0];
                vec![emit.insert_slice(sum, carried[0], 0, token)]
            })
        })
    })[0];
    emit.converted(sums, element)
}

/// An integer as an index, or the other way round.
fn cast<'a>(emit: &Emit<'a, '_>, value: Value<'a, 'a>, to: Type<'a>) -> Value<'a, 'a> {
    emit.op("arith.index_cast")
        .operand(value)
        .result(to)
        .value()
}
