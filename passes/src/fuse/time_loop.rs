//! A loop of steps → the op over the sequence.
//!
//! # Algebra
//!
//! ```text
//! for t in 0..T:  o_t, h = mlgru(forget_t, candidate_t, gate_t, state h)
//! ```
//!
//! is `mlgru(forget, candidate, gate, state h)`, and
//!
//! ```text
//! for t in 0..T:  h = ssm.state_update(h, x_t, A, B_t);  y_t = ssm.output(h, C_t, D, x_t)
//! for t in 0..T:  h = ssm.state_update(h, Δ_t x_t, exp(Δ_t A), B_t);  y_t = …
//! ```
//!
//! are `ssm.scan(x, A, B, C, skip D, state h)`, in the second case with `delta Δ`,
//! and with `gate z` where y_t is multiplied by `silu(z_t)`. B and C may be the same
//! at each step. A system that `ssm.discretize` makes outside of the loop is the
//! first case; one that it makes anew at each step is none of these, as a scan
//! multiplies B by Δ whatever the method.
//!
//! ```text
//! for t in 0..T:  o_t, S = linear_attention(q_t, k_t, v_t, decay g_t, beta β_t, state S)
//! ```
//!
//! is `attention_loop`'s. A loop may take the first steps of a sequence, or the first
//! indices of its other dimensions: then so does the op. Of a loop that keeps the last
//! state alone the op's sequence is unused; without an output it is no scan, which needs a
//! C. Steps are f32 or f64: the op does not round a narrower state in between.
//!
//! # Cost
//!
//! The loop stays one, or becomes parallel in chunks: that is then the choice of who
//! lowers the op. A single step stays a step, of which canonicalisation makes
//! `ssm.state_update` and `ssm.output`.

use super::{
    attention_loop,
    rewrite::{
        Miss, ROUNDED, Replacement, Rewrite, Site, attribute, is_computed_in, made_by, readers,
    },
    sequence::{NOT_A_SEQUENCE, NOT_WRITTEN, Sequence, TimeLoop},
};
use crate::emit::Emit;
use fidelity_dialect::{
    Exp, LinearAttention, Mlgru, Multiply, Silu, Softplus, SsmDiscretize, SsmOutput, SsmScan,
    SsmStateUpdate, Swiglu, TensorType,
};
use melior::ir::{
    Attribute, Type, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{InferReturnTypes, OpView, View, defining_op};

/// Fuses the loop that an op is.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let time_loop = TimeLoop::cast(operation).ok_or(Miss::Other)?;
    let nested = time_loop.operations();
    let of_kind = |name: &str| {
        let mut of_kind = nested.iter().filter(|&&op| ods_bridge::name_of(op) == name);
        let first = of_kind.next().copied();
        first.filter(|_| of_kind.next().is_none())
    };
    let emit = Emit::new(builder, false);
    let results = if let Some(unit) = of_kind(Mlgru::NAME).and_then(Mlgru::cast) {
        mlgru(&time_loop, &unit, &emit, rewrite)?
    } else if let Some(update) = of_kind(SsmStateUpdate::NAME).and_then(SsmStateUpdate::cast) {
        let output = of_kind(SsmOutput::NAME).and_then(SsmOutput::cast);
        scan(
            &time_loop,
            &update,
            &output.ok_or(ONLY_STATE)?,
            &emit,
            rewrite,
        )?
    } else if let Some(step) = of_kind(LinearAttention::NAME).and_then(LinearAttention::cast) {
        attention_loop::over_time(&time_loop, &step, &emit, rewrite)?
    } else {
        return Err(Miss::Other);
    };
    rewrite.replace(operation, &results, builder);
    Ok(())
}

/// What a remark says of a loop that does something else besides.
pub const ELSE: Miss = Miss::Near("the loop does more than the steps of one recurrence");
const ONLY_STATE: Miss =
    Miss::Near("the steps give no output that one ssm.output reads, and a scan always has one");
/// What a remark says of steps that do not follow each other.
pub const NO_STATE: Miss =
    Miss::Near("the state that a step ends with is not what the next one begins with");
/// What a remark says of sequences in another layout.
pub const TIME_ELSEWHERE: Miss = Miss::Near(
    "time is not the dimension before the channels, and the op would need a transposed sequence",
);

/// The op over the sequence that a loop is, and the type of its output.
pub struct OverTime<'a, 's> {
    pub time_loop: &'s TimeLoop<'a>,
    pub carried: CarriedState<'a>,
    pub operands: &'s [Vec<Value<'a, 'a>>],
    pub attributes: &'s [(&'static str, Option<Attribute<'a>>)],
    pub output: Type<'a>,
}

