//! Recurrences, a step of an element.

use super::Format;

/// The operands of a step of `mlgru`.
pub struct Step {
    pub tanh: bool,
    pub forget: i64,
    pub candidate: i64,
    pub gate: Option<i64>,
    pub state: i64,
    pub lower_bound: Option<i64>,
}

/// The operands of a step of `recurrence`.
pub struct Recurrence {
    pub decays: Vec<i64>,
    pub exponential: bool,
    pub key: Option<i64>,
    pub value: Option<i64>,
    pub query: Option<i64>,
    pub state: i64,
    pub read_before: bool,
}

impl Format {
    /// A step: the output and the new state.
    pub fn mlgru(self, step: &Step) -> (i64, i64) {
        let mut f = self.sigmoid(step.forget);
        if let Some(bound) = step.lower_bound {
            let bound = bound.clamp(0, self.one());
            f = bound + self.product(self.one() - bound, f);
        }
        let tau = match step.tanh {
            true => self.tanh(step.candidate),
            false => self.silu(step.candidate),
        };
        let kept = i128::from(f) * (i128::from(step.state) - i128::from(tau));
        let h = tau + super::round(kept, self.fraction) as i64;
        let o = step
            .gate
            .map_or(h, |gate| self.product(self.sigmoid(gate), h));
        (o, h)
    }

    /// A step: the output and the new state.
    pub fn recurrence(self, step: &Recurrence) -> (i64, i64) {
        let mut decay = match step.decays[..] {
            [] => self.one(),
            [decay] => decay,
            [decay, other, ..] => self.product(decay, other),
        };
        if step.exponential {
            decay = self.exp(decay);
        }
        let one = |value: Option<i64>| i128::from(value.unwrap_or(self.one()));
        let sum = i128::from(decay) * i128::from(step.state) + one(step.key) * one(step.value);
        let next = self.nearest(sum, 2 * self.fraction);
        let read = if step.read_before { step.state } else { next };
        let output = step.query.map_or(read, |query| self.product(query, read));
        (output, next)
    }
}
