//! A step of the MatMul-free gated recurrent unit, in fixed point.

use super::{
    curve::Curve,
    fixed::{Format, Pipeline, Timed, pipelined},
    library::{Component, Library, Stream},
};
use fidelity_dialect::Candidate;

/// A step, channel by channel.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// τ.
    pub candidate: Candidate,
    /// Whether there is a gate.
    pub gate: bool,
    /// Whether there is a state; else it is 0.
    pub state: bool,
    /// Whether there is a lower bound of the forget gate; else it is 0.
    pub lower_bound: bool,
    /// The format of all numbers.
    pub format: Format,
}

impl Step {
    /// The streams that a step takes.
    pub fn inputs(&self) -> Vec<Stream<'static>> {
        let all = [
            (true, "forget"),
            (true, "candidate"),
            (self.gate, "gate"),
            (self.state, "state"),
            (self.lower_bound, "lower_bound"),
        ];
        let there = all.iter().filter(|(there, _)| *there);
        there.map(|(_, name)| (*name, self.format.width)).collect()
    }

    /// What names the module.
    pub fn name(&self) -> String {
        let tau = match self.candidate {
            Candidate::Silu => "silu",
            Candidate::Tanh => "tanh",
        };
        let mut name = format!("fidelity_mlgru_{tau}");
        for (input, _) in &self.inputs()[2..] {
            name = format!("{name}_{input}");
        }
        format!("{name}_{}", self.format)
    }

    /// The module. Its streams are forget, candidate, gate, state and lower bound,
    /// and the output and the new state; each carries the channels one after the
    /// other.
    ///
    /// ```text
    /// f = b + (1 - b) ⊙ σ(forget)
    /// h' = τ(c) + f ⊙ (h - τ(c))
    /// o = σ(g) ⊙ h'
    /// ```
    ///
    /// h' is f ⊙ h + (1 - f) ⊙ τ(c) with one product fewer, and never overflows,
    /// as it lies between h and τ(c).
    pub fn component(&self, library: &Library<'_, '_>) -> Component {
        let width = self.format.width;
        pipelined(
            library,
            &self.name(),
            &self.inputs(),
            &[("output", width), ("last", width)],
            self.format,
            |pipeline, values| {
                let mut values = values.iter().copied();
                let zero = Timed {
                    bits: pipeline.logic.constant(0, width),
                    stage: 0,
                };
                let mut next = |there: bool| there.then(|| values.next()).flatten();
                let operands = Operands {
                    forget: next(true).unwrap_or(zero),
                    candidate: next(true).unwrap_or(zero),
                    gate: next(self.gate),
                    state: next(self.state).unwrap_or(zero),
                    lower_bound: next(self.lower_bound),
                };
                self.body(pipeline, &operands)
            },
        )
    }

    /// The output and the new state.
    fn body<'a>(&self, pipeline: &Pipeline<'a, '_, '_>, operands: &Operands<'a>) -> Vec<Timed<'a>> {
        let (logic, width) = (pipeline.logic, self.format.width);
        let candidate = operands.candidate;
        let mut forget = pipeline.curve("forget", Curve::Sigmoid, operands.forget);
        if let Some(bound) = operands.lower_bound {
            forget = self.bounded(pipeline, forget, bound);
        }
        let tau = match self.candidate {
            Candidate::Silu => pipeline.gated("candidate", Curve::Sigmoid, candidate),
            Candidate::Tanh => pipeline.tanh("candidate", candidate),
        };

        let state = pipeline.until("state", operands.state, tau.stage);
        let [h, t] = [state, tau.bits].map(|bits| logic.sign_extend(bits, width + 1));
        let distance = pipeline.step("distance", logic.sub(h, t), tau.stage);
        let kept = pipeline.product("kept", forget, distance, width + 1);
        let t = pipeline.until("tau", tau, kept.stage);
        let sum = logic.add(logic.sign_extend(t, width + 1), kept.bits);
        let last = pipeline.step("last", logic.extract(sum, 0, width), kept.stage);
        let output = match operands.gate {
            Some(gate) => {
                let gate = pipeline.curve("gate", Curve::Sigmoid, gate);
                pipeline.product("output", gate, last, width)
            }
            None => last,
        };
        vec![output, last]
    }

    /// b + (1 - b) σ, of a b that is taken to lie between 0 and 1.
    fn bounded<'a>(
        &self,
        pipeline: &Pipeline<'a, '_, '_>,
        sigmoid: Timed<'a>,
        bound: Timed<'a>,
    ) -> Timed<'a> {
        let logic = pipeline.logic;
        let width = sigmoid.bits.width;
        let one = logic.constant(self.format.one(), width);
        let is_one = logic.is_at_least(bound.bits, self.format.one().unsigned_abs());
        let clamped = logic.select(is_one, one, logic.extract(bound.bits, 0, width));
        let is_negative = logic.sign(bound.bits);
        let clamped = logic.select(is_negative, logic.constant(0, width), clamped);
        let bound = pipeline.step("bound", clamped, bound.stage);
        let rest = Timed {
            bits: logic.sub(one, bound.bits),
            ..bound
        };
        let product = pipeline.product("bounded", rest, sigmoid, width);
        let bound = pipeline.until("bound", bound, product.stage);
        pipeline.step("forget", logic.add(bound, product.bits), product.stage)
    }
}

/// The operands of a step.
struct Operands<'a> {
    forget: Timed<'a>,
    candidate: Timed<'a>,
    gate: Option<Timed<'a>>,
    state: Timed<'a>,
    lower_bound: Option<Timed<'a>>,
}
