//! Tensors as a whole.

use crate::{error, f32s, i8s, i32s, index, run, value};
use pretty_assertions::assert_eq;

#[test]
fn makes_tensors() {
    let empty = "func.func @f(%n: index) -> (tensor<?x2xf32>, tensor<1xi32>) {
        %e = tensor.empty(%n) : tensor<?x2xf32>
        %i = tensor.empty() : tensor<1xi32>
        return %e, %i : tensor<?x2xf32>, tensor<1xi32>
    }";
    let results = run(empty, vec![index(1)]).unwrap();
    assert!(results[0].floats().unwrap().iter().all(|x| x.is_nan()));
    assert_eq!(results[0].shape(), [1, 2]);
    assert_eq!(results[1], i32s(&[1], &[i64::from(i32::MIN)]));
    assert_eq!(
        error(empty, vec![index(-1)]),
        "-:2:14: tensor.empty: expected a size of at least 0, but got -1"
    );
    assert_eq!(
        error(empty, vec![index(1 << 60)]),
        "-:2:14: tensor.empty: expected a tensor that fits into memory, \
         but got a tensor of 2305843009213693952 elements"
    );

    let splat = "func.func @f(%x: f32, %n: index) -> tensor<2x?xf32> {
        %y = tensor.splat %x[%n] : tensor<2x?xf32>
        return %y : tensor<2x?xf32>
    }";
    assert_eq!(
        value(splat, vec![f32s(&[], &[1.5]), index(2)]),
        f32s(&[2, 2], &[1.5; 4])
    );

    let elements = "func.func @f(%x: i32, %y: i32) -> tensor<2x1xi32> {
        %z = tensor.from_elements %x, %y : tensor<2x1xi32>
        return %z : tensor<2x1xi32>
    }";
    let number = |value| i32s(&[], &[value]);
    assert_eq!(
        value(elements, vec![number(1), number(2)]),
        i32s(&[2, 1], &[1, 2])
    );

    let generate = "func.func @f(%n: index) -> tensor<?x2xindex> {
        %y = tensor.generate %n {
        ^bb0(%i: index, %j: index):
          %s = arith.subi %i, %j : index
          tensor.yield %s : index
        } : tensor<?x2xindex>
        return %y : tensor<?x2xindex>
    }";
    assert_eq!(
        value(generate, vec![index(2)]).integers(),
        Some(&[0, -1, 1, 0][..])
    );
}

#[test]
fn reads_and_writes_elements() {
    let text = "func.func @f(%x: tensor<?x?xi32>, %i: index, %j: index) -> tensor<?x?xi32> {
        %e = tensor.extract %x[%i, %j] : tensor<?x?xi32>
        %d = arith.addi %e, %e : i32
        %y = tensor.insert %d into %x[%i, %j] : tensor<?x?xi32>
        return %y : tensor<?x?xi32>
    }";
    let x = i32s(&[2, 2], &[1, 2, 3, 4]);
    assert_eq!(
        value(text, vec![x.clone(), index(1), index(0)]),
        i32s(&[2, 2], &[1, 2, 6, 4])
    );
    for (i, j, message) in [
        (2, 0, "0 to below 2 in dimension 0, but got 2"),
        (0, -1, "0 to below 2 in dimension 1, but got -1"),
    ] {
        assert_eq!(
            error(text, vec![x.clone(), index(i), index(j)]),
            format!("-:2:14: tensor.extract: expected an index from {message}")
        );
    }
}

#[test]
fn measures() {
    let text = "func.func @f(%x: tensor<?x3xi32>, %i: index) -> (index, index) {
        %n = tensor.dim %x, %i : tensor<?x3xi32>
        %r = tensor.rank %x : tensor<?x3xi32>
        return %n, %r : index, index
    }";
    let x = i32s(&[0, 3], &[]);
    assert_eq!(
        run(text, vec![x.clone(), index(1)]).unwrap(),
        [index(3), index(2)]
    );
    assert_eq!(run(text, vec![x.clone(), index(0)]).unwrap()[0], index(0));
    assert_eq!(
        error(text, vec![x, index(2)]),
        "-:2:14: tensor.dim: expected a dimension from 0 to below 2, but got 2"
    );
}

// The check that a lowering makes with cf.assert.
#[test]
fn a_cast_checks_static_sizes() {
    let text = "func.func @f(%x: tensor<?xf32>) -> tensor<2xf32> {
        %y = tensor.cast %x : tensor<?xf32> to tensor<2xf32>
        return %y : tensor<2xf32>
    }";
    let x = f32s(&[2], &[1.0, 2.0]);
    assert_eq!(value(text, vec![x.clone()]), x);
    assert_eq!(
        error(text, vec![f32s(&[3], &[0.0; 3])]),
        "-:2:14: tensor.cast: expected result 0 to be of type tensor<2xf32>, but got tensor<3xf32>"
    );
}

