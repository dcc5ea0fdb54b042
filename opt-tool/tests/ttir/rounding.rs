//! Rounding half to even, of every number that it may meet.

use super::{evaluator::Precision, launch::Compiled, reference};
use fidelity_reference::{ElementType, Tensor};
use half::bf16;

/// Quantises one row that has 127, so that the scale is 1 and numbers are only
/// rounded; compares with the reference exactly.
fn agrees(values: Vec<f64>, float: &str, precision: Precision) {
    let count = values.len();
    let (x, q) = (
        format!("tensor<1x{count}x{float}>"),
        format!("tensor<1x{count}xi8>"),
    );
    let module = format!(
        "func.func @f(%x: {x}) -> {q} {{\n  %q, %s = fidelity.quantize_activations %x : ({x}) -> ({q}, tensor<1x1xf32>)\n  return %q : {q}\n}}"
    );
    let input =
        Tensor::from_floats(float.parse::<ElementType>().unwrap(), [1, count], values).unwrap();
    let expected = reference(&module, "f", std::slice::from_ref(&input));
    let compiled = Compiled::new(&module).unwrap();
    let actual = compiled.call("f", std::slice::from_ref(&input), precision);
    let expected = expected[0].to_f64s();
    for ((x, actual), expected) in input.to_f64s().iter().zip(&actual[0].data).zip(expected) {
        assert_eq!(f64::from(*actual), expected, "{x}");
    }
}

/// Every bf16 from -127 to 127.
#[test]
fn every_bf16_rounds_half_to_even() {
    let values: Vec<f64> = (0..=u16::MAX)
        .map(|bits| bf16::from_bits(bits).to_f64())
        .filter(|value| value.abs() <= 127.0)
        .collect();
    assert!(values.len() > 30_000);
    agrees(values.clone(), "bf16", Precision::Bf16);
    agrees(values, "f32", Precision::AsTyped);
}

/// Half way between integers, and the f32 next to it on either side.
#[test]
fn f32_next_to_a_tie_rounds_as_it_should() {
    let mut values = vec![127.0];
    for integer in -127..127_i16 {
        let tie = f32::from(integer) + 0.5;
        for value in [
            tie.next_down(),
            tie,
            tie.next_up(),
            f32::from(integer).next_up(),
        ] {
            values.push(f64::from(value));
        }
    }
    values.extend([0.0, -0.0, 1e-30, -1e-30, f64::from(0.25_f32.next_down())]);
    agrees(values, "f32", Precision::AsTyped);
}
