//! Activations and arithmetic.

use super::{
    equation::{
        Match, Pattern, X, Y, above, add, divide, function, maximum, minimum, multiply, negate,
        number, one_of, subtract,
    },
    expression::round,
    plan::{Equation, Op, Root, shape_of},
};
use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

/// The equations, larger ones first.
pub fn equations() -> Vec<Equation> {
    let activation = |name, pattern| Equation::new(pattern, move |_, _| Some(Op::Named(name, 1)));
    vec![
        // swiglu(x, y) = silu(x) ⊙ y
        Equation::new(multiply(silu(), Y), |found, root| {
            let shapes = [0, 1].map(|hole| shape_of(found.hole(hole), root.rank));
            (shapes[0].is_some() && shapes[0] == shapes[1])
                .then_some(Op::Named("fidelity.swiglu", 2))
        }),
        activation("fidelity.silu", silu()),
        activation("fidelity.gelu", gelu_erf()),
        Equation::new(gelu_tanh(number(root_of_two_over_pi())), |_, _| {
            Some(Op::GeluTanh)
        }),
        Equation::new(softplus(), is_softplus),
        activation("fidelity.softplus", stable_softplus()),
        activation("fidelity.elu_plus_one", elu_plus_one()),
        // σ(x) = 1 / (1 + exp(-x))
        activation("fidelity.sigmoid", sigmoid()),
        // squared_relu(x) = max(x, 0)²
        activation("fidelity.squared_relu", multiply(relu(), relu())),
        activation("fidelity.relu", relu()),
        activation("fidelity.tanh", function("math.tanh", X)),
        activation("fidelity.exp", function("math.exp", X)),
        binary("fidelity.add", add(X, Y)),
        binary("fidelity.subtract", subtract(X, Y)),
        binary("fidelity.multiply", multiply(X, Y)),
    ]
}

/// What is near an equation, and how it differs.
pub fn near_misses() -> Vec<(Pattern, Why)> {
    let c = Pattern::Constant(0);
    vec![
        (gelu_tanh(c.clone()), |found| {
            let (constant, element) = (found.constant(0)?, found.hole(0).element);
            let is_exact = round(constant, element) == round(root_of_two_over_pi(), element);
            (!is_exact)
                .then(|| format!("expected √(2/π) = 0.7978846 in gelu by tanh, but got {constant}"))
        }),
        (multiply(X, sigmoid_of(multiply(X, c.clone()))), |found| {
            let constant = found.constant(0)?;
            Some(format!(
                "expected x · σ(x) or x · Φ(x), but got x · σ({constant} x)"
            ))
        }),
        (
            Pattern::Apply("arith.maxnumf", vec![X, number(0.0)]),
            |_| Some("expected NaN of NaN, as relu has it, but got 0".into()),
        ),
        (
            one_of([
                function("math.log1p", function("math.exp", X)),
                function("math.log", add(function("math.exp", X), number(1.0))),
            ]),
            |_| {
                Some(
                    "expected a softplus that does not overflow, but got log(1 + exp(x)), \
                     infinite for large x"
                        .into(),
                )
            },
        ),
    ]
}

/// √(2/π)
fn root_of_two_over_pi() -> f64 {
    (2.0 / PI).sqrt()
}

/// Why a tree is not what an equation says, though near it; `None` when it is.
pub type Why = fn(&Match<'_>) -> Option<String>;

fn binary(name: &'static str, pattern: Pattern) -> Equation {
    Equation::new(pattern, move |_, _| Some(Op::Named(name, 2)))
}

/// σ(x) = 1 / (1 + exp(-x))
fn sigmoid() -> Pattern {
    sigmoid_of(X)
}

fn sigmoid_of(x: Pattern) -> Pattern {
    let exp = function("math.exp", negate(x));
    divide(number(1.0), add(number(1.0), exp))
}

/// silu(x) = x · σ(x) = x / (1 + exp(-x))
fn silu() -> Pattern {
    let exp = function("math.exp", negate(X));
    one_of([multiply(X, sigmoid()), divide(X, add(number(1.0), exp))])
}

/// relu(x) = max(x, 0)
fn relu() -> Pattern {
    maximum(X, number(0.0))
}

/// x · y · z in the orders in which two products make it.
fn product(x: Pattern, y: Pattern, z: Pattern) -> Pattern {
    let [p, q, r] = [(&x, &y, &z), (&y, &x, &z), (&z, &x, &y)]
        .map(|(a, b, c)| multiply(a.clone(), multiply(b.clone(), c.clone())));
    one_of([p, q, r])
}

/// gelu(x) = x · Φ(x) = x · ½ · (1 + erf(x / √2)) = x · ½ · erfc(-x / √2)
fn gelu_erf() -> Pattern {
    let scaled = |x: Pattern| {
        one_of([
            divide(x.clone(), number(SQRT_2)),
            multiply(x, number(FRAC_1_SQRT_2)),
        ])
    };
    let twice_normal = one_of([
        add(number(1.0), function("math.erf", scaled(X))),
        function("math.erfc", one_of([negate(scaled(X)), scaled(negate(X))])),
    ]);
    product(X, number(0.5), twice_normal)
}

/// gelu(x) = x · ½ · (1 + tanh(√(2/π) · (x + 0.044715 x³)))
fn gelu_tanh(constant: Pattern) -> Pattern {
    let cubed = multiply(X, multiply(X, X));
    let inner = add(X, multiply(number(0.044715), cubed));
    let tanh = function("math.tanh", multiply(constant, inner));
    product(X, number(0.5), add(number(1.0), tanh))
}

/// softplus(x) = x for x > 20, else log1p(exp(x)): the part that is left out is
/// exp(-20) = 2 · 10⁻⁹, which an f32 of 20 does not hold.
fn softplus() -> Pattern {
    above(X, 20.0, X, function("math.log1p", function("math.exp", X)))
}

fn is_softplus(found: &Match<'_>, _: Root<'_>) -> Option<Op> {
    use melior::ir::TypeLike;
    let is_double = found.hole(0).element.is_f64();
    (!is_double).then_some(Op::Named("fidelity.softplus", 1))
}

/// softplus(x) = max(x, 0) + log1p(exp(-|x|))
fn stable_softplus() -> Pattern {
    let exp = function("math.exp", negate(function("math.absf", X)));
    add(relu(), function("math.log1p", exp))
}

/// elu_plus_one(x) = x + 1 for x > 0, else exp(x); and as elu(x) + 1, in which
/// exp(x) loses what is below half an ulp of 1
fn elu_plus_one() -> Pattern {
    let exp = || function("math.exp", X);
    let minus_one = |exp| subtract(exp, number(1.0));
    let negative_part = minus_one(function("math.exp", minimum(X, number(0.0))));
    let elu = one_of([
        add(relu(), negative_part),
        above(X, 0.0, X, minus_one(exp())),
        above(X, 0.0, X, function("math.expm1", X)),
    ]);
    one_of([
        above(X, 0.0, add(X, number(1.0)), exp()),
        add(elu, number(1.0)),
    ])
}
