//! Installs what the project needs: Debian packages, and for the tests Python
//! packages in environments of their own; and for the benchmarks what they measure
//! beside.

mod debian;
mod peers;
mod python;

use crate::command::llvm_prefix;
use std::path::Path;

/// What the build needs: the list that a missing LLVM's error message names too.
const BUILD: &str = include_str!("../../../dialect/bridge/toolchain/packages.txt");

/// What the tests need besides.
const TESTS: &str = include_str!("../../../test/packages.txt");

const DEBIAN_PREFIX: &str = "/usr/lib/llvm-22";

/// Installs the packages that the build needs and that are missing.
///
/// Installs nothing where `MLIR_SYS_220_PREFIX` names an LLVM of the user's.
///
/// # Errors
///
/// One line that says what is missing and why it could not be installed.
pub fn for_build() -> Result<(), String> {
    if installs() {
        debian::install(BUILD.lines())?;
    }
    Ok(())
}

/// [`for_build`], and what the tests need besides.
///
/// # Errors
///
/// One line that says what is missing and why it could not be installed.
pub fn for_tests() -> Result<(), String> {
    if installs() {
        debian::install(BUILD.lines().chain(TESTS.lines()))?;
        python::install()?;
    }
    Ok(())
}

/// What the benchmarks measure beside.
///
/// # Errors
///
/// One line that says what could not be made, and why.
pub fn for_benchmarks() -> Result<(), String> {
    peers::install()
}

fn installs() -> bool {
    let prefix = llvm_prefix();
    let installs = prefix == Path::new(DEBIAN_PREFIX);
    if !installs {
        println!(
            "set-up: using the LLVM at {}, installing nothing",
            prefix.display()
        );
    }
    installs
}
