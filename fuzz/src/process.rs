//! A process that does jobs, seen from outside.

use crate::{
    job::{Answer, Job},
    stack,
};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// How long a job may take. Most take a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(120);

/// How much memory a process may have, in KiB: what asks for more is stopped
/// by a failed allocation, and not by the machine.
const MEMORY: u64 = 8 << 20;

/// How much time a process may have, in seconds: a copy of one that was stopped
/// ends too.
const SECONDS: u64 = 600;

/// How many lines of what a process said are kept.
const SAID: usize = 60;

/// A worker and the way to talk to it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    jobs: ChildStdin,
    answers: Receiver<String>,
    folder: TempDir,
    /// The name of the program.
    program: String,
}

/// How a process ended that should not have.
#[derive(Clone, Debug)]
pub struct Crash {
    /// How.
    pub status: String,
    /// The last lines that it had written to stderr: its stack among them.
    pub said: String,
    /// Where MLIR's own reader ended it, if that did.
    pub in_reader: Option<String>,
    /// The file that it had been working on, if there was one.
    pub input: Option<Vec<u8>>,
}

impl Process {
    /// Starts this program anew as a worker.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start() -> Result<Self, String> {
        // The shell sets the limit and becomes the worker.
        let shell = format!("ulimit -v {MEMORY}; ulimit -t {SECONDS}; ulimit -c 0; exec \"$@\"");
        Self::start_by("sh", |_| {
            ["-c", &shell, "sh"].map(ToOwned::to_owned).to_vec()
        })
    }

    /// Starts it by another program, which takes these arguments before it.
    fn start_by(
        starter: &str,
        arguments: impl FnOnce(&Path) -> Vec<String>,
    ) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot start a worker: {error}");
        let folder = tempfile::tempdir().map_err(failed)?;
        let program = std::env::current_exe().map_err(failed)?;
        let errors = fs::File::create(folder.path().join("stderr")).map_err(failed)?;
        let mut child = Command::new(starter)
            .args(arguments(folder.path()))
            .arg(&program)
            .arg("--worker")
            .arg(folder.path())
            // Frames as `stack` reads them.
            .env("LLVM_DISABLE_SYMBOLIZATION", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(failed)?;
        let (Some(jobs), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("cannot start a worker: it has no pipes".into());
        };
        let (send, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self {
            child,
            jobs,
            answers,
            folder,
            program: (program.file_name())
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        })
    }

    /// Has a job done.
    ///
    /// # Errors
    ///
    /// When the process ends or takes too long. It is then of no more use.
    pub fn ask(&mut self, job: &Job) -> Result<Answer, Crash> {
        for name in INPUTS {
            let _ = fs::remove_file(self.folder.path().join(name));
        }
        let line = serde_json::to_string(job).unwrap_or_default();
        // One that has ended gives no answer either.
        let _ = writeln!(self.jobs, "{line}");
        match self.answers.recv_timeout(PATIENCE) {
            Ok(line) => serde_json::from_str(&line).map_err(|error| {
                self.crash(format!("expected an answer, but got {line}: {error}"))
            }),
            Err(RecvTimeoutError::Timeout) => {
                let _ = self.child.kill();
                let _ = self.child.wait();
                Err(self.crash(format!("no answer after {} s", PATIENCE.as_secs())))
            }
            Err(RecvTimeoutError::Disconnected) => {
                let message = match self.child.wait() {
                    Ok(status) => format!("the process ended with {status}"),
                    Err(error) => error.to_string(),
                };
                Err(self.crash(message))
            }
        }
    }

    /// Does a job that ended its process once more under valgrind, if that is
    /// installed, and says where MLIR's reader first went wrong, if it did.
    pub fn in_reader_by_valgrind(job: &Job) -> Option<String> {
        let log = |folder: &Path| folder.join("valgrind").display().to_string();
        let mut process = Self::start_by("valgrind", |folder| {
            vec![
                "--num-callers=40".to_owned(),
                format!("--log-file={}", log(folder)),
            ]
        })
        .ok()?;
        // However that ends.
        let _ = process.ask(job);
        let log = fs::read(log(process.folder.path())).ok()?;
        stack::in_reader_by_valgrind(&String::from_utf8_lossy(&log), &process.program)
    }

    fn crash(&self, status: String) -> Crash {
        let folder = self.folder.path();
        let said = fs::read(folder.join("stderr")).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<_> = said.lines().collect();
        Crash {
            status,
            said: lines[lines.len().saturating_sub(SAID)..].join("\n"),
            in_reader: stack::in_reader(&said, &self.program),
            input: INPUTS
                .iter()
                .find_map(|name| fs::read(folder.join(name)).ok()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It waits for the next job.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The files that a worker puts what it works on into, in its folder.
pub const INPUTS: [&str; 2] = ["input.mlir", "input.mlirbc"];
