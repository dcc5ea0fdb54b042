//! A step of `mlgru` in fixed point: bit by bit that of `fixed`, and near the
//! reference interpreter.

use crate::{
    bench::{Builder, STALLS, Values},
    design,
    fixed::{Format, Step, curve_bound},
    tools,
};
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{context, module};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::io::Write as _;

const CALLS: usize = 2;

/// A step of so many channels.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    channels: usize,
    tanh: bool,
    gate: bool,
    state: bool,
    lower_bound: bool,
}

const CASES: &[Case] = &[
    Case {
        name: "whole",
        channels: 33,
        tanh: false,
        gate: true,
        state: true,
        lower_bound: true,
    },
    Case {
        name: "tanh",
        channels: 16,
        tanh: true,
        gate: true,
        state: true,
        lower_bound: false,
    },
    Case {
        name: "least",
        channels: 1,
        tanh: false,
        gate: false,
        state: false,
        lower_bound: false,
    },
];

impl Case {
    /// The names of the operands in order, and whether they have a dimension of
    /// time.
    fn operands(&self) -> Vec<(&'static str, bool)> {
        let optional = [
            (self.gate, ("gate", true)),
            (self.state, ("state", false)),
            (self.lower_bound, ("lower_bound", false)),
        ];
        let there = optional.iter().filter(|(there, _)| *there);
        let mut operands = vec![("forget", true), ("candidate", true)];
        operands.extend(there.map(|(_, operand)| *operand));
        operands
    }

    fn shape(&self, with_time: bool) -> Vec<usize> {
        match with_time {
            true => vec![1, self.channels],
            false => vec![self.channels],
        }
    }

    fn text(&self) -> String {
        let channels = self.channels;
        let (sequence, vector) = (
            format!("tensor<1x{channels}xf32>"),
            format!("tensor<{channels}xf32>"),
        );
        let r#type = |with_time| if with_time { &sequence } else { &vector };
        let operands = self.operands();
        let arguments: Vec<String> = operands
            .iter()
            .map(|(name, time)| format!("%{name}: {}", r#type(*time)))
            .collect();
        let optional: String = operands[2..]
            .iter()
            .map(|(name, _)| format!(" {name} %{name}"))
            .collect();
        let types: Vec<&str> = operands
            .iter()
            .map(|(_, time)| r#type(*time).as_str())
            .collect();
        let activation = if self.tanh { " activation(tanh)" } else { "" };
        format!(
            "func.func @{}({}) -> ({sequence}, {vector}) {{
               %o, %h = fidelity.mlgru %forget, %candidate{optional}{activation}
                 : ({}) -> ({sequence}, {vector})
               return %o, %h : {sequence}, {vector}
             }}",
            self.name,
            arguments.join(", "),
            types.join(", ")
        )
    }

    /// Numbers for the operands: over the whole range, its ends included, and
    /// near 0.
    fn random(&self, format: Format, random: &mut StdRng) -> Vec<Values> {
        let half = 1i64 << (format.width - 1);
        let one = format.one();
        let mut number = |name| match (name, random.random_range(0..6)) {
            ("lower_bound", 0) => [0, one][random.random_range(0..2)],
            ("lower_bound", _) => random.random_range(0..=one),
            (_, 0) => [-half, half - 1, 0, -1][random.random_range(0..4)],
            (_, 1 | 2) => random.random_range(-half..half),
            _ => random
                .random_range(-2 * one..2 * one)
                .clamp(-half, half - 1),
        };
        self.operands()
            .iter()
            .map(|(name, _)| (0..self.channels).map(|_| number(name)).collect())
            .collect()
    }

    /// What the fixed-point reference gives.
    fn fixed(&self, format: Format, inputs: &[Values]) -> [Values; 2] {
        let steps = (0..self.channels).map(|channel| {
            let at = |operand: &str| {
                let index = self
                    .operands()
                    .iter()
                    .position(|(name, _)| *name == operand);
                index.map(|index| inputs[index][channel])
            };
            format.mlgru(&Step {
                tanh: self.tanh,
                forget: at("forget").expect("a forget gate"),
                candidate: at("candidate").expect("a candidate"),
                gate: at("gate"),
                state: at("state").unwrap_or(0),
                lower_bound: at("lower_bound"),
            })
        });
        let (outputs, states) = steps.unzip();
        [outputs, states]
    }

    /// What the reference interpreter gives for the same numbers.
    fn exact(&self, format: Format, inputs: &[Values]) -> [Vec<f64>; 2] {
        let tensors = inputs
            .iter()
            .zip(self.operands())
            .map(|(values, (_, time))| {
                let values = values.iter().map(|&x| format.to_f64(x)).collect();
                Tensor::from_floats(ElementType::F32, self.shape(time), values).expect("a tensor")
            })
            .collect();
        let mut file = tempfile::NamedTempFile::with_suffix(".mlir").expect("a file");
        file.write_all(self.text().as_bytes()).expect("a file");
        let context = context::new();
        let module = module::read(&context, file.path()).expect("a module");
        let results = fidelity_dialect::interpreter::evaluate(&module, self.name, tensors);
        let results = results.expect("results");
        [results[0].to_f64s(), results[1].to_f64s()]
    }
}

/// How far a step may be from the exact one, the inputs being what they are:
/// the gates are σ_bound off, times the sizes of what they weigh, and silu is
/// |c| times that; each of at most five products is rounded by half a unit.
fn bound(format: Format) -> f64 {
    let largest = format.to_f64(1 << (format.width - 1));
    let unit = 1.0 / format.one() as f64;
    4.0 * largest * curve_bound(format) + 5.0 * unit
}

#[test]
fn a_step_is_that_of_the_fixed_point_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let formats = [(16, 12), (12, 8), (18, 16)].map(|(width, fraction)| Format { width, fraction });
    let mut builder = Builder::default();
    let mut designs = Vec::new();
    for format in formats {
        let text: Vec<String> = CASES.iter().map(Case::text).collect();
        let options = format!(
            "fraction-bits={} fixed-bits={}",
            format.fraction, format.width
        );
        let compiled = design::compile(&text.join("\n"), &options).expect("a design");
        let numbers = builder.add(&compiled.verilog, &compiled.designs);
        designs.extend(
            numbers
                .into_iter()
                .zip(CASES)
                .map(|(number, case)| (number, format, case)),
        );
    }
    let bench = builder.build().expect("a simulation");
    let mut random = StdRng::seed_from_u64(0x5eed);
    let mut checked = 0;
    for (number, format, case) in designs {
        let mut inputs = vec![Vec::new(); case.operands().len()];
        let mut expected = vec![Vec::new(); 2];
        for _ in 0..CALLS {
            let call = case.random(format, &mut random);
            let fixed = case.fixed(format, &call);
            let exact = case.exact(format, &call);
            for (fixed, exact) in fixed.iter().zip(&exact) {
                for (&fixed, &exact) in fixed.iter().zip(exact) {
                    let difference = (format.to_f64(fixed) - exact).abs();
                    let bound = bound(format);
                    assert!(difference <= bound, "{}: {difference} > {bound}", case.name);
                    checked += 1;
                }
            }
            for (all, values) in inputs.iter_mut().zip(call) {
                all.extend(values);
            }
            for (all, values) in expected.iter_mut().zip(fixed) {
                all.extend(values);
            }
        }
        for &stalls in STALLS {
            let actual = bench.run(number, &inputs, CALLS, 7, stalls);
            assert_eq!(actual.as_ref(), Ok(&expected), "{}, {format:?}", case.name);
        }
    }
    assert_eq!(checked, 3 * 2 * CALLS * (33 + 16 + 1));
}
