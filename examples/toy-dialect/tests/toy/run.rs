//! Runs toy-opt on a text.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

/// What toy-opt made of a text.
pub struct Outcome(Output);

/// Runs toy-opt with those arguments on a text or bytecode.
pub fn toy_opt(arguments: &[&str], source: impl AsRef<[u8]>) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_toy-opt"))
        .args(arguments)
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("toy-opt starts");
    // One that fails before it has read everything says why on stderr.
    let _ = child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(source.as_ref());
    Outcome(child.wait_with_output().expect("toy-opt ends"))
}

impl Outcome {
    /// The output of a run that must succeed, without the empty line at its
    /// end.
    pub fn succeeds(&self) -> String {
        assert!(self.0.status.success(), "it fails:\n{}", self.stderr());
        let text = String::from_utf8_lossy(&self.0.stdout);
        format!("{}\n", text.trim_end())
    }

    /// The diagnostics of a run that must end with exit code 1.
    pub fn fails(&self) -> Vec<String> {
        assert_eq!(self.0.status.code(), Some(1), "{}", self.stderr());
        self.diagnostics()
    }

    /// Errors, remarks and notes: line, column, kind and message, without what
    /// MLIR adds to show the op.
    pub fn diagnostics(&self) -> Vec<String> {
        self.stderr()
            .lines()
            .filter_map(|line| line.strip_prefix("<stdin>:"))
            .filter(|line| !line.contains("note: see current operation"))
            .map(str::to_owned)
            .collect()
    }

    pub fn stdout_bytes(&self) -> &[u8] {
        &self.0.stdout
    }

    pub fn stderr(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).expect("messages in UTF-8")
    }
}
