//! Functions in fixed point with what they are compared with: bit by bit with
//! `fixed`, and within a bound with the reference interpreter.

use crate::{
    bench::{Bench, Builder, STALLS, Values},
    design::{self, Compiled, Port},
    fixed::Format,
};
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{context, module};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::io::Write as _;

const CALLS: usize = 2;

/// What an argument's elements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Numbers over the whole range, its ends included, and near 0.
    Number,
    /// Numbers from -2 to 2; in one call of some all are 0.
    Small,
    /// From -254 to 254 units, these included, of which the odd ones are halves of
    /// 127ths.
    Tie,
    /// Numbers from 0 to 1, both included.
    Unit,
    /// Numbers from -1/4 to 1/4, in the format of scales.
    Scale,
    /// Bytes.
    Byte,
    /// Trits, a byte each.
    Dense,
    /// Trits, four to a byte.
    Packed,
}

/// An argument of a function.
#[derive(Clone, Debug)]
pub struct Argument {
    pub shape: Vec<usize>,
    pub kind: Kind,
}

impl Argument {
    pub fn new(shape: &[usize], kind: Kind) -> Self {
        Self {
            shape: shape.to_vec(),
            kind,
        }
    }

    /// The text of its type.
    pub fn r#type(&self) -> String {
        let element = match self.kind {
            Kind::Byte | Kind::Dense => "i8",
            Kind::Packed => "i8, #fidelity.tensor<storage = packed2>",
            // Wide enough to hold what fixed point does.
            _ => "f64",
        };
        let sizes: String = self.shape.iter().map(|size| format!("{size}x")).collect();
        format!("tensor<{sizes}{element}>")
    }

    fn random(&self, format: Format, random: &mut StdRng) -> Values {
        let (least, most) = format.range();
        let one = format.one();
        let silent = random.random_range(0..8) == 0;
        let mut number = || match (self.kind, random.random_range(0..6)) {
            (Kind::Number, 0) => [least, most, 0, -1][random.random_range(0..4)],
            (Kind::Number, 1 | 2) => random.random_range(least..=most),
            (Kind::Small, _) if silent => 0,
            (Kind::Number | Kind::Small, _) => {
                random.random_range(-2 * one..2 * one).clamp(least, most)
            }
            (Kind::Tie, 0) => [-254, 254][random.random_range(0..2)],
            (Kind::Tie, _) => random.random_range(-254..=254),
            (Kind::Unit, 0) => [0, one][random.random_range(0..2)],
            (Kind::Unit, _) => random.random_range(0..=one),
            (Kind::Scale, _) => {
                let quarter = format.fine().one() / 4;
                random.random_range(-quarter..=quarter)
            }
            (Kind::Byte, _) => random.random_range(-128..=127),
            (Kind::Dense | Kind::Packed, _) => random.random_range(-1..=1),
        };
        (0..self.shape.iter().product()).map(|_| number()).collect()
    }

    /// The values as a stream carries them.
    fn stream(&self, values: &[i64]) -> Values {
        if self.kind != Kind::Packed {
            return values.to_vec();
        }
        let trits: Vec<i8> = values.iter().map(|&trit| trit as i8).collect();
        let bytes = fidelity_dialect::Storage::Packed2.pack(&trits, self.shape[1]);
        bytes.into_iter().map(i64::from).collect()
    }

    fn tensor(&self, values: &[i64], port: &Port) -> Tensor {
        let shape = self.shape.clone();
        match self.kind {
            Kind::Byte | Kind::Dense | Kind::Packed => {
                Tensor::from_integers(ElementType::I8, shape, values.to_vec())
            }
            _ => {
                let scale = 2f64.powi(port.fraction as i32);
                let floats = values.iter().map(|&value| value as f64 / scale).collect();
                Tensor::from_floats(ElementType::F64, shape, floats)
            }
        }
        .expect("a tensor")
    }
}

/// What fixed point gives for the arguments of a call, for each result.
pub type Fixed = Box<dyn Fn(Format, &[Values]) -> Vec<Values>>;

/// How far a result may be from the exact one, of which there is the number.
pub type Bound = Box<dyn Fn(Format, usize, f64) -> f64>;

/// A function.
pub struct Case {
    pub name: String,
    pub arguments: Vec<Argument>,
    pub text: String,
    pub fixed: Fixed,
    pub bound: Bound,
}

