//! The time mixing of RWKV-6 and RWKV-7.

use crate::{
    Rwkv, RwkvVersion, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, count, expect_shape, infer_from_shapes,
        speculatable_if_static,
    },
};
use ods_bridge::{Builder, Diagnostic, NoMatch};

impl<'a> Shaped<'a> for Rwkv<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let receptance = Operand::new("receptance", self.receptance())?;
        // C1
        receptance.expect_rank_at_least(3)?;
        let time = receptance.rank() - 2;
        // C2
        let decay = Operand::new("decay", self.decay())?;
        let mut sizes = expect_shape(&decay, &receptance.all_sizes(), &receptance)?;
        // C10
        decay.unit().expect_dimensionless()?;
        // C3
        let key = Operand::new("key", self.key())?;
        sizes = expect_shape(&key, &sizes, &receptance)?;
        match (self.erase(), self.version()) {
            ([], _) => {}
            (&[a, b], RwkvVersion::V7) => {
                // C7
                let [a, b] = [Operand::new("a", a)?, Operand::new("b", b)?];
                for operand in [&a, &b] {
                    sizes = expect_shape(operand, &sizes, &receptance)?;
                }
                // C11
                a.unit().times(&b.unit()).expect_dimensionless()?;
            }
            // C6
            ([_, _], RwkvVersion::V6) => {
                return Err(Diagnostic::expected("no erase in version(v6)", "a and b"));
            }
            // C5
            (others, _) => {
                return Err(Diagnostic::expected(
                    "erase to be a and b",
                    count(others.len(), "operand"),
                ));
            }
        }
        let mut key_size = sizes.remove(time + 1);
        // C4
        let value = Operand::new("value", self.value())?;
        let (_, value_size) = value.split_last()?;
        sizes.push(value_size);
        sizes = expect_shape(&value, &sizes, &receptance)?;
        let time_size = sizes.remove(time);
        if let Some(bonus) = self.bonus() {
            // C8
            let bonus = Operand::of_rank(2, "bonus", bonus)?;
            sizes[time - 1] = bonus.size(0).agree(sizes[time - 1])?;
            key_size = bonus.size(1).agree(key_size)?;
            // C12
            bonus.unit().expect_dimensionless()?;
        }
        sizes.insert(time, key_size);
        let mut unit = key.unit().times(&value.unit());
        if let Some(state) = self.state() {
            // C9
            let state = Operand::new("state", state)?;
            sizes = expect_shape(&state, &sizes, &receptance)?;
            // C13
            unit = state.unit().agree(&unit)?;
        }
        let mut output_sizes = sizes.clone();
        output_sizes[time] = time_size;
        let element = receptance.r#type.element;
        Ok(vec![
            ResultShape::new(&output_sizes, element)
                .with_encoding(value.r#type.encoding)
                .with_unit(&receptance.unit().times(&unit)),
            ResultShape::new(&sizes, element).with_unit(&unit),
        ])
    }
}

infer_from_shapes!(Rwkv);
speculatable_if_static!(Rwkv);
canonicalize!(Rwkv, drop_zero_bonus, drop_zero_state, without_steps);

/// rwkv(…, bonus = 0) → rwkv(…)
fn drop_zero_bonus<'a>(op: &Rwkv<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 5, 0.0, builder)
}

/// rwkv(…, state = 0) → rwkv(…)
fn drop_zero_state<'a>(op: &Rwkv<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 6, 0.0, builder)
}

/// rwkv of no step → nothing, and its state
fn without_steps<'a>(op: &Rwkv<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::without_steps(op, 2, &[op.state()], builder)
}
