//! The Python package `fidelity`: modules of IR, passes, compiled functions and
//! the reference interpreter on NumPy arrays.
//!
//! `python/fidelity/__init__.pyi` is its interface with types, `docs/python.md`
//! the guide. Every class may be used from several threads: a module is guarded
//! by a mutex, and compiled functions run at once. The GIL is released while MLIR
//! and compiled code are at work, and is never awaited with the mutex held.

mod array;
mod compile;
mod error;
mod module;
mod program;

use pyo3::prelude::*;

/// The native part of the package fidelity, which re-exports all of it.
#[pymodule]
mod _native {
    use super::*;
    #[pymodule_export]
    use super::{
        compile::{compile, compile_to},
        error::{Diagnostic, DiagnosticError, Error, ExecutionError},
        module::{Function, Module, parse, read},
        program::{CompiledFunction, Program},
    };

    /// The version of the package, which is that of `fidelity --version`.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
