//! `fidelity-cpu-unshare-destinations`.

use crate::FidelityCpuUnshareDestinations;
use melior::ir::{
    Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, build_before, name_of, operations_within, remark, set_operands,
    uses_of,
};
use std::collections::HashMap;

impl Pass for FidelityCpuUnshareDestinations {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let most = usize::try_from(self.most)
            .ok()
            .filter(|&most| most > 0)
            .ok_or_else(|| Diagnostic::expected("most to be 1 or more", self.most))?;
        let operations = operations_within(operation);
        let order: HashMap<usize, usize> = (operations.iter().enumerate())
            .map(|(index, operation)| (key(*operation), index))
            .collect();
        for &nested in &operations {
            if name_of(nested) == "tensor.empty"
                && let Some(made) = unshare(nested, most, &order)
            {
                pass.add_to_statistic(Self::NUM_MADE, made);
            }
        }
        Ok(())
    }
}

fn key(operation: OperationRef<'_, '_>) -> usize {
    operation.to_raw().ptr.addr()
}

/// Gives each `most` users of an empty tensor one of their own, and says how many
/// were made; `None` where it stays as it is.
fn unshare<'a>(
    empty: OperationRef<'a, 'a>,
    most: usize,
    order: &HashMap<usize, usize>,
) -> Option<usize> {
    let value = Value::from(empty.result(0).ok()?);
    let uses = uses_of(value);
    if uses.len() <= most {
        return None;
    }
    let count = uses.len();
    // A user, which of its operands it is, and what holds the user beside the
    // empty tensor; in another block of a region nothing does.
    let mut placed = (uses.into_iter())
        .map(|(user, operand)| Some((beside(user, empty)?, user, operand)))
        .collect::<Option<Vec<_>>>()?;
    placed.sort_by_key(|&(holder, user, operand)| {
        [holder, user]
            .map(|operation| order.get(&key(operation)).copied().unwrap_or(usize::MAX))
            .into_iter()
            .chain([operand])
            .collect::<Vec<_>>()
    });
    let dynamic: Vec<_> = empty.operands().collect();
    // The first of them keep theirs.
    let groups = placed.chunks(most).skip(1);
    let made = groups.len();
    for group in groups {
        let own = build_before(group[0].0, |builder| {
            let own = builder.op("tensor.empty").operands(&dynamic);
            own.result(value.r#type()).value()
        });
        for &(_, user, operand) in group {
            let mut operands: Vec<_> = user.operands().collect();
            operands[operand] = own;
            set_operands(user, &operands);
        }
    }
    remark::passed(
        empty.location(),
        "fidelity-cpu-unshare-destinations",
        "unshared",
        &format!("an empty tensor of {count} uses is now {}", made + 1),
    );
    Some(made)
}

/// The op in the block of `other` that is an op or holds it.
fn beside<'a>(
    operation: OperationRef<'a, 'a>,
    other: OperationRef<'a, 'a>,
) -> Option<OperationRef<'a, 'a>> {
    let mut holder = operation;
    while holder.block() != other.block() {
        holder = holder.parent_operation()?;
    }
    Some(holder)
}
