"""Diagonal structured state-space model.

Gu et al., On the Parameterization and Initialization of Diagonal State Space
Models, arXiv 2206.11893: discretisation, equation (3) by the zero-order hold
and the bilinear rule, and the convolution with the Vandermonde kernel,
equation (4) and listing 1. The kernel is 2 Re of the sum over one of each pair
of conjugates: the 2 is part of C here.
"""

import numpy as np

from harness import Case

SIZE = 8

# Δ A is up to 8, an angle whose rounding comes back in each step, and the
# slowest states have some 200 steps.
GROWTH = 512


def kernel(A_bar, B_bar, C, length):
    vandermonde = A_bar[..., None] ** np.arange(length)
    return np.einsum("dn,dnl->dl", C * B_bar, vandermonde).real


def zoh(A, B, dt):
    dtA = dt[:, None] * A
    return np.exp(dtA), (np.exp(dtA) - 1) / A * B


def bilinear(A, B, dt):
    dtA = dt[:, None] * A
    return (1 + dtA / 2) / (1 - dtA / 2), dt[:, None] * B / (1 - dtA / 2)


def s4d(x, dt, A, B, C, D, discretize):
    """x [B, T, D]; Δ, D [D]; A, B, C [D, N]."""
    K = kernel(*discretize(A, B, dt), C, x.shape[1])
    y = D * x
    for b in range(x.shape[0]):
        for d in range(x.shape[2]):
            y[b, :, d] += np.convolve(x[b, :, d], K[d])[: x.shape[1]]
    return y


def states(x, dt, A, B, discretize, h0):
    """The last state, the sum of every input with what is left of it."""
    A_bar, B_bar = discretize(A, B, dt)
    length = x.shape[1]
    powers = A_bar[..., None] ** np.arange(length, -1, -1)
    h = np.einsum("dnt,btd->bdn", B_bar[..., None] * powers[..., 1:], x)
    return h + powers[..., 0] * h0


def from_state(dt, A, C, discretize, h0, length):
    """What the first state adds to the output."""
    A_bar, _ = discretize(A, A, dt)
    powers = A_bar[..., None] ** np.arange(1, length + 1)
    return np.einsum("dn,dnt,bdn->btd", C, powers, h0).real


def lin(channels):
    """S4D-Lin."""
    return np.tile(-0.5 + 1j * np.pi * np.arange(SIZE), (channels, 1))


def inverse(channels):
    """S4D-Inv, for twice as many states, of which these are one of each pair."""
    n = np.arange(SIZE)
    return np.tile(-0.5 + 1j * 2 * SIZE / np.pi * (2 * SIZE / (2 * n + 1) - 1), (channels, 1))


def real(channels):
    """S4D-Real."""
    return np.tile(-(np.arange(SIZE) + 1.0), (channels, 1))


def draw(rng, length, start, state=False):
    batch, channels = 2, 6
    A = start(channels)
    part = lambda *shape: (
        rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
        if np.iscomplexobj(A)
        else rng.standard_normal(shape)
    )
    operands = {
        "x": rng.standard_normal((batch, length, channels)),
        "dt": np.exp(rng.uniform(np.log(0.01), np.log(0.1), channels)),
        "A": A,
        "B": np.ones_like(A),
        "C": 2 * part(channels, SIZE),
        "D": rng.standard_normal(channels),
    }
    if state:
        operands["h0"] = part(batch, channels, SIZE)
    return operands


def convolution(method, start):
    def equation(x, dt, A, B, C, D):
        return {"y": s4d(x, dt, A, B, C, D, method)}

    return Case(
        f"convolution, {start.__name__}, {method.__name__}",
        f"""
  %Ab, %Bb = fidelity.ssm.discretize %dt, %A, %B method({method.__name__}) : (!dt, !A, !B) -> (!A, !B)
  %y = fidelity.ssm.convolution %x, %Ab, %Bb, %C skip %D : (!x, !A, !B, !C, !D) -> !y""",
        lambda rng, length: draw(rng, length, start),
        equation,
        growth=GROWTH,
        # In f16 a real A is rounded between the two ops.
        precisions=("f32", "f64") if start is real else ("f32", "f16", "f64"),
    )


def scan(method, start):
    def equation(x, dt, A, B, C, D, h0):
        y = s4d(x, dt, A, B, C, D, method) + from_state(dt, A, C, method, h0, x.shape[1])
        return {"y": y, "h": states(x, dt, A, B, method, h0)}

    return Case(
        f"scan, {start.__name__}, {method.__name__}, state",
        f"""
  %Ab, %Bb = fidelity.ssm.discretize %dt, %A, %B method({method.__name__}) : (!dt, !A, !B) -> (!A, !B)
  %y, %h = fidelity.ssm.scan %x, %Ab, %Bb, %C skip %D state %h0 : (!x, !A, !B, !C, !D, !h0) -> (!y, !h)""",
        lambda rng, length: draw(rng, length, start, state=True),
        equation,
        growth=GROWTH,
        precisions=("f32", "f64") if start is real else ("f32", "f16", "f64"),
    )


CASES = [
    convolution(zoh, lin),
    convolution(bilinear, inverse),
    convolution(zoh, real),
    scan(zoh, inverse),
    scan(bilinear, real),
]
