//! From a trained checkpoint to a module in the dialect.
//!
//! A checkpoint is read in two steps, so that every fault of its files is told
//! before anything is built: [`import_hgrn_bit`] reads and checks them, and
//! ternarises the weights; [`build_module`] writes the functions.

mod body;
mod checkpoint;
mod command;
mod error;
mod hgrn_bit;
mod json;
mod lookup;
mod tensor;
mod ternarize;

pub use checkpoint::Checkpoint;
pub use command::Import;
pub use error::Error;
pub use fidelity_dialect::Storage;
pub use hgrn_bit::{BitLinear, Config, Embeddings, Layer, MODEL_TYPE, Model, build_module};
pub use tensor::{FloatType, Tensor};
pub use ternarize::{PackedTrits, ternarize};

use std::path::Path;

/// How far an import is, told after each tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The tensor that was read last.
    pub tensor: &'a str,
    /// The bytes of the checkpoint that were read.
    pub done: usize,
    /// The bytes of all its tensors.
    pub total: usize,
}

/// Reads an HGRN-Bit checkpoint (MatMul-free LM, arXiv 2406.02528): the
/// `config.json` of `directory`, and its tensors in one safetensors file or in
/// shards, of type f16, bf16, f32 or f64. Linear weights are ternarised by
/// their absolute mean and kept in `storage`; lower bounds are evaluated.
///
/// # Errors
///
/// When a file is missing or malformed, the configuration asks for what cannot
/// be imported, a tensor is missing, has another shape or a value that is not
/// finite, or is one that the model has no place for. The message names the
/// file, the field or tensor, and what was expected and found.
pub fn import_hgrn_bit(
    directory: &Path,
    storage: Storage,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Model, Error> {
    hgrn_bit::read(directory, storage, progress)
}
