//! Ternary layers by what they take: 8-bit integers under a scale of the tensor, of each
//! row and of groups of it, and floats. f32, or the type of the activations, in and out, the
//! quantisation of activations to int8 included. All take turns in one run.

use benchmarks::{
    Shape, again_with_kept_memory, limits, ours, processor_seconds,
    rounds::{Contender, Patience, microseconds, ratio},
};
use clap::Parser;
use fidelity_dialect::Storage;
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::context;
use inkwell::context::Context as LlvmContext;
use melior::Context;
use ods_bridge::{Argument, Jit, JitValue, ResourceBytes};
use std::error::Error;

/// As in `linear`.
const COLD_BYTES: usize = 600_000_000;
const SCALE: f64 = 0.02;
/// Of the error against a sum without quantisation, in sizes of the result.
const TOLERANCE: f64 = 0.05;

/// What shares a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shared {
    Tensor,
    Row,
    Group(usize),
}

/// A way to have a layer.
#[derive(Clone, Copy, Debug)]
struct Form {
    name: &'static str,
    storage: Storage,
    /// The element type of x and of the result.
    float: ElementType,
    quantised: bool,
    shared: Shared,
    scale: ElementType,
}

const fn integers(name: &'static str, shared: Shared, scale: ElementType) -> Form {
    Form {
        name,
        storage: Storage::Tiled2,
        float: ElementType::F32,
        quantised: true,
        shared,
        scale,
    }
}

const fn floats(name: &'static str, float: ElementType) -> Form {
    Form {
        name,
        storage: Storage::Tiled2,
        float,
        quantised: false,
        shared: Shared::Tensor,
        scale: ElementType::F32,
    }
}

const GROUP: Shared = Shared::Group(128);
/// The second one is what the other scales are compared with, and the last two are loops.
const FORMS: [Form; 10] = [
    integers("i8", Shared::Tensor, ElementType::F32),
    integers("i8, rows", Shared::Row, ElementType::F32),
    integers("i8, 256 in f16", Shared::Group(256), ElementType::F16),
    integers("i8, 128 in f16", GROUP, ElementType::F16),
    integers("i8, 128 in f32", GROUP, ElementType::F32),
    floats("f32", ElementType::F32),
    floats("bf16", ElementType::BF16),
    floats("f16", ElementType::F16),
    Form {
        storage: Storage::Packed2,
        ..integers("i8, 128, loops", GROUP, ElementType::F16)
    },
    Form {
        storage: Storage::Packed2,
        ..floats("f32, loops", ElementType::F32)
    },
];

/// Ternary layers by what they take.
#[derive(Parser)]
struct Arguments {
    /// Shapes, OUTPUTSxINPUTS, inputs a multiple of 256
    #[arg(long, value_delimiter = ',', default_value = "2560x2560,6912x2560")]
    shape: Vec<Shape>,
    /// Rows of activations
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 128])]
    rows: Vec<usize>,
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
    limits::print(&[1])?;
    println!("µs of a processor for a layer, one thread:");
    println!();
    let names: Vec<_> = FORMS.iter().map(|form| form.name).collect();
    println!(
        "| outputs x inputs | rows | weights | {} | 128 in f16 / rows | loops / f32 |",
        names.join(" | ")
    );
    println!("|{}", " --- |".repeat(5 + FORMS.len()));
    for &shape in &arguments.shape {
        for &rows in &arguments.rows {
            for cold in [false, true] {
                if !cold || rows <= arguments.cold {
                    row(arguments.patience, shape, rows, cold)?;
                }
            }
        }
    }
    Ok(())
}

