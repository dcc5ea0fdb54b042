use fidelity_reference::attention::{
    AttentionOperands, AttentionOptions, FeatureMap, UpdateRule, linear_attention,
};
use fidelity_reference::{ElementType, Tensor};
use pretty_assertions::assert_eq;

use crate::data::{f64s, load, message, zeros};
use crate::recurrent::{check_sums, some, steps};

const TIME: usize = 2;

const PLAIN: AttentionOptions = AttentionOptions {
    rule: UpdateRule::Linear,
    feature_map: FeatureMap::Identity,
    normalize: false,
    causal: true,
    scale: None,
};

fn get(name: &str) -> Tensor {
    load("linear_attention", name)
}

/// Query, key and value alone.
fn of<'a>(query: &'a Tensor, key: &'a Tensor, value: &'a Tensor) -> AttentionOperands<'a> {
    AttentionOperands {
        query,
        key,
        value,
        decay: None,
        beta: None,
        state: None,
        normalizer: None,
        features: None,
    }
}

/// Checks o, S and, with `normalize`, z, and that there is nothing else.
fn check(operands: &AttentionOperands<'_>, options: AttentionOptions, name: &str) {
    let results = linear_attention(operands, options).unwrap();
    let names = ["o", "S", "z"].map(|result| get(&format!("{name}_{result}")));
    assert_eq!(results.len(), if options.normalize { 3 } else { 2 });
    check_sums(&results, names);
}

#[test]
fn agrees_with_numpy() {
    let (q, k, v, s, z) = (get("q"), get("k"), get("v"), get("S"), get("z"));
    let (g, gamma, beta, omega) = (get("g"), get("gamma"), get("beta"), get("omega"));
    let plain = of(&q, &k, &v);
    check(&plain, PLAIN, "linear");
    let gated = AttentionOptions {
        rule: UpdateRule::Gated,
        ..PLAIN
    };
    let from_state = AttentionOperands {
        state: Some(&s),
        ..plain
    };
    let operands = AttentionOperands {
        decay: Some(&g),
        ..from_state
    };
    check(&operands, gated, "gated");
    let operands = AttentionOperands {
        decay: Some(&gamma),
        ..plain
    };
    let both_ways = AttentionOptions {
        causal: false,
        scale: Some(0.75),
        ..gated
    };
    check(&operands, both_ways, "retention");
    let delta = AttentionOptions {
        rule: UpdateRule::Delta,
        ..PLAIN
    };
    let operands = AttentionOperands {
        beta: Some(&beta),
        ..plain
    };
    check(&operands, delta, "delta");
    let gated_delta = AttentionOptions {
        rule: UpdateRule::GatedDelta,
        ..PLAIN
    };
    let operands = AttentionOperands {
        decay: Some(&gamma),
        beta: Some(&beta),
        ..from_state
    };
    check(&operands, gated_delta, "gated_delta");
    let normalized = AttentionOptions {
        feature_map: FeatureMap::EluPlusOne,
        normalize: true,
        ..PLAIN
    };
    let operands = AttentionOperands {
        normalizer: Some(&z),
        ..from_state
    };
    check(&operands, normalized, "elu");
    let relu = AttentionOptions {
        feature_map: FeatureMap::Relu,
        ..gated
    };
    let operands = AttentionOperands {
        decay: Some(&g),
        ..plain
    };
    check(&operands, relu, "relu");
    let performer = AttentionOptions {
        feature_map: FeatureMap::PositiveRandom,
        causal: false,
        ..normalized
    };
    let operands = AttentionOperands {
        features: Some(&omega),
        ..plain
    };
    check(&operands, performer, "performer");
}

#[test]
fn by_hand() {
    // One key and one value. The state 4 decays by half; of the value 8 what
    // the key 2 finds there, 2 · 2, is missing, of which a quarter is written.
    let one = |value: f64| f64s(&[1, 1, 1], &[value]);
    let head = |value: f64| f64s(&[1, 1], &[value]);
    let (q, k, v, s) = (one(3.0), one(2.0), one(8.0), one(4.0));
    let (g, beta) = (head(0.5_f64.ln()), head(0.25));
    let operands = AttentionOperands {
        decay: Some(&g),
        beta: Some(&beta),
        state: Some(&s),
        ..of(&q, &k, &v)
    };
    let options = AttentionOptions {
        rule: UpdateRule::GatedDelta,
        ..PLAIN
    };
    let results = linear_attention(&operands, options).unwrap();
    check_sums(&results, [one(12.0), one(4.0)]);
}

#[test]
fn a_mean_of_what_is_the_same_is_the_same() {
    let (q, k, g, beta) = (get("q"), get("k"), get("g"), get("beta"));
    let value = f64s(&[2, 2, 5, 3], &[2.5; 60]);
    let operands = AttentionOperands {
        decay: Some(&g),
        beta: Some(&beta),
        ..of(&q, &k, &value)
    };
    let options = AttentionOptions {
        rule: UpdateRule::GatedDelta,
        normalize: true,
        ..PLAIN
    };
    let results = linear_attention(&operands, options).unwrap();
    check_sums(&results, [f64s(&[2, 6, 5, 3], &[2.5; 180])]);
}

