//! What passes count, in an LLVM that does not.
//!
//! MLIR's statistics are compiled out of an LLVM without assertions, and
//! `--mlir-pass-statistics` then prints an empty report. What passes in Rust count is
//! kept here too, and [`crate::opt_main`] prints it in MLIR's form.

use crate::ffi;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt::{self, Display},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The statistics that a pass of a .td file has.
#[derive(Debug)]
pub struct Statistics {
    /// The class of the pass.
    pub pass: &'static str,
    /// Their names and descriptions.
    pub list: &'static [(&'static str, &'static str)],
}

/// By pass, what each of its statistics is.
type Counts = BTreeMap<&'static str, (&'static Statistics, Vec<usize>)>;

static COUNTS: Mutex<Counts> = Mutex::new(BTreeMap::new());

fn counts() -> MutexGuard<'static, Counts> {
    // Numbers are whole whoever panicked.
    COUNTS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Statistics {
    /// Adds to the statistic with that number, if there is one.
    pub(crate) fn add(&'static self, index: usize, amount: usize) {
        let mut counts = counts();
        let (_, numbers) =
            (counts.entry(self.pass)).or_insert_with(|| (self, vec![0; self.list.len()]));
        if let Some(number) = numbers.get_mut(index) {
            *number += amount;
        }
    }
}

/// Takes the request for a report out of the arguments of a tool whose LLVM would print
/// an empty one; says whether there was one.
pub(crate) fn take_request(arguments: &mut Vec<OsString>) -> bool {
    // SAFETY: it reads a constant.
    if unsafe { ffi::odsBridgeHasStatistics() } {
        return false;
    }
    let is_request = |argument: &OsString| {
        let name = argument.to_string_lossy();
        let name = name.strip_prefix('-').unwrap_or_default();
        let name = name.strip_prefix('-').unwrap_or(name);
        ["", "=true", "=1"]
            .map(|value| format!("mlir-pass-statistics{value}"))
            .iter()
            .any(|request| request == name)
    };
    let before = arguments.len();
    arguments.retain(|argument| !is_request(argument));
    arguments.len() != before
}

/// All that was counted in this process, as MLIR lists it.
pub(crate) struct Report;

impl Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = format!("==={}===", "-".repeat(73));
        writeln!(formatter, "{line}")?;
        writeln!(formatter, "{:25}... Pass statistics report ...", "")?;
        writeln!(formatter, "{line}")?;
        for (pass, (statistics, numbers)) in counts().iter() {
            writeln!(formatter, "{pass}")?;
            let width = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
            let of_numbers = width(&mut numbers.iter().map(|number| number.to_string().len()));
            let of_names = width(&mut statistics.list.iter().map(|(name, _)| name.len()));
            for ((name, description), number) in statistics.list.iter().zip(numbers) {
                writeln!(
                    formatter,
                    "  (S) {number:>of_numbers$} {name:<of_names$} - {description}"
                )?;
            }
        }
        Ok(())
    }
}
