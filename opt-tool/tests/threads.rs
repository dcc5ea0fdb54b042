//! Threads that share loops give what one thread gives, to the bit: at sizes around that
//! from which loops are shared, with fewer iterations than threads and with none.

use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{
    compile::{self, CodeTarget},
    context,
    generate::Machine,
    module,
    run::Compiled,
};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::path::Path;

const WIDTH: usize = 300;
/// 219 rows of 300 elements are the first that are shared.
const ROWS: [usize; 8] = [0, 1, 2, 218, 219, 220, 701, 1400];

/// A norm, a function, sums of rows, and a gate that is transposed.
const TEXT: &str = "
func.func @f(%x: tensor<1x?x300xf32>, %w: tensor<300xf32>)
    -> (tensor<1x?x300xf32>, tensor<1x?x300xi8>, tensor<1x?x1xf32>, tensor<300x?xf32>) {
  %n = fidelity.rms_norm %x weight %w
    : (tensor<1x?x300xf32>, tensor<300xf32>) -> tensor<1x?x300xf32>
  %y = fidelity.silu %n : tensor<1x?x300xf32>
  %q, %s = fidelity.quantize_activations %y
    : (tensor<1x?x300xf32>) -> (tensor<1x?x300xi8>, tensor<1x?x1xf32>)
  %c2 = arith.constant 1 : index
  %rows = tensor.dim %x, %c2 : tensor<1x?x300xf32>
  %flat = tensor.collapse_shape %y [[0, 1], [2]] : tensor<1x?x300xf32> into tensor<?x300xf32>
  %to = tensor.empty(%rows) : tensor<300x?xf32>
  %t = linalg.transpose ins(%flat : tensor<?x300xf32>) outs(%to : tensor<300x?xf32>) permutation = [1, 0]
  return %y, %q, %s, %t
    : tensor<1x?x300xf32>, tensor<1x?x300xi8>, tensor<1x?x1xf32>, tensor<300x?xf32>
}";

fn run(threads: u32, calls: &[Vec<Tensor>]) -> Vec<Vec<Tensor>> {
    let (context, llvm) = (context::new(), LlvmContext::create());
    let path = Path::new("layer.mlir");
    let parsed = module::parse(&context, path, TEXT.as_bytes()).expect("a module");
    let level = OptimizationLevel::Default;
    let target = CodeTarget {
        machine: &compile::machine(None, None, level).expect("this machine"),
        level,
        threads,
    };
    let mut compiled = Compiled::for_target(&context, &llvm, path, parsed, &["f"], target)
        .unwrap_or_else(|error| panic!("{threads}: {error}"));
    (calls.iter())
        .map(|inputs| compiled.call("f", inputs.clone()).expect("results"))
        .collect()
}

#[test]
fn results_do_not_depend_on_how_many_there_are() {
    let mut random = StdRng::seed_from_u64(3);
    let mut floats = |shape: &[usize]| {
        let count = shape.iter().product();
        let values = (0..count).map(|_| random.random_range(-2.0..2.0)).collect();
        Tensor::from_floats(ElementType::F32, shape.to_vec(), values).expect("as many")
    };
    let calls: Vec<_> = (ROWS.iter())
        .map(|&rows| vec![floats(&[1, rows, WIDTH]), floats(&[WIDTH])])
        .collect();
    let expected = run(1, &calls);
    for threads in [2, 3, 16] {
        for (rows, (actual, expected)) in
            ROWS.iter().zip(run(threads, &calls).iter().zip(&expected))
        {
            for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
                let what = format!("{threads} threads, {rows} rows, result {index}");
                assert_eq!(actual.floats(), expected.floats(), "{what}");
                assert_eq!(actual.integers(), expected.integers(), "{what}");
            }
        }
    }
}
