//! Lets the extension module find libMLIR.so.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    mlir_toolchain::Toolchain::find()?.emit_run_path();
    Ok(())
}
