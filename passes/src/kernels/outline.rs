//! Kernels as functions, and calls of them.

use super::{
    Extent, Extents, KERNEL,
    partition::{Kernel, Partition, Step, is_support},
};
use crate::{
    emit::{Emit, Size},
    outline::{Host, Outlined, Replaced, Symbols, operands_of, symbol_of},
};
use fidelity_dialect::TensorType;
use melior::ir::{
    BlockLike, BlockRef, TypeLike, Value, ValueLike,
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, context_of, defining_op, name_of};
use std::collections::HashSet;

/// Puts the kernels of a function into functions of their own.
pub fn outline<'a>(
    function: OperationRef<'a, 'a>,
    block: BlockRef<'a, 'a>,
    extents: &Extents<'a>,
    symbols: &mut Symbols,
) -> Result<(), Diagnostic<'a>> {
    let partition = Partition::of(block, extents)?;
    let (Some(terminator), Some(module)) = (block.terminator(), function.block()) else {
        return Ok(());
    };
    let has_kernel = |of: &Step<'a>| matches!(of, Step::Kernel(_));
    if !partition.steps.iter().any(has_kernel) {
        return Ok(());
    }
    let needed = needed(&partition, terminator, extents);
    let is_support = |operation| is_support(operation, extents);
    let mut host = Host::new(terminator, &is_support);
    let name = symbol_of(function).unwrap_or("");
    let mut numbers = 0..;
    for (step, of) in partition.steps.iter().enumerate() {
        let kernel = match of {
            Step::Other(operation) => {
                host.place(*operation);
                continue;
            }
            Step::Kernel(kernel) => kernel,
        };
        let mut names = (&mut numbers).map(|number: usize| format!("{name}_kernel{number}"));
        let Some(symbol) = symbols.take(&mut names) else {
            continue;
        };
        let results: Vec<Value<'a, 'a>> = kernel
            .members
            .iter()
            .flat_map(|member| member.operation.results().map(Value::from))
            .filter(|&result| needed.contains(&(step, Replaced::key(result))))
            .collect();
        let inputs = inputs(kernel, &partition, step, function, extents);
        build(kernel, &symbol, &inputs, &results, module, extents)?;
        host.call(&symbol, &inputs, &results);
    }
    host.finish(block);
    Ok(())
}

/// Whether a kernel makes a value anew instead of reading it from memory: a
/// constant whose elements are all one number.
fn is_immediate<'a>(value: Value<'a, 'a>) -> bool {
    let Some(constant) = fidelity_dialect::constant_value(value) else {
        return false;
    };
    if !value.r#type().is_ranked_tensor() {
        return true;
    }
    melior::ir::attribute::DenseElementsAttribute::try_from(constant)
        .is_ok_and(|elements| elements.is_splat())
}

/// The tensor of which a value is a part or another view.
fn whole<'a>(mut value: Value<'a, 'a>) -> Value<'a, 'a> {
    while let Some(operation) = defining_op(value)
        && matches!(name_of(operation), "tensor.extract_slice" | "tensor.cast")
        && let Ok(source) = operation.operand(0)
    {
        value = source;
    }
    value
}

/// What is read of each kernel from outside it, by the kernel's step.
fn needed<'a>(
    partition: &Partition<'a>,
    terminator: OperationRef<'a, 'a>,
    extents: &Extents<'a>,
) -> HashSet<(usize, usize)> {
    let mut needed = HashSet::new();
    let mut note = |value: Value<'a, 'a>, reader: Option<usize>| {
        if let Some(step) = partition.step_of(value)
            && Some(step) != reader
        {
            needed.insert((step, Replaced::key(value)));
        }
    };
    let mut open: Vec<Value<'a, 'a>> = operands_of(terminator);
    for (step, of) in partition.steps.iter().enumerate() {
        let kernel = match of {
            Step::Other(operation) => {
                open.extend(operands_of(*operation));
                continue;
            }
            Step::Kernel(kernel) => kernel,
        };
        for read in kernel.members.iter().flat_map(|member| &member.reads) {
            let value = whole(read.value);
            note(value, Some(step));
            // What no kernel makes is made where this one is called.
            if partition.step_of(value).is_none() {
                open.push(value);
            }
        }
    }
    while let Some(value) = open.pop() {
        note(value, None);
        if let Some(operation) = defining_op(value)
            && is_support(operation, extents)
        {
            open.extend(operation.operands());
        }
    }
    needed
}

