//! What this process has used, as Linux tells it.

use std::{
    env, fs, io,
    process::{Command, ExitStatus},
};

/// Mebibytes of resident memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resident {
    /// The process's own pages.
    pub own: f64,
    /// Pages of files, which others share and the system can drop.
    pub of_files: f64,
    /// The most that were resident at once, of both.
    pub peak: f64,
}

impl Resident {
    /// Now.
    pub fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok())
                .map_or(f64::NAN, |kibibytes| kibibytes / 1024.0)
        };
        Self {
            own: field("RssAnon:"),
            of_files: field("RssFile:"),
            peak: field("VmHWM:"),
        }
    }
}

/// Settings of glibc by which what is freed stays with the process and what is large lies in
/// large pages, as weights do that are mapped from a file, and one of OpenMP's library by
/// which a thread that has nothing to do leaves the processor to a peer after a millisecond.
const KEPT: [(&str, &str); 5] = [
    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
    ("KMP_BLOCKTIME", "1"),
    ("MALLOC_MMAP_MAX_", "0"),
    ("MALLOC_TRIM_THRESHOLD_", "17179869184"),
    ("MALLOC_ARENA_MAX", "1"),
];

/// Runs this program again so that what is freed stays with it and with the processes
/// that it starts; nothing where that is so already. Otherwise large results and
/// temporary arrays are new pages at each call, which can take several times as long as
/// what is computed.
///
/// # Errors
///
/// When it cannot be started.
pub fn again_with_kept_memory() -> io::Result<Option<ExitStatus>> {
    if KEPT.iter().all(|(name, _)| env::var_os(name).is_some()) {
        return Ok(None);
    }
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1)).envs(KEPT);
    command.status().map(Some)
}

/// Seconds that processors have worked for this process, on whatever else they
/// may have worked besides.
pub fn processor_seconds() -> f64 {
    // In ticks of 10 ms, after the name, which ends with the last parenthesis.
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let numbers = stat.rsplit(')').next().unwrap_or_default();
    let ticks = numbers.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|text| text.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
