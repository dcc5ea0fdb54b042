# REQUIRES: python
# RUN: %pytest %s

"""Functions called with arrays of every type, at sizes 0, 1, ragged and dynamic."""

import fidelity
import ml_dtypes
import numpy as np
import pytest


def compiled(text, **options):
    return fidelity.compile(fidelity.parse(text, name="m.mlir"), **options)


def both(text, *arguments, function="f"):
    """What compiled code and the reference interpreter give, which agree in type."""
    module = fidelity.parse(text, name="m.mlir")
    results = fidelity.compile(module)[function](*arguments)
    expected = module.evaluate(function, *arguments)
    assert np.asarray(results).dtype == np.asarray(expected).dtype
    assert type(results) is type(expected)
    return results, expected


@pytest.mark.parametrize("rows", [0, 1, 2, 7])
@pytest.mark.parametrize("columns", [0, 1, 5, 64])
def test_a_linear_layer_against_numpy(rows, columns):
    random = np.random.default_rng(rows + 8 * columns)
    x = random.integers(-9, 9, (rows, columns)).astype(np.float32)
    w = random.integers(-1, 2, (3, columns), dtype=np.int8)
    text = f"""
    func.func @f(%x: tensor<?x?xf32>, %w: tensor<?x{columns}xi8>) -> tensor<?x?xf32> {{
      %y = fidelity.ternary_linear %x, %w
        : (tensor<?x?xf32>, tensor<?x{columns}xi8>) -> tensor<?x?xf32>
      return %y : tensor<?x?xf32>
    }}"""
    y, reference = both(text, x, w)
    # Sums of small integers are exact.
    np.testing.assert_array_equal(y, x @ w.T.astype(np.float32))
    np.testing.assert_array_equal(reference, y)
    assert y.shape == (rows, 3) and y.flags.c_contiguous and y.flags.aligned and y.flags.writeable


FLOATS = [
    ("f16", np.float16, 2**-9),
    ("bf16", ml_dtypes.bfloat16, 2**-6),
    ("f32", np.float32, 2**-21),
    ("f64", np.float64, 2**-50),
]


# The tolerance is four steps of the type: silu rounds once in the reference, and
# compiled code computes it in f32 or f64 from a few rounded ops.
@pytest.mark.parametrize("mlir, dtype, tolerance", FLOATS)
@pytest.mark.parametrize("shape", [(0,), (1,), (3, 5)])
def test_floats(mlir, dtype, tolerance, shape):
    x = np.random.default_rng(0).normal(size=shape).astype(dtype)
    sizes = "".join("?x" for _ in shape)
    tensor = f"tensor<{sizes}{mlir}>"
    y, reference = both(
        f"func.func @f(%x: {tensor}) -> {tensor} {{\n"
        f"  %y = fidelity.silu %x : {tensor}\n  return %y : {tensor}\n}}",
        x,
    )
    assert y.dtype == dtype and y.shape == shape
    exact = x.astype(np.float64) / (1 + np.exp(-x.astype(np.float64)))
    np.testing.assert_allclose(y.astype(np.float64), exact, rtol=tolerance, atol=tolerance / 16)
    np.testing.assert_allclose(
        y.astype(np.float64), reference.astype(np.float64), rtol=tolerance, atol=tolerance / 16
    )


@pytest.mark.parametrize(
    "mlir, dtype",
    [("i8", np.int8), ("i16", np.int16), ("i32", np.int32), ("i64", np.int64)],
)
def test_integers(mlir, dtype):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    x = np.array([low, -1, 0, 1, high], dtype)
    y, reference = both(
        f"func.func @f(%x: tensor<5x{mlir}>) -> tensor<5x{mlir}> {{\n"
        f"  %y = arith.addi %x, %x : tensor<5x{mlir}>\n  return %y : tensor<5x{mlir}>\n}}",
        x,
    )
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(y, x + x)
    np.testing.assert_array_equal(reference, y)


def test_bits():
    a, b = np.array([0, 0, 1, 1], bool), np.array([0, 1, 0, 1], bool)
    text = """func.func @f(%a: tensor<4xi1>, %b: tensor<4xi1>) -> tensor<4xi1> {
      %y = arith.xori %a, %b : tensor<4xi1>
      return %y : tensor<4xi1>
    }"""
    y, reference = both(text, a, b)
    assert y.dtype == bool
    np.testing.assert_array_equal(y, a ^ b)
    np.testing.assert_array_equal(reference, y)
    # True is whatever is not 0.
    odd = np.array([0, 0, 2, 255], np.uint8).view(bool)
    np.testing.assert_array_equal(compiled(text)["f"](odd, b), a ^ b)


