//! What is known of a model on a target, as data.

use fidelity_passes::{
    cost::{Estimate, Kind},
    premap::{self, FunctionPlan, Goal, Mapped},
    profile::{self, Profile},
};
use melior::ir::{
    RegionLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, defining_op, name_of, place_of};
use serde::Serialize;
use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

/// The version of the report's form.
const VERSION: u32 = 2;

/// What `--json` writes.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The version of this form.
    pub version: u32,
    /// The file.
    pub model: String,
    /// The target, or the devices that ops are placed on.
    pub targets: Vec<Target>,
    /// The functions as they are in the file.
    pub before: Vec<Function>,
    /// The passes that were run.
    pub passes: String,
    /// The functions after the passes.
    pub after: Vec<Function>,
}

/// A target.
#[derive(Debug, Serialize)]
pub struct Target {
    pub name: String,
    pub summary: String,
    pub memory: Vec<Memory>,
}

/// A level of memory: bytes, and bytes a second.
#[derive(Debug, Serialize)]
pub struct Memory {
    pub name: String,
    pub bytes: f64,
    pub bandwidth: f64,
}

/// A function, and its ops in their order.
#[derive(Debug, Serialize)]
pub struct Function {
    pub name: String,
    /// Seconds of a call.
    pub seconds: f64,
    /// Bytes of weights.
    pub weights: f64,
    pub ops: Vec<Op>,
    /// Ops that no kernel of a target computes: their time is nowhere.
    pub left: Vec<Left>,
}

/// An op that is not computed.
#[derive(Debug, Serialize)]
pub struct Left {
    pub name: String,
    /// Its file, line and column, if it has them.
    pub place: Option<String>,
}

/// An op.
#[derive(Debug, Serialize)]
pub struct Op {
    /// Its name without the dialect's, if that is fidelity.
    pub name: String,
    /// Its file, line and column, if it has them.
    pub place: Option<String>,
    /// The type of its first result.
    pub result: String,
    /// The numbers of the ops whose results it reads.
    pub reads: Vec<usize>,
    pub additions: f64,
    pub multiplications: f64,
    /// Exponentials, roots and the like.
    pub functions: f64,
    pub bytes: Bytes,
    /// Operations for each byte.
    pub intensity: f64,
    /// Bytes that are alive while it is computed, and the nearest memory for them.
    pub working_set: f64,
    pub memory: String,
    pub kernel: String,
    pub storage: Option<String>,
    pub chunk: Option<i64>,
    pub tile: Option<Vec<i64>>,
    /// The kernel with its tile, as one reads it.
    #[serde(skip)]
    pub way: String,
    pub group: Option<i64>,
    pub device: Option<String>,
    /// Seconds in all, of computing, and of moving bytes; what starts a group is in its
    /// first op.
    pub seconds: f64,
    pub compute: f64,
    pub transfer: f64,
    /// `memory`, `compute` or `launch`.
    pub bound: &'static str,
    /// The other ways to compute it, and their seconds.
    pub others: Vec<Other>,
}

/// Bytes by what they are of.
#[derive(Debug, Serialize)]
pub struct Bytes {
    pub weights: f64,
    pub read: f64,
    pub written: f64,
}

/// Another way to compute an op.
#[derive(Debug, Serialize)]
pub struct Other {
    pub kernel: String,
    pub seconds: f64,
}

impl Report {
    pub fn new(
        file: &Path,
        targets: &[Profile],
        passes: &str,
        before: Vec<Function>,
        after: Vec<Function>,
    ) -> Self {
        let memory = |memory: &profile::Memory| Memory {
            name: memory.name.clone(),
            bytes: memory.bytes,
            bandwidth: memory.bandwidth,
        };
        let target = |profile: &Profile| Target {
            name: profile.name.clone(),
            summary: profile.summary.clone(),
            memory: profile.memory.iter().map(memory).collect(),
        };
        Self {
            version: VERSION,
            model: file.display().to_string(),
            targets: targets.iter().map(target).collect(),
            before,
            passes: passes.to_owned(),
            after,
        }
    }
}

