//! Calls, loops, branches and assertions.

use crate::{error, f32s, i32s, index, ints, run, value};
use fidelity_dialect::interpreter::ElementType;
use pretty_assertions::assert_eq;

const SUM: &str = "func.func @f(%lower: index, %upper: index, %step: index) -> (index, index) {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %sum, %count = scf.for %i = %lower to %upper step %step
        iter_args(%s = %zero, %c = %zero) -> (index, index) {
      %next = arith.addi %s, %i : index
      %more = arith.addi %c, %one : index
      scf.yield %next, %more : index, index
    }
    return %sum, %count : index, index
}";

#[test]
fn loops() {
    for (bounds, expected) in [
        ([0, 10, 3], [3 + 6 + 9, 4]),
        ([-2, 2, 1], [-2, 4]),
        ([5, 5, 1], [0, 0]),
        ([5, 0, 1], [0, 0]),
        // The step after the last one is no i64.
        ([i64::MAX - 1, i64::MAX, i64::MAX], [i64::MAX - 1, 1]),
    ] {
        let results = run(SUM, bounds.map(index).to_vec()).unwrap();
        assert_eq!(results, expected.map(index), "{bounds:?}");
    }
    assert_eq!(
        error(SUM, [0, 1, 0].map(index).to_vec()),
        "-:4:20: scf.for: expected a step of at least 1, but got 0"
    );
}

#[test]
fn branches() {
    let text = "func.func @f(%c: i1) -> i32 {
        %zero = arith.constant 0 : i32
        %x = scf.if %c -> i32 {
          %one = arith.constant 1 : i32
          scf.yield %one : i32
        } else {
          scf.yield %zero : i32
        }
        scf.if %c {
        }
        return %x : i32
    }";
    for bit in [0, 1] {
        let condition = ints(ElementType::I1, &[], &[bit]);
        assert_eq!(value(text, vec![condition]), i32s(&[], &[bit]));
    }
}

#[test]
fn calls() {
    let text = "func.func private @twice(%x: tensor<?xf32>) -> tensor<?xf32> {
        %y = fidelity.add %x, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
        return %y : tensor<?xf32>
    }
    func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {
        %y = call @twice(%x) : (tensor<?xf32>) -> tensor<?xf32>
        %z = call @twice(%y) : (tensor<?xf32>) -> tensor<?xf32>
        return %z : tensor<?xf32>
    }";
    assert_eq!(
        value(text, vec![f32s(&[2], &[1.0, 2.0])]),
        f32s(&[2], &[4.0, 8.0])
    );
}

// An error inside of a call is about the op there.
#[test]
fn calls_do_not_hide_the_place() {
    let text = "func.func private @check(%c: i1) {
        cf.assert %c, \"expected the truth\"
        return
    }
    func.func @f(%c: i1) {
        call @check(%c) : (i1) -> ()
        return
    }";
    let bit = |bit| vec![ints(ElementType::I1, &[], &[bit])];
    assert_eq!(error(text, bit(0)), "-:2:9: cf.assert: expected the truth");
    assert_eq!(run(text, bit(1)).unwrap(), []);
}

#[test]
fn refuses_calls_without_end_and_without_body() {
    let text = "func.func @f() {
        call @f() : () -> ()
        return
    }";
    assert_eq!(
        error(text, vec![]),
        "-:2:9: func.call: expected at most 100 calls inside of each other, but got one more"
    );
    let text = "func.func private @g()
    func.func @f() {
        call @g() : () -> ()
        return
    }";
    assert_eq!(
        error(text, vec![]),
        "-:3:9: func.call: expected @g to have a body, but got a declaration"
    );
}

#[test]
fn takes_empty_texts() {
    let text = "func.func @\"\"(%c: i1) {
        cf.assert %c, \"\"
        return
    }
    func.func @f(%c: i1) {
        call @\"\"(%c) : (i1) -> ()
        return
    }";
    let bit = ints(ElementType::I1, &[], &[0]);
    assert_eq!(error(text, vec![bit]), "-:2:9: cf.assert: ");
}
