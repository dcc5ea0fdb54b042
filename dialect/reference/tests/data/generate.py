#!/usr/bin/env python3
"""Writes the inputs and expected results beside this script.

    python3 generate.py

Needs NumPy. Every result is computed in float64 from the op's equation, by
other means than the Rust code where there are any (matrix products, closed
forms), and is then rounded to the type that the op gives it.
"""

import math
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(20240227)


def save(folder, **arrays):
    (HERE / folder).mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(HERE / folder / f"{name}.npy", array)


def normal(*shape, dtype=np.float64, scale=1.0):
    return (rng.standard_normal(shape) * scale).astype(dtype)


def trits(*shape):
    return rng.integers(-1, 2, shape).astype(np.int8)


def f64(array):
    return np.asarray(array, np.float64)


def sigmoid(x):
    # (1 + tanh(x/2)) / 2 is the other textbook form.
    return 0.5 * (1.0 + np.tanh(x / 2))


def silu(x):
    return x * sigmoid(x)


# Elementwise.

ACTIVATIONS = {
    "sigmoid": lambda x: np.where(x > -1, sigmoid(x), np.exp(x) / (1 + np.exp(x))),
    "tanh": np.tanh,
    "silu": lambda x: np.where(x > -1, silu(x), x * np.exp(x) / (1 + np.exp(x))),
    "relu": lambda x: np.maximum(x, 0),
    "squared_relu": lambda x: np.maximum(x, 0) ** 2,
    "exp": np.exp,
    "softplus": lambda x: np.logaddexp(0, x),
    "elu_plus_one": lambda x: np.where(x > 0, x + 1, np.exp(x)),
    "gelu": np.vectorize(lambda x: x * math.erfc(-x / math.sqrt(2)) / 2),
    "gelu_tanh": lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
}
x = np.concatenate([np.linspace(-12, 12, 49), [-300.0, 300.0, 1e-30, -1e-30]])
halves = normal(4, 8, dtype=np.float16, scale=3)
save("activations", x=x, halves=halves)
for name, function in ACTIVATIONS.items():
    save(
        "activations",
        **{
            name: f64(function(x)),
            f"{name}_of_halves": f64(function(f64(halves))).astype(np.float16),
        },
    )

lhs, rhs = normal(2, 1, 3, dtype=np.float32), normal(4, 1, dtype=np.float32)
save("broadcast", lhs=lhs, rhs=rhs, add=lhs + rhs, subtract=lhs - rhs, multiply=lhs * rhs)

gate, up = normal(3, 5, dtype=np.float32), normal(3, 5, dtype=np.float32)
save("swiglu", gate=gate, up=up, y=(silu(f64(gate)) * f64(up)).astype(np.float32))


# Norms.


def rms_norm(x, weight, epsilon):
    x = f64(x)
    return x * np.power(np.mean(np.square(x), -1, keepdims=True) + epsilon, -0.5) * f64(weight)


x, weight = normal(2, 3, 5, dtype=np.float32), normal(5)
save(
    "rms_norm",
    x=x,
    weight=weight,
    y=rms_norm(x, weight, 1e-6).astype(np.float32),
    y_without_weight=rms_norm(x, 1.0, 0.5).astype(np.float32),
)


# Recurrent.


def mlgru(forget, candidate, gate, state, bound, tau):
    """h_T = (∏ f) h_0 + Σ_t (∏_{r>t} f_r) (1 - f_t) τ(c_t), step by step summed."""
    f = bound + (1 - bound) * sigmoid(forget)
    feed = (1 - f) * tau(candidate)
    steps = forget.shape[-2]
    h = np.empty_like(forget)
    for last in range(steps):
        h[..., last, :] = np.prod(f[..., : last + 1, :], -2) * state
        for t in range(last + 1):
            h[..., last, :] += np.prod(f[..., t + 1 : last + 1, :], -2) * feed[..., t, :]
    output = h if gate is None else sigmoid(gate) * h
    return output, h[..., -1, :]


