//! The ops of the dialect: what the sequence ops decompose to.

use super::{error, f32s, run};

#[test]
fn recurrence() {
    let text = "func.func @f(%d: tensor<?xf32>, %x: tensor<?xf32>, %s: tensor<f32>) -> (tensor<?xf32>, tensor<f32>) {
        %o, %last = fidelity.recurrence decay %d value %x state %s
            {indexing_maps = [affine_map<(t) -> (t)>, affine_map<(t) -> (t)>, affine_map<(t) -> ()>,
                              affine_map<(t) -> (t)>, affine_map<(t) -> ()>]}
            : (tensor<?xf32>, tensor<?xf32>, tensor<f32>) -> (tensor<?xf32>, tensor<f32>)
        return %o, %last : tensor<?xf32>, tensor<f32>
    }";
    let results = run(
        text,
        vec![
            f32s(&[3], &[0.5; 3]),
            f32s(&[3], &[1.0, 2.0, 3.0]),
            f32s(&[], &[4.0]),
        ],
    )
    .unwrap();
    assert_eq!(results, [f32s(&[3], &[3.0, 3.5, 4.75]), f32s(&[], &[4.75])]);
    let none = f32s(&[0], &[]);
    let results = run(text, vec![none.clone(), none.clone(), f32s(&[], &[4.0])]).unwrap();
    assert_eq!(results, [none, f32s(&[], &[4.0])]);
    assert_eq!(
        error(
            text,
            vec![
                f32s(&[2], &[0.5; 2]),
                f32s(&[3], &[0.0; 3]),
                f32s(&[], &[4.0])
            ]
        ),
        "-:2:21: fidelity.recurrence: expected operands to have one size of loop 0, 2, but got 3"
    );
}

// S is (1, 2): the read before its update sees 1 + 2 · 3 and 2; then it is
// 2 (1, 2) + (0, -1) (1 + 2) + (1, 0) 3.
#[test]
fn recurrence_with_every_operand() {
    let text = "#k = affine_map<(t, k) -> (k)>
      func.func @f(%d: tensor<f32>, %k: tensor<2xf32>, %v: tensor<1xf32>, %q: tensor<2xf32>,
                   %r: tensor<2xf32>, %w: tensor<2xf32>, %u: tensor<2xf32>, %s: tensor<2xf32>)
          -> (tensor<1xf32>, tensor<2xf32>) {
        %o, %last = fidelity.recurrence decay %d key %k value %v query %q erase %r, %w bonus %u state %s read(before)
            {indexing_maps = [affine_map<(t, k) -> ()>, #k, affine_map<(t, k) -> (t)>, #k, #k, #k, #k, #k,
                              affine_map<(t, k) -> (t)>, #k]}
            : (tensor<f32>, tensor<2xf32>, tensor<1xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>,
               tensor<2xf32>, tensor<2xf32>) -> (tensor<1xf32>, tensor<2xf32>)
        return %o, %last : tensor<1xf32>, tensor<2xf32>
    }";
    let results = run(
        text,
        vec![
            f32s(&[], &[2.0]),
            f32s(&[2], &[1.0, 0.0]),
            f32s(&[1], &[3.0]),
            f32s(&[2], &[1.0, 1.0]),
            f32s(&[2], &[1.0, 1.0]),
            f32s(&[2], &[0.0, -1.0]),
            f32s(&[2], &[2.0, 2.0]),
            f32s(&[2], &[1.0, 2.0]),
        ],
    )
    .unwrap();
    assert_eq!(results, [f32s(&[1], &[9.0]), f32s(&[2], &[5.0, 1.0])]);
}
