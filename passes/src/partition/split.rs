//! The parts as functions, and the function as calls of them.

use super::{
    CATEGORY, DEVICE,
    plan::{Plan, is_tensor},
};
use crate::{
    FidelityPartition,
    outline::{Host, Outlined, Replaced, Symbols, symbol_of},
    physical_type,
};
use fidelity_dialect::{TensorType, Transfer};
use melior::ir::{
    BlockLike, BlockRef, TypeLike, Value, ValueLike,
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, Diagnostic, OpView, PassContext, bit_width, context_of, remark};
use std::{
    collections::{HashMap, HashSet},
    iter,
    ops::RangeFrom,
};

/// Splits a function of one block as planned.
pub fn split<'a>(
    function: OperationRef<'a, 'a>,
    block: BlockRef<'a, 'a>,
    plan: &Plan<'a>,
    host: Option<&'a str>,
    symbols: &mut Symbols,
    context: &PassContext<'_>,
) -> Result<(), Diagnostic<'a>> {
    let (Some(terminator), Some(module)) = (block.terminator(), function.block()) else {
        return Ok(());
    };
    let mut parts: HashMap<&str, usize> = HashMap::new();
    for device in plan.steps.iter().filter_map(|step| step.device) {
        *parts.entry(device).or_default() += 1;
    }
    let mut numbers: HashMap<&str, RangeFrom<usize>> = HashMap::new();
    let needed = needed(plan, terminator);
    let ir = context_of(function.context());
    let is_copied = |operation| plan.is_copied(operation);
    let mut caller = Caller {
        plan,
        device: host,
        host: Host::new(terminator, &is_copied),
        homes: HashMap::new(),
        there: HashMap::new(),
        context,
    };
    for (number, step) in plan.steps.iter().enumerate() {
        let Some(device) = step.device else {
            for &operation in &step.operations {
                caller.bring(operation)?;
                caller.host.place(operation);
            }
            continue;
        };
        let symbol = format!("{}_{device}", symbol_of(function).unwrap_or_default());
        let numbers = numbers.entry(device).or_insert(0..);
        let numbered = numbers.map(|number| format!("{symbol}_{number}"));
        let plain = iter::once(symbol.clone()).filter(|_| parts.get(device) == Some(&1));
        let Some(symbol) = symbols.take(plain.chain(numbered)) else {
            continue;
        };
        let (mut inputs, mut brought) = (Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for &operation in &step.operations {
            for value in plan.reads(operation) {
                if plan.place(value) != number && seen.insert(Replaced::key(value)) {
                    inputs.push(value);
                    brought.push(caller.on(value, Some(device), operation)?);
                }
            }
        }
        let made = step.operations.iter().flat_map(|made| made.results());
        let results: Vec<Value<'a, 'a>> = made
            .map(Value::from)
            .filter(|&result| needed.contains(&Replaced::key(result)))
            .collect();
        build(
            &step.operations,
            module,
            &Outlined {
                symbol: &symbol,
                inputs: &inputs,
                results: &results,
                mark: (DEVICE, StringAttribute::new(ir, device).into()),
            },
        )?;
        caller.host.call(&symbol, &brought, &results);
        context.add_to_statistic(FidelityPartition::PARTS, 1);
        let own = step.operations.iter();
        let own: Vec<_> = own.filter(|&&operation| !is_copied(operation)).collect();
        if let Some(first) = own.first() {
            let count = own.len();
            let ops = if count == 1 { "op" } else { "ops" };
            let message = format!("{count} {ops} on {device} as @{symbol}");
            remark::passed(first.location(), CATEGORY, "part", &message);
        }
    }
    caller.bring(terminator)?;
    caller.host.finish(block);
    Ok(())
}

/// The values that are read in another step than the one that makes them.
fn needed<'a>(plan: &Plan<'a>, terminator: OperationRef<'a, 'a>) -> HashSet<usize> {
    let returned = plan.reads(terminator).into_iter();
    let mut needed: HashSet<usize> = returned.map(Replaced::key).collect();
    for (number, step) in plan.steps.iter().enumerate() {
        let operations = step.operations.iter();
        let read = operations.flat_map(|&operation| plan.reads(operation));
        let elsewhere = read.filter(|&value| plan.place(value) != number);
        needed.extend(elsewhere.map(Replaced::key));
    }
    needed
}

