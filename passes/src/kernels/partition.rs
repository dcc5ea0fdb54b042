//! Which ops make a kernel together.

use super::{
    Extents, Kind,
    member::{Access, Member, Read, Role},
    slice_of_rows,
};
use crate::outline::key;
use fidelity_dialect::mapping_of;
use melior::ir::{
    BlockLike, BlockRef, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, defining_op, name_of};
use std::collections::HashMap;

/// What a function does, one after the other.
pub enum Step<'a> {
    /// Launches a kernel.
    Kernel(Kernel<'a>),
    /// An op that no kernel has.
    Other(OperationRef<'a, 'a>),
}

/// Ops that are computed by one launch.
pub struct Kernel<'a> {
    pub kind: Kind,
    pub members: Vec<Member<'a>>,
    /// The group that the mappings of its ops give.
    group: Option<i64>,
}

/// The partition of a function's body.
pub struct Partition<'a> {
    pub steps: Vec<Step<'a>>,
    /// The step of each op that has one.
    steps_of: HashMap<usize, usize>,
}

/// Ops that only say sizes or name a part of a tensor; each kernel makes its
/// own.
pub fn is_support<'a>(operation: OperationRef<'a, 'a>, extents: &Extents<'a>) -> bool {
    let name = name_of(operation);
    match name {
        "arith.constant" | "tensor.empty" | "tensor.dim" | "tensor.cast" => true,
        "tensor.extract_slice" => slice_of_rows(operation, extents).is_some(),
        _ => {
            let is_index = |value: Value<'a, 'a>| value.r#type().is_index();
            name.starts_with("arith.") && operation.results().all(|value| is_index(value.into()))
        }
    }
}

impl<'a> Partition<'a> {
    /// Partitions a block, in the order of its ops.
    ///
    /// # Errors
    ///
    /// When an op has a mapping that is none.
    pub fn of(block: BlockRef<'a, 'a>, extents: &Extents<'a>) -> Result<Self, Diagnostic<'a>> {
        let mut partition = Self {
            steps: Vec::new(),
            steps_of: HashMap::new(),
        };
        let mut next = block.first_operation();
        while let Some(operation) = next {
            next = operation.next_in_block();
            if next.is_none() || is_support(operation, extents) {
                continue;
            }
            let step = match Member::of(operation, extents) {
                Some(member) => {
                    let mapping = mapping_of(operation)?;
                    partition.place(member, mapping.and_then(|mapping| mapping.group()))
                }
                None => {
                    partition.steps.push(Step::Other(operation));
                    partition.steps.len() - 1
                }
            };
            partition.steps_of.insert(key(operation), step);
        }
        Ok(partition)
    }

    /// The step that makes a value, if one does.
    pub fn step_of(&self, value: Value<'a, 'a>) -> Option<usize> {
        self.steps_of.get(&key(defining_op(value)?)).copied()
    }

    /// The number of steps before a value is there.
    fn steps_before(&self, value: Value<'a, 'a>) -> usize {
        let Some(operation) = defining_op(value) else {
            return 0;
        };
        match self.step_of(value) {
            Some(step) => step + 1,
            None => operation
                .operands()
                .map(|operand| self.steps_before(operand))
                .max()
                .unwrap_or(0),
        }
    }

    /// Puts an op into a kernel of its group; gives the kernel's step.
    fn place(&mut self, member: Member<'a>, group: Option<i64>) -> usize {
        // The first step in which everything that the op reads is there: the
        // step itself may make what is read as it is made.
        let first = member
            .reads
            .iter()
            .map(|read| match self.step_of(read.value) {
                Some(step) if self.reads_as_made(&member, read, step) => step,
                _ => self.steps_before(read.value),
            })
            .max()
            .unwrap_or(0);
        let makes_operand = |step: usize| {
            let mut reads = member.reads.iter();
            reads.any(|read| self.step_of(read.value) == Some(step))
        };
        let chosen = (first..self.steps.len()).find_map(|step| {
            let Step::Kernel(kernel) = &self.steps[step] else {
                return None;
            };
            if kernel.group != group || (kernel.kind != Kind::Row && !makes_operand(step)) {
                return None;
            }
            Some((step, kernel.kind_with(&member)?))
        });
        if let Some((step, kind)) = chosen
            && let Step::Kernel(kernel) = &mut self.steps[step]
        {
            kernel.kind = kind;
            kernel.members.push(member);
            return step;
        }
        let kind = match member.role {
            Role::Map | Role::Row => Kind::Row,
            Role::Linear => Kind::Linear,
            Role::Recurrence => Kind::Recurrence,
        };
        let members = vec![member];
        self.steps.push(Step::Kernel(Kernel {
            kind,
            members,
            group,
        }));
        self.steps.len() - 1
    }

    /// Whether an op reads a value of a kernel at the elements at which the
    /// kernel makes it.
    fn reads_as_made(&self, member: &Member<'a>, read: &Read<'a>, step: usize) -> bool {
        let Step::Kernel(kernel) = &self.steps[step] else {
            return false;
        };
        kernel.kind_with(member).is_some()
            && kernel.members.iter().any(|maker| {
                let results = maker.operation.results().enumerate();
                results
                    .filter(|(_, result)| Value::from(*result) == read.value)
                    .any(|(index, _)| {
                        let access = read.access(member.rank());
                        access != Access::Other && access == maker.result_access(index)
                    })
            })
    }
}

impl<'a> Kernel<'a> {
    /// The kind that the kernel is with another op; `None` if it cannot have
    /// it.
    fn kind_with(&self, member: &Member<'a>) -> Option<Kind> {
        let first = self.members.first()?;
        if first.leading != member.leading
            || first.width != member.width
            || first.rank() != member.rank()
        {
            return None;
        }
        let is_map = self.members.iter().all(|member| member.role == Role::Map);
        match (self.kind, member.role) {
            (kind, Role::Map) => Some(kind),
            (Kind::Row, Role::Row) => Some(Kind::Row),
            // What goes into each step is computed in the step.
            (Kind::Row, Role::Recurrence) if is_map => Some(Kind::Recurrence),
            _ => None,
        }
    }
}
