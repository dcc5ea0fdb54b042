//! The equations of one step of a gated linear unit → `mlgru` of one step.
//!
//! # Algebra
//!
//! ```text
//! f = σ(forget), or b + (1 - b) · σ(forget)
//! h' = f · h + (1 - f) · τ(candidate)
//! o = σ(gate) · h'
//! ```
//!
//! with τ silu or tanh is `mlgru(forget, candidate, gate, state h, lower_bound b)`
//! of one step, arXiv 2406.02528, without the gate where there is no o. The steps
//! are of the type that is computed in: narrower ones are rounded in between. f may be
//! computed twice. Over the reals
//!
//! ```text
//! h' = τ(candidate) + f · (h - τ(candidate))
//! ```
//!
//! is the same; it is rounded otherwise, and taken under `reassociate` only.
//!
//! # Cost
//!
//! The same arithmetic: a step is no loop. That it is one op lets `time_loop` see
//! the sequence, and a target keep the state where it is.

use super::rewrite::{
    Miss, ROUNDED, Replacement, Site, USED, attribute, is_computed_in, is_equal, is_only_for,
    made_by, readers,
};
use crate::emit::{Emit, Size};
use fidelity_dialect::{
    Add, Candidate, Mlgru, Multiply, Sigmoid, Silu, Subtract, Swiglu, Tanh, TensorType,
    constant_value, known_splat, numbers,
};
use melior::ir::{
    TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::OpView;

/// Fuses the step that an op ends: the new state, or what the output gate lets
/// through of it.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    if let Some(product) = Multiply::cast(operation) {
        return with_gate(&product, site);
    }
    let sum = Add::cast(operation).ok_or(Miss::Other)?;
    let step = Step::of(&sum).or_else(|| Step::of_difference(&sum));
    let step = step.ok_or(Miss::Other)?;
    let result: Value<'a, 'a> = operation.result(0).map_err(|_| Miss::Other)?.into();
    let r#type = TensorType::of(result);
    let mut parts = vec![step.forget, step.candidate, step.state];
    parts.extend(step.bound);
    if parts
        .iter()
        .any(|&part| TensorType::of(part).encoding.is_some())
        || r#type.encoding.is_some()
    {
        return Err(Miss::Near(
            "a step has names or units, which its time would not",
        ));
    }
    let is_like = |&value: &Value<'a, 'a>| value.r#type() == result.r#type();
    if !parts[..3].iter().all(is_like) || r#type.rank() == 0 {
        return Err(Miss::Near(
            "the parts of a step have other shapes than its state",
        ));
    }
    if !is_computed_in(r#type.element) {
        return Err(ROUNDED);
    }
    if !step.is_closed() {
        return Err(USED);
    }
    if step.is_difference && !rewrite.reassociate {
        return Err(Miss::Near(
            "t + f · (h - t) rounds otherwise than f · h + (1 - f) · t: it is taken under \
             reassociate only",
        ));
    }
    let emit = Emit::new(builder, false);
    let [forget, candidate] = [step.forget, step.candidate].map(|value| with_time(&emit, value));
    let activation = step.activation.to_attribute(builder.context());
    let unit = Replacement {
        operands: &[
            vec![forget],
            vec![candidate],
            vec![],
            vec![step.state],
            Vec::from_iter(step.bound),
        ],
        attributes: &[("activation", Some(activation))],
        results: &[forget.r#type(), result.r#type()],
    };
    let unit = unit.build::<Mlgru<'a>>(sum.view(), builder);
    let unit = unit.inspect_err(|_| rewrite.discard(&[forget, candidate]))?;
    rewrite.replace(operation, &unit[1..], builder);
    Ok(())
}

/// A step without the time dimension under a type that has it.
fn with_time<'a>(emit: &Emit<'a, '_>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    let mut sizes = emit.sizes(value);
    let last = sizes.len() - 1;
    sizes.insert(last, Size::Static(1));
    let kept: Vec<usize> = (0..last).chain([last + 1]).collect();
    emit.add_units(value, &kept, &sizes)
}

/// The step of a sequence of one, without its time dimension.
fn without_time<'a>(emit: &Emit<'a, '_>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    let last = TensorType::of(value).rank() - 1;
    let kept: Vec<usize> = (0..last - 1).chain([last]).collect();
    emit.drop_units(value, &kept)
}

