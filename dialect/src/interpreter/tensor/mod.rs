//! The ops of `tensor`.

mod reshape;
mod slice;

use super::{
    Failure, Frame, Op, Result, Value, ValueType,
    value::{Elements, Number, element, for_each_index, offset},
};
use fidelity_reference::{Complex, ElementType};
use melior::ir::{BlockLike, operation::OperationLike};

pub(super) fn evaluate<'a>(
    frame: &mut Frame<'a, '_>,
    op: &Op<'a>,
    name: &str,
) -> Result<Vec<Value>> {
    let value = match name {
        "cast" => frame.value(op.operation.operand(0)?)?,
        "collapse_shape" => reshape::collapse(frame, op)?,
        "dim" => dim(frame, op)?,
        "empty" => empty(frame, op)?,
        "expand_shape" => reshape::expand(frame, op)?,
        "extract" => extract(frame, op)?,
        "extract_slice" => slice::extract(frame, op)?,
        "from_elements" => from_elements(frame, op)?,
        "generate" => generate(frame, op)?,
        "insert" => insert(frame, op)?,
        "insert_slice" => slice::insert(frame, op)?,
        "pad" => pad(frame, op)?,
        "rank" => Number::Int(operand(frame, op, 0)?.tensor()?.rank() as i64).into(),
        "reshape" => reshape::reshape(frame, op)?,
        "splat" => splat(frame, op)?,
        _ => return Err(op.unknown()),
    };
    Ok(vec![value])
}

fn operand<'a>(frame: &Frame<'a, '_>, op: &Op<'a>, index: usize) -> Result<Value> {
    frame.value(op.operation.operand(index)?)
}

/// The element type of the only result, and its sizes: `dynamic` in order where
/// they are not static.
fn result_shape(op: &Op<'_>, dynamic: &[Value]) -> Result<(ElementType, Vec<usize>)> {
    let r#type = op.result_type()?;
    let mut dynamic = dynamic.iter();
    let size = |size: &Option<usize>| match size {
        Some(size) => Ok(*size),
        None => dynamic
            .next()
            .ok_or_else(|| Failure::expected("an operand for each dynamic size", "fewer"))?
            .size(),
    };
    let shape = r#type.shape().iter().map(size).collect::<Result<_>>()?;
    Ok((r#type.element(), shape))
}

/// What stands in a tensor before it is written: NaN, or the least integer, so
/// that reading it shows.
fn unwritten(element: ElementType) -> Number {
    match element.integer_range() {
        Some((least, _)) => Number::Int(least),
        None if element.is_complex() => Number::Complex(Complex::new(f64::NAN, f64::NAN)),
        None => Number::Float(f64::NAN),
    }
}

fn empty<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let (element, shape) = result_shape(op, &frame.operands(op)?)?;
    let elements = Elements::filled(element, shape, unwritten(element))?;
    Ok(elements.into_tensor()?.into())
}

fn splat<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let operands = frame.operands(op)?;
    let (number, sizes) = operands
        .split_first()
        .ok_or_else(|| Failure::expected("a number", "no operand"))?;
    let (element, shape) = result_shape(op, sizes)?;
    let elements = Elements::filled(element, shape, number.number()?)?;
    Ok(elements.into_tensor()?.into())
}

fn dim<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let (tensor, index) = (operand(frame, op, 0)?, operand(frame, op, 1)?);
    let (tensor, index) = (tensor.tensor()?, index.number()?.int()?);
    let size = usize::try_from(index)
        .ok()
        .and_then(|index| tensor.shape().get(index))
        .ok_or_else(|| {
            Failure::expected(
                format!("a dimension from 0 to below {}", tensor.rank()),
                index,
            )
        })?;
    Ok(Number::Int(*size as i64).into())
}

/// The position that operands stand for.
fn position(operands: &[Value]) -> Result<Vec<i64>> {
    operands
        .iter()
        .map(|operand| operand.number()?.int())
        .collect()
}

fn extract<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let operands = frame.operands(op)?;
    let (tensor, index) = operands
        .split_first()
        .ok_or_else(|| Failure::expected("a tensor", "no operand"))?;
    let tensor = tensor.tensor()?;
    Ok(element(tensor, offset(&position(index)?, tensor.shape())?).into())
}

fn insert<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let operands = frame.operands(op)?;
    let [number, destination, index @ ..] = &operands[..] else {
        return Err(Failure::expected("a number and a tensor", operands.len()));
    };
    let mut elements = Elements::from(&**destination.tensor()?);
    let offset = offset(&position(index)?, elements.shape())?;
    elements.set(offset, number.number()?)?;
    Ok(elements.into_tensor()?.into())
}

fn from_elements<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let (element, shape) = result_shape(op, &[])?;
    let mut elements = Elements::new(element, shape);
    for operand in frame.operands(op)? {
        elements.push(operand.number()?)?;
    }
    Ok(elements.into_tensor()?.into())
}

fn generate<'a>(frame: &mut Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let (element, shape) = result_shape(op, &frame.operands(op)?)?;
    let mut elements = Elements::new(element, shape.clone());
    for_each_index(&shape, |index| elements.push(yielded(frame, op, index)?))?;
    Ok(elements.into_tensor()?.into())
}

/// What the body of an op gives for an index.
fn yielded<'a>(frame: &mut Frame<'a, '_>, op: &Op<'a>, index: &[i64]) -> Result<Number> {
    let body = op.body(0)?;
    for (dimension, &position) in index.iter().enumerate() {
        let argument = body.argument(dimension)?;
        frame.bind(argument.into(), Number::Int(position).into());
    }
    let values = frame.run_ops(body)?;
    match &values[..] {
        [value] => value.number(),
        _ => Err(Failure::expected("one yielded value", values.len())),
    }
}

/// `tensor.pad`: the source, between what the body gives for the indices
/// around it.
fn pad<'a>(frame: &mut Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let [source, low, high] = frame.segments(op)?;
    let source = match &source[..] {
        [source] => source.tensor()?.clone(),
        _ => return Err(Failure::expected("one source", source.len())),
    };
    let amounts = |name: &str, dynamic: &[Value]| -> Result<Vec<i64>> {
        let amounts = slice::mixed(op, name, dynamic)?;
        match amounts.iter().find(|&&amount| amount < 0) {
            Some(amount) => Err(Failure::expected("to pad by at least 0", amount)),
            None => Ok(amounts),
        }
    };
    let (low, high) = (amounts("static_low", &low)?, amounts("static_high", &high)?);
    let shape: Vec<usize> = source
        .shape()
        .iter()
        .zip(low.iter().zip(&high))
        .map(|(&size, (&low, &high))| {
            size.saturating_add(low as usize)
                .saturating_add(high as usize)
        })
        .collect();
    let mut elements = Elements::new(source.element_type(), shape.clone());
    let mut inner = vec![0; low.len()];
    for_each_index(&shape, |index| {
        for (inner, (index, low)) in inner.iter_mut().zip(index.iter().zip(&low)) {
            *inner = index - low;
        }
        let number = match offset(&inner, source.shape()) {
            Ok(offset) => element(&source, offset),
            Err(_) => yielded(frame, op, index)?,
        };
        elements.push(number)
    })?;
    let r#type: ValueType = op.result_type()?;
    Ok(r#type.stored(elements.into_tensor()?)?.into())
}
