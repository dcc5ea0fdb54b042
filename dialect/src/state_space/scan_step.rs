//! A scan of one step as the ops of a step.

use crate::{SsmOutput, SsmScan, SsmStateUpdate, TensorType, canonicalize::dynamic_sizes};
use melior::ir::{Type, TypeLike, Value, ValueLike, attribute::DenseI64ArrayAttribute};
use ods_bridge::{Builder, NoMatch, OpView, ReifyResultShapes};

/// The dimensions of `[B, 1, D]` that are those of `[B, D]`.
const WITHOUT_TIME: &str = "[[0, 1], [2]]";

/// ssm.scan(x, A, B, C, D, h) of one step → h' = ssm.state_update(h, x, A, B) and
/// ssm.output(h', C, D, x)
///
/// Where A and B are discrete and no gate follows, which are ops of their own; in
/// f32 and f64, as a narrower state would be rounded before it is read. A scan
/// checks that sizes agree where a step stretches a static 1: the types have to
/// say the same.
pub fn step_of_scan<'a>(op: &SsmScan<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let operation = op.operation().ok_or("an op that does not exist")?;
    let state = op.state().ok_or("there is no state")?;
    if op.dt().is_some() || op.gate().is_some() {
        return Err("A and B are continuous, or there is a gate");
    }
    let results = op.result(0).zip(op.result(1));
    let (output, last) = results.ok_or("no results")?;
    let x = TensorType::of(op.x());
    if !x.element.is_f32() && !x.element.is_f64() {
        return Err("the state would be rounded before it is read");
    }
    let [batch, channels, states] = TensorType::of(state).shape[..] else {
        return Err("a state of another rank");
    };
    let sequence = [batch, 1, channels];
    let (by_channel, by_step) = ([channels, states], [batch, 1, states]);
    let is_projection = |value| {
        let shape = TensorType::of(value).shape;
        shape == by_channel || shape == by_step
    };
    let agree = x.shape == sequence
        && TensorType::of(output).shape == sequence
        && TensorType::of(op.a()).shape == by_channel
        && [op.b(), op.c()].into_iter().all(is_projection)
        && op
            .skip()
            .is_none_or(|skip| TensorType::of(skip).shape == [channels])
        && last.r#type() == state.r#type();
    if !agree {
        return Err("there may be other steps, or sizes that do not agree");
    }
    let is_plain = |value: &Value<'a, 'a>| {
        let r#type = TensorType::of(*value);
        r#type.element == x.element && r#type.encoding.is_none()
    };
    if !op.operands().iter().chain([&output]).all(is_plain) {
        return Err("an operand is complex, or has names or a unit");
    }

    let row: Type<'a> = TensorType {
        shape: vec![batch, channels],
        ..x.clone()
    }
    .to_type();
    let input = builder
        .op("tensor.collapse_shape")
        .operand(op.x())
        .parsed("reassociation", WITHOUT_TIME)
        .result(row)
        .value();
    let next = builder
        .op(SsmStateUpdate::NAME)
        .operands(&[state, input, op.a(), op.b()])
        .result(state.r#type())
        .value();
    let mut read = builder.op(SsmOutput::NAME).operands(&[next, op.c()]);
    if let Some(skip) = op.skip() {
        read = read.operands(&[skip, input]);
    }
    let read = read.result(row).value();
    let shapes = op
        .reify_result_shapes()
        .map_err(|_| "the sizes cannot be said")?;
    let read = builder
        .op("tensor.expand_shape")
        .operand(read)
        .operands(&dynamic_sizes(output.r#type(), &shapes[0], builder))
        .parsed("reassociation", WITHOUT_TIME)
        .attribute(
            "static_output_shape",
            DenseI64ArrayAttribute::new(builder.context(), &sequence),
        )
        .result(output.r#type())
        .value();
    builder.replace(operation, &[read, next]);
    Ok(())
}
