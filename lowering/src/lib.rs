//! Lowerings from the fidelity dialect to other dialects.
//!
//! `include/fidelity/Lowering/Passes.td` declares the passes; each module is
//! one target, and no target reads another's module. What targets that launch
//! kernels share is in `kernels`.

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
pub mod triton;
mod ttir;

pub use foreign::open_foreign_dialects;
pub use generated::*;

/// Registers the pipeline of each target, once however often it is called.
pub fn register_pipelines() {
    circt::register_pipelines();
    cpu::register_pipelines();
    gpu::register_pipelines();
    triton::register_pipelines();
    ttir::register_pipelines();
}

/// Refuses what stands between the braces of a pipeline that has no options: a
/// mistaken one must not be ignored.
fn refuse_options(pipeline: &str, options: &str) -> Result<(), String> {
    if options.trim().is_empty() {
        return Ok(());
    }
    Err(format!(
        "expected no options of {pipeline}, but got `{}`",
        options.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn refuses_options() {
        assert_eq!(refuse_options("a-pipeline", " "), Ok(()));
        assert_eq!(
            refuse_options("a-pipeline", "speed=high"),
            Err("expected no options of a-pipeline, but got `speed=high`".into())
        );
    }
}
