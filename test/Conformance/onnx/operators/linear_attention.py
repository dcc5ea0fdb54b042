"""LinearAttention, opset 27: heads are packed into the last dimension.

`[B, T, H D]` is `[B, H, T, D]` here, and a scale of 0 is absent. `chunk_size`
is a hint.
"""

from mlir import number

OPERATOR = "LinearAttention"
CASES = "linear_attention"
IS_RECURRENCE = True
INPUTS = ["query", "key", "value", "past_state", "decay", "beta"]
ATTRIBUTES = {
    "chunk_size": 64,
    "kv_num_heads": None,
    "q_num_heads": None,
    "scale": 0.0,
    "update_rule": b"gated_delta",
}


def build(module, chunk_size, kv_num_heads, q_num_heads, scale, update_rule):
    def heads(value, count):
        return module.transpose(module.expand(value, 2, [count, value.shape[2] // count]), [0, 2, 1, 3])

    def scalars(value):
        return module.transpose(value, [0, 2, 1])

    query = heads(module.argument("query"), q_num_heads)
    key, value = (heads(module.argument(name), kv_num_heads) for name in ["key", "value"])
    operands, text = [query, key, value], f"{query.name}, {key.name}, {value.name}"

    def optional(word, value):
        nonlocal text
        operands.append(value)
        text += f" {word} {value.name}"

    decay, beta, state = (module.argument(name) for name in ["decay", "beta", "past_state"])
    if decay is not None:
        per_head = decay.shape[2] == kv_num_heads
        optional("decay", scalars(decay) if per_head else heads(decay, kv_num_heads))
    if beta is not None:
        optional("beta", scalars(beta))
    if state is not None:
        optional("state", state)
    attributes = f" {{scale = {number(scale)}}}" if scale else ""

    batch, _, steps, keys = query.shape
    values = value.shape[3]
    output = module.value([batch, q_num_heads, steps, values], query.element)
    last = module.value([batch, kv_num_heads, keys, values], (state or query).element)
    rule = f"update_rule({update_rule.decode()})"
    module.op(f"fidelity.linear_attention {text} {rule}{attributes}", operands, [output, last])
    return [module.collapse(module.transpose(output, [0, 2, 1, 3]), 2, 2), last]
