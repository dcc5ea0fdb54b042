//! The C API of Fidelity: `include/fidelity-c/Fidelity.h`, which documents it
//! for its users.

use mlir_sys::MlirDialectHandle;

pub use fidelity_lowering::open_foreign_dialects;

/// Registers Fidelity's passes and pipelines with MLIR, once.
pub fn register_passes() {
    fidelity_passes::register_passes();
    fidelity_lowering::register_passes();
    fidelity_lowering::register_pipelines();
}

/// The handle of the dialect.
#[unsafe(no_mangle)]
pub extern "C" fn mlirGetDialectHandle__fidelity__() -> MlirDialectHandle {
    fidelity_dialect::dialect_handle().to_raw()
}

/// [`register_passes`] for C.
#[unsafe(no_mangle)]
pub extern "C" fn mlirRegisterFidelityPasses() {
    register_passes();
}
