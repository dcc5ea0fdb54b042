//! Linking a shared library, with the C compiler.

use crate::output::write_whole;
use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
};

/// Links an object file to a shared library. The C compiler is that of the
/// environment variable `CC`, or else `cc`.
///
/// # Errors
///
/// When there is none or it fails; nothing is written then.
pub fn link(object: &[u8], output: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: cannot write: {error}", output.display());
    let work = tempfile::tempdir().map_err(failed)?;
    let (input, library) = (work.path().join("code.o"), work.path().join("library.so"));
    fs::write(&input, object).map_err(failed)?;

    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let result = Command::new(&compiler)
        .arg("-shared")
        .arg("-o")
        .args([&library, &input])
        // exp, tanh and the like.
        .arg("-lm")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            format!(
                "{}: cannot run {} to link it: {error}; install a C compiler or name one in CC",
                output.display(),
                compiler.display()
            )
        })?;
    if !result.status.success() {
        return Err(format!(
            "{}: {} failed to link it, with {}: {}",
            output.display(),
            compiler.display(),
            result.status,
            String::from_utf8_lossy(&result.stderr).trim()
        ));
    }
    let library = fs::read(&library).map_err(failed)?;
    write_whole(output, |file| file.write_all(&library))
}
