"""Compiles and runs models of ternary weights, recurrences and state spaces.

    module = fidelity.read("layer.mlir")
    program = fidelity.compile(module)
    y = program["layer"](x, w, s)

parse() and read() make a Module, which runs passes and evaluates its functions in
the reference interpreter; compile() makes a Program of it, whose functions take
NumPy arrays and return them; compile_to() writes an object file or a shared library.
"""

from ._native import (
    CompiledFunction,
    Diagnostic,
    DiagnosticError,
    Error,
    ExecutionError,
    Function,
    Module,
    Program,
    __version__,
    compile,
    compile_to,
    parse,
    read,
)

__all__ = [
    "CompiledFunction",
    "Diagnostic",
    "DiagnosticError",
    "Error",
    "ExecutionError",
    "Function",
    "Module",
    "Program",
    "__version__",
    "compile",
    "compile_to",
    "parse",
    "read",
]
