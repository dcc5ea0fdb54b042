//! Ops on sequences beside llama.cpp's and XLA's, in one run, in f32, with a state
//! before the first step.
//!
//! What differs is the decay of the attentions and of RWKV: ours and XLA's take its
//! logarithm and ggml's the decay itself, but for the gated DeltaNet.

use benchmarks::{
    again_with_kept_memory, limits, ours,
    peers::{Peer, Program},
    rounds::{Contender, Patience, least, microseconds, ratio, turn},
};
use clap::Parser;
use fidelity_dialect::interpreter;
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{context, module};
use inkwell::context::Context as LlvmContext;
use melior::Context;
use ods_bridge::{Argument, Jit, JitValue, ResourceBytes};
use serde_json::{Value, json};
use std::{cell::RefCell, error::Error, path::Path};

/// A loop over time, and what is not one: chunks or a parallel scan.
const XLA: [&str; 2] = ["loop", "parallel"];
/// Of a sequence whose result is compared with the reference interpreter's.
const CHECKED_STEPS: usize = 7;
const TOLERANCE: f64 = 1e-3;

/// Ops on sequences beside llama.cpp's and XLA's.
#[derive(Parser)]
struct Arguments {
    /// Ops; all when there is none
    #[arg(long, value_delimiter = ',')]
    op: Vec<String>,
    /// Lengths of sequences
    #[arg(long, value_delimiter = ',', default_values_t = [1, 512, 2048, 16384])]
    steps: Vec<usize>,
    /// Threads
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2])]
    threads: Vec<usize>,
    #[command(flatten)]
    patience: Patience,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// An op of given sizes, and how the peers call both.
struct Op {
    name: &'static str,
    shape: Value,
    /// The op on operands %name, without their types.
    text: &'static str,
    /// The operand that the output has the type of.
    like: &'static str,
    operands: fn(&Value, usize) -> Vec<Operand>,
}

/// An operand, of numbers between two.
struct Operand {
    name: &'static str,
    shape: Vec<usize>,
    least: f64,
    most: f64,
}

fn operand(name: &'static str, shape: &[usize], least: f64, most: f64) -> Operand {
    Operand {
        name,
        shape: shape.to_vec(),
        least,
        most,
    }
}

fn size(shape: &Value, name: &str) -> usize {
    shape[name].as_u64().unwrap_or_default() as usize
}

fn mamba(shape: &Value, steps: usize) -> Vec<Operand> {
    let (d, n) = (size(shape, "channels"), size(shape, "states"));
    vec![
        operand("x", &[1, steps, d], -1.0, 1.0),
        operand("a", &[d, n], -1.0, 0.0),
        operand("b", &[1, steps, n], -1.0, 1.0),
        operand("c", &[1, steps, n], -1.0, 1.0),
        operand("dt", &[1, steps, d], -1.0, 1.0),
        operand("state", &[1, d, n], -1.0, 1.0),
    ]
}

fn ssd(shape: &Value, steps: usize) -> Vec<Operand> {
    let (h, p, n) = (
        size(shape, "heads"),
        size(shape, "size"),
        size(shape, "states"),
    );
    vec![
        operand("x", &[1, steps, h, p], -1.0, 1.0),
        operand("dt", &[1, steps, h], -1.0, 1.0),
        operand("a", &[h], -1.0, 0.0),
        operand("b", &[1, steps, 1, n], -1.0, 1.0),
        operand("c", &[1, steps, 1, n], -1.0, 1.0),
        operand("state", &[1, h, p, n], -1.0, 1.0),
    ]
}

fn mlgru(shape: &Value, steps: usize) -> Vec<Operand> {
    let d = size(shape, "channels");
    vec![
        operand("f", &[steps, d], -1.0, 1.0),
        operand("c", &[steps, d], -1.0, 1.0),
        operand("state", &[d], -1.0, 1.0),
    ]
}

