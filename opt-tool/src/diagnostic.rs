//! What MLIR reports, gathered into errors.

use melior::{
    Context,
    diagnostic::{Diagnostic, DiagnosticSeverity},
};
use ods_bridge::place_of;
use std::{
    fmt::{self, Display, Formatter, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Why something failed: what MLIR reported, or else a line of our own.
///
/// Displayed with a line for each error and note, which begins with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    reports: Vec<Report>,
}

/// A report of MLIR's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// `error`, `warning` or `remark`.
    pub severity: &'static str,
    /// Where and what.
    pub line: Line,
    /// Other places involved.
    pub notes: Vec<Line>,
}

/// A message and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `file:line:column`, or the file when there is no such place.
    pub place: String,
    /// What is reported.
    pub message: String,
}

impl Error {
    /// The errors that MLIR reported, if that is what failed.
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }
}

impl Display for Error {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if self.reports.is_empty() {
            return formatter.write_str(&self.message);
        }
        for (index, report) in self.reports.iter().enumerate() {
            // The word for the first error is the caller's.
            let separator = if index == 0 { "" } else { "\nerror: " };
            write!(formatter, "{separator}{report}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Self {
            message,
            reports: Vec::new(),
        }
    }
}

impl From<Error> for String {
    fn from(error: Error) -> Self {
        error.to_string()
    }
}

impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.line)?;
        self.notes
            .iter()
            .try_for_each(|note| write!(formatter, "\nnote: {note}"))
    }
}

impl Display for Line {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.message)
    }
}

/// Runs an action that reports to the context's diagnostic handlers. `path` is
/// the file that it is about.
///
/// # Errors
///
/// When the action fails: what it reported, or else what it says itself. When
/// it does not, warnings go to stderr.
pub fn reporting<T>(
    context: &Context,
    path: &Path,
    action: impl FnOnce() -> Result<T, String>,
) -> Result<T, Error> {
    let reports = Arc::new(Mutex::new(Vec::new()));
    let handler = context.attach_diagnostic_handler({
        let reports = Arc::clone(&reports);
        move |diagnostic| {
            reports
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(Report::new(&diagnostic, path));
            true
        }
    });
    let result = action();
    context.detach_diagnostic_handler(handler);
    let mut reports = std::mem::take(&mut *reports.lock().unwrap_or_else(PoisonError::into_inner));
    match result {
        Ok(result) => {
            for report in reports {
                eprintln!("{}: {report}", report.severity);
            }
            Ok(result)
        }
        Err(message) => {
            reports.retain(|report| report.severity == "error");
            Err(Error {
                message: format!("{}: {message}", path.display()),
                reports,
            })
        }
    }
}

impl Report {
    fn new(diagnostic: &Diagnostic<'_>, path: &Path) -> Self {
        let severity = match diagnostic.severity() {
            DiagnosticSeverity::Error => "error",
            DiagnosticSeverity::Warning => "warning",
            DiagnosticSeverity::Note => "note",
            DiagnosticSeverity::Remark => "remark",
        };
        Self {
            severity,
            line: Line::new(diagnostic, path),
            notes: (0..diagnostic.note_count())
                .filter_map(|index| Some(Line::new(&diagnostic.note(index).ok()?, path)))
                .collect(),
        }
    }
}

impl Line {
    fn new(diagnostic: &Diagnostic<'_>, path: &Path) -> Self {
        let file = path.display();
        Self {
            place: match place_of(diagnostic.location()) {
                // A name is no place in a file, so the file is said too.
                Some(name) if !name.contains(':') => format!("{file}: {name}"),
                Some(place) => place,
                None => file.to_string(),
            },
            message: message(diagnostic),
        }
    }
}

/// What a diagnostic says.
fn message(diagnostic: &Diagnostic<'_>) -> String {
    let mut text = String::new();
    // A damaged file may have a name in it that is not UTF-8. `to_string` would
    // panic.
    if write!(text, "{diagnostic}").is_err() {
        text.push_str("… (what follows is not UTF-8)");
    }
    text
}
