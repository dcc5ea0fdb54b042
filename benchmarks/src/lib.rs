//! Speed beside a peer, in one run: the targets in `benches/` are the content.

use std::{fs, time::Instant};

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
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
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
    let flags = ["avx2", "avx512f", "avx512_vnni", "amx_int8"];
    let has: Vec<&str> = flags
        .into_iter()
        .filter(|flag| text.split_whitespace().any(|word| word == *flag))
        .collect();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!("{name}, {cores} cores, {}", has.join(" "))
}
