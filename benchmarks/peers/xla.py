"""XLA through JAX: matrix products, and sequence ops as a loop and in parallel.

    xla.py THREADS

XLA's pool has as many threads as this process may use processors. What is timed is
a compiled function, results made anew; where one is short, many calls without waiting in
between.
"""

import os
import sys

os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[1])])
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
import reference
from jax import lax
from protocol import Prepare, Unsupported, serve

SHORT_CALLS = 64
CHUNK = 64
# A product of many steps' states in memory is given up above that many bytes.
LARGEST_STATES = 1 << 30
TOLERANCE, QUANTIZED_TOLERANCE = 1e-3, 0.05


def dot(x, w, type):
    return lax.dot_general(x, w, (((1,), (1,)), ((), ())), preferred_element_type=type)


def dot_f32(x, w):
    return dot(x, w, jnp.float32) * 0.02


def dot_int8(x, w):
    """Of activations that are quantised already."""
    return dot(x, w, jnp.int32)


def dot_quantizing(x, w):
    scale = 127 / jnp.maximum(jnp.max(jnp.abs(x), axis=-1, keepdims=True), 1e-5)
    quantized = jnp.clip(jnp.round(x * scale), -128, 127).astype(jnp.int8)
    return dot(quantized, w, jnp.int32).astype(jnp.float32) * (0.02 / scale)


