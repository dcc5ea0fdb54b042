//! Programs that answer on a line how long a case took: `peers/`.

use serde_json::{Value, json};
use std::{
    error::Error,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// What is measured beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// llama.cpp's kernels.
    Ggml,
    /// XLA through JAX.
    Xla,
}

/// A program that waits for cases. It ends with this value.
pub struct Peer {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts a program with that many threads. `build` is a folder in the build
    /// folder, in which `cargo xtask bench` has put what the program needs.
    ///
    /// # Errors
    ///
    /// When it is not there.
    pub fn start(program: Program, threads: usize, build: &Path) -> Result<Self, Box<dyn Error>> {
        let environment = build.join("../environments/peers");
        let python = environment.join("bin/python");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let mut command = Command::new(&python);
        match program {
            Program::Ggml => command
                .arg(folder.join("ggml.py"))
                .arg(threads.to_string())
                .arg(environment.join("ggml/lib")),
            Program::Xla => command.arg(folder.join("xla.py")).arg(threads.to_string()),
        };
        let mut process = command
            // No folder of compiled modules beside the programs.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                format!(
                    "expected {}, which `cargo xtask bench` makes, but got {error}",
                    python.display()
                )
            })?;
        let requests = process.stdin.take().ok_or("no input of a peer")?;
        let answers = BufReader::new(process.stdout.take().ok_or("no output of a peer")?);
        Ok(Self {
            process,
            requests,
            answers,
        })
    }

    /// The seconds of a call of a case, the mean of those that take `at_least`
    /// seconds together; `None` when the program has no kernel for it.
    ///
    /// # Errors
    ///
    /// When the program fails, or its result is not NumPy's.
    pub fn seconds(&mut self, case: &Value, at_least: f64) -> Result<Option<f64>, Box<dyn Error>> {
        let answer = self.ask(&json!({"case": case, "at_least": at_least}))?;
        if answer.get("unsupported").is_some() {
            return Ok(None);
        }
        match answer["seconds"].as_f64() {
            Some(seconds) => Ok(Some(seconds)),
            None => Err(answer["error"].as_str().unwrap_or("no seconds").into()),
        }
    }

    /// Lets the program forget the cases that it has made, and their memory.
    ///
    /// # Errors
    ///
    /// When the program has ended.
    pub fn forget(&mut self) -> Result<(), Box<dyn Error>> {
        self.ask(&json!({"forget": true})).map(drop)
    }

    fn ask(&mut self, request: &Value) -> Result<Value, Box<dyn Error>> {
        let mut line = String::new();
        // It says itself why it ends.
        writeln!(self.requests, "{request}")
            .and_then(|()| self.requests.flush())
            .and_then(|()| self.answers.read_line(&mut line))
            .map_err(|error| format!("expected an answer to {request}, but got {error}"))?;
        if line.is_empty() {
            return Err(format!("expected an answer to {request}, but got none").into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself; no process may be left either way.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
