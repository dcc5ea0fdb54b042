//! Formatting.

use crate::command::{cargo, run as run_command};

/// Formats the Rust sources, or with `check` says which are not formatted.
///
/// # Errors
///
/// One line, when rustfmt fails or finds something to do under `check`.
pub fn run(check: bool) -> Result<(), String> {
    let mut command = cargo();
    command.args(["fmt", "--all"]);
    if check {
        command.arg("--check");
    }
    run_command(&mut command)
}
