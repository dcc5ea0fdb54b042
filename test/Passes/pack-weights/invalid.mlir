// RUN: not fidelity-opt %s --fidelity-pack-weights=storage=packed3 2>&1 | FileCheck %s

// CHECK: error: expected storage to be dense, packed2, packed5, tiled2 or tiled5, but got packed3
module {}
