//! What can go wrong when a checkpoint is read.

use std::{
    fmt::{self, Display, Formatter},
    path::{Path, PathBuf},
};

/// Why an import failed.
#[derive(Debug)]
pub enum Error {
    /// A file of the checkpoint is not what it must be.
    Input {
        /// The file, or the directory in which one is missing.
        file: PathBuf,
        /// What was expected of it and what it holds.
        message: String,
    },
    /// MLIR did not accept the module that was built.
    Module(String),
}

impl Error {
    pub(crate) fn input(file: &Path, message: impl Into<String>) -> Self {
        Self::Input {
            file: file.to_path_buf(),
            message: message.into(),
        }
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input { file, message } => write!(formatter, "{}: {message}", file.display()),
            Self::Module(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl From<melior::Error> for Error {
    fn from(error: melior::Error) -> Self {
        Self::Module(error.to_string())
    }
}
