//===- CirctPasses.td - the lowering to CIRCT's dialects ------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_LOWERING_CIRCT_PASSES_TD
#define FIDELITY_LOWERING_CIRCT_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertFidelityToHw : Pass<"convert-fidelity-to-hw", "::mlir::ModuleOp"> {
  let summary = "make functions modules of streams, in CIRCT's hw, comb and seq";
  let description = [{
    Each function becomes an `hw.module` of its name with a clock, a reset and
    a stream for each argument and result: `valid`, `ready` and `data`, which
    carries the elements of the tensor one after the other. Ops become modules
    of their own, instances of which pass streams to each other.

    - `ternary_linear` and `ternary_accumulate` of i8 without a scale become an
      engine that keeps the weights in block RAM. Weights are loaded through
      their stream once after each reset; constant ones get a stream too, and
      what has to come is in the launch description. `lanes` products are
      computed in each cycle, by additions: a trit that is -1 turns the bits of
      its activation and adds 1 as the carry into an addition that is there
      anyway.
    - `mlgru` over one step becomes a pipeline in fixed point, of `fixed-bits`
      bits with `fraction-bits` of them behind the point. Its sigmoid is a table
      of 65 nodes with lines between them.

    All sizes are static and at least 1. Anything else is refused where it
    stands. The module's attribute `fidelity.launch` describes the ports;
    `docs/fpga.md` explains them.

    Example:

    ```mlir
    func.func @project(%x: tensor<256xi8>,
                       %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>)
        -> tensor<64xi32> {
      %y = fidelity.ternary_linear %x, %w
        : (tensor<256xi8>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>)
        -> tensor<64xi32>
      return %y : tensor<64xi32>
    }
    ```
  }];
  let options = [
    Option<"lanes", "lanes", "int64_t", /*default=*/"8",
           "How many products an engine computes in each cycle: a power of two up to 64">,
    Option<"fractionBits", "fraction-bits", "int64_t", /*default=*/"0",
           "Compute floats in fixed point with so many bits behind the point, from 4 to 16; "
           "0 to refuse floats">,
    Option<"fixedBits", "fixed-bits", "int64_t", /*default=*/"16",
           "The bits of a number in fixed point, at least 2 more than fraction-bits, at most 32">
  ];
}

#endif // FIDELITY_LOWERING_CIRCT_PASSES_TD
