//! Activations of scalars, in the type of their argument.

use super::Emit;
use melior::ir::{Value, ValueLike};
use ods_bridge::complex_element;

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

/// exp(x), of a float or a complex number
pub fn exp<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let name = match complex_element(x.r#type()) {
        Some(_) => "complex.exp",
        None => "math.exp",
    };
    emit.apply(name, &[x])
}

/// exp(x) - 1, of a float or a complex number, with its precision near 0.
///
/// `math.expm1` has it in the C library only, not in LLVM. Of a float it is
/// tanh(x/2) · (exp(x) + 1); of x + y·i the real part is
/// (exp(x) - 1) · cos(y) - 2 sin²(y/2), the imaginary one exp(x) · sin(y).
pub fn expm1<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let half = |x| emit.mul(x, emit.float_like(x, 0.5));
    if complex_element(x.r#type()).is_none() {
        let plus_one = emit.add(exp(emit, x), emit.float_like(x, 1.0));
        return emit.mul(tanh(emit, half(x)), plus_one);
    }
    let (re, im) = (emit.re(x), emit.im(x));
    let sine = emit.apply("math.sin", &[half(im)]);
    let square = emit.mul(emit.mul(sine, sine), emit.float_like(sine, 2.0));
    let grown = emit.mul(expm1(emit, re), emit.apply("math.cos", &[im]));
    let turned = emit.mul(exp(emit, re), emit.apply("math.sin", &[im]));
    emit.complex(emit.sub(grown, square), turned)
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
