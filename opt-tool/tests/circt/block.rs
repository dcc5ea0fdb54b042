//! A whole block of a model, `examples/mmfree-block/block.mlir`: bit by bit that
//! of `fixed`, and near the reference interpreter.

use crate::{
    bench::{Bench, Builder, Values},
    cases::{exact, options},
    design,
    fixed::{Format, Step},
    tools,
};
use fidelity_reference::{ElementType, Tensor};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::fs;

const FORMAT: Format = Format {
    width: 20,
    fraction: 12,
};

/// A block of other sizes.
#[derive(Clone, Copy)]
struct Sizes {
    channels: usize,
    inner: usize,
    tokens: usize,
}

const REAL: Sizes = Sizes {
    channels: 256,
    inner: 768,
    tokens: 16,
};

const RAGGED: Sizes = Sizes {
    channels: 13,
    inner: 22,
    tokens: 3,
};

impl Sizes {
    fn text(self) -> String {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../examples/mmfree-block/block.mlir"
        );
        let text = fs::read_to_string(path).expect("the block");
        let Self {
            channels,
            inner,
            tokens,
        } = self;
        text.replace("1536", &(2 * inner).to_string())
            .replace("768", &inner.to_string())
            .replace("256", &channels.to_string())
            .replace("<16x", &format!("<{tokens}x"))
            .replace("[16, ", &format!("[{tokens}, "))
    }
}

/// What an argument is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number(f64, f64),
    Trits,
    Scale,
}

/// The arguments: what each is, and its shape.
fn arguments(sizes: Sizes, tokens: usize) -> Vec<(Kind, Vec<usize>)> {
    let Sizes {
        channels, inner, ..
    } = sizes;
    let norm = |size| (Kind::Number(0.5, 1.5), vec![size]);
    let mut arguments = vec![
        (Kind::Number(-2.0, 2.0), vec![tokens, channels]),
        (Kind::Number(-1.0, 1.0), vec![channels]),
        norm(channels),
        norm(channels),
        norm(channels),
        (Kind::Number(0.0, 1.0), vec![channels]),
    ];
    for (rows, columns) in [
        (channels, channels),
        (channels, channels),
        (channels, channels),
        (channels, channels),
        (2 * inner, channels),
        (channels, inner),
    ] {
        arguments.push((Kind::Trits, vec![rows, columns]));
        arguments.push((Kind::Scale, vec![columns]));
        arguments.push(norm(columns));
    }
    arguments
}

/// Numbers for the arguments; a scale is that under which a layer keeps the size
/// of what it takes.
fn random(format: Format, arguments: &[(Kind, Vec<usize>)], random: &mut StdRng) -> Vec<Values> {
    let one = format.one() as f64;
    arguments
        .iter()
        .map(|(kind, shape)| match *kind {
            Kind::Scale => {
                let scale = (1.5 / shape[0] as f64).sqrt();
                vec![(scale * format.fine().one() as f64) as i64]
            }
            Kind::Trits | Kind::Number(..) => (0..shape.iter().product())
                .map(|_| match *kind {
                    Kind::Number(least, most) => (random.random_range(least..=most) * one) as i64,
                    _ => random.random_range(-1..=1),
                })
                .collect(),
        })
        .collect()
}

/// The block in fixed point: the output and the last state.
fn fixed(format: Format, sizes: Sizes, inputs: &[Values]) -> Vec<Values> {
    let mut state = inputs[1].clone();
    let [attn_norm, mlp_norm, g_norm, bound] = [2, 3, 4, 5].map(|at| inputs[at].as_slice());
    let layer = |number: usize, x: &[i64]| {
        let at = 6 + 3 * number;
        let norm = Some(inputs[at + 2].as_slice());
        format.bit_linear(x, &inputs[at], &inputs[at + 1], norm, None, 1e-8)
    };
    let each = |x: &[i64], y: &[i64], of: fn(Format, i64, i64) -> i64| -> Values {
        x.iter().zip(y).map(|(&x, &y)| of(format, x, y)).collect()
    };
    let tokens = inputs[0].chunks(sizes.channels).flat_map(|x| {
        let mixed = format.rms_norm(x, Some(attn_norm), 1e-6);
        let (f, i) = (layer(0, &mixed), layer(1, &mixed));
        let o: Values = (0..sizes.channels)
            .map(|channel| {
                let (output, next) = format.mlgru(&Step {
                    tanh: false,
                    forget: f[channel],
                    candidate: i[channel],
                    gate: None,
                    state: state[channel],
                    lower_bound: Some(bound[channel]),
                });
                state[channel] = next;
                output
            })
            .collect();
        let gate = format.rms_norm(&layer(2, &mixed), Some(g_norm), 1e-6);
        let gated = each(&o, &gate, Format::swiglu);
        let y = each(x, &layer(3, &gated), Format::add);
        let both = layer(4, &format.rms_norm(&y, Some(mlp_norm), 1e-6));
        let (left, right) = both.split_at(sizes.inner);
        let inner = each(left, right, Format::swiglu);
        each(&y, &layer(5, &inner), Format::add)
    });
    let output = tokens.collect();
    vec![output, state]
}

