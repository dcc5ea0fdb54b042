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
        let mut sizes = receptance.all_sizes();
        let mut keys = vec![
            // C2
            ("decay", self.decay()),
            // C3
            ("key", self.key()),
        ];
        match (self.erase(), self.version()) {
            ([], _) => {}
            // C7
            (&[a, b], RwkvVersion::V7) => keys.extend([("a", a), ("b", b)]),
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
        for (name, value) in keys {
            sizes = expect_shape(&Operand::new(name, value)?, &sizes, &receptance)?;
        }
        let mut key_size = sizes.remove(time + 1);
        // C4
        let value = Operand::new("value", self.value())?;
        let (_, value_size) = value.split_last()?;
        sizes.push(value_size);
        sizes = expect_shape(&value, &sizes, &receptance)?;
        let time_size = sizes.remove(time);
        // C8
        if let Some(bonus) = self.bonus() {
            let bonus = Operand::of_rank(2, "bonus", bonus)?;
            sizes[time - 1] = bonus.size(0).agree(sizes[time - 1])?;
            key_size = bonus.size(1).agree(key_size)?;
        }
        sizes.insert(time, key_size);
        // C9
        if let Some(state) = self.state() {
            sizes = expect_shape(&Operand::new("state", state)?, &sizes, &receptance)?;
        }
        let mut output_sizes = sizes.clone();
        output_sizes[time] = time_size;
        let element = receptance.r#type.element;
        Ok(vec![
            ResultShape::new(&output_sizes, element).with_encoding(value.r#type.encoding),
            ResultShape::new(&sizes, element),
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
