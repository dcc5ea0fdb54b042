//! `fidelity-cpu-results-in-place`.

use super::{
    BUFFER_ALIGNMENT,
    calling_convention::is_private,
    roots::{Root, Roots, callee_of, is_memref, symbol_of},
};
use crate::FidelityCpuResultsInPlace;
use fidelity_passes::{
    aliasing::{ALIASING_OUTPUT, Alias, aliases_of, function_type},
    emit::{Emit, dynamic_sizes},
};
use melior::{
    Context,
    ir::{
        BlockLike, RegionLike, Type, Value, ValueLike,
        attribute::{
            ArrayAttribute, Attribute, DenseI32ArrayAttribute, DictionaryAttribute, TypeAttribute,
        },
        operation::{OperationLike, OperationRef},
        r#type::FunctionType,
    },
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, block_argument, build_before, context_of, defining_op, name_of,
    operations_within, set_attribute, set_operands,
};
use std::collections::{BTreeMap, HashMap};

impl Pass for FidelityCpuResultsInPlace {
    fn run<'a>(
        &self,
        module: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let operations = operations_within(module);
        let mut roots = Roots::of_module(&operations);
        let is_function = |operation: &OperationRef<'a, 'a>| name_of(*operation) == "func.func";
        let functions: Vec<_> = operations.iter().copied().filter(is_function).collect();
        let mut all_aliases = Vec::new();
        for &function in &functions {
            let aliases = aliases_of(function)?;
            if !aliases.is_empty() {
                all_aliases.push((function, aliases));
            }
        }
        if all_aliases.is_empty() {
            return Ok(());
        }
        let mut calls: BTreeMap<&str, Vec<OperationRef<'a, 'a>>> = BTreeMap::new();
        for call in operations {
            if let Some(callee) = callee_of(call) {
                calls.entry(callee).or_default().push(call);
            }
        }
        for (name, calls) in calls {
            let callee = functions.iter().find(|&&it| symbol_of(it) == Some(name));
            if let Some(&callee) = callee {
                take_as_given(callee, &calls, &all_aliases, &mut roots);
            }
        }
        for (function, aliases) in all_aliases {
            pass.add_to_statistic(Self::NUM_COPIED, settle(function, &aliases, &mut roots));
        }
        Ok(())
    }
}

/// Takes what a function gives back of its arguments for those arguments, if its calls give
/// it memory of results: else it would be copied when it returns.
fn take_as_given<'a>(
    callee: OperationRef<'a, 'a>,
    calls: &[OperationRef<'a, 'a>],
    all_aliases: &[(OperationRef<'a, 'a>, Vec<Alias>)],
    roots: &mut Roots<'a>,
) {
    let given = given_back(callee);
    let mut is_memory_of_result = |call: OperationRef<'a, 'a>, argument: usize| {
        let host = all_aliases.iter().find(|(host, _)| is_within(call, *host));
        let root = call.operand(argument).ok().and_then(|it| roots.of(it));
        matches!((host, root), (Some((_, aliases)), Some(Root::Argument(number)))
            if aliases.iter().any(|alias| alias.argument == number))
    };
    let taken: HashMap<usize, usize> = (given.into_iter())
        .filter(|&(_, argument)| {
            calls
                .iter()
                .all(|&call| is_memory_of_result(call, argument))
        })
        .collect();
    if taken.is_empty() {
        return;
    }
    for &call in calls {
        build_before(call, |builder| {
            let mut new = builder
                .op("func.call")
                .operands(&call.operands().collect::<Vec<_>>());
            for (name, attribute) in call.attributes() {
                if let Ok(name) = name.as_string_ref().as_str() {
                    new = new.attribute(name, attribute);
                }
            }
            for r#type in kept(call.results().map(|it| it.r#type()), |it| {
                taken.contains_key(&it)
            }) {
                new = new.result(r#type);
            }
            let others: Vec<Value<'a, 'a>> = new.insert().results().map(Value::from).collect();
            let mut others = others.into_iter();
            let values = (0..call.result_count()).filter_map(|result| match taken.get(&result) {
                Some(&argument) => call.operand(argument).ok(),
                None => others.next(),
            });
            builder.replace(call, &values.collect::<Vec<_>>());
        });
    }
    for at in returns_of(callee) {
        set_operands(at, &kept(at.operands(), |it| taken.contains_key(&it)));
    }
    drop_results(callee, |it| taken.contains_key(&it));
}

