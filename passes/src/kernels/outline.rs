//! Kernels as functions, and calls of them.

use super::{
    Extent, Extents, KERNEL,
    partition::{Kernel, Partition, Step, is_support, operands_of},
};
use crate::emit::{Emit, Size};
use fidelity_dialect::TensorType;
use melior::ir::{
    BlockLike, BlockRef, Type, TypeLike, Value, ValueLike,
    attribute::{FlatSymbolRefAttribute, StringAttribute, TypeAttribute},
    operation::{OperationLike, OperationRef},
    r#type::FunctionType,
};
use ods_bridge::{
    Builder, Diagnostic, build_before, defining_op, erase, move_before, name_of, operations_within,
    set_operands, string_value,
};
use std::collections::{HashMap, HashSet};

/// Values in the place of others.
#[derive(Default)]
struct Replaced<'a>(HashMap<usize, Value<'a, 'a>>);

impl<'a> Replaced<'a> {
    fn key(value: Value<'a, 'a>) -> usize {
        value.to_raw().ptr as usize
    }

    fn insert(&mut self, old: Value<'a, 'a>, new: Value<'a, 'a>) {
        self.0.insert(Self::key(old), new);
    }

    fn get(&self, value: Value<'a, 'a>) -> Option<Value<'a, 'a>> {
        self.0.get(&Self::key(value)).copied()
    }

    /// Puts the values into an op and the ops within it.
    fn apply(&self, operation: OperationRef<'a, 'a>) {
        for inner in operations_within(operation) {
            let old: Vec<_> = inner.operands().collect();
            let new: Vec<_> = old
                .iter()
                .map(|&value| self.get(value).unwrap_or(value))
                .collect();
            if old != new {
                set_operands(inner, &new);
            }
        }
    }
}

/// Puts the kernels of a function into functions of their own.
pub fn outline<'a>(
    function: OperationRef<'a, 'a>,
    block: BlockRef<'a, 'a>,
    extents: &Extents<'a>,
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
    let mut host = Host {
        terminator,
        extents,
        replaced: Replaced::default(),
        placed: HashSet::new(),
    };
    let name = function
        .attribute("sym_name")
        .ok()
        .and_then(|name| StringAttribute::try_from(name).ok())
        .map_or("", string_value);
    let mut taken: HashSet<String> = HashSet::new();
    let mut number = 0;
    for (step, of) in partition.steps.iter().enumerate() {
        let kernel = match of {
            Step::Other(operation) => {
                host.place(*operation);
                continue;
            }
            Step::Kernel(kernel) => kernel,
        };
        let symbol = loop {
            let symbol = format!("{name}_kernel{number}");
            number += 1;
            if extents.function(&symbol).is_none() && taken.insert(symbol.clone()) {
                break symbol;
            }
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
    host.place(terminator);
    // What the kernels have, and what nothing reads any more, users first.
    let mut operations = Vec::new();
    let mut next = block.first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        operations.push(operation);
    }
    for operation in operations.into_iter().rev() {
        if !host.placed.contains(&key(operation)) {
            erase(operation);
        }
    }
    Ok(())
}

