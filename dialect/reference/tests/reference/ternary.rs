use fidelity_reference::storage::Storage;
use fidelity_reference::ternary::{self, Accumulator, Granularity};
use fidelity_reference::{ElementType, Tensor};
use pretty_assertions::assert_eq;

use crate::data::{check, f32s, f64s, i8s, i32s, load, message, zeros};

#[test]
fn zero_vector_is_zero() {
    assert_eq!(
        ternary::zero_vector(3, ElementType::F16).unwrap(),
        zeros(ElementType::F16, &[3])
    );
    assert!(
        ternary::zero_vector(0, ElementType::F32)
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        message(ternary::zero_vector(1, ElementType::I8)),
        "fidelity.zero_vector: expected a float element type, but got i8"
    );
    assert!(ternary::zero_vector(usize::MAX, ElementType::F32).is_err());
}

#[test]
fn ternary_linear_agrees_with_numpy() {
    let get = |name: &str| load("ternary_linear", name);
    let (x, q, w) = (get("x"), get("q"), get("w"));
    let linear =
        |x: &Tensor, scale: Option<&Tensor>| ternary::ternary_linear(x, &w, scale, None).unwrap();
    check(&linear(&x, None), &get("y"));
    assert_eq!(linear(&q, None), get("y_of_q"));
    for name in ["scalar", "row", "group"] {
        let scale = get(&format!("scale_{name}"));
        check(&linear(&x, Some(&scale)), &get(&format!("y_{name}")));
        let actual = linear(&q, Some(&scale));
        assert_eq!(actual.element_type(), scale.element_type());
        check(&actual, &get(&format!("y_of_q_{name}")));
    }
}

#[test]
fn ternary_linear_by_hand() {
    let w = i8s(&[2, 4], &[1, 0, -1, 1, 0, 0, -1, -1]);
    let x = f32s(&[4], &[1.0, 2.0, 4.0, 8.0]);
    let linear = |scale: Option<&Tensor>| ternary::ternary_linear(&x, &w, scale, None).unwrap();
    assert_eq!(linear(None), f32s(&[2], &[5.0, -12.0]));
    assert_eq!(linear(Some(&f32s(&[], &[0.5]))), f32s(&[2], &[2.5, -6.0]));
    assert_eq!(
        linear(Some(&f64s(&[2], &[2.0, 0.25]))),
        f32s(&[2], &[10.0, -3.0])
    );
    let groups = f32s(&[2, 2], &[10.0, 1.0, 3.0, 0.5]);
    assert_eq!(linear(Some(&groups)), f32s(&[2], &[14.0, -6.0]));
}

/// The bits of the values of a result.
fn bits(result: Result<Tensor, fidelity_reference::Error>) -> Vec<u64> {
    let floats = result.unwrap().floats().unwrap().to_vec();
    floats.into_iter().map(f64::to_bits).collect()
}

#[test]
fn a_sum_of_nothing_is_zero_and_keeps_its_sign() {
    let (zero, minus) = (0.0_f64.to_bits(), (-0.0_f64).to_bits());
    let (x, w) = (f64s(&[2], &[3.0, -0.0]), i8s(&[2, 2], &[0, 0, 0, 1]));
    let linear = |scale: Option<&Tensor>| bits(ternary::ternary_linear(&x, &w, scale, None));
    assert_eq!(linear(None), [zero, zero]);
    // As the product of the sum and the scale is.
    assert_eq!(linear(Some(&f64s(&[], &[-2.0]))), [minus, minus]);
    assert_eq!(linear(Some(&f64s(&[2], &[-2.0, 2.0]))), [minus, zero]);
    // A weight of 0 adds nothing, and one of 1 adds the -0.
    let accumulate = |init| bits(ternary::ternary_accumulate(&x, &w, &f64s(&[2], init), None));
    assert_eq!(accumulate(&[-0.0, -0.0]), [minus, minus]);
    assert_eq!(accumulate(&[0.0, 0.0]), [zero, zero]);
}

#[test]
fn other_weights_count_by_their_sign() {
    let x = f32s(&[3], &[1.0, 2.0, 4.0]);
    assert_eq!(
        ternary::ternary_linear(&x, &i8s(&[1, 3], &[127, -128, 2]), None, None).unwrap(),
        f32s(&[1], &[3.0])
    );
}

#[test]
fn a_zero_weight_adds_nothing() {
    let x = f32s(&[2], &[f64::INFINITY, 1.0]);
    assert_eq!(
        ternary::ternary_linear(&x, &i8s(&[1, 2], &[0, -1]), None, None).unwrap(),
        f32s(&[1], &[-1.0])
    );
}

