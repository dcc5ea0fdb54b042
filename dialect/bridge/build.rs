//! Makes the C API linkable and compiles the generic C++ of the bridge.

use mlir_toolchain::Toolchain;
use std::{env, error::Error, fs, path::PathBuf, process::Command};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=include");
    println!("cargo:rerun-if-changed=lib");
    let toolchain = Toolchain::find()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    toolchain.emit_c_api(&out)?;
    toolchain.emit_run_path();

    let generated = out.join("include");
    fs::create_dir_all(generated.join("ods-bridge"))?;
    for (argument, suffix) in [
        ("-gen-attr-interface-decls", "h.inc"),
        ("-gen-attr-interface-defs", "cpp.inc"),
    ] {
        let status = Command::new(toolchain.tool("mlir-tblgen"))
            .args([argument, "include/ods-bridge/AgreeingEncoding.td", "-I"])
            .arg(toolchain.include_directory())
            .arg("-o")
            .arg(generated.join(format!("ods-bridge/AgreeingEncoding.{suffix}")))
            .status()?;
        if !status.success() {
            return Err(format!("mlir-tblgen {argument}: {status}").into());
        }
    }

    let mut build = cc::Build::new();
    for name in toolchain.definitions()? {
        build.define(name, None);
    }
    build
        .cpp(true)
        .std("c++17")
        .warnings(false)
        .include("include")
        .include(&generated)
        .include(toolchain.include_directory())
        .files([
            "lib/Bridge.cpp",
            "lib/Bufferization.cpp",
            "lib/Bytecode.cpp",
            "lib/Jit.cpp",
            "lib/ModuleFile.cpp",
            "lib/OpenDialect.cpp",
            "lib/Plugin.cpp",
            "lib/Target.cpp",
            "lib/Tiling.cpp",
            "lib/Tools.cpp",
        ])
        .compile("OdsBridge");
    // Whatever ends in `include` reaches the packages that use the bridge.
    println!("cargo:include={}/include", env::var("CARGO_MANIFEST_DIR")?);
    println!("cargo:generated_include={}", generated.display());
    Ok(())
}
