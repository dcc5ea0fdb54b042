//! HGRN-Bit models: MatMul-free language models (arXiv 2406.02528).

mod config;
mod constants;
mod layer;
mod model;
mod module;

pub use config::{Config, MODEL_TYPE};
pub use model::{BitLinear, Embeddings, Layer, Model};
pub use module::build_module;

pub(super) use model::read;
