//! Nests of the recurrence's loops, each a `linalg.generic`.

use super::{Space, producer::Producer};
use fidelity_passes::emit::{Emit, Iterator, Map};
use melior::ir::{Type, Value};
use std::rc::Rc;

/// A tensor and the loops that index its dimensions.
#[derive(Clone, Debug)]
pub struct Factor<'a> {
    pub value: Value<'a, 'a>,
    pub loops: Vec<usize>,
    /// What a kernel may compute an element by, instead of reading it.
    pub producer: Option<Rc<Producer<'a>>>,
}

impl<'a> Factor<'a> {
    pub fn new(value: Value<'a, 'a>, loops: &[usize]) -> Self {
        Self {
            value,
            loops: loops.to_vec(),
            producer: None,
        }
    }

    /// Whether some loop of a list indexes the tensor.
    pub fn has_any(&self, loops: &[usize]) -> bool {
        self.loops.iter().any(|at| loops.contains(at))
    }

    /// The slice of the tensor at one index of a loop.
    pub fn at(&self, emit: &Emit<'a, '_>, at: usize, index: Value<'a, 'a>) -> Self {
        let Some(dimension) = self.loops.iter().position(|&other| other == at) else {
            return self.clone();
        };
        let mut loops = self.loops.clone();
        loops.remove(dimension);
        Self {
            value: emit.slice(self.value, dimension, index),
            loops,
            producer: None,
        }
    }

    /// The tensor with another loop in the place of one.
    pub fn with_loop(&self, old: usize, new: usize) -> Self {
        let loops = self.loops.iter();
        Self {
            value: self.value,
            loops: loops.map(|&at| if at == old { new } else { at }).collect(),
            producer: None,
        }
    }
}

/// A nest over the loops of its inputs and its result; those that only inputs
/// have are summed over.
pub struct Nest<'f, 'a> {
    inputs: &'f [Factor<'a>],
    result: &'f [usize],
    loops: Vec<usize>,
}

impl<'f, 'a> Nest<'f, 'a> {
    pub fn new(inputs: &'f [Factor<'a>], result: &'f [usize]) -> Self {
        let mut loops: Vec<usize> = result.to_vec();
        for input in inputs {
            loops.extend(&input.loops);
        }
        loops.sort_unstable();
        loops.dedup();
        Self {
            inputs,
            result,
            loops,
        }
    }

    /// The number of a loop in the nest.
    pub fn position(&self, at: usize) -> usize {
        self.loops.partition_point(|&other| other < at)
    }

    fn map_of(&self, loops: &[usize]) -> Map {
        loops
            .iter()
            .map(|&at| format!("d{}", self.position(at)))
            .collect()
    }

    /// Computes `into` anew; the body gets an element of each input and the old
    /// one.
    pub fn update(
        &self,
        emit: &Emit<'a, '_>,
        into: Value<'a, 'a>,
        body: impl FnOnce(&Emit<'a, '_>, &[Value<'a, 'a>]) -> Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let inputs: Vec<_> = self
            .inputs
            .iter()
            .map(|input| (input.value, self.map_of(&input.loops)))
            .collect();
        let iterators: Vec<Iterator> = self
            .loops
            .iter()
            .map(|at| {
                if self.result.contains(at) {
                    Iterator::Parallel
                } else {
                    Iterator::Reduction
                }
            })
            .collect();
        emit.generic(
            &inputs,
            &[(into, self.map_of(self.result))],
            &iterators,
            |emit, arguments| vec![body(emit, arguments)],
        )[0]
    }

    /// Computes a new tensor.
    pub fn map(
        &self,
        emit: &Emit<'a, '_>,
        space: &Space<'a>,
        element: Type<'a>,
        body: impl FnOnce(&Emit<'a, '_>, &[Value<'a, 'a>]) -> Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let init = emit.empty(&space.sizes(self.result), element);
        self.update(emit, init, body)
    }

    /// The product of the inputs, summed over the loops that the result lacks.
    ///
    /// Without such a loop nothing is added to zeros: an elementwise op that
    /// reads what it writes to is fused into one with more loops as if it did
    /// not, and adds to the same element once more in each of them.
    pub fn sum_of_products(&self, emit: &Emit<'a, '_>, space: &Space<'a>) -> Value<'a, 'a> {
        if self.loops.iter().all(|at| self.result.contains(at)) {
            return self.map(emit, space, space.compute, |emit, arguments| {
                product(emit, &arguments[..arguments.len() - 1], space.compute)
            });
        }
        let zeros = space.zeros(emit, self.result);
        self.add_product(emit, space, zeros.value)
    }

    /// Adds the product of the inputs, each converted to the type of `into`.
    pub fn add_product(
        &self,
        emit: &Emit<'a, '_>,
        space: &Space<'a>,
        into: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        self.update(emit, into, |emit, arguments| {
            let (sum, factors) = arguments.split_last().expect("an output");
            emit.sum(*sum, product(emit, factors, space.compute))
        })
    }
}

/// The product of values, 1 of none.
pub fn product<'a>(
    emit: &Emit<'a, '_>,
    factors: &[Value<'a, 'a>],
    compute: Type<'a>,
) -> Value<'a, 'a> {
    factors
        .iter()
        .map(|&factor| emit.convert(factor, compute))
        .reduce(|product, factor| emit.mul(product, factor))
        .unwrap_or_else(|| emit.float(compute, 1.0))
}
