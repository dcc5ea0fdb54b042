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

    - `ternary_linear` and `ternary_accumulate` become an engine that keeps the
      weights in block RAM. Weights are loaded through their stream once after
      each reset; constant ones get a stream too, and what has to come is in the
      launch description. `lanes` products are computed in each cycle, by
      additions: a trit that is -1 turns the bits of its activation and adds 1
      as the carry into an addition that is there anyway. A layer whose mapping has
      a `tile` of `[1, 1, K]` has K lanes instead. A scale is a scalar or one for
      each row.
    - Floats are in fixed point, of `fixed-bits` bits with `fraction-bits` of
      them behind the point. The elementwise ops and `swiglu` become pipelines
      of an element in each cycle, their operands broadcast by repeating
      streams; functions are tables of 65 nodes with lines between them. Results
      are rounded half up, and saturated.
    - `rms_norm` and `quantize_activations` take a row into a memory, find its
      root or its largest value, and scale or divide it as it goes on.
      `bit_linear` becomes these and an engine.
    - `mlgru`, and `recurrence` whose decay is element by element, become a
      pipeline of a channel in each cycle, and for several steps a buffer that
      keeps the state from one to the next.
    - `tensor.extract_slice` at a known place leaves values out, and
      `tensor.insert_slice` of rows into zeros puts zeros around. Where streams
      part and meet again there are buffers, so that no design stands still.

    All sizes are static and at least 1. Anything else is refused where it
    stands. A function whose name is a word of SystemVerilog's has an
    underscore behind it. The module's attribute `fidelity.launch` describes the
    ports; `docs/fpga.md` explains them.

    Example:

    ```mlir
    func.func @layer(%x: tensor<1x256xf32>,
                     %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
                     %s: tensor<f32>, %n: tensor<256xf32>) -> tensor<1x64xf32> {
      %y = fidelity.bit_linear %x, %w scale %s norm %n
        : (tensor<1x256xf32>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>,
           tensor<f32>, tensor<256xf32>) -> tensor<1x64xf32>
      %z = fidelity.silu %y : tensor<1x64xf32>
      return %z : tensor<1x64xf32>
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
