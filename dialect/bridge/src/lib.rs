//! What dialects, passes and tools written in Rust share at run time.

#[cfg(test)]
mod tests {
    #[test]
    fn links() {
        let context = melior::Context::new();
        assert!(melior::ir::Module::parse(&context, "module {}").is_some());
    }
}