/// Query, key and value; keys have about the length of 1.
fn attention(shape: &Value, steps: usize) -> [Operand; 3] {
    let (h, d) = (size(shape, "heads"), size(shape, "size"));
    let key = (3.0 / d as f64).sqrt();
    [
        operand("q", &[1, h, steps, d], -1.0, 1.0),
        operand("k", &[1, h, steps, d], -key, key),
        operand("v", &[1, h, steps, d], -1.0, 1.0),
    ]
}

fn state(shape: &Value) -> Operand {
    let (h, d) = (size(shape, "heads"), size(shape, "size"));
    operand("state", &[1, h, d, d], -1.0, 1.0)
}

fn gla(shape: &Value, steps: usize) -> Vec<Operand> {
    let [q, k, v] = attention(shape, steps);
    let g = operand("g", &q.shape, -0.11, -0.01);
    vec![q, k, v, g, state(shape)]
}

fn gated_delta(shape: &Value, steps: usize) -> Vec<Operand> {
    let [q, k, v] = attention(shape, steps);
    let g = operand("g", &q.shape[..3], -0.11, -0.01);
    let beta = operand("beta", &q.shape[..3], 0.0, 1.0);
    vec![q, k, v, g, beta, state(shape)]
}

fn rwkv6(shape: &Value, steps: usize) -> Vec<Operand> {
    let [q, k, v] = attention(shape, steps);
    let g = operand("g", &q.shape, -0.11, -0.01);
    let u = operand("u", &[size(shape, "heads"), size(shape, "size")], -1.0, 1.0);
    vec![q, g, k, v, u, state(shape)]
}

fn rwkv7(shape: &Value, steps: usize) -> Vec<Operand> {
    let [q, k, v] = attention(shape, steps);
    let g = operand("g", &q.shape, -0.11, -0.01);
    let a = operand("a", &k.shape, k.least, k.most);
    let b = operand("b", &k.shape, k.least / 2.0, k.most / 2.0);
    vec![q, g, k, v, a, b, state(shape)]
}

fn ops() -> Vec<Op> {
    let mamba = |channels: usize| Op {
        name: "mamba",
        shape: json!({"channels": channels, "states": 16}),
        text: "ssm.scan %x, %a, %b, %c delta %dt state %state {delta_softplus}",
        like: "x",
        operands: mamba,
    };
    let gla = |size: usize| Op {
        name: "gla",
        shape: json!({"heads": 16, "size": size}),
        text: "linear_attention %q, %k, %v decay %g state %state update_rule(gated)",
        like: "v",
        operands: gla,
    };
    vec![
        mamba(1536),
        mamba(5120),
        Op {
            name: "ssd",
            shape: json!({"heads": 48, "size": 64, "states": 128}),
            text: "ssm.ssd %x, %dt, %a, %b, %c state %state {delta_softplus}",
            like: "x",
            operands: ssd,
        },
        gla(64),
        gla(128),
        Op {
            name: "gated_delta",
            shape: json!({"heads": 32, "size": 128}),
            text: "linear_attention %q, %k, %v decay %g beta %beta state %state \
                   update_rule(gated_delta)",
            like: "v",
            operands: gated_delta,
        },
        Op {
            name: "rwkv6",
            shape: json!({"heads": 32, "size": 64}),
            text: "rwkv %q, %g, %k, %v bonus %u state %state version(v6)",
            like: "v",
            operands: rwkv6,
        },
        Op {
            name: "rwkv7",
            shape: json!({"heads": 32, "size": 64}),
            text: "rwkv %q, %g, %k, %v erase %a, %b state %state version(v7)",
            like: "v",
            operands: rwkv7,
        },
        Op {
            name: "mlgru",
            shape: json!({"channels": 2048}),
            text: "mlgru %f, %c state %state",
            like: "f",
            operands: mlgru,
        },
    ]
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if let Some(status) = again_with_kept_memory()? {
        std::process::exit(status.code().unwrap_or(1));
    }
    let mut ops = ops();
    if let Some(unknown) = (arguments.op.iter()).find(|name| ops.iter().all(|op| op.name != **name))
    {
        let names: Vec<&str> = ops.iter().map(|op| op.name).collect();
        return Err(format!("expected one of {}, but got {unknown}", names.join(", ")).into());
    }
    ops.retain(|op| arguments.op.is_empty() || arguments.op.iter().any(|name| name == op.name));
    limits::print(&arguments.threads)?;
    for op in &ops {
        check(op)?;
    }
    for &threads in &arguments.threads {
        table(&arguments, &ops, threads)?;
    }
    Ok(())
}

