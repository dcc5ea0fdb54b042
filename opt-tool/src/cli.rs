//! The command line of `fidelity`.
//!
//! The exit code is 0 for success, 1 for an error, told on stderr after
//! `error: `, and 2 for a command line that clap refuses.

use crate::{
    compare::Compare, compile::Compile, explain::Explain, generate::Generate, import::Import,
    run::Run,
};

/// Compiles and runs models of ternary weights, recurrences and state spaces.
#[derive(clap::Parser, Debug)]
#[command(name = "fidelity", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    Compare(Compare),
    Compile(Compile),
    Explain(Explain),
    Generate(Generate),
    Import(Import),
    Run(Run),
}

impl Cli {
    /// Runs the command that is asked for.
    ///
    /// # Errors
    ///
    /// What is wrong, on one line or, for several errors in a file of IR, on
    /// one line each.
    pub fn run(&self) -> Result<(), String> {
        match &self.command {
            Command::Compare(command) => command.run(),
            Command::Compile(command) => command.run(),
            Command::Explain(command) => command.run(),
            Command::Generate(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Run(command) => command.run(),
        }
    }
}
