//! Runs the lit suite, `test/`, on what the profile of this test built.
//!
//! `cargo test --test lit -- WORDS` runs the tests whose names match a word,
//! which may be a regular expression. What lit prints goes through as it is.

use std::{
    env,
    path::Path,
    process::{Command, ExitCode},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const FIDELITY_OPT: &str = env!("CARGO_BIN_EXE_fidelity-opt");

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // Test runners ask for the tests of libtest here; there are none.
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let filters: Vec<_> = arguments
        .into_iter()
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    match build_plugin().and_then(|()| lit(&filters)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the binaries under test.
fn build_directory() -> &'static Path {
    Path::new(FIDELITY_OPT).parent().unwrap_or(Path::new("."))
}

/// Brings the plugin up to date.
///
/// No test links it, so `cargo test` neither makes nor renews it. The whole
/// workspace is named so that the features of the dependencies, and with them
/// the build, are those of the binaries.
fn build_plugin() -> Result<(), String> {
    let profile = match build_directory().file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(cargo).current_dir(ROOT).args([
        "build",
        "--quiet",
        "--workspace",
        "--profile",
        profile,
    ]))
}

/// Runs lit, which fails when it finds no test.
fn lit(filters: &[String]) -> Result<(), String> {
    let prefix = env::var("MLIR_SYS_220_PREFIX").unwrap_or_else(|_| "/usr/lib/llvm-22".to_owned());
    let mut command = Command::new(format!("{prefix}/bin/lit"));
    command
        .env("FIDELITY_BUILD_DIR", build_directory())
        // Quiet about what passes, complete about what fails.
        .args(["-sv", "--no-progress-bar"]);
    if !filters.is_empty() {
        // Words for Rust tests are no mistake when they match nothing here.
        command
            .args(["--filter", &filters.join("|")])
            .arg("--allow-empty-runs");
    }
    run(command.arg(format!("{ROOT}/test")))
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_owned();
    let program = program.display();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} failed with {status}")),
        Err(error) => Err(format!(
            "cannot run {program}: {error}; run `cargo xtask setup`"
        )),
    }
}
