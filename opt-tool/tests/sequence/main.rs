//! The vectors of recurrences against the reference, at sizes around those of vectors
//! and tiles, dynamic and static, and the functions of `fidelity-cpu-expand-math`
//! against those of f64.
//!
//! Sums are added up in another order than the reference's and products are rounded
//! once with them or twice, so that results differ by roundings: a tolerance of 1e-5
//! of the size of a tensor's numbers, which are of about 1.

mod cases;

use cases::{CASES, Form};
use fidelity_dialect::interpreter;
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
use std::{collections::HashMap, path::Path};

const TOLERANCE: f64 = 1e-5;

/// Calls a function with each of some inputs, for so many threads of a processor of that
/// name.
fn run(
    text: &str,
    cpu: &str,
    threads: u32,
    calls: &[Vec<Tensor>],
) -> Result<Vec<Vec<Tensor>>, String> {
    let context = context::new();
    let path = Path::new("sequence.mlir");
    let parsed =
        module::parse(&context, path, text.as_bytes()).map_err(|error| error.to_string())?;
    let level = OptimizationLevel::Default;
    let machine = compile::machine(None, Some(cpu), level)?;
    let llvm = LlvmContext::create();
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

/// What the interpreter gives for each of some inputs.
fn expected(text: &str, calls: &[Vec<Tensor>]) -> Vec<Vec<Tensor>> {
    let context = context::new();
    let path = Path::new("sequence.mlir");
    let module = module::parse(&context, path, text.as_bytes()).expect("a module");
    let evaluate = |inputs: &Vec<Tensor>| interpreter::evaluate(&module, "f", inputs.clone());
    (calls.iter().map(evaluate))
        .collect::<Result<_, _>>()
        .expect("results")
}

fn assert_near(actual: &[Vec<Tensor>], expected: &[Vec<Tensor>], text: &str) {
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(expected) {
        for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
            assert_eq!(actual.shape(), expected.shape(), "{text}");
            let (numbers, exact) = (actual.to_f64s(), expected.to_f64s());
            let squares: f64 = exact.iter().map(|value| value * value).sum();
            let size = (squares / exact.len().max(1) as f64).sqrt().max(1.0);
            for (at, (number, exact)) in numbers.iter().zip(&exact).enumerate() {
                let is_same = number.is_nan() && exact.is_nan();
                assert!(
                    is_same || (number - exact).abs() <= TOLERANCE * size,
                    "result {index} of {:?}, element {at}: expected {exact}, but got {number}, of\n{text}",
                    actual.shape(),
                );
            }
        }
    }
}

#[test]
fn dynamic_sizes_give_what_the_reference_gives() {
    let mut random = StdRng::seed_from_u64(11);
    for case in CASES {
        let text = case.function(&HashMap::new());
        let sizes = case.all_sizes();
        let calls: Vec<_> = (sizes.iter())
            .map(|sizes| case.inputs(&mut random, sizes))
            .collect();
        let expected = expected(&text, &calls);
        for cpu in ["native", "x86-64"] {
            if cfg!(not(target_arch = "x86_64")) && cpu != "native" {
                continue;
            }
            let actual = run(&text, cpu, 1, &calls).expect("results");
            assert_near(&actual, &expected, &text);
        }
    }
}

/// One value may be several operands, each by its own map.
#[test]
fn a_value_may_be_operands_of_several_loops() {
    let mut random = StdRng::seed_from_u64(13);
    let tests: [(&str, &str, &[usize], &[&str]); 2] = [
        (
            "decay %x key %x",
            "(t, h, v) -> (t, v) (t, h, v) -> (h, v) (t, h, v) -> (t, h, v) (t, h, v) -> (h, v)",
            &[4, 16],
            &["4x4x16", "4x16"],
        ),
        (
            "decay %x key %x value %x",
            "(t, h, k, v) -> (t, h) (t, h, k, v) -> (t, k) (t, h, k, v) -> (t, v) \
             (t, h, k, v) -> (t, h, v) (t, h, k, v) -> (h, k, v)",
            &[8, 8],
            &["8x8x8", "8x8x8"],
        ),
    ];
    for (operands, maps, shape, results) in tests {
        let maps: Vec<_> = (maps.split(") (").map(|map| map.trim_matches(['(', ')'])))
            .map(|map| format!("affine_map<({map})>"))
            .collect();
        let x = format!("tensor<{}x{}xf32>", shape[0], shape[1]);
        let types = vec![x.as_str(); operands.matches("%x").count()].join(", ");
        let results: Vec<_> = results
            .iter()
            .map(|sizes| format!("tensor<{sizes}xf32>"))
            .collect();
        let text = format!(
            "func.func @f(%x: {x}) -> ({results}) {{
               %y:2 = fidelity.recurrence {operands} {{indexing_maps = [{}]}}
                 : ({types}) -> ({results})
               return %y#0, %y#1 : {results}
             }}",
            maps.join(", "),
            results = results.join(", "),
        );
        let values = (0..shape.iter().product()).map(|_| random.random_range(-0.9..=0.9));
        let input = Tensor::from_floats(ElementType::F32, shape.to_vec(), values.collect());
        let calls = [vec![input.expect("as many")]];
        let actual = run(&text, "native", 1, &calls).expect("results");
        assert_near(&actual, &expected(&text, &calls), &text);
    }
}

