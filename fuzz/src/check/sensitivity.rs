//! What results a module has, and how far from them others may be.
//!
//! The reference is exact but for the rounding of each op's results. Compiled
//! code also rounds inside of an op, and what follows may make much of that: a
//! sum cancels, an activation on the boundary between two steps of 1/127 goes
//! to the other one. So no fixed tolerance is right for compositions.
//!
//! Each op is taken to be stable in the mixed sense: what it computes is the
//! exact result, a little changed, of operands a little changed. A little is
//! [`ROUNDINGS`] roundings of the type that it computes in, and one of the type
//! of the result. The reference is evaluated [`SAMPLES`] times with such
//! changes drawn at random for every operand and every result; results may be
//! twice as far from the reference as the farthest of these. Changes are many
//! times those that compiled code really makes, so that of a boundary which
//! that crosses, half of the samples are on the other side: the chance that
//! none is, and a right result is refused, is 2⁻¹⁶ for each such crossing.
//!
//! Some systems make of any change all that they can: after some steps of an `slstm`
//! whose gates feed back, one rounding has become as much as 64 of them. Then the
//! farthest of some samples bounds nothing. So the reference is evaluated [`SMALLER`]
//! times more with changes an eighth as large; where they move a number a quarter as far or
//! more, and that is much of it, it is beyond comparison.
//!
//! Of the many numbers of such a system some are left that few changes throw to the other
//! side: one in twenty, say, and the 16 were none of these, but what compiled code rounds
//! is. So results that are too far are not refused before [`MOST`] samples are drawn: it
//! then takes a number that one change in hundreds throws over, and that one be the code's.
//! What no change reaches, as results of wrong code, no number of samples allows.
//!
//! A result that is less than the least normal number of the type that its op computes in
//! is 0 in half of the samples: code may well get 0 for it, if an exponential on the way
//! is, and an `slstm` that takes it for its n remembers nothing then.
//!
//! Operands are changed each on its own, also where several are one value: an op
//! rounds what it makes of each, and may take the difference. An `slstm` whose
//! gates are one tensor of numbers like 6000 takes that of two of them, each
//! rounded by 0.0002, into an exponential; were they changed alike, it would seem
//! to be exact.

