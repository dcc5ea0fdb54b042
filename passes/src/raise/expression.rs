//! The number at a point of the loops, as a tree: what the bodies of linalg ops
//! compute, across the ops that make what they read.
//!
//! A tree is grown where it is looked at: an element of a tensor is a leaf, until
//! [`Read::expand`] puts the body of the op that makes the tensor in its place.

use super::structured::Structured;
use fidelity_dialect::{Multiply, TensorType, constant_value, splat_number};
use melior::ir::{
    Attribute, Type, TypeLike, Value, ValueLike,
    attribute::{FloatAttribute, IntegerAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{OpView, context_of, defining_op, float_value, name_of};

/// An element of a tensor: the loop of the root that indexes each dimension, or
/// `None` for the element at 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Read<'a> {
    /// The tensor.
    pub value: Value<'a, 'a>,
    /// The loops.
    pub loops: Vec<Option<usize>>,
}

/// How the elements of a row become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Their sum.
    Sum,
    /// The largest of them, NaN if one is.
    Maximum,
}

/// A number at a point of the loops.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// What it is.
    pub kind: Kind<'a>,
    /// Its type.
    pub element: Type<'a>,
}

/// What a number is.
#[derive(Clone, Debug)]
pub enum Kind<'a> {
    /// An element of a tensor.
    Read(Read<'a>),
    /// A constant, before it was rounded to its type.
    Number(f64),
    /// A number from outside of the loops that is no constant.
    Scalar(Value<'a, 'a>),
    /// An op of arith or math on numbers. A comparison has the name of its
    /// predicate, `ogt`, `oge`, `ugt`, `uge` or another one; what is smaller is
    /// what the other one is greater than.
    Apply(&'a str, Vec<Node<'a>>),
    /// A reduction over the root's last loop, from an initial number on.
    Reduce(Reduction, f64, Box<Node<'a>>),
}

impl<'a> Node<'a> {
    /// A constant.
    pub fn number(number: f64, element: Type<'a>) -> Self {
        Self {
            kind: Kind::Number(number),
            element,
        }
    }

    /// An element of a tensor, or the constant that all of them are.
    pub fn read(read: Read<'a>) -> Self {
        let element = TensorType::of(read.value).element;
        match constant_value(read.value).and_then(splat_number) {
            Some(number) => Self::number(number, element),
            None => Self {
                kind: Kind::Read(read),
                element,
            },
        }
    }

    /// A constant, rounded to its type.
    pub fn rounded(&self) -> Option<f64> {
        match self.kind {
            Kind::Number(number) => Some(round(number, self.element)),
            _ => None,
        }
    }

    /// Whether two trees are the same number at each point.
    pub fn same(&self, other: &Self) -> bool {
        self.element == other.element
            && match (&self.kind, &other.kind) {
                (Kind::Read(read), Kind::Read(other)) => read == other,
                (Kind::Scalar(value), Kind::Scalar(other)) => value == other,
                (Kind::Number(_), Kind::Number(_)) => {
                    self.rounded().map(f64::to_bits) == other.rounded().map(f64::to_bits)
                }
                (Kind::Apply(name, operands), Kind::Apply(other, others)) => {
                    name == other
                        && operands.len() == others.len()
                        && operands.iter().zip(others).all(|(one, two)| one.same(two))
                }
                (Kind::Reduce(how, initial, of), Kind::Reduce(other, other_initial, other_of)) => {
                    how == other
                        && initial.to_bits() == other_initial.to_bits()
                        && of.same(other_of)
                }
                _ => false,
            }
    }
}

/// A number rounded to a float type; of another type itself.
pub fn round(number: f64, element: Type<'_>) -> f64 {
    if !element.is_float() {
        return number;
    }
    let context = context_of(element.context());
    float_value(FloatAttribute::new(context, element, number).into()).unwrap_or(number)
}

impl<'a> Read<'a> {
    /// The same element where it comes from: without ops that only move elements
    /// or say their number in another way, and with a 0 for each dimension that
    /// has no other index.
    pub fn origin(mut self) -> Self {
        while let Some(source) = super::structured::source(&self) {
            self = source;
        }
        let shape = TensorType::of(self.value).shape;
        for (index, &size) in self.loops.iter_mut().zip(&shape) {
            if size == 1 {
                *index = None;
            }
        }
        self
    }

    /// What the op that makes the tensor computes for this element, and that op;
    /// `rank` is the number of the root's loops.
    pub fn expand(&self, rank: usize) -> Option<(Node<'a>, OperationRef<'a, 'a>)> {
        let Some(structured) = Structured::making(self.value) else {
            let operation = defining_op(self.value)?;
            return Some((of_tensors(operation, &self.loops)?, operation));
        };
        let node = element(&structured, structured.result, &self.loops, rank)?;
        Some((node, structured.operation))
    }
}

impl<'a> Read<'a> {
    /// The tree of what is computed for the element of a tensor of weights: also by a
    /// `fidelity.multiply`, which an op of linalg has become by the time that products are
    /// looked at.
    pub fn expand_weights(&self, rank: usize) -> Option<Node<'a>> {
        if let Some((node, _)) = self.expand(rank) {
            return Some(node);
        }
        let product = defining_op(self.value).filter(|&op| name_of(op) == Multiply::NAME)?;
        let read = |value: Value<'a, 'a>| {
            // Dimensions are aligned at the last one.
            let own = TensorType::new(value.r#type())?.rank();
            let loops = self.loops[self.loops.len().checked_sub(own)?..].to_vec();
            Some(Node::read(Read { value, loops }.origin()))
        };
        let sides: Option<Vec<Node<'a>>> = product.operands().map(read).collect();
        Some(Node {
            kind: Kind::Apply("arith.mulf", sides?),
            element: TensorType::new(self.value.r#type())?.element,
        })
    }
}

/// The tree of an op of arith or math on whole tensors, for the element of its result
/// that those loops index.
pub fn of_tensors<'a>(
    operation: OperationRef<'a, 'a>,
    indices: &[Option<usize>],
) -> Option<Node<'a>> {
    if !is_of_tensors(operation) {
        return None;
    }
    let element = TensorType::new(operation.result(0).ok()?.r#type())?.element;
    let read = |value| {
        let loops = indices.to_vec();
        Node::read(Read { value, loops }.origin())
    };
    let operands = operation.operands().map(read).collect();
    let kind = simplified(operation, operands, element)?;
    Some(Node { kind, element })
}

/// Whether an op of arith or math computes each element of a tensor of those of others.
pub fn is_of_tensors<'a>(operation: OperationRef<'a, 'a>) -> bool {
    let name = name_of(operation);
    let is_tensor = |r#type: Type<'a>| r#type.is_ranked_tensor();
    (name.starts_with("arith.") || name.starts_with("math."))
        && operation.operand_count() > 0
        && operation.result_count() == 1
        && (operation.operands().map(|it| it.r#type()))
            .chain(operation.results().map(|it| it.r#type()))
            .all(is_tensor)
}

/// The tree of an op of linalg: the number that it computes at each point of its
/// own loops.
pub fn tree<'a>(structured: &Structured<'a>) -> Option<Node<'a>> {
    let loops: Vec<Option<usize>> = (0..structured.loops).map(Some).collect();
    element(structured, structured.result, &loops, structured.loops)
}

/// The number that an op computes for the element of one of its results that
/// those loops of the root index.
fn element<'a>(
    structured: &Structured<'a>,
    result: usize,
    indices: &[Option<usize>],
    rank: usize,
) -> Option<Node<'a>> {
    let (mut loops, reduced) = structured.loops_of(result, indices)?;
    let body = |loops: &[Option<usize>]| Body {
        structured,
        loops: loops.to_vec(),
        // What a reduction overwrites is no number of one point.
        operands: match reduced.is_empty() {
            true => structured.inputs() + structured.operation.result_count(),
            false => structured.inputs(),
        },
    };
    let yielded = structured.yielded(result)?;
    match reduced[..] {
        [] => body(&loops).guarded(yielded),
        // Each point of the other loops has a sum of its own, whose terms may as
        // well be numbered by the root's last loop, which the sum does not
        // depend on.
        [reduced] => {
            let last = rank.checked_sub(1)?;
            if loops.contains(&Some(last)) {
                return None;
            }
            loops[reduced] = Some(last);
            let (how, term) = structured.reduction(result, yielded)?;
            let initial = Node::read(structured.init(result)?.origin());
            let initial = initial.rounded().or_else(|| filled(&initial))?;
            Some(Node {
                element: yielded.r#type(),
                kind: Kind::Reduce(how, initial, Box::new(body(&loops).node(term)?)),
            })
        }
        _ => None,
    }
}

