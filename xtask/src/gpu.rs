//! The tests that need an NVIDIA GPU.

use crate::{
    command::{cargo, root, run as run_command, target_directory},
    setup,
};
use std::process::Command;

/// Compiles what kernels are tested with for this machine's GPU, launches it
/// there and compares with the reference interpreter.
///
/// # Errors
///
/// One line, when there is no GPU, the set-up fails or a test does.
pub fn run() -> Result<(), String> {
    setup::for_tests()?;
    let python = target_directory().join("environments/python/bin/python");
    let mut device = Command::new(python);
    device
        .arg(root().join("examples/gpu/launch.py"))
        .arg("--device");
    // It says itself what is missing.
    run_command(&mut device)
        .map_err(|_| "expected an NVIDIA GPU and its driver, libcuda.so.1; see above".to_owned())?;
    let tests = ["test", "--release", "--package", "fidelity-tools", "--test"];
    run_command(
        cargo()
            .args(tests)
            .args(["gpu", "--", "--ignored", "on_a_gpu"]),
    )
}
