//! Makes the lowering passes from their .td file.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ods_bridge_generator::Passes::new("FidelityLowering", "include/fidelity/Lowering/Passes.td")
        .include_directory("include")
        .generate()
}
