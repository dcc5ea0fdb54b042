//! Linear attention.

use super::Entry;
use crate::{function::Function, op::Op};

#[rustfmt::skip]
pub const OPS: &[Entry] = &[
    Entry { name: "fidelity.linear_attention", draw: linear_attention },
];

fn linear_attention(f: &mut Function<'_>, name: &'static str) -> Op {
    let (query, element, shape) = f.any_sequence(3, 1);
    let (leading, last) = shape.split_at(shape.len() - 3);
    let [query_heads, time, keys] = [last[0], last[1], last[2]];
    let heads = f.random.divisor(query_heads);
    let values = f.width();
    let rule = *f.random.pick(&["linear", "gated", "delta", "gated_delta"]);
    let map = *f
        .random
        .pick(&["identity", "elu_plus_one", "relu", "positive_random"]);
    let normalize = f.random.chance(30);
    let other = |f: &mut Function<'_>| match f.random.chance(80) {
        true => element,
        false => f.float(),
    };
    let of_key = |rest: &[usize]| [leading, &[heads], rest].concat();

    let key = other(f);
    // Keys that are long make the delta rules diverge.
    let range = match rule {
        "linear" | "gated" => 1.5,
        _ => 1.0 / (keys.max(1) as f64).sqrt(),
    };
    let key = f.within(key, &of_key(&[time, keys]), -range..range);
    let value = other(f);
    let value = f.tensor(value, &of_key(&[time, values]));
    let features = (map == "positive_random").then(|| {
        let (count, element) = (f.small_size(), other(f));
        (count, f.tensor(element, &[count, keys]))
    });
    let rows = features.as_ref().map_or(keys, |(count, _)| *count);
    let decay = rule.starts_with("gated").then(|| {
        let shape = match f.random.chance(50) {
            true => of_key(&[time, rows]),
            false => of_key(&[time]),
        };
        let element = other(f);
        f.stretched(element, &shape, -1.5..0.0)
    });
    let beta = rule.ends_with("delta").then(|| {
        let element = other(f);
        f.stretched(element, &of_key(&[time]), 0.0..1.0)
    });
    let state = match f.random.chance(50) {
        true => {
            let element = other(f);
            let mut state = vec![f.tensor(element, &of_key(&[rows, values]))];
            if normalize {
                state.push(f.tensor(element, &of_key(&[rows])));
            }
            state
        }
        false => Vec::new(),
    };
    let causal = f.random.chance(70);
    let scale = f.random.chance(30).then(|| "0.25 : f64".to_owned());
    Op::new(name)
        .operand(query)
        .operand(key)
        .operand(value)
        .optional(decay)
        .optional(beta)
        .variadic(state)
        .optional(features.map(|(_, features)| features))
        .keyword("update_rule", "update_rule", rule)
        .keyword("feature_map", "feature_map", map)
        .maybe("normalize", normalize.then(|| "unit".into()))
        .attribute("causal", causal.to_string())
        .maybe("scale", scale)
}
