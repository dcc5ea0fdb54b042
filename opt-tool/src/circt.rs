//! CIRCT, which writes SystemVerilog: where it is, and how it is run.
//!
//! It is a shared library with an LLVM of its own, so another program of ours
//! loads it, `fidelity-circt`.

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The environment variable that names the library.
const VARIABLE: &str = "FIDELITY_CIRCT";

/// Where the set-up puts it, seen from the folder of our programs.
const PLACE: &str = "../environments/circt/packages/circt/_mlir_libs/libCIRCTBindingsPythonCAPI.so";

/// The library: what `FIDELITY_CIRCT` names, or else what `cargo xtask setup`
/// has installed near `program`, one of ours.
///
/// # Errors
///
/// One line that says what to do when there is none.
pub fn library(program: &Path) -> Result<PathBuf, String> {
    let named = env::var_os(VARIABLE).map(PathBuf::from);
    let path = named.unwrap_or_else(|| program.with_file_name(PLACE));
    if path.is_file() {
        return Ok(path);
    }
    Err(format!(
        "expected CIRCT's library at {}, but got no file; run `cargo xtask setup`, \
         name libCIRCTBindingsPythonCAPI.so of CIRCT 1.162 in {VARIABLE}, \
         or write .mlir and have your own CIRCT translate it",
        path.display()
    ))
}

/// Text in hw, comb and seq as SystemVerilog.
///
/// # Errors
///
/// When CIRCT is not there or refuses the text, with what it says.
pub fn system_verilog(text: &str) -> Result<Vec<u8>, String> {
    let program = env::current_exe().map_err(|error| format!("cannot find CIRCT: {error}"))?;
    let library = library(&program)?;
    let helper = program.with_file_name("fidelity-circt");
    let failed = |error| format!("cannot run {}: {error}", helper.display());
    let mut child = Command::new(&helper)
        .arg(&library)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    // It writes when it has read everything. One that ends before has a reason.
    let written = child
        .stdin
        .take()
        .map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "fidelity-circt failed with {}: {}",
            output.status,
            said.trim()
        ));
    }
    written.map_err(failed)?;
    check_names(text, &String::from_utf8_lossy(&output.stdout))?;
    Ok(output.stdout)
}

/// CIRCT gives another name to a module whose name is a word of SystemVerilog's,
/// under which nobody would look for it.
fn check_names(text: &str, verilog: &str) -> Result<(), String> {
    let names = text
        .split("sym_name = \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    for name in names {
        if !verilog.contains(&format!("module {name}(")) {
            return Err(format!(
                "expected functions whose names are no words of SystemVerilog's, \
                 but got @{name}; rename it"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renamed_module_is_refused() {
        let text = "{sym_name = \"f\"} {sym_name = \"module\"}";
        assert_eq!(
            check_names(text, "module f(\nmodule module_0("),
            Err(
                "expected functions whose names are no words of SystemVerilog's, \
                 but got @module; rename it"
                    .into()
            )
        );
        assert_eq!(check_names(text, "module f(\nmodule module("), Ok(()));
    }
}
