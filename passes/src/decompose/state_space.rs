//! State-space models.

use super::Core;
use crate::emit::{
    Emit, Map, Size,
    activation::{exp, silu, softplus},
    loops,
};
use fidelity_dialect::{SsmConvolution, SsmScan, SsmSsd, TensorType};
use melior::ir::{Type, Value, ValueLike};
use ods_bridge::{Diagnostic, OpView, complex_element};

/// A diagonal system on a sequence: exp(Δ A), or A, decays h; Δ x, or x, is fed
/// to it along B; C reads it.
struct Diagonal<'a> {
    name: &'static str,
    x: Value<'a, 'a>,
    a: Value<'a, 'a>,
    b: Value<'a, 'a>,
    c: Value<'a, 'a>,
    dt: Option<Value<'a, 'a>>,
    delta_softplus: bool,
    skip: Option<Value<'a, 'a>>,
    gate: Option<Value<'a, 'a>>,
    state: Option<Value<'a, 'a>>,
}

pub fn scan<'a>(
    emit: &Emit<'a, '_>,
    op: &SsmScan<'a>,
    chunk: Option<i64>,
) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
    let optional = |value: Option<_>| value.map(|value| emit.physical(value));
    Diagonal {
        name: SsmScan::NAME,
        x: emit.physical(op.x()),
        a: emit.physical(op.a()),
        b: emit.physical(op.b()),
        c: emit.physical(op.c()),
        dt: optional(op.dt()),
        delta_softplus: op.delta_softplus(),
        skip: optional(op.skip()),
        gate: optional(op.gate()),
        state: optional(op.state()),
    }
    .build(emit, chunk)
}

/// The convolution with K_l = Re(Σ_n C A^l B) is the scan from a state of 0.
pub fn convolution<'a>(
    emit: &Emit<'a, '_>,
    op: &SsmConvolution<'a>,
    chunk: Option<i64>,
) -> Result<[Value<'a, 'a>; 1], Diagnostic<'a>> {
    let [output, _] = Diagonal {
        name: SsmConvolution::NAME,
        x: emit.physical(op.x()),
        a: emit.physical(op.a()),
        b: emit.physical(op.b()),
        c: emit.physical(op.c()),
        dt: None,
        delta_softplus: false,
        skip: op.skip().map(|skip| emit.physical(skip)),
        gate: None,
        state: None,
    }
    .build(emit, chunk)?;
    Ok([output])
}

/// Whether the elements of a tensor are complex.
fn is_complex(value: Value<'_, '_>) -> bool {
    complex_element(TensorType::of(value).element).is_some()
}

/// The loops of `[B, T, D]` and of the states.
const BATCH: usize = 0;
const TIME: usize = 1;
const CHANNEL: usize = 2;
const STATE: usize = 3;

impl<'a> Diagonal<'a> {
    /// The output and the last state.
    fn build(
        self,
        emit: &Emit<'a, '_>,
        chunk: Option<i64>,
    ) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
        let sizes = self.sizes(emit);
        let element = TensorType::of(self.x).element;
        let compute = emit.compute_type(element);
        let sequence = loops([BATCH, TIME, CHANNEL]);
        let parameters = loops([CHANNEL, STATE]);

