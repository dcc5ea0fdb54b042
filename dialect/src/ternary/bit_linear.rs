//! The fused BitLinear layer.

use super::{
    algebra,
    linear::{linear_sizes, linear_tiling, scale_along},
};
use crate::{
    BitLinear, canonicalize,
    canonicalize::canonicalize,
    norm::expect_epsilon,
    shape::{Operand, ResultShape, Shaped, infer_from_shapes, speculatable_if_static},
    tiling,
};
use ods_bridge::{Along, Builder, Diagnostic, LoopKind, NoMatch, Tile, Tiling, Verify};

impl<'a> Shaped<'a> for BitLinear<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let x = Operand::new("x", self.x())?;
        let weights = Operand::of_rank(2, "weights", self.weights())?;
        let scale = Operand::new("scale", self.scale())?;
        // C1 to C4
        let mut sizes = linear_sizes(&x, &weights, Some(&scale))?;
        // C8
        let mut unit = weights.unit().expect_dimensionless()?;
        unit = unit.times(&scale.unit());
        // C5
        if let Some(norm) = self.norm_weight() {
            let norm = Operand::of_rank(1, "norm_weight", norm)?;
            let inputs = x.size(x.rank() - 1).agree(weights.size(1))?;
            norm.size(0).agree(inputs)?;
            unit = norm.unit().times(&unit);
        }
        // C6
        if let Some(bias) = self.bias() {
            let rows = sizes.len() - 1;
            let bias = Operand::of_rank(1, "bias", bias)?;
            sizes[rows] = bias.size(0).agree(sizes[rows])?;
            // C9
            unit = bias.unit().agree(&unit)?;
        }
        Ok(vec![
            ResultShape::new(&sizes, x.r#type.element).with_unit(&unit),
        ])
    }
}

impl<'a> Verify<'a> for BitLinear<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        // C7
        expect_epsilon(self.epsilon())
    }
}

impl<'a> Tile<'a> for BitLinear<'a> {
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>> {
        // Tiles of rows quantise the same token again.
        let row = tiling::leading(self.x());
        let whole = LoopKind::Uncut("a token is normalised and quantised as a whole");
        let mut tiling =
            linear_tiling(row, whole, self.weights()).operand(scale_along(self.scale(), row));
        if self.norm_weight().is_some() {
            tiling = tiling.operand([Along::Loop(row + 1)]);
        }
        if self.bias().is_some() {
            tiling = tiling.operand([Along::Loop(row)]);
        }
        Ok(tiling.result(Along::loops(0..row + 1)))
    }
}

infer_from_shapes!(BitLinear);
speculatable_if_static!(BitLinear);
canonicalize!(
    BitLinear,
    drop_unit_norm_weight,
    drop_zero_bias,
    zeros_of_no_inputs,
    algebra::use_packed
);

/// bit_linear(…, norm = 1) → bit_linear(…)
fn drop_unit_norm_weight<'a>(op: &BitLinear<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 3, 1.0, builder)
}

/// bit_linear(…, bias = -0) → bit_linear(…): y + -0 is y for every y, y + 0 is
/// not for -0
fn drop_zero_bias<'a>(op: &BitLinear<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 4, -0.0, builder)
}

/// bit_linear of no inputs, without a bias → 0, the scale being a constant that
/// is finite and not below 0. Weights of 0 are no reason: an x that is not finite
/// gives NaN.
fn zeros_of_no_inputs<'a>(op: &BitLinear<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    if !algebra::has_no_inputs(op.weights()) {
        return Err("there may be inputs");
    }
    if op.bias().is_some() || !algebra::keeps_zero(Some(op.scale())) {
        return Err("there is a bias, or the scale may not be finite, or below 0");
    }
    canonicalize::replace_by_zeros(op, builder)
}
