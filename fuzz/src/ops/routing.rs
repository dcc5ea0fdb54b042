//! Mixture of specialists, and devices.

use super::Entry;
use crate::{
    function::{Contents, Function},
    op::Op,
    value::{TensorType, Value},
};
use fidelity_reference::ElementType::I32;

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.route", draw: route },
    Entry { name: "fidelity.dispatch", draw: dispatch },
    Entry { name: "fidelity.combine", draw: combine },
    Entry { name: "fidelity.transfer", draw: transfer },
];

fn route(f: &mut Function<'_>, name: &'static str) -> Op {
    let with_experts = |value: &Value| {
        (value.tensor()).is_some_and(|tensor| {
            tensor.element.is_float() && tensor.shape.last().is_some_and(|&size| size > 0)
        })
    };
    let logits = f.find_often(with_experts).unwrap_or_else(|| {
        let rank = f.random.between(1..4);
        let mut shape = f.shape(rank);
        shape[rank - 1] = shape[rank - 1].max(1);
        let element = f.float();
        f.new_tensor(TensorType::new(element, &shape))
    });
    let experts = logits
        .tensor()
        .map_or(1, |tensor| tensor.shape[tensor.rank() - 1]);
    let softmax = *f.random.pick(&["selected", "all"]);
    let top_k = f.random.between(1..experts.min(4) + 1);
    Op::new(name)
        .operand(logits)
        .attribute("top_k", format!("{top_k} : i64"))
        .keyword("softmax", "softmax", softmax)
}

/// Numbers of experts or of slots, some of which there are.
fn numbers(f: &mut Function<'_>, shape: &[usize]) -> Value {
    let fits = |value: &Value| value.tensor().is_some_and(|tensor| tensor.fits(I32, shape));
    f.find_often(fits)
        .unwrap_or_else(|| f.new_argument(TensorType::new(I32, shape), Contents::Trits))
}

fn dispatch(f: &mut Function<'_>, name: &'static str) -> Op {
    let tokens = f.any_of_rank(2);
    let Some(r#type) = tokens.tensor().cloned() else {
        unreachable!("{tokens:?} was drawn as a tensor")
    };
    let (count, choices) = (r#type.shape[0], f.random.below(4));
    let chosen = |value: &Value| {
        (value.tensor()).is_some_and(|t| t.element == I32 && t.rank() == 2 && t.shape[0] == count)
    };
    let indices = match f.find_often(chosen) {
        Some(found) => found,
        None => numbers(f, &[count, choices]),
    };
    let experts = f.small_size().max(1);
    let capacity = f.small_size();
    let mut dispatched = TensorType::new(r#type.element, &[experts, capacity, r#type.shape[1]]);
    dispatched.dynamic = vec![false, f.random.chance(50), r#type.dynamic[1]];
    let mut positions = match indices.tensor() {
        Some(tensor) => tensor.clone(),
        None => unreachable!("{indices:?} was drawn as a tensor"),
    };
    // The rows are known if either side knows them.
    positions.dynamic[0] &= r#type.dynamic[0];
    positions.encoding = None;
    Op::new(name)
        .operand(tokens)
        .operand(indices)
        .operand(f.index(capacity))
        .attribute("experts", format!("{experts} : i64"))
        .results(vec![dispatched, positions])
}

fn combine(f: &mut Function<'_>, name: &'static str) -> Op {
    let outputs = f.any_of_rank(3);
    let weights = f.any_of_rank(2);
    let shape = weights
        .tensor()
        .map_or(vec![], |tensor| tensor.shape.clone());
    let [indices, positions] = [0, 1].map(|_| numbers(f, &shape));
    Op::new(name)
        .operand(outputs)
        .operand(weights)
        .operand(indices)
        .operand(positions)
}

fn transfer(f: &mut Function<'_>, name: &'static str) -> Op {
    // Of any element type and storage, where there is such a tensor.
    let found = f.find_often(|value| value.tensor().is_some());
    let input = found.unwrap_or_else(|| f.any_float(0).0);
    // Few devices, so that some transfers go back.
    let [from, to] = [0, 1].map(|_| (*f.random.pick(&["\"a\"", "\"b\""])).to_owned());
    Op::new(name)
        .operand(input)
        .attribute("from", from)
        .attribute("to", to)
}
