# REQUIRES: python
# RUN: %pytest %s

"""The example model: logits and greedy tokens as another implementation computed."""

import fidelity
import numpy as np
import pytest

# An activation on a rounding boundary may move by one step of 1/127 of its range,
# which moves logits by a few hundredths: as opt-tool/tests/model.rs says.
TOLERANCE = 0.1


@pytest.fixture(scope="module")
def model(model_folder):
    return fidelity.read(model_folder / "model.mlirbc")


@pytest.fixture(scope="module")
def program(model):
    return fidelity.compile(model, ["prefill", "decode"])


@pytest.mark.parametrize("text", range(3))
def test_logits_are_as_expected(program, model_folder, text):
    tokens = np.load(model_folder / f"tokens-{text}.npy")
    expected = np.load(model_folder / f"logits-{text}.npy")
    logits, *_ = program["prefill"](tokens)
    assert logits.shape == expected.shape and logits.dtype == np.float32
    np.testing.assert_allclose(logits, expected, rtol=0, atol=TOLERANCE)


def test_greedy_tokens_are_as_expected(program, model_folder):
    expected = np.load(model_folder / "greedy-0.npy")
    logits, *states = program["prefill"](np.load(model_folder / "tokens-0.npy"))
    logits = logits[-1]
    for token in expected:
        assert np.argmax(logits) == token
        logits, *states = program["decode"](token, *states)


def test_the_interpreter_gives_the_same_logits(model, program, model_folder):
    tokens = np.load(model_folder / "tokens-2.npy")[:4]
    logits, *states = program["prefill"](tokens)
    expected, *expected_states = model.evaluate("prefill", tokens)
    np.testing.assert_allclose(logits, expected, rtol=0, atol=TOLERANCE)
    assert [state.shape for state in states] == [state.shape for state in expected_states]
