//! What can be wrong with what the reference is given.

use std::io;
use std::path::PathBuf;

/// A disagreement between what an op, a tensor or a file needs and what it got.
///
/// Every message says both: `expected X, but got Y`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Operands or attributes of an op disagree.
    #[error("fidelity.{op}: expected {expected}, but got {actual}")]
    Operand {
        /// Mnemonic of the op, without the dialect's prefix.
        op: &'static str,
        /// What the op needs.
        expected: String,
        /// What it was given.
        actual: String,
    },
    /// A tensor cannot be made, or two tensors differ.
    #[error("expected {expected}, but got {actual}")]
    Value {
        /// What was needed.
        expected: String,
        /// What was there.
        actual: String,
    },
    /// A file does not hold what it should, or a tensor cannot be written to it.
    #[error("{}: expected {expected}, but got {actual}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file should have held.
        expected: String,
        /// What it held.
        actual: String,
    },
    /// The system refused to read or write a file.
    #[error("{}: expected to {action}, but got an error: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done, as an infinitive.
        action: &'static str,
        /// What the system answered.
        cause: io::Error,
    },
}

impl Error {
    pub(crate) fn value(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Error::Value {
            expected: expected.into(),
            actual: actual.into(),
        }
    }
}
