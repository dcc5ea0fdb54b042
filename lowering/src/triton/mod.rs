//! Triton: kernels as modules of Triton IR, functions as launch plans.
//!
//! | file | what it makes |
//! | --- | --- |
//! | `tt` | ops of Triton's dialect |
//! | `program` | reads and writes of a program, with their masks |
//! | `kernel` | a kernel's function as a `tt.func` |
//! | `row`, `linear`, `recurrence` | the program of each kind of kernel |
//! | `scalar`, `trits` | arithmetic in blocks, trits from bytes |
//! | `launch` | the plan of a function |

mod kernel;
mod launch;
mod linear;
mod program;
mod recurrence;
mod row;
mod scalar;
mod trits;
mod tt;

use crate::{ConvertFidelityToTriton, refuse_options};
use fidelity_passes::kernels::{Extents, kind_of};
use kernel::Kernel;
use melior::ir::{
    BlockLike, RegionLike,
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, Diagnostic, Pass, PassContext, erase, name_of, string_value};
use std::collections::HashMap;

/// The name of the pipeline.
pub const TRITON_PIPELINE: &str = "fidelity-triton-pipeline";

/// The passes, for a `builtin.module`.
pub fn pipeline() -> String {
    // Sizes are checked by the launch plan: nothing stops a program on a GPU.
    [
        "symbol-dce",
        // A plan launches kernels and calls no functions.
        "inline",
        "symbol-dce",
        "fidelity-erase-measures",
        "canonicalize",
        "fidelity-decompose{layers=true runtime-checks=false}",
        "convert-fidelity-to-linalg{runtime-checks=false \
         keep=fidelity.rms_norm,fidelity.quantize_activations,fidelity.ternary_linear,fidelity.recurrence}",
        "canonicalize",
        "cse",
        "fidelity-form-kernels",
        "canonicalize",
        "cse",
        "convert-fidelity-to-triton",
    ]
    .join(",")
}

/// Registers `fidelity-triton-pipeline`, once however often it is called.
pub fn register_pipelines() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        ods_bridge::register_pipeline(
            TRITON_PIPELINE,
            "lower functions of fidelity ops to kernels in Triton IR and plans that launch them",
            |options| {
                refuse_options(TRITON_PIPELINE, options)?;
                Ok(pipeline())
            },
        );
    });
}

impl Pass for ConvertFidelityToTriton {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let extents = Extents::of_module(operation);
        let block = operation
            .region(0)
            .ok()
            .and_then(|body| body.first_block())
            .ok_or_else(|| Diagnostic::new("expected a module with a body"))?;
        let mut functions = Vec::new();
        let mut next = block.first_operation();
        while let Some(function) = next {
            next = function.next_in_block();
            if name_of(function) != "func.func" {
                return Err(Diagnostic::expected(
                    "a module of functions",
                    format!("'{}'", name_of(function)),
                )
                .at(function.location()));
            }
            functions.push(function);
        }
        let (kernels, hosts): (Vec<_>, Vec<_>) = functions
            .iter()
            .partition(|&&function| kind_of(function).is_some());
        let mut launches = HashMap::new();
        for &function in &kernels {
            let Some(kind) = kind_of(function) else {
                continue;
            };
            let name = name_of_function(function);
            let kernel = Kernel::new(function, kind, &extents)?;
            let builder = Builder::at_end(block, function.location());
            let mut built = Err(Diagnostic::new("internal error: no kernel was built"));
            let body = builder.region(&[], |builder, _| built = kernel.build(builder, name));
            builder
                .op("builtin.module")
                .attribute("sym_name", StringAttribute::new(builder.context(), name))
                .region(body)
                .insert();
            launches.insert(name, built?);
        }
        let builder = Builder::at_end(block, operation.location());
        let mut plans = Vec::new();
        for &host in &hosts {
            plans.push(launch::plan(&builder, host, &extents, &launches)?);
        }
        ods_bridge::set_attribute(
            operation,
            launch::ATTRIBUTE,
            launch::attribute(&builder, &plans),
        );
        // Callers before what they call.
        for function in hosts.into_iter().chain(kernels) {
            erase(function);
        }
        Ok(())
    }
}

/// The name of a function.
fn name_of_function<'a>(function: OperationRef<'a, 'a>) -> &'a str {
    function
        .attribute("sym_name")
        .ok()
        .and_then(|name| StringAttribute::try_from(name).ok())
        .map_or("", string_value)
}
