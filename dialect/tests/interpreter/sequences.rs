//! The ops of the dialect: state-space models on sequences, convolutions.

use super::{f32s, run};

#[test]
fn discretisation() {
    let text = "func.func @f(%dt: tensor<1xf32>, %A: tensor<1x1xf32>, %B: tensor<1x1xf32>)
        -> (tensor<1x1xf32>, tensor<1x1xf32>) {
      %a, %b = fidelity.ssm.discretize %dt, %A, %B
        : (tensor<1xf32>, tensor<1x1xf32>, tensor<1x1xf32>) -> (tensor<1x1xf32>, tensor<1x1xf32>)
      return %a, %b : tensor<1x1xf32>, tensor<1x1xf32>
    }";
    let one = |value| f32s(&[1, 1], &[value]);
    let results = run(text, vec![f32s(&[1], &[2.0]), one(0.0), one(3.0)]).unwrap();
    assert_eq!(results, [one(1.0), one(6.0)]);
}

// h is 1 and 2.5, as a scan and as a convolution with the kernel 2, 1.
#[test]
fn scans() {
    let text = "func.func @f(%x: tensor<1x2x1xf32>, %A: tensor<1x1xf32>, %B: tensor<1x1xf32>, %C: tensor<1x1xf32>)
        -> (tensor<1x2x1xf32>, tensor<1x1x1xf32>, tensor<1x2x1xf32>) {
      %y, %h = fidelity.ssm.scan %x, %A, %B, %C
        : (tensor<1x2x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>) -> (tensor<1x2x1xf32>, tensor<1x1x1xf32>)
      %z = fidelity.ssm.convolution %x, %A, %B, %C
        : (tensor<1x2x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x2x1xf32>
      return %y, %h, %z : tensor<1x2x1xf32>, tensor<1x1x1xf32>, tensor<1x2x1xf32>
    }";
    let one = |value| f32s(&[1, 1], &[value]);
    let x = f32s(&[1, 2, 1], &[1.0, 2.0]);
    let results = run(text, vec![x, one(0.5), one(1.0), one(2.0)]).unwrap();
    let y = f32s(&[1, 2, 1], &[2.0, 5.0]);
    assert_eq!(results, [y.clone(), f32s(&[1, 1, 1], &[2.5]), y]);
}

#[test]
fn state_space_duality() {
    let text = "func.func @f(%x: tensor<1x1x1x1xf32>, %dt: tensor<1x1x1xf32>, %A: tensor<1xf32>, %B: tensor<1x1x1x1xf32>, %C: tensor<1x1x1x1xf32>)
        -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) {
      %y, %h = fidelity.ssm.ssd %x, %dt, %A, %B, %C
        : (tensor<1x1x1x1xf32>, tensor<1x1x1xf32>, tensor<1xf32>, tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>)
        -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>)
      return %y, %h : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
    }";
    let one = |value| f32s(&[1, 1, 1, 1], &[value]);
    let results = run(
        text,
        vec![
            one(3.0),
            f32s(&[1, 1, 1], &[1.0]),
            f32s(&[1], &[0.0]),
            one(2.0),
            one(4.0),
        ],
    )
    .unwrap();
    assert_eq!(results, [one(24.0), one(6.0)]);
}

#[test]
fn causal_convolution() {
    let text = "func.func @f(%x: tensor<1x1x2xf32>, %w: tensor<1x2xf32>) -> (tensor<1x1x2xf32>, tensor<1x1x1xf32>) {
      %y, %s = fidelity.causal_conv1d %x, %w
        : (tensor<1x1x2xf32>, tensor<1x2xf32>) -> (tensor<1x1x2xf32>, tensor<1x1x1xf32>)
      return %y, %s : tensor<1x1x2xf32>, tensor<1x1x1xf32>
    }";
    let results = run(
        text,
        vec![f32s(&[1, 1, 2], &[1.0, 2.0]), f32s(&[1, 2], &[10.0, 1.0])],
    )
    .unwrap();
    assert_eq!(
        results,
        [f32s(&[1, 1, 2], &[1.0, 12.0]), f32s(&[1, 1, 1], &[2.0])]
    );
}
