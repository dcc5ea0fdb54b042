//! What goes in and what comes out.

use super::{Folder, floats, integers};
use fidelity_reference::{Complex, ElementType, Tensor};
use pretty_assertions::assert_eq;

const STORAGES: [&str; 2] = ["packed2", "packed5"];

fn layer(storage: &str) -> Folder {
    Folder::new(&format!(
        "!weights = tensor<2x6xi8, #fidelity.tensor<storage = {storage}>>
         func.func @layer(%x: tensor<?x6xf32>, %w: !weights) -> tensor<?x2xf32> {{
           %y = fidelity.ternary_linear %x, %w : (tensor<?x6xf32>, !weights) -> tensor<?x2xf32>
           return %y : tensor<?x2xf32>
         }}"
    ))
}

fn trits() -> Tensor {
    let trits = [1, 0, -1, 0, 1, 0, 0, 1, 0, 0, -1, 1];
    integers(ElementType::I8, &[2, 6], &trits)
}

#[test]
fn packed_weights_are_trits_or_their_bytes() {
    let bytes: [[i64; 4]; 2] = [
        [0b00_01_00_10, 0b10, 0b00_00_10_00, 0b10_01],
        [2 + 9 + 2 * 81, 0, 2 * 3 + 81, 2],
    ];
    for (storage, bytes) in STORAGES.into_iter().zip(bytes) {
        let folder = layer(storage)
            .with("x.npy", &floats(&[1, 6], &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0]))
            .with("trits.npy", &trits())
            .with("bytes.npy", &integers(ElementType::U8, &[2, 2], &bytes));
        for weights in ["trits.npy", "bytes.npy"] {
            folder.run_both(
                &format!("--input x.npy --input {weights} --output y.npy"),
                |folder| assert_eq!(folder.read("y.npy"), floats(&[1, 2], &[13.0, 18.0])),
            );
        }
    }
}

#[test]
fn complex_tensors_are_complex64_and_complex128() {
    let folder = Folder::new(
        "func.func @f(%a: tensor<?xcomplex<f32>>, %b: tensor<2xcomplex<f64>>)
             -> (tensor<?xcomplex<f32>>, tensor<2xcomplex<f64>>) {
           %c = arith.constant dense<[(0.0, 1.0), (2.0, 0.0)]> : tensor<2xcomplex<f64>>
           %init = tensor.empty() : tensor<2xcomplex<f64>>
           %m = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>,
                                                 affine_map<(i) -> (i)>],
                                iterator_types = [\"parallel\"]}
               ins(%b, %c : tensor<2xcomplex<f64>>, tensor<2xcomplex<f64>>)
               outs(%init : tensor<2xcomplex<f64>>) {
             ^bb0(%x: complex<f64>, %y: complex<f64>, %_: complex<f64>):
               %z = complex.mul %x, %y : complex<f64>
               linalg.yield %z : complex<f64>
           } -> tensor<2xcomplex<f64>>
           return %a, %m : tensor<?xcomplex<f32>>, tensor<2xcomplex<f64>>
         }",
    );
    let complex = |element, values: &[(f64, f64)]| {
        let values: Vec<_> = values
            .iter()
            .map(|&(re, im)| Complex::new(re, im))
            .collect();
        Tensor::from_complex(element, [values.len()], values).expect("a tensor")
    };
    let a = complex(
        ElementType::ComplexF32,
        &[(1.0, -2.0), (3.0, 4.0), (0.5, 0.0)],
    );
    let b = complex(ElementType::ComplexF64, &[(1.0, 2.0), (3.0, -4.0)]);
    let folder = folder.with("a.npy", &a).with("b.npy", &b);
    folder.run_both(
        "--input a.npy --input b.npy --output c.npy --output d.npy",
        |folder| {
            assert_eq!(folder.read("c.npy"), a);
            let expected = complex(ElementType::ComplexF64, &[(-2.0, 1.0), (6.0, -8.0)]);
            assert_eq!(folder.read("d.npy"), expected);
        },
    );
}

#[test]
fn complex_scalars_are_refused() {
    let folder =
        Folder::new("func.func @f(%z: complex<f32>) -> complex<f32> { return %z : complex<f32> }")
            .with(
                "z.npy",
                &Tensor::zeros(ElementType::ComplexF32, []).expect("a tensor"),
            );
    assert_eq!(
        folder.refuses("--input z.npy"),
        "m.mlir: expected @f to take and give tensors and scalars, but got complex<f32>"
    );
}

#[test]
fn dynamic_sizes_may_be_zero() {
    for storage in STORAGES {
        let folder = layer(storage)
            .with("x.npy", &floats(&[0, 6], &[]))
            .with("w.npy", &trits());
        folder.run_both("--input x.npy --input w.npy --output y.npy", |folder| {
            assert_eq!(folder.read("y.npy"), floats(&[0, 2], &[]))
        });
    }
}

