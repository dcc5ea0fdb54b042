//! libFidelityPlugin.so: the dialect and its passes for mlir-opt's
//! `--load-dialect-plugin` and `--load-pass-plugin`.
//!
//! It exports the two entry points of a plugin and the C API of `fidelity-c`.

// The library's file is named as MLIR's plugins are.
#![allow(non_snake_case)]

use melior::dialect::DialectHandle;
use ods_bridge::{RegistryRef, plugin::Plugin};
use std::ffi::CStr;

struct Fidelity;

impl Plugin for Fidelity {
    const NAME: &'static CStr = c"Fidelity";
    const VERSION: &'static CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };

    fn dialect() -> DialectHandle {
        fidelity_dialect::dialect_handle()
    }

    fn extend(registry: RegistryRef<'_>) -> Result<(), String> {
        fidelity_c::open_foreign_dialects(registry)
    }

    fn register_passes() {
        fidelity_c::register_passes();
    }
}

ods_bridge::export_plugin!(Fidelity);
