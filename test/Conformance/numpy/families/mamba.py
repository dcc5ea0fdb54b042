"""Selective state-space model.

Gu and Dao, Mamba, arXiv 2312.00752: algorithm 2 with the discretisation of
section 2, A by the zero-order hold and B by Euler's rule, as in the authors'
selective_scan; skip and gate as in figure 3.
"""

import numpy as np

from harness import Case


def mamba(x, A, B, C, dt, D=None, z=None, h0=None, softplus=False):
    """x, Δ, z [B, T, D]; A [D, N]; B, C [B, T, N]; D [D]; h [B, D, N]."""
    delta = np.logaddexp(0, dt) if softplus else dt
    h = np.zeros((x.shape[0], *A.shape)) if h0 is None else h0
    outputs = []
    for t in range(x.shape[1]):
        A_bar = np.exp(delta[:, t, :, None] * A)
        B_bar = delta[:, t, :, None] * B[:, t, None, :]
        h = A_bar * h + B_bar * x[:, t, :, None]
        outputs.append(np.einsum("bdn,bn->bd", h, C[:, t]))
    y = np.stack(outputs, axis=1)
    if D is not None:
        y = y + D * x
    if z is not None:
        y = y * z / (1 + np.exp(-z))
    return {"y": y, "h": h}


def draw(rng, length, whole=False):
    batch, channels, size = 2, 8, 8
    sequence = lambda width: rng.standard_normal((batch, length, width))
    # The paper's start: A is -(n + 1), and Δ lies between 0.001 and 0.1.
    delta = np.exp(rng.uniform(np.log(0.001), np.log(0.1), (batch, length, channels)))
    operands = {
        "x": sequence(channels),
        "A": -np.tile(np.arange(1.0, size + 1), (channels, 1)),
        "B": sequence(size),
        "C": sequence(size),
        "dt": np.log(np.expm1(delta)) if whole else delta,
    }
    if whole:
        operands["D"] = rng.standard_normal(channels)
        operands["z"] = sequence(channels)
        operands["h0"] = rng.standard_normal((batch, channels, size))
    return operands


CASES = [
    Case(
        "selective scan",
        "%y, %h = fidelity.ssm.scan %x, %A, %B, %C delta %dt",
        draw,
        mamba,
    ),
    Case(
        "softplus, skip, gate, state",
        "%y, %h = fidelity.ssm.scan %x, %A, %B, %C delta %dt skip %D gate %z state %h0 {delta_softplus}",
        lambda rng, length: draw(rng, length, whole=True),
        lambda **operands: mamba(**operands, softplus=True),
    ),
]
