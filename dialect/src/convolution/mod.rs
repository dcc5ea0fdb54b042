//! Convolutions over time.

use crate::{
    CausalConv1d, ConvolutionActivation, DYNAMIC, TensorType, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, expect_shape, infer_from_shapes, speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch};

impl<'a> Shaped<'a> for CausalConv1d<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let x = Operand::of_rank(3, "x", self.x())?;
        let weights = Operand::of_rank(2, "weights", self.weights())?;
        let mut sizes = x.all_sizes();
        // C1
        let kernel = weights.size(1).get();
        if kernel < 1 {
            return Err(Diagnostic::expected(
                "dimension 1 of weights to be static and at least 1",
                match kernel {
                    DYNAMIC => "?".to_owned(),
                    kernel => kernel.to_string(),
                },
            ));
        }
        // C2
        sizes[1] = weights.size(0).agree(sizes[1])?;
        // C3
        let bias = self.bias().map(|bias| Operand::new("bias", bias));
        let bias = bias.transpose()?;
        if let Some(bias) = &bias {
            sizes[1] = expect_shape(bias, &sizes[1..2], &x)?[0];
        }
        // C4
        let state = self
            .state()
            .map(|state| Operand::of_rank(3, "state", state));
        let state = state.transpose()?;
        if let Some(state) = &state {
            for (at, size) in sizes[..2].iter_mut().enumerate() {
                *size = state.size(at).agree(*size)?;
            }
            let positions = state.size(2).get();
            if positions != DYNAMIC && positions != kernel - 1 {
                let error = Diagnostic::expected(
                    format!("dimension 2 of state to be {}, K - 1", kernel - 1),
                    positions,
                );
                return Err(error.note_value("weights", self.weights()));
            }
        }
        // C5
        let mut carried = x.unit();
        if let Some(state) = &state {
            carried = state.unit().agree(&carried)?;
        }
        // C6
        let mut unit = weights.unit().times(&carried);
        if let Some(bias) = &bias {
            unit = bias.unit().agree(&unit)?;
        }
        // C7
        if self.activation() != ConvolutionActivation::None {
            unit = unit.expect_dimensionless()?;
        }
        let element = x.r#type.element;
        Ok(vec![
            ResultShape::new(&sizes, element)
                .with_encoding(x.r#type.encoding)
                .with_unit(&unit),
            ResultShape::new(&sizes[..2], element)
                .with_last(kernel - 1)
                .with_unit(&carried),
        ])
    }
}

infer_from_shapes!(CausalConv1d);
speculatable_if_static!(CausalConv1d);
canonicalize!(
    CausalConv1d,
    drop_zero_bias,
    drop_zero_state,
    drop_empty_state,
    without_steps
);

/// causal_conv1d(…, bias = 0) → causal_conv1d(…)
fn drop_zero_bias<'a>(op: &CausalConv1d<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 2, 0.0, builder)
}

/// causal_conv1d(…, state = 0) → causal_conv1d(…)
fn drop_zero_state<'a>(op: &CausalConv1d<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 3, 0.0, builder)
}

/// causal_conv1d(…, state) → causal_conv1d(…) for K = 1, where there is nothing
/// to carry
fn drop_empty_state<'a>(op: &CausalConv1d<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    if op.state().is_none() || TensorType::of(op.weights()).shape[1] != 1 {
        return Err("there is no state, or one that carries");
    }
    let mut operands = canonicalize::segments(op);
    operands[3].clear();
    canonicalize::replace_operands(op, &operands, builder)
}

/// causal_conv1d of no step → nothing, and its state
fn without_steps<'a>(op: &CausalConv1d<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::without_steps(op, 1, &[op.state()], builder)
}
