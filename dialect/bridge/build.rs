//! Makes the C API linkable and compiles the generic C++ of the bridge.

use mlir_toolchain::Toolchain;
use std::{env, error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=include");
    println!("cargo:rerun-if-changed=lib");
    let toolchain = Toolchain::find()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    toolchain.emit_c_api(&out)?;
    toolchain.emit_run_path();

    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .flag("-fno-exceptions")
        .warnings(false)
        .include("include")
        .include(toolchain.include_directory())
        .files([
            "lib/Bridge.cpp",
            "lib/Jit.cpp",
            "lib/ModuleFile.cpp",
            "lib/Plugin.cpp",
            "lib/Target.cpp",
            "lib/Tools.cpp",
        ])
        .compile("OdsBridge");
    println!("cargo:include={}/include", env::var("CARGO_MANIFEST_DIR")?);
    Ok(())
}