/// The functions of a module.
///
/// # Errors
///
/// Those of the plan.
pub fn functions<'a>(
    module: OperationRef<'a, 'a>,
    goal: &Goal<'_>,
) -> Result<Vec<Function>, Diagnostic<'a>> {
    let plans = premap::plan(module, goal, &mut None)?;
    // Of a function that is only declared there is nothing to say.
    let has_body = |plan: &&FunctionPlan<'_>| {
        let body = plan.function.region(0);
        body.is_ok_and(|body| body.first_block().is_some())
    };
    Ok(plans
        .iter()
        .filter(has_body)
        .map(|plan| Function {
            name: plan.name.clone(),
            seconds: plan.seconds(goal.profile),
            weights: plan.work().weights,
            ops: ops(plan, goal),
            left: plan
                .left
                .iter()
                .map(|&operation| Left {
                    name: short(name_of(operation)),
                    place: place_of(operation.location()),
                })
                .collect(),
        })
        .collect())
}

fn ops(plan: &FunctionPlan<'_>, goal: &Goal<'_>) -> Vec<Op> {
    let key = |operation: OperationRef<'_, '_>| operation.to_raw().ptr as usize;
    let numbers: HashMap<usize, usize> = plan
        .ops
        .iter()
        .enumerate()
        .map(|(number, op)| (key(op.operation), number))
        .collect();
    plan.ops
        .iter()
        .zip(plan.estimates(goal.profile))
        .map(|(op, chosen)| {
            let mut reads = Vec::new();
            makers(op.operation, &numbers, &mut reads, &mut HashSet::new());
            reads.sort_unstable();
            reads.dedup();
            describe(op, &chosen, reads, goal)
        })
        .collect()
}

/// The ops that make what an op reads, through those that compute nothing.
fn makers<'a>(
    operation: OperationRef<'a, 'a>,
    numbers: &HashMap<usize, usize>,
    found: &mut Vec<usize>,
    seen: &mut HashSet<usize>,
) {
    for maker in operation.operands().filter_map(defining_op) {
        let key = maker.to_raw().ptr as usize;
        match numbers.get(&key) {
            Some(&number) => found.push(number),
            None if seen.insert(key) => makers(maker, numbers, found, seen),
            None => (),
        }
    }
}

/// A name without the dialect's, if that is fidelity.
fn short(name: &str) -> String {
    name.strip_prefix("fidelity.").unwrap_or(name).to_owned()
}

fn describe(op: &Mapped<'_>, chosen: &Estimate, reads: Vec<usize>, goal: &Goal<'_>) -> Op {
    let work = &chosen.work;
    let name = name_of(op.operation);
    let result = op.operation.result(0).ok().map(Value::from);
    let other = |way: &Estimate| Other {
        kernel: way.kernel.clone(),
        seconds: way.seconds(),
    };
    Op {
        name: short(name),
        place: place_of(op.operation.location()),
        result: result.map_or_else(String::new, |result| result.r#type().to_string()),
        reads,
        additions: work.additions(),
        multiplications: work.multiplications(),
        functions: work[Kind::Function],
        bytes: Bytes {
            weights: work.weights,
            read: work.read,
            written: work.written,
        },
        intensity: work.intensity(),
        working_set: work.working_set(),
        memory: chosen.memory.clone(),
        kernel: chosen.kernel.clone(),
        storage: chosen.storage.map(|storage| storage.to_string()),
        chunk: chosen.chunk,
        tile: chosen.tile.clone(),
        way: chosen.way(),
        group: op.group,
        device: op.device.map(|device| goal.devices[device].name.clone()),
        seconds: chosen.seconds(),
        compute: chosen.compute,
        transfer: chosen.transfer,
        bound: chosen.bound(),
        others: op.ways.iter().skip(1).map(other).collect(),
    }
}
