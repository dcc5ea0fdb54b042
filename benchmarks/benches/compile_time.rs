//! Seconds of processors and memory that compiling takes, against the number of
//! layers.
//!
//! The model has the shapes of MatMul-free LM 7B or so: gigabytes of packed
//! weights at 80 layers, which nothing should read. Each model is compiled in a
//! process of its own: understood, fused and mapped; from there to the LLVM dialect;
//! and the model as it was, for the function that makes a token from the one before it,
//! to LLVM IR and by LLVM at -O2 to an object file.

use benchmarks::{Resident, Sizes, Trits, again, machine, processor_seconds};
use fidelity_tools::{compile, context, import::build_module, module, registry};
use inkwell::{
    OptimizationLevel, context::Context as LlvmContext, passes::PassBuilderOptions,
    targets::FileType,
};
use std::{env, error::Error, path::Path};

/// The passes before those that lower.
const MAPPING: &str = "canonicalize,fidelity-raise,fidelity-fuse,canonicalize,\
                       fidelity-premap{target=x86-64-avx2}";

const LAYERS: [usize; 5] = [5, 10, 20, 40, 80];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [word, layers] = arguments.as_slice()
        && word == "--layers"
    {
        return one(layers.parse()?);
    }
    println!("machine: {}", machine());
    println!();
    println!(
        "| layers | ops | weights | fused and mapped | a layer | to the LLVM dialect | a layer | \
         memory before | mapped, at most | in all, at most | LLVM, @decode | a layer |"
    );
    println!("|{}", " --- |".repeat(12));
    for layers in LAYERS {
        let numbers = again(&["--layers".into(), layers.to_string()])?;
        let [ops, weights, map, mapped, lower, before, peak, code] = numbers[..] else {
            return Err("expected eight numbers".into());
        };
        let per_layer = |seconds: f64| 1e3 * seconds / layers as f64;
        println!(
            "| {layers} | {ops} | {:.2} GB | {map:.2} s | {:.0} ms | {lower:.2} s | {:.0} ms | \
             {before:.0} MiB | {mapped:.0} MiB | {peak:.0} MiB | {code:.1} s | {:.0} ms |",
            weights / 1e9,
            per_layer(map),
            per_layer(lower),
            per_layer(code)
        );
    }
    Ok(())
}

/// Compiles a model and prints what it took.
fn one(layers: usize) -> Result<(), Box<dyn Error>> {
    let sizes = Sizes {
        layers,
        vocabulary: 32_000,
        width: 4096,
        intermediate: 11_008,
    };
    let model = sizes.model(Trits::Sparse);
    let weights: usize = model.embeddings.bytes.len()
        + model.lm_head.weights.bytes.len()
        + (model.layers.iter())
            .flat_map(|layer| {
                [
                    &layer.i_proj,
                    &layer.f_proj,
                    &layer.g_proj,
                    &layer.o_proj,
                    &layer.gate_proj,
                    &layer.down_proj,
                ]
            })
            .map(|linear| linear.weights.bytes.len())
            .sum::<usize>();
    let context = context::new();
    let mut module = build_module(&context, model)?;
    let ops = ods_bridge::operations_within(module.as_operation()).len();
    let before = Resident::now();

    let path = Path::new("synthetic");
    registry::register_passes();
    let start = processor_seconds();
    module::run_passes(&context, path, &mut module, MAPPING)?;
    let map = processor_seconds() - start;
    let mapped = Resident::now().peak;

    let start = processor_seconds();
    let machine = compile::machine(None, None, OptimizationLevel::Default)?;
    module::lower_to_llvm(&context, path, &mut module, &machine, 1)?;
    let lower = processor_seconds() - start;
    let peak = Resident::now().peak;
    let code = code(&context, sizes)?;
    println!(
        "{ops} {weights} {map} {mapped} {lower} {} {peak} {code}",
        before.own + before.of_files
    );
    Ok(())
}

/// Seconds that LLVM takes for the function that makes a token.
fn code(context: &melior::Context, sizes: Sizes) -> Result<f64, Box<dyn Error>> {
    let mut module = build_module(context, sizes.model(Trits::Sparse))?;
    module::keep_public(&mut module, &["decode"]);
    let machine = compile::machine(None, None, OptimizationLevel::Default)?;
    module::lower_to_llvm(context, Path::new("synthetic"), &mut module, &machine, 1)?;
    // They are used where they lie; nobody binds them here.
    let _ = ods_bridge::take_large_constants(&module);
    let start = processor_seconds();
    let llvm = LlvmContext::create();
    let code = ods_bridge::translate_to_llvm_ir(&module, &llvm)?;
    code.set_triple(&machine.get_triple());
    code.set_data_layout(&machine.get_target_data().get_data_layout());
    code.run_passes("default<O2>", &machine, PassBuilderOptions::create())
        .map_err(|error| error.to_string())?;
    machine
        .write_to_memory_buffer(&code, FileType::Object)
        .map_err(|error| error.to_string())?;
    Ok(processor_seconds() - start)
}
