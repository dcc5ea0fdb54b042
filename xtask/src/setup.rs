//! Installs the Debian packages that the project needs.

use crate::command::{describe, llvm_prefix};
use std::{
    path::Path,
    process::{Command, Stdio},
};

/// The list that a missing LLVM's error message names too.
const PACKAGES: &str = include_str!("../../dialect/bridge/toolchain/packages.txt");

const DEBIAN_PREFIX: &str = "/usr/lib/llvm-22";

/// Installs the packages of the list that are missing.
///
/// Installs nothing where `MLIR_SYS_220_PREFIX` names an LLVM of the user's.
///
/// # Errors
///
/// One line that says what is missing and why it could not be installed.
pub fn run() -> Result<(), String> {
    let prefix = llvm_prefix();
    if prefix != Path::new(DEBIAN_PREFIX) {
        println!(
            "set-up: using the LLVM at {}, installing nothing",
            prefix.display()
        );
        return Ok(());
    }
    let missing = missing_packages()?;
    if missing.is_empty() {
        println!("set-up: every package is installed");
        return Ok(());
    }
    let missing = missing.join(" ");
    println!("set-up: installing {missing}; this may take minutes");
    install(&missing).map_err(|error| format!("cannot install {missing}: {error}"))
}

fn missing_packages() -> Result<Vec<&'static str>, String> {
    // Fails when a package is unknown, and still lists those that are known.
    let output = Command::new("dpkg-query")
        .args([
            "--show",
            "--showformat=${Package} ${db:Status-Status}\\n",
            "--",
        ])
        .args(PACKAGES.lines())
        .output()
        .map_err(|error| {
            let packages = PACKAGES.lines().collect::<Vec<_>>().join(" ");
            format!(
                "expected a Debian system, but got {error} from `dpkg-query`; \
                 install what Debian calls {packages}, and set MLIR_SYS_220_PREFIX, \
                 TABLEGEN_220_PREFIX and LLVM_SYS_221_PREFIX to LLVM's prefix"
            )
        })?;
    Ok(not_installed(
        PACKAGES,
        &String::from_utf8_lossy(&output.stdout),
    ))
}

/// The lines of `wanted` that `report`, lines of a name and a status, does not
/// call installed.
fn not_installed<'a>(wanted: &'a str, report: &str) -> Vec<&'a str> {
    wanted
        .lines()
        .filter(|package| {
            !report
                .lines()
                .any(|line| line.split_once(' ') == Some((package, "installed")))
        })
        .collect()
}

fn install(packages: &str) -> Result<(), String> {
    let as_root = is_root()?;
    apt_get(as_root, &["update"])?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages.split(' '));
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
            not_installed("g++\ncmake\nninja-build\n", report),
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
