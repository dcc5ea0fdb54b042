//! Which products processors have a kernel for, with weights stored in tiles. The model
//! of cost, `fidelity-pack-weights` and the lowerings ask here, so that no layer is
//! stored so that nothing reads fast.

use fidelity_dialect::{BitLinear, TensorType, TernaryAccumulate, TernaryLinear};
use melior::ir::{TypeLike, Value, operation::OperationRef};
use ods_bridge::{OpView, bit_width};

/// Whether kernels add such activations up: 8-bit integers.
pub fn adds_up(x: Value<'_, '_>) -> bool {
    let element = TensorType::of(x).element;
    !element.is_float() && bit_width(element) == Some(8)
}

/// Whether the sums of kernels can be scaled so: a group of weights has no scale of its
/// own.
pub fn scales(scale: Option<Value<'_, '_>>) -> bool {
    scale.is_none_or(|scale| TensorType::of(scale).rank() < 2)
}

/// Whether there is a kernel for a layer.
pub fn has_kernel(layer: OperationRef<'_, '_>) -> bool {
    if let Some(layer) = TernaryLinear::cast(layer) {
        return adds_up(layer.x()) && scales(layer.scale());
    }
    if let Some(layer) = TernaryAccumulate::cast(layer) {
        return adds_up(layer.x());
    }
    // It quantises its activations itself.
    BitLinear::cast(layer).is_some_and(|layer| scales(Some(layer.scale())))
}