/// The parts of `h' = f · h + (1 - f) · τ(c)`.
struct Step<'a> {
    forget: Value<'a, 'a>,
    candidate: Value<'a, 'a>,
    state: Value<'a, 'a>,
    bound: Option<Value<'a, 'a>>,
    activation: Candidate,
    /// Whether it is written t + f · (h - t).
    is_difference: bool,
    /// What is in between, and how many ops read it.
    between: Vec<(Value<'a, 'a>, usize)>,
}

impl<'a> Step<'a> {
    fn of(sum: &Add<'a>) -> Option<Self> {
        let (lhs, rhs) = (sum.lhs(), sum.rhs());
        [(lhs, rhs), (rhs, lhs)]
            .into_iter()
            .find_map(|(kept, new)| Self::of_terms(kept, new))
    }

    fn of_terms(kept: Value<'a, 'a>, new: Value<'a, 'a>) -> Option<Self> {
        let kept_product: Multiply<'a> = made_by(kept)?;
        for [rest, activated] in new_terms(new) {
            let Some(gate) = complement(rest) else {
                continue;
            };
            let silu = made_by::<Swiglu<'a>>(new).map(|_| (Candidate::Silu, activated));
            let Some((activation, candidate)) = silu.or_else(|| candidate(activated)) else {
                continue;
            };
            for [factor, state] in sides(&kept_product) {
                if !is_equal(factor, gate) {
                    continue;
                }
                let (forget, bound, mut between) = forget_gate(gate)?;
                between.extend([(kept, 1), (new, 1), (rest, 1)]);
                match factor == gate {
                    true => between.push((gate, 2)),
                    // It is computed twice.
                    false => {
                        between.extend(forget_gate(factor)?.2);
                        between.extend([(gate, 1), (factor, 1)]);
                    }
                }
                if activated != candidate {
                    between.push((activated, 1));
                }
                return Some(Self {
                    forget,
                    candidate,
                    state,
                    bound,
                    activation,
                    is_difference: false,
                    between,
                });
            }
        }
        None
    }

    /// The parts of `h' = τ(c) + f · (h - τ(c))`.
    fn of_difference(sum: &Add<'a>) -> Option<Self> {
        let (lhs, rhs) = (sum.lhs(), sum.rhs());
        for (activated, moved) in [(lhs, rhs), (rhs, lhs)] {
            let (Some((activation, candidate)), Some(product)) =
                (candidate(activated), made_by::<Multiply<'a>>(moved))
            else {
                continue;
            };
            for [gate, change] in sides(&product) {
                let Some(difference) = made_by::<Subtract<'a>>(change) else {
                    continue;
                };
                let Some((forget, bound, mut between)) = forget_gate(gate) else {
                    continue;
                };
                if difference.rhs() != activated {
                    continue;
                }
                between.extend([(moved, 1), (change, 1), (gate, 1), (activated, 2)]);
                return Some(Self {
                    forget,
                    candidate,
                    state: difference.lhs(),
                    bound,
                    activation,
                    is_difference: true,
                    between,
                });
            }
        }
        None
    }

    /// Whether nothing but the step reads what is in between.
    fn is_closed(&self) -> bool {
        (self.between.iter()).all(|&(value, uses)| readers(value).len() == uses)
    }
}

/// The 1 - f and the τ(c) of their product; the c of a `swiglu`, which is silu(c)
/// times the other.
fn new_terms<'a>(new: Value<'a, 'a>) -> Vec<[Value<'a, 'a>; 2]> {
    if let Some(swiglu) = made_by::<Swiglu<'a>>(new) {
        return vec![[swiglu.up(), swiglu.gate()]];
    }
    made_by::<Multiply<'a>>(new).map_or(Vec::new(), |product| sides(&product).to_vec())
}

fn sides<'a>(product: &Multiply<'a>) -> [[Value<'a, 'a>; 2]; 2] {
    let (lhs, rhs) = (product.lhs(), product.rhs());
    [[lhs, rhs], [rhs, lhs]]
}

fn candidate<'a>(value: Value<'a, 'a>) -> Option<(Candidate, Value<'a, 'a>)> {
    let silu = made_by::<Silu<'a>>(value).map(|silu| (Candidate::Silu, silu.input()));
    silu.or_else(|| made_by::<Tanh<'a>>(value).map(|tanh| (Candidate::Tanh, tanh.input())))
}

