//! Scans of one step as the ops of a step.
//!
//! In f32 and f64, as a narrower state would be rounded before it is read, and
//! on real numbers, as the ops of a step are. A scan checks that sizes agree
//! where a step stretches a static 1: the types have to say the same.

use crate::{
    Exp, Multiply, Silu, Softplus, SsmOutput, SsmScan, SsmSsd, SsmStateUpdate, TensorType,
    canonicalize::{dynamic_sizes, zeros},
};
use melior::ir::{Type, TypeLike, Value, ValueLike, attribute::DenseI64ArrayAttribute};
use ods_bridge::{Builder, Dim, NoMatch, OpView, ReifyResultShapes};

/// ssm.scan(x, A, B, C, D, h) of one step → h' = ssm.state_update(h, x, A, B) and
/// ssm.output(h', C, D, x); with delta, exp(Δ A) and Δ x instead of A and x
pub fn step_of_scan<'a>(op: &SsmScan<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let (step, last) = Step::new(op, builder)?;
    let [batch, channels, states] = last.shape[..] else {
        return Err("a state of another rank");
    };
    let sequence = [batch, 1, channels];
    let (by_channel, by_step) = ([channels, states], [batch, 1, states]);
    let is_projection = |value| {
        let shape = TensorType::of(value).shape;
        shape == by_channel || shape == by_step
    };
    let agree = has_shape(op.x(), &sequence)
        && step.output.shape == sequence
        && has_shape(op.a(), &by_channel)
        && [op.b(), op.c()].into_iter().all(is_projection)
        && op.dt().is_none_or(|dt| has_shape(dt, &sequence))
        && op.skip().is_none_or(|skip| has_shape(skip, &[channels]))
        && op.gate().is_none_or(|gate| has_shape(gate, &sequence))
        && op.state().is_none_or(|state| has_shape(state, &last.shape));
    if !agree {
        return Err("there may be other steps, or sizes that do not agree");
    }

    let x = step.without_time(op.x());
    let (decay, fed) = match op.dt() {
        Some(dt) => {
            let delta = step.delta(dt, op.delta_softplus());
            let column = step.with_ones(delta, 1, &step.outer_sizes());
            let product = step.multiply(column, op.a(), &last.shape);
            (step.unary(Exp::NAME, product), step.product(delta, x))
        }
        None => (op.a(), x),
    };
    let next = step.next_state(op.state(), [fed, decay, op.b()], &last)?;
    let skip = op.skip().map(|skip| [skip, x]);
    step.finish(op, next, op.c(), skip, op.gate());
    Ok(())
}

/// ssm.ssd(x, Δ, A, B, C, D, h) of one step and one group →
/// h' = ssm.state_update(h, Δ x, exp(Δ A), B) and ssm.output(h', C, D, x)
///
/// Of one group, which the heads share: a step takes no more.
pub fn step_of_ssd<'a>(op: &SsmSsd<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let (step, last) = Step::new(op, builder)?;
    let [batch, heads, values, states] = last.shape[..] else {
        return Err("a state of another rank");
    };
    let sequence = [batch, 1, heads, values];
    let projection = [batch, 1, 1, states];
    let agree = has_shape(op.x(), &sequence)
        && step.output.shape == sequence
        && has_shape(op.dt(), &sequence[..3])
        && has_shape(op.a(), &[heads])
        && [op.b(), op.c()]
            .into_iter()
            .all(|value| has_shape(value, &projection))
        && op.skip().is_none_or(|skip| has_shape(skip, &[heads]))
        && op.gate().is_none_or(|gate| has_shape(gate, &sequence))
        && op.state().is_none_or(|state| has_shape(state, &last.shape));
    if !agree {
        return Err("there may be other steps or groups, or sizes that do not agree");
    }

    let x = step.without_time(op.x());
    let [of_batch, of_heads, ..] = step.outer_sizes()[..] else {
        return Err("an output of another rank");
    };
    let by_head = [of_batch, of_heads];
    let delta = step.delta(op.dt(), op.delta_softplus());
    let decay = step.unary(Exp::NAME, step.product(delta, op.a()));
    let decay = step.with_ones(decay, 2, &by_head);
    let fed = step.product(x, step.with_ones(delta, 1, &by_head));
    let next = step.next_state(op.state(), [fed, decay, op.b()], &last)?;
    let skip = op
        .skip()
        .map(|skip| [step.with_ones(skip, 1, &[of_heads]), x]);
    step.finish(op, next, op.c(), skip, op.gate());
    Ok(())
}

fn has_shape(value: Value<'_, '_>, shape: &[i64]) -> bool {
    TensorType::of(value).shape == shape
}

/// Builds the ops of a step.
struct Step<'a, 'b> {
    builder: &'b Builder<'a>,
    /// The type of the output, `[B, 1, …]`.
    output: TensorType<'a>,
    /// The sizes of the results.
    sizes: Vec<Vec<Dim<'a>>>,
}

