//! The README's first command: a language model of ours writes text.

use crate::{
    command::{cargo, run as run_command},
    setup,
};

/// What the demo runs: `fidelity` with these arguments.
const ARGUMENTS: &[&str] = &[
    "generate",
    "examples/tiny-mmfree/model.mlirbc",
    "--prompt",
    "The ",
];

/// Sets up, builds `fidelity` and writes text with the example model.
///
/// # Errors
///
/// One line, when a step fails.
pub fn run() -> Result<(), String> {
    setup::run()?;
    run_command(
        cargo()
            .args(["run", "--release", "--package", "fidelity-tools"])
            .args(["--bin", "fidelity", "--"])
            .args(ARGUMENTS),
    )
}
