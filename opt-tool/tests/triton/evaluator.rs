//! Triton IR, evaluated: the subset that the lowering makes.
//!
//! An op that is not known is an error, as is an access out of range: a mask
//! that lets one through is found. Floats are rounded to their types after each
//! op.

use super::{
    arithmetic::{binary, compare_floats, compare_integers, convert, integer, unary},
    block::{Block, Elements, Pointer, check, parts},
    memory::{Memory, Number},
};
use melior::ir::{
    BlockLike, BlockRef, Module, RegionLike, Value, ValueLike,
    attribute::{DenseElementsAttribute, IntegerAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{float_value, name_of, operations_within};
use std::collections::HashMap;

type Values = HashMap<usize, Block>;

/// A kernel.
pub struct Kernel<'a> {
    body: BlockRef<'a, 'a>,
}

struct Run<'m> {
    memory: &'m mut Memory,
    program: Number,
}

fn key(value: Value<'_, '_>) -> usize {
    value.to_raw().ptr as usize
}

impl<'a> Kernel<'a> {
    /// The only function of a module, which has to be all that it holds.
    pub fn of(module: &'a Module<'a>) -> Result<Self, String> {
        let functions: Vec<_> = operations_within(module.as_operation())
            .into_iter()
            .filter(|&operation| name_of(operation) == "tt.func")
            .collect();
        let [function] = functions[..] else {
            return Err(format!("expected one tt.func, but got {}", functions.len()));
        };
        let parent = function.parent_operation();
        if parent.is_none_or(|parent| {
            name_of(parent) != "builtin.module" || parent.parent_operation().is_some()
        }) {
            return Err("expected a tt.func at the top of the module".into());
        }
        let visibility = function
            .attribute("sym_visibility")
            .map(|text| text.to_string());
        if visibility.as_deref() != Ok("\"public\"") {
            return Err("expected a public tt.func".into());
        }
        let region = function.region(0).map_err(|error| error.to_string())?;
        let body = region.first_block().ok_or("expected a body")?;
        Ok(Self { body })
    }

    /// Runs the programs of a grid, with scalars and buffers as arguments.
    pub fn launch(
        &self,
        memory: &mut Memory,
        grid: Number,
        arguments: &[Block],
    ) -> Result<(), String> {
        if arguments.len() != self.body.argument_count() {
            return Err(format!(
                "expected {} arguments, but got {}",
                self.body.argument_count(),
                arguments.len()
            ));
        }
        memory.launch();
        for y in 0..grid[1] {
            for x in 0..grid[0] {
                let mut values = Values::new();
                for (index, argument) in arguments.iter().enumerate() {
                    let value = self
                        .body
                        .argument(index)
                        .map_err(|error| error.to_string())?;
                    check(argument, value.into())?;
                    values.insert(key(value.into()), argument.clone());
                }
                let mut run = Run {
                    memory,
                    program: [x, y],
                };
                run.block(self.body, &mut values)
                    .map_err(|error| format!("program {x}, {y}: {error}"))?;
            }
        }
        Ok(())
    }
}