class Xla(Prepare):
    def linear(self, case):
        function, type = {
            "f32": (dot_f32, np.float32),
            "int8": (dot_int8, np.int8),
            "int8, quantising": (dot_quantizing, np.int8),
        }[case["form"]]
        outputs, inputs, rows = case["outputs"], case["inputs"], case["rows"]
        trits = reference.trits(outputs, inputs)
        key = (type, outputs, inputs, case["cold"])
        if key not in self.weights:
            data = trits.astype(type)
            count = -(-reference.COLD_BYTES // data.nbytes) if case["cold"] else 1
            self.weights[key] = [jnp.array(data) for _ in range(count)]
        matrices = self.weights[key]
        if not case["cold"] and rows < 8:
            matrices = matrices * SHORT_CALLS
        x = reference.activations(rows, inputs)
        tolerance, scale = TOLERANCE, 0.02
        if case["form"] == "int8":
            x, scale = np.rint(x * 31).clip(-127, 127).astype(np.int8), 1
        if case["form"] == "int8, quantising":
            tolerance = QUANTIZED_TOLERANCE
        function, values = jax.jit(function), jnp.array(x)
        some = np.r_[0:32, outputs - 32 : outputs]
        expected = scale * (x.astype(np.float64) @ trits[some].T.astype(np.float64))
        reference.check(case["form"], function(values, matrices[0])[:, some], expected, tolerance)
        return lambda: last(function(values, w) for w in matrices), len(matrices)

    def sequence(self, case):
        op, shape, steps = case["op"], case["shape"], case["steps"]
        function = FORMS[case["form"]].get(op)
        if function is None:
            raise Unsupported(f"{op} has no such form")
        if case["form"] == "parallel":
            if steps < CHUNK:
                raise Unsupported("a few steps")
            states = steps * shape.get("channels", 0) * shape.get("states", 1) * 4
            if states > LARGEST_STATES:
                raise Unsupported("too many states")
        function = jax.jit(function)
        key = (case["form"], op, str(shape))
        if key not in self.checked:
            operands = reference.sequence(op, shape, 2 * CHUNK if case["form"] == "parallel" else 7)
            actual = function({name: jnp.array(value) for name, value in operands.items()})
            for actual, expected in zip(actual, reference.evaluate(op, operands)):
                reference.check(op, actual, expected, TOLERANCE)
            self.checked.add(key)
        operands = reference.sequence(op, shape, steps)
        operands = {name: jnp.array(value) for name, value in operands.items()}
        calls = SHORT_CALLS if steps < 8 else 1
        return lambda: last(function(operands) for _ in range(calls)), calls


def last(results):
    """Waits for the last of the results; the others' memory is free as soon as they are there."""
    for result in results:
        pass
    jax.block_until_ready(result)


def mamba_loop(o):
    def step(state, inputs):
        x, dt, b, c = inputs
        state = jnp.exp(dt[:, None] * o["a"]) * state + (dt * x)[:, None] * b
        return state, state @ c

    state, y = lax.scan(step, o["state"], (o["x"], jax.nn.softplus(o["dt"]), o["b"], o["c"]))
    return y, state


def linear_recurrence(decay, feed, state):
    """All states of s = decay · s + feed, by a parallel scan."""

    def combine(first, second):
        return first[0] * second[0], second[0] * first[1] + second[1]

    product, sums = lax.associative_scan(combine, (decay, feed))
    return sums + product * state


def mamba_parallel(o):
    dt = jax.nn.softplus(o["dt"])[..., None]
    states = linear_recurrence(jnp.exp(dt * o["a"]), dt * o["x"][..., None] * o["b"][:, None], o["state"])
    return jnp.einsum("tdn,tn->td", states, o["c"]), states[-1]


def mlgru_loop(o):
    def step(state, inputs):
        f, c = inputs
        state = f * state + (1 - f) * c
        return state, state

    state, y = lax.scan(step, o["state"], (jax.nn.sigmoid(o["f"]), jax.nn.silu(o["c"])))
    return y, state


def mlgru_parallel(o):
    f = jax.nn.sigmoid(o["f"])
    states = linear_recurrence(f, (1 - f) * jax.nn.silu(o["c"]), o["state"])
    return states, states[-1]


def ssd_loop(o):
    def step(state, inputs):
        x, dt, b, c = inputs
        state = jnp.exp(dt * o["a"])[:, None, None] * state + (dt[:, None] * x)[..., None] * b
        return state, state @ c

    state, y = lax.scan(step, o["state"], (o["x"], jax.nn.softplus(o["dt"]), o["b"], o["c"]))
    return y, state


def ssd_parallel(o):
    """In chunks, as its paper does (arXiv 2405.21060): products of matrices within one."""
    dt = jax.nn.softplus(o["dt"])
    chunks = [chunked(value) for value in (dt[..., None] * o["x"], dt * o["a"], o["b"], o["c"])]

    def chunk(state, inputs):
        x, log, b, c = inputs
        sums = jnp.cumsum(log, axis=0)
        weights = jnp.exp(jnp.where(lower()[..., None], sums[:, None] - sums[None], -jnp.inf))
        y = jnp.einsum("tn,sn,tsh,shp->thp", c, b, weights, x, optimize=True)
        y = y + jnp.einsum("tn,th,hpn->thp", c, jnp.exp(sums), state, optimize=True)
        last = jnp.exp(sums[-1])[:, None, None] * state
        return last + jnp.einsum("sn,sh,shp->hpn", b, jnp.exp(sums[-1] - sums), x, optimize=True), y

    state, y = lax.scan(chunk, o["state"], tuple(chunks))
    return y.reshape(o["x"].shape), state


def attention_loop(o, step):
    """A step takes the state, and one step's operands by name."""
    names = [name for name in o if name not in ("state", "u")]
    state, y = lax.scan(
        lambda state, inputs: step(state, **dict(zip(names, inputs))),
        o["state"],
        tuple(jnp.moveaxis(o[name], 1, 0) for name in names),
    )
    return jnp.moveaxis(y, 0, 1), state


def read(state, q):
    return jnp.einsum("hk,hkv->hv", q, state)


def gla_loop(o):
    def step(state, q, k, v, g):
        state = jnp.exp(g)[..., None] * state + k[..., None] * v[:, None]
        return state, read(state, q) * q.shape[-1] ** -0.5

    return attention_loop(o, step)


def gated_delta_loop(o):
    def step(state, q, k, v, g, beta):
        state = jnp.exp(g)[:, None, None] * state
        state = state + k[..., None] * (beta[:, None] * (v - read(state, k)))[:, None]
        return state, read(state, q) * q.shape[-1] ** -0.5

    return attention_loop(o, step)


def rwkv6_loop(o):
    def step(state, q, k, v, g):
        written = k[..., None] * v[:, None]
        return jnp.exp(g)[..., None] * state + written, read(state + o["u"][..., None] * written, q)

    return attention_loop(o, step)


def rwkv7_loop(o):
    def step(state, q, k, v, g, a, b):
        state = jnp.exp(g)[..., None] * state + b[..., None] * read(state, a)[:, None] + k[..., None] * v[:, None]
        return state, read(state, q)

    return attention_loop(o, step)


def gla_parallel(o):
    """In chunks, as its paper does (arXiv 2312.06635); decays that do not underflow in one."""
    q, k, v, g = (chunked(jnp.moveaxis(o[name], 1, 0)) for name in "qkvg")

    def chunk(state, inputs):
        q, k, v, g = (jnp.moveaxis(value, 1, 0) for value in inputs)
        sums = jnp.cumsum(g, axis=1)
        q = q * jnp.exp(sums) * q.shape[-1] ** -0.5
        scores = jnp.where(lower(), jnp.einsum("htk,hsk->hts", q, k * jnp.exp(-sums)), 0)
        y = scores @ v + q @ state
        last = sums[:, -1:]
        written = jnp.einsum("hsk,hsv->hkv", k * jnp.exp(last - sums), v)
        return jnp.exp(last[:, 0])[..., None] * state + written, jnp.moveaxis(y, 1, 0)

    state, y = lax.scan(chunk, o["state"], (q, k, v, g))
    return jnp.moveaxis(y.reshape(-1, *y.shape[2:]), 1, 0), state


def chunked(array):
    return array.reshape(-1, CHUNK, *array.shape[1:])


def lower():
    return jnp.tril(jnp.ones((CHUNK, CHUNK), bool))


FORMS = {
    "loop": {
        "mamba": mamba_loop,
        "ssd": ssd_loop,
        "mlgru": mlgru_loop,
        "gla": gla_loop,
        "gated_delta": gated_delta_loop,
        "rwkv6": rwkv6_loop,
        "rwkv7": rwkv7_loop,
    },
    "parallel": {
        "mamba": mamba_parallel,
        "ssd": ssd_parallel,
        "mlgru": mlgru_parallel,
        "gla": gla_parallel,
    },
}


if __name__ == "__main__":
    serve(Xla())
