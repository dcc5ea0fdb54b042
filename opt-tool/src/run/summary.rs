//! A tensor on one line.

use fidelity_reference::{Complex, Data, Tensor};

/// How many elements are shown.
const SHOWN: usize = 6;

/// The type of a tensor, its range and mean, and its first elements.
pub fn summary(tensor: &Tensor) -> String {
    let text = match tensor.data() {
        Data::Float(values) => elements(values.iter().copied(), |value| format!("{value:.6}")),
        Data::Complex(values) => complex_elements(values),
        Data::Int(values) => elements(values.iter().map(|&value| value as f64), |value| {
            format!("{value}")
        }),
    };
    format!("{tensor}{text}")
}

fn elements(
    values: impl ExactSizeIterator<Item = f64> + Clone,
    text: impl Fn(f64) -> String,
) -> String {
    let count = values.len();
    let first = first(values.clone().map(&text));
    if count < 2 {
        return first;
    }
    // A NaN shows, whatever the others are.
    let extreme = |choose: fn(f64, f64) -> f64| {
        values.clone().fold(f64::NAN, |extreme, value| {
            if extreme.is_nan() {
                value
            } else {
                choose(extreme, value)
            }
        })
    };
    let nan = not_numbers(values.clone().filter(|value| value.is_nan()).count());
    format!(
        ", min {}, max {}, mean {:.6}{nan}{first}",
        text(extreme(f64::min)),
        text(extreme(f64::max)),
        values.clone().sum::<f64>() / count as f64
    )
}

/// Complex numbers have no order: the range is that of their magnitudes.
fn complex_elements(values: &[Complex]) -> String {
    let shown = first(values.iter().map(|value| {
        let sign = if value.im.is_sign_negative() {
            '-'
        } else {
            '+'
        };
        format!("{:.6}{sign}{:.6}i", value.re, value.im.abs())
    }));
    if values.len() < 2 {
        return shown;
    }
    let magnitudes = values.iter().map(|value| value.abs());
    let (least, greatest) = magnitudes.fold((f64::INFINITY, 0.0), |(least, greatest), value| {
        (value.min(least), value.max(greatest))
    });
    let nan = not_numbers(values.iter().filter(|value| value.is_nan()).count());
    format!(", magnitudes from {least:.6} to {greatest:.6}{nan}{shown}")
}

fn not_numbers(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(", {count} NaN"),
    }
}

/// The only element, or a list of the first ones.
fn first(texts: impl ExactSizeIterator<Item = String>) -> String {
    let count = texts.len();
    let mut first: Vec<String> = texts.take(SHOWN).collect();
    match count {
        0 => return ", empty".into(),
        1 => return format!(": {}", first[0]),
        _ if count > SHOWN => first.push("…".into()),
        _ => {}
    }
    format!(": [{}]", first.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidelity_reference::ElementType;
    use pretty_assertions::assert_eq;

    fn of_floats(values: &[f64]) -> String {
        summary(&Tensor::from_floats(ElementType::F32, [values.len()], values.to_vec()).unwrap())
    }

    #[test]
    fn says_what_a_tensor_holds() {
        assert_eq!(
            of_floats(&[1.0, -2.0, 4.0]),
            "tensor<3xf32>, min -2.000000, max 4.000000, mean 1.000000: \
             [1.000000, -2.000000, 4.000000]"
        );
        assert_eq!(of_floats(&[]), "tensor<0xf32>, empty");
        assert_eq!(
            of_floats(&[f64::NAN, 1.0]),
            "tensor<2xf32>, min 1.000000, max 1.000000, mean NaN, 1 NaN: [NaN, 1.000000]"
        );
        let complex = |values: Vec<Complex>| {
            let shape = [values.len()];
            summary(&Tensor::from_complex(ElementType::ComplexF32, shape, values).unwrap())
        };
        assert_eq!(
            complex(vec![Complex::new(3.0, -4.0), Complex::new(1.0, 0.0)]),
            "tensor<2xcomplex<f32>>, magnitudes from 1.000000 to 5.000000: \
             [3.000000-4.000000i, 1.000000+0.000000i]"
        );
        assert_eq!(
            complex(vec![Complex::new(0.5, 2.0)]),
            "tensor<1xcomplex<f32>>: 0.500000+2.000000i"
        );
        assert_eq!(complex(vec![]), "tensor<0xcomplex<f32>>, empty");
        let integers = Tensor::from_integers(ElementType::I8, [8], (0..8).collect()).unwrap();
        assert_eq!(
            summary(&integers),
            "tensor<8xi8>, min 0, max 7, mean 3.500000: [0, 1, 2, 3, 4, 5, …]"
        );
        let scalar = Tensor::from_integers(ElementType::I64, [], vec![7]).unwrap();
        assert_eq!(summary(&scalar), "tensor<i64>: 7");
    }
}
