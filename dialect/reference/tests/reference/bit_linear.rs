use fidelity_reference::ElementType;
use fidelity_reference::ternary::bit_linear;
use pretty_assertions::assert_eq;

use crate::data::{check, f32s, f64s, i8s, load, message, zeros};

#[test]
fn bit_linear_agrees_with_numpy() {
    let get = |name| load("bit_linear", name);
    let (x, w) = (get("x"), get("w"));
    let (norm, bias) = (get("norm"), get("bias"));
    check(
        &bit_linear(&x, &w, &get("scale"), Some(&norm), Some(&bias), 1e-8).unwrap(),
        &get("y"),
    );
    check(
        &bit_linear(&x, &w, &f32s(&[], &[2.0]), None, None, 1e-5).unwrap(),
        &get("y_plain"),
    );
}

#[test]
fn bit_linear_by_hand() {
    // The norm of (3, 4) with ε = 3.5 is (0.75, 1); s is 127, q (95, 127).
    let x = f64s(&[1, 2], &[3.0, 4.0]);
    let w = i8s(&[2, 2], &[1, 1, -1, 0]);
    let (scale, bias) = (f32s(&[], &[127.0]), f32s(&[2], &[0.5, -0.5]));
    check(
        &bit_linear(&x, &w, &scale, None, Some(&bias), 3.5).unwrap(),
        &f64s(&[1, 2], &[222.5, -95.5]),
    );
}

#[test]
fn bit_linear_at_the_edges() {
    let element = ElementType::BF16;
    let scale = f32s(&[], &[1.0]);
    for (x, w, y) in [
        (&[0, 4][..], [3, 4], &[0, 3][..]),
        (&[2, 0], [3, 0], &[2, 3]),
        (&[2, 4], [0, 4], &[2, 0]),
        (&[1], [1, 1], &[1]),
    ] {
        let (x, w) = (zeros(element, x), zeros(ElementType::I8, &w));
        assert_eq!(
            bit_linear(&x, &w, &scale, None, None, 1e-5).unwrap(),
            zeros(element, y)
        );
    }
    // Without inputs what is left is the bias.
    let bias = f32s(&[1], &[2.0]);
    let (x, w) = (zeros(element, &[0]), i8s(&[1, 0], &[]));
    let y = bit_linear(&x, &w, &scale, None, Some(&bias), 1e-5).unwrap();
    assert_eq!(y.floats().unwrap(), [2.0]);
}

#[test]
fn a_bias_is_added_where_there_is_one() {
    let (x, w) = (f64s(&[1], &[1.0]), i8s(&[1, 1], &[0]));
    let sign = |bias: Option<f64>| {
        let bias = bias.map(|bias| f64s(&[1], &[bias]));
        let y = bit_linear(&x, &w, &f64s(&[], &[-1.0]), None, bias.as_ref(), 1e-5).unwrap();
        y.floats().unwrap()[0].is_sign_negative()
    };
    // -0 + -0 is -0, and -0 + 0 is 0.
    assert_eq!([None, Some(-0.0), Some(0.0)].map(sign), [true, true, false]);
}

#[test]
fn bit_linear_refuses_wrong_operands() {
    let (x, w) = (f32s(&[2, 4], &[0.0; 8]), i8s(&[3, 4], &[0; 12]));
    let scale = f32s(&[], &[1.0]);
    let short = f32s(&[2], &[0.0; 2]);
    assert_eq!(
        message(bit_linear(&scale, &w, &scale, None, None, 1e-5)),
        "fidelity.bit_linear: expected `x` to have a last dimension, but got a tensor of rank 0"
    );
    assert_eq!(
        message(bit_linear(
            &i8s(&[4], &[0; 4]),
            &w,
            &scale,
            None,
            None,
            1e-5
        )),
        "fidelity.bit_linear: expected `x` to have a float element type, but got i8"
    );
    assert_eq!(
        message(bit_linear(&short, &w, &scale, None, None, 1e-5)),
        "fidelity.bit_linear: expected the last dimension of `x` to be that of `weights`, 4, \
         but got 2"
    );
    assert_eq!(
        message(bit_linear(&x, &w, &short, None, None, 1e-5)),
        "fidelity.bit_linear: expected `scale` to be a scalar, [3] or [3, G], but got [2]"
    );
    assert_eq!(
        message(bit_linear(&x, &w, &i8s(&[], &[1]), None, None, 1e-5)),
        "fidelity.bit_linear: expected `scale` to have a float element type, but got i8"
    );
    let thirds = f32s(&[3, 3], &[0.0; 9]);
    assert_eq!(
        message(bit_linear(&x, &w, &thirds, None, None, 1e-5)),
        "fidelity.bit_linear: expected the groups of `scale` to divide 4, but got 3 groups"
    );
    assert_eq!(
        message(bit_linear(&x, &w, &scale, Some(&short), None, 1e-5)),
        "fidelity.bit_linear: expected `norm_weight` to have the size of the last dimension of \
         `x`, [4], but got [2]"
    );
    assert_eq!(
        message(bit_linear(&x, &w, &scale, None, Some(&short), 1e-5)),
        "fidelity.bit_linear: expected `bias` to have as many elements as `weights` has rows, [3], \
         but got [2]"
    );
    assert_eq!(
        message(bit_linear(&x, &w, &scale, None, None, -1.0)),
        "fidelity.bit_linear: expected `epsilon` to be finite and not negative, but got -1"
    );
    // A row of zeros without an ε.
    assert_eq!(
        message(bit_linear(&x, &w, &scale, None, None, 0.0)),
        "fidelity.bit_linear: expected finite values in `x̂`, but got NaN at [0, 0]"
    );
}
