//! Normalisation.

use crate::{
    RmsNorm, canonicalize,
    canonicalize::canonicalize,
    constant::{splat, splat_number},
    shape::{Operand, ResultShape, Shaped, infer_from_shapes, speculatable_if_static},
    tiling::{rowwise, tile},
};
use melior::ir::{Attribute, ValueLike};
use ods_bridge::{Builder, Diagnostic, Fold, FoldResult, NoMatch, Verify};

impl<'a> Shaped<'a> for RmsNorm<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let input = Operand::new("input", self.input())?;
        // C1
        let (mut sizes, mut last) = input.split_last()?;
        // The root mean square has the unit of x.
        let mut unit = input.unit().power(0);
        // C2
        if let Some(weight) = self.weight() {
            let weight = Operand::of_rank(1, "weight", weight)?;
            last = weight.size(0).agree(last)?;
            unit = weight.unit();
        }
        sizes.push(last);
        Ok(vec![
            ResultShape::new(&sizes, input.r#type.element)
                .with_encoding(input.r#type.encoding)
                .with_unit(&unit),
        ])
    }
}

impl<'a> Verify<'a> for RmsNorm<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        // C3
        expect_epsilon(self.epsilon())
    }
}

/// Checks the ε of a norm: finite and not negative.
pub fn expect_epsilon<'a>(epsilon: f64) -> Result<(), Diagnostic<'a>> {
    if !epsilon.is_finite() || epsilon < 0.0 {
        return Err(Diagnostic::expected(
            "epsilon to be finite and not negative",
            epsilon,
        ));
    }
    Ok(())
}

impl<'a> Fold<'a> for RmsNorm<'a> {
    /// rms_norm(0) → 0, of the sign of the 0, for ε > 0 and no weight: 0 / √ε
    fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let zero = splat_number((*constants.first()?)?).filter(|&number| number == 0.0)?;
        if self.weight().is_some() || self.epsilon() == 0.0 {
            return None;
        }
        let zeros = splat(self.result(0)?.r#type(), zero)?;
        Some(vec![FoldResult::Constant(zeros)])
    }
}

infer_from_shapes!(RmsNorm);
speculatable_if_static!(RmsNorm);
tile!(RmsNorm => rowwise);
canonicalize!(RmsNorm, drop_unit_weight);

/// rms_norm(x, 1) → rms_norm(x)
fn drop_unit_weight<'a>(op: &RmsNorm<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 1, 1.0, builder)
}
