import os
from collections.abc import Iterator, Sequence
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray

__version__: str

# An array, or anything else with __array__, or a number of Python's.
_Argument = NDArray[Any] | np.generic | bool | int | float | complex
# Nothing, the only result, or a tuple of the results.
_Results = Any

class Error(Exception): ...

class DiagnosticError(Error):
    message: str
    location: str
    notes: tuple[Diagnostic, ...]
    diagnostics: tuple[Diagnostic, ...]

class ExecutionError(Error): ...

@final
class Diagnostic:
    @property
    def severity(self) -> Literal["error", "note"]: ...
    @property
    def location(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def notes(self) -> list[Diagnostic]: ...

@final
class Function:
    @property
    def name(self) -> str: ...
    @property
    def arguments(self) -> tuple[str, ...]: ...
    @property
    def results(self) -> tuple[str, ...]: ...

@final
class Module:
    @property
    def name(self) -> str: ...
    @property
    def functions(self) -> dict[str, Function]: ...
    def to_bytecode(self) -> bytes: ...
    def run_passes(self, pipeline: str) -> None: ...
    def evaluate(self, function: str, /, *arguments: _Argument) -> _Results: ...

@final
class CompiledFunction:
    @property
    def __name__(self) -> str: ...
    @property
    def arguments(self) -> tuple[str, ...]: ...
    @property
    def results(self) -> tuple[str, ...]: ...
    def __call__(self, *arguments: _Argument) -> _Results: ...

@final
class Program:
    @property
    def functions(self) -> dict[str, Function]: ...
    def __getitem__(self, name: str, /) -> CompiledFunction: ...
    def __contains__(self, name: str, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...

def parse(source: str | bytes, name: str = "<string>") -> Module: ...
def read(path: str | os.PathLike[str]) -> Module: ...
def compile(
    module: Module,
    functions: Sequence[str] | None = None,
    *,
    cpu: Literal["native", "generic"] = "native",
    optimize: int = 3,
    threads: int = 1,
) -> Program: ...
def compile_to(
    module: Module,
    path: str | os.PathLike[str],
    *,
    emit: Literal["obj", "shared", "llvm-ir", "asm", "bitcode"] | None = None,
    cpu: str | None = None,
    target_triple: str | None = None,
    optimize: int | None = None,
    threads: int = 1,
    header: bool = False,
    target: str | None = None,
    target_options: str | None = None,
) -> None: ...
