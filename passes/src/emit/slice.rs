//! Slices along one dimension, as a loop over time takes them.
//!
//! A slice of a tensor that has no elements, nor one into it, is never made:
//! MLIR's verifiers see an offset of 0 in a dimension of size 0 as out of bounds.

use super::{Emit, Size, dynamic_sizes, static_shape};
use fidelity_dialect::{DYNAMIC, TensorType, constant_value};
use melior::ir::{
    Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute, IntegerAttribute},
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
        if self.is_ambiguous(source, dimension) {
            let range = self.range(source, dimension, Size::Dynamic(index), Size::Static(1));
            return self.drop_units(range, &all_but(dimension, TensorType::of(source).rank()));
        }
        let slice = Slice::new(
            self,
            source,
            dimension,
            Size::Dynamic(index),
            Size::Static(1),
        );
        let mut sizes = slice.sizes.clone();
        sizes.remove(dimension);
        slice.extract(self, source, &sizes)
    }

    /// Puts a slice back.
    pub fn insert_slice(
        &self,
        slice: Value<'a, 'a>,
        into: Value<'a, 'a>,
        dimension: usize,
        index: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let one = Size::Static(1);
        if self.is_ambiguous(into, dimension) {
            let mut sizes = self.sizes(into);
            sizes[dimension] = one;
            let range = self.add_units(slice, &all_but(dimension, sizes.len()), &sizes);
            return self.insert_range(range, into, dimension, Size::Dynamic(index), one);
        }
        Slice::new(self, into, dimension, Size::Dynamic(index), one).insert(self, slice, into)
    }

    /// Whether upstream's canonicaliser could take another dimension for the one that a
    /// slice lacks, once a dynamic size is known: the first one of size 1 (LLVM 22.1; fixed
    /// in llvm-project#178118). A dynamic size may be found to be 1; what lies between the
    /// two makes the difference.
    fn is_ambiguous(&self, of: Value<'a, 'a>, dimension: usize) -> bool {
        let shape = TensorType::of(of).shape;
        let before = &shape[..dimension.saturating_sub(1)];
        all_but(dimension, shape.len())
            .into_iter()
            .any(|at| shape[at] == DYNAMIC)
            && (before.iter()).any(|&size| size == 1 || size == DYNAMIC)
    }

    /// `size` indices of dimension `dimension`, from `offset` on.
    pub fn range(
        &self,
        source: Value<'a, 'a>,
        dimension: usize,
        offset: Size<'a>,
        size: Size<'a>,
    ) -> Value<'a, 'a> {
        let slice = Slice::new(self, source, dimension, offset, size);
        let sizes = slice.sizes.clone();
        slice.extract(self, source, &sizes)
    }

    /// Puts a range back.
    pub fn insert_range(
        &self,
        range: Value<'a, 'a>,
        into: Value<'a, 'a>,
        dimension: usize,
        offset: Size<'a>,
        size: Size<'a>,
    ) -> Value<'a, 'a> {
        Slice::new(self, into, dimension, offset, size).insert(self, range, into)
    }

    /// The first indices of each dimension, so many.
    pub fn corner(&self, source: Value<'a, 'a>, sizes: Vec<Size<'a>>) -> Value<'a, 'a> {
        let kept = sizes.clone();
        Slice::corner(sizes).extract(self, source, &kept)
    }

    /// Puts a corner back.
    pub fn insert_corner(
        &self,
        corner: Value<'a, 'a>,
        into: Value<'a, 'a>,
        sizes: Vec<Size<'a>>,
    ) -> Value<'a, 'a> {
        Slice::corner(sizes).insert(self, corner, into)
    }

    /// Puts a range back that is a part of a parallel loop, into a tensor of some sizes.
    pub(super) fn insert_part(
        &self,
        range: Value<'a, 'a>,
        into: Value<'a, 'a>,
        mut sizes: Vec<Size<'a>>,
        part: &Part<'a>,
    ) {
        sizes[part.dimension] = part.size;
        let slice = Slice {
            sizes,
            dimension: part.dimension,
            offset: known(part.offset),
        };
        let op = self.op("tensor.parallel_insert_slice");
        slice
            .finish(self, op.operands(&[range, into]), &[1, 1])
            .insert();
    }
}

