//! Whether the model of cost tells the truth: predicted and measured time of ops, at
//! several shapes and in each way that the profile knows to compute them.
//!
//! What matters for a choice is the order, so the rank correlation is printed
//! (Spearman, 1904). The profile is the one of this machine's instructions; another one
//! is named as an argument.

use benchmarks::{features, machine};
use fidelity_passes::{
    cost::{Constraints, Estimate, Sizes},
    profile::Profile,
};
use fidelity_tools::{context, measure, module};
use melior::ir::operation::OperationRef;
use ods_bridge::{name_of, operations_within};
use std::{collections::BTreeMap, error::Error, path::Path};

/// An op, as the line of a function that holds it.
struct Case {
    /// The op and its shape.
    op: String,
    /// The way to compute it, if there are several.
    way: String,
    text: String,
}

fn function(arguments: &str, op: &str, results: &str) -> String {
    format!("func.func @f({arguments}) -> ({results}) {{\n  {op}\n}}\n")
}

fn ternary([rows, outputs, inputs]: [usize; 3], element: &str, storage: &str) -> Case {
    let (x, y) = match element {
        "i8" => (
            format!("tensor<{rows}x{inputs}xi8>"),
            format!("tensor<{rows}x{outputs}xi32>"),
        ),
        _ => (
            format!("tensor<{rows}x{inputs}x{element}>"),
            format!("tensor<{rows}x{outputs}x{element}>"),
        ),
    };
    let w = match storage {
        "dense" => format!("tensor<{outputs}x{inputs}xi8>"),
        _ => format!("tensor<{outputs}x{inputs}xi8, #fidelity.tensor<storage = {storage}>>"),
    };
    Case {
        op: format!("ternary_linear {element} {rows}x{outputs}x{inputs}"),
        way: storage.to_owned(),
        text: function(
            &format!("%x: {x}, %w: {w}"),
            &format!("%y = fidelity.ternary_linear %x, %w : ({x}, {w}) -> {y}\n  return %y : {y}"),
            &y,
        ),
    }
}

/// The storages that have a way to compute products of activations of a type.
fn storages(element: &str) -> Vec<&'static str> {
    let mut storages = vec!["dense", "packed2", "packed5"];
    if element == "i8" {
        storages.extend(["tiled2", "tiled5"]);
    }
    storages
}

/// Products of a shape in each storage.
fn ternaries(cases: &mut Vec<Case>, elements: &[&str], shape: [usize; 3]) {
    for element in elements {
        for storage in storages(element) {
            cases.push(ternary(shape, element, storage));
        }
    }
}

fn unary(op: &str, rows: usize, columns: usize) -> Case {
    let x = format!("tensor<{rows}x{columns}xf32>");
    let types = match op {
        "rms_norm" => format!("({x}) -> {x}"),
        _ => x.clone(),
    };
    Case {
        op: format!("{op} {rows}x{columns}"),
        way: String::new(),
        text: function(
            &format!("%x: {x}"),
            &format!("%y = fidelity.{op} %x : {types}\n  return %y : {x}"),
            &x,
        ),
    }
}

/// A product of two matrices of f32.
fn matmul([rows, sum, columns]: [usize; 3]) -> Case {
    let (x, w) = (
        format!("tensor<{rows}x{sum}xf32>"),
        format!("tensor<{sum}x{columns}xf32>"),
    );
    let y = format!("tensor<{rows}x{columns}xf32>");
    Case {
        op: format!("matmul {rows}x{sum}x{columns}"),
        way: String::new(),
        text: function(
            &format!("%x: {x}, %w: {w}, %i: {y}"),
            &format!(
                "%y = linalg.matmul ins(%x, %w : {x}, {w}) outs(%i : {y}) -> {y}\n  return %y : {y}"
            ),
            &y,
        ),
    }
}

