//! The ternary linear layer.

use super::{algebra, storage::is_tiled, zero_rows};
use crate::{
    Accumulator, TensorType, TernaryLinear, canonicalize,
    canonicalize::canonicalize,
    constant::known_splat,
    constant_value,
    shape::{
        Measure, Operand, ResultShape, Shaped, Size, count, infer_from_shapes,
        speculatable_if_static,
    },
    tiling,
};
use melior::ir::{Type, TypeLike, Value, ValueLike, operation::OperationLike, r#type::IntegerType};
use ods_bridge::{Along, Builder, Diagnostic, LoopKind, NoMatch, OpView, Tile, Tiling, context_of};

impl<'a> Shaped<'a> for TernaryLinear<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let x = Operand::new("x", self.x())?;
        let scale = self
            .scale()
            .map(|scale| Operand::new("scale", scale))
            .transpose()?;
        let weights = Operand::of_rank(2, "weights", self.weights())?;
        // C1 to C4
        let sizes = linear_sizes(&x, &weights, scale.as_ref())?;
        // C5
        let is_float = x.r#type.element.is_float();
        if let Some(accumulator) = self.accumulator()
            && is_float == (accumulator == Accumulator::I32)
        {
            return Err(Diagnostic::expected(
                format!(
                    "accumulator to be {} for an x of {}",
                    if is_float { "a float type" } else { "i32" },
                    x.r#type.element
                ),
                accumulator,
            )
            .note_value("x", self.x()));
        }
        let element: Type<'a> = match &scale {
            _ if is_float => x.r#type.element,
            Some(scale) => scale.r#type.element,
            None => IntegerType::new(context_of(self.context()), 32).into(),
        };
        // C6
        let weights = weights.unit().expect_dimensionless()?;
        let scale = scale.map_or_else(Measure::number, |scale| scale.unit());
        let unit = x.unit().times(&weights).times(&scale);
        Ok(vec![ResultShape::new(&sizes, element).with_unit(&unit)])
    }
}

/// The sizes of a linear layer's result: those of `x`, the last one being the
/// rows of `weights`.
pub fn linear_sizes<'a>(
    x: &Operand<'a>,
    weights: &Operand<'a>,
    scale: Option<&Operand<'a>>,
) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    // C1
    let (mut sizes, inputs) = x.split_last()?;
    // C2
    let inputs = inputs.agree(weights.size(1))?;
    sizes.push(scaled_rows(scale, weights.size(0), inputs)?);
    Ok(sizes)
}

/// The rows of weights of so many inputs that a scale has to fit.
pub fn scaled_rows<'a>(
    scale: Option<&Operand<'a>>,
    mut rows: Size<'a>,
    inputs: Size<'a>,
) -> Result<Size<'a>, Diagnostic<'a>> {
    if let Some(scale) = scale {
        // C3
        if scale.rank() > 2 {
            return Err(Diagnostic::expected(
                "scale to be a scalar, [N] or [N, G]",
                count(scale.rank(), "dimension"),
            ));
        }
        if scale.rank() > 0 {
            rows = scale.size(0).agree(rows)?;
        }
        // C4
        if scale.rank() == 2 {
            expect_groups(scale.size(1), inputs)?;
        }
    }
    Ok(rows)
}

impl<'a> Tile<'a> for TernaryLinear<'a> {
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>> {
        let row = tiling::leading(self.x());
        let mut tiling = linear_tiling(
            row,
            LoopKind::Uncut(
                "the sum over it has no destination that parts are added to, as \
                 fidelity.ternary_accumulate has",
            ),
            self.weights(),
        );
        if let Some(scale) = self.scale() {
            tiling = tiling.operand(scale_along(scale, row));
        }
        Ok(tiling.result(Along::loops(0..row + 1)))
    }
}

/// The loops of a linear layer, one for each dimension of the result and one
/// for the inputs, and how `x` and `weights` follow them.
pub fn linear_tiling(row: usize, inputs: LoopKind, weights: Value<'_, '_>) -> Tiling {
    let mut loops = vec![LoopKind::Parallel; row];
    loops.push(match is_tiled(weights) {
        false => LoopKind::Parallel,
        true => LoopKind::Uncut("the rows of tiled weights lie between each other"),
    });
    loops.push(inputs);
    let mut x = Along::loops(0..row);
    x.push(Along::Loop(row + 1));
    Tiling::new(loops)
        .operand(x)
        .operand([Along::Loop(row), Along::Loop(row + 1)])
}

