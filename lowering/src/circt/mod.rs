//! `convert-fidelity-to-hw`: functions as modules of streams, in CIRCT's
//! dialects `hw`, `comb` and `seq`.
//!
//! One file per foreign dialect has a function for each of its ops that is
//! emitted; [`logic`] is the vocabulary on top of them, and [`library`] that of
//! modules and streams. [`plan`] says what a function becomes, and refuses what
//! it cannot become; [`network`] builds it.

mod comb;
mod curve;
mod dot;
mod elementwise;
mod engine;
mod fixed;
mod hw;
mod launch;
mod library;
mod logic;
mod mlgru;
mod network;
mod norm;
mod operand;
mod plan;
mod quantize;
mod recurrence;
mod repeat;
mod row;
mod seq;
mod sequence;
mod stream;
mod words;
mod work;

use crate::ConvertFidelityToHw;
use fixed::Format;
use library::Library;
use melior::ir::{
    BlockLike, BlockRef, RegionLike,
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Builder, Diagnostic, Pass, PassContext, build_before, name_of, set_attribute, string_value,
};
use plan::Plan;

/// The name of the pipeline.
const HW_PIPELINE: &str = "fidelity-hw-pipeline";

/// The most products that are computed at once.
const MOST_LANES: i64 = 64;

/// What all modules of a design have in common.
struct Options {
    /// How many products an engine computes at once, a power of two.
    lanes: u64,
    /// How floats are computed, if that is said.
    format: Option<Format>,
}

/// The lanes of that number, if an engine can have so many.
fn lanes(number: i64) -> Option<u64> {
    let lanes = u64::try_from(number).ok()?;
    (lanes.is_power_of_two() && number <= MOST_LANES).then_some(lanes)
}

impl Options {
    fn new<'a>(pass: &ConvertFidelityToHw) -> Result<Self, Diagnostic<'a>> {
        let lanes = lanes(pass.lanes).ok_or_else(|| {
            Diagnostic::expected(
                format!("lanes to be a power of two up to {MOST_LANES}"),
                pass.lanes,
            )
        })?;
        Ok(Self {
            lanes,
            format: Self::format(pass)?,
        })
    }

    fn format<'a>(pass: &ConvertFidelityToHw) -> Result<Option<Format>, Diagnostic<'a>> {
        if pass.fraction_bits == 0 {
            return Ok(None);
        }
        let fractions = Format::FRACTIONS;
        if !fractions.contains(&pass.fraction_bits) {
            return Err(Diagnostic::expected(
                format!(
                    "fraction-bits to be from {} to {}, or 0 for no fixed point",
                    fractions.start(),
                    fractions.end()
                ),
                pass.fraction_bits,
            ));
        }
        // A sign, and the 1 that the sigmoid comes near.
        let widths = pass.fraction_bits + 2..=Format::MOST_BITS;
        if !widths.contains(&pass.fixed_bits) {
            return Err(Diagnostic::expected(
                format!(
                    "fixed-bits to be from {} to {}",
                    widths.start(),
                    widths.end()
                ),
                pass.fixed_bits,
            ));
        }
        Ok(Some(Format {
            width: pass.fixed_bits as u32,
            fraction: pass.fraction_bits as u32,
        }))
    }
}

impl Pass for ConvertFidelityToHw {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let options = Options::new(self)?;
        let Some(block) = operation.region(0).ok().and_then(|body| body.first_block()) else {
            return Ok(());
        };
        let functions = functions(block);
        let mut plans = Vec::new();
        for &function in &functions {
            plans.push((name(function)?, Plan::new(function, &options)?));
        }
        let builder = Builder::at_end(block, operation.location());
        let library = Library::new(&builder);
        let mut launch = Vec::new();
        for (name, plan) in plans {
            network::build(&library, &name, &plan);
            launch.push(plan.launch(&name));
        }
        for function in functions {
            build_before(function, |builder| builder.replace(function, &[]));
        }
        let launch = format!("{{target = \"fpga\", modules = [{}]}}", launch.join(", "));
        set_attribute(operation, "fidelity.launch", builder.attribute(&launch));
        set_attribute(operation, LOWERING_OPTIONS, {
            StringAttribute::new(builder.context(), VERILOG_STYLE).into()
        });
        Ok(())
    }
}

/// The attribute of a module by which CIRCT is told what Verilog to write,
const LOWERING_OPTIONS: &str = "circt.loweringOptions";

/// which is what Verilator and Yosys both read.
const VERILOG_STYLE: &str =
    "locationInfoStyle=none,disallowLocalVariables,disallowPackedArrays,omitVersionComment";

fn functions<'a>(block: BlockRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    std::iter::successors(block.first_operation(), |operation| {
        operation.next_in_block()
    })
    .filter(|&operation| name_of(operation) == "func.func")
    .collect()
}

/// The name of a function's module.
fn name<'a>(function: OperationRef<'a, 'a>) -> Result<String, Diagnostic<'a>> {
    let name = function
        .attribute("sym_name")
        .ok()
        .and_then(|name| StringAttribute::try_from(name).ok())
        .map(string_value)
        .unwrap_or_default();
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_plain = name.chars().all(is_letter)
        && !name.starts_with(|letter: char| letter.is_ascii_digit())
        && !name.is_empty();
    if !is_plain || name.starts_with("fidelity_") {
        return Err(Diagnostic::new(format!(
            "expected a function whose name is one of Verilog's, of letters, digits and _, and \
             does not begin with fidelity_, but got @{name}; rename it"
        ))
        .at(function.location()));
    }
    Ok(words::module_name(name))
}

/// Registers `fidelity-hw-pipeline`, once however often it is called.
pub fn register_pipelines() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        ods_bridge::register_pipeline(
            HW_PIPELINE,
            "lower functions on tensors to modules of streams for hardware, for CIRCT; \
             the options are those of convert-fidelity-to-hw",
            |options| Ok(pipeline(options)),
        );
    });
}

fn pipeline(options: &str) -> String {
    [
        // What nobody can call is not built.
        "symbol-dce",
        // Types that differ in measures alone are one from here on.
        "fidelity-erase-measures",
        // Sizes that can be known are known when ops are lowered.
        "canonicalize",
        &format!("convert-fidelity-to-hw{{{}}}", options.trim()),
    ]
    .join(",")
}
