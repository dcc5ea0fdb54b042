//! Views of memrefs, as `memref.reinterpret_cast`.

use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{
    Type, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, build_before, name_of};

/// A view that `expand-strided-metadata` gets wrong → `memref.reinterpret_cast`.
///
/// Gives whether the op was replaced.
pub fn reinterpret<'a>(operation: OperationRef<'a, 'a>) -> bool {
    if !matches!(name_of(operation), "memref.subview" | "memref.expand_shape") {
        return false;
    }
    build_before(operation, |builder| {
        let view = match name_of(operation) {
            "memref.subview" => subview(operation, builder),
            _ => expand_shape(operation, builder),
        };
        if let Some(view) = view {
            builder.replace(operation, &[view]);
        }
        view.is_some()
    })
}

/// A subview of which it is not plain which dimensions it drops.
fn subview<'a>(operation: OperationRef<'a, 'a>, builder: &Builder<'a>) -> Option<Value<'a, 'a>> {
    let static_sizes = numbers(operation, "static_sizes")?;
    let r#type = operation.result(0).ok()?.r#type();
    let result = TensorType::new(r#type)?;
    let dropped = static_sizes.len() - result.rank();
    let of_one = static_sizes.iter().filter(|&&size| size == 1).count();
    if dropped == 0 || of_one == dropped {
        return None;
    }
    // Which ones of size 1 are kept makes no difference.
    let mut left = result.shape.iter().peekable();
    let kept: Vec<usize> = (0..static_sizes.len())
        .filter(|&at| left.next_if_eq(&&static_sizes[at]).is_some())
        .collect();
    if left.next().is_some() {
        return None;
    }

    let emit = Emit::new(builder, false);
    let mut dynamic = operation.operands().skip(1);
    let mut mixed = |name| -> Option<Vec<Size<'a>>> {
        let list = numbers(operation, name)?;
        list.into_iter()
            .map(|number| match number {
                DYNAMIC => dynamic.next().map(Size::Dynamic),
                number => Some(Size::Static(number)),
            })
            .collect()
    };
    let offsets = mixed("static_offsets")?;
    let sizes = mixed("static_sizes")?;
    let steps = mixed("static_strides")?;
    let source = Strided::of(&emit, operation.operand(0).ok()?);
    let offset = offsets
        .iter()
        .zip(&source.strides)
        .fold(source.offset, |sum, (&offset, &stride)| {
            emit.sum_of(sum, emit.multiply(offset, stride))
        });
    let view = Strided {
        base: source.base,
        offset,
        sizes: kept.iter().map(|&at| sizes[at]).collect(),
        strides: (kept.iter())
            .map(|&at| emit.multiply(source.strides[at], steps[at]))
            .collect(),
    };
    Some(view.cast(&emit, &result, r#type))
}

/// An expansion of one size to several that are dynamic, or to a dynamic one and
/// one of 0.
fn expand_shape<'a>(
    operation: OperationRef<'a, 'a>,
    builder: &Builder<'a>,
) -> Option<Value<'a, 'a>> {
    let r#type = operation.result(0).ok()?.r#type();
    let result = TensorType::new(r#type)?;
    let source = operation.operand(0).ok()?;
    let groups = groups(operation)?;
    let is_wrong = |group: &Vec<usize>| {
        let mut sizes = group.iter().map(|&at| result.shape[at]);
        let dynamic = sizes.clone().filter(|&size| size == DYNAMIC).count();
        dynamic > 1 || dynamic == 1 && sizes.any(|size| size == 0)
    };
    if !groups.iter().any(is_wrong) {
        return None;
    }

    let emit = Emit::new(builder, false);
    let mut dynamic = operation.operands().skip(1);
    let sizes = (result.shape.iter())
        .map(|&size| match size {
            DYNAMIC => dynamic.next().map(Size::Dynamic),
            size => Some(Size::Static(size)),
        })
        .collect::<Option<Vec<_>>>()?;
    let source = Strided::of(&emit, source);
    let mut strides = vec![Size::Static(1); sizes.len()];
    for (group, &stride) in groups.iter().zip(&source.strides) {
        let mut stride = stride;
        for &at in group.iter().rev() {
            strides[at] = stride;
            stride = emit.multiply(stride, sizes[at]);
        }
    }
    let view = Strided {
        sizes,
        strides,
        ..source
    };
    Some(view.cast(&emit, &result, r#type))
}

/// Where the elements of a memref lie.
struct Strided<'a> {
    /// A memref of rank 0 at the beginning of the memory.
    base: Value<'a, 'a>,
    offset: Size<'a>,
    sizes: Vec<Size<'a>>,
    strides: Vec<Size<'a>>,
}

impl<'a> Strided<'a> {
    fn of(emit: &Emit<'a, '_>, memref: Value<'a, 'a>) -> Self {
        let r#type = TensorType::of(memref);
        let rank = r#type.rank();
        let mut op = emit
            .op("memref.extract_strided_metadata")
            .operand(memref)
            .result(emit.memref_type(&[], r#type.element));
        for _ in 0..1 + 2 * rank {
            op = op.result(emit.index_type());
        }
        let values: Vec<Value<'a, 'a>> = op.insert().results().map(Into::into).collect();
        let sizes = |range: &[Value<'a, 'a>]| range.iter().copied().map(Size::Dynamic).collect();
        Self {
            base: values[0],
            offset: Size::Dynamic(values[1]),
            sizes: sizes(&values[2..2 + rank]),
            strides: sizes(&values[2 + rank..]),
        }
    }

    /// The memref of a type that says what is known of this.
    fn cast(&self, emit: &Emit<'a, '_>, parts: &TensorType<'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        let open = vec!["?"; parts.rank()];
        let text = format!(
            "memref<{}{}, strided<[{}], offset: ?>>",
            "?x".repeat(parts.rank()),
            parts.element,
            open.join(", ")
        );
        let count = parts.rank() as i32;
        let dynamic = |count: i32| {
            DenseI64ArrayAttribute::new(emit.context(), &vec![DYNAMIC; count as usize])
        };
        let view = emit
            .op("memref.reinterpret_cast")
            .operand(self.base)
            .operand(emit.size_value(self.offset))
            .operands(&self.values(emit, &self.sizes))
            .operands(&self.values(emit, &self.strides))
            .attribute("static_offsets", dynamic(1))
            .attribute("static_sizes", dynamic(count))
            .attribute("static_strides", dynamic(count))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(emit.context(), &[1, 1, count, count]),
            )
            .result(emit.named_type(&text))
            .value();
        emit.op("memref.cast").operand(view).result(r#type).value()
    }

    fn values(&self, emit: &Emit<'a, '_>, sizes: &[Size<'a>]) -> Vec<Value<'a, 'a>> {
        sizes.iter().map(|&size| emit.size_value(size)).collect()
    }
}

fn numbers(operation: OperationRef<'_, '_>, name: &str) -> Option<Vec<i64>> {
    let list = DenseI64ArrayAttribute::try_from(operation.attribute(name).ok()?).ok()?;
    (0..list.len())
        .map(|index| list.element(index).ok())
        .collect()
}

/// The dimensions of the result that each one of the source becomes.
pub(super) fn groups(operation: OperationRef<'_, '_>) -> Option<Vec<Vec<usize>>> {
    use melior::ir::attribute::{ArrayAttribute, IntegerAttribute};
    let list = ArrayAttribute::try_from(operation.attribute("reassociation").ok()?).ok()?;
    (0..list.len())
        .map(|index| {
            let group = ArrayAttribute::try_from(list.element(index).ok()?).ok()?;
            (0..group.len())
                .map(|index| {
                    let number = IntegerAttribute::try_from(group.element(index).ok()?).ok()?;
                    usize::try_from(number.value()).ok()
                })
                .collect()
        })
        .collect()
}
