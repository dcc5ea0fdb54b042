//! Functions: what they take and give in TTIR, and how they are launched.

use super::{
    body::Body,
    ops::weight_attributes,
    types::{Held, held},
    weights::{self, Weights},
};
use fidelity_dialect::constant_value;
use melior::ir::{
    Attribute, BlockLike, Identifier, Location, RegionLike, Type, Value, ValueLike,
    attribute::{
        ArrayAttribute, DictionaryAttribute, IntegerAttribute, StringAttribute, TypeAttribute,
    },
    operation::{OperationLike, OperationRef},
    r#type::{FunctionType, IntegerType},
};
use ods_bridge::{Builder, Diagnostic, build_before, set_attribute, string_value};

/// A dictionary that grows.
type Entries<'a> = Vec<(Identifier<'a>, Attribute<'a>)>;

/// Puts a function of TTIR in a function's place; gives how to launch it.
///
/// # Errors
///
/// When there is something in the function that TTIR cannot say.
pub fn convert<'a>(function: OperationRef<'a, 'a>) -> Result<Attribute<'a>, Diagnostic<'a>> {
    let block = function.region(0).ok().and_then(|body| body.first_block());
    let Some(block) = block else {
        return Err(refusal(
            function,
            "expected a function with a body, but got a declaration; define it in the module",
        ));
    };
    if block.next_in_region().is_some() {
        return Err(refusal(
            function,
            "expected a function without branches, but got several blocks; \
             TTIR has no control flow, so compile each branch as a function of its own",
        ));
    }
    let weights = Weights::of(block)?;
    let arguments = (0..block.argument_count())
        .map(|index| {
            let value = block
                .argument(index)
                .map_err(|error| Diagnostic::new(error.to_string()))?
                .into();
            argument(value, Some(index), &weights)
        })
        .chain(
            weights
                .constants()
                .map(|value| argument(value, None, &weights)),
        )
        .collect::<Result<Vec<_>, _>>()?;
    let results = results(function)?;
    build_before(function, |builder| {
        let converted = shell(function, &arguments, &results, builder);
        let filled = fill(converted, block, &arguments)
            .map(|()| launch(function_name(function), &arguments, &results, builder));
        builder.replace(if filled.is_ok() { function } else { converted }, &[]);
        filled
    })
}

fn refusal<'a>(operation: OperationRef<'a, 'a>, message: &str) -> Diagnostic<'a> {
    Diagnostic::new(message).at(operation.location())
}

fn function_name<'a>(function: OperationRef<'a, 'a>) -> &'a str {
    function
        .attribute("sym_name")
        .ok()
        .and_then(|name| StringAttribute::try_from(name).ok())
        .map_or("", string_value)
}

/// An argument in TTIR.
struct Argument<'a> {
    /// What it is where it comes from: an argument or a constant.
    source: Value<'a, 'a>,
    /// Its number there; `None` for a constant.
    index: Option<usize>,
    held: Held<'a>,
    /// How its elements are made from those of the source.
    decode: Option<&'static str>,
    is_weight: bool,
}

fn argument<'a>(
    source: Value<'a, 'a>,
    index: Option<usize>,
    weights: &Weights<'a>,
) -> Result<Argument<'a>, Diagnostic<'a>> {
    let held = held(source.r#type()).map_err(|error| error.at(source.location()))?;
    let is_weight = weights.contains(source);
    Ok(Argument {
        source,
        index,
        decode: weights::decode(source, held.coding, is_weight),
        held,
        is_weight,
    })
}

/// A result in TTIR.
struct Output<'a> {
    source: Type<'a>,
    held: Held<'a>,
}

