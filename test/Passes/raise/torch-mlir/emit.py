"""Writes the tests of this folder: models as torch-mlir emits them in linalg.

Made with torch 2.15.0 and torch-mlir 20261001 (PyPI) on Python 3.11; neither is
needed to run the tests. In an environment that has both,

    python emit.py

writes, for each model below, NAME.mlir, which holds the IR as it was emitted
under the lines of its test, and Inputs/NAME.*.npy, the tensors that torch was
given and those that it computed.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy
import torch
import torch.nn.functional as F
from torch import nn
from torch_mlir import fx

HERE = Path(__file__).resolve().parent

BATCH = torch.export.Dim("batch")


def ternary(rows, columns, scale=0.25):
    """Weights of {-s, 0, +s}; s is a number, or one number for each row."""
    trits = torch.randint(-1, 2, (rows, columns)).float()
    # What is random may leave out one of the three.
    trits[0, :3] = torch.tensor([-1.0, 0.0, 1.0])
    scale = torch.as_tensor(scale)
    return trits * (scale[:, None] if scale.dim() else scale)


def linear(columns, rows, scale=0.25, bias=False):
    layer = nn.Linear(columns, rows, bias=bias)
    with torch.no_grad():
        layer.weight.copy_(ternary(rows, columns, scale))
    return layer


class Linear3d(nn.Module):
    """q and k of one sequence, which torch multiplies as a batch of matrices."""

    def __init__(self):
        super().__init__()
        self.q, self.k = linear(6, 4), linear(6, 5, 0.75)

    def forward(self, x):
        return self.q(x), self.k(x)


class LlamaNorm(nn.Module):
    """RMSNorm as LLaMA's code has it."""

    def __init__(self, size, epsilon=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(size))
        self.epsilon = epsilon

    def forward(self, x):
        variance = x.pow(2).mean(-1, keepdim=True)
        return self.weight * (x * torch.rsqrt(variance + self.epsilon))


class SwigluMlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate, self.up, self.down = linear(6, 9), linear(6, 9, 0.5), linear(9, 6, 0.125)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Gate(nn.Module):
    """σ(a) ⊙ tanh(b) + (1 - σ(a)) ⊙ silu(c)"""

    def forward(self, a, b, c):
        forget = torch.sigmoid(a)
        return forget * torch.tanh(b) + (1 - forget) * F.silu(c)


class Mlgru(nn.Module):
    """A step of the MatMul-free language model's token mixer."""

    def __init__(self):
        super().__init__()
        self.f, self.c, self.g, self.o = (linear(6, 6, s) for s in (0.5, 0.25, 0.75, 0.125))

    def forward(self, x, h):
        forget = torch.sigmoid(self.f(x))
        h = forget * h + (1 - forget) * F.silu(self.c(x))
        return self.o(torch.sigmoid(self.g(x)) * h), h


class BitLinear(nn.Module):
    """BitNet b1.58: the norm, fake quantisation of 8 bits for each token, and
    weights that were ternarised before."""

    def __init__(self):
        super().__init__()
        self.norm = LlamaNorm(8)
        self.q, self.k = linear(8, 5, 0.375), linear(8, 4, 0.5)

    def scale(self, most):
        # Which torch computes as most.reciprocal() * 127.0.
        return 127.0 / most

    def forward(self, x):
        x = self.norm(x)
        scale = self.scale(x.abs().max(dim=-1, keepdim=True).values.clamp(min=1e-5))
        x = (x * scale).round().clamp(-128, 127) / scale
        return self.q(x), self.k(x)


class DividingBitLinear(BitLinear):
    def scale(self, most):
        return torch.full_like(most, 127.0) / most


class CausalConv(nn.Module):
    """The short convolution of Mamba: padded on both sides, the end cut off."""

    def __init__(self, bias):
        super().__init__()
        self.conv = nn.Conv1d(3, 3, 4, groups=3, padding=3, bias=bias)

    def forward(self, x):
        return self.conv(x)[..., : x.shape[-1]]


