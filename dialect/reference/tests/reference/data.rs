//! Tensors for the tests.

use std::path::PathBuf;

use fidelity_reference::compare::{Tolerance, check_close};
use fidelity_reference::{ElementType, Error, Tensor, npy};

pub fn path(folder: &str, name: &str) -> PathBuf {
    [
        env!("CARGO_MANIFEST_DIR"),
        "tests",
        "data",
        folder,
        &format!("{name}.npy"),
    ]
    .iter()
    .collect()
}

/// A tensor that NumPy wrote.
pub fn load(folder: &str, name: &str) -> Tensor {
    npy::read(path(folder, name)).unwrap()
}

pub fn f32s(shape: &[usize], values: &[f64]) -> Tensor {
    Tensor::from_floats(ElementType::F32, shape, values.to_vec()).unwrap()
}

pub fn f64s(shape: &[usize], values: &[f64]) -> Tensor {
    Tensor::from_floats(ElementType::F64, shape, values.to_vec()).unwrap()
}

pub fn i8s(shape: &[usize], values: &[i64]) -> Tensor {
    Tensor::from_integers(ElementType::I8, shape, values.to_vec()).unwrap()
}

pub fn i32s(shape: &[usize], values: &[i64]) -> Tensor {
    Tensor::from_integers(ElementType::I32, shape, values.to_vec()).unwrap()
}

pub fn zeros(element_type: ElementType, shape: &[usize]) -> Tensor {
    Tensor::zeros(element_type, shape).unwrap()
}

/// Both sides compute in f64 and round once, so only a value next to a
/// rounding boundary may differ, by one unit in the last place. For f64 the
/// order of the operations shows as well.
pub fn check(actual: &Tensor, expected: &Tensor) {
    let epsilon = match expected.element_type() {
        ElementType::F64 => 1e-13,
        narrow => narrow.epsilon(),
    };
    let tolerance = Tolerance {
        absolute: 1e-15,
        relative: epsilon,
    };
    check_close(actual, expected, tolerance).unwrap();
}

pub fn message<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().to_string()
}
