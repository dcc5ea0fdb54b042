//! What targets that launch kernels are tested with: their kernels evaluated,
//! launched as the plan says, and compared with the reference interpreter.
//!
//! | file | what it is |
//! | --- | --- |
//! | `cases`, `model` | what is run |
//! | `launcher` | runs a plan |
//! | `arithmetic`, `block` | evaluate `arith` and `math` |
//! | `memory` | memory that refuses wrong accesses |

pub mod arithmetic;
pub mod block;
pub mod cases;
pub mod launcher;
pub mod memory;
pub mod model;

use cases::{Allowed, Case};
use clap::Parser;
use fidelity_dialect::{Storage, interpreter};
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{cli::Cli, context};
use melior::ir::Module;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::Value;
use std::{fs, path::PathBuf};
use tempfile::TempDir;

/// A compiled module, and something to run it on.
pub trait Machine {
    /// What its functions launch.
    fn plan(&self) -> &Value;

    /// Calls a function on tensors as they lie in memory.
    fn run(&self, name: &str, inputs: &[Tensor]) -> Result<Vec<Tensor>, String>;
}

/// How a target compiles the text of a module.
pub type Compile<M> = fn(&str) -> Result<M, String>;

/// Compiles the text of a module for a target as a user does, into the folder
/// `out` of the one that is given.
pub fn compile_for(target: &str, text: &str) -> Result<TempDir, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let source = folder.path().join("module.mlir");
    fs::write(&source, text).map_err(|error| error.to_string())?;
    let arguments: [PathBuf; 7] = [
        "fidelity".into(),
        "compile".into(),
        source,
        "--target".into(),
        target.into(),
        "-o".into(),
        folder.path().join("out"),
    ];
    let command = Cli::try_parse_from(arguments).map_err(|error| error.to_string())?;
    command.run()?;
    Ok(folder)
}

