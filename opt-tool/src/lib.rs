//! What the tools share: fidelity-opt, fidelity, the plugin and the language
//! server.

pub mod compare;
pub mod context;
pub mod generate;
pub mod import;
pub mod output;
pub mod progress;
pub mod registry;
