//! Ternary layers beside llama.cpp's and XLA's, in one run: f32 in, f32 out, the
//! quantisation of activations to int8 included where it is not said otherwise.
//!
//! Weights are hot, one matrix again and again, or for few rows also cold: many
//! copies in turn, as the layers of a model come.

use benchmarks::{
    Shape, again_with_kept_memory, limits, ours,
    peers::{Peer, Program},
    rounds::{Contender, Patience, least, microseconds, ratio, turn},
};
use clap::Parser;
use fidelity_dialect::Storage;
use fidelity_tools::context;
use inkwell::context::Context as LlvmContext;
use ods_bridge::{Argument, Jit, JitValue, ResourceBytes};
use serde_json::{Value, json};
use std::{cell::RefCell, error::Error, path::Path};

/// As peers/reference.py has them.
const COLD_BYTES: usize = 600_000_000;
const SCALE: f32 = 0.02;
/// Of the error against a sum without quantisation, in sizes of the result.
const TOLERANCE: f64 = 0.05;

const GGML: [&str; 4] = ["TQ2_0", "TQ1_0", "Q4_0", "F16"];
const XLA: [&str; 3] = ["int8", "int8, quantising", "f32"];

/// What is timed.
#[derive(Clone, Copy, Debug)]
struct Work {
    shape: Shape,
    rows: usize,
    /// Whether the weights come from memory.
    cold: bool,
    threads: usize,
}

/// Ternary layers beside llama.cpp's and XLA's.
#[derive(Parser)]
struct Arguments {
    /// Shapes, OUTPUTSxINPUTS
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "2560x2560,6912x2560,2560x6912,4096x4096,14336x4096"
    )]
    shape: Vec<Shape>,
    /// Rows of activations
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 128, 512])]
    rows: Vec<usize>,
    /// Threads
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2])]
    threads: Vec<usize>,
    /// Up to how many rows weights are cold too
    #[arg(long, value_name = "ROWS", default_value_t = 1)]
    cold: usize,
    #[command(flatten)]
    patience: Patience,
    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    if let Some(status) = again_with_kept_memory()? {
        std::process::exit(status.code().unwrap_or(1));
    }
    limits::print(&arguments.threads)?;
    for &threads in &arguments.threads {
        table(&arguments, threads)?;
    }
    Ok(())
}

/// Prints the times of all layers.
fn table(arguments: &Arguments, threads: usize) -> Result<(), Box<dyn Error>> {
    let build = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let ggml = RefCell::new(Peer::start(Program::Ggml, threads, build)?);
    let xla = RefCell::new(Peer::start(Program::Xla, threads, build)?);
    println!(
        "µs a layer, {threads} threads, medians of up to {} rounds:",
        arguments.patience.repeats
    );
    println!();
    let ours = ours::STORAGES.map(|storage| storage.to_string());
    let columns: Vec<String> = (["outputs x inputs", "rows", "weights"].map(str::to_owned))
        .into_iter()
        .chain(ours)
        .chain(GGML.map(|form| format!("ggml {form}")))
        .chain(XLA.map(|form| format!("XLA {form}")))
        .chain(["TQ2_0 / ours", "best peer / ours"].map(str::to_owned))
        .collect();
    println!("| {} |", columns.join(" | "));
    println!("|{}", " --- |".repeat(columns.len()));
    for &shape in &arguments.shape {
        for &rows in &arguments.rows {
            let temperatures: &[bool] = match rows <= arguments.cold {
                true => &[false, true],
                false => &[false],
            };
            for &cold in temperatures {
                let work = Work {
                    shape,
                    rows,
                    cold,
                    threads,
                };
                let times = times(arguments.patience, work, &ggml, &xla)?;
                let (ours, peers) = times.split_at(ours::STORAGES.len());
                let best = least(ours);
                let cells: Vec<String> = times.iter().copied().map(microseconds).collect();
                println!(
                    "| {}x{} | {rows} | {} | {} | {} | {} |",
                    shape.outputs,
                    shape.inputs,
                    if cold { "cold" } else { "hot" },
                    cells.join(" | "),
                    ratio(peers[0], best),
                    ratio(least(peers), best)
                );
            }
        }
        ggml.borrow_mut().forget()?;
        xla.borrow_mut().forget()?;
    }
    println!();
    Ok(())
}

/// The seconds of a layer: ours, ggml's, XLA's.
fn times(
    patience: Patience,
    work: Work,
    ggml: &RefCell<Peer>,
    xla: &RefCell<Peer>,
) -> Result<Vec<Option<f64>>, Box<dyn Error>> {
    let context = context::new();
    let llvm = LlvmContext::create();
    let mut layers = Vec::new();
    for storage in ours::STORAGES {
        let text = function(storage, work.shape, work.rows);
        let code = ours::compile(&context, &llvm, &text, "layer", work.threads)?;
        layers.push(Layer::new(code, storage, work)?);
    }
    let mut contenders: Vec<Contender<'_>> = Vec::new();
    for layer in &layers {
        contenders.push(Box::new(|at_least| {
            turn(at_least, layer.copies, |copy| layer.call(copy).map(drop)).map(Some)
        }));
    }
    for (peer, forms) in [(ggml, &GGML[..]), (xla, &XLA)] {
        for form in forms {
            let case = work.case(form);
            contenders.push(Box::new(move |at_least| {
                peer.borrow_mut().seconds(&case, at_least)
            }));
        }
    }
    patience.medians(&mut contenders)
}

