"""State-space duality.

Dao and Gu, Transformers are SSMs, arXiv 2405.21060. The op is the recurrence;
here its output is the dual form of sections 3.2 and 5, the product of the
1-semiseparable matrix L of the decays, the scores C Bᵀ and the inputs.
"""

import numpy as np

from harness import Case

# Rows of L at once: a whole L of 4096 steps has 128 MiB.
ROWS = 256


def ssd(x, dt, A, B, C, D=None, z=None, h0=None, softplus=False):
    """x, z [B, T, H, P]; Δ [B, T, H]; A, D [H]; B, C [B, T, G, N]; h [B, H, P, N]."""
    batch, length, heads, width = x.shape
    size = B.shape[-1]
    delta = np.logaddexp(0, dt) if softplus else dt
    B, C = (np.repeat(matrix, heads // B.shape[2], axis=2) for matrix in (B, C))
    y = np.empty_like(x)
    last = np.empty((batch, heads, width, size))
    for b in range(batch):
        for h in range(heads):
            # The logarithm of all decays up to and with a step; of two large
            # ones a small difference is what counts.
            total = np.cumsum(delta[b, :, h] * A[h], dtype=np.longdouble)
            inputs = delta[b, :, h, None] * x[b, :, h]
            for start in range(0, length, ROWS):
                rows = slice(start, min(start + ROWS, length))
                columns = slice(0, rows.stop)
                seen = np.arange(length)[rows, None] >= np.arange(length)[None, columns]
                between = (total[rows, None] - total[None, columns]).astype(float)
                L = np.exp(np.where(seen, between, -np.inf))
                y[b, rows, h] = (L * (C[b, rows, h] @ B[b, columns, h].T)) @ inputs[columns]
            left = np.exp((total[-1] - total).astype(float))
            last[b, h] = (left[:, None] * inputs).T @ B[b, :, h]
            if h0 is not None:
                y[b, :, h] += np.exp(total.astype(float))[:, None] * (C[b, :, h] @ h0[b, h].T)
                last[b, h] += np.exp(float(total[-1])) * h0[b, h]
    if D is not None:
        y = y + D[:, None] * x
    if z is not None:
        y = y * z / (1 + np.exp(-z))
    return {"y": y, "h": last}


def draw(rng, length, whole=False):
    batch, heads, groups, width, size = 2, 4, 2, 8, 8
    delta = np.exp(rng.uniform(np.log(0.001), np.log(0.1), (batch, length, heads)))
    operands = {
        "x": rng.standard_normal((batch, length, heads, width)),
        "dt": np.log(np.expm1(delta)) if whole else delta,
        "A": -rng.uniform(1, 16, heads),
        "B": rng.standard_normal((batch, length, groups, size)),
        "C": rng.standard_normal((batch, length, groups, size)),
    }
    if whole:
        operands["D"] = rng.standard_normal(heads)
        operands["z"] = rng.standard_normal((batch, length, heads, width))
        operands["h0"] = rng.standard_normal((batch, heads, width, size))
    return operands


CASES = [
    Case(
        "ssd",
        "%y, %h = fidelity.ssm.ssd %x, %dt, %A, %B, %C",
        draw,
        ssd,
    ),
    Case(
        "softplus, skip, gate, state",
        "%y, %h = fidelity.ssm.ssd %x, %dt, %A, %B, %C skip %D gate %z state %h0 {delta_softplus}",
        lambda rng, length: draw(rng, length, whole=True),
        lambda **operands: ssd(**operands, softplus=True),
    ),
]
