//! What `fidelity run` says when it cannot.

use super::{Folder, floats, integers};
use fidelity_reference::ElementType;
use pretty_assertions::assert_eq;
use std::fs;

const TWO: &str = "
func.func @pick(%x: tensor<?x4xf32>, %i: index) -> (tensor<?x4xf32>, f32) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %ok = arith.cmpi ult, %i, %n : index
  cf.assert %ok, \"expected an index that x has\"
  %e = tensor.extract %x[%i, %c0] : tensor<?x4xf32>
  return %x, %e : tensor<?x4xf32>, f32
}
func.func @other(%x: tensor<2x4xi8, #fidelity.tensor<storage = packed2>>) {
  return
}
func.func private @hidden() {
  return
}";

fn folder() -> Folder {
    Folder::new(TWO)
        .with("x.npy", &floats(&[2, 4], &[0.0; 8]))
        .with("x3.npy", &floats(&[2, 3], &[0.0; 6]))
        .with("x1.npy", &floats(&[8], &[0.0; 8]))
        .with("xi.npy", &integers(ElementType::I32, &[2, 4], &[0; 8]))
        .with("i.npy", &integers(ElementType::I64, &[], &[1]))
        .with("i9.npy", &integers(ElementType::I64, &[], &[9]))
        .with(
            "w.npy",
            &integers(ElementType::I8, &[2, 4], &[0, 1, 2, 0, 0, 0, 0, 0]),
        )
}

#[test]
fn names_the_functions_that_there_are() {
    let folder = folder();
    assert_eq!(
        folder.refuses("--input x.npy"),
        "m.mlir: expected --entry to name one public function, but got @pick, @other"
    );
    assert_eq!(
        folder.refuses("--entry hidden"),
        "m.mlir: expected a public function @hidden, but got @pick, @other"
    );
    assert_eq!(
        Folder::new("llvm.func @f()").refuses("--entry f"),
        "m.mlir: expected a public function @f, but got no public func.func"
    );
}

#[test]
fn counts_inputs_and_outputs() {
    let folder = folder();
    assert_eq!(
        folder.refuses("--entry pick --input x.npy"),
        "m.mlir: expected 2 --input for the arguments of @pick, but got 1"
    );
    assert_eq!(
        folder.refuses("--entry pick --input x.npy --input i.npy --output y.npy"),
        "m.mlir: expected 2 --output for the results of @pick, but got 1"
    );
}

#[test]
fn checks_each_input_against_the_function() {
    let folder = folder();
    let refuses =
        |x: &str, i: &str| folder.refuses(&format!("--entry pick --input {x} --input {i}"));
    for (file, r#type) in [
        ("x3.npy", "tensor<2x3xf32>"),
        ("x1.npy", "tensor<8xf32>"),
        ("xi.npy", "tensor<2x4xi32>"),
    ] {
        assert_eq!(
            refuses(file, "i.npy"),
            format!("{file}: argument 0 of @pick: expected tensor<?x4xf32>, but got {type}")
        );
    }
    assert_eq!(
        refuses("x.npy", "x.npy"),
        "x.npy: argument 1 of @pick: expected index, but got tensor<2x4xf32>"
    );
    assert_eq!(
        folder.refuses("--entry other --input w.npy"),
        "w.npy: argument 0 of @other: expected trits, -1, 0 or 1, for \
         tensor<2x4xi8, #fidelity.tensor<storage = packed2>>, but got 2"
    );
    assert_eq!(
        folder.refuses("--entry other --input xi.npy"),
        "xi.npy: argument 0 of @other: expected \
         tensor<2x4xi8, #fidelity.tensor<storage = packed2>>, but got tensor<2x4xi32>"
    );
}

#[test]
fn names_files_that_are_none() {
    let folder = folder();
    let absent = folder.refuses("--entry other --input absent.npy");
    assert!(absent.starts_with("absent.npy: "), "{absent}");
    fs::write(folder.path("text.npy"), "1 2 3").unwrap();
    let text = folder.refuses("--entry other --input text.npy");
    assert!(text.starts_with("text.npy: expected "), "{text}");
    fs::write(folder.path("m.mlir"), "func.func @f( {").unwrap();
    let module = folder.refuses("");
    assert!(module.starts_with("m.mlir:1:14: "), "{module}");
}

#[test]
fn a_failed_check_ends_with_an_error() {
    let folder = folder();
    let arguments = "--entry pick --input x.npy --input i9.npy --output y.npy --output e.npy";
    assert_eq!(
        folder.refuses(arguments),
        "m.mlir: @pick: expected an index that x has"
    );
    let reference = folder.refuses(&format!("{arguments} --reference"));
    assert!(
        reference.starts_with("m.mlir:6:") && reference.ends_with("expected an index that x has"),
        "{reference}"
    );
}

// A layer of fewer rows checks what the whole one checks.
#[test]
fn sizes_are_checked_where_rows_of_zeros_are_left_out() {
    for [rows, of_init] in [[7, 5], [5, 7], [2, 1]] {
        let folder = Folder::new(
            "func.func @f(%x: tensor<?x2xf32>, %init: tensor<?x3xf32>) -> tensor<?x3xf32> {
               %w = arith.constant dense<[[0, 0], [1, -1], [0, 0]]> : tensor<3x2xi8>
               %y = fidelity.ternary_accumulate %x, %w, %init
                 : (tensor<?x2xf32>, tensor<3x2xi8>, tensor<?x3xf32>) -> tensor<?x3xf32>
               return %y : tensor<?x3xf32>
             }",
        )
        .with("x.npy", &floats(&[rows, 2], &vec![1.0; 2 * rows]))
        .with("init.npy", &floats(&[of_init, 3], &vec![1.0; 3 * of_init]));
        assert_eq!(
            folder.refuses("--input x.npy --input init.npy --output y.npy"),
            "m.mlir: @f: fidelity.ternary_accumulate: expected init of the shape of the product"
        );
    }
}

#[test]
fn refuses_types_that_files_cannot_hold() {
    let folder = Folder::new("func.func @f(%x: tensor<*xf32>) { return }");
    assert_eq!(
        folder.refuses(""),
        "m.mlir: expected argument 0 of @f to be a ranked tensor or a scalar of \
         f16, bf16, f32, f64, i1, i8, i16, i32, i64 or index, or a ranked tensor of \
         complex<f32> or complex<f64>, but got tensor<*xf32>"
    );
}

#[test]
fn clap_refuses_with_another_code() {
    let answer = folder().run("--level 7");
    assert_eq!((answer.code, &*answer.out), (Some(2), ""));
    assert!(answer.error.contains("unexpected argument '--level'"));
}
