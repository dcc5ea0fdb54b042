//! Benchmarks.

use crate::{
    command::{cargo, run as run_command},
    setup,
};

/// Those that measure beside what set-up has to build.
const WITH_PEERS: [&str; 3] = ["linear", "sequence", "whole"];

/// Runs the bench targets of those names, or every one of the workspace, with
/// arguments of theirs.
///
/// # Errors
///
/// One line, when the set-up or one of them fails, or there is none.
pub fn run(names: &[String], arguments: &[String]) -> Result<(), String> {
    let all = ["*".to_owned()];
    let names = if names.is_empty() { &all } else { names };
    if (names.iter()).any(|name| name == "*" || WITH_PEERS.contains(&name.as_str())) {
        setup::for_benchmarks()?;
    }
    let mut command = cargo();
    command.args(["bench", "--workspace"]);
    for name in names {
        command.args(["--bench", name]);
    }
    run_command(command.arg("--").args(arguments))
}
