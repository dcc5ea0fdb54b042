//! A block of the tiny MatMul-free model.

use super::{evaluator::Precision, launch::Compiled, reference};
use fidelity_reference::{ElementType, Tensor};
use rand::{RngExt, SeedableRng, rngs::StdRng};

const BLOCK: &str = include_str!("../../../examples/mmfree-block/block.mlir");

/// Inputs as the trained model has them: trits, scales of 0.07, norms about 1.
fn inputs(tokens: usize) -> Vec<Tensor> {
    let mut random = StdRng::seed_from_u64(11);
    let mut floats = |shape: &[usize], least: f64, most: f64| {
        let count = shape.iter().product();
        let values = (0..count)
            .map(|_| random.random_range(least..most))
            .collect();
        Tensor::from_floats(ElementType::F32, shape, values).unwrap()
    };
    let mut inputs = vec![
        floats(&[tokens, 256], -2.0, 2.0),
        floats(&[256], -1.0, 1.0),
        floats(&[256], 0.5, 1.5),
        floats(&[256], 0.5, 1.5),
        floats(&[256], 0.5, 1.5),
        floats(&[256], 0.0, 1.0),
    ];
    let mut trits = StdRng::seed_from_u64(12);
    for (rows, columns) in [
        (256, 256),
        (256, 256),
        (256, 256),
        (256, 256),
        (1536, 256),
        (256, 768),
    ] {
        let values = (0..rows * columns)
            .map(|_| trits.random_range(-1..=1))
            .collect();
        inputs.push(Tensor::from_integers(ElementType::I8, [rows, columns], values).unwrap());
        inputs.push(Tensor::from_floats(ElementType::F32, [], vec![0.07]).unwrap());
        inputs.push(floats(&[columns], 0.5, 1.5));
    }
    inputs
}

/// The greatest difference and the root of the mean of the squared ones, both
/// relative to the root mean square of what is expected.
fn differences(actual: &[f32], expected: &[f64]) -> (f64, f64) {
    let mean = |squares: f64| (squares / expected.len() as f64).sqrt();
    let size = mean(expected.iter().map(|x| x * x).sum());
    let apart = || {
        actual
            .iter()
            .zip(expected)
            .map(|(&x, y)| (f64::from(x) - y).abs())
    };
    assert!(apart().all(f64::is_finite));
    (
        apart().fold(0.0, f64::max) / size,
        mean(apart().map(|x| x * x).sum()) / size,
    )
}

/// f32 differs from f64 where a rounding before an 8-bit activation crosses half
/// way: a step of one of some 256 activations in a sum, 1/127 of the greatest.
///
/// With bf16 the norm, the scale and their product each round by up to 2⁻⁹, near
/// the greatest activation by half a step together, so that many are a step off
/// in each of the six layers. A step is 1/40 of what activations mostly are; half
/// of them off make about 0.01 in each of three layers, one after the other.
#[test]
fn the_block_agrees_with_the_reference() {
    let compiled = Compiled::new(BLOCK).unwrap();
    for (name, tokens) in [("step", 1), ("sequence", 16)] {
        let inputs = inputs(tokens);
        let expected = reference(BLOCK, name, &inputs);
        for (precision, most, mean) in [
            (Precision::AsTyped, 0.02, 0.002),
            (Precision::Bf16, 0.2, 0.06),
        ] {
            let actual = compiled.call(name, &inputs, precision);
            for (index, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
                assert_eq!(actual.shape, expected.shape());
                let (greatest, root) = differences(&actual.data, &expected.to_f64s());
                println!("@{name} {index} {precision:?}: {greatest:.6} {root:.6}");
                assert!(
                    greatest <= most && root <= mean,
                    "@{name}, result {index}, {precision:?}: {greatest} and {root}"
                );
            }
        }
    }
}

/// The sequence form is the step form, taken again and again.
#[test]
fn steps_make_a_sequence() {
    let compiled = Compiled::new(BLOCK).unwrap();
    let mut inputs = inputs(16);
    let whole = compiled.call("sequence", &inputs, Precision::AsTyped);
    let tokens = inputs[0].to_f64s();
    for token in 0..16 {
        let row = tokens[token * 256..(token + 1) * 256].to_vec();
        inputs[0] = Tensor::from_floats(ElementType::F32, [1, 256], row).unwrap();
        let step = compiled.call("step", &inputs, Precision::AsTyped);
        let state = step[1].data.iter().map(|&x| f64::from(x)).collect();
        inputs[1] = Tensor::from_floats(ElementType::F32, [256], state).unwrap();
        let expected: Vec<f64> = whole[0].data[token * 256..(token + 1) * 256]
            .iter()
            .map(|&x| f64::from(x))
            .collect();
        let (greatest, root) = differences(&step[0].data, &expected);
        assert!(
            greatest <= 0.05 && root <= 0.005,
            "token {token}: {greatest} and {root}"
        );
    }
    let state: Vec<f64> = inputs[1].to_f64s();
    let (greatest, _) = differences(&whole[1].data, &state);
    assert!(greatest <= 0.05, "{greatest}");
}
