//! Inference of an op that is about to be built, which comes before ODS has
//! checked anything: what is wrong is a diagnostic.

use fidelity_tools::registry;
use melior::{
    Context,
    ir::{
        Block, BlockLike, Location, Type, ValueLike,
        operation::{OperationBuilder, OperationLike},
    },
};
use pretty_assertions::assert_eq;
use std::sync::{Arc, Mutex};

/// The result types of an op that is built on values of those types, or the
/// errors.
fn build(name: &str, operands: &[&str]) -> Result<Vec<String>, Vec<String>> {
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
    match built {
        Ok(built) if errors.is_empty() => Ok(built
            .results()
            .map(|result| result.r#type().to_string())
            .collect()),
        _ => Err(errors),
    }
}

#[test]
fn infers() {
    for (name, operands, results) in [
        (
            "fidelity.add",
            &["tensor<?xf32>", "tensor<4xf32>"][..],
            &["tensor<4xf32>"][..],
        ),
        // Without an encoding there is none, although some of these are
        // numbers whatever their operands are.
        (
            "fidelity.rms_norm",
            &["tensor<?x4xf32>"],
            &["tensor<?x4xf32>"],
        ),
        (
            "fidelity.swiglu",
            &["tensor<4xf32>", "tensor<4xf32>"],
            &["tensor<4xf32>"],
        ),
        (
            "fidelity.squared_relu",
            &["tensor<4xf32>"],
            &["tensor<4xf32>"],
        ),
        (
            "fidelity.quantize_activations",
            &["tensor<2x4xf32>"],
            &["tensor<2x4xi8>", "tensor<2x1xf32>"],
        ),
        (
            "fidelity.ternary_linear",
            &["tensor<?x8xf32>", "tensor<4x8xi8>", "tensor<f32>"],
            &["tensor<?x4xf32>"],
        ),
        // A product with what is unknown is unknown.
        (
            "fidelity.multiply",
            &[
                "tensor<4xf32, #fidelity.tensor<unit = \"m\">>",
                "tensor<4xf32>",
            ],
            &["tensor<4xf32>"],
        ),
        (
            "fidelity.multiply",
            &[
                "tensor<?x4xf32, #fidelity.tensor<dims = [Batch, _], unit = \"m/s\">>",
                "tensor<4xf32, #fidelity.tensor<dims = [In], unit = \"s\">>",
            ],
            &["tensor<?x4xf32, #fidelity.tensor<dims = [Batch, In], unit = \"m\">>"],
        ),
        // A power that cannot be written is not kept.
        (
            "fidelity.squared_relu",
            &["tensor<4xf32, #fidelity.tensor<unit = \"m^2000000000\">>"],
            &["tensor<4xf32>"],
        ),
    ] {
        let results = results.iter().map(|&text| text.to_owned()).collect();
        assert_eq!(build(name, operands), Ok(results), "{name}");
    }
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
            "fidelity.mlstm",
            &["tensor<4x3xf32>", "tensor<4x3xf32>", "f32", "i1", "i1"],
            "'fidelity.mlstm' op expected value to be a ranked tensor, but got f32",
        ),
        (
            "fidelity.mlstm",
            &["tensor<4x3xf32>"],
            "'fidelity.mlstm' op expected at least 5 operands, but got 1",
        ),
        (
            "fidelity.slstm",
            &[
                "tensor<5x2x3xf32>",
                "tensor<5x2x3xf32>",
                "tensor<5x2x3xf32>",
                "tensor<5x2x3xf32>",
                "tensor<3xf32>",
            ],
            "'fidelity.slstm' op expected recurrent to have 4 dimensions, but got 1",
        ),
        (
            "fidelity.pack",
            &["tensor<4xi8>"],
            "'fidelity.pack' op requires attribute 'storage'",
        ),
    ] {
        assert_eq!(build(name, operands), Err(vec![error.to_owned()]));
    }
}
