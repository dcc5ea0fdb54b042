//! Lowerings from the fidelity dialect to other dialects.
//!
//! `include/fidelity/Lowering/Passes.td` declares the passes; each module is
//! one target, and no target reads another's module.

#[allow(clippy::all, missing_docs)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/passes.rs"));
}

pub mod cpu;
mod linalg;

pub use cpu::register_pipelines;
pub use generated::*;
