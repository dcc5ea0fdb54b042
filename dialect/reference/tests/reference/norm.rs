use fidelity_reference::ElementType;
use fidelity_reference::norm::rms_norm;
use pretty_assertions::assert_eq;

use crate::data::{check, f32s, f64s, i8s, load, message, zeros};

#[test]
fn rms_norm_agrees_with_numpy() {
    let (x, weight) = (load("rms_norm", "x"), load("rms_norm", "weight"));
    check(
        &rms_norm(&x, Some(&weight), 1e-6).unwrap(),
        &load("rms_norm", "y"),
    );
    check(
        &rms_norm(&x, None, 0.5).unwrap(),
        &load("rms_norm", "y_without_weight"),
    );
}

#[test]
fn rms_norm_by_hand() {
    // The mean of 3² and 4² is 12.5, of ε = 3.5 more the root is 4.
    let x = f64s(&[1, 2], &[3.0, 4.0]);
    let weight = f32s(&[2], &[1.0, -2.0]);
    assert_eq!(
        rms_norm(&x, Some(&weight), 3.5).unwrap(),
        f64s(&[1, 2], &[0.75, -2.0])
    );
}

#[test]
fn rms_norm_at_the_edges() {
    for shape in [&[0][..], &[3, 0], &[0, 4], &[1]] {
        let x = zeros(ElementType::BF16, shape);
        assert_eq!(rms_norm(&x, None, 1e-5).unwrap(), x);
    }
    // Without an ε a row of zeros has no direction.
    let y = rms_norm(&f32s(&[2], &[0.0; 2]), None, 0.0).unwrap();
    assert!(y.floats().unwrap().iter().all(|value| value.is_nan()));
}

#[test]
fn rms_norm_refuses_wrong_operands() {
    let x = f32s(&[2, 3], &[0.0; 6]);
    assert_eq!(
        message(rms_norm(&f32s(&[], &[0.0]), None, 1e-5)),
        "fidelity.rms_norm: expected `input` to have a last dimension, but got a tensor of rank 0"
    );
    assert_eq!(
        message(rms_norm(&i8s(&[1], &[0]), None, 1e-5)),
        "fidelity.rms_norm: expected `input` to have a float element type, but got i8"
    );
    assert_eq!(
        message(rms_norm(&x, Some(&f32s(&[2], &[0.0; 2])), 1e-5)),
        "fidelity.rms_norm: expected `weight` to have the size of the last dimension of `input`, \
         [3], but got [2]"
    );
    for (epsilon, text) in [(-1.0, "-1"), (f64::INFINITY, "inf"), (f64::NAN, "NaN")] {
        assert_eq!(
            message(rms_norm(&x, None, epsilon)),
            format!(
                "fidelity.rms_norm: expected `epsilon` to be finite and not negative, but got {text}"
            )
        );
    }
}
