//! Whole models of real shapes and random weights, as `fidelity generate` runs them: a
//! prompt, tokens, memory; beside what llama.cpp's kernels take for the ternary layers of
//! the same models alone.

use benchmarks::{
    BitNet, Resident, Sizes, Trits, again, machine,
    peers::{Peer, Program},
    rounds::median,
};
use clap::Parser;
use fidelity_tools::{
    compile::{self, CodeTarget},
    context,
    generate::Session,
    import::build_module,
    module, registry,
    run::Compiled,
};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use melior::ir::operation::OperationLike;
use ods_bridge::{Argument, Jit, ResourceBytes, keep_freed_memory, return_freed_memory};
use serde_json::json;
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

/// A model and its name.
struct Model {
    name: &'static str,
    kind: Kind,
}

enum Kind {
    MatMulFree(Sizes),
    BitNet(BitNet),
}

const MODELS: [Model; 3] = [
    Model {
        name: "MMfreeLM-370M",
        kind: Kind::MatMulFree(Sizes {
            layers: 24,
            vocabulary: 32_000,
            width: 1024,
            intermediate: 2816,
        }),
    },
    Model {
        name: "MMfreeLM-2.7B",
        kind: Kind::MatMulFree(Sizes {
            layers: 32,
            vocabulary: 32_000,
            width: 2560,
            intermediate: 6912,
        }),
    },
    Model {
        name: "BitNet-2B",
        kind: Kind::BitNet(BitNet {
            layers: 30,
            vocabulary: 128_256,
            width: 2560,
            heads: 20,
            kv_heads: 5,
            intermediate: 6912,
            context: 256,
        }),
    },
];

/// How models are made.
const TILED2: &str = "tiled2";
/// Of the prompt, and of the text after it.
const PROMPT: usize = 128;
const TOKENS: usize = 16;
/// Rounds in which ours and the peer take turns.
const ROUNDS: usize = 3;
/// The parts of a head of f16 that llama.cpp's kernels are measured for.
const HEADS: usize = 4;
/// What a turn of the peer's lasts at least, in seconds.
const TURN: f64 = 0.1;

/// Whole models beside the sum of llama.cpp's layers.
#[derive(Parser)]
struct Arguments {
    /// Threads
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2])]
    threads: Vec<usize>,
    /// Models whose names hold this
    #[arg(long, default_value = "")]
    model: String,
    /// How the trits are stored: tiled2 or tiled5
    #[arg(long, default_value = TILED2)]
    storage: String,
    /// Writes the file of the model of that number
    #[arg(long, hide = true)]
    import: Option<usize>,
    /// Runs it, with so many threads
    #[arg(long, hide = true, num_args = 2)]
    run: Option<Vec<usize>>,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if let Some(number) = arguments.import {
        return import(&MODELS[number], &arguments.storage);
    }
    if let Some([number, threads]) = arguments.run.as_deref() {
        return run(&MODELS[*number], *threads);
    }
    println!("machine: {}", machine());
    println!(
        "{}, medians of {ROUNDS} rounds; a prompt of {PROMPT} tokens, {TOKENS} tokens of text:",
        arguments.storage
    );
    println!();
    println!(
        "| model | file, MiB | threads | ready, s | prompt, tokens/s | text, tokens/s | layers \
         by TQ2_0: prompt | text | ratio: prompt | text | own memory, MiB | mapped, MiB |"
    );
    println!("|{}", " --- |".repeat(12));
    let chosen = |(_, model): &(usize, &Model)| model.name.contains(&arguments.model);
    for (number, model) in MODELS.iter().enumerate().filter(chosen) {
        let command = [
            "--import",
            &number.to_string(),
            "--storage",
            &arguments.storage,
        ];
        again(&command.map(str::to_owned))?;
        let size = fs::metadata(model.file())?.len() as f64 / f64::from(1 << 20);
        for &threads in &arguments.threads {
            let mut rounds = vec![Vec::new(); 7];
            let mut peer = Peer::start(Program::Ggml, threads, build())?;
            for _ in 0..ROUNDS {
                let command = ["--run", &number.to_string(), &threads.to_string()];
                let mut numbers = again(&command.map(str::to_owned))?;
                numbers.push(model.of_peer(&mut peer, PROMPT)?);
                numbers.push(model.of_peer(&mut peer, 1)?);
                for (round, number) in rounds.iter_mut().zip(numbers) {
                    round.push(number);
                }
            }
            let medians: Option<Vec<_>> = rounds.iter_mut().map(|round| median(round)).collect();
            let Some([ready, prompt, text, own, mapped, peer_prompt, peer_text]) =
                medians.as_deref()
            else {
                return Err("expected seven numbers".into());
            };
            println!(
                "| {} | {size:.0} | {threads} | {ready:.2} | {prompt:.0} | {text:.1} | \
                 {peer_prompt:.0} | {peer_text:.1} | {:.2} | {:.2} | {own:.0} | {mapped:.0} |",
                model.name,
                prompt / peer_prompt,
                text / peer_text,
            );
        }
    }
    Ok(())
}

/// The folder for files of the benchmark.
fn build() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

impl Model {
    fn file(&self) -> PathBuf {
        build().join(format!("{}.mlirbc", self.name))
    }

    /// The outputs and inputs of its layers, how many there are, and what of llama.cpp's is
    /// measured of each.
    fn layers(&self) -> Vec<(usize, [usize; 2], &'static str)> {
        let ternary = |(count, sizes)| (count, sizes, "TQ2_0");
        match &self.kind {
            &Kind::MatMulFree(Sizes {
                layers,
                vocabulary,
                width,
                intermediate,
            }) => {
                let layers = [
                    (4 * layers, [width, width]),
                    (layers, [2 * intermediate, width]),
                    (layers, [width, intermediate]),
                    (1, [vocabulary, width]),
                ];
                layers.map(ternary).to_vec()
            }
            Kind::BitNet(model) => {
                // The head in parts, of which copies for the measurement are smaller.
                let head = (HEADS, [model.vocabulary / HEADS, model.width], "F16");
                let layers = model.ternary_layers().map(ternary);
                layers.into_iter().chain([head]).collect()
            }
        }
    }