impl<'a> OverTime<'a, '_> {
    /// Builds the op in the place of one of its steps; gives the results of the loop,
    /// its carried state and its sequence, in their order.
    pub fn build<T: OpView<'a> + InferReturnTypes<'a>>(
        &self,
        step: &View<'a>,
        emit: &Emit<'a, '_>,
        rewrite: &Rewrite<'a>,
    ) -> Result<Vec<Value<'a, 'a>>, Miss> {
        let CarriedState { next, output, .. } = self.carried;
        let over_time = Replacement {
            operands: self.operands,
            attributes: self.attributes,
            results: &[self.output, next.r#type()],
        };
        let built = over_time.build::<T>(step, emit);
        let built = built.inspect_err(|_| rewrite.discard(&self.operands.concat()))?;
        let (part, last) = (built[0], built[1]);
        Ok((0..self.time_loop.carried.len())
            .map(|index| match output {
                Some((number, written, _)) if number == index => {
                    let first = written.of(self.time_loop.carried[number].first);
                    let whole = self.time_loop.with_part(emit, part, first);
                    fidelity_dialect::cast_to(whole, first.whole.r#type(), emit)
                }
                _ => last,
            })
            .collect())
    }
}

/// What a loop of steps carries: the state, and the sequence of what they give.
#[derive(Clone, Copy)]
pub struct CarriedState<'a> {
    /// The state before the first step, and after each.
    pub first: Value<'a, 'a>,
    pub next: Value<'a, 'a>,
    /// The number of the carried sequence, how it is written, and what of a step;
    /// `None` where the last state is all that is kept.
    pub output: Option<(usize, Sequence<'a>, Value<'a, 'a>)>,
}

impl<'a> CarriedState<'a> {
    /// Of a loop whose step takes a state and gives the next one.
    ///
    /// # Errors
    ///
    /// When the loop carries anything else.
    pub fn of(
        time_loop: &TimeLoop<'a>,
        state: Value<'a, 'a>,
        next: Value<'a, 'a>,
    ) -> Result<Self, Miss> {
        let number = time_loop.carried_as(state).ok_or(NO_STATE)?;
        let carried = time_loop.carried[number];
        if carried.next != next || readers(state).len() != 1 {
            return Err(NO_STATE);
        }
        let output = match time_loop.carried.len() {
            1 => None,
            2 => {
                let (written, element) = time_loop.written(&time_loop.carried[1 - number])?;
                Some((1 - number, written, element))
            }
            _ => return Err(ELSE),
        };
        Ok(Self {
            first: carried.first,
            next,
            output,
        })
    }
}

fn mlgru<'a>(
    time_loop: &TimeLoop<'a>,
    unit: &Mlgru<'a>,
    emit: &Emit<'a, '_>,
    rewrite: &Rewrite<'a>,
) -> Result<Vec<Value<'a, 'a>>, Miss> {
    let operation = unit.operation().ok_or(Miss::Other)?;
    let (Some(output), Some(next)) = (unit.result(0), unit.result(1)) else {
        return Err(Miss::Other);
    };
    let step = TensorType::of(output);
    let time = step.rank() - 2;
    if step.shape[time] != 1 {
        return Err(Miss::Near("a step is of more than one token"));
    }
    if !is_computed_in(step.element) {
        return Err(ROUNDED);
    }
    let state = unit.state().ok_or(NO_STATE)?;
    let carried = CarriedState::of(time_loop, state, next)?;
    // The state is the output where there is no gate.
    let is_output = |element: Value<'a, 'a>| {
        element == output
            || is_reshape_of(time_loop, element, output)
            || element == next && unit.gate().is_none()
    };
    if carried
        .output
        .is_some_and(|(.., element)| !is_output(element))
    {
        return Err(NOT_WRITTEN);
    }
    let is_in_place = |sequence: &Sequence<'a>| {
        sequence.time == time && TensorType::of(sequence.whole).rank() == step.rank()
    };
    let sequence = |value: Value<'a, 'a>| {
        let sequence = time_loop.read(value)?;
        is_in_place(&sequence)
            .then_some(sequence)
            .ok_or(TIME_ELSEWHERE)
    };
    let forget = sequence(unit.forget())?;
    let candidate = sequence(unit.candidate())?;
    let gate = unit.gate().map(sequence).transpose()?;
    if carried
        .output
        .is_some_and(|(_, written, _)| !is_in_place(&written))
    {
        return Err(TIME_ELSEWHERE);
    }
    if unit
        .lower_bound()
        .is_some_and(|bound| !time_loop.is_outside(bound))
    {
        return Err(ELSE);
    }
    time_loop.note(operation);
    if !time_loop.is_understood() {
        return Err(ELSE);
    }
    let part = |sequence| time_loop.part(emit, sequence);
    let operands = [
        vec![part(forget)],
        vec![part(candidate)],
        Vec::from_iter(gate.map(part)),
        vec![carried.first],
        Vec::from_iter(unit.lower_bound()),
    ];
    OverTime {
        time_loop,
        carried,
        operands: &operands,
        attributes: &[("activation", attribute(operation, "activation"))],
        output: operands[0][0].r#type(),
    }
    .build::<Mlgru<'a>>(unit.view(), emit, rewrite)
}

