//! Benchmarks.

use crate::command::{cargo, run as run_command};

/// Runs every bench target of the workspace.
///
/// # Errors
///
/// One line, when one fails or there is none.
pub fn run() -> Result<(), String> {
    run_command(cargo().args(["bench", "--workspace", "--bench", "*"]))
}
