//! Which products processors have a kernel for, with weights stored `tiled2`. The model
//! of cost, `fidelity-pack-weights` and the lowerings ask here, so that no layer is
//! stored so that nothing reads fast.

use fidelity_dialect::{Accumulator, BitLinear, TensorType, TernaryAccumulate, TernaryLinear};
use melior::ir::{Type, TypeLike, Value, operation::OperationRef};
use ods_bridge::{OpView, bit_width};

/// The columns of a tile.
const COLUMNS: i64 = 16;

/// Whether kernels add such activations up: 8-bit integers, and floats that f32 holds, in
/// f32.
pub fn adds_up(x: Value<'_, '_>) -> bool {
    let element = TensorType::of(x).element;
    is_at_most_f32(element) || !element.is_float() && bit_width(element) == Some(8)
}

/// How many tiles of a row of so many weights have one scale in common, where each group
/// of them has its own and kernels apply it: in whole tiles, by a scale that f32 holds.
pub fn tiles_of_group(inputs: i64, scale: Value<'_, '_>) -> Option<i64> {
    let scale = TensorType::of(scale);
    let &[_, groups] = &scale.shape[..] else {
        return None;
    };
    let is_whole = inputs > 0 && groups > 0 && inputs % (groups * COLUMNS) == 0;
    (is_whole && is_at_most_f32(scale.element)).then(|| inputs / groups / COLUMNS)
}

/// Whether kernels keep sums of such elements.
pub fn keeps(sums: Type<'_>) -> bool {
    match sums.is_float() {
        true => sums.is_f32(),
        false => bit_width(sums) == Some(32),
    }
}

fn is_at_most_f32(element: Type<'_>) -> bool {
    element.is_float() && bit_width(element).is_some_and(|bits| bits <= 32)
}

/// Whether the sums of kernels can be scaled so, for a result of such elements. Those of
/// groups are scaled within the kernel, in f32; others by loops.
fn scales<'a>(weights: Value<'a, 'a>, scale: Option<Value<'a, 'a>>, result: Type<'a>) -> bool {
    scale.is_none_or(|scale| {
        let inputs = TensorType::of(weights).shape[1];
        TensorType::of(scale).rank() < 2
            || is_at_most_f32(result) && tiles_of_group(inputs, scale).is_some()
    })
}

/// Whether there is a kernel for a layer.
pub fn has_kernel(layer: OperationRef<'_, '_>) -> bool {
    if let Some(layer) = TernaryLinear::cast(layer) {
        let (weights, scale) = (layer.weights(), layer.scale());
        // A result of integers has the type of its scale.
        let x = TensorType::of(layer.x());
        let result = match scale {
            Some(scale) if !x.element.is_float() => TensorType::of(scale),
            _ => x,
        };
        let is_kept = matches!(
            layer.accumulator(),
            None | Some(Accumulator::F32 | Accumulator::I32)
        );
        return is_kept && adds_up(layer.x()) && scales(weights, scale, result.element);
    }
    if let Some(layer) = TernaryAccumulate::cast(layer) {
        let sums = TensorType::of(layer.init()).element;
        return adds_up(layer.x()) && scales(layer.weights(), layer.scale(), sums);
    }
    // It quantises its activations itself.
    BitLinear::cast(layer).is_some_and(|layer| {
        let result = TensorType::of(layer.x()).element;
        scales(layer.weights(), Some(layer.scale()), result)
    })
}
