mod ema;
mod mlgru;
mod mlstm;
mod rwkv;
mod slstm;

use fidelity_reference::compare::{Tolerance, check_close};
use fidelity_reference::{ElementType, Tensor};

/// Sums in another order than a closed form has differ by roundings of f64.
pub fn check_sums<'a>(
    actual: impl IntoIterator<Item = &'a Tensor>,
    expected: impl IntoIterator<Item = Tensor>,
) {
    let tolerance = Tolerance {
        absolute: 1e-12,
        relative: 1e-11,
    };
    for (actual, expected) in actual.into_iter().zip(expected) {
        check_close(actual, &expected, tolerance).unwrap();
    }
}

/// The steps in a range of a tensor whose time dimension is that one.
pub fn steps(tensor: &Tensor, time: usize, range: std::ops::Range<usize>) -> Tensor {
    let mut shape = tensor.shape().to_vec();
    let inner: usize = shape[time + 1..].iter().product();
    let values: Vec<f64> = tensor
        .floats()
        .unwrap()
        .chunks(shape[time] * inner)
        .flat_map(|sequence| &sequence[range.start * inner..range.end * inner])
        .copied()
        .collect();
    shape[time] = range.len();
    Tensor::from_floats(tensor.element_type(), shape, values).unwrap()
}

/// Numbers in a row that are not all the same.
pub fn some(element_type: ElementType, shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    let values = (0..count).map(|at| (at % 7) as f64 / 4.0 - 0.5).collect();
    Tensor::from_floats(element_type, shape, values).unwrap()
}
