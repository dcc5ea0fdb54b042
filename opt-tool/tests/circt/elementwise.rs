//! Ops on numbers one by one, in fixed point.

use crate::{
    bench::Values,
    cases::{Argument, Bound, Case, Kind, check_all, types},
    fixed::{Format, curve_bound},
    tools,
};

const FORMATS: &[Format] = &[
    Format {
        width: 16,
        fraction: 12,
    },
    Format {
        width: 12,
        fraction: 4,
    },
    Format {
        width: 32,
        fraction: 16,
    },
];

fn half(format: Format) -> f64 {
    0.5 / format.one() as f64
}

/// A function of one number.
fn unary(
    name: &str,
    attribute: &str,
    shape: &[usize],
    fixed: impl Fn(Format, i64) -> i64 + 'static,
    bound: impl Fn(Format, f64) -> f64 + 'static,
) -> Case {
    let arguments = vec![Argument::new(shape, Kind::Number)];
    let r#type = types(&arguments);
    let op = name.split("__").next().unwrap_or(name);
    Case::new(
        &format!("f_{name}"),
        arguments,
        std::slice::from_ref(&r#type),
        &format!("%r = fidelity.{op} %arg0 {attribute} : {}", r#type),
        Box::new(move |format, inputs| vec![inputs[0].iter().map(|&x| fixed(format, x)).collect()]),
        Box::new(move |format, _, exact| bound(format, exact)),
    )
}

/// The place of an element of a shape in a tensor that is broadcast to it.
fn place(at: usize, shape: &[usize], from: &[usize]) -> usize {
    let (mut rest, mut place, mut stride) = (at, 0, 1);
    for (dimension, &size) in shape.iter().enumerate().rev() {
        let index = rest % size;
        rest /= size;
        let missing = shape.len() - from.len();
        if dimension >= missing && from[dimension - missing] > 1 {
            place += index * stride;
            stride *= from[dimension - missing];
        }
    }
    place
}

/// A function of two numbers, broadcast.
fn binary(
    name: &str,
    op: &str,
    [lhs, rhs, result]: [&'static [usize]; 3],
    fixed: impl Fn(Format, i64, i64) -> i64 + 'static,
    bound: Bound,
) -> Case {
    let arguments = vec![
        Argument::new(lhs, Kind::Number),
        Argument::new(rhs, Kind::Number),
    ];
    let of = types(&arguments);
    let to = Argument::new(result, Kind::Number).r#type();
    Case::new(
        name,
        arguments,
        std::slice::from_ref(&to),
        &format!("%r = fidelity.{op} %arg0, %arg1 : ({of}) -> {to}"),
        Box::new(move |format, inputs: &[Values]| {
            let count: usize = result.iter().product();
            let values = (0..count).map(|at| {
                let [x, y] = [
                    inputs[0][place(at, result, lhs)],
                    inputs[1][place(at, result, rhs)],
                ];
                fixed(format, x, y)
            });
            vec![values.collect()]
        }),
        bound,
    )
}

#[test]
fn functions_are_those_of_the_fixed_point_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    // A gate is off by the curve's bound times x, and the product is rounded.
    let gated = |format: Format, _: f64| {
        format.to_f64(format.range().1 + 1) * curve_bound(format) + half(format)
    };
    let exp = |format: Format, exact: f64| exact * 2f64.powi(-14) + 2.0 * half(format);
    let cases = [
        unary("sigmoid", "", &[1], Format::sigmoid, |format, _| {
            curve_bound(format)
        }),
        unary("tanh", "", &[37], Format::tanh, |format, _| {
            2.0 * curve_bound(format)
        }),
        unary("silu", "", &[2, 1, 9], Format::silu, gated),
        unary("gelu", "", &[64], |format, x| format.gelu(x, false), gated),
        unary(
            "gelu__tanh",
            "approximation(tanh)",
            &[64],
            |format, x| format.gelu(x, true),
            gated,
        ),
        unary("relu", "", &[11], Format::relu, |_, _| 0.0),
        unary(
            "squared_relu",
            "",
            &[64],
            Format::squared_relu,
            |format, _| half(format),
        ),
        unary("exp", "", &[300], Format::exp, exp),
        unary("softplus", "", &[100], Format::softplus, |format, _| {
            curve_bound(format) + half(format)
        }),
        unary("elu_plus_one", "", &[100], Format::elu_plus_one, exp),
    ];
    check_all(FORMATS, 4, &cases);
}

#[test]
fn sums_and_products_are_exact_but_for_one_rounding() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let rounded = || -> Bound { Box::new(|format, _, _| half(format)) };
    let exact = || -> Bound { Box::new(|_, _, _| 0.0) };
    let cases = [
        binary("plain", "add", [&[13], &[13], &[13]], Format::add, exact()),
        binary("row", "add", [&[3, 5], &[5], &[3, 5]], Format::add, exact()),
        binary(
            "scalar",
            "subtract",
            [&[], &[4], &[4]],
            Format::subtract,
            exact(),
        ),
        binary(
            "one",
            "subtract",
            [&[1], &[1, 1], &[1, 1]],
            Format::subtract,
            exact(),
        ),
        binary(
            "column",
            "multiply",
            [&[3, 1], &[3, 4], &[3, 4]],
            Format::product,
            rounded(),
        ),
        binary(
            "both_ways",
            "multiply",
            [&[2, 1, 3], &[4, 1], &[2, 4, 3]],
            Format::product,
            rounded(),
        ),
        // The gate's error is scaled by the other operand.
        binary(
            "gated",
            "swiglu",
            [&[2, 17], &[2, 17], &[2, 17]],
            Format::swiglu,
            Box::new(|format, _, _| {
                let largest = format.to_f64(format.range().1 + 1);
                (largest * curve_bound(format) + half(format)) * largest + half(format)
            }),
        ),
    ];
    check_all(FORMATS, 4, &cases);
}

/// A constant of several numbers comes once, and serves every call; of one number it
/// is that.
#[test]
fn constants_serve_every_call() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let arguments = vec![Argument::new(&[2, 3], Kind::Small)];
    let whole = types(&arguments);
    let body = format!(
        "%c = arith.constant dense<[0.5, -1.25, 1.0e-3]> : tensor<3xf64>
  %d = arith.constant dense<[-0.75]> : tensor<1xf64>
  %p = fidelity.multiply %arg0, %c : ({whole}, tensor<3xf64>) -> {whole}
  %q = fidelity.add %p, %d : ({whole}, tensor<1xf64>) -> {whole}
  %r = fidelity.subtract %q, %c : ({whole}, tensor<3xf64>) -> {whole}"
    );
    let fixed = |format: Format, inputs: &[Values]| {
        let number = |x: f64| (x * format.one() as f64 + 0.5).floor() as i64;
        let each = inputs[0].iter().enumerate().map(|(at, &x)| {
            let c = number([0.5, -1.25, 1e-3][at % 3]);
            let q = format.add(format.product(x, c), number(-0.75));
            format.subtract(q, c)
        });
        vec![each.collect()]
    };
    let case = Case::new(
        "constants",
        arguments,
        std::slice::from_ref(&whole),
        &body,
        Box::new(fixed),
        // The constants and the product are rounded; the constants scale numbers of
        // up to 2.
        Box::new(|format, _, _| 4.0 * half(format)),
    );
    check_all(&FORMATS[..1], 4, &[case]);
}

