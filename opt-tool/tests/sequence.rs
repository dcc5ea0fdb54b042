//! The vectors of recurrences against the reference, at sizes around those of vectors
//! and tiles, dynamic and static, and the functions of `fidelity-cpu-expand-math`
//! against those of f64.
//!
//! Sums are added up in another order than the reference's and products are rounded
//! once with them or twice, so that results differ by roundings: a tolerance of 1e-5
//! of the size of a tensor's numbers, which are of about 1.

use fidelity_dialect::interpreter;
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::{
    compile::{self, CodeTarget},
    context,
    generate::Machine,
    module,
    run::Compiled,
};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::{collections::HashMap, path::Path};

const TOLERANCE: f64 = 1e-5;

/// A name, sizes, and between which numbers elements lie.
type Operand = (&'static str, &'static str, f64, f64);

/// A sequence op of operands whose sizes have letters.
struct Case {
    text: &'static str,
    operands: &'static [Operand],
    results: &'static [&'static str],
    /// The sizes that each letter takes, the others staying at their first ones.
    sizes: &'static [(char, &'static [usize])],
}

const STEPS: (char, &[usize]) = ('T', &[5, 0, 1, 2, 15, 16, 17, 33]);
/// Of lanes that are values, in tiles of 64.
const VALUES: (char, &[usize]) = ('V', &[19, 0, 1, 3, 15, 16, 17, 32, 48, 63, 64, 65, 80, 130]);
const KEYS: (char, &[usize]) = ('K', &[6, 0, 1, 2, 15, 16, 17]);
/// Of lanes that are keys.
const STATES: (char, &[usize]) = ('N', &[16, 0, 1, 2, 3, 8, 15, 17, 31, 32, 33, 50]);
/// Of rows, in tiles of 8.
const ROWS: (char, &[usize]) = ('D', &[11, 0, 1, 7, 8, 9, 16]);
/// Rows and steps of a state that is transposed, so that they are lanes.
const TURNED_ROWS: (char, &[usize]) = ('D', &[19, 16, 64, 83]);
const TURNING_STEPS: (char, &[usize]) = ('T', &[65, 16, 63, 64]);
const HEADS: (char, &[usize]) = ('H', &[2, 1, 3]);
const BATCHES: (char, &[usize]) = ('B', &[1, 2, 0]);

const SSD_OPERANDS: &[Operand] = &[
    ("x", "BTHD", -1.0, 1.0),
    ("dt", "BTH", -1.0, 1.0),
    ("a", "H", -1.0, 0.0),
    ("b", "BTGN", -1.0, 1.0),
    ("c", "BTGN", -1.0, 1.0),
    ("s", "BHDN", -1.0, 1.0),
];
const SCAN_OPERANDS: &[Operand] = &[
    ("x", "BTD", -1.0, 1.0),
    ("a", "DN", -1.0, 0.0),
    ("b", "BTN", -1.0, 1.0),
    ("c", "BTN", -1.0, 1.0),
    ("dt", "BTD", -1.0, 1.0),
    ("d", "D", -1.0, 1.0),
    ("z", "BTD", -1.0, 1.0),
    ("s", "BDN", -1.0, 1.0),
];

