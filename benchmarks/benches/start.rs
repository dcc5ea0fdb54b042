//! How soon a model of hundreds of megabytes answers, and in how much memory:
//! compiled in the process, and as a shared library that was compiled before.
//!
//! The weights are random, so that the file is full. The file is in the system's
//! cache; what is measured is what the process does. A model of the shape of
//! MMfreeLM-370M is compiled in the process besides, both of its functions, as
//! `fidelity generate` does for a prompt.
//!
//! `--large` measures the library of a model of more than 2 GiB instead, as far as 32
//! bits address.

use benchmarks::{Resident, Sizes, Trits, again, machine};
use clap::Parser;
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{
    cli::Cli,
    context,
    generate::{Machine, Session},
    import::build_module,
    module,
    run::Compiled,
};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use melior::ir::operation::OperationLike;
use std::{
    env,
    error::Error,
    ffi::OsString,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

const SIZES: Sizes = Sizes {
    layers: 6,
    vocabulary: 8192,
    width: 4096,
    intermediate: 11_008,
};

/// Those of MMfreeLM-370M.
const REAL: Sizes = Sizes {
    layers: 24,
    vocabulary: 32_000,
    width: 1024,
    intermediate: 2816,
};

/// Constants of 2.7 GB.
const LARGE: Sizes = Sizes {
    layers: 52,
    ..SIZES
};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("start.mlirbc");
    let real = folder.join("start-real.mlirbc");
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("--import") => return import(&file, SIZES),
        Some("--import-real") => return import(&real, REAL),
        Some("--generate") => return generate(&real),
        Some("--jit") => return jit(&file),
        Some("--compile") => return compile(&file),
        Some("--import-large") => return import(&file, LARGE),
        _ => {}
    }
    let is_large = arguments.iter().any(|argument| argument == "--large");
    again(&[if is_large {
        "--import-large"
    } else {
        "--import"
    }
    .into()])?;
    let size = fs::metadata(&file)?.len() as f64 / f64::from(1 << 20);
    println!("machine: {}", machine());
    println!("the file of the model: {size:.0} MiB");
    let [seconds, peak] = again(&["--compile".into()])?[..] else {
        return Err("expected two numbers".into());
    };
    println!("compiled to a shared library in {seconds:.1} s, in {peak:.0} MiB at most");
    println!();
    println!("| | seconds | own memory, MiB | mapped, MiB |");
    println!("| --- | --- | --- | --- |");
    let show = |stages: &[&str], numbers: &[f64]| {
        for (stage, numbers) in stages.iter().zip(numbers.chunks(3)) {
            let [seconds, own, of_files] = numbers[..] else {
                continue;
            };
            println!("| {stage} | {seconds:.3} | {own:.0} | {of_files:.0} |");
        }
    };
    let library = ["library loaded", "first token", "second token"];
    if is_large {
        show(&library, &launch(folder, LARGE)?);
        return Ok(());
    }
    let in_process = [
        "file read",
        "compiled in the process",
        "first token",
        "second token",
    ];
    show(&in_process, &again(&["--jit".into()])?);
    show(&library, &launch(folder, SIZES)?);
    again(&["--import-real".into()])?;
    let size = fs::metadata(&real)?.len() as f64 / f64::from(1 << 20);
    println!();
    println!("the file of a model like MMfreeLM-370M: {size:.0} MiB");
    println!();
    println!("| | seconds | own memory, MiB | mapped, MiB |");
    println!("| --- | --- | --- | --- |");
    let stages = [
        "file read",
        "both functions compiled",
        "prompt of 16 tokens",
        "next token",
    ];
    show(&stages, &again(&["--generate".into()])?);
    Ok(())
}

fn import(file: &Path, sizes: Sizes) -> Result<(), Box<dyn Error>> {
    let context = context::new();
    let module = build_module(&context, sizes.model(Trits::Random))?;
    Ok(fs::write(file, module.as_operation().write_bytecode())?)
}

fn library(file: &Path) -> PathBuf {
    file.with_file_name("libstart.so")
}

