//! Makes the lowering passes from their .td file.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ods_bridge_generator::Passes::new("FidelityLowering", "include/fidelity/Lowering/Passes.td")
        .include_directory("include")
        .header("mlir/Dialect/Arith/IR/Arith.h")
        .header("mlir/Dialect/Bufferization/IR/Bufferization.h")
        .header("mlir/Dialect/Complex/IR/Complex.h")
        .header("mlir/Dialect/ControlFlow/IR/ControlFlow.h")
        .header("mlir/Dialect/Func/IR/FuncOps.h")
        .header("mlir/Dialect/GPU/IR/GPUDialect.h")
        .header("mlir/Dialect/LLVMIR/LLVMDialect.h")
        .header("mlir/Dialect/Linalg/IR/Linalg.h")
        .header("mlir/Dialect/Math/IR/Math.h")
        .header("mlir/Dialect/MemRef/IR/MemRef.h")
        .header("mlir/Dialect/SCF/IR/SCF.h")
        .header("mlir/Dialect/Vector/IR/VectorOps.h")
        .header("mlir/Dialect/Tensor/IR/Tensor.h")
        .generate()
}
