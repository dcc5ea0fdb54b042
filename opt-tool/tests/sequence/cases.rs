//! Ops on sequences, of sizes that have letters.

use fidelity_reference::{ElementType, Tensor};
use rand::{RngExt, rngs::StdRng};
use std::collections::HashMap;

/// A name, sizes, and between which numbers elements lie.
type Operand = (&'static str, &'static str, f64, f64);

/// A sequence op of operands whose sizes have letters.
pub struct Case {
    pub text: &'static str,
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

/// The ops.
pub const CASES: &[Case] = &[
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

/// How operands come into a function.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    /// As they are.
    Plain,
    /// With their last two dimensions transposed.
    Transposed,
    /// States in the memory of which those after the last step are written.
    InPlace,
}

impl Case {
    /// The function, with the sizes that are given, others dynamic.
    pub fn function(&self, sizes: &HashMap<char, usize>) -> String {
        self.function_of(sizes, Form::Plain)
    }

    /// The letters of an operand as it comes into the function.
    fn letters(letters: &str, form: Form) -> String {
        let mut letters: Vec<char> = letters.chars().collect();
        if let ([.., last, end], Form::Transposed) = (letters.as_mut_slice(), form) {
            std::mem::swap(last, end);
        }
        letters.into_iter().collect()
    }

    pub fn function_of(&self, sizes: &HashMap<char, usize>, form: Form) -> String {
        let r#type = |letters: &str| {
            let size = |letter| match sizes.get(&letter) {
                Some(size) => format!("{size}x"),
                None => "?x".to_owned(),
            };
            let sizes: String = letters.chars().map(size).collect();
            format!("tensor<{sizes}f32>")
        };
        let types: Vec<_> = self.operands.iter().map(|(_, of, ..)| r#type(of)).collect();
        let results: Vec<_> = self.results.iter().map(|of| r#type(of)).collect();
        // The states are named in the order of the results after the first one.
        let states = self
            .text
            .split_once(" state ")
            .map_or("", |(_, states)| states);
        let states: Vec<&str> = (states.split(", "))
            .map_while(|state| state.strip_prefix('%'))
            .filter_map(|state| state.split(' ').next())
            .collect();
        let mut transposed = String::new();
        let mut arguments = vec![];
        for ((name, letters, ..), of) in self.operands.iter().zip(&types) {
            let taken = r#type(&Self::letters(letters, form));
            arguments.push(match form {
                Form::Transposed if letters.len() > 1 => {
                    let mut order: Vec<usize> = (0..letters.len()).collect();
                    order.swap(letters.len() - 2, letters.len() - 1);
                    transposed += &format!(
                        "%{name}_room = tensor.empty() : {of}
                         %{name} = linalg.transpose ins(%{name}_raw : {taken}) \
                         outs(%{name}_room : {of}) permutation = {order:?}\n"
                    );
                    format!("%{name}_raw: {taken}")
                }
                Form::InPlace => match states.iter().position(|state| state == name) {
                    Some(state) => {
                        format!("%{name}: {of} {{fidelity.aliasing_output = {}}}", state + 1)
                    }
                    None => format!("%{name}: {of}"),
                },
                _ => format!("%{name}: {of}"),
            });
        }
        let values: Vec<_> = (0..results.len()).map(|at| format!("%y#{at}")).collect();
        format!(
            "func.func @f({}) -> ({results}) {{
               {transposed}%y:{} = fidelity.{} : ({}) -> ({results})
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
    pub fn all_sizes(&self) -> Vec<HashMap<char, usize>> {
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

    pub fn inputs(&self, random: &mut StdRng, sizes: &HashMap<char, usize>) -> Vec<Tensor> {
        self.inputs_of(random, sizes, Form::Plain)
    }

    pub fn inputs_of(
        &self,
        random: &mut StdRng,
        sizes: &HashMap<char, usize>,
        form: Form,
    ) -> Vec<Tensor> {
        let input = |&(_, letters, least, most): &(&str, &str, f64, f64)| {
            let letters = Self::letters(letters, form);
            let shape: Vec<usize> = letters.chars().map(|letter| sizes[&letter]).collect();
            let count = shape.iter().product();
            let values = (0..count).map(|_| random.random_range(least..=most));
            Tensor::from_floats(ElementType::F32, shape, values.collect()).expect("as many")
        };
        self.operands.iter().map(input).collect()
    }
}
