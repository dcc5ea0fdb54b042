//! A process that does jobs, seen from outside.

use crate::{
    job::{Answer, Job},
    stack,
};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// How long to wait for an answer: longer than the processor time that a process
/// may have takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(3600);

/// How much memory a process may have, in KiB: what asks for more is stopped
/// by a failed allocation, and not by the machine.
const MEMORY: u64 = 8 << 20;

/// How much processor time a process may have for all its jobs, in seconds. A job takes
/// a third of one, on a slow machine. A process that has had it prints its stack as it ends.
const SECONDS: u64 = 60;

/// A file of a worker's folder.
const LOG: &str = "valgrind";

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
        Self::start_in(&format!(
            "ulimit -v {MEMORY}; {}; exec \"$@\"",
            limits(SECONDS)
        ))
    }

    /// Starts it by a line of the shell, in which `$0` is a file for the line's
    /// own use.
    fn start_in(line: &str) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("cannot start a worker: {error}");
        let folder = tempfile::tempdir().map_err(failed)?;
        let program = std::env::current_exe().map_err(failed)?;
        let errors = fs::File::create(folder.path().join("stderr")).map_err(failed)?;
        let mut child = Command::new("sh")
            .args(["-c", line])
            .arg(folder.path().join(LOG))
            .arg(&program)
            .arg("--worker")
            .arg(folder.path())
            // Frames as `stack` reads them.
            .env("LLVM_DISABLE_SYMBOLIZATION", "1")
            // Its copies end with it.
            .process_group(0)
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
                self.stop();
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
        let mut process = Self::start_in(&format!(
            "{}; exec valgrind --num-callers=40 --log-file=\"$0\" \"$@\"",
            limits(5 * SECONDS)
        ))
        .ok()?;
        // However that ends.
        let _ = process.ask(job);
        let log = fs::read(process.folder.path().join(LOG)).ok()?;
        stack::in_reader_by_valgrind(&String::from_utf8_lossy(&log), &process.program)
    }

    /// Ends the process and the copies of it.
    fn stop(&mut self) {
        let group = format!("-{}", self.child.id());
        // One that has ended already is not there.
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
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

/// Limits the processor time, first by a signal that can be seen to, and the
/// files that a crash leaves.
fn limits(seconds: u64) -> String {
    format!(
        "ulimit -S -t {seconds}; ulimit -H -t {}; ulimit -c 0",
        seconds + 10
    )
}

impl Drop for Process {
    fn drop(&mut self) {
        // It waits for the next job.
        self.stop();
    }
}

/// The files that a worker puts what it works on into, in its folder.
pub const INPUTS: [&str; 2] = ["input.mlir", "input.mlirbc"];