/// The number that a tensor is filled with.
pub fn filled(node: &Node<'_>) -> Option<f64> {
    match &node.kind {
        Kind::Read(read) => read.expand(read.loops.len())?.0.rounded(),
        _ => node.rounded(),
    }
}

/// The body of an op at a point: which loop of the root, if any, is each of the
/// op's.
struct Body<'a, 'b> {
    structured: &'b Structured<'a>,
    loops: Vec<Option<usize>>,
    /// How many of the op's operands the body may look at.
    operands: usize,
}

impl<'a> Body<'a, '_> {
    /// A value that the body yields, under the assertions that it makes.
    fn guarded(&self, yielded: Value<'a, 'a>) -> Option<Node<'a>> {
        let mut node = self.node(yielded)?;
        for assertion in self.structured.assertions() {
            let condition = self.node(assertion.operand(0).ok()?)?;
            node = Node {
                element: node.element,
                kind: Kind::Apply("cf.assert", vec![node, condition]),
            };
        }
        Some(node)
    }

    fn node(&self, value: Value<'a, 'a>) -> Option<Node<'a>> {
        if let Some(number) = self.structured.argument(value) {
            if number >= self.operands {
                return None;
            }
            let operand = self.structured.operation.operand(number).ok()?;
            if !operand.r#type().is_ranked_tensor() {
                return Some(outside(operand));
            }
            let loops = self.structured.indices(number, &self.loops)?;
            let value = operand;
            return Some(Node::read(Read { value, loops }.origin()));
        }
        let within = defining_op(value).filter(|op| self.structured.has_in_body(*op));
        let Some(operation) = within else {
            return Some(outside(value));
        };
        let name = name_of(operation);
        if name == "arith.constant" {
            return scalar(value);
        }
        if !(name.starts_with("arith.") || name.starts_with("math.")) {
            return None;
        }
        let operands: Vec<Node<'a>> = operation
            .operands()
            .map(|operand| self.node(operand))
            .collect::<Option<_>>()?;
        Some(Node {
            element: value.r#type(),
            kind: simplified(operation, operands, value.r#type())?,
        })
    }
}

