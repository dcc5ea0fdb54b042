use fidelity_reference::recurrent::{RwkvVersion, rwkv};
use fidelity_reference::{ElementType, Tensor};
use pretty_assertions::assert_eq;

use super::{check_sums, some, steps};
use crate::data::{f64s, load, message, zeros};

const TIME: usize = 2;

fn get(name: &str) -> Tensor {
    load("rwkv", name)
}

/// The time mixing of the data in both versions, from a state, over a range of
/// steps.
fn run(
    bonus: Option<&Tensor>,
    state: [Option<&Tensor>; 2],
    range: std::ops::Range<usize>,
) -> [Tensor; 4] {
    let [r, w, k, v, a, b] =
        ["r", "w", "k", "v", "a", "b"].map(|name| steps(&get(name), TIME, range.clone()));
    let (o6, s6) = rwkv(&r, &w, &k, &v, bonus, state[0], RwkvVersion::V6).unwrap();
    let version = RwkvVersion::V7 {
        erase: Some((&a, &b)),
    };
    let (o7, s7) = rwkv(&r, &w, &k, &v, bonus, state[1], version).unwrap();
    [o6, s6, o7, s7]
}

#[test]
fn agrees_with_numpy() {
    let (u, s) = (get("u"), get("S"));
    let names = ["o6", "S6", "o7", "S7"];
    check_sums(&run(Some(&u), [Some(&s); 2], 0..5), names.map(get));
    let plain = names.map(|name| get(&format!("{name}_plain")));
    check_sums(&run(None, [None; 2], 0..5), plain);
}

#[test]
fn by_hand() {
    // One key and one value: the state 4 decays by half, and is fed 2 · 3.
    let one = |value: f64| f64s(&[1, 1, 1], &[value]);
    let (r, w, k, v) = (one(2.0), one(0.5_f64.ln()), one(2.0), one(3.0));
    let (u, s) = (f64s(&[1, 1], &[0.5]), one(4.0));
    // 2 · (4 + 6/2), read before the state is 4/2 + 6.
    let (o, last) = rwkv(&r, &w, &k, &v, Some(&u), Some(&s), RwkvVersion::V6).unwrap();
    check_sums([&o, &last], [one(14.0), one(8.0)]);
    // Erased are 4 · (-0.25) · 3; read afterwards are 2 · 5 and 2 · 2/2 · 3.
    let (a, b) = (one(-0.25), one(3.0));
    let version = RwkvVersion::V7 {
        erase: Some((&a, &b)),
    };
    let (o, last) = rwkv(&r, &w, &k, &v, Some(&u), Some(&s), version).unwrap();
    check_sums([&o, &last], [one(16.0), one(5.0)]);
    // Nothing is erased.
    let version = RwkvVersion::V7 { erase: None };
    let (o, last) = rwkv(&r, &w, &k, &v, None, Some(&s), version).unwrap();
    check_sums([&o, &last], [one(16.0), one(8.0)]);
}

#[test]
fn goes_on_from_its_state() {
    let whole = run(None, [None; 2], 0..5);
    let [_, s6, _, s7] = run(None, [None; 2], 0..3);
    let rest = run(None, [Some(&s6), Some(&s7)], 3..5);
    assert_eq!((&rest[1], &rest[3]), (&whole[1], &whole[3]));
    for index in [0, 2] {
        assert_eq!(rest[index], steps(&whole[index], TIME, 3..5));
    }
}

#[test]
fn at_the_edges() {
    for [heads, time, keys, values] in [[2, 0, 3, 4], [0, 2, 3, 4], [2, 2, 0, 4], [2, 2, 3, 0]] {
        let r = some(ElementType::BF16, &[heads, time, keys]);
        let v = some(ElementType::BF16, &[heads, time, values]);
        let u = some(ElementType::BF16, &[heads, keys]);
        let state = some(ElementType::BF16, &[heads, keys, values]);
        for version in [
            RwkvVersion::V6,
            RwkvVersion::V7 {
                erase: Some((&r, &r)),
            },
        ] {
            let (o, last) = rwkv(&r, &r, &r, &v, Some(&u), Some(&state), version).unwrap();
            assert_eq!(o, zeros(ElementType::BF16, &[heads, time, values]));
            assert_eq!(last, state);
            let (_, last) = rwkv(&r, &r, &r, &v, None, None, version).unwrap();
            assert_eq!(last, zeros(ElementType::BF16, &[heads, keys, values]));
        }
    }
}

#[test]
fn refuses_wrong_operands() {
    let t = |shape: &[usize]| zeros(ElementType::F32, shape);
    let right: [&[usize]; 8] = [
        &[2, 5, 3],
        &[2, 5, 3],
        &[2, 5, 3],
        &[2, 5, 4],
        &[2, 5, 3],
        &[2, 5, 3],
        &[2, 3],
        &[2, 3, 4],
    ];
    let run = |shapes: [&[usize]; 8]| {
        let [r, w, k, v, a, b, u, s] = shapes.map(t);
        let version = RwkvVersion::V7 {
            erase: Some((&a, &b)),
        };
        rwkv(&r, &w, &k, &v, Some(&u), Some(&s), version)
    };
    assert!(run(right).is_ok());
    for (index, wrong, expected) in [
        (
            0,
            &[5, 3][..],
            "`receptance` to have a head, a time and a key dimension, but got [5, 3]",
        ),
        (
            1,
            &[2, 5, 4],
            "`decay` to have the shape of `receptance`, [2, 5, 3], but got [2, 5, 4]",
        ),
        (
            2,
            &[2, 4, 3],
            "`key` to have the shape of `receptance`, [2, 5, 3], but got [2, 4, 3]",
        ),
        (
            3,
            &[3, 5, 4],
            "`value` to have the shape of `receptance` but for its last dimension, [2, 5, 4], \
             but got [3, 5, 4]",
        ),
        (
            4,
            &[2, 5],
            "`a` to have the shape of `receptance`, [2, 5, 3], but got [2, 5]",
        ),
        (
            5,
            &[2, 5, 4],
            "`b` to have the shape of `receptance`, [2, 5, 3], but got [2, 5, 4]",
        ),
        (
            6,
            &[3, 2],
            "`bonus` to have a row for each head of `receptance`, [2, 3], but got [3, 2]",
        ),
        (
            7,
            &[2, 4, 3],
            "`state` to have the shape that `receptance` and `value` ask for, [2, 3, 4], \
             but got [2, 4, 3]",
        ),
    ] {
        let mut shapes = right;
        shapes[index] = wrong;
        assert_eq!(
            message(run(shapes)),
            format!("fidelity.rwkv: expected {expected}")
        );
    }
    let (r, wide) = (t(&[2, 5, 3]), zeros(ElementType::F64, &[2, 5, 3]));
    assert_eq!(
        message(rwkv(&r, &wide, &r, &r, None, None, RwkvVersion::V6)),
        "fidelity.rwkv: expected `decay` to have the element type of `receptance`, f32, \
         but got f64"
    );
}
