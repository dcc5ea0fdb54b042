//! A loop over time, and how its steps read and write sequences.

use super::rewrite::{made_by_op, readers};
use crate::emit::{Emit, Size};
use fidelity_dialect::{DYNAMIC, TensorType, index_value};
use melior::ir::{
    BlockLike, BlockRef, RegionLike, Value,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{block_argument, defining_op, name_of, operations_within};
use std::cell::RefCell;

/// An `scf.for` from 0 in steps of 1.
pub struct TimeLoop<'a> {
    pub operation: OperationRef<'a, 'a>,
    body: BlockRef<'a, 'a>,
    end: Value<'a, 'a>,
    step: Value<'a, 'a>,
    /// What the loop carries: the argument, what it begins as, what each step gives.
    pub carried: Vec<Carried<'a>>,
    // The ops of the body that are understood.
    seen: RefCell<Vec<OperationRef<'a, 'a>>>,
}

/// A value that a loop carries.
#[derive(Clone, Copy)]
pub struct Carried<'a> {
    pub argument: Value<'a, 'a>,
    pub first: Value<'a, 'a>,
    pub next: Value<'a, 'a>,
}

/// A sequence, and the dimension of it that is time.
#[derive(Clone, Copy)]
pub struct Sequence<'a> {
    pub whole: Value<'a, 'a>,
    pub time: usize,
}

impl<'a> TimeLoop<'a> {
    /// The loop that an op is.
    pub fn cast(operation: OperationRef<'a, 'a>) -> Option<Self> {
        if name_of(operation) != "scf.for" || operation.result_count() == 0 {
            return None;
        }
        let operand = |index: usize| operation.operand(index).ok();
        if index_value(operand(0)?) != Some(0) || index_value(operand(2)?) != Some(1) {
            return None;
        }
        let body = operation.region(0).ok()?.first_block()?;
        let end = body.terminator()?;
        let argument = |index: usize| Some(body.argument(index).ok()?.into());
        let carried = (0..operation.result_count()).map(|index| {
            Some(Carried {
                argument: argument(index + 1)?,
                first: operand(index + 3)?,
                next: end.operand(index).ok()?,
            })
        });
        Some(Self {
            operation,
            body,
            end: operand(1)?,
            step: argument(0)?,
            carried: carried.collect::<Option<_>>()?,
            seen: RefCell::default(),
        })
    }

    /// The ops of a step but its terminator.
    pub fn operations(&self) -> Vec<OperationRef<'a, 'a>> {
        let within = operations_within(self.operation);
        within
            .into_iter()
            .filter(|&nested| nested != self.operation && name_of(nested) != "scf.yield")
            .collect()
    }

    /// Notes that an op of a step is part of what is understood.
    pub fn note(&self, operation: OperationRef<'a, 'a>) {
        self.seen.borrow_mut().push(operation);
    }

    /// Whether a step does nothing but what is noted, sizes and numbers aside.
    pub fn is_understood(&self) -> bool {
        let seen = self.seen.borrow();
        self.operations().into_iter().all(|nested| {
            seen.contains(&nested) || matches!(name_of(nested), "tensor.dim" | "arith.constant")
        })
    }

    /// Whether a value is there before the loop.
    pub fn is_outside(&self, value: Value<'a, 'a>) -> bool {
        match (defining_op(value), block_argument(value)) {
            (Some(maker), _) => maker.block() != Some(self.body),
            (_, Some((block, _))) => block != self.body,
            _ => false,
        }
    }

    /// The number of what is carried as an argument.
    pub fn carried_as(&self, argument: Value<'a, 'a>) -> Option<usize> {
        (self.carried.iter()).position(|carried| carried.argument == argument)
    }