fn key(operation: OperationRef<'_, '_>) -> usize {
    operation.to_raw().ptr as usize
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
    let builder = Builder::at_end(module, first.operation.location());
    let types = |values: &[Value<'a, 'a>]| -> Vec<Type<'a>> {
        values.iter().map(|value| value.r#type()).collect()
    };
    let (input_types, result_types) = (types(inputs), types(results));
    let mut failure = None;
    let region = builder.region(&input_types, |builder, arguments| {
        let mut body = Body {
            emit: Emit::new(builder, false),
            inputs,
            arguments,
            extents,
            replaced: Replaced::default(),
        };
        for (&input, &argument) in inputs.iter().zip(arguments) {
            body.replaced.insert(input, argument);
        }
        for member in &kernel.members {
            if let Err(error) = body.member(member.operation) {
                failure = Some(error);
                return;
            }
        }
        let returned: Vec<_> = results
            .iter()
            .filter_map(|&result| body.replaced.get(result))
            .collect();
        builder.op("func.return").operands(&returned).insert();
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    let context = builder.context();
    let r#type = FunctionType::new(context, &input_types, &result_types);
    builder
        .op("func.func")
        .attribute("sym_name", StringAttribute::new(context, symbol))
        .attribute("sym_visibility", StringAttribute::new(context, "private"))
        .attribute("function_type", TypeAttribute::new(r#type.into()))
        .attribute(KERNEL, StringAttribute::new(context, kernel.kind.keyword()))
        .region(region)
        .insert();
    Ok(())
}

/// The body of a kernel's function as it is built.
struct Body<'a, 'b> {
    emit: Emit<'a, 'b>,
    inputs: &'b [Value<'a, 'a>],
    arguments: &'b [Value<'a, 'a>],
    extents: &'b Extents<'a>,
    replaced: Replaced<'a>,
}

impl<'a> Body<'a, '_> {
    /// Copies a member.
    fn member(&mut self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        for operand in operands_of(operation) {
            self.import(operand)?;
        }
        self.copy(operation);
        Ok(())
    }

    fn copy(&mut self, operation: OperationRef<'a, 'a>) {
        let copy = self.emit.insert((*operation).clone());
        self.replaced.apply(copy);
        for (old, new) in operation.results().zip(copy.results()) {
            self.replaced.insert(old.into(), new.into());
        }
    }

    /// Makes a value from outside one of the function.
    fn import(&mut self, value: Value<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        if self.replaced.get(value).is_some() {
            return Ok(());
        }
        let operation = defining_op(value)
            .ok_or_else(|| Diagnostic::new("internal error: an argument that no kernel has"))?;
        match name_of(operation) {
            "arith.constant" => self.copy(operation),
            "tensor.extract_slice" => {
                let source = operation.operand(0);
                self.import(source.map_err(|error| Diagnostic::new(error.to_string()))?)?;
                for size in operation.operands().skip(1) {
                    self.import(size)?;
                }
                self.copy(operation);
            }
            "tensor.cast" => {
                for source in operation.operands() {
                    self.import(source)?;
                }
                self.copy(operation);
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

/// The function as it becomes calls, in the order of the steps.
struct Host<'a, 'b> {
    terminator: OperationRef<'a, 'a>,
    extents: &'b Extents<'a>,
    replaced: Replaced<'a>,
    placed: HashSet<usize>,
}

impl<'a> Host<'a, '_> {
    /// Puts an op after what there is, and before it what it needs of sizes,
    /// constants and slices.
    fn place(&mut self, operation: OperationRef<'a, 'a>) {
        for operand in operands_of(operation) {
            self.settle(operand);
        }
        self.replaced.apply(operation);
        self.placed.insert(key(operation));
        if operation != self.terminator {
            move_before(operation, self.terminator);
        }
    }

    fn settle(&mut self, value: Value<'a, 'a>) {
        if let Some(operation) = defining_op(value)
            && is_support(operation, self.extents)
            && !self.placed.contains(&key(operation))
        {
            self.place(operation);
        }
    }

    fn call(&mut self, symbol: &str, inputs: &[Value<'a, 'a>], results: &[Value<'a, 'a>]) {
        for &input in inputs {
            self.settle(input);
        }
        let inputs: Vec<_> = inputs
            .iter()
            .map(|&input| self.replaced.get(input).unwrap_or(input))
            .collect();
        let call = build_before(self.terminator, |builder| {
            let mut call = builder
                .op("func.call")
                .attribute(
                    "callee",
                    FlatSymbolRefAttribute::new(builder.context(), symbol),
                )
                .operands(&inputs);
            for result in results {
                call = call.result(result.r#type());
            }
            call.insert()
        });
        self.placed.insert(key(call));
        for (&old, new) in results.iter().zip(call.results()) {
            self.replaced.insert(old, new.into());
        }
    }
}
