//! Debian packages.

use crate::command::describe;
use std::process::{Command, Stdio};

/// Installs those of the packages that are missing.
///
/// # Errors
///
/// One line that says what is missing and why it could not be installed.
pub fn install<'a>(packages: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let wanted: Vec<_> = packages.collect();
    let missing = missing(&wanted)?;
    if missing.is_empty() {
        println!("set-up: every package is installed");
        return Ok(());
    }
    let names = missing.join(" ");
    println!("set-up: installing {names}; this may take minutes");
    apt_install(&missing).map_err(|error| format!("cannot install {names}: {error}"))
}

fn missing<'a>(wanted: &[&'a str]) -> Result<Vec<&'a str>, String> {
    // Fails when a package is unknown, and still lists those that are known.
    let output = Command::new("dpkg-query")
        .args([
            "--show",
            "--showformat=${Package} ${db:Status-Status}\\n",
            "--",
        ])
        .args(wanted)
        .output()
        .map_err(|error| {
            format!(
                "expected a Debian system, but got {error} from `dpkg-query`; \
                 install what Debian calls {}, and set MLIR_SYS_220_PREFIX, \
                 TABLEGEN_220_PREFIX and LLVM_SYS_221_PREFIX to LLVM's prefix",
                wanted.join(" ")
            )
        })?;
    Ok(not_installed(
        wanted,
        &String::from_utf8_lossy(&output.stdout),
    ))
}

/// Those of `wanted` that `report`, lines of a name and a status, does not call
/// installed.
fn not_installed<'a>(wanted: &[&'a str], report: &str) -> Vec<&'a str> {
    wanted
        .iter()
        .copied()
        .filter(|package| {
            !report
                .lines()
                .any(|line| line.split_once(' ') == Some((package, "installed")))
        })
        .collect()
}

fn apt_install(packages: &[&str]) -> Result<(), String> {
    let as_root = is_root()?;
    apt_get(as_root, &["update"])?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    apt_get(as_root, &arguments)
}

fn is_root() -> Result<bool, String> {
    let output = Command::new("id")
        .arg("-u")
        .output()
        .map_err(|error| format!("cannot run `id -u`: {error}"))?;
    Ok(output.stdout.trim_ascii() == b"0")
}

/// Runs apt-get, through sudo when not root, and says in one line what went
/// wrong.
fn apt_get(as_root: bool, arguments: &[&str]) -> Result<(), String> {
    let mut command = if as_root {
        Command::new("env")
    } else {
        let mut command = Command::new("sudo");
        command.arg("env");
        command
    };
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"])
        // Another apt may be at work, as on a machine that has just started.
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let output = command.stderr(Stdio::piped()).output().map_err(|error| {
        if as_root {
            format!("cannot run {}: {error}", describe(&command))
        } else {
            format!(
                "expected to be root or to have sudo, but got neither ({error}); \
                     run `cargo xtask setup` as root"
            )
        }
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "`apt-get {}` failed: {}",
        arguments[0],
        reasons(&String::from_utf8_lossy(&output.stderr))
    ))
}

/// What apt calls errors in what it wrote, or else its last line.
fn reasons(stderr: &str) -> String {
    let errors: Vec<_> = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("E: "))
        .collect();
    if errors.is_empty() {
        stderr
            .trim()
            .lines()
            .last()
            .unwrap_or("no reason given")
            .to_owned()
    } else {
        errors.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_missing_when_unknown_or_removed() {
        let report = "g++ installed\ncmake config-files\n";
        assert_eq!(
            not_installed(&["g++", "cmake", "ninja-build"], report),
            ["cmake", "ninja-build"]
        );
    }

    #[test]
    fn reasons_are_apt_errors_on_one_line() {
        assert_eq!(
            reasons("W: old list\nE: Unable to locate package a\nE: Unable to locate package b\n"),
            "Unable to locate package a; Unable to locate package b"
        );
    }

    #[test]
    fn without_apt_errors_the_reason_is_the_last_line() {
        assert_eq!(
            reasons("We trust you.\nsudo: a password is required\n"),
            "sudo: a password is required"
        );
        assert_eq!(reasons(""), "no reason given");
    }
}
