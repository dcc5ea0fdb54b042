//! Ternary sums: exact, by the reference interpreter, whatever stalls.

use crate::{
    bench::{Bench, Builder, STALLS, Values},
    design::{self, Compiled},
    mutants::mutants,
    tools,
};
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{context, module};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::io::Write as _;

const CALLS: usize = 3;

/// A function and what its operands are.
struct Case {
    name: String,
    /// The function; its text is a module of its own.
    text: String,
    /// For each argument its shape and, of weights, whether they are packed.
    arguments: Vec<(Vec<usize>, Kind)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Activations,
    Sums,
    Dense,
    Packed,
}

impl Kind {
    fn r#type(self, shape: &[usize]) -> String {
        let mut text: String = shape.iter().map(|size| format!("{size}x")).collect();
        text.push_str(match self {
            Self::Activations | Self::Dense => "i8",
            Self::Sums => "i32",
            Self::Packed => "i8, #fidelity.tensor<storage = packed2>",
        });
        format!("tensor<{text}>")
    }

    fn random(self, shape: &[usize], random: &mut StdRng) -> Tensor {
        let count = shape.iter().product();
        // The ends of the range are the numbers with the largest sums.
        let mut number = || match (self, random.random_range(0..4)) {
            (Self::Activations, 0) => [-128, 127][random.random_range(0..2)],
            (Self::Activations, _) => random.random_range(-128..=127),
            (Self::Sums, _) => random.random_range(i64::from(i32::MIN)..=i64::from(i32::MAX)),
            // What is no trit counts by its sign.
            (Self::Dense, 0) => random.random_range(-128..=127),
            _ => random.random_range(-1..=1),
        };
        let values: Vec<i64> = (0..count).map(|_| number()).collect();
        let element = match self {
            Self::Sums => ElementType::I32,
            _ => ElementType::I8,
        };
        Tensor::from_integers(element, shape.to_vec(), values).expect("a tensor")
    }

    /// The tensor as its stream carries it.
    fn values(self, tensor: &Tensor) -> Values {
        let integers = tensor.integers().expect("integers");
        if self != Self::Packed {
            return integers.to_vec();
        }
        let trits: Vec<i8> = integers.iter().map(|&trit| trit as i8).collect();
        let row = tensor.shape()[1];
        let bytes = fidelity_dialect::Storage::Packed2.pack(&trits, row);
        bytes.into_iter().map(i64::from).collect()
    }
}

/// x · wᵀ.
fn linear(batch: usize, rows: usize, columns: usize, weights: Kind) -> Case {
    let name = format!("f{batch}_{rows}_{columns}");
    let arguments = vec![
        (vec![batch, columns], Kind::Activations),
        (vec![rows, columns], weights),
    ];
    let [x, w] = [0, 1].map(|index| arguments[index].1.r#type(&arguments[index].0));
    let y = Kind::Sums.r#type(&[batch, rows]);
    let text = format!(
        "func.func @{name}(%x: {x}, %w: {w}) -> {y} {{
           %y = fidelity.ternary_linear %x, %w : ({x}, {w}) -> {y}
           return %y : {y}
         }}"
    );
    Case {
        name,
        text,
        arguments,
    }
}

/// Two products of one x added to what comes in: a fork and two joins.
fn accumulate(rows: usize, columns: usize) -> Case {
    let name = format!("two_{rows}_{columns}");
    let arguments = vec![
        (vec![columns], Kind::Activations),
        (vec![rows, columns], Kind::Packed),
        (vec![rows, columns], Kind::Dense),
        (vec![rows], Kind::Sums),
    ];
    let types: Vec<String> = arguments
        .iter()
        .map(|(shape, kind)| kind.r#type(shape))
        .collect();
    let [x, w, v, i] = &types[..] else {
        unreachable!("four arguments")
    };
    let text = format!(
        "func.func @{name}(%x: {x}, %w: {w}, %v: {v}, %i: {i}) -> ({i}, {i}, {x}) {{
           %y = fidelity.ternary_accumulate %x, %w, %i : ({x}, {w}, {i}) -> {i}
           %z = fidelity.ternary_accumulate %x, %v, %y : ({x}, {v}, {i}) -> {i}
           return %y, %z, %x : {i}, {i}, {x}
         }}"
    );
    Case {
        name,
        text,
        arguments,
    }
}

