//! What `fidelity-cpu-expand-math`, `fidelity-gpu-expand-math` and
//! `fidelity-gpu-bf16-to-bits` write, compiled for this machine's CPU and compared with
//! functions of f64 and with rounding.
//!
//! The operations are those of IEEE 754 on every machine, so that the errors
//! found here are a GPU's too; they are what the passes' documentation says.

use fidelity_lowering::{cpu, vector::Isa};
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{compile, context, module, registry};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use melior::ir::Module;
use ods_bridge::{Buffer, Jit, JitValue, Signature};
use std::path::Path;

/// A function of `math`, the same of f64, and its error in units of the last
/// place of f32 and of f64.
struct Function {
    name: &'static str,
    exact: fn(f64) -> f64,
    errors: [f64; 2],
}

const fn function(name: &'static str, exact: fn(f64) -> f64, errors: [f64; 2]) -> Function {
    Function {
        name,
        exact,
        errors,
    }
}

/// Those of f64 are from what the C library has, which may be half a unit from
/// what is exact.
const FUNCTIONS: &[Function] = &[
    function("exp", f64::exp, [1.0, 1.0]),
    function("exp2", f64::exp2, [1.0, 1.0]),
    function("log", f64::ln, [1.0, 1.0]),
    function("log2", f64::log2, [2.0, 2.0]),
    function("erf", libm::erf, [3.0, 3.0]),
    function("rsqrt", |x| 1.0 / x.sqrt(), [1.5, 1.0]),
    function("sqrt", f64::sqrt, [0.5, 0.0]),
    function("floor", f64::floor, [0.0, 0.0]),
    function("ceil", f64::ceil, [0.0, 0.0]),
    function("absf", f64::abs, [0.0, 0.0]),
];

/// A function of f64, and an error in units of the last place of f32.
type Bounded = (fn(f64) -> f64, f64);

/// What the CPU's pass writes, on f32, whether products are rounded or not.
const CPU_FUNCTIONS: &[(&str, Bounded)] = &[
    ("math.exp", (f64::exp, 1.5)),
    ("math.exp2", (f64::exp2, 1.5)),
    ("math.log", (f64::ln, 1.0)),
    ("math.log1p", (f64::ln_1p, 1.0)),
    ("math.log2", (f64::log2, 2.0)),
    ("math.tanh", (f64::tanh, 2.0)),
    ("math.erf", (libm::erf, 3.0)),
    ("math.erfc", (libm::erfc, 8.0)),
];

/// Ops that become several of them, down to where the exponential in one is infinite, or
/// for `silu` the sigmoid subnormal.
const CPU_OPS: &[(&str, Bounded, f64)] = &[
    ("sigmoid", (|x| 1.0 / (1.0 + (-x).exp()), 2.5), -88.7),
    ("silu", (|x| x / (1.0 + (-x).exp()), 3.0), -87.3),
    (
        "softplus",
        (|x| x.max(0.0) + (-x.abs()).exp().ln_1p(), 2.0),
        f64::NEG_INFINITY,
    ),
];

/// Processors with an instruction that adds a product, and without.
const CPUS: &[Option<&str>] = match cfg!(target_arch = "x86_64") {
    true => &[None, Some("x86-64")],
    false => &[None],
};

/// Places where something changes.
const EDGES: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    5e-324,
    88.722_84,
    -103.972_08,
    709.782_712_893_384,
    -745.133_219_101_941_2,
    -1074.5,
    1_023.999_999,
];

/// Every so many floats, of all that there are.
fn singles() -> Vec<f32> {
    let all = (0..=u32::MAX).step_by(2003).map(f32::from_bits);
    all.chain(EDGES.iter().map(|&x| x as f32)).collect()
}

/// Likewise, and more of those near 0.
fn doubles() -> Vec<f64> {
    let all = (0..1 << 21).map(|at: u64| f64::from_bits(at * 0x7ff_ffff_fff1));
    let near = (0..1 << 21).map(|at| f64::from(at - (1 << 20)) * 9.1e-6);
    all.chain(near).chain(EDGES.iter().copied()).collect()
}

