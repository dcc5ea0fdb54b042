//! Makes the C API linkable and compiles the generic C++ of the bridge.

use mlir_toolchain::Toolchain;
use std::{env, error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let toolchain = Toolchain::find()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    toolchain.emit_c_api(&out)?;
    toolchain.emit_run_path();
    Ok(())
}
