//! The Python package as users install it.

use crate::{
    command::{describe, root, run as run_command, target_directory},
    setup,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Builds the wheel, in `wheels/` of the build folder, and installs it in the
/// environment that the tests of the package use.
///
/// # Errors
///
/// One line, when the set-up, maturin or pip fails.
pub fn run() -> Result<(), String> {
    setup::for_tests()?;
    let programs = target_directory().join("environments/python/bin");
    let wheels = target_directory().join("wheels");
    // What is there from before is not what is installed.
    if wheels.exists() {
        fs::remove_dir_all(&wheels).map_err(|error| failed(&wheels, &error))?;
    }
    let mut maturin = Command::new(programs.join("maturin"));
    maturin
        .current_dir(root().join("python-bindings"))
        .args(["build", "--release", "--out"])
        .arg(&wheels);
    run_command(&mut maturin)?;
    let wheel = only_file(&wheels, &describe(&maturin))?;
    let mut pip = Command::new(programs.join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--force-reinstall"])
        // The environment has what the package needs.
        .args(["--disable-pip-version-check", "--no-deps"])
        .arg(&wheel);
    run_command(&mut pip)?;
    println!("installed {}", wheel.display());
    Ok(())
}

/// The file that a command has left in a folder.
fn only_file(folder: &Path, command: &str) -> Result<PathBuf, String> {
    let entries: Result<Vec<_>, _> = fs::read_dir(folder)
        .map_err(|error| failed(folder, &error))?
        .collect();
    match entries.map_err(|error| failed(folder, &error))?.as_slice() {
        [only] => Ok(only.path()),
        others => Err(format!(
            "expected one wheel of {command} in {}, but got {}",
            folder.display(),
            others.len()
        )),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