#[test]
fn packed_results_come_as_trits() {
    for storage in STORAGES {
        let folder = Folder::new(&format!(
            "!packed = tensor<2x6xi8, #fidelity.tensor<storage = {storage}>>
             func.func @f(%w: tensor<2x6xi8>) -> !packed {{
               %p = fidelity.pack %w to {storage} : (tensor<2x6xi8>) -> !packed
               return %p : !packed
             }}"
        ))
        .with("w.npy", &trits());
        folder.run_both("--input w.npy --output p.npy", |folder| {
            assert_eq!(folder.read("p.npy"), trits())
        });
    }
}

#[test]
fn results_go_in_order_and_scalars_are_tensors_of_rank_0() {
    let folder = Folder::new(
        "func.func @f(%x: tensor<3xf32>, %i: index, %n: i32)
             -> (f32, tensor<3xf32>, index, i32, tensor<3xf32>) {
           %e = tensor.extract %x[%i] : tensor<3xf32>
           %y = fidelity.relu %x : tensor<3xf32>
           %c1 = arith.constant 1 : index
           %j = arith.addi %i, %c1 : index
           return %e, %y, %j, %n, %x : f32, tensor<3xf32>, index, i32, tensor<3xf32>
         }",
    )
    .with("x.npy", &floats(&[3], &[-1.0, 2.0, -3.0]))
    // An int32 stands for an index.
    .with("i.npy", &integers(ElementType::I32, &[], &[2]))
    .with("n.npy", &integers(ElementType::I32, &[], &[-7]));
    let outputs: String = (0..5)
        .map(|index| format!(" --output {index}.npy"))
        .collect();
    folder.run_both(
        &format!("--input x.npy --input i.npy --input n.npy {outputs}"),
        |folder| {
            assert_eq!(folder.read("0.npy"), floats(&[], &[-3.0]));
            assert_eq!(folder.read("1.npy"), floats(&[3], &[0.0, 2.0, 0.0]));
            assert_eq!(folder.read("2.npy"), integers(ElementType::I64, &[], &[3]));
            assert_eq!(folder.read("3.npy"), integers(ElementType::I32, &[], &[-7]));
            assert_eq!(folder.read("4.npy"), floats(&[3], &[-1.0, 2.0, -3.0]));
        },
    );
}

#[test]
fn every_element_type_goes_through() {
    let types = [
        ("f16", ElementType::F16),
        ("f32", ElementType::F32),
        ("f64", ElementType::F64),
        ("i1", ElementType::I1),
        ("i8", ElementType::I8),
        ("i16", ElementType::I16),
        ("i32", ElementType::I32),
        ("i64", ElementType::I64),
    ];
    for (name, element) in types {
        let folder = Folder::new(&format!(
            "func.func @f(%x: tensor<2x?x{name}>, %s: {name}) -> (tensor<2x?x{name}>, {name}) {{
               return %x, %s : tensor<2x?x{name}>, {name}
             }}"
        ));
        let make = |shape: &[usize], values: &[i64]| {
            if element.is_float() {
                let values = values.iter().map(|&value| value as f64).collect();
                Tensor::from_floats(element, shape, values).unwrap()
            } else {
                integers(element, shape, values)
            }
        };
        let (x, s) = (make(&[2, 2], &[0, 1, 1, 0]), make(&[], &[1]));
        let folder = folder.with("x.npy", &x).with("s.npy", &s);
        folder.run_both(
            "--input x.npy --input s.npy --output y.npy --output t.npy",
            |folder| {
                assert_eq!(folder.read("y.npy"), x, "{name}");
                assert_eq!(folder.read("t.npy"), s, "{name}");
            },
        );
    }
}

// NumPy has no bf16: float32 is rounded to it, and stands for it in results.
#[test]
fn bf16_is_float32_in_files() {
    let folder = Folder::new(
        "func.func @f(%x: tensor<3xbf16>) -> tensor<3xbf16> {
           %y = fidelity.add %x, %x : (tensor<3xbf16>, tensor<3xbf16>) -> tensor<3xbf16>
           return %y : tensor<3xbf16>
         }",
    )
    .with("x.npy", &floats(&[3], &[1.0, 0.1, -3.0]));
    folder.run_both("--input x.npy --output y.npy", |folder| {
        // 0.1 is 0.10009765625 in bf16.
        assert_eq!(
            folder.read("y.npy"),
            floats(&[3], &[2.0, 0.2001953125, -6.0])
        );
    });
}

#[test]
fn without_outputs_results_are_summed_up() {
    let folder = layer("packed5")
        .with("x.npy", &floats(&[1, 6], &[1.0, 2.0, 4.0, 8.0, 15.0, 1.0]))
        .with("w.npy", &integers(ElementType::I8, &[2, 6], &[1; 12]));
    let answer = folder.run("--entry layer --input x.npy --input w.npy");
    assert_eq!(
        answer.out,
        "result 0: tensor<1x2xf32>, min 31.000000, max 31.000000, mean 31.000000: \
         [31.000000, 31.000000]\n"
    );
    assert_eq!((answer.code, &*answer.error), (Some(0), ""));
}

