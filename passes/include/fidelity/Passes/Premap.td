//===- Premap.td - how ops are to be computed on a target -----------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef FIDELITY_PASSES_PREMAP_TD
#define FIDELITY_PASSES_PREMAP_TD

include "mlir/Pass/PassBase.td"

def FidelityPremap : Pass<"fidelity-premap", "::mlir::ModuleOp"> {
  let summary = "choose how each op is to be computed on a target";
  let description = [{
    Estimates what each op takes on a target, in each way that the target has to
    compute it, and writes the fastest as the op's `fidelity.mapping`, a
    `#fidelity.mapping` that a person can read and edit. The lowerings obey it:
    `fidelity-decompose` its `chunk`, `fidelity-pack-weights` its `storage`,
    `fidelity-form-kernels` its `group`, `fidelity-partition` its `device`, and those
    that make kernels its `tile`.

    What a target can do is data, a profile: `target=` takes a built-in one,
    `profile=` a TOML file of the same schema, which `docs/target-profiles.md`
    describes. The time of an op is that of the roofline model: what takes longer,
    computing it at the rates of a kernel of the profile, or moving its bytes, from
    the nearest memory that holds them; and what starting a kernel and each step of a
    loop over time take.

    - Ternary layers get the `kernel`, and the `storage` if their weights are a
      constant, which `fidelity-pack-weights` stores so.
      In tiles, for the vector units of processors, are stored only those that there
      is a kernel for: of 8-bit activations, without a scale for each group.
    - Sequence ops get the `kernel` and the `chunk`.
    - Where the profile says in which tiles a kernel may cut an op, ternary layers and
      sequence ops get the `tile`: of those that fit into a unit of the target the one
      that takes the least, with what units compute beyond the edges of the op, with
      those that are left idle, and with what several tiles read again.
      A tile that is there already decides the storage: one with which it is possible,
      where there is one; a remark says why where there is none.
    - On targets that launch kernels, ops that a kernel can have, as
      `fidelity-form-kernels` says, get the number of their `group`, in functions
      without ops that are decomposed or become linalg first: what they become is not
      known yet, and is grouped when it is.
    - With `devices=a,b,…`, profiles in the order of the model's layers, each op
      gets the `device` that computes it: the placement of least time, transfers
      between devices included, in which each device has memory for its weights. The
      rest of the mapping is for that device; `target` and `profile` say nothing then,
      and groups are numbered once a part is by itself. A profile may come several
      times: after the first the devices have its name with `_1`, `_2` and so on. What
      a function does that others call is for the device of the first call.

    An op that no kernel of the target computes gets no mapping, and a remark says so.

    A mapping that is there is kept, and what it leaves open is chosen under it;
    `override` chooses anew. A size that only run time tells is taken to be
    `dynamic`, or what `sizes=Time:512,Batch:4` says of the dimension's name.

    With `tune` the ways to compute an op are compiled and measured on this machine
    in place of estimates. It needs a target whose code is compiled by
    `fidelity-cpu-pipeline`, and a tool that can compile and run, as `fidelity-opt`
    and `fidelity` do. What was measured is kept in the file `cache=`, by the machine
    and the op, and not measured again.

    Example:

    ```mlir
    func.func @mixer(%q: tensor<1x2x1024x16xf32>, %k: tensor<1x2x1024x16xf32>, %v: tensor<1x2x1024x16xf32>)
        -> (tensor<1x2x1024x16xf32>, tensor<1x2x16x16xf32>) {
      %o, %s = fidelity.linear_attention %q, %k, %v update_rule(linear)
        : (tensor<1x2x1024x16xf32>, tensor<1x2x1024x16xf32>, tensor<1x2x1024x16xf32>)
        -> (tensor<1x2x1024x16xf32>, tensor<1x2x16x16xf32>)
      return %o, %s : tensor<1x2x1024x16xf32>, tensor<1x2x16x16xf32>
    }
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"x86-64-avx2\"",
           "A built-in profile">,
    Option<"profile", "profile", "std::string", /*default=*/"\"\"",
           "A file with the target's profile, instead of a built-in one">,
    ListOption<"devices", "devices", "std::string",
               "Profiles, built in or files, of the devices to place ops on">,
    ListOption<"sizes", "sizes", "std::string",
               "NAME:SIZE, the size to take for a dimension of that name">,
    Option<"dynamic", "dynamic", "int64_t", /*default=*/"1",
           "The size to take for other dimensions that only run time tells">,
    Option<"overrideMapping", "override", "bool", /*default=*/"false",
           "Choose anew where there is a mapping">,
    Option<"tune", "tune", "bool", /*default=*/"false",
           "Measure on this machine instead of estimating">,
    Option<"cache", "cache", "std::string", /*default=*/"\"\"",
           "A file to keep measurements in">
  ];
  // Mappings are its attributes, whichever dialect an op is of.
  let dependentDialects = ["::fidelity::FidelityDialect"];
  let statistics = [
    Statistic<"numMapped", "mapped", "ops that got a mapping">,
    Statistic<"numKept", "kept", "mappings that were there">
  ];
}

#endif // FIDELITY_PASSES_PREMAP_TD
