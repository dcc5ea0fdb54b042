//! What the tools share: fidelity-opt, fidelity, the plugin and the language
//! server.

pub mod import;
pub mod registry;
