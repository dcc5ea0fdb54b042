//! Lets the program find libMLIR.so, and the stack of a crash name a function.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    mlir_toolchain::Toolchain::find()?.emit_run_path();
    // `odsbridge::VersionedBytecode::readAttributes`: see `src/stack.rs`.
    println!(
        "cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol=\
         _ZNK9odsbridge17VersionedBytecode14readAttributes*"
    );
    Ok(())
}