        let (decay, fed) = match self.dt {
            Some(dt) => {
                let dt = match self.delta_softplus {
                    true => mapped(emit, dt, &sizes, compute, softplus),
                    false => dt,
                };
                let operands = [(dt, sequence.clone()), (self.x, sequence.clone())];
                let fed = emit.map(&operands, &sizes, compute, |emit, arguments| {
                    let [dt, x] = [0, 1].map(|index| emit.convert(arguments[index], compute));
                    emit.mul(dt, x)
                });
                (vec![(dt, sequence.clone()), (self.a, parameters)], fed)
            }
            None => {
                // What is narrow is widened once, so that the output is not
                // rounded before it is finished.
                let a = match is_complex(self.a) {
                    true => self.a,
                    false => emit.converted(self.a, compute),
                };
                (vec![(a, parameters)], self.x)
            }
        };
        // Re(Σ C h) = Σ Re(C) h for a real h.
        let c = match is_complex(self.c) && !is_complex(self.a) && !is_complex(self.b) {
            true => mapped(emit, self.c, &emit.sizes(self.c), compute, |emit, c| {
                emit.re(c)
            }),
            false => self.c,
        };
        let [output, last] = Core {
            loops: 4,
            exponential: self.dt.is_some(),
            decay,
            key: Some((self.b, projection(self.b))),
            value: Some((fed, sequence.clone())),
            query: Some((c, projection(c))),
            state: self.state,
            output: sequence.clone(),
            last_state: loops([BATCH, CHANNEL, STATE]),
            ..Core::default()
        }
        .build(emit, chunk)?;
        let skip = self.skip.map(|skip| (skip, loops([CHANNEL])));
        let output = finished(emit, output, self.x, skip, self.gate, &sizes);
        let last = match is_complex(last) {
            true => last,
            false => emit.converted(last, element),
        };
        Ok([output, last])
    }

    /// The sizes of `[B, T, D]`, those of all operands having been checked.
    fn sizes(&self, emit: &Emit<'a, '_>) -> Vec<Size<'a>> {
        let message = |operand: &str| {
            format!(
                "{}: expected {operand} of the shape that x and A ask for",
                self.name
            )
        };
        let mut sizes = emit.sizes(self.x);
        sizes.push(emit.size(self.a, 1));
        let all = [BATCH, TIME, CHANNEL, STATE];
        let operands: [(_, _, &[usize]); 7] = [
            ("dt", self.dt, &all[..3]),
            ("A", Some(self.a), &all[2..]),
            ("B", Some(self.b), &indices(self.b)),
            ("C", Some(self.c), &indices(self.c)),
            ("D", self.skip, &all[2..3]),
            ("gate", self.gate, &all[..3]),
            ("state", self.state, &[BATCH, CHANNEL, STATE]),
        ];
        for (name, value, indices) in operands {
            let Some(value) = value else { continue };
            for (index, &at) in indices.iter().enumerate() {
                sizes[at] = emit.same_size(sizes[at], emit.size(value, index), &message(name));
            }
        }
        sizes.truncate(3);
        sizes
    }
}

/// The loops of a B or C: of each step or of each channel.
fn indices(value: Value<'_, '_>) -> Vec<usize> {
    match TensorType::of(value).rank() {
        3 => vec![BATCH, TIME, STATE],
        _ => vec![CHANNEL, STATE],
    }
}

fn projection(value: Value<'_, '_>) -> Map {
    loops(indices(value))
}

