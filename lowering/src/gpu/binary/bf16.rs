//! `fidelity-gpu-bf16-to-bits`.

use crate::FidelityGpuBf16ToBits;
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
        // A bf16 is the upper half of an f32.
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
