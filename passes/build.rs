//! Makes the passes from their .td file.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ods_bridge_generator::Passes::new("FidelityPasses", "include/fidelity/Passes/Passes.td")
        .include_directory("include")
        .header("fidelity/Fidelity.h")
        .header("mlir/Dialect/Arith/IR/Arith.h")
        .header("mlir/Dialect/Complex/IR/Complex.h")
        .header("mlir/Dialect/ControlFlow/IR/ControlFlow.h")
        .header("mlir/Dialect/Func/IR/FuncOps.h")
        .header("mlir/Dialect/Linalg/IR/Linalg.h")
        .header("mlir/Dialect/Math/IR/Math.h")
        .header("mlir/Dialect/SCF/IR/SCF.h")
        .header("mlir/Dialect/Tensor/IR/Tensor.h")
        .generate()
}
