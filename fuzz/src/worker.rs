//! The process that does the work, and that a bug may end.

use crate::{
    check::{Failure, Outcome, check},
    inference::Inference,
    job::{Answer, Job},
    mutate::{Corpus, Mutant},
};
use fork::Fork;
use std::{
    fs,
    io::{self, BufRead, Write},
    path::Path,
    process,
};

/// Does jobs, which come one a line, until there are no more. `folder` is for
/// its files.
///
/// # Errors
///
/// When what comes is no job, or nobody listens.
pub fn work(folder: &Path) -> Result<(), String> {
    ods_bridge::print_stack_on_crash();
    let inference = Inference::new();
    let corpus = Corpus::read()?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let job: Job = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let answer = match job {
            Job::Module(seed) => without_panic(|| check(seed, None, &inference, folder).into()),
            Job::Reduced(seed, text) => {
                without_panic(|| check(seed, Some(text), &inference, folder).into())
            }
            Job::Mutation(seed) => {
                let mutant = corpus.mutant(seed, &inference);
                match mutant {
                    Mutant::Text(_) => read(&mutant, folder),
                    // What MLIR's reader writes where it should not is no later
                    // job's crash.
                    Mutant::Bytecode(_) => apart(folder, || read(&mutant, folder))?,
                }
            }
        };
        let mut text = serde_json::to_string(&answer).map_err(|error| error.to_string())?;
        text.push('\n');
        io::stdout()
            .lock()
            .write_all(text.as_bytes())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Reads a file that is not valid most of the time.
fn read(mutant: &Mutant, folder: &Path) -> Answer {
    without_panic(|| match mutant.read(folder) {
        Ok(is_valid) => Answer::Read(is_valid),
        Err(message) => Answer::Failed(Failure {
            stage: "reading".into(),
            message,
            module: mutant.bytes().to_vec(),
        }),
    })
}

/// Does something in a copy of this process, which ends after it. When the copy
/// ends before, so does this process.
fn apart(folder: &Path, action: impl FnOnce() -> Answer) -> Result<Answer, String> {
    let file = folder.join("answer");
    let failed = |error: io::Error| format!("cannot work in a copy of the process: {error}");
    // This process has one thread, so that a copy is whole.
    match fork::fork().map_err(failed)? {
        Fork::Child => {
            let text = serde_json::to_string(&action()).unwrap_or_default();
            // Without it there is no answer.
            let _ = fs::write(&file, text);
            process::exit(0)
        }
        Fork::Parent(copy) => {
            let status = fork::waitpid(copy).map_err(failed)?;
            if status != 0 {
                process::exit(1);
            }
            let text = fs::read_to_string(&file).map_err(failed)?;
            serde_json::from_str(&text).map_err(|error| error.to_string())
        }
    }
}

/// An answer that is none when the bridge has caught a panic.
fn without_panic(action: impl FnOnce() -> Answer) -> Answer {
    let errors = ods_bridge::internal_error_count();
    match (action(), ods_bridge::internal_error_count() - errors) {
        (Answer::Passed(_) | Answer::Read(_), caught) if caught > 0 => Answer::Failed(Failure {
            stage: "running Rust code".into(),
            message: "a panic".into(),
            module: Vec::new(),
        }),
        (answer, _) => answer,
    }
}

impl From<Result<Outcome, Failure>> for Answer {
    fn from(result: Result<Outcome, Failure>) -> Self {
        match result {
            Ok(outcome) => Self::Passed(outcome),
            Err(failure) => Self::Failed(failure),
        }
    }
}