    /// The sequence whose element of this step a value is: `[…, 1, …]` of
    /// `[…, T, …]`, or without the dimension.
    pub fn read(&self, value: Value<'a, 'a>) -> Option<Sequence<'a>> {
        let maker = defining_op(value)?;
        if matches!(
            name_of(maker),
            "tensor.expand_shape" | "tensor.collapse_shape"
        ) {
            // Of dimensions of size 1 only: otherwise its shape is none of these.
            let sequence = self.read(maker.operand(0).ok()?)?;
            let mut shape = TensorType::of(sequence.whole).shape;
            shape[sequence.time] = 1;
            let own = TensorType::of(value).shape;
            let is_step = own == shape || {
                shape.remove(sequence.time);
                own == shape
            };
            return is_step.then(|| self.note(maker)).map(|()| sequence);
        }
        let slice = made_by_op(value, "tensor.extract_slice")?;
        let whole = slice.operand(0).ok()?;
        let sequence = self.slice(slice, 1, whole)?;
        self.is_outside(whole).then(|| self.note(slice))?;
        Some(sequence)
    }

    /// The sequence and the element that a carried value gets at this step.
    pub fn written(&self, carried: &Carried<'a>) -> Option<(Sequence<'a>, Value<'a, 'a>)> {
        let insert = made_by_op(carried.next, "tensor.insert_slice")?;
        let into = insert.operand(1).ok()?;
        let sequence = self.slice(insert, 2, into)?;
        if into != carried.argument || readers(into).len() != 1 || readers(carried.next).len() != 1
        {
            return None;
        }
        self.note(insert);
        Some((sequence, insert.operand(0).ok()?))
    }

    /// The sequence of which a slice is the element of this step. Its operands are
    /// so many tensors, then offsets, sizes and strides.
    fn slice(
        &self,
        slice: OperationRef<'a, 'a>,
        tensors: usize,
        whole: Value<'a, 'a>,
    ) -> Option<Sequence<'a>> {
        let numbers = |name: &str| {
            let array = DenseI64ArrayAttribute::try_from(slice.attribute(name).ok()?).ok()?;
            (0..array.len())
                .map(|index| array.element(index).ok())
                .collect::<Option<Vec<i64>>>()
        };
        let segments =
            DenseI32ArrayAttribute::try_from(slice.attribute("operandSegmentSizes").ok()?).ok()?;
        let offsets = numbers("static_offsets")?;
        let sizes = numbers("static_sizes")?;
        let time = offsets.iter().position(|&offset| offset == DYNAMIC)?;
        let takes_step = segments.element(tensors).ok()? == 1
            && slice.operand(tensors).ok()? == self.step
            && sizes[time] == 1
            && numbers("static_strides")?.iter().all(|&stride| stride == 1);
        let shape = TensorType::of(whole).shape;
        let mut dynamic = tensors + 1;
        let mut takes_all = true;
        for (index, &size) in sizes.iter().enumerate() {
            if index == time {
                continue;
            }
            takes_all &= offsets[index] == 0;
            takes_all &= match size {
                DYNAMIC => {
                    let size = slice.operand(dynamic).ok()?;
                    dynamic += 1;
                    self.is_size_of(size, whole, index)
                }
                size => shape[index] == size,
            };
        }
        (takes_step && takes_all).then_some(Sequence { whole, time })
    }

    /// Whether an index is the size of a dimension.
    fn is_size_of(&self, size: Value<'a, 'a>, of: Value<'a, 'a>, dimension: usize) -> bool {
        // What a loop carries keeps its sizes.
        let origin = |value| {
            let carried = self.carried_as(value);
            carried.map_or(value, |index| self.carried[index].first)
        };
        let known = TensorType::of(of).shape[dimension];
        if known != DYNAMIC {
            return index_value(size) == Some(known);
        }
        if let Some(dim) = made_by_op(size, "tensor.dim")
            && let (Ok(asked), Ok(at)) = (dim.operand(0), dim.operand(1))
            && origin(asked) == origin(of)
        {
            return index_value(at) == Some(dimension as i64);
        }
        let Some(empty) = made_by_op(origin(of), "tensor.empty") else {
            return false;
        };
        let shape = TensorType::of(origin(of)).shape;
        let number = shape[..dimension]
            .iter()
            .filter(|&&size| size == DYNAMIC)
            .count();
        empty.operand(number).ok() == Some(size)
    }

    /// How many steps there are.
    pub fn steps(&self) -> Size<'a> {
        match index_value(self.end) {
            Some(steps) => Size::Static(steps.max(0)),
            None => Size::Dynamic(self.end),
        }
    }

    /// Whether the loop goes through a whole sequence.
    pub fn covers(&self, sequence: Sequence<'a>) -> bool {
        self.is_size_of(self.end, sequence.whole, sequence.time)
    }

    /// The steps of a sequence that the loop goes through.
    pub fn part(&self, emit: &Emit<'a, '_>, sequence: Sequence<'a>) -> Value<'a, 'a> {
        match self.covers(sequence) {
            true => sequence.whole,
            false => {
                let steps = emit.maximum(self.steps(), Size::Static(0));
                emit.range(sequence.whole, sequence.time, Size::Static(0), steps)
            }
        }
    }

    /// A sequence that begins as `first`, with what the loop wrote to it.
    pub fn with_part(
        &self,
        emit: &Emit<'a, '_>,
        part: Value<'a, 'a>,
        first: Sequence<'a>,
    ) -> Value<'a, 'a> {
        match self.covers(first) {
            true => part,
            false => {
                let start = Size::Static(0);
                let steps = emit.size(part, first.time);
                emit.insert_range(part, first.whole, first.time, start, steps)
            }
        }
    }
}
