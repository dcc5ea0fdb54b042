//! Gives jobs to processes and counts how they turn out.

use crate::{
    check::Failure,
    job::{Answer, Job},
    process::{Crash, Process},
    reduce,
};
use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
    fs,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

/// After how many jobs a process is replaced: what MLIR keeps for the life of a
/// process then does not add up, nor does the time.
const JOBS_OF_A_PROCESS: u64 = 50;

/// How many failures are shown in full.
const SHOWN: usize = 20;

/// How many failing modules are made smaller.
const REDUCED: usize = 5;

/// What bytecode begins with.
const BYTECODE: &[u8] = b"ML\xefR";

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The first seed.
    pub seed: u64,
    /// How many modules.
    pub modules: u64,
    /// How many mutated files.
    pub mutations: u64,
    /// How many processes at once.
    pub processes: usize,
    /// Where files that something is wrong with are kept.
    pub kept: PathBuf,
}

impl Plan {
    fn job(&self, index: u64) -> Option<Job> {
        match index.checked_sub(self.modules) {
            None => Some(Job::Module(self.seed.wrapping_add(index))),
            Some(index) if index < self.mutations => {
                Some(Job::Mutation(self.seed.wrapping_add(index)))
            }
            Some(_) => None,
        }
    }
}

/// How jobs turned out.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many modules passed.
    pub passed: u64,
    /// How often each op of the dialect was in one.
    pub ops: BTreeMap<String, u64>,
    /// How many elements of results were compared.
    pub compared: usize,
    /// How many of these could have been anything.
    pub unknown: usize,
    /// How many mutated files were accepted.
    pub accepted: u64,
    /// How many mutated files were refused with a diagnostic.
    pub refused: u64,
    /// How many mutated files ended MLIR's own reader, by where.
    pub unreadable: BTreeMap<String, u64>,
    /// What is wrong.
    pub failures: Vec<String>,
}

impl Tally {
    /// Counts an answer. What is wrong with it, if something is, comes back.
    fn add(&mut self, job: &Job, answer: Result<Answer, Crash>) -> Option<Problem> {
        match answer {
            Ok(Answer::Passed(outcome)) => {
                self.passed += 1;
                self.compared += outcome.compared;
                self.unknown += outcome.unknown;
                for op in outcome.ops {
                    *self.ops.entry(op).or_default() += 1;
                }
            }
            Ok(Answer::Read(true)) => self.accepted += 1,
            Ok(Answer::Read(false)) => self.refused += 1,
            Ok(Answer::Failed(failure)) => return Some(Problem::Wrong(failure)),
            Err(crash) => match (job, &crash.in_reader) {
                // Release builds of MLIR check little of what they read.
                (Job::Mutation(_), Some(place)) => {
                    *self.unreadable.entry(place.clone()).or_default() += 1;
                }
                _ => return Some(Problem::Crash(crash)),
            },
        }
        None
    }
}

/// What is wrong.
enum Problem {
    Wrong(Failure),
    Crash(Crash),
}

impl Problem {
    /// Whether another problem is most likely the same.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Wrong(this), Self::Wrong(other)) => {
                // How a message begins, but for the numbers in it.
                let start = |text: &str| -> String {
                    (text.chars().filter(|letter| !letter.is_numeric()))
                        .take(30)
                        .collect()
                };
                this.stage == other.stage && start(&this.message) == start(&other.message)
            }
            (Self::Crash(this), Self::Crash(other)) => this.status == other.status,
            _ => false,
        }
    }

    /// The file that it is about, as text or bytes.
    fn input(&self) -> Option<&[u8]> {
        match self {
            Self::Wrong(failure) => Some(&failure.module),
            Self::Crash(crash) => crash.input.as_deref(),
        }
    }
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(failure) => write!(formatter, "{}: {}", failure.stage, failure.message),
            Self::Crash(crash) => write!(formatter, "{}\n{}", crash.status, crash.said),
        }
    }
}

/// Keeps the file that a problem is about, and says what is wrong.
fn report(job: &Job, problem: &Problem, plan: &Plan) -> String {
    let kept = match problem.input() {
        Some(input) => keep(job, input, plan),
        None => "no file was being read".to_owned(),
    };
    format!(
        "{job}: {problem}\n{kept}\nonce more: cargo xtask fuzz {}",
        job.arguments()
    )
}

