#!/usr/bin/python3
"""Compares the sequence ops with the equations that their papers publish.

    run.py [--programs DIRECTORY] [--verbose] [FAMILY...]

A family is a file in families/: a paper's equations in NumPy, and the cases
in which the ops are to agree with them. Without one, all are run. Prints a line
per family and per failure, and last how many comparisons passed and failed.
The exit code is 0 when all passed, 1 when one did not. See docs/conformance.md.
"""

import argparse
import importlib
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

try:
    import numpy
except ImportError:
    sys.exit("error: expected NumPy, but got none; install python3-numpy")

from harness import Failure, Programs, compare


def main():
    families = sorted(path.stem for path in (HERE / "families").glob("*.py"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=HERE.parents[2] / "target" / "release")
    parser.add_argument("--verbose", action="store_true", help="print each comparison")
    parser.add_argument("family", nargs="*", default=families, help=", ".join(families))
    options = parser.parse_args()
    for name in options.family:
        if name not in families:
            sys.exit(f"error: expected one of {', '.join(families)}, but got {name}")
    programs = options.programs.resolve()
    for name in ["fidelity", "fidelity-opt"]:
        if not (programs / name).exists():
            sys.exit(f"error: expected {name} in {programs}, but got none; build it with `cargo build --release`")

    passed, failed = 0, 0
    for name in options.family:
        with tempfile.TemporaryDirectory() as work:
            good, bad = run(name, Programs(programs, pathlib.Path(work)), options.verbose)
        passed, failed = passed + good, failed + bad
    print(f"NumPy {numpy.__version__}")
    print(f"{passed} passed, {failed} failed")
    # No comparison at all is no success.
    return 0 if passed and not failed else 1


def run(name, programs, verbose):
    """Runs the cases of a family, and returns how many comparisons passed and
    how many failed."""
    passed, failed, worst = 0, 0, {}
    for case in importlib.import_module(f"families.{name}").CASES:
        for element, what, result in compare(case, programs):
            if isinstance(result, Failure):
                failed += 1
                print(f"FAILED {name}: {what}: {result}", flush=True)
                continue
            passed += 1
            worst[element] = max(worst.get(element, 0.0), result)
            if verbose:
                print(f"{name}: {what}: {result:.3g} of what is allowed", flush=True)
    parts = ", ".join(f"{part:.2g} in {element}" for element, part in worst.items())
    note = f"; largest error, as a part of what is allowed: {parts}" if worst else ""
    print(f"{name}: {passed} passed, {failed} failed{note}", flush=True)
    return passed, failed


if __name__ == "__main__":
    sys.exit(main())
