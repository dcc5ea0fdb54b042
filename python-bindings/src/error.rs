//! Errors as Python exceptions.

use fidelity_tools::diagnostic::{self, Line, Report};
use pyo3::{
    create_exception,
    exceptions::{PyException, PyValueError},
    prelude::*,
};

create_exception!(
    fidelity,
    Error,
    PyException,
    "What the exceptions of this package have in common."
);
create_exception!(
    fidelity,
    DiagnosticError,
    Error,
    "MLIR refuses a module, or a pass fails on it.\n\n\
     str() gives a line for each error and note, which begins with its place.\n\n\
     Attributes:\n    \
         message: what the first error says.\n    \
         location: where, as file:line:column, or the file's name.\n    \
         notes: the other places involved, a tuple of Diagnostic.\n    \
         diagnostics: all errors, a tuple of Diagnostic."
);
create_exception!(
    fidelity,
    ExecutionError,
    Error,
    "A call gave no results: a check in the code failed, such as of sizes that have to\n\
     agree, or the reference interpreter met an op that it does not know."
);

/// What MLIR reports of one place.
#[pyclass(frozen, eq, get_all, module = "fidelity")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// "error" or "note".
    severity: &'static str,
    /// The place, as file:line:column, or the file's name.
    location: String,
    /// What is reported, such as "expected X, but got Y".
    message: String,
    /// Notes at the other places involved.
    notes: Vec<Diagnostic>,
}

#[pymethods]
impl Diagnostic {
    fn __str__(&self) -> String {
        format!("{}: {}: {}", self.location, self.severity, self.message)
    }

    fn __repr__(&self) -> String {
        format!("<fidelity.Diagnostic {}>", self.__str__())
    }
}

impl Diagnostic {
    fn new(severity: &'static str, line: &Line, notes: &[Line]) -> Self {
        Self {
            severity,
            location: line.place.clone(),
            message: line.message.clone(),
            notes: notes
                .iter()
                .map(|note| Self::new("note", note, &[]))
                .collect(),
        }
    }
}

impl From<&Report> for Diagnostic {
    fn from(report: &Report) -> Self {
        Self::new(report.severity, &report.line, &report.notes)
    }
}

/// A `DiagnosticError` of what MLIR reported; without that, what the caller asks
/// for cannot be: a `ValueError`.
pub fn exception(py: Python<'_>, error: &diagnostic::Error) -> PyErr {
    let text = error.to_string();
    let diagnostics: Vec<Diagnostic> = error.reports().iter().map(Diagnostic::from).collect();
    let Some(first) = diagnostics.first().cloned() else {
        return PyValueError::new_err(text.trim_end().to_owned());
    };
    let exception = DiagnosticError::new_err(text);
    let describe = || -> PyResult<()> {
        let value = exception.value(py);
        value.setattr("message", first.message)?;
        value.setattr("location", first.location)?;
        value.setattr("notes", tuple(py, first.notes)?)?;
        value.setattr("diagnostics", tuple(py, diagnostics)?)
    };
    match describe() {
        Ok(()) => exception,
        Err(other) => other,
    }
}

fn tuple(
    py: Python<'_>,
    diagnostics: Vec<Diagnostic>,
) -> PyResult<Bound<'_, pyo3::types::PyTuple>> {
    pyo3::types::PyTuple::new(py, diagnostics)
}
