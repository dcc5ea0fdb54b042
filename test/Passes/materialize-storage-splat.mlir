// A splat of trits is packed as a splat of bytes, however large it is.

// RUN: fidelity-opt %s --fidelity-materialize-storage | FileCheck %s

// CHECK-LABEL: func.func @splats
// CHECK-DAG: arith.constant dense<-86> : tensor<40000x10000xi8>
// CHECK-DAG: arith.constant dense<85> : tensor<2x2xi8>
// CHECK-DAG: arith.constant dense<0> : tensor<40000x10001xi8>
// CHECK-DAG: arith.constant dense<{{\[\[}}-86, 2], [-86, 2]]> : tensor<2x2xi8>
// CHECK-DAG: arith.constant dense<-14> : tensor<40000x8000xi8>
// CHECK-DAG: arith.constant dense<0> : tensor<40000x8001xi8>
// CHECK-DAG: arith.constant dense<{{\[\[}}121, 4], [121, 4]]> : tensor<2x2xi8>
func.func @splats() {
  %a = arith.constant dense<1> : tensor<40000x40000xi8, #fidelity.tensor<storage = packed2>>
  %b = arith.constant dense<-1> : tensor<2x8xi8, #fidelity.tensor<storage = packed2>>
  %c = arith.constant dense<0> : tensor<40000x40001xi8, #fidelity.tensor<storage = packed2>>
  %d = arith.constant dense<1> : tensor<2x5xi8, #fidelity.tensor<storage = packed2>>
  %e = arith.constant dense<1> : tensor<40000x40000xi8, #fidelity.tensor<storage = packed5>>
  %f = arith.constant dense<0> : tensor<40000x40001xi8, #fidelity.tensor<storage = packed5>>
  %g = arith.constant dense<-1> : tensor<2x7xi8, #fidelity.tensor<storage = packed5>>
  return
}
