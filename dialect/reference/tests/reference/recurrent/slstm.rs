use fidelity_reference::recurrent::{ForgetGate, slstm};
use fidelity_reference::{ElementType, Tensor};
use pretty_assertions::assert_eq;

use super::{check_sums, some, steps};
use crate::data::{f64s, load, message, zeros};

fn get(name: &str) -> Tensor {
    load("slstm", name)
}

/// The sLSTM of the data, from a state, over a range of steps.
fn run(
    state: Option<[&Tensor; 4]>,
    forget: ForgetGate,
    range: std::ops::Range<usize>,
) -> [Tensor; 5] {
    let [z, i, f, o] = ["z", "i", "f", "o"].map(|name| steps(&get(name), 1, range.clone()));
    slstm(&z, &i, &f, &o, &get("R"), state, forget).unwrap()
}

#[test]
fn agrees_with_numpy() {
    let names = ["output", "last_c", "last_n", "last_m", "last_h"];
    let expected = |suffix: &str| names.map(|name| get(&format!("{name}{suffix}")));
    check_sums(
        &run(None, ForgetGate::Sigmoid, 0..5),
        expected("_from_zero"),
    );
    let state = ["c", "n", "m", "h"].map(get);
    let state = Some(state.each_ref());
    check_sums(&run(state, ForgetGate::Exponential, 0..5), expected(""));
}

#[test]
fn by_hand() {
    // σ(0) is 1/2. First, with h = 4 through R_z = 1: n = 1 and c = tanh(4)
    // from nothing; then n = 1/2 + 1.
    let zeros = f64s(&[2, 1, 1], &[0.0; 2]);
    let r = f64s(&[4, 1, 1, 1], &[1.0, 0.0, 0.0, 0.0]);
    let zero = f64s(&[1, 1], &[0.0]);
    let h = f64s(&[1, 1], &[4.0]);
    let state = Some([&zero, &zero, &zero, &h]);
    let [output, c, n, m, last] = slstm(
        &zeros,
        &zeros,
        &zeros,
        &zeros,
        &r,
        state,
        ForgetGate::Sigmoid,
    )
    .unwrap();
    let first = 4_f64.tanh() / 2.0;
    let next = 4_f64.tanh() / 2.0 + first.tanh();
    let second = next / 3.0;
    check_sums(
        [&output, &c, &n, &m, &last],
        [
            f64s(&[2, 1, 1], &[first, second]),
            f64s(&[1, 1], &[next]),
            f64s(&[1, 1], &[1.5]),
            f64s(&[1, 1], &[0.0]),
            f64s(&[1, 1], &[second]),
        ],
    );
}

#[test]
fn goes_on_from_its_state() {
    let whole = run(None, ForgetGate::Sigmoid, 0..5);
    let [_, c, n, m, h] = run(None, ForgetGate::Sigmoid, 0..3);
    let rest = run(Some([&c, &n, &m, &h]), ForgetGate::Sigmoid, 3..5);
    assert_eq!(rest[1..], whole[1..]);
    assert_eq!(rest[0], steps(&whole[0], 1, 3..5));
}

// The true c and n are exp(±800) times these, which no f64 holds; before the
// first step n is 0, and h no quotient of zeros.
#[test]
fn large_gates_do_not_overflow() {
    let one = f64s(&[2, 1, 1], &[1.0, 1.0]);
    let r = zeros(ElementType::F64, &[4, 1, 1, 1]);
    for gate in [800.0, -800.0] {
        let gates = f64s(&[2, 1, 1], &[gate, gate]);
        let [h, ..] = slstm(&one, &gates, &one, &gates, &r, None, ForgetGate::Sigmoid).unwrap();
        let expected = if gate > 0.0 { 1_f64.tanh() } else { 0.0 };
        check_sums([&h], [f64s(&[2, 1, 1], &[expected, expected])]);
    }
}

