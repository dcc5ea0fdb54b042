#!/usr/bin/env python3
"""Writes the inputs and expected results of linear attention beside this
script.

    python3 generate_attention.py

Needs NumPy. Every result is computed in float64, not by a state that goes from
token to token but as attention is: by the weight with which each query sees
each value, q_t · (∏ M_r) k_s β_s with the transitions M_r = (I - β k kᵀ) exp(g)
of the tokens between.
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent / "linear_attention"
rng = np.random.default_rng(20240610)

BATCH, QUERY_HEADS, HEADS, STEPS, KEYS, VALUES, FEATURES = 2, 6, 2, 5, 4, 3, 7


def save(**arrays):
    HERE.mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(HERE / f"{name}.npy", np.asarray(array, np.float64))


def attention(q, k, v, S, z, g=None, beta=None, normalize=False, causal=True, scale=1.0):
    """q, k [B, H, T, K], v [B, H, T, V]; the query heads of a head follow each other."""
    group = q.shape[1] // k.shape[1]
    steps, size = k.shape[2:]
    transitions = np.broadcast_to(np.eye(size), (*k.shape, size))
    if g is not None:
        transitions = np.exp(np.broadcast_to(g, k.shape))[..., None] * transitions
    if beta is not None:
        erase = np.eye(size) - beta[..., None, None] * k[..., :, None] * k[..., None, :]
        transitions = erase @ transitions
        k = beta[..., None] * k

    def product(start, stop):
        total = np.broadcast_to(np.eye(size), transitions[:, :, 0].shape)
        for t in range(start, stop):
            total = transitions[:, :, t] @ total
        return total

    def sums(stop, values, state):
        """What is left of the state and of all tokens before `stop`."""
        total = product(0, stop) @ state
        for s in range(stop):
            total = total + product(s + 1, stop) @ (k[:, :, s, :, None] * values[:, :, s, None, :])
        return total

    outputs = []
    for t in range(steps):
        stop = t + 1 if causal else steps
        query = q[:, :, t, None, :]
        read = query @ np.repeat(sums(stop, v, S), group, axis=1)
        if normalize:
            ones = np.ones((*v.shape[:3], 1))
            read = read / (query @ np.repeat(sums(stop, ones, z[..., None]), group, axis=1))
        outputs.append(scale * read[:, :, 0])
    last = sums(steps, v, S), sums(steps, np.ones((*v.shape[:3], 1)), z[..., None])[..., 0]
    return np.stack(outputs, axis=2), *last


def normal(*shape):
    return rng.standard_normal(shape)


def elu_plus_one(x):
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


q, k = normal(BATCH, QUERY_HEADS, STEPS, KEYS), normal(BATCH, HEADS, STEPS, KEYS)
v = normal(BATCH, HEADS, STEPS, VALUES)
S, z = normal(BATCH, HEADS, KEYS, VALUES), rng.uniform(1, 2, (BATCH, HEADS, KEYS))
g = -rng.uniform(0, 1, (BATCH, HEADS, STEPS, KEYS))
gamma = -rng.uniform(0, 1, (1, HEADS, 1))
beta = rng.uniform(0, 1, (BATCH, HEADS, STEPS))
omega = normal(FEATURES, KEYS)
save(q=q, k=k, v=v, S=S, z=z, g=g, gamma=gamma, beta=beta, omega=omega)

nothing = np.zeros_like(S), np.zeros_like(z)
root = KEYS**-0.5
gamma = gamma[..., None]
for name, results in {
    "linear": attention(q, k, v, *nothing, scale=root),
    "gated": attention(q, k, v, S, z, g=g, scale=root),
    "retention": attention(q, k, v, *nothing, g=gamma, causal=False, scale=0.75),
    "delta": attention(q, k, v, *nothing, beta=beta, scale=root),
    "gated_delta": attention(q, k, v, S, z, g=gamma, beta=beta, scale=root),
    "elu": attention(elu_plus_one(q), elu_plus_one(k), v, S, z, normalize=True),
    "relu": attention(np.maximum(q, 0) + 0, np.maximum(k, 0), v, *nothing, g=g, scale=root),
}.items():
    save(**{f"{name}_o": results[0], f"{name}_S": results[1], f"{name}_z": results[2]})


def performer(x):
    return np.exp(x @ omega.T - np.square(x).sum(-1, keepdims=True) / 2) / np.sqrt(FEATURES)


nothing = np.zeros((BATCH, HEADS, FEATURES, VALUES)), np.zeros((BATCH, HEADS, FEATURES))
o, last_S, last_z = attention(performer(q), performer(k), v, *nothing, normalize=True, causal=False)
save(performer_o=o, performer_S=last_S, performer_z=last_z)
