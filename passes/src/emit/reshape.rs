//! Tensors of the same elements in another shape or order.

use super::{Emit, Size, dynamic_sizes, static_shape};
use fidelity_dialect::{DYNAMIC, TensorType};
use melior::ir::{Type, Value, ValueLike, attribute::DenseI64ArrayAttribute};

impl<'a> Emit<'a, '_> {
    /// The last dimension as two: `[…, K]` as `[…, G, K/G]`.
    pub fn expand_last(&self, value: Value<'a, 'a>, sizes: &[Size<'a>]) -> Value<'a, 'a> {
        self.expand(value, sizes.len() - 2, sizes)
    }

    /// A dimension as two: `[…, K, …]` as `[…, G, K/G, …]`.
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
        // The type of one says its size when those of both parts do.
        let mut r#type = TensorType::of(value);
        r#type.shape = static_shape(sizes);
        merge(&mut r#type.shape, dimension);
        let value = self.cast_to(value, r#type.to_type());
        self.expand_groups(value, &reassociation(dimension, sizes.len()), sizes)
    }

    fn expand_groups(
        &self,
        value: Value<'a, 'a>,
        groups: &str,
        sizes: &[Size<'a>],
    ) -> Value<'a, 'a> {
        self.op("tensor.expand_shape")
            .operand(value)
            .operands(&dynamic_sizes(sizes))
            .parsed("reassociation", groups)
            .attribute(
                "static_output_shape",
                DenseI64ArrayAttribute::new(self.context(), &static_shape(sizes)),
            )
            .result(self.tensor_type(sizes, TensorType::of(value).element))
            .value()
    }

    /// The last two dimensions as one: `[…, G, K/G]` as `[…, K]`.
    pub fn collapse_last(&self, value: Value<'a, 'a>, sizes: &[Size<'a>]) -> Value<'a, 'a> {
        self.collapse(value, sizes.len() - 1, sizes)
    }

    /// A dimension and the next one as one: `[…, G, K/G, …]` as `[…, K, …]`.
    pub fn collapse(
        &self,
        value: Value<'a, 'a>,
        dimension: usize,
        sizes: &[Size<'a>],
    ) -> Value<'a, 'a> {
        let mut r#type = TensorType::of(value);
        merge(&mut r#type.shape, dimension);
        let collapsed = self
            .op("tensor.collapse_shape")
            .operand(value)
            .parsed("reassociation", &reassociation(dimension, sizes.len() + 1))
            .result(r#type.to_type())
            .value();
        self.cast_to(collapsed, self.tensor_type(sizes, r#type.element))
    }

    /// A tensor without some dimensions of size 1: with those of `kept` alone.
    pub fn drop_units(&self, value: Value<'a, 'a>, kept: &[usize]) -> Value<'a, 'a> {
        if kept.len() == TensorType::of(value).rank() {
            return value;
        }
        let sizes = self.sizes(value);
        let groups = groups_of_units(kept, sizes.len());
        let sizes: Vec<Size<'a>> = kept.iter().map(|&at| sizes[at]).collect();
        self.op("tensor.collapse_shape")
            .operand(value)
            .parsed("reassociation", &groups)
            .result(self.tensor_type(&sizes, TensorType::of(value).element))
            .value()
    }

    /// A tensor with dimensions of size 1 beside its own, which become those of
    /// `kept`.
    pub fn add_units(
        &self,
        value: Value<'a, 'a>,
        kept: &[usize],
        sizes: &[Size<'a>],
    ) -> Value<'a, 'a> {
        if kept.len() == sizes.len() {
            return value;
        }
        self.expand_groups(value, &groups_of_units(kept, sizes.len()), sizes)
    }

    /// The tensor under another type, which says more or less of its sizes.
    fn cast_to(&self, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        if value.r#type() == r#type {
            return value;
        }
        self.op("tensor.cast").operand(value).result(r#type).value()
    }

    /// The last two dimensions in the opposite order, as an op of its own that
    /// is not fused into what reads it.
    pub fn transpose_last(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        let mut sizes = self.sizes(value);
        let rank = sizes.len();
        sizes.swap(rank - 2, rank - 1);
        self.transpose_last_into(value, self.empty(&sizes, TensorType::of(value).element))
    }

    /// Likewise, in the memory of a tensor of the result's type.
    pub fn transpose_last_into(&self, value: Value<'a, 'a>, init: Value<'a, 'a>) -> Value<'a, 'a> {
        let TensorType { shape, element, .. } = TensorType::of(value);
        let rank = shape.len();
        let mut permutation: Vec<i64> = (0..rank as i64).collect();
        permutation.swap(rank - 2, rank - 1);
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
            .result(init.r#type())
            .value()
    }
}

/// Makes a dimension and the next one one, of a known size if both have one.
fn merge(shape: &mut Vec<i64>, dimension: usize) {
    let second = shape.remove(dimension + 1);
    shape[dimension] = match (shape[dimension], second) {
        (DYNAMIC, _) | (_, DYNAMIC) => DYNAMIC,
        (first, second) => first * second,
    };
}

/// Each dimension of `rank` by itself, but `together` and the next one.
fn reassociation(together: usize, rank: usize) -> String {
    let groups: Vec<String> = (0..rank)
        .filter(|&index| index != together + 1)
        .map(|index| {
            if index == together {
                format!("[{index}, {}]", index + 1)
            } else {
                format!("[{index}]")
            }
        })
        .collect();
    format!("[{}]", groups.join(", "))
}

/// Each of some dimensions of `rank`, with those of size 1 up to the next one.
fn groups_of_units(kept: &[usize], rank: usize) -> String {
    let groups: Vec<String> = (0..kept.len())
        .map(|index| {
            let start = if index == 0 { 0 } else { kept[index] };
            let end = kept.get(index + 1).copied().unwrap_or(rank);
            let group: Vec<String> = (start..end).map(|at| at.to_string()).collect();
            format!("[{}]", group.join(", "))
        })
        .collect();
    format!("[{}]", groups.join(", "))
}
