//! How fusions change the IR: what is built instead, and what is then unused.

use super::{costs::Costs, mapping::Ledger};
use crate::emit::Emit;
use fidelity_dialect::{
    Add, BitLinear, CausalConv1d, EluPlusOne, Exp, LinearAttention, MAPPING, Mlgru, Multiply,
    QuantizeActivations, Relu, RmsNorm, Sigmoid, Silu, Softplus, SsmOutput, SsmScan,
    SsmStateUpdate, Subtract, Swiglu, Tanh, TernaryLinear, cast_to, index_value, meet,
};
use melior::ir::{
    Attribute, AttributeLike, Type, TypeLike, Value, ValueLike,
    attribute::DenseI32ArrayAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Builder, Dim, InferReturnTypes, OpView, OperandKind, ReifyResultShapes, View, build_before,
    defining_op, erase, name_of, operations_within, result_number, set_operands, users_of,
};
use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
};

/// The attribute in which an op keeps how many values each operand has.
const SEGMENTS: &str = "operandSegmentSizes";

/// Why nothing was fused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// The op is no end of such a pattern.
    Other,
    /// It nearly is; a remark says why it was left alone.
    Near(&'static str),
}

/// The one way in which fusions change the IR: it knows which ops are gone.
pub struct Rewrite<'a> {
    /// Whether floats may be added and multiplied in another order.
    pub reassociate: bool,
    /// What tells which form is faster.
    pub costs: Costs,
    // The addresses of erased ops. A new op may lie where another one lay; it is
    // then passed over until the next sweep.
    gone: RefCell<HashSet<usize>>,
    changed: Cell<bool>,
    // Constants that have been looked through, by the addresses of their attributes,
    // and whether as the weights of a bit_linear.
    surveyed: RefCell<HashSet<(usize, bool)>>,
    ledger: RefCell<Ledger<'a>>,
}

/// Where a topic looks, and what it changes the IR with.
pub struct Site<'a, 's> {
    /// The op at which the topic's pattern may end.
    pub operation: OperationRef<'a, 'a>,
    /// Builds before the op.
    pub builder: &'s Builder<'a>,
    pub rewrite: &'s Rewrite<'a>,
}

impl<'a, 's> Site<'a, 's> {
    /// All of it.
    pub fn parts(&self) -> (OperationRef<'a, 'a>, &'s Builder<'a>, &'s Rewrite<'a>) {
        (self.operation, self.builder, self.rewrite)
    }
}

/// Where an op lies.
pub fn address(operation: OperationRef<'_, '_>) -> usize {
    operation.to_raw().ptr as usize
}

impl<'a> Rewrite<'a> {
    /// Of IR that has not been looked at.
    pub fn new(reassociate: bool, costs: Costs) -> Self {
        Self {
            reassociate,
            costs,
            gone: RefCell::default(),
            changed: Cell::new(false),
            surveyed: RefCell::default(),
            ledger: RefCell::default(),
        }
    }

    /// Looks at IR anew.
    pub fn begin_sweep(&self, operation: OperationRef<'a, 'a>) {
        self.ledger.borrow_mut().begin(operation);
    }

    /// Ends a fusion, of which it is said whether it came to something.
    pub fn end_fusion(&self, is_fused: bool) {
        let mut ledger = self.ledger.borrow_mut();
        match is_fused {
            true => ledger.settle(),
            false => ledger.forget(),
        }
    }

    /// Forgets which ops are gone, as nothing refers to them any more; whether
    /// anything was fused since then.
    pub fn end_sweep(&self) -> bool {
        self.gone.borrow_mut().clear();
        self.changed.replace(false)
    }

    /// Notes that a constant has nothing to it, so that it is looked through once for
    /// each kind of layer.
    pub fn note_surveyed(&self, constant: Attribute<'a>, of_bit_linear: bool) {
        let address = constant.to_raw().ptr as usize;
        self.surveyed.borrow_mut().insert((address, of_bit_linear));
    }

