"""The lit suite. Run it with `cargo test --test lit` or with plain `lit test/`.

Plain lit tests what is in the build folder: FIDELITY_BUILD_DIR, or else
target/release or target/debug, whichever holds fidelity-opt first.

Tests may use
  fidelity-opt, fidelity      ours, from the build folder
  mlir-opt, FileCheck, not, split-file and all of LLVM's tools
  %plugin                     libFidelityPlugin.so
  %python                     the Python that Debian's packages are for
  %llvm                       the prefix of LLVM
  %root                       the root of the source tree
  %onnx-python                the Python of the environment `onnx`, and so for
                              each file of test/environments/
  %ptxas                      NVIDIA's assembler, of the environment `triton`
and, in REQUIRES, the features below.
"""

import os
import shutil
import subprocess
from pathlib import Path

import lit.formats

config.name = "Fidelity"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]

root = Path(__file__).resolve().parent.parent
llvm = Path(os.environ.get("MLIR_SYS_220_PREFIX", "/usr/lib/llvm-22"))
python = "/usr/bin/python3"
target = Path(os.environ.get("CARGO_TARGET_DIR", root / "target"))


def find_build_directory():
    chosen = os.environ.get("FIDELITY_BUILD_DIR")
    candidates = [Path(chosen)] if chosen else [target / "release", target / "debug"]
    for candidate in candidates:
        if (candidate / "fidelity-opt").exists():
            return candidate.resolve()
    lit_config.fatal(
        "expected fidelity-opt in %s, but got none; build it with `cargo build --workspace`"
        % " or ".join(map(str, candidates))
    )


build = find_build_directory()
plugin = build / "libFidelityPlugin.so"
if not plugin.exists():
    lit_config.fatal(
        "expected %s beside fidelity-opt, but got none; build it with `cargo build --workspace`" % plugin
    )

config.test_source_root = str(root / "test")
config.test_exec_root = str(build / "lit")
config.environment["PATH"] = os.pathsep.join(
    [str(build), str(llvm / "bin"), config.environment["PATH"]]
)
config.substitutions += [
    ("%plugin", str(plugin)),
    ("%python", python),
    ("%llvm", str(llvm)),
    ("%root", str(root)),
]


def python_has(module):
    return subprocess.run([python, "-c", "import " + module], capture_output=True).returncode == 0


# Feature: whether this machine has it, and what to do when it has not.
features = {
    "stock-mlir-opt": ((llvm / "bin/mlir-opt").exists(), "install mlir-22-tools"),
    "cmake": (
        bool(shutil.which("cmake") and shutil.which("ninja")),
        "install cmake and ninja-build",
    ),
    "numpy": (os.path.exists(python) and python_has("numpy"), "install python3-numpy"),
    "verilator": (bool(shutil.which("verilator")), "install verilator"),
    "yosys": (bool(shutil.which("yosys")), "install yosys"),
    "nextpnr-ice40": (bool(shutil.which("nextpnr-ice40")), "install nextpnr-ice40"),
    "lld": ((llvm / "bin/ld.lld").exists(), "install lld-22"),
    "spirv-tools": (
        bool(shutil.which("spirv-as") and shutil.which("spirv-val")),
        "install spirv-tools",
    ),
}

# Python packages that `cargo xtask setup` installs in environments of their own.
for requirements in sorted((root / "test/environments").glob("*.txt")):
    name = requirements.stem
    environment = target / "environments" / name
    installed = environment / "requirements.txt"
    present = installed.exists() and installed.read_bytes() == requirements.read_bytes()
    features[name] = (present, "run `cargo xtask setup`")
    # Before %python, which is the beginning of %python-python.
    config.substitutions.insert(0, ("%" + name + "-python", str(environment / "bin/python")))

# Triton's package brings it along.
ptxas = next((target / "environments/triton").glob("lib/*/site-packages/triton/backends/nvidia/bin/ptxas"), None)
features["ptxas"] = (bool(ptxas), "run `cargo xtask setup`")
config.substitutions.append(("%ptxas", str(ptxas)))

for name, (present, advice) in features.items():
    if present:
        config.available_features.add(name)
        continue
    # `cargo xtask test` repeats these lines at its end.
    print("absent lit feature %s: %s" % (name, advice), flush=True)
    if os.environ.get("CI") == "true":
        lit_config.fatal("expected every feature in CI, but got no %s; %s" % (name, advice))
