//! Layers as what they are defined as.

use crate::{
    emit::{Emit, loops},
    erase_measures::without_measures,
};
use fidelity_dialect::{BitLinear, QuantizeActivations, RmsNorm, TensorType, TernaryLinear};
use melior::ir::{Type, Value, ValueLike, attribute::FloatAttribute, operation::OperationLike};
use ods_bridge::OpView;

/// x̂ = rms_norm(x); q, 1/s = quantize_activations(x̂);
/// y = ternary_linear(q, weights, scale) / s (+ bias), in f32 between the
/// steps, or in f64.
pub fn bit_linear<'a>(emit: &Emit<'a, '_>, op: &BitLinear<'a>) -> Value<'a, 'a> {
    let element = TensorType::of(op.x()).element;
    let compute = emit.compute_type(element);
    let x = emit.converted(emit.physical(op.x()), compute);
    let weights = plain(emit, op.weights());
    let scale = emit.converted(emit.physical(op.scale()), compute);

    let mut norm = emit
        .op(RmsNorm::NAME)
        .attribute(
            "epsilon",
            FloatAttribute::new(emit.context(), Type::float64(emit.context()), op.epsilon()),
        )
        .operand(x);
    if let Some(weight) = op.norm_weight() {
        norm = norm.operand(emit.physical(weight));
    }
    let normed = norm.infer().value();
    let quantized = emit
        .op(QuantizeActivations::NAME)
        .operand(normed)
        .infer()
        .insert();
    let results: Vec<Value<'a, 'a>> = quantized.results().map(Into::into).collect();
    let sum = emit
        .op(TernaryLinear::NAME)
        .operands(&[results[0], weights, scale])
        .infer()
        .value();

    let sizes = emit.sizes(sum);
    let last = sizes.len() - 1;
    let mut per_token = loops(0..last);
    per_token.push("0".into());
    let mut inputs = vec![(sum, loops(0..=last)), (results[1], per_token)];
    if let Some(bias) = op.bias() {
        let bias = emit.physical(bias);
        emit.same_size(
            sizes[last],
            emit.size(bias, 0),
            "fidelity.bit_linear: expected bias of the size of the rows of weights",
        );
        inputs.push((bias, loops([last])));
    }
    emit.map(&inputs, &sizes, element, |emit, arguments| {
        let mut y = emit.mul(arguments[0], arguments[1]);
        if op.bias().is_some() {
            y = emit.add(y, emit.convert(arguments[2], compute));
        }
        emit.convert(y, element)
    })
}

/// Weights without names and units, in their storage.
fn plain<'a>(emit: &Emit<'a, '_>, weights: Value<'a, 'a>) -> Value<'a, 'a> {
    match without_measures(weights.r#type()) {
        Some(r#type) if r#type != weights.r#type() => emit
            .op("builtin.unrealized_conversion_cast")
            .operand(weights)
            .result(r#type)
            .value(),
        _ => weights,
    }
}
