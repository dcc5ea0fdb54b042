//! Which part of a function each op is in.

use crate::outline::{key, operands_of, operations_of};
use fidelity_dialect::mapping_of;
use melior::ir::{
    BlockRef, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, defining_op, is_memory_effect_free, name_of, operations_within, string_value,
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What is done at once: by a device, or by the function that calls it.
#[derive(Default)]
pub struct Step<'a> {
    /// The name of the device.
    pub device: Option<&'a str>,
    /// Its ops, in program order; of a device with those that are made anew.
    pub operations: Vec<OperationRef<'a, 'a>>,
}

/// A function as steps, one after the other.
///
/// Invariant: what a step reads is of the same step or of an earlier one. The
/// first step is the caller's; arguments are of it.
pub struct Plan<'a> {
    /// The steps.
    pub steps: Vec<Step<'a>>,
    /// Ops whose regions name a device that they are not on, and that device.
    pub torn: Vec<(OperationRef<'a, 'a>, &'a str)>,
    /// The step of each op; of a copied one the first in which it can be made.
    places: HashMap<usize, usize>,
    copied: HashSet<usize>,
}

/// An op that names no device.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follower {
    /// Made anew wherever it is read.
    Copied,
    /// Where the last of its operands is made.
    Operands,
    /// Where its result is read first.
    Users,
    /// As `Operands`; as `Users` where no device makes an operand.
    Either,
    /// In its place; with the part before it if it reads what that made.
    Effect,
    /// In its place, by the caller.
    Call,
}

impl Follower {
    fn of<'a>(operation: OperationRef<'a, 'a>) -> Self {
        let name = name_of(operation);
        if !is_memory_effect_free(operation) {
            // Who is called may have parts of its own.
            let is_call = matches!(name, "func.call" | "func.call_indirect");
            return if is_call { Self::Call } else { Self::Effect };
        }
        // What costs nothing, or is data that belongs to its readers.
        if operation.operand_count() == 0 || name == "tensor.empty" {
            return Self::Copied;
        }
        let is_scalar = |value: Value<'a, 'a>| !is_tensor(value);
        match name {
            "tensor.insert_slice" | "tensor.concat" => Self::Users,
            "tensor.extract_slice" => Self::Operands,
            _ if operation.results().all(|value| is_scalar(value.into())) => Self::Operands,
            _ => Self::Either,
        }
    }
}

/// Whether a value is a ranked tensor.
pub fn is_tensor<'a>(value: Value<'a, 'a>) -> bool {
    value.r#type().is_ranked_tensor()
}

/// The device that an op names itself.
pub fn own_device<'a>(operation: OperationRef<'a, 'a>) -> Result<Option<&'a str>, Diagnostic<'a>> {
    let mapping = mapping_of(operation)?;
    let device = mapping.and_then(|mapping| mapping.device());
    Ok(device.map(string_value))
}

