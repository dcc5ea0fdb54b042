//! Linear layers, norms and quantisation in fixed point.

use crate::{
    bench::Values,
    cases::{Argument, Case, Kind, check_all, types},
    fixed::Format,
    mutants::check_mutants,
    tools,
};

const FORMATS: &[Format] = &[
    Format {
        width: 16,
        fraction: 12,
    },
    Format {
        width: 32,
        fraction: 16,
    },
];

fn half(format: Format) -> f64 {
    0.5 / format.one() as f64
}

/// A layer of so many rows; of `scale` there is the shape.
fn linear(
    name: &str,
    batch: usize,
    [rows, columns]: [usize; 2],
    [x, weights]: [Kind; 2],
    scale: Option<&[usize]>,
) -> Case {
    let mut arguments = vec![
        Argument::new(&[batch, columns], x),
        Argument::new(&[rows, columns], weights),
    ];
    arguments.extend(scale.map(|shape| Argument::new(shape, Kind::Scale)));
    let of = types(&arguments);
    let to = Argument::new(&[batch, rows], Kind::Number).r#type();
    let scaled = if scale.is_some() { "scale %arg2" } else { "" };
    Case::new(
        name,
        arguments,
        std::slice::from_ref(&to),
        &format!("%r = fidelity.ternary_linear %arg0, %arg1 {scaled} : ({of}) -> {to}"),
        Box::new(move |format: Format, inputs: &[Values]| {
            let fraction = if x == Kind::Byte { 0 } else { format.fraction };
            let rows = inputs[0].chunks(columns).flat_map(|x| {
                let sums = Format::sums(x, &inputs[1]).into_iter().enumerate();
                sums.map(|(row, sum)| match inputs.get(2) {
                    Some(scale) => format.scaled(sum, fraction, scale[row % scale.len()]),
                    None => format.nearest(i128::from(sum), fraction),
                })
                .collect::<Values>()
            });
            vec![rows.collect()]
        }),
        // A product is rounded once, a sum not at all.
        Box::new(|format, _, _| half(format)),
    )
}

/// Two layers of one x, added to what comes in.
fn accumulate() -> Case {
    let arguments = vec![
        Argument::new(&[3, 7], Kind::Number),
        Argument::new(&[5, 7], Kind::Packed),
        Argument::new(&[3, 5], Kind::Number),
    ];
    let to = arguments[2].r#type();
    let of = types(&arguments);
    Case::new(
        "accumulate",
        arguments,
        std::slice::from_ref(&to),
        &format!("%r = fidelity.ternary_accumulate %arg0, %arg1, %arg2 : ({of}) -> {to}"),
        Box::new(|format: Format, inputs: &[Values]| {
            let sums = inputs[0]
                .chunks(7)
                .flat_map(|x| Format::sums(x, &inputs[1]));
            let all = sums.zip(&inputs[2]);
            let wide = |(sum, init): (i64, &i64)| i128::from(sum) + i128::from(*init);
            vec![
                all.map(|pair| format.nearest(wide(pair), format.fraction))
                    .collect(),
            ]
        }),
        Box::new(|_, _, _| 0.0),
    )
}

fn rms_norm(name: &str, shape: &[usize], has_weight: bool, epsilon: f64) -> Case {
    let columns = shape.last().copied().unwrap_or(1);
    let mut arguments = vec![Argument::new(shape, Kind::Small)];
    if has_weight {
        arguments.push(Argument::new(&[columns], Kind::Small));
    }
    let of = types(&arguments);
    let to = arguments[0].r#type();
    let weight = if has_weight { "weight %arg1" } else { "" };
    Case::new(
        name,
        arguments,
        std::slice::from_ref(&to),
        &format!(
            "%r = fidelity.rms_norm %arg0 {weight} {{epsilon = {epsilon:.6} : f64}} : ({of}) -> {to}"
        ),
        Box::new(move |format: Format, inputs: &[Values]| {
            let weight = inputs.get(1).map(Vec::as_slice);
            let rows = inputs[0].chunks(columns);
            vec![
                rows.flat_map(|row| format.rms_norm(row, weight, epsilon))
                    .collect(),
            ]
        }),
        // The root takes half a unit and the rounding another half, times a weight
        // of at most 2, whose product is rounded. ε is half of one of Σ X², of
        // which there are thousands unless all are 0.
        Box::new(|format, _, exact| 5.0 * half(format) + exact.abs() * 1e-3),
    )
}

fn quantize(name: &str, shape: &[usize], kind: Kind) -> Case {
    let columns = shape.last().copied().unwrap_or(1);
    let arguments = vec![Argument::new(shape, kind)];
    let of = types(&arguments);
    let mut row = shape.to_vec();
    *row.last_mut().expect("columns") = 1;
    let results = [
        Argument::new(shape, Kind::Byte).r#type(),
        Argument::new(&row, Kind::Number).r#type(),
    ];
    let body = format!(
        "%r:2 = fidelity.quantize_activations %arg0 : ({of}) -> ({})",
        results.join(", ")
    );
    Case::new(
        name,
        arguments,
        &results,
        &body,
        Box::new(move |format: Format, inputs: &[Values]| {
            let rows = inputs[0].chunks(columns).map(|row| format.quantize(row));
            let (quantized, inverses): (Vec<_>, Vec<_>) = rows.unzip();
            vec![quantized.concat(), inverses]
        }),
        // Where 127 x / max is between two integers, f64 may choose the other; of
        // a row of 0 the reference takes 1e-5, fixed point a unit.
        Box::new(|format, index, _| match index {
            0 => 1.0,
            _ => 0.5 / format.fine().one() as f64 + 1.0 / format.one() as f64 / 127.0,
        }),
    )
}