/// `fidelity compile`, of both functions.
fn compile(file: &Path) -> Result<(), Box<dyn Error>> {
    let output = library(file);
    let mut command: Vec<OsString> = ["fidelity", "compile", "-o"].map(Into::into).into();
    command.extend([output.into(), file.into()]);
    let start = Instant::now();
    Cli::try_parse_from(command)?.run()?;
    println!("{} {}", start.elapsed().as_secs_f64(), Resident::now().peak);
    Ok(())
}

/// Prints how long something took until now, and the memory of the process.
fn say(start: Instant) {
    let resident = Resident::now();
    println!(
        "{} {} {}",
        start.elapsed().as_secs_f64(),
        resident.own,
        resident.of_files
    );
}

/// What `fidelity generate` does: a prompt and a token.
fn generate(file: &Path) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let context = context::new();
    let llvm = LlvmContext::create();
    let module = module::read(&context, file)?;
    say(start);
    let machine = Compiled::new(
        &context,
        &llvm,
        file,
        module,
        &["prefill", "decode"],
        OptimizationLevel::Default,
    )?;
    say(start);
    let prompt: Vec<u32> = (0..16).collect();
    let (mut session, _) = Session::begin(machine, &prompt)?;
    say(start);
    session.step(1)?;
    say(start);
    Ok(())
}

/// A token by `fidelity generate`'s way.
fn jit(file: &Path) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let context = context::new();
    let llvm = LlvmContext::create();
    let module = module::read(&context, file)?;
    say(start);
    let mut machine = Compiled::new(
        &context,
        &llvm,
        file,
        module,
        &["decode"],
        OptimizationLevel::Default,
    )?;
    say(start);
    for _ in 0..2 {
        let mut inputs = vec![Tensor::from_integers(ElementType::I32, [], vec![1])?];
        for _ in 0..SIZES.layers {
            let zeros = vec![0.0; SIZES.width];
            inputs.push(Tensor::from_floats(ElementType::F32, [SIZES.width], zeros)?);
        }
        machine.call("decode", inputs)?;
        say(start);
    }
    Ok(())
}

/// Two tokens by a C program that loads the library.
fn launch(folder: &Path, sizes: Sizes) -> Result<Vec<f64>, Box<dyn Error>> {
    let (source, program) = (folder.join("start.c"), folder.join("start"));
    let mut arguments = String::new();
    for _ in 0..sizes.layers {
        let _ = write!(arguments, ", &state");
    }
    let width = sizes.width;
    let text = format!(
        r#"#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "libstart.h"

static double start;
static double now(void) {{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}}
static void say(void) {{
  double seconds = now() - start, own = 0, files = 0;
  char line[256];
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status)) {{
    sscanf(line, "RssAnon: %lf", &own);
    sscanf(line, "RssFile: %lf", &files);
  }}
  if (status)
    fclose(status);
  printf("%f %f %f\n", seconds, own / 1024, files / 1024);
}}
int main(void) {{
  static float zeros[{width}];
  int32_t number = 1;
  memref_0d_i32 token = {{&number, &number, 0}};
  memref_1d_f32 state = {{zeros, zeros, 0, {{ {width} }}, {{ 1 }}}};
  start = now();
  void *library = dlopen("{library}", RTLD_LAZY);
  if (!library) {{
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }}
  __typeof__(_mlir_ciface_decode) *decode = dlsym(library, "_mlir_ciface_decode");
  say();
  for (int i = 0; i < 2; ++i) {{
    decode_results results;
    decode(&results, &token{arguments});
    say();
  }}
}}
"#,
        library = folder.join("libstart.so").display()
    );
    fs::write(&source, text)?;
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let compiled = Command::new(compiler)
        .arg(&source)
        .arg("-O1")
        .arg("-o")
        .arg(&program)
        .arg("-ldl")
        .status()?;
    if !compiled.success() {
        return Err("the launcher cannot be compiled".into());
    }
    let output = Command::new(&program).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let numbers = text.split_whitespace().map(str::parse);
    Ok(numbers.collect::<Result<_, _>>()?)
}