const CASES: &[Case] = &[
    Case {
        text: "linear_attention %q, %k, %v decay %g state %s update_rule(gated)",
        operands: &[
            ("q", "BHTK", -1.0, 1.0),
            ("k", "BHTK", -0.5, 0.5),
            ("v", "BHTV", -1.0, 1.0),
            ("g", "BHTK", -0.5, 0.0),
            ("s", "BHKV", -1.0, 1.0),
        ],
        results: &["BHTV", "BHKV"],
        sizes: &[STEPS, VALUES, KEYS, HEADS, BATCHES],
    },
    Case {
        text: "linear_attention %q, %k, %v state %s, %z update_rule(linear) feature_map(elu_plus_one) {normalize}",
        operands: &[
            ("q", "BHTK", -1.0, 1.0),
            ("k", "BHTK", -0.5, 0.5),
            ("v", "BHTV", -1.0, 1.0),
            ("s", "BHKV", -1.0, 1.0),
            ("z", "BHK", 0.5, 1.0),
        ],
        results: &["BHTV", "BHKV", "BHK"],
        sizes: &[STEPS, VALUES, KEYS],
    },
    Case {
        text: "linear_attention %q, %k, %v beta %b update_rule(delta)",
        operands: &[
            ("q", "BHTK", -1.0, 1.0),
            ("k", "BHTK", -0.3, 0.3),
            ("v", "BHTV", -1.0, 1.0),
            ("b", "BHT", 0.0, 1.0),
        ],
        results: &["BHTV", "BHKV"],
        sizes: &[STEPS, VALUES, KEYS],
    },
    Case {
        text: "linear_attention %q, %k, %v decay %g beta %b state %s update_rule(gated_delta)",
        operands: &[
            ("q", "BHTK", -1.0, 1.0),
            ("k", "BHTK", -0.3, 0.3),
            ("v", "BHTV", -1.0, 1.0),
            ("g", "BHT", -0.5, 0.0),
            ("b", "BHT", 0.0, 1.0),
            ("s", "BHKV", -1.0, 1.0),
        ],
        results: &["BHTV", "BHKV"],
        sizes: &[STEPS, VALUES, KEYS, HEADS],
    },
    Case {
        text: "rwkv %q, %g, %k, %v bonus %u state %s version(v6)",
        operands: &[
            ("q", "BHTK", -1.0, 1.0),
            ("g", "BHTK", -0.5, 0.0),
            ("k", "BHTK", -0.5, 0.5),
            ("v", "BHTV", -1.0, 1.0),
            ("u", "HK", -1.0, 1.0),
            ("s", "BHKV", -1.0, 1.0),
        ],
        results: &["BHTV", "BHKV"],
        sizes: &[STEPS, VALUES, KEYS, HEADS],
    },
    Case {
        text: "rwkv %q, %g, %k, %v erase %a, %b bonus %u state %s version(v7)",
        operands: &[
            ("q", "BHTK", -1.0, 1.0),
            ("g", "BHTK", -0.5, 0.0),
            ("k", "BHTK", -0.5, 0.5),
            ("v", "BHTV", -1.0, 1.0),
            ("a", "BHTK", -0.3, 0.3),
            ("b", "BHTK", -0.3, 0.3),
            ("u", "HK", -1.0, 1.0),
            ("s", "BHKV", -1.0, 1.0),
        ],
        results: &["BHTV", "BHKV"],
        sizes: &[STEPS, VALUES, KEYS, HEADS],
    },
    Case {
        text: "ssm.scan %x, %a, %b, %c delta %dt skip %d gate %z state %s {delta_softplus}",
        operands: SCAN_OPERANDS,
        results: &["BTD", "BDN"],
        sizes: &[STEPS, ROWS, STATES, BATCHES],
    },
    Case {
        text: "ssm.scan %x, %a, %b, %c",
        operands: &[
            ("x", "BTD", -1.0, 1.0),
            ("a", "DN", -0.9, 0.9),
            ("b", "DN", -1.0, 1.0),
            ("c", "DN", -1.0, 1.0),
        ],
        results: &["BTD", "BDN"],
        sizes: &[STEPS, ROWS, STATES],
    },
    Case {
        text: "ssm.ssd %x, %dt, %a, %b, %c state %s {delta_softplus}",
        operands: SSD_OPERANDS,
        results: &["BTHD", "BHDN"],
        sizes: &[
            STEPS,
            ROWS,
            STATES,
            ('H', &[2, 4, 6]),
            ('G', &[1, 2]),
            BATCHES,
        ],
    },
    Case {
        text: "ssm.scan %x, %a, %b, %c delta %dt skip %d gate %z state %s {delta_softplus}",
        operands: SCAN_OPERANDS,
        results: &["BTD", "BDN"],
        sizes: &[TURNING_STEPS, TURNED_ROWS, STATES, BATCHES],
    },
    Case {
        text: "ssm.ssd %x, %dt, %a, %b, %c state %s {delta_softplus}",
        operands: SSD_OPERANDS,
        results: &["BTHD", "BHDN"],
        sizes: &[
            TURNING_STEPS,
            TURNED_ROWS,
            STATES,
            ('H', &[2, 4, 6]),
            ('G', &[1, 2]),
            BATCHES,
        ],
    },
    Case {
        text: "mlgru %f, %c gate %g state %s lower_bound %b activation(tanh)",
        operands: &[
            ("f", "BTV", -1.0, 1.0),
            ("c", "BTV", -1.0, 1.0),
            ("g", "BTV", -1.0, 1.0),
            ("s", "BV", -1.0, 1.0),
            ("b", "V", 0.0, 0.5),
        ],
        results: &["BTV", "BV"],
        sizes: &[STEPS, VALUES, BATCHES],
    },
    Case {
        text: "ema %x, %a, %d, %b, %e state %s",
        operands: &[
            ("x", "BTD", -1.0, 1.0),
            ("a", "DN", 0.1, 0.9),
            ("d", "DN", 0.1, 0.9),
            ("b", "DN", -1.0, 1.0),
            ("e", "DN", -1.0, 1.0),
            ("s", "BDN", -1.0, 1.0),
        ],
        results: &["BTD", "BDN"],
        sizes: &[STEPS, ROWS, STATES],
    },
    // As it is, without a batch: nothing stands between the state and the kernel.
    Case {
        text: "recurrence decay %a key %v state %s {indexing_maps = [\
               affine_map<(t, d, n) -> (d, n)>, affine_map<(t, d, n) -> (t, d)>, \
               affine_map<(t, d, n) -> (d, n)>, affine_map<(t, d, n) -> (t, d)>, \
               affine_map<(t, d, n) -> (d, n)>]}",
        operands: &[
            ("a", "DN", -0.9, 0.9),
            ("v", "TD", -1.0, 1.0),
            ("s", "DN", -1.0, 1.0),
        ],
        results: &["TD", "DN"],
        sizes: &[
            STEPS,
            ('D', &[9, 0, 1, 7, 8, 10, 15, 16, 17]),
            ('N', &[16, 1, 8, 9, 15, 17, 33]),
        ],
    },
    Case {
        text: "mlstm %q, %k, %v, %i, %f state %c, %n, %m",
        operands: &[
            ("q", "BTK", -1.0, 1.0),
            ("k", "BTK", -1.0, 1.0),
            ("v", "BTV", -1.0, 1.0),
            ("i", "BT", -1.0, 1.0),
            ("f", "BT", -1.0, 1.0),
            ("c", "BKV", -1.0, 1.0),
            ("n", "BK", 0.5, 1.0),
            ("m", "B", -1.0, 1.0),
        ],
        results: &["BTV", "BKV", "BK", "B"],
        sizes: &[STEPS, VALUES, KEYS],
    },
];

