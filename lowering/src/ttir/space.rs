//! Tensors in a space of loops.

use super::ops::{Ttir, shape};
use melior::ir::Value;

/// A tensor whose dimensions are the loops of a space in their order, of size 1
/// where it is shared; `loops` index its dimensions as they are.
pub fn align<'a>(
    ttir: &Ttir<'a, '_>,
    value: Value<'a, 'a>,
    loops: &[usize],
    count: usize,
) -> Value<'a, 'a> {
    let mut order: Vec<usize> = (0..loops.len()).collect();
    order.sort_by_key(|&at| loops[at]);
    let permuted = ttir.permute(value, &order);
    let mut sizes = vec![1; count];
    for (&at, size) in order.iter().zip(shape(permuted)) {
        sizes[loops[at]] = size;
    }
    ttir.reshape(permuted, &sizes)
}

/// A tensor of a space of loops as one of some of them, in an order; the others
/// have size 1.
pub fn restrict<'a>(ttir: &Ttir<'a, '_>, value: Value<'a, 'a>, loops: &[usize]) -> Value<'a, 'a> {
    let sizes = shape(value);
    let mut sorted = loops.to_vec();
    sorted.sort_unstable();
    let kept: Vec<i64> = sorted.iter().map(|&at| sizes[at]).collect();
    let order: Vec<usize> = loops
        .iter()
        .filter_map(|at| sorted.iter().position(|other| other == at))
        .collect();
    ttir.permute(ttir.reshape(value, &kept), &order)
}
