//! What this process has used, as Linux tells it.

use std::fs;

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
