//! How far two tensors are apart.

use crate::shape::unravel;
use crate::{Data, ElementType, Error, Tensor};

/// How far apart two values may be: by `absolute + relative · |expected|`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// What is allowed at any magnitude.
    pub absolute: f64,
    /// What is allowed as a fraction of the expected value's magnitude.
    pub relative: f64,
}

impl Tolerance {
    /// Equal values only.
    pub const EXACT: Self = Self {
        absolute: 0.0,
        relative: 0.0,
    };

    /// `count` times the element type's epsilon, both of the expected value
    /// and of 1: what `count` roundings of values about 1 may add up to.
    pub fn roundings(element_type: ElementType, count: u32) -> Self {
        let allowed = f64::from(count) * element_type.epsilon();
        Self {
            absolute: allowed,
            relative: allowed,
        }
    }
}

/// The largest differences between two tensors, each over all elements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Largest `|actual - expected|`, in the elements' own unit.
    pub max_absolute: f64,
    /// Largest `|actual - expected| / |expected|`, infinite where a value
    /// other than 0 stands for a 0.
    pub max_relative: f64,
}

/// The largest differences between two tensors of one type.
///
/// Two NaN are equal, as are two infinities of one sign; either is infinitely
/// far from anything else. Complex values are apart by the magnitude of their
/// difference, unless both their parts are equal so. Tensors without elements do not differ.
///
/// # Errors
/// When element types or shapes differ.
pub fn difference(actual: &Tensor, expected: &Tensor) -> Result<Difference, Error> {
    check_types(actual, expected)?;
    let mut largest = Difference {
        max_absolute: 0.0,
        max_relative: 0.0,
    };
    for offset in 0..expected.len() {
        let (absolute, magnitude) = distance(actual, expected, offset);
        // 0 / 0 is no difference, ∞ / ∞ is one.
        let relative = match absolute {
            0.0 => 0.0,
            f64::INFINITY => f64::INFINITY,
            _ => absolute / magnitude,
        };
        largest.max_absolute = largest.max_absolute.max(absolute);
        largest.max_relative = largest.max_relative.max(relative);
    }
    Ok(largest)
}

/// Checks that two tensors of one type agree to within a tolerance.
///
/// # Errors
/// When element types or shapes differ, or values by more than the tolerance.
/// The message gives the first such element, its two values, and how many such
/// elements there are.
pub fn check_close(actual: &Tensor, expected: &Tensor, tolerance: Tolerance) -> Result<(), Error> {
    check_types(actual, expected)?;
    let far = |&offset: &usize| {
        let (absolute, magnitude) = distance(actual, expected, offset);
        // Of an infinite magnitude no fraction is small.
        let relative = if magnitude.is_finite() {
            tolerance.relative * magnitude
        } else {
            0.0
        };
        absolute > tolerance.absolute + relative
    };
    let mut mismatches = (0..expected.len()).filter(far);
    let Some(first) = mismatches.next() else {
        return Ok(());
    };
    Err(Error::value(
        format!(
            "{} at {:?} of {expected}",
            text(expected, first),
            unravel(expected.shape(), first)
        ),
        format!(
            "{} (apart by {:e}, {} of {} elements differ by more than {:e} + {:e} relative)",
            text(actual, first),
            distance(actual, expected, first).0,
            1 + mismatches.count(),
            expected.len(),
            tolerance.absolute,
            tolerance.relative
        ),
    ))
}

fn check_types(actual: &Tensor, expected: &Tensor) -> Result<(), Error> {
    if actual.element_type() == expected.element_type() && actual.shape() == expected.shape() {
        return Ok(());
    }
    Err(Error::value(format!("a {expected}"), format!("a {actual}")))
}

/// How far apart two elements are, and the magnitude of the expected one.
fn distance(actual: &Tensor, expected: &Tensor, offset: usize) -> (f64, f64) {
    match (actual.data(), expected.data()) {
        (Data::Float(actual), Data::Float(expected)) => {
            let (actual, expected) = (actual[offset], expected[offset]);
            (part_distance(actual, expected), expected.abs())
        }
        (Data::Complex(actual), Data::Complex(expected)) => {
            let (actual, expected) = (actual[offset], expected[offset]);
            let absolute = libm::hypot(
                part_distance(actual.re, expected.re),
                part_distance(actual.im, expected.im),
            );
            (absolute, expected.abs())
        }
        (Data::Int(actual), Data::Int(expected)) => {
            let (actual, expected) = (actual[offset], expected[offset]);
            let absolute = actual.abs_diff(expected);
            (absolute as f64, expected.unsigned_abs() as f64)
        }
        // One element type has one kind of data.
        _ => (f64::INFINITY, 0.0),
    }
}

/// How far apart two floats are.
fn part_distance(actual: f64, expected: f64) -> f64 {
    if actual == expected || actual.is_nan() && expected.is_nan() {
        return 0.0;
    }
    match (actual - expected).abs() {
        absolute if absolute.is_nan() => f64::INFINITY,
        absolute => absolute,
    }
}