/// What the reference interpreter gives for the same numbers.
fn reference(
    format: Format,
    sizes: Sizes,
    name: &str,
    arguments: &[(Kind, Vec<usize>)],
    inputs: &[Values],
) -> Vec<Vec<f64>> {
    let tensors = arguments
        .iter()
        .zip(inputs)
        .map(|((kind, shape), values)| {
            let floats = |of: Format| values.iter().map(|&x| of.to_f64(x)).collect();
            match kind {
                Kind::Trits => {
                    Tensor::from_integers(ElementType::I8, shape.clone(), values.clone())
                }
                Kind::Scale => {
                    Tensor::from_floats(ElementType::F32, Vec::new(), floats(format.fine()))
                }
                Kind::Number(..) => {
                    Tensor::from_floats(ElementType::F32, shape.clone(), floats(format))
                }
            }
            .expect("a tensor")
        })
        .collect();
    exact(&sizes.text(), name, tensors)
}

/// The arguments of a call and its results in fixed point, which are near those of
/// the reference interpreter: the differences, relative to the results' size.
fn call(
    format: Format,
    sizes: Sizes,
    name: &str,
    tokens: usize,
) -> (Vec<Values>, Vec<Values>, Vec<f64>) {
    let arguments = arguments(sizes, tokens);
    let inputs = random(format, &arguments, &mut StdRng::seed_from_u64(0xb10c));
    let expected = fixed(format, sizes, &inputs);
    let exact = reference(format, sizes, name, &arguments, &inputs);
    let errors = expected
        .iter()
        .zip(&exact)
        .map(|(expected, exact)| {
            let difference = |(x, y): (&i64, &f64)| (format.to_f64(*x) - y).powi(2);
            let error: f64 = expected.iter().zip(exact).map(difference).sum();
            let size: f64 = exact.iter().map(|y| y * y).sum();
            (error / size).sqrt()
        })
        .collect();
    (inputs, expected, errors)
}

/// Simulates a function some times, under stalls.
fn check(
    bench: &Bench,
    number: usize,
    (sizes, name, tokens): (Sizes, &str, usize),
    stalls: &[(u32, u32)],
) {
    let (inputs, expected, errors) = call(FORMAT, sizes, name, tokens);
    println!("{name} of {} channels: {errors:?} off", sizes.channels);
    assert!(
        errors.iter().all(|&error| error <= BOUND),
        "{name}: {errors:?} off"
    );
    let arguments = arguments(sizes, tokens);
    let streams: Vec<Values> = arguments
        .iter()
        .zip(&inputs)
        .map(|((kind, shape), values)| match kind {
            Kind::Trits => {
                let trits: Vec<i8> = values.iter().map(|&trit| trit as i8).collect();
                let bytes = fidelity_dialect::Storage::Packed2.pack(&trits, shape[1]);
                bytes.into_iter().map(i64::from).collect()
            }
            _ => values.clone(),
        })
        .collect();
    for &stalls in stalls {
        let actual = bench.run(number, &streams, 1, 1, stalls).expect("results");
        assert!(actual == expected, "{name}, {stalls:?}");
    }
}

/// How far, relative to its size, a result may be from the exact one.
///
/// Activations are quantised three times one after the other, in steps of 1/127 of
/// their largest one, of which the last are a fifteenth of a typical activation. A
/// difference of ε makes some of them, about ε of a step, go to the next step, and
/// √ε of a step is what their sum then differs by; the next layer makes the root of
/// that. So 2e-4, which is what the lines of σ are off, becomes percents, with any
/// number of bits; quantising itself does as much to the exact numbers.
const BOUND: f64 = 3e-2;

#[test]
fn a_block_is_that_of_the_fixed_point_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let mut builder = Builder::default();
    let mut add = |sizes: Sizes, lanes| {
        let compiled = design::compile(&sizes.text(), &options(FORMAT, lanes)).expect("a design");
        builder.add(&compiled.verilog, &compiled.designs)
    };
    let ragged = add(RAGGED, 4);
    let real = add(REAL, 16);
    let bench = builder.build().expect("a simulation");
    let all = crate::bench::STALLS;
    check(&bench, ragged[0], (RAGGED, "step", 1), all);
    check(&bench, ragged[1], (RAGGED, "sequence", RAGGED.tokens), all);
    check(&bench, real[0], (REAL, "step", 1), &all[..2]);
    check(&bench, real[1], (REAL, "sequence", REAL.tokens), &all[1..2]);
}
