//! What a module takes on a target, and how it is best computed there.

use super::{place::Placement, tune::Tuner};
use crate::{
    cost::{Constraints, Estimate, Sizes, Work},
    kernels::{Extents, Partition, Step},
    profile::Profile,
};
use fidelity_dialect::mapping_of;
use melior::ir::{
    BlockLike, RegionLike, Value,
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, defining_op, name_of, operations_within, string_value};
use std::collections::HashMap;

/// An op with what it takes.
pub struct Mapped<'a> {
    /// The op.
    pub operation: OperationRef<'a, 'a>,
    /// Every way to compute it, the one that was chosen first.
    pub ways: Vec<Estimate>,
    /// What the op's own mapping had settled.
    pub settled: Constraints,
    /// The number of its fusion group.
    pub group: Option<i64>,
    /// The number of its device.
    pub device: Option<usize>,
}

impl Mapped<'_> {
    /// The way that was chosen.
    pub fn chosen(&self) -> &Estimate {
        &self.ways[0]
    }
}

/// A function with what its ops take.
pub struct FunctionPlan<'a> {
    /// The name, without the @.
    pub name: String,
    /// The function.
    pub function: OperationRef<'a, 'a>,
    /// Its ops that compute something, in their order.
    pub ops: Vec<Mapped<'a>>,
}

impl FunctionPlan<'_> {
    /// Seconds of all ops, one after the other. Ops of a group start once.
    pub fn seconds(&self, profile: &Profile) -> f64 {
        let mut started = Vec::new();
        self.ops
            .iter()
            .map(|op| {
                let again = op.group.is_some_and(|group| {
                    let again = started.contains(&group);
                    started.push(group);
                    again
                });
                op.chosen().seconds() - if again { profile.launch } else { 0.0 }
            })
            .sum()
    }

    /// The work of all ops.
    pub fn work(&self) -> Work {
        let mut sum = Work::default();
        for op in &self.ops {
            sum += op.chosen().work;
        }
        sum
    }
}

/// What to plan for.
pub struct Goal<'p> {
    /// The target.
    pub profile: &'p Profile,
    /// The devices to place ops on; none for the target alone.
    pub devices: &'p [Profile],
    /// Sizes that types leave open.
    pub sizes: &'p Sizes,
    /// Whether mappings that are there are left out of account.
    pub anew: bool,
}

/// Plans each function of a module.
///
/// # Errors
///
/// When a mapping asks for what the target does not have, or devices have no memory
/// for the weights.
pub fn plan<'a>(
    module: OperationRef<'a, 'a>,
    goal: &Goal<'_>,
    tuner: &mut Option<Tuner>,
) -> Result<Vec<FunctionPlan<'a>>, Diagnostic<'a>> {
    let model = weights_of(module, goal.sizes);
    let extents = Extents::of_module(module);
    let mut plans = Vec::new();
    for function in operations_within(module) {
        if name_of(function) != "func.func" {
            continue;
        }
        let name = function.attribute("sym_name").ok();
        let name = name.and_then(|name| StringAttribute::try_from(name).ok());
        let mut ops = Vec::new();
        for operation in operations_within(function) {
            if let Some(op) = map(operation, goal, model, tuner)? {
                ops.push(op);
            }
        }
        let mut plan = FunctionPlan {
            name: name.map_or_else(String::new, |name| string_value(name).to_owned()),
            function,
            ops,
        };
        if goal.profile.groups {
            group(&mut plan, &extents, goal.anew)?;
        }
        if !goal.devices.is_empty() {
            Placement::new(&plan, goal).apply(&mut plan)?;
        }
        plans.push(plan);
    }
    Ok(plans)
}

/// The bytes of all weights of a module, each once.
fn weights_of<'a>(module: OperationRef<'a, 'a>, sizes: &Sizes) -> f64 {
    let mut seen: HashMap<usize, f64> = HashMap::new();
    for operation in operations_within(module) {
        if name_of(operation) == "arith.constant" {
            let key = operation.to_raw().ptr as usize;
            let result = operation.result(0).ok().map(Value::from);
            let bytes = result
                .and_then(|result| sizes.of(result))
                .map_or(0.0, |it| it.bytes);
            seen.insert(key, bytes);
        }
    }
    seen.values().sum()
}

fn map<'a>(
    operation: OperationRef<'a, 'a>,
    goal: &Goal<'_>,
    model: f64,
    tuner: &mut Option<Tuner>,
) -> Result<Option<Mapped<'a>>, Diagnostic<'a>> {
    let mapping = mapping_of(operation)?.filter(|_| !goal.anew);
    let settled = mapping.map_or_else(Constraints::default, |mapping| Constraints {
        kernel: mapping.kernel().map(|name| string_value(name).to_owned()),
        storage: mapping.storage(),
        chunk: mapping.chunk(),
    });
    let mut ways = Estimate::all(operation, goal.profile, goal.sizes, model, &settled);
    if ways.is_empty() {
        let asks = settled != Constraints::default();
        let computes = !Estimate::all(
            operation,
            goal.profile,
            goal.sizes,
            model,
            &Constraints::default(),
        )
        .is_empty();
        if asks && computes {
            return Err(Diagnostic::expected(
                format!(
                    "a mapping to one of the kernels of profile {} that compute this op",
                    goal.profile.name
                ),
                operation
                    .attribute(fidelity_dialect::MAPPING)
                    .map_or_else(|_| "none".to_owned(), |mapping| mapping.to_string()),
            )
            .at(operation.location()));
        }
        return Ok(None);
    }
    if let Some(tuner) = tuner {
        tuner.sort(operation, &mut ways, goal.sizes)?;
    }
    Ok(Some(Mapped {
        operation,
        ways,
        settled,
        group: None,
        device: None,
    }))
}

/// Numbers the kernels that the ops of a function make together.
fn group<'a>(
    plan: &mut FunctionPlan<'a>,
    extents: &Extents<'a>,
    anew: bool,
) -> Result<(), Diagnostic<'a>> {
    let body = plan
        .function
        .region(0)
        .ok()
        .and_then(|body| body.first_block());
    let Some(block) = body.filter(|block| block.next_in_region().is_none()) else {
        return Ok(());
    };
    let partition = Partition::of(block, extents)?;
    let kernels = partition.steps.iter().filter_map(|step| match step {
        Step::Kernel(kernel) => Some(kernel),
        Step::Other(_) => None,
    });
    for (number, kernel) in kernels.enumerate() {
        for member in &kernel.members {
            let op = plan
                .ops
                .iter_mut()
                .find(|op| op.operation == member.operation);
            if let Some(op) = op {
                let own = mapping_of(op.operation)?.filter(|_| !anew);
                op.group = own.and_then(|own| own.group()).or(Some(number as i64));
            }
        }
    }
    Ok(())
}

/// The ops that make what an op reads, through ops that compute nothing.
pub fn makers<'a>(operation: OperationRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    operation.operands().filter_map(defining_op).collect()
}
