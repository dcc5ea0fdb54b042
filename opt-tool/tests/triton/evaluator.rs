//! Triton IR, evaluated: the subset that the lowering makes.
//!
//! An op that is not known is an error, as is an access out of range: a mask
//! that lets one through is found. Floats are rounded to their types after each
//! op.

use super::kernels::{
    arithmetic::{self, binary, integer, number},
    block::{Block, Element, Elements, Pointer},
    memory::{Agent, Memory},
};
use fidelity_tools::context;
use melior::ir::{
    BlockLike, BlockRef, Module, RegionLike, Type, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{name_of, operations_within};
use std::collections::HashMap;

type Values = HashMap<usize, Block>;

/// Runs the kernel of a module's text on a grid.
pub fn evaluate(
    text: &str,
    _: &serde_json::Value,
    memory: &mut Memory,
    grid: [i64; 2],
    arguments: &[Block],
) -> Result<(), String> {
    let context = context::new();
    let module = Module::parse(&context, text).ok_or("expected a module")?;
    Kernel::of(&module)?.launch(memory, grid, arguments)
}

/// A kernel.
struct Kernel<'a> {
    body: BlockRef<'a, 'a>,
}

struct Run<'m> {
    memory: &'m mut Memory,
    program: Agent,
}

fn key(value: Value<'_, '_>) -> usize {
    value.to_raw().ptr as usize
}

impl<'a> Kernel<'a> {
    /// The only function of a module, which has to be all that it holds.
    fn of(module: &'a Module<'a>) -> Result<Self, String> {
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
    fn launch(
        &self,
        memory: &mut Memory,
        grid: [i64; 2],
        arguments: &[Block],
    ) -> Result<(), String> {
        if arguments.len() != self.body.argument_count() {
            return Err(format!(
                "expected {} arguments, but got {}",
                self.body.argument_count(),
                arguments.len()
            ));
        }
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
                    program: [x, y, 0],
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
        let number = |name: &str| number(operation, name);
        let result_type = || -> Result<_, String> {
            let result = operation.result(0).map_err(|error| error.to_string())?;
            parts(result.r#type())
        };
        match name {
            "tt.store" => {
                let [pointers, value, ..] = operands else {
                    return Err("expected pointers and a value".into());
                };
                self.store(pointers, value, operands.get(2))?;
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
                let moved = pointers_of(&operands[0])?.iter().zip(offsets);
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
                self.load(pointers, mask, other)?
            }
            "tt.dot" => dot(operands)?,
            "tt.reduce" => reduce(operation, &operands[0], number("axis")? as usize)?,
            _ => {
                let operands: Vec<&Block> = operands.iter().collect();
                arithmetic::evaluate(operation, &operands, &shape, element)?
            }
        };
        Ok(vec![block])
    }

    /// Loads; an element that the mask leaves out is that of `other`.
    fn load(&mut self, pointers: &Block, mask: &Block, other: &Block) -> Result<Block, String> {
        let mut result = other.clone();
        let places = pointers_of(pointers)?.iter().zip(mask.ints()?);
        for (index, (&pointer, &is_there)) in places.enumerate() {
            if is_there == 0 {
                continue;
            }
            let value = self.memory.load(pointer, other.element, self.program)?;
            result.set(index, value)?;
        }
        Ok(result)
    }

    /// Stores what a mask does not leave out.
    fn store(
        &mut self,
        pointers: &Block,
        value: &Block,
        mask: Option<&Block>,
    ) -> Result<(), String> {
        for (index, &pointer) in pointers_of(pointers)?.iter().enumerate() {
            if let Some(mask) = mask
                && mask.ints()?[index] == 0
            {
                continue;
            }
            let scalar = value.get(index)?;
            self.memory
                .store(pointer, value.element, scalar, self.program)?;
        }
        Ok(())
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
        Elements::Float(values) => {
            let combine = binary(name).ok_or("an op that is not known")?;
            let one = |at: usize| {
                let terms = (1..size).map(|along| values[index(at, along)]);
                terms.fold(values[index(at, 0)], |sum, term| {
                    block.element.round(combine(sum, term))
                })
            };
            Elements::Float((0..count).map(one).collect())
        }
        Elements::Int(values) => {
            let combine = integer(name).ok_or("an op that is not known")?;
            let one = |at: usize| {
                let mut terms = (1..size).map(|along| values[index(at, along)]);
                terms.try_fold(values[index(at, 0)], |sum, term| {
                    let sum = combine(block.element, sum, term)?;
                    Ok::<_, String>(block.element.wrap(sum))
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

/// The shape and element of a type; every size of a block is a power of two.
fn parts(r#type: Type<'_>) -> Result<(Vec<usize>, Element), String> {
    let Some(tensor) = fidelity_dialect::TensorType::new(r#type) else {
        return Ok((vec![], Element::parse(&r#type.to_string())?));
    };
    let shape: Vec<usize> = tensor.shape.iter().map(|&size| size as usize).collect();
    if !shape.iter().all(|size| size.is_power_of_two()) {
        return Err(format!(
            "expected sizes that are powers of two, but got {type}"
        ));
    }
    Ok((shape, Element::parse(&tensor.element.to_string())?))
}

/// Checks that a value has the type that the op says.
fn check(block: &Block, value: Value<'_, '_>) -> Result<(), String> {
    let (shape, element) = parts(value.r#type())?;
    if (&shape, element) == (&block.shape, block.element) {
        return Ok(());
    }
    Err(format!(
        "expected a value of type {}, but got {:?} of {:?}",
        value.r#type(),
        block.shape,
        block.element
    ))
}

fn pointers_of(block: &Block) -> Result<&[Pointer], String> {
    match &block.elements {
        Elements::Pointer(values) => Ok(values),
        other => Err(format!("expected pointers, but got {other:?}")),
    }
}