    /// Whether a constant has been looked through in vain.
    pub fn is_surveyed(&self, constant: Attribute<'a>, of_bit_linear: bool) -> bool {
        let address = constant.to_raw().ptr as usize;
        self.surveyed.borrow().contains(&(address, of_bit_linear))
    }

    /// Whether an op was erased.
    pub fn is_gone(&self, operation: OperationRef<'a, 'a>) -> bool {
        self.gone.borrow().contains(&address(operation))
    }

    /// Replaces an op, and erases it and what only it used.
    pub fn replace(
        &self,
        operation: OperationRef<'a, 'a>,
        values: &[Value<'a, 'a>],
        builder: &Builder<'a>,
    ) {
        let makers = makers_of_operands(operation);
        for made in values.iter().filter_map(|&value| defining_op(value)) {
            self.ledger.borrow_mut().make(made);
        }
        self.forget(operation);
        builder.replace(operation, values);
        self.changed.set(true);
        self.erase_unused(makers);
    }

    /// Gives an op other operands, and erases what only it used.
    pub fn set_operands(&self, operation: OperationRef<'a, 'a>, operands: &[Value<'a, 'a>]) {
        let makers = makers_of_operands(operation);
        set_operands(operation, operands);
        self.changed.set(true);
        self.erase_unused(makers);
    }

    /// Erases what was built for an op that then was not.
    pub fn discard(&self, values: &[Value<'a, 'a>]) {
        self.erase_unused(
            values
                .iter()
                .filter_map(|&value| defining_op(value))
                .collect(),
        );
    }

    fn forget(&self, operation: OperationRef<'a, 'a>) {
        self.ledger.borrow_mut().erase(operation);
        let mut gone = self.gone.borrow_mut();
        gone.extend(operations_within(operation).into_iter().map(address));
    }

    /// Erases those ops whose results nothing looks at, and then what only they
    /// used.
    fn erase_unused(&self, mut operations: Vec<OperationRef<'a, 'a>>) {
        let mut erased = HashSet::new();
        while let Some(operation) = operations.pop() {
            if erased.contains(&address(operation)) {
                continue;
            }
            operations.extend(release_sizes(operation));
            if !is_unused(operation) {
                continue;
            }
            let makers = makers_of_operands(operation);
            erased.extend(operations_within(operation).into_iter().map(address));
            self.forget(operation);
            erase(operation);
            operations.extend(makers);
        }
    }
}

/// Lets who asks for the sizes of an op's results ask for those that they come from,
/// if nothing looks at their elements; gives what asked before. That of an op which
/// cannot say its sizes stays.
fn release_sizes<'a>(operation: OperationRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    let results: Vec<Value<'a, 'a>> = operation.results().map(Into::into).collect();
    let mut released = Vec::new();
    if !results.iter().all(|&result| readers(result).is_empty()) {
        return released;
    }
    let asking = results.iter().enumerate().flat_map(|(number, &result)| {
        let users = users_of(result).into_iter();
        users.map(move |user| (number, user))
    });
    let asking: Vec<_> = asking.collect();
    let shapes = match asking.is_empty() {
        true => None,
        false => reified(operation),
    };
    for (number, user) in asking {
        let dimension = user.operand(1).ok().and_then(index_value);
        let size = || {
            let dimension = usize::try_from(dimension?).ok()?;
            shapes.as_ref()?.get(number)?.get(dimension).copied()
        };
        let Ok(asked) = user.result(0) else { continue };
        if users_of(asked.into()).is_empty() {
            released.push(user);
            continue;
        }
        let Some(size) = size() else { continue };
        let size = build_before(user, |builder| {
            let emit = Emit::new(builder, false);
            match size {
                Dim::Static(size) => emit.index(size),
                Dim::Value(value) => value,
                Dim::Of(value, dimension) => emit.size_value(emit.size(value, dimension)),
            }
        });
        replace_uses(asked.into(), size);
        released.push(user);
    }
    released
}

