//! The module that is built: its interface, its sharing of constants, its text.

use crate::small::{Small, V};
use fidelity_tools::import::{Storage, build_module, import_hgrn_bit};
use melior::{
    Context,
    dialect::DialectRegistry,
    ir::{Module, operation::OperationLike},
    utility::register_all_dialects,
};
use pretty_assertions::assert_eq;
use serde_json::json;
use std::path::Path;

fn context() -> Context {
    let registry = DialectRegistry::new();
    register_all_dialects(&registry);
    let context = Context::new_with_registry(&registry, false);
    context.set_allow_unregistered_dialects(true);
    context
}

/// The generic text of a small model's module.
fn text(small: &Small) -> String {
    let context = context();
    let model = small.import().expect("a model");
    let module = build_module(&context, model).expect("a module");
    module.as_operation().to_string()
}

/// The lines of a function.
fn function<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text
        .find(&format!("func.func @{name}("))
        .expect("a function");
    let end = start + text[start..].find("\n  }\n").expect("its end");
    &text[start..end]
}

#[test]
fn has_both_functions() {
    let text = text(&Small::new());
    assert!(
        function(&text, "prefill").starts_with(
            "func.func @prefill(%arg0: tensor<?xi32>) -> \
             (tensor<?x6xf32>, tensor<4xf32>, tensor<4xf32>) {"
        ),
        "{text}"
    );
    assert!(
        function(&text, "decode").starts_with(
            "func.func @decode(%arg0: tensor<i32>, %arg1: tensor<4xf32>, %arg2: tensor<4xf32>) -> \
             (tensor<6xf32>, tensor<4xf32>, tensor<4xf32>) {"
        ),
        "{text}"
    );
}

#[test]
fn says_what_it_is() {
    let mut small = Small::new();
    small.config["bos_token_id"] = json!(1);
    small.config["eos_token_id"] = json!(2);
    assert!(text(&small).contains(&format!(
        "module attributes {{fidelity.bos_token_id = 1 : i64, fidelity.eos_token_id = 2 : i64, \
             fidelity.model_type = \"hgrn_bit\", fidelity.vocab_size = {V} : i64}} {{"
    )),);
}

// One blob for each constant, though both functions use it.
#[test]
fn holds_the_weights_once() {
    let small = Small::new();
    let text = text(&small);
    let (code, resources) = text.split_once("{-#").expect("resources");
    for name in small
        .tensors
        .keys()
        .filter(|name| *name != "model.lower_bounds")
    {
        assert_eq!(
            resources.matches(&format!(" {name}: \"0x40000000")).count(),
            1,
            "{name}"
        );
        assert_eq!(
            code.matches(&format!("dense_resource<{name}>")).count(),
            2,
            "{name}"
        );
    }
    let bound = "model.layers.1.attn.lower_bound";
    assert_eq!(
        resources
            .matches(&format!(" {bound}: \"0x40000000"))
            .count(),
        1
    );
    assert!(!text.contains("_1>"), "no resource was renamed");
    // [10, 4] trits: 10 bytes after the alignment of 64.
    let gate = resources
        .split_once("model.layers.0.mlp.gate_proj.weight: \"0x40000000")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("a blob");
    assert_eq!(gate.0.len(), 2 * 10);
}

// The bound of the first layer is 0, and @prefill begins with zeros.
#[test]
fn gives_the_recurrence_what_there_is() {
    let text = text(&Small::new());
    for (name, segments) in [("prefill", [[0, 0], [0, 1]]), ("decode", [[1, 0], [1, 1]])] {
        let lines = function(&text, name)
            .lines()
            .filter(|line| line.contains("fidelity.mlgru"))
            .collect::<Vec<_>>();
        assert_eq!(lines.len(), 2);
        for (line, [state, bound]) in lines.iter().zip(segments) {
            let expected = format!("operandSegmentSizes = array<i32: 1, 1, 0, {state}, {bound}>");
            assert!(line.contains(&expected), "{line}");
        }
    }
}

#[test]
fn reads_back() {
    let text = text(&Small::new());
    let context = context();
    let module = Module::parse(&context, &text).expect("a module");
    assert!(module.as_operation().verify());
    assert_eq!(module.as_operation().to_string(), text);
}

#[test]
fn keeps_the_type_of_the_table() {
    for (r#type, element, extends) in [
        (safetensors::Dtype::F16, "f16", true),
        (safetensors::Dtype::BF16, "bf16", true),
        (safetensors::Dtype::F32, "f32", false),
    ] {
        let mut small = Small::new();
        small.convert(r#type);
        let text = text(&small);
        let table = format!("dense_resource<model.embeddings.weight> : tensor<6x4x{element}>");
        assert!(text.contains(&table), "{text}");
        assert_eq!(text.contains("arith.extf"), extends);
    }
}

#[test]
fn needs_the_dialects() {
    let model = Small::new().import().expect("a model");
    let context = Context::new();
    let error = build_module(&context, model).expect_err("no dialects");
    assert_eq!(
        error.to_string(),
        "expected a context with the arith dialect, but got one without"
    );
}

#[test]
fn builds_the_trained_model() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/tiny-mmfree");
    let model = import_hgrn_bit(&directory, Storage::Packed2, &mut |_| {}).expect("a model");
    let context = context();
    let module = build_module(&context, model).expect("a module");
    let text = module.as_operation().to_string();
    assert_eq!(
        function(&text, "prefill")
            .matches("fidelity.bit_linear")
            .count(),
        4 * 6 + 1
    );
}
