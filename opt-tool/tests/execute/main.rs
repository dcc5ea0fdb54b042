//! Compiled code against the reference interpreter, for every op, at sizes 0
//! and 1, at ragged and dynamic ones, in every float type.
//!
//! The two share the .td files and nothing else. Tolerances are of two kinds:
//! roundings, each of the compute type's (f32, or f64 for f64) or the result's
//! epsilon relative to the size of the values; and, for ops that round to
//! trits or 8-bit activations, one step for values that lie on a boundary.

mod cases;

use cases::{Allowed, CASES, Case};
use fidelity_dialect::Storage;
use fidelity_reference::{Complex, ElementType, Tensor};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// Sequence ops are executed step by step, and in chunks of a size that divides
/// few lengths.
const CHUNKED: &str = "fidelity-decompose{chunk=3}";

/// Runs every case, on two threads; lists all that differ.
#[test]
fn compiled_code_agrees_with_the_reference() {
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut calls, mut failures) = (0, Vec::new());
        while let Some(case) = CASES.get(next.fetch_add(1, Ordering::Relaxed)) {
            for float in case.floats {
                for &storage in storages(case, float) {
                    let name = format!("{}, {float}, {storage}", case.name);
                    match run_decomposed(case, float, storage) {
                        Ok(count) => calls += count,
                        Err(message) => failures.push(format!("{name}: {message}")),
                    }
                }
            }
        }
        (calls, failures)
    };
    let (this, other) = thread::scope(|scope| {
        let other = scope.spawn(work);
        (work(), other.join().expect("no panic"))
    });
    let failures = [this.1, other.1].concat();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // Every case was run: none has an empty table.
    let calls = this.0 + other.0;
    assert!(calls > CASES.len() * 3, "{calls} calls");
}

/// Every op of the dialect is in some case.
#[test]
fn every_op_is_executed() {
    for name in fidelity_dialect::OP_NAMES {
        assert!(
            CASES
                .iter()
                .any(|case| case.module.contains(&format!("{name} "))),
            "no case has {name}"
        );
    }
}

