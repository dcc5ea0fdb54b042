//! Which ops of the dialect a tree is, before any of them is built.

use super::{
    equation::{Match, Pattern, matches},
    expression::{Kind, Node, Read},
    quantize,
};
use crate::emit::{Emit, Size};
use fidelity_dialect::{Approximation, DYNAMIC, RmsNorm, TensorType};
use melior::ir::{
    Type, TypeLike, Value,
    attribute::FloatAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{OpView, comes_before, name_of, users_of};

/// What a tree that is an equation's is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// An op with that name and that many operands, which are the holes in order.
    Named(&'static str, usize),
    /// `fidelity.gelu` by tanh.
    GeluTanh,
    /// `fidelity.rms_norm`, with a weight where there are two operands.
    RmsNorm {
        /// ε
        epsilon: f64,
        /// The number of operands.
        operands: usize,
    },
    /// `fidelity.quantize_activations`.
    Quantize(quantize::Form),
}

impl Op {
    fn operands(self) -> usize {
        match self {
            Self::Named(_, operands) | Self::RmsNorm { operands, .. } => operands,
            Self::GeluTanh => 1,
            Self::Quantize(form) => form.operands(),
        }
    }

    /// The name of the op, without the dialect's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Named(name, _) => name.strip_prefix("fidelity.").unwrap_or(name),
            Self::GeluTanh => "gelu",
            Self::RmsNorm { .. } => "rms_norm",
            Self::Quantize(_) => "quantize_activations",
        }
    }
}

/// The op whose result is looked at.
#[derive(Clone, Copy)]
pub struct Root<'a> {
    /// The op.
    pub operation: OperationRef<'a, 'a>,
    /// The number of its loops.
    pub rank: usize,
}

/// The op that a match is; `None` where the equation does not hold after all.
type Accept = Box<dyn for<'a> Fn(&Match<'a>, Root<'a>) -> Option<Op>>;

/// An equation, and the op that it defines.
pub struct Equation {
    pattern: Pattern,
    accept: Accept,
    /// Whether all that the equation says is left unused then.
    is_whole: bool,
}

impl Equation {
    /// An equation whose parts nothing else may use: they would be computed twice.
    pub fn new(
        pattern: Pattern,
        accept: impl for<'a> Fn(&Match<'a>, Root<'a>) -> Option<Op> + 'static,
    ) -> Self {
        Self {
            pattern,
            accept: Box::new(accept),
            is_whole: true,
        }
    }

    /// The same where other ops may use the parts.
    pub fn with_shared_parts(mut self) -> Self {
        self.is_whole = false;
        self
    }
}

/// A tree as ops of the dialect.
#[derive(Clone, Debug)]
pub enum Plan<'a> {
    /// A tensor that is there.
    Read(Read<'a>),
    /// A constant.
    Number(f64, Type<'a>),
    /// An op.
    Op(Op, Vec<Plan<'a>>),
}

/// A plan and the ops whose bodies it takes over.
pub struct Planned<'a> {
    /// The plan.
    pub plan: Plan<'a>,
    /// The ops.
    pub consumed: Vec<OperationRef<'a, 'a>>,
}

/// The plan of a tree, if each of its parts is an op of the dialect.
pub fn plan<'a>(equations: &[Equation], node: &Node<'a>, root: Root<'a>) -> Option<Planned<'a>> {
    let rank = root.rank;
    equations.iter().find_map(|equation| {
        matches(&equation.pattern, node, rank)
            .into_iter()
            .find_map(|found| {
                let op = (equation.accept)(&found, root)?;
                // Not what runs less often than the root.
                let is_beside = |&operation: &_| comes_before(operation, root.operation);
                if !found.consumed.iter().all(is_beside) {
                    return None;
                }
                if equation.is_whole && !is_used_within(&found.consumed, root.operation) {
                    return None;
                }
                let mut consumed = found.consumed.clone();
                let mut operands = Vec::new();
                for hole in 0..op.operands() {
                    let hole = found.hole(hole);
                    operands.push(match &hole.kind {
                        Kind::Read(read) => Plan::Read(read.clone()),
                        Kind::Number(number) => Plan::Number(*number, hole.element),
                        _ => {
                            let part = plan(equations, hole, root)?;
                            consumed.extend(part.consumed);
                            part.plan
                        }
                    });
                }
                let plan = Plan::Op(op, operands);
                plan.shape(rank)?;
                Some(Planned { plan, consumed })
            })
    })
}

/// Whether only those ops and the root use their results.
fn is_used_within<'a>(consumed: &[OperationRef<'a, 'a>], root: OperationRef<'a, 'a>) -> bool {
    fn is_within<'a>(
        user: OperationRef<'a, 'a>,
        consumed: &[OperationRef<'a, 'a>],
        root: OperationRef<'a, 'a>,
    ) -> bool {
        let is_known = user == root || consumed.contains(&user);
        match name_of(user) {
            _ if is_known => true,
            // Which looks at no element.
            "tensor.dim" => true,
            name if name.starts_with("tensor.") || name.starts_with("linalg.") => {
                moves_elements(user)
                    && user
                        .results()
                        .flat_map(|result| users_of(result.into()))
                        .all(|user| is_within(user, consumed, root))
            }
            _ => false,
        }
    }
    consumed.iter().all(|&operation| {
        operation
            .results()
            .flat_map(|result| users_of(result.into()))
            .all(|user| is_within(user, consumed, root))
    })
}

