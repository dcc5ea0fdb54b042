"""Gated linear attention.

Yang et al., Gated Linear Attention Transformers with Hardware-Efficient
Training, arXiv 2312.06635, equation (3): S_t = (α_tᵀ 1) ⊙ S_{t-1} + k_tᵀ v_t,
o_t = q_t S_t, with the α of section 4.4, σ(.)^(1/16).
"""

import numpy as np

from harness import Case


def gla(q, k, v, g, scale, S0=None):
    """q [B, Hq, T, K], k, g = log α [B, H, T, K], v [B, H, T, V]."""
    batch, heads, length, keys = k.shape
    group = q.shape[1] // heads
    k, v, g = (np.repeat(array, group, axis=1) for array in (k, v, g))
    S = np.zeros((batch, heads, keys, v.shape[-1])) if S0 is None else S0
    S = np.repeat(S, group, axis=1)
    outputs = []
    for t in range(length):
        S = np.exp(g[:, :, t])[..., None] * S + k[:, :, t][..., :, None] * v[:, :, t][..., None, :]
        outputs.append(scale * np.einsum("bhk,bhkv->bhv", q[:, :, t], S))
    return {"o": np.stack(outputs, axis=2), "S": S[:, ::group]}


def draw(rng, length, group=1, state=False):
    batch, heads, keys, values = 2, 2, 12, 16
    sequence = lambda heads, size: rng.standard_normal((batch, heads, length, size))
    operands = {
        "q": sequence(heads * group, keys),
        "k": sequence(heads, keys),
        "v": sequence(heads, values),
        "g": -np.logaddexp(0, -sequence(heads, keys)) / 16,
    }
    if state:
        operands["S0"] = rng.standard_normal((batch, heads, keys, values))
    return operands


CASES = [
    Case(
        "gated",
        "%o, %S = fidelity.linear_attention %q, %k, %v decay %g update_rule(gated) {scale = 1.0 : f64}",
        draw,
        lambda **operands: gla(**operands, scale=1),
    ),
    Case(
        "grouped heads, state, scale of softmax attention",
        "%o, %S = fidelity.linear_attention %q, %k, %v decay %g state %S0 update_rule(gated)",
        lambda rng, length: draw(rng, length, group=3, state=True),
        lambda **operands: gla(**operands, scale=operands["k"].shape[-1] ** -0.5),
    ),
]
