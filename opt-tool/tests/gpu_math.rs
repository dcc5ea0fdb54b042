//! What `fidelity-gpu-expand-math` writes, compiled for this machine's CPU and
//! compared with functions of f64.
//!
//! The operations are those of IEEE 754 on every machine, so that the errors
//! found here are a GPU's too; they are what the pass's documentation says.

use fidelity_lowering::cpu;
use fidelity_tools::{compile, context, module, registry};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use melior::ir::Module;
use ods_bridge::{Buffer, Jit, JitValue, Signature};
use std::path::Path;

/// A function of `math`, the same of f64, and its error in units of the last
/// place.
struct Function {
    name: &'static str,
    exact: fn(f64) -> f64,
    error: f64,
}

const FUNCTIONS: &[Function] = &[
    Function {
        name: "exp",
        exact: f64::exp,
        error: 0.9,
    },
    Function {
        name: "log",
        exact: f64::ln,
        error: 0.8,
    },
    Function {
        name: "erf",
        exact: libm::erf,
        error: 1.0,
    },
    Function {
        name: "tanh",
        exact: f64::tanh,
        error: 1.4,
    },
    Function {
        name: "log1p",
        exact: f64::ln_1p,
        error: 2.5,
    },
    Function {
        name: "erfc",
        exact: libm::erfc,
        error: 2.6,
    },
    // Two roundings.
    Function {
        name: "rsqrt",
        exact: |x| 1.0 / x.sqrt(),
        error: 1.5,
    },
    Function {
        name: "sqrt",
        exact: f64::sqrt,
        error: 0.5,
    },
    Function {
        name: "roundeven",
        exact: f64::round_ties_even,
        error: 0.0,
    },
    Function {
        name: "floor",
        exact: f64::floor,
        error: 0.0,
    },
    Function {
        name: "absf",
        exact: f64::abs,
        error: 0.0,
    },
];

/// Every so many floats are looked at, and those below.
const STEP: usize = 2003;

fn arguments() -> Vec<f32> {
    let special = [0.0, -0.0, 1.0, -1.0, f32::INFINITY, f32::NEG_INFINITY];
    let edges = [f32::NAN, f32::MAX, f32::MIN, f32::MIN_POSITIVE];
    let limits = [
        88.72284,
        88.72283,
        -103.97208,
        -103.97209,
        0.625,
        0.927_734_4,
    ];
    let all = (0..=u32::MAX).step_by(STEP).map(f32::from_bits);
    all.chain(special).chain(edges).chain(limits).collect()
}

#[test]
fn functions_are_as_exact_as_is_said() {
    let arguments = arguments();
    assert!(arguments.len() > 2_000_000);
    let mut failures = Vec::new();
    for function in FUNCTIONS {
        let results = evaluate(function.name, &arguments).expect(function.name);
        let mut worst = (0.0, 0.0, 0.0);
        for (&x, &result) in arguments.iter().zip(&results) {
            let error = error(result, (function.exact)(x.into()));
            if error > worst.0 {
                worst = (error, x, result);
            }
        }
        if worst.0 > function.error {
            failures.push(format!("{}: {worst:?}", function.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// How many units of an f32's last place a result is away from the exact one.
fn error(result: f64, exact: f64) -> f64 {
    let nearest = exact as f32;
    if exact.is_nan() || !nearest.is_finite() {
        let is_same = result == f64::from(nearest) || result.is_nan() && exact.is_nan();
        return if is_same { 0.0 } else { f64::INFINITY };
    }
    if result == 0.0 && exact == 0.0 && result.is_sign_negative() != exact.is_sign_negative() {
        return f64::INFINITY;
    }
    let magnitude = (exact.abs() as f32).max(f32::MIN_POSITIVE);
    let power = f32::from_bits(magnitude.to_bits() & 0x7f80_0000);
    (result - exact).abs() / (f64::from(power) * f64::from(f32::EPSILON))
}

/// A function of each argument, as the pass writes it.
fn evaluate(name: &str, arguments: &[f32]) -> Result<Vec<f64>, String> {
    let text = format!(
        "#map = affine_map<(d0) -> (d0)>
        func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {{
          %y = linalg.generic {{indexing_maps = [#map], iterator_types = [\"parallel\"]}}
              outs(%x : tensor<?xf32>) {{
          ^bb0(%a: f32):
            %0 = math.{name} %a : f32
            linalg.yield %0 : f32
          }} -> tensor<?xf32>
          return %y : tensor<?xf32>
        }}"
    );
    let context = context::new();
    registry::register_passes();
    let mut module = Module::parse(&context, &text).ok_or("expected a module")?;
    let file = Path::new("math.mlir");
    module::run_passes(&context, file, &mut module, &cpu::tensor_pipeline())?;
    let functions = module::public_functions(&module);
    module::run_passes(&context, file, &mut module, &pipeline()?)?;
    let signatures = functions.into_iter().map(|function| {
        let signature = Signature::of(function.r#type).expect("tensors");
        (function.name, signature)
    });
    let llvm = LlvmContext::create();
    let level = OptimizationLevel::Default;
    let machine = compile::machine(None, None, level)?;
    let jit = Jit::compile(&llvm, module, signatures, &machine, level)?;
    let bytes: Vec<u8> = arguments.iter().flat_map(|x| x.to_ne_bytes()).collect();
    let input = Buffer::new(&[arguments.len()], size_of::<f32>(), &bytes)?;
    let results = jit
        .call("f", &[JitValue::Buffer(input)])
        .map_err(|error| error.to_string())?;
    let [JitValue::Buffer(result)] = results.as_slice() else {
        return Err("expected a tensor".into());
    };
    let result = result.bytes().chunks_exact(size_of::<f32>());
    let result = result.map(|bytes| f32::from_ne_bytes(bytes.try_into().expect("four bytes")));
    Ok(result.map(f64::from).collect())
}

/// The CPU's pipeline, with this pass where loops are there and nothing looks
/// any more at what ops read and write.
fn pipeline() -> Result<String, String> {
    let pipeline = cpu::llvm_pipeline();
    let (before, after) = pipeline
        .split_once("convert-scf-to-cf")
        .ok_or("expected loops to become branches")?;
    Ok(format!(
        "{before}fidelity-gpu-expand-math,convert-scf-to-cf{after}"
    ))
}
