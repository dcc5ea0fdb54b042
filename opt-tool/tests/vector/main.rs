//! The kernels of processors against the reference, exactly, at sizes around those of
//! tiles, panels and blocks, for each kind of instructions that this processor has, and of Arm's.

mod arm;
mod floats;
mod groups;

use fidelity_dialect::Storage;
use fidelity_lowering::cpu;
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

/// A processor for each kind of instructions, of this architecture or another one.
const CPUS: [&str; 9] = [
    "native",
    "x86-64",
    "x86-64-v3",
    "x86-64-v4",
    "alderlake",
    "cascadelake",
    "icelake-server",
    "sapphirerapids",
    "neoverse-n1",
];

const STORAGES: [Storage; 2] = [Storage::Tiled2, Storage::Tiled5];
const COLUMNS: [usize; 11] = [0, 1, 15, 16, 17, 20, 21, 64, 255, 272, 700];
const ROWS: [usize; 12] = [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 70, 144];
const TOKENS: [usize; 12] = [0, 1, 2, 4, 7, 8, 9, 16, 19, 32, 33, 81];

/// Those that can run here.
fn cpus() -> Vec<&'static str> {
    let host = compile::machine(None, None, OptimizationLevel::None).expect("this machine");
    let runs = |cpu: &&str| {
        let Ok(machine) = compile::machine(None, Some(cpu), OptimizationLevel::None) else {
            return false;
        };
        let features = cpu::isa_of(&machine).features().iter();
        let mut has = features.map(|feature| ods_bridge::has_features(&host, feature));
        has.all(|has| has)
    };
    CPUS.into_iter().filter(runs).collect()
}

fn integers(random: &mut StdRng, shape: &[usize], range: std::ops::RangeInclusive<i64>) -> Tensor {
    let count = shape.iter().product();
    let values = (0..count)
        .map(|_| random.random_range(range.clone()))
        .collect();
    Tensor::from_integers(ElementType::I8, shape.to_vec(), values).expect("as many as there are")
}

/// Σ_k x[m, k] · w[n, k].
fn expected(x: &Tensor, weights: &Tensor, columns: usize) -> Vec<i64> {
    let (x, weights) = (x.integers().expect("i8"), weights.integers().expect("i8"));
    if columns == 0 {
        return vec![];
    }
    (x.chunks(columns))
        .flat_map(|x| {
            let dot = move |row: &[i64]| x.iter().zip(row).map(|(x, weight)| x * weight).sum();
            weights.chunks(columns).map(dot).collect::<Vec<i64>>()
        })
        .collect()
}

fn run(
    text: &str,
    cpu: &str,
    threads: u32,
    calls: &[Vec<Tensor>],
) -> Result<Vec<Vec<Tensor>>, String> {
    let context = context::new();
    let path = Path::new("layer.mlir");
    let parsed =
        module::parse(&context, path, text.as_bytes()).map_err(|error| error.to_string())?;
    let machine = compile::machine(None, Some(cpu), OptimizationLevel::Default)?;
    let llvm = LlvmContext::create();
    let level = OptimizationLevel::Default;
    let target = CodeTarget {
        machine: &machine,
        level,
        threads,
    };
    let mut compiled = Compiled::for_target(&context, &llvm, path, parsed, &["f"], target)
        .map_err(|error| error.to_string())?;
    (calls.iter())
        .map(|inputs| compiled.call("f", inputs.clone()))
        .collect()
}

/// A function of dynamic sizes but for those of a row.
fn sums(columns: usize, storage: Storage) -> String {
    let stored = format!("tensor<?x{columns}xi8, #fidelity.tensor<storage = {storage}>>");
    format!(
        "func.func @f(%x: tensor<?x{columns}xi8>, %w: {stored}) -> tensor<?x?xi32> {{
           %y = fidelity.ternary_linear %x, %w
             : (tensor<?x{columns}xi8>, {stored}) -> tensor<?x?xi32>
           return %y : tensor<?x?xi32>
         }}"
    )
}

#[test]
fn sums_are_exact_at_every_remainder() {
    STORAGES.into_iter().for_each(exact_at_every_remainder);
}

fn exact_at_every_remainder(storage: Storage) {
    let mut random = StdRng::seed_from_u64(7);
    let cpus = cpus();
    assert!(cpus.len() > 1, "native and a portable one");
    for columns in COLUMNS {
        let text = sums(columns, storage);
        let mut calls = Vec::new();
        for rows in ROWS {
            for tokens in TOKENS {
                calls.push(vec![
                    integers(&mut random, &[tokens, columns], -128..=127),
                    integers(&mut random, &[rows, columns], -1..=1),
                ]);
            }
        }
        for cpu in &cpus {
            let results =
                run(&text, cpu, 1, &calls).unwrap_or_else(|error| panic!("{cpu}: {error}"));
            for (inputs, results) in calls.iter().zip(results) {
                let [x, weights] = &inputs[..] else { continue };
                let what = format!("{cpu}: {x} by {weights}, {storage}");
                let sums = results[0].integers().expect("i32");
                match columns {
                    0 => assert!(sums.iter().all(|&sum| sum == 0), "{what}"),
                    _ => assert_eq!(sums, expected(x, weights, columns), "{what}"),
                }
            }
        }
    }
}

/// Panels are shared, evenly or not; there are fewer of them than threads, or too few
/// to wake a thread for.
#[test]
fn threads_share_panels() {
    STORAGES.into_iter().for_each(shared_by_threads);
}

