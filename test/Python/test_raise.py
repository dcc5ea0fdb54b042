# REQUIRES: python
# RUN: %pytest %s

"""What `fidelity-raise` makes computes what was there before."""

import re
from pathlib import Path

import fidelity
import ml_dtypes
import numpy
import pytest

FOLDER = Path(__file__).resolve().parents[1] / "Passes/raise"
ELEMENTS = {
    "i8": numpy.int8,
    "i32": numpy.int32,
    "f16": numpy.float16,
    "bf16": ml_dtypes.bfloat16,
    "f32": numpy.float32,
    "f64": numpy.float64,
}
# Functions of which nothing is raised.
LEFT_ALONE = ("left", "variable", "columns", "others")
TOLERANCES = {"i8": 0, "i32": 0, "bf16": 1e-2, "f16": 2e-3, "f32": 2e-6, "f64": 1e-13}


def modules():
    """The modules of the pass's tests that have inputs."""
    for path in sorted(FOLDER.glob("*.mlir")):
        for text in path.read_text().split("// -----"):
            for name in fidelity.parse(text).functions:
                yield pytest.param(text, name, id=f"{path.stem}-{name}")


def argument(type, size, random):
    """A tensor of a type, in which each unknown size is `size`; an index is one; a number."""
    if type == "index":
        return size
    if type in ELEMENTS:
        return float(random.standard_normal())
    *sizes, element = re.fullmatch(r"tensor<(.*)>", type).group(1).split("x")
    shape = [size if each == "?" else int(each) for each in sizes]
    if element in ("i8", "i32"):
        return random.integers(-128, 128, shape, ELEMENTS[element])
    return (random.standard_normal(shape) * 4).astype(ELEMENTS[element])


@pytest.mark.parametrize("size", [0, 1, 3])
@pytest.mark.parametrize(("text", "name"), list(modules()))
def test_the_results_are_those_from_before(text, name, size):
    before, after = fidelity.parse(text), fidelity.parse(text)
    after.run_passes("fidelity-raise")
    function = before.functions[name]
    random = numpy.random.default_rng(size)
    arguments = [argument(type, size, random) for type in function.arguments]

    def results(module):
        found = module.evaluate(name, *arguments)
        return [numpy.asarray(each) for each in (found if isinstance(found, tuple) else (found,))]

    assert "fidelity." in str(after) or name in LEFT_ALONE
    for type, wanted, found in zip(function.results, results(before), results(after), strict=True):
        tolerance = TOLERANCES[re.search(r"(\w+)>$", type.replace("x", " ")).group(1)]
        scale = numpy.abs(wanted[numpy.isfinite(wanted)]).max(initial=1)
        numpy.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * scale)
