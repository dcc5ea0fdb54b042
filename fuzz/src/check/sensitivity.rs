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
//! Within an op that takes again what it made, as each step of an `slstm` does, a sum and
//! what is kept for the next step are off by up to one rounding more, drawn at each step
//! anew ([`fidelity_reference::rounding`]): what compiled code does there is no change of an operand, if
//! elements of f16 are kept, which are operands of sums in f32.
//!
//! Some systems make of any change all that they can: after some steps of an `slstm`
//! whose gates feed back, one rounding has become as much as 64 of them. Then the
//! farthest of some samples bounds nothing. So the reference is evaluated [`SMALLER`]
//! times more with changes an eighth as large; where they move a number a quarter as far or
//! more, and that is much of it, it is beyond comparison.
//!
//! Operands are changed each on its own, also where several are one value: an op
//! rounds what it makes of each, and may take the difference. An `slstm` whose
//! gates are one tensor of numbers like 6000 takes that of two of them, each
//! rounded by 0.0002, into an exponential; were they changed alike, it would seem
//! to be exact.

use crate::random::Random;
use fidelity_dialect::{TensorType, interpreter};
use fidelity_reference::{ElementType, Tensor, rounding::with_noise};
use melior::ir::{
    Module, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{build_before, name_of, operations_within, set_operands};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// How many roundings of the type that it computes in an op may be off, as in
/// the tests of single ops.
const ROUNDINGS: f64 = 64.0;

/// How many times the reference is evaluated with changes.
const SAMPLES: u64 = 16;

/// How many times it is evaluated with changes an eighth as large.
const SMALLER: u64 = 16;

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
    /// reference refuses to go on with them. Operands that are one value are
    /// values of their own in the module after it.
    pub fn of(module: &Module<'_>, inputs: &[Tensor], seed: u64) -> Result<Option<Self>, String> {
        for operation in operations_within(module.as_operation()) {
            separate_operands(operation);
        }
        let evaluate = |probe: &dyn interpreter::Probe| {
            interpreter::evaluate_with(module, "f", inputs.to_vec(), Some(probe))
                .map_err(|error| error.to_string())
        };
        let watch = Watch(Cell::new(0.0));
        let results = match evaluate(&watch) {
            Err(_) if watch.0.get() > LARGEST => return Ok(None),
            results => results?,
        };
        let none: Vec<Vec<f64>> = results
            .iter()
            .map(|result| vec![0.0; result.to_f64s().len()])
            .collect();
        let is_tame = watch.0.get() <= LARGEST;
        let farthest = |samples: std::ops::Range<u64>, scale: f64| {
            let mut farthest = none.clone();
            for sample in samples {
                let change = Change {
                    random: RefCell::new(Random::new(seed, sample)),
                    scale,
                };
                // An op that feeds itself is off by roundings of its own, too.
                let within = RefCell::new(Random::new(seed, !sample));
                let noise = Rc::new(move || scale * within.borrow_mut().float(-1.0..1.0));
                let changed = with_noise(noise, || evaluate(&change))?;
                for ((changed, expected), farthest) in
                    changed.iter().zip(&results).zip(&mut farthest)
                {
                    widen(farthest, changed, expected)?;
                }
            }
            Ok::<_, String>(farthest)
        };
        let mut allowed = none.clone();
        if is_tame {
            allowed = farthest(0..SAMPLES, 1.0)?;
            let smaller = farthest(SAMPLES..SAMPLES + SMALLER, 1.0 / 8.0)?;
            for ((result, allowed), smaller) in results.iter().zip(&mut allowed).zip(smaller) {
                let numbers = result.to_f64s().into_iter().zip(allowed).zip(smaller);
                for ((expected, allowed), smaller) in numbers {
                    let is_much = *allowed > MUCH * expected.abs().max(1.0);
                    if is_much && smaller >= *allowed / 4.0 {
                        *allowed = f64::INFINITY;
                    }
                }
            }
        }
        Ok(Some(Self {
            results,
            allowed,
            is_tame,
        }))
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

    /// Checks the results of another way to evaluate the module.
    pub fn compare(&self, results: &[Tensor]) -> Result<(), String> {
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
        let absolute = self.scale * ROUNDINGS * epsilon_of(op) * largest(tensor).max(1.0);
        let mut random = self.random.borrow_mut();
        tensor.map_floats(|value| {
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

    #[test]
    fn one_value_is_changed_for_each_operand() {
        let difference = |operands: &str| {
            let text = format!(
                "func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {{
                   %z = fidelity.subtract {operands} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
                   return %z : tensor<4xf32>
                 }}"
            );
            let context = context();
            let module = parse(&context, &text).unwrap();
            let large = Tensor::from_floats(ElementType::F32, [4], vec![6000.0; 4]).unwrap();
            let inputs = [large.clone(), large];
            Expected::of(&module, &inputs, 1).unwrap().unwrap().allowed
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
            let context = context();
            let module = parse(&context, &text).unwrap();
            let tensor = |values: [f64; 4]| {
                Tensor::from_floats(ElementType::F32, [4], values.to_vec()).unwrap()
            };
            let inputs = [tensor([0.1, 0.3, 0.5, 0.7]), tensor([1.9; 4])];
            let expected = Expected::of(&module, &inputs, 1).unwrap().unwrap();
            expected.allowed[0].clone()
        };
        assert!(allowed(3).iter().all(|&allowed| allowed < 0.01));
        assert_eq!(allowed(80), [f64::INFINITY; 4]);
    }
}
