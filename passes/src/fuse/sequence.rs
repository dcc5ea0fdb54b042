//! A loop over time, and how its steps read and write sequences.

use super::{
    rewrite::{Miss, made_by_op, readers},
    sizes,
};
use crate::emit::{Emit, Size};
use fidelity_dialect::{DYNAMIC, TensorType, index_value};
use melior::ir::{
    BlockLike, BlockRef, RegionLike, TypeLike, Value, ValueLike,
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
    /// Whether a step takes all of the other dimensions, and not their first indices.
    takes_all: bool,
    /// The op that takes or writes a step, and how many tensors its first operands are.
    slice: OperationRef<'a, 'a>,
    tensors: usize,
}

/// What a remark says of an operand that is anything else.
pub const NOT_A_SEQUENCE: Miss = Miss::Near("an operand of a step is no element of a sequence");

/// What a remark says of an output that goes elsewhere.
pub const NOT_WRITTEN: Miss = Miss::Near("the output of a step is not written to a sequence");

impl<'a> Sequence<'a> {
    /// The same steps of another tensor.
    pub fn of(self, whole: Value<'a, 'a>) -> Self {
        Self { whole, ..self }
    }
}

impl<'a> TimeLoop<'a> {
    /// The loop that an op is.
    pub fn cast(operation: OperationRef<'a, 'a>) -> Option<Self> {
        if name_of(operation) != "scf.for" || operation.result_count() == 0 {
            return None;
        }
        let operand = |index: usize| operation.operand(index).ok();
        if index_value(operand(0)?) != Some(0)
            || index_value(operand(2)?) != Some(1)
            || !operand(1)?.r#type().is_index()
        {
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
    /// `[…, T, …]`, or without the dimension, or with it in another place.
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub fn read(&self, value: Value<'a, 'a>) -> Result<Sequence<'a>, Miss> {
        let maker = defining_op(value).ok_or(NOT_A_SEQUENCE)?;
        if matches!(
            name_of(maker),
            "tensor.expand_shape" | "tensor.collapse_shape"
        ) {
            // Of dimensions of size 1 only: otherwise its shape is none of these.
            let source = maker.operand(0).map_err(|_| NOT_A_SEQUENCE)?;
            let sequence = self.read(source)?;
            let mut shape = TensorType::of(source).shape;
            if shape.len() == TensorType::of(sequence.whole).rank() {
                shape.remove(sequence.time);
            }
            let own = TensorType::of(value).shape;
            let without = |at: usize| [&own[..at], &own[at + 1..]].concat();
            let is_step =
                own == shape || (0..own.len()).any(|at| own[at] == 1 && without(at) == shape);
            is_step.then_some(()).ok_or(NOT_A_SEQUENCE)?;
            self.note(maker);
            return Ok(sequence);
        }
        let slice = made_by_op(value, "tensor.extract_slice").ok_or(NOT_A_SEQUENCE)?;
        let whole = slice.operand(0).map_err(|_| NOT_A_SEQUENCE)?;
        let sequence = self.slice(slice, 1, whole, NOT_A_SEQUENCE)?;
        self.is_outside(whole)
            .then(|| self.note(slice))
            .ok_or(NOT_A_SEQUENCE)?;
        Ok(sequence)
    }

    /// The sequence and the element that a carried value gets at this step.
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub fn written(&self, carried: &Carried<'a>) -> Result<(Sequence<'a>, Value<'a, 'a>), Miss> {
        let insert = made_by_op(carried.next, "tensor.insert_slice").ok_or(NOT_WRITTEN)?;
        let into = insert.operand(1).map_err(|_| NOT_WRITTEN)?;
        if into != carried.argument || readers(into).len() != 1 || readers(carried.next).len() != 1
        {
            return Err(NOT_WRITTEN);
        }
        let sequence = self.slice(insert, 2, into, NOT_WRITTEN)?;
        self.note(insert);
        let element = insert.operand(0).map_err(|_| NOT_WRITTEN)?;
        Ok((sequence, element))
    }

    /// The sequence of which a slice is the element of this step. Its operands are
    /// so many tensors, then offsets, sizes and strides.
    fn slice(
        &self,
        slice: OperationRef<'a, 'a>,
        tensors: usize,
        whole: Value<'a, 'a>,
        otherwise: Miss,
    ) -> Result<Sequence<'a>, Miss> {
        let (time, sizes) = self.taken(slice, tensors).ok_or(otherwise)?;
        let shape = TensorType::of(whole).shape;
        if let Size::Static(steps) = self.steps()
            && shape[time] != DYNAMIC
            && steps > shape[time]
        {
            return Err(Miss::Near(
                "the loop has more steps than one of its sequences",
            ));
        }
        let mut takes_all = true;
        for (dimension, size) in sizes.into_iter().enumerate() {
            if dimension == time || self.is_size_of(size, whole, dimension) {
                continue;
            }
            takes_all = false;
            if let Size::Dynamic(value) = size
                && !self.is_outside(value)
            {
                return Err(Miss::Near(
                    "a size of what a step takes is made in the loop, and not known to be that of \
                     its sequence",
                ));
            }
        }
        Ok(Sequence {
            whole,
            time,
            takes_all,
            slice,
            tensors,
        })
    }