impl Work {
    /// What a peer is told.
    fn case(self, form: &str) -> Value {
        json!({
            "op": "linear",
            "form": form,
            "outputs": self.shape.outputs,
            "inputs": self.shape.inputs,
            "rows": self.rows,
            "cold": self.cold,
        })
    }
}

/// A layer as the models have it after its norm.
fn function(storage: Storage, shape: Shape, rows: usize) -> String {
    let Shape { outputs, inputs } = shape;
    let (x, w) = (
        format!("tensor<{rows}x{inputs}xf32>"),
        ours::matrix_type(storage, outputs, inputs),
    );
    let (q, scale) = (
        format!("tensor<{rows}x{inputs}xi8>"),
        format!("tensor<{rows}x1xf32>"),
    );
    let y = format!("tensor<{rows}x{outputs}xf32>");
    format!(
        "func.func @layer(%x: {x}, %w: {w}, %s: tensor<f32>) -> {y} {{
  %q, %inverse = fidelity.quantize_activations %x : ({x}) -> ({q}, {scale})
  %sum = fidelity.ternary_linear %q, %w scale %s : ({q}, {w}, tensor<f32>) -> {y}
  %y = fidelity.multiply %sum, %inverse : ({y}, {scale}) -> {y}
  return %y : {y}
}}
"
    )
}

/// A compiled layer and what it is called with.
struct Layer<'c> {
    code: Jit<'c>,
    activations: Vec<u8>,
    activations_shape: [usize; 2],
    /// All copies of the weights, each aligned as a large constant is.
    weights: ResourceBytes,
    weights_shape: [usize; 2],
    /// From one copy to the next.
    stride: usize,
    copies: usize,
}

impl<'c> Layer<'c> {
    fn new(code: Jit<'c>, storage: Storage, work: Work) -> Result<Self, Box<dyn Error>> {
        let Work {
            shape, rows, cold, ..
        } = work;
        let Shape { outputs, inputs } = shape;
        let mut next = random();
        let trits: Vec<i8> = (0..outputs * inputs)
            .map(|_| (next() % 3) as i8 - 1)
            .collect();
        let values: Vec<f32> = (0..rows * inputs)
            .map(|_| next() as f32 / (1_u64 << 52) as f32 - 1.0)
            .collect();
        let bytes = storage.pack(&trits, inputs);
        let stride = bytes.len().next_multiple_of(64);
        let copies = match cold {
            true => COLD_BYTES.div_ceil(bytes.len()),
            false => 1,
        };
        let mut weights = ResourceBytes::zeroed(stride * copies);
        for copy in weights.chunks_exact_mut(stride) {
            copy[..bytes.len()].copy_from_slice(&bytes);
        }
        let layer = Self {
            code,
            activations: values
                .iter()
                .flat_map(|value| value.to_ne_bytes())
                .collect(),
            activations_shape: [rows, inputs],
            weights,
            weights_shape: [outputs, bytes.len() / outputs],
            stride,
            copies,
        };
        layer.check(&values, &trits)?;
        Ok(layer)
    }

    fn call(&self, copy: usize) -> Result<Vec<JitValue>, Box<dyn Error>> {
        let length = self.weights_shape.iter().product::<usize>();
        let start = copy * self.stride;
        let scale = SCALE.to_ne_bytes();
        let arguments = [
            Argument::Tensor {
                shape: &self.activations_shape,
                element_size: 4,
                bytes: &self.activations,
            },
            Argument::Tensor {
                shape: &self.weights_shape,
                element_size: 1,
                bytes: &self.weights[start..start + length],
            },
            Argument::Tensor {
                shape: &[],
                element_size: 4,
                bytes: &scale,
            },
        ];
        Ok(self.code.call("layer", arguments)?)
    }

    /// Whether some of the outputs are what they have to be, so that a wrong layer is
    /// not timed.
    fn check(&self, values: &[f32], trits: &[i8]) -> Result<(), Box<dyn Error>> {
        let results = self.call(0)?;
        let [JitValue::Buffer(result)] = &results[..] else {
            return Err("expected a tensor of a layer".into());
        };
        let [rows, inputs] = self.activations_shape;
        let outputs = self.weights_shape[0];
        let (actual, _) = result.bytes().as_chunks::<4>();
        let (mut error, mut size) = (0.0_f64, 0.0_f64);
        let mut checked = 0;
        for row in (0..rows).step_by(rows.div_ceil(4)) {
            for output in (0..outputs).step_by(outputs.div_ceil(32)) {
                let x = &values[row * inputs..][..inputs];
                let w = &trits[output * inputs..][..inputs];
                let products = (x.iter().zip(w)).map(|(x, w)| f64::from(*x) * f64::from(*w));
                let expected = products.sum::<f64>() * f64::from(SCALE);
                let actual = f64::from(f32::from_ne_bytes(actual[row * outputs + output]));
                error = error.max((actual - expected).abs());
                size += expected * expected;
                checked += 1;
            }
        }
        let error = error / (size / f64::from(checked)).sqrt();
        match error <= TOLERANCE {
            true => Ok(()),
            false => {
                Err(format!("expected the layer's result, but got an error of {error}").into())
            }
        }
    }
}

/// Numbers below 2^53 (xorshift64, Marsaglia, 2003).
fn random() -> impl FnMut() -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    }
}
