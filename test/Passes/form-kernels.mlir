// Which ops make a kernel together, and which stay.

// RUN: fidelity-opt %s -fidelity-form-kernels -split-input-file | FileCheck %s

// A BitLinear layer is two kernels: the row is normed, quantised and never
// written in between; the scales are a part of the product's kernel. The constant
// is made where it is used, and sizes come with a tensor that has them.
// CHECK-LABEL: func.func @bit_linear(
// CHECK-SAME:    %[[X:.*]]: tensor<?x256xf32>, %[[W:.*]]: tensor<64x256xi8>, %[[N:.*]]: tensor<256xf32>)
// CHECK-NEXT:    %[[Q:.*]]:2 = call @bit_linear_kernel0(%[[X]], %[[N]])
// CHECK-NEXT:    %[[Y:.*]] = call @bit_linear_kernel1(%[[Q]]#0, %[[W]], %[[Q]]#1)
// CHECK-NEXT:    return %[[Y]]
// CHECK:       func.func private @bit_linear_kernel0(%{{.*}}: tensor<?x256xf32>, %{{.*}}: tensor<256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>) attributes {fidelity.kernel = "row"} {
// CHECK-NEXT:    fidelity.rms_norm
// CHECK-NEXT:    fidelity.quantize_activations
// CHECK:       func.func private @bit_linear_kernel1(%[[Q:.*]]: tensor<?x256xi8>, %{{.*}}: tensor<64x256xi8>, %{{.*}}: tensor<?x1xf32>) -> tensor<?x64xf32> attributes {fidelity.kernel = "linear"} {
// CHECK:         arith.constant dense<5.000000e-01> : tensor<f32>
// CHECK:         fidelity.ternary_linear
// CHECK:         tensor.dim %[[Q]]
// CHECK:         linalg.generic
#row = affine_map<(d0, d1) -> (d0, 0)>
#all = affine_map<(d0, d1) -> (d0, d1)>
func.func @bit_linear(%x: tensor<?x256xf32>, %w: tensor<64x256xi8>, %n: tensor<256xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %h = fidelity.rms_norm %x weight %n : (tensor<?x256xf32>, tensor<256xf32>) -> tensor<?x256xf32>
  %q, %i = fidelity.quantize_activations %h : (tensor<?x256xf32>) -> (tensor<?x256xi8>, tensor<?x1xf32>)
  %s = arith.constant dense<0.5> : tensor<f32>
  %y = fidelity.ternary_linear %q, %w scale %s : (tensor<?x256xi8>, tensor<64x256xi8>, tensor<f32>) -> tensor<?x64xf32>
  %d = tensor.dim %x, %c0 : tensor<?x256xf32>
  %e = tensor.empty(%d) : tensor<?x64xf32>
  %z = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%y, %i : tensor<?x64xf32>, tensor<?x1xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    linalg.yield %m : f32
  } -> tensor<?x64xf32>
  return %z : tensor<?x64xf32>
}

// -----

// A norm of the same rows joins the first kernel, though products stand in
// between: nothing that it reads is made later. A norm of a product is a kernel
// of its own, since it takes whole rows of it.
// CHECK-LABEL: func.func @norms(
// CHECK-NEXT:    %[[N:.*]]:2 = call @norms_kernel0(%arg0)
// CHECK-NEXT:    %[[Y:.*]] = call @norms_kernel1(%[[N]]#0, %arg1)
// CHECK-NEXT:    %[[Z:.*]] = call @norms_kernel2(%[[Y]])
// CHECK-NEXT:    return %[[Z]], %[[N]]#1
// CHECK:       @norms_kernel0
// CHECK:         fidelity.rms_norm
// CHECK:         fidelity.rms_norm
// CHECK:       @norms_kernel1
// CHECK:       @norms_kernel2
func.func @norms(%x: tensor<4x8xf32>, %w: tensor<8x8xi8>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %a = fidelity.rms_norm %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %y = fidelity.ternary_linear %a, %w : (tensor<4x8xf32>, tensor<8x8xi8>) -> tensor<4x8xf32>
  %z = fidelity.rms_norm %y : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = fidelity.rms_norm %a : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %z, %b : tensor<4x8xf32>, tensor<4x8xf32>
}

// -----

