//! Structured ops.

use crate::{error, f32s, i32s, index, ints, value};
use fidelity_dialect::interpreter::ElementType;
use pretty_assertions::assert_eq;

const PRODUCT: &str = "
    #a = affine_map<(m, n, k) -> (m, k)>
    #b = affine_map<(m, n, k) -> (k, n)>
    #c = affine_map<(m, n, k) -> (m, n)>
    func.func @f(%a: tensor<?x?xf32>, %b: tensor<?x?xf32>, %c: tensor<?x?xf32>) -> tensor<?x?xf32> {
      %d = linalg.generic {indexing_maps = [#a, #b, #c],
                           iterator_types = [\"parallel\", \"parallel\", \"reduction\"]}
          ins(%a, %b : tensor<?x?xf32>, tensor<?x?xf32>) outs(%c : tensor<?x?xf32>) {
      ^bb0(%x: f32, %y: f32, %z: f32):
        %p = arith.mulf %x, %y : f32
        %s = arith.addf %z, %p : f32
        linalg.yield %s : f32
      } -> tensor<?x?xf32>
      return %d : tensor<?x?xf32>
    }";

#[test]
fn reduces() {
    let a = f32s(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let b = f32s(&[3, 1], &[1.0, 10.0, 100.0]);
    let c = f32s(&[2, 1], &[0.5, 0.25]);
    let d = f32s(&[2, 1], &[321.5, 654.25]);
    assert_eq!(value(PRODUCT, vec![a.clone(), b.clone(), c.clone()]), d);

    // The named op stands for the same.
    let named = "func.func @f(%a: tensor<2x3xf32>, %b: tensor<3x1xf32>, %c: tensor<2x1xf32>)
        -> tensor<2x1xf32> {
      %d = linalg.matmul ins(%a, %b : tensor<2x3xf32>, tensor<3x1xf32>)
                         outs(%c : tensor<2x1xf32>) -> tensor<2x1xf32>
      return %d : tensor<2x1xf32>
    }";
    assert_eq!(value(named, vec![a, b, c]), d);
}

// No point of an empty reduction, and no element at all.
#[test]
fn runs_over_nothing() {
    let (a, b, c) = (
        f32s(&[1, 0], &[]),
        f32s(&[0, 1], &[]),
        f32s(&[1, 1], &[7.0]),
    );
    assert_eq!(value(PRODUCT, vec![a, b, c.clone()]), c);
    let (a, b, c) = (
        f32s(&[0, 1], &[]),
        f32s(&[1, 1], &[1.0]),
        f32s(&[0, 1], &[]),
    );
    assert_eq!(value(PRODUCT, vec![a, b, c.clone()]), c);
}

#[test]
fn refuses_loops_of_two_sizes() {
    let (a, b, c) = (
        f32s(&[1, 3], &[1.0; 3]),
        f32s(&[2, 1], &[1.0; 2]),
        f32s(&[1, 1], &[0.0]),
    );
    assert_eq!(
        error(PRODUCT, vec![a, b, c]),
        "-:6:12: linalg.generic: expected dimension 0 of operand 1 to be 3, but got 2"
    );
}

// y[i] = x[2 i] + i, the i as a number of the body's.
#[test]
fn knows_the_point_it_is_at() {
    let text = "func.func @f(%x: tensor<?xi32>, %init: tensor<?xi32>) -> tensor<?xi32> {
      %y = linalg.generic {indexing_maps = [affine_map<(i) -> (2 * i)>, affine_map<(i) -> (i)>],
                           iterator_types = [\"parallel\"]}
          ins(%x : tensor<?xi32>) outs(%init : tensor<?xi32>) {
      ^bb0(%e: i32, %unused: i32):
        %i = linalg.index 0 : index
        %j = arith.index_cast %i : index to i32
        %s = arith.addi %e, %j : i32
        linalg.yield %s : i32
      } -> tensor<?xi32>
      return %y : tensor<?xi32>
    }";
    let x = i32s(&[5], &[10, 20, 30, 40, 50]);
    assert_eq!(
        value(text, vec![x.clone(), i32s(&[3], &[0; 3])]),
        i32s(&[3], &[10, 31, 52])
    );
    assert_eq!(
        error(text, vec![x, i32s(&[4], &[0; 4])]),
        "-:2:12: linalg.generic: expected an index from 0 to below 5 in dimension 0, but got 6"
    );
}

// Two results, a number as an input, and a value from outside of the body.
#[test]
fn takes_numbers_and_gives_several_results() {
    let text = "func.func @f(%x: tensor<2xf32>, %s: f32, %t: f32) -> tensor<2xf32> {
      %e = tensor.empty() : tensor<2xf32>
      %g:2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>,
                                              affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
                             iterator_types = [\"parallel\"]}
          ins(%x, %s : tensor<2xf32>, f32) outs(%e, %e : tensor<2xf32>, tensor<2xf32>) {
      ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
        %p = arith.mulf %a, %b : f32
        %q = arith.addf %a, %t : f32
        linalg.yield %p, %q : f32, f32
      } -> (tensor<2xf32>, tensor<2xf32>)
      %y = arith.subf %g#0, %g#1 : tensor<2xf32>
      return %y : tensor<2xf32>
    }";
    let number = |value| f32s(&[], &[value]);
    assert_eq!(
        value(
            text,
            vec![f32s(&[2], &[1.0, 2.0]), number(10.0), number(0.5)]
        ),
        f32s(&[2], &[8.5, 17.5])
    );
}

#[test]
fn fills_and_rearranges() {
    let fill = "func.func @f(%n: index, %x: i8) -> tensor<?x2xi8> {
      %e = tensor.empty(%n) : tensor<?x2xi8>
      %y = linalg.fill ins(%x : i8) outs(%e : tensor<?x2xi8>) -> tensor<?x2xi8>
      return %y : tensor<?x2xi8>
    }";
    let number = ints(ElementType::I8, &[], &[3]);
    assert_eq!(
        value(fill, vec![index(2), number]),
        ints(ElementType::I8, &[2, 2], &[3; 4])
    );
    let transpose = "func.func @f(%x: tensor<2x3xi32>) -> tensor<3x2xi32> {
      %e = tensor.empty() : tensor<3x2xi32>
      %y = linalg.transpose ins(%x : tensor<2x3xi32>) outs(%e : tensor<3x2xi32>) permutation = [1, 0]
      return %y : tensor<3x2xi32>
    }";
    assert_eq!(
        value(transpose, vec![i32s(&[2, 3], &[1, 2, 3, 4, 5, 6])]),
        i32s(&[3, 2], &[1, 4, 2, 5, 3, 6])
    );
    let reduce = "func.func @f(%x: tensor<2x3xi32>) -> tensor<2xi32> {
      %e = arith.constant dense<0> : tensor<2xi32>
      %y = linalg.reduce { arith.addi } ins(%x : tensor<2x3xi32>) outs(%e : tensor<2xi32>) dimensions = [1]
      return %y : tensor<2xi32>
    }";
    assert_eq!(
        value(reduce, vec![i32s(&[2, 3], &[1, 2, 3, 4, 5, 6])]),
        i32s(&[2], &[6, 15])
    );
}