impl Case {
    /// A function whose body names its arguments %0, %1, … and its results %r,
    /// or %r#0, %r#1, …, of types that are given.
    pub fn new(
        name: &str,
        arguments: Vec<Argument>,
        results: &[String],
        body: &str,
        fixed: Fixed,
        bound: Bound,
    ) -> Self {
        let list: Vec<String> = arguments
            .iter()
            .enumerate()
            .map(|(index, argument)| format!("%arg{index}: {}", argument.r#type()))
            .collect();
        let returned: Vec<String> = match results.len() {
            1 => vec!["%r".into()],
            count => (0..count).map(|index| format!("%r#{index}")).collect(),
        };
        let (list, results) = (list.join(", "), results.join(", "));
        let text = format!(
            "func.func @{name}({list}) -> ({results}) {{\n  {body}\n  return {} : {results}\n}}\n",
            returned.join(", "),
        );
        Self {
            name: name.to_owned(),
            arguments,
            text,
            fixed,
            bound,
        }
    }
}

/// Types of arguments, as a list.
pub fn types(arguments: &[Argument]) -> String {
    let types: Vec<String> = arguments.iter().map(Argument::r#type).collect();
    types.join(", ")
}

/// The options that compile for a format.
pub fn options(format: Format, lanes: u32) -> String {
    let Format { width, fraction } = format;
    format!("lanes={lanes} fraction-bits={fraction} fixed-bits={width}")
}

pub fn compile(cases: &[Case], format: Format, lanes: u32) -> Compiled {
    let text: String = cases.iter().map(|case| case.text.as_str()).collect();
    design::compile(&text, &options(format, lanes)).expect("a design")
}

/// What a function gives by the reference interpreter.
pub fn exact(text: &str, name: &str, inputs: Vec<Tensor>) -> Vec<Vec<f64>> {
    let mut file = tempfile::NamedTempFile::with_suffix(".mlir").expect("a file");
    file.write_all(text.as_bytes()).expect("a file");
    let context = context::new();
    let module = module::read(&context, file.path()).expect("a module");
    let results = fidelity_dialect::interpreter::evaluate(&module, name, inputs);
    let floats = |tensor: &Tensor| match tensor.integers() {
        Some(integers) => integers.iter().map(|&integer| integer as f64).collect(),
        None => tensor.to_f64s(),
    };
    results.expect("results").iter().map(floats).collect()
}

/// Checks one design with random numbers; says where it is wrong.
pub fn check(
    bench: &Bench,
    number: usize,
    case: &Case,
    format: Format,
    seed: u64,
) -> Result<(), String> {
    let design = bench.design(number).clone();
    let mut random = StdRng::seed_from_u64(seed);
    let mut call: Vec<Values> = vec![Vec::new(); case.arguments.len()];
    let mut inputs = call.clone();
    let mut expected: Vec<Values> = vec![Vec::new(); design.results.len()];
    for time in 0..CALLS {
        let ports = case.arguments.iter().zip(&design.inputs);
        for (index, (argument, port)) in ports.enumerate() {
            if time == 0 || !port.is_parameter {
                call[index] = argument.random(format, &mut random);
                inputs[index].extend(argument.stream(&call[index]));
            }
        }
        let fixed = (case.fixed)(format, &call);
        let tensors = case
            .arguments
            .iter()
            .zip(&call)
            .zip(&design.inputs)
            .map(|((argument, values), port)| argument.tensor(values, port))
            .collect();
        let exact = exact(&case.text, &case.name, tensors);
        for (index, port) in design.results.iter().enumerate() {
            near(case, format, index, port, &fixed[index], &exact[index])?;
            expected[index].extend(&fixed[index]);
        }
    }
    let known = design.inputs[inputs.len()..].iter();
    inputs.extend(known.map(|port| port.contents.clone().expect("contents")));
    for &stalls in STALLS {
        let actual = bench.run(number, &inputs, CALLS, seed as u32, stalls)?;
        if actual != expected {
            return Err(format!("expected {expected:?}, but got {actual:?}"));
        }
    }
    Ok(())
}

/// Whether a result of fixed point is as near to the exact one as it has to be,
/// or as its format lets it.
fn near(
    case: &Case,
    format: Format,
    index: usize,
    port: &Port,
    fixed: &[i64],
    exact: &[f64],
) -> Result<(), String> {
    if fixed.len() != exact.len() {
        return Err(format!(
            "expected {} numbers, but got {}",
            exact.len(),
            fixed.len()
        ));
    }
    let unit = 2f64.powi(-(port.fraction as i32));
    let largest = 2f64.powi(port.bits as i32 - 1);
    for (&fixed, &exact) in fixed.iter().zip(exact) {
        let there = exact.clamp(-largest * unit, (largest - 1.0) * unit);
        let difference = (fixed as f64 * unit - there).abs();
        let bound = (case.bound)(format, index, there);
        // What f64 itself rounds.
        if difference > bound + 1e-9 {
            return Err(format!(
                "result {index}: {} is {difference} from {exact}, more than {bound}",
                fixed as f64 * unit
            ));
        }
    }
    Ok(())
}

/// Compiles cases in some formats and checks all of them.
pub fn check_all(formats: &[Format], lanes: u32, cases: &[Case]) {
    let mut builder = Builder::default();
    let mut designs = Vec::new();
    for &format in formats {
        let compiled = compile(cases, format, lanes);
        let numbers = builder.add(&compiled.verilog, &compiled.designs);
        assert_eq!(numbers.len(), cases.len());
        designs.extend(numbers.into_iter().zip(cases).map(|pair| (format, pair)));
    }
    let bench = builder.build().expect("a simulation");
    let mut failures = Vec::new();
    for (format, (number, case)) in designs {
        for seed in 1..3 {
            if let Err(error) = check(&bench, number, case, format, seed) {
                failures.push(format!("{}, {format:?}: {error}", case.name));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
