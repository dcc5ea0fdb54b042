//! What the tools write: files whole or not at all, and lines of text.

use std::{
    io::{self, Write},
    path::Path,
};

/// Writes a file through `write`, whole or not at all.
///
/// # Errors
///
/// One line that names the file, when it cannot be written; what was there
/// before is then as it was.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), String> {
    fidelity_reference::write_whole(path, write)
        .map_err(|error| format!("{}: cannot write: {error}", path.display()))
}

/// Prints a line on stdout.
///
/// # Errors
///
/// One line, when stdout does not take it.
pub fn print_line(line: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write to stdout: {error}"))
}
