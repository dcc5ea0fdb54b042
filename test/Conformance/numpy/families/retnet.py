"""Retention.

Sun et al., Retentive Network, arXiv 2307.08621: the parallel form of equation
(5), (Q Kᵀ ⊙ D) V with D_nm = γ^(n-m), and γ of equation (8), 1 - 2^(-5-h); the
op computes the recurrent form, equation (6). The rotation of q and k comes
before either.
"""

import numpy as np

from harness import Case

# Rows of D at once: a whole D of 4096 steps has 128 MiB.
ROWS = 256


def retention(q, k, v, g, S0=None):
    """q, k [B, H, T, K], v [B, H, T, V]; g, which is log γ, [1, H, 1]."""
    length = q.shape[2]
    # γ to a power, in one rounding.
    gamma = lambda power: np.exp(g[..., None] * power)
    step = np.arange(length)
    o = np.empty(v.shape)
    for start in range(0, length, ROWS):
        rows = slice(start, min(start + ROWS, length))
        distance = step[rows, None] - step
        D = np.where(distance >= 0, gamma(np.maximum(distance, 0)), 0)
        o[:, :, rows] = (q[:, :, rows] @ k.swapaxes(2, 3) * D) @ v
    left = gamma(length - 1 - step[:, None])
    S = (k * left).swapaxes(2, 3) @ v
    if S0 is not None:
        o += gamma(step[:, None] + 1) * (q @ S0)
        S += gamma(length) * S0
    return {"o": o, "S": S}


def draw(rng, length, state=False):
    batch, heads, keys, values = 2, 4, 12, 16
    operands = {
        "q": rng.standard_normal((batch, heads, length, keys)),
        "k": rng.standard_normal((batch, heads, length, keys)),
        "v": rng.standard_normal((batch, heads, length, values)),
        "g": np.log(1 - 2.0 ** (-5 - np.arange(heads))).reshape(1, heads, 1),
    }
    if state:
        operands["S0"] = rng.standard_normal((batch, heads, keys, values))
    return operands


CASES = [
    Case(
        "retention",
        "%o, %S = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) {scale = 1.0 : f64}",
        draw,
        retention,
    ),
    Case(
        "retention, state",
        "%o, %S = fidelity.linear_attention %q, %k, %v decay %g state %S0 "
        "update_rule(gated) {scale = 1.0 : f64}",
        lambda rng, length: draw(rng, length, state=True),
        retention,
    ),
]
