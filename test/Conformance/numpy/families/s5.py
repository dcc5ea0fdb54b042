"""Simplified state-space layer: one system of many inputs and outputs.

Smith et al., S5, arXiv 2208.04933, equations (1), (2) and (6): a diagonal Λ
with a step for each state, dense B̃ and C̃, and the real part of the output.
"""

import numpy as np

from harness import CHUNK, Case


def s5(x, dt, Lambda, B, C, D, **_):
    """x [B, T, U]; Δ [N]; Λ [N, 1]; B [N, U]; C [U, N]; D [U]."""
    Lambda = Lambda[:, 0]
    Lambda_bar = np.exp(Lambda * dt)
    B_bar = ((Lambda_bar - 1) / Lambda)[:, None] * B
    state = np.zeros((x.shape[0], len(dt)), complex)
    states = []
    for t in range(x.shape[1]):
        state = Lambda_bar * state + x[:, t] @ B_bar.T
        states.append(state)
    states = np.stack(states, axis=1)
    return {"y": (states @ C.T).real + D * x, "states": states, "last": state}


def draw(rng, length):
    batch, size, channels = 2, 12, 6
    gauss = lambda *shape: (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)) / np.sqrt(2)
    return {
        "x": rng.standard_normal((batch, length, channels)),
        "dt": np.exp(rng.uniform(np.log(0.01), np.log(0.1), size)),
        "Lambda": (-0.5 + 1j * np.pi * np.arange(size))[:, None],
        "B": gauss(size, channels) / np.sqrt(channels),
        "C": gauss(channels, size) / np.sqrt(size),
        "D": rng.standard_normal(channels),
        # The B of the discretisation, and what sums begin with.
        "ones": np.ones((size, 1)) + 0j,
        "none": np.zeros((batch, length, size)) + 0j,
    }


def body(form):
    """As the page of `ssm.discretize` says it. The sums over states are the module's own,
    in the type of the parts of complex numbers, as an op keeps its sums."""
    return lambda precision: text(form, precision.element != precision.internal)


def text(form, is_narrow):
    """The operations; what is narrower than its sums is extended before and rounded after."""
    x, D, sums = ("%x_part", "%D_part", "%sums") if is_narrow else ("%x", "%D", "%y")
    widen = """
  %x_part = arith.extf %x : !x to !x_part
  %D_part = arith.extf %D : !D to !D_part"""
    narrow = """
  %y = arith.truncf %sums : !x_part to !x"""
    return f"""{widen if is_narrow else ""}
  %Ab, %Bb = fidelity.ssm.discretize %dt, %Lambda, %ones : (!dt, !Lambda, !ones) -> (!Lambda, !ones)
  %scale = tensor.collapse_shape %Bb [[0, 1]] : !ones into tensor<12x!complex>
  %decay = tensor.collapse_shape %Ab [[0, 1]] : !Lambda into tensor<12x!complex>
  %u = linalg.generic {{
      indexing_maps = [affine_map<(b, t, n, u) -> (n)>, affine_map<(b, t, n, u) -> (n, u)>,
                       affine_map<(b, t, n, u) -> (b, t, u)>, affine_map<(b, t, n, u) -> (b, t, n)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}}
    ins(%scale, %B, {x} : tensor<12x!complex>, !B, !x_part) outs(%none : !none) {{
  ^bb0(%s: !complex, %b: !complex, %in: !part, %sum: !complex):
    %zero = arith.constant 0.0 : !part
    %as_complex = complex.create %in, %zero : !complex
    %sb = complex.mul %s, %b : !complex
    %product = complex.mul %sb, %as_complex : !complex
    %next = complex.add %sum, %product : !complex
    linalg.yield %next : !complex
  }} -> !none
  %states, %last = fidelity.recurrence decay %decay value %u {form}
    {{indexing_maps = [affine_map<(b, t, n) -> (n)>, affine_map<(b, t, n) -> (b, t, n)>,
                      affine_map<(b, t, n) -> (b, t, n)>, affine_map<(b, t, n) -> (b, n)>]}}
    : (tensor<12x!complex>, !none) -> (!states, !last)
  %skip = fidelity.multiply {x}, {D} : (!x_part, !D_part) -> !x_part
  {sums} = linalg.generic {{
      indexing_maps = [affine_map<(b, t, u, n) -> (u, n)>, affine_map<(b, t, u, n) -> (b, t, n)>,
                       affine_map<(b, t, u, n) -> (b, t, u)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}}
    ins(%C, %states : !C, !states) outs(%skip : !x_part) {{
  ^bb0(%c: !complex, %h: !complex, %sum: !part):
    %product = complex.mul %c, %h : !complex
    %real = complex.re %product : !complex
    %next = arith.addf %sum, %real : !part
    linalg.yield %next : !part
  }} -> !x_part{narrow if is_narrow else ""}"""


CASES = [
    Case(f"s5 {name}", body(form), draw, s5, chunks=False)
    for name, form in [("step by step", ""), ("in chunks", f"chunk({CHUNK})")]
]
