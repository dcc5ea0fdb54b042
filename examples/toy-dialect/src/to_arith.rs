//! `toy-to-arith`: a lowering by patterns.

use crate::{Scale, ToyToArith, constant};
use melior::ir::operation::OperationRef;
use ods_bridge::{
    Builder, Diagnostic, NoMatch, OpView, Pass, PassContext, apply_patterns_greedily,
};

impl Pass for ToyToArith {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        apply_patterns_greedily(operation, |patterns| patterns.add(Scale::NAME, lower_scale))
    }
}

/// x · a → arith.muli(x, a)
fn lower_scale<'a>(operation: OperationRef<'a, 'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let scale = Scale::cast(operation).ok_or("not a toy.scale")?;
    let factor = constant::build(builder, scale.factor() as i32);
    let product = builder
        .op("arith.muli")
        .operands(&[scale.input(), factor])
        .infer()
        .value();
    builder.replace(operation, &[product]);
    Ok(())
}
