"""Linear transformers.

Katharopoulos et al., Transformers are RNNs, arXiv 2006.16236: equation (9),
attention as a weighted mean of all values, with the weights φ(q)ᵀφ(k), φ(x) =
elu(x) + 1, in the causal form of equation (12); the op computes equations (16)
to (20), with the states s and z.
"""

import numpy as np

from harness import Case

# Rows of weights at once: those of 4096 tokens have 128 MiB.
ROWS = 256


def elu_plus_one(x):
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def attention(q, k, v, phi, causal, S0=None, z0=None):
    """q, k [B, H, T, K], v [B, H, T, V]."""
    length = q.shape[2]
    q, k = phi(q), phi(k)
    o = np.empty(v.shape)
    for start in range(0, length, ROWS):
        rows = slice(start, min(start + ROWS, length))
        weights = q[:, :, rows] @ k.swapaxes(2, 3)
        if causal:
            weights *= np.arange(length)[rows, None] >= np.arange(length)
        sums, norms = weights @ v, weights.sum(axis=-1, keepdims=True)
        if S0 is not None:
            sums += q[:, :, rows] @ S0
            norms += q[:, :, rows] @ z0[..., None]
        o[:, :, rows] = sums / norms
    S, z = k.swapaxes(2, 3) @ v, k.sum(axis=2)
    if S0 is not None:
        S, z = S + S0, z + z0
    return {"o": o, "S": S, "z": z}


def draw(rng, length, state=False):
    batch, heads, keys, values = 2, 2, 12, 16
    operands = {
        "q": rng.standard_normal((batch, heads, length, keys)),
        "k": rng.standard_normal((batch, heads, length, keys)),
        "v": rng.standard_normal((batch, heads, length, values)),
    }
    if state:
        operands["S0"] = rng.standard_normal((batch, heads, keys, values))
        operands["z0"] = rng.uniform(1, 2, (batch, heads, keys))
    return operands


# Nothing is forgotten: what is lost grows with the number of tokens.
CASES = [
    Case(
        "causal",
        "%o, %S, %z = fidelity.linear_attention %q, %k, %v "
        "update_rule(linear) feature_map(elu_plus_one) {normalize}",
        draw,
        lambda **operands: attention(**operands, phi=elu_plus_one, causal=True),
        growth=256,
    ),
    Case(
        "causal, state",
        "%o, %S, %z = fidelity.linear_attention %q, %k, %v state %S0, %z0 "
        "update_rule(linear) feature_map(elu_plus_one) {normalize}",
        lambda rng, length: draw(rng, length, state=True),
        lambda **operands: attention(**operands, phi=elu_plus_one, causal=True),
        growth=256,
    ),
    Case(
        "not causal",
        "%o, %S, %z = fidelity.linear_attention %q, %k, %v "
        "update_rule(linear) feature_map(elu_plus_one) {normalize, causal = false}",
        draw,
        lambda **operands: attention(**operands, phi=elu_plus_one, causal=False),
        growth=256,
        chunks=False,
    ),
]
