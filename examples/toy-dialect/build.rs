//! Makes the dialect and its passes from their .td files.

use ods_bridge_generator::{Dialect, Passes};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    Dialect::new("toy", "include/toy/ToyOps.td")
        .include_directory("include")
        .generate()?;
    Passes::new("ToyPasses", "include/toy/ToyPasses.td")
        .include_directory("include")
        // The C++ of what the passes run on and create.
        .header("mlir/Dialect/Func/IR/FuncOps.h")
        .header("mlir/Dialect/Arith/IR/Arith.h")
        .generate()
}
