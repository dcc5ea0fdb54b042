//! Calls, loops, branches and assertions: `func`, `scf` and `cf`.

use super::{
    Failure, Frame, Op, Result, Value, ValueType,
    value::{Number, signed, unsigned},
};
use melior::ir::{
    attribute::{FlatSymbolRefAttribute, StringAttribute},
    operation::OperationLike,
};
use ods_bridge::{string_value, symbol_name};

pub(super) fn evaluate<'a>(frame: &mut Frame<'a, '_>, op: &Op<'a>) -> Result<Vec<Value>> {
    match op.name {
        "cf.assert" => assert(frame, op),
        "func.call" => {
            let callee = FlatSymbolRefAttribute::try_from(op.attribute("callee")?)?;
            frame.call(symbol_name(callee), frame.operands(op)?)
        }
        "scf.for" => r#for(frame, op),
        "scf.if" => r#if(frame, op),
        _ => Err(op.unknown()),
    }
}

/// `cf.assert` is an error with its message when the condition does not hold.
fn assert<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Vec<Value>> {
    if frame.value(op.operation.operand(0)?)?.truth()? {
        return Ok(Vec::new());
    }
    let message = StringAttribute::try_from(op.attribute("msg")?)?;
    Err(Failure::new(string_value(message)))
}

/// `scf.if`: without an else region, a false condition gives nothing.
fn r#if<'a>(frame: &mut Frame<'a, '_>, op: &Op<'a>) -> Result<Vec<Value>> {
    let condition = frame.value(op.operation.operand(0)?)?.truth()?;
    match op.block(usize::from(!condition))? {
        Some(block) => frame.run(block, Vec::new()),
        None => Ok(Vec::new()),
    }
}

/// `scf.for %i = lower to upper step step`, counting in the type of the bounds.
fn r#for<'a>(frame: &mut Frame<'a, '_>, op: &Op<'a>) -> Result<Vec<Value>> {
    let mut operands = frame.operands(op)?;
    if operands.len() < 3 {
        return Err(Failure::expected("two bounds and a step", operands.len()));
    }
    let mut carried = operands.split_off(3);
    let ValueType::Number(r#type) = op.operand_type(0)? else {
        return Err(Failure::expected("bounds that are numbers", "tensors"));
    };
    let is_unsigned = op.operation.has_attribute("unsignedCmp");
    let bound = |value: &Value| -> Result<i128> {
        let value = value.number()?.int()?;
        Ok(if is_unsigned {
            i128::from(unsigned(value, r#type))
        } else {
            i128::from(signed(value, r#type))
        })
    };
    let [lower, upper, step] = [
        bound(&operands[0])?,
        bound(&operands[1])?,
        bound(&operands[2])?,
    ];
    if step <= 0 {
        return Err(Failure::expected("a step of at least 1", step));
    }
    let body = op.body(0)?;
    let mut index = lower;
    while index < upper {
        let mut arguments = vec![Number::from_bits(index as i64, r#type).into()];
        arguments.append(&mut carried);
        carried = frame.run(body, arguments)?;
        index += step;
    }
    Ok(carried)
}