/// Weights that the module knows, and that come from its description.
fn constant() -> Case {
    let text = "func.func @constant(%x: tensor<5xi8>) -> tensor<3xi32> {
      %w = arith.constant dense<[[1, -1, 0, 1, 1], [0, 0, 0, 0, -1], [-1, -1, -1, -1, 1]]> : tensor<3x5xi8>
      %p = fidelity.pack %w to packed2 : (tensor<3x5xi8>) -> tensor<3x5xi8, #fidelity.tensor<storage = packed2>>
      %y = fidelity.ternary_linear %x, %p : (tensor<5xi8>, tensor<3x5xi8, #fidelity.tensor<storage = packed2>>) -> tensor<3xi32>
      return %y : tensor<3xi32>
    }";
    Case {
        name: "constant".into(),
        text: text.into(),
        arguments: vec![(vec![5], Kind::Activations)],
    }
}

/// Weights some rows of which are zeros, at both ends or at one.
fn rows_of_zeros(name: &str, [before, after]: [usize; 2]) -> Case {
    let zeros = |count| vec!["[0, 0, 0]"; count];
    let rows = [zeros(before), vec!["[1, -1, 0]", "[0, 1, 1]"], zeros(after)].concat();
    let (all, rows) = (rows.len(), rows.join(", "));
    Case {
        name: name.into(),
        text: format!(
            "func.func @{name}(%x: tensor<2x3xi8>) -> tensor<2x{all}xi32> {{
               %w = arith.constant dense<[{rows}]> : tensor<{all}x3xi8>
               %y = fidelity.ternary_linear %x, %w : (tensor<2x3xi8>, tensor<{all}x3xi8>) -> tensor<2x{all}xi32>
               return %y : tensor<2x{all}xi32>
             }}"
        ),
        arguments: vec![(vec![2, 3], Kind::Activations)],
    }
}

/// Compiles cases with so many lanes.
fn compile(cases: &[Case], lanes: usize) -> Compiled {
    let text: Vec<&str> = cases.iter().map(|case| &*case.text).collect();
    design::compile(&text.join("\n"), &format!("lanes={lanes}")).expect("a design")
}

/// What a function gives by the reference interpreter.
fn reference(text: &str, name: &str, inputs: Vec<Tensor>) -> Vec<Values> {
    let mut file = tempfile::NamedTempFile::with_suffix(".mlir").expect("a file");
    file.write_all(text.as_bytes()).expect("a file");
    let context = context::new();
    let module = module::read(&context, file.path()).expect("a module");
    let results = fidelity_dialect::interpreter::evaluate(&module, name, inputs);
    results
        .expect("results")
        .iter()
        .map(|tensor| tensor.integers().expect("integers").to_vec())
        .collect()
}

/// Calls a design some times and says where it differs from the reference.
fn check(bench: &Bench, number: usize, case: &Case, seed: u32) -> Result<(), String> {
    let mut random = StdRng::seed_from_u64(u64::from(seed));
    let design = bench.design(number);
    let mut inputs: Vec<Values> = vec![Vec::new(); case.arguments.len()];
    let mut expected: Vec<Values> = vec![Vec::new(); design.results.len()];
    let mut tensors: Vec<Option<Tensor>> = vec![None; case.arguments.len()];
    for call in 0..CALLS {
        for (index, (shape, kind)) in case.arguments.iter().enumerate() {
            if call > 0 && design.inputs[index].is_parameter {
                continue;
            }
            let tensor = kind.random(shape, &mut random);
            inputs[index].extend(kind.values(&tensor));
            tensors[index] = Some(tensor);
        }
        let given: Vec<Tensor> = tensors.iter().flatten().cloned().collect();
        let results = reference(&case.text, &case.name, given);
        for (all, result) in expected.iter_mut().zip(results) {
            all.extend(result);
        }
    }
    let known = design.inputs[inputs.len()..].iter();
    inputs.extend(known.map(|port| port.contents.clone().expect("contents")));
    for &stalls in STALLS {
        let actual = bench.run(number, &inputs, CALLS, seed, stalls)?;
        if actual != expected {
            return Err(format!("expected {expected:?}, but got {actual:?}"));
        }
    }
    Ok(())
}

