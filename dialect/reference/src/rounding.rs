//! What compiled code rounds before a result.
//!
//! Here a value is exact until it is a result. Where an op feeds what it computed to itself
//! again, as the steps of an `slstm` do, numbers that are rounded at each step may become
//! others altogether. How different they may be is seen by evaluating the op with such
//! roundings drawn at random: stochastic arithmetic (Vignes, Mathematics and Computers in
//! Simulation 35, 1993).

use crate::ElementType;
use std::{cell::RefCell, rc::Rc};

/// How many roundings off a value is; drawn anew by each call.
pub type Noise = Rc<dyn Fn() -> f64>;

thread_local! {
    static NOISE: RefCell<Option<Noise>> = const { RefCell::new(None) };
}

/// Evaluates with values off by so many roundings where compiled code rounds them and an
/// op takes them again.
pub fn with_noise<T>(noise: Noise, evaluate: impl FnOnce() -> T) -> T {
    /// Puts back what was there, however the evaluation ends.
    struct Before(Option<Noise>);
    impl Drop for Before {
        fn drop(&mut self) {
            NOISE.set(self.0.take());
        }
    }
    let _before = Before(NOISE.replace(Some(noise)));
    evaluate()
}

/// The roundings of an op, if they are asked for.
pub(crate) struct Rounding {
    noise: Option<Noise>,
    /// Of the type that the op computes in, and of that of its elements.
    steps: [f64; 2],
}

impl Rounding {
    /// Of an op on elements of a type.
    pub(crate) fn of(element: ElementType) -> Self {
        let step = element.epsilon();
        Self {
            noise: NOISE.with_borrow(Clone::clone),
            // It computes in f32, or f64 for f64.
            steps: [step.min(ElementType::F32.epsilon()), step],
        }
    }

    /// The sum of some terms.
    pub(crate) fn sum(&self, terms: impl IntoIterator<Item = f64>) -> f64 {
        let (mut sum, mut size) = (0.0, 0.0);
        for term in terms {
            sum += term;
            size += f64::abs(term);
        }
        self.off(sum, size * self.steps[0])
    }

    /// What an op keeps from step to step.
    pub(crate) fn kept(&self, value: f64) -> f64 {
        self.off(value, value.abs() * self.steps[1])
    }

    fn off(&self, value: f64, step: f64) -> f64 {
        match &self.noise {
            Some(noise) => value + noise() * step,
            None => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Tensor,
        recurrent::{ForgetGate, slstm},
    };

    /// h of some steps whose gates see it.
    fn evaluate(element: ElementType) -> Vec<f64> {
        let tensor = |shape: &[usize], value: f64| {
            let count = shape.iter().product();
            Tensor::from_floats(element, shape, vec![value; count]).unwrap()
        };
        let input = tensor(&[3, 1, 2], 0.25);
        let recurrent = tensor(&[4, 1, 2, 2], 0.5);
        let forget = ForgetGate::Sigmoid;
        let results = slstm(&input, &input, &input, &input, &recurrent, None, forget);
        results.unwrap()[0].to_f64s()
    }

    #[test]
    fn values_are_off_by_steps_of_their_type_and_only_within() {
        let exact = evaluate(ElementType::F64);
        for element in [ElementType::F16, ElementType::F32] {
            let rounded = evaluate(element);
            let noisy = with_noise(Rc::new(|| 64.0), || evaluate(element));
            let errors = noisy.iter().zip(&rounded).map(|(a, b)| (a - b).abs());
            let error = errors.fold(0.0, f64::max);
            let step = element.epsilon();
            assert!(
                (8.0 * step..512.0 * step).contains(&error),
                "{error} of {element}"
            );
            assert_eq!(evaluate(element), rounded);
        }
        assert_eq!(evaluate(ElementType::F64), exact);
    }
}