/// Runs every case in the float types that it names and a target has; lists all
/// that differ.
pub fn agree<M: Machine>(cases: &[Case], floats: &[&str], compile: Compile<M>) {
    let mut failures = Vec::new();
    let mut calls = 0;
    for case in cases {
        for float in case.floats.iter().filter(|float| floats.contains(float)) {
            for &storage in storages(case) {
                match run(case, float, storage, compile) {
                    Ok(count) => calls += count,
                    Err(error) => {
                        failures.push(format!("{}, {float}, {storage}: {error}", case.name));
                    }
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // Every case was run: none has an empty table.
    assert!(calls > cases.len() * 3, "{calls} calls");
}

/// Rows of ones.
pub fn ones(rows: usize, width: usize) -> Tensor {
    let numbers = vec![1.0; rows * width];
    Tensor::from_floats(ElementType::F32, [rows, width], numbers).expect("a tensor")
}

/// A case's module with a float type and a storage.
pub fn text_of(case: &Case, float: &str, storage: Storage) -> String {
    case.module
        .replace("PACKED", storage.keyword())
        .replace("xF>", &format!("x{float}>"))
        .replace("xC>", if float == "f64" { "xf64>" } else { "xf32>" })
        .replace("<F>", &format!("<{float}>"))
}

/// The storages that a case is run with.
pub fn storages(case: &Case) -> &'static [Storage] {
    if case.module.contains("PACKED") {
        &[Storage::Packed2, Storage::Packed5]
    } else {
        &[Storage::Dense]
    }
}

fn run<M: Machine>(
    case: &Case,
    float: &str,
    storage: Storage,
    compile: Compile<M>,
) -> Result<usize, String> {
    let text = text_of(case, float, storage);
    let compiled = compile(&text)?;
    for &shapes in case.calls {
        let place = |error: String| format!("with {shapes:?}: {error}");
        let inputs = inputs(&text, shapes, float);
        let expected = reference(&text, "f", &inputs).map_err(place)?;
        let results = compiled.run("f", &stored(&text, &inputs)).map_err(place)?;
        for (index, (actual, expected)) in results.iter().zip(&expected).enumerate() {
            compare(actual, expected, case.allowed)
                .map_err(|error| place(format!("result {index}: {error}")))?;
        }
        if results.len() != expected.len() {
            return Err(place(format!("expected {} results", expected.len())));
        }
    }
    Ok(case.calls.len())
}

/// Evaluates a function op by op.
pub fn reference(text: &str, name: &str, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
    let context = context::new();
    let module = Module::parse(&context, text).ok_or("expected a module")?;
    interpreter::evaluate(&module, name, inputs.to_vec()).map_err(|error| error.to_string())
}

/// The text of each argument of the first function.
fn arguments(text: &str) -> impl Iterator<Item = &str> {
    let signature = text.split("->").next().unwrap_or_default();
    signature.split('%').skip(1)
}

/// Random inputs: trits for i8 weights, any i8 for an i8 `%x`, floats else.
fn inputs(text: &str, shapes: &[&[usize]], float: &str) -> Vec<Tensor> {
    let mut random = StdRng::seed_from_u64(0x5eed);
    let argument = |(argument, shape): (&str, &&[usize])| {
        let count = shape.iter().product();
        let tensor = if argument.contains("xi8") {
            let range = if argument.starts_with('x') { 127 } else { 1 };
            let values = (0..count)
                .map(|_| random.random_range(-range..=range))
                .collect();
            Tensor::from_integers(ElementType::I8, shape.to_vec(), values)
        } else {
            let element = match argument.contains("f32>") {
                true => ElementType::F32,
                false => float.parse().expect("a float type"),
            };
            let values = (0..count).map(|_| random.random_range(-2.0..2.0)).collect();
            Tensor::from_floats(element, shape.to_vec(), values)
        };
        tensor.expect("a tensor of that shape")
    };
    arguments(text).zip(shapes).map(argument).collect()
}

/// Inputs as they lie in memory.
fn stored(text: &str, inputs: &[Tensor]) -> Vec<Tensor> {
    let packed = arguments(text).map(|argument| {
        let storages = [Storage::Packed2, Storage::Packed5];
        let mut storages = storages.into_iter();
        storages.find(|storage| argument.contains(storage.keyword()))
    });
    let inputs = inputs.iter().zip(packed);
    inputs
        .map(|(input, storage)| match storage {
            Some(storage) => pack(input, storage),
            None => input.clone(),
        })
        .collect()
}

/// Trits as bytes.
pub fn pack(trits: &Tensor, storage: Storage) -> Tensor {
    let values: Vec<i8> = trits
        .integers()
        .expect("trits")
        .iter()
        .map(|&trit| trit as i8)
        .collect();
    let &[rows, row] = trits.shape() else {
        panic!("weights of two dimensions")
    };
    let bytes = match row {
        0 => Vec::new(),
        row => storage.pack(&values, row),
    };
    let bytes: Vec<i64> = bytes
        .into_iter()
        .map(|byte| i64::from(byte.cast_signed()))
        .collect();
    Tensor::from_integers(ElementType::I8, [rows, storage.row_bytes(row)], bytes).expect("bytes")
}

fn compare(actual: &Tensor, expected: &Tensor, allowed: Allowed) -> Result<(), String> {
    if actual.shape() != expected.shape() || actual.element_type() != expected.element_type() {
        return Err(format!("expected {expected}, but got {actual}"));
    }
    let element = expected.element_type();
    let is_integer = element.integer_range().is_some();
    let (actual, expected) = (actual.to_f64s(), expected.to_f64s());
    let size = expected
        .iter()
        .fold(1.0, |size: f64, value| size.max(value.abs()));
    // f64 is computed in f64, the others in f32.
    let computed = match element {
        ElementType::F64 => f64::EPSILON,
        _ => f64::from(f32::EPSILON),
    };
    let rounded = |count: u32| (element.epsilon() + f64::from(count) * computed) * size;
    let (tolerance, step) = match allowed {
        Allowed::Roundings(_) if is_integer => (0.0, 0.0),
        Allowed::Roundings(count) => (rounded(count), 0.0),
        Allowed::Steps(step) => (if is_integer { 0.0 } else { rounded(64) }, step),
    };
    let mut stepped = 0;
    for (index, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
        let difference = (actual - expected).abs();
        if difference <= tolerance {
            continue;
        }
        if difference <= step {
            stepped += 1;
            continue;
        }
        return Err(format!("expected {expected} at {index}, but got {actual}"));
    }
    let most = (expected.len() / 50).max(1);
    if stepped > most {
        return Err(format!(
            "expected at most {most} values a step away, but got {stepped}"
        ));
    }
    Ok(())
}
