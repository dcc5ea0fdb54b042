"""Writes arguments of a function of examples/mmfree-block/block.mlir as .npy
files, 00.npy, 01.npy, …, for that many tokens: weights as in the tiny model, a
third of them 0."""

import sys

import numpy as np

random = np.random.default_rng(7)
tokens = int(sys.argv[1])


def norm(size):
    return random.uniform(0.5, 1.5, size).astype(np.float32)


def projection(outputs, inputs):
    trits = random.integers(-1, 2, (outputs, inputs)).astype(np.int8)
    return [trits, np.float32(0.07), norm(inputs)]


arguments = [
    random.normal(size=(tokens, 256)).astype(np.float32),
    random.normal(size=256).astype(np.float32),
    norm(256),
    norm(256),
    norm(256),
    random.uniform(0, 1, 256).astype(np.float32),
]
for _ in "figo":
    arguments += projection(256, 256)
arguments += projection(1536, 256) + projection(256, 768)
for index, argument in enumerate(arguments):
    np.save("%02d.npy" % index, argument)
