//! Float activations. Small integers are added up exactly in whichever order, so that most
//! of it is compared without a tolerance.

use crate::{COLUMNS, ROWS, cpus, groups, integers, run};
use fidelity_reference::{ElementType, Tensor};
use rand::{RngExt, SeedableRng, rngs::StdRng};

const TOKENS: [usize; 8] = [0, 1, 2, 3, 4, 7, 9, 19];
/// More columns than there are tables of at once, of one row and of several.
const MANY_COLUMNS: [usize; 2] = [1100, 4500];
/// The inputs of a group, and the groups of a row: groups that share tables, a group of
/// more columns than there are tables of, and one that no number of tiles divides.
const GROUPS: [[usize; 2]; 5] = [[16, 5], [128, 3], [512, 1], [4608, 2], [4528, 1]];

const FLOATS: [(&str, ElementType); 3] = [
    ("f32", ElementType::F32),
    ("bf16", ElementType::BF16),
    ("f16", ElementType::F16),
];

fn floats(element: ElementType, shape: &[usize], values: &[f64]) -> Tensor {
    Tensor::from_floats(element, shape.to_vec(), values.to_vec()).expect("as many as there are")
}

/// Sums of each type of activations that are added to others of f32, under `scale`.
fn sums(columns: usize, scale: Option<usize>) -> String {
    let w = format!("tensor<?x{columns}xi8, #fidelity.tensor<storage = tiled2>>");
    let y = "tensor<?x?xf32>";
    let (operand, argument, r#type) = match scale {
        None => (String::new(), String::new(), String::new()),
        Some(groups) => {
            let r#type = format!("tensor<?x{groups}xf32>");
            (
                " scale %s".into(),
                format!(", %s: {type}"),
                format!(", {type}"),
            )
        }
    };
    let mut text = format!("func.func @f(%w: {w}, %init: {y}{argument}");
    for (float, _) in FLOATS {
        text.push_str(&format!(", %{float}: tensor<?x{columns}x{float}>"));
    }
    text.push_str(&format!(") -> ({y}, {y}, {y}) {{\n"));
    for (number, (float, _)) in FLOATS.into_iter().enumerate() {
        text.push_str(&format!(
            "  %{number} = fidelity.ternary_accumulate %{float}, %w, %init{operand} \
             : (tensor<?x{columns}x{float}>, {w}, {y}{type}) -> {y}\n"
        ));
    }
    text.push_str(&format!("  return %0, %1, %2 : {y}, {y}, {y}\n}}"));
    text
}

/// Calls with small integers, and what they give.
fn calls(
    random: &mut StdRng,
    columns: usize,
    groups: Option<usize>,
    rows: &[usize],
    tokens: &[usize],
) -> Vec<(Vec<Tensor>, Vec<f64>)> {
    let mut calls = Vec::new();
    for &rows in rows {
        for &tokens in tokens {
            let x = integers(random, &[tokens, columns], -9..=9);
            let weights = integers(random, &[rows, columns], -1..=1);
            let scales = match groups {
                None => vec![1.0; rows],
                Some(groups) => groups::scales(random, &[rows, groups]),
            };
            let init: Vec<f64> = (0..tokens * rows).map(|at| at as f64 - 20.5).collect();
            let wanted = match columns {
                0 => init.clone(),
                _ => groups::expected(&x, &weights, &scales, &init),
            };
            let numbers = x.to_f64s();
            let mut inputs = vec![weights, floats(ElementType::F32, &[tokens, rows], &init)];
            inputs.extend(groups.map(|groups| floats(ElementType::F32, &[rows, groups], &scales)));
            let x = FLOATS.map(|(_, element)| floats(element, &[tokens, columns], &numbers));
            inputs.extend(x);
            calls.push((inputs, wanted));
        }
    }
    calls
}

fn compare(text: &str, calls: &[(Vec<Tensor>, Vec<f64>)], what: &str) {
    let inputs: Vec<_> = calls.iter().map(|(inputs, _)| inputs.clone()).collect();
    for cpu in cpus() {
        let results = run(text, cpu, 1, &inputs).unwrap_or_else(|error| panic!("{cpu}: {error}"));
        for ((inputs, wanted), results) in calls.iter().zip(results) {
            for ((float, _), result) in FLOATS.iter().zip(results) {
                let what = format!("{cpu}: {float} by {}, {what}", inputs[0]);
                assert_eq!(result.floats(), Some(&wanted[..]), "{what}");
            }
        }
    }
}

