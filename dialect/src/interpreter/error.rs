//! What can go wrong, and where.

use fidelity_reference as reference;
use melior::ir::Location;
use std::fmt::{self, Display, Formatter};

/// Why a function could not be evaluated.
///
/// Displayed as `file:line:column: op: expected X, but got Y`. Where the op has
/// no place in a file, the name that its location has stands for it, or
/// nothing does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    location: Option<String>,
    subject: Option<String>,
    message: String,
}

impl Error {
    /// The place in a file, `file:line:column`, or the name of the location.
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// The op, or the function as `@name`, that the error is about.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// What was expected and what was there; of `cf.assert` its message.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for part in [&self.location, &self.subject].into_iter().flatten() {
            write!(formatter, "{part}: ")?;
        }
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// An error on its way to the op that it is about.
#[derive(Debug)]
pub(super) enum Failure {
    /// It is about the op that is being evaluated.
    Here(String),
    /// It is about an op inside of that one, and says so.
    There(Error),
}

pub(super) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::Here(message.into())
    }

    pub(super) fn expected(expected: impl Display, got: impl Display) -> Self {
        Self::Here(format!("expected {expected}, but got {got}"))
    }

    /// The error, about `subject` at `location` unless it is about another.
    pub(super) fn at(self, location: Option<Location<'_>>, subject: Option<&str>) -> Error {
        match self {
            Self::Here(message) => Error {
                location: location.and_then(ods_bridge::place_of),
                subject: subject.map(str::to_owned),
                message,
            },
            Self::There(error) => error,
        }
    }
}

impl From<reference::Error> for Failure {
    fn from(error: reference::Error) -> Self {
        match error {
            // The op is named by the place that the error gets.
            reference::Error::Operand {
                expected, actual, ..
            }
            | reference::Error::Value { expected, actual } => Self::expected(expected, actual),
            other => Self::new(other.to_string()),
        }
    }
}

impl From<melior::Error> for Failure {
    fn from(error: melior::Error) -> Self {
        Self::new(error.to_string())
    }
}