/// How a scale follows the loop over the rows of the weights.
pub fn scale_along(scale: Value<'_, '_>, row: usize) -> Vec<Along> {
    let mut dimensions = vec![Along::Loop(row), Along::Whole];
    dimensions.truncate(TensorType::of(scale).rank());
    dimensions
}

/// Checks that G groups divide K inputs.
fn expect_groups<'a>(groups: Size<'a>, inputs: Size<'a>) -> Result<(), Diagnostic<'a>> {
    let (groups, of, inputs) = (groups.get(), inputs, inputs.get());
    if groups == crate::DYNAMIC {
        return Ok(());
    }
    // No groups divide no inputs only.
    if inputs != crate::DYNAMIC
        && (groups == 0 && inputs != 0 || groups != 0 && inputs % groups != 0)
    {
        let error = Diagnostic::expected(
            format!("the groups of scale to divide {inputs} inputs"),
            count(groups as usize, "group"),
        );
        return Err(of.note_on(error));
    }
    Ok(())
}

infer_from_shapes!(TernaryLinear);
speculatable_if_static!(TernaryLinear);
canonicalize!(
    TernaryLinear,
    drop_unit_scale,
    zeros_of_zeros,
    zero_rows::drop_zero_rows,
    algebra::use_packed
);

/// ternary_linear(x, w, 1) → ternary_linear(x, w)
///
/// Not for an i8 `x`, whose result would become an i32. The sums of groups are
/// added either way, in an order that the op leaves open.
fn drop_unit_scale<'a>(op: &TernaryLinear<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    if !TensorType::of(op.x()).element.is_float() {
        return Err("x is quantised");
    }
    canonicalize::drop_neutral(op, 2, 1.0, builder)
}

/// ternary_linear(x, 0, scale) → 0, and so without inputs, whatever x: a weight
/// of 0 does not touch it; ternary_linear(0, w, scale) → 0, and so for an x of
/// -0, as a sum begins at 0. The scale, if any, is a constant that is finite and
/// not below 0, which would make -0 of it.
fn zeros_of_zeros<'a>(op: &TernaryLinear<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let weights = op.weights();
    if !algebra::are_zero(weights, constant_value(weights)) && known_splat(op.x()) != Some(0.0) {
        return Err("an input may take part in a sum");
    }
    if !algebra::keeps_zero(op.scale()) {
        return Err("the scale may not be finite, or below 0");
    }
    canonicalize::replace_by_zeros(op, builder)
}

/// Whether the result is the sum of a float layer as it is kept: there is no
/// scale, and the accumulator is of the type of the result.
pub fn is_unrounded_sum(op: &TernaryLinear<'_>) -> bool {
    let element = TensorType::of(op.x()).element;
    let kept = match op.accumulator() {
        Some(Accumulator::F32) => element.is_f32(),
        Some(Accumulator::F64) => element.is_f64(),
        Some(_) => false,
        None => element.is_f32() || element.is_f64(),
    };
    kept && op.scale().is_none()
}

impl<'a> TernaryLinear<'a> {
    /// This layer under a scale, of the same result type.
    ///
    /// # Errors
    ///
    /// When the scale is no scalar and not one for each row, the sum is rounded
    /// before it would be scaled, or there is a scale already.
    pub fn with_scale(
        &self,
        scale: Value<'a, 'a>,
        builder: &Builder<'a>,
    ) -> Result<Value<'a, 'a>, NoMatch> {
        let operation = self.operation().ok_or("an op that does not exist")?;
        let result = self.result(0).ok_or("no result")?;
        if !is_unrounded_sum(self) {
            return Err("the product is rounded before it is scaled");
        }
        let r#type = TensorType::of(result);
        let own = TensorType::of(scale);
        // A static 1 stretches in a product, and is one row in a scale.
        if own.encoding.is_some()
            || !matches!(*own.shape, []) && own.shape != r#type.shape[r#type.rank() - 1..]
        {
            return Err("the factor is no scale");
        }
        let mut scaled = builder
            .op(TernaryLinear::NAME)
            .operands(&[self.x(), self.weights(), scale])
            .result(result.r#type());
        for (name, attribute) in operation.attributes() {
            if let Ok(name) = name.as_string_ref().as_str() {
                scaled = scaled.attribute(name, attribute);
            }
        }
        Ok(scaled.value())
    }
}
