//! fidelity-opt, fidelity, the plugin and the language server.

pub mod import;