fn results<'a>(function: OperationRef<'a, 'a>) -> Result<Vec<Output<'a>>, Diagnostic<'a>> {
    let r#type = function
        .attribute("function_type")
        .ok()
        .and_then(|r#type| TypeAttribute::try_from(r#type).ok())
        .and_then(|r#type| FunctionType::try_from(r#type.value()).ok());
    let Some(r#type) = r#type else {
        return Err(refusal(function, "expected a function type"));
    };
    (0..r#type.result_count())
        .filter_map(|index| r#type.result(index).ok())
        .map(|source| {
            let held = held(source).map_err(|error| error.at(function.location()))?;
            if let Some(super::types::Coding::Packed(_)) = held.coding {
                return Err(Diagnostic::new(format!(
                    "expected results that are not packed, but got {source}; \
                     give the trits dense and pack them outside"
                ))
                .at(function.location()));
            }
            Ok(Output { source, held })
        })
        .collect()
}

/// The function of TTIR with an empty body.
fn shell<'a>(
    function: OperationRef<'a, 'a>,
    arguments: &[Argument<'a>],
    results: &[Output<'a>],
    builder: &Builder<'a>,
) -> OperationRef<'a, 'a> {
    let context = builder.context();
    let inputs: Vec<Type<'a>> = arguments.iter().map(|one| one.held.r#type).collect();
    let outputs: Vec<Type<'a>> = results.iter().map(|one| one.held.r#type).collect();
    let old_attributes = function
        .attribute("arg_attrs")
        .ok()
        .and_then(|attributes| ArrayAttribute::try_from(attributes).ok());
    let attributes: Vec<Attribute<'a>> = arguments
        .iter()
        .map(|argument| {
            let old = argument.index.zip(old_attributes);
            let mut entries = old
                .and_then(|(index, attributes)| attributes.element(index).ok())
                .map_or_else(Vec::new, entries);
            if argument.is_weight {
                let new = weight_attributes(builder);
                entries.retain(|(name, _)| new.iter().all(|(other, _)| name != other));
                entries.extend(new);
            }
            DictionaryAttribute::new(context, &entries).into()
        })
        .collect();
    let mut op = builder
        .op("func.func")
        .attribute(
            "sym_name",
            StringAttribute::new(context, function_name(function)),
        )
        .attribute(
            "function_type",
            TypeAttribute::new(FunctionType::new(context, &inputs, &outputs).into()),
        )
        .attribute("arg_attrs", ArrayAttribute::new(context, &attributes))
        .region(builder.region(&inputs, |_, _| {}));
    for name in ["res_attrs", "sym_visibility"] {
        op = op.optional_attribute(name, function.attribute(name).ok());
    }
    op.insert()
}

fn entries<'a>(attribute: Attribute<'a>) -> Entries<'a> {
    let Ok(dictionary) = DictionaryAttribute::try_from(attribute) else {
        return Vec::new();
    };
    (0..dictionary.len())
        .filter_map(|index| dictionary.element(index).ok())
        .collect()
}

/// Builds what a block means in a function's body.
fn fill<'a>(
    function: OperationRef<'a, 'a>,
    block: melior::ir::BlockRef<'a, 'a>,
    arguments: &[Argument<'a>],
) -> Result<(), Diagnostic<'a>> {
    let to = function
        .region(0)
        .ok()
        .and_then(|body| body.first_block())
        .ok_or_else(|| Diagnostic::new("internal error: a function without a body"))?;
    let mut body = Body::new(to);
    for (index, argument) in arguments.iter().enumerate() {
        let value = to
            .argument(index)
            .map_err(|error| Diagnostic::new(error.to_string()))?;
        body.set(argument.source, value.into());
    }
    let mut next = block.first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        body.convert(operation)?;
    }
    Ok(())
}

/// What the launch description says of a function.
fn launch<'a>(
    name: &str,
    arguments: &[Argument<'a>],
    results: &[Output<'a>],
    builder: &Builder<'a>,
) -> Attribute<'a> {
    let context = builder.context();
    let text = |text: &str| -> Attribute<'a> { StringAttribute::new(context, text).into() };
    let entry = |name: &str, value| (Identifier::new(context, name), value);
    let number = |index: usize| -> Attribute<'a> {
        let i64_type = IntegerType::new(context, 64).into();
        IntegerAttribute::new(i64_type, index as i64).into()
    };
    let types = |source: Type<'a>, held: &Held<'a>| {
        vec![
            entry("type", TypeAttribute::new(held.r#type).into()),
            entry("source_type", TypeAttribute::new(source).into()),
        ]
    };
    let dictionary = |entries: &Entries<'a>| -> Attribute<'a> {
        DictionaryAttribute::new(context, entries).into()
    };
    let arguments: Vec<Attribute<'a>> = arguments
        .iter()
        .map(|argument| {
            let mut entries = types(argument.source.r#type(), &argument.held);
            let role = if argument.is_weight {
                "parameter"
            } else {
                "input"
            };
            entries.push(entry("role", text(role)));
            entries.extend(argument.index.map(|index| entry("source", number(index))));
            entries.extend(argument.decode.map(|decode| entry("decode", text(decode))));
            entries.extend(
                constant_value(argument.source)
                    .filter(|_| argument.index.is_none())
                    .map(|value| entry("value", value)),
            );
            dictionary(&entries)
        })
        .collect();
    let results: Vec<Attribute<'a>> = results
        .iter()
        .map(|result| {
            let mut entries = types(result.source, &result.held);
            let encode = result.held.coding.map(|coding| text(coding.keyword()));
            entries.extend(encode.map(|encode| entry("encode", encode)));
            dictionary(&entries)
        })
        .collect();
    dictionary(&vec![
        entry("name", text(name)),
        entry("arguments", ArrayAttribute::new(context, &arguments).into()),
        entry("results", ArrayAttribute::new(context, &results).into()),
    ])
}

/// Sets how a module's functions are launched.
pub fn set_launch<'a>(module: OperationRef<'a, 'a>, functions: &[Attribute<'a>]) {
    let location: Location<'a> = module.location();
    let context = ods_bridge::context_of(location.context());
    let launch = DictionaryAttribute::new(
        context,
        &[
            (
                Identifier::new(context, "target"),
                StringAttribute::new(context, "ttir").into(),
            ),
            (
                Identifier::new(context, "functions"),
                ArrayAttribute::new(context, functions).into(),
            ),
        ],
    );
    set_attribute(module, "fidelity.launch", launch.into());
}
