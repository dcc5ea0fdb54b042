//! Activations beside an op.

use super::{binary, drawn, only, unary};
use crate::function::Function;

/// silu(gate) · up, or gate · σ(gate) · up
pub fn gate(f: &mut Function<'_>) -> Result<(), String> {
    let (gate, element, shape) = f.any_float(0);
    let up = f.tensor(element, &shape);
    let silu = match f.random.chance(50) {
        true => unary(f, "fidelity.silu", &gate)?,
        false => {
            let open = unary(f, "fidelity.sigmoid", &gate)?;
            binary(f, "fidelity.multiply", &gate, &open)?
        }
    };
    binary(f, "fidelity.multiply", &silu, &up)?;
    Ok(())
}

/// silu of a convolution.
pub fn convolution(f: &mut Function<'_>) -> Result<(), String> {
    let Some(op) = drawn(f, "fidelity.causal_conv1d") else {
        return Ok(());
    };
    let output = only(f, op)?;
    unary(f, "fidelity.silu", &output).map(|_| ())
}
