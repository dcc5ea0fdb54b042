//! One thing to check, and how it turned out.

use crate::check::{Failure, Outcome};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// What a process is told to do.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Job {
    /// Check the module of a seed.
    Module(u64),
    /// Check what is left of the module of a seed.
    Reduced(u64, String),
    /// Read the file of a seed, which is not valid most of the time.
    Mutation(u64),
}

impl Job {
    /// What the command line has to say for the job to be done once more.
    pub fn arguments(&self) -> String {
        match self {
            Self::Module(seed) | Self::Reduced(seed, _) => format!("--seed {seed} --count 1"),
            Self::Mutation(seed) => format!("--seed {seed} --count 0 --mutations 1"),
        }
    }
}

impl Display for Job {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(seed) => write!(formatter, "module {seed}"),
            Self::Reduced(seed, _) => write!(formatter, "module {seed}, reduced"),
            Self::Mutation(seed) => write!(formatter, "mutation {seed}"),
        }
    }
}

/// What a process says of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Answer {
    /// All that was to hold of a module does.
    Passed(Outcome),
    /// The file was accepted, or else refused with a diagnostic.
    Read(bool),
    /// Something did not hold.
    Failed(Failure),
}