impl Run<'_> {
    /// Runs a block; gives the operands of its terminator.
    fn block<'a>(
        &mut self,
        block: BlockRef<'a, 'a>,
        values: &mut Values,
    ) -> Result<Vec<Block>, String> {
        let mut next = block.first_operation();
        while let Some(operation) = next {
            next = operation.next_in_block();
            let name = name_of(operation);
            let operands = operation
                .operands()
                .map(|operand| {
                    values
                        .get(&key(operand))
                        .cloned()
                        .ok_or_else(|| format!("{name}: an operand without a value"))
                })
                .collect::<Result<Vec<_>, _>>()?;
            if next.is_none() {
                return Ok(operands);
            }
            let results = self
                .operation(operation, &operands, values)
                .map_err(|error| format!("{name}: {error}"))?;
            if results.len() != operation.result_count() {
                return Err(format!(
                    "{name}: expected {} results",
                    operation.result_count()
                ));
            }
            for (result, value) in results.into_iter().zip(operation.results()) {
                check(&result, value.into()).map_err(|error| format!("{name}: {error}"))?;
                values.insert(key(value.into()), result);
            }
        }
        Ok(Vec::new())
    }

    fn operation<'a>(
        &mut self,
        operation: OperationRef<'a, 'a>,
        operands: &[Block],
        values: &Values,
    ) -> Result<Vec<Block>, String> {
        let name = name_of(operation);
        let number = |name: &str| -> Result<i64, String> {
            let attribute = operation
                .attribute(name)
                .map_err(|error| error.to_string())?;
            let number =
                IntegerAttribute::try_from(attribute).map_err(|error| error.to_string())?;
            Ok(number.value())
        };
        let result_type = || -> Result<_, String> {
            let result = operation.result(0).map_err(|error| error.to_string())?;
            parts(result.r#type())
        };
        match name {
            "tt.store" => {
                let [pointers, value, ..] = operands else {
                    return Err("expected pointers and a value".into());
                };
                self.memory
                    .store(pointers, value, operands.get(2), self.program)?;
                return Ok(vec![]);
            }
            "scf.for" => return self.for_loop(operation, operands, values),
            _ => {}
        }
        let (shape, element) = result_type()?;
        let result = |elements| Block {
            shape: shape.clone(),
            element,
            elements,
        };
        let block = match name {
            "tt.get_program_id" => Block::scalar(element, self.program[number("axis")? as usize]),
            "tt.make_range" => {
                if (number("start")?, number("end")?) != (0, shape[0] as i64) {
                    return Err("expected a range of the result's size".into());
                }
                result(Elements::Int((0..shape[0] as i64).collect()))
            }
            "tt.splat" => operands[0].gather(shape.clone(), |_| 0),
            "tt.expand_dims" => operands[0].gather(shape.clone(), |at| at),
            "tt.broadcast" => {
                let from = &operands[0].shape;
                operands[0].gather(shape.clone(), |at| {
                    let mut rest = at;
                    let mut stride = 1;
                    let mut index = 0;
                    for (&size, &old) in shape.iter().zip(from).rev() {
                        let place = rest % size;
                        rest /= size;
                        index += if old == 1 { 0 } else { place * stride };
                        stride *= old;
                    }
                    index
                })
            }
            "tt.addptr" => {
                let offsets = operands[1].ints()?.iter();
                let moved = operands[0].pointers()?.iter().zip(offsets);
                result(Elements::Pointer(
                    moved
                        .map(|(pointer, offset)| Pointer {
                            offset: pointer.offset + offset,
                            ..*pointer
                        })
                        .collect(),
                ))
            }
            "tt.load" => {
                let [pointers, mask, other] = operands else {
                    return Err("expected pointers, a mask and other elements".into());
                };
                self.memory.load(pointers, mask, other, self.program)?
            }
            "tt.dot" => dot(operands)?,
            "tt.reduce" => reduce(operation, &operands[0], number("axis")? as usize)?,
            "arith.constant" => {
                let count = shape.iter().product();
                let value = operation
                    .attribute("value")
                    .map_err(|error| error.to_string())?;
                let value = match DenseElementsAttribute::try_from(value) {
                    Ok(elements) if elements.is_splat() => elements.splat_value(),
                    Ok(_) => return Err("expected a splat".into()),
                    Err(_) => value,
                };
                result(match float_value(value) {
                    Some(number) => Elements::Float(vec![number; count]),
                    None => {
                        let number = IntegerAttribute::try_from(value)
                            .map_err(|error| error.to_string())?
                            .value();
                        Elements::Int(vec![element.wrap(number); count])
                    }
                })
            }
            "arith.select" => {
                let condition = operands[0].ints()?;
                let mut chosen = operands[2].clone();
                match (&mut chosen.elements, &operands[1].elements) {
                    (Elements::Float(to), Elements::Float(from)) => choose(to, from, condition),
                    (Elements::Int(to), Elements::Int(from)) => choose(to, from, condition),
                    _ => return Err("expected two values of one type".into()),
                }
                chosen
            }
            "arith.cmpi" => {
                let predicate = number("predicate")?;
                let of = operands[0].element;
                let pairs = operands[0].ints()?.iter().zip(operands[1].ints()?);
                let compared =
                    pairs.map(|(&x, &y)| compare_integers(predicate, of, x, y).map(i64::from));
                result(Elements::Int(compared.collect::<Result<_, _>>()?))
            }
            "arith.cmpf" => {
                let predicate = number("predicate")?;
                let pairs = operands[0].floats()?.iter().zip(operands[1].floats()?);
                let compared = pairs.map(|(&x, &y)| compare_floats(predicate, x, y).map(i64::from));
                result(Elements::Int(compared.collect::<Result<_, _>>()?))
            }
            _ => elementwise(name, operands, element)?,
        };
        Ok(vec![block])
    }

    fn for_loop<'a>(
        &mut self,
        operation: OperationRef<'a, 'a>,
        operands: &[Block],
        values: &Values,
    ) -> Result<Vec<Block>, String> {
        let bound = |at: usize| Ok::<_, String>(operands[at].ints()?[0]);
        let (from, to, step) = (bound(0)?, bound(1)?, bound(2)?);
        if step < 1 {
            return Err(format!("expected a positive step, but got {step}"));
        }
        let region = operation.region(0).map_err(|error| error.to_string())?;
        let body = region.first_block().ok_or("expected a body")?;
        let mut carried = operands[3..].to_vec();
        let mut at = from;
        while at < to {
            let mut inner = values.clone();
            let arguments = [Block::scalar(operands[0].element, at)];
            for (index, value) in arguments.iter().chain(&carried).enumerate() {
                let argument = body.argument(index).map_err(|error| error.to_string())?;
                check(value, argument.into())?;
                inner.insert(key(argument.into()), value.clone());
            }
            carried = self.block(body, &mut inner)?;
            at += step;
        }
        Ok(carried)
    }
}