    /// The dimension that is time, of a slice at 0 in all others, and its sizes.
    fn taken(&self, slice: OperationRef<'a, 'a>, tensors: usize) -> Option<(usize, Vec<Size<'a>>)> {
        let numbers = |name: &str| {
            let array = DenseI64ArrayAttribute::try_from(slice.attribute(name).ok()?).ok()?;
            (0..array.len())
                .map(|index| array.element(index).ok())
                .collect::<Option<Vec<i64>>>()
        };
        let segments =
            DenseI32ArrayAttribute::try_from(slice.attribute("operandSegmentSizes").ok()?).ok()?;
        let mut offsets = numbers("static_offsets")?;
        let sizes = numbers("static_sizes")?;
        let time = offsets.iter().position(|&offset| offset == DYNAMIC)?;
        let takes_step = segments.element(tensors).ok()? == 1
            && slice.operand(tensors).ok()? == self.step
            && sizes[time] == 1
            && numbers("static_strides")?.iter().all(|&stride| stride == 1);
        offsets.remove(time);
        if !takes_step || offsets.iter().any(|&offset| offset != 0) {
            return None;
        }
        let mut dynamic = tensors + 1..;
        let sizes = sizes.into_iter().map(|size| match size {
            DYNAMIC => Some(Size::Dynamic(slice.operand(dynamic.next()?).ok()?)),
            size => Some(Size::Static(size)),
        });
        Some((time, sizes.collect::<Option<_>>()?))
    }

    /// Whether a size is that of a dimension.
    fn is_size_of(&self, size: Size<'a>, of: Value<'a, 'a>, dimension: usize) -> bool {
        // What a loop of steps carries keeps its sizes.
        let before = |value| {
            let carried = self.carried_as(value);
            carried.map_or(value, |index| self.carried[index].first)
        };
        sizes::of_size(size, &before) == sizes::of_dimension(of, dimension, &before)
    }

    /// How many steps there are.
    pub fn steps(&self) -> Size<'a> {
        match index_value(self.end) {
            Some(steps) => Size::Static(steps.max(0)),
            None => Size::Dynamic(self.end),
        }
    }

    /// Whether the steps take all that a sequence is.
    pub fn covers(&self, sequence: Sequence<'a>) -> bool {
        sequence.takes_all && self.is_size_of(self.steps(), sequence.whole, sequence.time)
    }

    /// The sizes of what the steps take of a sequence.
    fn sizes_of_part(&self, emit: &Emit<'a, '_>, sequence: Sequence<'a>) -> Vec<Size<'a>> {
        let taken = self.taken(sequence.slice, sequence.tensors);
        let taken = taken.map_or_else(Vec::new, |(_, sizes)| sizes);
        let mut part: Vec<Size<'a>> = (taken.into_iter().enumerate())
            .map(|(dimension, size)| match size {
                // One that is made in the loop is known to be that of the whole.
                Size::Dynamic(value) if !self.is_outside(value) => {
                    emit.size(sequence.whole, dimension)
                }
                size => size,
            })
            .collect();
        part[sequence.time] = match self.steps() {
            // A size is never below 0.
            Size::Dynamic(steps) if made_by_op(steps, "tensor.dim").is_none() => {
                emit.maximum(self.steps(), Size::Static(0))
            }
            steps => steps,
        };
        part
    }

    /// The steps of a sequence that the loop goes through.
    pub fn part(&self, emit: &Emit<'a, '_>, sequence: Sequence<'a>) -> Value<'a, 'a> {
        match self.covers(sequence) {
            true => sequence.whole,
            false => emit.corner(sequence.whole, self.sizes_of_part(emit, sequence)),
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
                let sizes = self.sizes_of_part(emit, first);
                // The op may know a size that a slice says by a value, or the reverse.
                let part = emit.cast(part, &sizes);
                emit.insert_corner(part, first.whole, sizes)
            }
        }
    }
}