#[test]
fn integer_sums_are_exact() {
    let x = i8s(&[1, 3], &[-128, 127, 127]);
    let w = i8s(&[2, 3], &[-1, 1, 1, 1, -1, -1]);
    assert_eq!(
        ternary::ternary_linear(&x, &w, None, Some(Accumulator::I32)).unwrap(),
        i32s(&[1, 2], &[382, -382])
    );
    let init = i32s(&[1, 2], &[i32::MAX.into(), 0]);
    assert_eq!(
        message(ternary::ternary_accumulate(&x, &w, &init, None)),
        "expected values of i32 in -2147483648..=2147483647, but got 2147484029 at [0, 0]"
    );
}

#[test]
fn ternary_linear_at_the_edges() {
    let element = ElementType::F16;
    // No inputs: sums of nothing, with any number of empty groups.
    let (x, w) = (zeros(element, &[2, 0]), i8s(&[3, 0], &[]));
    for scale in [&[][..], &[3], &[3, 0], &[3, 4]] {
        let scale = zeros(ElementType::F32, scale);
        assert_eq!(
            ternary::ternary_linear(&x, &w, Some(&scale), None).unwrap(),
            zeros(element, &[2, 3])
        );
    }
    let no_tokens = zeros(element, &[0, 4]);
    let w = zeros(ElementType::I8, &[3, 4]);
    assert_eq!(
        ternary::ternary_linear(&no_tokens, &w, None, None).unwrap(),
        zeros(element, &[0, 3])
    );
    let no_outputs = zeros(ElementType::I8, &[0, 4]);
    let scale = zeros(element, &[0]);
    assert_eq!(
        ternary::ternary_linear(&zeros(element, &[4]), &no_outputs, Some(&scale), None).unwrap(),
        zeros(element, &[0])
    );
}

#[test]
fn ternary_linear_takes_its_accumulators() {
    let (x, w) = (f32s(&[1], &[2.0]), i8s(&[1, 1], &[-1]));
    for accumulator in [
        Accumulator::F32,
        Accumulator::F64,
        Accumulator::F80,
        Accumulator::F128,
    ] {
        assert_eq!(
            ternary::ternary_linear(&x, &w, None, Some(accumulator)).unwrap(),
            f32s(&[1], &[-2.0])
        );
    }
    assert_eq!(
        message(ternary::ternary_linear(
            &x,
            &w,
            None,
            Some(Accumulator::I32)
        )),
        "fidelity.ternary_linear: expected `accumulator` to be a float type for a float `x`, \
         but got i32"
    );
    let q = i8s(&[1], &[2]);
    assert_eq!(
        message(ternary::ternary_linear(
            &q,
            &w,
            None,
            Some(Accumulator::F80)
        )),
        "fidelity.ternary_linear: expected `accumulator` to be i32 for an i8 `x`, but got f80"
    );
}

#[test]
fn ternary_linear_refuses_wrong_operands() {
    let (x, w) = (f32s(&[4], &[0.0; 4]), zeros(ElementType::I8, &[6, 4]));
    let linear = |x: &Tensor, w: &Tensor| message(ternary::ternary_linear(x, w, None, None));
    let scaled = |shape: &[usize]| {
        let scale = zeros(ElementType::F32, shape);
        message(ternary::ternary_linear(&x, &w, Some(&scale), None))
    };
    assert_eq!(
        linear(&f32s(&[], &[0.0]), &w),
        "fidelity.ternary_linear: expected `x` to have a last dimension, but got a tensor of rank 0"
    );
    assert_eq!(
        linear(&f32s(&[5], &[0.0; 5]), &w),
        "fidelity.ternary_linear: expected the last dimension of `x` to be that of `weights`, 4, \
         but got 5"
    );
    assert_eq!(
        linear(&i32s(&[4], &[0; 4]), &w),
        "fidelity.ternary_linear: expected `x` to have a float element type or i8, but got i32"
    );
    assert_eq!(
        linear(&x, &f32s(&[6, 4], &[0.0; 24])),
        "fidelity.ternary_linear: expected `weights` to have element type i8, but got f32"
    );
    assert_eq!(
        linear(&x, &i8s(&[4], &[0; 4])),
        "fidelity.ternary_linear: expected `weights` to have 2 dimensions, but got [4]"
    );
    let wrong = |actual| {
        format!(
            "fidelity.ternary_linear: expected `scale` to be a scalar, [6] or [6, G], \
             but got {actual}"
        )
    };
    assert_eq!(scaled(&[4]), wrong("[4]"));
    assert_eq!(scaled(&[4, 2]), wrong("[4, 2]"));
    assert_eq!(scaled(&[6, 1, 1]), wrong("[6, 1, 1]"));
    for groups in [0, 3, 8] {
        assert_eq!(
            scaled(&[6, groups]),
            format!(
                "fidelity.ternary_linear: expected the groups of `scale` to divide 4, \
                 but got {groups} groups"
            )
        );
    }
}

