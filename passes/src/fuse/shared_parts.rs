//! Layers of one input and norm that make no single layer → one norm and one
//! quantisation for all.
//!
//! # Algebra
//!
//! ```text
//! y₁ = bit_linear(x, W₁, s₁, norm, b₁), y₂ = bit_linear(x, W₂, s₂, norm, b₂), …
//! q, 1/s = quantize_activations(rms_norm(x, norm))
//! y₁ = ternary_linear(q, W₁, s₁) · 1/s + b₁, y₂ = ternary_linear(q, W₂, s₂) · 1/s + b₂, …
//! ```
//!
//! by definition, where x and the scales are of the type that is computed in: a layer of
//! narrow floats rounds its result alone. It is for weights that are arguments, and for
//! others that `sibling` cannot join.
//!
//! # Cost
//!
//! x is normed and quantised once, instead of once for each layer. q is written to memory,
//! a byte for each number of x, and read by each layer, which reads a quarter of what it
//! read before.

use super::{
    rewrite::{Rewrite, attribute, is_computed_in},
    sibling::Layer,
};
use fidelity_dialect::{
    Add, Multiply, QuantizeActivations, RmsNorm, TensorType, TernaryLinear, cast_to,
};
use melior::ir::{
    Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, OpView, build_before};

/// What a remark says of it.
pub const MADE: &str = "shares its norm and quantisation with what reads the same input";

/// Writes layers as their parts, of which the first ones are shared; whether it did.
pub fn share<'a>(layers: &[Layer<'a>], rewrite: &Rewrite<'a>) -> bool {
    let operations: Option<Vec<_>> = layers.iter().map(|layer| layer.view.operation()).collect();
    let (Some(operations), Some(first)) = (operations, layers.first()) else {
        return false;
    };
    if !layers.iter().all(is_splittable) {
        return false;
    }
    let shared = build_before(operations[0], |builder| {
        quantized(first, operations[0], builder)
    });
    for operation in operations {
        // As it is by now: it may read, as its bias, one of those that are replaced.
        let Some(layer) = Layer::cast(operation) else {
            continue;
        };
        build_before(operation, |builder| {
            let parts = rescaled(&layer, shared, builder);
            rewrite.replace(operation, &[parts], builder);
        });
    }
    true
}

/// Whether the parts of a layer compute what it does.
fn is_splittable(layer: &Layer<'_>) -> bool {
    let element = TensorType::of(layer.x).element;
    let is_alike = |value: Value<'_, '_>| {
        let r#type = TensorType::of(value);
        r#type.encoding.is_none() && r#type.element == element
    };
    let values = [
        Some(layer.x),
        layer.scale,
        layer.norm,
        layer.bias,
        layer.result(),
    ];
    layer.is_bit_linear && is_computed_in(element) && values.into_iter().flatten().all(is_alike)
}

/// q and 1/s of the input of a layer.
fn quantized<'a>(
    layer: &Layer<'a>,
    operation: OperationRef<'a, 'a>,
    builder: &Builder<'a>,
) -> [Value<'a, 'a>; 2] {
    let mut norm = builder.op(RmsNorm::NAME).operand(layer.x);
    if let Some(weight) = layer.norm {
        norm = norm.operand(weight);
    }
    let norm = norm.optional_attribute("epsilon", attribute(operation, "epsilon"));
    let normed = norm.infer().value();
    let op = builder
        .op(QuantizeActivations::NAME)
        .operand(normed)
        .infer();
    let results = op.insert();
    let mut results = results.results().map(Into::into);
    [(); 2].map(|()| {
        results
            .next()
            .unwrap_or_else(|| panic!("quantize_activations has two results"))
    })
}

/// The rest of a layer.
fn rescaled<'a>(
    layer: &Layer<'a>,
    [quantized, inverse]: [Value<'a, 'a>; 2],
    builder: &Builder<'a>,
) -> Value<'a, 'a> {
    let sum = builder
        .op(TernaryLinear::NAME)
        .operands(&[quantized, layer.weights]);
    let sum = layer.scale.iter().fold(sum, |op, &scale| op.operand(scale));
    let sum = sum.infer().value();
    let of_two = |name: &str, lhs, rhs| builder.op(name).operands(&[lhs, rhs]).infer().value();
    let product = of_two(Multiply::NAME, sum, inverse);
    let biased = match layer.bias {
        Some(bias) => of_two(Add::NAME, product, bias),
        None => product,
    };
    match layer.result() {
        Some(result) => cast_to(biased, result.r#type(), builder),
        None => biased,
    }
}
