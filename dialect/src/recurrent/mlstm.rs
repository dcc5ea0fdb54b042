//! The extended LSTM with a matrix memory.

use crate::{
    Mlstm, TensorType, canonicalize,
    canonicalize::canonicalize,
    norm::expect_epsilon,
    shape::{
        Operand, ResultShape, Shaped, Size, count, expect_shape, infer_from_shapes,
        speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch, Verify};

impl<'a> Shaped<'a> for Mlstm<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let query = Operand::new("query", self.query())?;
        // C1
        query.expect_rank_at_least(2)?;
        let time = query.rank() - 2;
        // C2
        let key = Operand::new("key", self.key())?;
        let mut steps = expect_shape(&key, &query.all_sizes(), &query)?;
        let mut key_size = steps.remove(time + 1);
        // C3
        let value = Operand::new("value", self.value())?;
        let (_, mut value_size) = value.split_last()?;
        steps.push(value_size);
        steps = expect_shape(&value, &steps, &query)?;
        steps.truncate(time + 1);
        for (name, gate) in [
            // C4
            ("input_gate", self.input_gate()),
            // C5
            ("forget_gate", self.forget_gate()),
        ] {
            let gate = Operand::new(name, gate)?;
            steps = expect_shape(&gate, &steps, &query)?;
            // C12
            gate.unit().expect_dimensionless()?;
        }
        // C13
        query.unit().times(&key.unit()).expect_dimensionless()?;
        let mut key_unit = key.unit();
        let mut memory_unit = key_unit.times(&value.unit());
        let time_size = steps.remove(time);
        let mut batch = steps;
        match *self.state() {
            [] => {}
            [memory, normalizer, stabilizer] => {
                // C7
                let memory = Operand::new("C", memory)?;
                let mut sizes = [&batch[..], &[key_size, value_size]].concat();
                sizes = expect_shape(&memory, &sizes, &query)?;
                value_size = sizes[time + 1];
                sizes.truncate(time + 1);
                // C8
                let normalizer = Operand::new("n", normalizer)?;
                sizes = expect_shape(&normalizer, &sizes, &query)?;
                key_size = sizes[time];
                sizes.truncate(time);
                // C9
                let stabilizer = Operand::new("m", stabilizer)?;
                batch = expect_shape(&stabilizer, &sizes, &query)?;
                // C12
                stabilizer.unit().expect_dimensionless()?;
                // C14
                memory_unit = memory.unit().agree(&memory_unit)?;
                // C15
                key_unit = normalizer.unit().agree(&key_unit)?;
            }
            // C6
            ref others => {
                return Err(Diagnostic::expected(
                    "state to be C, n and m",
                    count(others.len(), "operand"),
                ));
            }
        }
        let element = query.r#type.element;
        let shape = |sizes: &[Size<'a>]| ResultShape::new(&[&batch[..], sizes].concat(), element);
        Ok(vec![
            shape(&[time_size, value_size])
                .with_encoding(value.r#type.encoding)
                .with_unit(&value.unit()),
            shape(&[key_size, value_size]).with_unit(&memory_unit),
            shape(&[key_size]).with_unit(&key_unit),
            shape(&[]),
        ])
    }
}

impl<'a> Verify<'a> for Mlstm<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        // C10
        if let Some(scale) = self.scale().filter(|scale| !scale.is_finite()) {
            return Err(Diagnostic::expected("scale to be finite", scale));
        }
        // C11
        expect_epsilon(self.epsilon())
    }
}

infer_from_shapes!(Mlstm);
speculatable_if_static!(Mlstm);
canonicalize!(Mlstm, drop_zero_state, without_steps, drop_default_scale);

/// mlstm(…, state = 0, 0, 0) → mlstm(…)
fn drop_zero_state<'a>(op: &Mlstm<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 5, 0.0, builder)
}

/// mlstm of no step → nothing, and its state
fn without_steps<'a>(op: &Mlstm<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let states = match *op.state() {
        [memory, normalizer, stabilizer] => [memory, normalizer, stabilizer].map(Some),
        _ => [None; 3],
    };
    canonicalize::without_steps(op, 2, &states, builder)
}

/// {scale = 1/√K} → {}
fn drop_default_scale<'a>(op: &Mlstm<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let scale = op.scale().ok_or("no scale")?;
    let key_size = TensorType::of(op.query()).shape.last().copied();
    let key_size = key_size
        .filter(|&size| size > 0)
        .ok_or("the size of the keys is not known")?;
    if scale != 1.0 / (key_size as f64).sqrt() {
        return Err("another scale");
    }
    let operands = canonicalize::segments(op);
    canonicalize::replace(op, &operands, &[("scale", None)], builder)
}
