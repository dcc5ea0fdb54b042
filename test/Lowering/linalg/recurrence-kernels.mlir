// With kernels a recurrence of f32 is vectors of a state that takes a block of
// steps at a time, in registers or in memory; others are loops.

// RUN: fidelity-opt %s --convert-fidelity-to-linalg=kernels=true --canonicalize --cse | FileCheck %s
// RUN: fidelity-opt %s --convert-fidelity-to-linalg=kernels=true --canonicalize --cse \
// RUN:   --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" \
// RUN:   --canonicalize --cse --canonicalize | FileCheck %s --check-prefix=BUFFERS
// RUN: fidelity-opt %s --convert-fidelity-to-linalg="kernels=true threads=3" --canonicalize --cse \
// RUN:   | FileCheck %s --check-prefix=THREADS
// RUN: not fidelity-opt %s --convert-fidelity-to-linalg=threads=0 2>&1 | FileCheck %s --check-prefix=NONE

// NONE: expected threads to be 1 or more, but got 0

#tn = affine_map<(t, d, n) -> (t, n)>
#td = affine_map<(t, d, n) -> (t, d)>
#dn = affine_map<(t, d, n) -> (d, n)>

// Lanes are keys: 8 rows of a vector each, whose lanes are added up for all of them at
// once. The decay of a state is made where it is used.
// CHECK-LABEL: func.func @diagonal
// CHECK-NOT:     math.exp
// CHECK-NOT:     linalg.transpose
// CHECK:         scf.for
// CHECK-COUNT-8:   vector.transfer_read %arg1[
// CHECK-COUNT-8:   vector.transfer_read %{{.*}} {in_bounds = [true]} : tensor<24x16xf32>, vector<16xf32>
// CHECK:           scf.for {{.*}} -> (tensor<8x24xf32>, vector<16xf32>,
// CHECK-COUNT-8:     vector.shuffle %{{.*}} : vector<16xf32>, vector<16xf32>
// CHECK:             vector.transfer_write %{{.*}} {in_bounds = [true]} : vector<8xf32>, tensor<8x24xf32>
// CHECK:             scf.yield
// CHECK-COUNT-8:   vector.transfer_write
// BUFFERS-LABEL: func.func @diagonal
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.{{alloc|copy}}
// BUFFERS:         return
func.func @diagonal(%dt: tensor<8x24xf32>, %a: tensor<24x16xf32>, %b: tensor<8x16xf32>, %h: tensor<24x16xf32>)
    -> (tensor<8x24xf32>, tensor<24x16xf32>) {
  %o, %last = fidelity.recurrence decay %dt, %a key %b value %dt query %b state %h {exponential, indexing_maps = [#td, #dn, #tn, #td, #tn, #dn, #td, #dn]}
    : (tensor<8x24xf32>, tensor<24x16xf32>, tensor<8x16xf32>, tensor<8x24xf32>, tensor<8x16xf32>, tensor<24x16xf32>) -> (tensor<8x24xf32>, tensor<24x16xf32>)
  return %o, %last : tensor<8x24xf32>, tensor<24x16xf32>
}

// Of more steps the state and the parameters are transposed, so that rows are lanes; rows lie
// an odd number of lines of a cache apart, here three.
// CHECK-LABEL: func.func @turned
// CHECK-COUNT-2: linalg.transpose {{.*}} outs(%{{.*}} : tensor<16x24xf32>)
// CHECK:         scf.for
// CHECK:           scf.for {{.*}} -> (tensor<?x24xf32>, tensor<16x48xf32>)
// CHECK:             vector.transfer_read %arg0[
// CHECK:             scf.for {{.*}} -> (tensor<16x48xf32>, vector<16xf32>, vector<8xf32>)
// CHECK-NOT:     vector.shuffle
// CHECK:         linalg.transpose {{.*}} outs(%{{.*}} : tensor<24x16xf32>)
// BUFFERS-LABEL: func.func @turned
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.{{alloc|copy}}
// BUFFERS:           memref.alloc() {{.*}} : memref<24x16xf32>
// BUFFERS-NEXT:      linalg.transpose
// BUFFERS:         return
func.func @turned(%dt: tensor<?x24xf32>, %a: tensor<24x16xf32>, %b: tensor<?x16xf32>, %h: tensor<24x16xf32>)
    -> (tensor<?x24xf32>, tensor<24x16xf32>) {
  %o, %last = fidelity.recurrence decay %dt, %a key %b value %dt query %b state %h {exponential, indexing_maps = [#td, #dn, #tn, #td, #tn, #dn, #td, #dn]}
    : (tensor<?x24xf32>, tensor<24x16xf32>, tensor<?x16xf32>, tensor<?x24xf32>, tensor<?x16xf32>, tensor<24x16xf32>) -> (tensor<?x24xf32>, tensor<24x16xf32>)
  return %o, %last : tensor<?x24xf32>, tensor<24x16xf32>
}

#tkv = affine_map<(t, k, v) -> (t, k, v)>
#tk = affine_map<(t, k, v) -> (t, k)>
#tv = affine_map<(t, k, v) -> (t, v)>
#kv = affine_map<(t, k, v) -> (k, v)>
#cd = affine_map<(t, d) -> (t, d)>
#cs = affine_map<(t, d) -> (d)>

// What only the recurrence needs is computed where it is read, an element once.
// CHECK-LABEL: func.func @producers
// CHECK-NOT:     math.exp %{{.*}} : f32
// CHECK:         scf.for
// CHECK:           %[[F:.*]] = vector.transfer_read %arg0[
// CHECK:           %[[EXP:.*]] = math.exp %{{.*}} : vector<16xf32>
// CHECK-NOT:       math.exp
// CHECK:           scf.yield
func.func @producers(%f: tensor<?x16xf32>, %c: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %g = fidelity.sigmoid %f : tensor<?x16xf32>
  %v = fidelity.multiply %g, %c : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  %o, %last = fidelity.recurrence decay %g value %v {indexing_maps = [#cd, #cd, #cd, #cs]}
    : (tensor<?x16xf32>, tensor<?x16xf32>) -> (tensor<?x16xf32>, tensor<16xf32>)
  return %o : tensor<?x16xf32>
}

// Where a step goes over keys, it is computed for all steps of a block before the first one,
// and what the next tile needs is asked for.
// CHECK-LABEL: func.func @ahead
// CHECK-NOT:     math.exp
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             %[[MADE:.*]] = scf.for {{.*}} -> (tensor<16x64xf32>)
// CHECK-COUNT-4:       math.exp %{{.*}} : vector<16xf32>
// CHECK-NOT:           math.exp
// CHECK:             scf.for %[[STEP:.*]] = %c0 to
// CHECK-COUNT-4:       memref.prefetch
// CHECK-COUNT-4:       vector.transfer_read %[[MADE]][%[[STEP]],
// CHECK-NOT:           math.exp
// CHECK:               scf.for {{.*}} = %c0 to %c16
// BUFFERS-LABEL: func.func @ahead
// BUFFERS-NOT:     memref.copy
// BUFFERS:         return
func.func @ahead(%x: tensor<?x192xf32>, %b: tensor<?x16xf32>, %a: tensor<192x16xf32>) -> tensor<?x192xf32> {
  %dt = fidelity.sigmoid %x : tensor<?x192xf32>
  %o, %last = fidelity.recurrence decay %dt, %a key %b value %dt query %b {exponential, indexing_maps = [#td, #dn, #tn, #td, #tn, #td, #dn]}
    : (tensor<?x192xf32>, tensor<192x16xf32>, tensor<?x16xf32>, tensor<?x192xf32>, tensor<?x16xf32>) -> (tensor<?x192xf32>, tensor<192x16xf32>)
  return %o : tensor<?x192xf32>
}

// What each key has of its own is not asked for.
// CHECK-LABEL: func.func @own
// CHECK-COUNT-4: memref.prefetch
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @own(%d: tensor<?x8x192xf32>, %q: tensor<?x8xf32>) -> tensor<?x192xf32> {
  %o, %last = fidelity.recurrence decay %d value %d query %q {indexing_maps = [#tkv, #tkv, #tk, #tv, #kv]}
    : (tensor<?x8x192xf32>, tensor<?x8x192xf32>, tensor<?x8xf32>) -> (tensor<?x192xf32>, tensor<8x192xf32>)
  return %o : tensor<?x192xf32>
}

// What something else needs too stays in memory, and what all that is made of it.
// CHECK-LABEL: func.func @shared_producer
// CHECK:         math.exp %{{.*}} : f32
// CHECK-NOT:     math.exp
// CHECK:         return
func.func @shared_producer(%f: tensor<?x16xf32>, %c: tensor<?x16xf32>) -> (tensor<?x16xf32>, tensor<?x16xf32>) {
  %g = fidelity.sigmoid %f : tensor<?x16xf32>
  %v = fidelity.multiply %g, %c : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  %o, %last = fidelity.recurrence decay %g value %v {indexing_maps = [#cd, #cd, #cd, #cs]}
    : (tensor<?x16xf32>, tensor<?x16xf32>) -> (tensor<?x16xf32>, tensor<16xf32>)
  return %o, %g : tensor<?x16xf32>, tensor<?x16xf32>
}

// Lanes are values: 4 steps at once of 32 values and all keys. What a key needs is made
// once for all values, its decay too; a number of the state is read and written once; and
// what is left of the values is in narrower vectors, of which the last one has a mask. The
// next values and keys are asked for. The steps that are left come one by one.
// CHECK-LABEL: func.func @values
// CHECK-NOT:     math.exp
// CHECK:         %[[ROWS:.*]] = tensor.empty() : tensor<9x8xf32>
// CHECK:         scf.for {{.*}} -> (tensor<8x83xf32>, tensor<?x83xf32>, tensor<9x8xf32>) {
// CHECK-COUNT-4:   vector.transfer_read %arg0[
// CHECK-COUNT-9:   vector.transfer_write {{.*}} : vector<16xf32>, tensor<9x8xf32>
// CHECK:           scf.for {{.*}} -> (tensor<8x83xf32>, tensor<?x83xf32>)
// CHECK-COUNT-8:     memref.prefetch
// CHECK-COUNT-8:     vector.transfer_read %arg1[
// CHECK:             scf.for %[[KEY:.*]] = %c0 to %c8 {{.*}} -> (tensor<8x83xf32>, vector<16xf32>
// CHECK:               memref.prefetch
// CHECK-COUNT-2:       vector.transfer_read %{{.*}}[%[[KEY]], {{.*}} : tensor<8x83xf32>, vector<16xf32>
// CHECK-COUNT-9:       tensor.extract %{{.*}}[%{{.*}}, %[[KEY]]] : tensor<9x8xf32>
// CHECK-COUNT-2:       vector.transfer_write %{{.*}} : vector<16xf32>, tensor<8x83xf32>
// CHECK-NOT:           vector.transfer_write
// CHECK:               scf.yield
// CHECK-COUNT-8:     vector.transfer_write %{{.*}} : vector<16xf32>, tensor<?x83xf32>
// CHECK:             scf.yield
// CHECK:           vector.transfer_read %arg1[{{.*}} : tensor<?x83xf32>, vector<4xf32>
// CHECK:         scf.for {{.*}} -> (tensor<8x83xf32>, tensor<?x83xf32>, tensor<9x8xf32>) {
// BUFFERS-LABEL: func.func @values
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.{{alloc|copy}}
// BUFFERS:         return
func.func @values(%g: tensor<?x8xf32>, %v: tensor<?x83xf32>) -> tensor<?x83xf32> {
  %o, %last = fidelity.recurrence decay %g key %g value %v query %g {exponential, indexing_maps = [#tk, #tk, #tv, #tk, #tv, #kv]}
    : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x83xf32>, tensor<?x8xf32>) -> (tensor<?x83xf32>, tensor<8x83xf32>)
  return %o : tensor<?x83xf32>
}

// What is erased needs all keys first: a block is two loops over them. Without decays the
// vectors are read where they are.
// CHECK-LABEL: func.func @erase
// CHECK:         scf.for {{.*}} -> (tensor<16x32xf32>, tensor<?x32xf32>) {
// CHECK-NOT:       vector.transfer_write
// CHECK:           scf.for %[[KEY:.*]] = %c0 to %c16 {{.*}} -> (vector<16xf32>, vector<16xf32>
// CHECK:             tensor.extract %arg0[%{{.*}}, %[[KEY]]]
// CHECK:           scf.for {{.*}} -> (tensor<16x32xf32>) {
// CHECK-COUNT-2:     vector.transfer_write {{.*}} : vector<16xf32>, tensor<16x32xf32>
// CHECK:           }
// CHECK-COUNT-8:   vector.transfer_write {{.*}} : vector<16xf32>, tensor<?x32xf32>
// BUFFERS-LABEL: func.func @erase
// BUFFERS:         scf.for
// BUFFERS-NOT:       memref.alloc
// BUFFERS:         return
func.func @erase(%k: tensor<?x16xf32>, %v: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %o, %last = fidelity.recurrence key %k value %v query %k erase %k, %k {indexing_maps = [#tk, #tv, #tk, #tk, #tk, #tv, #kv]}
    : (tensor<?x16xf32>, tensor<?x32xf32>, tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x16xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>)
  return %o : tensor<?x32xf32>
}

// What the key erases, as in a delta rule, is taken from the values: the key alone writes,
// and what would be its opposite is not there.
// CHECK-LABEL: func.func @erases_key
// CHECK-NOT:     arith.negf
// CHECK:         scf.for {{.*}} -> (vector<16xf32>, vector<16xf32>
// CHECK:         arith.subf {{.*}} : vector<16xf32>
// CHECK:         scf.for %[[KEY:.*]] = %c0 to %c16 {{.*}} -> (tensor<16x32xf32>) {
// CHECK-COUNT-4:   tensor.extract %arg0[%{{.*}}, %[[KEY]]]
// CHECK-NOT:       tensor.extract
// CHECK:           scf.yield
// CHECK:         return
func.func @erases_key(%k: tensor<?x16xf32>, %v: tensor<?x32xf32>, %r: tensor<?x16xf32>) -> tensor<?x32xf32> {
  %zero = arith.constant 0 : index
  %steps = tensor.dim %k, %zero : tensor<?x16xf32>
  %empty = tensor.empty(%steps) : tensor<?x16xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(a, b) -> (a, b)>, affine_map<(a, b) -> (a, b)>], iterator_types = ["parallel", "parallel"]}
    ins(%k : tensor<?x16xf32>) outs(%empty : tensor<?x16xf32>) {
  ^bb0(%x: f32, %out: f32):
    %y = arith.negf %x : f32
    linalg.yield %y : f32
  } -> tensor<?x16xf32>
  %o, %last = fidelity.recurrence key %k value %v query %r erase %r, %w {indexing_maps = [#tk, #tv, #tk, #tk, #tk, #tv, #kv]}
    : (tensor<?x16xf32>, tensor<?x32xf32>, tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x16xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>)
  return %o : tensor<?x32xf32>
}

// The only step reads one state and writes another, without a copy.
// BUFFERS-LABEL: func.func @step
// BUFFERS-NOT:     memref.copy
// BUFFERS:         return
func.func @step(%k: tensor<1x16xf32>, %v: tensor<1x32xf32>, %s: tensor<16x32xf32>) -> (tensor<1x32xf32>, tensor<16x32xf32>) {
  %o, %last = fidelity.recurrence key %k value %v query %k state %s {indexing_maps = [#tk, #tv, #tk, #kv, #tv, #kv]}
    : (tensor<1x16xf32>, tensor<1x32xf32>, tensor<1x16xf32>, tensor<16x32xf32>) -> (tensor<1x32xf32>, tensor<16x32xf32>)
  return %o, %last : tensor<1x32xf32>, tensor<16x32xf32>
}

// The update and the output of a state-space model are one step, which reads the state once:
// rows whole, one after the other.
// CHECK-LABEL: func.func @one_step
// CHECK-NOT:     linalg.generic
// CHECK:         scf.for %[[ROW:.*]] = %c0 to %c24
// CHECK:           scf.for %{{.*}} = %c0 to %c2 {{.*}} -> (tensor<24x32xf32>, vector<16xf32>)
// CHECK:             vector.transfer_read %arg0[%[[ROW]], {{.*}} : tensor<24x32xf32>, vector<16xf32>
// CHECK:             vector.transfer_write
// CHECK:         return
// BUFFERS-LABEL: func.func @one_step
// BUFFERS-NOT:     memref.copy
// BUFFERS:         return
func.func @one_step(%s: tensor<24x32xf32>, %x: tensor<24xf32>, %a: tensor<24x32xf32>, %b: tensor<32xf32>, %c: tensor<32xf32>)
    -> (tensor<24xf32>, tensor<24x32xf32>) {
  %next = fidelity.ssm.state_update %s, %x, %a, %b : (tensor<24x32xf32>, tensor<24xf32>, tensor<24x32xf32>, tensor<32xf32>) -> tensor<24x32xf32>
  %y = fidelity.ssm.output %next, %c : (tensor<24x32xf32>, tensor<32xf32>) -> tensor<24xf32>
  return %y, %next : tensor<24xf32>, tensor<24x32xf32>
}

// What the result knows of its sizes it may know of the input alone.
// CHECK-LABEL: func.func @one_step_of_some_rows
// CHECK:         vector.transfer_write
// CHECK:         return %{{.*}}, %{{.*}} : tensor<24xf32>, tensor<24x32xf32>
func.func @one_step_of_some_rows(%s: tensor<?x32xf32>, %x: tensor<24xf32>, %a: tensor<f32>, %b: tensor<32xf32>, %c: tensor<32xf32>)
    -> (tensor<24xf32>, tensor<24x32xf32>) {
  %next = fidelity.ssm.state_update %s, %x, %a, %b : (tensor<?x32xf32>, tensor<24xf32>, tensor<f32>, tensor<32xf32>) -> tensor<24x32xf32>
  %y = fidelity.ssm.output %next, %c : (tensor<24x32xf32>, tensor<32xf32>) -> tensor<24xf32>
  return %y, %next : tensor<24xf32>, tensor<24x32xf32>
}

// CHECK-LABEL: func.func @narrow_floats
// CHECK-NOT:     vector.
// CHECK:         return
func.func @narrow_floats(%k: tensor<?x16xbf16>, %v: tensor<?x32xbf16>) -> tensor<?x32xbf16> {
  %o, %last = fidelity.recurrence key %k value %v query %k {indexing_maps = [#tk, #tv, #tk, #tv, #kv]}
    : (tensor<?x16xbf16>, tensor<?x32xbf16>, tensor<?x16xbf16>) -> (tensor<?x32xbf16>, tensor<16x32xbf16>)
  return %o : tensor<?x32xbf16>
}

// A kernel takes as many steps at once as suits it; other types become chunks.
// CHECK-LABEL: func.func @chunks(
// CHECK:         scf.for {{.*}} -> (tensor<16x32xf32>, vector<16xf32>
// CHECK:         return
func.func @chunks(%k: tensor<?x16xf32>, %v: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %o, %last = fidelity.recurrence key %k value %v query %k {chunk = 16 : i64, indexing_maps = [#tk, #tv, #tk, #tv, #kv]}
    : (tensor<?x16xf32>, tensor<?x32xf32>, tensor<?x16xf32>) -> (tensor<?x32xf32>, tensor<16x32xf32>)
  return %o : tensor<?x32xf32>
}

#htk = affine_map<(h, t, k, v) -> (h, t, k)>
#htv = affine_map<(h, t, k, v) -> (h, t, v)>
#hkv = affine_map<(h, t, k, v) -> (h, k, v)>

// A large state is shared by heads, each of which is computed as without threads.
// THREADS-LABEL: func.func @heads
// THREADS:         scf.forall (%[[THREAD:.*]]) in (3) shared_outs(
// THREADS:           scf.for
// THREADS:           scf.forall.in_parallel
// THREADS-NEXT:        tensor.parallel_insert_slice {{.*}} [%{{.*}}, 16, 32] [1, 1, 1] : tensor<?x16x32xf32> into tensor<4x16x32xf32>
// THREADS-NEXT:        tensor.parallel_insert_slice {{.*}} [%{{.*}}, 1024, 32] [1, 1, 1] : tensor<?x1024x32xf32> into tensor<4x1024x32xf32>
func.func @heads(%k: tensor<4x1024x16xf32>, %v: tensor<4x1024x32xf32>) 
    -> (tensor<4x1024x32xf32>, tensor<4x16x32xf32>) {
  %o, %last = fidelity.recurrence key %k value %v query %k {indexing_maps = [#htk, #htv, #htk, #htv, #hkv]}
    : (tensor<4x1024x16xf32>, tensor<4x1024x32xf32>, tensor<4x1024x16xf32>) -> (tensor<4x1024x32xf32>, tensor<4x16x32xf32>)
  return %o, %last : tensor<4x1024x32xf32>, tensor<4x16x32xf32>
}

// What is not known to be large is asked at run time; what is small has one thread.
// THREADS-LABEL: func.func @some_steps
// THREADS:         %[[MUCH:.*]] = arith.cmpi uge
// THREADS:         scf.if %[[MUCH]]
// THREADS:           scf.forall
// THREADS:         } else {
// THREADS-NOT:       scf.forall
// THREADS:         return
func.func @some_steps(%k: tensor<4x?x16xf32>, %v: tensor<4x?x32xf32>) -> tensor<4x?x32xf32> {
  %o, %last = fidelity.recurrence key %k value %v query %k {indexing_maps = [#htk, #htv, #htk, #htv, #hkv]}
    : (tensor<4x?x16xf32>, tensor<4x?x32xf32>, tensor<4x?x16xf32>) -> (tensor<4x?x32xf32>, tensor<4x16x32xf32>)
  return %o : tensor<4x?x32xf32>
}

// THREADS-LABEL: func.func @few_steps
// THREADS-NOT:     scf.forall
func.func @few_steps(%k: tensor<4x8x16xf32>, %v: tensor<4x8x32xf32>) -> tensor<4x8x32xf32> {
  %o, %last = fidelity.recurrence key %k value %v query %k {indexing_maps = [#htk, #htv, #htk, #htv, #hkv]}
    : (tensor<4x8x16xf32>, tensor<4x8x32xf32>, tensor<4x8x16xf32>) -> (tensor<4x8x32xf32>, tensor<4x16x32xf32>)
  return %o : tensor<4x8x32xf32>
}

// CHECK-LABEL: func.func @chunks_of_doubles(
// CHECK-NOT:     vector.
// CHECK:         return
func.func @chunks_of_doubles(%k: tensor<?x16xf64>, %v: tensor<?x32xf64>) -> tensor<?x32xf64> {
  %o, %last = fidelity.recurrence key %k value %v query %k {chunk = 16 : i64, indexing_maps = [#tk, #tv, #tk, #tv, #kv]}
    : (tensor<?x16xf64>, tensor<?x32xf64>, tensor<?x16xf64>) -> (tensor<?x32xf64>, tensor<16x32xf64>)
  return %o : tensor<?x32xf64>
}