// Elementwise ops before and after a recurrence are computed in its steps.
// CHECK-LABEL: func.func @recurrence(
// CHECK-NEXT:    %[[R:.*]]:2 = call @recurrence_kernel0(%arg0, %arg1)
// CHECK-NEXT:    return %[[R]]#1, %[[R]]#0
// CHECK:       attributes {fidelity.kernel = "recurrence"}
// CHECK:         linalg.generic
// CHECK:         fidelity.recurrence
// CHECK:         linalg.generic
#vector = affine_map<(d0, d1) -> (d1)>
#two = affine_map<(d0, d1) -> (d0, d1)>
func.func @recurrence(%d: tensor<?x8xf32>, %v: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %d, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %f = linalg.generic {indexing_maps = [#two, #two], iterator_types = ["parallel", "parallel"]}
      ins(%d : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %m = math.exp %a : f32
    linalg.yield %m : f32
  } -> tensor<?x8xf32>
  %o, %s = fidelity.recurrence decay %f value %v {indexing_maps = [#two, #two, #two, #vector]}
    : (tensor<?x8xf32>, tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<8xf32>)
  %g = linalg.generic {indexing_maps = [#two, #two], iterator_types = ["parallel", "parallel"]}
      ins(%o : tensor<?x8xf32>) outs(%e : tensor<?x8xf32>) {
  ^bb0(%a: f32, %b: f32):
    %m = arith.mulf %a, %a : f32
    linalg.yield %m : f32
  } -> tensor<?x8xf32>
  return %g, %s : tensor<?x8xf32>, tensor<8xf32>
}

// -----

// A part of a row is read from memory: what makes the row is launched before.
// CHECK-LABEL: func.func @parts(
// CHECK-NEXT:    %[[A:.*]] = call @parts_kernel0(%arg0)
// CHECK-NEXT:    %[[B:.*]] = call @parts_kernel1(%[[A]])
// CHECK-NEXT:    return %[[B]]
// CHECK:       @parts_kernel1(%[[A:.*]]: tensor<4x8xf32>)
// CHECK:         tensor.extract_slice %[[A]][0, 4] [4, 4] [1, 1]
func.func @parts(%x: tensor<4x8xf32>) -> tensor<4x4xf32> {
  %a = fidelity.rms_norm %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %p = tensor.extract_slice %a[0, 4] [4, 4] [1, 1] : tensor<4x8xf32> to tensor<4x4xf32>
  %b = fidelity.rms_norm %p : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %b : tensor<4x4xf32>
}

// -----

// Sums, ops with effects and what reads an index stay, between the kernels
// whose results they read and those that read theirs.
// CHECK-LABEL: func.func @others(
// CHECK:         %[[A:.*]] = call @others_kernel0(%arg0)
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[A]] :
// CHECK:         call @sink(%[[SUM]])
// CHECK:         %[[B:.*]] = call @others_kernel1(%[[SUM]])
// CHECK:         return %[[B]]
// CHECK-NOT:   @others_kernel2
func.func private @sink(tensor<4xf32>)
func.func @others(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  %zero = arith.constant dense<0.0> : tensor<4xf32>
  %a = fidelity.rms_norm %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>],
                       iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<4x8xf32>) outs(%zero : tensor<4xf32>) {
  ^bb0(%p: f32, %q: f32):
    %r = arith.addf %p, %q : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  call @sink(%s) : (tensor<4xf32>) -> ()
  %b = fidelity.rms_norm %s : (tensor<4xf32>) -> tensor<4xf32>
  return %b : tensor<4xf32>
}

// -----

// A recurrence with keys is no kernel, and a function that branches is left.
// CHECK-LABEL: func.func @keys(
// CHECK-NEXT:    fidelity.recurrence
// CHECK-NOT:     call
func.func @keys(%k: tensor<4x8xf32>, %v: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<8x8xf32>) {
  %o, %s = fidelity.recurrence key %k value %v
    {indexing_maps = [affine_map<(t, k, v) -> (t, k)>, affine_map<(t, k, v) -> (t, v)>,
                      affine_map<(t, k, v) -> (t, v)>, affine_map<(t, k, v) -> (k, v)>]}
    : (tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<8x8xf32>)
  return %o, %s : tensor<4x8xf32>, tensor<8x8xf32>
}
// CHECK-LABEL: func.func @branches(
// CHECK:         fidelity.rms_norm
// CHECK-NOT:   kernel
func.func @branches(%x: tensor<4xf32>, %c: i1) -> tensor<4xf32> {
  cf.cond_br %c, ^norm, ^end(%x : tensor<4xf32>)
^norm:
  %a = fidelity.rms_norm %x : (tensor<4xf32>) -> tensor<4xf32>
  cf.br ^end(%a : tensor<4xf32>)
^end(%y: tensor<4xf32>):
  return %y : tensor<4xf32>
}

// -----

// A tensor that no kernel makes is made before the call, of the sizes that
// another kernel's result has.
// CHECK-LABEL: func.func @empty(
// CHECK:         %[[Y:.*]]:2 = call @empty_kernel0(%{{.*}})
// CHECK:         %[[DIM:.*]] = tensor.dim %[[Y]]#0, %{{.*}}
// CHECK:         %[[EMPTY:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0xf32>
// CHECK:         call @empty_kernel1(%[[EMPTY]])
func.func @empty(%x: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x0xi8>, tensor<?x1xf32>) {
  %c0 = arith.constant 0 : index
  %y = fidelity.rms_norm %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %z = fidelity.rms_norm %y : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %n = tensor.dim %y, %c0 : tensor<?x8xf32>
  %e = tensor.empty(%n) : tensor<?x0xf32>
  %q, %i = fidelity.quantize_activations %e : (tensor<?x0xf32>) -> (tensor<?x0xi8>, tensor<?x1xf32>)
  return %z, %q, %i : tensor<?x8xf32>, tensor<?x0xi8>, tensor<?x1xf32>
}
