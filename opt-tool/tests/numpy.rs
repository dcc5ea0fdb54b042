//! The sequence ops against the equations of their papers, in NumPy.
//!
//! `docs/conformance.md` says what is compared. A test is a family, a file in
//! `test/Conformance/numpy/families/`; what its comparisons say is shown when
//! one fails.

use std::{fs, path::Path, process::Command};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../test/Conformance/numpy");

/// The Python that Debian's NumPy is for.
const PYTHON: &str = "/usr/bin/python3";

/// The folder of the programs under test.
fn programs() -> &'static Path {
    let parent = Path::new(env!("CARGO_BIN_EXE_fidelity")).parent();
    parent.expect("a folder")
}

/// Runs a script of the folder, which fails when a comparison does.
fn run(script: &str, arguments: &[&str]) {
    let mut command = Command::new(PYTHON);
    command
        // The source tree stays as it is.
        .arg("-B")
        .arg(Path::new(FOLDER).join(script))
        .args(arguments)
        .arg(programs());
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("expected {PYTHON} to run {script}, but got {error}"));
    assert!(
        output.status.success(),
        "expected {script} to succeed, but got {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

#[test]
fn the_comparison_refuses_what_is_wrong() {
    run("self_test.py", &[]);
}

macro_rules! families {
    ($($family:ident,)*) => {
        const FAMILIES: &[&str] = &[$(stringify!($family)),*];
        $(
            #[test]
            fn $family() {
                run("run.py", &[stringify!($family), "--programs"]);
            }
        )*
    };
}

families! {
    deltanet,
    gla,
    linear_transformer,
    mamba,
    mamba2,
    mega,
    mlgru,
    performer,
    retnet,
    rwkv,
    s4d,
    s5,
    xlstm,
}

#[test]
fn every_family_has_a_test() {
    let mut files: Vec<_> = fs::read_dir(Path::new(FOLDER).join("families"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    files.sort();
    assert_eq!(files, FAMILIES);
}