/// exp(Δ A) decays each head's h, (Δ x) ⊗ B feeds it, C reads it. The heads of a
/// group are a loop of their own, so that B and C are shared and not copied.
pub fn ssd<'a>(
    emit: &Emit<'a, '_>,
    op: &SsmSsd<'a>,
    chunk: Option<i64>,
) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
    let message = |operand: &str| {
        format!("fidelity.ssm.ssd: expected {operand} of the shape that x and B ask for")
    };
    let [x, dt, a, b, c] =
        [op.x(), op.dt(), op.a(), op.b(), op.c()].map(|value| emit.physical(value));
    let optional = |value: Option<_>| value.map(|value| emit.physical(value));
    let (skip, gate, state) = (
        optional(op.skip()),
        optional(op.gate()),
        optional(op.state()),
    );

    // B, T, H, P, G, N
    let mut sizes = emit.sizes(x);
    sizes.extend([emit.size(b, 2), emit.size(b, 3)]);
    let operands: [(_, _, &[usize]); 7] = [
        ("dt", Some(dt), &[0, 1, 2]),
        ("A", Some(a), &[2]),
        ("B", Some(b), &[0, 1, 4, 5]),
        ("C", Some(c), &[0, 1, 4, 5]),
        ("D", skip, &[2]),
        ("gate", gate, &[0, 1, 2, 3]),
        ("state", state, &[0, 2, 3, 5]),
    ];
    for (name, value, indices) in operands {
        let Some(value) = value else { continue };
        for (index, &at) in indices.iter().enumerate() {
            sizes[at] = emit.same_size(sizes[at], emit.size(value, index), &message(name));
        }
    }
    let [batches, steps, heads, features, groups, states] = sizes[..] else {
        return Err(Diagnostic::new("internal error: six sizes"));
    };
    let shared = emit.quotient(heads, emit.maximum(groups, Size::Static(1)));
    emit.same_size(
        emit.multiply(groups, shared),
        heads,
        "fidelity.ssm.ssd: expected groups that divide the heads",
    );

    // A size that is split has to be as dynamic as its parts.
    let heads = match (groups, shared) {
        (Size::Static(_), Size::Static(_)) => heads,
        _ => Size::Dynamic(emit.size_value(heads)),
    };

    let element = TensorType::of(x).element;
    let compute = emit.compute_type(element);
    let (of_heads, sequence) = ([batches, steps, heads], [batches, steps, heads, features]);
    let grouped = [batches, steps, groups, shared, features];
    let grouped_state = [batches, groups, shared, features, states];
    // What is given is split, and not what is computed of it, so that a kernel of the
    // recurrence may compute it.
    let dt = emit.expand(emit.cast(dt, &of_heads), 2, &grouped[..4]);
    let a = emit.expand(emit.cast(a, &[heads]), 0, &[groups, shared]);
    let given = emit.expand(emit.cast(x, &sequence), 2, &grouped);
    let delta = match op.delta_softplus() {
        true => mapped(emit, dt, &grouped[..4], compute, softplus),
        false => dt,
    };
    let factors = [(delta, loops(0..4)), (a, loops([2, 3]))];
    let product = |emit: &Emit<'a, '_>, arguments: &[Value<'a, 'a>]| {
        let [lhs, rhs] = [0, 1].map(|index| emit.convert(arguments[index], compute));
        emit.mul(lhs, rhs)
    };
    let decay = emit.map(&factors, &grouped[..4], compute, |emit, arguments| {
        exp(emit, product(emit, arguments))
    });
    let factors = [(delta, loops(0..4)), (given, loops(0..5))];
    let fed = emit.map(&factors, &grouped, compute, product);

    let [output, last] = Core {
        loops: 6,
        decay: vec![(decay, loops(0..4))],
        key: Some((b, loops([0, 1, 2, 5]))),
        value: Some((fed, loops(0..5))),
        query: Some((c, loops([0, 1, 2, 5]))),
        state: state.map(|state| {
            let state = emit.cast(state, &[batches, heads, features, states]);
            emit.expand(state, 1, &grouped_state)
        }),
        output: loops(0..5),
        last_state: loops([0, 2, 3, 4, 5]),
        ..Core::default()
    }
    .build(emit, chunk)?;
    let output = emit.collapse(emit.cast(output, &grouped), 2, &sequence);
    let last = emit.cast(last, &grouped_state);
    let last = emit.collapse(last, 1, &[batches, heads, features, states]);
    let skip = skip.map(|skip| (skip, loops([2])));
    Ok([
        finished(emit, output, x, skip, gate, &sequence),
        emit.converted(last, element),
    ])
}

/// A function of each element of a tensor, in the type that is computed in.
fn mapped<'a>(
    emit: &Emit<'a, '_>,
    value: Value<'a, 'a>,
    sizes: &[Size<'a>],
    compute: Type<'a>,
    function: impl Fn(&Emit<'a, '_>, Value<'a, 'a>) -> Value<'a, 'a>,
) -> Value<'a, 'a> {
    let map = loops(0..sizes.len());
    emit.map(&[(value, map)], sizes, compute, |emit, arguments| {
        let argument = arguments[0];
        let wide = match complex_element(argument.r#type()) {
            Some(_) => argument,
            None => emit.convert(argument, compute),
        };
        function(emit, wide)
    })
}

/// y = Re(o) + D x, times silu(z), in the element type of x.
fn finished<'a>(
    emit: &Emit<'a, '_>,
    read: Value<'a, 'a>,
    x: Value<'a, 'a>,
    skip: Option<(Value<'a, 'a>, Map)>,
    gate: Option<Value<'a, 'a>>,
    sizes: &[Size<'a>],
) -> Value<'a, 'a> {
    let element = TensorType::of(x).element;
    let compute = emit.compute_type(element);
    if skip.is_none() && gate.is_none() && !is_complex(read) {
        return emit.converted(read, element);
    }
    let all = loops(0..sizes.len());
    let mut inputs = vec![(read, all.clone())];
    inputs.extend(gate.map(|gate| (gate, all.clone())));
    let has_skip = skip.is_some();
    inputs.extend(skip);
    if has_skip {
        inputs.push((x, all));
    }
    emit.map(&inputs, sizes, element, |emit, arguments| {
        let mut y = emit.re(arguments[0]);
        let mut rest = arguments[1..]
            .iter()
            .map(|&value| emit.convert(value, compute));
        let gate = gate.and_then(|_| rest.next());
        if has_skip && let (Some(d), Some(x)) = (rest.next(), rest.next()) {
            y = emit.add(y, emit.mul(d, x));
        }
        if let Some(gate) = gate {
            y = emit.mul(y, silu(emit, gate));
        }
        emit.convert(y, element)
    })
}