/// Builds the function of a part.
fn build<'a>(
    operations: &[OperationRef<'a, 'a>],
    module: BlockRef<'a, 'a>,
    outlined: &Outlined<'a, '_>,
) -> Result<(), Diagnostic<'a>> {
    let Some(first) = operations.first() else {
        return Ok(());
    };
    outlined.build(module, first.location(), |builder, _, replaced| {
        for &operation in operations {
            replaced.copy(operation, builder);
        }
        Ok(())
    })
}

/// The function that calls the parts.
struct Caller<'a, 'b> {
    plan: &'b Plan<'a>,
    /// Its device, if it has one.
    device: Option<&'a str>,
    host: Host<'a, 'b>,
    /// The devices on which values of a caller without a device are.
    homes: HashMap<usize, &'a str>,
    /// What was transferred, by value and destination.
    there: HashMap<(usize, &'a str), Value<'a, 'a>>,
    context: &'b PassContext<'b>,
}

impl<'a> Caller<'a, '_> {
    /// Lets an op of the caller read values where the caller is.
    fn bring(&mut self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        let mut replaced = Replaced::default();
        for value in self.plan.reads(operation) {
            replaced.insert(value, self.on(value, self.device, operation)?);
        }
        replaced.apply(operation);
        Ok(())
    }

    /// A value as an op on a device reads it.
    fn on(
        &mut self,
        value: Value<'a, 'a>,
        device: Option<&'a str>,
        reader: OperationRef<'a, 'a>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let current = self.host.current(value);
        let Some(to) = device else {
            return Ok(current);
        };
        let maker = self.plan.steps[self.plan.place(value)].device;
        let first_reader = || *self.homes.entry(Replaced::key(value)).or_insert(to);
        let from = maker.or(self.device).unwrap_or_else(first_reader);
        if from == to || is_scalar(value) {
            return Ok(current);
        }
        if !is_tensor(value) {
            let expected = format!("a tensor or a scalar to go from {from} to {to}");
            let error = Diagnostic::expected(expected, value.r#type());
            return Err(error.at(reader.location()).note_value("it", value));
        }
        let place = (Replaced::key(value), to);
        if let Some(&there) = self.there.get(&place) {
            return Ok(there);
        }
        let transfer = self.host.build(|builder: &Builder<'a>| {
            let [from, to] = [from, to].map(|name| StringAttribute::new(builder.context(), name));
            builder
                .op(Transfer::NAME)
                .operand(current)
                .attribute("from", from)
                .attribute("to", to)
                .result(current.r#type())
                .insert()
        });
        let there = transfer.result(0).map(Value::from);
        let there = there.map_err(|error| Diagnostic::new(error.to_string()))?;
        self.there.insert(place, there);
        let bytes = byte_size(value);
        self.context
            .add_to_statistic(FidelityPartition::TRANSFERS, 1);
        self.context
            .add_to_statistic(FidelityPartition::BYTES, bytes.unwrap_or(0));
        let bytes = bytes.map_or("unknown".to_owned(), |bytes| bytes.to_string());
        let message = format!("{} from {from} to {to}, bytes: {bytes}", value.r#type());
        remark::analysis(reader.location(), CATEGORY, "transfer", &message);
        Ok(there)
    }
}

/// Whether a call passes a value along, wherever its reader is.
fn is_scalar(value: Value<'_, '_>) -> bool {
    let r#type = value.r#type();
    r#type.is_index()
        || r#type.is_integer()
        || r#type.is_float()
        || r#type.is_complex()
        || r#type.is_vector()
}

/// The bytes of a tensor as it lies in memory, if the type says them.
fn byte_size(value: Value<'_, '_>) -> Option<usize> {
    let tensor = TensorType::new(physical_type(value.r#type()))?;
    let bits = usize::try_from(bit_width(tensor.element)?).ok()?;
    tensor.count()?.checked_mul(bits.div_ceil(8))
}
