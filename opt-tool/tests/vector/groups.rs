//! Scales of groups: at sizes around those of tiles, panels and blocks, groups of one tile
//! and of many, and as many groups as are transposed at once, one more and one less.

use crate::{cpus, integers, run};
use fidelity_reference::{ElementType, Tensor};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// The inputs of a group, and the groups of a row.
pub const GROUPS: [[usize; 2]; 7] = [
    [16, 0],
    [16, 3],
    [16, 9],
    [48, 5],
    [128, 7],
    [256, 8],
    [512, 1],
];
const ROWS: [usize; 8] = [0, 1, 15, 16, 17, 32, 49, 70];
const TOKENS: [usize; 7] = [0, 1, 2, 7, 8, 9, 19];

/// Scales that are powers of two, as every element type has them. Sums of them times the
/// products of so few inputs are exact, in whichever order they are added.
pub fn scales(random: &mut StdRng, shape: &[usize]) -> Vec<f64> {
    let power = |random: &mut StdRng| {
        let sign = if random.random_bool(0.5) { 1.0 } else { -1.0 };
        sign * f64::from(random.random_range(-3_i32..=3)).exp2()
    };
    (0..shape.iter().product()).map(|_| power(random)).collect()
}

/// `init[m, n]` + Σ_g s[n, g] · Σ_k x[m, k] · w[n, k].
pub fn expected(x: &Tensor, weights: &Tensor, scales: &[f64], init: &[f64]) -> Vec<f64> {
    let [rows, columns] = [weights.shape()[0], weights.shape()[1]];
    let groups = scales.len().checked_div(rows).unwrap_or(0);
    let group = columns.checked_div(groups).unwrap_or(0);
    let (x, weights) = (x.integers().expect("i8"), weights.integers().expect("i8"));
    (init.iter().enumerate())
        .map(|(at, init)| {
            let (m, n) = (at / rows, at % rows);
            let of_group = |g: usize| {
                let columns = g * group..(g + 1) * group;
                let products =
                    columns.map(|k| x[m * groups * group + k] * weights[n * groups * group + k]);
                scales[n * groups + g] * products.sum::<i64>() as f64
            };
            init + (0..groups).map(of_group).sum::<f64>()
        })
        .collect()
}

/// A layer under scales of f32, and sums under those of each type that are added to others.
fn layers(columns: usize, groups: usize) -> String {
    let (x, y) = (format!("tensor<?x{columns}xi8>"), "tensor<?x?xf32>");
    let w = format!("tensor<?x{columns}xi8, #fidelity.tensor<storage = tiled2>>");
    let [f32, bf16, f16] =
        ["f32", "bf16", "f16"].map(|float| format!("tensor<?x{groups}x{float}>"));
    format!(
        "func.func @f(%x: {x}, %w: {w}, %init: {y}, %s: {f32}, %b: {bf16}, %h: {f16}) -> ({y}, {y}, {y}, {y}) {{
           %0 = fidelity.ternary_linear %x, %w scale %s : ({x}, {w}, {f32}) -> {y}
           %1 = fidelity.ternary_accumulate %x, %w, %init scale %s : ({x}, {w}, {y}, {f32}) -> {y}
           %2 = fidelity.ternary_accumulate %x, %w, %init scale %b : ({x}, {w}, {y}, {bf16}) -> {y}
           %3 = fidelity.ternary_accumulate %x, %w, %init scale %h : ({x}, {w}, {y}, {f16}) -> {y}
           return %0, %1, %2, %3 : {y}, {y}, {y}, {y}
         }}"
    )
}

#[test]
fn groups_are_exact_at_every_remainder() {
    let mut random = StdRng::seed_from_u64(11);
    for [group, groups] in GROUPS {
        let columns = group * groups;
        let text = layers(columns, groups);
        let mut calls = Vec::new();
        let mut wanted = Vec::new();
        for rows in ROWS {
            for tokens in TOKENS {
                let x = integers(&mut random, &[tokens, columns], -128..=127);
                let weights = integers(&mut random, &[rows, columns], -1..=1);
                let scales = scales(&mut random, &[rows, groups]);
                let init: Vec<f64> = (0..tokens * rows).map(|at| at as f64 - 20.5).collect();
                let zeros = vec![0.0; tokens * rows];
                wanted.push([&zeros, &init].map(|init| expected(&x, &weights, &scales, init)));
                let float = |element, shape: [usize; 2], values: &[f64]| {
                    Tensor::from_floats(element, shape, values.to_vec()).expect("floats")
                };
                let mut inputs = vec![x, weights, float(ElementType::F32, [tokens, rows], &init)];
                let of_type = |element| float(element, [rows, groups], &scales);
                inputs.extend([ElementType::F32, ElementType::BF16, ElementType::F16].map(of_type));
                calls.push(inputs);
            }
        }
        for cpu in cpus() {
            let results =
                run(&text, cpu, 1, &calls).unwrap_or_else(|error| panic!("{cpu}: {error}"));
            for ((inputs, results), [product, sum]) in calls.iter().zip(results).zip(&wanted) {
                let [x, weights] = [&inputs[0], &inputs[1]];
                for (index, result) in results.iter().enumerate() {
                    let wanted = if index == 0 { product } else { sum };
                    let what =
                        format!("{cpu}: result {index} of {x} by {weights}, {groups} groups");
                    assert_eq!(result.floats(), Some(&wanted[..]), "{what}");
                }
            }
        }
    }
}

/// Scales that are no powers of two, in f16 and f32, and threads: the sums of groups are
/// exact, and those over groups as exact as f32 is, a rounding for each product and sum.
#[test]
fn threads_share_groups() {
    let mut random = StdRng::seed_from_u64(12);
    let (columns, groups, rows, tokens) = (2304, 18, 1000, 3);
    let text = layers(columns, groups);
    let x = integers(&mut random, &[tokens, columns], -128..=127);
    let weights = integers(&mut random, &[rows, columns], -1..=1);
    let scales: Vec<f64> = (0..rows * groups)
        .map(|_| f64::from(random.random_range(-1.0_f32..1.0)))
        .collect();
    let init = vec![0.0; tokens * rows];
    let zeros = Tensor::from_floats(ElementType::F32, [tokens, rows], init.clone()).expect("f32");
    let of_type = |element| Tensor::from_floats(element, [rows, groups], scales.clone());
    let mut inputs = vec![x, weights, zeros];
    let types = [ElementType::F32, ElementType::BF16, ElementType::F16];
    inputs.extend(types.map(|element| of_type(element).expect("floats")));
    for threads in [1, 3] {
        let results = run(&text, "native", threads, std::slice::from_ref(&inputs))
            .unwrap_or_else(|error| panic!("{error}"));
        for (index, result) in results[0].iter().enumerate() {
            let scales = inputs[[3, 3, 4, 5][index]].floats().expect("floats");
            let wanted = expected(&inputs[0], &inputs[1], scales, &init);
            let size = wanted
                .iter()
                .fold(1.0, |size: f64, sum| size.max(sum.abs()));
            let tolerance = 2.0 * groups as f64 * f64::from(f32::EPSILON) * size;
            for (actual, wanted) in result.floats().expect("f32").iter().zip(wanted) {
                let error = (actual - wanted).abs();
                assert!(error <= tolerance, "{threads}: {actual} for {wanted}");
            }
        }
    }
}
