//! The tools that simulate and synthesise, found by `test/tools.py` and run here.

use std::{
    env,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// What finds every tool of the tests.
const FINDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../test/tools.py");

/// Whether tools are there. In CI none may lack; elsewhere a test without its
/// tools says so and ends.
pub fn present(tools: &[&str]) -> bool {
    let found = Command::new("/usr/bin/python3")
        .arg(FINDER)
        .args(tools)
        .output()
        .expect("Python");
    if found.status.success() {
        return true;
    }
    let absent = String::from_utf8_lossy(&found.stdout).into_owned()
        + &String::from_utf8_lossy(&found.stderr);
    assert!(
        env::var("CI").as_deref() != Ok("true"),
        "expected every tool in CI, but got these: {absent}"
    );
    eprint!("{absent}");
    false
}

/// Runs a tool in a folder, and gives what it says on stdout.
pub fn run(folder: &Path, tool: &str, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut child = Command::new(tool)
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run {tool}: {error}"))?;
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    // The tool may write before it has read everything.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child
        .wait_with_output()
        .map_err(|error| format!("cannot wait for {tool}: {error}"))?;
    let written = writer.join().expect("a writer");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let tail: String = out
            .chars()
            .rev()
            .take(1000)
            .collect::<Vec<_>>()
            .iter()
            .rev()
            .collect();
        return Err(format!(
            "{tool} failed with {}: {tail}{error}",
            output.status
        ));
    }
    written.map_err(|error| format!("{tool} did not read its input: {error}"))?;
    // nextpnr says everything on stderr.
    Ok(if out.trim().is_empty() {
        error.into_owned()
    } else {
        out
    })
}