impl Case {
    /// The function, with the sizes that are given, others dynamic.
    fn function(&self, sizes: &HashMap<char, usize>) -> String {
        let r#type = |letters: &str| {
            let size = |letter| match sizes.get(&letter) {
                Some(size) => format!("{size}x"),
                None => "?x".to_owned(),
            };
            let sizes: String = letters.chars().map(size).collect();
            format!("tensor<{sizes}f32>")
        };
        let types: Vec<_> = self.operands.iter().map(|(_, of, ..)| r#type(of)).collect();
        let arguments: Vec<_> = (self.operands.iter().zip(&types))
            .map(|((name, ..), of)| format!("%{name}: {of}"))
            .collect();
        let results: Vec<_> = self.results.iter().map(|of| r#type(of)).collect();
        let values: Vec<_> = (0..results.len()).map(|at| format!("%y#{at}")).collect();
        format!(
            "func.func @f({}) -> ({results}) {{
               %y:{} = fidelity.{} : ({}) -> ({results})
               return {} : {results}
             }}",
            arguments.join(", "),
            results.len(),
            self.text,
            types.join(", "),
            values.join(", "),
            results = results.join(", "),
        )
    }

    /// The first size of each letter, and each other one beside the first ones.
    fn all_sizes(&self) -> Vec<HashMap<char, usize>> {
        let first: HashMap<char, usize> = ("BH".chars().map(|letter| (letter, 1)))
            .chain(self.sizes.iter().map(|&(letter, sizes)| (letter, sizes[0])))
            .collect();
        let mut all = vec![first.clone()];
        for &(letter, sizes) in self.sizes {
            for &size in &sizes[1..] {
                let mut changed = first.clone();
                changed.insert(letter, size);
                all.push(changed);
            }
        }
        all
    }

    fn inputs(&self, random: &mut StdRng, sizes: &HashMap<char, usize>) -> Vec<Tensor> {
        let input = |&(_, letters, least, most): &(&str, &str, f64, f64)| {
            let shape: Vec<usize> = letters.chars().map(|letter| sizes[&letter]).collect();
            let count = shape.iter().product();
            let values = (0..count).map(|_| random.random_range(least..=most));
            Tensor::from_floats(ElementType::F32, shape, values.collect()).expect("as many")
        };
        self.operands.iter().map(input).collect()
    }
}

