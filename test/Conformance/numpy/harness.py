"""What the families have in common: cases, how they are run, and how near is near.

A case is an op with its operands, and an equation in NumPy that says what the
op's results are. It is compiled and run by `fidelity run`, in each element type
of `PRECISIONS`, step by step and in chunks, and each result is compared with
the equation's, which sees the operands as they were rounded for the op and
computes in float64.
"""

import dataclasses
import pathlib
import re
import subprocess
from typing import Callable

import numpy as np

# How many steps the chunked form computes at once.
CHUNK = 64

DTYPES = {
    "f16": np.float16,
    "f32": np.float32,
    "f64": np.float64,
    "complex<f32>": np.complex64,
    "complex<f64>": np.complex128,
}

# Half the distance between 1 and the next larger number.
UNITS = {"f16": 2.0**-11, "f32": 2.0**-24, "f64": 2.0**-53}


@dataclasses.dataclass(frozen=True)
class Precision:
    """An element type, and what is asked of it.

    `element` is the type of real operands and results, and `internal` the type
    in which an op computes: f32 for f16. Complex ones have parts of that type.
    """

    element: str
    internal: str
    lengths: tuple

    def of(self, array):
        """The element type of an array in MLIR."""
        return f"complex<{self.internal}>" if np.iscomplexobj(array) else self.element

    def dtype(self, array):
        """The element type of an array in NumPy."""
        return np.dtype(DTYPES[self.of(array)])

    def unit(self, array):
        """The relative size of a rounding to the element type of an array."""
        return UNITS[self.internal if np.iscomplexobj(array) else self.element]


# One step; less than a chunk; chunks and a rest; whole chunks; a long text.
# f64 has no rounding to speak of, so that what is wrong in an equation by more
# than 1e-12 shows; f16 shows what is rounded on the way.
PRECISIONS = (
    Precision("f32", "f32", (1, 7, 100, 512, 4096)),
    Precision("f16", "f32", (1, 7, 512, 4096)),
    Precision("f64", "f64", (7, 512)),
)


@dataclasses.dataclass(frozen=True)
class Case:
    """An op, and the equation of its results.

    `body` is MLIR, without types when it is a single op: `%o = fidelity.x %a, %b`.
    Where types are needed the one of `%a` is `!a`, and `!real` and `!complex`
    are the element types; `!a_part` is a real `!a` of `!part`, the type of the parts
    of complex ones. What depends on the precision is a function of it.

    `draw(rng, length)` makes the operands of a sequence of that length, by
    name. `equation(**operands)` returns the results by the names that they have
    in `body`, each an array or a `Sum`. Sizes that differ between lengths are
    dynamic in the module.

    `growth` is how many roundings of the internal type a result may be off by,
    measured at the largest value of that result or at the terms of its `Sum`;
    see `allowed`.
    """

    name: str
    body: str | Callable
    draw: Callable
    equation: Callable
    # Some ten times what is seen where a state forgets within some hundred steps.
    growth: float = 64
    chunks: bool = True
    # Without f16 where a body has values of that type between its ops.
    precisions: tuple = ("f32", "f16", "f64")


class Failure(Exception):
    """What is wrong with a case, on one line."""


@dataclasses.dataclass(frozen=True)
class Sum:
    """A result that may be much less than the terms that it is the sum of.

    `terms` is the sum of the magnitudes of all terms, for each element.
    """

    value: np.ndarray
    terms: np.ndarray

    @property
    def shape(self):
        return self.value.shape


def value(result):
    """The numbers of a result."""
    return result.value if isinstance(result, Sum) else result


def allowed(expected, terms, precision, growth):
    """How far each element of a result may be from what is expected.

    One rounding is lost when the result gets its type. What is lost before is
    relative to the terms of the sum that a result is, not to the result, which
    may be near 0 by cancellation.
    """
    # Below its normal numbers a type has the same spacing everywhere.
    magnitude = np.maximum(np.abs(expected), float(np.finfo(precision.dtype(expected)).tiny))
    return precision.unit(expected) * magnitude + growth * UNITS[precision.internal] * terms


