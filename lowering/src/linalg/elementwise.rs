//! Arithmetic and activations: one `linalg.generic` each.

use fidelity_dialect::{Approximation, Gelu, Swiglu, TensorType};
use fidelity_passes::emit::{
    Emit, Size,
    activation::{silu, tanh},
    broadcast_map, loops,
};
use melior::ir::Value;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Sum, difference or product.
pub fn binary<'a>(
    emit: &Emit<'a, '_>,
    name: &str,
    lhs: Value<'a, 'a>,
    rhs: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let (lhs, rhs) = (emit.physical(lhs), emit.physical(rhs));
    let sizes = broadcast(emit, &emit.sizes(lhs), &emit.sizes(rhs), name);
    let element = TensorType::of(lhs).element;
    let compute = emit.compute_type(element);
    let operation = match name {
        "fidelity.add" => "arith.addf",
        "fidelity.subtract" => "arith.subf",
        _ => "arith.mulf",
    };
    emit.map(
        &[lhs, rhs].map(|value| (value, broadcast_map(&TensorType::of(value), &sizes))),
        &sizes,
        element,
        |emit, arguments| {
            let operands = [
                emit.convert(arguments[0], compute),
                emit.convert(arguments[1], compute),
            ];
            emit.convert(emit.apply(operation, &operands), element)
        },
    )
}

/// The shape to which two shapes broadcast.
fn broadcast<'a>(
    emit: &Emit<'a, '_>,
    lhs: &[Size<'a>],
    rhs: &[Size<'a>],
    name: &str,
) -> Vec<Size<'a>> {
    let rank = lhs.len().max(rhs.len());
    let at = |sizes: &[Size<'a>], index: usize| {
        (index + sizes.len())
            .checked_sub(rank)
            .map_or(Size::Static(1), |index| sizes[index])
    };
    (0..rank)
        .map(|index| match (at(lhs, index), at(rhs, index)) {
            (size, Size::Static(1)) | (Size::Static(1), size) => size,
            (lhs, rhs) => emit.same_size(
                lhs,
                rhs,
                &format!("{name}: expected lhs and rhs of one shape"),
            ),
        })
        .collect()
}

/// An activation, by the name of its op.
pub fn unary<'a>(
    emit: &Emit<'a, '_>,
    input: Value<'a, 'a>,
    function: impl FnOnce(&Emit<'a, '_>, Value<'a, 'a>) -> Value<'a, 'a>,
) -> Value<'a, 'a> {
    let input = emit.physical(input);
    let sizes = emit.sizes(input);
    let element = TensorType::of(input).element;
    let compute = emit.compute_type(element);
    emit.map(
        &[(input, loops(0..sizes.len()))],
        &sizes,
        element,
        |emit, arguments| {
            let x = emit.convert(arguments[0], compute);
            emit.convert(function(emit, x), element)
        },
    )
}

/// silu(gate) ⊙ up
pub fn swiglu<'a>(emit: &Emit<'a, '_>, op: &Swiglu<'a>) -> Value<'a, 'a> {
    let (gate, up) = (emit.physical(op.gate()), emit.physical(op.up()));
    let sizes = emit.same_sizes(
        &emit.sizes(gate),
        &emit.sizes(up),
        "fidelity.swiglu: expected gate and up of one shape",
    );
    let element = TensorType::of(gate).element;
    let compute = emit.compute_type(element);
    let map = loops(0..sizes.len());
    emit.map(
        &[(gate, map.clone()), (up, map)],
        &sizes,
        element,
        |emit, arguments| {
            let gate = silu(emit, emit.convert(arguments[0], compute));
            emit.convert(emit.mul(gate, emit.convert(arguments[1], compute)), element)
        },
    )
}

/// x · Φ(x) = x/2 · erfc(-x/√2), which keeps its precision for negative x; or
/// the tanh form
pub fn gelu<'a>(emit: &Emit<'a, '_>, op: &Gelu<'a>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let half = emit.mul(x, emit.float_like(x, 0.5));
    let factor = match op.approximation() {
        Approximation::None => {
            let scaled = emit.mul(x, emit.float_like(x, -FRAC_1_SQRT_2));
            emit.apply("math.erfc", &[scaled])
        }
        Approximation::Tanh => {
            let cube = emit.mul(emit.mul(x, x), x);
            let inner = emit.add(x, emit.mul(cube, emit.float_like(x, 0.044715)));
            let scaled = emit.mul(inner, emit.float_like(x, (2.0 / PI).sqrt()));
            emit.add(tanh(emit, scaled), emit.float_like(x, 1.0))
        }
    };
    emit.mul(half, factor)
}
