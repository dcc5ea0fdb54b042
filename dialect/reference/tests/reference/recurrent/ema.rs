use fidelity_reference::recurrent::ema;
use fidelity_reference::{ElementType, Tensor};
use pretty_assertions::assert_eq;

use super::{check_sums, some, steps};
use crate::data::{f64s, load, message, zeros};

fn get(name: &str) -> Tensor {
    load("ema", name)
}

/// The average of the data, from a state, over a range of steps.
fn run(state: Option<&Tensor>, range: std::ops::Range<usize>) -> [Tensor; 2] {
    let [alpha, delta, beta, eta] = ["alpha", "delta", "beta", "eta"].map(get);
    let x = steps(&get("x"), 1, range);
    ema(&x, &alpha, &delta, &beta, &eta, state).unwrap().into()
}

#[test]
fn agrees_with_numpy() {
    check_sums(&run(Some(&get("h")), 0..6), ["y", "last"].map(get));
    check_sums(&run(None, 0..6), ["y_from_zero", "last_from_zero"].map(get));
}

#[test]
fn by_hand() {
    // Two averages of one channel, of half and a quarter, read as a sum and a
    // difference; the second is not damped.
    let x = f64s(&[2, 1], &[8.0, 16.0]);
    let row = |values: [f64; 2]| f64s(&[1, 2], &values);
    let (y, last) = ema(
        &x,
        &row([0.5, 0.25]),
        &row([0.5, 1.0]),
        &row([1.0, 2.0]),
        &row([1.0, -1.0]),
        None,
    )
    .unwrap();
    // h_1 = (4, 4); h_2 = (8 + 3, 8 + 3).
    assert_eq!((y, last), (f64s(&[2, 1], &[0.0, 0.0]), row([11.0, 11.0])));
}

#[test]
fn goes_on_from_its_state() {
    let whole = run(None, 0..6);
    let first = run(None, 0..4);
    let rest = run(Some(&first[1]), 4..6);
    assert_eq!(rest[1], whole[1]);
    assert_eq!(rest[0], steps(&whole[0], 1, 4..6));
}

#[test]
fn at_the_edges() {
    for [batch, time, channels, size] in [[2, 0, 3, 4], [0, 2, 3, 4], [2, 2, 0, 4], [2, 2, 3, 0]] {
        let x = some(ElementType::F16, &[batch, time, channels]);
        let p = some(ElementType::F16, &[channels, size]);
        let state = some(ElementType::F16, &[batch, channels, size]);
        let (y, last) = ema(&x, &p, &p, &p, &p, Some(&state)).unwrap();
        assert_eq!(y, zeros(ElementType::F16, &[batch, time, channels]));
        assert_eq!(last, state);
        let (_, last) = ema(&x, &p, &p, &p, &p, None).unwrap();
        assert_eq!(last, zeros(ElementType::F16, &[batch, channels, size]));
    }
}

#[test]
fn refuses_wrong_operands() {
    let t = |shape: &[usize]| zeros(ElementType::F32, shape);
    let right: [&[usize]; 6] = [&[5, 2], &[2, 3], &[2, 3], &[2, 3], &[2, 3], &[2, 3]];
    let run = |shapes: [&[usize]; 6]| {
        let [x, alpha, delta, beta, eta, state] = shapes.map(t);
        ema(&x, &alpha, &delta, &beta, &eta, Some(&state))
    };
    assert!(run(right).is_ok());
    for (index, wrong, expected) in [
        (
            0,
            &[5][..],
            "`input` to have a time and a channel dimension, but got [5]",
        ),
        (1, &[2], "`alpha` to have 2 dimensions, but got [2]"),
        (
            1,
            &[3, 3],
            "`alpha` to have a row for each of 2 channels, but got [3, 3]",
        ),
        (
            2,
            &[2, 4],
            "`delta` to have the shape of `alpha`, [2, 3], but got [2, 4]",
        ),
        (
            3,
            &[2, 4],
            "`beta` to have the shape of `alpha`, [2, 3], but got [2, 4]",
        ),
        (
            4,
            &[2, 4],
            "`eta` to have the shape of `alpha`, [2, 3], but got [2, 4]",
        ),
        (
            5,
            &[3, 2],
            "`state` to have the shape that `input` and `alpha` ask for, [2, 3], but got [3, 2]",
        ),
    ] {
        let mut shapes = right;
        shapes[index] = wrong;
        assert_eq!(
            message(run(shapes)),
            format!("fidelity.ema: expected {expected}")
        );
    }
    let (x, wide) = (t(&[5, 2]), zeros(ElementType::F64, &[2, 3]));
    assert_eq!(
        message(ema(&x, &wide, &wide, &wide, &wide, None)),
        "fidelity.ema: expected `alpha` to have the element type of `input`, f32, but got f64"
    );
}
