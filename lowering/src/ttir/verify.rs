//! What may come out: the ops, attributes, types and shapes of TTIR that are
//! made here, written down apart from how they are made.
//!
//! tt-mlir's own verifier accepts more than its compiler then gets right.

mod attributes;
mod shapes;

use super::ops_of;
use attributes::{Kind, check_attributes};
use fidelity_dialect::{DYNAMIC, TensorType};
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    attribute::{ArrayAttribute, DictionaryAttribute, StringAttribute},
    operation::{OperationLike, OperationRef},
    r#type::IntegerType,
};
use ods_bridge::{Diagnostic, defining_op, name_of, string_value};
use shapes::Rule;

/// An op of TTIR that may be there.
struct Op {
    name: &'static str,
    /// How many operands it has, at least and at most.
    operands: (usize, usize),
    /// Its attributes, every one of which it has.
    attributes: &'static [(&'static str, Kind)],
    rule: Rule,
}

const fn op(
    name: &'static str,
    operands: (usize, usize),
    attributes: &'static [(&'static str, Kind)],
    rule: Rule,
) -> Op {
    Op {
        name,
        operands,
        attributes,
        rule,
    }
}

const fn unary(name: &'static str) -> Op {
    op(name, (1, 1), &[], Rule::Same)
}

const fn binary(name: &'static str) -> Op {
    op(name, (2, 2), &[], Rule::Broadcast)
}

const REDUCTION: &[(&str, Kind)] = &[("keep_dim", Kind::Bool), ("dim_arg", Kind::I32List)];

const OPS: &[Op] = &[
    unary("ttir.abs"),
    unary("ttir.ceil"),
    unary("ttir.exp"),
    unary("ttir.floor"),
    unary("ttir.log1p"),
    unary("ttir.neg"),
    unary("ttir.relu"),
    unary("ttir.sigmoid"),
    unary("ttir.silu"),
    unary("ttir.sqrt"),
    unary("ttir.square"),
    unary("ttir.tanh"),
    binary("ttir.add"),
    binary("ttir.div"),
    binary("ttir.maximum"),
    binary("ttir.minimum"),
    binary("ttir.multiply"),
    binary("ttir.subtract"),
    op(
        "ttir.matmul",
        (2, 2),
        &[("transpose_a", Kind::False), ("transpose_b", Kind::Bool)],
        Rule::Matmul,
    ),
    op(
        "ttir.typecast",
        (1, 1),
        &[("conservative_folding", Kind::Bool)],
        Rule::Typecast,
    ),
    op(
        "ttir.rms_norm",
        (1, 2),
        &[
            ("normalized_shape", Kind::I64Array),
            ("epsilon", Kind::F32),
            ("operandSegmentSizes", Kind::I32Array),
        ],
        Rule::RmsNorm,
    ),
    op("ttir.max", (1, 1), REDUCTION, Rule::Reduction),
    op("ttir.sum", (1, 1), REDUCTION, Rule::Reduction),
    op(
        "ttir.concat",
        (1, usize::MAX),
        &[("dim", Kind::SignedI32)],
        Rule::Concat,
    ),
    op(
        "ttir.permute",
        (1, 1),
        &[("permutation", Kind::I64Array)],
        Rule::Permute,
    ),
    op(
        "ttir.reshape",
        (1, 1),
        &[("shape", Kind::I32List)],
        Rule::Reshape,
    ),
    op(
        "ttir.slice_static",
        (1, 1),
        &[
            ("begins", Kind::I32List),
            ("ends", Kind::I32List),
            ("step", Kind::I32List),
        ],
        Rule::Slice,
    ),
    op(
        "ttir.broadcast",
        (1, 1),
        &[("broadcast_dimensions", Kind::I64Array)],
        Rule::Multipliers,
    ),
    op(
        "ttir.clamp_scalar",
        (1, 1),
        &[("min", Kind::F32), ("max", Kind::F32)],
        Rule::Same,
    ),
    op(
        "ttir.full",
        (0, 0),
        &[("shape", Kind::I32Array), ("fill_value", Kind::F32)],
        Rule::Full,
    ),
    op(
        "ttir.constant",
        (0, 0),
        &[("value", Kind::Elements)],
        Rule::Constant,
    ),
];

/// Checks a module.
///
/// # Errors
///
/// The first thing in it that may not be there, at its place.
pub fn module<'a>(module: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    for function in ops_of(module) {
        if name_of(function) != "func.func" {
            return Err(refusal(
                function,
                Diagnostic::expected("a func.func", format!("'{}'", name_of(function))),
            ));
        }
        check_arguments(function)?;
        for operation in ops_of(function) {
            check_op(operation).map_err(|error| refusal(operation, error))?;
        }
    }
    Ok(())
}

fn refusal<'a>(operation: OperationRef<'a, 'a>, error: Diagnostic<'a>) -> Diagnostic<'a> {
    error.at(operation.location())
}