/// Prints the times of a layer in all forms.
fn row(patience: Patience, shape: Shape, rows: usize, cold: bool) -> Result<(), Box<dyn Error>> {
    let context = context::new();
    let llvm = LlvmContext::create();
    let layers = FORMS
        .iter()
        .map(|&form| Layer::new(&context, &llvm, form, shape, rows, cold))
        .collect::<Result<Vec<_>, _>>()?;
    let mut contenders: Vec<Contender<'_>> = Vec::new();
    for layer in &layers {
        contenders.push(Box::new(|at_least| layer.seconds(at_least).map(Some)));
    }
    let times = patience.medians(&mut contenders)?;
    let cells: Vec<String> = times.iter().copied().map(microseconds).collect();
    println!(
        "| {}x{} | {rows} | {} | {} | {} | {} |",
        shape.outputs,
        shape.inputs,
        if cold { "cold" } else { "hot" },
        cells.join(" | "),
        ratio(times[3], times[1]),
        ratio(times[9], times[5]),
    );
    Ok(())
}

impl Form {
    fn scale_shape(self, shape: Shape) -> Vec<usize> {
        match self.shared {
            Shared::Tensor => vec![],
            Shared::Row => vec![shape.outputs],
            Shared::Group(inputs) => vec![shape.outputs, shape.inputs / inputs],
        }
    }

    fn function(self, shape: Shape, rows: usize) -> String {
        let Shape { outputs, inputs } = shape;
        let of_scale: Vec<_> = (self.scale_shape(shape).iter())
            .map(|size| format!("{size}x"))
            .collect();
        let w = ours::matrix_type(self.storage, outputs, inputs);
        let s = format!("tensor<{}{}>", of_scale.concat(), self.scale);
        let x = format!("tensor<{rows}x{inputs}x{}>", self.float);
        let y = format!("tensor<{rows}x{outputs}x{}>", self.float);
        if !self.quantised {
            return format!(
                "func.func @layer(%x: {x}, %w: {w}, %s: {s}) -> {y} {{
  %y = fidelity.ternary_linear %x, %w scale %s : ({x}, {w}, {s}) -> {y}
  return %y : {y}
}}
"
            );
        }
        let (q, of_x) = (
            format!("tensor<{rows}x{inputs}xi8>"),
            format!("tensor<{rows}x1xf32>"),
        );
        // Sums under scales of any type are f32, and there is one pass over them.
        let product = match self.shared {
            Shared::Group(_) => format!(
                "%zero = arith.constant dense<0.0> : {y}
  %sum = fidelity.ternary_accumulate %q, %w, %zero scale %s : ({q}, {w}, {y}, {s}) -> {y}"
            ),
            _ => format!("%sum = fidelity.ternary_linear %q, %w scale %s : ({q}, {w}, {s}) -> {y}"),
        };
        format!(
            "func.func @layer(%x: {x}, %w: {w}, %s: {s}) -> {y} {{
  %q, %inverse = fidelity.quantize_activations %x : ({x}) -> ({q}, {of_x})
  {product}
  %y = fidelity.multiply %sum, %inverse : ({y}, {of_x}) -> {y}
  return %y : {y}
}}
"
        )
    }
}

/// A compiled layer and what it is called with.
struct Layer<'c> {
    code: Jit<'c>,
    form: Form,
    x: Tensor,
    x_bytes: Vec<u8>,
    /// All copies of the weights and of the scales, each aligned as a large constant is.
    weights: Copies,
    scales: Copies,
    copies: usize,
}

/// A tensor many times.
struct Copies {
    bytes: ResourceBytes,
    shape: Vec<usize>,
    element_size: usize,
    /// The bytes of one, and from one to the next.
    length: usize,
    stride: usize,
}

impl Copies {
    fn new(bytes: &[u8], shape: Vec<usize>, element_size: usize, count: usize) -> Self {
        let stride = bytes.len().next_multiple_of(64);
        let mut copies = ResourceBytes::zeroed(stride * count);
        for copy in copies.chunks_exact_mut(stride) {
            copy[..bytes.len()].copy_from_slice(bytes);
        }
        Self {
            bytes: copies,
            shape,
            element_size,
            length: bytes.len(),
            stride,
        }
    }

    fn argument(&self, copy: usize) -> Argument<'_> {
        Argument::Tensor {
            shape: &self.shape,
            element_size: self.element_size,
            bytes: &self.bytes[copy * self.stride..][..self.length],
        }
    }
}

