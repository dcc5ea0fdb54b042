#!/usr/bin/env python3
"""Writes the inputs and expected results of the recurrent mixers beside this
script.

    python3 generate_recurrent.py

Needs NumPy. Every result is computed in float64 from the published equations,
in another form than the Rust code has: closed sums over all earlier steps, a
state that is not stabilised, matrices in the paper's layout.
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20240507)


def save(folder, **arrays):
    (HERE / folder).mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(HERE / folder / f"{name}.npy", np.asarray(array, np.float64))


def sigmoid(x):
    return 0.5 * (1.0 + np.tanh(x / 2))


def log_sigmoid(x):
    return -np.logaddexp(0, -x)


# xLSTM, matrix memory (arXiv 2405.04517, the parallel form of its appendix).


def mlstm(q, k, v, i, log_f, C, n, m, scale, epsilon):
    steps = q.shape[-2]
    total = np.cumsum(log_f, -1)
    # log D: from step s, and in the first column from the state, to step t.
    log_D = np.where(
        np.tril(np.ones((steps, steps), bool)),
        total[..., :, None] - total[..., None, :] + i[..., None, :],
        -np.inf,
    )
    log_D = np.concatenate([(total + m[..., None])[..., None], log_D], -1)
    ms = log_D.max(-1)
    D = np.exp(log_D - ms[..., None])
    scores = (scale * q @ np.swapaxes(k, -1, -2)) * D[..., 1:]
    from_state = D[..., :1]
    read = scores @ v + from_state * (scale * q @ C)
    norm = scores.sum(-1) + from_state[..., 0] * (scale * q @ n[..., None])[..., 0]
    h = read / (np.maximum(np.abs(norm), np.exp(-ms)) + epsilon)[..., None]
    last = D[..., -1, :]
    weighted = last[..., 1:, None] * k
    C = last[..., 0, None, None] * C + np.swapaxes(weighted, -1, -2) @ v
    n = last[..., 0, None] * n + weighted.sum(-2)
    return h, C, n, ms[..., -1]


shape, keys, values = (2, 3, 5), 4, 6
q, k = rng.standard_normal((2, *shape, keys))
v = rng.standard_normal((*shape, values))
i, f = 2 * rng.standard_normal((2, *shape))
C = rng.standard_normal((*shape[:-1], keys, values))
n = rng.standard_normal((*shape[:-1], keys))
m = rng.standard_normal(shape[:-1])
names = ["h", "last_C", "last_n", "last_m"]
from_zero = mlstm(q, k, v, i, log_sigmoid(f), 0 * C, 0 * n, 0 * m, keys**-0.5, 0.0)
from_state = mlstm(q, k, v, i, log_sigmoid(f), C, n, m, keys**-0.5, 0.0)
options = mlstm(q, k, v, i, f, C, n, m, 0.7, 0.05)
save("mlstm", q=q, k=k, v=v, i=i, f=f, C=C, n=n, m=m)
save("mlstm", **dict(zip(names, from_state)))
save("mlstm", **{f"{name}_from_zero": array for name, array in zip(names, from_zero)})
save("mlstm", **{f"{name}_options": array for name, array in zip(names, options)})


# xLSTM, scalar memory: c and n without the stabiliser, which only scales them.


def slstm(gates, R, c, n, m, h, log_forget):
    c, n = c * np.exp(m), n * np.exp(m)
    hs = []
    for t in range(gates.shape[2]):
        z, i, f, o = gates[:, :, t] + np.einsum("ghij,bhj->gbhi", R, h)
        log_f = log_forget(f)
        m = np.where(n == 0, i, np.maximum(log_f + m, i))
        c = np.exp(log_f) * c + np.exp(i) * np.tanh(z)
        n = np.exp(log_f) * n + np.exp(i)
        h = sigmoid(o) * c / n
        hs.append(h)
    return np.stack(hs, 1), c * np.exp(-m), n * np.exp(-m), m, h


gates = rng.standard_normal((4, 2, 5, 3, 4))
R = rng.standard_normal((4, 3, 4, 4))
c, m, h = rng.standard_normal((3, 2, 3, 4))
n = rng.uniform(0.5, 2, (2, 3, 4))
zero = np.zeros_like(c)
names = ["output", "last_c", "last_n", "last_m", "last_h"]
from_zero = slstm(gates, R, zero, zero, zero, zero, log_sigmoid)
from_state = slstm(gates, R, c, n, m, h, lambda f: f)
save("slstm", **dict(zip("zifo", gates)), R=R, c=c, n=n, m=m, h=h)
save("slstm", **dict(zip(names, from_state)))
save("slstm", **{f"{name}_from_zero": array for name, array in zip(names, from_zero)})


# Mega's moving average (arXiv 2209.10655): a convolution with powers of the
# decay.


def ema(x, alpha, delta, beta, eta, h):
    steps = x.shape[-2]
    lag = np.arange(steps)[:, None] - np.arange(steps)
    powers = np.where(
        lag[..., None, None] < 0,
        0.0,
        (1 - alpha * delta) ** np.maximum(lag, 0)[..., None, None],
    )
    kernel = alpha * beta * powers
    decayed = (1 - alpha * delta) ** np.arange(1, steps + 1)[:, None, None]
    y = np.einsum("tsdn,dn,...sd->...td", kernel, eta, x)
    y += np.einsum("tdn,dn,...dn->...td", decayed, eta, h)
    last = np.einsum("sdn,...sd->...dn", kernel[-1], x) + decayed[-1] * h
    return y, last


x, h = rng.standard_normal((2, 6, 3)), rng.standard_normal((2, 3, 4))
alpha, delta = sigmoid(rng.standard_normal((2, 3, 4)))
beta, eta = rng.standard_normal((2, 3, 4))
y, last = ema(x, alpha, delta, beta, eta, h)
y_from_zero, last_from_zero = ema(x, alpha, delta, beta, eta, 0 * h)
save("ema", x=x, alpha=alpha, delta=delta, beta=beta, eta=eta, h=h, y=y, last=last)
save("ema", y_from_zero=y_from_zero, last_from_zero=last_from_zero)


# RWKV-6 (arXiv 2404.05892): sums over the earlier steps, with products of the
# decays between.


def rwkv6(r, w, k, v, u, S):
    steps = r.shape[-2]
    total = np.concatenate([np.zeros_like(w[..., :1, :]), np.cumsum(w, -2)], -2)
    o = np.zeros_like(v)
    for t in range(steps):
        for s in range(t):
            between = np.exp(total[..., t, :] - total[..., s + 1, :])
            score = (r[..., t, :] * between * k[..., s, :]).sum(-1, keepdims=True)
            o[..., t, :] += score * v[..., s, :]
        now = (r[..., t, :] * u * k[..., t, :]).sum(-1, keepdims=True)
        o[..., t, :] += now * v[..., t, :]
        before = np.exp(total[..., t, :]) * r[..., t, :]
        o[..., t, :] += np.einsum("...k,...kv->...v", before, S)
    after = np.exp(total[..., -1:, :] - total[..., 1:, :])
    last = np.exp(total[..., -1, :, None]) * S + np.swapaxes(after * k, -1, -2) @ v
    return o, last


# RWKV-7 (arXiv 2503.14456): transition matrices of a state that is [V, K].


def rwkv7(r, w, k, v, kappa, a, rho, S):
    S = np.swapaxes(S, -1, -2)
    outputs = []
    for t in range(r.shape[-2]):
        kept = np.exp(w[..., t, :])[..., None, :] * np.eye(w.shape[-1])
        erased = kappa[..., t, :, None] * (a * kappa)[..., t, None, :]
        S = S @ (kept - erased) + v[..., t, :, None] * k[..., t, None, :]
        bonus = (r[..., t, :] * rho * k[..., t, :]).sum(-1, keepdims=True)
        outputs.append((S @ r[..., t, :, None])[..., 0] + bonus * v[..., t, :])
    return np.stack(outputs, -2), np.swapaxes(S, -1, -2)


shape, keys, values = (2, 3, 5), 4, 6
r, w, k, kappa, a = rng.standard_normal((5, *shape, keys))
w, a = -np.exp(w), sigmoid(a)
kappa /= np.linalg.norm(kappa, axis=-1, keepdims=True)
v = rng.standard_normal((*shape, values))
u = rng.standard_normal((shape[1], keys))
S = rng.standard_normal((*shape[:-1], keys, values))
save("rwkv", r=r, w=w, k=k, v=v, a=-kappa, b=a * kappa, u=u, S=S)
for name, bonus, state in [("", u, S), ("_plain", 0 * u, 0 * S)]:
    o6, S6 = rwkv6(r, w, k, v, bonus, state)
    o7, S7 = rwkv7(r, w, k, v, kappa, a, bonus, state)
    save("rwkv", **{f"o6{name}": o6, f"S6{name}": S6, f"o7{name}": o7, f"S7{name}": S7})
