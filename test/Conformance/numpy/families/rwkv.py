"""Time mixing of RWKV-6 and RWKV-7.

Peng et al., Eagle and Finch, arXiv 2404.05892, equations (18) to (20), and
Peng et al., RWKV-7 Goose, arXiv 2503.14456, equations (15) to (17). The state
of version 7 is the paper's, [V, K], and turned round for the op at the end.
"""

import numpy as np

from harness import Case


def finch(r, d, k, v, u=None, S0=None):
    """r, d, k [B, H, T, K], v [B, H, T, V], u [H, K]; w = exp(d)."""
    batch, heads, length, keys = r.shape
    w = np.exp(d)
    u = np.zeros((heads, keys)) if u is None else u
    s = np.zeros((batch, heads, keys, v.shape[-1])) if S0 is None else S0
    outputs = []
    for t in range(length):
        kv = np.einsum("bhk,bhv->bhkv", k[:, :, t], v[:, :, t])
        wkv = s + u[..., None] * kv
        outputs.append(np.einsum("bhk,bhkv->bhv", r[:, :, t], wkv))
        s = w[:, :, t][..., None] * s + kv
    return {"o": np.stack(outputs, axis=2), "S": s}


def goose(r, d, k, v, a=None, b=None, rho=None, S0=None):
    """As above, with a = -κ̂ and b = κ̂ ⊙ the paper's a."""
    batch, heads, length, keys = r.shape
    wkv = np.zeros((batch, heads, v.shape[-1], keys)) if S0 is None else np.swapaxes(S0, 2, 3)
    identity = np.eye(keys)
    outputs = []
    for t in range(length):
        transition = np.exp(d[:, :, t])[..., None] * identity
        if a is not None:
            kappa, rate = -a[:, :, t], b[:, :, t]
            transition = transition - kappa[..., :, None] * rate[..., None, :]
        wkv = wkv @ transition + v[:, :, t][..., :, None] * k[:, :, t][..., None, :]
        o = np.einsum("bhvk,bhk->bhv", wkv, r[:, :, t])
        if rho is not None:
            o += np.sum(r[:, :, t] * rho * k[:, :, t], axis=-1, keepdims=True) * v[:, :, t]
        outputs.append(o)
    return {"o": np.stack(outputs, axis=2), "S": np.swapaxes(wkv, 2, 3)}


def draw(rng, length, version, bonus=False, state=False, erase=False):
    batch, heads, keys, values = 2, 2, 12, 16
    sequence = lambda size: rng.standard_normal((batch, heads, length, size))
    # The decays of the papers: exp(-exp(.)), and exp(-σ(.)/√e).
    decay = sequence(keys)
    decay = -np.exp(decay - 2) if version == 6 else -np.exp(-0.5) / (1 + np.exp(-decay))
    operands = {"r": sequence(keys), "d": decay, "k": sequence(keys), "v": sequence(values)}
    if erase:
        kappa = sequence(keys)
        kappa /= np.linalg.norm(kappa, axis=-1, keepdims=True)
        rate = 1 / (1 + np.exp(-sequence(keys)))
        operands |= {"a": -kappa, "b": kappa * rate}
    if bonus:
        operands["u" if version == 6 else "rho"] = rng.standard_normal((heads, keys))
    if state:
        operands["S0"] = rng.standard_normal((batch, heads, keys, values))
    return operands


CASES = [
    Case(
        "version 6",
        "%o, %S = fidelity.rwkv %r, %d, %k, %v bonus %u version(v6)",
        lambda rng, length: draw(rng, length, 6, bonus=True),
        finch,
    ),
    Case(
        "version 6, state, no bonus",
        "%o, %S = fidelity.rwkv %r, %d, %k, %v state %S0 version(v6)",
        lambda rng, length: draw(rng, length, 6, state=True),
        finch,
    ),
    Case(
        "version 7",
        "%o, %S = fidelity.rwkv %r, %d, %k, %v erase %a, %b bonus %rho version(v7)",
        lambda rng, length: draw(rng, length, 7, erase=True, bonus=True),
        goose,
    ),
    Case(
        "version 7, state, no bonus",
        "%o, %S = fidelity.rwkv %r, %d, %k, %v erase %a, %b state %S0 version(v7)",
        lambda rng, length: draw(rng, length, 7, erase=True, state=True),
        goose,
    ),
]
