"""Evaluates the functions of two modules on the same inputs, and compares."""

import subprocess
import sys

import numpy as np

before, after = sys.argv[1:]
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
for size in (0, 1, 2, 7):
    check("layer", [f(size, 12), random.integers(-1, 2, (5, 12)).astype("i1"), f(12), f(5)], 1, 1e-6)
    check("siblings", [f(size, 12)], 3, 0)
    check("structure", [f(size, 48)], 1, 0)
    check("gated", [f(size, 3), f(size, 3), f(size, 3), f(3), random.random(3)], 2, 1e-6)
    check("selective", [f(1, size, 3), -random.random((3, 2)), f(1, size, 2), random.random((1, size, 3)), f(1, 3, 2)], 2, 1e-6)
check("attention", [f(9, 2), f(11, 2), f(11, 3)], 1, 1e-5)