/// The results of a private function that are arguments of it, and which.
fn given_back<'a>(function: OperationRef<'a, 'a>) -> Vec<(usize, usize)> {
    let entry = function.region(0).ok().and_then(|body| body.first_block());
    let returns = returns_of(function);
    let argument = |at: OperationRef<'a, 'a>, result: usize| {
        let value = at
            .operand(result)
            .ok()
            .filter(|it| is_memref(it.r#type()))?;
        let (block, argument) = block_argument(value)?;
        (Some(block) == entry).then_some(argument)
    };
    let Some((&first, others)) = returns.split_first().filter(|_| is_private(function)) else {
        return Vec::new();
    };
    (0..first.operand_count())
        .filter_map(|result| Some((result, argument(first, result)?)))
        .filter(|&(result, given)| others.iter().all(|&at| argument(at, result) == Some(given)))
        .collect()
}

fn returns_of<'a>(function: OperationRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    let mut all = operations_within(function);
    all.retain(|&operation| name_of(operation) == "func.return");
    all
}

fn is_within<'a>(operation: OperationRef<'a, 'a>, host: OperationRef<'a, 'a>) -> bool {
    let parents = std::iter::successors(Some(operation), |it| it.parent_operation());
    parents.into_iter().any(|it| it == host)
}

/// Writes results to arguments before the function returns, which returns the others. Gives
/// how many had to be copied.
fn settle<'a>(function: OperationRef<'a, 'a>, aliases: &[Alias], roots: &mut Roots<'a>) -> usize {
    let is_written = |result: usize| aliases.iter().any(|alias| alias.result == result);
    let mut copied = 0;
    for at in returns_of(function) {
        copied += write(function, at, aliases, roots);
        set_operands(at, &kept(at.operands(), is_written));
    }
    if let Some(attributes) = attributes_of(function, "arg_attrs") {
        let context = context_of(function.context());
        let others = attributes
            .into_iter()
            .map(|attribute| others_of(attribute, context));
        let attributes = ArrayAttribute::new(context, &others.collect::<Vec<_>>());
        set_attribute(function, "arg_attrs", attributes.into());
    }
    drop_results(function, is_written);
    copied
}

