//! One block of the MatMul-free language model, at its real sizes.

use super::{Machine, launcher::function_of, pack, reference};
use fidelity_dialect::Storage;
use fidelity_reference::{ElementType, Tensor};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use std::{fs, path::Path};

/// The file.
pub const BLOCK: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../examples/mmfree-block/block.mlir"
);

/// The text of the file.
pub fn text() -> String {
    fs::read_to_string(BLOCK).expect("the block")
}

/// The same, mapped to a GPU by the model of cost.
pub fn mapped_text() -> String {
    fidelity_tools::registry::register_passes();
    let context = fidelity_tools::context::new();
    let path = Path::new(BLOCK);
    let mut module = fidelity_tools::module::read(&context, path).expect("a module");
    let pass = "fidelity-premap{target=h200 dynamic=64}";
    fidelity_tools::module::run_passes(&context, path, &mut module, pass).expect("mappings");
    let text = module.as_operation().to_string();
    assert!(text.contains("tile = ["), "{text}");
    text
}

/// Random inputs as the arguments of a plan ask for: logical ones, and as they
/// lie in memory.
fn inputs(function: &Value) -> (Vec<Tensor>, Vec<Tensor>) {
    let mut random = StdRng::seed_from_u64(0x5eed);
    let mut logical = Vec::new();
    let mut stored = Vec::new();
    for argument in function["arguments"].as_array().expect("arguments") {
        let shape: Vec<usize> = argument["shape"]
            .as_array()
            .expect("a shape")
            .iter()
            .map(|size| size.as_u64().expect("a size") as usize)
            .collect();
        if argument["type"] == "i8" {
            let shape = [shape[0], 4 * shape[1]];
            let values = (0..shape[0] * shape[1])
                .map(|_| random.random_range(-1..=1))
                .collect();
            let trits = Tensor::from_integers(ElementType::I8, shape, values).expect("trits");
            stored.push(pack(&trits, Storage::Packed2));
            logical.push(trits);
            continue;
        }
        let count = shape.iter().product();
        let range = match shape[..] {
            // The scale of a projection, about what the example's are.
            [] => 0.06..0.08,
            // Weights of norms, a state, and a bound.
            [_] => 0.1..0.9,
            _ => -2.0..2.0,
        };
        let values = (0..count)
            .map(|_| random.random_range(range.clone()))
            .collect();
        let tensor = Tensor::from_floats(ElementType::F32, shape, values).expect("a tensor");
        stored.push(tensor.clone());
        logical.push(tensor);
    }
    (logical, stored)
}

/// Calls both functions and compares.
pub fn agrees(compiled: &impl Machine) {
    for name in ["step", "sequence"] {
        let function = function_of(compiled.plan(), name).expect("a plan");
        let (logical, stored) = inputs(function);
        let expected = reference(&text(), name, &logical).expect("results");
        let results = compiled.run(name, &stored).expect("results");
        assert_eq!(results.len(), expected.len());
        for (index, (actual, expected)) in results.iter().zip(&expected).enumerate() {
            assert_eq!(actual.shape(), expected.shape());
            let (actual, expected) = (actual.to_f64s(), expected.to_f64s());
            let size = expected
                .iter()
                .fold(0.0, |size: f64, value| size.max(value.abs()));
            let differences = actual.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            let largest = differences.clone().fold(0.0, f64::max);
            let mean = differences.sum::<f64>() / expected.len() as f64;
            println!("{name}, result {index}: largest {largest:.3e}, mean {mean:.3e} of {size:.3}");
            // An activation on the boundary of rounding may have gone to the other
            // side: 1/127 of its token's greatest, through two layers.
            assert!(
                largest <= 0.02 * size,
                "{name}, result {index}: {largest} of {size}"
            );
            assert!(
                mean <= 0.001 * size,
                "{name}, result {index}: {mean} of {size}"
            );
        }
    }
}
