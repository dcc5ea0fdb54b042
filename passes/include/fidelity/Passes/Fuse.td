//===- Fuse.td - what is written in parts, as the ops that it makes up ----===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_PASSES_FUSE_TD
#define FIDELITY_PASSES_FUSE_TD

include "mlir/Pass/PassBase.td"

def FidelityFuse : Pass<"fidelity-fuse"> {
  let summary = "fuse the parts of layers, and layers with their neighbours";
  let description = [{
    Recognises what is written in parts and puts the op that it makes up in its
    place:

    | topic | what | becomes |
    | --- | --- | --- |
    | `bit_linear` | `rms_norm`, `quantize_activations`, `ternary_linear` and the rescaling, as `fidelity-decompose{layers}` writes them too | `bit_linear` |
    | `epilogue` | a scale that is constant, or any beside a scale of 1, after a layer or after the scale of its tokens; a bias after a `bit_linear`; the conversion of an integer sum | the layer's operand |
    | `sibling` | layers that read one input, with one norm if any; with weights that are no constants, `bit_linear`s alone | one layer of all rows, and slices; one norm and quantisation for all |
    | `activation` | x · σ(x); `silu` times a tensor; `silu` of `causal_conv1d` | `silu`; `swiglu`; the convolution's activation |
    | `attention` | `elu_plus_one` or `relu` of queries and keys; a factor of queries or of the output | attributes of `linear_attention` |
    | `gated-step` | the equations of one step of a gated linear unit | `mlgru` of one step |
    | `time-loop` | an `scf.for` over time of steps of `mlgru`, of `linear_attention`, or of `ssm.state_update` and `ssm.output` | `mlgru`, `linear_attention`, `ssm.scan` |
    | `reassociate` | `(Q Kᵀ) V`, the scores times a number or not | `Q (Kᵀ V)` |
    | `zero-weights` | rows and columns of zeros, rows that are equal or each other's negations; of a `bit_linear` rows that are equal | a smaller product, where it pays |

    What is in between has to have no other use, and a narrow float may not be
    rounded there: the op that comes out would not round it. Names of dimensions
    and units stay, or the ops stay. A remark, `--remarks-filter=fidelity-fuse`,
    says what was fused, and of what nearly was, why not.

    Floats are multiplied and added in the order that is written. Where all
    factors that move are powers of two it makes no difference, short of values
    that leave the range of their type in between; any others move only with
    `reassociate`, and so do products of matrices. That is what the `reassoc` flag
    of `arith` allows, which ops of this dialect do not have; matrix products
    whose bodies carry that flag need no option.

    A loop may take the first steps of its sequences, and the first indices of their
    other dimensions: so does the op then, by a slice. Time has to be where the op has it,
    the dimension before the last one, and the loop may carry nothing but the state and the
    sequence of outputs, or the state alone. `ssm.state_update` and `ssm.output` are a step as
    they stand: [the rationale](rationale.md#what-is-deliberately-absent) says why no op is
    both. Of the feature maps `positive_random` is not looked for, whose projection and norm
    are products of matrices in `linalg`, and no ops of the dialect.

    A residual after a layer, an activation that no op has as an attribute, a factor
    of each token and a bias of `ternary_linear` stay ops of their own: no layer has
    an operand for them, and `ternary_accumulate`, which has an addend, has no scale
    and no kernel on a GPU. None of them is a pass over memory for that. On a CPU
    `fidelity-cpu-pipeline` computes them in the loop that scales the layer's sums;
    `fidelity-form-kernels` puts them into the kernel of the product before.

    Where a form is not always the faster one, in `reassociate` and `zero-weights`, the
    model of cost says whether it is on the target, as for
    [`fidelity-premap`](#-fidelity-premap), whose options `target`, `profile`, `sizes`
    and `dynamic` this pass has too. What is not faster by more than estimates may be
    off, 5 %, is left alone.

    A `fidelity.mapping` outlives its op as far as the parts agree. `group` and `device`
    stay where all parts that say them say the same. `kernel`, `storage` and `tile` of a
    layer with ternary weights stay where all such layers among the parts that say them
    say the same, and so do `kernel`, `chunk` and `tile` of an op over a sequence that
    becomes another one of its kind; what was chosen for single steps says nothing of an
    op over all of them. A key that parts contradict each other in is left out, for
    `fidelity-premap` to choose.

    Weights are joined and cut at compile time, in the storage that they have. The
    constants that they were before go with the ops that used them; a blob of
    theirs stays in the context.

    Example:

    ```mlir
    func.func @layer(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>, %n: tensor<256xf32>,
                     %s: tensor<f32>) -> tensor<?x64xf32> {
      %h = fidelity.rms_norm %x weight %n : (tensor<?x256xf32>, tensor<256xf32>) -> tensor<?x256xf32>
      %q, %i = fidelity.quantize_activations %h
        : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
      %z = fidelity.ternary_linear %q, %w scale %s
        : (tensor<?x256xi8>, tensor<64x256xi8>, tensor<f32>) -> tensor<?x64xf32>
      %y = fidelity.multiply %z, %i : (tensor<?x64xf32>, tensor<?x1xf32>) -> tensor<?x64xf32>
      return %y : tensor<?x64xf32>
    }
    ```
  }];
  let options = [
    Option<"reassociate", "reassociate", "bool", /*default=*/"false",
           "Let floats be multiplied and added in another order">,
    Option<"target", "target", "std::string", /*default=*/"\"x86-64-avx2\"",
           "A built-in profile, by which it is said what is faster">,
    Option<"profile", "profile", "std::string", /*default=*/"\"\"",
           "A file with the target's profile, instead of a built-in one">,
    ListOption<"sizes", "sizes", "std::string",
               "NAME:SIZE, the size to take for a dimension of that name">,
    Option<"dynamic", "dynamic", "int64_t", /*default=*/"1",
           "The size to take for other dimensions that only run time tells">
  ];
  let statistics = [
    Statistic<"numBitLinear", "bit-linear", "layers fused from their parts">,
    Statistic<"numEpilogues", "epilogues", "scales and biases that became operands">,
    Statistic<"numActivations", "activations", "activations that became part of an op">,
    Statistic<"numAttention", "attention", "maps and factors that became attributes of attention">,
    Statistic<"numGatedSteps", "gated-steps", "steps of a gated unit">,
    Statistic<"numTimeLoops", "time-loops", "loops that became an op over the sequence">,
    Statistic<"numReassociated", "reassociated", "pairs of matrix products in another order">,
    Statistic<"numZeroWeights", "zero-weights", "products made smaller by the structure of weights">,
    Statistic<"numSiblings", "siblings", "layers joined with others">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // FIDELITY_PASSES_FUSE_TD
