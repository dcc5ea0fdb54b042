use fidelity_reference::ElementType;
use fidelity_reference::recurrent::{Candidate, mlgru};
use pretty_assertions::assert_eq;

use crate::data::{check, f32s, f64s, load, message, zeros};

#[test]
fn mlgru_agrees_with_numpy() {
    let get = |name| load("mlgru", name);
    let (forget, candidate) = (get("forget"), get("candidate"));
    let (output, last) = mlgru(
        &forget,
        &candidate,
        Some(&get("gate")),
        Some(&get("state")),
        Some(&get("bound")),
        Candidate::Silu,
    )
    .unwrap();
    check(&output, &get("output"));
    check(&last, &get("last"));

    let (output, last) = mlgru(&forget, &candidate, None, None, None, Candidate::Tanh).unwrap();
    check(&output, &get("plain"));
    check(&last, &get("plain_last"));
}

#[test]
fn mlgru_by_hand() {
    // σ(0) is 1/2; with a bound of 1/2, f is 3/4. silu(0) is 0: h decays.
    let zeros = f64s(&[2, 1], &[0.0; 2]);
    let (state, bound) = (f64s(&[1], &[16.0]), f64s(&[1], &[0.5]));
    let (output, last) = mlgru(
        &zeros,
        &zeros,
        Some(&zeros),
        Some(&state),
        Some(&bound),
        Candidate::Silu,
    )
    .unwrap();
    assert_eq!(output, f64s(&[2, 1], &[6.0, 4.5]));
    assert_eq!(last, f64s(&[1], &[9.0]));
}

#[test]
fn mlgru_goes_on_from_its_state() {
    let get = |name| load("mlgru", name);
    let take = |name, steps: std::ops::Range<usize>| {
        let tensor = get(name).reshaped([6, 4, 5]).unwrap();
        let values = tensor.floats().unwrap();
        let taken: Vec<_> = values
            .chunks(20)
            .flat_map(|sequence| &sequence[steps.start * 5..steps.end * 5])
            .copied()
            .collect();
        f64s(&[6, steps.len(), 5], &taken)
    };
    let run = |steps: std::ops::Range<usize>, state| {
        let (forget, candidate) = (take("forget", steps.clone()), take("candidate", steps));
        mlgru(&forget, &candidate, None, state, None, Candidate::Silu).unwrap()
    };
    let (_, whole) = run(0..4, None);
    let (_, first) = run(0..3, None);
    let (_, second) = run(3..4, Some(&first));
    assert_eq!(second, whole);
}

#[test]
fn mlgru_at_the_edges() {
    // Without a step the last state is the first one.
    let none = f32s(&[2, 0, 1], &[]);
    let state = f32s(&[2, 1], &[3.0, 4.0]);
    let (output, last) = mlgru(&none, &none, None, Some(&state), None, Candidate::Silu).unwrap();
    assert_eq!((output, last), (none.clone(), state));
    let (_, last) = mlgru(&none, &none, None, None, None, Candidate::Silu).unwrap();
    assert_eq!(last, zeros(ElementType::F32, &[2, 1]));

    for shape in [[0, 3, 2], [2, 3, 0], [0, 0, 0]] {
        let none = zeros(ElementType::F16, &shape);
        let (output, last) = mlgru(&none, &none, None, None, None, Candidate::Silu).unwrap();
        assert_eq!(output, none);
        assert_eq!(last, zeros(ElementType::F16, &[shape[0], shape[2]]));
    }

    let one = f32s(&[1, 1], &[0.0]);
    let (output, last) = mlgru(&one, &one, None, None, None, Candidate::Tanh).unwrap();
    assert_eq!((output, last), (one, f32s(&[1], &[0.0])));
}

#[test]
fn mlgru_refuses_wrong_operands() {
    let forget = f32s(&[2, 3], &[0.0; 6]);
    let other = f32s(&[3, 3], &[0.0; 9]);
    let wide = f64s(&[2, 3], &[0.0; 6]);
    let silu = Candidate::Silu;
    let vector = f32s(&[3], &[0.0; 3]);
    assert_eq!(
        message(mlgru(&vector, &vector, None, None, None, silu)),
        "fidelity.mlgru: expected `forget` to have a time and a channel dimension, but got [3]"
    );
    assert_eq!(
        message(mlgru(&forget, &other, None, None, None, silu)),
        "fidelity.mlgru: expected `candidate` to have the shape of `forget`, [2, 3], \
         but got [3, 3]"
    );
    assert_eq!(
        message(mlgru(&forget, &forget, Some(&other), None, None, silu)),
        "fidelity.mlgru: expected `gate` to have the shape of `forget`, [2, 3], but got [3, 3]"
    );
    assert_eq!(
        message(mlgru(&forget, &forget, None, Some(&other), None, silu)),
        "fidelity.mlgru: expected `state` to have the shape of `forget` without its time \
         dimension, [3], but got [3, 3]"
    );
    let short = f32s(&[2], &[0.0; 2]);
    assert_eq!(
        message(mlgru(&forget, &forget, None, None, Some(&short), silu)),
        "fidelity.mlgru: expected `lower_bound` to have the size of the channel dimension of \
         `forget`, [3], but got [2]"
    );
    assert_eq!(
        message(mlgru(&forget, &wide, None, None, None, silu)),
        "fidelity.mlgru: expected `candidate` to have the element type of `forget`, f32, \
         but got f64"
    );
}
