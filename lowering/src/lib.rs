//! Lowerings from the fidelity dialect to other dialects.
//!
//! `include/fidelity/Lowering/Passes.td` declares the passes; each module is
//! one target, and no target reads another's module. What targets that launch
//! kernels share is in `kernels`, functions of floats in `math`.

#[allow(clippy::all, missing_docs)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/passes.rs"));
}

mod circt;
pub mod cpu;
mod foreign;
pub mod gpu;
mod kernels;
mod linalg;
mod math;
mod options;
mod transfer;
pub mod triton;
mod ttir;
pub mod vector;

pub use foreign::open_foreign_dialects;
pub use generated::*;
use options::refuse_options;

/// Registers the pipeline of each target, once however often it is called.
pub fn register_pipelines() {
    circt::register_pipelines();
    cpu::register_pipelines();
    gpu::register_pipelines();
    triton::register_pipelines();
    ttir::register_pipelines();
}