fn keep(job: &Job, input: &[u8], plan: &Plan) -> String {
    let extension = match input.starts_with(BYTECODE) {
        true => "mlirbc",
        false => "mlir",
    };
    let name = job.to_string().replace(", ", "-").replace(' ', "-");
    let path = plan.kept.join(format!("{name}.{extension}"));
    let written = fs::create_dir_all(&plan.kept).and_then(|()| fs::write(&path, input));
    match written {
        Ok(()) => path.display().to_string(),
        Err(error) => format!("{}: cannot write: {error}", path.display()),
    }
}

/// Makes the module of a problem smaller, as long as the problem is the same.
fn reduce(seed: u64, problem: &Problem) -> Result<Option<String>, String> {
    let Some(text) = problem.input().and_then(|input| str::from_utf8(input).ok()) else {
        return Ok(None);
    };
    let mut process = Process::start()?;
    let mut broken = None;
    let smaller = reduce::reduce(text, |text| {
        if broken.is_some() {
            return false;
        }
        let job = Job::Reduced(seed, text.to_owned());
        let answer = process.ask(&job);
        if answer.is_err() {
            match Process::start() {
                Ok(started) => process = started,
                Err(error) => broken = Some(error),
            }
        }
        (Tally::default().add(&job, answer)).is_some_and(|found| found.is_like(problem))
    });
    match broken {
        Some(error) => Err(error),
        None => Ok((smaller != text).then_some(smaller)),
    }
}

impl Display for Tally {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let ops: u64 = self.ops.values().sum();
        write!(
            formatter,
            "{} modules passed, {ops} ops in them of {} kinds, {} numbers compared, {} of them \
             beyond comparison; {} mutated files refused, {} accepted, {} beyond MLIR's reader{}; \
             {} failures",
            self.passed,
            self.ops.len(),
            self.compared,
            self.unknown,
            self.refused,
            self.accepted,
            self.unreadable.values().sum::<u64>(),
            places(&self.unreadable),
            self.failures.len()
        )
    }
}

/// Where MLIR's reader ended, in words.
fn places(unreadable: &BTreeMap<String, u64>) -> String {
    let places: Vec<_> = (unreadable.iter())
        .map(|(place, count)| format!("{place} {count}"))
        .collect();
    match places.is_empty() {
        true => String::new(),
        false => format!(" ({})", places.join(", ")),
    }
}

/// Does what is planned.
///
/// # Errors
///
/// When no process can be started.
pub fn run(plan: &Plan) -> Result<Tally, String> {
    let next = AtomicU64::new(0);
    let tally = Mutex::new(Tally::default());
    let start = Instant::now();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.processes)
            .map(|_| scope.spawn(|| work(plan, &next, &tally, start)))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| Err("a thread failed".into()))
        })
    })?;
    Ok(tally.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Has one process after another do jobs, until there are no more.
fn work(plan: &Plan, next: &AtomicU64, tally: &Mutex<Tally>, start: Instant) -> Result<(), String> {
    let tally = || tally.lock().unwrap_or_else(PoisonError::into_inner);
    let mut process = Process::start()?;
    let mut done = 0;
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(job) = plan.job(index) else {
            return Ok(());
        };
        let mut answer = process.ask(&job);
        done += 1;
        if let (
            Err(
                crash @ Crash {
                    in_reader: None, ..
                },
            ),
            Job::Mutation(_),
        ) = (&mut answer, &job)
        {
            crash.in_reader = Process::in_reader_by_valgrind(&job);
        }
        if answer.is_err() || done == JOBS_OF_A_PROCESS {
            process = Process::start()?;
            done = 0;
        }
        let problem = tally().add(&job, answer);
        if let Some(problem) = problem {
            let text = report(&job, &problem, plan);
            let count = {
                let failures = &mut tally().failures;
                failures.push(text.clone());
                failures.len()
            };
            if count <= SHOWN {
                eprintln!("{text}\n");
            }
            if let Job::Module(seed) = job
                && count <= REDUCED
                && let Some(smaller) = reduce(seed, &problem)?
            {
                let job = Job::Reduced(seed, smaller.clone());
                eprintln!("{job}: {}\n", keep(&job, smaller.as_bytes(), plan));
            }
        }
        if (index + 1).is_multiple_of(1000) {
            eprintln!("{} done after {} s", index + 1, start.elapsed().as_secs());
        }
    }
}