/// Calls a function with each of some inputs, for so many threads of a processor of that
/// name.
fn run(
    text: &str,
    cpu: &str,
    threads: u32,
    calls: &[Vec<Tensor>],
) -> Result<Vec<Vec<Tensor>>, String> {
    let context = context::new();
    let path = Path::new("sequence.mlir");
    let parsed =
        module::parse(&context, path, text.as_bytes()).map_err(|error| error.to_string())?;
    let level = OptimizationLevel::Default;
    let machine = compile::machine(None, Some(cpu), level)?;
    let llvm = LlvmContext::create();
    let target = CodeTarget {
        machine: &machine,
        level,
        threads,
    };
    let mut compiled = Compiled::for_target(&context, &llvm, path, parsed, &["f"], target)
        .map_err(|error| error.to_string())?;
    (calls.iter())
        .map(|inputs| compiled.call("f", inputs.clone()))
        .collect()
}

/// What the interpreter gives for each of some inputs.
fn expected(text: &str, calls: &[Vec<Tensor>]) -> Vec<Vec<Tensor>> {
    let context = context::new();
    let path = Path::new("sequence.mlir");
    let module = module::parse(&context, path, text.as_bytes()).expect("a module");
    let evaluate = |inputs: &Vec<Tensor>| interpreter::evaluate(&module, "f", inputs.clone());
    (calls.iter().map(evaluate))
        .collect::<Result<_, _>>()
        .expect("results")
}

fn assert_near(actual: &[Vec<Tensor>], expected: &[Vec<Tensor>], text: &str) {
    assert_eq!(actual.len(), expected.len());
    for (actual, expected) in actual.iter().zip(expected) {
        for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
            assert_eq!(actual.shape(), expected.shape(), "{text}");
            let (numbers, exact) = (actual.to_f64s(), expected.to_f64s());
            let squares: f64 = exact.iter().map(|value| value * value).sum();
            let size = (squares / exact.len().max(1) as f64).sqrt().max(1.0);
            for (at, (number, exact)) in numbers.iter().zip(&exact).enumerate() {
                let is_same = number.is_nan() && exact.is_nan();
                assert!(
                    is_same || (number - exact).abs() <= TOLERANCE * size,
                    "result {index} of {:?}, element {at}: expected {exact}, but got {number}, of\n{text}",
                    actual.shape(),
                );
            }
        }
    }
}

#[test]
fn dynamic_sizes_give_what_the_reference_gives() {
    let mut random = StdRng::seed_from_u64(11);
    for case in CASES {
        let text = case.function(&HashMap::new());
        let sizes = case.all_sizes();
        let calls: Vec<_> = (sizes.iter())
            .map(|sizes| case.inputs(&mut random, sizes))
            .collect();
        let expected = expected(&text, &calls);
        for cpu in ["native", "x86-64"] {
            if cfg!(not(target_arch = "x86_64")) && cpu != "native" {
                continue;
            }
            let actual = run(&text, cpu, 1, &calls).expect("results");
            assert_near(&actual, &expected, &text);
        }
    }
}

