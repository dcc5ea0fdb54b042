//! Inference of an op that is about to be built, which comes before ODS has
//! checked anything: what is wrong is a diagnostic.

use fidelity_tools::registry;
use melior::{
    Context,
    ir::{Block, BlockLike, Location, Type, operation::OperationBuilder},
};
use pretty_assertions::assert_eq;
use std::sync::{Arc, Mutex};

/// The errors of building an op on values of those types.
fn build(name: &str, operands: &[&str]) -> Vec<String> {
    let context = Context::new();
    context.append_dialect_registry(&registry::dialects());
    context.load_all_available_dialects();
    let errors = Arc::new(Mutex::new(Vec::new()));
    let sink = errors.clone();
    context.attach_diagnostic_handler(move |diagnostic| {
        sink.lock().unwrap().push(diagnostic.to_string());
        true
    });
    let location = Location::unknown(&context);
    let arguments: Vec<_> = operands
        .iter()
        .map(|text| (Type::parse(&context, text).unwrap(), location))
        .collect();
    let block = Block::new(&arguments);
    let values: Vec<_> = (0..operands.len())
        .map(|index| block.argument(index).unwrap().into())
        .collect();
    let built = OperationBuilder::new(name, location)
        .add_operands(&values)
        .enable_result_type_inference()
        .build();
    let errors = errors.lock().unwrap().clone();
    assert_eq!(built.is_ok(), errors.is_empty(), "{name} on {operands:?}");
    errors
}

#[test]
fn infers() {
    assert_eq!(
        build("fidelity.add", &["tensor<?xf32>", "tensor<4xf32>"]),
        Vec::<String>::new()
    );
}

#[test]
fn refuses() {
    for (name, operands, error) in [
        (
            "fidelity.add",
            &["f32", "tensor<4xf32>"][..],
            "'fidelity.add' op expected lhs to be a ranked tensor, but got f32",
        ),
        (
            "fidelity.swiglu",
            &["tensor<4xf32>", "tensor<*xf32>"],
            "'fidelity.swiglu' op expected up to be a ranked tensor, but got tensor<*xf32>",
        ),
        (
            "fidelity.add",
            &["tensor<4xf32>"],
            "'fidelity.add' op expected 2 operands, but got 1",
        ),
        (
            "fidelity.rms_norm",
            &["tensor<4xf32>", "tensor<f32>"],
            "'fidelity.rms_norm' op expected weight to have 1 dimension, but got 0",
        ),
        (
            "fidelity.ternary_linear",
            &["tensor<4xf32>", "tensor<4xi8>"],
            "'fidelity.ternary_linear' op expected weights to have 2 dimensions, but got 1",
        ),
        (
            "fidelity.ternarize",
            &["tensor<4xf32>"],
            "'fidelity.ternarize' op expected weights to have 2 dimensions, but got 1",
        ),
        (
            "fidelity.ternary_accumulate",
            &["i32", "memref<4x4xi8>", "memref<4xf32>"],
            "'fidelity.ternary_accumulate' op expected x to be a ranked tensor, but got i32",
        ),
        (
            "fidelity.pack",
            &["tensor<4xi8>"],
            "'fidelity.pack' op requires attribute 'storage'",
        ),
    ] {
        assert_eq!(build(name, operands), [error]);
    }
}
