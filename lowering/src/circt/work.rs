//! What works on streams.

use super::{
    elementwise::Elementwise,
    engine::Engine,
    fixed::Format,
    library::{Component, Library, Offer},
    mlgru::Step,
    norm::Norm,
    quantize::Quantize,
    recurrence::Recurrence,
    repeat::{Cut, Repeat, pad, slice},
    sequence::Sequence,
    stream::{adder, buffer},
};

/// What a component does.
pub enum Work {
    /// A matrix-vector product of x and weights.
    Engine(Engine),
    /// A sum of two streams of integers, modulo 2 to their width.
    Add {
        /// The width of both.
        width: u32,
    },
    /// A function of numbers one by one.
    Elementwise(Elementwise),
    /// A recurrent unit.
    Mlgru(Step, Sequence),
    /// A recurrence.
    Recurrence(Recurrence, Sequence),
    /// The values of rows, each with what its row is scaled by.
    Rms(Norm),
    /// These, scaled, with a weight or without.
    Scale(Norm, bool),
    /// The values of rows, each with the largest size in its row; and their
    /// inverse scales.
    AbsMax(Quantize),
    /// These, divided.
    Quantize(Quantize),
    /// Blocks that are repeated, of values so wide.
    Repeat(Repeat, u32),
    /// A part of a tensor, of values so wide.
    Slice(Vec<Cut>, u32),
    /// Rows within longer ones of zeros, of values so wide.
    Pad(Cut, u32),
    /// Room for values.
    Buffer {
        /// Their width.
        width: u32,
        /// How many there is room for.
        depth: u64,
    },
    /// A number, again and again.
    Constant(i64, Format),
}

impl Work {
    /// The module that does it.
    pub fn component(&self, library: &Library<'_, '_>) -> Component {
        match self {
            Self::Engine(engine) => engine.component(library),
            Self::Add { width } => adder(library, *width),
            Self::Elementwise(elementwise) => elementwise.component(library),
            Self::Mlgru(step, sequence) => {
                let unit = step.component(library);
                sequence.component(library, &step.name(), &unit, &step.inputs())
            }
            Self::Recurrence(step, sequence) => {
                let unit = step.component(library);
                sequence.component(library, &step.name(), &unit, &step.inputs())
            }
            Self::Rms(norm) => norm.measure(library),
            Self::Scale(norm, has_weight) => norm.scale(library, *has_weight),
            Self::AbsMax(quantize) => quantize.measure(library),
            Self::Quantize(quantize) => quantize.divide(library),
            Self::Repeat(repeat, width) => repeat.component(library, *width),
            Self::Slice(cuts, width) => slice(library, cuts, *width),
            Self::Pad(row, width) => pad(library, *row, *width),
            Self::Buffer { width, depth } => buffer(library, *width, *depth),
            Self::Constant(number, format) => constant(library, *number, *format),
        }
    }

    /// What its instances are called.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Engine(_) => "ternary_linear",
            Self::Add { .. } => "add",
            Self::Elementwise(elementwise) => elementwise.function.name(),
            Self::Mlgru(..) => "mlgru",
            Self::Recurrence(..) => "recurrence",
            Self::Rms(_) => "rms",
            Self::Scale(..) => "rms_scale",
            Self::AbsMax(_) => "absmax",
            Self::Quantize(_) => "quantize",
            Self::Repeat(..) => "repeat",
            Self::Slice(..) => "slice",
            Self::Pad(..) => "pad",
            Self::Buffer { .. } => "buffer",
            Self::Constant(..) => "constant",
        }
    }
}

/// A number, as often as it is taken.
fn constant(library: &Library<'_, '_>, number: i64, format: Format) -> Component {
    let sign = if number < 0 { "minus" } else { "" };
    library.component(
        &format!("fidelity_constant_{sign}{}_{format}", number.unsigned_abs()),
        &[],
        &[("y", format.width)],
        |logic, _, _| {
            let offer = Offer {
                valid: logic.yes(),
                data: logic.constant(number, format.width),
            };
            (Vec::new(), vec![offer])
        },
    )
}
