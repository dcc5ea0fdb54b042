//! The example model, compiled by us and evaluated by NumPy, in one run.
//!
//! Medians of repeats; the two take turns, so that both see the same machine.
//! One thread each.

use benchmarks::machine;
use fidelity_reference::npy;
use fidelity_tools::{
    context,
    generate::{Sampler, Session},
    import::{Storage, build_module, import_hgrn_bit},
    module,
    run::Compiled,
};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

const PROMPT: usize = 256;
const STEPS: usize = 64;
const REPEATS: usize = 5;

/// Seconds of each part.
#[derive(Clone, Copy, Debug)]
struct Times {
    load: f64,
    prefill: f64,
    decode: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let model = root.join("examples/tiny-mmfree");
    let tokens: Vec<u32> = npy::read(model.join("tokens-0.npy"))?
        .to_f64s()
        .into_iter()
        .map(|token| token as u32)
        .collect();
    let prompt: Vec<u32> = tokens.iter().copied().cycle().take(PROMPT).collect();

    let start = Instant::now();
    let file = import(&model)?;
    let import = start.elapsed().as_secs_f64();
    let mut ours = Vec::new();
    let mut numpy = Vec::new();
    for _ in 0..REPEATS {
        ours.push(fidelity(&file, &prompt)?);
        numpy.push(peer(&root, &model)?);
    }
    let ours = medians(&ours);
    let numpy = medians(&numpy);
    println!("machine: {}", machine());
    println!("model: examples/tiny-mmfree, 3.5 M weights; prompt {PROMPT} tokens, one thread");
    println!(
        "import of the checkpoint to packed IR: {:.0} ms",
        import * 1e3
    );
    println!();
    println!("| | Fidelity | NumPy, f32 | ratio |");
    println!("| --- | --- | --- | --- |");
    println!(
        "| ready to run (Fidelity compiles) | {:.0} ms | {:.0} ms | |",
        ours.load * 1e3,
        numpy.load * 1e3
    );
    for (name, count, ours, numpy) in [
        (
            "prefill, tokens a second",
            PROMPT as f64,
            ours.prefill,
            numpy.prefill,
        ),
        ("decode, tokens a second", 1.0, ours.decode, numpy.decode),
    ] {
        println!(
            "| {name} | {:.0} | {:.0} | {:.1} |",
            count / ours,
            count / numpy,
            numpy / ours
        );
    }
    Ok(())
}

/// Imports the checkpoint into a file of bytecode.
fn import(model: &Path) -> Result<PathBuf, Box<dyn Error>> {
    use melior::ir::operation::OperationLike;
    let context = context::new();
    let module = build_module(
        &context,
        import_hgrn_bit(model, Storage::Packed2, &mut |_| {})?,
    )?;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tiny-mmfree.mlirbc");
    fs::write(&file, module.as_operation().write_bytecode())?;
    Ok(file)
}

fn fidelity(file: &Path, prompt: &[u32]) -> Result<Times, Box<dyn Error>> {
    let start = Instant::now();
    let context = context::new();
    let llvm = LlvmContext::create();
    let module = module::read(&context, file)?;
    let machine = Compiled::new(
        &context,
        &llvm,
        file,
        module,
        &["prefill", "decode"],
        OptimizationLevel::Default,
    )?;
    let load = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let (mut session, mut logits) = Session::begin(machine, prompt)?;
    let prefill = start.elapsed().as_secs_f64();
    let mut sampler = Sampler::new(0.0, 0);
    let start = Instant::now();
    for _ in 0..STEPS {
        let token = sampler.choose(&logits).ok_or("no logits")?;
        logits = session.step(u32::try_from(token)?)?;
    }
    let decode = start.elapsed().as_secs_f64() / STEPS as f64;
    Ok(Times {
        load,
        prefill,
        decode,
    })
}

/// One run of the NumPy model.
fn peer(root: &Path, model: &Path) -> Result<Times, Box<dyn Error>> {
    let output = Command::new("/usr/bin/python3")
        .arg(root.join("benchmarks/numpy_model.py"))
        .arg(model)
        .args([PROMPT, STEPS, 1].map(|number| number.to_string()))
        .envs(
            ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"].map(|name| (name, "1")),
        )
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let values: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let seconds = |name: &str| values[name].as_f64().ok_or_else(|| format!("no {name}"));
    Ok(Times {
        load: seconds("load")?,
        prefill: seconds("prefill")?,
        decode: seconds("decode")?,
    })
}

fn medians(times: &[Times]) -> Times {
    let median = |part: fn(&Times) -> f64| {
        let mut values: Vec<f64> = times.iter().map(part).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Times {
        load: median(|times| times.load),
        prefill: median(|times| times.prefill),
        decode: median(|times| times.decode),
    }
}
