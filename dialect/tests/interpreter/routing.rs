//! Mixture of specialists.

use crate::{error, f32s, i32s, index, run};
use pretty_assertions::assert_eq;

const DISPATCH: &str = "func.func @f(%t: tensor<?x1xf32>, %i: tensor<?x?xi32>, %c: index)
    -> (tensor<2x?x1xf32>, tensor<?x?xi32>) {
  %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 2 : i64}
    : (tensor<?x1xf32>, tensor<?x?xi32>, index) -> (tensor<2x?x1xf32>, tensor<?x?xi32>)
  return %x, %p : tensor<2x?x1xf32>, tensor<?x?xi32>
}";

#[test]
fn tokens_go_out_and_come_back() {
    let text = "func.func @f(%t: tensor<?x1xf32>, %l: tensor<?x2xf32>, %c: index)
        -> (tensor<?x2xi32>, tensor<2x?x1xf32>, tensor<?x2xi32>, tensor<?x1xf32>) {
      %g, %i = fidelity.route %l softmax(all) {top_k = 2 : i64}
        : (tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xi32>)
      %x, %p = fidelity.dispatch %t, %i capacity %c {experts = 2 : i64}
        : (tensor<?x1xf32>, tensor<?x2xi32>, index) -> (tensor<2x?x1xf32>, tensor<?x2xi32>)
      %y = fidelity.combine %x, %g, %i, %p
        : (tensor<2x?x1xf32>, tensor<?x2xf32>, tensor<?x2xi32>, tensor<?x2xi32>) -> tensor<?x1xf32>
      return %i, %x, %p, %y
        : tensor<?x2xi32>, tensor<2x?x1xf32>, tensor<?x2xi32>, tensor<?x1xf32>
    }";
    let inputs = |capacity| {
        vec![
            f32s(&[2, 1], &[3.0, 4.0]),
            f32s(&[2, 2], &[0.0, 0.0, 1.0, 3.0]),
            index(capacity),
        ]
    };
    let results = run(text, inputs(2)).unwrap();
    assert_eq!(results[0], i32s(&[2, 2], &[0, 1, 1, 0]));
    assert_eq!(results[1], f32s(&[2, 2, 1], &[3.0, 4.0, 4.0, 3.0]));
    assert_eq!(results[2], i32s(&[2, 2], &[0, 1, 0, 1]));
    assert_eq!(results[3], f32s(&[2, 1], &[3.0, 4.0]));
    // Second choices find the buffers full.
    let results = run(text, inputs(1)).unwrap();
    assert_eq!(results[2], i32s(&[2, 2], &[0, -1, 0, -1]));
    assert_eq!(results[3].to_f64s()[0], 1.5);
}

#[test]
fn what_a_lowering_checks_is_an_error() {
    let (tokens, indices) = (f32s(&[2, 1], &[1.0, 2.0]), i32s(&[2, 1], &[0, 1]));
    let message = error(DISPATCH, vec![tokens.clone(), indices.clone(), index(-1)]);
    assert!(message.contains("-1"), "{message}");
    let message = error(
        DISPATCH,
        vec![tokens.clone(), i32s(&[3, 1], &[0; 3]), index(1)],
    );
    assert!(
        message.ends_with("expected `indices` to have a row for each of 2 tokens, but got 3 rows"),
        "{message}"
    );
    let typed = DISPATCH.replace("2x?x1xf32", "2x4x1xf32");
    let message = error(&typed, vec![tokens, indices, index(1)]);
    assert!(
        message.ends_with("to be of type tensor<2x4x1xf32>, but got tensor<2x1x1xf32>"),
        "{message}"
    );
}

#[test]
fn a_transfer_is_what_it_transfers() {
    let text = "func.func @f(%x: tensor<?x1xf32>, %i: tensor<2xi32>)
        -> (tensor<?x1xf32>, tensor<2xi32>) {
      %y = fidelity.transfer %x from \"a\" to \"b\" : tensor<?x1xf32>
      %j = fidelity.transfer %i from \"a\" to \"b\" : tensor<2xi32>
      return %y, %j : tensor<?x1xf32>, tensor<2xi32>
    }";
    let inputs = vec![f32s(&[2, 1], &[3.0, f64::NAN]), i32s(&[2], &[-7, 5])];
    let results = run(text, inputs).unwrap();
    let values = results[0].to_f64s();
    assert!(values[0] == 3.0 && values[1].is_nan(), "{values:?}");
    assert_eq!(results[1], i32s(&[2], &[-7, 5]));
}