@pytest.mark.parametrize("mlir, dtype", [("f32", np.complex64), ("f64", np.complex128)])
def test_complex_numbers(mlir, dtype):
    x = np.array([1 + 2j, -0.5j, 3], dtype)
    tensor = f"tensor<?xcomplex<{mlir}>>"
    text = f"""
    func.func @f(%x: {tensor}) -> {tensor} {{
      %y = linalg.map {{ complex.mul }} ins(%x, %x : {tensor}, {tensor}) outs(%x : {tensor})
      return %y : {tensor}
    }}"""
    y, reference = both(text, x)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, x * x, rtol=1e-6)
    np.testing.assert_allclose(reference, y, rtol=1e-6)


SCALARS = """
func.func @f(%x: f32, %i: index, %b: i1, %t: tensor<f32>) -> (f32, index, i1, tensor<f32>) {
  %y = arith.addf %x, %x : f32
  %j = arith.addi %i, %i : index
  return %y, %j, %b, %t : f32, index, i1, tensor<f32>
}
"""


@pytest.mark.parametrize(
    "arguments",
    [
        (1.5, 4, True, 2),
        (np.float32(1.5), np.int64(4), np.bool_(True), np.float32(2)),
        (np.array(1.5, np.float32), np.array(4, np.uint8), np.array(True), np.array(2, np.float32)),
    ],
)
def test_scalars(arguments):
    module = fidelity.parse(SCALARS)
    for results in [fidelity.compile(module)["f"](*arguments), module.evaluate("f", *arguments)]:
        assert results == (3, 8, True, 2)
        types = [np.float32, np.int64, np.bool_, np.ndarray]
        assert [type(result) for result in results] == types


def test_numbers_of_another_kind_are_refused():
    f = compiled(SCALARS)["f"]
    for wrong, index, got in [
        ((1.5, 4.0, True, 2), 1, "float 4.0"),
        ((1.5, 4, 1, 2), 2, "int 1"),
        ((True, 4, True, 2), 0, "bool True"),
        ((1j, 4, True, 2), 0, "complex 1j"),
        (([1.5], 4, True, 2), 0, r"list \[1.5\]"),
        ((None, 4, True, 2), 0, "NoneType None"),
    ]:
        with pytest.raises(TypeError, match=f"@f: argument {index}: expected an array .* {got}$"):
            f(*wrong)
    with pytest.raises(OverflowError):
        f(1.5, 2**70, True, 2)


def test_nothing_and_several_results():
    program = compiled(
        "func.func @none() { return }\n"
        "func.func @two(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {\n"
        "  return %x, %x : tensor<2xf32>, tensor<2xf32>\n}"
    )
    assert program["none"]() is None
    x = np.array([1, 2], np.float32)
    first, second = program["two"](x)
    # Each has memory of its own.
    first[0] = 7
    np.testing.assert_array_equal(second, [1, 2])
    np.testing.assert_array_equal(x, [1, 2])


def pack(trits, base, count):
    digits = np.where(trits < 0, 1, np.where(trits > 0, 2, 0))
    padded = np.pad(digits, [(0, 0), (0, -digits.shape[1] % count)])
    return (padded.reshape(len(trits), -1, count) * base ** np.arange(count)).sum(-1).astype(np.uint8)


@pytest.mark.parametrize("storage, base, count", [("packed2", 4, 4), ("packed5", 3, 5)])
@pytest.mark.parametrize("columns", [2, 5, 21])
def test_packed_weights_are_trits_or_bytes(storage, base, count, columns):
    random = np.random.default_rng(columns)
    x = random.integers(-9, 9, (2, columns)).astype(np.float32)
    w = random.integers(-1, 2, (3, columns), dtype=np.int8)
    packed = f"tensor<3x{columns}xi8, #fidelity.tensor<storage = {storage}>>"
    module = fidelity.parse(f"""
    func.func @f(%x: tensor<?x{columns}xf32>, %w: {packed}) -> (tensor<?x3xf32>, {packed}) {{
      %y = fidelity.ternary_linear %x, %w
        : (tensor<?x{columns}xf32>, {packed}) -> tensor<?x3xf32>
      return %y, %w : tensor<?x3xf32>, {packed}
    }}""")
    f = fidelity.compile(module)["f"]
    stored = pack(w, base, count)
    for given in [w, stored, stored.view(np.int8)]:
        for y, trits in [f(x, given), module.evaluate("f", x, given)]:
            np.testing.assert_array_equal(y, x @ w.T.astype(np.float32))
            np.testing.assert_array_equal(trits, w)
            assert trits.dtype == np.int8
    with pytest.raises(ValueError, match="argument 1: expected trits, -1, 0 or 1, for .*, but got 2"):
        f(x, np.full_like(w, 2))
    with pytest.raises(ValueError, match=r"argument 1: expected .*, but got tensor<3x9xui8>"):
        f(x, np.zeros((3, 9), np.uint8))
    with pytest.raises(TypeError, match="argument 1: expected .*, but got tensor<3x.*xf32>"):
        f(x, w.astype(np.float32))


