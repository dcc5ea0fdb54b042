//! Products with constant weights:
//!
//! ```text
//! y[…, n] = init[…, n] + Σ_k x[…, k] · w[n, k],   w[n, k] ∈ {-s(n), 0, +s(n)}
//!         = init[…, n] + s(n) · Σ_k x[…, k] · trit[n, k]
//! ```
//!
//! s may be a tensor or a number that is no constant: `scaling`.
//!
//! Where x was quantised and is q · 1/s for each token, the sum is one of q:
//! `y[…, n] = s(n) · Σ_k q[…, k] · trit[n, k] · 1/s[…]`.

use super::{
    expression::{Kind, Node, Read, filled},
    plan::{Op, Plan},
    scaling::Scaling,
    structured::{Structured, reassociation},
    weight::{Elements, Scale, Ternary},
};
use crate::emit::Emit;
use fidelity_dialect::{DYNAMIC, QuantizeActivations, TensorType, TernaryLinear, constant_value};
use melior::ir::{
    Attribute, AttributeLike, Type, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
    r#type::RankedTensorType,
};
use ods_bridge::{
    DenseResource, OpView, ResourceBytes, defining_op, dense_elements, dense_resource, name_of,
    result_number,
};
use std::collections::HashMap;

/// How deep a tree of constants is looked into.
const MOST_CONSTANTS: usize = 8;

/// A sum of products of a tensor with constant weights.
pub struct Product<'a> {
    x: Value<'a, 'a>,
    weights: Node<'a>,
    /// What the weights are times, if that is no constant.
    scaling: Option<Scaling<'a>>,
    /// The loops of the rows and the columns of the weights.
    loops: [usize; 2],
    rank: usize,
    /// The numbers of rows and columns.
    sizes: [usize; 2],
    init: Node<'a>,
    result: Type<'a>,
}

