//! The project's chores: set-up, demo, tests, documents.
//!
//! Depends on no LLVM crate, so that it builds on a machine without LLVM and
//! can install it. Every chore builds in release mode: what one has compiled
//! the next one uses.

mod bench;
mod command;
mod demo;
mod docs;
mod fmt;
mod fuzz;
mod gpu;
mod install;
mod lint;
mod python;
mod setup;
mod test;

use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Install the packages that are missing, those for the tests too
    Setup,
    /// Set up, build, and write text with the example model
    Demo,
    /// Set up, build, and run every test
    Test,
    /// Format the Rust sources
    Fmt {
        /// Change nothing; fail when a file is not formatted
        #[arg(long)]
        check: bool,
    },
    /// Run clippy, with warnings denied
    Lint,
    /// Make docs/ and the README's table of ops from the .td files
    Docs {
        /// Change nothing; fail when a file is out of date
        #[arg(long)]
        check: bool,
    },
    /// Run the benchmarks, and build first what they measure beside
    Bench {
        /// Those of `benchmarks/benches/` to run; all when there is none
        names: Vec<String>,
        /// As they take them, behind `--`: `--help` says which
        #[arg(last = true, value_name = "ARGUMENTS")]
        arguments: Vec<String>,
    },
    /// Check random modules at every stage, and read mutated files
    #[command(disable_help_flag = true)]
    Fuzz {
        /// As `fidelity-fuzz` takes them: `--help` says which
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ARGUMENTS"
        )]
        arguments: Vec<String>,
    },
    /// Run the tests that need an NVIDIA GPU
    Gpu,
    /// Build the Python package's wheel, and install it where the tests' NumPy is
    Python,
    /// Install programs, libraries, headers and the CMake package
    Install {
        /// The folder that gets bin/, lib/, include/ and share/
        #[arg(long, value_name = "DIR")]
        prefix: PathBuf,
        /// The profile to build in
        #[arg(long, value_name = "NAME", default_value = "release")]
        profile: String,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().chore {
        Chore::Setup => setup::for_tests(),
        Chore::Demo => demo::run(),
        Chore::Test => return test::run(),
        Chore::Fmt { check } => fmt::run(check),
        Chore::Lint => lint::run(),
        Chore::Docs { check } => docs::run(check),
        Chore::Bench { names, arguments } => bench::run(&names, &arguments),
        Chore::Fuzz { arguments } => fuzz::run(&arguments),
        Chore::Gpu => gpu::run(),
        Chore::Python => python::run(),
        Chore::Install { prefix, profile } => install::run(&prefix, &profile),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => command::fail(&message),
    }
}