#[test]
fn floats_are_exact_at_every_remainder() {
    let mut random = StdRng::seed_from_u64(13);
    for columns in COLUMNS {
        let calls = calls(&mut random, columns, None, &ROWS, &TOKENS);
        compare(&sums(columns, None), &calls, "no scale");
    }
    for columns in MANY_COLUMNS {
        let calls = calls(&mut random, columns, None, &[17, 64], &[1, 6]);
        compare(&sums(columns, None), &calls, "no scale");
    }
}

#[test]
fn floats_under_scales_of_groups_are_exact() {
    let mut random = StdRng::seed_from_u64(14);
    for [group, groups] in GROUPS {
        let columns = group * groups;
        let calls = calls(
            &mut random,
            columns,
            Some(groups),
            &[1, 16, 35, 64],
            &[1, 2, 7],
        );
        let what = format!("{groups} groups");
        compare(&sums(columns, Some(groups)), &calls, &what);
    }
}

/// What is no number, or infinite, reaches no sum that a weight of 0 keeps it from, and a
/// sum of -0 to which nothing is added stays one.
#[test]
fn weights_of_zero_touch_nothing() {
    let columns = 20;
    let numbers: Vec<f64> = (0..columns)
        .map(|column| match column {
            0 => f64::NAN,
            7 => f64::INFINITY,
            19 => f64::NEG_INFINITY,
            _ => -0.0,
        })
        .collect();
    let rows = 18;
    // Row 0 has no weight but 0, row 1 that of the infinity, row 2 that of no number, and
    // row 17, of a panel that is not whole, the other infinity, which it subtracts.
    let mut weights = vec![0; rows * columns];
    weights[columns + 7] = 1;
    weights[2 * columns] = -1;
    weights[17 * columns + 19] = -1;
    let weights = Tensor::from_integers(ElementType::I8, [rows, columns], weights).expect("i8");
    let mut inputs = vec![
        weights,
        floats(ElementType::F32, &[1, rows], &vec![-0.0; rows]),
    ];
    inputs.extend(FLOATS.map(|(_, element)| floats(element, &[1, columns], &numbers)));
    for cpu in cpus() {
        let results = run(&sums(columns, None), cpu, 1, std::slice::from_ref(&inputs))
            .unwrap_or_else(|error| panic!("{cpu}: {error}"));
        for result in &results[0] {
            let sums = result.floats().expect("f32");
            assert_eq!(sums[1], f64::INFINITY, "{cpu}");
            assert!(sums[2].is_nan(), "{cpu}");
            assert_eq!(sums[17], f64::INFINITY, "{cpu}");
            let others = sums.iter().enumerate();
            for (row, sum) in others.filter(|(row, _)| ![1, 2, 17].contains(row)) {
                assert!(
                    *sum == 0.0 && sum.is_sign_negative(),
                    "{cpu}: {sum} of row {row}"
                );
            }
        }
    }
}

/// Layers of numbers of all kinds, shared by threads. Sums are in f32, in another order
/// than the reference's: 64 roundings of the size of the numbers, and one of the result.
#[test]
fn threads_share_floats() {
    let mut random = StdRng::seed_from_u64(15);
    let (rows, columns, tokens) = (1000, 1504, 3);
    let weights = integers(&mut random, &[rows, columns], -1..=1);
    let numbers: Vec<f64> = (0..tokens * columns)
        .map(|_| f64::from(random.random_range(-1.0_f32..1.0)))
        .collect();
    let w = format!("tensor<?x{columns}xi8, #fidelity.tensor<storage = tiled2>>");
    for (float, element) in FLOATS {
        let (x, y) = (
            format!("tensor<?x{columns}x{float}>"),
            format!("tensor<?x?x{float}>"),
        );
        let text = format!(
            "func.func @f(%x: {x}, %w: {w}) -> {y} {{
               %y = fidelity.ternary_linear %x, %w : ({x}, {w}) -> {y}
               return %y : {y}
             }}"
        );
        let x = floats(element, &[tokens, columns], &numbers);
        let wanted = fidelity_reference::ternary::ternary_linear(&x, &weights, None, None);
        let wanted = wanted.expect("a product").to_f64s();
        let size = wanted
            .iter()
            .fold(1.0, |size: f64, sum| size.max(sum.abs()));
        let tolerance = (element.epsilon() + 64.0 * f64::from(f32::EPSILON)) * size;
        for threads in [1, 3] {
            let inputs = [vec![x.clone(), weights.clone()]];
            let results =
                run(&text, "native", threads, &inputs).unwrap_or_else(|error| panic!("{error}"));
            for (actual, wanted) in results[0][0].to_f64s().iter().zip(&wanted) {
                let error = (actual - wanted).abs();
                assert!(
                    error <= tolerance,
                    "{float}, {threads}: {actual} for {wanted}"
                );
            }
        }
    }
}