#[test]
fn ternary_accumulate_agrees_with_numpy() {
    let get = |name| load("ternary_linear", name);
    let w = get("w");
    check(
        &ternary::ternary_accumulate(&get("x"), &w, &get("init"), None).unwrap(),
        &get("accumulated"),
    );
    assert_eq!(
        ternary::ternary_accumulate(&get("q"), &w, &get("init_of_q"), None).unwrap(),
        get("accumulated_of_q")
    );
}

#[test]
fn ternary_accumulate_at_the_edges() {
    // Nothing added leaves the destination as it was.
    let init = f64s(&[2], &[1.0, 2.0]);
    let (x, w) = (zeros(ElementType::F64, &[0]), i8s(&[2, 0], &[]));
    assert_eq!(
        ternary::ternary_accumulate(&x, &w, &init, None).unwrap(),
        init
    );
}

#[test]
fn ternary_accumulate_refuses_wrong_operands() {
    let (x, w) = (f32s(&[3, 2], &[0.0; 6]), i8s(&[4, 2], &[0; 8]));
    let accumulate =
        |x: &Tensor, init: &Tensor| message(ternary::ternary_accumulate(x, &w, init, None));
    assert_eq!(
        accumulate(&f32s(&[3], &[0.0; 3]), &zeros(ElementType::F32, &[4])),
        "fidelity.ternary_accumulate: expected the last dimension of `x` to be that of `weights`, \
         2, but got 3"
    );
    assert_eq!(
        accumulate(&x, &zeros(ElementType::F32, &[3, 2])),
        "fidelity.ternary_accumulate: expected `init` to have the leading dimensions of `x` and \
         the rows of `weights`, [3, 4], but got [3, 2]"
    );
    assert_eq!(
        accumulate(&x, &zeros(ElementType::I32, &[3, 4])),
        "fidelity.ternary_accumulate: expected `init` to have element type f32 for an `x` of f32, \
         but got i32"
    );
    assert_eq!(
        accumulate(&i8s(&[2], &[0; 2]), &zeros(ElementType::F32, &[4])),
        "fidelity.ternary_accumulate: expected `init` to have element type i32 for an `x` of i8, \
         but got f32"
    );
}

#[test]
fn ternarize_agrees_with_numpy() {
    let weights = load("ternarize", "weights");
    for (name, granularity) in [
        ("tensor", Granularity::Tensor),
        ("row", Granularity::Row),
        ("group", Granularity::Group { size: 2 }),
    ] {
        let (trits, gamma) = ternary::ternarize(&weights, granularity, 1e-5).unwrap();
        assert_eq!(trits, load("ternarize", &format!("trits_{name}")), "{name}");
        check(&gamma, &load("ternarize", &format!("gamma_{name}")));
    }
}

#[test]
fn ternarize_rounds_half_to_even() {
    // The mean is 1: a half is half way to 0, which is even; 1.5 to 2.
    let weights = f64s(&[2, 3], &[0.5, -0.5, 0.75, 1.5, -1.5, 1.25]);
    let (trits, gamma) = ternary::ternarize(&weights, Granularity::Tensor, 1e-5).unwrap();
    assert_eq!(trits, i8s(&[2, 3], &[0, 0, 1, 1, -1, 1]));
    assert_eq!(gamma, f64s(&[], &[1.0]));
}

#[test]
fn ternarize_at_the_edges() {
    // Below ε a weight is small, even where all are.
    let (trits, gamma) =
        ternary::ternarize(&f64s(&[1, 2], &[0.25, -0.5]), Granularity::Row, 1.0).unwrap();
    assert_eq!((trits, gamma), (i8s(&[1, 2], &[0, 0]), f64s(&[1], &[1.0])));

    // The mean of nothing is 0.
    for (granularity, shape) in [
        (Granularity::Tensor, &[][..]),
        (Granularity::Row, &[2]),
        (Granularity::Group { size: 4 }, &[2, 0]),
    ] {
        let empty = zeros(ElementType::BF16, &[2, 0]);
        let (trits, gamma) = ternary::ternarize(&empty, granularity, 0.5).unwrap();
        assert_eq!(trits, zeros(ElementType::I8, &[2, 0]));
        let halves = vec![0.5; shape.iter().product()];
        assert_eq!(gamma, f32s(shape, &halves));
    }
}

