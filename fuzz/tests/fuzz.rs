//! Some hundred random modules and some thousand mutated files, of fixed seeds:
//! the same ones each time, so that what is red is red because of a change.
//! `FIDELITY_FUZZ_SEED` sets another first seed; `cargo xtask fuzz` runs any
//! number.

use std::{env, process::Command};

/// The first seed, unless another is asked for.
const SEED: u64 = 22;

#[test]
fn random_modules_and_mutated_files() {
    let seed = env::var("FIDELITY_FUZZ_SEED").unwrap_or_else(|_| SEED.to_string());
    let kept = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_fidelity-fuzz"))
        .args(["--seed", &seed, "--count", "300", "--mutations", "3000"])
        .arg("--keep")
        .arg(kept.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // The seed and what was counted.
    println!("{}", said.lines().last().unwrap_or_default());
    assert!(
        output.status.success(),
        "FIDELITY_FUZZ_SEED={seed}:\n{said}"
    );
    assert!(said.contains("300 modules passed"), "{said}");
}
