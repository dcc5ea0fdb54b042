//! Speed beside a peer, in one run: the targets in `benches/` are the content.

mod bitnet;
pub mod limits;
mod memory;
pub mod ours;
pub mod peers;
pub mod rounds;
mod shape;
mod synthetic;

pub use bitnet::BitNet;
pub use memory::{Resident, again_with_kept_memory, processor_seconds};
pub use shape::Shape;
pub use synthetic::{Sizes, Trits};

use std::{env, error::Error, fs, process::Command, time::Instant};

/// Runs this program again, to be told apart by what it is given: a process whose
/// memory is its own. Gives the numbers that it prints, separated by spaces.
///
/// # Errors
///
/// When it fails, with what it said.
pub fn again(arguments: &[String]) -> Result<Vec<f64>, Box<dyn Error>> {
    let output = Command::new(env::current_exe()?).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let numbers = text.split_whitespace().map(str::parse);
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// Seconds that each of several jobs takes: the medians of `repeats` rounds in
/// which they take turns, so that all see the same machine.
pub fn in_turns<const N: usize>(repeats: usize, jobs: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut jobs = jobs;
    let mut times = vec![[0.0; N]; repeats];
    for times in &mut times {
        for (time, job) in times.iter_mut().zip(&mut jobs) {
            let start = Instant::now();
            job();
            *time = start.elapsed().as_secs_f64();
        }
    }
    std::array::from_fn(|index| {
        let mut times: Vec<f64> = times.iter().map(|times| times[index]).collect();
        rounds::median(&mut times).unwrap_or(f64::NAN)
    })
}

/// The processor's name, as the system tells it.
pub fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| {
            Some(
                line.strip_prefix("model name")?
                    .split_once(':')?
                    .1
                    .trim()
                    .to_owned(),
            )
        })
        .unwrap_or_else(|| "unknown processor".into());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{name}, {cores} cores, {}", features().join(" "))
}

/// The processor's features that matter here, as the system tells them.
pub fn features() -> Vec<&'static str> {
    let flags = [
        "avx2",
        "avx_vnni",
        "avx512f",
        "avx512_vnni",
        "amx_int8",
        "asimddp",
    ];
    flags.into_iter().filter(|flag| has(flag)).collect()
}

/// Whether the processor has what Linux calls so.
pub fn has(flag: &str) -> bool {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    text.split_whitespace().any(|word| word == flag)
}
