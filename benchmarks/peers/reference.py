"""What the peers are checked against: the equations in NumPy, in f64.

Shapes are those of the dialect's ops without the batch: heads before time.
"""

import numpy as np

# Larger than any cache: the copies of a weight matrix that are gone through in turn.
COLD_BYTES = 600_000_000


def trits(outputs, inputs):
    """A ternary matrix."""
    return np.random.default_rng(0).integers(-1, 2, (outputs, inputs), dtype=np.int8)


def activations(rows, inputs):
    return np.random.default_rng(1).standard_normal((rows, inputs), dtype=np.float32)


def check(name, actual, expected, tolerance):
    """Fails when the largest error, against the size of the numbers, is larger."""
    actual, expected = np.asarray(actual, np.float64), np.asarray(expected, np.float64)
    if actual.shape != expected.shape:
        raise ValueError(f"{name}: expected the shape {expected.shape}, but got {actual.shape}")
    size = np.sqrt(np.mean(expected * expected))
    error = np.max(np.abs(actual - expected)) / size
    if not error <= tolerance:
        raise ValueError(f"{name}: expected NumPy's result within {tolerance}, but got an error of {error}")


def sequence(op, shape, steps):
    """The operands of an op on a sequence, by name."""
    random = np.random.default_rng(2)

    def normal(*sizes):
        return random.standard_normal(sizes, dtype=np.float32)

    def log_decay(*sizes):
        return -0.1 * random.random(sizes, dtype=np.float32) - 0.01

    if op == "mamba":
        d, n = shape["channels"], shape["states"]
        return {
            "x": normal(steps, d),
            "dt": normal(steps, d),
            "a": -random.random((d, n), dtype=np.float32),
            "b": normal(steps, n),
            "c": normal(steps, n),
            "state": normal(d, n),
        }
    if op == "ssd":
        h, p, n = shape["heads"], shape["size"], shape["states"]
        return {
            "x": normal(steps, h, p),
            "dt": normal(steps, h),
            "a": -random.random(h, dtype=np.float32),
            "b": normal(steps, n),
            "c": normal(steps, n),
            "state": normal(h, p, n),
        }
    if op == "mlgru":
        d = shape["channels"]
        return {"f": normal(steps, d), "c": normal(steps, d), "state": normal(d)}
    h, d = shape["heads"], shape["size"]
    operands = {name: normal(h, steps, d) for name in ("q", "k", "v")}
    operands["state"] = normal(h, d, d)
    if op == "gated_delta":
        operands["k"] /= np.linalg.norm(operands["k"], axis=-1, keepdims=True)
        operands["g"] = log_decay(h, steps)
        operands["beta"] = random.random((h, steps), dtype=np.float32)
    else:
        operands["g"] = log_decay(h, steps, d)
    if op == "rwkv6":
        operands["u"] = normal(h, d)
    if op == "rwkv7":
        unit = operands["k"] / np.linalg.norm(operands["k"], axis=-1, keepdims=True)
        operands["a"] = -unit
        operands["b"] = unit * random.random((h, steps, d), dtype=np.float32)
    return operands


def softplus(x):
    return np.log1p(np.exp(x))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def evaluate(op, operands):
    """The output, and the last state, step by step."""
    o = {name: value.astype(np.float64) for name, value in operands.items()}
    state = o.pop("state")
    outputs = []
    if op == "mamba":
        for x, dt, b, c in zip(o["x"], softplus(o["dt"]), o["b"], o["c"]):
            state = np.exp(dt[:, None] * o["a"]) * state + (dt * x)[:, None] * b
            outputs.append(state @ c)
        return np.stack(outputs), state
    if op == "ssd":
        for x, dt, b, c in zip(o["x"], softplus(o["dt"]), o["b"], o["c"]):
            state = np.exp(dt * o["a"])[:, None, None] * state + (dt[:, None] * x)[..., None] * b
            outputs.append(state @ c)
        return np.stack(outputs), state
    if op == "mlgru":
        for f, c in zip(sigmoid(o["f"]), o["c"] * sigmoid(o["c"])):
            state = f * state + (1 - f) * c
            outputs.append(state)
        return np.stack(outputs), state
    for t in range(o["q"].shape[1]):
        q, k, v, g = (o[name][:, t] for name in "qkvg")
        if op == "rwkv6":
            written = k[..., None] * v[:, None]
            outputs.append(np.einsum("hk,hkv->hv", q, state + o["u"][..., None] * written))
            state = np.exp(g)[..., None] * state + written
            continue
        if op == "gated_delta":
            state = np.exp(g)[:, None, None] * state
            v = o["beta"][:, t, None] * (v - np.einsum("hk,hkv->hv", k, state))
        elif op == "rwkv7":
            erased = np.einsum("hk,hkv->hv", o["a"][:, t], state)
            state = np.exp(g)[..., None] * state + o["b"][:, t, :, None] * erased[:, None]
        else:
            state = np.exp(g)[..., None] * state
        state = state + k[..., None] * v[:, None]
        outputs.append(np.einsum("hk,hkv->hv", q, state))
    output = np.stack(outputs, axis=1)
    # The attentions scale what they read.
    return (output if op.startswith("rwkv") else output / np.sqrt(q.shape[-1])), state
