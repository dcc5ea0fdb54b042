//! Which products processors have a kernel for, with weights stored in tiles. The model
//! of cost, `fidelity-pack-weights` and the lowerings ask here, so that no layer is
//! stored so that nothing reads fast.

use fidelity_dialect::{
    Accumulator, BitLinear, Storage, TensorType, TernaryAccumulate, TernaryLinear,
};
use melior::ir::{Type, TypeLike, Value, operation::OperationRef};
use ods_bridge::{OpView, bit_width};

/// Whether kernels add such activations up, under weights that are stored so: 8-bit
/// integers in tiles of either kind, and in `tiled2` floats that f32 holds, in f32.
pub fn adds_up(x: Value<'_, '_>, storage: Storage) -> bool {
    let element = TensorType::of(x).element;
    match element.is_float() {
        true => storage == Storage::Tiled2 && is_at_most_f32(element),
        false => storage.is_tiled() && bit_width(element) == Some(8),
    }
}

/// How many tiles of a row of so many weights have one scale in common, where each group
/// of them has its own and kernels apply it: in whole tiles of `tiled2`, by a scale that f32
/// holds.
pub fn tiles_of_group(inputs: i64, scale: Value<'_, '_>, storage: Storage) -> Option<i64> {
    let scale = TensorType::of(scale);
    let &[_, groups] = &scale.shape[..] else {
        return None;
    };
    let columns = storage
        .tile_columns()
        .filter(|_| storage == Storage::Tiled2)? as i64;
    let is_whole = inputs > 0 && groups > 0 && inputs % (groups * columns) == 0;
    (is_whole && is_at_most_f32(scale.element)).then(|| inputs / groups / columns)
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
fn scales<'a>(
    weights: Value<'a, 'a>,
    scale: Option<Value<'a, 'a>>,
    result: Type<'a>,
    storage: Storage,
) -> bool {
    scale.is_none_or(|scale| {
        let inputs = TensorType::of(weights).shape[1];
        TensorType::of(scale).rank() < 2
            || is_at_most_f32(result) && tiles_of_group(inputs, scale, storage).is_some()
    })
}

/// Whether there is a kernel for a layer whose weights are stored so.
pub fn has_kernel(layer: OperationRef<'_, '_>, storage: Storage) -> bool {
    if !storage.is_tiled() {
        return false;
    }
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
        return is_kept
            && adds_up(layer.x(), storage)
            && scales(weights, scale, result.element, storage);
    }
    if let Some(layer) = TernaryAccumulate::cast(layer) {
        let sums = TensorType::of(layer.init()).element;
        return adds_up(layer.x(), storage)
            && scales(layer.weights(), layer.scale(), sums, storage);
    }
    // It quantises its activations itself.
    BitLinear::cast(layer).is_some_and(|layer| {
        let result = TensorType::of(layer.x()).element;
        scales(layer.weights(), Some(layer.scale()), result, storage)
    })
}
