//===- host.c - a host that loads a plugin and says what it answers -------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// With MAJOR and MINOR defined it has an LLVM of that version, as a program
// that links LLVM statically and exports it.
//
//===----------------------------------------------------------------------===//

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

#ifdef MAJOR
void LLVMGetVersion(unsigned *major, unsigned *minor, unsigned *patch) {
  *major = MAJOR;
  *minor = MINOR;
  *patch = 0;
}
#endif

typedef struct {
  uint32_t apiVersion;
  const char *name;
  const char *version;
  void (*callback)(void);
} PluginInfo;

int main(int argc, char **argv) {
  // As LLVM's DynamicLibrary does.
  void *library = argc == 2 ? dlopen(argv[1], RTLD_LAZY | RTLD_GLOBAL) : NULL;
  if (!library) {
    fprintf(stderr, "cannot load the plugin: %s\n", dlerror());
    return 1;
  }
  const char *entries[] = {"mlirGetDialectPluginInfo", "mlirGetPassPluginInfo"};
  for (int i = 0; i < 2; ++i) {
    PluginInfo (*entry)(void) = (PluginInfo(*)(void))dlsym(library, entries[i]);
    if (!entry) {
      fprintf(stderr, "no entry point: %s\n", dlerror());
      return 1;
    }
    PluginInfo info = entry();
    printf("%s: API version %u, %s %s, %s\n", entries[i], info.apiVersion,
           info.name, info.version, info.callback ? "callback" : "no callback");
  }
  return 0;
}