fn text(tensor: &Tensor, offset: usize) -> String {
    match tensor.data() {
        Data::Float(values) => values[offset].to_string(),
        Data::Complex(values) => values[offset].to_string(),
        Data::Int(values) => values[offset].to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn floats(shape: &[usize], values: &[f64]) -> Tensor {
        Tensor::from_floats(ElementType::F64, shape, values.to_vec()).unwrap()
    }

    #[test]
    fn measures_the_largest_differences() {
        let expected = floats(&[3], &[1.0, 100.0, 0.0]);
        let actual = floats(&[3], &[1.5, 101.0, 0.0]);
        assert_eq!(
            difference(&actual, &expected).unwrap(),
            Difference {
                max_absolute: 1.0,
                max_relative: 0.5
            }
        );
        let off_zero = floats(&[3], &[1.0, 100.0, 0.25]);
        assert_eq!(
            difference(&off_zero, &expected).unwrap(),
            Difference {
                max_absolute: 0.25,
                max_relative: f64::INFINITY
            }
        );
    }

    #[test]
    fn names_the_first_mismatch() {
        let expected = floats(&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
        let actual = floats(&[2, 2], &[1.0, 2.0, 3.5, 4.5]);
        let tolerance = Tolerance {
            absolute: 0.25,
            relative: 0.0,
        };
        assert_eq!(
            check_close(&actual, &expected, tolerance)
                .unwrap_err()
                .to_string(),
            "expected 3 at [1, 0] of tensor<2x2xf64>, but got 3.5 (apart by 5e-1, \
             2 of 4 elements differ by more than 2.5e-1 + 0e0 relative)"
        );
        let loose = Tolerance {
            absolute: 0.0,
            relative: 0.2,
        };
        check_close(&actual, &expected, loose).unwrap();
    }

    #[test]
    fn knows_what_is_not_finite() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        let expected = floats(&[3], &[nan, inf, -inf]);
        check_close(&expected, &expected, Tolerance::EXACT).unwrap();
        let loose = Tolerance {
            absolute: 1e300,
            relative: 1e300,
        };
        for wrong in [[0.0, inf, -inf], [nan, 0.0, -inf], [nan, inf, inf]] {
            let actual = floats(&[3], &wrong);
            assert!(check_close(&actual, &expected, loose).is_err(), "{wrong:?}");
            assert!(check_close(&expected, &actual, loose).is_err(), "{wrong:?}");
            assert_eq!(
                difference(&actual, &expected).unwrap().max_relative,
                inf,
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn compares_complex_values() {
        let complex = |values: &[(f64, f64)]| {
            let values = values.iter().map(|&(re, im)| crate::Complex::new(re, im));
            Tensor::from_complex(ElementType::ComplexF64, [2], values.collect()).unwrap()
        };
        let nan = f64::NAN;
        let expected = complex(&[(3.0, 4.0), (nan, 1.0)]);
        check_close(&expected, &expected, Tolerance::EXACT).unwrap();
        let actual = complex(&[(6.0, 8.0), (nan, 1.0)]);
        assert_eq!(
            difference(&actual, &expected).unwrap(),
            Difference {
                max_absolute: 5.0,
                max_relative: 1.0
            }
        );
        assert_eq!(
            check_close(&actual, &expected, Tolerance::EXACT)
                .unwrap_err()
                .to_string(),
            "expected 3+4i at [0] of tensor<2xcomplex<f64>>, but got 6+8i (apart by 5e0, \
             1 of 2 elements differ by more than 0e0 + 0e0 relative)"
        );
        let elsewhere = complex(&[(3.0, 4.0), (1.0, nan)]);
        let difference = difference(&elsewhere, &expected).unwrap();
        assert_eq!(difference.max_absolute, f64::INFINITY);
    }

    #[test]
    fn compares_integers_exactly() {
        let tensor = |value| Tensor::from_integers(ElementType::I64, [1], vec![value]).unwrap();
        // As f64 these two would be equal.
        let (large, larger) = (tensor(1 << 60), tensor((1 << 60) + 1));
        assert_eq!(difference(&large, &larger).unwrap().max_absolute, 1.0);
        assert!(check_close(&large, &larger, Tolerance::EXACT).is_err());
        assert!(difference(&tensor(i64::MIN), &tensor(i64::MAX)).is_ok());
    }

    #[test]
    fn refuses_other_types_and_accepts_nothing() {
        let expected = floats(&[2], &[0.0; 2]);
        assert_eq!(
            difference(&floats(&[1], &[0.0]), &expected)
                .unwrap_err()
                .to_string(),
            "expected a tensor<2xf64>, but got a tensor<1xf64>"
        );
        let narrow = expected.to_float(ElementType::F32).unwrap();
        assert_eq!(
            check_close(&narrow, &expected, Tolerance::EXACT)
                .unwrap_err()
                .to_string(),
            "expected a tensor<2xf64>, but got a tensor<2xf32>"
        );
        let empty = floats(&[0, 2], &[]);
        check_close(&empty, &empty, Tolerance::EXACT).unwrap();
    }
}
