//! Mixture of specialists, `FidelityRoutingOps.td`.

use std::cmp::Ordering;

use crate::keyword::keywords;
use crate::operand::{Op, rows};
use crate::shape::{buffer, element_count};
use crate::{ElementType, Error, Tensor};

/// What a router's softmax runs over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Softmax {
    /// The experts that are chosen.
    #[default]
    Selected,
    /// All experts.
    All,
}

keywords!(Softmax {
    Selected = "selected",
    All = "all"
});

/// `fidelity.route`: the `top_k` largest logits of each token, the largest
/// first, and their weights by a softmax over these or over all (GShard, arXiv
/// 2006.16668; Switch Transformer, arXiv 2101.03961).
///
/// ```text
/// weights_j = exp(l_{i_j} - l_{i_1}) / Σ_e exp(l_e - l_{i_1})
/// ```
///
/// `logits` is `[…, E]` of a float type. Of equal ones the one of the lower
/// expert comes first; 0 and -0 are equal; NaN is larger than any number.
///
/// Returns the weights, `[…, k]` with the element type of `logits`, and the
/// experts, i32 `[…, k]`.
///
/// # Errors
/// When `logits` is not of a float type or has no last dimension, or `top_k` is
/// 0 or more than E.
pub fn route(logits: &Tensor, top_k: usize, softmax: Softmax) -> Result<(Tensor, Tensor), Error> {
    let op = Op("route");
    let values = op.floats("logits", logits)?;
    let (leading, experts) = op.last_dimension("logits", logits)?;
    if top_k == 0 || top_k > experts {
        return Err(op.error(
            format!("`top_k` from 1 to the {experts} experts"),
            top_k.to_string(),
        ));
    }
    let shape = [leading, &[top_k]].concat();
    let count = element_count(&shape)?;
    let (mut weights, mut indices) = (buffer(count)?, buffer(count)?);
    for row in rows(values, element_count(leading)?, experts) {
        let mut order: Vec<usize> = (0..experts).collect();
        // A stable sort keeps equal logits in the order of their experts.
        order.sort_by(|&a, &b| descending(row[a], row[b]));
        let largest = row[order[0]];
        let term = |&expert: &usize| (row[expert] - largest).exp();
        let total: f64 = match softmax {
            Softmax::Selected => order[..top_k].iter().map(term).sum(),
            Softmax::All => order.iter().map(term).sum(),
        };
        weights.extend(order[..top_k].iter().map(|expert| term(expert) / total));
        indices.extend(order[..top_k].iter().map(|&expert| expert as i64));
    }
    Ok((
        Tensor::from_floats(logits.element_type(), shape.as_slice(), weights)?,
        Tensor::from_integers(ElementType::I32, shape, indices)?,
    ))
}

/// The larger one first, NaN before any number.
fn descending(a: f64, b: f64) -> Ordering {
    match b.partial_cmp(&a) {
        Some(order) => order,
        None => b.is_nan().cmp(&a.is_nan()),
    }
}

