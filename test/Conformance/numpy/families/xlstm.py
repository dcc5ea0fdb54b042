"""Extended long short-term memory: mLSTM and sLSTM.

Beck et al., xLSTM, arXiv 2405.04517, section 2. The equations here are those
before stabilisation, (8) to (15) and (19) to (27), which float64 can hold; the
ops compute the stabilised form of appendix A. What an op says of its state
follows from these: its C, n and c are the paper's times exp(-m), where m is
the maximum of appendix A, in closed form below.
"""

import numpy as np

from harness import Case, Sum


def sigma(x):
    return 1 / (1 + np.exp(-x))


def log_sigma(x):
    return -np.logaddexp(0, -x)


def stabilizer(log_f, i, m0):
    """The m after the last step: what log i has become, or m0, if that is more.

    Time is the second dimension.
    """
    # Entry t: the logarithm of all forget gates after t.
    after = np.cumsum(log_f[:, ::-1], axis=1)[:, ::-1] - log_f
    return np.maximum(m0 + log_f.sum(axis=1), (i + after).max(axis=1))


def mlstm(q, k, v, i, f, C0=None, n0=None, m0=None, log_forget=log_sigma):
    """q and k [B, T, K], v [B, T, V], i and f [B, T]; C [B, K, V], the paper's transposed."""
    batch, length, keys = k.shape
    m0 = np.zeros(batch) if m0 is None else m0
    C = np.zeros((batch, keys, v.shape[-1])) if C0 is None else C0 * np.exp(m0)[:, None, None]
    n = np.zeros((batch, keys)) if n0 is None else n0 * np.exp(m0)[:, None]
    # The paper scales the keys; the op leaves its C and n as they would be without.
    scale = 1 / np.sqrt(keys)
    C, n = C * scale, n * scale
    # The same with the magnitudes of all terms: n and q may be all but orthogonal.
    C_terms, n_terms = np.abs(C), np.abs(n)
    outputs, terms = [], []
    for t in range(length):
        i_t, f_t = np.exp(i[:, t]), np.exp(log_forget(f[:, t]))
        k_t = scale * k[:, t]
        C = f_t[:, None, None] * C + i_t[:, None, None] * k_t[:, :, None] * v[:, t][:, None, :]
        n = f_t[:, None] * n + i_t[:, None] * k_t
        read = np.einsum("bkv,bk->bv", C, q[:, t])
        norm = np.maximum(np.abs(np.sum(n * q[:, t], axis=-1)), 1)[:, None]
        h = read / norm
        outputs.append(h)

        kv_terms = np.abs(k_t[:, :, None] * v[:, t][:, None, :])
        C_terms = f_t[:, None, None] * C_terms + i_t[:, None, None] * kv_terms
        n_terms = f_t[:, None] * n_terms + i_t[:, None] * np.abs(k_t)
        read_terms = np.einsum("bkv,bk->bv", C_terms, np.abs(q[:, t]))
        norm_terms = np.sum(n_terms * np.abs(q[:, t]), axis=-1, keepdims=True)
        terms.append((read_terms + np.abs(h) * norm_terms) / norm)
    m = stabilizer(log_forget(f), i, m0)
    return {
        "h": Sum(np.stack(outputs, axis=1), np.stack(terms, axis=1)),
        "C": C / scale * np.exp(-m)[:, None, None],
        "n": n / scale * np.exp(-m)[:, None],
        "m": m,
    }


