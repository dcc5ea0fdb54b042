//! The README's first command: a language model of ours writes text.

use crate::{
    command::{cargo, root, run as run_command},
    setup,
};
use std::{fs, path::PathBuf, process::Command};

/// A trained MatMul-free language model over bytes, and what it should say.
const MODEL: &str = "examples/tiny-mmfree";

const PROMPT: &str = "class Parser:\n    \"\"\"";

/// How far a logit may be from the expected one. An activation on a rounding
/// boundary may move by one step of 1/127 of its range; through four layers
/// that has been seen to move a logit by a few hundredths.
const TOLERANCE: &str = "0.1";

/// Sets up, builds `fidelity`, imports the example checkpoint, writes text with
/// it, and compares tokens and logits with the expected ones.
///
/// # Errors
///
/// One line, when a step fails.
pub fn run() -> Result<(), String> {
    setup::for_build()?;
    run_command(
        cargo()
            .args(["build", "--release", "--package", "fidelity-tools"])
            .args(["--bin", "fidelity"]),
    )?;
    let folder = root().join("target/demo");
    fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let imported = folder.join("tiny-mmfree.mlirbc");
    let input = |name: &str| root().join(MODEL).join(name);
    let model = input("model.mlirbc");

    println!("== the checkpoint of {MODEL} to packed IR");
    run_command(
        fidelity()
            .args(["import", "hgrn-bit"])
            .arg(root().join(MODEL))
            .arg("-o")
            .arg(&imported),
    )?;
    println!("== the packed model beside it writes text");
    run_command(fidelity().arg("generate").arg(&model).args([
        "--prompt",
        PROMPT,
        "--max-tokens",
        "220",
        "--temperature",
        "0.5",
        "--seed",
        "1",
        "--stats",
    ]))?;
    println!("== the same greedy tokens as another implementation");
    let tokens = folder.join("greedy.npy");
    run_command(
        fidelity()
            .arg("generate")
            .arg(&model)
            .arg("--prompt-tokens")
            .arg(input("tokens-0.npy"))
            .args(["--max-tokens", "64", "--output-tokens"])
            .arg(&tokens),
    )?;
    run_command(
        fidelity()
            .arg("compare")
            .arg(&tokens)
            .arg(input("greedy-0.npy")),
    )?;
    println!("== and the imported one has the same logits, within {TOLERANCE}");
    for text in 0..3 {
        let outputs: Vec<PathBuf> = (0..5)
            .map(|index| folder.join(format!("output-{index}.npy")))
            .collect();
        let mut command = fidelity();
        command
            .arg("run")
            .arg(&imported)
            .args(["--entry", "prefill", "--input"])
            .arg(input(&format!("tokens-{text}.npy")));
        for output in &outputs {
            command.arg("--output").arg(output);
        }
        run_command(&mut command)?;
        run_command(
            fidelity()
                .arg("compare")
                .arg(&outputs[0])
                .arg(input(&format!("logits-{text}.npy")))
                .args(["--absolute", TOLERANCE]),
        )?;
    }
    Ok(())
}

fn fidelity() -> Command {
    Command::new(root().join("target/release/fidelity"))
}
