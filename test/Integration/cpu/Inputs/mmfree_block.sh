# Runs a function of examples/mmfree-block/block.mlir for a number of tokens in
# the reference interpreter and compiled, and compares the two: within a step of
# an 8-bit activation, which a rounding of f32 may take.
set -eu
root=$1 python=$2 function=$3 tokens=$4
"$python" "$root/test/Integration/cpu/Inputs/mmfree_block_inputs.py" "$tokens"
block=$root/examples/mmfree-block/block.mlir
inputs=$(for file in [0-9][0-9].npy; do printf -- '--input %s ' "$file"; done)
fidelity run "$block" --entry "$function" $inputs --reference --output x.npy --output h.npy
fidelity run "$block" --entry "$function" $inputs --output cx.npy --output ch.npy
fidelity compare x.npy cx.npy --absolute 0.05
fidelity compare h.npy ch.npy --absolute 0.05
