//! `fidelity generate`: a prompt and what a model makes of it.

use super::{Machine, Sampler, Session, Vocabulary};
use crate::{
    compile::{self, CodeTarget},
    context, module,
    progress::Stages,
    run::Compiled,
};
use fidelity_reference::{ElementType, Tensor, npy};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use melior::ir::{Module, attribute::IntegerAttribute, operation::OperationLike};
use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    time::{Duration, Instant},
};

/// Writes text that continues a prompt, as it is made.
#[derive(clap::Args, Debug)]
pub struct Generate {
    /// The model, as `fidelity import` wrote it.
    model: PathBuf,
    /// The text to continue.
    #[arg(long, required_unless_present = "prompt_tokens")]
    prompt: Option<String>,
    /// The tokens to continue, an int32 .npy file.
    #[arg(long, value_name = "FILE", conflicts_with = "prompt")]
    prompt_tokens: Option<PathBuf>,
    /// How many tokens to make at most.
    #[arg(long, value_name = "N", default_value_t = 256)]
    max_tokens: usize,
    /// 0 for the likeliest token always, more for more variety.
    #[arg(long, value_name = "T", default_value_t = 0.0, value_parser = temperature)]
    temperature: f64,
    /// The seed of the choices at a temperature above 0.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// A Hugging Face tokenizer.json; without one tokens are bytes, or numbers
    /// when the prompt is given as tokens of another vocabulary.
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Writes the tokens that were made to an int32 .npy file.
    #[arg(long, value_name = "FILE")]
    output_tokens: Option<PathBuf>,
    /// How many threads share the kernel of a large layer.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = compile::threads())]
    threads: u32,
    /// Says on stderr how fast it went and how much memory it took.
    #[arg(long)]
    stats: bool,
}

fn temperature(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if f64::is_finite(value) && value >= 0.0 => Ok(value),
        _ => Err("expected a number that is not negative".into()),
    }
}

/// What a model says of itself in its module's attributes.
struct Description {
    /// The number of tokens it knows.
    vocabulary: usize,
    /// The token that ends a text.
    end: Option<u32>,
}

impl Description {
    fn of(module: &Module<'_>) -> Result<Self, String> {
        let number = |name: &str| {
            let attribute = module.as_operation().attribute(name).ok()?;
            u32::try_from(IntegerAttribute::try_from(attribute).ok()?.value()).ok()
        };
        let vocabulary = number("fidelity.vocab_size").ok_or(
            "expected a module with the attribute fidelity.vocab_size, \
             as `fidelity import` writes it, but got one without",
        )?;
        Ok(Self {
            vocabulary: vocabulary as usize,
            end: number("fidelity.eos_token_id"),
        })
    }
}

impl Generate {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// One line that says what is wrong with the prompt, a file or the model.
    pub fn run(&self) -> Result<(), String> {
        let stages = Stages::new();
        stages.begin("reading");
        let context = context::new();
        let module = module::read(&context, &self.model)?;
        let description = Description::of(&module)
            .map_err(|error| format!("{}: {error}", self.model.display()))?;
        stages.begin("compiling");
        let llvm = LlvmContext::create();
        let level = OptimizationLevel::Default;
        let target = CodeTarget {
            machine: &compile::machine(None, None, level)?,
            level,
            threads: self.threads,
        };
        let names = ["prefill", "decode"];
        let machine = Compiled::for_target(&context, &llvm, &self.model, module, &names, target)?;
        drop(stages);
        self.write(machine, &description)
    }

    fn write(&self, machine: impl Machine, description: &Description) -> Result<(), String> {
        let vocabulary = Vocabulary::new(
            description.vocabulary,
            self.tokenizer.as_deref(),
            self.prompt.is_some(),
        )?;
        let mut tokens = self.prompt_tokens(&vocabulary, description.vocabulary)?;
        let prompt = tokens.len();
        let mut out = io::stdout().lock();
        let mut shown = 0;
        let mut show = |tokens: &[u32], out: &mut io::StdoutLock<'_>| {
            let new = vocabulary.decode_new(tokens, &mut shown);
            out.write_all(&new)
                .and_then(|()| out.flush())
                .map_err(|error| format!("cannot write the text: {error}"))
        };
        show(&tokens, &mut out)?;

        let start = Instant::now();
        let (mut session, mut logits) = Session::begin(machine, &tokens)?;
        let prefill = start.elapsed();
        let mut sampler = Sampler::new(self.temperature, self.seed);
        let start = Instant::now();
        for index in 0..self.max_tokens {
            let token = sampler
                .choose(&logits)
                .and_then(|token| u32::try_from(token).ok())
                .ok_or("expected logits that are numbers, but got NaN or none")?;
            if Some(token) == description.end {
                break;
            }
            tokens.push(token);
            show(&tokens, &mut out)?;
            // The last token's logits are of no use.
            if index + 1 < self.max_tokens {
                logits = session.step(token)?;
            }
        }
        let decode = start.elapsed();
        writeln!(out).map_err(|error| format!("cannot write the text: {error}"))?;
        if let Some(path) = &self.output_tokens {
            let made = tokens[prompt..]
                .iter()
                .map(|&token| i64::from(token))
                .collect();
            let made = Tensor::from_integers(ElementType::I32, vec![tokens.len() - prompt], made)
                .map_err(|error| error.to_string())?;
            npy::write(path, &made).map_err(|error| error.to_string())?;
        }
        if self.stats {
            eprintln!(
                "prompt: {prompt} tokens, {}; text: {} tokens, {}; {}",
                rate(prompt, prefill),
                tokens.len() - prompt,
                rate((tokens.len() - prompt).saturating_sub(1), decode),
                peak_memory()
            );
        }
        Ok(())
    }

    fn prompt_tokens(&self, vocabulary: &Vocabulary, size: usize) -> Result<Vec<u32>, String> {
        let Some(path) = &self.prompt_tokens else {
            return vocabulary.encode(self.prompt.as_deref().unwrap_or_default());
        };
        let tensor = npy::read(path).map_err(|error| error.to_string())?;
        let tokens = match tensor.integers() {
            Some(tokens) if tensor.rank() == 1 => tokens,
            _ => {
                return Err(format!(
                    "{}: expected integers of one dimension, but got {tensor}",
                    path.display()
                ));
            }
        };
        tokens
            .iter()
            .map(|&token| {
                u32::try_from(token)
                    .ok()
                    .filter(|&token| (token as usize) < size)
                    .ok_or_else(|| {
                        format!(
                            "{}: expected tokens from 0 to {}, but got {token}",
                            path.display(),
                            size.saturating_sub(1)
                        )
                    })
            })
            .collect()
    }
}

fn rate(tokens: usize, time: Duration) -> String {
    format!(
        "{:.0} tokens/s",
        tokens as f64 / time.as_secs_f64().max(1e-9)
    )
}

/// The most memory that this process has held, where the system says it.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok());
    match kilobytes {
        Some(kilobytes) => format!("peak memory {:.0} MiB", kilobytes / 1024.0),
        None => "peak memory unknown".into(),
    }
}
