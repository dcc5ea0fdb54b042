//! A tensor on one line.

use fidelity_reference::{Data, Tensor};

/// How many elements are shown.
const SHOWN: usize = 6;

/// The type of a tensor, its range and mean, and its first elements.
pub fn summary(tensor: &Tensor) -> String {
    let text = match tensor.data() {
        Data::Float(values) => elements(values.iter().copied(), |value| format!("{value:.6}")),
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
    if count == 0 {
        return ", empty".into();
    }
    let mut first: Vec<String> = values.clone().take(SHOWN).map(&text).collect();
    if count > SHOWN {
        first.push("…".into());
    }
    let first = first.join(", ");
    if count == 1 {
        return format!(": {first}");
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
    let not_numbers = values.clone().filter(|value| value.is_nan()).count();
    let nan = match not_numbers {
        0 => String::new(),
        count => format!(", {count} NaN"),
    };
    format!(
        ", min {}, max {}, mean {:.6}{nan}: [{first}]",
        text(extreme(f64::min)),
        text(extreme(f64::max)),
        values.clone().sum::<f64>() / count as f64
    )
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
        let integers = Tensor::from_integers(ElementType::I8, [8], (0..8).collect()).unwrap();
        assert_eq!(
            summary(&integers),
            "tensor<8xi8>, min 0, max 7, mean 3.500000: [0, 1, 2, 3, 4, 5, …]"
        );
        let scalar = Tensor::from_integers(ElementType::I64, [], vec![7]).unwrap();
        assert_eq!(summary(&scalar), "tensor<i64>: 7");
    }
}
