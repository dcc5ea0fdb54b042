//! Errors as values, emitted by the bridge where MLIR expects them.

use crate::ffi::{self, string_ref};
use melior::ir::{Location, Value, ValueLike, operation::OperationRef};
use std::fmt::{self, Display, Formatter};

/// An error and the notes that belong to it.
///
/// A hook returns it; the bridge emits it at the op, attribute or location the
/// hook was called for, unless [`Diagnostic::at`] names another location.
/// Messages read `expected X, but got Y`, in lower case, with no full stop.
#[derive(Clone, Debug)]
pub struct Diagnostic<'a> {
    message: String,
    location: Option<Location<'a>>,
    notes: Vec<(Location<'a>, String)>,
}

impl<'a> Diagnostic<'a> {
    /// Creates an error with a message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            location: None,
            notes: Vec::new(),
        }
    }

    /// Creates the usual message, `expected {expected}, but got {got}`.
    pub fn expected(expected: impl Display, got: impl Display) -> Self {
        Self::new(format!("expected {expected}, but got {got}"))
    }

    /// Places the error at a location.
    pub fn at(mut self, location: Location<'a>) -> Self {
        self.location = Some(location);
        self
    }

    /// Attaches a note at another place that is involved.
    pub fn note(mut self, location: Location<'a>, message: impl Into<String>) -> Self {
        self.notes.push((location, message.into()));
        self
    }

    /// Attaches a note that says what a value is, at its definition.
    pub fn note_value(self, name: &str, value: Value<'a, '_>) -> Self {
        let r#type = value.r#type();
        self.note(value.location(), format!("{name} has type {type}"))
    }

    /// The message, without its notes.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Emits the error through the op, which prefixes the op's name.
    pub(crate) fn emit_at_operation(&self, operation: OperationRef<'_, '_>) {
        if self.location.is_some() {
            return self.emit("");
        }
        let (locations, notes) = self.raw_notes();
        // SAFETY: the operation is alive while its hook runs, the arrays have
        // `notes.len()` elements, and MLIR copies the texts.
        unsafe {
            ffi::odsBridgeEmitOpError(
                operation.to_raw(),
                string_ref(&self.message),
                notes.len() as isize,
                locations.as_ptr(),
                notes.as_ptr(),
            )
        }
    }

    /// Emits the error at `location`, unless it has a location of its own.
    pub(crate) fn emit_at_location(&self, location: Location<'_>, prefix: &str) {
        let location = self.location.unwrap_or(
            // SAFETY: the raw location is valid; the diagnostic does not
            // outlive this call.
            unsafe { Location::from_raw(location.to_raw()) },
        );
        Self {
            location: Some(location),
            ..self.clone()
        }
        .emit(prefix);
    }

    fn emit(&self, prefix: &str) {
        let Some(location) = self.location else {
            return;
        };
        let (locations, notes) = self.raw_notes();
        let message = format!("{prefix}{}", self.message);
        // SAFETY: as in `emit_at_operation`.
        unsafe {
            ffi::odsBridgeEmitError(
                location.to_raw(),
                string_ref(&message),
                notes.len() as isize,
                locations.as_ptr(),
                notes.as_ptr(),
            )
        }
    }

    fn raw_notes(&self) -> (Vec<mlir_sys::MlirLocation>, Vec<mlir_sys::MlirStringRef>) {
        self.notes
            .iter()
            .map(|(location, note)| (location.to_raw(), string_ref(note)))
            .unzip()
    }
}

impl Display for Diagnostic<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic<'_> {}
