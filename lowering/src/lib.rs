//! Lowerings from the fidelity dialect to other dialects.
//!
//! `include/fidelity/Lowering/Passes.td` declares the passes; each module is
//! one target, and no target reads another's module.

#[allow(clippy::all, missing_docs)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/passes.rs"));
}

pub mod cpu;
mod foreign;
mod linalg;

pub use foreign::open_foreign_dialects;
pub use generated::*;

/// Registers the pipeline of each target, once however often it is called.
pub fn register_pipelines() {
    cpu::register_pipelines();
}
