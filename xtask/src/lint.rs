//! Linting.

use crate::command::{cargo, run as run_command};

/// Runs clippy on every target, with warnings denied.
///
/// # Errors
///
/// One line, when clippy has something to say.
pub fn run() -> Result<(), String> {
    run_command(
        cargo()
            .args(["clippy", "--release", "--workspace", "--all-targets", "--"])
            .args(["--deny", "warnings"]),
    )
}
