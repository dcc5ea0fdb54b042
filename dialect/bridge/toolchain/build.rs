//! Fails early, with one line, when LLVM or MLIR is missing or too old.

#[path = "src/find.rs"]
#[allow(dead_code)]
mod find;

fn main() {
    println!("cargo:rerun-if-changed=src/find.rs");
    println!("cargo:rerun-if-changed=packages.txt");
    println!("cargo:rerun-if-env-changed={}", find::PREFIX_VARIABLE);
    if let Err(message) = find::Toolchain::find() {
        println!("cargo::error={message}");
    }
}
