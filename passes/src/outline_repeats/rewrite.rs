//! A section as a function, and calls of it.

use super::{
    choose::{Section, results},
    sequence::{Sequence, Source},
};
use crate::outline::{Outlined, Replaced, key};
use melior::ir::{
    Attribute, AttributeLike, BlockRef, Location, Value, ValueLike,
    attribute::FlatSymbolRefAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Builder, Diagnostic, build_before, context_of, erase, fused_location, move_before, name_of,
    operations_within, replace_uses, set_location, uses_of,
};
use std::collections::HashMap;

/// A value that ops of a section read from outside of it.
enum Operand<'a> {
    /// The same constant in every repeat: the function has it.
    Constant(Attribute<'a>),
    /// The number of the function's argument that it is.
    Argument(usize),
}

/// What goes into a section.
struct Inputs<'a> {
    /// The operands, by place from where the section begins and number of the read.
    operands: HashMap<[usize; 2], Operand<'a>>,
    /// The arguments in order: the values of each, repeat by repeat.
    arguments: Vec<Vec<Value<'a, 'a>>>,
}

impl<'a> Inputs<'a> {
    /// What is the same in every repeat wherever it is read is one argument.
    fn of(sequence: &Sequence<'a>, section: &Section, current: &Replaced<'a>) -> Self {
        let mut inputs = Self {
            operands: HashMap::new(),
            arguments: Vec::new(),
        };
        let mut numbers: HashMap<Vec<usize>, usize> = HashMap::new();
        let first = section.starts[0];
        for offset in 0..section.length {
            for (number, read) in sequence.steps[first + offset].reads.iter().enumerate() {
                match read.source {
                    Source::Anew(_) => continue,
                    Source::Step { place, .. } if place >= first => continue,
                    _ => {}
                }
                let reads = section.starts.iter();
                let reads: Vec<_> = reads
                    .map(|&start| sequence.steps[start + offset].reads[number])
                    .collect();
                let constants = reads.iter().map(|read| match read.source {
                    Source::Constant(attribute) => Some(attribute),
                    _ => None,
                });
                let constants: Option<Vec<_>> = constants.collect();
                let operand = match constants.as_deref() {
                    Some([one, others @ ..]) if others.iter().all(|other| other == one) => {
                        Operand::Constant(*one)
                    }
                    _ => {
                        let identity = |read: &super::sequence::Read<'a>| match read.source {
                            Source::Constant(attribute) => attribute.to_raw().ptr.addr(),
                            _ => Replaced::key(now(current, read.value)),
                        };
                        let identities = reads.iter().map(identity).collect();
                        let next = inputs.arguments.len();
                        let number = *numbers.entry(identities).or_insert(next);
                        if number == next {
                            let values = reads.iter().map(|read| read.value);
                            inputs.arguments.push(values.collect());
                        }
                        Operand::Argument(number)
                    }
                };
                inputs.operands.insert([offset, number], operand);
            }
        }
        inputs
    }

    /// The arguments of a repeat as they are now.
    fn values(&self, repeat: usize, current: &Replaced<'a>) -> Vec<Value<'a, 'a>> {
        let arguments = self.arguments.iter();
        arguments.map(|of| now(current, of[repeat])).collect()
    }
}

/// What is in the place of a value now, or that one.
fn now<'a>(current: &Replaced<'a>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    current.get(value).unwrap_or(value)
}

/// Makes a section a function at the end of the module, and each repeat a call of it.
/// `current` is what calls have put in the place of values that the sequence speaks of.
pub fn outline<'a>(
    sequence: &Sequence<'a>,
    section: &Section,
    symbol: &str,
    module: BlockRef<'a, 'a>,
    current: &mut Replaced<'a>,
) -> Result<(), Diagnostic<'a>> {
    let first = section.starts[0];
    let context = context_of(sequence.steps[first].operation.context());
    let inputs = Inputs::of(sequence, section, current);
    let results = results(sequence, &section.starts, section.length);
    let result_of = |start: usize, [offset, result]: [usize; 2]| -> Option<Value<'a, 'a>> {
        let operation = sequence.steps[start + offset].operation;
        Some(operation.result(result).ok()?.into())
    };
    let results_of = |start: usize| -> Vec<Value<'a, 'a>> {
        let results = results.iter();
        results
            .filter_map(|&result| result_of(start, result))
            .collect()
    };
    let locations: Vec<_> = (section.starts.iter())
        .map(|&start| location_of(sequence, start, section.length))
        .collect();
    let outlined = Outlined {
        symbol,
        inputs: &inputs.values(0, current),
        results: &results_of(first),
        // Every caller would have the whole again.
        mark: ("no_inline", Attribute::unit(context)),
    };
    outlined.build(
        module,
        fused_location(context, &locations),
        |builder, arguments, replaced| {
            let mut body = Body {
                builder,
                inputs: &inputs,
                arguments,
                current,
                replaced,
                constants: HashMap::new(),
            };
            for offset in 0..section.length {
                body.step(sequence, section, offset);
            }
            Ok(())
        },
    )?;
    for (repeat, &start) in section.starts.iter().enumerate() {
        let steps = &sequence.steps[start..start + section.length];
        let (Some(head), Some(last)) = (steps.first(), steps.last()) else {
            continue;
        };
        let Some(next) = last.operation.next_in_block() else {
            continue;
        };
        let values = inputs.values(repeat, current);
        let old = results_of(start);
        let call = build_before(next, |builder| {
            let callee = FlatSymbolRefAttribute::new(context, symbol);
            let call = builder.op("func.call").attribute("callee", callee);
            let old = old.iter();
            old.fold(call.operands(&values), |call, result| {
                call.result(result.r#type())
            })
            .insert()
        });
        set_location(call, locations[repeat]);
        // Read behind the call, where their sizes may come from.
        for between in between(head.operation, last.operation) {
            if name_of(between) == "tensor.empty" {
                move_before(between, next);
            }
        }
        for (&old, new) in old.iter().zip(call.results()) {
            replace_uses(old, new.into());
            current.insert(old, new.into());
        }
        // Users first.
        for step in steps.iter().rev() {
            for result in step.operation.results() {
                erase_unread(uses_of(result.into()).into_iter().map(|(user, _)| user));
            }
            erase(step.operation);
        }
    }
    Ok(())
}

