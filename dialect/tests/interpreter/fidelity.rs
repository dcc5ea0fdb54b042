//! The ops of the dialect: that each reaches its function of the reference,
//! whose own tests are about the values, with its operands and attributes.

use crate::{error, f32s, floats, i8s, i32s, index, run, value};
use fidelity_dialect::interpreter::{ElementType, Tensor};
use pretty_assertions::assert_eq;

/// `%y = op : …` in a function of two arguments of a type.
fn binary(op: &str, lhs: &str, rhs: &str, result: &str) -> String {
    format!(
        "func.func @f(%x: {lhs}, %y: {rhs}) -> {result} {{
           %z = fidelity.{op} %x, %y : ({lhs}, {rhs}) -> {result}
           return %z : {result}
         }}"
    )
}

#[test]
fn binary_arithmetic() {
    let (x, y) = (
        f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]),
        f32s(&[2], &[10.0, 20.0]),
    );
    for (op, expected) in [
        ("add", [11.0, 22.0, 13.0, 24.0]),
        ("subtract", [-9.0, -18.0, -7.0, -16.0]),
        ("multiply", [10.0, 40.0, 30.0, 80.0]),
    ] {
        let text = binary(op, "tensor<?x2xf32>", "tensor<2xf32>", "tensor<?x2xf32>");
        assert_eq!(
            value(&text, vec![x.clone(), y.clone()]),
            f32s(&[2, 2], &expected),
            "{op}"
        );
    }
}

#[test]
fn activations() {
    let x = [-1.0, 0.0, 2.0];
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    type Function = Box<dyn Fn(f64) -> f64>;
    let functions: [(&str, Function); 10] = [
        ("sigmoid", Box::new(sigmoid)),
        ("tanh", Box::new(f64::tanh)),
        ("silu", Box::new(move |x| x * sigmoid(x))),
        ("relu", Box::new(|x| x.max(0.0))),
        ("squared_relu", Box::new(|x| x.max(0.0).powi(2))),
        ("exp", Box::new(f64::exp)),
        ("softplus", Box::new(|x| x.exp().ln_1p())),
        (
            "elu_plus_one",
            Box::new(|x| if x > 0.0 { x + 1.0 } else { x.exp() }),
        ),
        (
            "gelu",
            Box::new(|x| x * libm::erfc(-x / 2_f64.sqrt()) / 2.0),
        ),
        (
            "gelu",
            Box::new(|x| {
                let u = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x);
                x / 2.0 * (1.0 + u.tanh())
            }),
        ),
    ];
    for (number, (op, function)) in functions.into_iter().enumerate() {
        let form = if number == 9 {
            "approximation(tanh)"
        } else {
            ""
        };
        let text = format!(
            "func.func @f(%x: tensor<3xf64>) -> tensor<3xf64> {{
               %y = fidelity.{op} %x {form} : tensor<3xf64>
               return %y : tensor<3xf64>
             }}"
        );
        let y = value(&text, vec![floats(ElementType::F64, &[3], &x)]);
        for (&x, &y) in x.iter().zip(y.floats().unwrap()) {
            let expected = function(x);
            assert!(
                (y - expected).abs() < 1e-14,
                "{op} {form} {x}: {y}, not {expected}"
            );
        }
    }
    let text = binary("swiglu", "tensor<1xf32>", "tensor<1xf32>", "tensor<1xf32>");
    assert_eq!(
        value(&text, vec![f32s(&[1], &[2.0]), f32s(&[1], &[3.0])]),
        f32s(&[1], &[6.0 * sigmoid(2.0)])
    );
}

#[test]
fn rms_norm() {
    let text = "func.func @f(%x: tensor<?x2xf32>, %w: tensor<2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
        %y = fidelity.rms_norm %x weight %w {epsilon = 1.0 : f64}
            : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
        %z = fidelity.rms_norm %x {epsilon = 0.0 : f64} : (tensor<?x2xf32>) -> tensor<?x2xf32>
        return %y, %z : tensor<?x2xf32>, tensor<?x2xf32>
    }";
    // The mean of the squares is 15, and √16 is 4.
    let x = f32s(&[1, 2], &[30_f64.sqrt(), 0.0]);
    let results = run(text, vec![x, f32s(&[2], &[2.0, 1.0])]).unwrap();
    assert_eq!(
        results[0],
        f32s(&[1, 2], &[f64::from(30_f32.sqrt()) / 2.0, 0.0])
    );
    assert_eq!(results[1], f32s(&[1, 2], &[2_f64.sqrt(), 0.0]));
}

