//! Canonicalisations that many ops share.

use crate::{
    DYNAMIC, TensorAttr, TensorType,
    constant::{dense_of, is_known_splat_of},
    splat,
};
use fidelity_reference::Tensor;
use melior::ir::{
    Attribute, Type, TypeLike, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, FloatAttribute, IntegerAttribute},
    operation::OperationLike,
};
use ods_bridge::{
    Builder, Dim, FoldResult, InferReturnTypes, NoMatch, OpView, ReifyResultShapes,
    VerifyAgreement, defining_op, name_of,
};

const SEGMENTS: &str = "operandSegmentSizes";

/// Builds an op like `op` with other operands, given per operand of the .td,
/// and replaces `op` by it.
///
/// Its result types are inferred anew, no less static than before; where users
/// see another type, a `tensor.cast` stands between. Operands whose sizes turn
/// out not to agree are left to the run time, where the op may never run.
pub fn replace_operands<'a, T: OpView<'a> + InferReturnTypes<'a>>(
    op: &T,
    operands: &[Vec<Value<'a, 'a>>],
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    replace(op, operands, &[], builder)
}

/// [`replace_operands`], with some attributes changed or, without a value,
/// removed.
pub fn replace<'a, T: OpView<'a> + InferReturnTypes<'a>>(
    op: &T,
    operands: &[Vec<Value<'a, 'a>>],
    changes: &[(&'static str, Option<Attribute<'a>>)],
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let operation = op.view().operation().ok_or("an op that does not exist")?;
    let inferred = T::new(op.view().with_operands(operands).with_attributes(changes))
        .infer_return_types()
        .map_err(|_| "the operands do not agree")?;
    let mut new = builder.op(T::NAME);
    for (inferred, old) in inferred.into_iter().zip(operation.results()) {
        new = new.result(meet(inferred, old.r#type())?);
    }
    for values in operands {
        new = new.operands(values);
    }
    for (name, attribute) in operation.attributes() {
        let name = name.as_string_ref();
        let Ok(name) = name.as_str() else { continue };
        new = if name == SEGMENTS {
            let sizes: Vec<i32> = operands.iter().map(|values| values.len() as i32).collect();
            new.attribute(name, DenseI32ArrayAttribute::new(builder.context(), &sizes))
        } else {
            let change = changes.iter().find(|(changed, _)| *changed == name);
            new.optional_attribute(name, change.map_or(Some(attribute), |(_, value)| *value))
        };
    }
    let new = new.insert();
    let results: Vec<Value<'a, 'a>> = new
        .results()
        .zip(operation.results())
        .map(|(new, old)| cast_to(new.into(), old.r#type(), builder))
        .collect();
    builder.replace(operation, &results);
    Ok(())
}

/// The type `old` with what is known of its sizes from `inferred`.
pub fn meet<'a>(inferred: Type<'a>, old: Type<'a>) -> Result<Type<'a>, NoMatch> {
    let (Some(inferred), Some(mut met)) = (TensorType::new(inferred), TensorType::new(old)) else {
        return Err("a result is no tensor");
    };
    if inferred.rank() != met.rank() || inferred.element != met.element {
        return Err("the result is of another kind");
    }
    for (size, &inferred) in met.shape.iter_mut().zip(&inferred.shape) {
        match (*size, inferred) {
            (size, inferred) if size == inferred || inferred == DYNAMIC => {}
            (DYNAMIC, inferred) => *size = inferred,
            _ => return Err("the result has another size"),
        }
    }
    // An operand that is left out may take its unit with it.
    if let (Some(inferred), Some(old)) = (inferred.encoding, met.encoding)
        && inferred != old
        && TensorAttr::cast(inferred).is_none_or(|inferred| inferred.verify_agreement(old).is_err())
    {
        return Err("the result has another unit or other names");
    }
    Ok(met.to_type())
}

/// A value under another type of the same elements.
pub fn cast_to<'a>(value: Value<'a, 'a>, r#type: Type<'a>, builder: &Builder<'a>) -> Value<'a, 'a> {
    if value.r#type() == r#type {
        return value;
    }
    builder
        .op("tensor.cast")
        .operand(value)
        .result(r#type)
        .value()
}

/// What an op folds to that is `value` again, if its result has that type.
pub fn of_same_type<'a>(
    value: Value<'a, 'a>,
    result: Value<'a, 'a>,
) -> Option<Vec<FoldResult<'a>>> {
    (value.r#type() == result.r#type()).then(|| vec![FoldResult::Value(value)])
}

/// The op's operands, per operand of the .td.
pub fn segments<'a, T: OpView<'a>>(op: &T) -> Vec<Vec<Value<'a, 'a>>> {
    (0..T::OPERANDS.len())
        .map(|index| op.view().segment(index).to_vec())
        .collect()
}

/// `op(tensor.cast x)` → `op(x)` where x is more static: what is known of a
/// shape reaches the op's own result types.
pub fn fold_casts<'a, T: OpView<'a> + InferReturnTypes<'a>>(
    op: &T,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let mut changed = false;
    let operands: Vec<Vec<_>> = segments(op)
        .into_iter()
        .map(|values| {
            values
                .into_iter()
                .map(|value| match source_of_cast(value) {
                    Some(source) => {
                        changed = true;
                        source
                    }
                    None => value,
                })
                .collect()
        })
        .collect();
    if !changed {
        return Err("no operand is a cast that loses a size");
    }
    replace_operands(op, &operands, builder)
}

