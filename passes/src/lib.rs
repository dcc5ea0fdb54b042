//! Passes from the fidelity dialect to itself.
//!
//! `include/fidelity/Passes/Passes.td` declares them with their options; each
//! module here is one pass.

#[allow(clippy::all, missing_docs)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/passes.rs"));
}

pub mod aliasing;
pub mod cost;
pub mod decompose;
pub mod emit;
mod erase_measures;
mod fuse;
pub mod kernels;
pub mod mapping;
mod materialize_storage;
pub mod outline;
mod outline_repeats;
mod pack_weights;
mod partition;
pub mod premap;
pub mod profile;
mod raise;
pub mod threads;
pub mod tiled;

pub use generated::*;
pub use materialize_storage::physical_type;
