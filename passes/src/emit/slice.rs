//! Slices of one index of one dimension, as a loop over time takes them.

use super::{Emit, Size, dynamic_sizes, static_shape};
use fidelity_dialect::{DYNAMIC, TensorType};
use melior::ir::{
    Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute},
};
use ods_bridge::OpBuilder;

impl<'a> Emit<'a, '_> {
    /// The slice at `index` of dimension `dimension`, without that dimension.
    pub fn slice(
        &self,
        source: Value<'a, 'a>,
        dimension: usize,
        index: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let slice = Slice::new(self, source, dimension);
        let mut sizes = slice.sizes.clone();
        sizes.remove(dimension);
        let result = self.tensor_type(&sizes, TensorType::of(source).element);
        slice
            .finish(
                self,
                self.op("tensor.extract_slice").operand(source),
                &[1],
                index,
            )
            .result(result)
            .value()
    }

    /// Puts a slice back.
    pub fn insert_slice(
        &self,
        slice: Value<'a, 'a>,
        into: Value<'a, 'a>,
        dimension: usize,
        index: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        Slice::new(self, into, dimension)
            .finish(
                self,
                self.op("tensor.insert_slice").operands(&[slice, into]),
                &[1, 1],
                index,
            )
            .result(into.r#type())
            .value()
    }
}

/// The operands and attributes of a slice of one index of one dimension.
struct Slice<'a> {
    sizes: Vec<Size<'a>>,
    dimension: usize,
}

impl<'a> Slice<'a> {
    fn new(emit: &Emit<'a, '_>, of: Value<'a, 'a>, dimension: usize) -> Self {
        Self {
            sizes: emit.sizes(of),
            dimension,
        }
    }

    fn finish<'b>(
        self,
        emit: &Emit<'a, 'b>,
        op: OpBuilder<'a, 'b>,
        operands: &[i32],
        index: Value<'a, 'a>,
    ) -> OpBuilder<'a, 'b> {
        let rank = self.sizes.len();
        let mut sizes = self.sizes;
        sizes[self.dimension] = Size::Static(1);
        let mut offsets = vec![0; rank];
        offsets[self.dimension] = DYNAMIC;
        let dynamic = dynamic_sizes(&sizes);
        let mut segments = operands.to_vec();
        segments.extend([1, dynamic.len() as i32, 0]);
        let context = emit.context();
        op.operand(index)
            .operands(&dynamic)
            .attribute(
                "static_offsets",
                DenseI64ArrayAttribute::new(context, &offsets),
            )
            .attribute(
                "static_sizes",
                DenseI64ArrayAttribute::new(context, &static_shape(&sizes)),
            )
            .attribute(
                "static_strides",
                DenseI64ArrayAttribute::new(context, &vec![1; rank]),
            )
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(context, &segments),
            )
    }
}
