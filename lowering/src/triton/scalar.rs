//! Arithmetic of scalars, of many at once.

use super::{
    program::{Place, Program, immediate},
    tt::{Tt, element_of, shape_of},
};
use fidelity_passes::kernels::Member;
use melior::ir::{
    BlockLike, Identifier, RegionLike, TypeLike, Value, ValueLike,
    attribute::IntegerAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, bit_width, block_argument, name_of};
use std::collections::HashMap;

/// Ops of `arith` that Triton compiles as they are.
const ARITH: &[&str] = &[
    "addf", "addi", "andi", "bitcast", "cmpf", "cmpi", "divf", "divsi", "divui", "extf", "extsi",
    "extui", "fptosi", "fptoui", "maximumf", "maxnumf", "maxsi", "maxui", "minimumf", "minnumf",
    "minsi", "minui", "mulf", "muli", "ori", "remsi", "remui", "select", "shli", "shrsi", "shrui",
    "sitofp", "subf", "subi", "truncf", "trunci", "uitofp", "xori",
];

/// Ops of `math` likewise.
const MATH: &[&str] = &[
    "absf", "ceil", "cos", "erf", "exp", "exp2", "floor", "fma", "log", "log2", "rsqrt", "sin",
    "sqrt",
];

/// The body of a `linalg.generic`, on blocks in place of scalars.
pub fn generic<'a>(
    program: &Program<'a, '_>,
    place: &Place<'a>,
    member: &Member<'a>,
) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
    let tt = &program.tt;
    let body = member.operation.region(0).ok();
    let body = body
        .and_then(|body| body.first_block())
        .ok_or_else(|| Diagnostic::new("internal error: no body"))?;
    let mut blocks: HashMap<usize, Value<'a, 'a>> = HashMap::new();
    let mut next = body.first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        let mut operands = Vec::new();
        for operand in operation.operands() {
            let key = operand.to_raw().ptr as usize;
            let block = match (blocks.get(&key), block_argument(operand)) {
                (Some(block), _) => *block,
                // What no op looks at is not read.
                (None, Some((_, number))) => program.read(place, member, &member.reads[number])?,
                (None, None) => constant(tt, place, operand, operation)?,
            };
            blocks.insert(key, block);
            operands.push(block);
        }
        match name_of(operation) {
            "linalg.yield" => return Ok(operands),
            "arith.constant" => {}
            _ => {
                let block = apply(tt, operation, &operands)?;
                for result in operation.results() {
                    blocks.insert(result.to_raw().ptr as usize, block);
                }
            }
        }
    }
    Err(Diagnostic::new("internal error: a body without an end"))
}

fn constant<'a>(
    tt: &Tt<'a, '_>,
    place: &Place<'a>,
    value: Value<'a, 'a>,
    user: OperationRef<'a, 'a>,
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    check_type(value, user)?;
    let number = immediate(value)
        .ok_or_else(|| Diagnostic::expected("a constant number", value).at(user.location()))?;
    Ok(tt.constant(&place.shape, value.r#type(), number))
}

fn check_type<'a>(
    value: Value<'a, 'a>,
    operation: OperationRef<'a, 'a>,
) -> Result<(), Diagnostic<'a>> {
    let name = value.r#type().to_string();
    let known = ["f16", "bf16", "f32", "i1", "i8", "i16", "i32", "i64"];
    if known.contains(&name.as_str()) {
        return Ok(());
    }
    Err(Diagnostic::expected(
        "scalars of type f16, bf16, f32, i1, i8, i16, i32 or i64, which Triton computes with",
        name,
    )
    .at(operation.location()))
}

