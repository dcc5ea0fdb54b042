//! `fidelity-cpu-pipeline`: from the dialect's surface to the LLVM dialect.
//!
//! It is text, a list of passes that a user can run one by one, in two parts:
//! after [`tensor_pipeline`] functions still take tensors, of physical types,
//! and their signatures can be read; [`llvm_pipeline`] does the rest.

mod calling_convention;
mod decompose_softmax;
mod defects;
mod expand_math;
mod memref_copy;
mod options;
mod order_loops;
mod origins;
mod processor;
mod results_in_place;
mod roots;
mod separate_yields;
mod share_loops;
mod split_deallocations;
mod unshare_destinations;

pub use options::MAX_THREADS;
pub use processor::{isa_of, isa_of_name};

use crate::vector::Isa;
use options::Options;

/// The name of the pipeline.
pub const CPU_PIPELINE: &str = "fidelity-cpu-pipeline";

// An alignment for every vector of today's processors, and a cache line.
const BUFFER_ALIGNMENT: usize = 64;

/// The passes that leave linalg on tensors of physical types, for a
/// `builtin.module`, and for kernels what they are made of; those of sequences are shared
/// by so many threads where they are large.
pub fn tensor_pipeline(threads: u32) -> String {
    let to_linalg = format!("convert-fidelity-to-linalg{{kernels=true threads={threads}}}");
    [
        // What nobody can call is not compiled.
        "symbol-dce",
        // Types that differ in measures alone are one from here on.
        "fidelity-erase-measures",
        // Sizes that can be known are known when ops are lowered.
        "canonicalize",
        // In the order in which kernels read them.
        "fidelity-pack-weights{storage=tiled2 kernels=true}",
        // Each kind of layer is compiled once: LLVM's time, and that of much before
        // it, grows faster than a function does.
        "fidelity-outline-repeats",
        &to_linalg,
        "fidelity-materialize-storage",
        "canonicalize",
        "cse",
    ]
    .join(",")
}

/// The passes from there to the LLVM dialect.
///
/// What they promise of functions is in the documentation of
/// `fidelity-cpu-calling-convention`; kernels have the instructions of `isa`, and large
/// ones are shared by so many threads of OpenMP's.
pub fn llvm_pipeline(isa: Isa, threads: u32) -> String {
    let kernels = format!(
        "convert-fidelity-to-vector{{isa={} threads={threads}}}",
        isa.keyword()
    );
    // Code that has no threads needs no library for them.
    let openmp = |pass: String| if threads > 1 { pass } else { String::new() };
    let shared = openmp(format!("fidelity-cpu-share-loops{{threads={threads}}}"));
    let to_parallel = openmp("scf-forall-to-parallel".to_owned());
    // Canonical code has no scope for allocas around loops, which may be but one block.
    let to_openmp = openmp(format!(
        "convert-scf-to-openmp{{num-threads={threads}}},canonicalize"
    ));
    let from_openmp = openmp("convert-openmp-to-llvm".to_owned());
    let bufferize = format!(
        "one-shot-bufferize{{bufferize-function-boundaries=true \
         function-boundary-type-conversion=identity-layout-map \
         allow-return-allocs-from-loops=true buffer-alignment={BUFFER_ALIGNMENT}}}"
    );
    [
        // What MLIR has no loops for.
        "fidelity-cpu-decompose-softmax",
        // Fewer, larger loops and no tensor that is only passed on.
        "convert-elementwise-to-linalg",
        "fidelity-cpu-avoid-defects",
        "linalg-fuse-elementwise-ops",
        "canonicalize",
        "cse",
        "fidelity-cpu-calling-convention",
        "fidelity-cpu-separate-yields",
        // Buffers: results in place where that is possible, allocations out of
        // loops, and each freed where it is used last.
        // The time of what follows is that of the layers.
        "fidelity-cpu-unshare-destinations",
        "eliminate-empty-tensors",
        "empty-tensor-to-alloc-tensor",
        &bufferize,
        "canonicalize",
        "cse",
        "fidelity-cpu-results-in-place",
        "func.func(buffer-hoisting,buffer-loop-hoisting)",
        // The parts of buffer-deallocation-pipeline, and one more: upstream's
        // simplification compares all buffers of a block with each other.
        "expand-realloc{emit-deallocs=false}",
        "canonicalize",
        "ownership-based-buffer-deallocation",
        "canonicalize",
        "fidelity-cpu-split-deallocations",
        "buffer-deallocation-simplification",
        "bufferization-lower-deallocations",
        "cse",
        "canonicalize",
        "convert-bufferization-to-memref",
        &to_parallel,
        &kernels,
        // For the helper function that deallocation may have added.
        "fidelity-cpu-calling-convention",
        "convert-memref-copy-to-linalg",
        // Loops.
        "func.func(linalg-generalize-named-ops)",
        "fidelity-cpu-order-loops",
        &shared,
        "func.func(convert-linalg-to-loops)",
        "convert-vector-to-scf",
        // Calls of the C library would stay one for each number.
        &format!("fidelity-cpu-expand-math{{isa={}}}", isa.keyword()),
        "arith-expand",
        "memref-expand",
        "fidelity-cpu-avoid-defects",
        "expand-strided-metadata",
        "lower-affine",
        "loop-invariant-code-motion",
        "convert-complex-to-standard",
        &to_openmp,
        // To be able to take back, it would keep a record of each op behind each
        // loop.
        "convert-scf-to-cf{allow-pattern-rollback=false}",
        // log1p is exact near zero only in the C library.
        "convert-math-to-llvm{approximate-log1p=false}",
        "convert-math-to-libm",
        "convert-complex-to-llvm",
        "convert-vector-to-llvm",
        "convert-cf-to-llvm",
        "convert-arith-to-llvm",
        "convert-index-to-llvm",
        "convert-ub-to-llvm",
        // LLVM sees that a block of aligned_alloc aliases nothing, but not that
        // an address rounded up inside one of malloc does not.
        "finalize-memref-to-llvm{use-aligned-alloc=true}",
        "convert-func-to-llvm",
        &from_openmp,
        "reconcile-unrealized-casts",
        "canonicalize",
        "cse",
        "symbol-dce",
    ]
    .into_iter()
    .filter(|pass| !pass.is_empty())
    .collect::<Vec<_>>()
    .join(",")
}

/// Registers `fidelity-cpu-pipeline`, once however often it is called.
pub fn register_pipelines() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        ods_bridge::register_pipeline(
            CPU_PIPELINE,
            "lower fidelity ops and everything around them to the LLVM dialect for a CPU",
            |options| {
                let options = Options::read(options)?;
                Ok(format!(
                    "{},{}",
                    tensor_pipeline(options.threads),
                    llvm_pipeline(options.isa, options.threads)
                ))
            },
        );
    });
}
