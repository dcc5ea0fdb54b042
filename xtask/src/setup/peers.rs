//! What the benchmarks measure beside: Python packages in an environment of their
//! own, and llama.cpp's ggml, of which a source package has a copy, built in it.

use super::python::{self, run};
use crate::command::{root, target_directory};
use std::{fs, path::Path, process::Command, thread::available_parallelism};

/// What ggml was built from, in the environment's folder: written last.
const BUILT: &str = "ggml.txt";

/// Makes what is missing or not as its file says, in `environments/peers/` of the
/// build folder.
///
/// # Errors
///
/// One line that says what could not be made, and why.
pub fn install() -> Result<(), String> {
    let files = root().join("benchmarks/peers");
    let environment = target_directory().join("environments/peers");
    python::make(&files.join("requirements.txt"), &environment)
        .and_then(|()| build_ggml(&files, &environment))
        .map_err(|error| format!("cannot make what to measure beside: {error}"))
}

fn build_ggml(files: &Path, environment: &Path) -> Result<(), String> {
    let source = files.join("source.txt");
    let wanted = fs::read(&source).map_err(|error| error.to_string())?;
    let built = environment.join(BUILT);
    if fs::read(&built).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    println!("set-up: building ggml; this takes minutes");
    let folder = environment.join("source");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    }
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let programs = environment.join("bin");
    // pip asks the package for its name and version, with tools of its own choice.
    run(Command::new(programs.join("python"))
        .args(["-m", "pip", "download", "--quiet"])
        .args(["--disable-pip-version-check", "--no-deps"])
        .args(["--no-binary=llama-cpp-python", "--dest"])
        .arg(&folder)
        .arg("--requirement")
        .arg(&source))?;
    unpack(&folder)?;
    let build = environment.join("ggml");
    run(Command::new(programs.join("cmake"))
        .args(["-G", "Ninja", "-S"])
        .arg(files)
        .arg("-B")
        .arg(&build)
        .arg(format!(
            "-DCMAKE_MAKE_PROGRAM={}",
            programs.join("ninja").display()
        ))
        .arg(format!(
            "-DGGML_SOURCE={}",
            folder.join("vendor/llama.cpp/ggml").display()
        ))
        .args(["-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=ON"])
        .args(["-DGGML_NATIVE=ON", "-DGGML_OPENMP=ON"]))?;
    let jobs = available_parallelism().map_or(1, usize::from);
    run(Command::new(programs.join("cmake"))
        .arg("--build")
        .arg(&build)
        .args(["--parallel", &jobs.to_string()]))?;
    fs::write(&built, wanted).map_err(|error| error.to_string())
}

/// Unpacks ggml from the one archive in a folder.
fn unpack(folder: &Path) -> Result<(), String> {
    let archive = fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .next()
        .ok_or("pip has downloaded nothing")?
        .map_err(|error| error.to_string())?
        .path();
    run(Command::new("tar")
        .arg("--extract")
        .arg("--file")
        .arg(&archive)
        .arg("--directory")
        .arg(folder)
        .args(["--strip-components=1", "--wildcards"])
        .arg("*/vendor/llama.cpp/ggml/*"))?;
    fs::remove_file(&archive).map_err(|error| error.to_string())
}
