//! Recurrences in fixed point: steps, and sequences of them.

use crate::{
    bench::Values,
    cases::{Argument, Case, Kind, check_all, types},
    fixed::{Format, Recurrence, Step, curve_bound},
    mutants::check_mutants,
    tools,
};

const FORMATS: &[Format] = &[
    Format {
        width: 16,
        fraction: 12,
    },
    Format {
        width: 18,
        fraction: 16,
    },
];

/// What a unit has besides its forget gate and candidate.
#[derive(Clone, Copy, Default)]
struct Parts {
    tanh: bool,
    gate: bool,
    state: bool,
    lower_bound: bool,
}

/// A unit over time.
fn mlgru(name: &str, [batch, time, channels]: [usize; 3], parts: Parts) -> Case {
    let sequence = Argument::new(&[batch, time, channels], Kind::Number);
    let state = Argument::new(&[batch, channels], Kind::Number);
    let mut arguments = vec![sequence.clone(), sequence.clone()];
    let mut optional = String::new();
    let mut operand = |there: bool, what: &str, argument: Argument| {
        there.then(|| {
            let at = arguments.len();
            optional.push_str(&format!(" {what} %arg{at}"));
            arguments.push(argument);
            at
        })
    };
    let gate = operand(parts.gate, "gate", sequence.clone());
    let first = operand(parts.state, "state", state.clone());
    let bound = operand(
        parts.lower_bound,
        "lower_bound",
        Argument::new(&[channels], Kind::Unit),
    );
    let activation = if parts.tanh { "activation(tanh)" } else { "" };
    let results = [sequence.r#type(), state.r#type()];
    let of = types(&arguments);
    let to = results.join(", ");
    Case::new(
        name,
        arguments,
        &results,
        &format!("%r:2 = fidelity.mlgru %arg0, %arg1{optional} {activation} : ({of}) -> ({to})"),
        Box::new(move |format: Format, inputs: &[Values]| {
            let mut states = match first {
                Some(at) => inputs[at].clone(),
                None => vec![0; batch * channels],
            };
            let outputs = (0..batch * time * channels).map(|at| {
                let (sequence, channel) = (at / channels / time, at % channels);
                let state = &mut states[sequence * channels + channel];
                let (output, next) = format.mlgru(&Step {
                    tanh: parts.tanh,
                    forget: inputs[0][at],
                    candidate: inputs[1][at],
                    gate: gate.map(|gate| inputs[gate][at]),
                    state: *state,
                    lower_bound: bound.map(|bound| inputs[bound][channel]),
                });
                *state = next;
                output
            });
            vec![outputs.collect(), states]
        }),
        // The gates are a curve's bound off, times the sizes of what they weigh, and
        // silu is |c| times that; each of at most five products is rounded by half
        // a unit. A step adds that to what is left of the one before.
        Box::new(move |format, _, _| {
            let largest = format.to_f64(format.range().1 + 1);
            let unit = 1.0 / format.one() as f64;
            time as f64 * (4.0 * largest * curve_bound(format) + 5.0 * unit)
        }),
    )
}

#[test]
fn units_are_those_of_the_fixed_point_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let all = Parts {
        tanh: false,
        gate: true,
        state: true,
        lower_bound: true,
    };
    let cases = [
        mlgru("whole", [1, 1, 33], all),
        mlgru(
            "tanh",
            [1, 1, 16],
            Parts {
                tanh: true,
                lower_bound: false,
                ..all
            },
        ),
        mlgru("least", [1, 1, 1], Parts::default()),
        mlgru("batch", [3, 1, 5], all),
        // Fewer channels than the pipeline is long, and more.
        mlgru("sequence", [1, 5, 3], all),
        mlgru("one_channel", [1, 4, 1], Parts::default()),
        mlgru("sequences", [2, 3, 40], all),
        mlgru(
            "no_state",
            [2, 4, 6],
            Parts {
                tanh: true,
                gate: false,
                state: false,
                lower_bound: false,
            },
        ),
    ];
    check_all(FORMATS, 4, &cases);
}

/// The bench sees what is wrong with a sequence: comparisons of what keeps its state,
/// and differences of its step, made other ones.
#[test]
fn a_wrong_sequence_fails() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let parts = Parts {
        tanh: false,
        gate: false,
        state: true,
        lower_bound: true,
    };
    let case = mlgru("sequence", [1, 5, 3], parts);
    let changes = vec![
        (
            "fidelity_mlgru_silu_state_lower_bound_w16f12_5x3",
            ("predicate = 0 : i64", "predicate = 1 : i64"),
        ),
        // The first one of the name is the step.
        (
            "fidelity_mlgru_silu_state_lower_bound_w16f12",
            ("comb.sub", "comb.add"),
        ),
    ];
    let cases = [(case, changes)];
    check_mutants(&cases, FORMATS[0], 10);
}

