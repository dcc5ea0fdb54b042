"""Evaluates the functions of two modules on the same inputs, and compares."""

import subprocess
import sys

import numpy as np

before, after, what = sys.argv[1:]
random = np.random.default_rng(0)


def run(module, entry, inputs, results, *options):
    command = ["fidelity", "run", module, "--entry", entry, *options]
    for index, value in enumerate(inputs):
        np.save(f"in{index}.npy", value)
        command += ["--input", f"in{index}.npy"]
    for index in range(results):
        command += ["--output", f"out{index}.npy"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return [np.load(f"out{index}.npy") for index in range(results)]


def check(entry, inputs, results, tolerance):
    inputs = [np.asarray(value) for value in inputs]
    inputs = [value if value.dtype == np.int8 else value.astype("f4") for value in inputs]
    expected = run(before, entry, inputs, results, "--reference")
    for options in (["--reference"], []):
        actual = run(after, entry, inputs, results, *options)
        for want, got in zip(expected, actual):
            assert want.shape == got.shape, (entry, want.shape, got.shape)
            # Compiled code adds floats in another order.
            allowed = tolerance if options else max(tolerance, 1e-5)
            np.testing.assert_allclose(got, want, rtol=allowed, atol=allowed, err_msg=entry)


f = lambda *shape: random.standard_normal(shape)
trits = lambda *shape: random.integers(-1, 2, shape).astype("i1")


def values():
    for size in (0, 1, 2, 7):
        check("layer", [f(size, 12), trits(5, 12), f(12), f(5)], 1, 1e-6)
        check("siblings", [f(size, 12)], 3, 0)
        check("structure", [f(size, 48)], 1, 0)
        check("gated", [f(size, 3), f(size, 3), f(size, 3), f(3), random.random(3)], 2, 1e-6)
        check("selective", [f(1, size, 3), -random.random((3, 2)), f(1, size, 2), random.random((1, size, 3)), f(1, 3, 2)], 2, 1e-6)
    check("attention", [f(9, 2), f(11, 2), f(11, 3)], 1, 1e-5)


def more_values():
    for size in (0, 1, 2, 7):
        for batch in (1, 3):
            check("batch", [f(batch, size, 3), f(batch + 1, size, 3), f(batch, 3)], 2, 1e-6)
            sequences = [f(batch, size, 4), f(4, 3) / 4, f(batch, size, 3), f(batch, size, 3)]
            check("scan", [*sequences, f(batch, 4, 3)], 2, 1e-5)
            check("scores", [f(batch, size, 2), f(batch, 2, 5), f(batch, 5, 3), f()], 1, 1e-5)
        check("half", [f(4, size, 3), f(2, size, 3), f(2, 3)], 1, 1e-6)
        unit = f(1, 2, size, 4)
        unit /= np.linalg.norm(unit, axis=-1, keepdims=True)
        rule = [-random.random((1, 2, size)), random.random((1, 2, 1))]
        check("attention", [f(1, 2, size, 4), unit, f(1, 2, size, 3), *rule, f(1, 2, 4, 3)], 2, 1e-5)
        check("scales", [f(size, 12), trits(5, 12), f()], 3, 1e-6)
        check("gates", [f(size, 3), f(size, 3), f(size, 3)], 2, 1e-6)
        check("silu", [f(size, 3), f(size, 3)], 1, 1e-6)
        norm = [f(size, 12), f(12), trits(5, 12), trits(3, 12), f(), f(3), f(3)]
        check("shared", norm, 2, 1e-6)
        check("rows", [f(size, 96), f()], 1, 0)


{"values": values, "more-values": more_values}[what]()