impl<'c> Layer<'c> {
    fn new(
        context: &'c Context,
        llvm: &'c LlvmContext,
        form: Form,
        shape: Shape,
        rows: usize,
        cold: bool,
    ) -> Result<Self, Box<dyn Error>> {
        let Shape { outputs, inputs } = shape;
        let code = ours::compile(context, llvm, &form.function(shape, rows), "layer", 1)?;
        let mut next = random();
        let trits: Vec<i8> = (0..outputs * inputs)
            .map(|_| (next() % 3) as i8 - 1)
            .collect();
        let values = (0..rows * inputs)
            .map(|_| next() as f64 / (1_u64 << 52) as f64 - 1.0)
            .collect();
        let x = Tensor::from_floats(form.float, [rows, inputs], values)?;
        let scale_shape = form.scale_shape(shape);
        let scales = vec![SCALE; scale_shape.iter().product()];
        let scale = Tensor::from_floats(form.scale, scale_shape.clone(), scales)?.to_bytes();
        let weights = form.storage.pack(&trits, inputs);
        let copies = match cold {
            true => COLD_BYTES.div_ceil(weights.len()),
            false => 1,
        };
        let weights_shape = vec![outputs, weights.len() / outputs];
        let scale_size = if form.scale == ElementType::F16 { 2 } else { 4 };
        let layer = Self {
            code,
            form,
            x_bytes: x.to_bytes(),
            x,
            weights: Copies::new(&weights, weights_shape, 1, copies),
            scales: Copies::new(&scale, scale_shape, scale_size, copies),
            copies,
        };
        layer.check(&trits, outputs)?;
        Ok(layer)
    }

    fn call(&self, copy: usize) -> Result<Vec<JitValue>, Box<dyn Error>> {
        let x = Argument::Tensor {
            shape: self.x.shape(),
            element_size: if self.form.float == ElementType::F32 {
                4
            } else {
                2
            },
            bytes: &self.x_bytes,
        };
        let arguments = [x, self.weights.argument(copy), self.scales.argument(copy)];
        Ok(self.code.call("layer", arguments)?)
    }

    /// What processors work for a call, the mean of rounds through all copies that take
    /// `at_least` seconds: other work on the machine adds little to it.
    fn seconds(&self, at_least: f64) -> Result<f64, Box<dyn Error>> {
        let begin = processor_seconds();
        let mut calls = 0;
        loop {
            for copy in 0..self.copies {
                self.call(copy)?;
            }
            calls += self.copies;
            let passed = processor_seconds() - begin;
            if passed >= at_least {
                return Ok(passed / calls as f64);
            }
        }
    }

    /// Whether some of the outputs are what they have to be, so that a wrong layer is
    /// not timed.
    fn check(&self, trits: &[i8], outputs: usize) -> Result<(), Box<dyn Error>> {
        let results = self.call(0)?;
        let [JitValue::Buffer(result)] = &results[..] else {
            return Err("expected a tensor of a layer".into());
        };
        let [rows, inputs] = [self.x.shape()[0], self.x.shape()[1]];
        let actual = Tensor::from_bytes(self.form.float, vec![rows, outputs], result.bytes())?;
        let (x, actual) = (self.x.to_f64s(), actual.to_f64s());
        let (mut error, mut size, mut checked) = (0.0_f64, 0.0, 0);
        for row in (0..rows).step_by(rows.div_ceil(4)) {
            for output in (0..outputs).step_by(outputs.div_ceil(32)) {
                let x = &x[row * inputs..][..inputs];
                let w = &trits[output * inputs..][..inputs];
                let products = x.iter().zip(w).map(|(x, &w)| x * f64::from(w));
                let expected = products.sum::<f64>() * SCALE;
                error = error.max((actual[row * outputs + output] - expected).abs());
                size += expected * expected;
                checked += 1;
            }
        }
        let error = error / (size / f64::from(checked)).sqrt();
        match error <= TOLERANCE {
            true => Ok(()),
            false => Err(format!(
                "{}: expected the layer's result, but got an error of {error}",
                self.form.name
            )
            .into()),
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
