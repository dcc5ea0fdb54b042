#!/usr/bin/env python3
"""Checks that run.py refuses what is wrong: a result, and a case's text."""

import types

import numpy as np

import run

case = types.SimpleNamespace(rtol=1e-3, atol=1e-7)
expected = np.linspace(-1, 1, 7, dtype=np.float32)


def refused(what, function, *arguments):
    try:
        function(*arguments)
    except run.Failure as failure:
        print(f"{what}: {failure}")
    else:
        raise SystemExit(f"expected {what} to be refused, but got no failure")


run.compare(expected, expected, case)
refused("an error beyond the tolerance", run.compare, expected * np.float32(1.002), expected, case)
refused("a NaN", run.compare, np.where(expected > 0, np.nan, expected).astype(np.float32), expected, case)
refused("another type", run.compare, expected.astype(np.float64), expected, case)
refused("another shape", run.compare, expected[:-1], expected, case)
refused("a program that fails", run.program, "fidelity", "run", "no-such-file.mlir")
