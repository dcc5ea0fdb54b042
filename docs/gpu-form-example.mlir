module attributes {gpu.container_module} {
  gpu.module @kernels {
    memref.global "private" @norm_kernel0_scratch : memref<4xf32, 3> = uninitialized
    gpu.func @norm_kernel0(%x: memref<f32, 1>, %y: memref<f32, 1>, %s0: i64)
      kernel attributes {known_block_size = array<i32: 4, 1, 1>} {
      %scratch = memref.get_global @norm_kernel0_scratch : memref<4xf32, 3>
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %c4 = arith.constant 4 : index
      %c100 = arith.constant 100 : index
      %zero = arith.constant 0.0 : f32
      %n = arith.index_cast %s0 : i64 to index
      %count = arith.muli %n, %c100 : index
      %xs = memref.reinterpret_cast %x to offset: [0], sizes: [%count], strides: [1] : memref<f32, 1> to memref<?xf32, 1>
      %ys = memref.reinterpret_cast %y to offset: [0], sizes: [%count], strides: [1] : memref<f32, 1> to memref<?xf32, 1>
      %row = gpu.block_id x
      %tid = gpu.thread_id x
      %start = arith.muli %row, %c100 : index
      %sum = scf.for %i = %tid to %c100 step %c4 iter_args(%acc = %zero) -> f32 {
        %at = arith.addi %start, %i : index
        %v = memref.load %xs[%at] : memref<?xf32, 1>
        %vv = arith.mulf %v, %v : f32
        %a = arith.addf %acc, %vv : f32
        scf.yield %a : f32
      }
      memref.store %sum, %scratch[%tid] : memref<4xf32, 3>
      gpu.barrier
      %low = arith.cmpi ult, %tid, %c2 : index
      scf.if %low {
        %o = arith.addi %tid, %c2 : index
        %p = memref.load %scratch[%tid] : memref<4xf32, 3>
        %q = memref.load %scratch[%o] : memref<4xf32, 3>
        %r = arith.addf %p, %q : f32
        memref.store %r, %scratch[%tid] : memref<4xf32, 3>
      }
      gpu.barrier
      %total = memref.load %scratch[%c0] : memref<4xf32, 3>
      %root = math.sqrt %total : f32
      scf.for %i = %tid to %c100 step %c4 {
        %at = arith.addi %start, %i : index
        %v = memref.load %xs[%at] : memref<?xf32, 1>
        %r = arith.divf %v, %root : f32
        memref.store %r, %ys[%at] : memref<?xf32, 1>
      }
      gpu.return
    }
  }
}
