//! The reference interpreter, on modules as text.

mod arith;
mod attention;
mod complex;
mod constants;
mod control;
mod core;
mod errors;
mod fidelity;
mod linalg;
mod recurrent;
mod routing;
mod sequences;
mod tensor;

use fidelity_dialect::interpreter::{ElementType, Error, Tensor, evaluate};
use melior::{Context, dialect::DialectRegistry, ir::Module};

/// Evaluates the function `@f` of a module.
fn run(text: &str, inputs: Vec<Tensor>) -> Result<Vec<Tensor>, Error> {
    let registry = DialectRegistry::new();
    ods_bridge::register_upstream(&registry);
    fidelity_dialect::dialect_handle().insert_dialect(&registry);
    let context = Context::new_with_registry(&registry, false);
    let module = Module::parse(&context, text).expect("a module that parses");
    evaluate(&module, "f", inputs)
}

/// The only result of `@f`.
fn value(text: &str, inputs: Vec<Tensor>) -> Tensor {
    let mut results = run(text, inputs).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(results.len(), 1);
    results.remove(0)
}

/// The error that evaluating `@f` gives.
fn error(text: &str, inputs: Vec<Tensor>) -> String {
    run(text, inputs).expect_err("an error").to_string()
}

fn floats(r#type: ElementType, shape: &[usize], values: &[f64]) -> Tensor {
    Tensor::from_floats(r#type, shape, values.to_vec()).expect("a tensor")
}

fn f32s(shape: &[usize], values: &[f64]) -> Tensor {
    floats(ElementType::F32, shape, values)
}

fn ints(r#type: ElementType, shape: &[usize], values: &[i64]) -> Tensor {
    Tensor::from_integers(r#type, shape, values.to_vec()).expect("a tensor")
}

fn i32s(shape: &[usize], values: &[i64]) -> Tensor {
    ints(ElementType::I32, shape, values)
}

fn i8s(shape: &[usize], values: &[i64]) -> Tensor {
    ints(ElementType::I8, shape, values)
}

fn index(value: i64) -> Tensor {
    ints(ElementType::I64, &[], &[value])
}
