//! `linalg.generic` of scalars, which `fidelity-decompose` makes, as elementwise
//! ops on whole tensors.

use super::{
    body::Body,
    ops::{Ttir, shape},
    space::{align, restrict},
    types::held,
};
use fidelity_dialect::{TensorType, constant_value};
use melior::ir::{
    AffineMap, BlockLike, RegionLike, TypeLike, Value, ValueLike,
    attribute::ArrayAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, defining_op, float_value, indexing_maps_of, name_of};
use std::collections::HashMap;

/// A scalar of the body.
#[derive(Clone, Copy)]
enum Scalar<'a> {
    /// A number.
    Number(f64),
    /// One for each iteration: a tensor of the space of loops.
    Tensor(Value<'a, 'a>),
}

/// Builds what a `linalg.generic` computes, if its loops are all parallel.
///
/// # Errors
///
/// When its loops are not, or an op in it has no form in TTIR.
pub fn generic<'a>(
    ttir: &Ttir<'a, '_>,
    operation: OperationRef<'a, 'a>,
    body: &Body<'a>,
) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
    let iterators = operation
        .attribute("iterator_types")
        .ok()
        .and_then(|iterators| ArrayAttribute::try_from(iterators).ok())
        .ok_or_else(|| Diagnostic::new("expected iterator_types"))?;
    let count = iterators.len();
    let is_parallel = |index| {
        iterators
            .element(index)
            .is_ok_and(|kind| kind.to_string() == "#linalg.iterator_type<parallel>")
    };
    if !(0..count).all(is_parallel) {
        return Err(Diagnostic::new(
            "expected parallel loops, but got a reduction, which has no form here; \
             use the dialect's ops",
        ));
    }
    let maps = indexing_maps_of(operation)
        .and_then(|maps| maps.iter().map(loops_of).collect::<Option<Vec<_>>>())
        .ok_or_else(|| Diagnostic::new("expected maps that list different loops"))?;
    let block = operation
        .region(0)
        .ok()
        .and_then(|region| region.first_block())
        .ok_or_else(|| Diagnostic::new("expected a body"))?;

    let inputs = operation.operand_count() - operation.result_count();
    let mut scalars: HashMap<usize, Scalar<'a>> = HashMap::new();
    let key = |value: Value<'a, 'a>| value.to_raw().ptr as usize;
    for (index, map) in maps.iter().take(inputs).enumerate() {
        let (Ok(operand), Ok(argument)) = (operation.operand(index), block.argument(index)) else {
            return Err(Diagnostic::new("expected an argument for each operand"));
        };
        let aligned = align(ttir, body.get(operand)?, map, count);
        scalars.insert(key(argument.into()), Scalar::Tensor(aligned));
    }
    let scalar = |scalars: &HashMap<usize, Scalar<'a>>, value: Value<'a, 'a>| {
        let number = || {
            constant_value(value)
                .and_then(float_value)
                .map(Scalar::Number)
        };
        scalars
            .get(&key(value))
            .copied()
            .or_else(number)
            .ok_or_else(|| {
                Diagnostic::new("expected scalars of inputs and constants, but got another")
                    .note_value("the operand", value)
            })
    };
    let mut next = block.first_operation();
    while let Some(inner) = next {
        next = inner.next_in_block();
        let operands = || {
            inner
                .operands()
                .map(|operand| scalar(&scalars, operand))
                .collect::<Result<Vec<_>, _>>()
        };
        match name_of(inner) {
            "arith.constant" => {}
            "linalg.yield" => {
                return operands()?
                    .into_iter()
                    .zip(operation.results())
                    .zip(&maps[inputs..])
                    .map(|((value, result), map)| {
                        of_result(ttir, value, result.r#type(), map, count)
                    })
                    .collect();
            }
            _ => {
                let value = apply(ttir, inner, &operands()?, |value| {
                    scalar(&scalars, value).ok()
                })?;
                let result = inner
                    .result(0)
                    .map_err(|error| Diagnostic::new(error.to_string()))?;
                scalars.insert(key(result.into()), Scalar::Tensor(value));
            }
        }
    }
    Err(Diagnostic::new("expected a body that yields"))
}

/// The loops that a map lists.
fn loops_of(map: &AffineMap<'_>) -> Option<Vec<usize>> {
    (0..map.result_count())
        .map(|index| {
            let result = map.result(index).ok().filter(|result| result.is_dim())?;
            Some(result.dim_position())
        })
        .collect()
}