/// Says of a function that it does not give some results.
fn drop_results<'a>(function: OperationRef<'a, 'a>, is_dropped: impl Fn(usize) -> bool) {
    let context = context_of(function.context());
    if let Some(attributes) = attributes_of(function, "res_attrs") {
        let attributes: Vec<Attribute<'a>> = kept(attributes.into_iter(), &is_dropped);
        let attributes = ArrayAttribute::new(context, &attributes);
        set_attribute(function, "res_attrs", attributes.into());
    }
    if let Some(r#type) = function_type(function) {
        let inputs = (0..r#type.input_count()).filter_map(|index| r#type.input(index).ok());
        let inputs: Vec<Type<'a>> = inputs.collect();
        let results = (0..r#type.result_count()).filter_map(|index| r#type.result(index).ok());
        let results: Vec<Type<'a>> = kept(results, &is_dropped);
        let r#type = FunctionType::new(context, &inputs, &results);
        let r#type = TypeAttribute::new(r#type.into());
        set_attribute(function, "function_type", r#type.into());
    }
}

/// Those of all arguments or results.
fn attributes_of<'a>(function: OperationRef<'a, 'a>, name: &str) -> Option<Vec<Attribute<'a>>> {
    let attributes = ArrayAttribute::try_from(function.attribute(name).ok()?).ok()?;
    (0..attributes.len())
        .map(|index| attributes.element(index).ok())
        .collect()
}

/// The attributes of an argument but for the one that has been heeded.
fn others_of<'a>(attributes: Attribute<'a>, context: &'a Context) -> Attribute<'a> {
    let Ok(attributes) = DictionaryAttribute::try_from(attributes) else {
        return attributes;
    };
    let all = (0..attributes.len()).filter_map(|index| attributes.element(index).ok());
    let others = all.filter(|(name, _)| name.as_string_ref().as_str() != Ok(ALIASING_OUTPUT));
    DictionaryAttribute::new(context, &others.collect::<Vec<_>>()).into()
}

/// Those that are not dropped.
fn kept<T>(all: impl Iterator<Item = T>, is_dropped: impl Fn(usize) -> bool) -> Vec<T> {
    all.enumerate()
        .filter(|&(index, _)| !is_dropped(index))
        .map(|(_, it)| it)
        .collect()
}

/// Writes what is returned to arguments. What may lie in one that another result is written
/// to is saved from that before.
fn write<'a>(
    function: OperationRef<'a, 'a>,
    at: OperationRef<'a, 'a>,
    aliases: &[Alias],
    roots: &mut Roots<'a>,
) -> usize {
    let Some(entry) = function.region(0).ok().and_then(|body| body.first_block()) else {
        return 0;
    };
    let argument_of = |result| aliases.iter().find(|alias| alias.result == result);
    let mut copied = 0;
    build_before(at, |builder| {
        let emit = Emit::new(builder, true);
        let mut values: Vec<Value<'a, 'a>> = at.operands().collect();
        for (result, value) in values.iter_mut().enumerate() {
            let own = argument_of(result).map(|alias| alias.argument);
            let is_safe = match roots.of(*value) {
                _ if !is_memref(value.r#type()) => true,
                Some(Root::Made(_) | Root::Constant) => true,
                Some(Root::Argument(argument)) => {
                    own == Some(argument) || aliases.iter().all(|alias| alias.argument != argument)
                }
                None => false,
            };
            if !is_safe {
                *value = copied_apart(&emit, *value);
                copied += 1;
            }
        }
        for &Alias { argument, result } in aliases {
            let (value, Ok(memory)) = (values[result], entry.argument(argument)) else {
                continue;
            };
            let memory = Value::from(memory);
            if value == memory {
                continue;
            }
            let message = format!(
                "expected result {result} to have the sizes of argument {argument}, whose \
                 memory it is written to"
            );
            emit.same_sizes(&emit.sizes(value), &emit.sizes(memory), &message);
            if !is_all_of(value, memory) {
                copy_to(&emit, value, memory);
                copied += 1;
            }
        }
        set_operands(at, &values);
    });
    copied
}

/// Whether a buffer is all of another one, of another shape perhaps.
fn is_all_of<'a>(mut value: Value<'a, 'a>, memory: Value<'a, 'a>) -> bool {
    while value != memory {
        let passed_on = defining_op(value).filter(|&operation| {
            let name = name_of(operation);
            matches!(
                name,
                "memref.cast" | "memref.collapse_shape" | "memref.expand_shape"
            )
        });
        match passed_on.and_then(|operation| operation.operand(0).ok()) {
            Some(operand) => value = operand,
            None => return false,
        }
    }
    true
}

/// A buffer in memory of its own.
fn copied_apart<'a>(emit: &Emit<'a, '_>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    let sizes = dynamic_sizes(&emit.sizes(value));
    let segments = [sizes.len() as i32, 0];
    let room = emit
        .op("memref.alloc")
        .operands(&sizes)
        .attribute(
            "operandSegmentSizes",
            DenseI32ArrayAttribute::new(emit.context(), &segments),
        )
        .parsed("alignment", &format!("{BUFFER_ALIGNMENT} : i64"))
        .result(value.r#type())
        .value();
    copy_to(emit, value, room);
    room
}

fn copy_to<'a>(emit: &Emit<'a, '_>, from: Value<'a, 'a>, to: Value<'a, 'a>) {
    emit.op("memref.copy").operands(&[from, to]).insert();
}