/// Whether a tree looks through an op to its operand.
fn moves_elements<'a>(operation: OperationRef<'a, 'a>) -> bool {
    let Ok(result) = operation.result(0) else {
        return false;
    };
    let value: Value<'a, 'a> = result.into();
    let loops = TensorType::new(melior::ir::ValueLike::r#type(&value))
        .map(|tensor| (0..tensor.rank()).map(Some).collect());
    loops.is_some_and(|loops| super::structured::source(&Read { value, loops }).is_some())
}

/// Why a tree has no plan.
pub fn obstacle<'a>(equations: &[Equation], node: &Node<'a>, root: Root<'a>) -> String {
    let Kind::Apply(name, operands) = &node.kind else {
        return "expected ops that the dialect has, but got a reduction".into();
    };
    let part = operands.iter().find(|operand| {
        matches!(operand.kind, Kind::Apply(..))
            && operand.element.is_float()
            && plan(equations, operand, root).is_none()
    });
    match part {
        Some(part) => obstacle(equations, part, root),
        None if matches!(*name, "arith.addf" | "arith.subf" | "arith.mulf") => {
            "expected operands that broadcast as in NumPy, but got others".into()
        }
        None => format!("expected ops that the dialect has, but got {name}"),
    }
}

impl<'a> Plan<'a> {
    /// The op whose result the plan is.
    pub fn op(&self) -> Option<Op> {
        match self {
            Self::Op(op, _) => Some(*op),
            _ => None,
        }
    }

    /// The sizes, aligned with the last loops of the root; `None` for what does
    /// not broadcast.
    pub fn shape(&self, rank: usize) -> Option<Vec<i64>> {
        match self {
            Self::Read(read) => Some(layout(read, rank)?.shape),
            Self::Number(..) => Some(Vec::new()),
            Self::Op(Op::RmsNorm { .. } | Op::Quantize(_), operands) => operands[0].shape(rank),
            Self::Op(_, operands) => operands.iter().try_fold(Vec::new(), |shape, operand| {
                broadcast(shape, operand.shape(rank)?)
            }),
        }
    }

    /// Builds the ops.
    pub fn build(&self, emit: &Emit<'a, '_>, rank: usize) -> Value<'a, 'a> {
        let (op, operands) = match self {
            Self::Read(read) => return aligned(emit, read, rank),
            Self::Number(number, element) => return constant(emit, *number, *element),
            Self::Op(op, operands) => (*op, operands),
        };
        let operands: Vec<Value<'a, 'a>> = operands
            .iter()
            .map(|operand| operand.build(emit, rank))
            .collect();
        let built = match op {
            Op::Named(name, _) => emit.op(name),
            Op::GeluTanh => {
                let context = emit.context();
                emit.op("fidelity.gelu")
                    .attribute("approximation", Approximation::Tanh.to_attribute(context))
            }
            Op::RmsNorm { epsilon, .. } => {
                let double = Type::float64(emit.context());
                let epsilon = FloatAttribute::new(emit.context(), double, epsilon);
                emit.op(RmsNorm::NAME).attribute("epsilon", epsilon)
            }
            Op::Quantize(form) => return form.build(emit, &operands),
        };
        built.operands(&operands).infer().value()
    }
}