class LeftPaddedConv(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 3, 4, groups=3)

    def forward(self, x):
        return F.silu(self.conv(F.pad(x, (3, 0))))


class Activations(nn.Module):
    def forward(self, a, b, c, d, e, f):
        return F.relu(a), F.relu(b).square(), F.gelu(c), F.softplus(d), F.elu(e) + 1, torch.exp(f)


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = function


@dataclass
class Case:
    model: nn.Module
    inputs: tuple
    # The ops that the pass makes, in their order.
    ops: str
    dynamic: tuple | None = None
    # What stays, and why: whole remarks.
    missed: tuple = ()
    options: str = ""
    # How far from what torch computed.
    absolute: float = 1e-6
    relative: float = 1e-5


def cases():
    """The models by name. Each draws its weights when its turn comes."""
    x = torch.randn
    yield "linear", lambda: Case(linear(5, 4), (x(3, 5),), "ternary_linear")
    rows = torch.tensor([0.5, 0.25, 2.0, 1.0])
    yield "linear-bias", lambda: Case(
        linear(5, 4, rows, bias=True), (x(3, 5),), "ternary_linear add", ({0: BATCH},)
    )
    yield "linear-3d", lambda: Case(
        Linear3d(), (x(2, 3, 6),), "ternary_linear ternary_linear", ({0: BATCH},)
    )
    yield "linear-vector", lambda: Case(linear(5, 4, 1.0), (x(5),), "ternary_linear")
    yield "linear-not-ternary", lambda: Case(
        not_ternary(),
        (x(3, 5),),
        "",
        missed=("expected ternary weights, but row 3 has magnitudes 0.5 and 0.25",),
    )
    yield "rms-norm-llama", lambda: Case(LlamaNorm(7), (x(2, 3, 7),), "rms_norm", ({0: BATCH},))
    yield "rms-norm", lambda: Case(rms_norm(7), (x(3, 7),), "rms_norm")
    yield "swiglu", lambda: Case(
        SwigluMlp(),
        (x(3, 6),),
        "ternary_linear ternary_linear swiglu ternary_linear",
        ({0: BATCH},),
    )
    yield "gate", lambda: Case(
        Gate(), (x(3, 4), x(3, 4), x(3, 4)), "sigmoid tanh multiply subtract swiglu add"
    )
    yield "mlgru", lambda: Case(
        Mlgru(),
        (x(3, 6), x(3, 6)),
        "ternary_linear sigmoid multiply subtract ternary_linear swiglu add "
        "ternary_linear sigmoid multiply ternary_linear",
    )
    quantized = (
        "rms_norm quantize_activations ternary_linear multiply ternary_linear multiply"
    )
    yield "bit-linear", lambda: Case(DividingBitLinear(), (x(3, 8),), quantized, ({0: BATCH},))
    yield "bit-linear-reciprocal", lambda: Case(
        BitLinear(), (x(3, 8),), quantized, options="allow-reciprocal"
    )
    yield "bit-linear-near", lambda: Case(
        BitLinear(),
        (x(3, 8),),
        "rms_norm ternary_linear ternary_linear",
        missed=(
            "expected ops that the dialect has, but got arith.divf",
            "expected 127 / m in quantize_activations, but got 127 · (1 / m), rounded once "
            "more; `allow-reciprocal` takes one for the other",
        ),
    )
    yield "causal-conv", lambda: Case(CausalConv(True), (x(2, 3, 6),), "causal_conv1d")
    yield "causal-conv-left", lambda: Case(LeftPaddedConv(), (x(2, 3, 6),), "causal_conv1d silu")
    yield "activations", lambda: Case(
        Activations(),
        tuple(x(3, 5) * 3 for _ in range(6)),
        "relu squared_relu gelu softplus elu_plus_one exp",
    )
    # torch-mlir's √(2/π) is 0.797724.
    yield "gelu-tanh", lambda: Case(
        Function(lambda x: F.gelu(x, approximate="tanh")),
        (x(3, 5),),
        "",
        missed=("expected √(2/π) = 0.7978846 in gelu by tanh, but got 0.7977240085601807",),
        absolute=1e-4,
    )