fn bit_linear(
    name: &str,
    [batch, rows, columns]: [usize; 3],
    per_row: bool,
    has_norm: bool,
    has_bias: bool,
) -> Case {
    let scale: &[usize] = if per_row { &[rows] } else { &[] };
    let mut arguments = vec![
        Argument::new(&[batch, columns], Kind::Small),
        Argument::new(&[rows, columns], Kind::Packed),
        Argument::new(scale, Kind::Scale),
    ];
    let mut optional = String::new();
    for (there, what, size) in [(has_norm, "norm", columns), (has_bias, "bias", rows)] {
        if there {
            optional.push_str(&format!(" {what} %arg{}", arguments.len()));
            arguments.push(Argument::new(&[size], Kind::Small));
        }
    }
    let of = types(&arguments);
    let to = Argument::new(&[batch, rows], Kind::Number).r#type();
    Case::new(
        name,
        arguments,
        std::slice::from_ref(&to),
        &format!("%r = fidelity.bit_linear %arg0, %arg1 scale %arg2{optional} : ({of}) -> {to}"),
        Box::new(move |format: Format, inputs: &[Values]| {
            let mut rest = inputs[3..].iter().map(Vec::as_slice);
            let mut next = |there: bool| there.then(|| rest.next()).flatten();
            let (norm, bias) = (next(has_norm), next(has_bias));
            let rows = inputs[0]
                .chunks(columns)
                .flat_map(|x| format.bit_linear(x, &inputs[1], &inputs[2], norm, bias, 1e-5));
            vec![rows.collect()]
        }),
        // Each activation may be quantised to the next number, which a norm of at
        // most √K · 2 makes 2 √K / 127, times a scale of at most 1/4.
        Box::new(move |format, _, _| {
            let count = columns as f64;
            count * 2.0 * count.sqrt() / 127.0 / 4.0 + 4.0 * half(format)
        }),
    )
}

#[test]
fn linear_layers_are_those_of_the_fixed_point_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let float = [Kind::Number, Kind::Packed];
    let cases = [
        linear("least", 1, [1, 1], [Kind::Number, Kind::Dense], None),
        linear("float", 2, [5, 13], float, None),
        linear("scalar", 2, [5, 13], float, Some(&[])),
        linear("per_row", 3, [4, 8], float, Some(&[4])),
        linear("bytes", 2, [5, 13], [Kind::Byte, Kind::Packed], Some(&[])),
        linear(
            "bytes_per_row",
            2,
            [3, 9],
            [Kind::Byte, Kind::Dense],
            Some(&[3]),
        ),
        accumulate(),
    ];
    check_all(FORMATS, 4, &cases);
}

#[test]
fn norms_and_quantisation_are_those_of_the_fixed_point_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let cases = [
        rms_norm("least", &[1], false, 0.25),
        rms_norm("plain", &[2, 8], false, 1e-5),
        rms_norm("weighted", &[3, 13], true, 1e-2),
        rms_norm("no_epsilon", &[2, 3, 5], true, 0.0),
        quantize("one", &[2, 1], Kind::Number),
        quantize("bytes", &[3, 17], Kind::Small),
        quantize("ties", &[2, 30], Kind::Tie),
        quantize("extremes", &[2, 64], Kind::Number),
    ];
    check_all(FORMATS, 4, &cases);
}

#[test]
fn bit_linear_is_that_of_the_fixed_point_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let cases = [
        bit_linear("least", [1, 1, 1], false, false, false),
        bit_linear("plain", [1, 5, 12], false, true, false),
        bit_linear("per_row", [3, 4, 9], true, false, true),
        bit_linear("whole", [2, 7, 33], false, true, true),
    ];
    check_all(FORMATS, 8, &cases);
}

/// The bench sees what is wrong with a layer: additions, subtractions, products
/// and comparisons of its modules, made other ones.
#[test]
fn a_wrong_layer_fails() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let format = FORMATS[0];
    // At least, made less; a remainder that is left, made one that is not.
    let compared = ("predicate = 9 : i64", "predicate = 6 : i64");
    let subtracted = ("comb.sub", "comb.add");
    let cases = [
        (
            bit_linear("whole", [2, 7, 33], false, true, true),
            vec![
                ("fidelity_rms_33_epsilon", compared),
                ("fidelity_rms_33_epsilon", subtracted),
                ("fidelity_rms_33_epsilon", ("comb.mul", "comb.add")),
                ("fidelity_rms_scale_", ("comb.mul", "comb.add")),
                ("fidelity_absmax_", subtracted),
                ("fidelity_multiply_", ("comb.add", "comb.sub")),
                ("fidelity_add_", ("comb.add", "comb.sub")),
            ],
        ),
        (
            quantize("ties", &[2, 30], Kind::Tie),
            vec![
                ("fidelity_quantize_", compared),
                ("fidelity_quantize_", subtracted),
            ],
        ),
    ];
    check_mutants(&cases, format, 25);
}
