//! Reads what older versions of the dialect wrote.

use crate::{Scale, ToyDialect};
use melior::{
    Context,
    ir::{
        Attribute, Value,
        attribute::IntegerAttribute,
        operation::{OperationLike, OperationRef},
        r#type::IntegerType,
    },
};
use ods_bridge::{
    Diagnostic, OpView, Upgrade, build_before, context_of, name_of, operations_within,
};
use std::collections::BTreeMap;

impl Upgrade for ToyDialect {
    fn upgrade_attributes<'a>(
        _context: &'a Context,
        op: &str,
        version: u64,
        attributes: &mut BTreeMap<String, Attribute<'a>>,
    ) -> Result<(), Diagnostic<'a>> {
        if version < 2
            && op == Scale::NAME
            && let Some(factor) = attributes.remove("times")
        {
            attributes.insert("factor".to_owned(), factor);
        }
        Ok(())
    }

    fn upgrade_operations<'a>(
        top: OperationRef<'a, 'a>,
        version: u64,
    ) -> Result<(), Diagnostic<'a>> {
        if version < 2 {
            for operation in operations_within(top) {
                if name_of(operation) == "toy.shift" {
                    scale_of_shift(operation)?;
                }
            }
        }
        Ok(())
    }
}

/// x · 2ⁿ of version 1, for n from 0 to 62.
fn scale_of_shift<'a>(shift: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let bits = shift
        .attribute("bits")
        .and_then(IntegerAttribute::try_from)
        .map(|bits| bits.value())
        .ok();
    let (Some(bits @ 0..=62), Ok(input)) = (bits, shift.operand(0)) else {
        let found = bits.map_or("none".to_owned(), |bits| bits.to_string());
        return Err(
            Diagnostic::expected("a toy.shift of version 1 by 0 to 62 bits", found)
                .at(shift.location()),
        );
    };
    build_before(shift, |builder| {
        let r#type = IntegerType::new(context_of(shift.context()), 64).into();
        let product: Value<'a, 'a> = builder
            .op(Scale::NAME)
            .operand(input)
            .attribute("factor", IntegerAttribute::new(r#type, 1 << bits))
            .infer()
            .value();
        builder.replace(shift, &[product]);
    });
    Ok(())
}