/// Whether a value is another one with or without its time dimension.
pub fn is_reshape_of<'a>(
    time_loop: &TimeLoop<'a>,
    value: Value<'a, 'a>,
    of: Value<'a, 'a>,
) -> bool {
    let Some(maker) = defining_op(value) else {
        return false;
    };
    let is_reshape = matches!(
        ods_bridge::name_of(maker),
        "tensor.expand_shape" | "tensor.collapse_shape"
    );
    let sizes = |value| {
        let shape = TensorType::of(value).shape.into_iter();
        shape.filter(|&size| size != 1).collect::<Vec<_>>()
    };
    let is_of = is_reshape
        && sizes(value) == sizes(of)
        && maker.operand(0).ok() == Some(of)
        && readers(of).len() == 1
        && readers(value).len() == 1;
    if is_of {
        time_loop.note(maker);
    }
    is_of
}

/// A step's operands, as a scan takes them.
struct Scan<'a> {
    x: Sequence<'a>,
    a: Value<'a, 'a>,
    delta: Option<Sequence<'a>>,
    softplus: bool,
}

fn scan<'a>(
    time_loop: &TimeLoop<'a>,
    update: &SsmStateUpdate<'a>,
    read: &SsmOutput<'a>,
    emit: &Emit<'a, '_>,
    rewrite: &Rewrite<'a>,
) -> Result<Vec<Value<'a, 'a>>, Miss> {
    let (Some(next), Some(y)) = (update.result(0), read.result(0)) else {
        return Err(Miss::Other);
    };
    let state = TensorType::of(next);
    let [batch, channels, states] = state.shape[..] else {
        return Err(Miss::Near("a state is not of a batch, channels and states"));
    };
    if !is_computed_in(state.element) {
        return Err(ROUNDED);
    }
    if read.state() != next {
        return Err(NO_STATE);
    }
    let carried = CarriedState::of(time_loop, update.state(), next)?;
    let (_, written, mut element) = carried.output.ok_or(ONLY_STATE)?;
    let Scan {
        x,
        a,
        delta,
        softplus,
    } = fed(time_loop, update)?;
    let by_channel = [channels, states];
    if TensorType::of(a).shape != by_channel || !time_loop.is_outside(a) {
        return Err(Miss::Near(
            "A is not of channels and states, or not the same at each step",
        ));
    }
    // B and C: for each step, or the same at all.
    let projection = |value: Value<'a, 'a>| {
        if time_loop.is_outside(value) {
            let is_whole = TensorType::of(value).shape == by_channel;
            return is_whole.then_some((value, None)).ok_or(NOT_A_SEQUENCE);
        }
        let sequence = time_loop.read(value)?;
        let shape = TensorType::of(value).shape;
        match sequence.time == 1 && shape == [batch, 1, states] {
            true => Ok((sequence.whole, Some(sequence))),
            false => Err(NOT_A_SEQUENCE),
        }
    };
    let (b, c) = (projection(update.b())?, projection(read.c())?);
    let skip = match *read.skip() {
        [skip, input] => {
            let input = time_loop.read(input)?;
            if input.whole != x.whole
                || !time_loop.is_outside(skip)
                || TensorType::of(skip).shape != [channels]
            {
                return Err(Miss::Near("the skip is not of the channels of x"));
            }
            Some(skip)
        }
        _ => None,
    };
    for op in [update.operation(), read.operation()].into_iter().flatten() {
        time_loop.note(op);
    }
    // Time, if the element has it, and then the gate.
    if element != y
        && let Some(maker) = defining_op(element)
        && let Ok(source) = maker.operand(0)
        && is_reshape_of(time_loop, element, source)
    {
        element = source;
    }
    let mut gate = None;
    if element != y {
        let (argument, ops) = silu_times(element, y).ok_or(ELSE)?;
        gate = Some(time_loop.read(argument)?);
        ops.into_iter().for_each(|op| time_loop.note(op));
    }
    if written.time != 1 || gate.is_some_and(|gate| gate.time != 1) || x.time != 1 {
        return Err(Miss::Near("time is not the dimension after the batch"));
    }
    if !time_loop.is_understood() {
        return Err(ELSE);
    }
    let part = |sequence| time_loop.part(emit, sequence);
    let of_time =
        |(value, sequence): (Value<'a, 'a>, Option<Sequence<'a>>)| sequence.map_or(value, part);
    let operands = [
        vec![part(x)],
        vec![a],
        vec![of_time(b)],
        vec![of_time(c)],
        Vec::from_iter(delta.map(part)),
        Vec::from_iter(skip),
        Vec::from_iter(gate.map(part)),
        vec![carried.first],
    ];
    let unit: Attribute<'a> = emit.attribute("unit");
    OverTime {
        time_loop,
        carried,
        operands: &operands,
        attributes: &[("delta_softplus", softplus.then_some(unit))],
        output: operands[0][0].r#type(),
    }
    .build::<SsmScan<'a>>(update.view(), emit, rewrite)
}

/// The z of y · silu(z), and the ops that make it.
fn silu_times<'a>(
    value: Value<'a, 'a>,
    y: Value<'a, 'a>,
) -> Option<(Value<'a, 'a>, Vec<OperationRef<'a, 'a>>)> {
    if let Some(swiglu) = made_by::<Swiglu<'a>>(value) {
        let op = swiglu.operation()?;
        return (swiglu.up() == y).then(|| (swiglu.gate(), vec![op]));
    }
    let product: Multiply<'a> = made_by(value)?;
    let other = match (product.lhs() == y, product.rhs() == y) {
        (true, _) => product.rhs(),
        (_, true) => product.lhs(),
        _ => return None,
    };
    let silu: Silu<'a> = made_by(other)?;
    Some((silu.input(), vec![product.operation()?, silu.operation()?]))
}