def slstm(z, i, f, o, R, c0=None, n0=None, m0=None, h0=None, log_forget=log_sigma):
    """Pre-activations [B, T, H, D], and R, the four matrices, [4, H, D, D]."""
    batch, length, heads, width = z.shape
    zeros = np.zeros((batch, heads, width))
    m, h = (zeros if m0 is None else m0), (zeros if h0 is None else h0)
    c = zeros if c0 is None else c0 * np.exp(m)
    n = zeros if n0 is None else n0 * np.exp(m)
    outputs = []
    for t in range(length):
        mixed = np.einsum("ghij,bhj->gbhi", R, h)
        z_t = np.tanh(z[:, t] + mixed[0])
        i_t = i[:, t] + mixed[1]
        f_t = log_forget(f[:, t] + mixed[2])
        o_t = sigma(o[:, t] + mixed[3])
        # Appendix A; where nothing is remembered there is nothing to compare with.
        m = np.where(n == 0, i_t, np.maximum(f_t + m, i_t))
        c = np.exp(f_t) * c + np.exp(i_t) * z_t
        n = np.exp(f_t) * n + np.exp(i_t)
        h = o_t * c / n
        outputs.append(h)
    return {
        "h": np.stack(outputs, axis=1),
        "c": c * np.exp(-m),
        "n": n * np.exp(-m),
        "m": m,
        "last": h,
    }


def draw_mlstm(rng, length, state=False, shift=0.0):
    batch, keys, values = 3, 16, 24
    operands = {
        "q": rng.standard_normal((batch, length, keys)),
        "k": rng.standard_normal((batch, length, keys)),
        "v": rng.standard_normal((batch, length, values)),
        "i": rng.standard_normal((batch, length)) * 2,
        "f": rng.standard_normal((batch, length)) + shift,
    }
    if state:
        operands["C0"] = rng.standard_normal((batch, keys, values))
        operands["n0"] = rng.standard_normal((batch, keys))
        operands["m0"] = rng.standard_normal(batch)
    return operands


def draw_slstm(rng, length, state=False, shift=0.0):
    batch, heads, width = 2, 3, 8
    sequence = lambda: rng.standard_normal((batch, length, heads, width))
    operands = {"z": sequence(), "i": sequence(), "f": sequence() + shift, "o": sequence()}
    operands["R"] = rng.standard_normal((4, heads, width, width)) * 0.3
    if state:
        final = lambda: rng.standard_normal((batch, heads, width))
        operands |= {"c0": final(), "n0": np.exp(final()), "m0": final(), "h0": np.tanh(final())}
    return operands


# An exponential forget gate has m, and with it the arguments of exponentials,
# wander far from 0, and their roundings grow with them.
CASES = [
    Case(
        "mlstm",
        "%h, %C, %n, %m = fidelity.mlstm %q, %k, %v, %i, %f",
        lambda rng, length: draw_mlstm(rng, length, shift=3),
        mlstm,
    ),
    Case(
        "mlstm, state",
        "%h, %C, %n, %m = fidelity.mlstm %q, %k, %v, %i, %f state %C0, %n0, %m0",
        lambda rng, length: draw_mlstm(rng, length, state=True, shift=3),
        mlstm,
    ),
    Case(
        "mlstm, exponential forget gate",
        "%h, %C, %n, %m = fidelity.mlstm %q, %k, %v, %i, %f forget(exponential)",
        lambda rng, length: draw_mlstm(rng, length, shift=-0.1),
        lambda **operands: mlstm(**operands, log_forget=lambda f: f),
        growth=256,
    ),
    Case(
        "slstm",
        "%h, %c, %n, %m, %last = fidelity.slstm %z, %i, %f, %o, %R",
        lambda rng, length: draw_slstm(rng, length, shift=3),
        slstm,
        # What it says is what it hears next: no linear recurrence.
        chunks=False,
    ),
    Case(
        "slstm, state",
        "%h, %c, %n, %m, %last = fidelity.slstm %z, %i, %f, %o, %R state %c0, %n0, %m0, %h0",
        lambda rng, length: draw_slstm(rng, length, state=True, shift=3),
        slstm,
        chunks=False,
    ),
    Case(
        "slstm, exponential forget gate",
        "%h, %c, %n, %m, %last = fidelity.slstm %z, %i, %f, %o, %R forget(exponential)",
        lambda rng, length: draw_slstm(rng, length, shift=-0.5),
        lambda **operands: slstm(**operands, log_forget=lambda f: f),
        chunks=False,
    ),
]
