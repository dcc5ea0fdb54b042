//! `ssm.scan`, one step after the other.

use super::{
    binary, only,
    sequence::{Sequence, Size, size, with_time},
    time_loop::TimeLoop,
    unary,
};
use crate::{
    function::Function,
    op::Op,
    ops::state_space::{CONTINUOUS, DISCRETE},
    value::Value,
};

/// What the steps read. Time is the dimension after the batch.
struct Steps {
    x: Sequence,
    a: Value,
    b: Projection,
    c: Projection,
    /// Δ, and whether it is softplus of that.
    delta: Option<(Sequence, bool)>,
    skip: Option<Value>,
    gate: Option<Sequence>,
}

/// What takes a number to the states, or back: anew at each step, or the same at all.
enum Projection {
    OfStep(Sequence),
    OfAll(Value),
}

/// A loop of steps of a system that is discrete, or made so by Δ.
pub fn scan_steps(f: &mut Function<'_>) -> Result<(), String> {
    let [batch, channels, states] = [0; 3].map(|_| size(f));
    let (time_loop, x) = TimeLoop::new(f, &[batch, channels], 1);
    let [batch, channels] = [0, 1].map(|index| x.sizes[index].clone());
    let states = Size::new(f, states, None);
    let by_channel = [channels.clone(), states.clone()];
    let of_channels = [batch.clone(), channels.clone()];
    let of_states = [batch.clone(), states.clone()];
    let delta = f.random.chance(60).then(|| {
        let is_softplus = f.random.chance(50);
        let range = (!is_softplus).then_some(0.0..1.0);
        (time_loop.sequence(f, &of_channels, 1, range), is_softplus)
    });
    let range = match delta {
        Some(_) => CONTINUOUS,
        None => DISCRETE,
    };
    let projection = |f: &mut Function<'_>| match f.random.chance(50) {
        true => Projection::OfStep(time_loop.sequence(f, &of_states, 1, None)),
        false => Projection::OfAll(time_loop.tensor(f, &by_channel, None)),
    };
    let (has_skip, has_gate) = (f.random.chance(50), f.random.chance(50));
    let steps = Steps {
        x,
        a: time_loop.tensor(f, &by_channel, Some(range)),
        b: projection(f),
        c: projection(f),
        delta,
        skip: has_skip.then(|| time_loop.tensor(f, &by_channel[..1], None)),
        gate: has_gate.then(|| time_loop.sequence(f, &of_channels, 1, None)),
    };
    let state = time_loop.tensor(f, &[batch, channels, states], None);
    let has_output = f.random.chance(90);
    let output = has_output.then(|| time_loop.output(f, &of_channels, 1));
    time_loop.write(f, state, output.as_ref(), |f, at, state| {
        steps.write(f, at, state)
    })
}

impl Steps {
    fn write(
        &self,
        f: &mut Function<'_>,
        at: &str,
        state: &Value,
    ) -> Result<(Value, Value), String> {
        let x = self.x.element(f, at, None);
        let (fed, decay) = self.fed(f, at, &x)?;
        let b = self.b.element(f, at);
        let update = Op::new("fidelity.ssm.state_update")
            .operand(state.clone())
            .operand(fed)
            .operand(decay)
            .operand(b);
        let next = only(f, update)?;
        let c = self.c.element(f, at);
        let skip = self.skip.iter().flat_map(|skip| [skip.clone(), x.clone()]);
        let read = Op::new("fidelity.ssm.output")
            .operand(next.clone())
            .operand(c)
            .variadic(skip.collect());
        let mut y = only(f, read)?;
        if let Some(gate) = &self.gate {
            let gate = gate.element(f, at, None);
            y = match f.random.chance(50) {
                true => only(f, Op::new("fidelity.swiglu").operand(gate).operand(y))?,
                false => {
                    let silu = unary(f, "fidelity.silu", &gate)?;
                    binary(f, "fidelity.multiply", &silu, &y)?
                }
            };
        }
        if f.random.chance(20) {
            y = with_time(f, &y, &self.x.sizes, 1);
        }
        Ok((next, y))
    }

    /// What a step feeds and how the state decays: x and A, or Δ x and exp(Δ A).
    fn fed(&self, f: &mut Function<'_>, at: &str, x: &Value) -> Result<(Value, Value), String> {
        let Some((delta, is_softplus)) = &self.delta else {
            return Ok((x.clone(), self.a.clone()));
        };
        let mut step = delta.element(f, at, None);
        if *is_softplus {
            step = unary(f, "fidelity.softplus", &step)?;
        }
        let column = with_time(f, &step, &delta.sizes, 2);
        let exponent = binary(f, "fidelity.multiply", &column, &self.a)?;
        let decay = unary(f, "fidelity.exp", &exponent)?;
        let fed = binary(f, "fidelity.multiply", &step, x)?;
        Ok((fed, decay))
    }
}

impl Projection {
    fn element(&self, f: &mut Function<'_>, at: &str) -> Value {
        match self {
            Self::OfStep(sequence) => sequence.element(f, at, Some(1)),
            Self::OfAll(value) => value.clone(),
        }
    }
}
