"""RMSNormalization: the dimensions from `axis` on are normalised as one.

They become the last dimension here, and are taken apart afterwards.
"""

from mlir import number

OPERATOR = "RMSNormalization"
CASES = "rmsnormalization"
IS_RECURRENCE = False
INPUTS = ["X", "scale"]
ATTRIBUTES = {"axis": -1, "epsilon": 1e-5, "stash_type": 1}


def build(module, axis, epsilon, stash_type):
    # 1 is f32, in which rms_norm computes.
    assert stash_type == 1
    x, scale = module.argument("X"), module.argument("scale")
    rank = len(x.shape)
    axis = axis % rank
    assert scale.shape == x.shape[axis:]
    flat = module.collapse(x, axis, rank - axis)
    weight = module.collapse(scale, 0, rank - axis)
    y = module.value(flat.shape, x.element)
    text = f"fidelity.rms_norm {flat.name} weight {weight.name} {{epsilon = {number(epsilon)}}}"
    module.op(text, [flat, weight], [y])
    return [module.expand(y, axis, x.shape[axis:])]