impl<'a> Plan<'a> {
    /// Plans a function of one block; `None` where no op names a device.
    ///
    /// # Errors
    ///
    /// When a mapping is malformed.
    pub fn of(block: BlockRef<'a, 'a>) -> Result<Option<Self>, Diagnostic<'a>> {
        let mut plan = Self {
            steps: vec![Step::default()],
            torn: Vec::new(),
            places: HashMap::new(),
            copied: HashSet::new(),
        };
        let mut operations = operations_of(block);
        let terminator = operations.pop();
        terminator.map(own_device).transpose()?;
        let mut follows_users = Vec::new();
        for &operation in &operations {
            let device = plan.device_of(operation)?;
            let ready = plan.ready(operation);
            let last = plan.steps.len() - 1;
            let place = match device {
                Some(device) if plan.steps[last].device == Some(device) => last,
                Some(device) => plan.begin(Some(device)),
                None => match Follower::of(operation) {
                    Follower::Copied => {
                        plan.copied.insert(key(operation));
                        ready
                    }
                    Follower::Operands => ready,
                    Follower::Either if plan.steps[ready].device.is_some() => ready,
                    Follower::Either | Follower::Users => {
                        follows_users.push(operation);
                        ready
                    }
                    Follower::Effect if ready == last => last,
                    _ if plan.steps[last].device.is_none() => last,
                    Follower::Effect | Follower::Call => plan.begin(None),
                },
            };
            plan.places.insert(key(operation), place);
        }
        if plan.steps.iter().all(|step| step.device.is_none()) {
            return Ok(None);
        }
        let readers = operations.iter().chain(&terminator);
        plan.follow_users(&follows_users, readers.copied());
        plan.fill(&operations);
        Ok(Some(plan))
    }

    /// Whether an op is made anew wherever it is read.
    pub fn is_copied(&self, operation: OperationRef<'a, 'a>) -> bool {
        self.copied.contains(&key(operation))
    }

    /// What an op, and what is copied for it, reads.
    pub fn reads(&self, operation: OperationRef<'a, 'a>) -> Vec<Value<'a, 'a>> {
        let mut reads = Vec::new();
        for value in operands_of(operation) {
            match defining_op(value).filter(|&defining| self.is_copied(defining)) {
                Some(copied) => reads.extend(self.reads(copied)),
                None => reads.push(value),
            }
        }
        reads
    }

    /// The step that makes a value.
    pub fn place(&self, value: Value<'a, 'a>) -> usize {
        let defining = defining_op(value).map(key);
        let place = defining.and_then(|operation| self.places.get(&operation));
        place.copied().unwrap_or(0)
    }

    /// The first step in which all that an op reads is there.
    fn ready(&self, operation: OperationRef<'a, 'a>) -> usize {
        let operands = operands_of(operation).into_iter();
        operands.map(|value| self.place(value)).max().unwrap_or(0)
    }

    fn begin(&mut self, device: Option<&'a str>) -> usize {
        self.steps.push(Step {
            device,
            operations: Vec::new(),
        });
        self.steps.len() - 1
    }

    /// The device that an op names, or the first op within it.
    fn device_of(
        &mut self,
        operation: OperationRef<'a, 'a>,
    ) -> Result<Option<&'a str>, Diagnostic<'a>> {
        let mut device = own_device(operation)?;
        for inner in operations_within(operation) {
            let named = own_device(inner)?;
            if device.is_some()
                && let Some(named) = named.filter(|&named| Some(named) != device)
            {
                self.torn.push((inner, named));
            }
            device = device.or(named);
        }
        Ok(device)
    }

    /// Moves ops to the first step that reads them, if that is a device's.
    ///
    /// No step becomes one that reads of a later one: each reader was placed where
    /// its operands could be made at the earliest, or later.
    fn follow_users(
        &mut self,
        operations: &[OperationRef<'a, 'a>],
        readers: impl Iterator<Item = OperationRef<'a, 'a>>,
    ) {
        let mut users: HashMap<usize, Vec<OperationRef<'a, 'a>>> = HashMap::new();
        for reader in readers {
            for value in operands_of(reader) {
                if let Some(operation) = defining_op(value) {
                    users.entry(key(operation)).or_default().push(reader);
                }
            }
        }
        // Users first.
        for &operation in operations.iter().rev() {
            let users = users.get(&key(operation)).into_iter().flatten();
            // The terminator has no place: the caller reads what any step made.
            let first = users.filter_map(|&user| self.places.get(&key(user))).min();
            if let Some(&first) = first
                && self.steps[first].device.is_some()
            {
                self.places.insert(key(operation), first);
            }
        }
    }

    /// Gives the steps their ops, once all have a place.
    fn fill(&mut self, operations: &[OperationRef<'a, 'a>]) {
        // The steps that read a copied op.
        let mut readers: HashMap<usize, BTreeSet<usize>> = HashMap::new();
        for &operation in operations.iter().rev() {
            let mut steps = BTreeSet::new();
            if self.is_copied(operation) {
                steps = readers.remove(&key(operation)).unwrap_or_default();
            } else if let Some(&place) = self.places.get(&key(operation)) {
                steps.insert(place);
            }
            // The caller has the op itself, where it reads it.
            if self.is_copied(operation) {
                steps.retain(|&step| self.steps[step].device.is_some());
            }
            for value in operands_of(operation) {
                if let Some(defining) = defining_op(value).filter(|&made| self.is_copied(made)) {
                    readers.entry(key(defining)).or_default().extend(&steps);
                }
            }
            for step in steps {
                self.steps[step].operations.push(operation);
            }
        }
        for step in &mut self.steps {
            step.operations.reverse();
        }
    }
}
