//! Rows of zeros at the beginning and the end of constant weights: a layer of the
//! rows between them.

use super::algebra;
use crate::{
    TensorAttr, TensorType, TernaryAccumulate, TernaryLinear,
    canonicalize::{self, dynamic_sizes, zeros},
    constant_value, storage_of,
};
use melior::ir::{
    Attribute, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute},
    operation::OperationLike,
    r#type::RankedTensorType,
};
use ods_bridge::{
    Builder, DenseResource, Dim, NoMatch, OpView, ReifyResultShapes, ResourceBytes, dense_bytes,
    dense_elements, dense_resource, name_of,
};
use std::{borrow::Cow, ops::Range};

/// ternary_linear(x, [0; w; 0], scale) → [0; ternary_linear(x, w, scale); 0], the
/// scale being as for zeros of all rows.
pub fn drop_zero_rows<'a>(op: &TernaryLinear<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let result = op.result(0).ok_or("no result")?;
    let rows = Rows::between_zeros(op.weights())?;
    if !algebra::keeps_zero(op.scale()) {
        return Err("the scale may not be finite, or below 0");
    }
    let of_rows = op.scale().filter(|&scale| TensorType::of(scale).rank() > 0);
    let shapes = op.reify_result_shapes();
    let shapes = shapes.map_err(|_| "the sizes cannot be said")?;
    rows.check(result, op.weights(), of_rows)?;
    // From here on nothing is refused: what is built stays.
    let weights = rows.of_constant(op.weights(), builder)?;
    let mut operands = vec![op.x(), weights];
    if let Some(scale) = op.scale() {
        operands.push(match of_rows {
            None => scale,
            Some(_) => rows.of_constant(scale, builder)?,
        });
    }
    let zeros = zeros(result.r#type(), &shapes[0], builder)?;
    rows.replace(op, &operands, zeros, &shapes[0], builder)
}

/// ternary_accumulate(x, [0; w; 0], init) → init, and within it
/// ternary_accumulate(x, w, the rows of init) on tensors
pub fn skip_zero_rows<'a>(
    op: &TernaryAccumulate<'a>,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let init = op.init();
    if op
        .result(0)
        .is_none_or(|result| result.r#type() != init.r#type())
    {
        return Err("a memref, or a result whose type says another shape");
    }
    if op.storage().is_some() {
        return Err("the type of the weights does not say their storage");
    }
    if op.scale().is_some() {
        return Err("the sums are scaled");
    }
    let rows = Rows::between_zeros(op.weights())?;
    rows.check(init, op.weights(), None)?;
    // Those of init: that they are those of x is checked by the layer.
    let sizes: Vec<_> = (0..TensorType::of(init).rank())
        .map(|dimension| Dim::Of(init, dimension))
        .collect();
    let weights = rows.of_constant(op.weights(), builder)?;
    let part = rows.slice("tensor.extract_slice", &[init], &sizes, builder);
    rows.replace(op, &[op.x(), weights, part], init, &sizes, builder)
}

/// Some of the rows of weights.
struct Rows {
    range: Range<usize>,
    all: usize,
}

