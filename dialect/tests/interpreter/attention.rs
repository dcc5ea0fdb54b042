//! The ops of the dialect: linear attention.

use super::{error, run};
use fidelity_dialect::interpreter::{ElementType, Tensor};

/// The operands, of that many values each, as numbers in f64.
fn f64s(shape: &[usize], values: &[f64]) -> Tensor {
    super::floats(ElementType::F64, shape, values)
}

#[test]
fn every_operand_and_attribute_arrives() {
    let text = "func.func @f(%q: tensor<2x?x1xf64>, %k: tensor<1x?x1xf64>, %v: tensor<1x?x1xf64>, %g: tensor<1x1xf64>,
                             %b: tensor<1x?xf64>, %s: tensor<1x1x1xf32>, %z: tensor<1x1xf64>)
            -> (tensor<2x?x1xf64>, tensor<1x1x1xf32>, tensor<1x1xf64>) {
        %o, %l, %n = fidelity.linear_attention %q, %k, %v decay %g beta %b state %s, %z
            update_rule(gated_delta) feature_map(relu) {normalize, causal = false, scale = 3.0}
            : (tensor<2x?x1xf64>, tensor<1x?x1xf64>, tensor<1x?x1xf64>, tensor<1x1xf64>, tensor<1x?xf64>,
               tensor<1x1x1xf32>, tensor<1x1xf64>)
            -> (tensor<2x?x1xf64>, tensor<1x1x1xf32>, tensor<1x1xf64>)
        return %o, %l, %n : tensor<2x?x1xf64>, tensor<1x1x1xf32>, tensor<1x1xf64>
    }";
    // exp(0) is 1, and a key of -1 has the feature 0: of the two tokens the
    // first makes S = 2 + (10 - 2) / 2 and z = 3 + (1 - 3) / 2. Both read
    // 3 · 6 / 2; a query of -1 sees nothing.
    let results = run(
        text,
        vec![
            f64s(&[2, 2, 1], &[1.0, 5.0, -1.0, 2.0]),
            f64s(&[1, 2, 1], &[1.0, -1.0]),
            f64s(&[1, 2, 1], &[10.0, 7.0]),
            f64s(&[1, 1], &[0.0]),
            f64s(&[1, 2], &[0.5, 1.0]),
            super::floats(ElementType::F32, &[1, 1, 1], &[2.0]),
            f64s(&[1, 1], &[3.0]),
        ],
    )
    .unwrap();
    assert_eq!(results[0], f64s(&[2, 2, 1], &[9.0, 9.0, 0.0, 9.0]));
    assert_eq!(
        results[1],
        super::floats(ElementType::F32, &[1, 1, 1], &[6.0])
    );
    assert_eq!(results[2], f64s(&[1, 1], &[2.0]));
}

#[test]
fn features_arrive() {
    let text = "func.func @f(%q: tensor<1x1x1xf64>, %w: tensor<4x1xf64>) -> tensor<1x1x1xf64> {
        %o, %l = fidelity.linear_attention %q, %q, %q features %w update_rule(linear) feature_map(positive_random)
            : (tensor<1x1x1xf64>, tensor<1x1x1xf64>, tensor<1x1x1xf64>, tensor<4x1xf64>)
            -> (tensor<1x1x1xf64>, tensor<1x4x1xf64>)
        return %o : tensor<1x1x1xf64>
    }";
    // Four features exp(0)/2 each, of a key of 2 with ω of 1: Σ 1/4 · 2.
    let results = run(
        text,
        vec![f64s(&[1, 1, 1], &[2.0]), f64s(&[4, 1], &[1.0; 4])],
    )
    .unwrap();
    assert_eq!(results[0], f64s(&[1, 1, 1], &[2.0]));
}

#[test]
fn only_a_static_1_stretches() {
    let decay = "func.func @f(%x: tensor<2x3x1xf64>, %g: tensor<?x3xf64>) -> tensor<2x3x1xf64> {
        %o, %l = fidelity.linear_attention %x, %x, %x decay %g update_rule(gated)
            : (tensor<2x3x1xf64>, tensor<2x3x1xf64>, tensor<2x3x1xf64>, tensor<?x3xf64>)
            -> (tensor<2x3x1xf64>, tensor<2x1x1xf64>)
        return %o : tensor<2x3x1xf64>
    }";
    let x = f64s(&[2, 3, 1], &[1.0; 6]);
    let g = f64s(&[1, 3], &[0.0; 3]);
    assert!(
        error(decay, vec![x.clone(), g.clone()])
            .contains("expected dimension 0 of decay, which is dynamic, to be 2, but got 1")
    );
    let features = decay.replace("tensor<?x3xf64>", "tensor<?x3x1xf64>");
    assert!(
        error(&features, vec![x.clone(), f64s(&[1, 3, 1], &[0.0; 3])])
            .contains("expected dimension 0 of decay, which is dynamic, to be 2, but got 1")
    );
    let beta = decay.replace("decay", "beta").replace("(gated)", "(delta)");
    assert!(
        error(&beta, vec![x, g])
            .contains("expected dimension 0 of beta, which is dynamic, to be 2, but got 1")
    );
}
