//! What the canonicalisations of linear layers share.

use crate::{
    TensorType, Unpack, canonicalize,
    constant::{is_zero, numbers},
    constant_value,
};
use melior::ir::{Attribute, Value};
use ods_bridge::{Builder, InferReturnTypes, NoMatch, OpView, defining_op};

/// The number of `weights` among the operands of a linear layer.
const WEIGHTS: usize = 1;

/// linear(x, unpack(p)) → linear(x, p): the trits are the same, and a layer
/// decodes them where it uses them
pub fn use_packed<'a, T: OpView<'a> + InferReturnTypes<'a>>(
    op: &T,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let mut operands = canonicalize::segments(op);
    let unpack = operands[WEIGHTS]
        .first()
        .and_then(|&weights| defining_op(weights))
        .and_then(Unpack::cast)
        .ok_or("the weights are not unpacked")?;
    operands[WEIGHTS] = vec![unpack.input()];
    canonicalize::replace_operands(op, &operands, builder)
}

/// Whether no weight takes part in a sum: all are 0, or there is none.
pub fn are_zero(weights: Value<'_, '_>, constant: Option<Attribute<'_>>) -> bool {
    has_no_inputs(weights) || constant.is_some_and(is_zero)
}

/// Whether the sums are of no terms.
pub fn has_no_inputs(weights: Value<'_, '_>) -> bool {
    TensorType::of(weights).shape.get(1) == Some(&0)
}

/// Whether 0 times a scale is 0: it is absent, or a constant that is finite and
/// not below 0, nor -0.
pub fn keeps_zero(scale: Option<Value<'_, '_>>) -> bool {
    scale.is_none_or(|scale| {
        constant_value(scale)
            .and_then(|scale| numbers(scale, usize::MAX))
            .is_some_and(|scale| {
                (scale.iter()).all(|number| number.is_finite() && number.is_sign_positive())
            })
    })
}
