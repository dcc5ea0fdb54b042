"""Performer: attention with positive random features.

Choromanski et al., Rethinking Attention with Performers, arXiv 2009.14794:
lemma 1, equations (5) and (7), and the weighted mean of equation (4), both ways
and causal. That the mean comes near softmax attention as features become many
is what the paper proves, and is checked here on the equations alone.
"""

import numpy as np

from families.linear_transformer import attention
from harness import Case

KEYS, FEATURES = 12, 32


def phi(x, omega):
    return np.exp(x @ omega.T - np.sum(x * x, axis=-1, keepdims=True) / 2) / np.sqrt(len(omega))


def performer(q, k, v, omega, causal):
    return attention(q, k, v, lambda x: phi(x, omega), causal)


def draw(rng, length):
    batch, heads, values = 2, 2, 8
    return {
        # Softmax attention divides q·k by √K: here each by its root.
        "q": rng.standard_normal((batch, heads, length, KEYS)) / KEYS**0.25,
        "k": rng.standard_normal((batch, heads, length, KEYS)) / KEYS**0.25,
        "v": rng.standard_normal((batch, heads, length, values)),
        "omega": orthogonal(rng),
    }


def orthogonal(rng):
    """Rows as long as those of a Gaussian matrix, orthogonal in blocks of K."""
    blocks = [np.linalg.qr(rng.standard_normal((KEYS, KEYS)))[0] for _ in range(-(-FEATURES // KEYS))]
    lengths = np.linalg.norm(rng.standard_normal((FEATURES, KEYS)), axis=-1, keepdims=True)
    return np.concatenate(blocks)[:FEATURES] * lengths


CASES = [
    Case(
        "causal" if causal else "not causal",
        "%o, %S, %z = fidelity.linear_attention %q, %k, %v features %omega "
        f"update_rule(linear) feature_map(positive_random) {{normalize, causal = {str(causal).lower()}}}",
        draw,
        lambda causal=causal, **operands: performer(**operands, causal=causal),
        growth=256,
        chunks=causal,
    )
    for causal in [True, False]
]