/// The storages that a case is run with, in place of its `PACKED`.
fn storages(case: &Case, float: &str) -> &'static [Storage] {
    // Tiles are of matrices, and where a trit lies is the same for every float type.
    let mut types = case
        .module
        .split("tensor<")
        .filter(|r#type| r#type.contains("= PACKED"));
    match (
        case.module.contains("PACKED"),
        types.all(|r#type| rank(r#type) == 2),
    ) {
        (false, _) => &[Storage::Dense],
        (true, false) => &[Storage::Packed2, Storage::Packed5],
        (true, true) if float != "f32" => &[Storage::Packed2, Storage::Packed5],
        (true, true) => &[
            Storage::Packed2,
            Storage::Packed5,
            Storage::Tiled2,
            Storage::Tiled5,
        ],
    }
}

/// The dimensions of a tensor type, from behind its `<`.
fn rank(r#type: &str) -> usize {
    r#type
        .split("xi8")
        .next()
        .map_or(0, |sizes| sizes.split('x').count())
}

/// A case's module with one float type and one storage.
fn text_of(case: &Case, float: &str, storage: Storage) -> String {
    let scale = if float == "f64" { "f64" } else { "f32" };
    case.module
        .replace("PACKED", storage.keyword())
        .replace("F32>", &format!("{scale}>"))
        .replace("xF>", &format!("x{float}>"))
        .replace("<F>", &format!("<{float}>"))
}

/// Runs a case with one float type and one storage, as it is and decomposed;
/// gives the number of calls.
fn run_decomposed(case: &Case, float: &str, storage: Storage) -> Result<usize, String> {
    let text = text_of(case, float, storage);
    let mut pipelines = vec![""];
    if evaluate::decomposes(&text)? {
        pipelines.push(CHUNKED);
    }
    run(case, float, &text, &pipelines)
}

/// Runs a case's module after each of some pipelines; gives the number of
/// calls.
fn run(case: &Case, float: &str, text: &str, pipelines: &[&str]) -> Result<usize, String> {
    let inputs: Vec<_> = case
        .calls
        .iter()
        .map(|shapes| inputs(text, shapes, float))
        .collect();
    let place = |what: &str, shapes: &[&[usize]]| {
        let place = format!("{what} with {shapes:?}");
        move |error: String| format!("{place}: {error}")
    };
    let expected = inputs
        .iter()
        .zip(case.calls)
        .map(|(inputs, shapes)| {
            evaluate::reference(text, inputs).map_err(place("the reference", shapes))
        })
        .collect::<Result<Vec<_>, _>>()?;
    for pipeline in pipelines {
        let what = format!("compiled code {pipeline}");
        let actual = evaluate::compiled(text, pipeline, &inputs)
            .map_err(|error| format!("{what}: {error}"))?;
        for ((actual, expected), shapes) in actual.iter().zip(&expected).zip(case.calls) {
            compare_all(actual, expected, case.allowed).map_err(place(&what, shapes))?;
        }
    }
    Ok(case.calls.len())
}

/// Random inputs for the function's arguments: trits for i8 weights, any i8
/// for an i8 `%x`, numbers from -1 to 4 for i32, floats or complex numbers about
/// 1 else.
fn inputs(text: &str, shapes: &[&[usize]], float: &str) -> Vec<Tensor> {
    let signature = text.split("->").next().unwrap_or_default();
    let mut random = StdRng::seed_from_u64(0x5eed);
    signature
        .split('%')
        .skip(1)
        .zip(shapes)
        .map(|(argument, shape)| {
            let count = shape.iter().product();
            let integers = if argument.contains("xi32") {
                Some((ElementType::I32, -1..=4))
            } else if argument.contains("xi8") {
                let range = if argument.starts_with('x') { 127 } else { 1 };
                Some((ElementType::I8, -range..=range))
            } else {
                None
            };
            let tensor = if let Some((element, range)) = integers {
                let values = (0..count)
                    .map(|_| random.random_range(range.clone()))
                    .collect();
                Tensor::from_integers(element, shape.to_vec(), values)
            } else if let Some((_, part)) = argument.split_once("complex<") {
                let element = match part.starts_with("f64") {
                    true => ElementType::ComplexF64,
                    false => ElementType::ComplexF32,
                };
                let mut part = || random.random_range(-1.0..1.0);
                let values = (0..count).map(|_| Complex::new(part(), part())).collect();
                Tensor::from_complex(element, shape.to_vec(), values)
            } else {
                let values = (0..count).map(|_| random.random_range(-2.0..2.0)).collect();
                let element = float.parse().expect("a float type");
                Tensor::from_floats(element, shape.to_vec(), values)
            };
            tensor.expect("a tensor of that shape")
        })
        .collect()
}

fn compare_all(actual: &[Tensor], expected: &[Tensor], allowed: Allowed) -> Result<(), String> {
    if actual.len() != expected.len() {
        return Err(format!(
            "expected {} results, but got {}",
            expected.len(),
            actual.len()
        ));
    }
    for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        compare(actual, expected, allowed).map_err(|error| format!("result {index}: {error}"))?;
    }
    Ok(())
}

fn compare(actual: &Tensor, expected: &Tensor, allowed: Allowed) -> Result<(), String> {
    if actual.shape() != expected.shape() || actual.element_type() != expected.element_type() {
        return Err(format!("expected {expected}, but got {actual}"));
    }
    let element = expected.element_type();
    let (actual, expected) = (actual.to_f64s(), expected.to_f64s());
    let size = expected
        .iter()
        .filter(|value| value.is_finite())
        .fold(1.0, |size: f64, value| size.max(value.abs()));
    let epsilon = element.epsilon();
    let is_integer = element.integer_range().is_some();
    let compute = if element.part() == ElementType::F64 {
        f64::EPSILON
    } else {
        f64::from(f32::EPSILON)
    };
    let rounded = |count: u32| (epsilon + f64::from(count) * compute) * size;
    let (tolerance, step) = match allowed {
        Allowed::Exact => (0.0, 0.0),
        Allowed::Roundings(_) if is_integer => (0.0, 0.0),
        Allowed::Roundings(count) => (rounded(count), 0.0),
        Allowed::Steps(step) => (if is_integer { 0.0 } else { rounded(64) }, step),
    };
    let mut stepped = 0;
    for (index, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
        let same = actual == expected || actual.is_nan() && expected.is_nan();
        let difference = (actual - expected).abs();
        if same || difference <= tolerance {
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

mod evaluate;
mod tiling;