#[test]
fn mlgru() {
    let text = "func.func @f(%f: tensor<2x1xf64>, %c: tensor<2x1xf64>, %g: tensor<2x1xf64>,
                             %h: tensor<1xf64>, %b: tensor<1xf64>) -> (tensor<2x1xf64>, tensor<1xf64>) {
        %o, %last = fidelity.mlgru %f, %c gate %g state %h lower_bound %b activation(tanh)
            : (tensor<2x1xf64>, tensor<2x1xf64>, tensor<2x1xf64>, tensor<1xf64>, tensor<1xf64>)
            -> (tensor<2x1xf64>, tensor<1xf64>)
        return %o, %last : tensor<2x1xf64>, tensor<1xf64>
    }";
    let f64s = |shape: &[usize], values: &[f64]| floats(ElementType::F64, shape, values);
    // σ(0) is 1/2, so f is 3/4, and each step adds a quarter of tanh(c).
    let results = run(
        text,
        vec![
            f64s(&[2, 1], &[0.0, 0.0]),
            f64s(&[2, 1], &[0.0, 0.5]),
            f64s(&[2, 1], &[0.0, 0.0]),
            f64s(&[1], &[1.0]),
            f64s(&[1], &[0.5]),
        ],
    )
    .unwrap();
    let last = 0.75 * 0.75 + 0.25 * libm::tanh(0.5);
    assert_eq!(results[0], f64s(&[2, 1], &[0.375, last / 2.0]));
    assert_eq!(results[1], f64s(&[1], &[last]));

    let plain = "func.func @f(%f: tensor<?x1xf64>, %c: tensor<?x1xf64>) -> tensor<1xf64> {
        %o, %last = fidelity.mlgru %f, %c
            : (tensor<?x1xf64>, tensor<?x1xf64>) -> (tensor<?x1xf64>, tensor<1xf64>)
        return %last : tensor<1xf64>
    }";
    let empty = f64s(&[0, 1], &[]);
    assert_eq!(value(plain, vec![empty.clone(), empty]), f64s(&[1], &[0.0]));
}

#[test]
fn state_spaces() {
    let update = "func.func @f(%s: tensor<?x2xf32>, %x: tensor<?xf32>, %A: tensor<2xf32>, %B: tensor<?x1xf32>) -> tensor<?x2xf32> {
        %y = fidelity.ssm.state_update %s, %x, %A, %B
            : (tensor<?x2xf32>, tensor<?xf32>, tensor<2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
        return %y : tensor<?x2xf32>
    }";
    let s = f32s(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
    let x = f32s(&[2], &[1.0, 2.0]);
    let a = f32s(&[2], &[0.5, 2.0]);
    let operands = |b: Tensor| vec![s.clone(), x.clone(), a.clone(), b];
    assert_eq!(
        value(update, operands(f32s(&[2, 1], &[10.0, 20.0]))),
        f32s(&[2, 2], &[10.5, 14.0, 41.5, 48.0])
    );
    assert_eq!(
        error(update, operands(f32s(&[1, 1], &[10.0]))),
        "-:2:14: fidelity.ssm.state_update: expected dimension 0 of B, which is dynamic, to be 2, \
         but got 1"
    );

    let output =
        "func.func @f(%s: tensor<?x2xf32>, %C: tensor<2xf32>, %D: tensor<?xf32>, %x: tensor<?xf32>)
          -> (tensor<?xf32>, tensor<?xf32>) {
        %y = fidelity.ssm.output %s, %C : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?xf32>
        %z = fidelity.ssm.output %s, %C skip %D, %x
            : (tensor<?x2xf32>, tensor<2xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
        return %y, %z : tensor<?xf32>, tensor<?xf32>
    }";
    let operands = |d: Tensor| vec![s.clone(), a.clone(), d, x.clone()];
    assert_eq!(
        run(output, operands(f32s(&[2], &[1.0, -1.0]))).unwrap(),
        [f32s(&[2], &[4.5, 9.5]), f32s(&[2], &[5.5, 7.5])]
    );
    assert_eq!(
        error(output, operands(f32s(&[1], &[1.0]))),
        "-:4:14: fidelity.ssm.output: expected dimension 0 of D, which is dynamic, to be 2, but got 1"
    );
}

#[test]
fn zero_vector() {
    let text = "func.func @f(%n: index) -> tensor<?xbf16> {
        %z = fidelity.zero_vector %n : tensor<?xbf16>
        return %z : tensor<?xbf16>
    }";
    assert_eq!(
        value(text, vec![index(3)]),
        floats(ElementType::BF16, &[3], &[0.0; 3])
    );
    assert_eq!(
        value(text, vec![index(0)]),
        floats(ElementType::BF16, &[0], &[])
    );
    assert_eq!(
        error(text, vec![index(-1)]),
        "-:2:14: fidelity.zero_vector: expected a size of at least 0, but got -1"
    );
}

const W: [i64; 6] = [1, 0, -1, 1, 1, 1];

#[test]
fn ternary_linear() {
    let text = "func.func @f(%x: tensor<?xf32>, %w: tensor<2x3xi8>, %s: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
        %y = fidelity.ternary_linear %x, %w accumulator(f64)
            : (tensor<?xf32>, tensor<2x3xi8>) -> tensor<2xf32>
        %z = fidelity.ternary_linear %x, %w scale %s
            : (tensor<?xf32>, tensor<2x3xi8>, tensor<2xf32>) -> tensor<2xf32>
        return %y, %z : tensor<2xf32>, tensor<2xf32>
    }";
    let operands = |x| vec![x, i8s(&[2, 3], &W), f32s(&[2], &[2.0, 0.5])];
    assert_eq!(
        run(text, operands(f32s(&[3], &[1.0, 2.0, 4.0]))).unwrap(),
        [f32s(&[2], &[-3.0, 7.0]), f32s(&[2], &[-6.0, 3.5])]
    );
    assert_eq!(
        error(text, operands(f32s(&[2], &[1.0, 2.0]))),
        "-:2:14: fidelity.ternary_linear: expected the last dimension of `x` to be that of \
         `weights`, 3, but got 2"
    );
}