#[test]
fn takes_slices() {
    let text =
        "func.func @f(%x: tensor<3x?xi32>, %o: index, %n: index, %s: index) -> tensor<2x?xi32> {
        %y = tensor.extract_slice %x[1, %o] [2, %n] [1, %s] : tensor<3x?xi32> to tensor<2x?xi32>
        return %y : tensor<2x?xi32>
    }";
    let x = i32s(&[3, 4], &(0..12).collect::<Vec<_>>());
    let slice = |o, n, s| vec![x.clone(), index(o), index(n), index(s)];
    assert_eq!(value(text, slice(1, 2, 2)), i32s(&[2, 2], &[5, 7, 9, 11]));
    assert_eq!(value(text, slice(4, 0, 1)), i32s(&[2, 0], &[]));
    assert_eq!(
        error(text, slice(1, 3, 2)),
        "-:2:14: tensor.extract_slice: expected a slice inside of dimension 1, of size 4, \
         but got 3 elements from 1 on, 2 apart"
    );
    assert_eq!(
        error(text, slice(0, -1, 1)),
        "-:2:14: tensor.extract_slice: expected a size of at least 0, but got -1"
    );

    let row = "func.func @f(%x: tensor<3x4xi32>, %i: index) -> tensor<4xi32> {
        %y = tensor.extract_slice %x[%i, 0] [1, 4] [1, 1] : tensor<3x4xi32> to tensor<4xi32>
        return %y : tensor<4xi32>
    }";
    assert_eq!(
        value(row, vec![x.clone(), index(2)]),
        i32s(&[4], &[8, 9, 10, 11])
    );

    let put = "func.func @f(%r: tensor<?xi32>, %x: tensor<3x4xi32>, %n: index) -> tensor<3x4xi32> {
        %y = tensor.insert_slice %r into %x[1, 1] [1, %n] [1, 2] : tensor<?xi32> into tensor<3x4xi32>
        return %y : tensor<3x4xi32>
    }";
    let r = i32s(&[2], &[-1, -2]);
    assert_eq!(
        value(put, vec![r.clone(), x.clone(), index(2)]),
        i32s(&[3, 4], &[0, 1, 2, 3, 4, -1, 6, -2, 8, 9, 10, 11])
    );
    assert_eq!(
        error(put, vec![r, x, index(1)]),
        "-:2:14: tensor.insert_slice: expected a source of shape [1], but got [2]"
    );
}

#[test]
fn changes_shapes() {
    let collapse = "func.func @f(%x: tensor<?x3x1xi32>) -> tensor<?x1xi32> {
        %y = tensor.collapse_shape %x [[0, 1], [2]] : tensor<?x3x1xi32> into tensor<?x1xi32>
        return %y : tensor<?x1xi32>
    }";
    let six: Vec<i64> = (0..6).collect();
    assert_eq!(
        value(collapse, vec![i32s(&[2, 3, 1], &six)]),
        i32s(&[6, 1], &six)
    );
    let expand = "func.func @f(%x: tensor<?xi32>, %n: index) -> tensor<?x3xi32> {
        %y = tensor.expand_shape %x [[0, 1]] output_shape [%n, 3] : tensor<?xi32> into tensor<?x3xi32>
        return %y : tensor<?x3xi32>
    }";
    assert_eq!(
        value(expand, vec![i32s(&[6], &six), index(2)]),
        i32s(&[2, 3], &six)
    );
    assert_eq!(
        error(expand, vec![i32s(&[6], &six), index(3)]),
        "-:2:14: tensor.expand_shape: expected dimension 0, of size 6, to expand to as many \
         elements, but got 9"
    );
    let reshape = "func.func @f(%x: tensor<?xi32>, %n: index) -> tensor<?x?xi32> {
        %c2 = arith.constant 2 : index
        %shape = tensor.from_elements %n, %c2 : tensor<2xindex>
        %y = tensor.reshape %x(%shape) : (tensor<?xi32>, tensor<2xindex>) -> tensor<?x?xi32>
        return %y : tensor<?x?xi32>
    }";
    assert_eq!(
        value(reshape, vec![i32s(&[6], &six), index(3)]),
        i32s(&[3, 2], &six)
    );
    assert_eq!(
        error(reshape, vec![i32s(&[6], &six), index(4)]),
        "-:4:14: tensor.reshape: expected 8 elements for shape [4, 2], but got 6"
    );
}

#[test]
fn pads() {
    let text = "func.func @f(%x: tensor<?xi32>, %low: index, %high: index) -> tensor<?xi32> {
        %y = tensor.pad %x low[%low] high[%high] {
        ^bb0(%i: index):
          %v = arith.index_cast %i : index to i32
          tensor.yield %v : i32
        } : tensor<?xi32> to tensor<?xi32>
        return %y : tensor<?xi32>
    }";
    let x = i32s(&[2], &[10, 20]);
    assert_eq!(
        value(text, vec![x.clone(), index(1), index(2)]),
        i32s(&[5], &[0, 10, 20, 3, 4])
    );
    assert_eq!(
        error(text, vec![x, index(-1), index(2)]),
        "-:2:14: tensor.pad: expected to pad by at least 0, but got -1"
    );
}

// What passes leave between tensors with names or a unit and those without; not
// what stores trits in another way.
#[test]
fn forgets_names_and_units() {
    let between = |from: &str, to: &str| {
        format!(
            "func.func @f(%x: {from}) -> {to} {{
               %y = builtin.unrealized_conversion_cast %x : {from} to {to}
               return %y : {to}
             }}"
        )
    };
    let x = f32s(&[2], &[1.0, 2.0]);
    let named = "tensor<2xf32, #fidelity.tensor<dims = [N], unit = \"m\">>";
    for [from, to] in [[named, "tensor<?xf32>"], ["tensor<2xf32>", named]] {
        assert_eq!(value(&between(from, to), vec![x.clone()]), x);
    }
    let packed = between(
        "tensor<2xi8, #fidelity.tensor<storage = packed2>>",
        "tensor<2xi8>",
    );
    let message = error(&packed, vec![i8s(&[2], &[1, -1])]);
    let expected = "expected an op that the reference interpreter knows, but got \
                    builtin.unrealized_conversion_cast";
    assert!(message.contains(expected), "{message}");
}
