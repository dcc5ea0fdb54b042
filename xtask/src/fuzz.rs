//! Random modules and mutated files, as many as are asked for.

use crate::command::{cargo, run as run_command};

/// Runs `fidelity-fuzz` with these arguments.
///
/// # Errors
///
/// One line, when something is wrong with one of them.
pub fn run(arguments: &[String]) -> Result<(), String> {
    run_command(
        cargo()
            .args(["run", "--quiet", "--release", "--bin", "fidelity-fuzz"])
            .arg("--")
            .args(arguments),
    )
}
