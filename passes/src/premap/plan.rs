//! What a module takes on a target, and how it is best computed there.

use super::{
    calls::{self, Calls},
    place::place_all,
    shared,
    tune::Tuner,
};
use crate::{
    cost::{Constraints, Estimate, Form, Sizes, Work},
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
use std::collections::{HashMap, HashSet};

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
    /// Ops that compute something, but no kernel of a target computes.
    pub left: Vec<OperationRef<'a, 'a>>,
    /// Whether another function calls it.
    pub is_called: bool,
}

impl FunctionPlan<'_> {
    /// What each op and call takes as it was chosen. Ops of a group start once, with the
    /// first.
    pub fn estimates(&self, profile: &Profile) -> impl Iterator<Item = Estimate> {
        let mut started = HashSet::new();
        self.ops.iter().map(move |op| {
            let mut estimate = op.chosen().clone();
            if op.group.is_some_and(|group| !started.insert(group)) {
                estimate.overhead -= profile.launch;
            }
            estimate
        })
    }

    /// Seconds of all of them, one after the other.
    pub fn seconds(&self, profile: &Profile) -> f64 {
        // Not `sum`, which is -0 of nothing.
        self.estimates(profile)
            .fold(0.0, |all, it| all + it.seconds())
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
    /// The devices to place ops on, instead of the target; none for the target alone.
    pub devices: &'p [Profile],
    /// Sizes that types leave open.
    pub sizes: &'p Sizes,
    /// Whether mappings that are there are left out of account.
    pub anew: bool,
}

impl<'p> Goal<'p> {
    /// What ops can be computed on.
    pub fn targets(&self) -> &'p [Profile] {
        match self.devices {
            [] => std::slice::from_ref(self.profile),
            devices => devices,
        }
    }

    /// The names of these.
    pub fn names(&self) -> String {
        let names = self.targets().iter().map(|target| target.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }
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
        for_devices(
            &mut plans,
            &planner.order,
            &goal,
            planner.model,
            planner.tuner,
        )?;
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
            left: Vec::new(),
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
                continue;
            }
            let settled = settled(operation, self.goal)?;
            let targets = self.goal.targets().iter();
            let mut ways = targets
                .map(|target| {
                    Estimate::all(operation, target, self.goal.sizes, self.model, &settled)
                })
                .find(|ways| !ways.is_empty())
                .unwrap_or_default();
            if ways.is_empty() {
                if Work::of_op(operation, self.goal.sizes, Form::default()).is_some() {
                    check_mapping(operation, self.goal, &settled)?;
                    plan.left.push(operation);
                }
                continue;
            }
            // Those of a device are sorted when it is known which.
            if let Some(tuner) = self.tuner
                && self.goal.devices.is_empty()
            {
                tuner.sort(operation, &mut ways, self.goal.sizes)?;
            }
            if let Some(&storage) = self.shared.get(&operation.to_raw().ptr.addr()) {
                ways.sort_by_key(|way| way.storage != Some(storage));
            }
            plan.ops.push(Mapped {
                settled,
                ..Mapped::new(operation, ways)
            });
        }
        // A part gets its groups when it is by itself.
        if self.goal.profile.groups && self.goal.devices.is_empty() {
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

/// What an op's own mapping settles.
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

/// Says that a mapping asks for what no target has, if it does.
fn check_mapping<'a>(
    operation: OperationRef<'a, 'a>,
    goal: &Goal<'_>,
    settled: &Constraints,
) -> Result<(), Diagnostic<'a>> {
    let free = Constraints::default();
    let ways = |target| Estimate::all(operation, target, goal.sizes, 0.0, &free);
    if *settled == free || goal.targets().iter().all(|target| ways(target).is_empty()) {
        return Ok(());
    }
    Err(Diagnostic::expected(
        format!(
            "a mapping to one of the kernels of profile {} that compute this op",
            goal.names()
        ),
        operation
            .attribute(fidelity_dialect::MAPPING)
            .map_or_else(|_| "none".to_owned(), |mapping| mapping.to_string()),
    )
    .at(operation.location()))
}

/// Plans ops anew for the devices that they were placed on: each device has kernels,
/// storages and tiles of its own.
fn for_devices<'a>(
    plans: &mut [FunctionPlan<'a>],
    order: &[usize],
    goal: &Goal<'_>,
    model: f64,
    tuner: &mut Option<Tuner>,
) -> Result<(), Diagnostic<'a>> {
    // The device of the first call of each function; callers come before.
    let mut of_calls: HashMap<usize, usize> = HashMap::new();
    for &number in order.iter().rev() {
        let of_function = of_calls.get(&number).copied();
        for op in &mut plans[number].ops {
            let Some(device) = op.device.or(of_function) else {
                continue;
            };
            if let Some(callee) = op.callee {
                of_calls.entry(callee).or_insert(device);
                continue;
            }
            let device = &goal.devices[device];
            let ways = Estimate::all(op.operation, device, goal.sizes, model, &op.settled);
            if ways.is_empty() {
                return Err(Diagnostic::expected(
                    "a device that computes this op as its mapping says",
                    &device.name,
                )
                .at(op.operation.location()));
            }
            op.ways = ways;
            if let Some(tuner) = tuner {
                tuner.sort(op.operation, &mut op.ways, goal.sizes)?;
            }
        }
    }
    for &number in order {
        let of_function = of_calls.get(&number).copied();
        for index in 0..plans[number].ops.len() {
            let op = &plans[number].ops[index];
            if let (Some(callee), Some(device)) = (op.callee, op.device.or(of_function)) {
                let device = &goal.devices[device];
                let way = calls::estimate(op.operation, &plans[callee], device, goal.sizes);
                plans[number].ops[index].ways = vec![way];
            }
        }
    }
    Ok(())
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
