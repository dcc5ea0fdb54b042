//! `tensor.extract_slice` and `tensor.insert_slice`.

use super::super::{
    Failure, Frame, Op, Result, Value,
    value::{Elements, element, for_each_index, offset},
};
use crate::DYNAMIC;
use melior::ir::{ValueLike, operation::OperationLike};

/// Which elements of a tensor a slice is.
struct Slice {
    offsets: Vec<i64>,
    sizes: Vec<usize>,
    strides: Vec<i64>,
    /// The dimensions of size 1 that the type of the slice leaves out.
    dropped: Vec<bool>,
}

/// The numbers of a static attribute, `dynamic` in order where it says so.
pub(super) fn mixed(op: &Op<'_>, name: &str, dynamic: &[Value]) -> Result<Vec<i64>> {
    let mut dynamic = dynamic.iter();
    let number = |number| match number {
        DYNAMIC => dynamic
            .next()
            .ok_or_else(|| Failure::expected("an operand for each dynamic number", "fewer"))?
            .number()?
            .int(),
        number => Ok(number),
    };
    op.integers(name)?.into_iter().map(number).collect()
}

impl Slice {
    /// The slice that an op takes or writes, `r#type` being the type of the
    /// slice and `shape` that of the tensor around it.
    fn new(
        op: &Op<'_>,
        [offsets, sizes, strides]: [&[Value]; 3],
        r#type: melior::ir::Type<'_>,
        shape: &[usize],
    ) -> Result<Self> {
        let offsets = mixed(op, "static_offsets", offsets)?;
        let strides = mixed(op, "static_strides", strides)?;
        let mut counts = Vec::new();
        for (dimension, size) in mixed(op, "static_sizes", sizes)?.into_iter().enumerate() {
            let count = usize::try_from(size)
                .map_err(|_| Failure::expected("a size of at least 0", size))?;
            counts.push(count);
            let (Some(&first), Some(&stride), Some(&around)) = (
                offsets.get(dimension),
                strides.get(dimension),
                shape.get(dimension),
            ) else {
                return Err(Failure::expected(
                    format!("a slice of {} dimensions", shape.len()),
                    dimension + 1,
                ));
            };
            // An empty slice may begin where the tensor ends.
            let last = i128::from(first) + i128::from(size - 1) * i128::from(stride);
            let inside = |index: i128| (0..around as i128).contains(&index);
            let fits = match count {
                0 => (0..=around as i128).contains(&i128::from(first)),
                _ => inside(first.into()) && inside(last),
            };
            if !fits {
                return Err(Failure::expected(
                    format!("a slice inside of dimension {dimension}, of size {around}"),
                    format!("{count} elements from {first} on, {stride} apart"),
                ));
            }
        }
        let dropped = dropped(&op.integers("static_sizes")?, r#type)?;
        Ok(Self {
            offsets,
            sizes: counts,
            strides,
            dropped,
        })
    }

    /// The shape of the slice, without the dimensions left out.
    fn shape(&self) -> Vec<usize> {
        self.sizes
            .iter()
            .zip(&self.dropped)
            .filter(|(_, dropped)| !**dropped)
            .map(|(&size, _)| size)
            .collect()
    }

    /// Calls `visit` with the offset, in a tensor of that shape, of each
    /// element of the slice in row-major order.
    fn for_each_offset(
        &self,
        shape: &[usize],
        mut visit: impl FnMut(usize) -> Result<()>,
    ) -> Result<()> {
        let mut outer = vec![0; self.offsets.len()];
        for_each_index(&self.sizes, |index| {
            for (dimension, outer) in outer.iter_mut().enumerate() {
                *outer = self.offsets[dimension] + index[dimension] * self.strides[dimension];
            }
            visit(offset(&outer, shape)?)
        })
    }
}

/// Which of the sizes the type of a slice leaves out. As MLIR has it: going
/// through both, a static 1 that the type does not show next.
fn dropped(sizes: &[i64], r#type: melior::ir::Type<'_>) -> Result<Vec<bool>> {
    let shown = crate::TensorType::new(r#type)
        .ok_or_else(|| Failure::expected("a slice that is a tensor", r#type))?
        .shape;
    let mut next = 0;
    let dropped: Vec<bool> = sizes
        .iter()
        .map(|size| {
            let is_shown = shown.get(next) == Some(size);
            next += usize::from(is_shown);
            !is_shown
        })
        .collect();
    let only_ones = dropped
        .iter()
        .zip(sizes)
        .all(|(dropped, &size)| !dropped || size == 1);
    if next == shown.len() && only_ones {
        return Ok(dropped);
    }
    Err(Failure::expected(
        format!("a slice of sizes {sizes:?}, but for some that are 1"),
        r#type,
    ))
}

pub(super) fn extract<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let [source, offsets, sizes, strides] = frame.segments(op)?;
    let [source] = &source[..] else {
        return Err(Failure::expected("one source", source.len()));
    };
    let source = source.tensor()?;
    let slice = Slice::new(
        op,
        [&offsets, &sizes, &strides],
        op.operation.result(0)?.r#type(),
        source.shape(),
    )?;
    let mut elements = Elements::new(source.element_type(), slice.shape());
    slice.for_each_offset(source.shape(), |offset| {
        elements.push(element(source, offset))
    })?;
    Ok(elements.into_tensor()?.into())
}

pub(super) fn insert<'a>(frame: &Frame<'a, '_>, op: &Op<'a>) -> Result<Value> {
    let [source, destination, offsets, sizes, strides] = frame.segments(op)?;
    let ([source], [destination]) = (&source[..], &destination[..]) else {
        return Err(Failure::expected(
            "one source and one destination",
            "others",
        ));
    };
    let (source, destination) = (source.tensor()?, destination.tensor()?);
    let slice = Slice::new(
        op,
        [&offsets, &sizes, &strides],
        op.operation.operand(0)?.r#type(),
        destination.shape(),
    )?;
    if source.shape() != slice.shape() {
        return Err(Failure::expected(
            format!("a source of shape {:?}", slice.shape()),
            format!("{:?}", source.shape()),
        ));
    }
    let mut elements = Elements::from(&**destination);
    let mut from = 0;
    slice.for_each_offset(destination.shape(), |to| {
        elements.set(to, element(source, from))?;
        from += 1;
        Ok(())
    })?;
    Ok(elements.into_tensor()?.into())
}