/// Prints the times of ops.
fn table(arguments: &Arguments, ops: &[Op], threads: usize) -> Result<(), Box<dyn Error>> {
    let build = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let ggml = RefCell::new(Peer::start(Program::Ggml, threads, build)?);
    let xla = RefCell::new(Peer::start(Program::Xla, threads, build)?);
    println!(
        "µs a sequence, {threads} threads, medians of up to {} rounds:",
        arguments.patience.repeats
    );
    println!();
    println!(
        "| op | T | Fidelity | ggml | XLA loop | XLA parallel | ns a token | ggml / ours | best XLA / ours |"
    );
    println!("|{}", " --- |".repeat(9));
    for op in ops {
        for &steps in &arguments.steps {
            let times = times(arguments.patience, op, steps, threads, &ggml, &xla)?;
            let cells: Vec<String> = times.iter().copied().map(microseconds).collect();
            println!(
                "| {} {} | {steps} | {} | {:.0} | {} | {} |",
                op.name,
                sizes(&op.shape),
                cells.join(" | "),
                times[0].unwrap_or_default() * 1e9 / steps as f64,
                ratio(times[1], times[0]),
                ratio(least(&times[2..]), times[0])
            );
            ggml.borrow_mut().forget()?;
            xla.borrow_mut().forget()?;
        }
    }
    println!();
    Ok(())
}

/// `channels 1536, states 16`.
fn sizes(shape: &Value) -> String {
    let sizes = shape.as_object().into_iter().flatten();
    let sizes: Vec<String> = sizes.map(|(name, size)| format!("{name} {size}")).collect();
    sizes.join(", ")
}

/// The seconds of an op: ours, ggml's, XLA's.
fn times(
    patience: Patience,
    op: &Op,
    steps: usize,
    threads: usize,
    ggml: &RefCell<Peer>,
    xla: &RefCell<Peer>,
) -> Result<Vec<Option<f64>>, Box<dyn Error>> {
    let context = context::new();
    let llvm = LlvmContext::create();
    let code = ours::compile(&context, &llvm, &op.function(steps), "sequence", threads)?;
    let operands = (op.operands)(&op.shape, steps);
    let mut bytes: Vec<ResourceBytes> = operands.iter().map(Operand::bytes).collect();
    let mut contenders: Vec<Contender<'_>> = vec![Box::new(|at_least| {
        turn(at_least, 1, |_| {
            call(&code, &operands, &mut bytes).map(drop)
        })
        .map(Some)
    })];
    let forms = [(ggml, "")].into_iter().chain(XLA.map(|form| (xla, form)));
    for (peer, form) in forms {
        let case = json!({"op": op.name, "shape": op.shape, "steps": steps, "form": form});
        contenders.push(Box::new(move |at_least| {
            peer.borrow_mut().seconds(&case, at_least)
        }));
    }
    patience.medians(&mut contenders)
}

fn call(
    code: &Jit<'_>,
    operands: &[Operand],
    bytes: &mut [ResourceBytes],
) -> Result<Vec<JitValue>, Box<dyn Error>> {
    let arguments = operands.iter().zip(bytes);
    let arguments = arguments.map(|(operand, bytes)| Argument::InOut {
        shape: &operand.shape,
        element_size: 4,
        bytes,
    });
    Ok(code.call("sequence", arguments)?)
}