fn choose<T: Copy>(to: &mut [T], from: &[T], condition: &[i64]) {
    for ((to, &from), &condition) in to.iter_mut().zip(from).zip(condition) {
        if condition != 0 {
            *to = from;
        }
    }
}

/// An op of each element by itself.
fn elementwise(
    name: &str,
    operands: &[Block],
    element: super::block::Element,
) -> Result<Block, String> {
    let first = operands.first().ok_or("an op that is not known")?;
    if operands.iter().any(|operand| operand.shape != first.shape) {
        return Err("expected operands of one shape".into());
    }
    let with = |elements| Block {
        shape: first.shape.clone(),
        element,
        elements,
    };
    match (operands, &first.elements) {
        ([_], Elements::Float(values)) if unary(name, 0.0).is_some() => {
            let results = values.iter().filter_map(|&value| unary(name, value));
            Ok(with(Elements::Float(
                results.map(|value| element.round(value)).collect(),
            )))
        }
        ([x], _) => convert(name, x, element),
        ([_, y], Elements::Float(values)) => {
            let pairs = values.iter().zip(y.floats()?);
            let results = pairs.map(|(&x, &y)| {
                binary(name, x, y)
                    .map(|value| element.round(value))
                    .ok_or_else(|| "an op that is not known".to_owned())
            });
            Ok(with(Elements::Float(results.collect::<Result<_, _>>()?)))
        }
        ([_, y], Elements::Int(values)) => {
            let pairs = values.iter().zip(y.ints()?);
            let results = pairs.map(|(&x, &y)| integer(name, element, x, y));
            Ok(with(Elements::Int(results.collect::<Result<_, _>>()?)))
        }
        _ => Err("an op that is not known".into()),
    }
}

/// `[M, K]` · `[K, N]` + `[M, N]` in i32, of the sizes that Triton takes.
fn dot(operands: &[Block]) -> Result<Block, String> {
    let [x, w, sum] = operands else {
        return Err("expected three operands".into());
    };
    let ([m, k], [also_k, n]) = (&x.shape[..], &w.shape[..]) else {
        return Err("expected matrices".into());
    };
    if k != also_k || sum.shape != [*m, *n] || *m < 16 || *n < 16 || *k < 32 {
        return Err(format!(
            "expected other sizes, but got {:?} and {:?}",
            x.shape, w.shape
        ));
    }
    let (x, w) = (x.ints()?, w.ints()?);
    let mut result = sum.ints()?.to_vec();
    for row in 0..*m {
        for inner in 0..*k {
            let factor = x[row * k + inner];
            for column in 0..*n {
                result[row * n + column] += factor * w[inner * n + column];
            }
        }
    }
    let result = result.into_iter().map(|value| sum.element.wrap(value));
    Ok(Block {
        elements: Elements::Int(result.collect()),
        ..sum.clone()
    })
}

/// Combines the elements along a dimension by the one op of the region.
fn reduce<'a>(
    operation: OperationRef<'a, 'a>,
    block: &Block,
    axis: usize,
) -> Result<Block, String> {
    let region = operation.region(0).map_err(|error| error.to_string())?;
    let body = region.first_block().ok_or("expected a body")?;
    let combine = body.first_operation().ok_or("expected an op")?;
    let end = combine.next_in_block().ok_or("expected an end")?;
    if name_of(end) != "tt.reduce.return"
        || end.operand(0).ok() != combine.result(0).ok().map(Value::from)
    {
        return Err("expected one op that combines two elements".into());
    }
    let name = name_of(combine);
    let mut shape = block.shape.clone();
    let size = shape.remove(axis);
    let inner: usize = block.shape[axis + 1..].iter().product();
    let index = |at: usize, along: usize| (at / inner) * size * inner + along * inner + at % inner;
    let count: usize = shape.iter().product();
    let elements = match &block.elements {
        Elements::Float(values) => Elements::Float(
            (0..count)
                .map(|at| {
                    let terms = (1..size).map(|along| values[index(at, along)]);
                    terms.fold(values[index(at, 0)], |sum, term| {
                        block
                            .element
                            .round(binary(name, sum, term).unwrap_or(f64::NAN))
                    })
                })
                .collect(),
        ),
        Elements::Int(values) => {
            let one = |at: usize| {
                let mut terms = (1..size).map(|along| values[index(at, along)]);
                terms.try_fold(values[index(at, 0)], |sum, term| {
                    integer(name, block.element, sum, term)
                })
            };
            Elements::Int((0..count).map(one).collect::<Result<_, _>>()?)
        }
        Elements::Pointer(_) => return Err("expected numbers".into()),
    };
    Ok(Block {
        shape,
        element: block.element,
        elements,
    })
}
