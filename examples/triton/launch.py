"""Compiles and launches what `fidelity compile --target triton -o DIR` wrote.

As a program:

    launch.py compile DIR cuda:90 hip:gfx942     # what each kernel becomes; no GPU needed
    launch.py plan DIR FUNCTION 4x256 256 …      # what is launched for arguments of these shapes

As a module, with torch and a GPU:

    functions = launch.load("DIR")
    results = functions["block"](x, state, …)    # torch tensors on the GPU

Weights that are packed are given as bytes, `[N, bytes of a row]`. Only `Plan`
knows the file; it needs neither Triton nor torch.
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
        """The number of programs along each axis."""
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


def read(folder):
    """The launch plan of a folder."""
    plan = json.loads((Path(folder) / "launch.json").read_text())
    if plan["version"] != 1:
        raise ValueError(f"expected a plan of version 1, but got {plan['version']}")
    return plan


def kernels_of(plan):
    return [kernel for function in plan["functions"] for kernel in function["kernels"]]


def compile_kernels(folder, plan, target):
    """Each kernel as Triton compiles it for a target, or for this machine's GPU
    if that is None."""
    import triton

    return {
        kernel["name"]: triton.compile(
            str(Path(folder) / f"{kernel['name']}.ttir"),
            target=target,
            options={"num_warps": kernel["num_warps"]},
        )
        for kernel in kernels_of(plan)
    }


def load(folder):
    """Functions on torch tensors, by their names. Needs a GPU."""
    import torch

    plan = read(folder)
    kernels = compile_kernels(folder, plan, None)
    types = {
        "f32": torch.float32,
        "f16": torch.float16,
        "bf16": torch.bfloat16,
        "i8": torch.int8,
        "i16": torch.int16,
        "i32": torch.int32,
        "i64": torch.int64,
    }

    def function_of(function):
        def call(*arguments):
            bound = Plan(function, [tuple(argument.shape) for argument in arguments])
            arguments = [argument.contiguous() for argument in arguments]
            for index, (argument, expected) in enumerate(zip(arguments, function["arguments"])):
                if argument.dtype != types[expected["type"]]:
                    raise ValueError(f"argument {index}: expected {expected['type']}, but got {argument.dtype}")
                if argument.data_ptr() % plan["alignment"]:
                    arguments[index] = argument.clone()
            device = arguments[0].device if arguments else torch.device("cuda")

            def allocate(tensor):
                if "shape" not in tensor:
                    return None
                return torch.empty(bound.shape(tensor), dtype=types[tensor["type"]], device=device)

            memory = {
                "argument": arguments,
                "buffer": [allocate(buffer) for buffer in function["buffers"]],
                "result": [allocate(result) for result in function["results"]],
            }
            for kernel, grid, kernel_arguments in bound.launches():
                values = [
                    memory[argument[0]][argument[1]] if isinstance(argument, tuple) else argument
                    for argument in kernel_arguments
                ]
                kernels[kernel["name"]][grid](*values)

            def result(index, entry):
                if "shape" in entry:
                    return memory["result"][index]
                kind, number = next(iter(entry.items()))
                return memory[kind][number]

            return [result(index, entry) for index, entry in enumerate(function["results"])]

        return call

    return {function["name"]: function_of(function) for function in plan["functions"]}


def main(command, folder, *rest):
    plan = read(folder)
    if command == "compile":
        from triton.backends.compiler import GPUTarget

        for name in rest:
            backend, architecture = name.split(":")
            target = (
                GPUTarget("cuda", int(architecture), 32)
                if backend == "cuda"
                else GPUTarget("hip", architecture, 64)
            )
            compiled = compile_kernels(folder, plan, target)
            wanted = {"ptx", "cubin"} if backend == "cuda" else {"amdgcn", "hsaco"}
            for kernel, code in compiled.items():
                missing = wanted - {kind for kind, text in code.asm.items() if text}
                if missing:
                    raise SystemExit(f"{kernel}: expected {missing} for {name}, but got none")
            text = "".join(code.asm["ptx" if backend == "cuda" else "amdgcn"] for code in compiled.values())
            # Products of 8-bit integers that the matrix units compute.
            products = [word for word in ("wgmma", "mma.sync", "tcgen05.mma", "v_mfma_i32") if word in text]
            print(f"{name}: {len(compiled)} kernels, {', '.join(products) or 'no matrix products'}")
    elif command == "plan":
        name, *shapes = rest
        [function] = [function for function in plan["functions"] if function["name"] == name]
        shapes = [tuple(int(size) for size in shape.split("x") if size) for shape in shapes]
        bound = Plan(function, shapes)
        for kernel, grid, arguments in bound.launches():
            print(kernel["name"], grid, arguments)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (TypeError, ValueError) as error:
        raise SystemExit(f"error: {error}")
