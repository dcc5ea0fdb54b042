use fidelity_reference::routing::{Softmax, combine, dispatch, route};
use fidelity_reference::{ElementType, Tensor};
use pretty_assertions::assert_eq;

use crate::data::{check, f32s, f64s, i8s, i32s, load, message};

#[test]
fn route_agrees_with_numpy() {
    let get = |name: &str| load("route", name);
    for softmax in [Softmax::Selected, Softmax::All] {
        let (weights, indices) = route(&get("logits"), 3, softmax).unwrap();
        check(&weights, &get(&format!("weights_{softmax}")));
        assert_eq!(indices, get("indices"));
    }
}

#[test]
fn route_by_hand() {
    // exp(ln 3) = 3: of the sum 3 + 1 + 1 the largest is 3/5, of the first two 3/4.
    let logits = f64s(&[1, 3], &[0.0, 3_f64.ln(), 0.0]);
    let (weights, indices) = route(&logits, 2, Softmax::All).unwrap();
    check(&weights, &f64s(&[1, 2], &[0.6, 0.2]));
    assert_eq!(indices, i32s(&[1, 2], &[1, 0]));
    let (weights, _) = route(&logits, 2, Softmax::Selected).unwrap();
    check(&weights, &f64s(&[1, 2], &[0.75, 0.25]));
}

#[test]
fn route_orders_ties_zeros_and_what_is_no_number() {
    let (nan, infinity) = (f64::NAN, f64::INFINITY);
    for (logits, expected) in [
        ([1.0, 2.0, 2.0, 1.0], [1, 2, 0]),
        ([0.0, -0.0, -0.0, 0.0], [0, 1, 2]),
        ([1.0, nan, infinity, nan], [1, 3, 2]),
        ([-infinity, -infinity, 0.0, -1.0], [2, 3, 0]),
    ] {
        let (_, indices) = route(&f32s(&[4], &logits), 3, Softmax::All).unwrap();
        assert_eq!(indices, i32s(&[3], &expected), "{logits:?}");
    }
}

#[test]
fn route_weighs_what_is_no_number() {
    let infinity = f64::INFINITY;
    for softmax in [Softmax::Selected, Softmax::All] {
        let weights = |logits: &[f64]| {
            let (weights, _) = route(&f64s(&[logits.len()], logits), 2, softmax).unwrap();
            weights.to_f64s()
        };
        // A masked expert has no weight; where the largest is no number, none has.
        assert_eq!(weights(&[-infinity, 1.0, -infinity]), [1.0, 0.0]);
        for largest in [f64::NAN, infinity] {
            let weights = weights(&[0.0, largest, 1.0]);
            assert!(weights.iter().all(|weight| weight.is_nan()), "{weights:?}");
        }
        let none = weights(&[-infinity, -infinity]);
        assert!(none.iter().all(|weight| weight.is_nan()), "{none:?}");
    }
}

#[test]
fn route_refuses_wrong_operands() {
    assert_eq!(
        message(route(&i8s(&[2], &[0, 1]), 1, Softmax::All)),
        "fidelity.route: expected `logits` to have a float element type, but got i8"
    );
    assert_eq!(
        message(route(&f32s(&[], &[0.0]), 1, Softmax::All)),
        "fidelity.route: expected `logits` to have a last dimension, \
         but got a tensor of rank 0"
    );
    for top_k in [0, 3] {
        assert_eq!(
            message(route(&f32s(&[2], &[0.0; 2]), top_k, Softmax::All)),
            format!("fidelity.route: expected `top_k` from 1 to the 2 experts, but got {top_k}")
        );
    }
    let (weights, indices) = route(&f32s(&[0, 2], &[]), 2, Softmax::All).unwrap();
    assert_eq!((weights, indices), (f32s(&[0, 2], &[]), i32s(&[0, 2], &[])));
}

#[test]
fn dispatch_and_combine_agree_with_numpy() {
    let get = |name| load("dispatch", name);
    let (dispatched, positions) = dispatch(&get("tokens"), &get("indices"), 5, 6).unwrap();
    assert_eq!(dispatched, get("dispatched"));
    assert_eq!(positions, get("positions"));
    let result = combine(
        &get("outputs"),
        &get("weights"),
        &get("indices"),
        &positions,
    );
    check(&result.unwrap(), &get("combined"));
}

// Tokens 0 and 1 have the first choice 0, token 2 the second choice 0: the first
// choices are served first, though token 0's second choice is its own.
#[test]
fn dispatch_serves_first_choices_first() {
    let tokens = f32s(&[3, 1], &[1.0, 2.0, 3.0]);
    let indices = i32s(&[3, 2], &[1, 0, 0, 1, 0, -1]);
    let (dispatched, positions) = dispatch(&tokens, &indices, 2, 2).unwrap();
    assert_eq!(dispatched, f32s(&[2, 2, 1], &[2.0, 3.0, 1.0, 2.0]));
    assert_eq!(positions, i32s(&[3, 2], &[0, -1, 0, 1, 1, -1]));
}

