//! GPUs: kernels in MLIR's own gpu dialect, and code for each vendor's.

pub mod binary;

/// The passes to kernels, for a `builtin.module`.
fn kernel_pipeline() -> String {
    "canonicalize".to_owned()
}

/// Registers the pipelines of GPUs, once however often it is called.
pub fn register_pipelines() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        binary::register_pipelines(kernel_pipeline);
    });
}
