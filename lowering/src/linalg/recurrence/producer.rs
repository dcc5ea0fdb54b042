//! What makes the elements of operands one by one, for a kernel that makes them where
//! it needs them.

use super::nest::Factor;
use fidelity_dialect::TensorType;
use fidelity_passes::kernels::elementwise_reads;
use melior::ir::{
    BlockLike, BlockRef, RegionLike, TypeLike, Value,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{comes_before, defining_op, name_of, users_of};
use std::rc::Rc;

/// An elementwise `linalg.generic` of f32.
#[derive(Debug)]
pub struct Producer<'a> {
    /// What it computes of an element of each input.
    pub body: BlockRef<'a, 'a>,
    /// The inputs, by the loops of the recurrence.
    pub inputs: Vec<Factor<'a>>,
}

/// The ops that only a recurrence needs, each with the loops that index its result.
///
/// Their results are indexed by all loops of the output, so that each element is needed
/// at one step of one part of the state: nothing is computed more often than before.
pub struct Producers<'a>(Vec<(OperationRef<'a, 'a>, Vec<usize>)>);

impl<'a> Producers<'a> {
    /// Those of the operands of a recurrence, whose output has some loops.
    pub fn of(recurrence: OperationRef<'a, 'a>, operands: &[Factor<'a>], output: &[usize]) -> Self {
        let mut found: Vec<(OperationRef<'a, 'a>, Vec<usize>)> = vec![];
        let mut shared = vec![];
        let mut next = operands.to_vec();
        while let Some(factor) = next.pop() {
            let Some((operation, inputs)) = inputs_of(&factor) else {
                continue;
            };
            match found.iter().find(|(known, _)| *known == operation) {
                Some((_, loops)) if *loops == factor.loops => {}
                // One element would be needed at several places.
                Some(_) => shared.push(operation),
                None if comes_before(operation, recurrence)
                    && output.iter().all(|at| factor.loops.contains(at)) =>
                {
                    found.push((operation, factor.loops));
                    next.extend(inputs);
                }
                None => {}
            }
        }
        found.retain(|(operation, _)| !shared.contains(operation));
        loop {
            let known: Vec<_> = found.iter().map(|&(operation, _)| operation).collect();
            found.retain(|(operation, _)| {
                let result = operation.result(0).map(Value::from);
                let mut users = result.into_iter().flat_map(users_of);
                // A size is known without the elements.
                users.all(|user| {
                    user == recurrence || known.contains(&user) || name_of(user) == "tensor.dim"
                })
            });
            if found.len() == known.len() {
                return Self(found);
            }
        }
    }

    /// A tensor with what makes it.
    pub fn with_producer(&self, factor: Factor<'a>) -> Factor<'a> {
        let producer = inputs_of(&factor).and_then(|(operation, inputs)| {
            let mut found = self.0.iter();
            found.find(|(other, loops)| *other == operation && *loops == factor.loops)?;
            let body = operation.region(0).ok()?.first_block()?;
            let inputs = inputs.into_iter().map(|input| self.with_producer(input));
            Some(Rc::new(Producer {
                body,
                inputs: inputs.collect(),
            }))
        });
        Factor { producer, ..factor }
    }
}

/// The elementwise op that makes a tensor of f32 from others, and those. What is beside each
/// other in the tensor, as the lanes of a vector are, is so in each of them or the same
/// number: not so where a transposed tensor is read.
fn inputs_of<'a>(factor: &Factor<'a>) -> Option<(OperationRef<'a, 'a>, Vec<Factor<'a>>)> {
    let operation = defining_op(factor.value)?;
    if operation.result_count() != 1 {
        return None;
    }
    let reads = elementwise_reads(operation)?;
    let inputs = reads.into_iter().map(|read| {
        let loops = read.loops?.into_iter().map(|at| Some(factor.loops[at?]));
        let loops = loops.collect::<Option<Vec<_>>>()?;
        let is_f32 = TensorType::of(read.value).element.is_f32();
        let last = factor.loops.last()?;
        let lies_so = !loops.contains(last) || loops.last() == Some(last);
        (is_f32 && lies_so).then(|| Factor::new(read.value, &loops))
    });
    Some((operation, inputs.collect::<Option<_>>()?))
}

/// Whether a tensor has the elements of another one with the other sign.
pub fn is_negated<'a>(factor: &Factor<'a>, of: &Factor<'a>) -> bool {
    let Some((operation, inputs)) = inputs_of(factor) else {
        return false;
    };
    let [input] = inputs.as_slice() else {
        return false;
    };
    let body = operation.region(0).ok().and_then(|body| body.first_block());
    let mut ops = std::iter::successors(body.and_then(|body| body.first_operation()), |op| {
        op.next_in_block()
    });
    let names: Vec<_> = ops.by_ref().map(name_of).collect();
    (input.value, &input.loops) == (of.value, &of.loops) && names == ["arith.negf", "linalg.yield"]
}
