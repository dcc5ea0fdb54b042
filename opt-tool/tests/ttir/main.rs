//! What is lowered to TTIR against the reference interpreter: every op of the
//! slice at sizes of 1, ragged ones and those of the tiny model, and a whole
//! block of it, on a device that rounds as the types say and on one that keeps
//! everything in bf16.
//!
//! The two share the .td files and nothing else. A tolerance is a number of
//! roundings, each a unit of the precision relative to the size of the values;
//! ops that round to 8-bit activations may be a step off, where the roundings
//! before it cross half way.

mod block;
mod cases;
mod evaluator;
mod launch;
mod rounding;

use cases::Case;
use evaluator::{Array, Precision};
use fidelity_reference::{ElementType, Tensor};
use launch::Compiled;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::io::Write;

/// Evaluates a function op by op, in f64.
fn reference(text: &str, name: &str, inputs: &[Tensor]) -> Vec<Tensor> {
    let mut file = tempfile::NamedTempFile::with_suffix(".mlir").unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let context = fidelity_tools::context::new();
    let module = fidelity_tools::module::read(&context, file.path()).unwrap();
    fidelity_dialect::interpreter::evaluate(&module, name, inputs.to_vec()).unwrap()
}

#[test]
fn every_op_agrees_with_the_reference() {
    let mut failures = Vec::new();
    let mut calls = 0;
    for case in cases::all() {
        let compiled = match Compiled::new(&case.module) {
            Ok(compiled) => compiled,
            Err(error) => {
                failures.push(format!("{}: {error}", case.name));
                continue;
            }
        };
        let inputs = inputs(&case);
        let expected = reference(&case.module, "f", &inputs);
        for precision in [Precision::AsTyped, Precision::Bf16] {
            let actual = compiled.call("f", &inputs, precision);
            calls += 1;
            if let Err(error) = compare(&actual, &expected, &case, precision) {
                failures.push(format!("{}, {precision:?}: {error}", case.name));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(calls > 60, "{calls} calls");
}

/// Random inputs: trits for a `%w`, 8-bit integers for another i8, floats from
/// -2 to 2 else, but for decays (`%d`), which are from 0 to 1, some of them 0.
fn inputs(case: &Case) -> Vec<Tensor> {
    let mut random = StdRng::seed_from_u64(0x5eed);
    let signature = case.module.split("->").next().unwrap();
    signature
        .split('%')
        .skip(1)
        .map(|argument| {
            let inner = argument.split_once("tensor<").unwrap().1;
            let mut parts: Vec<&str> = inner.split([',', '>']).next().unwrap().split('x').collect();
            let element = parts.pop().unwrap();
            let shape: Vec<usize> = parts.iter().map(|size| size.parse().unwrap()).collect();
            let count = shape.iter().product();
            if element == "i8" {
                let most = if argument.starts_with('w') { 1 } else { 127 };
                let values = (0..count)
                    .map(|_| random.random_range(-most..=most))
                    .collect();
                return Tensor::from_integers(ElementType::I8, shape, values).unwrap();
            }
            let mut float = || match argument.starts_with('d') {
                true if random.random_range(0..8) == 0 => 0.0,
                true => random.random_range(0.0..1.0),
                false => random.random_range(-2.0..2.0),
            };
            let values: Vec<f64> = (0..count).map(|_| float()).collect();
            Tensor::from_floats(element.parse().unwrap(), shape, values).unwrap()
        })
        .collect()
}

fn compare(
    actual: &[Array],
    expected: &[Tensor],
    case: &Case,
    precision: Precision,
) -> Result<(), String> {
    assert_eq!(actual.len(), expected.len());
    for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        assert_eq!(actual.shape, expected.shape(), "result {index}");
        let values = expected.to_f64s();
        let size = values
            .iter()
            .fold(1.0, |size: f64, value| size.max(value.abs()));
        let is_narrow =
            precision == Precision::Bf16 || expected.element_type() == ElementType::BF16;
        let unit = if is_narrow {
            2_f64.powi(-8)
        } else {
            2_f64.powi(-23)
        };
        let is_exact = expected.element_type().integer_range().is_some() && case.roundings == 0;
        let tolerance = match is_exact && precision == Precision::AsTyped {
            true => 0.0,
            false => f64::from(case.roundings.max(1)) * unit * size,
        };
        let mut steps = 0;
        for (at, (&actual, &expected)) in actual.data.iter().zip(&values).enumerate() {
            let difference = (f64::from(actual) - expected).abs();
            if difference <= tolerance {
                continue;
            }
            // NaN is no difference that is allowed.
            if difference <= tolerance + case.step {
                steps += 1;
                continue;
            }
            return Err(format!(
                "result {index}: expected {expected} at {at}, but got {actual} (allowed {tolerance})"
            ));
        }
        // With 24 bits few values are that near half way; with 8 most may be.
        let most = match precision {
            Precision::AsTyped => values.len() / 50 + 1,
            Precision::Bf16 => values.len(),
        };
        if steps > most {
            return Err(format!(
                "result {index}: {steps} of {} a step off",
                values.len()
            ));
        }
    }
    Ok(())
}
