//! Triton: kernels as modules of Triton IR, functions as launch plans.
//!
//! | file | what it makes |
//! | --- | --- |
//! | `tt` | ops of Triton's dialect |
//! | `program` | blocks of a program, reads and writes with their masks |
//! | `row`, `linear`, `recurrence` | the program of each kind of kernel |

mod linear;
mod program;
mod recurrence;
mod row;
mod tt;

use crate::{
    ConvertFidelityToTriton,
    kernels::{self, ALIGNMENT, Functions, Kernel, Launch, blocks::element_of},
    refuse_options,
};
use fidelity_passes::kernels::Kind;
use melior::ir::{
    Type, Value,
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, Diagnostic, Pass, PassContext};
use program::{Program, Triton};
use std::collections::HashMap;
use tt::Tt;

/// The name of the pipeline.
pub const TRITON_PIPELINE: &str = "fidelity-triton-pipeline";

/// The passes, for a `builtin.module`.
pub fn pipeline() -> String {
    [kernels::PIPELINE, &["convert-fidelity-to-triton"]]
        .concat()
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
        let functions = Functions::of::<Triton>(operation)?;
        let block = functions.block()?;
        let mut launches = HashMap::new();
        for (name, kernel) in &functions.kernels {
            let builder = Builder::at_end(block, kernel.function.location());
            let mut built = Err(Diagnostic::new("internal error: no kernel was built"));
            let body = builder.region(&[], |builder, _| built = build(kernel, builder, name));
            builder
                .op("builtin.module")
                .attribute("sym_name", StringAttribute::new(builder.context(), name))
                .region(body)
                .insert();
            launches.insert(*name, built?);
        }
        functions.replace::<Triton>(&launches)
    }
}

/// Builds the `tt.func` of a kernel.
fn build<'a>(
    kernel: &Kernel<'a>,
    builder: &Builder<'a>,
    name: &str,
) -> Result<Launch, Diagnostic<'a>> {
    let tt = Tt::new(builder);
    let pointer = |value: &Value<'a, 'a>| {
        let pointer = tt.pointer(element_of(*value));
        (pointer, Some(ALIGNMENT))
    };
    let tensors = kernel.inputs.iter().chain(&kernel.results);
    let mut arguments: Vec<(Type<'a>, Option<i64>)> = tensors.map(pointer).collect();
    arguments.extend(kernel.sizes.iter().map(|_| (tt.integer(64), None)));
    let mut built = Err(Diagnostic::new("internal error: no program was built"));
    tt.func(name, &arguments, |builder, arguments| {
        let program = Program::new(builder, kernel, arguments);
        built = match kernel.kind {
            Kind::Row => row::build(program),
            Kind::Linear => linear::build(program),
            Kind::Recurrence => recurrence::build(program),
        };
    });
    let (grid, warps) = built?;
    Ok(kernel.launch(grid, ("num_warps", warps)))
}