/// The f of 1 - f.
fn complement<'a>(value: Value<'a, 'a>) -> Option<Value<'a, 'a>> {
    let difference: Subtract<'a> = made_by(value)?;
    (known_splat(difference.lhs()) == Some(1.0)).then(|| difference.rhs())
}

type Gate<'a> = (
    Value<'a, 'a>,
    Option<Value<'a, 'a>>,
    Vec<(Value<'a, 'a>, usize)>,
);

/// The pre-activation and the lower bound of σ(x) or b + (1 - b) · σ(x).
fn forget_gate<'a>(gate: Value<'a, 'a>) -> Option<Gate<'a>> {
    if let Some(sigmoid) = made_by::<Sigmoid<'a>>(gate) {
        return Some((sigmoid.input(), None, Vec::new()));
    }
    let sum: Add<'a> = made_by(gate)?;
    let (lhs, rhs) = (sum.lhs(), sum.rhs());
    for (bound, open) in [(lhs, rhs), (rhs, lhs)] {
        let Some(product) = made_by::<Multiply<'a>>(open) else {
            continue;
        };
        for [rest, activated] in sides(&product) {
            if let Some(sigmoid) = made_by::<Sigmoid<'a>>(activated)
                && is_rest_of(rest, bound)
                && TensorType::of(bound).rank() == 1
            {
                return Some((
                    sigmoid.input(),
                    Some(bound),
                    vec![(open, 1), (activated, 1)],
                ));
            }
        }
    }
    None
}

/// Whether a value is 1 - b, as an op or as a constant that was made of it.
fn is_rest_of<'a>(rest: Value<'a, 'a>, bound: Value<'a, 'a>) -> bool {
    if complement(rest) == Some(bound) {
        return true;
    }
    let read = |value| numbers(constant_value(value)?, 1 << 24);
    let (Some(rest_numbers), Some(bounds)) = (read(rest), read(bound)) else {
        return false;
    };
    let is_f64 = TensorType::of(rest).element.is_f64();
    let rounded = |number: f64| match is_f64 {
        true => number,
        false => f64::from(number as f32),
    };
    rest.r#type() == bound.r#type()
        && (rest_numbers.iter().zip(bounds)).all(|(&rest, bound)| rest == rounded(1.0 - bound))
}

/// σ(gate) · h' for the h' of a step without a gate → the step with it.
fn with_gate<'a>(product: &Multiply<'a>, site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    for [opened, state] in sides(product) {
        let (Some(sigmoid), Some(unit)) =
            (made_by::<Sigmoid<'a>>(opened), made_by::<Mlgru<'a>>(state))
        else {
            continue;
        };
        let (Some(output), Some(last)) = (unit.result(0), unit.result(1)) else {
            continue;
        };
        if state != last || unit.gate().is_some() {
            continue;
        }
        let time = TensorType::of(output);
        if time.shape[time.rank() - 2] != 1 || sigmoid.input().r#type() != last.r#type() {
            continue;
        }
        if !is_only_for(opened, operation) || !readers(output).is_empty() {
            return Err(USED);
        }
        // The gate may be made after the step: then who reads the state comes
        // after the gate.
        let step = unit.operation().ok_or(Miss::Other)?;
        let is_later = |user: &OperationRef<'a, 'a>| {
            user.block() == operation.block()
                && (*user == operation || operation.is_before_in_block(*user))
        };
        if step.block() != operation.block() || !readers(last).iter().all(is_later) {
            return Err(Miss::Near(
                "the state is read before its output gate is applied",
            ));
        }
        let emit = Emit::new(builder, false);
        let gate = with_time(&emit, sigmoid.input());
        let gated = Replacement {
            operands: &[
                vec![unit.forget()],
                vec![unit.candidate()],
                vec![gate],
                Vec::from_iter(unit.state()),
                Vec::from_iter(unit.lower_bound()),
            ],
            attributes: &[("activation", attribute(step, "activation"))],
            results: &[output.r#type(), last.r#type()],
        };
        let gated = gated.build::<Mlgru<'a>>(unit.view(), builder);
        let gated = gated.inspect_err(|_| rewrite.discard(&[gate]))?;
        let opened = without_time(&emit, gated[0]);
        // The step first: without the product nothing may use it.
        rewrite.replace(step, &gated, builder);
        rewrite.replace(operation, &[opened], builder);
        return Ok(());
    }
    Err(Miss::Other)
}
