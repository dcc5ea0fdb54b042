"""Runs on an NVIDIA GPU what `fidelity compile --target nvidia:sm_90 -o DIR` wrote.

As a program, on tensors in .npy files, one for each argument and result:

    launch.py DIR FUNCTION --input x.npy --input w.npy … --output y.npy …
    launch.py --device      # the target of this machine's GPU, as `fidelity compile` names it

As a module:

    functions = launch.load("DIR")
    results = functions["block"](x, state, …)    # NumPy arrays

It needs NumPy and NVIDIA's driver, no toolkit. Weights that are packed are given
as bytes, `[N, bytes of a row]`; NumPy has no bf16, for which f32 stands.
"""

import argparse
import ctypes
from pathlib import Path

import numpy as np

from plan import Plan, function_of, read

TYPES = {
    "f64": np.float64,
    "f32": np.float32,
    "f16": np.float16,
    "i8": np.int8,
    "i16": np.int16,
    "i32": np.int32,
    "i64": np.int64,
}


def to_memory(array, element):
    """An array as it lies in memory: a bf16 is the upper half of an f32, rounded
    half to even."""
    if element != "bf16":
        if array.dtype != TYPES[element]:
            raise ValueError(f"expected {element}, but got {array.dtype}")
        return np.asarray(array, order="C")
    if array.dtype != np.float32:
        raise ValueError(f"expected f32 for bf16, but got {array.dtype}")
    bits = np.asarray(array, order="C").view(np.uint32)
    rounded = ((bits + (0x7FFF + ((bits >> 16) & 1))) >> 16).astype(np.uint16)
    return np.where(np.isnan(array), np.uint16(0x7FC0), rounded)


def from_memory(array, element):
    if element != "bf16":
        return array
    return (array.astype(np.uint32) << 16).view(np.float32)


class Driver:
    """NVIDIA's driver, with a GPU's memory and modules of code."""

    # Numbers of cuda.h.
    CAPABILITY_MAJOR, CAPABILITY_MINOR = 75, 76
    ERROR_LOG, ERROR_LOG_BYTES = 5, 6

    def __init__(self, number=0):
        try:
            self.library = ctypes.CDLL("libcuda.so.1")
        except OSError as error:
            raise RuntimeError(
                f"expected NVIDIA's driver, but got {error}; run this on a machine with an NVIDIA GPU"
            ) from error
        self.call("cuInit", ctypes.c_uint(0))
        self.device = ctypes.c_int()
        self.call("cuDeviceGet", ctypes.byref(self.device), ctypes.c_int(number))
        self.context = ctypes.c_void_p()
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(self.context), self.device)
        self.call("cuCtxSetCurrent", self.context)

    def call(self, name, *arguments):
        status = getattr(self.library, name)(*arguments)
        if status == 0:
            return
        text = ctypes.c_char_p()
        self.library.cuGetErrorString(ctypes.c_int(status), ctypes.byref(text))
        raise RuntimeError(f"{name}: {(text.value or b'').decode() or f'error {status}'}")

    def capability(self):
        """The version of what the GPU computes: (9, 0)."""

        def attribute(number):
            value = ctypes.c_int()
            self.call("cuDeviceGetAttribute", ctypes.byref(value), ctypes.c_int(number), self.device)
            return value.value

        return attribute(self.CAPABILITY_MAJOR), attribute(self.CAPABILITY_MINOR)

    def module(self, text):
        """PTX as a module."""
        log = ctypes.create_string_buffer(8192)
        options = (ctypes.c_int * 2)(self.ERROR_LOG, self.ERROR_LOG_BYTES)
        values = (ctypes.c_void_p * 2)(ctypes.addressof(log), ctypes.sizeof(log))
        module = ctypes.c_void_p()
        try:
            self.call(
                "cuModuleLoadDataEx", ctypes.byref(module), ctypes.c_char_p(text), ctypes.c_uint(2), options, values
            )
        except RuntimeError as error:
            raise RuntimeError(f"{error}: {log.value.decode(errors='replace')}") from error
        return module

    def function(self, module, name):
        function = ctypes.c_void_p()
        self.call("cuModuleGetFunction", ctypes.byref(function), module, ctypes.c_char_p(name.encode()))
        return function

    def launch(self, function, grid, threads, arguments):
        """Launches a kernel with pointers and integers of 64 bits."""
        values = [ctypes.c_uint64(argument) for argument in arguments]
        pointers = (ctypes.c_void_p * len(values))(*map(ctypes.addressof, values))
        sizes = [ctypes.c_uint(size) for size in (*grid, threads, 1, 1, 0)]
        self.call("cuLaunchKernel", function, *sizes, None, pointers, None)

    def wait(self):
        self.call("cuCtxSynchronize")