def rms_norm(size):
    norm = nn.RMSNorm(size, eps=1e-6)
    with torch.no_grad():
        norm.weight.copy_(torch.randn(size))
    return norm


def not_ternary():
    layer = linear(5, 4, 0.5)
    with torch.no_grad():
        layer.weight[3, :2] = torch.tensor([0.5, -0.25])
    return layer


def test(name, case, outputs, text):
    """The lines of the test that stand above the IR."""

    def runs(module, options, suffix):
        made = [f"%t.{suffix}{i}.npy" for i in range(outputs)]
        yield f"fidelity run {options}{module} %{{inputs}} " + " ".join(f"--output {m}" for m in made)
        for i, file in enumerate(made):
            yield f"fidelity compare {file} %S/Inputs/{name}.out{i}.npy %{{tolerance}}"

    inputs = " ".join(f"--input %S/Inputs/{name}.in{i}.npy" for i in range(len(case.inputs)))
    yield "// Made by emit.py."
    yield f"// DEFINE: %{{inputs}} = {inputs}"
    yield f"// DEFINE: %{{tolerance}} = --absolute {case.absolute} --relative {case.relative}"
    raised = "fidelity-opt %s -fidelity-raise" + (f"={case.options}" if case.options else "")
    lines = [
        f"{raised} --remarks-filter-missed=fidelity-raise -o %t.mlir 2> %t.remarks",
        "FileCheck %s --input-file=%t.mlir",
        raised.replace("%s", "%t.mlir") + " | diff %t.mlir -",
    ]
    if case.missed:
        lines.append("FileCheck %s --input-file=%t.remarks --check-prefix=MISSED")
    else:
        lines.append("count 0 < %t.remarks")
    before, after = "%s", "%t.mlir"
    if "affine.apply" in text:
        # The reference interpreter knows no ops of affine.
        lines += [
            f"fidelity-opt {module} -lower-affine -o %t.{file}.mlir"
            for module, file in [(before, "before"), (after, "after")]
        ]
        before, after = "%t.before.mlir", "%t.after.mlir"
    # Before and after, by the reference interpreter and compiled.
    lines += runs(before, "--reference ", "reference")
    lines += runs(before, "", "compiled")
    lines += runs(after, "--reference ", "raised-reference")
    lines += runs(after, "", "raised-compiled")
    for line in lines:
        yield f"// RUN: {line}"
    yield "// CHECK-LABEL: func.func @main("
    for op in case.ops.split():
        yield "// CHECK-NOT: fidelity."
        yield f"// CHECK: fidelity.{op}{{{{ }}}}"
    yield "// CHECK-NOT: fidelity."
    yield "// CHECK: return"
    for remark in case.missed:
        yield f'// MISSED: [Missed] {{{{.*}}}} Remark="{remark}"'
    if case.missed:
        yield "// MISSED-NOT: [Missed]"


def write(name, case):
    model = case.model.eval()
    with torch.no_grad():
        outputs = model(*case.inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    module = fx.export_and_import(
        model, *case.inputs, output_type="linalg-on-tensors", dynamic_shapes=case.dynamic
    )
    text = str(module)
    lines = [*test(name, case, len(outputs), text), "", text]
    (HERE / f"{name}.mlir").write_text("\n".join(lines))
    for kind, tensors in [("in", case.inputs), ("out", outputs)]:
        for i, tensor in enumerate(tensors):
            numpy.save(HERE / f"Inputs/{name}.{kind}{i}.npy", tensor.numpy())


def main():
    (HERE / "Inputs").mkdir(exist_ok=True)
    for name, case in cases():
        torch.manual_seed(0)
        write(name, case())


if __name__ == "__main__":
    main()
