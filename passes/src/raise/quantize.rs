//! Quantisation of activations.

use super::{
    elementwise::Why,
    equation::{
        Match, Pattern, X, Y, at_least, at_most, divide, function, largest, multiply, number,
        one_of,
    },
    expression::Node,
    plan::{Equation, Op, Root, is_whole},
};
use crate::emit::Emit;
use fidelity_dialect::{QuantizeActivations, TensorType};
use melior::ir::{TypeLike, Value, operation::OperationRef};
use ods_bridge::{OpView, comes_before, name_of, users_of};

/// What a tree has of the quantised numbers q and their scale s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// q / s, as floats.
    Dequantized,
    /// q, as floats.
    Floats,
    /// q, as i8.
    Integers,
    /// y / s, of the first operand, with the s of the second one.
    Rescaled,
}

impl Form {
    /// The number of operands.
    pub fn operands(self) -> usize {
        match self {
            Self::Rescaled => 2,
            _ => 1,
        }
    }

    /// Builds the op and what the tree makes of its results.
    pub fn build<'a>(self, emit: &Emit<'a, '_>, operands: &[Value<'a, 'a>]) -> Value<'a, 'a> {
        let multiply = |lhs, rhs| {
            let op = emit.op("fidelity.multiply").operands(&[lhs, rhs]);
            op.infer().value()
        };
        if self == Self::Rescaled {
            let quantization = quantization_of(operands[1])
                .unwrap_or_else(|| panic!("a plan rescales what is not quantised"));
            return multiply(operands[0], result(quantization, 1));
        }
        let x = operands[0];
        let op = emit.op(QuantizeActivations::NAME).operand(x).infer();
        let quantization = op.insert();
        let [quantized, inverse] = [0, 1].map(|number| result(quantization, number));
        let floats = || emit.converted(quantized, TensorType::of(x).element);
        match self {
            Self::Integers => quantized,
            Self::Floats => floats(),
            _ => multiply(floats(), inverse),
        }
    }
}

fn result<'a>(operation: OperationRef<'a, 'a>, number: usize) -> Value<'a, 'a> {
    let result = operation.result(number);
    result
        .unwrap_or_else(|_| panic!("{} has no result {number}", name_of(operation)))
        .into()
}

/// The op that quantises a tensor.
fn quantization_of<'a>(x: Value<'a, 'a>) -> Option<OperationRef<'a, 'a>> {
    users_of(x)
        .into_iter()
        .find(|&user| name_of(user) == QuantizeActivations::NAME)
}

/// m = max(max|x|, 1e-5), s = 127 / m, q = clamp(rne(x · s), -128, 127)
///
/// Of x that is finite: no i8 stands for NaN, so it does not matter what bounds
/// make of it.
///
/// q / s is q · 1/s here, which may differ in the last bit. With
/// `allow_reciprocal` s may be 127 · (1 / m), which differs from 127 / m in its
/// last bit, so that a product with it that is as near to one integer as to
/// another may be rounded to the other one.
pub fn equations(allow_reciprocal: bool) -> Vec<Equation> {
    let accept = |form| {
        move |found: &Match<'_>, root: Root<'_>| {
            is_quantized(found.hole(0), found, root.rank).then_some(Op::Quantize(form))
        }
    };
    let s = scale(X, allow_reciprocal);
    let q = quantized(s.clone());
    vec![
        Equation::new(divided(q.clone(), s), accept(Form::Dequantized)),
        Equation::new(function("arith.fptosi", q.clone()), accept(Form::Integers))
            .with_shared_parts(),
        Equation::new(q, accept(Form::Floats)).with_shared_parts(),
    ]
}

/// y / s, where x is quantised.
pub fn rescaling(allow_reciprocal: bool) -> Vec<Equation> {
    let pattern = divided(X, scale(Y, allow_reciprocal));
    let equation = Equation::new(pattern, |found, root| {
        let x = is_whole(found.hole(1), root.rank)?;
        let quantization = quantization_of(x.value)?;
        let is_before = comes_before(quantization, root.operation);
        (is_before && is_quantized(found.hole(1), found, root.rank))
            .then_some(Op::Quantize(Form::Rescaled))
    });
    vec![equation.with_shared_parts()]
}

/// What is near the quantisation, and how it differs.
pub fn near_misses(allow_reciprocal: bool) -> Vec<(Pattern, Why)> {
    let [low, high] = [0, 1].map(Pattern::Constant);
    let rounded = function("math.roundeven", multiply(X, scale(X, true)));
    let clamped = one_of([
        at_most(at_least(rounded.clone(), low.clone()), high.clone()),
        at_least(at_most(rounded, high), low),
    ]);
    let mut near: Vec<(Pattern, Why)> = Vec::new();
    if !allow_reciprocal {
        near.push((quantized(inverse_scale(X)), |_| {
            Some(
                "expected 127 / m in quantize_activations, but got 127 · (1 / m), rounded once \
                 more; `allow-reciprocal` takes one for the other"
                    .into(),
            )
        }));
    }
    near.push((clamped, |found| {
        let (low, high) = (found.constant(0)?, found.constant(1)?);
        ([low, high] != [-128.0, 127.0]).then(|| {
            format!(
                "expected a clamp to -128 and 127 in quantize_activations, but got {low} and {high}"
            )
        })
    }));
    near.push((
        clamp(function("math.round", multiply(X, scale(X, true)))),
        |_| {
            Some(
                "expected quantize_activations to round half to even, but got half away from zero"
                    .into(),
            )
        },
    ));
    near
}

fn is_quantized(x: &Node<'_>, found: &Match<'_>, rank: usize) -> bool {
    is_whole(x, rank).is_some()
        && (x.element.is_f32() || x.element.is_f64())
        // Of magnitudes; what a row without elements gives is replaced by 1e-5.
        && found.starts_neutral(0.0)
}

/// m = max(max|x|, 1e-5)
fn most(x: Pattern) -> Pattern {
    at_least(largest(function("math.absf", x)), number(1e-5))
}

/// s = 127 / m
fn scale(x: Pattern, allow_reciprocal: bool) -> Pattern {
    let exact = divide(number(127.0), most(x.clone()));
    match allow_reciprocal {
        true => one_of([exact, inverse_scale(x)]),
        false => exact,
    }
}

/// s = 127 · (1 / m), with the assertion that m is not 0, which it never is
fn inverse_scale(x: Pattern) -> Pattern {
    let inverse = divide(number(1.0), most(x.clone()));
    let is_not_zero = Pattern::Apply("one", vec![most(x), number(0.0)]);
    let asserted = Pattern::Apply("cf.assert", vec![inverse.clone(), is_not_zero]);
    multiply(number(127.0), one_of([inverse, asserted]))
}

/// q = clamp(rne(x · s), -128, 127)
fn quantized(s: Pattern) -> Pattern {
    clamp(function("math.roundeven", multiply(X, s)))
}

fn clamp(x: Pattern) -> Pattern {
    one_of([
        at_most(at_least(x.clone(), number(-128.0)), number(127.0)),
        at_least(at_most(x, number(127.0)), number(-128.0)),
    ])
}

/// y / s = y · (1 / s)
fn divided(y: Pattern, s: Pattern) -> Pattern {
    one_of([
        divide(y.clone(), s.clone()),
        multiply(y, divide(number(1.0), s)),
    ])
}
