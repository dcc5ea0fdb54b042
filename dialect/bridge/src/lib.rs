//! What dialects, passes and tools written in Rust share at run time.

mod mapped_file;
mod resource;

pub use mapped_file::MappedFile;
pub use resource::{RESOURCE_ALIGNMENT, ResourceBytes, dense_resource};

#[cfg(test)]
mod tests {
    #[test]
    fn links() {
        let context = melior::Context::new();
        assert!(melior::ir::Module::parse(&context, "module {}").is_some());
    }
}
