//! State-space models, `FidelityStateSpaceOps.td`.

mod convolution;
mod discretize;
mod scan;
mod ssd;
mod step;

pub use convolution::convolution;
pub use discretize::{Discretization, discretize};
pub use scan::{Scan, scan};
pub use ssd::{Ssd, ssd};
pub use step::{output, state_update};

use crate::elementwise::{silu_value, softplus_value};
use crate::number::Number;
use crate::operand::Op;
use crate::{ElementType, Error, Tensor};

/// The complex type that goes with a float type: that of what is computed in.
fn complex_of(float: ElementType) -> ElementType {
    match float {
        ElementType::F64 => ElementType::ComplexF64,
        _ => ElementType::ComplexF32,
    }
}

/// The elements of an operand that is real or complex, of the types that go
/// with those of a real one.
fn numbers<N: Number>(
    op: Op,
    name: &str,
    operand: &Tensor,
    (like, other): (&str, &Tensor),
) -> Result<Vec<N>, Error> {
    let (element, real) = (operand.element_type(), other.element_type());
    if element != real && element != complex_of(real) {
        return Err(op.error(
            format!(
                "`{name}` to have the element type of `{like}`, {real}, or {}",
                complex_of(real)
            ),
            element.to_string(),
        ));
    }
    N::all(op, name, operand)
}

/// Δ: softplus(dt), or dt itself.
fn delta(dt: f64, softplus: bool) -> f64 {
    if softplus { softplus_value(dt) } else { dt }
}

/// y times silu(z) where there is a gate.
fn gated(y: f64, gate: Option<f64>) -> f64 {
    gate.map_or(y, |z| y * silu_value(z))
}
