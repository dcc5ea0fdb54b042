//! Makes the dialect from its .td files.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    ods_bridge_generator::Dialect::new("fidelity", "include/fidelity/IR/FidelityOps.td")
        .include_directory("include")
        .generate()
}
