use fidelity_reference::recurrent::{ForgetGate, MlstmOptions, mlstm};
use fidelity_reference::{ElementType, Error, Tensor};
use pretty_assertions::assert_eq;

use super::{check_sums, some, steps};
use crate::data::{f64s, load, message, zeros};

fn get(name: &str) -> Tensor {
    load("mlstm", name)
}

/// The mLSTM of the data, from a state, over a range of steps.
fn run(
    state: Option<[&Tensor; 3]>,
    options: MlstmOptions,
    range: std::ops::Range<usize>,
) -> [Tensor; 4] {
    let [q, k, v, i, f] = ["q", "k", "v", "i", "f"].map(|name| steps(&get(name), 2, range.clone()));
    mlstm(&q, &k, &v, &i, &f, state, options).unwrap()
}

#[test]
fn agrees_with_numpy() {
    let state = ["C", "n", "m"].map(get);
    let state = Some(state.each_ref());
    let names = ["h", "last_C", "last_n", "last_m"];
    let expected = |suffix: &str| names.map(|name| get(&format!("{name}{suffix}")));

    let zero = MlstmOptions::default();
    check_sums(&run(state, zero, 0..5), expected(""));
    check_sums(&run(None, zero, 0..5), expected("_from_zero"));
    let options = MlstmOptions {
        forget: ForgetGate::Exponential,
        scale: Some(0.7),
        epsilon: 0.05,
    };
    check_sums(&run(state, options, 0..5), expected("_options"));
}

#[test]
fn by_hand() {
    // One key: m_1 = max(log(1/2), 0) = 0, so that C = 3 and n = 1/2, times the
    // query 4: 12 / max(2, 1).
    let one = |value: f64| f64s(&[1, 1], &[value]);
    let zero = f64s(&[1], &[0.0]);
    let [h, c, n, m] = mlstm(
        &one(4.0),
        &one(0.5),
        &one(6.0),
        &zero,
        &zero,
        None,
        MlstmOptions::default(),
    )
    .unwrap();
    assert_eq!(h, one(6.0));
    assert_eq!((c, n, m), (one(3.0), f64s(&[1], &[0.5]), f64s(&[], &[0.0])));
}

#[test]
fn goes_on_from_its_state() {
    let options = MlstmOptions::default();
    let whole = run(None, options, 0..5);
    let [_, c, n, m] = run(None, options, 0..3);
    let rest = run(Some([&c, &n, &m]), options, 3..5);
    assert_eq!(rest[1..], whole[1..]);
    assert_eq!(rest[0], steps(&whole[0], 2, 3..5));
}

// The true numbers are exp(±800) times these, which no f64 holds.
#[test]
fn large_gates_do_not_overflow() {
    let one = f64s(&[2, 1], &[1.0, 1.0]);
    let h = |gate: f64| {
        let gates = f64s(&[2], &[gate, gate]);
        let [h, ..] = mlstm(
            &one,
            &one,
            &one,
            &gates,
            &gates,
            None,
            MlstmOptions::default(),
        )
        .unwrap();
        h
    };
    assert_eq!(h(800.0), one);
    assert_eq!(h(-800.0), zeros(ElementType::F64, &[2, 1]));
}

#[test]
fn at_the_edges() {
    let options = MlstmOptions::default();
    for [batch, steps, keys, values] in [[2, 0, 3, 4], [0, 2, 3, 4], [2, 2, 0, 4], [2, 2, 3, 0]] {
        let zeros = |shape: &[usize]| zeros(ElementType::F32, shape);
        let q = some(ElementType::F32, &[batch, steps, keys]);
        let v = some(ElementType::F32, &[batch, steps, values]);
        let gate = some(ElementType::F32, &[batch, steps]);
        let [h, c, n, _] = mlstm(&q, &q, &v, &gate, &gate, None, options).unwrap();
        assert_eq!(h, zeros(&[batch, steps, values]));
        assert_eq!(c.shape(), [batch, keys, values]);
        assert_eq!(n.shape(), [batch, keys]);

        let c = some(ElementType::F32, &[batch, keys, values]);
        let n = some(ElementType::F32, &[batch, keys]);
        let m = some(ElementType::F32, &[batch]);
        let state = Some([&c, &n, &m]);
        let [_, last @ ..] = mlstm(&q, &q, &v, &gate, &gate, state, options).unwrap();
        if steps == 0 {
            assert_eq!(last, [c, n, m]);
        }
    }
}

#[test]
fn refuses_wrong_operands() {
    let t = |shape: &[usize]| zeros(ElementType::F32, shape);
    let refuse = |shapes: [&[usize]; 8], options| -> String {
        let [q, k, v, i, f, c, n, m] = shapes.map(t);
        let result: Result<_, Error> = mlstm(&q, &k, &v, &i, &f, Some([&c, &n, &m]), options);
        message(result)
    };
    let right: [&[usize]; 8] = [&[2, 3], &[2, 3], &[2, 4], &[2], &[2], &[3, 4], &[3], &[]];
    for (index, wrong, expected) in [
        (
            0,
            &[3][..],
            "`query` to have a time and a key dimension, but got [3]",
        ),
        (
            1,
            &[2, 4],
            "`key` to have the shape of `query`, [2, 3], but got [2, 4]",
        ),
        (
            2,
            &[3, 4],
            "`value` to have the shape of `query` but for its last dimension, [2, 4], but got [3, 4]",
        ),
        (
            2,
            &[],
            "`value` to have a last dimension, but got a tensor of rank 0",
        ),
        (
            3,
            &[2, 3],
            "`input_gate` to have the shape of `query` without its last dimension, [2], but got [2, 3]",
        ),
        (
            4,
            &[3],
            "`forget_gate` to have the shape of `query` without its last dimension, [2], but got [3]",
        ),
        (
            5,
            &[4, 3],
            "`C` to have the shape that `query` and `value` ask for, [3, 4], but got [4, 3]",
        ),
        (
            6,
            &[4],
            "`n` to have the shape that `query` and `value` ask for, [3], but got [4]",
        ),
        (
            7,
            &[1],
            "`m` to have the shape that `query` and `value` ask for, [], but got [1]",
        ),
    ] {
        let mut shapes = right;
        shapes[index] = wrong;
        assert_eq!(
            refuse(shapes, MlstmOptions::default()),
            format!("fidelity.mlstm: expected {expected}")
        );
    }
    let options = |scale, epsilon| MlstmOptions {
        scale,
        epsilon,
        ..MlstmOptions::default()
    };
    assert_eq!(
        refuse(right, options(Some(f64::INFINITY), 0.0)),
        "fidelity.mlstm: expected `scale` to be finite, but got inf"
    );
    assert_eq!(
        refuse(right, options(None, -1.0)),
        "fidelity.mlstm: expected `epsilon` to be finite and not negative, but got -1"
    );
    let (q, v, gate) = (t(&[2, 3]), t(&[2, 4]), t(&[2]));
    let wide = zeros(ElementType::F64, &[2, 4]);
    let options = MlstmOptions::default();
    assert_eq!(
        message(mlstm(&q, &q, &wide, &gate, &gate, None, options)),
        "fidelity.mlstm: expected `value` to have the element type of `query`, f32, but got f64"
    );
    assert!(mlstm(&q, &q, &v, &gate, &gate, None, options).is_ok());
}
