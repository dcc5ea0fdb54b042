"""llama.cpp's kernels: graphs of ggml's ops on its CPU backend, through ctypes.

    ggml.py THREADS LIBRARIES

What is timed is a graph as llama.cpp computes it: a multiplication quantises its
activations, every op writes to memory that is there already. Weights lie in the
buffer that llama.cpp would choose, repacked if the backend has such kernels. A
graph has many ops where one is short, so that a start of threads does not count.
"""

import ctypes
import os
import sys
from ctypes import c_bool, c_char_p, c_float, c_int, c_int64, c_size_t, c_void_p

import numpy as np
import reference
from protocol import Prepare, Unsupported, serve

F32, I32 = 0, 26
TYPES = {"F16": 1, "Q4_0": 2, "TQ1_0": 34, "TQ2_0": 35}
# Of ggml's enum of uses of a buffer.
WEIGHTS = 1
# The ops of a graph whose ops are short.
SHORT_OPS = 64
# The kernels of the CPU backend add rounded products of 8 bits.
LINEAR_TOLERANCE, SEQUENCE_TOLERANCE = 0.08, 1e-3


class InitParameters(ctypes.Structure):
    _fields_ = [("mem_size", c_size_t), ("mem_buffer", c_void_p), ("no_alloc", c_bool)]


class Tensor(ctypes.Structure):
    """ggml's, of which `data` is written."""

    _fields_ = [
        ("type", c_int),
        ("buffer", c_void_p),
        ("ne", c_int64 * 4),
        ("nb", c_size_t * 4),
        ("op", c_int),
        ("op_params", c_int * 16),
        ("flags", c_int),
        ("src", c_void_p * 10),
        ("view_src", c_void_p),
        ("view_offs", c_size_t),
        ("data", c_void_p),
    ]


class TypeTraits(ctypes.Structure):
    _fields_ = [
        ("type_name", c_char_p),
        ("blck_size", c_int64),
        ("blck_size_interleave", c_int64),
        ("type_size", c_size_t),
        ("is_quantized", c_bool),
        ("to_float", ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_int64)),
        ("from_float_ref", c_void_p),
    ]


class Library:
    """The functions that are used, by their names without `ggml_`."""

    POINTER, SIZE = c_void_p, c_int64
    FUNCTIONS = {
        "log_set": (None, [c_void_p, c_void_p]),
        "init": (c_void_p, [InitParameters]),
        "free": (None, [c_void_p]),
        "tensor_overhead": (c_size_t, []),
        "graph_overhead_custom": (c_size_t, [c_size_t, c_bool]),
        "new_graph_custom": (c_void_p, [c_void_p, c_size_t, c_bool]),
        "build_forward_expand": (None, [c_void_p, c_void_p]),
        "new_tensor": (c_void_p, [c_void_p, c_int, c_int, ctypes.POINTER(c_int64)]),
        "nbytes": (c_size_t, [c_void_p]),
        "row_size": (c_size_t, [c_int, c_int64]),
        "quantize_chunk": (c_size_t, [c_int, c_void_p, c_void_p, c_int64, c_int64, c_int64, c_void_p]),
        "get_type_traits": (ctypes.POINTER(TypeTraits), [c_int]),
        "mul_mat": (c_void_p, [c_void_p] * 3),
        "ssm_scan": (c_void_p, [c_void_p] * 8 + [c_int64]),
        "gated_linear_attn": (c_void_p, [c_void_p] * 6 + [c_float]),
        "gated_delta_net": (c_void_p, [c_void_p] * 7 + [c_int64]),
        "rwkv_wkv6": (c_void_p, [c_void_p] * 7),
        "rwkv_wkv7": (c_void_p, [c_void_p] * 8),
        "backend_cpu_init": (c_void_p, []),
        "backend_cpu_set_n_threads": (None, [c_void_p, c_int]),
        "backend_cpu_buffer_type": (c_void_p, []),
        "backend_get_device": (c_void_p, [c_void_p]),
        "backend_dev_backend_reg": (c_void_p, [c_void_p]),
        "backend_reg_get_proc_address": (c_void_p, [c_void_p, c_char_p]),
        "backend_dev_supports_op": (c_bool, [c_void_p, c_void_p]),
        "backend_alloc_ctx_tensors_from_buft": (c_void_p, [c_void_p, c_void_p]),
        "backend_buffer_set_usage": (None, [c_void_p, c_int]),
        "backend_buffer_free": (None, [c_void_p]),
        "backend_tensor_set": (None, [c_void_p, c_void_p, c_size_t, c_size_t]),
        "backend_tensor_get": (None, [c_void_p, c_void_p, c_size_t, c_size_t]),
        "backend_graph_compute": (c_int, [c_void_p, c_void_p]),
    }

    def __init__(self, folder):
        libraries = [
            ctypes.CDLL(os.path.join(folder, name), mode=ctypes.RTLD_GLOBAL)
            for name in ("libggml-base.so", "libggml-cpu.so")
        ]
        for name, (result, arguments) in self.FUNCTIONS.items():
            function = next(
                getattr(library, "ggml_" + name) for library in libraries if hasattr(library, "ggml_" + name)
            )
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)