/// Numbers of each row, from where others say.
fn gather(rows: usize, columns: usize) -> Case {
    let x = format!("tensor<{rows}x{columns}xf32>");
    let table = format!("tensor<{columns}xi32>");
    Case {
        op: format!("gather {rows}x{columns}"),
        way: String::new(),
        text: function(
            &format!("%x: {x}, %t: {table}"),
            &format!(
                "%e = tensor.empty() : {x}
  %y = linalg.generic {{
      indexing_maps = [affine_map<(r, c) -> (c)>, affine_map<(r, c) -> (r, c)>],
      iterator_types = [\"parallel\", \"parallel\"]}} ins(%t : {table}) outs(%e : {x}) {{
  ^bb0(%from: i32, %none: f32):
    %r = linalg.index 0 : index
    %c = arith.index_cast %from : i32 to index
    %z = tensor.extract %x[%r, %c] : {x}
    linalg.yield %z : f32
  }} -> {x}
  return %y : {x}"
            ),
            &x,
        ),
    }
}

fn mlgru(steps: usize, channels: usize) -> Case {
    let x = format!("tensor<{steps}x{channels}xf32>");
    let s = format!("tensor<{channels}xf32>");
    Case {
        op: format!("mlgru {steps}x{channels}"),
        way: String::new(),
        text: function(
            &format!("%f: {x}, %c: {x}"),
            &format!(
                "%y, %s = fidelity.mlgru %f, %c : ({x}, {x}) -> ({x}, {s})\n  return %y, %s : {x}, {s}"
            ),
            &format!("{x}, {s}"),
        ),
    }
}

fn attention(rule: &str, heads: usize, steps: usize, size: usize) -> Case {
    let x = format!("tensor<1x{heads}x{steps}x{size}xf32>");
    let s = format!("tensor<1x{heads}x{size}x{size}xf32>");
    let (decay, types) = match rule {
        "gated" => (" decay %k", format!("({x}, {x}, {x}, {x})")),
        _ => ("", format!("({x}, {x}, {x})")),
    };
    Case {
        op: format!("linear_attention {rule} H={heads} T={steps} K=V={size}"),
        way: String::new(),
        text: function(
            &format!("%q: {x}, %k: {x}, %v: {x}"),
            &format!(
                "%y, %s = fidelity.linear_attention %q, %k, %v{decay} update_rule({rule}) : {types} -> ({x}, {s})\n  return %y, %s : {x}, {s}"
            ),
            &format!("{x}, {s}"),
        ),
    }
}

fn scan(steps: usize, channels: usize, states: usize) -> Case {
    let x = format!("tensor<1x{steps}x{channels}xf32>");
    let a = format!("tensor<{channels}x{states}xf32>");
    let b = format!("tensor<1x{steps}x{states}xf32>");
    let s = format!("tensor<1x{channels}x{states}xf32>");
    Case {
        op: format!("ssm.scan T={steps} D={channels} N={states}"),
        way: String::new(),
        text: function(
            &format!("%x: {x}, %a: {a}, %b: {b}, %c: {b}"),
            &format!(
                "%y, %s = fidelity.ssm.scan %x, %a, %b, %c delta %x : ({x}, {a}, {b}, {b}, {x}) -> ({x}, {s})\n  return %y, %s : {x}, {s}"
            ),
            &format!("{x}, {s}"),
        ),
    }
}

fn ssd(heads: usize, steps: usize) -> Case {
    let x = format!("tensor<1x{steps}x{heads}x32xf32>");
    let dt = format!("tensor<1x{steps}x{heads}xf32>");
    let a = format!("tensor<{heads}xf32>");
    let b = format!("tensor<1x{steps}x1x16xf32>");
    let s = format!("tensor<1x{heads}x32x16xf32>");
    Case {
        op: format!("ssm.ssd H={heads} T={steps} P=32 N=16"),
        way: String::new(),
        text: function(
            &format!("%x: {x}, %dt: {dt}, %a: {a}, %b: {b}"),
            &format!(
                "%y, %s = fidelity.ssm.ssd %x, %dt, %a, %b, %b : ({x}, {dt}, {a}, {b}, {b}) -> ({x}, {s})\n  return %y, %s : {x}, {s}"
            ),
            &format!("{x}, {s}"),
        ),
    }
}

/// Ops and shapes that nobody had looked at when the model was made.
fn unseen() -> Vec<Case> {
    let mut cases = Vec::new();
    ternaries(&mut cases, &["f32"], [1, 1536, 384]);
    ternaries(&mut cases, &["i8"], [7, 640, 1200]);
    for op in ["gelu", "silu", "rms_norm"] {
        cases.push(unary(op, 100, 384));
    }
    cases.push(mlgru(300, 768));
    cases.push(attention("linear", 3, 130, 48));
    cases.push(attention("gated", 2, 384, 32));
    cases.push(ssd(8, 256));
    cases.push(scan(90, 64, 8));
    cases
}

/// Ops and shapes by which no rate was set.
fn others() -> Vec<Case> {
    let mut cases = Vec::new();
    for shape in [[1, 1000, 777], [5, 3000, 1024], [33, 100, 5000]] {
        ternaries(&mut cases, &["f32", "i8"], shape);
    }
    for op in ["sigmoid", "squared_relu", "elu_plus_one"] {
        cases.push(unary(op, 77, 1000));
    }
    cases.push(matmul([1, 300, 2000]));
    cases.push(matmul([70, 64, 700]));
    cases.push(mlgru(1000, 100));
    cases.push(attention("linear", 8, 100, 32));
    cases.push(attention("gated", 1, 500, 24));
    cases.push(ssd(6, 200));
    cases
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for shape in [
        [1, 512, 512],
        [1, 2560, 2560],
        [16, 512, 2048],
        [128, 256, 256],
    ] {
        ternaries(&mut cases, &["f32", "i8"], shape);
    }
    for op in [
        "relu", "silu", "exp", "tanh", "softplus", "gelu", "rms_norm",
    ] {
        cases.push(unary(op, 16, 1024));
        cases.push(unary(op, 512, 2048));
    }
    cases.push(matmul([256, 512, 512]));
    cases.push(gather(16, 1024));
    cases.push(gather(512, 2048));
    cases.push(mlgru(256, 1024));
    cases.push(attention("linear", 4, 256, 64));
    cases.push(attention("gated", 4, 256, 64));
    cases.push(attention("linear", 2, 1024, 16));
    cases.push(scan(128, 256, 16));
    cases
}

/// The op of a case.
fn op_of<'a>(root: OperationRef<'a, 'a>) -> Option<OperationRef<'a, 'a>> {
    operations_within(root).into_iter().find(|op| {
        name_of(*op).starts_with("fidelity.")
            || ["linalg.generic", "linalg.matmul"].contains(&name_of(*op))
    })
}