impl<'a> Product<'a> {
    /// Looks at an op; `None` when it is no sum of products of two tensors of
    /// which one is constant.
    ///
    /// # Errors
    ///
    /// Why it is no layer all the same.
    pub fn of(structured: &Structured<'a>) -> Option<Result<Self, &'static str>> {
        let rank = structured.loops;
        let output = structured.map(structured.inputs())?;
        let (_, reduced) = structured.loops_of(0, &vec![None; output.len()])?;
        let [column] = reduced[..] else { return None };
        let (&row, others) = output.split_last()?;
        let row = row?;
        let [first, second] = factors(structured)?.map(|input| {
            let value = structured.operation.operand(input).ok()?;
            let loops = structured.map(input)?;
            let is_plain = TensorType::new(value.r#type())?.encoding.is_none();
            is_plain.then_some(())?;
            let read = Read { value, loops };
            let node = Node::read(read.clone().origin());
            let weights = match is_constant(&node, rank, MOST_CONSTANTS) {
                true => Some(Ok((node, None))),
                false => Scaling::split(&node, [row, column], rank, MOST_CONSTANTS)
                    .map(|split| split.map(|(constant, scaling)| (constant, Some(scaling)))),
            };
            Some((read, weights))
        });
        let (x, weights) = match (first?, second?) {
            ((x, None), (_, Some(weights))) | ((_, Some(weights)), (x, None)) => (x, weights),
            _ => return None,
        };
        let (weights, scaling) = match weights {
            Ok(weights) => weights,
            Err(why) => return Some(Err(why)),
        };
        let result = structured.operation.result(0).ok()?.r#type();
        let init = Node::read(structured.init(0)?.origin());

        // All loops but those of the weights' rows and columns are tokens.
        let tokens = x.loops.strip_suffix(&[Some(column)]);
        if tokens != Some(others) || tokens.is_some_and(|tokens| tokens.contains(&Some(row))) {
            return Some(Err(
                "expected features in the last dimension of the input and of the result, \
                 tokens in one order before them, but got another layout",
            ));
        }
        let size = |r#type| {
            let size = *TensorType::new(r#type)?.shape.last()?;
            (size != DYNAMIC).then_some(size as usize)
        };
        let [Some(rows), Some(columns)] = [size(result), size(x.value.r#type())] else {
            return Some(Err(
                "expected static numbers of features, but got a dynamic one",
            ));
        };
        Some(Ok(Self {
            x: x.value,
            weights,
            scaling,
            loops: [row, column],
            rank,
            sizes: [rows, columns],
            init,
            result,
        }))
    }

    /// The op that makes the input of integers that the layer reads instead.
    pub fn dequantization(&self) -> Option<OperationRef<'a, 'a>> {
        let x = collapse_of_tokens(self.x).map_or(self.x, |(_, source)| source);
        self.integers(x).and_then(|_| defining_op(x))
    }

    /// The integers that an input stands for, where the layer can sum them.
    fn integers(&self, x: Value<'a, 'a>) -> Option<Integers<'a>> {
        let element = TensorType::new(self.result)?.element;
        let is_scaled = |inverse| TensorType::of(inverse).element == element;
        integers(x).filter(|found| element.is_float() && found.inverse.is_none_or(is_scaled))
    }

    /// The weights as trits and a scale.
    ///
    /// # Errors
    ///
    /// Why they are none.
    pub fn ternary(&self) -> Result<Ternary, String> {
        let elements = Elements::of(&self.weights, self.loops, self.rank).ok_or(
            "expected one matrix of weights for all tokens, but got weights of another form",
        )?;
        let [rows, columns] = self.sizes;
        let ternary = Ternary::new(rows, columns, |row, column| elements.at(row, column))?;
        match self.misfit(&ternary) {
            Some(why) => Err(why),
            None => Ok(ternary),
        }
    }

    /// Why the types do not allow the op, if they do not.
    fn misfit(&self, ternary: &Ternary) -> Option<String> {
        let [x, y] = [self.x.r#type(), self.result].map(TensorType::new);
        let (x, y) = (x?.element, y?.element);
        let is_narrow = ods_bridge::bit_width(x) == Some(8) && !x.is_float();
        if y.is_float() && (x.is_float() || is_narrow) {
            return None;
        }
        let is_i32 = ods_bridge::bit_width(y) == Some(32);
        if !(is_narrow && is_i32) {
            return Some(format!(
                "expected an input of i8 or floats, and a sum of i32 or floats, but got {x} and {y}"
            ));
        }
        if ternary.scale != Scale::One {
            return Some(
                "expected weights of -1, 0 and 1 in a sum of integers, but got others".into(),
            );
        }
        (filled(&self.init) != Some(0.0))
            .then(|| "expected a sum of integers to start from 0, but got another init".into())
    }

    /// The weights' attribute, if they are a constant by themselves.
    fn attribute(&self) -> Option<(Attribute<'a>, Vec<Option<usize>>)> {
        let Kind::Read(read) = &self.weights.kind else {
            return None;
        };
        let place = |index: &Option<usize>| self.loops.iter().position(|own| Some(*own) == *index);
        let layout = read.loops.iter().map(place).collect();
        Some((constant_value(read.value)?, layout))
    }

    /// Builds the layer; gives a value of the product's type.
    pub fn build(
        &self,
        emit: &Emit<'a, '_>,
        ternary: &Ternary,
        constants: &mut Constants<'a>,
    ) -> Value<'a, 'a> {
        let Some(TensorType { element, .. }) = TensorType::new(self.result) else {
            return self.x;
        };
        let trits = constants.trits(emit, self, ternary);
        let collapse = collapse_of_tokens(self.x);
        let x = collapse.map_or(self.x, |(_, source)| source);
        let y = match self.integers(x) {
            // The sum of integers needs a scale to be one of floats.
            Some(Integers { quantized, inverse }) => {
                let scale = self.scale(emit, ternary, element, true);
                let y = layer(emit, quantized, trits, scale);
                match inverse {
                    None => y,
                    Some(inverse) => {
                        let op = emit.op("fidelity.multiply").operands(&[y, inverse]);
                        op.infer().value()
                    }
                }
            }
            None => {
                let is_integer = !TensorType::of(x).element.is_float();
                let x = match is_integer {
                    true => x,
                    false => emit.converted(x, element),
                };
                let is_sum_of_floats = is_integer && element.is_float();
                let scale = match element.is_float() {
                    true => self.scale(emit, ternary, element, is_sum_of_floats),
                    false => None,
                };
                layer(emit, x, trits, scale)
            }
        };
        let y = match collapse {
            Some((collapse, _)) => collapsed(emit, y, collapse),
            None => y,
        };
        let y = emit.result(y, self.result);
        if filled(&self.init) == Some(0.0) {
            return y;
        }
        self.with_init(emit, y)
    }

    /// The scale of the layer.
    fn scale(
        &self,
        emit: &Emit<'a, '_>,
        ternary: &Ternary,
        element: Type<'a>,
        is_needed: bool,
    ) -> Option<Value<'a, 'a>> {
        let Some(scaling) = &self.scaling else {
            return scale(emit, &ternary.scale, element, is_needed);
        };
        let own = emit.converted(scaling.value(emit), element);
        Some(match scale(emit, &ternary.scale, element, false) {
            None => own,
            Some(constant) => {
                let op = emit.op("fidelity.multiply").operands(&[constant, own]);
                op.infer().value()
            }
        })
    }

    fn with_init(&self, emit: &Emit<'a, '_>, y: Value<'a, 'a>) -> Value<'a, 'a> {
        let rank = TensorType::of(y).rank();
        let init = match &self.init.kind {
            Kind::Read(read) => Plan::Read(read.clone()),
            Kind::Number(number) => Plan::Number(*number, self.init.element),
            _ => return y,
        };
        let y = Read {
            value: y,
            loops: (0..rank).map(Some).collect(),
        };
        let plan = Plan::Op(Op::Named("fidelity.add", 2), vec![Plan::Read(y), init]);
        emit.result(plan.build(emit, rank), self.result)
    }
}

/// The inputs whose elements are multiplied, through conversions that lose
/// nothing, before they are summed.
fn factors(structured: &Structured<'_>) -> Option<[usize; 2]> {
    let (how, term) = structured.reduction(0, structured.yielded(0)?)?;
    if how != super::expression::Reduction::Sum {
        return None;
    }
    let product = defining_op(term)?;
    if !matches!(name_of(product), "arith.mulf" | "arith.muli") {
        return None;
    }
    let input = |factor: usize| {
        let mut value = product.operand(factor).ok()?;
        while let Some(conversion) = defining_op(value) {
            if !matches!(
                name_of(conversion),
                "arith.extf" | "arith.extsi" | "arith.sitofp"
            ) {
                return None;
            }
            value = conversion.operand(0).ok()?;
        }
        structured.input(value)
    };
    let factors = [input(0)?, input(1)?];
    (factors[0] != factors[1]).then_some(factors)
}

/// Whether a tree has constants alone.
pub fn is_constant(node: &Node<'_>, rank: usize, depth: usize) -> bool {
    match &node.kind {
        Kind::Number(_) => true,
        Kind::Read(read) => {
            constant_value(read.value).is_some()
                || depth > 0
                    && read
                        .expand_weights(rank)
                        .is_some_and(|node| is_constant(&node, rank, depth - 1))
        }
        Kind::Apply(_, operands) => operands
            .iter()
            .all(|operand| is_constant(operand, rank, depth)),
        Kind::Reduce(..) | Kind::Scalar(_) => false,
    }
}

/// The reshape that makes one dimension of all tokens, and what it reshapes.
fn collapse_of_tokens<'a>(x: Value<'a, 'a>) -> Option<(OperationRef<'a, 'a>, Value<'a, 'a>)> {
    let collapse = defining_op(x).filter(|&op| name_of(op) == "tensor.collapse_shape")?;
    let features = reassociation(collapse)?.pop()?;
    (features.len() == 1).then_some((collapse, collapse.operand(0).ok()?))
}

/// A tensor under the same reshape.
fn collapsed<'a>(
    emit: &Emit<'a, '_>,
    value: Value<'a, 'a>,
    collapse: OperationRef<'a, 'a>,
) -> Value<'a, 'a> {
    let own = TensorType::of(value);
    let Some((groups, mut r#type)) = collapse.attribute("reassociation").ok().zip(
        collapse
            .result(0)
            .ok()
            .and_then(|result| TensorType::new(result.r#type())),
    ) else {
        return value;
    };
    r#type.element = own.element;
    if let (Some(size), Some(own)) = (r#type.shape.last_mut(), own.shape.last()) {
        *size = *own;
    }
    emit.op("tensor.collapse_shape")
        .operand(value)
        .attribute("reassociation", groups)
        .result(r#type.to_type())
        .value()
}

/// A tensor as i8, and what it is times.
struct Integers<'a> {
    quantized: Value<'a, 'a>,
    inverse: Option<Value<'a, 'a>>,
}

/// q, and 1/s where there is one, for a tensor that is q as floats or q · 1/s.
fn integers<'a>(x: Value<'a, 'a>) -> Option<Integers<'a>> {
    if let Some((quantized, _)) = quantized(x) {
        return Some(Integers {
            quantized,
            inverse: None,
        });
    }
    let product = defining_op(x).filter(|&op| name_of(op) == "fidelity.multiply")?;
    let [lhs, rhs] = [product.operand(0).ok()?, product.operand(1).ok()?];
    let (floats, inverse) = match quantized(lhs) {
        Some(floats) => (floats, result_of_quantization(rhs)?),
        None => (quantized(rhs)?, result_of_quantization(lhs)?),
    };
    (floats.1 == inverse.1 && result_number(inverse.0) == Some(1)).then_some(Integers {
        quantized: floats.0,
        inverse: Some(inverse.0),
    })
}

/// q, for a tensor that is q as floats, and the op that makes it.
fn quantized<'a>(x: Value<'a, 'a>) -> Option<(Value<'a, 'a>, OperationRef<'a, 'a>)> {
    let rank = TensorType::new(x.r#type())?.rank();
    let loops: Vec<Option<usize>> = (0..rank).map(Some).collect();
    let read = Read { value: x, loops }.origin();
    let (node, _) = read.expand(rank)?;
    let Kind::Apply("arith.sitofp", operands) = &node.kind else {
        return None;
    };
    let Kind::Read(source) = &operands[0].kind else {
        return None;
    };
    let (quantized, op) = result_of_quantization(source.value)?;
    (source.loops == read.loops && result_number(quantized) == Some(0)).then_some((quantized, op))
}

fn result_of_quantization<'a>(
    value: Value<'a, 'a>,
) -> Option<(Value<'a, 'a>, OperationRef<'a, 'a>)> {
    let op = defining_op(value).filter(|&op| name_of(op) == QuantizeActivations::NAME)?;
    Some((value, op))
}

fn layer<'a>(
    emit: &Emit<'a, '_>,
    x: Value<'a, 'a>,
    trits: Value<'a, 'a>,
    scale: Option<Value<'a, 'a>>,
) -> Value<'a, 'a> {
    let mut op = emit.op(TernaryLinear::NAME).operands(&[x, trits]);
    if let Some(scale) = scale {
        op = op.operand(scale);
    }
    op.infer().value()
}

/// The scale as a constant; a scale of 1 only where it is needed.
fn scale<'a>(
    emit: &Emit<'a, '_>,
    scale: &Scale,
    element: Type<'a>,
    is_needed: bool,
) -> Option<Value<'a, 'a>> {
    let numbers = match scale {
        Scale::One if is_needed => return Some(super::plan::constant(emit, 1.0, element)),
        Scale::One => return None,
        Scale::Tensor(number) => return Some(super::plan::constant(emit, *number, element)),
        Scale::Rows(numbers) => numbers,
    };
    let sizes = [crate::emit::Size::Static(numbers.len() as i64)];
    let r#type = emit.tensor_type(&sizes, element);
    let value = fidelity_dialect::dense(r#type, numbers.clone())?;
    let op = emit.op("arith.constant").attribute("value", value);
    Some(op.result(r#type).value())
}

/// The constants that were made of others, so that what shared its weights
/// before shares them after.
#[derive(Default)]
pub struct Constants<'a>(HashMap<(usize, Vec<Option<usize>>), Attribute<'a>>);

impl<'a> Constants<'a> {
    fn trits(
        &mut self,
        emit: &Emit<'a, '_>,
        product: &Product<'a>,
        ternary: &Ternary,
    ) -> Value<'a, 'a> {
        let sizes = product.sizes.map(|size| size as u64);
        let r#type = RankedTensorType::new(&sizes, emit.integer(8), None);
        let bytes: Vec<u8> = ternary.trits.iter().map(|&trit| trit as u8).collect();
        let source = product.attribute();
        let resource = source
            .as_ref()
            .and_then(|(attribute, _)| DenseResource::cast(*attribute));
        let make = || match resource {
            Some(resource) => dense_resource(
                &format!("{}_trits", resource.key()),
                r#type,
                ResourceBytes::from(&bytes[..]),
            ),
            None => dense_elements(r#type.into(), &bytes)
                .unwrap_or_else(|| panic!("{} bytes are no {type}", bytes.len())),
        };
        let value = match source {
            Some((attribute, layout)) => {
                let key = (attribute.to_raw().ptr as usize, layout);
                *self.0.entry(key).or_insert_with(make)
            }
            None => make(),
        };
        let op = emit.op("arith.constant").attribute("value", value);
        op.result(Type::from(r#type)).value()
    }
}
