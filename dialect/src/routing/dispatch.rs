//! Tokens to the buffers of experts.

use crate::{
    DYNAMIC, Dispatch, TensorType,
    canonicalize::{self, canonicalize, cast_to},
    constant::index_value,
    shape::{Operand, ResultShape, ResultSize, Shaped, infer_from_shapes, is_static},
};
use melior::ir::{ValueLike, operation::OperationLike};
use ods_bridge::{Builder, Diagnostic, NoMatch, OpView, Speculate};

/// A slot's number is an i32.
const MOST: i64 = i32::MAX as i64;

impl<'a> Shaped<'a> for Dispatch<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let tokens = Operand::of_rank(2, "tokens", self.tokens())?;
        let indices = Operand::of_rank(2, "indices", self.indices())?;
        // C1
        let rows = indices.size(0).agree(tokens.size(0))?;
        // C2
        let experts = self.experts();
        if !(1..=MOST).contains(&experts) {
            return Err(Diagnostic::expected(
                format!("experts from 1 to {MOST}"),
                experts,
            ));
        }
        Ok(vec![
            ResultShape::of_sizes(
                vec![
                    ResultSize::Static(experts),
                    ResultSize::Value(self.capacity()),
                    ResultSize::Of(tokens.size(1)),
                ],
                tokens.r#type.element,
            )
            .with_unit(&tokens.unit()),
            ResultShape::new(&[rows, indices.size(1)], indices.r#type.element),
        ])
    }
}

impl Speculate for Dispatch<'_> {
    /// Nor may the capacity be one that the run time refuses.
    fn is_speculatable(&self) -> bool {
        let known = |result| TensorType::of(result).shape[1];
        let result = self.result(0).map_or(DYNAMIC, known);
        let capacity = index_value(self.capacity());
        is_static(self.operands())
            && capacity.is_some_and(|capacity| {
                (0..=MOST).contains(&capacity) && (result == DYNAMIC || result == capacity)
            })
    }
}

infer_from_shapes!(Dispatch);
canonicalize!(Dispatch, static_capacity, zeros_of_no_choice);

/// dispatch of no token or no choice → buffers of 0, and no positions
///
/// Where the type says the capacity: another may be one that the run time
/// refuses.
fn zeros_of_no_choice<'a>(op: &Dispatch<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let results = [0, 1].map(|index| op.result(index).map(|result| TensorType::of(result)));
    let [Some(dispatched), Some(positions)] = results else {
        return Err("no results");
    };
    if !positions.shape.contains(&0) || dispatched.shape[1] == DYNAMIC {
        return Err("there may be choices, or any capacity");
    }
    canonicalize::replace_by_zeros(op, builder)
}

/// dispatch(…, capacity = constant c) : tensor<Ex?xDxF> → cast(dispatch(…) :
/// tensor<ExcxDxF>)
fn static_capacity<'a>(op: &Dispatch<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let operation = op.operation().ok_or("an op that does not exist")?;
    let [dispatched, positions] = [0, 1].map(|index| op.result(index));
    let (dispatched, positions) = dispatched.zip(positions).ok_or("no results")?;
    let mut r#type = TensorType::of(dispatched);
    if r#type.shape[1] != DYNAMIC {
        return Err("the type says the capacity");
    }
    r#type.shape[1] = index_value(op.capacity())
        .filter(|capacity| (0..=MOST).contains(capacity))
        .ok_or("the capacity is not constant")?;
    let mut new = builder
        .op(Dispatch::NAME)
        .operands(op.operands())
        .result(r#type.to_type())
        .result(positions.r#type());
    for (name, attribute) in operation.attributes() {
        if let Ok(name) = name.as_string_ref().as_str() {
            new = new.attribute(name, attribute);
        }
    }
    let results: Vec<_> = new.insert().results().map(Into::into).collect();
    builder.replace(
        operation,
        &[
            cast_to(results[0], dispatched.r#type(), builder),
            results[1],
        ],
    );
    Ok(())
}
