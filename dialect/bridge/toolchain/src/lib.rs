//! Finds the LLVM and MLIR installation that build scripts use.
//!
//! The prefix comes from `MLIR_SYS_220_PREFIX`, which `.cargo/config.toml` sets
//! to where Debian installs LLVM 22 and the environment may override.

mod find;

pub use find::{PREFIX_VARIABLE, Toolchain};