// What goes out comes back, weighed, where there is room for it.
#[test]
fn combine_undoes_dispatch() {
    let get = |name| load("dispatch", name);
    let (tokens, indices) = (
        get("tokens"),
        i32s(&[17, 2], &(0..34).map(|n| n % 5).collect::<Vec<_>>()),
    );
    let (dispatched, positions) = dispatch(&tokens, &indices, 5, 7).unwrap();
    let halves = f64s(&[17, 2], &[0.5; 34]);
    let result = combine(&dispatched, &halves, &indices, &positions).unwrap();
    assert_eq!(result, tokens);
}

#[test]
fn combine_gives_zero_where_nothing_came() {
    let outputs = f32s(&[1, 1, 2], &[f64::NAN, f64::INFINITY]);
    let weights = f32s(&[1, 2], &[1.0, 1.0]);
    let dropped = i32s(&[1, 2], &[-1, 1]);
    let zeros = i32s(&[1, 2], &[0, 0]);
    for (indices, positions) in [(&dropped, &zeros), (&zeros, &dropped)] {
        let result = combine(&outputs, &weights, indices, positions).unwrap();
        assert_eq!(result, f32s(&[1, 2], &[0.0, 0.0]));
    }
}

#[test]
fn dispatch_and_combine_at_the_edges() {
    let (tokens, none) = (f32s(&[2, 1], &[1.0, 2.0]), i32s(&[2, 0], &[]));
    let (dispatched, positions) = dispatch(&tokens, &none, 1, 1).unwrap();
    assert_eq!(
        (dispatched, positions),
        (f32s(&[1, 1, 1], &[0.0]), none.clone())
    );
    let result = combine(&f32s(&[1, 1, 1], &[5.0]), &f32s(&[2, 0], &[]), &none, &none);
    assert_eq!(result.unwrap(), f32s(&[2, 1], &[0.0; 2]));
    // No room at all.
    let (dispatched, positions) = dispatch(&tokens, &i32s(&[2, 1], &[0, 0]), 1, 0).unwrap();
    assert_eq!(dispatched, f32s(&[1, 0, 1], &[]));
    assert_eq!(positions, i32s(&[2, 1], &[-1, -1]));
}

#[test]
fn dispatch_refuses_wrong_operands() {
    let (tokens, indices) = (f32s(&[2, 1], &[0.0; 2]), i32s(&[2, 1], &[0; 2]));
    assert_eq!(
        message(dispatch(&i8s(&[2, 1], &[0; 2]), &indices, 1, 1)),
        "fidelity.dispatch: expected `tokens` to have a float element type, but got i8"
    );
    assert_eq!(
        message(dispatch(&tokens, &i8s(&[2, 1], &[0; 2]), 1, 1)),
        "fidelity.dispatch: expected `indices` to have element type i32, but got i8"
    );
    assert_eq!(
        message(dispatch(&tokens, &i32s(&[3, 1], &[0; 3]), 1, 1)),
        "fidelity.dispatch: expected `indices` to have a row for each of 2 tokens, but got 3 rows"
    );
    assert_eq!(
        message(dispatch(&tokens, &indices, 0, 1)),
        "fidelity.dispatch: expected `experts` to be positive, but got 0"
    );
    assert_eq!(
        message(dispatch(&tokens, &indices, 1, 1 << 31)),
        "fidelity.dispatch: expected `capacity` to be at most 2147483647, but got 2147483648"
    );
}

#[test]
fn combine_refuses_wrong_operands() {
    let outputs = Tensor::zeros(ElementType::F32, [2, 2, 1]).unwrap();
    let (weights, indices) = (f32s(&[1, 1], &[1.0]), i32s(&[1, 1], &[0]));
    assert_eq!(
        message(combine(&weights, &weights, &indices, &indices)),
        "fidelity.combine: expected `outputs` to have 3 dimensions, but got [1, 1]"
    );
    assert_eq!(
        message(combine(&outputs, &indices, &indices, &indices)),
        "fidelity.combine: expected `weights` to have a float element type, but got i32"
    );
    let wide = i32s(&[1, 2], &[0, 0]);
    assert_eq!(
        message(combine(&outputs, &weights, &wide, &indices)),
        "fidelity.combine: expected `indices` to have the shape of `weights`, [1, 1], \
         but got [1, 2]"
    );
    assert_eq!(
        message(combine(&outputs, &weights, &indices, &wide)),
        "fidelity.combine: expected `positions` to have the shape of `weights`, [1, 1], \
         but got [1, 2]"
    );
}
