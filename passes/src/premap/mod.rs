//! `fidelity-premap`: how each op is to be computed on a target.
//!
//! | file | what it says |
//! | --- | --- |
//! | `plan` | the ways to compute each op, and which is chosen |
//! | `calls` | what a call of another function takes |
//! | `shared` | one storage for weights that several layers read |
//! | `place` | which device computes each op |
//! | `tune` | measurements in the place of estimates |

mod calls;
mod place;
mod plan;
mod shared;
mod tune;

pub use plan::{FunctionPlan, Goal, Mapped, plan, weights_of};
pub use tune::{Measure, Tuner, register_measure};

use crate::{FidelityPremap, cost::Sizes, profile::Profile};
use fidelity_dialect::{MAPPING, MappingAttr, mapping_of};
use melior::ir::{
    Attribute,
    attribute::{DenseI64ArrayAttribute, StringAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, context_of, defining_op, name_of, remark, set_attribute,
};

impl Pass for FidelityPremap {
    fn run<'a>(
        &self,
        module: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let sizes = sizes(&self.sizes, self.dynamic).map_err(Diagnostic::new)?;
        let profile = Profile::of_target(&self.target, &self.profile).map_err(Diagnostic::new)?;
        let devices = Profile::of_devices(&self.devices).map_err(Diagnostic::new)?;
        let goal = Goal {
            profile: &profile,
            devices: &devices,
            sizes: &sizes,
            anew: self.override_mapping,
        };
        let mut tuner = match self.tune {
            true => Some(Tuner::new(&self.cache, &goal).map_err(Diagnostic::new)?),
            false => None,
        };
        for function in plan(module, &goal, &mut tuner)? {
            for op in &function.ops {
                let had = mapping_of(op.operation)?.is_some();
                if had && !self.override_mapping {
                    pass.add_to_statistic(Self::NUM_KEPT, 1);
                }
                if write(op, &goal)? && (!had || self.override_mapping) {
                    pass.add_to_statistic(Self::NUM_MAPPED, 1);
                }
            }
            for operation in &function.left {
                let message = format!("not mapped: no kernel of {} computes it", goal.names());
                remark::missed(operation.location(), "fidelity-premap", "kernel", &message);
            }
        }
        if let Some(tuner) = tuner {
            tuner.save().map_err(Diagnostic::new)?;
        }
        Ok(())
    }
}

/// Reads `NAME:SIZE`.
///
/// # Errors
///
/// When an item is something else, or a size is negative.
pub fn sizes(items: &[String], other: i64) -> Result<Sizes, String> {
    let size = |text: &str| text.parse().ok().filter(|&size: &i64| size >= 0);
    let named = items
        .iter()
        .map(|item| {
            item.split_once(':')
                .and_then(|(name, text)| Some((name.to_owned(), size(text)?)))
                .ok_or_else(|| format!("expected sizes of the form NAME:SIZE, but got {item}"))
        })
        .collect::<Result<_, _>>()?;
    if other < 0 {
        return Err(format!(
            "expected dynamic to be at least 0, but got {other}"
        ));
    }
    Ok(Sizes::new(named, other))
}

/// Writes an op's mapping, if there is anything to say; says whether there is.
fn write<'a>(op: &Mapped<'a>, goal: &Goal<'_>) -> Result<bool, Diagnostic<'a>> {
    let context = context_of(op.operation.context());
    let chosen = op.chosen();
    let had = mapping_of(op.operation)?.filter(|_| !goal.anew);
    let text = |text: &str| StringAttribute::new(context, text);
    // Only a constant can be stored anew.
    let weights = crate::cost::ternary_weights(op.operation);
    let constant = weights
        .and_then(defining_op)
        .is_some_and(|weights| name_of(weights) == "arith.constant");
    let has_choice = chosen.storage.is_some() || chosen.chunk.is_some();
    let kernel = has_choice.then(|| text(&chosen.kernel));
    let storage = chosen.storage.filter(|_| constant);
    let tile = chosen.tile.as_ref();
    let tile = tile.map(|tile| DenseI64ArrayAttribute::new(context, tile));
    let device = op.device.map(|device| text(&goal.devices[device].name));
    let mapping = MappingAttr::new(
        context,
        kernel.or(had.and_then(|had| had.kernel())),
        storage.or(had.and_then(|had| had.storage())),
        chosen.chunk.or(had.and_then(|had| had.chunk())),
        // One that is possible with no storage is the lowering's to refuse.
        had.and_then(|had| had.tile()).or(tile),
        op.group.or(had.and_then(|had| had.group())),
        device.or(had.and_then(|had| had.device())),
    );
    if kernel.is_none() && op.group.is_none() && device.is_none() {
        return Ok(false);
    }
    if has_choice {
        remark::analysis(
            op.operation.location(),
            "fidelity-premap",
            "mapping",
            &reason(op),
        );
    }
    if let Some(misfit) = &chosen.misfit {
        remark::missed(
            op.operation.location(),
            "fidelity-premap",
            "tile",
            &format!(
                "no storage for the tile that is there; of {}, {misfit}",
                chosen.kernel
            ),
        );
    }
    set_attribute(op.operation, MAPPING, Attribute::from(mapping));
    Ok(true)
}

/// Why that way was chosen.
fn reason(op: &Mapped<'_>) -> String {
    let chosen = op.chosen();
    let micro = |seconds: f64| format!("{:.1} µs", seconds * 1e6);
    let mut text = format!(
        "{}, {}, {}-bound in {}",
        chosen.way(),
        micro(chosen.seconds()),
        chosen.bound(),
        chosen.memory
    );
    if let Some(other) = op.ways.get(1) {
        text += &format!("; next {}, {}", other.kernel, micro(other.seconds()));
    }
    text
}