/// What a step feeds and how it decays: x_t and A, or Δ_t x_t and exp(Δ_t A).
fn fed<'a>(time_loop: &TimeLoop<'a>, update: &SsmStateUpdate<'a>) -> Result<Scan<'a>, Miss> {
    let decay = update.a();
    if time_loop.is_outside(decay) {
        let x = time_loop.read(update.input())?;
        return Ok(Scan {
            x,
            a: decay,
            delta: None,
            softplus: false,
        });
    }
    if made_by::<SsmDiscretize<'a>>(decay).is_some() {
        return Err(Miss::Near(
            "each step discretises the system, in another way than a scan does",
        ));
    }
    let exp: Exp<'a> = made_by(decay).ok_or(NOT_A_SEQUENCE)?;
    let exponent: Multiply<'a> = made_by(exp.input()).ok_or(NOT_A_SEQUENCE)?;
    let input: Multiply<'a> = made_by(update.input()).ok_or(NOT_A_SEQUENCE)?;
    for [column, a] in [
        [exponent.lhs(), exponent.rhs()],
        [exponent.rhs(), exponent.lhs()],
    ] {
        // [B, D, 1] of [B, D].
        let Some(expand) = defining_op(column) else {
            continue;
        };
        if ods_bridge::name_of(expand) != "tensor.expand_shape" || !time_loop.is_outside(a) {
            continue;
        }
        let delta = expand.operand(0).map_err(|_| Miss::Other)?;
        let mut shape = TensorType::of(delta).shape;
        shape.push(1);
        if TensorType::of(column).shape != shape {
            continue;
        }
        let x = match (input.lhs() == delta, input.rhs() == delta) {
            (true, _) => input.rhs(),
            (_, true) => input.lhs(),
            _ => return Err(NOT_A_SEQUENCE),
        };
        let softplus: Option<Softplus<'a>> = made_by(delta);
        let argument = softplus.as_ref().map_or(delta, Softplus::input);
        let delta = time_loop.read(argument)?;
        let x = time_loop.read(x)?;
        if delta.time != 1 || x.time != 1 {
            return Err(Miss::Near("time is not the dimension after the batch"));
        }
        let ops = [
            exp.operation(),
            exponent.operation(),
            input.operation(),
            Some(expand),
        ];
        let softplus_op = softplus.as_ref().and_then(|softplus| softplus.operation());
        for op in ops.into_iter().chain([softplus_op]).flatten() {
            time_loop.note(op);
        }
        return Ok(Scan {
            x,
            a,
            delta: Some(delta),
            softplus: softplus.is_some(),
        });
    }
    Err(NOT_A_SEQUENCE)
}