#[test]
fn a_query_that_sees_nothing_reads_nothing() {
    let (q, k) = (
        f64s(&[1, 2, 1], &[-1.0, 1.0]),
        f64s(&[1, 2, 1], &[1.0, 1.0]),
    );
    let options = AttentionOptions {
        feature_map: FeatureMap::Relu,
        normalize: true,
        ..PLAIN
    };
    let results = linear_attention(&of(&q, &k, &k), options).unwrap();
    assert_eq!(results[0], f64s(&[1, 2, 1], &[0.0, 1.0]));
}

#[test]
fn goes_on_from_its_state() {
    let (q, k, v) = (get("q"), get("k"), get("v"));
    let options = AttentionOptions {
        feature_map: FeatureMap::EluPlusOne,
        normalize: true,
        ..PLAIN
    };
    let run = |range: std::ops::Range<usize>, first: Option<&[Tensor]>| {
        let [q, k, v] = [&q, &k, &v].map(|tensor| steps(tensor, TIME, range.clone()));
        let operands = AttentionOperands {
            state: first.map(|first| &first[1]),
            normalizer: first.map(|first| &first[2]),
            ..of(&q, &k, &v)
        };
        linear_attention(&operands, options).unwrap()
    };
    let whole = run(0..5, None);
    let rest = run(3..5, Some(&run(0..3, None)));
    assert_eq!(rest[1..], whole[1..]);
    assert_eq!(rest[0], steps(&whole[0], TIME, 3..5));
}

#[test]
fn at_the_edges() {
    for [query_heads, heads, time, keys, values] in [
        [4, 2, 0, 3, 4],
        [0, 0, 2, 3, 4],
        [4, 2, 2, 0, 4],
        [4, 2, 2, 3, 0],
    ] {
        let q = some(ElementType::BF16, &[query_heads, time, keys]);
        let k = some(ElementType::BF16, &[heads, time, keys]);
        let v = some(ElementType::BF16, &[heads, time, values]);
        let state = some(ElementType::F32, &[heads, keys, values]);
        let operands = AttentionOperands {
            state: Some(&state),
            ..of(&q, &k, &v)
        };
        let results = linear_attention(&operands, PLAIN).unwrap();
        assert_eq!(
            results[0],
            zeros(ElementType::BF16, &[query_heads, time, values])
        );
        assert_eq!(results[1].element_type(), ElementType::F32);
        if time == 0 {
            assert_eq!(results[1], state);
        }
    }
}

#[test]
fn refuses_wrong_operands() {
    let t = |shape: &[usize]| zeros(ElementType::F32, shape);
    let (q, k, v) = (t(&[4, 5, 3]), t(&[2, 5, 3]), t(&[2, 5, 6]));
    let right = of(&q, &k, &v);
    let refused = |operands: &AttentionOperands<'_>, options, expected: &str| {
        let error = message(linear_attention(operands, options));
        assert_eq!(
            error,
            format!("fidelity.linear_attention: expected {expected}")
        );
    };
    assert!(linear_attention(&right, PLAIN).is_ok());

    let flat = t(&[5, 3]);
    refused(
        &of(&flat, &k, &v),
        PLAIN,
        "`query` to have a head, a time and a key dimension, but got [5, 3]",
    );
    let longer = t(&[2, 6, 3]);
    refused(
        &of(&q, &longer, &v),
        PLAIN,
        "`key` to have the shape of `query` but for its heads, [2, 5, 3], but got [2, 6, 3]",
    );
    refused(
        &of(&q, &k, &longer),
        PLAIN,
        "`value` to have the shape of `key` but for its last dimension, [2, 5, 3], but got [2, 6, 3]",
    );
    let (three, values) = (t(&[3, 5, 3]), t(&[3, 5, 6]));
    refused(
        &of(&q, &three, &values),
        PLAIN,
        "the heads of `query` to be a multiple of 3, those of `key`, but got 4",
    );
    let halves = zeros(ElementType::I8, &[2, 5, 3]);
    refused(
        &of(&q, &halves, &v),
        PLAIN,
        "`key` to have a float element type, but got i8",
    );

    let gated = AttentionOptions {
        rule: UpdateRule::Gated,
        ..PLAIN
    };
    let delta = AttentionOptions {
        rule: UpdateRule::Delta,
        ..PLAIN
    };
    for (name, options) in [("decay", gated), ("beta", delta)] {
        refused(
            &right,
            options,
            &format!("`{name}` with {options:?}, but got none"),
        );
    }
    let wrong = t(&[4, 5]);
    let with_decay = AttentionOperands {
        decay: Some(&wrong),
        ..right
    };
    refused(
        &with_decay,
        PLAIN,
        &format!("no `decay` with {PLAIN:?}, but got one"),
    );
    refused(
        &with_decay,
        gated,
        "`decay` to broadcast to [2, 5], but got [4, 5]",
    );
    let with_beta = AttentionOperands {
        beta: Some(&wrong),
        ..right
    };
    refused(
        &with_beta,
        delta,
        "`beta` to broadcast to [2, 5], but got [4, 5]",
    );
    let with_state = AttentionOperands {
        state: Some(&wrong),
        ..right
    };
    refused(
        &with_state,
        PLAIN,
        "`state` to have the shape that `key` and `value` ask for, [2, 3, 6], but got [4, 5]",
    );
    let performer = AttentionOptions {
        feature_map: FeatureMap::PositiveRandom,
        ..PLAIN
    };
    let with_features = AttentionOperands {
        features: Some(&wrong),
        ..right
    };
    refused(
        &with_features,
        performer,
        "`features` to have 3 columns, as `query` has, but got 5",
    );
}
