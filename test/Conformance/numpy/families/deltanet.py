"""The delta rule, gated or not.

Yang et al., Parallelizing Linear Transformers with the Delta Rule, arXiv
2406.06484, section 2.2: S_t = S_{t-1} (I - β_t k_t k_tᵀ) + β_t v_t k_tᵀ; and Yang
et al., Gated Delta Networks, arXiv 2412.06464, equation (10): S_t =
S_{t-1} (α_t (I - β_t k_t k_tᵀ)) + β_t v_t k_tᵀ. S is the papers', [V, K]; the op
has its transpose.
"""

import numpy as np

from harness import Case


def delta(q, k, v, b, g=None, S0=None):
    """q, k [B, H, T, K], v [B, H, T, V], β and g = log α [B, H, T]."""
    batch, heads, length, keys = k.shape
    S = np.zeros((batch, heads, v.shape[-1], keys)) if S0 is None else S0.swapaxes(2, 3)
    alpha = np.ones((batch, heads, length)) if g is None else np.exp(g)
    identity = np.eye(keys)
    outputs = []
    for t in range(length):
        k_t, beta_t = k[:, :, t], b[:, :, t, None, None]
        transition = identity - beta_t * k_t[..., :, None] * k_t[..., None, :]
        S = S @ (alpha[:, :, t, None, None] * transition)
        S = S + beta_t * v[:, :, t][..., :, None] * k_t[..., None, :]
        outputs.append(np.einsum("bhvk,bhk->bhv", S, q[:, :, t]))
    return {"o": np.stack(outputs, axis=2), "S": S.swapaxes(2, 3)}


def draw(rng, length, gated, state=False):
    batch, heads, keys, values = 2, 2, 12, 16
    unit = lambda x: x / np.linalg.norm(x, axis=-1, keepdims=True)
    sequence = lambda *size: rng.standard_normal((batch, heads, length, *size))
    operands = {
        "q": unit(sequence(keys)),
        "k": unit(sequence(keys)),
        "v": sequence(values),
        "b": 1 / (1 + np.exp(-sequence())),
    }
    if gated:
        # As Mamba-2's: -exp(A) softplus(.).
        operands["g"] = -0.2 * np.logaddexp(0, sequence() - 1)
    if state:
        operands["S0"] = rng.standard_normal((batch, heads, keys, values))
    return operands


def case(gated, state):
    rule, decay = ("gated_delta", "decay %g ") if gated else ("delta", "")
    return Case(
        rule + (", state" if state else ""),
        f"%o, %S = fidelity.linear_attention %q, %k, %v {decay}beta %b "
        f"{'state %S0 ' if state else ''}update_rule({rule}) {{scale = 1.0 : f64}}",
        lambda rng, length: draw(rng, length, gated, state),
        delta,
    )


CASES = [case(gated, state) for gated in [False, True] for state in [False, True]]
