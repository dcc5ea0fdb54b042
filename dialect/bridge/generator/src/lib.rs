//! Makes a MLIR dialect whose logic is Rust from its .td files.