/// A tensor that has changed at some indices of a dimension.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The tensor.
    pub tensor: Value<'a, 'a>,
    /// The dimension.
    pub dimension: usize,
    /// The first index.
    pub offset: Size<'a>,
    /// How many.
    pub size: Size<'a>,
}

/// The operands and attributes of a slice along one dimension.
struct Slice<'a> {
    sizes: Vec<Size<'a>>,
    dimension: usize,
    offset: Size<'a>,
}

impl<'a> Slice<'a> {
    fn new(
        emit: &Emit<'a, '_>,
        of: Value<'a, 'a>,
        dimension: usize,
        offset: Size<'a>,
        size: Size<'a>,
    ) -> Self {
        let mut sizes = emit.sizes(of);
        sizes[dimension] = size;
        Self {
            sizes,
            dimension,
            offset: known(offset),
        }
    }

    /// The first `sizes` of each dimension.
    fn corner(sizes: Vec<Size<'a>>) -> Self {
        Self {
            sizes,
            dimension: 0,
            offset: Size::Static(0),
        }
    }

    /// The slice, under those of its sizes that are kept.
    fn extract(
        self,
        emit: &Emit<'a, '_>,
        source: Value<'a, 'a>,
        kept: &[Size<'a>],
    ) -> Value<'a, 'a> {
        let r#type = TensorType::of(source);
        if r#type.shape.contains(&0) {
            return emit.empty(kept, r#type.element);
        }
        let result = TensorType {
            shape: static_shape(kept),
            ..r#type
        };
        let result = result.to_type();
        let op = emit.op("tensor.extract_slice").operand(source);
        self.finish(emit, op, &[1]).result(result).value()
    }

    fn insert(
        self,
        emit: &Emit<'a, '_>,
        slice: Value<'a, 'a>,
        into: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let is_empty = |value| TensorType::of(value).shape.contains(&0);
        if is_empty(slice) || is_empty(into) {
            return into;
        }
        let op = emit.op("tensor.insert_slice").operands(&[slice, into]);
        self.finish(emit, op, &[1, 1]).result(into.r#type()).value()
    }

    fn finish<'b>(
        self,
        emit: &Emit<'a, 'b>,
        op: OpBuilder<'a, 'b>,
        operands: &[i32],
    ) -> OpBuilder<'a, 'b> {
        let rank = self.sizes.len();
        let mut offsets = vec![0; rank];
        let mut dynamic = Vec::new();
        offsets[self.dimension] = match self.offset {
            Size::Static(offset) => offset,
            Size::Dynamic(offset) => {
                dynamic.push(offset);
                DYNAMIC
            }
        };
        let mut segments = operands.to_vec();
        let sizes = dynamic_sizes(&self.sizes);
        segments.extend([dynamic.len() as i32, sizes.len() as i32, 0]);
        let context = emit.context();
        op.operands(&dynamic)
            .operands(&sizes)
            .attribute(
                "static_offsets",
                DenseI64ArrayAttribute::new(context, &offsets),
            )
            .attribute(
                "static_sizes",
                DenseI64ArrayAttribute::new(context, &static_shape(&self.sizes)),
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

/// The dimensions of a rank but one.
fn all_but(dimension: usize, rank: usize) -> Vec<usize> {
    (0..rank).filter(|&other| other != dimension).collect()
}

/// A size that is static when its value is a constant.
///
/// Upstream's canonicaliser would find the constant too, but then takes another
/// dimension for the one that a slice lacks: see [`Emit::is_ambiguous`].
fn known(size: Size<'_>) -> Size<'_> {
    let constant = match size {
        Size::Dynamic(value) => constant_value(value),
        Size::Static(_) => None,
    };
    match constant.map(IntegerAttribute::try_from) {
        Some(Ok(number)) => Size::Static(number.value()),
        _ => size,
    }
}
