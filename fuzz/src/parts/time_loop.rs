//! A loop of steps over sequences.

use super::{
    sequence::{Sequence, Size, numbers, tensor_type},
    unary,
};
use crate::{function::Function, structure::carrying, value::Value};
use fidelity_reference::ElementType;
use std::ops::Range;

/// A loop of steps that is about to be written.
pub struct TimeLoop {
    pub element: ElementType,
    steps: usize,
    order: Order,
    bounds: [Value; 3],
}

/// Which element of its sequences each step reads.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    /// Its own.
    Forward,
    /// The one after that.
    Ahead,
    /// From the last one on.
    Backward,
}

impl TimeLoop {
    /// A loop, and the first sequence that it reads, with elements of those sizes.
    pub fn new(f: &mut Function<'_>, sizes: &[usize], time: usize) -> (Self, Sequence) {
        use ElementType::{F16, F32, F64};
        let element = *f.random.pick(&[F32, F32, F32, F32, F32, F64, F64, F16]);
        let steps = match f.random.below(10) {
            0 => 0,
            1 => 1,
            _ => f.random.between(2..8),
        };
        let order = match f.random.below(20) {
            0 => Order::Ahead,
            1 => Order::Backward,
            _ => Order::Forward,
        };
        let length = length(f, steps, order);
        let mut shape = sizes.to_vec();
        shape.insert(time, length);
        enlarge_one(f, &mut shape, time);
        let whole = f.plain(element, &shape);
        let sizes = sizes.iter().enumerate().map(|(index, &number)| {
            let dimension = index + usize::from(index >= time);
            let of = (shape[dimension] == number).then(|| (whole.clone(), dimension));
            Size::new(f, number, of)
        });
        let sizes = sizes.collect();
        let end = match f.random.below(10) {
            0..4 if length == steps => f.size_of(&whole, time, steps),
            0..8 => f.constant_index(steps),
            _ => f.index(steps),
        };
        let [zero, one] = [0, 1].map(|bound| f.constant_index(bound));
        let time_loop = Self {
            element,
            steps,
            order,
            bounds: [zero, end, one],
        };
        let first = Sequence { whole, time, sizes };
        (time_loop, first)
    }

    /// A sequence to read, of any values or of a range.
    pub fn sequence(
        &self,
        f: &mut Function<'_>,
        sizes: &[Size],
        time: usize,
        range: Option<Range<f64>>,
    ) -> Sequence {
        let mut shape = numbers(sizes);
        shape.insert(time, length(f, self.steps, self.order));
        enlarge_one(f, &mut shape, time);
        let whole = match range {
            Some(range) => f.plain_within(self.element, &shape, range),
            None => f.plain(self.element, &shape),
        };
        let sizes = sizes.to_vec();
        Sequence { whole, time, sizes }
    }

    /// The sequence that the loop writes to: empty before, where it writes all of it, or
    /// any other.
    pub fn output(&self, f: &mut Function<'_>, sizes: &[Size], time: usize) -> Sequence {
        if f.random.chance(40) {
            return self.sequence(f, sizes, time, None);
        }
        let steps = Size {
            number: self.steps,
            value: f.random.chance(50).then(|| self.bounds[1].clone()),
            of: None,
        };
        let mut shape = sizes.to_vec();
        shape.insert(time, steps);
        let values: Vec<_> = shape.iter().filter_map(|size| size.value.clone()).collect();
        let whole = f.empty(&tensor_type(self.element, &shape), &values);
        let sizes = sizes.to_vec();
        Sequence { whole, time, sizes }
    }

    /// A tensor that is the same at each step, of any values or of a range.
    pub fn tensor(&self, f: &mut Function<'_>, sizes: &[Size], range: Option<Range<f64>>) -> Value {
        let shape = numbers(sizes);
        let value = match range {
            Some(range) => f.plain_within(self.element, &shape, range),
            None => f.plain(self.element, &shape),
        };
        f.cast(value, &tensor_type(self.element, sizes))
    }

    /// Writes the loop, which carries a state, maybe the sequence of outputs, and now and
    /// then something else. `step` writes a step, given where in time it is and the state,
    /// and gives the next state and the output.
    pub fn write(
        &self,
        f: &mut Function<'_>,
        state: Value,
        output: Option<&Sequence>,
        step: impl FnOnce(&mut Function<'_>, &str, &Value) -> Result<(Value, Value), String>,
    ) -> Result<(), String> {
        let place = usize::from(output.is_some() && f.random.chance(50));
        let mut carried: Vec<_> = output
            .map(|output| output.whole.clone())
            .into_iter()
            .collect();
        carried.insert(place, state);
        if f.random.chance(5) {
            carried.push(f.plain(self.element, &[2]));
        }
        carrying(f, &self.bounds, &carried, |f, counter, arguments| {
            let at = self.read_at(f, counter);
            let state = &arguments[place];
            let (next, element) = step(f, &at, state)?;
            let mut yielded = Vec::new();
            if let Some(output) = output {
                let written = output.insert(f, counter, &element, &arguments[1 - place]);
                yielded.push(written);
            }
            let next = match state.tensor() {
                Some(r#type) => f.cast(next, r#type),
                None => next,
            };
            yielded.insert(place, next);
            if let Some(other) = arguments.get(yielded.len()) {
                yielded.push(unary(f, "fidelity.relu", other)?);
            }
            Ok(yielded)
        })
    }

    /// The name of where in time the step of a counter reads.
    fn read_at(&self, f: &mut Function<'_>, counter: &str) -> String {
        let (name, number, is_first) = match self.order {
            Order::Forward => return counter.to_owned(),
            Order::Ahead => ("arith.addi", 1, false),
            Order::Backward => ("arith.subi", self.steps.saturating_sub(1), true),
        };
        let number = f.constant_index(number).name;
        let at = f.fresh();
        let operands = match is_first {
            true => format!("{number}, {counter}"),
            false => format!("{counter}, {number}"),
        };
        f.line(&format!("{at} = {name} {operands} : index"));
        at
    }
}

/// The length of a sequence that a loop of that many steps goes through: sometimes more.
fn length(f: &mut Function<'_>, steps: usize, order: Order) -> usize {
    let more = match f.random.chance(20) {
        true => f.random.between(1..4),
        false => 0,
    };
    steps + more.max(usize::from(order == Order::Ahead))
}

/// Lets a step take the first indices of a dimension now and then, not all.
fn enlarge_one(f: &mut Function<'_>, shape: &mut [usize], time: usize) {
    let dimension = f.random.below(shape.len());
    if dimension != time && f.random.chance(15) {
        shape[dimension] += f.random.between(1..3);
    }
}