fn shared_by_threads(storage: Storage) {
    let mut random = StdRng::seed_from_u64(9);
    let columns = 272;
    let text = sums(columns, storage);
    let mut calls = Vec::new();
    for (rows, tokens) in [
        (0, 4),
        (1, 300),
        (16, 300),
        (35, 90),
        (992, 4),
        (1000, 3),
        (1000, 4),
    ] {
        calls.push(vec![
            integers(&mut random, &[tokens, columns], -128..=127),
            integers(&mut random, &[rows, columns], -1..=1),
        ]);
    }
    for threads in [2, 3] {
        let results =
            run(&text, "native", threads, &calls).unwrap_or_else(|error| panic!("{error}"));
        for (inputs, results) in calls.iter().zip(results) {
            let [x, weights] = &inputs[..] else { continue };
            let actual = results[0].integers().expect("i32");
            assert_eq!(
                actual,
                expected(x, weights, columns),
                "{threads}: {weights}, {storage}"
            );
        }
    }
}

/// Sums of 16 bits are as large as they can be, on both sides.
#[test]
fn the_largest_sums_fit() {
    STORAGES.into_iter().for_each(largest);
}

fn largest(storage: Storage) {
    let columns = 4096;
    let stored = format!("tensor<16x{columns}xi8, #fidelity.tensor<storage = {storage}>>");
    let text = format!(
        "func.func @f(%x: tensor<{columns}xi8>, %w: {stored}, %s: tensor<f32>) -> tensor<16xf32> {{
           %y = fidelity.ternary_linear %x, %w scale %s
             : (tensor<{columns}xi8>, {stored}, tensor<f32>) -> tensor<16xf32>
           return %y : tensor<16xf32>
         }}"
    );
    let filled = |shape: &[usize], value| {
        let count = shape.iter().product();
        Tensor::from_integers(ElementType::I8, shape.to_vec(), vec![value; count]).expect("i8")
    };
    let mut calls = Vec::new();
    for x in [-128, 127] {
        for weight in [-1, 1] {
            let scale = Tensor::from_floats(ElementType::F32, [], vec![0.5]).expect("f32");
            calls.push(vec![
                filled(&[columns], x),
                filled(&[16, columns], weight),
                scale,
            ]);
        }
    }
    for cpu in cpus() {
        let results = run(&text, cpu, 1, &calls).unwrap_or_else(|error| panic!("{cpu}: {error}"));
        let sums: Vec<f64> = (results.iter())
            .map(|results| results[0].floats().expect("f32")[3])
            .collect();
        let count = columns as f64;
        let wanted = [64.0 * count, -64.0 * count, -63.5 * count, 63.5 * count];
        assert_eq!(sums, wanted, "{cpu}, {storage}");
    }
}

/// Views that are not contiguous, on both sides, and destinations that hold something.
#[test]
fn views_are_read_and_written_where_they_are() {
    STORAGES.into_iter().for_each(in_views);
}

fn in_views(storage: Storage) {
    let mut random = StdRng::seed_from_u64(8);
    let stored = format!("tensor<20x24xi8, #fidelity.tensor<storage = {storage}>>");
    let text = format!(
        "func.func @f(%all: tensor<2x3x60xi8>, %w: {stored}, %sums: tensor<2x2x30xi32>) -> tensor<2x2x30xi32> {{
           %x = tensor.extract_slice %all[0, 1, 5] [2, 2, 24] [1, 1, 2]
             : tensor<2x3x60xi8> to tensor<2x2x24xi8>
           %init = tensor.extract_slice %sums[0, 0, 7] [2, 2, 20] [1, 1, 1]
             : tensor<2x2x30xi32> to tensor<2x2x20xi32>
           %y = fidelity.ternary_accumulate %x, %w, %init
             : (tensor<2x2x24xi8>, {stored}, tensor<2x2x20xi32>) -> tensor<2x2x20xi32>
           %z = tensor.insert_slice %y into %sums[0, 0, 7] [2, 2, 20] [1, 1, 1]
             : tensor<2x2x20xi32> into tensor<2x2x30xi32>
           return %z : tensor<2x2x30xi32>
         }}"
    );
    let all = integers(&mut random, &[2, 3, 60], -128..=127);
    let weights = integers(&mut random, &[20, 24], -1..=1);
    let init: Vec<i64> = (0..120).collect();
    let sums = Tensor::from_integers(ElementType::I32, [2, 2, 30], init.clone()).expect("i32");
    let mut wanted = init;
    let (x, w) = (all.integers().expect("i8"), weights.integers().expect("i8"));
    for (row, sums) in wanted.chunks_mut(30).enumerate() {
        let begin = row / 2 * 180 + (row % 2 + 1) * 60 + 5;
        for (n, sum) in sums[7..27].iter_mut().enumerate() {
            *sum += (0..24)
                .map(|k| x[begin + 2 * k] * w[n * 24 + k])
                .sum::<i64>();
        }
    }
    let calls = [vec![all, weights, sums]];
    for cpu in cpus() {
        let results = run(&text, cpu, 1, &calls).unwrap_or_else(|error| panic!("{cpu}: {error}"));
        let actual = results[0][0].integers();
        assert_eq!(actual, Some(&wanted[..]), "{cpu}, {storage}");
    }
}
