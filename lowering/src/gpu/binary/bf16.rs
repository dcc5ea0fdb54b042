//! `fidelity-gpu-bf16-to-bits`.

use crate::FidelityGpuBf16ToBits;
use fidelity_passes::emit::Emit;
use melior::ir::{
    Attribute, AttributeLike, Type, TypeLike, Value, ValueLike,
    attribute::IntegerAttribute,
    operation::{OperationLike, OperationRef},
    r#type::IntegerType,
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, Retype, build_before, context_of, float_value, name_of,
    operations_within, retype,
};

impl Pass for FidelityGpuBf16ToBits {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for nested in operations_within(operation) {
            convert(nested);
        }
        let operations = operations_within(operation);
        for &nested in &operations {
            check(nested)?;
        }
        retype(operation, &Bits)?;
        for nested in operations {
            remove_cast(nested);
        }
        Ok(())
    }
}

fn is_bf16(r#type: Type<'_>) -> bool {
    r#type == Type::bfloat16(context_of(r#type.context()))
}

/// Writes a conversion in integers: a bf16 is the upper half of an f32.
fn convert<'a>(operation: OperationRef<'a, 'a>) {
    let (Ok(source), Ok(result)) = (operation.operand(0), operation.result(0)) else {
        return;
    };
    let (from, to) = (source.r#type(), result.r#type());
    match name_of(operation) {
        "arith.extf" if is_bf16(from) => build_before(operation, |builder| {
            let emit = Emit::new(builder, false);
            builder.replace(operation, &[extended(&emit, source, to)]);
        }),
        "arith.truncf" if is_bf16(to) => build_before(operation, |builder| {
            let emit = Emit::new(builder, false);
            builder.replace(operation, &[truncated(&emit, source, to)]);
        }),
        _ => {}
    }
}

fn extended<'a>(emit: &Emit<'a, '_>, source: Value<'a, 'a>, to: Type<'a>) -> Value<'a, 'a> {
    let wide = emit.integer(32);
    let half = emit.op("arith.bitcast").operand(source);
    let half = half.result(emit.integer(16)).value();
    let bits = emit.op("arith.extui").operand(half).result(wide).value();
    let bits = emit.apply("arith.shli", &[bits, emit.int(wide, 16)]);
    let single = emit.op("arith.bitcast").operand(bits);
    emit.convert(single.result(emit.f32()).value(), to)
}

/// Half to even: adding just less than half of a unit, and the last bit, carries
/// where it has to.
fn truncated<'a>(emit: &Emit<'a, '_>, source: Value<'a, 'a>, to: Type<'a>) -> Value<'a, 'a> {
    let wide = emit.integer(32);
    let int = |number| emit.int(wide, number);
    let bits = single_bits(emit, source);
    let last = emit.apply("arith.shrui", &[bits, int(16)]);
    let last = emit.apply("arith.andi", &[last, int(1)]);
    let sum = emit.add(emit.add(bits, int(0x7fff)), last);
    let half = emit.apply("arith.shrui", &[sum, int(16)]);
    let is_nan = emit.compare_floats("uno", source, source);
    let half = emit.select(is_nan, int(0x7fc0), half);
    let half = emit.op("arith.trunci").operand(half);
    let half = half.result(emit.integer(16)).value();
    emit.op("arith.bitcast").operand(half).result(to).value()
}

/// The bits of an f32 that rounds to a bf16 as a float does. Of an f64 those are
/// of the nearest one towards 0, with the last bit set where that is another
/// number: so that it is not taken for half-way between two of bf16.
fn single_bits<'a>(emit: &Emit<'a, '_>, source: Value<'a, 'a>) -> Value<'a, 'a> {
    let wide = emit.integer(32);
    let single = emit.convert(source, emit.f32());
    let bits = emit.op("arith.bitcast").operand(single);
    let bits = bits.result(wide).value();
    if source.r#type() == emit.f32() {
        return bits;
    }
    let again = emit.convert(single, source.r#type());
    let magnitude = |value| {
        let negated = emit.apply("arith.negf", &[value]);
        let is_negative = emit.greater(emit.float_like(value, 0.0), value);
        emit.select(is_negative, negated, value)
    };
    let is_beyond = emit.greater(magnitude(again), magnitude(source));
    let one = emit.int(wide, 1);
    let towards_zero = emit.select(is_beyond, emit.sub(bits, one), bits);
    let odd = emit.apply("arith.ori", &[towards_zero, one]);
    emit.select(emit.compare_floats("oeq", again, source), bits, odd)
}

/// Refuses an op that computes with bf16.
fn check<'a>(operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let name = name_of(operation);
    let is_moved = matches!(name, "arith.bitcast" | "arith.constant" | "arith.select");
    let computes = name.starts_with("arith.") || name.starts_with("math.");
    let results = operation.results().map(Value::from);
    let mut values = operation.operands().chain(results);
    if is_moved || !computes || !values.any(|value| is_bf16(value.r#type())) {
        return Ok(());
    }
    Err(Diagnostic::expected(
        "ops that move numbers of type bf16",
        format!("'{name}'; compute in f32"),
    )
    .at(operation.location()))
}

struct Bits;

impl Retype for Bits {
    fn retype<'a>(&self, r#type: Type<'a>) -> Option<Type<'a>> {
        is_bf16(r#type).then(|| IntegerType::new(context_of(r#type.context()), 16).into())
    }

    fn retype_attribute<'a>(&self, attribute: Attribute<'a>) -> Option<Attribute<'a>> {
        let value = float_value(attribute)?;
        let integer = self.retype(attribute.r#type())?;
        let bits = (value as f32).to_bits() >> 16;
        Some(IntegerAttribute::new(integer, bits.into()).into())
    }
}

/// A cast of bits to themselves is its operand.
fn remove_cast<'a>(operation: OperationRef<'a, 'a>) {
    if name_of(operation) != "arith.bitcast" {
        return;
    }
    let (Ok(source), Ok(result)) = (operation.operand(0), operation.result(0)) else {
        return;
    };
    if source.r#type() == result.r#type() {
        build_before(operation, |builder| builder.replace(operation, &[source]));
    }
}
