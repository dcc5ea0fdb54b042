//! From kernels in MLIR's gpu dialect to the code of a vendor's GPUs.
//!
//! | file | what it is |
//! | --- | --- |
//! | `chips` | the GPUs that code is made for |
//! | `arguments` | kernels take plain pointers |
//! | `bf16` | numbers as bits, for machines that do not know them |
//! | `math` | functions that no vendor's library has to provide |

mod arguments;
mod bf16;
mod chips;
mod math;

use crate::options::only_option;
pub use chips::{Chip, VENDORS, Vendor};

/// The passes from kernels to the code of a chip, the text in a `gpu.binary`,
/// for a `builtin.module`.
fn code_pipeline(vendor: &Vendor, chip: &Chip) -> String {
    [
        (vendor.attach)(chip).as_str(),
        "gpu.module(fidelity-gpu-expand-math",
        "fidelity-gpu-bare-arguments",
        (vendor.convert)(chip).as_str(),
        "canonicalize",
        "cse",
        "reconcile-unrealized-casts)",
        "gpu-module-to-binary{format=isa}",
    ]
    .join(",")
}

/// Registers the pipeline of each vendor.
pub fn register_pipelines() {
    for vendor in VENDORS {
        let description = format!(
            "lower functions of fidelity ops to kernels in {} and plans that launch them",
            vendor.language
        );
        ods_bridge::register_pipeline(vendor.pipeline, &description, move |options| {
            let chip = vendor.chip(only_option(vendor.pipeline, "chip", options)?)?;
            Ok([super::pipeline(), code_pipeline(vendor, chip)].join(","))
        });
    }
}
