//! One step of a state-space model as one op, which reads the state once.

use fidelity_dialect::{SsmOutput, SsmStateUpdate, TensorType};
use fidelity_passes::{
    decompose::{Core, Operand},
    emit::{Emit, Size, broadcast_map, loops},
};
use melior::ir::{Type, TypeLike, Value, ValueLike, operation::OperationRef};
use ods_bridge::{Diagnostic, OpView, build_before, comes_before, defining_op};

/// y = Σ_n C_n s'_n (+ D · x) of s' = A ⊙ s + B · x, if the op is that, of f32 →
/// a recurrence of one step (+ D · x)
pub fn raise<'a>(operation: OperationRef<'a, 'a>, checks: bool) -> Result<(), Diagnostic<'a>> {
    let Some(output) = SsmOutput::cast(operation) else {
        return Ok(());
    };
    let Some(step) = defining_op(output.state()) else {
        return Ok(());
    };
    let Some(update) = SsmStateUpdate::cast(step) else {
        return Ok(());
    };
    let values = [
        update.state(),
        update.input(),
        update.a(),
        update.b(),
        output.c(),
    ];
    let is_f32 = |value: &Value<'a, 'a>| TensorType::of(*value).element.is_f32();
    let is_known = defining_op(output.c()).is_none_or(|op| comes_before(op, step));
    if !values.iter().all(is_f32) || !is_known {
        return Ok(());
    }
    let read = build_before(step, |builder| {
        let emit = Emit::new(builder, checks);
        let [read, last] = recurrence(&emit, values)?;
        builder.replace(step, &[emit.result(last, result_type(step)?)]);
        Ok::<_, Diagnostic<'a>>(read)
    })?;
    build_before(operation, |builder| {
        let emit = Emit::new(builder, checks);
        let read = match *output.skip() {
            [d, input] => with_skip(&emit, read, [d, input]),
            _ => read,
        };
        builder.replace(operation, &[emit.result(read, result_type(operation)?)]);
        Ok(())
    })
}

/// The type of an op's result, of which operands need not say all sizes.
fn result_type<'a>(operation: OperationRef<'a, 'a>) -> Result<Type<'a>, Diagnostic<'a>> {
    let result = operation.result(0);
    let result = result.map_err(|error| Diagnostic::new(error.to_string()))?;
    Ok(result.r#type())
}

/// What is read, without the loop of time, and the state after the step.
fn recurrence<'a>(
    emit: &Emit<'a, '_>,
    values: [Value<'a, 'a>; 5],
) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
    let [state, input, a, b, c] = values.map(|value| emit.physical(value));
    let rank = TensorType::of(state).rank();
    let time = rank;
    // Without the dimensions in which it stretches.
    let own = |value: Value<'a, 'a>| -> Operand<'a> {
        let shape = TensorType::of(value).shape;
        let kept: Vec<usize> = (0..shape.len()).filter(|&at| shape[at] != 1).collect();
        let map = loops(kept.iter().map(|&at| at + rank - shape.len()));
        (emit.drop_units(value, &kept), map)
    };
    let outer: Vec<usize> = (1..rank).collect();
    let sizes = [&[Size::Static(1)], &emit.sizes(input)[..]].concat();
    let output = loops([time].into_iter().chain(0..rank - 1));
    let [read, last] = Core {
        loops: rank + 1,
        decay: vec![own(a)],
        key: Some(own(b)),
        value: Some((emit.add_units(input, &outer, &sizes), output.clone())),
        query: Some(own(c)),
        state: Some(state),
        output,
        last_state: loops(0..rank),
        ..Core::default()
    }
    .build(emit, None)?;
    Ok([emit.drop_units(read, &outer), last])
}

/// y + D · x
fn with_skip<'a>(
    emit: &Emit<'a, '_>,
    read: Value<'a, 'a>,
    skip: [Value<'a, 'a>; 2],
) -> Value<'a, 'a> {
    let [d, input] = skip.map(|value| emit.physical(value));
    let sizes = emit.sizes(read);
    let (element, map) = (TensorType::of(read).element, loops(0..sizes.len()));
    let of_d = broadcast_map(&TensorType::of(d), &sizes);
    let inputs = [(read, map.clone()), (d, of_d), (input, map)];
    emit.map(&inputs, &sizes, element, |emit, arguments| {
        let [d, x] = [1, 2].map(|at| emit.convert(arguments[at], element));
        emit.add(arguments[0], emit.mul(d, x))
    })
}
