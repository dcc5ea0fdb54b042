//! Structured ops of `linalg`: their body, evaluated at each point.

use super::{
    Failure, Frame, Op, Result, Value,
    affine::Affine,
    value::{Elements, Number, element, for_each_index, offset},
};
use fidelity_reference::Tensor;
use melior::ir::{BlockLike, attribute::DenseI32ArrayAttribute, operation::OperationLike};
use std::rc::Rc;

pub(super) fn evaluate<'a>(
    frame: &mut Frame<'a, '_>,
    op: &Op<'a>,
    name: &str,
) -> Result<Vec<Value>> {
    match name {
        "index" => index(frame, op),
        _ => structured(frame, op),
    }
}

/// `linalg.index`: the position of a loop of the op around it.
fn index<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Vec<Value>> {
    let dimension = op.integer("dim")?;
    let position = frame
        .points
        .last()
        .and_then(|point| point.get(usize::try_from(dimension).ok()?))
        .ok_or_else(|| Failure::expected("a loop of that dimension", dimension))?;
    Ok(vec![Number::Int(*position).into()])
}

/// An operand, and where its element for a point of the loops is.
struct Operand {
    map: Vec<Affine>,
    kind: Kind,
}

enum Kind {
    Number(Number),
    Input(Rc<Tensor>),
    Output(Elements),
}

impl Operand {
    fn shape(&self) -> &[usize] {
        match &self.kind {
            Kind::Number(_) => &[],
            Kind::Input(tensor) => tensor.shape(),
            Kind::Output(elements) => elements.shape(),
        }
    }

    fn offset(&self, point: &[i64]) -> Result<usize> {
        let index: Vec<i64> = self
            .map
            .iter()
            .map(|expression| expression.evaluate(point))
            .collect::<Result<_>>()?;
        offset(&index, self.shape())
    }
}

/// `linalg.generic`, and the named ops that stand for one.
///
/// The loops run in row-major order, and each point reads what the points
/// before it have written: this is what a reduction means.
fn structured<'a>(frame: &mut Frame<'a, '_>, op: &Op<'a>) -> Result<Vec<Value>> {
    let maps = ods_bridge::indexing_maps_of(op.operation).ok_or_else(|| op.unknown())?;
    let loop_count = maps.first().map_or(0, |map| map.dim_count());
    let values = frame.operands(op)?;
    if maps.len() != values.len() {
        return Err(Failure::expected(
            format!("{} indexing maps", values.len()),
            maps.len(),
        ));
    }
    let input_count = input_count(op)?;
    let mut operands = Vec::new();
    for (number, (value, map)) in values.iter().zip(&maps).enumerate() {
        operands.push(Operand {
            map: Affine::of_map(map)?,
            kind: match value {
                Value::Number(number) => Kind::Number(*number),
                Value::Tensor(tensor) if number < input_count => Kind::Input(tensor.clone()),
                Value::Tensor(tensor) => Kind::Output(Elements::from(&**tensor)),
            },
        });
    }
    let sizes = loop_sizes(&operands, loop_count)?;
    run_points(frame, op, &mut operands, &sizes)?;
    operands
        .into_iter()
        .skip(input_count)
        .map(|operand| match operand.kind {
            Kind::Output(elements) => Ok(elements.into_tensor()?.into()),
            _ => Err(Failure::expected("an output that is a tensor", "a number")),
        })
        .collect()
}

/// How many operands are read only: the first segment.
fn input_count(op: &Op<'_>) -> Result<usize> {
    match op.attribute("operandSegmentSizes") {
        Ok(sizes) => {
            let sizes = DenseI32ArrayAttribute::try_from(sizes)?;
            Ok(usize::try_from(sizes.element(0)?).unwrap_or(0))
        }
        // Named ops without segments have one output.
        Err(_) => Ok(op.operation.operand_count().saturating_sub(1)),
    }
}

/// The sizes of the loops: those of the dimensions that they index alone, on
/// which all operands must agree.
fn loop_sizes(operands: &[Operand], count: usize) -> Result<Vec<usize>> {
    let mut sizes = vec![None; count];
    for (number, operand) in operands.iter().enumerate() {
        for (dimension, (expression, &size)) in operand.map.iter().zip(operand.shape()).enumerate()
        {
            let Affine::Dimension(position) = expression else {
                continue;
            };
            match sizes.get_mut(*position) {
                Some(known @ None) => *known = Some(size),
                Some(Some(known)) if *known != size => {
                    return Err(Failure::expected(
                        format!("dimension {dimension} of operand {number} to be {known}"),
                        size,
                    ));
                }
                _ => {}
            }
        }
    }
    sizes
        .into_iter()
        .enumerate()
        .map(|(position, size)| {
            size.ok_or_else(|| {
                Failure::expected(
                    format!("an operand that gives loop {position} a size"),
                    "none",
                )
            })
        })
        .collect()
}

fn run_points<'a>(
    frame: &mut Frame<'a, '_>,
    op: &Op<'a>,
    operands: &mut [Operand],
    sizes: &[usize],
) -> Result<()> {
    let body = op.body(0)?;
    // A body need not take its outputs.
    let arguments: Vec<melior::ir::Value<'a, 'a>> = (0..body.argument_count().min(operands.len()))
        .map(|index| Ok(body.argument(index)?.into()))
        .collect::<Result<_>>()?;
    frame.points.push(Vec::new());
    for_each_index(sizes, |point| {
        if let Some(current) = frame.points.last_mut() {
            current.clear();
            current.extend_from_slice(point);
        }
        let offsets: Vec<usize> = operands
            .iter()
            .map(|operand| match operand.kind {
                Kind::Number(_) => Ok(0),
                _ => operand.offset(point),
            })
            .collect::<Result<_>>()?;
        for ((&argument, operand), &offset) in arguments.iter().zip(&*operands).zip(&offsets) {
            let number = match &operand.kind {
                Kind::Number(number) => *number,
                Kind::Input(tensor) => element(tensor, offset),
                Kind::Output(elements) => elements.get(offset),
            };
            frame.bind(argument, number.into());
        }
        let mut yielded = frame.run_ops(body)?.into_iter();
        for (operand, offset) in operands.iter_mut().zip(offsets) {
            if let Kind::Output(elements) = &mut operand.kind {
                let value = yielded
                    .next()
                    .ok_or_else(|| Failure::expected("a yielded value for each output", "fewer"))?;
                elements.set(offset, value.number()?)?;
            }
        }
        Ok(())
    })?;
    frame.points.pop();
    Ok(())
}
