//! `fidelity-partition`: a model on several devices.
//!
//! | file | what it says |
//! | --- | --- |
//! | `plan` | which part each op is in |
//! | `split` | parts as functions, and what goes between them |

mod plan;
mod split;

use crate::{FidelityPartition, kernels::kind_of, outline::Symbols};
use melior::ir::{
    BlockLike, RegionLike,
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, context_of, name_of, operations_within, remark, string_value,
};
use plan::Plan;

/// The attribute of a function that one device computes: the device's name.
pub const DEVICE: &str = "fidelity.device";

/// The pass's name, which is the category of its remarks.
const CATEGORY: &str = "fidelity-partition";

impl Pass for FidelityPartition {
    fn run<'a>(
        &self,
        module: OperationRef<'a, 'a>,
        context: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        // A string of the context, which lives as long as the names that ops have.
        let host = StringAttribute::new(context_of(module.context()), &self.host);
        let host = Some(string_value(host)).filter(|name| !name.is_empty());
        let mut symbols = Symbols::within(module);
        for function in operations_within(module) {
            let is_part = function.attribute(DEVICE).is_ok() || kind_of(function).is_some();
            if name_of(function) != "func.func" || is_part {
                continue;
            }
            let Some(block) = function.region(0).ok().and_then(|body| body.first_block()) else {
                continue;
            };
            if block.next_in_region().is_some() {
                note_blocks(function)?;
                continue;
            }
            let Some(plan) = Plan::of(block)? else {
                continue;
            };
            for (operation, device) in &plan.torn {
                let message = format!(
                    "not computed on {}: the op around it is computed as a whole; take it out \
                     of the region to place it by itself",
                    device
                );
                remark::missed(operation.location(), CATEGORY, "region", &message);
            }
            split::split(function, block, &plan, host, &mut symbols, context)?;
        }
        Ok(())
    }
}

/// Says that a function is left alone for its blocks, if its ops name devices.
fn note_blocks<'a>(function: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    for operation in operations_within(function) {
        if plan::own_device(operation)?.is_some() {
            remark::missed(
                operation.location(),
                CATEGORY,
                "blocks",
                "not placed: its function has several blocks; lift control flow to scf first",
            );
        }
    }
    Ok(())
}
