//! The ops of the dialect: recurrent mixers beside `mlgru`.

use super::{error, f32s, run};
use fidelity_dialect::interpreter::{ElementType, Tensor};

/// The operands, of that many values each, as numbers in f64.
fn f64s(shape: &[usize], values: &[f64]) -> Tensor {
    super::floats(ElementType::F64, shape, values)
}

#[test]
fn mlstm() {
    let text = "func.func @f(%q: tensor<?x1xf64>, %v: tensor<?x2xf64>, %i: tensor<?xf64>, %f: tensor<?xf64>,
                             %C: tensor<1x2xf64>, %n: tensor<1xf64>, %m: tensor<f64>)
            -> (tensor<?x2xf64>, tensor<1x2xf64>, tensor<1xf64>, tensor<f64>, tensor<?x2xf64>) {
        %y:4 = fidelity.mlstm %q, %q, %v, %i, %f state %C, %n, %m forget(exponential) {scale = 2.0, epsilon = 1.0}
            : (tensor<?x1xf64>, tensor<?x1xf64>, tensor<?x2xf64>, tensor<?xf64>, tensor<?xf64>,
               tensor<1x2xf64>, tensor<1xf64>, tensor<f64>)
            -> (tensor<?x2xf64>, tensor<1x2xf64>, tensor<1xf64>, tensor<f64>)
        %z:4 = fidelity.mlstm %q, %q, %v, %i, %f
            : (tensor<?x1xf64>, tensor<?x1xf64>, tensor<?x2xf64>, tensor<?xf64>, tensor<?xf64>)
            -> (tensor<?x2xf64>, tensor<1x2xf64>, tensor<1xf64>, tensor<f64>)
        return %y#0, %y#1, %y#2, %y#3, %z#0
            : tensor<?x2xf64>, tensor<1x2xf64>, tensor<1xf64>, tensor<f64>, tensor<?x2xf64>
    }";
    // With gates of 1, C = (3, 2) + 2 (4, 0) and n = 1 + 2; the read of twice 2
    // is over 4 · 3 + 1. From nothing, it is over 4.
    let zero = f64s(&[1], &[0.0]);
    let results = run(
        text,
        vec![
            f64s(&[1, 1], &[2.0]),
            f64s(&[1, 2], &[4.0, 0.0]),
            zero.clone(),
            zero,
            f64s(&[1, 2], &[3.0, 2.0]),
            f64s(&[1], &[1.0]),
            f64s(&[], &[0.0]),
        ],
    )
    .unwrap();
    assert_eq!(results[0], f64s(&[1, 2], &[44.0 / 13.0, 8.0 / 13.0]));
    assert_eq!(results[1], f64s(&[1, 2], &[11.0, 2.0]));
    assert_eq!(results[2], f64s(&[1], &[3.0]));
    assert_eq!(results[3], f64s(&[], &[0.0]));
    assert_eq!(results[4], f64s(&[1, 2], &[4.0, 0.0]));
}

#[test]
fn slstm() {
    let text = "func.func @f(%x: tensor<1x1x1xf64>, %R: tensor<4x1x1x1xf64>, %s: tensor<1x1xf64>)
            -> (tensor<1x1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1x1xf64>) {
        %y:5 = fidelity.slstm %x, %x, %x, %x, %R state %s, %s, %s, %s forget(exponential)
            : (tensor<1x1x1xf64>, tensor<1x1x1xf64>, tensor<1x1x1xf64>, tensor<1x1x1xf64>,
               tensor<4x1x1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>)
            -> (tensor<1x1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>)
        %z:5 = fidelity.slstm %x, %x, %x, %x, %R
            : (tensor<1x1x1xf64>, tensor<1x1x1xf64>, tensor<1x1x1xf64>, tensor<1x1x1xf64>, tensor<4x1x1x1xf64>)
            -> (tensor<1x1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>)
        return %y#0, %y#1, %y#2, %y#3, %z#0
            : tensor<1x1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x1x1xf64>
    }";
    // The states are 1, of which the matrices make 0, 1, 0 and 0: m = log f + 1
    // and the input gate are both 1, so that both terms count.
    let results = run(
        text,
        vec![
            f64s(&[1, 1, 1], &[0.0]),
            f64s(&[4, 1, 1, 1], &[0.0, 1.0, 0.0, 0.0]),
            f64s(&[1, 1], &[1.0]),
        ],
    )
    .unwrap();
    assert_eq!(results[0], f64s(&[1, 1, 1], &[0.25]));
    assert_eq!(results[1], f64s(&[1, 1], &[1.0]));
    assert_eq!(results[2], f64s(&[1, 1], &[2.0]));
    assert_eq!(results[3], f64s(&[1, 1], &[1.0]));
    assert_eq!(results[4], f64s(&[1, 1, 1], &[0.0]));
}