impl<'a, 'b> Step<'a, 'b> {
    /// For a scan that gives its output and its last state, whose type this
    /// gives too.
    fn new(
        op: &(impl OpView<'a> + ReifyResultShapes<'a>),
        builder: &'b Builder<'a>,
    ) -> Result<(Self, TensorType<'a>), NoMatch> {
        let view = op.view();
        let results = view.result(0).zip(view.result(1));
        let (output, last) = results.ok_or("no results")?;
        let (output, last) = (TensorType::of(output), TensorType::of(last));
        let element = output.element;
        if !element.is_f32() && !element.is_f64() {
            return Err("the state would be rounded before it is read");
        }
        let is_plain =
            |r#type: &TensorType<'a>| r#type.element == element && r#type.encoding.is_none();
        let operands = view.operands();
        let types = operands.iter().map(|&operand| TensorType::of(operand));
        if !types
            .chain([output.clone(), last.clone()])
            .all(|r#type| is_plain(&r#type))
        {
            return Err("an operand is complex, or has names or a unit");
        }
        let sizes = op
            .reify_result_shapes()
            .map_err(|_| "the sizes cannot be said")?;
        let step = Self {
            builder,
            output,
            sizes,
        };
        Ok((step, last))
    }

    fn of_shape(&self, shape: &[i64]) -> Type<'a> {
        let shape = shape.to_vec();
        TensorType {
            shape,
            ..self.output.clone()
        }
        .to_type()
    }

    /// The sizes of the output without time.
    fn outer_sizes(&self) -> Vec<Dim<'a>> {
        let mut sizes = self.sizes[0].clone();
        sizes.remove(1);
        sizes
    }

    /// `[B, …]` of `[B, 1, …]`.
    fn without_time(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        let mut shape = TensorType::of(value).shape;
        let collapse = self
            .builder
            .op("tensor.collapse_shape")
            .operand(value)
            .parsed("reassociation", &pairing(shape.len(), 0, 1));
        shape.remove(1);
        collapse.result(self.of_shape(&shape)).value()
    }

    /// `[…, 1, …]` of `[…]`, whose sizes are given: `ones` dimensions more at the
    /// end.
    fn with_ones(&self, value: Value<'a, 'a>, ones: usize, sizes: &[Dim<'a>]) -> Value<'a, 'a> {
        let mut shape = TensorType::of(value).shape;
        let last = shape.len() - 1;
        shape.resize(shape.len() + ones, 1);
        self.expand(value, &pairing(shape.len(), last, ones), &shape, sizes)
    }

    /// `tensor.expand_shape`; `sizes` are those of the dynamic dimensions, which
    /// stand at the front, and maybe of others.
    fn expand(
        &self,
        value: Value<'a, 'a>,
        groups: &str,
        shape: &[i64],
        sizes: &[Dim<'a>],
    ) -> Value<'a, 'a> {
        let r#type = self.of_shape(shape);
        let static_shape = DenseI64ArrayAttribute::new(self.builder.context(), shape);
        self.builder
            .op("tensor.expand_shape")
            .operand(value)
            .operands(&dynamic_sizes(r#type, sizes, self.builder))
            .parsed("reassociation", groups)
            .attribute("static_output_shape", static_shape)
            .result(r#type)
            .value()
    }

    fn unary(&self, name: &str, value: Value<'a, 'a>) -> Value<'a, 'a> {
        let op = self.builder.op(name).operand(value);
        op.result(value.r#type()).value()
    }

    fn multiply(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a> {
        let op = self.builder.op(Multiply::NAME).operands(&[lhs, rhs]);
        op.result(self.of_shape(shape)).value()
    }

    /// A product that has the shape of `lhs`.
    fn product(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.multiply(lhs, rhs, &TensorType::of(lhs).shape)
    }

    /// Δ without time.
    fn delta(&self, dt: Value<'a, 'a>, softplus: bool) -> Value<'a, 'a> {
        let dt = self.without_time(dt);
        match softplus {
            true => self.unary(Softplus::NAME, dt),
            false => dt,
        }
    }

    /// The state after `[input, A, B]`; without a state it was 0.
    fn next_state(
        &self,
        state: Option<Value<'a, 'a>>,
        step: [Value<'a, 'a>; 3],
        last: &TensorType<'a>,
    ) -> Result<Value<'a, 'a>, NoMatch> {
        let r#type = last.to_type();
        let state = match state {
            Some(state) => state,
            None => zeros(r#type, &self.sizes[1], self.builder)?,
        };
        let update = self.builder.op(SsmStateUpdate::NAME).operand(state);
        Ok(update.operands(&step).result(r#type).value())
    }

    /// Reads the state, lets the gate, and puts time back.
    fn finish(
        &self,
        op: &impl OpView<'a>,
        state: Value<'a, 'a>,
        c: Value<'a, 'a>,
        skip: Option<[Value<'a, 'a>; 2]>,
        gate: Option<Value<'a, 'a>>,
    ) {
        let Some(operation) = op.view().operation() else {
            return;
        };
        let sequence = &self.output.shape;
        let mut shape = sequence.clone();
        shape.remove(1);
        let mut read = self.builder.op(SsmOutput::NAME).operands(&[state, c]);
        if let Some(skip) = skip {
            read = read.operands(&skip);
        }
        let mut y = read.result(self.of_shape(&shape)).value();
        if let Some(gate) = gate {
            y = self.product(y, self.unary(Silu::NAME, self.without_time(gate)));
        }
        let groups = pairing(sequence.len(), 0, 1);
        let y = self.expand(y, &groups, sequence, &self.sizes[0]);
        self.builder.replace(operation, &[y, state]);
    }
}

/// The reassociation of so many dimensions that takes the one at `at` and the
/// `more` after it together.
fn pairing(dimensions: usize, at: usize, more: usize) -> String {
    let joined = at..=at + more;
    let mut groups: Vec<Vec<usize>> = (0..at).map(|index| vec![index]).collect();
    groups.push(joined.collect());
    groups.extend((at + more + 1..dimensions).map(|index| vec![index]));
    format!("{groups:?}")
}
