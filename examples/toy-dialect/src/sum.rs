//! `toy.sum`: a variadic operand.

use crate::{
    Sum,
    constant::{attribute, number},
};
use melior::ir::{Attribute, ValueLike};
use ods_bridge::{Fold, FoldResult};

impl<'a> Fold<'a> for Sum<'a> {
    fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let result = match self.inputs() {
            [] => return None,
            [input] => FoldResult::Value(*input),
            [first, ..] => {
                let total = constants.iter().try_fold(0i32, |total, &input| {
                    Some(total.wrapping_add(number(input?)?))
                })?;
                FoldResult::Constant(attribute(first.r#type(), total))
            }
        };
        Some(vec![result])
    }
}
