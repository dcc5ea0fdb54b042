# REQUIRES: python
# RUN: %pytest %s

"""What lives how long, and that nothing is left behind."""

import gc
import weakref

import fidelity
import numpy as np
import pytest

CONSTANT = """
func.func @f(%i: index) -> (i8, tensor<4xi8>) {{
  %w = arith.constant dense_resource<w> : tensor<{size}xi8>
  %y = tensor.extract %w[%i] : tensor<{size}xi8>
  %z = tensor.extract_slice %w[0][4][1] : tensor<{size}xi8> to tensor<4xi8>
  return %y, %z : i8, tensor<4xi8>
}}
{{-# dialect_resources: {{ builtin: {{ w: "0x01000000{bytes}" }} }} #-}}
"""


def with_constant(values):
    """A module whose weights lie outside the code, in its context."""
    return fidelity.parse(CONSTANT.format(size=len(values), bytes=bytes(values).hex()))


@pytest.mark.parametrize("as_bytecode", [False, True])
def test_a_program_outlives_its_module(as_bytecode):
    values = [*range(100)]
    module = with_constant(values)
    if as_bytecode:
        module = fidelity.parse(module.to_bytecode())
    program = fidelity.compile(module)
    del module
    gc.collect()
    # Memory that was freed would be used again.
    others = [with_constant([255] * 100) for _ in range(5)]
    for index in [0, 57, 99]:
        value, slice = program["f"](index)
        assert value == values[index]
        np.testing.assert_array_equal(slice, values[:4])
    assert len(others) == 5


def test_a_function_outlives_its_program_and_a_result_both(layer):
    function = fidelity.compile(layer)["layer"]
    gc.collect()
    y = function(np.ones((2, 5), np.float32), np.ones((3, 5), np.int8), 1.0)
    expected = y.copy()
    view = y[1:]
    del function, layer, y
    gc.collect()
    np.testing.assert_array_equal(view, expected[1:])


def test_a_module_is_as_it_was_after_compiling(layer):
    before = str(layer)
    program = fidelity.compile(layer)
    assert str(layer) == before
    layer.run_passes("convert-fidelity-to-linalg")
    again = fidelity.compile(layer)
    x, w = np.ones((2, 5), np.float32), np.ones((3, 5), np.int8)
    np.testing.assert_allclose(again["layer"](x, w, 1.0), program["layer"](x, w, 1.0), rtol=1e-6)


def test_arguments_are_let_go():
    f = fidelity.compile(
        fidelity.parse("func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> { return %x : tensor<?xf32> }")
    )["f"]

    class Array(np.ndarray):
        """One that can be watched."""

    x = np.ones(3, np.float32).view(Array)
    watch = weakref.ref(x)
    y = f(x)
    del x
    gc.collect()
    assert watch() is None
    np.testing.assert_array_equal(y, [1, 1, 1])


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def grows(action, count):
    """How many bytes each of some actions leaves behind."""
    for _ in range(count // 5):
        action()
    gc.collect()
    before = resident()
    for _ in range(count):
        action()
    gc.collect()
    return (resident() - before) / count


def test_memory_does_not_grow_over_calls():
    f = fidelity.compile(
        fidelity.parse(
            "func.func @f(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {\n"
            "  %y = fidelity.silu %x : tensor<?xf32>\n"
            "  return %x, %y : tensor<?xf32>, tensor<?xf32>\n}"
        )
    )["f"]
    # 64 KiB for each result, below what malloc maps by itself.
    x = np.ones(1 << 14, np.float32)
    assert grows(lambda: f(x), 1000) < 1 << 12


def test_memory_does_not_grow_over_failed_calls(layer):
    f = fidelity.compile(layer)["layer"]
    x = np.ones((1 << 12, 6), np.float32)

    def fail():
        with pytest.raises(ValueError):
            f(x, x, x)

    assert grows(fail, 1000) < 1 << 10


def test_memory_does_not_grow_over_modules():
    # 1 MiB of weights each.
    text = CONSTANT.format(size=1 << 20, bytes="07" * (1 << 20))
    assert grows(lambda: fidelity.parse(text), 20) < 1 << 18


def test_memory_does_not_grow_over_programs():
    module = with_constant([7] * 100)
    # LLVM keeps a little of each for the process.
    assert grows(lambda: fidelity.compile(module), 20) < 1 << 18
