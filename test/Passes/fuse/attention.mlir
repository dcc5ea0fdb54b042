// What is done to queries and keys as attributes of linear attention.

// RUN: fidelity-opt %s -fidelity-fuse -o %t
// RUN: FileCheck %s < %t
// RUN: fidelity-opt %t -fidelity-fuse | diff %t -
// RUN: fidelity-opt %s -fidelity-fuse --remarks-filter=fidelity-fuse -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: fidelity-opt %s -fidelity-fuse=reassociate=true | FileCheck %s --check-prefix=ORDER

!q = tensor<8x?x64xf32>
!k = tensor<4x?x64xf32>
!v = tensor<4x?x32xf32>
!o = tensor<8x?x32xf32>
!S = tensor<4x64x32xf32>

// A factor of the output, a power of two, joins the scale, 1/8.
// CHECK-LABEL: func.func @map(
// CHECK-NEXT:    %[[O:.*]], %{{.*}} = fidelity.linear_attention %arg0, %arg1, %arg2 update_rule(linear) feature_map(elu_plus_one) {scale = 3.125000e-02 : f64}
// CHECK-NEXT:    return %[[O]]
func.func @map(%q: !q, %k: !k, %v: !v) -> !o {
  %c = arith.constant dense<0.25> : tensor<f32>
  %fq = fidelity.elu_plus_one %q : !q
  %fk = fidelity.elu_plus_one %k : !k
  %o, %s = fidelity.linear_attention %fq, %fk, %v update_rule(linear) : (!q, !k, !v) -> (!o, !S)
  %z = fidelity.multiply %o, %c : (!o, tensor<f32>) -> !o
  return %z : !o
}

// relu is exact in any type, and has a query and a key of one value too.
// CHECK-LABEL: func.func @relu(
// CHECK-NEXT:    fidelity.linear_attention %arg0, %arg0, %arg1 update_rule(linear) feature_map(relu) {normalize}
func.func @relu(%q: tensor<4x?x64xf16>, %v: tensor<4x?x32xf16>) -> tensor<4x?x32xf16> {
  %f = fidelity.relu %q : tensor<4x?x64xf16>
  %o, %s:2 = fidelity.linear_attention %f, %f, %v update_rule(linear) {normalize}
    : (tensor<4x?x64xf16>, tensor<4x?x64xf16>, tensor<4x?x32xf16>) -> (tensor<4x?x32xf16>, tensor<4x64x32xf16>, tensor<4x64xf16>)
  return %o : tensor<4x?x32xf16>
}

// CHECK-LABEL: func.func @query(
// CHECK-NEXT:    fidelity.linear_attention %arg0, %arg1, %arg2 update_rule(linear) {scale = 5.000000e-01 : f64}
func.func @query(%q: !q, %k: !k, %v: !v) -> !o {
  %c = arith.constant dense<0.25> : tensor<f32>
  %fq = fidelity.multiply %q, %c : (!q, tensor<f32>) -> !q
  %o, %s = fidelity.linear_attention %fq, %k, %v update_rule(linear) {scale = 2.0 : f64} : (!q, !k, !v) -> (!o, !S)
  return %o : !o
}

// With `normalize` a factor of the queries makes no difference.
// CHECK-LABEL: func.func @normalized(
// CHECK-NEXT:    fidelity.linear_attention %arg0, %arg1, %arg2 update_rule(linear) {normalize}
func.func @normalized(%q: !q, %k: !k, %v: !v) -> !o {
  %c = arith.constant dense<0.25> : tensor<f32>
  %fq = fidelity.multiply %c, %q : (tensor<f32>, !q) -> !q
  %o, %s:2 = fidelity.linear_attention %fq, %k, %v update_rule(linear) {normalize} : (!q, !k, !v) -> (!o, !S, tensor<4x64xf32>)
  return %o : !o
}

// REMARK-DAG: [[@LINE+8]]:12: remark: [Missed] attention | Category:fidelity-fuse | Remark="a factor that is no power of two moves into the scale under reassociate only"
// CHECK-LABEL: func.func @order(
// CHECK:         fidelity.multiply
// ORDER-LABEL: func.func @order(
// ORDER-NEXT:    fidelity.linear_attention %arg0, %arg1, %arg2 update_rule(linear) {scale = 3.750000e-01 : f64}
func.func @order(%q: !q, %k: !k, %v: !v) -> !o {
  %c = arith.constant dense<3.0> : tensor<f32>
  %fq = fidelity.multiply %q, %c : (!q, tensor<f32>) -> !q
  %o, %s = fidelity.linear_attention %fq, %k, %v update_rule(linear) : (!q, !k, !v) -> (!o, !S)
  return %o : !o
}

// REMARK-DAG: [[@LINE+6]]:12: remark: [Missed] attention | Category:fidelity-fuse | Remark="queries and keys do not go through the same feature map"
// CHECK-LABEL: func.func @one_side(
// CHECK:         fidelity.relu
// CHECK:         fidelity.linear_attention {{.*}} update_rule(linear) :
func.func @one_side(%q: !q, %k: !k, %v: !v) -> !o {
  %fq = fidelity.relu %q : !q
  %o, %s = fidelity.linear_attention %fq, %k, %v update_rule(linear) : (!q, !k, !v) -> (!o, !S)
  return %o : !o
}

// REMARK-DAG: [[@LINE+6]]:12: remark: [Missed] attention | Category:fidelity-fuse | Remark="a value in between has another use"
// CHECK-LABEL: func.func @used(
// CHECK:         fidelity.linear_attention {{.*}} update_rule(linear) :
func.func @used(%q: !q, %k: !k, %v: !v) -> (!o, !k) {
  %fq = fidelity.relu %q : !q
  %fk = fidelity.relu %k : !k
  %o, %s = fidelity.linear_attention %fq, %fk, %v update_rule(linear) : (!q, !k, !v) -> (!o, !S)
  return %o, %fk : !o, !k
}

// REMARK-DAG: [[@LINE+6]]:12: remark: [Missed] attention | Category:fidelity-fuse | Remark="a value in between is rounded to a narrow float"
// CHECK-LABEL: func.func @narrow(
// CHECK:         fidelity.elu_plus_one
func.func @narrow(%q: tensor<4x?x64xf16>, %k: tensor<4x?x64xf16>, %v: tensor<4x?x32xf16>) -> tensor<4x?x32xf16> {
  %fq = fidelity.elu_plus_one %q : tensor<4x?x64xf16>
  %fk = fidelity.elu_plus_one %k : tensor<4x?x64xf16>
  %o, %s = fidelity.linear_attention %fq, %fk, %v update_rule(linear)
    : (tensor<4x?x64xf16>, tensor<4x?x64xf16>, tensor<4x?x32xf16>) -> (tensor<4x?x32xf16>, tensor<4x64x32xf16>)
  return %o : tensor<4x?x32xf16>
}

// The end of random features, of which the rest is linalg.
// REMARK-DAG: [[@LINE+6]]:12: remark: [Missed] attention | Category:fidelity-fuse | Remark="queries or keys go through exp: as a feature map it is positive_random, of whose parts this pass makes none"
// CHECK-LABEL: func.func @exponential(
// CHECK-COUNT-2: fidelity.exp
func.func @exponential(%q: !q, %k: !k, %v: !v) -> !o {
  %eq = fidelity.exp %q : !q
  %ek = fidelity.exp %k : !k
  %o, %s = fidelity.linear_attention %eq, %ek, %v update_rule(linear) : (!q, !k, !v) -> (!o, !S)
  return %o : !o
}
