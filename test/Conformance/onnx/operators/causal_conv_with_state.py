"""CausalConvWithState, opset 27: its weights have a middle dimension of 1."""

OPERATOR = "CausalConvWithState"
CASES = "causal_conv_with_state"
IS_RECURRENCE = False
INPUTS = ["input", "weight", "bias", "past_state"]
ATTRIBUTES = {"activation": b"none"}

# "swish" is another name of the same function.
ACTIVATIONS = {b"none": "none", b"silu": "silu", b"swish": "silu"}


def build(module, activation):
    x = module.argument("input")
    weights = module.collapse(module.argument("weight"), 1, 2)
    operands, text = [x, weights], f"{x.name}, {weights.name}"
    for word, name in [("bias", "bias"), ("state", "past_state")]:
        value = module.argument(name)
        if value is not None:
            operands.append(value)
            text += f" {word} {value.name}"
    batch, channels, _ = x.shape
    y = module.value(x.shape, x.element)
    last = module.value([batch, channels, weights.shape[1] - 1], x.element)
    module.op(f"fidelity.causal_conv1d {text} activation({ACTIVATIONS[activation]})", operands, [y, last])
    return [y, last]
