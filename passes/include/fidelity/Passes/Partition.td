//===- Partition.td - a model on several devices --------------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_PASSES_PARTITION_TD
#define FIDELITY_PASSES_PARTITION_TD

include "mlir/Pass/PassBase.td"

def FidelityPartition : Pass<"fidelity-partition", "::mlir::ModuleOp"> {
  let summary = "split functions into one part for each device";
  let description = [{
    Splits each function whose ops name devices, as the `device` of their
    `fidelity.mapping`, into parts: private functions with the attribute
    `fidelity.device`, which the function calls one after the other. A value that
    goes from one device to another does so by one `fidelity.transfer`, which all
    readers on that device share.

    A part is what one device computes between two others, in program order: ops
    that name a device begin a part unless the last part is that device's. Its name
    is the function's and the device's, with a number where a device has several.
    Ops that name no device follow the others:

    | op | is computed |
    | --- | --- |
    | one without operands and effects, such as a constant; a `tensor.empty` | in each part that reads it, which so holds its own weights |
    | one that reads what a part made | in the last such part |
    | one that puts slices together, `tensor.insert_slice`, `tensor.concat` | where the whole is read first |
    | a slice or a scalar of what no part made | by the function that calls the parts |
    | another one of what no part made | where it is read first, or by the caller if no part reads it |
    | one with effects | in its place: in the part before it if it reads what that made, else by the caller, as calls are |

    So an expert on a device of its own gets its slice of what
    `fidelity.dispatch` gives, not the whole, and only its answers come back to
    `fidelity.combine`.

    What the caller has, its arguments first of all, is on the first device that
    reads it, and what it returns is where it was made; with `host=NAME` the
    caller is on the device NAME, from where its values go and to where its
    results return. Scalars are passed with the calls. A value that is neither a
    tensor nor a scalar, such as a memref, is an error where another device reads
    it.

    An op with regions is computed as a whole; where ops in its regions name
    several devices, it is on the first one's. Functions of several blocks stay as
    they are. Remarks say both, and which parts and transfers were made. `inline`
    and `canonicalize` undo the pass, but for the transfers.

    Example, of two layers on two devices:

    ```mlir
    func.func @two(%x: tensor<4x256xf32>, %n: tensor<256xf32>) -> tensor<4x64xf32> {
      %w = arith.constant dense<1> : tensor<64x256xi8>
      %h = fidelity.rms_norm %x weight %n
        {fidelity.mapping = #fidelity.mapping<device = "gpu0">}
        : (tensor<4x256xf32>, tensor<256xf32>) -> tensor<4x256xf32>
      %y = fidelity.ternary_linear %h, %w
        {fidelity.mapping = #fidelity.mapping<device = "gpu1">}
        : (tensor<4x256xf32>, tensor<64x256xi8>) -> tensor<4x64xf32>
      return %y : tensor<4x64xf32>
    }
    ```

    It becomes:

    ```mlir
    func.func @two(%x: tensor<4x256xf32>, %n: tensor<256xf32>) -> tensor<4x64xf32> {
      %h = call @two_gpu0(%x, %n) : (tensor<4x256xf32>, tensor<256xf32>) -> tensor<4x256xf32>
      %there = fidelity.transfer %h from "gpu0" to "gpu1" : tensor<4x256xf32>
      %y = call @two_gpu1(%there) : (tensor<4x256xf32>) -> tensor<4x64xf32>
      return %y : tensor<4x64xf32>
    }
    func.func private @two_gpu0(%x: tensor<4x256xf32>, %n: tensor<256xf32>) -> tensor<4x256xf32>
        attributes {fidelity.device = "gpu0"} {
      %h = fidelity.rms_norm %x weight %n
        {fidelity.mapping = #fidelity.mapping<device = "gpu0">}
        : (tensor<4x256xf32>, tensor<256xf32>) -> tensor<4x256xf32>
      return %h : tensor<4x256xf32>
    }
    func.func private @two_gpu1(%h: tensor<4x256xf32>) -> tensor<4x64xf32>
        attributes {fidelity.device = "gpu1"} {
      %w = arith.constant dense<1> : tensor<64x256xi8>
      %y = fidelity.ternary_linear %h, %w
        {fidelity.mapping = #fidelity.mapping<device = "gpu1">}
        : (tensor<4x256xf32>, tensor<64x256xi8>) -> tensor<4x64xf32>
      return %y : tensor<4x64xf32>
    }
    ```
  }];
  let options = [
    Option<"host", "host", "std::string", /*default=*/"\"\"",
           "The device of the calling functions; without it, the first that reads a value">
  ];
  let statistics = [
    Statistic<"parts", "parts", "Parts that functions were split into">,
    Statistic<"transfers", "transfers", "Values that go from one device to another">,
    Statistic<"bytes", "bytes", "Bytes of those whose sizes are known">
  ];
  // An op that names a device has loaded the dialect of transfers.
  let dependentDialects = ["::mlir::func::FuncDialect"];
}

#endif // FIDELITY_PASSES_PARTITION_TD
