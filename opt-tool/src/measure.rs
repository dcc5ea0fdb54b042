//! How long a function takes on this machine.

use crate::{
    context, module,
    run::{Compiled, ValueType, convert},
};
use fidelity_dialect::Storage;
use fidelity_reference::{ElementType, Tensor};
use inkwell::{OptimizationLevel, context::Context as LlvmContext, targets::TargetMachine};
use melior::Context;
use ods_bridge::JitValue;
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// How long a measurement goes on, at least, once the code is warm.
const DURATION: Duration = Duration::from_millis(60);
/// The least number of calls, of which the median is taken.
const CALLS: usize = 5;

/// The median of the seconds that a call of a public function takes, compiled by
/// `fidelity-cpu-pipeline` for this processor. Arguments are made up; a size that its
/// type leaves open is `dynamic`.
///
/// # Errors
///
/// When the module is not valid, has no such function, or the function does not run on
/// what is made up.
pub fn seconds(context: &Context, text: &str, entry: &str, dynamic: usize) -> Result<f64, String> {
    with_call(context, text, entry, dynamic, |call| {
        let begin = Instant::now();
        let mut times = Vec::new();
        while times.len() < CALLS || begin.elapsed() < DURATION {
            let start = Instant::now();
            call()?;
            times.push(start.elapsed());
        }
        times.sort();
        Ok(times[times.len() / 2].as_secs_f64())
    })
}

/// As [`seconds`], of what a processor works for a call: the least mean of several
/// rounds of many calls. Other work on the machine adds less to it than to the time
/// that passes.
///
/// # Errors
///
/// [`seconds`]'s, and when the system does not tell what it has worked.
pub fn processor_seconds(
    context: &Context,
    text: &str,
    entry: &str,
    dynamic: usize,
    rounds: usize,
) -> Result<f64, String> {
    with_call(context, text, entry, dynamic, |call| {
        let mut least = f64::INFINITY;
        for _ in 0..rounds {
            let start = worked()?;
            let mut calls = 0;
            // The system counts in ticks of some milliseconds.
            while calls < CALLS || worked()? - start < 2 * DURATION {
                for _ in 0..CALLS {
                    call()?;
                }
                calls += CALLS;
            }
            least = least.min((worked()? - start).as_secs_f64() / calls as f64);
        }
        Ok(least)
    })
}

/// What a processor has worked for this thread, as Linux tells it.
fn worked() -> Result<Duration, String> {
    let file = "/proc/thread-self/schedstat";
    let text = fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))?;
    let nanoseconds = text.split_whitespace().next();
    let nanoseconds = nanoseconds.and_then(|text| text.parse().ok());
    nanoseconds
        .map(Duration::from_nanos)
        .ok_or_else(|| format!("expected {file} to begin with a number, but got {text}"))
}

/// Compiles a function, and measures calls of it, which have warmed it up.
fn with_call(
    context: &Context,
    text: &str,
    entry: &str,
    dynamic: usize,
    measure: impl FnOnce(&dyn Fn() -> Result<(), String>) -> Result<f64, String>,
) -> Result<f64, String> {
    let name = Path::new("measured");
    let module =
        module::parse(context, name, text.as_bytes()).map_err(|error| error.to_string())?;
    let function = module::public_functions(&module)
        .into_iter()
        .find(|function| function.name == entry)
        .ok_or_else(|| format!("expected a public function @{entry}, but got none"))?;
    let arguments: Vec<JitValue> = (0..function.r#type.input_count())
        .map(|index| {
            let input = function
                .r#type
                .input(index)
                .map_err(|error| error.to_string())?;
            let of = ValueType::of(input)
                .ok_or_else(|| format!("expected a tensor or a scalar, but got {input}"))?;
            made_up(&of, dynamic, index as u64)
        })
        .collect::<Result<_, _>>()?;
    let llvm = LlvmContext::create();
    let level = OptimizationLevel::Default;
    let compiled = Compiled::new(context, &llvm, name, module, &[entry], level)
        .map_err(|error| error.to_string())?;
    let (jit, _) = compiled.into_parts();
    let call = || {
        let results = jit.call(entry, &arguments);
        results.map(drop).map_err(|error| error.to_string())
    };
    call()?;
    measure(&call)
}

/// As [`seconds`], of the function `@measured` of a module that is not of any context
/// yet, in one of its own.
///
/// # Errors
///
/// [`seconds`]'s.
pub fn alone(text: &str) -> Result<f64, String> {
    seconds(&context::new(), text, "measured", 1)
}

/// What tells this machine from others: the processor as LLVM knows it, and a sum of its
/// features (FNV-1a), which a hypervisor may have changed.
pub fn machine() -> String {
    let text = |name: inkwell::support::LLVMString| name.to_string_lossy().into_owned();
    let features = text(TargetMachine::get_host_cpu_features());
    let sum = features
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{}-{sum:016x}", text(TargetMachine::get_host_cpu_name()))
}

/// An argument of a type: numbers between -1 and 0, which decay and do not overflow,
/// or trits.
fn made_up(r#type: &ValueType, dynamic: usize, seed: u64) -> Result<JitValue, String> {
    let shape: Vec<usize> = r#type
        .shape
        .as_deref()
        .unwrap_or_default()
        .iter()
        .map(|size| size.unwrap_or(dynamic))
        .collect();
    let count: usize = shape.iter().product();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
    let mut next = || {
        // xorshift64 (Marsaglia, 2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 11
    };
    let tensor = if r#type.element.is_float() {
        let values = (0..count).map(|_| -(next() as f64) / (1_u64 << 53) as f64);
        Tensor::from_floats(r#type.element, shape, values.collect())
    } else if r#type.element.integer_range().is_some() {
        let trits = r#type.storage != Storage::Dense || r#type.element == ElementType::I8;
        let values = (0..count).map(|_| if trits { (next() % 3) as i64 - 1 } else { 0 });
        Tensor::from_integers(r#type.element, shape, values.collect())
    } else {
        return Err(format!("expected floats or integers, but got {type}"));
    };
    convert::to_memory(&tensor.map_err(|error| error.to_string())?, r#type)
}