/// What a kernel is called with.
fn inputs<'a>(
    kernel: &Kernel<'a>,
    partition: &Partition<'a>,
    step: usize,
    function: OperationRef<'a, 'a>,
    extents: &Extents<'a>,
) -> Vec<Value<'a, 'a>> {
    let mut inputs: Vec<Value<'a, 'a>> = Vec::new();
    for read in kernel.members.iter().flat_map(|member| &member.reads) {
        let value = whole(read.value);
        let is_inside = partition.step_of(value) == Some(step);
        if !is_inside && !is_immediate(value) && !inputs.contains(&value) {
            inputs.push(value);
        }
    }
    // A size that no input has comes with the argument that has it.
    let sizes = kernel.members.iter().flat_map(|member| {
        let leading = member.leading.iter().copied();
        leading.chain([member.width]).collect::<Vec<_>>()
    });
    for size in sizes {
        let Extent::Argument { argument, .. } = size else {
            continue;
        };
        let is_known = inputs
            .iter()
            .any(|&input| extents.of(input).is_some_and(|sizes| sizes.contains(&size)));
        if !is_known
            && let Ok(region) = function.region(0)
            && let Some(entry) = melior::ir::RegionLike::first_block(&region)
            && let Ok(argument) = entry.argument(argument)
        {
            inputs.push(argument.into());
        }
    }
    inputs
}

/// Builds the function of a kernel.
fn build<'a>(
    kernel: &Kernel<'a>,
    symbol: &str,
    inputs: &[Value<'a, 'a>],
    results: &[Value<'a, 'a>],
    module: BlockRef<'a, 'a>,
    extents: &Extents<'a>,
) -> Result<(), Diagnostic<'a>> {
    let Some(first) = kernel.members.first() else {
        return Ok(());
    };
    let context = context_of(first.operation.context());
    let outlined = Outlined {
        symbol,
        inputs,
        results,
        mark: (
            KERNEL,
            StringAttribute::new(context, kernel.kind.keyword()).into(),
        ),
    };
    outlined.build(
        module,
        first.operation.location(),
        |builder, arguments, replaced| {
            let mut body = Body {
                emit: Emit::new(builder, false),
                inputs,
                arguments,
                extents,
                replaced,
            };
            let mut members = kernel.members.iter();
            members.try_for_each(|member| body.member(member.operation))
        },
    )
}

/// The body of a kernel's function as it is built.
struct Body<'a, 'b> {
    emit: Emit<'a, 'b>,
    inputs: &'b [Value<'a, 'a>],
    arguments: &'b [Value<'a, 'a>],
    extents: &'b Extents<'a>,
    replaced: &'b mut Replaced<'a>,
}

impl<'a> Body<'a, '_> {
    /// Copies a member.
    fn member(&mut self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        for operand in operands_of(operation) {
            self.import(operand)?;
        }
        self.replaced.copy(operation, &self.emit);
        Ok(())
    }

    /// Makes a value from outside one of the function.
    fn import(&mut self, value: Value<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        if self.replaced.get(value).is_some() {
            return Ok(());
        }
        let operation = defining_op(value)
            .ok_or_else(|| Diagnostic::new("internal error: an argument that no kernel has"))?;
        match name_of(operation) {
            "arith.constant" => {
                self.replaced.copy(operation, &self.emit);
            }
            "tensor.extract_slice" => {
                let source = operation.operand(0);
                self.import(source.map_err(|error| Diagnostic::new(error.to_string()))?)?;
                for size in operation.operands().skip(1) {
                    self.import(size)?;
                }
                self.replaced.copy(operation, &self.emit);
            }
            "tensor.cast" => {
                for source in operation.operands() {
                    self.import(source)?;
                }
                self.replaced.copy(operation, &self.emit);
            }
            "tensor.dim" => {
                let sizes = operation.operand(0).ok().and_then(|of| self.extents.of(of));
                let index = operation.operand(1).ok();
                let index = index.and_then(fidelity_dialect::index_value);
                let size = sizes.zip(index).and_then(|(sizes, index)| {
                    let index = usize::try_from(index).ok()?;
                    self.size(*sizes.get(index)?)
                });
                let size = size.ok_or_else(|| unknown(operation))?;
                let new = self.emit.size_value(size);
                self.replaced.insert(value, new);
            }
            // The elements of what an op overwrites do not matter.
            _ => {
                let sizes = self.extents.of(value);
                let sizes = sizes
                    .and_then(|sizes| {
                        let sizes = sizes.into_iter().map(|size| self.size(size));
                        sizes.collect::<Option<Vec<_>>>()
                    })
                    .ok_or_else(|| unknown(operation))?;
                let tensor = TensorType::of(value);
                let empty = self.emit.empty(&sizes, tensor.element);
                let new = self.emit.result(empty, value.r#type());
                self.replaced.insert(value, new);
            }
        }
        Ok(())
    }

    /// A size by the argument that has it.
    fn size(&self, size: Extent) -> Option<Size<'a>> {
        if let Extent::Known(number) = size {
            return Some(Size::Static(number));
        }
        self.inputs
            .iter()
            .zip(self.arguments)
            .find_map(|(&input, &argument)| {
                let sizes = self.extents.of(input)?;
                let dimension = sizes.iter().position(|&other| other == size)?;
                Some(self.emit.size(argument, dimension))
            })
    }
}

fn unknown<'a>(operation: OperationRef<'a, 'a>) -> Diagnostic<'a> {
    Diagnostic::expected(
        "sizes that are those of arguments of the function",
        "others",
    )
    .at(operation.location())
}
