//===- FidelityOps.td - every op of the dialect ---------------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_IR_OPS_TD
#define FIDELITY_IR_OPS_TD

include "fidelity/IR/FidelityAttentionOps.td"
include "fidelity/IR/FidelityConvolutionOps.td"
include "fidelity/IR/FidelityCoreOps.td"
include "fidelity/IR/FidelityElementwiseOps.td"
include "fidelity/IR/FidelityNormOps.td"
include "fidelity/IR/FidelityRecurrentOps.td"
include "fidelity/IR/FidelityRoutingOps.td"
include "fidelity/IR/FidelityStateSpaceOps.td"
include "fidelity/IR/FidelityTernaryOps.td"

#endif // FIDELITY_IR_OPS_TD