/// The rounds of which the least mean counts: other work may be on the machine.
const ROUNDS: usize = 4;

/// The profile for what a processor has.
fn profile_for(features: &[&str]) -> &'static str {
    match features {
        features if features.contains(&"amx_int8") => "sapphire-rapids",
        features if features.contains(&"avx512_vnni") => "x86-64-avx512",
        features if features.contains(&"asimddp") => "arm-dotprod",
        _ => "x86-64-avx2",
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let named = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'));
    let name = named.unwrap_or_else(|| profile_for(&features()).to_owned());
    let profile = Profile::find(&name)?;
    println!("machine: {}", machine());
    println!("profile: {}: {}", profile.name, profile.summary);
    println!("measured: what a processor works, the least of {ROUNDS} means of many calls");
    let mut all = compare("by which rates were set", cases(), &profile)?;
    all.extend(compare("by which none was set", others(), &profile)?);
    all.extend(compare("that the model had not seen", unseen(), &profile)?);
    println!();
    print!("All: ");
    summarise(&all);
    Ok(())
}

/// An op, and a way to compute it: predicted and measured.
type Triple = (String, f64, f64);

/// Predicts and measures.
fn compare(what: &str, cases: Vec<Case>, profile: &Profile) -> Result<Vec<Triple>, Box<dyn Error>> {
    println!();
    println!("Ops and shapes {what}:");
    println!();
    println!("| op and shape | way | predicted, µs | measured, µs |");
    println!("| --- | --- | --- | --- |");
    let mut triples = Vec::new();
    for case in cases {
        let context = context::new();
        let module = module::parse(&context, Path::new("case"), case.text.as_bytes())?;
        let estimate = {
            let op = op_of(module.as_operation()).ok_or("no op")?;
            Estimate::all(op, profile, &Sizes::default(), 0.0, &Constraints::default())
                .into_iter()
                .next()
                .ok_or_else(|| format!("no kernel for {}", case.op))?
        };
        let seconds = measure::processor_seconds(&context, &case.text, "f", 1, ROUNDS)?;
        println!(
            "| {} | {} | {:.1} | {:.1} |",
            case.op,
            case.way,
            estimate.seconds() * 1e6,
            seconds * 1e6
        );
        triples.push((case.op, estimate.seconds(), seconds));
    }
    println!();
    summarise(&triples);
    Ok(triples)
}

/// Prints how far the orders agree, and whether choices are right.
fn summarise(triples: &[Triple]) {
    let predicted: Vec<f64> = triples.iter().map(|triple| triple.1).collect();
    let measured: Vec<f64> = triples.iter().map(|triple| triple.2).collect();
    println!(
        "{} triples, rank correlation {:.3}",
        triples.len(),
        correlation(&ranks(&predicted), &ranks(&measured))
    );
    let mut ways: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for (op, predicted, measured) in triples {
        ways.entry(op).or_default().push((*predicted, *measured));
    }
    ways.retain(|_, ways| ways.len() > 1);
    let right = ways.values().filter(|ways| chosen_is_fastest(ways)).count();
    println!(
        "the way predicted to be the fastest is, within 10 %, for {right} of {} ops",
        ways.len()
    );
}

/// Whether the way that is predicted to be the fastest is measured to be so.
fn chosen_is_fastest(ways: &[(f64, f64)]) -> bool {
    let chosen = ways.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    let fastest = ways.iter().map(|way| way.1).fold(f64::INFINITY, f64::min);
    chosen.is_some_and(|chosen| chosen.1 <= 1.1 * fastest)
}

/// The place of each number in their order.
fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
    let mut ranks = vec![0.0; numbers.len()];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index] = rank as f64;
    }
    ranks
}

/// The correlation of two lists (Pearson).
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let mut sums = [0.0; 3];
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        sums[0] += x * y;
        sums[1] += x * x;
        sums[2] += y * y;
    }
    sums[0] / (sums[1] * sums[2]).sqrt()
}
