use fidelity_reference::elementwise::{self, Approximation};
use fidelity_reference::{ElementType, Error, Tensor};
use pretty_assertions::assert_eq;

use crate::data::{check, f32s, f64s, i8s, load, message, zeros};

type Activation = fn(&Tensor) -> Result<Tensor, Error>;

const ACTIVATIONS: [(&str, Activation); 10] = [
    ("sigmoid", elementwise::sigmoid),
    ("tanh", elementwise::tanh),
    ("silu", elementwise::silu),
    ("relu", elementwise::relu),
    ("squared_relu", elementwise::squared_relu),
    ("exp", elementwise::exp),
    ("softplus", elementwise::softplus),
    ("elu_plus_one", elementwise::elu_plus_one),
    ("gelu", |x| elementwise::gelu(x, Approximation::None)),
    ("gelu_tanh", |x| elementwise::gelu(x, Approximation::Tanh)),
];

#[test]
fn activations_agree_with_numpy() {
    for (name, activation) in ACTIVATIONS {
        let actual = activation(&load("activations", "x")).unwrap();
        check(&actual, &load("activations", name));

        let actual = activation(&load("activations", "halves")).unwrap();
        check(&actual, &load("activations", &format!("{name}_of_halves")));
    }
}

#[test]
fn activations_keep_shape_and_type() {
    for (name, activation) in ACTIVATIONS {
        for element in [ElementType::F16, ElementType::BF16, ElementType::F32] {
            for shape in [&[][..], &[0], &[2, 0, 3], &[1, 1]] {
                let actual = activation(&zeros(element, shape)).unwrap();
                assert_eq!(actual.shape(), shape, "{name}");
                assert_eq!(actual.element_type(), element, "{name}");
            }
        }
    }
}

#[test]
fn activations_at_zero() {
    let expected = [0.5, 0.0, 0.0, 0.0, 0.0, 1.0, 2_f64.ln(), 1.0, 0.0, 0.0];
    for ((_, activation), value) in ACTIVATIONS.into_iter().zip(expected) {
        let actual = activation(&zeros(ElementType::F64, &[])).unwrap();
        check(&actual, &f64s(&[], &[value]));
    }
}

#[test]
fn activations_keep_nan() {
    for (name, activation) in ACTIVATIONS {
        let actual = activation(&f64s(&[], &[f64::NAN])).unwrap();
        assert!(actual.floats().unwrap()[0].is_nan(), "{name}");
    }
}

#[test]
fn activations_are_rounded_to_their_type() {
    let one = Tensor::from_floats(ElementType::BF16, [1], vec![1.0]).unwrap();
    // e = 2.71828…, between the bf16 2.703125 and 2.71875.
    assert_eq!(elementwise::exp(&one).unwrap().floats().unwrap(), [2.71875]);
}

#[test]
fn activations_take_floats() {
    assert_eq!(
        message(elementwise::squared_relu(&i8s(&[1], &[1]))),
        "fidelity.squared_relu: expected `input` to have a float element type, but got i8"
    );
}

#[test]
fn arithmetic_broadcasts_as_numpy_does() {
    let (lhs, rhs) = (load("broadcast", "lhs"), load("broadcast", "rhs"));
    for (name, actual) in [
        ("add", elementwise::add(&lhs, &rhs)),
        ("subtract", elementwise::subtract(&lhs, &rhs)),
        ("multiply", elementwise::multiply(&lhs, &rhs)),
    ] {
        // An f32 sum or product is exact in f64: one rounding, as in f32.
        assert_eq!(actual.unwrap(), load("broadcast", name), "{name}");
    }
}

#[test]
fn arithmetic_at_the_edges() {
    let scalar = f32s(&[], &[1.0]);
    let vector = f32s(&[3], &[0.25, 0.5, 2.0]);
    assert_eq!(
        elementwise::subtract(&scalar, &vector).unwrap(),
        f32s(&[3], &[0.75, 0.5, -1.0])
    );
    assert_eq!(
        elementwise::add(&scalar, &scalar).unwrap(),
        f32s(&[], &[2.0])
    );
    let empty = f32s(&[0, 3], &[]);
    assert_eq!(elementwise::add(&empty, &vector).unwrap(), empty);
    // A size of 1 stretches to 0 as well.
    let one = f32s(&[1, 1], &[1.0]);
    assert_eq!(elementwise::multiply(&one, &empty).unwrap(), empty);
}

#[test]
fn arithmetic_refuses_what_does_not_broadcast() {
    let vector = f32s(&[3], &[0.0; 3]);
    assert_eq!(
        message(elementwise::add(&vector, &f32s(&[2, 2], &[0.0; 4]))),
        "fidelity.add: expected shapes that broadcast, but got [3] and [2, 2]"
    );
    assert_eq!(
        message(elementwise::subtract(&vector, &f64s(&[3], &[0.0; 3]))),
        "fidelity.subtract: expected `rhs` to have the element type of `lhs`, f32, but got f64"
    );
    assert_eq!(
        message(elementwise::multiply(&i8s(&[1], &[0]), &vector)),
        "fidelity.multiply: expected `lhs` to have a float element type, but got i8"
    );
}

#[test]
fn swiglu_agrees_with_numpy() {
    let (gate, up) = (load("swiglu", "gate"), load("swiglu", "up"));
    check(
        &elementwise::swiglu(&gate, &up).unwrap(),
        &load("swiglu", "y"),
    );
    let empty = f32s(&[2, 0], &[]);
    assert_eq!(elementwise::swiglu(&empty, &empty).unwrap(), empty);
}

#[test]
fn swiglu_refuses_other_shapes_and_types() {
    let gate = f32s(&[2, 1], &[0.0; 2]);
    assert_eq!(
        message(elementwise::swiglu(&gate, &f32s(&[2, 3], &[0.0; 6]))),
        "fidelity.swiglu: expected `up` to have the shape of `gate`, [2, 1], but got [2, 3]"
    );
    assert_eq!(
        message(elementwise::swiglu(&gate, &f64s(&[2, 1], &[0.0; 2]))),
        "fidelity.swiglu: expected `up` to have the element type of `gate`, f32, but got f64"
    );
}

#[test]
fn keywords_are_those_of_the_dialect() {
    assert_eq!(
        "none".parse::<Approximation>().unwrap(),
        Approximation::None
    );
    assert_eq!(
        "tanh".parse::<Approximation>().unwrap(),
        Approximation::Tanh
    );
    assert_eq!(
        message("erf".parse::<Approximation>()),
        "expected one of `none` `tanh`, but got `erf`"
    );
}