/// A scalar as the result that it is: of all its sizes.
fn of_result<'a>(
    ttir: &Ttir<'a, '_>,
    value: Scalar<'a>,
    r#type: melior::ir::Type<'a>,
    map: &[usize],
    count: usize,
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    let r#type = held(r#type)?.r#type;
    let Some(result) = TensorType::new(r#type) else {
        return Err(Diagnostic::expected("a ranked tensor", r#type));
    };
    let value = match value {
        Scalar::Number(number) => return Ok(ttir.full(&result.shape, result.element, number)),
        Scalar::Tensor(value) => value,
    };
    // Loops that no input has were of size 1 until here.
    let mut sizes = shape(value);
    sizes.resize(count, 1);
    for (&at, &size) in map.iter().zip(&result.shape) {
        sizes[at] = size;
    }
    Ok(restrict(ttir, ttir.broadcast_to(value, &sizes), map))
}

/// What a scalar op is on tensors.
fn apply<'a>(
    ttir: &Ttir<'a, '_>,
    operation: OperationRef<'a, 'a>,
    operands: &[Scalar<'a>],
    scalar: impl Fn(Value<'a, 'a>) -> Option<Scalar<'a>>,
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    let name = name_of(operation);
    // 1 / (1 + exp(-x)) is one op, and so is its product with x.
    if let Some(Scalar::Tensor(x)) = sigmoid_operand(operation).and_then(&scalar) {
        return Ok(ttir.sigmoid(x));
    }
    if let Some(Scalar::Tensor(x)) = silu_operand(operation).and_then(&scalar) {
        return Ok(ttir.silu(x));
    }
    let like = operands.iter().find_map(|operand| match operand {
        Scalar::Tensor(value) => Some(*value),
        Scalar::Number(_) => None,
    });
    let Some(like) = like else {
        return Err(Diagnostic::new(format!(
            "expected '{name}' of an input, but got it of constants; run canonicalize first"
        )));
    };
    let values: Vec<Value<'a, 'a>> = operands
        .iter()
        .map(|operand| match *operand {
            Scalar::Tensor(value) => value,
            Scalar::Number(number) => ttir.number(like, number),
        })
        .collect();
    let value = match (name, values.as_slice()) {
        ("arith.addf", &[lhs, rhs]) => ttir.add(lhs, rhs),
        ("arith.subf", &[lhs, rhs]) => ttir.subtract(lhs, rhs),
        ("arith.mulf", &[lhs, rhs]) => ttir.multiply(lhs, rhs),
        ("arith.divf", &[lhs, rhs]) => ttir.div(lhs, rhs),
        ("arith.maximumf" | "arith.maxnumf", &[lhs, rhs]) => ttir.maximum(lhs, rhs),
        ("arith.minimumf" | "arith.minnumf", &[lhs, rhs]) => ttir.minimum(lhs, rhs),
        ("arith.negf", &[x]) => ttir.neg(x),
        ("math.absf", &[x]) => ttir.abs(x),
        ("math.exp", &[x]) => ttir.exp(x),
        ("math.log1p", &[x]) => ttir.log1p(x),
        ("math.sqrt", &[x]) => ttir.sqrt(x),
        ("math.tanh", &[x]) => ttir.tanh(x),
        ("arith.extf" | "arith.truncf", &[x]) => {
            let to = operation
                .result(0)
                .map_err(|error| Diagnostic::new(error.to_string()))?
                .r#type();
            if !to.is_f32() && !to.is_bf16() {
                return Err(Diagnostic::expected("f32 or bf16", to));
            }
            ttir.typecast(x, to)
        }
        _ => {
            return Err(Diagnostic::new(format!(
                "expected a scalar op that TTIR has an elementwise form for, but got '{name}'"
            )));
        }
    };
    Ok(value)
}

/// The op that defines an operand, if it has that name.
fn operand_op<'a>(
    operation: OperationRef<'a, 'a>,
    index: usize,
    name: &str,
) -> Option<OperationRef<'a, 'a>> {
    defining_op(operation.operand(index).ok()?).filter(|&operation| name_of(operation) == name)
}

fn is_one(operation: OperationRef<'_, '_>) -> bool {
    operation
        .attribute("value")
        .ok()
        .and_then(float_value)
        .is_some_and(|value| value == 1.0)
}

/// x of 1 / (1 + exp(-x)).
fn sigmoid_operand<'a>(operation: OperationRef<'a, 'a>) -> Option<Value<'a, 'a>> {
    if name_of(operation) != "arith.divf" {
        return None;
    }
    operand_op(operation, 0, "arith.constant").filter(|&one| is_one(one))?;
    let sum = operand_op(operation, 1, "arith.addf")?;
    let one_at = |at| operand_op(sum, at, "arith.constant").is_some_and(is_one);
    let exp_at = if one_at(0) {
        1
    } else if one_at(1) {
        0
    } else {
        return None;
    };
    let exp = operand_op(sum, exp_at, "math.exp")?;
    operand_op(exp, 0, "arith.negf")?.operand(0).ok()
}

/// x of x / (1 + exp(-x)).
fn silu_operand<'a>(operation: OperationRef<'a, 'a>) -> Option<Value<'a, 'a>> {
    if name_of(operation) != "arith.mulf" {
        return None;
    }
    let of = |x: usize, sigmoid: usize| {
        let x = operation.operand(x).ok()?;
        let sigmoid = sigmoid_operand(operand_op(operation, sigmoid, "arith.divf")?)?;
        (sigmoid == x).then_some(x)
    };
    of(0, 1).or_else(|| of(1, 0))
}
