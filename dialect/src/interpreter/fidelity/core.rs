//! What the sequence ops decompose to.

use super::{tensor, try_ops, values};
use crate::{
    Loops, Read,
    interpreter::{Failure, Frame, Op, Result, Value},
};
use fidelity_reference::{
    Tensor,
    recurrence::{self, Mapped, Operands},
};
use std::rc::Rc;

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Option<Vec<Value>>> {
    try_ops! { op.operation;
        Recurrence => |op| {
            let loops = Loops::of(&op).map_err(|error| Failure::new(error.message()))?;
            let tensors = op
                .operands()
                .iter()
                .map(|&operand| tensor(frame, operand))
                .collect::<Result<Vec<Rc<Tensor>>>>()?;
            let mut mapped = tensors
                .iter()
                .zip(&loops.operands)
                .map(|(tensor, loops)| Mapped { tensor, loops });
            let mut take = |count: usize| -> Vec<Mapped<'_>> { mapped.by_ref().take(count).collect() };
            let operands = Operands {
                decay: take(op.decay().len()),
                exponential: op.exponential(),
                key: take(usize::from(op.key().is_some())).pop(),
                value: take(usize::from(op.value().is_some())).pop(),
                query: take(usize::from(op.query().is_some())).pop(),
                erase: take(op.erase().len()).try_into().ok(),
                bonus: take(usize::from(op.bonus().is_some())).pop(),
                state: take(usize::from(op.state().is_some())).pop(),
                read_before: op.read() == Read::Before,
            };
            values(recurrence::recurrence(&operands, &loops.output, &loops.state))?
        },
    }
}
