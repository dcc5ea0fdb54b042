//! What a module takes on a target, and how it is best computed there.

use super::{
    calls::{self, Calls},
    place::place_all,
    shared,
    tune::Tuner,
};
use crate::{
    cost::{Constraints, Estimate, Sizes, Work},
    kernels::{Extents, Partition, Step},
    outline::symbol_of,
    profile::Profile,
};
use fidelity_dialect::{OP_NAMES, Storage, mapping_of};
use melior::ir::{
    BlockLike, RegionLike, Value,
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
    /// The number of the function that it calls, in the order of the module.
    pub callee: Option<usize>,
}

impl<'a> Mapped<'a> {
    /// An op of which nothing is settled.
    fn new(operation: OperationRef<'a, 'a>, ways: Vec<Estimate>) -> Self {
        Self {
            operation,
            ways,
            settled: Constraints::default(),
            group: None,
            device: None,
            callee: None,
        }
    }

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
    /// Its ops that compute something, and its calls of functions that do, in their
    /// order.
    pub ops: Vec<Mapped<'a>>,
    /// Whether another function calls it.
    pub is_called: bool,
}

impl FunctionPlan<'_> {
    /// Seconds of all ops and calls, one after the other. Ops of a group start once.
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
    let calls = Calls::within(module);
    let mut sizes = goal.sizes.clone();
    calls.suppose_constants(&mut sizes);
    let goal = Goal {
        sizes: &sizes,
        ..*goal
    };
    let model = weights_of(module, &sizes);
    let mut planner = Planner {
        model,
        shared: shared::storages(module, &goal, model)?,
        extents: Extents::of_module(module),
        plans: calls.functions.iter().map(|_| None).collect(),
        order: Vec::new(),
        calls,
        goal: &goal,
        tuner,
    };
    for number in 0..planner.plans.len() {
        planner.plan(number, &mut Vec::new())?;
    }
    let mut plans: Vec<FunctionPlan<'a>> = planner.plans.into_iter().flatten().collect();
    if !goal.devices.is_empty() {
        place_all(&mut plans, &planner.order, &goal)?;
    }
    Ok(plans)
}

/// What plans functions, each after those that it calls.
struct Planner<'a, 'p, 't> {
    goal: &'p Goal<'p>,
    tuner: &'t mut Option<Tuner>,
    model: f64,
    /// The storages of layers that share their weights with others.
    shared: HashMap<usize, Storage>,
    extents: Extents<'a>,
    calls: Calls<'a>,
    /// The plans by the functions' numbers.
    plans: Vec<Option<FunctionPlan<'a>>>,
    /// The numbers of the planned functions, each after those that it calls.
    order: Vec<usize>,
}

impl<'a> Planner<'a, '_, '_> {
    /// Plans a function; `within` are those that are being planned and call it. What one
    /// of them is called for again is left out of account: nobody knows how often.
    fn plan(&mut self, number: usize, within: &mut Vec<usize>) -> Result<(), Diagnostic<'a>> {
        if self.plans[number].is_some() || within.contains(&number) {
            return Ok(());
        }
        within.push(number);
        let function = self.calls.functions[number];
        let mut plan = FunctionPlan {
            name: symbol_of(function).unwrap_or_default().to_owned(),
            function,
            ops: Vec::new(),
            is_called: false,
        };
        for operation in operations_within(function) {
            if let Some(callee) = self.calls.callee(operation) {
                self.plan(callee, within)?;
                if let Some(plan_of) = &mut self.plans[callee] {
                    plan_of.is_called = true;
                    let (profile, sizes) = (self.goal.profile, self.goal.sizes);
                    let way = calls::estimate(operation, plan_of, profile, sizes);
                    plan.ops.push(Mapped {
                        callee: Some(callee),
                        ..Mapped::new(operation, vec![way])
                    });
                }
            } else if let Some(mut op) = map(operation, self.goal, self.model, self.tuner)? {
                if let Some(&storage) = self.shared.get(&operation.to_raw().ptr.addr()) {
                    op.ways.sort_by_key(|way| way.storage != Some(storage));
                }
                plan.ops.push(op);
            }
        }
        if self.goal.profile.groups {
            group(&mut plan, &self.extents, self.goal.anew)?;
        }
        within.pop();
        self.plans[number] = Some(plan);
        self.order.push(number);
        Ok(())
    }
}

/// The bytes of all weights in an op, each once.
pub fn weights_of(module: OperationRef<'_, '_>, sizes: &Sizes) -> f64 {
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

/// What the mapping of an op settles.
pub(super) fn settled<'a>(
    operation: OperationRef<'a, 'a>,
    goal: &Goal<'_>,
) -> Result<Constraints, Diagnostic<'a>> {
    let mapping = mapping_of(operation)?.filter(|_| !goal.anew);
    Ok(
        mapping.map_or_else(Constraints::default, |mapping| Constraints {
            kernel: mapping.kernel().map(|name| string_value(name).to_owned()),
            storage: mapping.storage(),
            chunk: mapping.chunk(),
            tile: mapping.tile_sizes(),
        }),
    )
}

fn map<'a>(
    operation: OperationRef<'a, 'a>,
    goal: &Goal<'_>,
    model: f64,
    tuner: &mut Option<Tuner>,
) -> Result<Option<Mapped<'a>>, Diagnostic<'a>> {
    let settled = settled(operation, goal)?;
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
        settled,
        ..Mapped::new(operation, ways)
    }))
}

/// Numbers the kernels that the ops of a function make together. Where some of them are
/// to be decomposed first, nobody knows yet: what they become has no number, and would
/// not join what has one.
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
    let is_final = |step: &Step<'a>| match step {
        Step::Kernel(_) => true,
        Step::Other(operation) => !OP_NAMES.contains(&name_of(*operation)),
    };
    if !partition.steps.iter().all(is_final) {
        return Ok(());
    }
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