/// `op(…, x, …)` → `op(…)` where the optional operand number `index`, each value
/// of it, is known to be `number` everywhere, which the op takes for granted
/// without it.
pub fn drop_neutral<'a, T: OpView<'a> + InferReturnTypes<'a>>(
    op: &T,
    index: usize,
    number: f64,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let mut operands = segments(op);
    if operands[index].is_empty() {
        return Err("the operand is absent");
    }
    let is_neutral = |&value: &Value<'a, 'a>| is_known_splat_of(value, number);
    if !operands[index].iter().all(is_neutral) {
        return Err("the operand is not the neutral constant");
    }
    operands[index].clear();
    replace_operands(op, &operands, builder)
}

/// A sequence op of no step → an empty output, and as last states the first
/// ones, 0 where absent.
///
/// Time is the dimension of the first result that is `time` before the end; the
/// other results are the last states.
pub fn without_steps<'a, T: OpView<'a> + ReifyResultShapes<'a>>(
    op: &T,
    time: usize,
    states: &[Option<Value<'a, 'a>>],
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let operation = op.view().operation().ok_or("an op that does not exist")?;
    let types: Vec<Type<'a>> = operation.results().map(|result| result.r#type()).collect();
    let output = TensorType::new(types[0]).ok_or("the result is no tensor")?;
    if output.shape[output.rank() - time] != 0 {
        return Err("there may be steps");
    }
    let is_same = |(&state, &r#type): (&Option<Value<'a, 'a>>, &Type<'a>)| {
        let element = TensorType::new(r#type).map(|r#type| r#type.element);
        state.is_none_or(|state| Some(TensorType::of(state).element) == element)
    };
    if !states.iter().zip(&types[1..]).all(is_same) {
        return Err("a last state is of a wider type than the first");
    }
    let shapes = op
        .reify_result_shapes()
        .map_err(|_| "the sizes cannot be said")?;
    // Before anything is built.
    expect_empty(types[0])?;
    for (state, &r#type) in states.iter().zip(&types[1..]) {
        if state.is_none() {
            expect_zeros(r#type)?;
        }
    }
    let mut results = vec![empty(types[0], &shapes[0], builder)];
    for ((&state, &r#type), shape) in states.iter().zip(&types[1..]).zip(&shapes[1..]) {
        results.push(match state {
            Some(state) => cast_to(state, r#type, builder),
            None => zeros(r#type, shape, builder)?,
        });
    }
    builder.replace(operation, &results);
    Ok(())
}

/// An op all of whose results are without elements → tensors that hold nothing.
pub fn without_elements<'a, T: OpView<'a> + ReifyResultShapes<'a>>(
    op: &T,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let operation = op.view().operation().ok_or("an op that does not exist")?;
    let types: Vec<Type<'a>> = operation.results().map(|result| result.r#type()).collect();
    let is_empty = |&r#type: &Type<'a>| {
        TensorType::new(r#type).is_some_and(|r#type| r#type.shape.contains(&0))
    };
    if types.is_empty() || !types.iter().all(is_empty) {
        return Err("there may be elements");
    }
    for &r#type in &types {
        expect_empty(r#type)?;
    }
    let shapes = op
        .reify_result_shapes()
        .map_err(|_| "the sizes cannot be said")?;
    let results: Vec<_> = types
        .into_iter()
        .zip(&shapes)
        .map(|(r#type, shape)| empty(r#type, shape, builder))
        .collect();
    builder.replace(operation, &results);
    Ok(())
}

/// Whether [`empty`] can make a tensor of a type.
///
/// Where a size is dynamic it makes a `tensor.empty`, of which MLIR folds a
/// `tensor.cast` into one without the encoding: storage, names and units would be
/// lost. `fidelity-erase-measures` takes names and units away when their time is over.
fn expect_empty(r#type: Type<'_>) -> Result<(), NoMatch> {
    match TensorType::new(r#type) {
        Some(tensor) if tensor.is_static() || tensor.encoding.is_none() => Ok(()),
        Some(_) => Err("a tensor.empty of dynamic sizes with an encoding would lose it"),
        None => Err("the result is no tensor"),
    }
}

/// A tensor without elements, of a type that [`expect_empty`] takes.
fn empty<'a>(r#type: Type<'a>, sizes: &[Dim<'a>], builder: &Builder<'a>) -> Value<'a, 'a> {
    match splat(r#type, 0.0) {
        Some(nothing) => constant(r#type, nothing, builder),
        None => builder
            .op("tensor.empty")
            .operands(&dynamic_sizes(r#type, sizes, builder))
            .result(r#type)
            .value(),
    }
}

/// An op → zeros.
pub fn replace_by_zeros<'a, T: OpView<'a> + ReifyResultShapes<'a>>(
    op: &T,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let operation = op.view().operation().ok_or("an op that does not exist")?;
    let shapes = op
        .reify_result_shapes()
        .map_err(|_| "the sizes cannot be said")?;
    for result in operation.results() {
        expect_zeros(result.r#type())?;
    }
    let results = operation.results().zip(&shapes);
    let zeros: Vec<_> = results
        .map(|(result, shape)| zeros(result.r#type(), shape, builder))
        .collect::<Result<_, NoMatch>>()?;
    builder.replace(operation, &zeros);
    Ok(())
}

/// An op → constants, what the reference made of it.
pub fn replace_by_constants<'a>(
    op: &impl OpView<'a>,
    values: &[Tensor],
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let operation = op.view().operation().ok_or("an op that does not exist")?;
    let types: Vec<Type<'a>> = operation.results().map(|result| result.r#type()).collect();
    let folded = types.iter().zip(values).map(|(&r#type, value)| {
        dense_of(r#type, value).ok_or("a result whose type says another shape, or less")
    });
    let folded: Vec<_> = folded.collect::<Result<_, NoMatch>>()?;
    let constants: Vec<_> = types
        .into_iter()
        .zip(folded)
        .map(|(r#type, value)| constant(r#type, value, builder))
        .collect();
    builder.replace(operation, &constants);
    Ok(())
}

/// A constant.
pub fn constant<'a>(
    r#type: Type<'a>,
    value: Attribute<'a>,
    builder: &Builder<'a>,
) -> Value<'a, 'a> {
    let constant = builder.op("arith.constant").attribute("value", value);
    constant.result(r#type).value()
}

/// Checks that [`zeros`] can be made of a type.
fn expect_zeros(r#type: Type<'_>) -> Result<(), NoMatch> {
    let tensor = TensorType::new(r#type).ok_or("a state is no tensor")?;
    let is_scalar = tensor.element.is_float() || tensor.element.is_integer();
    match is_scalar || tensor.is_static() {
        true => Ok(()),
        false => Err("a complex state of sizes that the types do not say"),
    }
}

/// A tensor of zeros.
pub fn zeros<'a>(
    r#type: Type<'a>,
    sizes: &[Dim<'a>],
    builder: &Builder<'a>,
) -> Result<Value<'a, 'a>, NoMatch> {
    expect_zeros(r#type)?;
    if let Some(zeros) = splat(r#type, 0.0) {
        return Ok(constant(r#type, zeros, builder));
    }
    let element = TensorType::new(r#type)
        .ok_or("a state is no tensor")?
        .element;
    let zero = if element.is_float() {
        FloatAttribute::new(builder.context(), element, 0.0).into()
    } else if element.is_integer() {
        IntegerAttribute::new(element, 0).into()
    } else {
        return Err("a complex state that is no constant");
    };
    let zero = constant(element, zero, builder);
    let sizes = dynamic_sizes(r#type, sizes, builder);
    let splat = builder.op("tensor.splat").operand(zero).operands(&sizes);
    Ok(splat.result(r#type).value())
}

/// The sizes that a type leaves open, as values.
pub fn dynamic_sizes<'a>(
    r#type: Type<'a>,
    sizes: &[Dim<'a>],
    builder: &Builder<'a>,
) -> Vec<Value<'a, 'a>> {
    let index_type = Type::index(builder.context());
    let index = |number: i64| {
        builder
            .op("arith.constant")
            .attribute("value", IntegerAttribute::new(index_type, number))
            .result(index_type)
            .value()
    };
    let shape = TensorType::new(r#type).map_or(Vec::new(), |r#type| r#type.shape);
    shape
        .into_iter()
        .zip(sizes)
        .filter(|&(size, _)| size == DYNAMIC)
        .map(|(_, &size)| match size {
            Dim::Static(size) => index(size),
            Dim::Value(value) => value,
            Dim::Of(value, dimension) => builder
                .op("tensor.dim")
                .operands(&[value, index(dimension as i64)])
                .result(index_type)
                .value(),
        })
        .collect()
}

/// The source of a `tensor.cast` that only forgets sizes.
fn source_of_cast<'a>(value: Value<'a, 'a>) -> Option<Value<'a, 'a>> {
    let cast = defining_op(value)?;
    if name_of(cast) != "tensor.cast" {
        return None;
    }
    let source = cast.operand(0).ok()?;
    let (from, to) = (
        TensorType::new(source.r#type())?,
        TensorType::new(value.r#type())?,
    );
    let forgets = from.rank() == to.rank()
        && from.encoding == to.encoding
        && from
            .shape
            .iter()
            .zip(&to.shape)
            .all(|(&from, &to)| from == to || to == DYNAMIC);
    forgets.then_some(source)
}

/// Implements `Canonicalize`: [`fold_casts`], [`without_elements`], and patterns
/// of the op's own, each a function of the op and a builder.
macro_rules! canonicalize {
    ($op:ident $(, $pattern:path)* $(,)?) => {
        impl ods_bridge::Canonicalize for crate::$op<'_> {
            fn canonicalization_patterns(patterns: &mut ods_bridge::Patterns<'_>) {
                use ods_bridge::OpView;
                let name = <crate::$op<'_> as OpView<'_>>::NAME;
                patterns.add(name, |operation, builder| {
                    let op = crate::$op::cast(operation).ok_or("another op")?;
                    crate::canonicalize::fold_casts(&op, builder)
                });
                patterns.add(name, |operation, builder| {
                    let op = crate::$op::cast(operation).ok_or("another op")?;
                    crate::canonicalize::without_elements(&op, builder)
                });
                $(
                    patterns.add(name, |operation, builder| {
                        let op = crate::$op::cast(operation).ok_or("another op")?;
                        $pattern(&op, builder)
                    });
                )*
            }
        }
    };
}

pub(crate) use canonicalize;