    /// Tokens a second that llama.cpp's kernels would give if there were nothing but the
    /// ternary layers: the sum of their times, each measured by itself, those of one row
    /// with weights that come from memory.
    fn of_peer(&self, peer: &mut Peer, rows: usize) -> Result<f64, Box<dyn Error>> {
        let mut seconds = 0.0;
        for (count, [outputs, inputs], form) in self.layers() {
            // The logits of a prompt are those of its last token.
            let rows = if form == "F16" { 1 } else { rows };
            let case = json!({
                "op": "linear",
                "form": form,
                "outputs": outputs,
                "inputs": inputs,
                "rows": rows,
                "cold": rows == 1,
            });
            let of_layer = peer.seconds(&case, TURN)?;
            seconds += count as f64 * of_layer.ok_or("expected a kernel of the peer's")?;
        }
        Ok(rows as f64 / seconds)
    }
}

fn import(model: &Model, storage: &str) -> Result<(), Box<dyn Error>> {
    let context = context::new();
    let mut module = match &model.kind {
        Kind::MatMulFree(sizes) => build_module(&context, sizes.model(Trits::Random))?,
        Kind::BitNet(sizes) => sizes.module(&context, PROMPT, Trits::Random)?,
    };
    if storage != TILED2 {
        registry::register_passes();
        let pass = format!("fidelity-pack-weights{{storage={storage}}}");
        module::run_passes(&context, &model.file(), &mut module, &pass)?;
    }
    Ok(fs::write(
        model.file(),
        module.as_operation().write_bytecode(),
    )?)
}

/// Reads a model, compiles it, and makes text. Prints the seconds until it is ready, the
/// tokens a second of the prompt and of the text, and the mebibytes of memory at the end.
fn run(model: &Model, threads: usize) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let context = context::new();
    let llvm = LlvmContext::create();
    let file = model.file();
    let module = module::read(&context, &file)?;
    let level = OptimizationLevel::Default;
    let target = CodeTarget {
        machine: &compile::machine(None, None, level)?,
        level,
        threads: u32::try_from(threads)?,
    };
    let functions = ["prefill", "decode"];
    let mut machine = Compiled::for_target(&context, &llvm, &file, module, &functions, target)?;
    print!("{} ", start.elapsed().as_secs_f64());
    let prompt: Vec<u32> = (0..PROMPT as u32).collect();
    match &model.kind {
        Kind::MatMulFree(_) => {
            // The first prompt reads the file.
            Session::begin(&mut machine, &prompt)?;
            let start = Instant::now();
            let (mut session, _) = Session::begin(&mut machine, &prompt)?;
            timed(start, |token| Ok(session.step(token as u32).map(drop)?))
        }
        Kind::BitNet(model) => {
            let (code, ..) = machine.into_parts();
            let mut caches = Caches::of(model);
            keep_freed_memory();
            caches.call(&code, "prefill", &prompt, 0)?;
            let start = Instant::now();
            caches.call(&code, "prefill", &prompt, 0)?;
            return_freed_memory();
            timed(start, |token| {
                caches.call(&code, "decode", &[token as u32], PROMPT + token)
            })
        }
    }
}

/// Prints the tokens a second of a prompt that began at `start` and of the steps after it,
/// and the mebibytes of memory at the end. The first step reads what it alone needs.
fn timed(
    start: Instant,
    mut step: impl FnMut(usize) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    print!("{} ", PROMPT as f64 / start.elapsed().as_secs_f64());
    step(0)?;
    let start = Instant::now();
    for token in 1..=TOKENS {
        step(token)?;
    }
    let resident = Resident::now();
    println!(
        "{} {} {}",
        TOKENS as f64 / start.elapsed().as_secs_f64(),
        resident.own,
        resident.of_files
    );
    Ok(())
}

/// What a transformer remembers: keys and values, which it changes where they lie.
struct Caches {
    sizes: [[usize; 3]; 2],
    bytes: Vec<ResourceBytes>,
}

impl Caches {
    fn of(model: &BitNet) -> Self {
        let sizes = model.caches();
        let zeros = |sizes: [usize; 3]| ResourceBytes::zeroed(4 * sizes.iter().product::<usize>());
        let bytes = (0..model.layers).flat_map(|_| sizes).map(zeros).collect();
        Self { sizes, bytes }
    }

    /// Calls a function with tokens of which the first has that position.
    fn call(
        &mut self,
        code: &Jit<'_>,
        name: &str,
        tokens: &[u32],
        position: usize,
    ) -> Result<(), Box<dyn Error>> {
        let bytes: Vec<u8> = tokens
            .iter()
            .flat_map(|token| token.to_ne_bytes())
            .collect();
        let bytes = ResourceBytes::from(&*bytes);
        let (shape, position) = ([tokens.len()], (position as u64).to_ne_bytes());
        let mut arguments = vec![
            Argument::Tensor {
                shape: &shape,
                element_size: 4,
                bytes: &bytes,
            },
            Argument::Scalar(&position),
        ];
        for (cache, shape) in self.bytes.iter_mut().zip(self.sizes.iter().cycle()) {
            arguments.push(Argument::InOut {
                shape,
                element_size: 4,
                bytes: cache,
            });
        }
        Ok(code.call(name, arguments).map(drop)?)
    }
}
