//! Arguments of functions whose memory results are written to.

use melior::ir::{
    BlockLike, RegionLike, Value,
    attribute::{
        ArrayAttribute, DictionaryAttribute, IntegerAttribute, StringAttribute, TypeAttribute,
    },
    operation::{OperationLike, OperationRef},
    r#type::FunctionType,
};
use ods_bridge::{Diagnostic, block_argument, defining_op, name_of};

/// The attribute of an argument: the number of the result that its memory is for, as XLA
/// has it in `tf.aliasing_output`.
pub const ALIASING_OUTPUT: &str = "fidelity.aliasing_output";

/// An argument of a function, and the result that is written where the argument lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The number of the argument.
    pub argument: usize,
    /// The number of the result.
    pub result: usize,
}

/// The arguments of a function whose memory its results are written to; none of a private
/// one or a declaration, as nobody calls it from outside.
///
/// # Errors
///
/// When an attribute is no number of a result, or two have the same.
pub fn aliases_of<'c>(function: OperationRef<'c, '_>) -> Result<Vec<Alias>, Diagnostic<'c>> {
    let mut aliases: Vec<Alias> = Vec::new();
    let is_private = (function.attribute("sym_visibility").ok())
        .and_then(|visibility| StringAttribute::try_from(visibility).ok())
        .is_some_and(|visibility| visibility.value() == "private");
    let body = function.region(0).ok().and_then(|body| body.first_block());
    let attributes = function.attribute("arg_attrs").ok();
    let attributes = attributes.and_then(|attributes| ArrayAttribute::try_from(attributes).ok());
    let (Some(attributes), Some(_), false) = (attributes, body, is_private) else {
        return Ok(aliases);
    };
    let results = function_type(function).map_or(0, |r#type| r#type.result_count());
    for argument in 0..attributes.len() {
        let Some(attribute) = attributes
            .element(argument)
            .ok()
            .and_then(|dictionary| DictionaryAttribute::try_from(dictionary).ok())
            .and_then(|dictionary| dictionary.element_by_name(ALIASING_OUTPUT))
        else {
            continue;
        };
        let expected = |expected: String, got: String| {
            Diagnostic::expected(
                format!("`{ALIASING_OUTPUT}` of argument {argument} to be {expected}"),
                got,
            )
            .at(function.location())
        };
        let result = IntegerAttribute::try_from(attribute)
            .ok()
            .and_then(|number| usize::try_from(number.value()).ok())
            .filter(|&result| result < results)
            .ok_or_else(|| {
                let numbers = format!("the number of one of {results} results");
                expected(numbers, attribute.to_string())
            })?;
        if let Some(other) = aliases.iter().find(|alias| alias.result == result) {
            let another = format!("another result than that of argument {}", other.argument);
            return Err(expected(another, result.to_string()));
        }
        aliases.push(Alias { argument, result });
    }
    Ok(aliases)
}

/// Whether a tensor is an argument of a function whose memory a result is written to, cast
/// or reshaped perhaps.
pub fn is_aliased(value: Value<'_, '_>) -> bool {
    let mut value = value;
    while let Some(operation) = defining_op(value) {
        let passes_on = matches!(
            name_of(operation),
            "tensor.cast" | "tensor.collapse_shape" | "tensor.expand_shape"
        );
        match operation.operand(0) {
            Ok(operand) if passes_on => value = operand,
            _ => return false,
        }
    }
    let Some((block, argument)) = block_argument(value) else {
        return false;
    };
    let function = block
        .parent_operation()
        .filter(|&operation| name_of(operation) == "func.func");
    function
        .and_then(|function| aliases_of(function).ok())
        .is_some_and(|aliases| aliases.iter().any(|alias| alias.argument == argument))
}

/// What a function takes and gives.
pub fn function_type<'c>(function: OperationRef<'c, '_>) -> Option<FunctionType<'c>> {
    let r#type = function.attribute("function_type").ok()?;
    let r#type = TypeAttribute::try_from(r#type).ok()?;
    FunctionType::try_from(r#type.value()).ok()
}