/// A recurrence over `[T, C]`: its operands, by name, with what they are over, and
/// its attributes.
fn recurrence(
    name: &str,
    [time, channels]: [usize; 2],
    operands: &'static [(&'static str, &'static str)],
    attributes: &str,
    read: &str,
) -> Case {
    let shape = |over: &str| match over {
        "t, c" => vec![time, channels],
        "c" => vec![channels],
        _ => vec![time],
    };
    let kind = |name: &str| match name {
        "decay" => Kind::Unit,
        _ => Kind::Small,
    };
    let arguments: Vec<Argument> = operands
        .iter()
        .map(|(name, over)| Argument::new(&shape(over), kind(name)))
        .collect();
    let mut list = String::new();
    for (at, (name, _)) in operands.iter().enumerate() {
        match at > 0 && operands[at - 1].0 == *name {
            true => list.push_str(&format!(", %arg{at}")),
            false => list.push_str(&format!(" {name} %arg{at}")),
        }
    }
    let all = operands.iter().map(|(_, over)| *over).chain(["t, c", "c"]);
    let maps: Vec<String> = all
        .map(|over| format!("affine_map<(t, c) -> ({over})>"))
        .collect();
    let results =
        [shape("t, c"), shape("c")].map(|shape| Argument::new(&shape, Kind::Number).r#type());
    let body = format!(
        "%r:2 = fidelity.recurrence{list} {read} {{{attributes}indexing_maps = [{}]}} : ({}) -> ({})",
        maps.join(", "),
        types(&arguments),
        results.join(", ")
    );
    let exponential = attributes.contains("exponential");
    let read_before = read.contains("before");
    Case::new(
        name,
        arguments,
        &results,
        &body,
        Box::new(move |format: Format, inputs: &[Values]| {
            let mut states = vec![0; channels];
            if let Some(at) = operands.iter().position(|(name, _)| *name == "state") {
                states.clone_from(&inputs[at]);
            }
            let outputs = (0..time * channels).map(|at| {
                let (step, channel) = (at / channels, at % channels);
                let all = |wanted: &str| -> Vec<i64> {
                    let named = operands.iter().zip(inputs);
                    named
                        .filter(|((name, _), _)| *name == wanted)
                        .map(|((_, over), values)| match *over {
                            "t, c" => values[at],
                            "c" => values[channel],
                            _ => values[step],
                        })
                        .collect()
                };
                let (output, next) = format.recurrence(&Recurrence {
                    decays: all("decay"),
                    exponential,
                    key: all("key").pop(),
                    value: all("value").pop(),
                    query: all("query").pop(),
                    state: states[channel],
                    read_before,
                });
                states[channel] = next;
                output
            });
            vec![outputs.collect(), states]
        }),
        // The numbers are of up to 2, a product of up to 4; a state is rounded in
        // each step by a unit, and more by an exponential, of 2^-14. States that
        // saturate are only compared by their bits.
        Box::new(move |format, _, exact| match format.fraction {
            12 if !exponential && exact.abs() < 7.0 => {
                (1 << (2 * time)) as f64 * 2.0 / format.one() as f64
            }
            _ => f64::INFINITY,
        }),
    )
}

#[test]
fn recurrences_are_those_of_the_fixed_point_reference() {
    if !tools::present(&["circt", "verilator"]) {
        return;
    }
    let cases = [
        recurrence(
            "decayed",
            [4, 5],
            &[("decay", "t, c"), ("value", "t, c"), ("state", "c")],
            "",
            "",
        ),
        recurrence(
            "products",
            [3, 4],
            &[
                ("decay", "t, c"),
                ("decay", "c"),
                ("key", "t"),
                ("value", "t, c"),
                ("query", "t, c"),
            ],
            "",
            "",
        ),
        recurrence(
            "exponential",
            [3, 7],
            &[("decay", "c"), ("key", "t, c"), ("state", "c")],
            "exponential, ",
            "",
        ),
        recurrence(
            "before",
            [2, 6],
            &[
                ("decay", "c"),
                ("value", "t, c"),
                ("query", "t"),
                ("state", "c"),
            ],
            "",
            "read(before)",
        ),
        recurrence("sum", [5, 1], &[("value", "t, c")], "", ""),
        recurrence(
            "step",
            [1, 9],
            &[("decay", "t, c"), ("value", "t, c")],
            "",
            "",
        ),
    ];
    check_all(FORMATS, 4, &cases);
}