#[test]
fn ema() {
    let text = "func.func @f(%x: tensor<2x1xf32>, %p: tensor<1x2xf32>, %s: tensor<?x2xf32>)
            -> (tensor<2x1xf32>, tensor<1x2xf32>, tensor<1x2xf32>) {
        %y, %h = fidelity.ema %x, %p, %p, %p, %p state %s
            : (tensor<2x1xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<?x2xf32>)
            -> (tensor<2x1xf32>, tensor<1x2xf32>)
        %z, %l = fidelity.ema %x, %p, %p, %p, %p
            : (tensor<2x1xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>)
            -> (tensor<2x1xf32>, tensor<1x2xf32>)
        return %y, %h, %l : tensor<2x1xf32>, tensor<1x2xf32>, tensor<1x2xf32>
    }";
    let (x, p) = (f32s(&[2, 1], &[4.0, 8.0]), f32s(&[1, 2], &[0.5, 1.0]));
    // One half decays by 3/4 and is fed x/4; the other keeps nothing.
    let state = f32s(&[1, 2], &[4.0, 9.0]);
    assert_eq!(
        run(text, vec![x.clone(), p.clone(), state]).unwrap(),
        [
            f32s(&[2, 1], &[6.0, 10.5]),
            f32s(&[1, 2], &[5.0, 8.0]),
            f32s(&[1, 2], &[2.75, 8.0])
        ]
    );
    let short = f32s(&[0, 2], &[]);
    assert_eq!(
        error(text, vec![x, p, short]),
        "-:3:18: fidelity.ema: expected `state` to have the shape that `input` and `alpha` ask for, \
         [1, 2], but got [0, 2]"
    );
}

#[test]
fn rwkv() {
    let text = "func.func @f(%x: tensor<1x?x1xf32>, %w: tensor<1x?x1xf32>, %u: tensor<1x1xf32>, %s: tensor<1x1x1xf32>)
            -> (tensor<1x?x1xf32>, tensor<1x1x1xf32>, tensor<1x?x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>) {
        %a, %b = fidelity.rwkv %x, %w, %x, %x bonus %u state %s version(v6)
            : (tensor<1x?x1xf32>, tensor<1x?x1xf32>, tensor<1x?x1xf32>, tensor<1x?x1xf32>, tensor<1x1xf32>, tensor<1x1x1xf32>)
            -> (tensor<1x?x1xf32>, tensor<1x1x1xf32>)
        %c, %d = fidelity.rwkv %x, %w, %x, %x erase %x, %w bonus %u state %s version(v7)
            : (tensor<1x?x1xf32>, tensor<1x?x1xf32>, tensor<1x?x1xf32>, tensor<1x?x1xf32>, tensor<1x?x1xf32>,
               tensor<1x?x1xf32>, tensor<1x1xf32>, tensor<1x1x1xf32>)
            -> (tensor<1x?x1xf32>, tensor<1x1x1xf32>)
        %e, %f = fidelity.rwkv %x, %w, %x, %x version(v7)
            : (tensor<1x?x1xf32>, tensor<1x?x1xf32>, tensor<1x?x1xf32>, tensor<1x?x1xf32>)
            -> (tensor<1x?x1xf32>, tensor<1x1x1xf32>)
        return %a, %b, %c, %d, %f
            : tensor<1x?x1xf32>, tensor<1x1x1xf32>, tensor<1x?x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>
    }";
    let step = |x: f64| f32s(&[1, 1, 1], &[x]);
    // A state of 5 that does not decay; 2 · 2 is fed, and erased is 0.
    assert_eq!(
        run(
            text,
            vec![step(2.0), step(0.0), f32s(&[1, 1], &[3.0]), step(5.0)]
        )
        .unwrap(),
        [2.0 * (5.0 + 12.0), 9.0, 2.0 * 9.0 + 24.0, 9.0, 4.0].map(step)
    );
}
