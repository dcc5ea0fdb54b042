//! Names of dimensions and units.
//!
//! A name stands for one size, so a dimension is named after its size at run
//! time: what an op takes for one dimension then has one name, whatever the op.
//! Which units an op takes is for the dialect to say: operands are given units,
//! and where it refuses those, all operands lose theirs, which it must accept.

use super::Function;
use crate::{
    op::Op,
    value::{TensorType, Type, Value},
};
use fidelity_dialect::Storage;

/// Units, of which one is a number's.
const UNITS: &[&str] = &["m", "s", "m", "m/s", "kg*m/s^2", "rad"];

impl Function<'_> {
    /// The type with names for some dimensions. One of size 1 has none: another
    /// may stretch it.
    pub(super) fn named(&mut self, r#type: TensorType) -> TensorType {
        if !self.is_measured || self.random.chance(40) {
            return r#type;
        }
        let names: Vec<String> = (r#type.shape.iter())
            .map(|&size| match size != 1 && self.random.chance(70) {
                true => format!("Of{size}"),
                false => "_".to_owned(),
            })
            .collect();
        if names.iter().all(|name| name == "_") {
            return r#type;
        }
        let storage = match r#type.storage {
            Storage::Dense => String::new(),
            packed => format!(", storage = {packed}"),
        };
        let encoding = format!("#fidelity.tensor<dims = [{}]{storage}>", names.join(", "));
        TensorType {
            encoding: Some(encoding),
            ..r#type
        }
    }

    /// The op with units for some of its operands, or for none.
    ///
    /// # Errors
    ///
    /// When the dialect refuses it without units.
    pub(super) fn with_units(&mut self, op: Op) -> Result<Op, String> {
        let infers = op.results.is_none();
        let percent = *self.random.pick(&[0, 10, 10, 100]);
        let unit = *self.random.pick(UNITS);
        let gives = self.is_measured && infers;
        let op = op.try_map(|value| match is_float(&value) {
            true if gives && self.random.chance(percent) => self.times(value, unit),
            _ => Ok(value),
        })?;
        if op.operands().all(|value| unit_of(value).is_none())
            || infers && self.inference.results(&op).is_ok()
        {
            return Ok(op);
        }
        op.try_map(|value| match unit_of(&value) {
            Some(unit) => self.times(value, &inverse(&unit)),
            None => Ok(value),
        })
    }

    /// The tensor times 1 of a unit.
    fn times(&mut self, value: Value, unit: &str) -> Result<Value, String> {
        let Some(tensor) = value.tensor() else {
            return Ok(value);
        };
        let one = TensorType {
            encoding: Some(format!("#fidelity.tensor<unit = \"{unit}\">")),
            ..TensorType::new(tensor.element, &[])
        };
        let attributes = format!(" <{{value = dense<1.0> : {one}}}>");
        let one = self
            .generic("arith.constant", &attributes, &[], vec![Type::Tensor(one)])
            .remove(0);
        let product = Op::new("fidelity.multiply").operand(value).operand(one);
        Ok(self.write_as_it_is(&product)?.remove(0))
    }
}

fn is_float(value: &Value) -> bool {
    (value.tensor()).is_some_and(|tensor| tensor.element.is_float())
}

/// The unit that a type says.
fn unit_of(value: &Value) -> Option<String> {
    let encoding = value.tensor()?.encoding.as_deref()?;
    let (_, unit) = encoding.split_once("unit = \"")?;
    Some(unit.split_once('"')?.0.to_owned())
}

/// 1 divided by a unit.
fn inverse(unit: &str) -> String {
    let swapped: String = (unit.chars())
        .map(|character| match character {
            '*' => '/',
            '/' => '*',
            other => other,
        })
        .collect();
    format!("1/{swapped}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn inverts_units() {
        assert_eq!(inverse("kg*m/s^2"), "1/kg/m*s^2");
        assert_eq!(inverse("1"), "1/1");
    }
}