#[test]
fn ternary_accumulate() {
    let text = "func.func @f(%x: tensor<?xi8>, %w: tensor<?x?xi8>, %init: tensor<?xi32>) -> tensor<?xi32> {
        %y = fidelity.ternary_accumulate %x, %w, %init
            : (tensor<?xi8>, tensor<?x?xi8>, tensor<?xi32>) -> tensor<?xi32>
        return %y : tensor<?xi32>
    }";
    let operands = vec![
        i8s(&[3], &[1, 2, 4]),
        i8s(&[2, 3], &W),
        i32s(&[2], &[10, 20]),
    ];
    assert_eq!(value(text, operands), i32s(&[2], &[7, 27]));
}

#[test]
fn quantisation() {
    let ternarize = |granularity: &str, scale: &str| {
        format!(
            "func.func @f(%w: tensor<1x4xf32>) -> (tensor<1x4xi8>, {scale}) {{
               %t, %s = fidelity.ternarize %w {granularity} : (tensor<1x4xf32>) -> (tensor<1x4xi8>, {scale})
               return %t, %s : tensor<1x4xi8>, {scale}
             }}"
        )
    };
    let w = f32s(&[1, 4], &[1.0, 3.0, -10.0, 2.0]);
    for (granularity, scale, trits, gamma) in [
        ("", "tensor<f32>", [0, 1, -1, 0], f32s(&[], &[4.0])),
        (
            "granularity(row)",
            "tensor<1xf32>",
            [0, 1, -1, 0],
            f32s(&[1], &[4.0]),
        ),
        (
            "granularity(group) {group_size = 2 : i64}",
            "tensor<1x2xf32>",
            [0, 1, -1, 0],
            f32s(&[1, 2], &[2.0, 6.0]),
        ),
        (
            "{epsilon = 100.0 : f64}",
            "tensor<f32>",
            [0, 0, 0, 0],
            f32s(&[], &[100.0]),
        ),
    ] {
        let results = run(&ternarize(granularity, scale), vec![w.clone()]).unwrap();
        assert_eq!(results, [i8s(&[1, 4], &trits), gamma], "{granularity}");
    }

    let quantize = "func.func @f(%x: tensor<?x2xf64>) -> (tensor<?x2xi8>, tensor<?x1xf64>) {
        %q, %s = fidelity.quantize_activations %x : (tensor<?x2xf64>) -> (tensor<?x2xi8>, tensor<?x1xf64>)
        return %q, %s : tensor<?x2xi8>, tensor<?x1xf64>
    }";
    let x = floats(ElementType::F64, &[1, 2], &[254.0, -3.0]);
    assert_eq!(
        run(quantize, vec![x]).unwrap(),
        [
            i8s(&[1, 2], &[127, -2]),
            floats(ElementType::F64, &[1, 1], &[2.0])
        ]
    );
}

