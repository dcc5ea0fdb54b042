//! Linear attention.

use super::{binary, drawn, unary};
use crate::{function::Function, value::TensorType};
use fidelity_reference::ElementType::F32;

/// Linear attention of queries and keys that go through a feature map, or of
/// queries times a number.
pub fn attention(f: &mut Function<'_>) -> Result<(), String> {
    let Some(op) = drawn(f, "fidelity.linear_attention") else {
        return Ok(());
    };
    let map = *f.random.pick(&["fidelity.relu", "fidelity.elu_plus_one"]);
    let maps_both = f.random.chance(70);
    let mut number = 0;
    let op = op.try_map(|value| {
        number += 1;
        match (number, maps_both) {
            (1 | 2, true) => unary(f, map, &value),
            (1, false) => {
                let element = value.tensor().map_or(F32, |tensor| tensor.element);
                let factor = f.constant(TensorType::new(element, &[]));
                binary(f, "fidelity.multiply", &value, &factor)
            }
            _ => Ok(value),
        }
    })?;
    f.write(op).map(|_| ())
}
