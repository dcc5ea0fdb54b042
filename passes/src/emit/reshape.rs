//! Tensors of the same elements in another shape or order.

use super::{Emit, Size, dynamic_sizes, static_shape};
use fidelity_dialect::TensorType;
use melior::ir::{Value, attribute::DenseI64ArrayAttribute};

impl<'a> Emit<'a, '_> {
    /// A dimension as two, under the sizes that the tensor then has.
    pub fn expand(
        &self,
        value: Value<'a, 'a>,
        dimension: usize,
        sizes: &[Size<'a>],
    ) -> Value<'a, 'a> {
        let result = self.tensor_type(sizes, TensorType::of(value).element);
        // Upstream's expand-strided-metadata crashes on an expand_shape that
        // makes two dynamic sizes of one.
        if dynamic_sizes(&sizes[dimension..dimension + 2]).len() == 2 {
            let rank = Size::Static(sizes.len() as i64);
            let sizes: Vec<_> = sizes.iter().map(|&size| self.size_value(size)).collect();
            let shape = self
                .op("tensor.from_elements")
                .operands(&sizes)
                .result(self.tensor_type(&[rank], self.index_type()))
                .value();
            let op = self.op("tensor.reshape").operands(&[value, shape]);
            return op.result(result).value();
        }
        self.op("tensor.expand_shape")
            .operand(value)
            .operands(&dynamic_sizes(sizes))
            .parsed("reassociation", &reassociation(sizes.len(), dimension))
            .attribute(
                "static_output_shape",
                DenseI64ArrayAttribute::new(self.context(), &static_shape(sizes)),
            )
            .result(result)
            .value()
    }

    /// A dimension and the next one as one, under the sizes that the tensor then
    /// has.
    pub fn collapse(
        &self,
        value: Value<'a, 'a>,
        dimension: usize,
        sizes: &[Size<'a>],
    ) -> Value<'a, 'a> {
        self.op("tensor.collapse_shape")
            .operand(value)
            .parsed("reassociation", &reassociation(sizes.len() + 1, dimension))
            .result(self.tensor_type(sizes, TensorType::of(value).element))
            .value()
    }

    /// The last dimension as two: `[…, K]` as `[…, G, K/G]`.
    pub fn expand_last(&self, value: Value<'a, 'a>, sizes: &[Size<'a>]) -> Value<'a, 'a> {
        self.expand(value, sizes.len() - 2, sizes)
    }

    /// The last two dimensions as one: `[…, G, K/G]` as `[…, K]`.
    pub fn collapse_last(&self, value: Value<'a, 'a>, sizes: &[Size<'a>]) -> Value<'a, 'a> {
        self.collapse(value, sizes.len() - 1, sizes)
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

/// Each of `rank` dimensions by itself, but one together with the next.
fn reassociation(rank: usize, dimension: usize) -> String {
    let groups: Vec<String> = (0..rank)
        .filter(|&index| index != dimension + 1)
        .map(|index| match index {
            index if index == dimension => format!("[{index}, {}]", index + 1),
            index => format!("[{index}]"),
        })
        .collect();
    format!("[{}]", groups.join(", "))
}
