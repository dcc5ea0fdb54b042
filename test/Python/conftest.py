"""What the tests share."""

from pathlib import Path

import fidelity
import pytest

LAYER = """
func.func @layer(%x: tensor<?x5xf32>,
                 %w: tensor<3x5xi8, #fidelity.tensor<storage = packed2>>,
                 %s: tensor<f32>) -> tensor<?x3xf32> {
  %y = fidelity.bit_linear %x, %w scale %s {epsilon = 1.0e-6 : f64}
    : (tensor<?x5xf32>, tensor<3x5xi8, #fidelity.tensor<storage = packed2>>, tensor<f32>)
    -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
"""


@pytest.fixture
def layer():
    """A layer of BitNet's with ragged rows of packed weights."""
    return fidelity.parse(LAYER, name="layer.mlir")


@pytest.fixture(scope="session")
def model_folder():
    return Path(__file__).resolve().parents[2] / "examples/tiny-mmfree"
