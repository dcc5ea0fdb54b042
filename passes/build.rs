//! Makes the passes from their .td file.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ods_bridge_generator::Passes::new("FidelityPasses", "include/fidelity/Passes/Passes.td")
        .include_directory("include")
        .generate()
}
