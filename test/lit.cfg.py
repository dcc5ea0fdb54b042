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
and, in REQUIRES, the tools of tools.py.
"""

import os
import sys
from pathlib import Path

import lit.formats

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tools

config.name = "Fidelity"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs"]

root, llvm, python, target = tools.ROOT, tools.LLVM, tools.PYTHON, tools.TARGET


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


for name in tools.environments():
    # Before %python, which is the beginning of %python-python.
    program = str(tools.environment(name) / "bin/python")
    config.substitutions.insert(0, ("%" + name + "-python", program))
config.substitutions.append(("%ptxas", str(tools.ptxas())))

for name, (is_present, advice) in tools.TOOLS.items():
    if is_present():
        config.available_features.add(name)
        continue
    # `cargo xtask test` repeats these lines at its end.
    print("absent lit feature %s: %s" % (name, advice), flush=True)
    if os.environ.get("CI") == "true":
        lit_config.fatal("expected every feature in CI, but got no %s; %s" % (name, advice))