/// `fidelity.dispatch`: copies tokens into the buffers of the experts that they
/// have chosen, in the order of GShard (arXiv 2006.16668, algorithm 1): all
/// first choices in the order of the tokens, then all second ones, and so on.
/// A choice that finds the buffer full, or that is no expert's, is dropped.
///
/// `tokens` is `[T, D]` of a float type, `indices` i32 `[T, k]`.
///
/// Returns the buffers, `[experts, capacity, D]`, 0 where no token is, and the
/// slot of each choice, i32 `[T, k]`, -1 for a dropped one.
///
/// # Errors
/// When the operands are other than that, or `experts` is 0 or a slot's number
/// no i32.
pub fn dispatch(
    tokens: &Tensor,
    indices: &Tensor,
    experts: usize,
    capacity: usize,
) -> Result<(Tensor, Tensor), Error> {
    let op = Op("dispatch");
    let values = op.floats("tokens", tokens)?;
    let (count, channels) = op.matrix("tokens", tokens)?;
    let chosen = numbers(op, "indices", indices)?;
    let (choosing, choices) = op.matrix("indices", indices)?;
    if choosing != count {
        return Err(op.error(
            format!("`indices` to have a row for each of {count} tokens"),
            format!("{choosing} rows"),
        ));
    }
    if experts == 0 {
        return Err(op.error("`experts` to be positive", "0"));
    }
    if i32::try_from(capacity).is_err() {
        return Err(op.error(
            format!("`capacity` to be at most {}", i32::MAX),
            capacity.to_string(),
        ));
    }
    let shape = [experts, capacity, channels];
    let mut dispatched = Tensor::zeros(tokens.element_type(), shape)?.to_f64s();
    let mut positions = buffer(element_count(indices.shape())?)?;
    positions.resize(count * choices, -1);
    let mut taken = buffer(experts)?;
    taken.resize(experts, 0);
    for choice in 0..choices {
        for token in 0..count {
            let Some(expert) = within(chosen[token * choices + choice], experts) else {
                continue;
            };
            let slot = taken[expert];
            taken[expert] += 1;
            if slot < capacity {
                positions[token * choices + choice] = slot as i64;
                let start = (expert * capacity + slot) * channels;
                dispatched[start..start + channels]
                    .copy_from_slice(&values[token * channels..(token + 1) * channels]);
            }
        }
    }
    Ok((
        Tensor::from_floats(tokens.element_type(), shape, dispatched)?,
        Tensor::from_integers(ElementType::I32, indices.shape(), positions)?,
    ))
}

/// `fidelity.combine`: `y[t] = Σ_j weights[t, j] · outputs[indices[t, j],
/// positions[t, j]]` over the choices that were not dropped (GShard, arXiv
/// 2006.16668). A choice whose expert or slot `outputs` does not have is one
/// that was dropped.
///
/// `outputs` is `[E, C, D]`, `weights` `[T, k]`, both of a float type,
/// `indices` and `positions` i32 `[T, k]`; y is `[T, D]` with the element type
/// of `outputs`.
///
/// # Errors
/// When the operands are other than that.
pub fn combine(
    outputs: &Tensor,
    weights: &Tensor,
    indices: &Tensor,
    positions: &Tensor,
) -> Result<Tensor, Error> {
    let op = Op("combine");
    let values = op.floats("outputs", outputs)?;
    let &[experts, capacity, channels] = outputs.shape() else {
        return Err(op.error(
            "`outputs` to have 3 dimensions",
            format!("{:?}", outputs.shape()),
        ));
    };
    let scales = op.floats("weights", weights)?;
    let (count, choices) = op.matrix("weights", weights)?;
    let [chosen, slots] = [("indices", indices), ("positions", positions)].map(|(name, tensor)| {
        op.shape(name, tensor, "the shape of `weights`", weights.shape())?;
        numbers(op, name, tensor)
    });
    let (chosen, slots) = (chosen?, slots?);
    let shape = [count, channels];
    let mut result = Tensor::zeros(ElementType::F64, shape)?.to_f64s();
    for at in 0..count * choices {
        let (Some(expert), Some(slot)) = (within(chosen[at], experts), within(slots[at], capacity))
        else {
            continue;
        };
        let start = (expert * capacity + slot) * channels;
        let token = at / choices;
        for channel in 0..channels {
            result[token * channels + channel] += scales[at] * values[start + channel];
        }
    }
    Tensor::from_floats(outputs.element_type(), shape, result)
}

/// The values of an operand that must be i32.
fn numbers<'a>(op: Op, name: &str, operand: &'a Tensor) -> Result<&'a [i64], Error> {
    match operand.integers() {
        Some(values) if operand.element_type() == ElementType::I32 => Ok(values),
        _ => Err(op.error(
            format!("`{name}` to have element type i32"),
            operand.element_type().to_string(),
        )),
    }
}

/// An index, if it is one of a dimension of that size.
fn within(index: i64, size: usize) -> Option<usize> {
    usize::try_from(index).ok().filter(|&index| index < size)
}
