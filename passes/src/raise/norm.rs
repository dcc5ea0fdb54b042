//! The root mean square norm.

use super::{
    elementwise::Why,
    equation::{Match, Pattern, X, Y, add, divide, function, multiply, number, one_of, sum},
    expression::Kind,
    plan::{Equation, Op, is_row, is_whole},
};
use fidelity_dialect::{DYNAMIC, TensorType};
use melior::ir::TypeLike;

/// y = x / √(mean(x²) + ε) ⊙ weight
pub fn equations() -> Vec<Equation> {
    let inverse = one_of([
        function("math.rsqrt", mean_square()),
        divide(number(1.0), function("math.sqrt", mean_square())),
    ]);
    let normed = one_of([
        multiply(X, inverse.clone()),
        divide(X, function("math.sqrt", mean_square())),
    ]);
    let weighted = one_of([
        multiply(Y, normed.clone()),
        multiply(X, multiply(inverse, Y)),
    ]);
    vec![
        Equation::new(weighted, |found, root| {
            is_row(found.hole(1), root.rank)?;
            rms_norm(found, root.rank, 2)
        }),
        Equation::new(normed, |found, root| rms_norm(found, root.rank, 1)),
    ]
}

/// What is near the norm, and how it differs.
pub fn near_misses() -> Vec<(Pattern, Why)> {
    let root = function("math.sqrt", mean());
    let outside = add(root, Pattern::Constant(1));
    vec![
        (
            one_of([
                divide(X, outside.clone()),
                multiply(X, divide(number(1.0), outside)),
            ]),
            |_| Some("expected √(mean(x²) + ε) in rms_norm, but got √mean(x²) + ε".into()),
        ),
        (
            one_of([
                multiply(X, function("math.rsqrt", mean_square())),
                divide(X, function("math.sqrt", mean_square())),
            ]),
            |found| {
                let Kind::Read(x) = &found.hole(0).kind else {
                    return None;
                };
                let size = *TensorType::of(x.value).shape.last()?;
                let divisor = found
                    .constant(0)
                    .or_else(|| Some(1.0 / found.constant(2)?))?;
                (!is_mean(found, size)).then(|| match size {
                    DYNAMIC => "expected a static last dimension in rms_norm, but got a dynamic one".into(),
                    _ => format!(
                        "expected the mean of {size} numbers in rms_norm, but got their sum divided by {divisor}"
                    ),
                })
            },
        ),
    ]
}

/// mean(x²) = Σ x² / D
fn mean() -> Pattern {
    let squares = sum(multiply(X, X));
    one_of([
        divide(squares.clone(), Pattern::Constant(0)),
        multiply(squares, Pattern::Constant(2)),
    ])
}

/// mean(x²) + ε
fn mean_square() -> Pattern {
    add(mean(), Pattern::Constant(1))
}

fn rms_norm(found: &Match<'_>, rank: usize, operands: usize) -> Option<Op> {
    let x = is_whole(found.hole(0), rank)?;
    let size = *TensorType::of(x.value).shape.last()?;
    let epsilon = found.constant(1)?;
    (is_mean(found, size) && found.starts_neutral(0.0) && epsilon >= 0.0 && epsilon.is_finite())
        .then_some(Op::RmsNorm { epsilon, operands })
}

/// Whether the sum of squares is divided by that size, or times its inverse.
fn is_mean(found: &Match<'_>, size: i64) -> bool {
    // What is computed of a narrow float is an f32.
    let is_double = found.hole(0).element.is_f64();
    let is_inverse = |factor: f64| match is_double {
        true => factor == 1.0 / size as f64,
        false => factor as f32 == (1.0 / size as f64) as f32,
    };
    size != DYNAMIC
        && match found.constant(0) {
            Some(divisor) => divisor == size as f64,
            None => found.constant(2).is_some_and(is_inverse),
        }
}