use crate::random::Random;
use fidelity_dialect::{TensorType, interpreter};
use fidelity_reference::{ElementType, Tensor};
use melior::ir::{
    Module, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{build_before, name_of, operations_within, set_operands};
use std::{
    cell::{Cell, RefCell},
    ops::Range,
};

/// How many roundings of the type that it computes in an op may be off, as in
/// the tests of single ops.
const ROUNDINGS: f64 = 64.0;

/// How many times the reference is evaluated with changes.
const SAMPLES: u64 = 16;

/// How many times it is evaluated with changes an eighth as large.
const SMALLER: u64 = 16;

/// How many times it is evaluated with changes before results that are too far are wrong.
const MOST: u64 = 512;

/// What of a number, or of 1 where it is less, is much of it.
const MUCH: f64 = 0.1;

/// Values beyond it are too near to what an f16 can hold.
const LARGEST: f64 = 1.0e4;

/// The results of the reference.
pub struct Expected {
    results: Vec<Tensor>,
    /// How far an element may be from that, for each result.
    allowed: Vec<Vec<f64>>,
    is_tame: bool,
}

impl Expected {
    /// Evaluates `@f`; `None` where values grow so large on the way that the
    /// reference refuses to go on with them.
    pub fn of(reference: &Reference<'_>) -> Result<Option<Self>, String> {
        let watch = Watch(Cell::new(0.0));
        let results = match reference.evaluate(&watch) {
            Err(_) if watch.0.get() > LARGEST => return Ok(None),
            results => results?,
        };
        let allowed = (results.iter())
            .map(|result| vec![0.0; result.to_f64s().len()])
            .collect();
        let mut expected = Self {
            results,
            allowed,
            is_tame: watch.0.get() <= LARGEST,
        };
        if expected.is_tame {
            let mut smaller = expected.allowed.clone();
            let of_smaller = SAMPLES..SAMPLES + SMALLER;
            reference.widen(&mut smaller, &expected.results, of_smaller, 1.0 / 8.0)?;
            reference.widen(&mut expected.allowed, &expected.results, 0..SAMPLES, 1.0)?;
            for ((result, allowed), smaller) in
                (expected.results.iter().zip(&mut expected.allowed)).zip(smaller)
            {
                let numbers = result.to_f64s().into_iter().zip(allowed).zip(smaller);
                for ((expected, allowed), smaller) in numbers {
                    let is_much = *allowed > MUCH * expected.abs().max(1.0);
                    if is_much && smaller >= *allowed / 4.0 {
                        *allowed = f64::INFINITY;
                    }
                }
            }
        }
        Ok(Some(expected))
    }

    /// Whether all values on the way are finite and of moderate size. The
    /// values of a module that is not are not compared.
    pub fn is_tame(&self) -> bool {
        self.is_tame
    }

    /// How many numbers the results have.
    pub fn count(&self) -> usize {
        self.allowed.iter().map(Vec::len).sum()
    }

    /// How many of them may be as far from the reference as its own size.
    pub fn unknown(&self) -> usize {
        let unknown = |(result, allowed): (&Tensor, &Vec<f64>)| {
            let far = |(value, allowed): &(f64, &f64)| **allowed > value.abs().max(1.0);
            result
                .to_f64s()
                .into_iter()
                .zip(allowed)
                .filter(far)
                .count()
        };
        if !self.is_tame {
            return self.count();
        }
        self.results.iter().zip(&self.allowed).map(unknown).sum()
    }

    /// Checks the results of another way to evaluate the module. What is too far from the
    /// reference is looked at with more changes before it is said to be wrong.
    pub fn compare(&mut self, results: &[Tensor], reference: &Reference<'_>) -> Result<(), String> {
        let mut drawn = SAMPLES + SMALLER;
        while let Err(message) = self.is_near(results) {
            if drawn >= MOST {
                return Err(message);
            }
            let samples = drawn..drawn + SAMPLES;
            drawn = samples.end;
            reference.widen(&mut self.allowed, &self.results, samples, 1.0)?;
        }
        Ok(())
    }

    /// Checks results as far as the samples tell that were drawn.
    fn is_near(&self, results: &[Tensor]) -> Result<(), String> {
        if results.len() != self.results.len() {
            return Err(format!(
                "expected {} results, but got {}",
                self.results.len(),
                results.len()
            ));
        }
        for (index, (actual, expected)) in results.iter().zip(&self.results).enumerate() {
            if (actual.shape(), actual.element_type())
                != (expected.shape(), expected.element_type())
            {
                return Err(format!(
                    "expected result {index} to be {expected}, but got {actual}"
                ));
            }
            if !self.is_tame {
                continue;
            }
            let values = actual.to_f64s().into_iter().zip(expected.to_f64s());
            for (offset, ((actual, expected), allowed)) in
                values.zip(&self.allowed[index]).enumerate()
            {
                // The difference to a NaN is not at most anything.
                let is_near = (actual - expected).abs() <= *allowed;
                if !is_near && allowed.is_finite() {
                    return Err(format!(
                        "expected number {offset} of result {index} to be {expected} ± {allowed:e}, \
                         but got {actual}"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// A module whose `@f` is evaluated on some inputs.
pub struct Reference<'a> {
    module: Module<'a>,
    inputs: &'a [Tensor],
    seed: u64,
}

impl<'a> Reference<'a> {
    /// Operands of an op that are one value become values of their own; the changes are
    /// those of a seed.
    pub fn new(module: Module<'a>, inputs: &'a [Tensor], seed: u64) -> Self {
        for operation in operations_within(module.as_operation()) {
            separate_operands(operation);
        }
        Self {
            module,
            inputs,
            seed,
        }
    }

    fn evaluate(&self, probe: &dyn interpreter::Probe) -> Result<Vec<Tensor>, String> {
        interpreter::evaluate_with(&self.module, "f", self.inputs.to_vec(), Some(probe))
            .map_err(|error| error.to_string())
    }

    /// Lets results be as far from what is expected as those of some samples show.
    fn widen(
        &self,
        allowed: &mut [Vec<f64>],
        expected: &[Tensor],
        samples: Range<u64>,
        scale: f64,
    ) -> Result<(), String> {
        for sample in samples {
            let change = Change {
                random: RefCell::new(Random::new(self.seed, sample)),
                scale,
            };
            let changed = self.evaluate(&change)?;
            for ((changed, expected), allowed) in changed.iter().zip(expected).zip(&mut *allowed) {
                widen(allowed, changed, expected)?;
            }
        }
        Ok(())
    }
}

/// Lets the numbers of a result be twice as far from what is expected as changed ones are.
fn widen(allowed: &mut [f64], changed: &Tensor, expected: &Tensor) -> Result<(), String> {
    if changed.shape() != expected.shape() {
        return Err(format!(
            "expected {expected} for any values, but got {changed}"
        ));
    }
    let pairs = changed.to_f64s().into_iter().zip(expected.to_f64s());
    for ((changed, expected), allowed) in pairs.zip(allowed) {
        let difference = 2.0 * (changed - expected).abs();
        // NaN is infinitely far.
        *allowed = match difference.is_nan() {
            true => f64::INFINITY,
            false => allowed.max(difference),
        };
    }
    Ok(())
}

/// Casts each tensor that an op of the dialect takes once more to what it is, so that
/// each operand is a value that can be changed without another.
fn separate_operands<'a>(operation: OperationRef<'a, 'a>) {
    if !name_of(operation).starts_with("fidelity.") {
        return;
    }
    let mut operands: Vec<Value<'a, 'a>> = operation.operands().collect();
    for index in 1..operands.len() {
        let value = operands[index];
        if value.r#type().is_ranked_tensor() && operands[..index].contains(&value) {
            operands[index] = build_before(operation, |builder| {
                let cast = builder.op("tensor.cast").operand(value);
                cast.result(value.r#type()).value()
            });
        }
    }
    set_operands(operation, &operands);
}

/// Notes the largest value; NaN counts as one.
struct Watch(Cell<f64>);

impl interpreter::Probe for Watch {
    fn operand(&self, _: OperationRef<'_, '_>, tensor: &Tensor) -> Tensor {
        tensor.clone()
    }

    fn result(&self, _: OperationRef<'_, '_>, tensor: &Tensor) -> Tensor {
        if tensor.element_type().integer_range().is_none() {
            self.0.set(largest(tensor).max(self.0.get()));
        }
        tensor.clone()
    }
}

/// Changes values at random, as much as roundings may, or a part of that.
struct Change {
    random: RefCell<Random>,
    scale: f64,
}

impl interpreter::Probe for Change {
    fn operand(&self, op: OperationRef<'_, '_>, tensor: &Tensor) -> Tensor {
        let relative = self.scale * ROUNDINGS * epsilon_of(op);
        let mut random = self.random.borrow_mut();
        tensor.map_floats(|value| value * (1.0 + relative * random.float(-1.0..1.0)))
    }

    fn result(&self, op: OperationRef<'_, '_>, tensor: &Tensor) -> Tensor {
        let relative = self.scale * tensor.element_type().epsilon();
        let epsilon = epsilon_of(op);
        let absolute = self.scale * ROUNDINGS * epsilon * largest(tensor).max(1.0);
        let least = match epsilon {
            f64::EPSILON => f64::MIN_POSITIVE,
            _ => f32::MIN_POSITIVE.into(),
        };
        let mut random = self.random.borrow_mut();
        tensor.map_floats(|value| {
            if value != 0.0 && value.abs() < least && random.chance(50) {
                return 0.0;
            }
            value + random.float(-1.0..1.0) * (absolute + relative * value.abs())
        })
    }
}

/// The largest magnitude of a value; infinite when there is a NaN.
fn largest(tensor: &Tensor) -> f64 {
    (tensor.to_f64s().into_iter()).fold(0.0, |largest: f64, value| match value.is_nan() {
        true => f64::INFINITY,
        false => largest.max(value.abs()),
    })
}

/// The rounding of the type that an op computes in: f64 for an op on nothing
/// but f64 whose sums are not said to be narrower, else f32.
fn epsilon_of(op: OperationRef<'_, '_>) -> f64 {
    let is_wide = |value: melior::ir::Value<'_, '_>| {
        let element = TensorType::new(value.r#type()).map(|r#type| r#type.element.to_string());
        let element = element.and_then(|element| element.parse::<ElementType>().ok());
        // Integers have no part in it.
        element.is_none_or(|element| matches!(element.epsilon(), 0.0 | f64::EPSILON))
    };
    let sums_are_narrow = op
        .attribute("accumulator")
        .is_ok_and(|attribute| attribute.to_string().contains("f32"));
    let results = op.results().map(Into::into);
    if !sums_are_narrow && op.operands().chain(results).all(is_wide) {
        f64::EPSILON
    } else {
        f64::from(f32::EPSILON)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{context, parse};
    use melior::Context;

    fn reference<'c>(
        context: &'c Context,
        text: &str,
        inputs: &'c [Tensor],
    ) -> (Reference<'c>, Expected) {
        let reference = Reference::new(parse(context, text).unwrap(), inputs, 1);
        let expected = Expected::of(&reference).unwrap().unwrap();
        (reference, expected)
    }

    fn floats<const N: usize>(values: [f64; N]) -> Tensor {
        Tensor::from_floats(ElementType::F32, [N], values.to_vec()).unwrap()
    }

    #[test]
    fn one_value_is_changed_for_each_operand() {
        let difference = |operands: &str| {
            let text = format!(
                "func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {{
                   %z = fidelity.subtract {operands} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
                   return %z : tensor<4xf32>
                 }}"
            );
            let large = floats([6000.0; 4]);
            let context = context();
            reference(&context, &text, &[large.clone(), large])
                .1
                .allowed
        };
        let [once, twice] = ["%x, %y", "%x, %x"].map(difference);
        let least = 6000.0 * f64::from(f32::EPSILON);
        assert!(twice[0].iter().all(|&allowed| allowed > least), "{twice:?}");
        assert_eq!(once, twice);
    }

    /// x² - 1.9 again and again makes of any change all that it can.
    #[test]
    fn what_grows_to_its_limit_is_beyond_comparison() {
        let allowed = |steps: usize| {
            let r#type = "tensor<4xf32>";
            let body: String = (0..steps)
                .map(|step| {
                    format!(
                        "%y{step} = fidelity.multiply %x{step}, %x{step} : ({type}, {type}) -> {type}
                         %x{} = fidelity.subtract %y{step}, %c : ({type}, {type}) -> {type}
                        ",
                        step + 1
                    )
                })
                .collect();
            let text = format!(
                "func.func @f(%x0: {type}, %c: {type}) -> {type} {{ {body} return %x{steps} : {type} }}"
            );
            let inputs = [floats([0.1, 0.3, 0.5, 0.7]), floats([1.9; 4])];
            let context = context();
            reference(&context, &text, &inputs).1.allowed[0].clone()
        };
        assert!(allowed(3).iter().all(|&allowed| allowed < 0.01));
        assert_eq!(allowed(80), [f64::INFINITY; 4]);
    }

    #[test]
    fn more_samples_are_drawn_before_a_result_is_wrong() {
        let text = "func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
              %y = fidelity.tanh %x : tensor<2xf32>
              return %y : tensor<2xf32>
            }";
        let inputs = [floats([0.5, 0.25])];
        let context = context();
        let (reference, mut expected) = reference(&context, text, &inputs);
        let sampled = expected.allowed[0].clone();
        // As if the samples before had all missed what code may do.
        expected.allowed[0].fill(0.0);
        let values = expected.results[0].to_f64s();
        let off = |factor: f64| {
            let allowed = values.iter().zip(&sampled);
            let values = allowed.map(|(value, allowed)| value + factor * allowed);
            [Tensor::from_floats(ElementType::F32, [2], values.collect()).unwrap()]
        };
        assert_eq!(expected.compare(&off(0.5), &reference), Ok(()));
        assert!(expected.compare(&off(8.0), &reference).is_err());
    }

    /// n_0 of an `slstm` is 0 or not, and so its m is the input gate's -5, or what the
    /// forget gate leaves of 3.
    #[test]
    fn a_number_below_the_normal_ones_may_be_0() {
        let state = "tensor<1x1xf32>";
        let gate = "tensor<1x1x1xf32>";
        let text = format!(
            "func.func @f(%x: {gate}, %r: tensor<4x1x1x1xf32>, %a: {state}, %m: {state}) -> {state} {{
               %n = fidelity.multiply %a, %a : ({state}, {state}) -> {state}
               %0:5 = \"fidelity.slstm\"(%x, %x, %x, %x, %r, %n, %n, %m, %n)
                 <{{forget = #fidelity<forget_gate sigmoid>}}>
                 : ({gate}, {gate}, {gate}, {gate}, tensor<4x1x1x1xf32>, {state}, {state}, {state}, {state})
                 -> ({gate}, {state}, {state}, {state}, {state})
               return %0#3 : {state}
             }}"
        );
        let tensor = |shape: &[usize], value: f64| {
            let count = shape.iter().product();
            Tensor::from_floats(ElementType::F32, shape, vec![value; count]).unwrap()
        };
        let allowed = |factor: f64| {
            let inputs = [
                tensor(&[1, 1, 1], -5.0),
                tensor(&[4, 1, 1, 1], 0.5),
                tensor(&[1, 1], factor),
                tensor(&[1, 1], 3.0),
            ];
            let context = context();
            reference(&context, &text, &inputs).1.allowed[0][0]
        };
        assert!(allowed(1.0e-15) < 0.01);
        assert!(allowed(1.0e-21) > 2.0);
    }
}