#[test]
fn ternarize_refuses_wrong_operands() {
    let weights = f32s(&[2, 4], &[0.0; 8]);
    let ternarize = |weights: &Tensor, granularity, epsilon| {
        message(ternary::ternarize(weights, granularity, epsilon))
    };
    for size in [0, 3, 8] {
        assert_eq!(
            ternarize(&weights, Granularity::Group { size }, 1e-5),
            format!(
                "fidelity.ternarize: expected `group_size` to be positive and divide 4, \
                 but got {size}"
            )
        );
    }
    for (epsilon, text) in [(0.0, "0"), (-1.0, "-1"), (f64::NAN, "NaN")] {
        assert_eq!(
            ternarize(&weights, Granularity::Tensor, epsilon),
            format!(
                "fidelity.ternarize: expected `epsilon` to be finite and positive, but got {text}"
            )
        );
    }
    assert_eq!(
        ternarize(&f32s(&[4], &[0.0; 4]), Granularity::Tensor, 1e-5),
        "fidelity.ternarize: expected `weights` to have 2 dimensions, but got [4]"
    );
    assert_eq!(
        ternarize(
            &f32s(&[2, 2], &[0.0, 0.0, f64::NAN, 0.0]),
            Granularity::Tensor,
            1e-5
        ),
        "fidelity.ternarize: expected finite values in `weights`, but got NaN at [1, 0]"
    );
}

#[test]
fn quantize_activations_agrees_with_numpy() {
    let (q, inverse) = ternary::quantize_activations(&load("quantize_activations", "x")).unwrap();
    assert_eq!(q, load("quantize_activations", "q"));
    check(&inverse, &load("quantize_activations", "inverse"));
}

#[test]
fn quantize_activations_rounds_half_to_even() {
    // s is 1: the values are their own quotients.
    let x = f64s(&[6], &[127.0, 0.5, 1.5, 2.5, -0.5, -126.5]);
    let (q, inverse) = ternary::quantize_activations(&x).unwrap();
    assert_eq!(q, i8s(&[6], &[127, 0, 2, 2, 0, -126]));
    assert_eq!(inverse, f64s(&[1], &[1.0]));
}

#[test]
fn quantize_activations_at_the_edges() {
    let least = 1e-5 / 127.0;
    let (q, inverse) = ternary::quantize_activations(&f32s(&[1, 2], &[0.0; 2])).unwrap();
    assert_eq!(q, i8s(&[1, 2], &[0, 0]));
    check(&inverse, &f32s(&[1, 1], &[least]));

    let (q, inverse) = ternary::quantize_activations(&zeros(ElementType::F16, &[2, 0])).unwrap();
    assert_eq!(q, i8s(&[2, 0], &[]));
    check(&inverse, &f32s(&[2, 1], &[least; 2]));

    let (q, inverse) = ternary::quantize_activations(&zeros(ElementType::F64, &[0, 3])).unwrap();
    assert_eq!((q, inverse), (i8s(&[0, 3], &[]), f64s(&[0, 1], &[])));
}

#[test]
fn quantize_activations_refuses_wrong_operands() {
    assert_eq!(
        message(ternary::quantize_activations(&f32s(&[], &[0.0]))),
        "fidelity.quantize_activations: expected `input` to have a last dimension, \
         but got a tensor of rank 0"
    );
    assert_eq!(
        message(ternary::quantize_activations(&f32s(
            &[2],
            &[0.0, f64::INFINITY]
        ))),
        "fidelity.quantize_activations: expected finite values in `input`, but got inf at [1]"
    );
}

#[test]
fn pack_agrees_with_numpy() {
    let trits = load("pack", "trits");
    for storage in [Storage::Packed2, Storage::Packed5] {
        let packed = load("pack", storage.keyword());
        assert_eq!(ternary::pack(&trits, storage).unwrap(), packed);
        assert_eq!(ternary::unpack(&packed, storage, 11).unwrap(), trits);
    }
}

#[test]
fn pack_refuses_dense_storage() {
    assert_eq!(
        message(ternary::pack(&i8s(&[1], &[0]), Storage::Dense)),
        "fidelity.pack: expected a packed `storage`, but got `dense`"
    );
    assert_eq!(
        message(ternary::unpack(&i8s(&[1], &[0]), Storage::Dense, 1)),
        "fidelity.unpack: expected `input` to be stored packed, but got `dense`"
    );
    assert_eq!(
        message(ternary::pack(&f32s(&[1], &[0.0]), Storage::Packed2)),
        "fidelity.pack: expected `input` to have element type i8, but got f32"
    );
}
