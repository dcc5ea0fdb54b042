//! Complex numbers.

use super::{error, value};
use fidelity_dialect::interpreter::{Complex, ElementType, Tensor};
use pretty_assertions::assert_eq;

fn complex(r#type: ElementType, shape: &[usize], values: &[(f64, f64)]) -> Tensor {
    let values = values.iter().map(|&(re, im)| Complex::new(re, im));
    Tensor::from_complex(r#type, shape, values.collect()).expect("a tensor")
}

fn c64(shape: &[usize], values: &[(f64, f64)]) -> Tensor {
    complex(ElementType::ComplexF64, shape, values)
}

/// The result of an op on complex numbers.
fn of(op: &str, inputs: &[(f64, f64)]) -> Complex {
    let names: Vec<String> = (0..inputs.len()).map(|index| format!("%{index}")).collect();
    let arguments: Vec<String> = names
        .iter()
        .map(|name| format!("{name}: complex<f64>"))
        .collect();
    let text = format!(
        "func.func @f({}) -> complex<f64> {{
           %y = complex.{op} {} : complex<f64>
           return %y : complex<f64>
         }}",
        arguments.join(", "),
        names.join(", ")
    );
    let inputs = inputs.iter().map(|&input| c64(&[], &[input])).collect();
    value(&text, inputs).complex().expect("complex numbers")[0]
}

#[test]
fn computes_with_complex_numbers() {
    let (z, w) = ((1.0, 2.0), (3.0, -4.0));
    assert_eq!(of("add", &[z, w]), Complex::new(4.0, -2.0));
    assert_eq!(of("sub", &[z, w]), Complex::new(-2.0, 6.0));
    assert_eq!(of("mul", &[z, w]), Complex::new(11.0, 2.0));
    assert_eq!(of("div", &[z, (0.0, 2.0)]), Complex::new(1.0, -0.5));
    assert_eq!(of("neg", &[z]), Complex::new(-1.0, -2.0));
    assert_eq!(of("conj", &[z]), Complex::new(1.0, -2.0));
    assert_eq!(of("exp", &[(0.0, 0.0)]), Complex::new(1.0, 0.0));
    assert_eq!(of("expm1", &[(1e-20, 0.0)]), Complex::new(1e-20, 0.0));
}

#[test]
fn takes_complex_numbers_apart() {
    let text = "func.func @f(%z: tensor<2xcomplex<f32>>) -> tensor<2xcomplex<f32>> {
      %half = complex.constant [0.5 : f32, 0.0 : f32] : complex<f32>
      %init = tensor.empty() : tensor<2xcomplex<f32>>
      %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                           iterator_types = [\"parallel\"]}
          ins(%z : tensor<2xcomplex<f32>>) outs(%init : tensor<2xcomplex<f32>>) {
        ^bb0(%e: complex<f32>, %_: complex<f32>):
          %re = complex.re %e : complex<f32>
          %im = complex.im %e : complex<f32>
          %swapped = complex.create %im, %re : complex<f32>
          %halved = complex.mul %swapped, %half : complex<f32>
          linalg.yield %halved : complex<f32>
      } -> tensor<2xcomplex<f32>>
      return %y : tensor<2xcomplex<f32>>
    }";
    let c32 = |values| complex(ElementType::ComplexF32, &[2], values);
    let expected = c32(&[(1.0, 0.5), (-4.0, 3.0)]);
    assert_eq!(value(text, vec![c32(&[(1.0, 2.0), (6.0, -8.0)])]), expected);
}

#[test]
fn constants_of_complex_numbers() {
    for (dense, values) in [
        ("dense<(1.0, -2.0)>", [(1.0, -2.0), (1.0, -2.0)]),
        ("dense<[(1.0, 2.0), (0.1, 4.0)]>", [(1.0, 2.0), (0.1, 4.0)]),
    ] {
        let text = format!(
            "func.func @f() -> tensor<2xcomplex<f32>> {{
               %c = arith.constant {dense} : tensor<2xcomplex<f32>>
               return %c : tensor<2xcomplex<f32>>
             }}"
        );
        let expected = complex(ElementType::ComplexF32, &[2], &values);
        assert_eq!(value(&text, vec![]), expected);
    }
    // What nothing was written to is no number.
    let empty = value(
        "func.func @f() -> tensor<1xcomplex<f64>> {
           %e = tensor.empty() : tensor<1xcomplex<f64>>
           return %e : tensor<1xcomplex<f64>>
         }",
        vec![],
    );
    assert!(empty.complex().expect("complex numbers")[0].is_nan());
}

#[test]
fn refuses_other_numbers() {
    let text = "func.func @f(%x: tensor<1xcomplex<f64>>) { return }";
    let real = Tensor::zeros(ElementType::F64, [1]).expect("a tensor");
    assert_eq!(
        error(text, vec![real]),
        "-:1:1: @f: expected input 0 to be of type tensor<1xcomplex<f64>>, but got tensor<1xf64>"
    );
    let text = "func.func @f(%z: complex<f64>) -> complex<f64> {
      %y = complex.sqrt %z : complex<f64>
      return %y : complex<f64>
    }";
    assert_eq!(
        error(text, vec![c64(&[], &[(1.0, 0.0)])]),
        "-:2:12: complex.sqrt: expected an op that the reference interpreter knows, but got \
         complex.sqrt; `fidelity run` without --reference compiles it"
    );
}
