//! The example model, compiled: the logits and greedy tokens that an
//! independent implementation computed, and the packed file beside it.

use fidelity_reference::{
    compare::{Tolerance, check_close},
    npy,
};
use fidelity_tools::{
    context,
    generate::{Machine, Sampler, Session},
    import::{self, Model, Storage},
    module,
    run::Compiled,
};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use std::path::{Path, PathBuf};

/// How far a logit may be off: an activation on a rounding boundary may move by
/// one step of 1/127 of its range, which moves logits by a few hundredths.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 0.1,
    relative: 0.0,
};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/tiny-mmfree")
        .join(name)
}

fn tokens(name: &str) -> Vec<u32> {
    let tensor = npy::read(example(name)).expect("tokens");
    tensor
        .to_f64s()
        .into_iter()
        .map(|token| token as u32)
        .collect()
}

fn import(storage: Storage) -> Model {
    import::import_hgrn_bit(&example(""), storage, &mut |_| {}).expect("a model")
}

/// Compiles the packed model and runs `body` with it.
fn with_model<T>(body: impl FnOnce(Compiled<'_>) -> T) -> T {
    let path = example("model.mlirbc");
    let context = context::new();
    let llvm = LlvmContext::create();
    let module = module::read(&context, &path).expect("a module");
    let entries = ["prefill", "decode"];
    let level = OptimizationLevel::Default;
    body(Compiled::new(&context, &llvm, &path, module, &entries, level).expect("code"))
}

#[test]
fn compiled_logits_and_greedy_tokens_are_as_expected() {
    with_model(|mut machine| {
        for text in 0..3 {
            let input = npy::read(example(&format!("tokens-{text}.npy"))).expect("tokens");
            let expected = npy::read(example(&format!("logits-{text}.npy"))).expect("logits");
            let results = machine.call("prefill", vec![input]).expect("logits");
            check_close(&results[0], &expected, TOLERANCE)
                .unwrap_or_else(|error| panic!("text {text}: {error}"));
        }
        let mut sampler = Sampler::new(0.0, 0);
        let (mut session, mut logits) =
            Session::begin(machine, &tokens("tokens-0.npy")).expect("a prefill");
        for expected in tokens("greedy-0.npy") {
            assert_eq!(sampler.choose(&logits), Some(expected as usize));
            logits = session.step(expected).expect("a step");
        }
    });
}

/// The sums are of integers: however the weights are stored, they are the same.
#[test]
fn weights_stored_packed5_give_the_same_logits() {
    let tokens = npy::read(example("tokens-1.npy")).expect("tokens");
    let expected = with_model(|mut machine| machine.call("prefill", vec![tokens.clone()]));
    let context = context::new();
    let llvm = LlvmContext::create();
    let model = import(Storage::Packed5);
    let module = import::build_module(&context, model).expect("a module");
    let text = module.as_operation().to_string();
    assert!(text.contains("packed5") && !text.contains("packed2"));
    let (path, level) = (example(""), OptimizationLevel::Default);
    let mut machine =
        Compiled::new(&context, &llvm, &path, module, &["prefill"], level).expect("code");
    let logits = machine.call("prefill", vec![tokens]);
    assert_eq!(logits.expect("logits"), expected.expect("logits"));
}

/// `fidelity import hgrn-bit examples/tiny-mmfree -o examples/tiny-mmfree/model.mlirbc`
/// makes the file anew.
#[test]
fn the_packed_model_is_what_import_writes() {
    // A context each: in one, resources of one name would be told apart.
    let imported = {
        let context = context::new();
        let model = import(Storage::Packed2);
        let module = import::build_module(&context, model).expect("a module");
        module.as_operation().to_string()
    };
    let kept = {
        let context = context::new();
        let module = module::read(&context, &example("model.mlirbc")).expect("the packed model");
        module.as_operation().to_string()
    };
    // As text, weights included: bytecode also says which LLVM wrote it.
    assert!(
        imported == kept,
        "examples/tiny-mmfree/model.mlirbc is not what import writes"
    );
    // Two digits a byte: the weights are in the text.
    assert!(imported.len() > 2_000_000, "{}", imported.len());
}
