//! The imported model, evaluated op by op, gives the logits that an independent
//! implementation computed: the import and the dialect mean what they should.

use fidelity_dialect::interpreter::{ElementType, Tensor, evaluate};
use fidelity_reference::{
    compare::{Tolerance, check_close},
    npy,
};
use fidelity_tools::{import, registry};
use melior::{Context, ir::Module};
use std::path::{Path, PathBuf};

/// The texts, and how far a logit may be off. Every op's result is rounded to
/// f32, which can move an activation on a rounding boundary by one step of 1/127.
/// The first text's logits are off by what such a step would explain (0.057);
/// the others' are not.
const TEXTS: [(usize, f64); 3] = [(0, 0.1), (1, 1e-5), (2, 1e-5)];

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/tiny-mmfree")
        .join(name)
}

fn model(context: &Context) -> Module<'_> {
    let model = import::import_hgrn_bit(&example(""), import::Storage::Packed2, &mut |_| {})
        .expect("a model");
    import::build_module(context, model).expect("a module")
}

fn read(name: &str) -> Tensor {
    npy::read(example(name)).expect("a tensor")
}

/// The rows from `start` to below `end` of logits, [T, V].
fn rows(logits: &Tensor, start: usize, end: usize) -> Tensor {
    let columns = logits.shape()[1];
    let values = logits.floats().expect("floats")[start * columns..end * columns].to_vec();
    Tensor::from_floats(ElementType::F32, [end - start, columns], values).expect("a tensor")
}

/// The token of the largest logit in each row.
fn greedy(logits: &Tensor) -> Vec<usize> {
    let columns = logits.shape()[1];
    let rows = logits.floats().expect("floats").chunks(columns);
    rows.map(|row| {
        (0..columns)
            .max_by(|&a, &b| row[a].total_cmp(&row[b]))
            .expect("a token")
    })
    .collect()
}

fn check(logits: &Tensor, expected: &Tensor, absolute: f64) {
    let tolerance = Tolerance {
        absolute,
        relative: 0.0,
    };
    check_close(logits, expected, tolerance).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(greedy(logits), greedy(expected));
}

fn call(module: &Module<'_>, entry: &str, inputs: Vec<Tensor>) -> Vec<Tensor> {
    evaluate(module, entry, inputs).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_trained_model_gives_the_expected_logits() {
    let context = Context::new_with_registry(&registry::dialects(), false);
    let module = model(&context);
    for (text, tolerance) in TEXTS {
        let tokens = read(&format!("tokens-{text}.npy"));
        let results = call(&module, "prefill", vec![tokens]);
        check(&results[0], &read(&format!("logits-{text}.npy")), tolerance);
    }
}

// All but the last two tokens at once, and those one after the other.
#[test]
fn decoding_goes_on_where_prefill_ends() {
    let context = Context::new_with_registry(&registry::dialects(), false);
    let module = model(&context);
    let (text, tolerance) = TEXTS[2];
    let expected = read(&format!("logits-{text}.npy"));
    let tokens = read(&format!("tokens-{text}.npy"));
    let tokens = tokens.integers().expect("tokens");
    let i32s = |shape: &[usize], tokens: &[i64]| {
        Tensor::from_integers(ElementType::I32, shape, tokens.to_vec()).expect("tokens")
    };

    let count = tokens.len() - 2;
    let first = i32s(&[count], &tokens[..count]);
    let mut results = call(&module, "prefill", vec![first]);
    for row in count..tokens.len() {
        let mut inputs = vec![i32s(&[], &tokens[row..=row])];
        inputs.extend(results.drain(1..));
        results = call(&module, "decode", inputs);
        let logits = results[0].reshaped([1, results[0].len()]).expect("a row");
        check(&logits, &rows(&expected, row, row + 1), tolerance);
    }
}

#[test]
fn a_token_outside_of_the_vocabulary_is_refused() {
    let context = Context::new_with_registry(&registry::dialects(), false);
    let module = model(&context);
    for token in [-1, 256] {
        let tokens = Tensor::from_integers(ElementType::I32, [1], vec![token]).expect("a tensor");
        let error = evaluate(&module, "prefill", vec![tokens]).expect_err("an error");
        assert_eq!(error.message(), "expected tokens from 0 to 255");
        assert_eq!(error.subject(), Some("cf.assert"));
    }
}
