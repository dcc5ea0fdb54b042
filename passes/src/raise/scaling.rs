//! Constant weights under a scale that only run time tells:
//!
//! ```text
//! w[n, k] = trit[n, k] · s(n),   s one number, or one for each row
//! ```
//!
//! ± s and 0 s are exact for a finite s, so that the sums are those of weights that are
//! constant.

use super::{
    expression::{Kind, Node, Read},
    linear::is_constant,
};
use crate::emit::Emit;
use fidelity_dialect::TensorType;
use melior::ir::{Type, Value, ValueLike};

/// A scale of weights that is no constant.
pub enum Scaling<'a> {
    /// A tensor, `[]` or `[N]`.
    Tensor(Value<'a, 'a>),
    /// A number.
    Number(Value<'a, 'a>),
}

impl<'a> Scaling<'a> {
    /// The constant that is scaled, and the scale; `None` for what is no such product.
    ///
    /// # Errors
    ///
    /// When the scale is of another form.
    pub fn split(
        node: &Node<'a>,
        [row, column]: [usize; 2],
        rank: usize,
        depth: usize,
    ) -> Option<Result<(Node<'a>, Self), &'static str>> {
        match &node.kind {
            Kind::Read(read) if depth > 0 => {
                let node = read.expand_weights(rank)?;
                Self::split(&node, [row, column], rank, depth - 1)
            }
            Kind::Apply("arith.mulf", sides) => {
                let [lhs, rhs] = &sides[..] else { return None };
                let known = [lhs, rhs].map(|side| is_constant(side, rank, depth));
                let (constant, scale) = match known {
                    [true, false] => (lhs, rhs),
                    [false, true] => (rhs, lhs),
                    _ => return None,
                };
                let scaling = match &scale.kind {
                    Kind::Scalar(value) => Self::Number(*value),
                    Kind::Read(Read { value, loops }) => {
                        let is_of_weights = |index: &Option<usize>| {
                            index.is_none_or(|it| [row, column].contains(&it))
                        };
                        // An input times a constant is none.
                        loops.iter().all(is_of_weights).then_some(())?;
                        let is_plain = loops.is_empty() || *loops == [Some(row)];
                        if !is_plain || TensorType::of(*value).encoding.is_some() {
                            return Some(Err(
                                "expected a scale of all weights or one of each row, but got \
                                 another one",
                            ));
                        }
                        Self::Tensor(*value)
                    }
                    _ => return None,
                };
                Some(Ok((constant.clone(), scaling)))
            }
            _ => None,
        }
    }

    /// The scale as a tensor.
    pub fn value(&self, emit: &Emit<'a, '_>) -> Value<'a, 'a> {
        match *self {
            Self::Tensor(value) => value,
            Self::Number(value) => {
                let r#type: Type<'a> = emit.tensor_type(&[], value.r#type());
                let op = emit.op("tensor.from_elements").operand(value);
                op.result(r#type).value()
            }
        }
    }
}