def test_bf16_from_float32_is_rounded_half_to_even():
    text = "func.func @f(%x: tensor<?xbf16>) -> tensor<?xbf16> { return %x : tensor<?xbf16> }"
    x = np.array([1 + 2**-8, 1 + 3 * 2**-8, 0.1], np.float32)
    for y in both(text, x):
        assert y.dtype == ml_dtypes.bfloat16
        np.testing.assert_array_equal(y, x.astype(ml_dtypes.bfloat16))


IDENTITY = "func.func @f(%x: tensor<?x?xf32>) -> tensor<?x?xf32> { return %x : tensor<?x?xf32> }"


@pytest.mark.parametrize(
    "x",
    [
        np.arange(12, dtype=np.float32).reshape(3, 4).T,
        np.arange(24, dtype=np.float32).reshape(4, 6)[::2, ::-3],
        np.arange(6, dtype=">f4").reshape(2, 3),
        np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
        np.broadcast_to(np.float32(3), (2, 5)),
        np.frombuffer(b"\0" + np.arange(6, dtype=np.float32).tobytes(), np.uint8)[1:]
        .view(np.float32)
        .reshape(2, 3),
    ],
)
def test_arrays_lie_in_memory_as_they_like(x):
    f = compiled(IDENTITY)["f"]
    np.testing.assert_array_equal(f(x), x)


def test_inputs_that_lie_well_are_not_copied():
    # 1 GiB of which one page is touched: a copy would take it all.
    f = compiled(
        """func.func @f(%x: tensor<?x1024xf32>) -> tensor<f32> {
          %c0 = arith.constant 0 : index
          %a = tensor.extract %x[%c0, %c0] : tensor<?x1024xf32>
          %y = tensor.from_elements %a : tensor<f32>
          return %y : tensor<f32>
        }"""
    )["f"]
    x = np.zeros((1 << 18, 1024), np.float32)
    x[0, 0] = 5
    before = resident()
    assert f(x) == 5
    assert resident() - before < 1 << 26


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def test_a_wrong_dtype_is_a_type_error(layer):
    f = fidelity.compile(layer)["layer"]
    w, s = np.zeros((3, 5), np.int8), np.float32(1)
    with pytest.raises(TypeError) as caught:
        f(np.zeros((2, 5)), w, s)
    assert str(caught.value) == (
        "@layer: argument 0: expected tensor<?x5xf32>, but got tensor<2x5xf64>"
    )
    with pytest.raises(TypeError, match="argument 0: expected .*, but got an array of uint16"):
        f(np.zeros((2, 5), np.uint16), w, s)
    with pytest.raises(TypeError, match="argument 0: expected .*, but got an array of object"):
        f(np.array([[None]]), w, s)
    with pytest.raises(TypeError, match="@layer: expected 3 arguments, but got 1"):
        f(w)
    with pytest.raises(TypeError):
        f(np.zeros((2, 5), np.float32), w, s=s)


def test_a_wrong_shape_is_a_value_error(layer):
    w, s = np.zeros((3, 5), np.int8), np.float32(1)
    for call in [fidelity.compile(layer)["layer"], lambda *a: layer.evaluate("layer", *a)]:
        for shape, got in [((2, 6), "2x6xf32"), ((5,), "5xf32"), ((), "f32")]:
            with pytest.raises(ValueError) as caught:
                call(np.zeros(shape, np.float32), w, s)
            assert str(caught.value) == (
                f"@layer: argument 0: expected tensor<?x5xf32>, but got tensor<{got}>"
            )


def test_a_check_that_fails_is_an_execution_error():
    text = """func.func @f(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
      %z = fidelity.add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
      return %z : tensor<?xf32>
    }"""
    module = fidelity.parse(text, name="m.mlir")
    f = fidelity.compile(module)["f"]
    x, y = np.ones(3, np.float32), np.ones(4, np.float32)
    for _ in range(3):
        with pytest.raises(fidelity.ExecutionError, match="@f: .*expected"):
            f(x, y)
        with pytest.raises(fidelity.ExecutionError, match="m.mlir:2:12: fidelity.add: expected"):
            module.evaluate("f", x, y)
    np.testing.assert_array_equal(f(x, x), [2, 2, 2])