forget, candidate, gate = normal(2, 3, 4, 5), normal(2, 3, 4, 5), normal(2, 3, 4, 5)
state, bound = normal(2, 3, 5), rng.uniform(0, 1, 5)
output, last = mlgru(forget, candidate, gate, state, bound, silu)
plain, plain_last = mlgru(forget, candidate, None, np.zeros_like(state), 0.0, np.tanh)
save(
    "mlgru",
    forget=forget,
    candidate=candidate,
    gate=gate,
    state=state,
    bound=bound,
    output=output,
    last=last,
    plain=plain,
    plain_last=plain_last,
)


# State spaces.

state, x = normal(2, 3, 4), normal(2, 3)
A, B, C, D = normal(3, 4), normal(2, 1, 4), normal(4), normal(3)
save(
    "state_space",
    state=state,
    x=x,
    A=A,
    B=B,
    C=C,
    D=D,
    next=A * state + B * x[..., None],
    y=np.einsum("n,ban->ba", C, state),
    y_with_skip=state @ C + D * x,
)


# Ternary.


def quantize(x):
    s = 127 / np.maximum(np.abs(f64(x)).max(-1, keepdims=True), 1e-5)
    return np.clip(np.rint(f64(x) * s), -128, 127), 1 / s


def linear(x, w, scale):
    scale = f64(scale)
    if scale.ndim < 2:
        return f64(x) @ f64(w).T * scale
    return f64(x) @ (f64(w) * np.repeat(scale, w.shape[1] // scale.shape[1], 1)).T


x, q, w = normal(2, 3, 8, dtype=np.float32), rng.integers(-128, 128, (3, 8)).astype(np.int8), trits(5, 8)
scales = {
    "scalar": f64(0.37),
    "row": rng.uniform(0.1, 2, 5).astype(np.float32),
    "group": rng.uniform(0.1, 2, (5, 4)).astype(np.float16),
}
save("ternary_linear", x=x, q=q, w=w, y=linear(x, w, 1).astype(np.float32))
save("ternary_linear", y_of_q=(q.astype(np.int32) @ w.T.astype(np.int32)))
for name, scale in scales.items():
    save(
        "ternary_linear",
        **{
            f"scale_{name}": scale,
            f"y_{name}": linear(x, w, scale).astype(np.float32),
            f"y_of_q_{name}": linear(q, w, scale).astype(scale.dtype),
        },
    )
init, init_of_q = normal(2, 3, 5, dtype=np.float32), rng.integers(-999, 999, (3, 5)).astype(np.int32)
save(
    "ternary_linear",
    init=init,
    init_of_q=init_of_q,
    accumulated=(linear(x, w, 1) + init).astype(np.float32),
    accumulated_of_q=init_of_q + q.astype(np.int32) @ w.T.astype(np.int32),
)

weights = normal(6, 8, dtype=np.float32, scale=0.05)
save("ternarize", weights=weights)
for name, shape in {"tensor": (1, 48), "row": (6, 8), "group": (24, 2)}.items():
    runs = f64(weights).reshape(shape)
    gamma = np.maximum(np.abs(runs).mean(1), 1e-5)
    codes = np.clip(np.rint(runs / gamma[:, None]), -1, 1).astype(np.int8).reshape(6, 8)
    gamma = gamma.reshape({"tensor": (), "row": (6,), "group": (6, 4)}[name])
    save("ternarize", **{f"trits_{name}": codes, f"gamma_{name}": gamma.astype(np.float32)})

x = normal(2, 3, 7, dtype=np.float32, scale=4)
x[1, 2] = 0
codes, inverse = quantize(x)
save("quantize_activations", x=x, q=codes.astype(np.int8), inverse=inverse.astype(np.float32))

x, norm, bias = normal(2, 3, 8, dtype=np.float32), normal(8), normal(5, dtype=np.float32)
codes, inverse = quantize(rms_norm(x, norm, 1e-8))
plain_codes, plain_inverse = quantize(rms_norm(x, 1.0, 1e-5))
save(
    "bit_linear",
    x=x,
    w=w,
    norm=norm,
    bias=bias,
    scale=scales["group"],
    y=(linear(codes, w, scales["group"]) * inverse + bias).astype(np.float32),
    y_plain=(linear(plain_codes, w, 2.0) * plain_inverse).astype(np.float32),
)

def packed(trits, per_byte, base):
    digits = np.choose(trits + 1, [1, 0, 2])
    digits = np.pad(digits, [(0, 0), (0, -trits.shape[1] % per_byte)])
    digits = digits.reshape(len(trits), -1, per_byte)
    return (digits @ base ** np.arange(per_byte)).astype(np.uint8)


wide = trits(3, 11)
save("pack", trits=wide, packed2=packed(wide, 4, 4), packed5=packed(wide, 5, 3))


# Routing, as GShard writes it: masks, cumulative sums and products of tensors.

routing = np.random.default_rng(20060616)


def route(logits, top_k, over):
    order = np.argsort(-logits, -1, kind="stable")[..., :top_k]
    chosen = np.take_along_axis(logits, order, -1)
    log_sum = np.logaddexp.reduce({"selected": chosen, "all": logits}[over], -1, keepdims=True)
    return np.exp(chosen - log_sum), order.astype(np.int32)


def dispatch(tokens, indices, experts, capacity):
    mask = indices[..., None] == np.arange(experts)  # [T, k, E]
    ordered = mask.transpose(1, 0, 2).reshape(-1, experts)  # all first choices first
    before = (np.cumsum(ordered, 0) - ordered).reshape(*mask.shape[1::-1], experts)
    place = before.transpose(1, 0, 2)
    sent = mask & (place < capacity)
    slots = place[..., None] == np.arange(capacity)
    one_hot = sent[..., None] & slots  # [T, k, E, C]
    positions = np.where(sent.any(-1), (place * sent).sum(-1), -1).astype(np.int32)
    return one_hot, np.einsum("tkec,td->ecd", one_hot, tokens), positions


logits = np.round(routing.standard_normal((3, 17, 5)) * 4) / 4  # with ties
for over in ["selected", "all"]:
    weights, indices = route(logits, 3, over)
    save("route", logits=logits, indices=indices, **{f"weights_{over}": weights})

tokens = routing.standard_normal((17, 4))
weights, indices = route(logits[0], 2, "selected")
indices[3, 1], indices[5, 0] = -1, 5
one_hot, dispatched, positions = dispatch(tokens, indices, 5, 6)
outputs = routing.standard_normal((5, 6, 4))
save(
    "dispatch",
    tokens=tokens,
    indices=indices,
    dispatched=dispatched,
    positions=positions,
    weights=weights,
    outputs=outputs,
    combined=np.einsum("tkec,tk,ecd->td", one_hot, weights, outputs),
)


# The file format.

counting = np.arange(-6, 18).reshape(2, 3, 4)
for dtype in ["float16", "float32", "float64", "int8", "int16", "int32", "int64"]:
    save("npy", **{dtype: counting.astype(dtype)})
save(
    "npy",
    uint8=(counting % 256).astype(np.uint8),
    bool=counting % 2 == 1,
    fortran=np.asfortranarray(counting.astype(np.float32)),
    big_endian=counting.astype(">f4"),
    big_endian_fortran=np.asfortranarray(counting.astype(">i2")),
    scalar=np.float64(2.5),
    empty=np.zeros((2, 0, 3), np.float32),
    structured=np.zeros(2, [("a", "f4"), ("b", "i4")]),
    text=np.array(["ab"]),
)
pairs = counting + 1j * (0.5 - counting)
save(
    "npy",
    complex64=pairs.astype(np.complex64),
    complex128=pairs,
    complex_big_endian_fortran=np.asfortranarray(pairs.astype(">c8")),
)
for major in [2, 3]:
    with open(HERE / "npy" / f"version{major}.npy", "wb") as file:
        np.lib.format.write_array(file, counting.astype(np.float32), version=(major, 0))
