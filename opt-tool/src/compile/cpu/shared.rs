//! Linking a shared library, with the C compiler.

use super::weights::Weights;
use crate::output::write_whole;
use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a shared library has besides its code.
pub struct Library<'a> {
    /// The weights that the code refers to.
    pub weights: Weights<'a>,
    /// Whether the code calls OpenMP's library.
    pub has_threads: bool,
}

impl Library<'_> {
    /// Links an object file to a shared library.
    /// The C compiler is that of the environment variable `CC`, or else `cc`.
    ///
    /// # Errors
    ///
    /// When there is none or it fails; nothing is written then.
    pub fn link(&self, object: &[u8], output: &Path) -> Result<(), String> {
        let failed = |error: io::Error| format!("{}: cannot write: {error}", output.display());
        // Beside the output, as what holds temporary files may be memory.
        let folder = match output.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::metadata(folder).map_err(failed)?;
        let work = tempfile::tempdir_in(folder).map_err(|error| failed(error.kind().into()))?;
        let file = |name: &str| work.path().join(name);
        let (code, library) = (file("code.o"), file("library.so"));
        let mut inputs: Vec<PathBuf> = vec![code.clone()];
        fs::write(&code, object).map_err(failed)?;
        if !self.weights.is_empty() {
            inputs.push(file("weights.o"));
            let file = fs::File::create(&inputs[1]).map_err(failed)?;
            self.weights.write(object, file).map_err(failed)?;
        }

        let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
        let result = Command::new(&compiler)
            .arg("-shared")
            // Its functions call each other, and not one of that name that the program or
            // another library has, as the C library has `step`.
            .arg("-Wl,-Bsymbolic")
            .arg("-o")
            .arg(&library)
            .args(&inputs)
            // exp, tanh and the like.
            .arg("-lm")
            .args(self.has_threads.then_some("-lomp"))
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
        let mut library = fs::File::open(&library).map_err(failed)?;
        write_whole(output, |file| io::copy(&mut library, file).map(|_| ()))
    }
}