/// A number from outside of the loops.
fn outside<'a>(value: Value<'a, 'a>) -> Node<'a> {
    scalar(value).unwrap_or_else(|| Node {
        kind: Kind::Scalar(value),
        element: value.r#type(),
    })
}

/// A scalar constant.
fn scalar<'a>(value: Value<'a, 'a>) -> Option<Node<'a>> {
    let attribute = constant_value(value)?;
    let integer = |attribute: Attribute<'a>| {
        let integer = IntegerAttribute::try_from(attribute).ok()?.value();
        Some(integer as f64)
    };
    let number = float_value(attribute).or_else(|| integer(attribute))?;
    Some(Node::number(number, value.r#type()))
}

/// An op on numbers, in the one form of those that say the same.
fn simplified<'a>(
    operation: OperationRef<'a, 'a>,
    mut operands: Vec<Node<'a>>,
    element: Type<'a>,
) -> Option<Kind<'a>> {
    let name = name_of(operation);
    match (name, &operands[..]) {
        // x² and x³ are products.
        ("math.fpowi" | "math.powf", [x, exponent]) => {
            let product = |lhs: &Node<'a>, rhs: &Node<'a>| {
                Kind::Apply("arith.mulf", vec![lhs.clone(), rhs.clone()])
            };
            let square = product(x, x);
            match exponent.rounded() {
                Some(2.0) => Some(square),
                Some(3.0) => {
                    let kind = square;
                    Some(product(&Node { kind, element }, x))
                }
                _ => Some(Kind::Apply(name, operands)),
            }
        }
        // Constants under another type. A constant is rounded where it is used.
        ("arith.truncf" | "arith.sitofp" | "arith.uitofp", [x]) if x.rounded().is_some() => {
            match x.kind {
                Kind::Number(number) => Some(Kind::Number(number)),
                _ => None,
            }
        }
        ("arith.extf", [x]) if x.rounded().is_some() => x.rounded().map(Kind::Number),
        ("arith.cmpf", _) => {
            let predicate = IntegerAttribute::try_from(operation.attribute("predicate").ok()?);
            let (name, is_swapped) = predicate_name(predicate.ok()?.value());
            if is_swapped {
                operands.reverse();
            }
            Some(Kind::Apply(name, operands))
        }
        ("arith.select", [condition, then, otherwise]) => {
            Some(bound(condition, then, otherwise).unwrap_or(Kind::Apply(name, operands)))
        }
        _ => Some(Kind::Apply(name, operands)),
    }
}

/// The name of a predicate of `arith.cmpf`, and whether its operands change
/// places under that name.
fn predicate_name(number: i64) -> (&'static str, bool) {
    match number {
        2 => ("ogt", false),
        3 => ("oge", false),
        4 => ("ogt", true),
        5 => ("oge", true),
        6 => ("one", false),
        9 => ("ugt", false),
        10 => ("uge", false),
        11 => ("ugt", true),
        12 => ("uge", true),
        _ => ("arith.cmpf", false),
    }
}

/// A choice by comparison with a constant as what it chooses: the larger or the
/// smaller one, and for NaN either NaN, as `arith.maximumf` does, or the constant,
/// as `arith.maxnumf` does.
fn bound<'a>(condition: &Node<'a>, then: &Node<'a>, otherwise: &Node<'a>) -> Option<Kind<'a>> {
    let Kind::Apply(predicate @ ("ogt" | "oge" | "ugt" | "uge"), sides) = &condition.kind else {
        return None;
    };
    let [lhs, rhs] = &sides[..] else { return None };
    let is_larger = match () {
        () if then.same(lhs) && otherwise.same(rhs) => true,
        () if then.same(rhs) && otherwise.same(lhs) => false,
        () => return None,
    };
    let [is_number, other_is] = [lhs, rhs].map(|side| side.rounded().is_some());
    if is_number == other_is {
        return None;
    }
    let of_nan = match predicate.starts_with('u') {
        true => then,
        false => otherwise,
    };
    let name = match (is_larger, of_nan.rounded().is_none()) {
        (true, true) => "arith.maximumf",
        (false, true) => "arith.minimumf",
        (true, false) => "arith.maxnumf",
        (false, false) => "arith.minnumf",
    };
    Some(Kind::Apply(name, sides.clone()))
}
