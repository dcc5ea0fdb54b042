//! The process that does the work, and that a bug may end.

use crate::{
    check::{Failure, Outcome, check},
    inference::Inference,
    job::{Answer, Job},
    mutate::Corpus,
};
use std::{
    io::{self, BufRead, Write},
    path::Path,
};

/// Does jobs, which come one a line, until there are no more. `folder` is for
/// its files.
///
/// # Errors
///
/// When what comes is no job, or nobody listens.
pub fn work(folder: &Path) -> Result<(), String> {
    let inference = Inference::new();
    let corpus = Corpus::read()?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let job: Job = serde_json::from_str(&line).map_err(|error| error.to_string())?;
        let errors = ods_bridge::internal_error_count();
        let answer = match job {
            Job::Module(seed) => answer(check(seed, None, &inference, folder)),
            Job::Reduced(seed, text) => answer(check(seed, Some(text), &inference, folder)),
            Job::Mutation(seed) => {
                let mutant = corpus.mutant(seed, &inference);
                match mutant.read(folder) {
                    Ok(is_valid) => Answer::Read(is_valid),
                    Err(message) => Answer::Failed(Failure {
                        stage: "reading".into(),
                        message,
                        module: String::from_utf8_lossy(mutant.bytes()).into_owned(),
                    }),
                }
            }
        };
        // A panic that the bridge caught.
        let answer = match (answer, ods_bridge::internal_error_count() - errors) {
            (Answer::Passed(_) | Answer::Read(_), caught) if caught > 0 => {
                Answer::Failed(Failure {
                    stage: "running Rust code".into(),
                    message: "a panic".into(),
                    module: String::new(),
                })
            }
            (answer, _) => answer,
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

fn answer(result: Result<Outcome, Failure>) -> Answer {
    match result {
        Ok(outcome) => Answer::Passed(outcome),
        Err(failure) => Answer::Failed(failure),
    }
}