/// Lets the users of a value use another one.
pub fn replace_uses<'a>(value: Value<'a, 'a>, other: Value<'a, 'a>) {
    for user in users_of(value) {
        let operands: Vec<Value<'a, 'a>> = user
            .operands()
            .map(|operand| if operand == value { other } else { operand })
            .collect();
        set_operands(user, &operands);
    }
}

/// The ops outside of an op whose results it, or an op in it, uses.
fn makers_of_operands<'a>(operation: OperationRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    let nested = operations_within(operation);
    let mut seen: HashSet<usize> = nested.iter().copied().map(address).collect();
    let mut makers = Vec::new();
    for operation in nested {
        for maker in operation.operands().filter_map(defining_op) {
            if seen.insert(address(maker)) {
                makers.push(maker);
            }
        }
    }
    makers
}

/// Whether an op is there for results that nothing uses: none of these dialects'
/// ops on tensors does anything else.
fn is_unused<'a>(operation: OperationRef<'a, 'a>) -> bool {
    const DIALECTS: &[&str] = &[
        "arith", "builtin", "fidelity", "linalg", "math", "scf", "tensor",
    ];
    let dialect = name_of(operation).split('.').next();
    let is_plain = |nested: OperationRef<'a, 'a>| {
        let dialect = name_of(nested).split('.').next();
        dialect.is_some_and(|dialect| DIALECTS.contains(&dialect))
            && nested
                .operands()
                .all(|operand| !operand.r#type().is_mem_ref())
    };
    dialect.is_some()
        && operation.result_count() > 0
        && operation
            .results()
            .all(|result| users_of(result.into()).is_empty())
        && operations_within(operation).into_iter().all(is_plain)
}

/// The op of that kind that a value is the result of.
pub fn made_by<'a, T: OpView<'a>>(value: Value<'a, 'a>) -> Option<T> {
    T::cast(defining_op(value)?)
}

/// The op of that name that a value is a result of.
pub fn made_by_op<'a>(value: Value<'a, 'a>, name: &str) -> Option<OperationRef<'a, 'a>> {
    defining_op(value).filter(|&operation| name_of(operation) == name)
}

/// The users of a value that look at its elements.
pub fn readers<'a>(value: Value<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    let mut users = users_of(value);
    users.retain(|&user| name_of(user) != "tensor.dim");
    users
}

/// Whether an op is the only one that looks at the elements of a value.
pub fn is_only_for<'a>(value: Value<'a, 'a>, operation: OperationRef<'a, 'a>) -> bool {
    readers(value).into_iter().all(|user| user == operation)
}

/// The sizes of the results of the ops that are fused.
pub fn reified<'a>(operation: OperationRef<'a, 'a>) -> Option<Vec<Vec<Dim<'a>>>> {
    macro_rules! try_ops {
        ($($op:ident),* $(,)?) => {
            $(
                if let Some(op) = $op::cast(operation) {
                    return op.reify_result_shapes().ok();
                }
            )*
        };
    }
    try_ops!(
        RmsNorm,
        QuantizeActivations,
        TernaryLinear,
        BitLinear,
        Add,
        Subtract,
        Multiply,
        Swiglu,
        Silu,
        Sigmoid,
        Tanh,
        Softplus,
        Exp,
        Relu,
        EluPlusOne,
        Mlgru,
        LinearAttention,
        SsmStateUpdate,
        SsmOutput,
        SsmScan,
        CausalConv1d,
    );
    None
}

/// An op in the place of others: its operands per operand of the .td file, its
/// attributes, and the types that its results have to have.
pub struct Replacement<'a, 's> {
    pub operands: &'s [Vec<Value<'a, 'a>>],
    pub attributes: &'s [(&'static str, Option<Attribute<'a>>)],
    pub results: &'s [Type<'a>],
}

