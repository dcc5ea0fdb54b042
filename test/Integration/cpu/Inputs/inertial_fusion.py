"""The sensor fusion example in NumPy, in f64 and by the books' equations: no
ternary matrices, quaternions multiplied as scalars and vectors.

    inertial_fusion.py inputs FOLDER BODIES
    inertial_fusion.py step FOLDER

The first writes random inputs of a step, the second what the step makes of
them.
"""

import sys
from pathlib import Path

import numpy as np

INPUTS = {
    "accelerometer": 3,
    "gyroscope": 3,
    "position": 3,
    "velocity": 3,
    "orientation": 4,
}


def write_inputs(folder, bodies):
    random = np.random.default_rng(bodies)
    for name, parts in INPUTS.items():
        values = random.standard_normal((bodies, parts))
        if name == "orientation":
            values /= np.linalg.norm(values, axis=-1, keepdims=True)
        np.save(folder / f"{name}.npy", values.astype(np.float32))
    np.save(folder / "timestamp.npy", np.float32(3.25))
    np.save(folder / "previous.npy", np.float32(3.0))


def times(p, q):
    """The product of quaternions of a scalar and a vector."""
    (a, u), (b, v) = (p[:, :1], p[:, 1:]), (q[:, :1], q[:, 1:])
    scalar = a * b - np.sum(u * v, axis=-1, keepdims=True)
    return np.concatenate([scalar, a * v + b * u + np.cross(u, v)], axis=-1)


def step(folder):
    read = lambda name: np.load(folder / f"{name}.npy").astype(np.float64)
    dt = read("timestamp") - read("previous")
    position, velocity = read("position"), read("velocity")
    acceleration = read("accelerometer") + [0, 0, 9.81]
    position = position + velocity * dt + acceleration * dt**2 / 2
    filtered = 0.875 * acceleration
    filtered[:, 2] -= 0.875 * acceleration[:, 0]
    velocity = velocity + filtered * dt
    # A rotation about w by 2 atan(|w| dt / 2).
    rate = read("gyroscope")
    speed = np.linalg.norm(rate, axis=-1, keepdims=True)
    half = np.arctan(speed * dt / 2)
    rotation = np.concatenate([np.cos(half), np.sin(half) * rate / speed], axis=-1)
    orientation = times(read("orientation"), rotation)
    for name, value in [("p", position), ("v", velocity), ("q", orientation)]:
        np.save(folder / f"expected_{name}.npy", value.astype(np.float32))


folder = Path(sys.argv[2])
if sys.argv[1] == "inputs":
    write_inputs(folder, int(sys.argv[3]))
else:
    step(folder)