/// What is beside each other in an operand is not so in what it is made of.
#[test]
fn transposed_operands_give_what_the_reference_gives() {
    let mut random = StdRng::seed_from_u64(15);
    for case in CASES {
        let mut all = case.all_sizes();
        let last = all.swap_remove(all.len() - 1);
        for sizes in [all.swap_remove(0), last] {
            let text = case.function_of(&sizes, Form::Transposed);
            let calls = [case.inputs_of(&mut random, &sizes, Form::Transposed)];
            let actual = run(&text, "native", 1, &calls).expect("results");
            assert_near(&actual, &expected(&text, &calls), &text);
        }
    }
}

/// Of one step, which else makes a state beside the other one, and of several.
#[test]
fn states_in_place_give_what_the_reference_gives() {
    let mut random = StdRng::seed_from_u64(16);
    for case in CASES.iter().filter(|case| case.text.contains(" state ")) {
        for steps in [1, 5] {
            let mut known = case.all_sizes().swap_remove(0);
            known.insert('T', steps);
            for sizes in [known.clone(), HashMap::new()] {
                let text = case.function_of(&sizes, Form::InPlace);
                assert!(text.contains("aliasing_output"), "{text}");
                let calls = [case.inputs(&mut random, &known)];
                let actual = run(&text, "native", 1, &calls).expect("results");
                assert_near(&actual, &expected(&text, &calls), &text);
            }
        }
    }
}

#[test]
fn static_sizes_give_what_the_reference_gives() {
    let mut random = StdRng::seed_from_u64(12);
    for case in CASES {
        for sizes in case.all_sizes() {
            let text = case.function(&sizes);
            let calls = [case.inputs(&mut random, &sizes)];
            let expected = expected(&text, &calls);
            let actual = run(&text, "native", 1, &calls).expect("results");
            assert_near(&actual, &expected, &text);
        }
    }
}

/// Large enough for threads, and shared by heads or by lanes, whole tiles and what they
/// leave, or a part of it too small for them: the numbers are the same bit for bit.
#[test]
fn threads_change_no_number() {
    let mut random = StdRng::seed_from_u64(14);
    let sizes: &[(&str, &[(char, usize)])] = &[
        (
            "linear_attention",
            &[('H', 3), ('T', 161), ('K', 33), ('V', 83)],
        ),
        ("rwkv", &[('H', 5), ('T', 133), ('K', 40), ('V', 50)]),
        ("mlgru", &[('T', 2800), ('V', 403)]),
        ("ssm.scan", &[('T', 600), ('D', 403), ('N', 5)]),
        (
            "ssm.ssd",
            &[('H', 4), ('G', 2), ('T', 260), ('D', 19), ('N', 70)],
        ),
    ];
    for case in CASES {
        let of_case = sizes.iter().filter(|(op, _)| case.text.starts_with(op));
        for (_, sizes) in of_case {
            let mut all = case.all_sizes()[0].clone();
            all.extend(sizes.iter().copied());
            let calls = [case.inputs(&mut random, &all)];
            for text in [case.function(&all), case.function(&HashMap::new())] {
                let one = run(&text, "native", 1, &calls).expect("results");
                for threads in [2, 3] {
                    let many = run(&text, "native", threads, &calls).expect("results");
                    assert!(one == many, "{threads} threads, {all:?}, of\n{text}");
                }
            }
        }
    }
}
