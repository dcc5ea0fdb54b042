//===- PackWeights.td - constant weights under a chosen storage -----------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_PASSES_PACK_WEIGHTS_TD
#define FIDELITY_PASSES_PACK_WEIGHTS_TD

include "mlir/Pass/PassBase.td"

def FidelityPackWeights : Pass<"fidelity-pack-weights", "::mlir::ModuleOp"> {
  let summary = "repack constant weights to a storage";
  let description = [{
    Gives each constant that a `ternary_linear`, a `ternary_accumulate` or a
    `bit_linear` reads as weights the storage that is asked for: `dense`,
    `packed2`, `packed5`, `tiled2` or `tiled5`, from any of them. Of a `dense_resource`,
    another blob is made; weights that are written out stay so, as trits, and
    `fidelity-materialize-storage` makes their bytes. A constant that several
    functions share is repacked once. No result of a layer changes.

    With `kernels` other layers keep the storage that they have, unless their mapping
    says one, and so do those whose weights are in tiles of either kind already.

    `pack` and `unpack` of constants vanish: layers read what is in front of
    them, and other ops the constant that they are.

    A constant that another op reads too (a `func.return`, a call, an op of
    another dialect) stays as it is, as the layers would need a second copy of
    it. A weight that is no trit counts by its sign, as in the layers, and its
    packed form is that of the sign. Remarks say both.

    Example:

    ```mlir
    func.func @project(%x: tensor<?x6xf32>) -> tensor<?x2xf32> {
      %w = arith.constant dense<[[1, 0, -1, 1, 0, 0], [0, -1, 0, 0, 1, 1]]> : tensor<2x6xi8>
      %y = fidelity.ternary_linear %x, %w
        : (tensor<?x6xf32>, tensor<2x6xi8>) -> tensor<?x2xf32>
      return %y : tensor<?x2xf32>
    }
    ```
  }];
  let options = [
    Option<"storage", "storage", "std::string", /*default=*/"\"packed2\"",
           "How the weights are stored: dense, packed2, packed5, tiled2 or tiled5">,
    Option<"kernels", "kernels", "bool", /*default=*/"false",
           "Only those that processors have kernels for: of layers that add up 8-bit "
           "integers, or floats in f32, under scales for groups of 16 weights, or a "
           "multiple of that, or for more">
  ];
  let statistics = [
    Statistic<"numRepacked", "repacked", "constants under another storage">,
    Statistic<"bytesBefore", "bytes-before", "bytes of what was repacked">,
    Statistic<"bytesAfter", "bytes-after", "bytes of what it became">,
    Statistic<"numFolded", "folded", "ops pack and unpack that vanished">,
    Statistic<"numKept", "kept", "constants that stay as they are">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // FIDELITY_PASSES_PACK_WEIGHTS_TD