def test_there_is_no_such_function(layer):
    program = fidelity.compile(layer)
    with pytest.raises(KeyError, match="expected a compiled function, layer, but got main"):
        program["main"]
    with pytest.raises(KeyError, match="expected a public function @main, but got none"):
        layer.evaluate("main")
    with pytest.raises(ValueError, match="layer.mlir: expected a public function @main, but got none"):
        fidelity.compile(layer, ["main"])
    with pytest.raises(ValueError, match="expected a public function to compile, but got none"):
        fidelity.compile(fidelity.parse(""))


def test_types_that_no_array_has():
    module = fidelity.parse("func.func @f(%x: memref<2xf32>) { return }", name="m.mlir")
    with pytest.raises(ValueError, match="m.mlir: expected argument 0 of @f to be a ranked tensor"):
        fidelity.compile(module)
    with pytest.raises(ValueError, match="expected argument 0 of @f to be a ranked tensor"):
        module.evaluate("f", 1)


def test_what_cannot_be_lowered_is_a_diagnostic():
    module = fidelity.parse(
        'func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {\n'
        '  %y = "tosa.custom"(%x) {operator_name = "a", domain_name = "b", implementation_attrs = ""}'
        " : (tensor<2xf32>) -> tensor<2xf32>\n"
        "  return %y : tensor<2xf32>\n}",
        name="m.mlir",
    )
    before = str(module)
    with pytest.raises(fidelity.DiagnosticError) as caught:
        fidelity.compile(module)
    assert caught.value.location.startswith("m.mlir:2:")
    assert str(module) == before


def test_a_program_is_a_mapping(layer):
    program = fidelity.compile(layer)
    assert list(program) == ["layer"] and len(program) == 1
    assert "layer" in program and "other" not in program
    function = program["layer"]
    assert function.__name__ == "layer"
    assert function.arguments == program.functions["layer"].arguments
    assert function.results == ("tensor<?x3xf32>",)
    assert repr(function).startswith("<fidelity.CompiledFunction @layer(tensor<?x5xf32>, ")


def test_functions_can_be_chosen():
    module = fidelity.parse("func.func @a() { return }\nfunc.func @b() { return }")
    assert list(fidelity.compile(module)) == ["a", "b"]
    assert list(fidelity.compile(module, ["b"])) == ["b"]


def test_options(layer):
    x, w = np.ones((2, 5), np.float32), np.ones((3, 5), np.int8)
    expected = layer.evaluate("layer", x, w, 1.0)
    for optimize in range(4):
        for cpu in ["native", "generic"]:
            code = fidelity.compile(layer, cpu=cpu, optimize=optimize, threads=1 + optimize)
            y = code["layer"](x, w, 1.0)
            np.testing.assert_allclose(y, expected, rtol=1e-5)
    with pytest.raises(ValueError, match="expected a level of optimisation from 0 to 3, but got 4"):
        fidelity.compile(layer, optimize=4)
    with pytest.raises(ValueError, match="expected native or generic as the CPU .* but got znver9"):
        fidelity.compile(layer, cpu="znver9")
    with pytest.raises(ValueError, match="expected 1 to 1024 threads, but got 0"):
        fidelity.compile(layer, threads=0)


def test_a_state_in_place():
    text = """
    func.func @f(%x: tensor<?xf32>, %state: tensor<?xf32> {fidelity.aliasing_output = 0})
        -> (tensor<?xf32>, tensor<?xf32>) {
      %next = fidelity.add %state, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
      return %next, %x : tensor<?xf32>, tensor<?xf32>
    }
    func.func @first(%state: tensor<?xf32> {fidelity.aliasing_output = 0}, %n: index) -> tensor<?xf32> {
      %some = tensor.extract_slice %state[0] [%n] [1] : tensor<?xf32> to tensor<?xf32>
      return %some : tensor<?xf32>
    }"""
    module = fidelity.parse(text, name="m.mlir")
    program = fidelity.compile(module)
    function = program["f"]
    for size in [0, 1, 5]:
        x = np.arange(size, dtype=np.float32)
        state = np.full(size, 7, np.float32)
        next, same = function(x, state)
        np.testing.assert_array_equal(next, x + 7)
        np.testing.assert_array_equal(same, x)
        # The caller's arrays stay as they are.
        np.testing.assert_array_equal(state, np.full(size, 7, np.float32))
        for result, expected in zip((next, same), module.evaluate("f", x, state)):
            np.testing.assert_array_equal(result, expected)
    with pytest.raises(fidelity.ExecutionError, match="expected result 0 to have the sizes of argument 0"):
        program["first"](np.zeros(3, np.float32), 2)
