"""The peer of the model benchmark: the same model in NumPy.

An HGRN-Bit checkpoint evaluated as one would write it in NumPy: f32, trits as
f32 matrices multiplied by BLAS. Prints one line of JSON: seconds to load,
seconds of a prefill of T tokens, seconds of one decode step (medians).

    numpy_model.py DIRECTORY PROMPT_TOKENS STEPS REPEATS
"""

import json
import struct
import sys
import time

import numpy as np


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    types = {"F16": np.float16, "F32": np.float32}
    return {
        name: np.frombuffer(data, types[entry["dtype"]], offset=entry["data_offsets"][0], count=int(np.prod(entry["shape"])))
        .reshape(entry["shape"])
        .astype(np.float32)
        for name, entry in header.items()
        if name != "__metadata__"
    }


def rms(x, weight, epsilon):
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + np.float32(epsilon)) * weight


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def silu(x):
    return x * sigmoid(x)


class BitLinear:
    def __init__(self, tensors, name):
        weight = tensors[name + ".weight"]
        self.norm = tensors[name + ".norm.weight"]
        self.gamma = np.float32(max(np.mean(np.abs(weight)), 1e-5))
        self.trits = np.ascontiguousarray(np.clip(np.rint(weight / self.gamma), -1, 1).T)

    def __call__(self, x):
        x = rms(x, self.norm, 1e-8)
        scale = 127 / np.maximum(np.max(np.abs(x), axis=-1, keepdims=True), np.float32(1e-5))
        quantized = np.clip(np.rint(x * scale), -128, 127)
        return (quantized @ self.trits) * (self.gamma / scale)


class Model:
    def __init__(self, directory):
        config = json.load(open(directory + "/config.json"))
        tensors = read_safetensors(directory + "/model.safetensors")
        self.epsilon = config["rms_norm_eps"]
        self.embeddings = tensors["model.embeddings.weight"]
        self.norm = tensors["model.norm.weight"]
        self.head = BitLinear(tensors, "lm_head")
        bounds = tensors["model.lower_bounds"]
        bounds = np.exp(bounds - bounds.max(axis=0))
        bounds = np.cumsum(bounds / bounds.sum(axis=0), axis=0)
        self.layers = []
        for index in range(config["num_hidden_layers"]):
            prefix = f"model.layers.{index}."
            layer = {
                name: BitLinear(tensors, prefix + path + name)
                for path, names in (
                    ("attn.", ("i_proj", "f_proj", "g_proj", "o_proj")),
                    ("mlp.", ("gate_proj", "down_proj")),
                )
                for name in names
            }
            for name in ("attn_norm", "mlp_norm", "attn.g_norm"):
                layer[name] = tensors[prefix + name + ".weight"]
            layer["bound"] = bounds[index] - bounds[0]
            self.layers.append(layer)

    def states(self):
        return [np.zeros_like(layer["bound"]) for layer in self.layers]

    def __call__(self, tokens, states):
        x = self.embeddings[tokens]
        for index, layer in enumerate(self.layers):
            h = rms(x, layer["attn_norm"], self.epsilon)
            f = layer["bound"] + (1 - layer["bound"]) * sigmoid(layer["f_proj"](h))
            i = silu(layer["i_proj"](h)) * (1 - f)
            outputs = np.empty_like(f)
            for step in range(len(tokens)):
                states[index] = f[step] * states[index] + i[step]
                outputs[step] = states[index]
            x = x + layer["o_proj"](rms(layer["g_proj"](h), layer["attn.g_norm"], self.epsilon) * silu(outputs))
            h = rms(x, layer["mlp_norm"], self.epsilon)
            gate, up = np.split(layer["gate_proj"](h), 2, axis=-1)
            x = x + layer["down_proj"](silu(gate) * up)
        return self.head(rms(x, self.norm, self.epsilon))


def median(times):
    return sorted(times)[len(times) // 2]


def main():
    directory, count, steps, repeats = sys.argv[1], *map(int, sys.argv[2:5])
    start = time.perf_counter()
    model = Model(directory)
    load = time.perf_counter() - start
    tokens = np.resize(np.load(directory + "/tokens-0.npy"), count)
    prefills, decodes = [], []
    for _ in range(repeats):
        states = model.states()
        start = time.perf_counter()
        logits = model(tokens, states)
        prefills.append(time.perf_counter() - start)
        token = int(np.argmax(logits[-1]))
        start = time.perf_counter()
        for _ in range(steps):
            token = int(np.argmax(model(np.array([token]), states)[-1]))
        decodes.append((time.perf_counter() - start) / steps)
    print(json.dumps({"load": load, "prefill": median(prefills), "decode": median(decodes)}))


if __name__ == "__main__":
    main()