// x̂ is 1, 1, 1 for any three equal numbers, and q 127.
#[test]
fn bit_linear() {
    let text = "func.func @f(%x: tensor<?x3xf64>, %w: tensor<2x3xi8, #fidelity.tensor<storage = packed2>>,
                             %s: tensor<f64>, %n: tensor<3xf64>, %b: tensor<2xf64>) -> (tensor<?x2xf64>, tensor<?x2xf64>) {
        %y = fidelity.bit_linear %x, %w scale %s {epsilon = 0.0 : f64}
            : (tensor<?x3xf64>, tensor<2x3xi8, #fidelity.tensor<storage = packed2>>, tensor<f64>) -> tensor<?x2xf64>
        %z = fidelity.bit_linear %x, %w scale %s norm %n bias %b {epsilon = 0.0 : f64}
            : (tensor<?x3xf64>, tensor<2x3xi8, #fidelity.tensor<storage = packed2>>, tensor<f64>,
               tensor<3xf64>, tensor<2xf64>) -> tensor<?x2xf64>
        return %y, %z : tensor<?x2xf64>, tensor<?x2xf64>
    }";
    let f64s = |shape: &[usize], values: &[f64]| floats(ElementType::F64, shape, values);
    let results = run(
        text,
        vec![
            f64s(&[1, 3], &[4.0; 3]),
            i8s(&[2, 3], &W),
            f64s(&[], &[2.0]),
            f64s(&[3], &[0.0, 1.0, 1.0]),
            f64s(&[2], &[0.5, -0.5]),
        ],
    )
    .unwrap();
    for (result, expected) in results.iter().zip([[0.0, 6.0], [-1.5, 3.5]]) {
        for (y, expected) in result.floats().unwrap().iter().zip(expected) {
            assert!((y - expected).abs() < 1e-12, "{y}, not {expected}");
        }
    }
}

#[test]
fn storage() {
    for storage in ["packed2", "packed5"] {
        let packed = format!("tensor<?x5xi8, #fidelity.tensor<storage = {storage}>>");
        let text = format!(
            "func.func @f(%w: tensor<?x5xi8>) -> ({packed}, tensor<?x5xi8>) {{
               %p = fidelity.pack %w to {storage} : (tensor<?x5xi8>) -> {packed}
               %u = fidelity.unpack %p : ({packed}) -> tensor<?x5xi8>
               return %p, %u : {packed}, tensor<?x5xi8>
             }}"
        );
        let trits = i8s(&[1, 5], &[1, -1, 0, 1, -1]);
        let wild = i8s(&[1, 5], &[127, -128, 0, 2, -1]);
        assert_eq!(run(&text, vec![wild]).unwrap(), [trits.clone(), trits]);
    }
}

// Only a static 1 stretches: a lowering refuses this at run time.
#[test]
fn a_dynamic_size_does_not_stretch() {
    let (one, two) = (f32s(&[1], &[1.0]), f32s(&[2], &[1.0, 2.0]));
    let text = binary("add", "tensor<?xf32>", "tensor<?xf32>", "tensor<?xf32>");
    assert_eq!(
        error(&text, vec![two.clone(), one.clone()]),
        "-:2:17: fidelity.add: expected dimension 0 of rhs, which is dynamic, to be 2, but got 1"
    );
    assert_eq!(
        error(&text, vec![one.clone(), two.clone()]),
        "-:2:17: fidelity.add: expected dimension 0 of lhs, which is dynamic, to be 2, but got 1"
    );
    let text = binary("add", "tensor<?xf32>", "tensor<1xf32>", "tensor<?xf32>");
    assert_eq!(value(&text, vec![two, one]), f32s(&[2], &[2.0, 3.0]));
}

#[test]
fn names_the_op_whose_sizes_disagree() {
    let text = binary("swiglu", "tensor<?xf32>", "tensor<?xf32>", "tensor<?xf32>");
    assert_eq!(
        error(&text, vec![f32s(&[1], &[1.0]), f32s(&[2], &[1.0, 2.0])]),
        "-:2:17: fidelity.swiglu: expected `up` to have the shape of `gate`, [1], but got [2]"
    );
}

// An op that is added to the dialect is added here and to the interpreter.
#[test]
fn every_op_is_evaluated() {
    let tests = concat!(
        include_str!("attention.rs"),
        include_str!("core.rs"),
        include_str!("fidelity.rs"),
        include_str!("recurrent.rs"),
        include_str!("routing.rs"),
        include_str!("sequences.rs")
    );
    for name in fidelity_dialect::OP_NAMES {
        let mnemonic = name.strip_prefix("fidelity.").unwrap();
        assert!(
            tests.contains(&format!("{name} ")) || tests.contains(&format!("\"{mnemonic}\",")),
            "{name} is not tested"
        );
    }
}