class Memory:
    """Memory of a GPU for an array."""

    def __init__(self, driver, shape, element):
        self.driver, self.element = driver, element
        self.host = np.empty(shape, np.uint16 if element == "bf16" else TYPES[element])
        self.address = ctypes.c_uint64()
        # Nobody gets no bytes.
        size = ctypes.c_size_t(max(self.host.nbytes, 1))
        driver.call("cuMemAlloc_v2", ctypes.byref(self.address), size)

    def free(self):
        self.driver.call("cuMemFree_v2", self.address)

    def write(self, array):
        self.host = to_memory(array, self.element)
        self.copy("cuMemcpyHtoD_v2", self.address, self.host.ctypes.data_as(ctypes.c_void_p))

    def read(self):
        self.copy("cuMemcpyDtoH_v2", self.host.ctypes.data_as(ctypes.c_void_p), self.address)
        return from_memory(self.host, self.element)

    def copy(self, name, target, source):
        if self.host.nbytes:
            self.driver.call(name, target, source, ctypes.c_size_t(self.host.nbytes))


def load(folder):
    """Functions on NumPy arrays, by their names."""
    plan = read(folder)
    vendor = plan.get("target", "another target").split(":")[0]
    if vendor != "nvidia":
        raise ValueError(f"expected code for a GPU of nvidia, but got {vendor}")
    driver = Driver()
    module = driver.module((Path(folder) / plan["code"]).read_bytes() + b"\0")

    def call(function, *arrays):
        bound = Plan(function, [array.shape for array in arrays])
        memory = []

        def allocate(shape, element):
            memory.append(Memory(driver, shape, element))
            return memory[-1]

        def launch(kernel, grid, values):
            addresses = [
                value.address.value if isinstance(value, Memory) else value for value in values
            ]
            driver.launch(driver.function(module, kernel["name"]), grid, kernel["threads"], addresses)

        try:
            arguments = []
            for index, (array, argument) in enumerate(zip(arrays, function["arguments"])):
                arguments.append(allocate(array.shape, argument["type"]))
                try:
                    arguments[-1].write(array)
                except ValueError as error:
                    raise ValueError(f"argument {index}: {error}") from error
            results = bound.run(arguments, allocate, launch)
            driver.wait()
            return [result.read() for result in results]
        finally:
            for part in memory:
                part.free()

    return {
        function["name"]: lambda *arrays, function=function: call(function, *arrays)
        for function in plan["functions"]
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", action="store_true")
    parser.add_argument("--input", action="append", default=[], metavar="FILE")
    parser.add_argument("--output", action="append", default=[], metavar="FILE")
    parser.add_argument("folder", nargs="?", metavar="DIR")
    parser.add_argument("function", nargs="?", metavar="FUNCTION")
    arguments = parser.parse_args()
    if arguments.device:
        print("nvidia:sm_{}{}".format(*Driver().capability()))
        return
    if arguments.function is None:
        parser.error("expected a folder and a function")
    function_of(read(arguments.folder), arguments.function)
    function = load(arguments.folder)[arguments.function]
    results = function(*map(np.load, arguments.input))
    if len(results) != len(arguments.output):
        raise ValueError(f"expected {len(results)} outputs, but got {len(arguments.output)}")
    for file, result in zip(arguments.output, results):
        np.save(file, result)


if __name__ == "__main__":
    try:
        main()
    except (OSError, RuntimeError, ValueError) as error:
        raise SystemExit(f"error: {error}")