impl Rows {
    /// Those of constant weights between the rows of zeros at both ends, where
    /// some are there and some are not.
    fn between_zeros(weights: Value<'_, '_>) -> Result<Self, NoMatch> {
        let constant = constant_value(weights).ok_or("the weights are not constant")?;
        let r#type = TensorType::of(weights);
        let (bytes, width) = stored_rows(constant, &r#type).ok_or("the weights are one number")?;
        let is_zero = |row: &[u8]| row.iter().all(|&byte| byte == 0);
        let rows = bytes.chunks_exact(width);
        let all = rows.len();
        let before = rows.clone().take_while(|row| is_zero(row)).count();
        let after = rows.rev().take_while(|row| is_zero(row)).count();
        if before == all {
            return Err("all weights are 0");
        }
        let zeros = (before + after) * r#type.shape[1] as usize;
        // Each number of the result is moved once more.
        if zeros < all {
            return Err("there are fewer zeros than rows");
        }
        let range = before..all - after;
        Ok(Self { range, all })
    }

    /// Checks that a layer of these rows only can stand for the layer with that
    /// result, of those constants.
    fn check<'a>(
        &self,
        result: Value<'a, 'a>,
        weights: Value<'a, 'a>,
        scale: Option<Value<'a, 'a>>,
    ) -> Result<(), NoMatch> {
        let r#type = TensorType::of(result);
        if r#type.encoding.is_some() || r#type.shape.last() != Some(&(self.all as i64)) {
            return Err("the result has names or a unit, or a type that does not say its rows");
        }
        let has_names = |value: Value<'a, 'a>| {
            let encoding = TensorType::of(value).encoding.and_then(TensorAttr::cast);
            encoding.is_some_and(|encoding| !encoding.dims().is_empty())
        };
        if has_names(weights) || scale.is_some_and(has_names) {
            return Err("fewer rows have another size than the name stands for");
        }
        Ok(())
    }

    /// Those rows of a constant, in a constant of its kind.
    fn of_constant<'a>(
        &self,
        value: Value<'a, 'a>,
        builder: &Builder<'a>,
    ) -> Result<Value<'a, 'a>, NoMatch> {
        let constant = constant_value(value).ok_or("an operand that is not constant")?;
        let r#type = TensorType::of(value);
        let mut shape = r#type.shape.clone();
        shape[0] = self.range.len() as i64;
        let part = TensorType {
            shape,
            ..r#type.clone()
        }
        .to_type();
        let bytes = match stored_rows(constant, &r#type) {
            Some((bytes, width)) => {
                let part = self.range.start * width..self.range.end * width;
                Cow::from(bytes[part].to_vec())
            }
            // One number for all.
            None => {
                dense_bytes(constant)
                    .ok_or("a constant of another kind")?
                    .bytes
            }
        };
        let attribute = match DenseResource::cast(constant) {
            Some(resource) => {
                let Range { start, end } = self.range;
                let name = format!("{}.rows{start}to{end}", resource.key());
                let r#type = RankedTensorType::try_from(part).map_err(|_| "no ranked tensor")?;
                dense_resource(&name, r#type, ResourceBytes::from(&*bytes))
            }
            None => dense_elements(part, &bytes).ok_or("elements that do not fit the type")?,
        };
        Ok(canonicalize::constant(part, attribute, builder))
    }

    /// Replaces a layer by that layer of other operands, those of these rows,
    /// within what `around` holds.
    fn replace<'a>(
        &self,
        op: &impl OpView<'a>,
        operands: &[Value<'a, 'a>],
        around: Value<'a, 'a>,
        sizes: &[Dim<'a>],
        builder: &Builder<'a>,
    ) -> Result<(), NoMatch> {
        let operation = op.view().operation().ok_or("an op that does not exist")?;
        let mut part = TensorType::of(around);
        part.shape.pop();
        part.shape.push(self.range.len() as i64);
        let mut layer = builder.op(name_of(operation)).operands(operands);
        for (name, attribute) in operation.attributes() {
            if let Ok(name) = name.as_string_ref().as_str() {
                layer = layer.attribute(name, attribute);
            }
        }
        let layer = layer.result(part.to_type()).value();
        let whole = self.slice("tensor.insert_slice", &[layer, around], sizes, builder);
        builder.replace(operation, &[whole]);
        Ok(())
    }

    /// `tensor.extract_slice` or `tensor.insert_slice` of these rows of a result,
    /// the last of `operands`, whose sizes are given.
    fn slice<'a>(
        &self,
        name: &str,
        operands: &[Value<'a, 'a>],
        sizes: &[Dim<'a>],
        builder: &Builder<'a>,
    ) -> Value<'a, 'a> {
        let whole = operands[operands.len() - 1];
        let mut part = TensorType::of(whole);
        part.shape.pop();
        let mut offsets = vec![0; part.shape.len()];
        offsets.push(self.range.start as i64);
        let outer = dynamic_sizes(part.to_type(), sizes, builder);
        part.shape.push(self.range.len() as i64);
        let mut segments = vec![1; operands.len()];
        segments.extend([0, outer.len() as i32, 0]);
        let result = match operands.len() {
            1 => part.to_type(),
            _ => whole.r#type(),
        };
        let context = builder.context();
        let numbers = |numbers: &[i64]| DenseI64ArrayAttribute::new(context, numbers);
        let op = builder.op(name).operands(operands).operands(&outer);
        op.attribute("static_offsets", numbers(&offsets))
            .attribute("static_sizes", numbers(&part.shape))
            .attribute("static_strides", numbers(&vec![1; offsets.len()]))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(context, &segments),
            )
            .result(result)
            .value()
    }
}

/// The bytes of a constant and how many a row has, which is where the first
/// dimension is cut; `None` when one number stands for all, the rows lie between
/// each other, or the constant is of another kind.
pub fn stored_rows<'a>(
    constant: Attribute<'a>,
    r#type: &TensorType<'a>,
) -> Option<(Cow<'a, [u8]>, usize)> {
    let bytes = match DenseResource::cast(constant) {
        Some(_) if storage_of(r#type).is_tiled() => return None,
        Some(resource) => Cow::from(resource.data()?),
        None => {
            let dense = dense_bytes(constant)?;
            (!dense.is_splat).then_some(dense.bytes)?
        }
    };
    let rows = r#type.count().and(r#type.shape.first()).copied()? as usize;
    let width = bytes.len().checked_div(rows)?;
    (width > 0 && width * rows == bytes.len()).then_some((bytes, width))
}
