//===- Plugin.cpp - what a plugin asks about the process it is in ---------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "ods-bridge/CAPI.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"

#include <dlfcn.h>
#include <link.h>

using namespace mlir;

uint32_t odsBridgePluginApiVersion() { return MLIR_PLUGIN_API_VERSION; }

OdsVersion odsBridgeBuildVersion() {
  return {LLVM_VERSION_MAJOR, LLVM_VERSION_MINOR};
}

OdsVersion odsBridgeProcessVersion(const char **file) {
  // Symbols are looked up in the order of loading: the program and what it
  // links come before a plugin and what that brings along.
  void *symbol = dlsym(RTLD_DEFAULT, "LLVMGetVersion");
  Dl_info info{};
  if (!symbol || !dladdr(symbol, &info))
    return {0, 0};
  *file = info.dli_fname;
  unsigned major = 0, minor = 0, patch = 0;
  reinterpret_cast<void (*)(unsigned *, unsigned *, unsigned *)>(symbol)(
      &major, &minor, &patch);
  return {major, minor};
}

const char *odsBridgeOwnFile() {
  Dl_info info{};
  void *here = reinterpret_cast<void *>(&odsBridgeOwnFile);
  return dladdr(here, &info) ? info.dli_fname : "";
}

const char *odsBridgeMlirLoadedWithPlugin() {
  Dl_info info{};
  void *map = nullptr;
  void *here = reinterpret_cast<void *>(&odsBridgeMlirLoadedWithPlugin);
  if (!dladdr1(here, &info, &map, RTLD_DL_LINKMAP))
    return nullptr;
  // The list is in the order of loading, a library before what it needs.
  for (auto *next = static_cast<link_map *>(map); next; next = next->l_next)
    if (StringRef(next->l_name).rsplit('/').second.starts_with("libMLIR.so"))
      return next->l_name;
  return nullptr;
}

bool odsBridgeRegistryHasDialect(MlirDialectRegistry registry,
                                 MlirStringRef name) {
  return static_cast<bool>(
      unwrap(registry)->getDialectAllocator(unwrap(name)));
}
