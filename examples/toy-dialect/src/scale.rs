//! `toy.scale`: folding and a pattern.

use crate::{
    Scale,
    constant::{attribute, number},
};
use melior::ir::{Attribute, ValueLike, attribute::IntegerAttribute, operation::OperationRef};
use ods_bridge::{Builder, Canonicalize, Fold, FoldResult, NoMatch, OpView, Patterns, defining_op};

impl<'a> Fold<'a> for Scale<'a> {
    fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        // x · 1 → x
        if self.factor() == 1 {
            return Some(vec![FoldResult::Value(self.input())]);
        }
        let input = constants[0].and_then(number)?;
        let product = input.wrapping_mul(self.factor() as i32);
        let folded = attribute(self.input().r#type(), product);
        Some(vec![FoldResult::Constant(folded)])
    }
}

impl Canonicalize for Scale<'_> {
    fn canonicalization_patterns(patterns: &mut Patterns<'_>) {
        patterns.add(Self::NAME, scale_of_scale);
    }
}

/// (x · a) · b → x · (a · b)
fn scale_of_scale<'a>(
    operation: OperationRef<'a, 'a>,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let outer = Scale::cast(operation).ok_or("not a toy.scale")?;
    let inner = defining_op(outer.input())
        .and_then(Scale::cast)
        .ok_or("the operand is no toy.scale")?;
    let factor = outer.factor().wrapping_mul(inner.factor());
    let r#type = melior::ir::r#type::IntegerType::new(builder.context(), 64).into();
    let product = builder
        .op(Scale::NAME)
        .operand(inner.input())
        .attribute("factor", IntegerAttribute::new(r#type, factor))
        .infer()
        .value();
    builder.replace(operation, &[product]);
    Ok(())
}
