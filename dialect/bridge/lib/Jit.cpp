//===- Jit.cpp - calling compiled code that may give up -------------------===//
//
// Part of Fidelity, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ods-bridge/CAPI.h"
#include <csetjmp>
#include <cstdlib>

// Where `odsBridgeAbort` of this thread goes on.
static thread_local std::jmp_buf *checkpoint = nullptr;

bool odsBridgeCallGuarded(void (*function)(void **), void **arguments) {
  std::jmp_buf here;
  std::jmp_buf *outer = checkpoint;
  checkpoint = &here;
  // Only frames of compiled code are skipped; they have nothing to unwind.
  bool returned = setjmp(here) == 0;
  if (returned)
    function(arguments);
  checkpoint = outer;
  return returned;
}

void odsBridgeAbort() {
  if (!checkpoint)
    std::abort();
  std::longjmp(*checkpoint, 1);
}