// Where n is 0 the state before is not looked at.
#[test]
fn nothing_is_remembered_where_the_normaliser_is_zero() {
    let x = some(ElementType::F64, &[3, 1, 2]);
    let r = some(ElementType::F64, &[4, 1, 2, 2]);
    let zero = zeros(ElementType::F64, &[1, 2]);
    let [c, m] = [f64::INFINITY, 900.0].map(|value| f64s(&[1, 2], &[value, value]));
    let state = Some([&c, &zero, &m, &zero]);
    let forget = ForgetGate::Exponential;
    let fresh = slstm(&x, &x, &x, &x, &r, None, forget).unwrap();
    assert_eq!(slstm(&x, &x, &x, &x, &r, state, forget).unwrap(), fresh);
}

#[test]
fn at_the_edges() {
    for [batch, time, heads, size] in [[2, 0, 3, 4], [0, 2, 3, 4], [2, 2, 0, 4], [2, 2, 3, 0]] {
        let x = some(ElementType::F32, &[batch, time, heads, size]);
        let r = some(ElementType::F32, &[4, heads, size, size]);
        let state = some(ElementType::F32, &[batch, heads, size]);
        let forget = ForgetGate::Sigmoid;
        let [output, last @ ..] = slstm(&x, &x, &x, &x, &r, Some([&state; 4]), forget).unwrap();
        assert_eq!(output, zeros(ElementType::F32, &[batch, time, heads, size]));
        assert_eq!(last, [state.clone(), state.clone(), state.clone(), state]);
    }
}

#[test]
fn refuses_wrong_operands() {
    let t = |shape: &[usize]| zeros(ElementType::F32, shape);
    let right: [&[usize]; 9] = [
        &[5, 2, 3],
        &[5, 2, 3],
        &[5, 2, 3],
        &[5, 2, 3],
        &[4, 2, 3, 3],
        &[2, 3],
        &[2, 3],
        &[2, 3],
        &[2, 3],
    ];
    let run = |shapes: [&[usize]; 9]| {
        let [z, i, f, o, r, c, n, m, h] = shapes.map(t);
        slstm(
            &z,
            &i,
            &f,
            &o,
            &r,
            Some([&c, &n, &m, &h]),
            ForgetGate::Sigmoid,
        )
    };
    assert!(run(right).is_ok());
    let mut wrong = right;
    wrong[0] = &[2, 3];
    assert_eq!(
        message(run(wrong)),
        "fidelity.slstm: expected `cell_input` to have a time, a head and a feature dimension, \
         but got [2, 3]"
    );
    for (index, name) in [(1, "input_gate"), (2, "forget_gate"), (3, "output_gate")] {
        let mut wrong = right;
        wrong[index] = &[5, 3, 2];
        assert_eq!(
            message(run(wrong)),
            format!(
                "fidelity.slstm: expected `{name}` to have the shape of `cell_input`, [5, 2, 3], \
                 but got [5, 3, 2]"
            )
        );
    }
    let mut wrong = right;
    wrong[4] = &[3, 2, 3, 3];
    assert_eq!(
        message(run(wrong)),
        "fidelity.slstm: expected `recurrent` to have four matrices for each head of \
         `cell_input`, [4, 2, 3, 3], but got [3, 2, 3, 3]"
    );
    for (index, name) in ["c", "n", "m", "h"].into_iter().enumerate() {
        let mut wrong = right;
        wrong[5 + index] = &[3, 2];
        assert_eq!(
            message(run(wrong)),
            format!(
                "fidelity.slstm: expected `{name}` to have the shape of `cell_input` without its \
                 time dimension, [2, 3], but got [3, 2]"
            )
        );
    }
    let (x, r) = (t(&[5, 2, 3]), zeros(ElementType::F16, &[4, 2, 3, 3]));
    assert_eq!(
        message(slstm(&x, &x, &x, &x, &r, None, ForgetGate::Sigmoid)),
        "fidelity.slstm: expected `recurrent` to have the element type of `cell_input`, f32, \
         but got f16"
    );
}
