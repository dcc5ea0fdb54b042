use fidelity_reference::ElementType;
use fidelity_reference::state_space::{output, state_update};
use pretty_assertions::assert_eq;

use crate::data::{check, f32s, f64s, load, message, zeros};

#[test]
fn state_update_agrees_with_numpy() {
    let get = |name| load("state_space", name);
    let next = state_update(&get("state"), &get("x"), &get("A"), &get("B")).unwrap();
    check(&next, &get("next"));
}

#[test]
fn output_agrees_with_numpy() {
    let get = |name| load("state_space", name);
    check(&output(&get("state"), &get("C"), None).unwrap(), &get("y"));
    check(
        &output(&get("state"), &get("C"), Some((&get("D"), &get("x")))).unwrap(),
        &get("y_with_skip"),
    );
}

#[test]
fn one_state_by_hand() {
    let s = f32s(&[2], &[1.0, 2.0]);
    let (a, b) = (f32s(&[2], &[0.5, 0.25]), f32s(&[2], &[1.0, -1.0]));
    let x = f32s(&[], &[3.0]);
    let next = state_update(&s, &x, &a, &b).unwrap();
    assert_eq!(next, f32s(&[2], &[3.5, -2.5]));
    // A scalar broadcasts to the state.
    let half = f32s(&[], &[0.5]);
    assert_eq!(
        state_update(&s, &x, &half, &half).unwrap(),
        f32s(&[2], &[2.0, 2.5])
    );
    assert_eq!(output(&next, &a, None).unwrap(), f32s(&[], &[1.125]));
    assert_eq!(
        output(&next, &a, Some((&half, &x))).unwrap(),
        f32s(&[], &[2.625])
    );
}

#[test]
fn states_of_size_zero() {
    let element = ElementType::BF16;
    let scalar = zeros(element, &[]);
    for shape in [[0, 2], [2, 0], [0, 0]] {
        let (s, x) = (zeros(element, &shape), zeros(element, &shape[..1]));
        assert_eq!(state_update(&s, &x, &scalar, &scalar).unwrap(), s);
        // A sum of nothing is 0.
        assert_eq!(output(&s, &scalar, None).unwrap(), x);
        assert_eq!(output(&s, &scalar, Some((&scalar, &x))).unwrap(), x);
    }
}

#[test]
fn state_update_refuses_wrong_operands() {
    let s = f32s(&[2, 3], &[0.0; 6]);
    let x = f32s(&[2], &[0.0; 2]);
    let a = f32s(&[3], &[0.0; 3]);
    assert_eq!(
        message(state_update(&f32s(&[], &[0.0]), &x, &a, &a)),
        "fidelity.ssm.state_update: expected `state` to have a last dimension, \
         but got a tensor of rank 0"
    );
    assert_eq!(
        message(state_update(&s, &a, &a, &a)),
        "fidelity.ssm.state_update: expected `input` to have the shape of `state` without its \
         last dimension, [2], but got [3]"
    );
    assert_eq!(
        message(state_update(&s, &x, &x, &a)),
        "fidelity.ssm.state_update: expected `A` to broadcast to the shape of `state`, [2, 3], \
         but got [2]"
    );
    // B may not widen the state.
    let wide = f32s(&[4, 2, 3], &[0.0; 24]);
    assert_eq!(
        message(state_update(&s, &x, &a, &wide)),
        "fidelity.ssm.state_update: expected `B` to broadcast to the shape of `state`, [2, 3], \
         but got [4, 2, 3]"
    );
    assert_eq!(
        message(state_update(&s, &x, &a, &f64s(&[3], &[0.0; 3]))),
        "fidelity.ssm.state_update: expected `B` to have the element type of `state`, f32, \
         but got f64"
    );
}

#[test]
fn output_refuses_wrong_operands() {
    let s = f32s(&[2, 3], &[0.0; 6]);
    let x = f32s(&[2], &[0.0; 2]);
    let c = f32s(&[3], &[0.0; 3]);
    assert_eq!(
        message(output(&f32s(&[], &[0.0]), &c, None)),
        "fidelity.ssm.output: expected `state` to have a last dimension, \
         but got a tensor of rank 0"
    );
    assert_eq!(
        message(output(&s, &x, None)),
        "fidelity.ssm.output: expected `C` to broadcast to the shape of `state`, [2, 3], \
         but got [2]"
    );
    assert_eq!(
        message(output(&s, &c, Some((&x, &c)))),
        "fidelity.ssm.output: expected `input` to have the shape of `state` without its last \
         dimension, [2], but got [3]"
    );
    assert_eq!(
        message(output(&s, &c, Some((&c, &x)))),
        "fidelity.ssm.output: expected `D` to broadcast to the shape of the result, [2], \
         but got [3]"
    );
    assert_eq!(
        message(output(&s, &f64s(&[3], &[0.0; 3]), None)),
        "fidelity.ssm.output: expected `C` to have the element type of `state`, f32, but got f64"
    );
}