/// The ops of a block from one to another.
fn between<'a>(
    first: OperationRef<'a, 'a>,
    last: OperationRef<'a, 'a>,
) -> Vec<OperationRef<'a, 'a>> {
    let next = |operation: &OperationRef<'a, 'a>| {
        operation
            .next_in_block()
            .filter(|_| key(*operation) != key(last))
    };
    std::iter::successors(Some(first), next).collect()
}

/// The location of a repeat: those of its ops.
fn location_of<'a>(sequence: &Sequence<'a>, start: usize, length: usize) -> Location<'a> {
    let steps = &sequence.steps[start..start + length];
    let locations: Vec<_> = steps.iter().map(|step| step.operation.location()).collect();
    fused_location(
        context_of(sequence.steps[start].operation.context()),
        &locations,
    )
}

/// The body of a section's function as it is built.
struct Body<'a, 'b> {
    builder: &'b Builder<'a>,
    inputs: &'b Inputs<'a>,
    arguments: &'b [Value<'a, 'a>],
    current: &'b Replaced<'a>,
    replaced: &'b mut Replaced<'a>,
    /// The constants that it has.
    constants: HashMap<usize, Value<'a, 'a>>,
}

impl<'a> Body<'a, '_> {
    /// Copies an op of the first repeat, with the locations of all.
    fn step(&mut self, sequence: &Sequence<'a>, section: &Section, offset: usize) {
        let step = &sequence.steps[section.starts[0] + offset];
        for (number, read) in step.reads.iter().enumerate() {
            let value = now(self.current, read.value);
            // One value may be two arguments, which differ in another repeat: it is
            // what this op reads.
            match self.inputs.operands.get(&[offset, number]) {
                Some(&Operand::Argument(number)) => {
                    self.replaced.insert(value, self.arguments[number]);
                }
                Some(&Operand::Constant(attribute)) => {
                    let constant = self.constant(attribute, value);
                    self.replaced.insert(value, constant);
                }
                None => {
                    if let Source::Anew(operation) = read.source {
                        self.replaced.copy(operation, self.builder);
                    }
                }
            }
        }
        let copy = self.replaced.copy(step.operation, self.builder);
        let originals: Vec<_> = (section.starts.iter())
            .map(|&start| operations_within(sequence.steps[start + offset].operation))
            .collect();
        for (index, nested) in operations_within(copy).into_iter().enumerate() {
            let locations = originals.iter().filter_map(|of| of.get(index));
            let locations: Vec<_> = locations.map(|operation| operation.location()).collect();
            let context = context_of(nested.context());
            set_location(nested, fused_location(context, &locations));
        }
    }

    /// A constant, which the function has once.
    fn constant(&mut self, attribute: Attribute<'a>, like: Value<'a, 'a>) -> Value<'a, 'a> {
        let made = self.constants.entry(attribute.to_raw().ptr.addr());
        *made.or_insert_with(|| {
            let constant = self.builder.op("arith.constant");
            let constant = constant.attribute("value", attribute);
            constant.result(like.r#type()).value()
        })
    }
}

/// Erases those of some ops, users first, that are constants and empty tensors which
/// nothing reads any more.
pub fn erase_unread<'a>(operations: impl IntoIterator<Item = OperationRef<'a, 'a>>) {
    for operation in operations {
        if matches!(name_of(operation), "arith.constant" | "tensor.empty")
            && (operation.results()).all(|result| uses_of(result.into()).is_empty())
        {
            erase(operation);
        }
    }
}