// The module, with its constant, as bytecode.
#[test]
fn runs_bytecode_with_constants() {
    let folder = Folder::new(
        "func.func @f(%x: tensor<4xf32>) -> (tensor<2xf32>, tensor<2x4xi8>) {
           %w = arith.constant dense_resource<w> : tensor<2x4xi8>
           %y = fidelity.ternary_linear %x, %w : (tensor<4xf32>, tensor<2x4xi8>) -> tensor<2xf32>
           return %y, %w : tensor<2xf32>, tensor<2x4xi8>
         }
         {-# dialect_resources: { builtin: { w: \"0x4000000001FF000100000100\" } } #-}",
    )
    .with("x.npy", &floats(&[4], &[1.0, 2.0, 4.0, 8.0]));
    let bytecode = std::process::Command::new(env!("CARGO_BIN_EXE_fidelity-opt"))
        .current_dir(folder.path(""))
        .args(["m.mlir", "-emit-bytecode", "-o", "bytecode"])
        .status()
        .unwrap();
    assert!(bytecode.success());
    std::fs::rename(folder.path("bytecode"), folder.path("m.mlir")).unwrap();
    folder.run_both("--input x.npy --output y.npy --output w.npy", |folder| {
        assert_eq!(folder.read("y.npy"), floats(&[2], &[7.0, 4.0]));
        let weights = integers(ElementType::I8, &[2, 4], &[1, -1, 0, 1, 0, 0, 1, 0]);
        assert_eq!(folder.read("w.npy"), weights);
    });
}

// Only what the function needs is compiled.
#[test]
fn other_functions_do_not_matter() {
    let folder = Folder::new(
        "func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
           %y = call @twice(%x) : (tensor<2xf32>) -> tensor<2xf32>
           return %y : tensor<2xf32>
         }
         func.func @twice(%x: tensor<2xf32>) -> tensor<2xf32> {
           %y = arith.addf %x, %x : tensor<2xf32>
           return %y : tensor<2xf32>
         }
         func.func @no_code(%x: tensor<?xf32>) -> tensor<1xindex> {
           %y = shape.shape_of %x : tensor<?xf32> -> tensor<1xindex>
           return %y : tensor<1xindex>
         }",
    )
    .with("x.npy", &floats(&[2], &[1.0, -2.0]));
    folder.run_both("--entry f --input x.npy --output y.npy", |folder| {
        assert_eq!(folder.read("y.npy"), floats(&[2], &[2.0, -4.0]))
    });
}

// 1 + 2^-8 lies between two bf16, and the 2^-40 that an f32 would lose decides. In
// vectors, and what is left over.
#[test]
fn a_wide_sum_is_rounded_once() {
    for accumulator in ["f64", "f80", "f128"] {
        let module = format!(
            "func.func @sum(%x: tensor<?x3xbf16>, %w: tensor<1x3xi8>) -> tensor<?x1xbf16> {{
               %y = fidelity.ternary_linear %x, %w accumulator({accumulator})
                 : (tensor<?x3xbf16>, tensor<1x3xi8>) -> tensor<?x1xbf16>
               return %y : tensor<?x1xbf16>
             }}"
        );
        let tiny = (-40_f64).exp2();
        let x = [1.0, 0.00390625, tiny, -1.0, -0.00390625, tiny].repeat(9);
        Folder::new(&module)
            .with("x.npy", &floats(&[18, 3], &x))
            .with("w.npy", &integers(ElementType::I8, &[1, 3], &[1, 1, 1]))
            .run_both("--input x.npy --input w.npy --output y.npy", |folder| {
                let y = floats(&[18, 1], &[1.0078125, -1.0].repeat(9));
                assert_eq!(folder.read("y.npy"), y, "{accumulator}");
            });
    }
}

/// Of results that are written to arguments, and of those between them.
#[test]
fn results_in_the_memory_of_arguments_are_in_their_order() {
    let folder = Folder::new(
        "func.func @f(%a: tensor<2xf32> {fidelity.aliasing_output = 2}, %x: tensor<2xf32>,
             %b: tensor<2xf32> {fidelity.aliasing_output = 0})
             -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) {
           %y = arith.addf %b, %x : tensor<2xf32>
           return %a, %y, %b : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>
         }",
    )
    .with("a.npy", &floats(&[2], &[1.0, 2.0]))
    .with("x.npy", &floats(&[2], &[10.0, 20.0]))
    .with("b.npy", &floats(&[2], &[3.0, 4.0]));
    folder.run_both(
        "--input a.npy --input x.npy --input b.npy --output 0.npy --output 1.npy --output 2.npy",
        |folder| {
            assert_eq!(folder.read("0.npy"), floats(&[2], &[1.0, 2.0]));
            assert_eq!(folder.read("1.npy"), floats(&[2], &[13.0, 24.0]));
            assert_eq!(folder.read("2.npy"), floats(&[2], &[3.0, 4.0]));
        },
    );
}