@ctypes.CFUNCTYPE(None, c_int, c_char_p, c_void_p)
def no_log(level, text, data):
    """ggml has a line for each matrix that it repacks."""


class Tensors:
    """Up to `count` tensors, in a buffer once all are named, and a graph of them."""

    def __init__(self, ggml, count):
        self.ggml = ggml
        self.count = count
        overhead = ggml.tensor_overhead() * count + ggml.graph_overhead_custom(count, False)
        self.context = ggml.init(InitParameters(overhead, None, True))
        self.buffer = None

    def new(self, type, *sizes):
        """A tensor; sizes from the fastest to the slowest, as ggml has them."""
        return self.ggml.new_tensor(self.context, type, len(sizes), (c_int64 * len(sizes))(*sizes))

    def allocate(self, buffer_type):
        self.buffer = self.ggml.backend_alloc_ctx_tensors_from_buft(self.context, buffer_type)
        if not self.buffer:
            raise MemoryError("ggml has no memory")

    def __del__(self):
        if self.buffer:
            self.ggml.backend_buffer_free(self.buffer)
        self.ggml.free(self.context)


class Ggml(Prepare):
    def __init__(self, ggml, threads):
        super().__init__()
        self.ggml = ggml
        ggml.log_set(no_log, None)
        self.backend = ggml.backend_cpu_init()
        ggml.backend_cpu_set_n_threads(self.backend, threads)
        self.device = ggml.backend_get_device(self.backend)
        self.host = ggml.backend_cpu_buffer_type()

    def buffer_types(self):
        """Those that llama.cpp tries for weights, the fastest first."""
        registry = self.ggml.backend_dev_backend_reg(self.device)
        address = self.ggml.backend_reg_get_proc_address(registry, b"ggml_backend_dev_get_extra_bufts")
        if address:
            extra = ctypes.CFUNCTYPE(ctypes.POINTER(c_void_p), c_void_p)(address)(self.device)
            index = 0
            while extra and extra[index]:
                yield extra[index]
                index += 1
        yield self.host

    def set(self, tensor, array):
        array = np.ascontiguousarray(array)
        size = self.ggml.nbytes(tensor)
        if array.nbytes != size:
            raise ValueError(f"expected {size} bytes, but got {array.nbytes}")
        self.ggml.backend_tensor_set(tensor, array.ctypes.data, 0, size)

    def get(self, tensor):
        array = np.empty(self.ggml.nbytes(tensor) // 4, np.float32)
        self.ggml.backend_tensor_get(tensor, array.ctypes.data, 0, array.nbytes)
        return array

    def quantized(self, type, outputs, inputs):
        """A ternary matrix in a type of ggml, and its rows as that type has them."""
        ggml, matrix = self.ggml, reference.trits(outputs, inputs)
        row = ggml.row_size(type, inputs)
        data = np.empty((outputs, row), np.uint8)
        # By parts: as floats it is large.
        for start in range(0, outputs, 512):
            part = np.ascontiguousarray(matrix[start : start + 512], np.float32) * np.float32(0.02)
            ggml.quantize_chunk(type, part.ctypes.data, data[start:].ctypes.data, 0, len(part), inputs, None)
        return data

    def rows_of(self, type, data, inputs):
        """Rows of a type of ggml as floats."""
        rows = np.empty((len(data), inputs), np.float32)
        data = np.ascontiguousarray(data)
        to_float = self.ggml.get_type_traits(type).contents.to_float
        to_float(data.ctypes.data, rows.ctypes.data, rows.size)
        return rows

    def weight_tensors(self, type, outputs, inputs, cold):
        key = (type, outputs, inputs, cold)
        if key not in self.weights:
            block = self.ggml.get_type_traits(type).contents.blck_size
            if inputs % block:
                raise Unsupported(f"rows of a multiple of {block} weights")
            data = self.quantized(type, outputs, inputs)
            count = -(-reference.COLD_BYTES // data.nbytes) if cold else 1
            tensors = Tensors(self.ggml, count)
            matrices = [tensors.new(type, inputs, outputs) for _ in range(count)]
            tensors.allocate(self.buffer_for(type, outputs, inputs))
            self.ggml.backend_buffer_set_usage(tensors.buffer, WEIGHTS)
            for matrix in matrices:
                self.set(matrix, data)
            self.weights[key] = tensors, matrices, data
        return self.weights[key]

    def buffer_for(self, type, outputs, inputs):
        """The kind of buffer whose kernels multiply such a matrix, as llama.cpp finds it."""
        for buffer_type in self.buffer_types():
            tensors = Tensors(self.ggml, 4)
            matrix = tensors.new(type, inputs, outputs)
            tensors.allocate(buffer_type)
            others = Tensors(self.ggml, 4)
            result = self.ggml.mul_mat(others.context, matrix, others.new(F32, inputs, 512))
            if self.ggml.backend_dev_supports_op(self.device, result):
                return buffer_type
        raise Unsupported("no buffer for such weights")

    def linear(self, case):
        type, outputs, inputs, rows = TYPES[case["form"]], case["outputs"], case["inputs"], case["rows"]
        weights, matrices, data = self.weight_tensors(type, outputs, inputs, case["cold"])
        if not case["cold"] and rows < 8:
            matrices = matrices * SHORT_OPS
        tensors = Tensors(self.ggml, len(matrices) + 2)
        x = tensors.new(F32, inputs, rows)
        results = [self.ggml.mul_mat(tensors.context, matrix, x) for matrix in matrices]
        run = self.graph(tensors, results)
        values = reference.activations(rows, inputs)
        self.set(x, values)
        run()
        some = np.r_[0:32, outputs - 32 : outputs]
        expected = values.astype(np.float64) @ self.rows_of(type, data[some], inputs).T.astype(np.float64)
        actual = self.get(results[-1]).reshape(rows, outputs)[:, some]
        reference.check(case["form"], actual, expected, LINEAR_TOLERANCE)
        return run, len(results)

    def graph(self, tensors, results):
        graph = self.ggml.new_graph_custom(tensors.context, tensors.count, False)
        for result in results:
            self.ggml.build_forward_expand(graph, result)
        tensors.allocate(self.host)
        # All into the same memory, which is in the caches then, as it is for the others.
        views = [Tensor.from_address(result) for result in results]
        for view in views:
            view.data = views[0].data

        def run(tensors=tensors):
            status = self.ggml.backend_graph_compute(self.backend, graph)
            if status != 0:
                raise RuntimeError(f"ggml's graph ended with status {status}")

        return run

    def sequence(self, case):
        if case["op"] == "mlgru":
            raise Unsupported("ggml has no such op")
        key = (case["op"], str(case["shape"]))
        if key not in self.checked:
            # What an op means does not depend on how long a sequence is.
            run, results, operands = self.sequence_graph(case["op"], case["shape"], 7, 1)
            run()
            output, state = reference.evaluate(case["op"], operands)
            actual = self.get(results[0])
            size = output.size
            heads_first = output.ndim == 3 and case["op"] != "ssd"
            output = output.transpose(1, 0, 2) if heads_first else output
            # These keep a state as the value dimension by the key dimension.
            transposed = case["op"] in ("gated_delta", "rwkv7")
            state = state.transpose(0, 2, 1) if transposed else state
            reference.check(case["op"], actual[:size], output.ravel(), SEQUENCE_TOLERANCE)
            reference.check(case["op"], actual[size:], state.ravel(), SEQUENCE_TOLERANCE)
            self.checked.add(key)
        count = SHORT_OPS if case["steps"] < 8 else 1
        run, results, _ = self.sequence_graph(case["op"], case["shape"], case["steps"], count)
        return run, len(results)

    def sequence_graph(self, op, shape, steps, count):
        operands = reference.sequence(op, shape, steps)
        ggml, tensors = self.ggml, Tensors(self.ggml, 32 + count)
        arrays = []

        def tensor(array, *sizes, type=F32):
            tensor = tensors.new(type, *sizes)
            arrays.append((tensor, array))
            return tensor

        context = tensors.context
        if op in ("mamba", "ssd"):
            build = self.scan(op, operands, tensor)
        else:
            build = self.attention(op, operands, tensor)
        results = [build(context) for _ in range(count)]
        run = self.graph(tensors, results)
        for name, array in arrays:
            self.set(name, array)
        return run, results, operands

    def scan(self, op, o, tensor):
        steps, n = o["b"].shape
        heads, size = (o["x"].shape[1], 1) if op == "mamba" else o["x"].shape[1:]
        operands = [
            tensor(o["state"], n, size, heads, 1),
            tensor(o["x"], size, heads, steps, 1),
            tensor(o["dt"], heads, steps, 1),
            tensor(o["a"], n if op == "mamba" else 1, heads),
            tensor(o["b"], n, 1, steps, 1),
            tensor(o["c"], n, 1, steps, 1),
            tensor(np.zeros(1, np.int32), 1, type=I32),
        ]
        return lambda context: self.ggml.ssm_scan(context, *operands, 1)

    def attention(self, op, o, tensor):
        heads, steps, d = o["q"].shape

        def steps_first(name):
            return tensor(o[name].transpose(1, 0, 2), d, heads, steps)

        q, k, v = (steps_first(name) for name in "qkv")
        if op == "gated_delta":
            gates = [tensor(o[name].T, 1, heads, steps, 1) for name in ("g", "beta")]
            state = tensor(o["state"].transpose(0, 2, 1), d, d, heads, 1)
            return lambda context: self.ggml.gated_delta_net(context, q, k, v, *gates, state, 1)
        # They take the decay itself.
        decay = tensor(np.exp(o["g"]).transpose(1, 0, 2), d, heads, steps)
        if op == "gla":
            state = tensor(o["state"], d * d * heads, 1)
            return lambda context: self.ggml.gated_linear_attn(context, k, v, q, decay, state, d**-0.5)
        if op == "rwkv6":
            state, bonus = tensor(o["state"], d * d * heads, 1), tensor(o["u"], d, heads)
            return lambda context: self.ggml.rwkv_wkv6(context, k, v, q, bonus, decay, state)
        state = tensor(o["state"].transpose(0, 2, 1), d * d * heads, 1)
        a, b = steps_first("a"), steps_first("b")
        return lambda context: self.ggml.rwkv_wkv7(context, q, decay, k, v, a, b, state)


if __name__ == "__main__":
    serve(Ggml(Library(sys.argv[2]), int(sys.argv[1])))
