//! `mlgru`, one step after the other.

use super::{
    gated_step::Step,
    sequence::{Sequence, size, with_time, without_time},
    time_loop::TimeLoop,
};
use crate::{function::Function, op::Op, value::Value};

/// What the steps read.
struct Steps {
    forget: Sequence,
    candidate: Sequence,
    gate: Option<Sequence>,
    bound: Option<Value>,
    /// Whether each step's candidate is made by the step.
    makes_candidate: bool,
    activation: &'static str,
    /// The dimension of a step that is time, and whether it is that of sequences too.
    time: usize,
    is_in_place: bool,
}

/// A loop of steps, of an op or of its equations. Time is elsewhere now and then.
pub fn mlgru_steps(f: &mut Function<'_>) -> Result<(), String> {
    let rank = f.random.between(1..4);
    let shape: Vec<_> = (0..rank).map(|_| size(f)).collect();
    let time = rank - 1;
    let outer_time = match f.random.chance(7) {
        true => 0,
        false => time,
    };
    let (time_loop, forget) = TimeLoop::new(f, &shape, outer_time);
    let sizes = forget.sizes.to_vec();
    let candidate = time_loop.sequence(f, &sizes, outer_time, None);
    let has_gate = f.random.chance(50);
    let gate = has_gate.then(|| time_loop.sequence(f, &sizes, outer_time, None));
    let has_bound = f.random.chance(30);
    let bound = has_bound.then(|| time_loop.tensor(f, &sizes[rank - 1..], Some(0.0..1.0)));
    let state = time_loop.tensor(f, &sizes, None);
    let has_output = f.random.chance(80);
    let output = has_output.then(|| time_loop.output(f, &sizes, outer_time));
    let makes_candidate = f.random.chance(8);
    let activation = *f.random.pick(&["silu", "tanh"]);
    let steps = Steps {
        forget,
        candidate,
        gate,
        bound,
        makes_candidate,
        activation,
        time,
        is_in_place: outer_time == time,
    };
    let is_op = f.random.chance(60);
    time_loop.write(f, state, output.as_ref(), |f, at, state| match is_op {
        true => steps.op(f, at, state),
        false => steps.equations(f, at, state),
    })
}

impl Steps {
    /// A step as an op; its output has time or not.
    fn op(&self, f: &mut Function<'_>, at: &str, state: &Value) -> Result<(Value, Value), String> {
        let time = Some(self.time);
        let forget = self.forget.element(f, at, time);
        let candidate = self.candidate(f, at, time)?;
        let gate = self.gate.as_ref().map(|gate| gate.element(f, at, time));
        let step = Op::new("fidelity.mlgru")
            .operand(forget)
            .operand(candidate)
            .optional(gate)
            .optional(Some(state.clone()))
            .optional(self.bound.clone())
            .keyword("activation", "candidate", self.activation);
        let results = f.write(step)?;
        let (output, next) = (results[0].clone(), results[1].clone());
        let output = match f.random.below(4) {
            0 if self.gate.is_none() => next.clone(),
            1..4 if self.is_in_place => output,
            _ => without_time(f, &output, &self.forget.sizes, self.time),
        };
        Ok((next, output))
    }

    /// A step as its equations.
    fn equations(
        &self,
        f: &mut Function<'_>,
        at: &str,
        state: &Value,
    ) -> Result<(Value, Value), String> {
        let step = Step {
            forget: self.forget.element(f, at, None),
            candidate: self.candidate(f, at, None)?,
            state: state.clone(),
            bound: self.bound.clone(),
            gate: self.gate.as_ref().map(|gate| gate.element(f, at, None)),
        };
        let (next, output) = step.write(f)?;
        let output = match self.is_in_place && f.random.chance(20) {
            true => with_time(f, &output, &self.forget.sizes, self.time),
            false => output,
        };
        Ok((next, output))
    }

    fn candidate(
        &self,
        f: &mut Function<'_>,
        at: &str,
        time: Option<usize>,
    ) -> Result<Value, String> {
        let candidate = self.candidate.element(f, at, time);
        match self.makes_candidate {
            true => super::unary(f, "fidelity.relu", &candidate),
            false => Ok(candidate),
        }
    }
}