/// What parts and meets again has room.
#[test]
fn streams_that_part_meet_again() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let arguments = vec![Argument::new(&[3, 10], Kind::Small)];
    let whole = types(&arguments);
    let part = Argument::new(&[3, 4], Kind::Number).r#type();
    let body = format!(
        "%c = arith.constant dense<-0.25> : {part}
  %left = tensor.extract_slice %arg0[0, 0] [3, 4] [1, 1] : {whole} to {part}
  %right = tensor.extract_slice %arg0[0, 6] [3, 4] [1, 1] : {whole} to {part}
  %n = fidelity.rms_norm %right : ({part}) -> {part}
  %p = fidelity.multiply %left, %c : ({part}, {part}) -> {part}
  %q = fidelity.add %p, %n : ({part}, {part}) -> {part}
  %s = fidelity.rms_norm %q : ({part}) -> {part}
  %r = fidelity.add %s, %left : ({part}, {part}) -> {part}"
    );
    let fixed = |format: Format, inputs: &[Values]| {
        let rows = inputs[0].chunks(10).flat_map(|row| {
            let normed = format.rms_norm(&row[6..], None, 1e-5);
            let sums: Values = normed
                .iter()
                .zip(row)
                .map(|(&n, &x)| format.add(format.product(x, -format.one() / 4), n))
                .collect();
            let sums = format.rms_norm(&sums, None, 1e-5);
            let pairs = sums.iter().zip(row);
            pairs.map(|(&n, &x)| format.add(n, x)).collect::<Values>()
        });
        vec![rows.collect()]
    };
    let case = Case::new(
        "parts",
        arguments,
        &[part],
        &body,
        Box::new(fixed),
        // Of a sum near 0 the second norm is large: only the bits are compared.
        Box::new(|_, _, _| f64::INFINITY),
    );
    check_all(&FORMATS[..1], 4, &[case]);
}