#[test]
fn sums_are_those_of_the_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let groups: Vec<(usize, Vec<Case>)> = vec![
        (
            1,
            vec![
                linear(1, 1, 1, Kind::Dense),
                linear(2, 3, 5, Kind::Dense),
                linear(1, 4, 2, Kind::Dense),
            ],
        ),
        (2, vec![linear(1, 3, 7, Kind::Dense)]),
        (
            4,
            vec![
                linear(1, 1, 1, Kind::Packed),
                linear(3, 5, 13, Kind::Packed),
                linear(1, 2, 4, Kind::Packed),
                linear(2, 7, 9, Kind::Dense),
                accumulate(6, 11),
                constant(),
                rows_of_zeros("zeros_around", [1, 2]),
                rows_of_zeros("zeros_before", [2, 0]),
                rows_of_zeros("zeros_behind", [0, 3]),
            ],
        ),
        (
            8,
            vec![
                linear(2, 5, 13, Kind::Packed),
                linear(1, 1, 37, Kind::Packed),
                linear(1, 16, 64, Kind::Packed),
                accumulate(3, 1),
            ],
        ),
        (32, vec![linear(2, 3, 100, Kind::Packed)]),
    ];
    let mut builder = Builder::default();
    let mut designs = Vec::new();
    for (lanes, cases) in groups {
        let compiled = compile(&cases, lanes);
        let numbers = builder.add(&compiled.verilog, &compiled.designs);
        designs.extend(numbers.into_iter().zip(cases).map(|pair| (lanes, pair)));
    }
    let bench = builder.build().expect("a simulation");
    let mut failures = Vec::new();
    for (seed, (lanes, (number, case))) in (1..).zip(&designs) {
        if let Err(error) = check(&bench, *number, case, seed) {
            failures.push(format!("{}, {lanes} lanes: {error}", case.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(designs.len(), 18);
}

/// The bench sees what is wrong: an addition of the tree or of its accumulator,
/// or what a trit does to an activation, made another op.
#[test]
fn a_wrong_design_fails() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let case = linear(2, 5, 13, Kind::Packed);
    let compiled = compile(std::slice::from_ref(&case), 4);
    let mut builder = Builder::default();
    let right = builder.add(&compiled.verilog, &compiled.designs)[0];
    let mut wrong = Vec::new();
    for (of, to) in [
        ("comb.add", "comb.sub"),
        ("comb.and", "comb.or"),
        ("comb.xor", "comb.and"),
    ] {
        for module in ["fidelity_ternary_dot_w8_l4", "fidelity_accumulator_w10_s32"] {
            for (place, text) in mutants(&compiled.circt, module, of, to) {
                let verilog = design::verilog(&text).expect("Verilog of a mutant");
                let number = builder.add(&verilog, &compiled.designs)[0];
                wrong.push((number, format!("{of} {place} of {module}")));
            }
        }
    }
    assert!(wrong.len() > 10, "{} mutants", wrong.len());
    let bench = builder.build().expect("a simulation");
    assert_eq!(check(&bench, right, &case, 1), Ok(()));
    let found = |number: usize| (1..4).any(|seed| check(&bench, number, &case, seed).is_err());
    let unseen: Vec<_> = wrong
        .iter()
        .filter(|(number, _)| !found(*number))
        .map(|(_, what)| what)
        .collect();
    assert!(unseen.is_empty(), "not found: {unseen:?}");
}
