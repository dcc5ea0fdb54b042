//! Tensors of the same elements in another shape or order.

use super::{Emit, Size, dynamic_sizes, static_shape};
use fidelity_dialect::TensorType;
use melior::ir::{Value, attribute::DenseI64ArrayAttribute};

impl<'a> Emit<'a, '_> {
    /// The last dimension as two: `[…, K]` as `[…, G, K/G]`.
    pub fn expand_last(&self, value: Value<'a, 'a>, sizes: &[Size<'a>]) -> Value<'a, 'a> {
        self.op("tensor.expand_shape")
            .operand(value)
            .operands(&dynamic_sizes(sizes))
            .parsed("reassociation", &reassociation(sizes.len()))
            .attribute(
                "static_output_shape",
                DenseI64ArrayAttribute::new(self.context(), &static_shape(sizes)),
            )
            .result(self.tensor_type(sizes, TensorType::of(value).element))
            .value()
    }

    /// The last two dimensions as one: `[…, G, K/G]` as `[…, K]`.
    pub fn collapse_last(&self, value: Value<'a, 'a>, sizes: &[Size<'a>]) -> Value<'a, 'a> {
        self.op("tensor.collapse_shape")
            .operand(value)
            .parsed("reassociation", &reassociation(sizes.len() + 1))
            .result(self.tensor_type(sizes, TensorType::of(value).element))
            .value()
    }

    /// The last two dimensions in the opposite order, as an op of its own that
    /// is not fused into what reads it.
    pub fn transpose_last(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        let mut sizes = self.sizes(value);
        let rank = sizes.len();
        sizes.swap(rank - 2, rank - 1);
        let mut permutation: Vec<i64> = (0..rank as i64).collect();
        permutation.swap(rank - 2, rank - 1);
        let element = TensorType::of(value).element;
        let init = self.empty(&sizes, element);
        let region = self.region(&[element, element], |builder, arguments| {
            builder.op("linalg.yield").operand(arguments[0]).insert();
        });
        self.op("linalg.transpose")
            .operands(&[value, init])
            .attribute(
                "permutation",
                DenseI64ArrayAttribute::new(self.context(), &permutation),
            )
            .region(region)
            .result(self.tensor_type(&sizes, element))
            .value()
    }
}

/// Each dimension by itself, but the last two of `rank` together.
fn reassociation(rank: usize) -> String {
    let mut groups: Vec<String> = (0..rank - 2).map(|index| format!("[{index}]")).collect();
    groups.push(format!("[{}, {}]", rank - 2, rank - 1));
    format!("[{}]", groups.join(", "))
}
