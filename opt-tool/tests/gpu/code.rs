//! Every case as the code of every vendor: nothing in it is left to a library.

use super::{
    FLOATS, cases,
    kernels::{self, cases::CASES},
};
use fidelity_lowering::gpu::binary::VENDORS;
use std::{collections::HashSet, fs, process::Command};

/// A chip of each vendor's.
const TARGETS: &[&str] = &["nvidia:sm_80", "amd:gfx942", "intel:pvc"];

#[test]
fn code_calls_no_library() {
    let mut failures = Vec::new();
    let mut count = 0;
    for case in CASES.iter().chain(cases::CASES) {
        // The type that machines know least of, if the case has it.
        let floats = case.floats.iter().filter(|float| FLOATS.contains(float));
        let float = floats.min_by_key(|&&float| float != "bf16");
        for &storage in kernels::storages(case) {
            let text = kernels::text_of(case, float.expect("a float type"), storage);
            for target in TARGETS {
                count += 1;
                if let Err(error) = code(target, &text).and_then(|code| check(target, &code)) {
                    failures.push(format!("{}, {storage}, {target}: {error}", case.name));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count > TARGETS.len() * CASES.len(), "{count}");
}

/// What `fidelity compile` writes. LLVM 22 makes SPIR-V of one module only in a
/// process, and where it cannot make code it may end that.
fn code(target: &str, text: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let source = folder.path().join("module.mlir");
    fs::write(&source, text).map_err(|error| error.to_string())?;
    let output = Command::new(env!("CARGO_BIN_EXE_fidelity"))
        .arg("compile")
        .arg(source)
        .args(["--target", target, "-o"])
        .arg(folder.path().join("out"))
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {said}", output.status));
    }
    let mut vendors = VENDORS.iter();
    let vendor = vendors.find(|vendor| target.starts_with(vendor.name));
    let ending = vendor.ok_or("expected a vendor")?.ending;
    let file = folder.path().join(format!("out/kernels.{ending}"));
    fs::read_to_string(file).map_err(|error| error.to_string())
}

/// Finds what a library would have to provide.
fn check(target: &str, code: &str) -> Result<(), String> {
    let is_outside = |line: &&str| match target {
        "nvidia:sm_80" => line.contains(".extern"),
        // Addresses of others.
        "amd:gfx942" => line.contains("@rel32") || line.contains("@gotpcrel"),
        _ => line.contains("Import") && !line.contains("__spirv_BuiltIn"),
    };
    if let Some(line) = code
        .lines()
        .filter(|line| !line.contains("OpExtInstImport"))
        .find(is_outside)
    {
        return Err(format!("expected no library to be needed, but got {line}"));
    }
    let mut ids = HashSet::new();
    let defined = code
        .lines()
        .filter_map(|line| line.trim().split_once(" = Op"));
    for (id, _) in defined {
        if !ids.insert(id) {
            return Err(format!("expected one {id}, but got two"));
        }
    }
    let has_kernels = [".visible .entry", ".amdhsa_kernel", "OpEntryPoint Kernel"];
    if has_kernels.iter().any(|word| code.contains(word)) {
        return Ok(());
    }
    Err("expected kernels, but got none".into())
}
