"""Compiles and launches what `fidelity compile --target triton -o DIR` wrote.

As a program, with Triton but without a GPU:

    launch_triton.py DIR cuda:90 hip:gfx942     # what each kernel becomes

As a module, with torch and a GPU:

    functions = launch_triton.load("DIR")
    results = functions["block"](x, state, …)    # torch tensors on the GPU

Weights that are packed are given as bytes, `[N, bytes of a row]`.
"""

import sys
from pathlib import Path

from plan import Plan, read


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

            def allocate(shape, element):
                return torch.empty(shape, dtype=types[element], device=device)

            def launch(kernel, grid, values):
                kernels[kernel["name"]][grid](*values)

            return bound.run(arguments, allocate, launch)

        return call

    return {function["name"]: function_of(function) for function in plan["functions"]}


def main(folder, *targets):
    from triton.backends.compiler import GPUTarget

    plan = read(folder)
    for name in targets:
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


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (OSError, TypeError, ValueError) as error:
        raise SystemExit(f"error: {error}")