def distance(actual, expected, precision, growth):
    """The largest error of a result, as a part of what is allowed.

    Where an equation does not say how large the terms of a result are, the
    largest element of the result stands for them.

    Raises `Failure` when the result is of another shape or type, or when the
    comparison could not fail: a result of zeros must be refused.
    """
    largest = np.max(np.abs(value(expected)), initial=0.0)
    terms = expected.terms if isinstance(expected, Sum) else largest
    expected = value(expected)
    if actual.dtype != precision.dtype(expected) or actual.shape != expected.shape:
        raise Failure(
            f"expected {precision.dtype(expected)} of shape {expected.shape}, "
            f"but got {actual.dtype} of shape {actual.shape}"
        )
    if not np.all(np.isfinite(expected)):
        raise Failure("expected an equation with finite results, but got one that overflows")
    if not np.all(np.isfinite(actual)):
        raise Failure("expected finite numbers, but got some that are not")
    tolerance = allowed(expected, terms, precision, growth)
    if expected.size and np.all(np.abs(expected) <= tolerance):
        raise Failure("expected a tolerance that refuses zeros, but got a wider one")
    return float(np.max(np.abs(exact(actual) - expected) / tolerance, initial=0.0))


def exact(array):
    """The same numbers, to compute with."""
    return array.astype(np.complex128 if np.iscomplexobj(array) else np.float64)


def tensor_type(shapes, element):
    """The type of a tensor of these shapes, dynamic where they differ."""
    sizes = [str(sizes[0]) if len(set(sizes)) == 1 else "?" for sizes in zip(*shapes)]
    return "tensor<" + "x".join([*sizes, element]) + ">"


def module(case, precision, lengths, drawn=(2, 3)):
    """The module of a case: aliases of the types, the case as a function, and
    a function `main` that calls it for each length, so that it is compiled once.

    The types are those that hold sequences of the lengths `drawn`.
    """
    rng = np.random.default_rng(0)
    short, long = (case.draw(rng, length) for length in drawn)
    shorter, longer = (short | case.equation(**short)), (long | case.equation(**long))
    results = [name for name in shorter if name not in short]
    of = lambda text: ", ".join("!" + name for name in re.findall(r"%(\w+)", text))
    body = (case.body(precision) if callable(case.body) else case.body).strip()
    if "!" not in body:
        left, right = body.split("=", 1)
        body += f" : ({of(right)}) -> ({of(left)})"
    operands, values = (", ".join("%" + name for name in names) for names in (short, results))
    signature = f"({of(operands)}) -> ({of(values)})"

    arguments, calls, returned = [], [], []
    for length in lengths:
        passed = [f"%{name}_{length}" for name in short]
        arguments += [f"{value}: !{name}" for value, name in zip(passed, short)]
        calls.append(f"  %r{length}:{len(results)} = call @case({', '.join(passed)}) : {signature}")
        returned += [f"%r{length}#{index}" for index in range(len(results))]
    types = ", ".join([of(values)] * len(lengths))
    return "\n".join(
        [
            f"!real = {precision.element}",
            f"!complex = complex<{precision.internal}>",
            f"!part = {precision.internal}",
            *(
                f"!{name}_part = {tensor_type([array.shape, longer[name].shape], precision.internal)}"
                for name, array in shorter.items()
                if not np.iscomplexobj(value(array))
            ),
            *(
                f"!{name} = {tensor_type([array.shape, longer[name].shape], precision.of(value(array)))}"
                for name, array in shorter.items()
            ),
            f"func.func private @case({', '.join(f'%{name}: !{name}' for name in short)}) -> ({of(values)}) {{",
            f"  {body}",
            f"  return {values} : {of(values)}",
            "}",
            f"func.func @main({', '.join(arguments)}) -> ({types}) {{",
            *calls,
            f"  return {', '.join(returned)} : {types}",
            "}",
            "",
        ]
    )


