"""Reads launch.json, which `fidelity compile` writes beside kernels for GPUs.

    plan.py DIR FUNCTION 4x256 256 …      # what is launched for arguments of these shapes

It needs no GPU and no package, and knows nothing of who runs the kernels.
"""

import json
import math
import sys
from pathlib import Path


class Plan:
    """What a function launches, for arguments of some shapes."""

    def __init__(self, function, shapes):
        self.function = function
        expected = len(function["arguments"])
        if len(shapes) != expected:
            raise ValueError(f"expected {expected} arguments, but got {len(shapes)}")
        for index, (argument, shape) in enumerate(zip(function["arguments"], shapes)):
            if len(argument["shape"]) != len(shape):
                raise ValueError(
                    f"argument {index}: expected {len(argument['shape'])} dimensions, but got {tuple(shape)}"
                )
        self.sizes = {
            size["name"]: shapes[size["argument"]][size["dimension"]] for size in function["sizes"]
        }
        for index, (argument, shape) in enumerate(zip(function["arguments"], shapes)):
            if self.shape(argument) != tuple(shape):
                raise ValueError(
                    f"argument {index}: expected {self.shape(argument)}, but got {tuple(shape)}"
                )
        for lhs, rhs in function["checks"]:
            if self.size(lhs) != self.size(rhs):
                raise ValueError(f"expected sizes that agree, but got {self.size(lhs)} and {self.size(rhs)}")

    def size(self, size):
        return self.sizes[size] if isinstance(size, str) else size

    def shape(self, tensor):
        return tuple(self.size(size) for size in tensor["shape"])

    def grid(self, kernel):
        """The number of programs, or blocks of threads, along each axis."""
        axes = [-(-math.prod(map(self.size, axis["sizes"])) // axis["block"]) for axis in kernel["grid"]]
        return tuple(axes + [1] * (3 - len(axes)))

    def launches(self):
        """Each kernel that has programs, its grid and its arguments: a size, or
        the kind and number of a tensor."""
        for kernel in self.function["kernels"]:
            grid = self.grid(kernel)
            if 0 in grid:
                continue
            arguments = [
                self.size(argument["size"]) if "size" in argument else next(iter(argument.items()))
                for argument in kernel["arguments"]
            ]
            yield kernel, grid, arguments

    def run(self, arguments, allocate, launch):
        """Runs the function on tensors of some library's: `allocate` gives memory
        for a shape and an element type, `launch` runs a kernel on a grid with
        tensors and sizes. Gives the results."""

        def made(tensors):
            return [
                allocate(self.shape(tensor), tensor["type"]) if "shape" in tensor else None
                for tensor in tensors
            ]

        memory = {
            "argument": arguments,
            "buffer": made(self.function["buffers"]),
            "result": made(self.function["results"]),
        }
        for kernel, grid, values in self.launches():
            launch(kernel, grid, [memory[value[0]][value[1]] if isinstance(value, tuple) else value for value in values])

        def result(index, entry):
            if "shape" in entry:
                return memory["result"][index]
            kind, number = next(iter(entry.items()))
            return memory[kind][number]

        return [result(index, entry) for index, entry in enumerate(self.function["results"])]


def read(folder):
    """The launch plan of a folder."""
    plan = json.loads((Path(folder) / "launch.json").read_text())
    if plan["version"] != 1:
        raise ValueError(f"expected a plan of version 1, but got {plan['version']}")
    return plan


def function_of(plan, name):
    """A function's entry."""
    found = [function for function in plan["functions"] if function["name"] == name]
    if not found:
        names = ", ".join(function["name"] for function in plan["functions"]) or "none"
        raise ValueError(f"expected a function of {names}, but got {name}")
    return found[0]


def main(folder, name, *shapes):
    shapes = [tuple(int(size) for size in shape.split("x") if size) for shape in shapes]
    for kernel, grid, arguments in Plan(function_of(read(folder), name), shapes).launches():
        print(kernel["name"], grid, arguments)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, TypeError, ValueError) as error:
        raise SystemExit(f"error: {error}")
