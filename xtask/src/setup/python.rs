//! Python packages, in an environment for each use: one file of
//! test/environments/ is one environment, so that two uses may need different
//! versions of a package.
//!
//! A file whose first line is `# python-version: X.Y` asks for packages of that
//! Python. They are there for the shared libraries in them, not to be imported,
//! and go into the folder `packages` of the environment.

use crate::command::{describe, root, target_directory};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// The Python that Debian's python3-venv is for.
const PYTHON: &str = "/usr/bin/python3";

/// What was installed, in the environment's folder: written last.
const INSTALLED: &str = "requirements.txt";

/// Where packages of another Python go, in the environment's folder.
const PACKAGES: &str = "packages";

/// Makes the environments that are missing or not as their file says, in
/// `environments/` of the build folder.
///
/// # Errors
///
/// One line that says which could not be made, and why.
pub fn install() -> Result<(), String> {
    let folder = root().join("test/environments");
    let entries = fs::read_dir(&folder)
        .map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            files.push(path);
        }
    }
    files.sort();
    for requirements in files {
        let name = requirements.file_stem().unwrap_or_default();
        make(
            &requirements,
            &target_directory().join("environments").join(name),
        )
        .map_err(|error| format!("cannot install {}: {error}", requirements.display()))?;
    }
    Ok(())
}

/// Makes one environment, unless it is there.
///
/// # Errors
///
/// What the program said that failed.
pub fn make(requirements: &Path, environment: &Path) -> Result<(), String> {
    let wanted = fs::read(requirements).map_err(|error| error.to_string())?;
    let installed = environment.join(INSTALLED);
    if fs::read(&installed).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!(
        "set-up: making the Python environment {}",
        environment.display()
    );
    run(Command::new(PYTHON)
        .args(["-m", "venv", "--clear"])
        .arg(environment))?;
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    if let Some(version) = other_python(&wanted) {
        pip.args(["--python-version", &version, "--target"])
            .arg(environment.join(PACKAGES));
    }
    // The file names every package, and nothing is compiled.
    run(pip
        .args(["--no-deps", "--only-binary=:all:", "--requirement"])
        .arg(requirements))?;
    fs::write(&installed, wanted).map_err(|error| error.to_string())
}

/// The Python whose packages a file asks for, if not those of [`PYTHON`].
fn other_python(requirements: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(requirements);
    let version = text.lines().next()?.strip_prefix("# python-version:")?;
    Some(version.trim().to_owned())
}

/// Runs a program without its output.
///
/// # Errors
///
/// The last line that it said, when it fails.
pub fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", describe(command)))?;
    if output.status.success() {
        return Ok(());
    }
    // Some say on the other stream what is wrong.
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let last = said.trim().lines().last().unwrap_or("no reason given");
    Err(format!("{} failed: {last}", describe(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_may_name_another_python() {
        assert_eq!(
            other_python(b"# python-version: 3.13\na==1\n").as_deref(),
            Some("3.13")
        );
        assert_eq!(other_python(b"# What it is for.\na==1\n"), None);
        assert_eq!(other_python(b""), None);
    }

    #[test]
    fn an_environment_that_cannot_be_made_says_why_and_is_not_taken_for_made() {
        let folder =
            std::env::temp_dir().join(format!("fidelity-environment-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let requirements = folder.join("broken.txt");
        fs::write(&requirements, "no such package, at all\n").unwrap();
        let error = make(&requirements, &folder.join("broken")).unwrap_err();
        assert!(error.contains("failed: "), "{error}");
        assert!(!folder.join("broken").join(INSTALLED).exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