/// Whether a short sequence gives what the reference interpreter gives, so that a
/// wrong op is not timed.
fn check(op: &Op) -> Result<(), Box<dyn Error>> {
    let context: Context = context::new();
    let llvm = LlvmContext::create();
    let text = op.function(CHECKED_STEPS);
    let operands = (op.operands)(&op.shape, CHECKED_STEPS);
    let mut bytes: Vec<ResourceBytes> = operands.iter().map(Operand::bytes).collect();
    let inputs = (operands.iter().zip(&bytes))
        .map(|(operand, bytes)| Tensor::from_bytes(ElementType::F32, operand.shape.clone(), bytes))
        .collect::<Result<Vec<_>, _>>()?;
    let module = module::parse(&context, Path::new("benchmark"), text.as_bytes())?;
    let expected = interpreter::evaluate(&module, "sequence", inputs)?;
    let code = ours::compile(&context, &llvm, &text, "sequence", 1)?;
    for (actual, expected) in call(&code, &operands, &mut bytes)?.iter().zip(expected) {
        let JitValue::Buffer(actual) = actual else {
            return Err("expected tensors of an op".into());
        };
        let actual = Tensor::from_bytes(ElementType::F32, actual.shape(), actual.bytes())?;
        let (actual, expected) = (actual.to_f64s(), expected.to_f64s());
        let squares: f64 = expected.iter().map(|value| value * value).sum();
        let size = (squares / expected.len() as f64).sqrt();
        let errors = (actual.iter().zip(&expected)).map(|(a, b)| (a - b).abs() / size);
        let error = errors.fold(0.0, f64::max);
        if error > TOLERANCE || error.is_nan() {
            return Err(format!(
                "expected the result of {}, but got an error of {error}",
                op.name
            )
            .into());
        }
    }
    Ok(())
}

impl Op {
    fn function(&self, steps: usize) -> String {
        let operands = (self.operands)(&self.shape, steps);
        // A step changes its state where it lies.
        let place = |operand: &Operand| match operand.name == "state" && steps == 1 {
            true => " {fidelity.aliasing_output = 1}",
            false => "",
        };
        let argument = |it: &Operand| format!("%{}: {}{}", it.name, it.r#type(), place(it));
        let arguments: Vec<String> = operands.iter().map(argument).collect();
        let types: Vec<String> = operands.iter().map(Operand::r#type).collect();
        let of = |name: &str| {
            let operand = operands.iter().find(|operand| operand.name == name);
            operand.map(Operand::r#type).unwrap_or_default()
        };
        let results = format!("({}, {})", of(self.like), of("state"));
        format!(
            "func.func @sequence({}) -> {results} {{
  %y, %last = fidelity.{} : ({}) -> {results}
  return %y, %last : {}, {}
}}
",
            arguments.join(", "),
            self.text,
            types.join(", "),
            of(self.like),
            of("state")
        )
    }
}

impl Operand {
    fn r#type(&self) -> String {
        let sizes: String = self.shape.iter().map(|size| format!("{size}x")).collect();
        format!("tensor<{sizes}f32>")
    }

    fn bytes(&self) -> ResourceBytes {
        let mut bytes = ResourceBytes::zeroed(4 * self.shape.iter().product::<usize>());
        // xorshift64 (Marsaglia, 2003), from where the name says.
        let mut state = self
            .name
            .bytes()
            .fold(0x9e37_79b9_7f4a_7c15_u64, |state, byte| {
                (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        for value in bytes.as_chunks_mut::<4>().0 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let part = (state >> 11) as f64 / (1_u64 << 53) as f64;
            *value = ((self.least + part * (self.most - self.least)) as f32).to_ne_bytes();
        }
        bytes
    }
}
