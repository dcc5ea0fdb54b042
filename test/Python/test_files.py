# REQUIRES: python
# RUN: %pytest %s

"""Code in files, as `fidelity compile` writes it."""

import ctypes
import json

import fidelity
import numpy as np
import pytest

MODULE = """func.func @double(%x: tensor<?xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %x[%c0] : tensor<?xf32>
  %y = arith.addf %a, %a : f32
  return %y : f32
}"""


class Vector(ctypes.Structure):
    """memref_1d_f32 of the header."""

    _fields_ = [
        ("allocated", ctypes.c_void_p),
        ("aligned", ctypes.c_void_p),
        ("offset", ctypes.c_int64),
        ("sizes", ctypes.c_int64 * 1),
        ("strides", ctypes.c_int64 * 1),
    ]


@pytest.fixture
def module():
    return fidelity.parse(MODULE, name="source/double.mlir")


def test_a_shared_library_is_called(module, tmp_path):
    before = str(module)
    fidelity.compile_to(module, tmp_path / "double.so")
    assert str(module) == before
    header = (tmp_path / "double.h").read_text()
    assert header.startswith("/* The functions of double.mlir, compiled by fidelity. */")
    assert "float _mlir_ciface_double(memref_1d_f32 *arg0);" in header
    library = ctypes.CDLL(str(tmp_path / "double.so"))
    library._mlir_ciface_double.restype = ctypes.c_float
    x = np.array([3.5, 1], np.float32)
    vector = Vector(x.ctypes.data, x.ctypes.data, 0, (2,), (1,))
    assert library._mlir_ciface_double(ctypes.byref(vector)) == 7


@pytest.mark.parametrize(
    "name, emit, begins",
    [
        ("double.o", None, b"\x7fELF"),
        ("double.bin", "obj", b"\x7fELF"),
        ("double.bc", None, b"BC"),
        ("double.ll", None, b"; ModuleID = "),
        ("double.s", None, b"\t"),
    ],
)
def test_other_kinds(module, tmp_path, name, emit, begins):
    fidelity.compile_to(module, str(tmp_path / name), emit=emit, optimize=1)
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_another_processor(module, tmp_path):
    fidelity.compile_to(
        module, tmp_path / "double.s", target_triple="aarch64-linux-gnu", cpu="neoverse-v2"
    )
    assert "fadd\ts" in (tmp_path / "double.s").read_text()


LAYER = """func.func @layer(%x: tensor<2x8xi8>, %w: tensor<4x8xi8>) -> tensor<2x4xi32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<2x8xi8>, tensor<4x8xi8>) -> tensor<2x4xi32>
  return %y : tensor<2x4xi32>
}"""


def test_other_machines(tmp_path):
    module = fidelity.parse(LAYER, name="layer.mlir")
    fidelity.compile_to(module, tmp_path / "kernels", target="triton")
    plan = json.loads((tmp_path / "kernels/launch.json").read_text())
    assert [function["name"] for function in plan["functions"]] == ["layer"]
    hardware = tmp_path / "layer.mlir"
    fidelity.compile_to(module, hardware, target="fpga", target_options="lanes=4")
    assert 'sym_name = "layer"' in hardware.read_text()
    with pytest.raises(ValueError, match="invalid value 'abacus' for '--target"):
        fidelity.compile_to(module, tmp_path / "a", target="abacus")
    with pytest.raises(ValueError, match="expected"):
        fidelity.compile_to(module, tmp_path / "a", target="triton", target_options="speed=1")
    assert not (tmp_path / "a").exists()


def test_what_cannot_be_written(module, tmp_path):
    for options, message in [
        ({"path": tmp_path / "double.txt"}, "expected --emit or an output that ends in"),
        ({"path": tmp_path / "a.o", "emit": "pdf"}, "invalid value 'pdf' for '--emit"),
        ({"path": tmp_path / "a.o", "optimize": 9}, "invalid value '9' for '-O"),
        ({"path": tmp_path / "a.o", "cpu": "i8080"}, "expected a CPU of .*, but got i8080"),
        ({"path": tmp_path / "absent/a.o"}, "absent/a.o: cannot write"),
    ]:
        with pytest.raises(ValueError, match=message):
            fidelity.compile_to(module, **options)
    assert list(tmp_path.iterdir()) == []