/// An op on blocks.
fn apply<'a>(
    tt: &Tt<'a, '_>,
    operation: OperationRef<'a, 'a>,
    operands: &[Value<'a, 'a>],
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    let name = name_of(operation);
    let result = operation
        .result(0)
        .map_err(|error| Diagnostic::new(error.to_string()))?;
    let element = result.r#type();
    for value in operation.operands().chain([result.into()]) {
        check_type(value, operation)?;
    }
    let compiles = match name.split_once('.') {
        Some(("arith", op)) => ARITH.contains(&op) || op == "negf",
        Some(("math", op)) => {
            MATH.contains(&op) || ["tanh", "erfc", "log1p", "roundeven"].contains(&op)
        }
        _ => false,
    };
    if !compiles {
        return Err(Diagnostic::expected(
            "an op that Triton compiles",
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
            .map(|&operand| tt.converted(operand, tt.f32()))
            .collect();
        return Ok(tt.converted(function(tt, name, &wide), element));
    }
    if is_function || name == "arith.negf" {
        return Ok(function(tt, name, operands));
    }
    let shape = shape_of(operands[0]);
    let mut op = tt
        .op(name)
        .operands(operands)
        .result(tt.block(&shape, element));
    for (name, attribute) in operation.attributes() {
        op = op.attribute(text_of(&name), attribute);
    }
    Ok(op.value())
}

fn text_of<'n>(name: &'n Identifier<'_>) -> &'n str {
    name.as_string_ref().as_str().unwrap_or_default()
}

/// An op whose result has the type of its operands, in what Triton compiles.
fn function<'a>(tt: &Tt<'a, '_>, name: &str, operands: &[Value<'a, 'a>]) -> Value<'a, 'a> {
    let x = operands[0];
    match name {
        // Triton 3.6 does not compile it. -0 keeps the sign of a zero.
        "arith.negf" => tt.apply("arith.subf", &[tt.like(x, -0.0), x]),
        "math.tanh" => tanh(tt, x),
        "math.erfc" => {
            let erf = tt.apply("math.erf", &[x]);
            tt.apply("arith.subf", &[tt.like(x, 1.0), erf])
        }
        "math.log1p" => log1p(tt, x),
        "math.roundeven" => round_even(tt, x),
        _ => tt.apply(name, operands),
    }
}

/// tanh(x) = sign(x) · (1 - e) / (1 + e), e = exp(-2|x|), which does not
/// overflow; it is absolutely as exact as an f32 of about 1.
fn tanh<'a>(tt: &Tt<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let magnitude = tt.apply("math.absf", &[x]);
    let e = tt.apply("arith.mulf", &[magnitude, tt.like(x, -2.0)]);
    let e = tt.apply("math.exp", &[e]);
    let one = tt.like(x, 1.0);
    let quotient = tt.apply(
        "arith.divf",
        &[
            tt.apply("arith.subf", &[one, e]),
            tt.apply("arith.addf", &[one, e]),
        ],
    );
    with_sign_of(tt, x, quotient)
}

/// log(1 + x) = log(u) · x / (u - 1), u = 1 + x as it is rounded; x where that
/// is 1.
fn log1p<'a>(tt: &Tt<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let one = tt.like(x, 1.0);
    let u = tt.apply("arith.addf", &[x, one]);
    let rest = tt.apply("arith.subf", &[u, one]);
    let log = tt.apply("math.log", &[u]);
    let quotient = tt.apply("arith.divf", &[tt.apply("arith.mulf", &[log, x]), rest]);
    tt.select(compare(tt, EQUAL, u, one), x, quotient)
}

/// Floats from 2^23 on are integers; a smaller one is rounded to an integer,
/// half to even, by adding 2^23.
fn round_even<'a>(tt: &Tt<'a, '_>, x: Value<'a, 'a>) -> Value<'a, 'a> {
    let large = tt.like(x, 8_388_608.0);
    let magnitude = tt.apply("math.absf", &[x]);
    let rounded = tt.apply("arith.addf", &[magnitude, large]);
    let rounded = tt.apply("arith.subf", &[rounded, large]);
    let rounded = with_sign_of(tt, x, rounded);
    tt.select(compare(tt, LESS, magnitude, large), rounded, x)
}

fn with_sign_of<'a>(tt: &Tt<'a, '_>, x: Value<'a, 'a>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    let negated = tt.apply("arith.subf", &[tt.like(value, -0.0), value]);
    tt.select(compare(tt, LESS, x, tt.like(x, 0.0)), negated, value)
}

/// The numbers of predicates of `arith.cmpf`: ordered and equal, ordered and less.
const EQUAL: i64 = 1;
const LESS: i64 = 4;

fn compare<'a>(
    tt: &Tt<'a, '_>,
    predicate: i64,
    lhs: Value<'a, 'a>,
    rhs: Value<'a, 'a>,
) -> Value<'a, 'a> {
    debug_assert!(element_of(lhs).is_float());
    tt.op("arith.cmpf")
        .attribute(
            "predicate",
            IntegerAttribute::new(tt.integer(64), predicate),
        )
        .operands(&[lhs, rhs])
        .result(tt.block(&shape_of(lhs), tt.integer(1)))
        .value()
}
