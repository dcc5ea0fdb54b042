//! Activations of scalars, in the type of their argument.

use super::Emit;
use melior::ir::Value;

/// σ(x) = 1 / (1 + exp(-x))
pub fn sigmoid<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let one = emit.float_like(x, 1.0);
    let exp = emit.apply("math.exp", &[emit.apply("arith.negf", &[x])]);
    emit.div(one, emit.add(one, exp))
}

/// log σ(x) = -softplus(-x)
pub fn log_sigmoid<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let negated = emit.apply("arith.negf", &[x]);
    emit.apply("arith.negf", &[softplus(emit, negated)])
}

/// silu(x) = x · σ(x)
pub fn silu<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    emit.mul(x, sigmoid(emit, x))
}

/// tanh(x)
pub fn tanh<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    emit.apply("math.tanh", &[x])
}

/// max(x, 0)
pub fn relu<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    emit.apply("arith.maximumf", &[x, emit.float_like(x, 0.0)])
}

/// max(x, 0)²
pub fn squared_relu<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let relu = relu(emit, x);
    emit.mul(relu, relu)
}

/// exp(x)
pub fn exp<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    emit.apply("math.exp", &[x])
}

/// log(1 + exp(x)) = max(x, 0) + log1p(exp(-|x|)), which does not overflow
pub fn softplus<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let magnitude = emit.apply("math.absf", &[x]);
    let exp = emit.apply("math.exp", &[emit.apply("arith.negf", &[magnitude])]);
    emit.add(relu(emit, x), emit.apply("math.log1p", &[exp]))
}

/// x + 1 for x > 0, else exp(x)
pub fn elu_plus_one<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    emit.select(
        emit.greater(x, emit.float_like(x, 0.0)),
        emit.add(x, emit.float_like(x, 1.0)),
        emit.apply("math.exp", &[x]),
    )
}