impl<'a> Replacement<'a, '_> {
    /// Builds the op; `like` is a view of any op that it stands for.
    ///
    /// # Errors
    ///
    /// When the operands do not agree, or the results have other names or units
    /// than the types say: then nothing is built.
    pub fn build<T: OpView<'a> + InferReturnTypes<'a>>(
        &self,
        like: &View<'a>,
        builder: &Builder<'a>,
    ) -> Result<Vec<Value<'a, 'a>>, Miss> {
        let view = like.with_operands(self.operands);
        let inferred = T::new(view.with_attributes(self.attributes)).infer_return_types();
        let inferred =
            inferred.map_err(|_| Miss::Near("sizes, names or units would not agree in one op"))?;
        let types: Vec<Type<'a>> = inferred
            .into_iter()
            .zip(self.results)
            .map(|(inferred, &wanted)| meet(inferred, wanted).map_err(Miss::Near))
            .collect::<Result<_, Miss>>()?;
        let mut op = builder.op(T::NAME);
        for values in self.operands {
            op = op.operands(values);
        }
        for &(name, value) in self.attributes {
            op = op.optional_attribute(name, value);
        }
        let optional = T::OPERANDS
            .iter()
            .filter(|&&kind| kind != OperandKind::Single);
        if optional.count() > 1 {
            let sizes: Vec<i32> = self.operands.iter().map(|of| of.len() as i32).collect();
            let sizes = DenseI32ArrayAttribute::new(builder.context(), &sizes);
            op = op.attribute(SEGMENTS, sizes);
        }
        for &r#type in &types {
            op = op.result(r#type);
        }
        let results = op.insert();
        Ok(results
            .results()
            .zip(self.results)
            .map(|(result, &r#type)| cast_to(result.into(), r#type, builder))
            .collect())
    }
}

/// Whether two values are one number, or computed in one way of the same ones by ops
/// of the dialect.
pub fn is_equal<'a>(lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> bool {
    // What is compared here is a few ops deep.
    fn to_depth<'a>(lhs: Value<'a, 'a>, rhs: Value<'a, 'a>, depth: usize) -> bool {
        if lhs == rhs {
            return true;
        }
        let (Some(maker), Some(other)) = (defining_op(lhs), defining_op(rhs)) else {
            return false;
        };
        let is_known =
            name_of(maker).starts_with("fidelity.") || name_of(maker) == "arith.constant";
        depth > 0
            && is_known
            && name_of(maker) == name_of(other)
            && lhs.r#type() == rhs.r#type()
            && result_number(lhs) == result_number(rhs)
            && has_attributes_of(maker, other)
            && has_attributes_of(other, maker)
            && maker.operand_count() == other.operand_count()
            && (maker.operands().zip(other.operands()))
                .all(|(lhs, rhs)| to_depth(lhs, rhs, depth - 1))
    }
    to_depth(lhs, rhs, 6)
}

/// Whether an op has each attribute of another one, mappings aside.
fn has_attributes_of<'a>(operation: OperationRef<'a, 'a>, other: OperationRef<'a, 'a>) -> bool {
    other.attributes().all(|(name, value)| {
        let name = name.as_string_ref();
        let name = name.as_str().unwrap_or_default();
        name == MAPPING || attribute(operation, name) == Some(value)
    })
}

/// An attribute of an op.
pub fn attribute<'a>(operation: OperationRef<'a, 'a>, name: &str) -> Option<Attribute<'a>> {
    operation.attribute(name).ok()
}

/// Whether numbers of a type are computed with as they are: results of narrower
/// ones are rounded, and what is fused would not be.
pub fn is_computed_in(element: Type<'_>) -> bool {
    element.is_f32() || element.is_f64()
}

/// What a remark says of narrower types.
pub const ROUNDED: Miss = Miss::Near("a value in between is rounded to a narrow float");

/// What a remark says of values with other users.
pub const USED: Miss = Miss::Near("a value in between has another use");
