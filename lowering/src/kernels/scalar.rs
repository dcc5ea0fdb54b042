//! Arithmetic of scalars, of many at once.

use super::{
    Machine,
    blocks::{Blocks, FloatPredicate, element_of, shape_of},
    kernel::list,
    program::{Place, Program, immediate},
};
use fidelity_passes::kernels::Member;
use melior::ir::{
    BlockLike, Identifier, RegionLike, Type, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, bit_width, block_argument, name_of};
use std::collections::HashMap;

/// Ops that are written in terms of others.
const WRITTEN_OUT: &[&str] = &[
    "arith.negf",
    "math.erfc",
    "math.log1p",
    "math.roundeven",
    "math.tanh",
];

/// The body of a `linalg.generic`, on blocks in place of scalars.
pub fn generic<'a, M: Machine>(
    program: &Program<'a, '_, M>,
    place: &Place<'a>,
    member: &Member<'a>,
) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
    let body = member.operation.region(0).ok();
    let body = body
        .and_then(|body| body.first_block())
        .ok_or_else(|| Diagnostic::new("internal error: no body"))?;
    let mut values: HashMap<usize, Value<'a, 'a>> = HashMap::new();
    let mut next = body.first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        let mut operands = Vec::new();
        for operand in operation.operands() {
            let key = operand.to_raw().ptr as usize;
            let block = match (values.get(&key), block_argument(operand)) {
                (Some(block), _) => *block,
                // What no op looks at is not read.
                (None, Some((_, number))) => program.read(place, member, &member.reads[number])?,
                (None, None) => constant::<M>(&program.blocks, place, operand, operation)?,
            };
            values.insert(key, block);
            operands.push(block);
        }
        match name_of(operation) {
            "linalg.yield" => return Ok(operands),
            "arith.constant" => {}
            _ => {
                let block = apply::<M>(&program.blocks, operation, &operands)?;
                for result in operation.results() {
                    values.insert(result.to_raw().ptr as usize, block);
                }
            }
        }
    }
    Err(Diagnostic::new("internal error: a body without an end"))
}

fn constant<'a, M: Machine>(
    blocks: &Blocks<'a, '_>,
    place: &Place<'a>,
    value: Value<'a, 'a>,
    user: OperationRef<'a, 'a>,
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    check_type::<M>(value, user)?;
    let number = immediate(value)
        .ok_or_else(|| Diagnostic::expected("a constant number", value).at(user.location()))?;
    Ok(blocks.constant(&place.shape, value.r#type(), number))
}

fn check_type<'a, M: Machine>(
    value: Value<'a, 'a>,
    operation: OperationRef<'a, 'a>,
) -> Result<(), Diagnostic<'a>> {
    let name = value.r#type().to_string();
    if name == "i1" || M::ELEMENTS.contains(&name.as_str()) {
        return Ok(());
    }
    Err(Diagnostic::expected(
        format!(
            "scalars of type i1, {}, which {} computes with",
            list(M::ELEMENTS),
            M::NAME
        ),
        name,
    )
    .at(operation.location()))
}

/// An op on blocks.
fn apply<'a, M: Machine>(
    blocks: &Blocks<'a, '_>,
    operation: OperationRef<'a, 'a>,
    operands: &[Value<'a, 'a>],
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    let name = name_of(operation);
    let result = operation
        .result(0)
        .map_err(|error| Diagnostic::new(error.to_string()))?;
    let element = result.r#type();
    for value in operation.operands().chain([result.into()]) {
        check_type::<M>(value, operation)?;
    }
    if !M::compiles(name) && !WRITTEN_OUT.contains(&name) {
        return Err(Diagnostic::expected(
            format!("an op that {} compiles", M::NAME),
            format!("'{name}'; write it in terms of others"),
        )
        .at(operation.location()));
    }
    // Functions of narrow floats are those of f32, rounded.
    let is_narrow = element.is_float() && bit_width(element).is_some_and(|bits| bits < 32);
    let is_function = name.starts_with("math.") || name == "arith.divf";
    if is_narrow && is_function {
        let wide: Vec<_> = operands
            .iter()
            .map(|&operand| blocks.converted(operand, blocks.f32()))
            .collect();
        return Ok(blocks.converted(function(blocks, name, &wide), element));
    }
    if is_function || name == "arith.negf" {
        return Ok(function(blocks, name, operands));
    }
    let shape = shape_of(operands[0]);
    let mut op = blocks
        .op(name)
        .operands(operands)
        .result(blocks.block(&shape, element));
    for (name, attribute) in operation.attributes() {
        op = op.attribute(text_of(&name), attribute);
    }
    Ok(op.value())
}

