//! A folder of files, written whole or not at all.

use melior::ir::{
    BlockLike, Module,
    attribute::{ArrayAttribute, StringAttribute},
    operation::OperationLike,
};
use ods_bridge::{gpu_code, name_of, operations_within, string_value};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A file of a folder: its name and what it holds.
pub type File = (String, Vec<u8>);

/// Checks that a folder can be written: nothing is there, or an empty folder.
///
/// # Errors
///
/// When something is.
pub fn check(output: &Path) -> Result<(), String> {
    let is_free = match fs::read_dir(output) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    match is_free {
        true => Ok(()),
        false => Err(format!(
            "{}: expected a folder that is empty or not there",
            output.display()
        )),
    }
}

/// The modules in a module as files.
///
/// # Errors
///
/// When one has a name that no file has.
pub fn modules(module: &Module<'_>, ending: &str) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    let mut next = module.body().first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        if name_of(operation) != "builtin.module" {
            continue;
        }
        let name = operation.attribute("sym_name").ok();
        let name = name.and_then(|name| StringAttribute::try_from(name).ok());
        let name = name.map_or("", string_value);
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.$".contains(letter);
        if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
            return Err(format!(
                "expected a function whose name a file can have, but got @\"{name}\""
            ));
        }
        files.push((
            format!("{name}.{ending}"),
            format!("{operation}\n").into_bytes(),
        ));
    }
    Ok(files)
}

/// The code in a module, as files: that of each `gpu.binary` under its name.
///
/// # Errors
///
/// When one holds something else than the code of one machine.
pub fn code(module: &Module<'_>, ending: &str) -> Result<Vec<File>, String> {
    operations_within(module.as_operation())
        .into_iter()
        .filter(|&operation| name_of(operation) == "gpu.binary")
        .map(|operation| {
            let name = operation.attribute("sym_name").ok();
            let name = name.and_then(|name| StringAttribute::try_from(name).ok());
            let name = name.map_or("", string_value);
            let objects = operation.attribute("objects").ok();
            let objects = objects.and_then(|objects| ArrayAttribute::try_from(objects).ok());
            let code = objects.filter(|objects| objects.len() == 1);
            let code = code.and_then(|objects| gpu_code(objects.element(0).ok()?));
            let code = code.ok_or_else(|| {
                format!("expected the code of one machine in @{name}, but got {operation}")
            })?;
            // LLVM's writer of SPIR-V ends its text as C does.
            let code = code.strip_suffix(b"\0").unwrap_or(code);
            Ok((format!("{name}.{ending}"), code.to_vec()))
        })
        .collect()
}

/// Writes a folder.
///
/// # Errors
///
/// One line that names the folder, when it cannot be written; nothing is there
/// then that was not before.
pub fn write(output: &Path, files: &[File]) -> Result<(), String> {
    write_all(output, files).map_err(|error| format!("{}: cannot write: {error}", output.display()))
}

fn write_all(output: &Path, files: &[File]) -> io::Result<()> {
    // Written beside it and put in its place at once, which replaces an empty
    // folder and nothing else.
    let parent = match output.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let place = tempfile::Builder::new()
        .prefix(".fidelity-")
        .tempdir_in(parent)?;
    let folder: PathBuf = place.path().join("folder");
    fs::create_dir(&folder)?;
    for (name, content) in files {
        fs::write(folder.join(name), content)?;
    }
    fs::rename(&folder, output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn writes_all_or_nothing() {
        let place = tempfile::tempdir().expect("a folder");
        let output = place.path().join("out");
        let files = [("a".to_owned(), b"1".to_vec())];
        check(&output).expect("a free place");
        write(&output, &files).expect("a folder");
        assert_eq!(
            fs::read_to_string(output.join("a")).ok().as_deref(),
            Some("1")
        );
        assert!(check(&output).is_err());
        let other = [("b".to_owned(), b"2".to_vec())];
        assert!(write(&output, &other).is_err());
        let names = |path: &Path| fs::read_dir(path).expect("a folder").count();
        assert_eq!((names(&output), names(place.path())), (1, 1));
        // An empty folder is a place.
        let empty = place.path().join("empty");
        fs::create_dir(&empty).expect("a folder");
        check(&empty).expect("a free place");
        write(&empty, &other).expect("a folder");
        assert_eq!(names(&empty), 1);
        // A file is none, and neither is one in a folder that is not there.
        assert!(check(&output.join("a")).is_err());
        assert!(write(&place.path().join("no/where"), &files).is_err());
    }
}