#[test]
fn functions_of_f32_are_as_exact_as_is_said() {
    let arguments: Vec<f64> = singles().into_iter().map(f64::from).collect();
    assert!(arguments.len() > 2_000_000);
    are_exact("f32", &arguments, 0);
}

#[test]
fn functions_of_f64_are_as_exact_as_is_said() {
    are_exact("f64", &doubles(), 1);
}

fn are_exact(r#type: &str, arguments: &[f64], which: usize) {
    let mut failures = Vec::new();
    for function in FUNCTIONS {
        let results = evaluate(function.name, r#type, arguments).expect(function.name);
        let worst = worst(r#type, arguments, &results, function.exact);
        println!("{}, {type}: {:.3}", function.name, worst.0);
        if worst.0 > function.errors[which] {
            failures.push(format!("{}: {worst:?}", function.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The largest error, and of which argument and result.
fn worst(
    r#type: &str,
    arguments: &[f64],
    results: &[f64],
    function: fn(f64) -> f64,
) -> (f64, f64, f64) {
    let mut worst = (0.0, 0.0, 0.0);
    for (&x, &result) in arguments.iter().zip(results) {
        let exact = function(x);
        let error = match r#type {
            "f32" => error(result, exact, (exact as f32).into(), f32_unit(exact)),
            _ => error(result, exact, exact, f64_unit(exact)),
        };
        if error > worst.0 {
            worst = (error, x, result);
        }
    }
    worst
}

#[test]
fn functions_on_cpus_are_as_exact_as_is_said() {
    let arguments: Vec<f64> = singles().into_iter().map(f64::from).collect();
    let mut failures = Vec::new();
    let mut check = |name: &str, text: &str, arguments: &[f64], (exact, bound): Bounded, cpu| {
        let pass = "fidelity-cpu-expand-math";
        let results = compiled(pass, text, ["f32"; 2], arguments, cpu).expect(name);
        let found = worst("f32", arguments, &results.to_f64s(), exact);
        println!("{name}: {:.3}", found.0);
        if found.0 > bound {
            failures.push(format!("{name}: {found:?}"));
        }
    };
    for &cpu in CPUS {
        for &(name, bounded) in CPU_FUNCTIONS {
            let text = elementwise(&format!("%0 = {name} %a : f32"), ["f32"; 2]);
            check(name, &text, &arguments, bounded, cpu);
        }
        for &(name, bounded, least) in CPU_OPS {
            let all = arguments.iter().copied();
            let arguments: Vec<_> = all.filter(|&x| x >= least || x.is_nan()).collect();
            let text = format!(
                "func.func @f(%x: tensor<?xf32>, %e: tensor<?xf32>) -> tensor<?xf32> {{
                   %y = fidelity.{name} %x : tensor<?xf32>
                   return %y : tensor<?xf32>
                 }}"
            );
            check(name, &text, &arguments, bounded, cpu);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Vectors of 2ˣ by what every processor has and, where this one has it, by AVX-512. What
/// is too small for the former may be 0, and what is nearly too large infinite.
#[test]
fn approximate_powers_of_2_are_as_exact_as_is_said() {
    let text = r#"
        func.func @f(%x: tensor<?xf32>, %e: tensor<?xf32>) -> tensor<?xf32> {
          %c0 = arith.constant 0 : index
          %c16 = arith.constant 16 : index
          %zero = arith.constant 0.0 : f32
          %size = tensor.dim %x, %c0 : tensor<?xf32>
          %y = scf.for %i = %c0 to %size step %c16 iter_args(%y = %e) -> tensor<?xf32> {
            %a = vector.transfer_read %x[%i], %zero : tensor<?xf32>, vector<16xf32>
            %0 = math.exp2 %a fastmath<afn> : vector<16xf32>
            %next = vector.transfer_write %0, %y[%i] : vector<16xf32>, tensor<?xf32>
            scf.yield %next : tensor<?xf32>
          }
          return %y : tensor<?xf32>
        }"#;
    let machine = compile::machine(None, None, OptimizationLevel::None).expect("this machine");
    let (own, all) = (cpu::isa_of(&machine), f64::NEG_INFINITY..=f64::INFINITY);
    let cases = [(Isa::Portable, -126.0..=127.5), (own, all)];
    let cases = cases
        .into_iter()
        .filter(|&(isa, _)| isa == Isa::Portable || isa.has_avx512());
    for (isa, range) in cases {
        let pass = format!("fidelity-cpu-expand-math{{isa={}}}", isa.keyword());
        let is_there = |x: &f64| range.contains(x) || !x.is_finite();
        let arguments = singles().into_iter().map(f64::from).filter(is_there);
        let arguments: Vec<f64> = arguments.collect();
        let results = compiled(&pass, text, ["f32"; 2], &arguments, None).expect("results");
        let found = worst("f32", &arguments, &results.to_f64s(), f64::exp2);
        println!("{}: {:.3}", isa.keyword(), found.0);
        assert!(found.0 <= 2.0, "{}: {found:?}", isa.keyword());
    }
}

/// The unit of an f32's last place.
fn f32_unit(exact: f64) -> f64 {
    let magnitude = (exact.abs() as f32).max(f32::MIN_POSITIVE);
    let power = f32::from_bits(magnitude.to_bits() & 0x7f80_0000);
    f64::from(power) * f64::from(f32::EPSILON)
}

fn f64_unit(exact: f64) -> f64 {
    let magnitude = exact.abs().max(f64::MIN_POSITIVE);
    f64::from_bits(magnitude.to_bits() & 0x7ff0_0000_0000_0000) * f64::EPSILON
}

/// How many units a result is away from the exact one, and from its nearest
/// float where that is not finite.
fn error(result: f64, exact: f64, nearest: f64, unit: f64) -> f64 {
    if !nearest.is_finite() {
        let is_same = result == nearest || result.is_nan() && nearest.is_nan();
        return if is_same { 0.0 } else { f64::INFINITY };
    }
    if result == 0.0 && exact == 0.0 && result.is_sign_negative() != exact.is_sign_negative() {
        return f64::INFINITY;
    }
    (result - exact).abs() / unit
}

/// A function of each argument, as the pass writes it.
fn evaluate(name: &str, r#type: &str, arguments: &[f64]) -> Result<Vec<f64>, String> {
    let body = format!("%0 = math.{name} %a : {type}");
    let text = elementwise(&body, [r#type; 2]);
    let results = compiled(
        "fidelity-gpu-expand-math",
        &text,
        [r#type; 2],
        arguments,
        None,
    )?;
    Ok(results.to_f64s())
}

/// Halves between numbers of bf16, what is next to them, and what has no number.
#[test]
fn conversions_of_bf16_are_rounded() {
    let mut arguments = EDGES.to_vec();
    for high in (0..=0xffff_u32).step_by(7) {
        for low in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] {
            let single = f64::from(f32::from_bits(high << 16 | low));
            let next = |up: i64| f64::from_bits(single.to_bits().wrapping_add_signed(up));
            arguments.extend([single, next(1), next(-1)]);
        }
    }
    for from in ["f32", "f64"] {
        let body =
            format!("%n = arith.truncf %a : {from} to bf16\n%0 = arith.extf %n : bf16 to f64");
        let text = elementwise(&body, [from, "f64"]);
        let types = [from, "f64"];
        let results = compiled("fidelity-gpu-bf16-to-bits", &text, types, &arguments, None);
        let results = results.expect("results").to_f64s();
        for (&x, result) in arguments.iter().zip(results) {
            let x = if from == "f32" {
                f64::from(x as f32)
            } else {
                x
            };
            let exact = nearest_bf16(x);
            let is_same = result.to_bits() == exact.to_bits() || result.is_nan() && x.is_nan();
            assert!(
                is_same,
                "{from} {x:e}: expected {exact:e}, but got {result:e}"
            );
        }
    }
}

/// The nearest bf16, half to even: of one that is near and its neighbours. (That
/// of the crate `half` takes what is just beyond the middle between two subnormal
/// numbers for the middle.)
fn nearest_bf16(x: f64) -> f64 {
    if !x.is_finite() {
        return x;
    }
    let near = i32::from(half::bf16::from_f64(x.abs()).to_bits());
    // The first number that there is not is as far as infinity counts.
    let value = |bits: i32| match half::bf16::from_bits(bits as u16) {
        infinite if infinite.is_infinite() => 2f64.powi(128),
        finite => finite.to_f64(),
    };
    let candidates = (near - 1..=near + 1).filter(|bits| (0..=0x7f80).contains(bits));
    let distance = |bits: i32| (value(bits) - x.abs()).abs();
    let nearest = candidates.min_by(|&lhs, &rhs| {
        let [left, right] = [lhs, rhs].map(distance);
        left.total_cmp(&right).then((lhs & 1).cmp(&(rhs & 1)))
    });
    let bits = nearest.unwrap_or(near) as u16;
    half::bf16::from_bits(bits).to_f64().copysign(x)
}

/// A function that has a body of `%a`, which gives `%0`, for each argument.
fn elementwise(body: &str, [from, to]: [&str; 2]) -> String {
    format!(
        "#map = affine_map<(d0) -> (d0)>
        func.func @f(%x: tensor<?x{from}>, %e: tensor<?x{to}>) -> tensor<?x{to}> {{
          %y = linalg.generic {{indexing_maps = [#map, #map], iterator_types = [\"parallel\"]}}
              ins(%x : tensor<?x{from}>) outs(%e : tensor<?x{to}>) {{
          ^bb0(%a: {from}, %b: {to}):
            {body}
            linalg.yield %0 : {to}
          }} -> tensor<?x{to}>
          return %y : tensor<?x{to}>
        }}"
    )
}

/// A function of each argument, as a pass writes it, on a processor.
fn compiled(
    pass: &str,
    text: &str,
    [from, to]: [&str; 2],
    arguments: &[f64],
    cpu: Option<&str>,
) -> Result<Tensor, String> {
    let context = context::new();
    registry::register_passes();
    let mut module = Module::parse(&context, text).ok_or("expected a module")?;
    let file = Path::new("math.mlir");
    module::run_passes(&context, file, &mut module, &cpu::tensor_pipeline(1))?;
    let functions = module::public_functions(&module);
    module::run_passes(&context, file, &mut module, &pipeline(pass)?)?;
    let signatures = functions.into_iter().map(|function| {
        let signature = Signature::of(function.r#type).expect("tensors");
        (function.name, signature)
    });
    let llvm = LlvmContext::create();
    let level = OptimizationLevel::Default;
    let machine = compile::machine(None, cpu, level)?;
    let jit = Jit::compile(&llvm, module, signatures, &machine, level)?;
    let buffer = |r#type: &str, values: Vec<f64>| {
        let element: ElementType = r#type.parse().map_err(|_| "an element type")?;
        let tensor = Tensor::from_floats(element, [arguments.len()], values)
            .map_err(|error| error.to_string())?;
        let bytes = tensor.to_bytes();
        Buffer::new(&[arguments.len()], bytes.len() / arguments.len(), &bytes)
    };
    let inputs = [
        JitValue::Buffer(buffer(from, arguments.to_vec())?),
        JitValue::Buffer(buffer(to, vec![0.0; arguments.len()])?),
    ];
    let results = jit.call("f", &inputs).map_err(|error| error.to_string())?;
    let [JitValue::Buffer(result)] = results.as_slice() else {
        return Err("expected a tensor".into());
    };
    let element = to.parse().map_err(|_| "an element type")?;
    Tensor::from_bytes(element, [arguments.len()], result.bytes())
        .map_err(|error| error.to_string())
}

/// The CPU's pipeline, with a pass where loops are there and nothing looks
/// any more at what ops read and write.
fn pipeline(pass: &str) -> Result<String, String> {
    let own = "fidelity-cpu-expand-math{isa=portable},";
    let pipeline = cpu::llvm_pipeline(Isa::Portable, 1).replace(own, "");
    let (before, after) = pipeline
        .split_once("convert-scf-to-cf")
        .ok_or("expected loops to become branches")?;
    Ok(format!("{before}{pass},convert-scf-to-cf{after}"))
}