fn text_of<'n>(name: &'n Identifier<'_>) -> &'n str {
    name.as_string_ref().as_str().unwrap_or_default()
}

/// An op whose result has the type of its operands, in what every machine
/// compiles.
fn function<'a>(blocks: &Blocks<'a, '_>, name: &str, operands: &[Value<'a, 'a>]) -> Value<'a, 'a> {
    let x = operands[0];
    match name {
        // Triton 3.6 does not compile it. -0 keeps the sign of a zero.
        "arith.negf" => blocks.minus(blocks.like(x, -0.0), x),
        "math.tanh" => tanh(blocks, x),
        "math.erfc" => blocks.minus(blocks.like(x, 1.0), blocks.apply("math.erf", &[x])),
        "math.log1p" => log1p(blocks, x),
        "math.roundeven" => round_even(blocks, x),
        _ => blocks.apply(name, operands),
    }
}

/// tanh(x) = sign(x) · (1 - e) / (1 + e), e = exp(-2|x|), which does not
/// overflow; it is absolutely as exact as a float of about 1.
fn tanh<'a>(blocks: &Blocks<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let magnitude = blocks.apply("math.absf", &[x]);
    let e = blocks.apply("arith.mulf", &[magnitude, blocks.like(x, -2.0)]);
    let e = blocks.apply("math.exp", &[e]);
    let one = blocks.like(x, 1.0);
    let parts = [blocks.minus(one, e), blocks.plus(one, e)];
    with_sign_of(blocks, x, blocks.apply("arith.divf", &parts))
}

/// log(1 + x) = log(u) · x / (u - 1), u = 1 + x as it is rounded; x where that
/// is 1.
fn log1p<'a>(blocks: &Blocks<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let one = blocks.like(x, 1.0);
    let u = blocks.plus(x, one);
    let rest = blocks.minus(u, one);
    let log = blocks.apply("math.log", &[u]);
    let product = blocks.apply("arith.mulf", &[log, x]);
    let quotient = blocks.apply("arith.divf", &[product, rest]);
    let is_one = blocks.compare_floats(FloatPredicate::Equal, u, one);
    blocks.select(is_one, x, quotient)
}

/// Floats of p bits from 2^(p - 1) on are integers; a smaller one is rounded to
/// an integer, half to even, by adding that.
fn round_even<'a>(blocks: &Blocks<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let large = blocks.like(x, whole_from(element_of(x)));
    let magnitude = blocks.apply("math.absf", &[x]);
    let rounded = blocks.minus(blocks.plus(magnitude, large), large);
    let rounded = with_sign_of(blocks, x, rounded);
    let is_small = blocks.compare_floats(FloatPredicate::Less, magnitude, large);
    blocks.select(is_small, rounded, x)
}

/// The power of two from which on floats of a type, f32 or f64, are integers.
pub fn whole_from(element: Type<'_>) -> f64 {
    let digits = if element.is_f64() {
        f64::MANTISSA_DIGITS
    } else {
        f32::MANTISSA_DIGITS
    };
    2f64.powi(digits as i32 - 1)
}

fn with_sign_of<'a>(
    blocks: &Blocks<'a, '_>,
    x: Value<'a, 'a>,
    value: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let negated = blocks.minus(blocks.like(value, -0.0), value);
    let is_negative = blocks.compare_floats(FloatPredicate::Less, x, blocks.like(x, 0.0));
    blocks.select(is_negative, negated, value)
}
