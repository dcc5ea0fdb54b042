#!/usr/bin/env python3
"""Runs ONNX's own node tests of an operator through `fidelity run`.

    run.py OPERATOR [--write DIRECTORY] [--verbose]

The cases are those of the installed onnx package, made by its test generators:
a node, its inputs, and the outputs of ONNX's reference implementation. Each is
written as a module and .npy files, run in each of `FORMS`, and compared as
ONNX's backend test runner does. An operator is a file in operators/ that says
its node in MLIR. Prints a line per failure and last how many comparisons passed
and failed; the exit code is 0 when all passed. See docs/conformance.md.
"""

import argparse
import importlib
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnx.backend.test.case.node as node_cases

from mlir import Module

HERE = pathlib.Path(__file__).resolve().parent

# How a case is evaluated: the passes before, and options of `fidelity run`.
FORMS = [("compiled", [], []), ("interpreted", [], ["--reference"])]
CHUNKS = ("compiled, in chunks", ["--fidelity-decompose=chunk=3"], [])


class Failure(Exception):
    """What is wrong with a case."""


def main():
    operators = sorted(path.stem for path in (HERE / "operators").glob("*.py"))
    modules = {module.OPERATOR: module for module in map(load, operators)}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("operator", choices=modules, help="what ONNX calls it")
    parser.add_argument("--write", type=pathlib.Path, help="the folder where the cases are to stay")
    parser.add_argument("--verbose", action="store_true", help="print each comparison")
    options = parser.parse_args()

    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as temporary:
        for case in cases(modules[options.operator]):
            folder = (options.write or pathlib.Path(temporary)) / case.name
            folder.mkdir(parents=True, exist_ok=True)
            for form, error in run(case, modules[options.operator], folder):
                passed, failed = passed + (error is None), failed + (error is not None)
                if error is not None:
                    print(f"FAILED {case.name}, {form}: {error}")
                elif options.verbose:
                    print(f"{case.name}, {form}: passed")
    print(f"onnx {onnx.__version__}, NumPy {np.__version__}")
    print(f"{options.operator}: {passed} passed, {failed} failed")
    # No comparison at all is no success.
    return 0 if passed and not failed else 1


def load(name):
    return importlib.import_module(f"operators.{name}")


def cases(operator):
    """ONNX's cases whose model is the node alone.

    A case `…_expanded` is the same one with the node as a function of other
    operators, which are not ours.
    """
    importlib.import_module(f"{node_cases.__name__}.{operator.CASES}")
    for case in node_cases._NodeTestCases:
        if [node.op_type for node in case.model.graph.node] == [operator.OPERATOR]:
            yield case


def run(case, operator, folder):
    """Evaluates a case in each form; yields the form and what is wrong, if
    something is."""
    (inputs, outputs) = case.data_sets[0]
    file = folder / "case.mlir"
    try:
        file.write_text(module(case, operator))
    except Failure as failure:
        yield "as MLIR", failure
        return
    arguments = ["run", file]
    for index, array in enumerate(inputs):
        np.save(folder / f"input.{index}.npy", array)
        arguments += ["--input", folder / f"input.{index}.npy"]
    results = []
    for index, array in enumerate(outputs):
        np.save(folder / f"expected.{index}.npy", array)
        results.append(folder / f"output.{index}.npy")
        arguments += ["--output", results[-1]]
    for form, passes, more in [*FORMS, *[CHUNKS] * operator.IS_RECURRENCE]:
        try:
            if passes:
                arguments[1] = folder / "lowered.mlir"
                program("fidelity-opt", *passes, file, "-o", arguments[1])
            program("fidelity", *arguments, *more)
            for expected, result in zip(outputs, results):
                compare(np.load(result), expected, case)
        except Failure as failure:
            yield form, failure
        else:
            yield form, None


def module(case, operator):
    """The node of a case as a module."""
    graph, (inputs, outputs) = case.model.graph, case.data_sets[0]
    node = graph.node[0]
    arrays = iter(inputs)
    # An optional input that is absent has no name.
    given = {index: next(arrays) for index, name in enumerate(node.input) if name}
    names = operator.INPUTS
    module = Module({names[index]: array for index, array in given.items()})
    attributes = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}
    unknown = set(attributes) - set(operator.ATTRIBUTES)
    if unknown:
        raise Failure(f"expected attributes among {operator.ATTRIBUTES}, but got {', '.join(unknown)}")
    returned = operator.build(module, **{**operator.ATTRIBUTES, **attributes})
    text = module.function(returned)
    shapes = [tuple(value.shape) for value in returned]
    wanted = [array.shape for array in outputs]
    if shapes != wanted:
        raise Failure(f"expected results of shapes {wanted}, but got {shapes}")
    return text


def program(name, *arguments):
    done = subprocess.run([name, *arguments], capture_output=True, text=True)
    if done.returncode:
        reason = done.stderr.strip().replace("\n", "; ") or f"exit code {done.returncode}"
        raise Failure(f"{name} failed: {reason}")


def compare(actual, expected, case):
    """As ONNX's backend test runner compares, with the case's tolerances."""
    if actual.dtype != expected.dtype or actual.shape != expected.shape:
        raise Failure(
            f"expected {expected.dtype} of shape {expected.shape}, but got {actual.dtype} of shape {actual.shape}"
        )
    try:
        np.testing.assert_allclose(actual, expected, rtol=case.rtol, atol=case.atol)
    except AssertionError as error:
        raise Failure("; ".join(line.strip() for line in str(error).splitlines() if line.strip()))


if __name__ == "__main__":
    sys.exit(main())
