"""MatMul-free linear gated recurrent unit (MLGRU).

Zhu et al., Scalable MatMul-free Language Modeling, arXiv 2406.02528, section
3.3, after the ternary projections W_f, W_c and W_g; the lower bound is that of
HGRN (arXiv 2311.04823), which the paper's models take over.
"""

import numpy as np

from harness import Case


def sigma(x):
    return 1 / (1 + np.exp(-x))


def silu(x):
    return x * sigma(x)


def mlgru(f, c, g=None, h0=None, b=0.0, tau=silu):
    f_t = b + (1 - b) * sigma(f)
    c_t = tau(c)
    h = np.zeros_like(f[:, 0]) if h0 is None else h0
    outputs = []
    for t in range(f.shape[1]):
        h = f_t[:, t] * h + (1 - f_t[:, t]) * c_t[:, t]
        outputs.append(h)
    o = np.stack(outputs, axis=1)
    return {"o": o if g is None else sigma(g) * o, "h": h}


BATCH, CHANNELS = 2, 24


def draw(rng, length, gate=False, state=False, bound=False):
    sequence = lambda: rng.standard_normal((BATCH, length, CHANNELS))
    operands = {"f": sequence() + 2, "c": sequence()}
    if gate:
        operands["g"] = sequence()
    if state:
        operands["h0"] = rng.standard_normal((BATCH, CHANNELS))
    if bound:
        operands["b"] = rng.uniform(0, 0.95, CHANNELS)
    return operands


CASES = [
    Case("plain", "%o, %h = fidelity.mlgru %f, %c", draw, mlgru),
    Case(
        "whole",
        "%o, %h = fidelity.mlgru %f, %c gate %g state %h0 lower_bound %b",
        lambda rng, length: draw(rng, length, gate=True, state=True, bound=True),
        mlgru,
    ),
    Case(
        "tanh",
        "%o, %h = fidelity.mlgru %f, %c gate %g activation(tanh)",
        lambda rng, length: draw(rng, length, gate=True),
        lambda **operands: mlgru(**operands, tau=np.tanh),
    ),
]
