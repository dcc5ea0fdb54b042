"""The external tools that tests run: where each is, and what to do when it is not there.

The lit suite imports this; Rust tests run it, with the names of the tools that they need:

    tools.py verilator yosys

prints a line for each that is absent, and fails if there is one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LLVM = Path(os.environ.get("MLIR_SYS_220_PREFIX", "/usr/lib/llvm-22"))
PYTHON = "/usr/bin/python3"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))

SETUP = "run `cargo xtask setup`"


def on_path(*names):
    return all(shutil.which(name) for name in names)


def python_has(module):
    done = subprocess.run([PYTHON, "-c", "import " + module], capture_output=True)
    return done.returncode == 0


def environment(name):
    """The Python environment of test/environments/NAME.txt, which `cargo xtask setup` makes."""
    return TARGET / "environments" / name


def environments():
    """The names of those environments."""
    return [file.stem for file in sorted((ROOT / "test/environments").glob("*.txt"))]


def environment_is_current(name):
    wanted = ROOT / "test/environments" / (name + ".txt")
    installed = environment(name) / "requirements.txt"
    return installed.exists() and installed.read_bytes() == wanted.read_bytes()


def ptxas():
    """NVIDIA's assembler, which Triton's package brings along, or None."""
    places = "lib/*/site-packages/triton/backends/nvidia/bin/ptxas"
    return next(environment("triton").glob(places), None)


# Each tool, whether it is there, and what to do when it is not. A Python environment is
# a tool too.
TOOLS = {
    "stock-mlir-opt": (lambda: (LLVM / "bin/mlir-opt").exists(), "install mlir-22-tools"),
    "cmake": (lambda: on_path("cmake", "ninja"), "install cmake and ninja-build"),
    "numpy": (lambda: os.path.exists(PYTHON) and python_has("numpy"), "install python3-numpy"),
    "verilator": (lambda: on_path("verilator"), "install verilator"),
    "yosys": (lambda: on_path("yosys"), "install yosys"),
    "nextpnr-ice40": (lambda: on_path("nextpnr-ice40"), "install nextpnr-ice40"),
    "lld": (lambda: (LLVM / "bin/ld.lld").exists(), "install lld-22"),
    "qemu-aarch64": (
        lambda: on_path("qemu-aarch64", "clang-22")
        and os.path.exists("/usr/aarch64-linux-gnu/lib/crt1.o"),
        "install qemu-user, clang-22 and libc6-dev-arm64-cross",
    ),
    "spirv-tools": (lambda: on_path("spirv-as", "spirv-val"), "install spirv-tools"),
    "chromium": (lambda: on_path("chromium"), "install chromium"),
    "ptxas": (lambda: ptxas() is not None, SETUP),
}
TOOLS.update(
    {name: (lambda name=name: environment_is_current(name), SETUP) for name in environments()}
)


def main(names):
    absent = [name for name in names if not TOOLS[name][0]()]
    for name in absent:
        print("absent: %s: %s" % (name, TOOLS[name][1]))
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
