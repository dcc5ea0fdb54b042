//! MLIR's gpu dialect: kernels as `gpu.func`, functions as launch plans.
//!
//! | file | what it makes |
//! | --- | --- |
//! | `builder` | ops of the gpu and memref dialects |
//! | `program` | a thread's program, and what threads of a block do together |
//! | `row`, `linear`, `recurrence` | the program of each kind of kernel |
//! | `binary` | code for the GPUs of a vendor |
//!
//! The same kernels serve every machine that MLIR compiles the dialect for:
//! blocks share memory and wait for each other, and nothing asks how many
//! threads a machine runs at once.

pub mod binary;
mod builder;
mod linear;
mod program;
mod recurrence;
mod row;

use crate::{
    ConvertFidelityToGpu,
    kernels::{self, Functions, Kernel, Launch, blocks::element_of, body_of},
    refuse_options,
};
use builder::{Gpu, Space};
use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_passes::{
    kernels::{Extent, Kind},
    physical_type,
};
use melior::ir::{
    Attribute, Type, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, Diagnostic, Pass, PassContext, set_attribute};
use program::{GpuDialect, Program, Scratch};
use std::collections::HashMap;

/// The name of the pipeline.
pub const GPU_PIPELINE: &str = "fidelity-gpu-pipeline";

/// The name of the `gpu.module` with the kernels.
const MODULE: &str = "kernels";

/// The passes, for a `builtin.module`.
pub fn pipeline() -> String {
    let passes = [
        kernels::PIPELINE,
        &["convert-fidelity-to-gpu", "canonicalize", "cse"],
    ];
    passes.concat().join(",")
}

/// Registers `fidelity-gpu-pipeline` and the pipelines of vendors, once however
/// often it is called.
pub fn register_pipelines() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        ods_bridge::register_pipeline(
            GPU_PIPELINE,
            "lower functions of fidelity ops to kernels in the gpu dialect and plans that launch \
             them",
            |options| {
                refuse_options(GPU_PIPELINE, options)?;
                Ok(pipeline())
            },
        );
        binary::register_pipelines();
    });
}

impl Pass for ConvertFidelityToGpu {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let functions = Functions::of::<GpuDialect>(operation)?;
        let builder = Builder::at_end(functions.block()?, operation.location());
        let module = Gpu::new(&builder).module(MODULE);
        let body = body_of(module)
            .ok_or_else(|| Diagnostic::new("internal error: a module without a body"))?;
        let mut launches = HashMap::new();
        for (name, kernel) in &functions.kernels {
            let builder = Builder::at_end(body, kernel.function.location());
            launches.insert(*name, build(kernel, &builder, name)?);
        }
        functions.replace::<GpuDialect>(&launches)?;
        let context = builder.context();
        set_attribute(operation, "gpu.container_module", Attribute::unit(context));
        Ok(())
    }
}

/// Builds the `gpu.func` of a kernel, and the memory that its blocks need.
fn build<'a>(
    kernel: &Kernel<'a>,
    builder: &Builder<'a>,
    name: &str,
) -> Result<Launch, Diagnostic<'a>> {
    let gpu = Gpu::new(builder);
    let tensors = || kernel.inputs.iter().chain(&kernel.results).copied();
    // Of no dimensions its shape is known, and so it is one pointer.
    let first_of = |tensor| gpu.memory(&[], element_of(tensor), Space::Global);
    let mut arguments: Vec<Type<'a>> = tensors().map(first_of).collect();
    arguments.extend(kernel.sizes.iter().map(|_| gpu.integer(64)));
    let scratch = Scratch::new(name);
    let mut grid = None;
    gpu.kernel(name, &arguments, |builder, arguments| {
        let gpu = Gpu::new(builder);
        let (memory, sizes) = arguments.split_at(arguments.len() - kernel.sizes.len());
        let index = |&size: &Value<'a, 'a>| gpu.cast("arith.index_cast", size, gpu.index_type());
        let sizes: Vec<Value<'a, 'a>> = sizes.iter().map(index).collect();
        let views = tensors().zip(memory).map(|(tensor, &first)| {
            // What only says sizes is not read.
            match count(&gpu, kernel, &sizes, tensor) {
                Some(count) => gpu.view(first, count, element_of(tensor)),
                None => first,
            }
        });
        let mut values: Vec<Value<'a, 'a>> = views.collect();
        values.extend(sizes);
        let program = Program::new(builder, kernel, &values);
        let (axes, threads) = match kernel.kind {
            Kind::Row => row::build(program, &scratch),
            Kind::Linear => linear::build(program, &scratch),
            Kind::Recurrence => recurrence::build(program, &scratch),
        }?;
        grid = Some((axes, threads));
        Ok(threads)
    })?;
    scratch.declare(builder);
    let (grid, threads) =
        grid.ok_or_else(|| Diagnostic::new("internal error: no program was built"))?;
    Ok(kernel.launch(grid, ("threads", threads)))
}

/// How many elements lie in memory for a tensor: known, or a value; `None` if
/// that depends on a size that the kernel does not have.
fn count<'a>(
    gpu: &Gpu<'a, '_>,
    kernel: &Kernel<'a>,
    sizes: &[Value<'a, 'a>],
    tensor: Value<'a, 'a>,
) -> Option<Result<i64, Value<'a, 'a>>> {
    let shape = TensorType::new(physical_type(tensor.r#type()))?.shape;
    let extents = kernel.extents.of(tensor)?;
    let mut count = Ok(1);
    for (&size, &extent) in shape.iter().zip(&extents) {
        let size = match (size, kernel.settled(extent)) {
            (DYNAMIC, Extent::Known(size)) => Ok(size),
            (DYNAMIC, extent) => {
                let at = kernel.sizes.iter().position(|&size| size == extent)?;
                Err(sizes[at])
            }
            (size, _) => Ok(size),
        };
        count = match (count, size) {
            (Ok(count), Ok(size)) => Ok(count * size),
            (count, size) => {
                let value = |size| match size {
                    Ok(number) => gpu.index(number),
                    Err(value) => value,
                };
                Err(gpu.apply("arith.muli", &[value(count), value(size)]))
            }
        };
    }
    Some(count)
}