/// One value may be several operands, each by its own map.
#[test]
fn a_value_may_be_operands_of_several_loops() {
    let mut random = StdRng::seed_from_u64(13);
    let tests: [(&str, &str, &[usize], &[&str]); 2] = [
        (
            "decay %x key %x",
            "(t, h, v) -> (t, v) (t, h, v) -> (h, v) (t, h, v) -> (t, h, v) (t, h, v) -> (h, v)",
            &[4, 16],
            &["4x4x16", "4x16"],
        ),
        (
            "decay %x key %x value %x",
            "(t, h, k, v) -> (t, h) (t, h, k, v) -> (t, k) (t, h, k, v) -> (t, v) \
             (t, h, k, v) -> (t, h, v) (t, h, k, v) -> (h, k, v)",
            &[8, 8],
            &["8x8x8", "8x8x8"],
        ),
    ];
    for (operands, maps, shape, results) in tests {
        let maps: Vec<_> = (maps.split(") (").map(|map| map.trim_matches(['(', ')'])))
            .map(|map| format!("affine_map<({map})>"))
            .collect();
        let x = format!("tensor<{}x{}xf32>", shape[0], shape[1]);
        let types = vec![x.as_str(); operands.matches("%x").count()].join(", ");
        let results: Vec<_> = results
            .iter()
            .map(|sizes| format!("tensor<{sizes}xf32>"))
            .collect();
        let text = format!(
            "func.func @f(%x: {x}) -> ({results}) {{
               %y:2 = fidelity.recurrence {operands} {{indexing_maps = [{}]}}
                 : ({types}) -> ({results})
               return %y#0, %y#1 : {results}
             }}",
            maps.join(", "),
            results = results.join(", "),
        );
        let values = (0..shape.iter().product()).map(|_| random.random_range(-0.9..=0.9));
        let input = Tensor::from_floats(ElementType::F32, shape.to_vec(), values.collect());
        let calls = [vec![input.expect("as many")]];
        let actual = run(&text, "native", 1, &calls).expect("results");
        assert_near(&actual, &expected(&text, &calls), &text);
    }
}

#[test]
fn static_sizes_give_what_the_reference_gives() {
    let mut random = StdRng::seed_from_u64(12);
    for case in CASES {
        for sizes in case.all_sizes() {
            let text = case.function(&sizes);
            let calls = [case.inputs(&mut random, &sizes)];
            let expected = expected(&text, &calls);
            let actual = run(&text, "native", 1, &calls).expect("results");
            assert_near(&actual, &expected, &text);
        }
    }
}

/// Large enough for threads, and shared by heads or by lanes, whole tiles and what they
/// leave, or a part of it too small for them: the numbers are the same bit for bit.
#[test]
fn threads_change_no_number() {
    let mut random = StdRng::seed_from_u64(14);
    let sizes: &[(&str, &[(char, usize)])] = &[
        (
            "linear_attention",
            &[('H', 3), ('T', 161), ('K', 33), ('V', 83)],
        ),
        ("rwkv", &[('H', 5), ('T', 133), ('K', 40), ('V', 50)]),
        ("mlgru", &[('T', 2800), ('V', 403)]),
        ("ssm.scan", &[('T', 600), ('D', 403), ('N', 5)]),
        (
            "ssm.ssd",
            &[('H', 4), ('G', 2), ('T', 260), ('D', 19), ('N', 70)],
        ),
    ];
    for case in CASES {
        let of_case = sizes.iter().filter(|(op, _)| case.text.starts_with(op));
        for (_, sizes) in of_case {
            let mut all = case.all_sizes()[0].clone();
            all.extend(sizes.iter().copied());
            let calls = [case.inputs(&mut random, &all)];
            for text in [case.function(&all), case.function(&HashMap::new())] {
                let one = run(&text, "native", 1, &calls).expect("results");
                for threads in [2, 3] {
                    let many = run(&text, "native", threads, &calls).expect("results");
                    assert!(one == many, "{threads} threads, {all:?}, of\n{text}");
                }
            }
        }
    }
}