@dataclasses.dataclass(frozen=True)
class Programs:
    """Where `fidelity` and `fidelity-opt` are, and a folder to work in."""

    folder: pathlib.Path
    work: pathlib.Path

    def run(self, name, *arguments):
        command = [self.folder / name, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.work)
        if done.returncode:
            reason = done.stderr.strip().replace("\n", "; ") or f"exit code {done.returncode}"
            raise Failure(f"{name} failed: {reason}")

    def forms(self, case, precision):
        """Writes the module of a case in each form, and returns for each its
        name, its file and the lengths that it takes."""
        # Of a static length 1, so that there is no loop over time.
        one, steps, chunks = (self.work / f"{name}.mlir" for name in ["one", "steps", "chunks"])
        one.write_text(module(case, precision, (1,), drawn=(1, 1)))
        steps.write_text(module(case, precision, precision.lengths))
        forms = [("one step", one, (1,)), ("steps", steps, precision.lengths)]
        if case.chunks:
            self.run("fidelity-opt", f"--fidelity-decompose=chunk={CHUNK}", steps, "-o", chunks)
            if f"chunk({CHUNK})" not in chunks.read_text():
                raise Failure("expected fidelity-decompose to make a recurrence in chunks, but got none")
            forms.append(("chunks", chunks, precision.lengths))
        return forms

    def call(self, file, operands, results):
        """Runs `main` of a file with each set of operands; `results` are the
        names of the results for each of them."""
        arguments, outputs = [], []
        for index, arrays in enumerate(operands):
            for name, array in arrays.items():
                np.save(self.work / f"{name}.{index}.npy", array)
                arguments += ["--input", f"{name}.{index}.npy"]
            outputs += [self.work / f"{name}.{index}.npy" for name in results]
        for output in outputs:
            arguments += ["--output", output]
        self.run("fidelity", "run", file, "--entry", "main", *arguments)
        arrays = iter([np.load(output) for output in outputs])
        return [{name: next(arrays) for name in results} for _ in operands]


def compare(case, programs):
    """Runs a case, and yields for each comparison the element type, what it was,
    and the largest error as a part of what is allowed or a `Failure`."""
    for precision in PRECISIONS:
        if precision.element not in case.precisions:
            continue
        # A seed for each length, so that one can be looked at alone.
        operands = {
            length: {
                name: array.astype(precision.dtype(array))
                for name, array in case.draw(np.random.default_rng(length), length).items()
            }
            for length in {1, *precision.lengths}
        }
        expected = {
            length: case.equation(**{name: exact(array) for name, array in arrays.items()})
            for length, arrays in operands.items()
        }
        try:
            forms = programs.forms(case, precision)
        except Failure as failure:
            yield precision.element, f"{case.name} {precision.element}", failure
            continue
        for form, file, lengths in forms:
            what = f"{case.name} {precision.element} {form}"
            try:
                actual = programs.call(file, [operands[length] for length in lengths], list(expected[1]))
            except Failure as failure:
                yield precision.element, what, failure
                continue
            for length, got in zip(lengths, actual):
                result = judge(expected[length], got, precision, case.growth)
                yield precision.element, f"{what} T={length}", result


def judge(expected, actual, precision, growth):
    """The largest error of the results, as a part of what is allowed, or a
    `Failure` that says which result is wrong."""
    parts = []
    for name, wanted in expected.items():
        try:
            part = distance(actual[name], wanted, precision, growth)
        except Failure as failure:
            return Failure(f"%{name}: {failure}")
        if part > 1:
            return Failure(f"%{name}: expected at most the error that is allowed, but got {part:.3g} times that")
        parts.append(part)
    return max(parts)
