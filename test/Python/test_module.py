# REQUIRES: python
# RUN: %pytest %s

"""Modules: read, printed, refused, changed by passes."""

import pickle

import fidelity
import pytest


def test_text_and_bytecode_are_the_same_module(layer):
    text = str(layer)
    assert "fidelity.bit_linear" in text
    for source in [text, text.encode(), layer.to_bytecode()]:
        assert str(fidelity.parse(source)) == text


def test_a_file_is_read(layer, tmp_path):
    for name, content in [("m.mlir", str(layer).encode()), ("m.mlirbc", layer.to_bytecode())]:
        path = tmp_path / name
        path.write_bytes(content)
        module = fidelity.read(path)
        assert module.name == str(path)
        assert str(module) == str(layer)
        assert str(fidelity.read(str(path))) == str(layer)


def test_functions_have_names_and_types(layer):
    assert list(layer.functions) == ["layer"]
    function = layer.functions["layer"]
    assert function.name == "layer"
    assert function.arguments == (
        "tensor<?x5xf32>",
        "tensor<3x5xi8, #fidelity.tensor<storage = packed2>>",
        "tensor<f32>",
    )
    assert function.results == ("tensor<?x3xf32>",)
    assert str(function) == f"@layer({', '.join(function.arguments)}) -> (tensor<?x3xf32>)"
    assert function == layer.functions["layer"]


def test_private_functions_and_declarations_are_left_out():
    module = fidelity.parse(
        "func.func @a() { return }\n"
        "func.func private @b() { return }\n"
        "func.func private @c()\n"
        "func.func @d() { return }"
    )
    assert list(module.functions) == ["a", "d"]
    assert fidelity.parse("").functions == {}


def test_a_syntax_error_has_its_place():
    with pytest.raises(fidelity.DiagnosticError) as caught:
        fidelity.parse("func.func @f() {\n  %x = nothing\n}", name="wrong.mlir")
    error = caught.value
    assert isinstance(error, fidelity.Error)
    assert error.location == "wrong.mlir:2:8"
    assert error.message.startswith("custom op 'nothing' is unknown")
    assert str(error) == f"{error.location}: {error.message}"
    assert [str(one) for one in error.diagnostics] == [
        f"wrong.mlir:2:8: error: {error.message}"
    ]


def test_a_verifier_has_its_place_and_notes():
    with pytest.raises(fidelity.DiagnosticError) as caught:
        fidelity.parse(
            "func.func @f(%x: tensor<2x5xf32>, %w: tensor<3x4xi8>) -> tensor<2x3xf32> {\n"
            "  %y = fidelity.ternary_linear %x, %w : (tensor<2x5xf32>, tensor<3x4xi8>)"
            " -> tensor<2x3xf32>\n"
            "  return %y : tensor<2x3xf32>\n"
            "}",
            name="wrong.mlir",
        )
    error = caught.value
    assert error.location == "wrong.mlir:2:8"
    assert "expected " in error.message and ", but got " in error.message
    assert error.notes and all(note.severity == "note" for note in error.notes)
    assert error.notes[0].location.startswith("wrong.mlir:1:")
    assert f"\nnote: {error.notes[0].location}: {error.notes[0].message}" in str(error)


def test_other_sources_are_refused(tmp_path):
    with pytest.raises(TypeError, match="expected a str or bytes, but got int"):
        fidelity.parse(7)
    with pytest.raises(fidelity.DiagnosticError):
        fidelity.parse(b"\xff\xfe\x00")
    # Bytecode that ends early.
    with pytest.raises(fidelity.DiagnosticError):
        fidelity.parse(fidelity.parse("").to_bytecode()[:-3])
    with pytest.raises(FileNotFoundError, match="absent.mlir: cannot read"):
        fidelity.read(tmp_path / "absent.mlir")
    with pytest.raises(ValueError, match="expected a file"):
        fidelity.read(tmp_path)


def test_passes_change_the_module(layer):
    layer.run_passes("convert-fidelity-to-linalg,canonicalize")
    assert "fidelity.bit_linear" not in str(layer)
    assert "linalg.generic" in str(layer)
    layer.run_passes("builtin.module(fidelity-materialize-storage)")
    assert layer.functions["layer"].arguments[1] == "tensor<3x2xi8>"


def test_passes_that_there_are_not(layer):
    with pytest.raises(ValueError, match="'polish' does not refer to a registered pass"):
        layer.run_passes("polish")


def test_a_pass_that_fails_leaves_the_module_as_it_was():
    module = fidelity.parse(
        "func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n"
        "  %y = fidelity.silu %x : tensor<4xf32>\n"
        "  %z = \"fidelity.relu\"(%y) : (tensor<4xf32>) -> tensor<4xf32>\n"
        "  cf.br ^end\n"
        "^end:\n"
        "  return %z : tensor<4xf32>\n"
        "}",
        name="f.mlir",
    )
    before = str(module)
    with pytest.raises(fidelity.DiagnosticError) as caught:
        # The first pass changes it, the second refuses a function of two blocks.
        module.run_passes("convert-fidelity-to-linalg,func.func(affine-super-vectorize{virtual-vector-size=-1})")
    assert caught.value.diagnostics
    assert str(module) == before


def test_classes_are_made_by_the_package_alone():
    for made in [fidelity.Module, fidelity.Program, fidelity.Function, fidelity.Diagnostic]:
        with pytest.raises(TypeError):
            made()
    with pytest.raises(TypeError):
        pickle.dumps(fidelity.parse(""))
