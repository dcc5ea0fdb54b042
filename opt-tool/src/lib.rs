//! What the tools share: fidelity-opt, fidelity, the plugin and the language
//! server.

pub mod circt;
pub mod cli;
pub mod compare;
pub mod compile;
pub mod context;
pub mod diagnostic;
pub mod explain;
pub mod generate;
pub mod import;
pub mod measure;
pub mod module;
pub mod output;
pub mod progress;
pub mod registry;
pub mod run;
