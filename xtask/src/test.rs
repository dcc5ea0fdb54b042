//! The README's second command: every test.

use crate::{
    command::{cargo, describe, fail, run as run_command},
    setup,
};
use std::{
    io::{BufRead, BufReader},
    process::{Command, ExitCode, Stdio},
};

/// Sets up, builds and runs every test, and ends with one line that counts
/// them all: Rust's and lit's.
pub fn run() -> ExitCode {
    match build_and_test() {
        Ok(tally) => {
            for line in &tally.absent {
                println!("{line}");
            }
            println!("{} passed, {} failed", tally.passed, tally.failed);
            if tally.failed == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(message) => fail(&message),
    }
}

fn build_and_test() -> Result<Tally, String> {
    setup::for_tests()?;
    // The plugin is a library that no test links: `cargo test` would not make it.
    run_command(cargo().args(["build", "--release", "--workspace"]))?;
    let mut command = cargo();
    command.args(["test", "--release", "--workspace", "--no-fail-fast"]);
    count(&mut command)
}

/// Runs the tests, passes on what they print and counts them.
///
/// # Errors
///
/// One line, when the command fails though no test did (a test that does not
/// compile, or a test program that crashed), and when lit did not run.
fn count(command: &mut Command) -> Result<Tally, String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run {}: {error}", describe(command)))?;
    let mut tally = Tally::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.map_err(|error| format!("cannot read the tests' output: {error}"))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.read(&line);
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("cannot wait for {}: {error}", describe(command)))?;
    if !status.success() && tally.failed == 0 {
        return Err(format!(
            "{} failed with {status}, but no test says that it failed; see above",
            describe(command)
        ));
    }
    if !tally.lit_ran {
        return Err(format!(
            "expected {} to run lit, but got no summary of lit's",
            describe(command)
        ));
    }
    Ok(tally)
}

#[derive(Debug, Default, PartialEq)]
struct Tally {
    passed: u64,
    failed: u64,
    lit_ran: bool,
    /// What test/lit.cfg.py prints for each feature that this machine lacks.
    absent: Vec<String>,
}

impl Tally {
    fn read(&mut self, line: &str) {
        if let Some((_, counts)) = line.split_once("test result: ") {
            self.read_libtest(counts);
        } else if line.starts_with("Total Discovered Tests:") {
            self.lit_ran = true;
        } else if line.starts_with("absent lit feature ") {
            self.absent.push(line.to_owned());
        } else if self.lit_ran
            && let Some((label, count)) = line.split_once(':')
        {
            self.read_lit(label.trim(), count);
        }
    }

    /// Reads `ok. 3 passed; 0 failed; 1 ignored; …`.
    fn read_libtest(&mut self, counts: &str) {
        let words: Vec<_> = counts.split([' ', ';']).collect();
        for pair in words.windows(2) {
            if let [count, what] = pair
                && let Ok(count) = count.parse::<u64>()
            {
                match *what {
                    "passed" => self.passed += count,
                    "failed" => self.failed += count,
                    _ => {}
                }
            }
        }
    }

    /// Reads a line of lit's summary such as `  Passed: 3 (75.00%)`.
    fn read_lit(&mut self, label: &str, count: &str) {
        let Some(Ok(count)) = count.split_whitespace().next().map(str::parse::<u64>) else {
            return;
        };
        match label {
            "Passed" | "Passed With Retry" | "Expectedly Failed" => self.passed += count,
            "Failed" | "Unexpectedly Passed" | "Unresolved" | "Timed Out" => self.failed += count,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_and_lit_tests_are_added_up() {
        let mut tally = Tally::default();
        let output = "\
running 3 tests
test result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured; 9 filtered out; finished in 0.00s
absent lit feature cmake: install cmake
********************
Failed Tests (2):
  Fidelity :: Dialect/a.mlir

Total Discovered Tests: 9
  Unsupported      : 1 (11.11%)
  Passed           : 5 (55.56%)
  Expectedly Failed: 1 (11.11%)
  Failed           : 2 (22.22%)
test result: ok. 10 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        output.lines().for_each(|line| tally.read(line));
        let expected = Tally {
            passed: 18,
            failed: 3,
            lit_ran: true,
            absent: vec!["absent lit feature cmake: install cmake".to_owned()],
        };
        assert_eq!(tally, expected);
    }

    #[test]
    fn a_failure_without_a_failed_test_is_an_error() {
        let error = count(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(
            error,
            "`sh -c exit 3` failed with exit status: 3, but no test says that it failed; see above"
        );
    }

    #[test]
    fn a_run_without_lit_is_an_error() {
        let error = count(Command::new("echo").arg("test result: ok. 1 passed")).unwrap_err();
        assert_eq!(
            error,
            "expected `echo test result: ok. 1 passed` to run lit, but got no summary of lit's"
        );
    }
}
