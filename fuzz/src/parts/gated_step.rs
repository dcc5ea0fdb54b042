//! One step of a gated unit.

use super::{binary, unary};
use crate::{
    function::Function,
    value::{TensorType, Value},
};

/// What a step reads.
pub struct Step {
    pub forget: Value,
    pub candidate: Value,
    pub state: Value,
    /// The least that is kept of the state.
    pub bound: Option<Value>,
    /// What the output's gate opens by.
    pub gate: Option<Value>,
}

/// The equations of a step of random tensors.
pub fn gated_step(f: &mut Function<'_>) -> Result<(), String> {
    let (forget, element, shape) = f.any_float(1);
    let [candidate, state, gate] = [0; 3].map(|_| f.tensor(element, &shape));
    let has_bound = f.random.chance(50);
    let bound = has_bound.then(|| f.tensor(element, &shape[shape.len() - 1..]));
    let gate = f.random.chance(50).then_some(gate);
    let step = Step {
        forget,
        candidate,
        state,
        bound,
        gate,
    };
    step.write(f).map(|_| ())
}

impl Step {
    /// f · h + (1 - f) · τ(c) with f = σ(x), or b + (1 - b) σ(x); or τ(c) + f · (h - τ(c)).
    /// f may be computed twice. Gives the next state, and the output: that state, or its
    /// product with the gate.
    pub fn write(&self, f: &mut Function<'_>) -> Result<(Value, Value), String> {
        let element = match self.state.tensor() {
            Some(tensor) => tensor.element,
            None => return Err(format!("expected a tensor, but got {:?}", self.state)),
        };
        let one = f.constant_of(TensorType::new(element, &[]), "1.0");
        let mut gate = self.forget_gate(f, &one)?;
        let name = *f.random.pick(&["fidelity.silu", "fidelity.tanh"]);
        let activated = unary(f, name, &self.candidate)?;
        let next = if f.random.chance(20) {
            let difference = binary(f, "fidelity.subtract", &self.state, &activated)?;
            let change = binary(f, "fidelity.multiply", &gate, &difference)?;
            binary(f, "fidelity.add", &activated, &change)?
        } else {
            let rest = binary(f, "fidelity.subtract", &one, &gate)?;
            if f.random.chance(30) {
                gate = self.forget_gate(f, &one)?;
            }
            let new = binary(f, "fidelity.multiply", &rest, &activated)?;
            let kept = binary(f, "fidelity.multiply", &gate, &self.state)?;
            binary(f, "fidelity.add", &kept, &new)?
        };
        let output = match &self.gate {
            Some(gate) => {
                let open = unary(f, "fidelity.sigmoid", gate)?;
                binary(f, "fidelity.multiply", &open, &next)?
            }
            None => next.clone(),
        };
        Ok((next, output))
    }

    fn forget_gate(&self, f: &mut Function<'_>, one: &Value) -> Result<Value, String> {
        let gate = unary(f, "fidelity.sigmoid", &self.forget)?;
        let Some(bound) = &self.bound else {
            return Ok(gate);
        };
        let rest = binary(f, "fidelity.subtract", one, bound)?;
        let open = binary(f, "fidelity.multiply", &gate, &rest)?;
        binary(f, "fidelity.add", &open, bound)
    }
}
