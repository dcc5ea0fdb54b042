"""Multi-dimensional damped exponential moving average.

Ma et al., Mega, arXiv 2209.10655: equation (2), the recurrence, is what the op
is; here its output is the convolution of section 3.3, equation (10), with the
kernel K_l = Σ_n η_n α_n β_n (1 - α_n δ_n)^l.
"""

import numpy as np

from harness import Case


def ema(x, alpha, delta, beta, eta, h0=None):
    """x [B, T, D]; α, δ, β, η [D, N]; h [B, D, N]."""
    batch, length, channels = x.shape
    phi = 1 - alpha * delta
    powers = phi[:, :, None] ** np.arange(length + 1)
    kernel = np.einsum("dn,dnl->dl", eta * alpha * beta, powers[..., :-1])
    y = np.empty_like(x)
    for b in range(batch):
        for d in range(channels):
            y[b, :, d] = np.convolve(x[b, :, d], kernel[d])[:length]
    # The last state: every input, with what is left of it.
    h = np.einsum("btd,dnt->bdn", x, (alpha * beta)[..., None] * powers[..., -2::-1])
    if h0 is not None:
        y += np.einsum("dn,dnt,bdn->btd", eta, powers[..., 1:], h0)
        h += powers[..., -1] * h0
    return {"y": y, "h": h}


def draw(rng, length, state=False):
    batch, channels, size = 2, 6, 8
    weight = lambda low, high: rng.uniform(low, high, (channels, size))
    operands = {
        "x": rng.standard_normal((batch, length, channels)),
        "alpha": weight(0.01, 0.99),
        "delta": weight(0.01, 0.99),
        "beta": rng.standard_normal((channels, size)),
        "eta": rng.standard_normal((channels, size)) / np.sqrt(size),
    }
    if state:
        operands["h0"] = rng.standard_normal((batch, channels, size))
    return operands


CASES = [
    Case(
        "ema",
        "%y, %h = fidelity.ema %x, %alpha, %delta, %beta, %eta",
        draw,
        ema,
    ),
    Case(
        "ema, state",
        "%y, %h = fidelity.ema %x, %alpha, %delta, %beta, %eta state %h0",
        lambda rng, length: draw(rng, length, state=True),
        ema,
    ),
]