fn check_op<'a>(operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let name = name_of(operation);
    for (value, what) in operation
        .operands()
        .map(|operand| (operand, "operand"))
        .chain(operation.results().map(|result| (result.into(), "result")))
    {
        check_type(value.r#type()).map_err(|error| error.note_value(what, value))?;
    }
    if name == "func.return" {
        return Ok(());
    }
    let op = OPS.iter().find(|op| op.name == name).ok_or_else(|| {
        Diagnostic::expected("an op of TTIR that is made here", format!("'{name}'"))
    })?;
    let count = operation.operand_count();
    let (least, most) = op.operands;
    if count < least || count > most {
        let expected = match (least, most) {
            (1, usize::MAX) => "operands".to_owned(),
            (least, most) if least == most => format!("{least} operands"),
            (least, most) => format!("{least} to {most} operands"),
        };
        return Err(Diagnostic::expected(
            format!("{expected}, and none for the result"),
            count,
        ));
    }
    if operation.result_count() != 1 || operation.region_count() != 0 {
        return Err(Diagnostic::expected(
            "one result and no region",
            format!(
                "{} and {}",
                operation.result_count(),
                operation.region_count()
            ),
        ));
    }
    check_attributes(operation, op.attributes)?;
    op.rule.check(operation)
}

/// Checks that TTIR holds a type as it is.
fn check_type(r#type: Type<'_>) -> Result<(), Diagnostic<'_>> {
    let Some(tensor) = TensorType::new(r#type).filter(|_| r#type.is_ranked_tensor()) else {
        return Err(Diagnostic::expected("a ranked tensor", r#type));
    };
    if tensor.encoding.is_some() {
        return Err(Diagnostic::expected("a tensor without an encoding", r#type));
    }
    if tensor.shape.contains(&DYNAMIC) {
        return Err(Diagnostic::expected("static sizes", r#type));
    }
    if tensor.shape.contains(&0) {
        return Err(Diagnostic::expected("sizes of at least 1", r#type));
    }
    let element = tensor.element;
    let is_i32 = IntegerType::try_from(element)
        .is_ok_and(|integer| integer.width() == 32 && !integer.is_unsigned());
    if !element.is_f32() && !element.is_bf16() && !is_i32 {
        return Err(Diagnostic::expected(
            "elements of type f32, bf16, i32 or si32",
            element,
        ));
    }
    Ok(())
}

/// Checks the types of a function's arguments, and that those which are kept as
/// weights are used so that tt-mlir finds them.
fn check_arguments<'a>(function: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let block = function
        .region(0)
        .ok()
        .and_then(|body| melior::ir::RegionLike::first_block(&body));
    let Some(block) = block else {
        return Err(refusal(
            function,
            Diagnostic::expected("a function with a body", "a declaration"),
        ));
    };
    let attributes = function
        .attribute("arg_attrs")
        .ok()
        .and_then(|attributes| ArrayAttribute::try_from(attributes).ok());
    for index in 0..melior::ir::BlockLike::argument_count(&block) {
        let Ok(argument) = melior::ir::BlockLike::argument(&block, index) else {
            continue;
        };
        let argument: Value<'a, 'a> = argument.into();
        check_type(argument.r#type()).map_err(|error| error.at(argument.location()))?;
        let dtype = attributes
            .and_then(|attributes| attributes.element(index).ok())
            .and_then(|attributes| DictionaryAttribute::try_from(attributes).ok())
            .and_then(|attributes| attributes.element_by_name("ttcore.weight_dtype"));
        let Some(dtype) = dtype else {
            continue;
        };
        let known = StringAttribute::try_from(dtype)
            .is_ok_and(|dtype| ["bfp_bf8", "bfp_bf4", "bf16"].contains(&string_value(dtype)));
        if !known {
            return Err(Diagnostic::expected(
                "ttcore.weight_dtype to be \"bfp_bf8\", \"bfp_bf4\" or \"bf16\"",
                dtype,
            )
            .at(argument.location()));
        }
        check_weight(function, argument)?;
    }
    Ok(())
}

/// A weight, or a slice of it, is the second operand of a matmul.
fn check_weight<'a>(
    function: OperationRef<'a, 'a>,
    weight: Value<'a, 'a>,
) -> Result<(), Diagnostic<'a>> {
    for operation in ops_of(function) {
        for (index, operand) in operation.operands().enumerate() {
            let is_allowed = match name_of(operation) {
                "ttir.matmul" => index == 1,
                "ttir.slice_static" => operand == weight,
                _ => false,
            };
            if comes_from(operand, weight) && !is_allowed {
                return Err(Diagnostic::expected(
                    "a weight to be the second operand of ttir.matmul",
                    format!("operand {index} of '{}'", name_of(operation)),
                )
                .at(operation.location())
                .note_value("the weight", weight));
            }
        }
    }
    Ok(())
}

/// Whether a value is another or a slice of it.
fn comes_from<'a>(value: Value<'a, 'a>, source: Value<'a, 'a>) -> bool {
    value == source
        || defining_op(value)
            .filter(|&operation| name_of(operation) == "ttir.slice_static")
            .and_then(|operation| operation.operand(0).ok())
            .is_some_and(|operand| operand == source)
}
