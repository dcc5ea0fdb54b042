//! `linear_attention`, one token after the other.

use super::{
    sequence::{Sequence, Size, size, without_time},
    time_loop::TimeLoop,
};
use crate::{function::Function, op::Op, value::Value};
use std::ops::Range;

/// What the steps read.
struct Steps {
    query: Sequence,
    key: Sequence,
    value: Sequence,
    decay: Option<OfRule>,
    beta: Option<OfRule>,
    features: Option<Value>,
    rule: &'static str,
    map: &'static str,
    causal: bool,
    scale: Option<String>,
}

/// What an update rule takes: anew at each step, or one for all.
enum OfRule {
    OfStep(Sequence),
    OfAll(Value),
}

/// A loop of steps of any rule and feature map.
pub fn attention_steps(f: &mut Function<'_>) -> Result<(), String> {
    let mut leading = match f.random.chance(60) {
        true => vec![f.random.between(1..4)],
        false => Vec::new(),
    };
    let (query_heads, keys, values) = (f.random.between(1..5), size(f), size(f));
    let heads = f.random.divisor(query_heads);
    leading.push(query_heads);
    let time = leading.len();
    let (time_loop, query) = TimeLoop::new(f, &[&leading[..], &[keys]].concat(), time);
    let (of_query, keys) = query.sizes.split_at(time);
    let mut of_key = of_query.to_vec();
    if heads != query_heads {
        of_key[time - 1] = Size::new(f, heads, None);
    }
    let keys = keys[0].clone();
    let values = Size::new(f, values, None);
    let of = |size: &Size| [&of_key[..], std::slice::from_ref(size)].concat();

    let rule = *f.random.pick(&["linear", "gated", "delta", "gated_delta"]);
    let map = *f
        .random
        .pick(&["identity", "elu_plus_one", "relu", "positive_random"]);
    // Keys that are long make the delta rules diverge.
    let range = rule.ends_with("delta").then(|| {
        let most = 1.0 / (keys.number as f64).sqrt();
        -most..most
    });
    let features = (map == "positive_random").then(|| Size::fixed(size(f)));
    let rows = features.clone().unwrap_or(keys.clone());
    let decay_of = match f.random.chance(50) {
        true => of(&rows),
        false => of_key.clone(),
    };
    let steps = Steps {
        key: time_loop.sequence(f, &of(&keys), time, range),
        value: time_loop.sequence(f, &of(&values), time, None),
        decay: (rule.starts_with("gated"))
            .then(|| OfRule::draw(f, &time_loop, &decay_of, time, -1.5..0.0)),
        beta: (rule.ends_with("delta"))
            .then(|| OfRule::draw(f, &time_loop, &of_key, time, 0.0..1.0)),
        features: features.map(|count| time_loop.tensor(f, &[count, keys.clone()], None)),
        rule,
        map,
        causal: f.random.chance(70),
        scale: f.random.chance(30).then(|| "0.25 : f64".to_owned()),
        query,
    };
    let state = time_loop.tensor(f, &[of(&rows), vec![values.clone()]].concat(), None);
    let of_output = [steps.query.sizes[..time].to_vec(), vec![values]].concat();
    let has_output = f.random.chance(80);
    let output = has_output.then(|| time_loop.output(f, &of_output, time));
    time_loop.write(f, state, output.as_ref(), |f, at, state| {
        let (next, output) = steps.write(f, at, state)?;
        let output = match f.random.chance(20) {
            true => without_time(f, &output, &of_output, time),
            false => output,
        };
        Ok((next, output))
    })
}

impl Steps {
    fn write(
        &self,
        f: &mut Function<'_>,
        at: &str,
        state: &Value,
    ) -> Result<(Value, Value), String> {
        let [query, key, value] =
            [&self.query, &self.key, &self.value].map(|sequence| sequence.whole_element(f, at));
        let [decay, beta] = [&self.decay, &self.beta]
            .map(|operand| operand.as_ref().map(|operand| operand.element(f, at)));
        let step = Op::new("fidelity.linear_attention")
            .operand(query)
            .operand(key)
            .operand(value)
            .optional(decay)
            .optional(beta)
            .variadic(vec![state.clone()])
            .optional(self.features.clone())
            .keyword("update_rule", "update_rule", self.rule)
            .keyword("feature_map", "feature_map", self.map)
            .attribute("causal", self.causal.to_string())
            .maybe("scale", self.scale.clone());
        let results = f.write(step)?;
        Ok((results[1].clone(), results[0].clone()))
    }
}

impl OfRule {
    /// One of values of a range, whose element has those sizes without time.
    fn draw(
        f: &mut Function<'_>,
        time_loop: &TimeLoop,
        sizes: &[Size],
        time: usize,
        range: Range<f64>,
    ) -> Self {
        if f.random.chance(70) {
            return Self::OfStep(time_loop.sequence(f, sizes, time, Some(range)));
        }
        let mut sizes = sizes.to_vec();
        sizes.insert(time, Size::fixed(1));
        Self::OfAll(time_loop.tensor(f, &sizes, Some(range)))
    }

    fn element(&self, f: &mut Function<'_>, at: &str) -> Value {
        match self {
            Self::OfStep(sequence) => sequence.whole_element(f, at),
            Self::OfAll(value) => value.clone(),
        }
    }
}
