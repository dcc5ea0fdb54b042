//! `convert-fidelity-to-ttir` and `fidelity-ttir-pipeline`: the dialect to
//! TTIR, which tt-mlir compiles for Tenstorrent's devices.
//!
//! TTIR has no loops and no dynamic sizes, and nothing of another dialect may
//! stay, so each function is built anew, op by op: `function` its boundary,
//! `body` the ops, the rest what they mean. `verify` knows what may come out.

mod activation;
mod body;
mod function;
mod generic;
mod ops;
mod recurrence;
mod space;
mod ternary;
mod types;
mod verify;
mod weights;

use crate::{ConvertFidelityToTtir, FidelityVerifyTtir, refuse_options};
use fidelity_passes::decompose::decompose_all;
use melior::{
    IrRewriter,
    ir::{
        Attribute, BlockLike, RegionLike, ValueLike,
        operation::{OperationLike, OperationRef},
    },
};
use ods_bridge::{Diagnostic, Pass, PassContext, name_of};
use std::collections::HashSet;

/// The name of the pipeline.
pub const TTIR_PIPELINE: &str = "fidelity-ttir-pipeline";

impl Pass for ConvertFidelityToTtir {
    fn run<'a>(
        &self,
        module: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        // Sizes are static, so that there is nothing to check at run time.
        decompose_all(module, None, false)?;
        let mut functions: Vec<Attribute<'a>> = Vec::new();
        for operation in ops_of(module) {
            if name_of(operation) != "func.func" {
                return Err(Diagnostic::new(format!(
                    "expected a module of functions, but got '{}'",
                    name_of(operation)
                ))
                .at(operation.location()));
            }
            functions.push(function::convert(operation)?);
        }
        for function in ops_of(module) {
            erase_unused(function);
        }
        function::set_launch(module, &functions);
        Ok(())
    }
}

impl Pass for FidelityVerifyTtir {
    fn run<'a>(
        &self,
        module: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        verify::module(module)
    }
}

/// The ops in the body of a module or function.
fn ops_of<'a>(operation: OperationRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    let block = operation.region(0).ok().and_then(|body| body.first_block());
    let first = block.and_then(|block| block.first_operation());
    std::iter::successors(first, |operation| operation.next_in_block()).collect()
}

/// Erases what nothing uses: MLIR keeps ops of which it knows nothing.
fn erase_unused<'a>(function: OperationRef<'a, 'a>) {
    let mut used = HashSet::new();
    for operation in ops_of(function).into_iter().rev() {
        let is_used = operation
            .results()
            .any(|result| used.contains(&(result.to_raw().ptr as usize)));
        if name_of(operation) == "func.return" || is_used {
            used.extend(
                operation
                    .operands()
                    .map(|operand| operand.to_raw().ptr as usize),
            );
        } else {
            let rewriter = IrRewriter::from_op(operation);
            rewriter.as_rewriter_base().erase_op(operation);
        }
    }
}

/// Registers `fidelity-ttir-pipeline`, once however often it is called.
pub fn register_pipelines() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        ods_bridge::register_pipeline(
            TTIR_PIPELINE,
            "lower fidelity ops and what stands around them to TTIR for tt-mlir",
            |options| {
                refuse_options(TTIR_PIPELINE, options)?;
                Ok([
                    // Weights are arguments of the function that uses them.
                    "inline",
                    "symbol-dce",
                    "fidelity-erase-measures",
                    "canonicalize",
                    "cse",
                    "convert-fidelity-to-ttir",
                    "fidelity-verify-ttir",
                ]
                .join(","))
            },
        );
    });
}
