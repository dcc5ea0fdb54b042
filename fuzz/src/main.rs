//! `fidelity-fuzz`: random modules, mutated files.

use clap::Parser;
use fidelity_fuzz::{
    supervisor::{self, Plan},
    worker,
};
use std::{path::PathBuf, process::ExitCode, thread, time::SystemTime};

/// Checks random modules at every stage, and reads mutated files.
///
/// `docs/robustness.md` says what is checked.
#[derive(Parser)]
struct Arguments {
    /// The first seed; by default a new one each time
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// How many modules to check
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    count: u64,
    /// How many mutated files to read
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    mutations: u64,
    /// How many processes to work with; by default as many as there are cores
    #[arg(long, value_name = "NUMBER")]
    processes: Option<usize>,
    /// Where to keep files that something is wrong with
    #[arg(long, value_name = "DIR", default_value = "target/fuzz")]
    keep: PathBuf,
    /// Takes jobs from stdin, as the program starts itself
    #[arg(long, value_name = "DIR", hide = true)]
    worker: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match &arguments.worker {
        Some(folder) => worker::work(folder).map(|()| true),
        None => fuzz(&arguments),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing was wrong.
fn fuzz(arguments: &Arguments) -> Result<bool, String> {
    let plan = Plan {
        seed: arguments.seed.unwrap_or_else(new_seed),
        modules: arguments.count,
        mutations: arguments.mutations,
        processes: (arguments.processes)
            .or_else(|| thread::available_parallelism().ok().map(usize::from))
            .unwrap_or(1)
            .max(1),
        kept: arguments.keep.clone(),
    };
    eprintln!("fuzz: seed {}", plan.seed);
    let tally = supervisor::run(&plan)?;
    eprintln!("fuzz: seed {}: {tally}", plan.seed);
    Ok(tally.failures.is_empty())
}

/// A seed that nobody had before: the time in milliseconds.
fn new_seed() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |time| time.as_millis() as u64)
}
