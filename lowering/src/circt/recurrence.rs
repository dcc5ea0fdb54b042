//! A step of a recurrence whose decay is element by element, in fixed point.

use super::{
    fixed::{Format, Pipeline, Timed, pipelined, rounded, saturated},
    library::{Component, Library, Stream},
};

/// A step, element by element, with ⌊·⌉ rounding half up and saturating:
///
/// ```text
/// d = decay, or ⌊decay₀ decay₁⌉, or exp of that, or 1
/// S' = ⌊d S + key value⌉, a key or a value that is not there being 1
/// o = ⌊query S'⌉, or S' without a query; of S with read(before)
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Recurrence {
    /// How many decays there are, at most two.
    pub decays: usize,
    /// Whether the decay is the exponential of their product.
    pub exponential: bool,
    /// Whether there is a key.
    pub key: bool,
    /// Whether there is a value.
    pub value: bool,
    /// Whether there is a query.
    pub query: bool,
    /// Whether the state is read before it is changed.
    pub read_before: bool,
    /// The format of all numbers.
    pub format: Format,
}

impl Recurrence {
    /// The streams that a step takes, the state being the last.
    pub fn inputs(&self) -> Vec<Stream<'static>> {
        let all = [
            (self.decays > 0, "decay"),
            (self.decays > 1, "decay_too"),
            (self.key, "key"),
            (self.value, "value"),
            (self.query, "query"),
            (true, "state"),
        ];
        let there = all.iter().filter(|(there, _)| *there);
        there.map(|(_, name)| (*name, self.format.width)).collect()
    }

    /// What names the module.
    pub fn name(&self) -> String {
        let mut name = "fidelity_recurrence".to_owned();
        for (input, _) in self.inputs() {
            name = format!("{name}_{input}");
        }
        for (there, what) in [(self.exponential, "exp"), (self.read_before, "before")] {
            if there {
                name = format!("{name}_{what}");
            }
        }
        format!("{name}_{}", self.format)
    }

    /// The module of a step: it offers the output and the new state.
    pub fn component(&self, library: &Library<'_, '_>) -> Component {
        let width = self.format.width;
        pipelined(
            library,
            &self.name(),
            &self.inputs(),
            &[("output", width), ("last", width)],
            self.format,
            |pipeline, values| self.body(pipeline, values),
        )
    }

    fn body<'a>(&self, pipeline: &Pipeline<'a, '_, '_>, values: &[Timed<'a>]) -> Vec<Timed<'a>> {
        let (logic, format) = (pipeline.logic, self.format);
        let Format { width, fraction } = format;
        let inputs = self.inputs();
        let named = |name: &str| {
            let at = inputs.iter().position(|(input, _)| *input == name)?;
            values.get(at).copied()
        };
        let one = Timed {
            bits: logic.constant(format.one(), width),
            stage: 0,
        };
        let state = named("state").unwrap_or(one);
        let mut decay = named("decay").unwrap_or(one);
        if let Some(other) = named("decay_too") {
            decay = pipeline.product_in("decays", decay, other, 2 * fraction, format);
        }
        if self.exponential {
            decay = pipeline.exp("decay", decay);
        }
        let product = |name: &str, lhs, rhs| {
            let (lhs, rhs, stage) = pipeline.both(name, lhs, rhs);
            let product = logic.multiply(lhs, rhs);
            pipeline.step(&format!("{name}_product"), product, stage)
        };
        let kept = product("kept", decay, state);
        let fed = product(
            "fed",
            named("key").unwrap_or(one),
            named("value").unwrap_or(one),
        );
        let (kept, fed, stage) = pipeline.both("parts", kept, fed);
        let [kept, fed] = [kept, fed].map(|bits| logic.sign_extend(bits, bits.width + 1));
        let sum = pipeline.step("sum", logic.add(kept, fed), stage);
        let next = saturated(logic, rounded(logic, sum.bits, fraction), width);
        let next = pipeline.step("next", next, sum.stage);
        let read = if self.read_before { state } else { next };
        let output = match named("query") {
            Some(query) => pipeline.product_in("output", query, read, 2 * fraction, format),
            None => read,
        };
        vec![output, next]
    }
}