/// The sizes of two operands together: a static 1 stretches.
fn broadcast(one: Vec<i64>, two: Vec<i64>) -> Option<Vec<i64>> {
    let (mut long, short) = match one.len() < two.len() {
        true => (two, one),
        false => (one, two),
    };
    let offset = long.len() - short.len();
    for (size, other) in long[offset..].iter_mut().zip(short) {
        *size = match (*size, other) {
            (1, other) | (other, 1) => other,
            (DYNAMIC, other) | (other, DYNAMIC) => other,
            (size, other) if size == other => size,
            _ => return None,
        };
    }
    Some(long)
}

/// How a tensor becomes an operand that broadcasts.
struct Layout {
    /// Its sizes then.
    shape: Vec<i64>,
    /// The dimensions that loops index, where the tensor is reshaped.
    kept: Option<Vec<usize>>,
}

fn layout(read: &Read<'_>, rank: usize) -> Option<Layout> {
    let TensorType {
        shape, encoding, ..
    } = TensorType::of(read.value);
    if encoding.is_some() {
        return None;
    }
    let is_element_0 = |(index, &size): (&Option<usize>, &i64)| index.is_some() || size == 1;
    if !read.loops.iter().zip(&shape).all(is_element_0) {
        return None;
    }
    let in_place = |(at, index): (usize, &Option<usize>)| {
        index.is_none_or(|index| index + shape.len() == rank + at)
    };
    if shape.len() <= rank && read.loops.iter().enumerate().all(in_place) {
        return Some(Layout { shape, kept: None });
    }
    let kept: Vec<usize> = (0..shape.len())
        .filter(|&at| read.loops[at].is_some())
        .collect();
    let indices: Vec<usize> = read.loops.iter().flatten().copied().collect();
    if !indices.is_sorted_by(|one, two| one < two) {
        return None;
    }
    let first = indices.first().copied().unwrap_or(rank);
    let mut reshaped = vec![1; rank - first];
    for (&at, &index) in kept.iter().zip(&indices) {
        reshaped[index - first] = shape[at];
    }
    Some(Layout {
        shape: reshaped,
        kept: Some(kept),
    })
}

/// A tensor as an operand that broadcasts.
fn aligned<'a>(emit: &Emit<'a, '_>, read: &Read<'a>, rank: usize) -> Value<'a, 'a> {
    let layout =
        layout(read, rank).unwrap_or_else(|| panic!("a plan reads what does not broadcast"));
    let Some(kept) = layout.kept else {
        return read.value;
    };
    let own = emit.drop_units(read.value, &kept);
    let indices: Vec<usize> = read.loops.iter().flatten().copied().collect();
    let first = rank - layout.shape.len();
    let mut sizes = vec![Size::Static(1); layout.shape.len()];
    for (at, &index) in indices.iter().enumerate() {
        sizes[index - first] = emit.size(own, at);
    }
    let indices: Vec<usize> = indices.iter().map(|index| index - first).collect();
    emit.add_units(own, &indices, &sizes)
}

/// A constant without dimensions.
pub fn constant<'a>(emit: &Emit<'a, '_>, number: f64, element: Type<'a>) -> Value<'a, 'a> {
    let r#type = emit.tensor_type(&[], element);
    let value = fidelity_dialect::splat(r#type, number)
        .unwrap_or_else(|| panic!("{type} has no constant {number}"));
    emit.op("arith.constant")
        .attribute("value", value)
        .result(r#type)
        .value()
}

/// The sizes of what is in a hole, where it is a tensor.
pub fn shape_of(node: &Node<'_>, rank: usize) -> Option<Vec<i64>> {
    match &node.kind {
        Kind::Read(read) => Some(layout(read, rank)?.shape),
        _ => None,
    }
}

/// The tensor that a hole is, if each of the root's loops indexes its own
/// dimension of it.
pub fn is_whole<'n, 'a>(node: &'n Node<'a>, rank: usize) -> Option<&'n Read<'a>> {
    let Kind::Read(read) = &node.kind else {
        return None;
    };
    let layout = layout(read, rank)?;
    (layout.kept.is_none() && layout.shape.len() == rank && rank > 0).then_some(read)
}

/// The tensor that a hole is, if it has one number for each of the last loop.
pub fn is_row<'n, 'a>(node: &'n Node<'a>, rank: usize) -> Option<&'n Read<'a>> {
    let Kind::Read(read) = &node.kind else {
        return None;
    };
    let last = rank.checked_sub(1)?;
    (read.loops == [Some(last)] || read.loops == [None] && layout(read, rank)?.shape == [1])
        .then_some(read)
}
