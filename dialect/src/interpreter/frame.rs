//! A call of a function, and the walk through its ops.

use super::{
    Error, Failure, Probe, Result, Value, ValueType, arith, complex, constant, control, fidelity,
    linalg, math, tensor,
};
use melior::ir::{
    Attribute, BlockLike, BlockRef, RegionLike, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute, IntegerAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::name_of;
use std::collections::HashMap;

/// The functions of a module by name.
pub(super) type Functions<'a> = HashMap<&'a str, OperationRef<'a, 'a>>;

/// An op that is being evaluated.
#[derive(Clone, Copy)]
pub(super) struct Op<'a> {
    pub(super) operation: OperationRef<'a, 'a>,
    pub(super) name: &'a str,
}

impl<'a> Op<'a> {
    pub(super) fn new(operation: OperationRef<'a, 'a>) -> Self {
        Self {
            operation,
            name: name_of(operation),
        }
    }

    /// The failure of an op that the interpreter does not know.
    pub(super) fn unknown(&self) -> Failure {
        Failure::new(format!(
            "expected an op that the reference interpreter knows, but got {}; \
             `fidelity run` without --reference compiles it",
            self.name
        ))
    }

    /// An attribute that the op must have.
    pub(super) fn attribute(&self, name: &str) -> Result<Attribute<'a>> {
        let attribute = self.operation.attribute(name);
        attribute.map_err(|_| Failure::expected(format!("the attribute {name}"), "none"))
    }

    /// The value of an attribute that is an integer.
    pub(super) fn integer(&self, name: &str) -> Result<i64> {
        Ok(IntegerAttribute::try_from(self.attribute(name)?)?.value())
    }

    /// The values of an attribute that is an array of i64.
    pub(super) fn integers(&self, name: &str) -> Result<Vec<i64>> {
        let array = DenseI64ArrayAttribute::try_from(self.attribute(name)?)?;
        let values = (0..array.len()).map(|index| Ok(array.element(index)?));
        values.collect()
    }

    /// The type of the only result.
    pub(super) fn result_type(&self) -> Result<ValueType> {
        ValueType::new(self.operation.result(0)?.r#type())
    }

    /// The type of an operand.
    pub(super) fn operand_type(&self, index: usize) -> Result<ValueType> {
        ValueType::new(self.operation.operand(index)?.r#type())
    }

    /// The entry block of a region, if the region has one.
    pub(super) fn block(&self, region: usize) -> Result<Option<BlockRef<'a, 'a>>> {
        Ok(self.operation.region(region)?.first_block())
    }

    /// The only block of a region that must have one.
    pub(super) fn body(&self, region: usize) -> Result<BlockRef<'a, 'a>> {
        self.block(region)?
            .ok_or_else(|| Failure::expected(format!("a block in region {region}"), "none"))
    }
}

/// Ops that end a block and hand values to the op around it.
const TERMINATORS: &[&str] = &["func.return", "linalg.yield", "scf.yield", "tensor.yield"];

/// How deep functions may call each other: what the stack of a thread has room
/// for.
const MAXIMUM_DEPTH: usize = 100;

/// The values that a call of a function has computed.
pub(super) struct Frame<'a, 'f> {
    functions: &'f Functions<'a>,
    probe: Option<&'f dyn Probe>,
    depth: usize,
    values: HashMap<usize, Value>,
    /// The point that each op of linalg around the current one is at.
    pub(super) points: Vec<Vec<i64>>,
}

impl<'a, 'f> Frame<'a, 'f> {
    /// A call from outside.
    pub(super) fn new(functions: &'f Functions<'a>, probe: Option<&'f dyn Probe>) -> Self {
        Self {
            functions,
            probe,
            depth: 0,
            values: HashMap::new(),
            points: Vec::new(),
        }
    }

    /// Calls another function.
    pub(super) fn call(&self, name: &str, arguments: Vec<Value>) -> Result<Vec<Value>> {
        let function = self.functions.get(name).ok_or_else(|| {
            Failure::expected(format!("a function @{name} in the module"), "none")
        })?;
        if self.depth == MAXIMUM_DEPTH {
            return Err(Failure::expected(
                format!("at most {MAXIMUM_DEPTH} calls inside of each other"),
                "one more",
            ));
        }
        let mut frame = Frame::new(self.functions, self.probe);
        frame.depth = self.depth + 1;
        let body = Op::new(*function)
            .block(0)?
            .ok_or_else(|| Failure::expected(format!("@{name} to have a body"), "a declaration"))?;
        frame.run(body, arguments)
    }

    /// The value of an operand.
    pub(super) fn value(&self, value: melior::ir::Value<'a, 'a>) -> Result<Value> {
        self.values
            .get(&key(value))
            .cloned()
            .ok_or_else(|| Failure::expected("a value that was computed before", value.to_string()))
    }

    /// The values of all operands of an op.
    pub(super) fn operands(&self, op: &Op<'a>) -> Result<Vec<Value>> {
        let operands = op.operation.operands();
        operands.map(|operand| self.value(operand)).collect()
    }

    /// The values of all operands of an op that has optional ones: one list for
    /// each operand that it declares.
    pub(super) fn segments<const N: usize>(&self, op: &Op<'a>) -> Result<[Vec<Value>; N]> {
        let sizes = DenseI32ArrayAttribute::try_from(op.attribute("operandSegmentSizes")?)?;
        let mut operands = self.operands(op)?.into_iter();
        let segments: Vec<Vec<Value>> = (0..sizes.len())
            .map(|index| {
                let size = usize::try_from(sizes.element(index)?).unwrap_or(0);
                Ok(operands.by_ref().take(size).collect())
            })
            .collect::<Result<_>>()?;
        let count = segments.len();
        segments
            .try_into()
            .map_err(|_| Failure::expected(format!("{N} kinds of operands"), count))
    }

    /// Gives a value of the IR what it is.
    pub(super) fn bind(&mut self, to: melior::ir::Value<'a, 'a>, value: Value) {
        self.values.insert(key(to), value);
    }

    /// Gives the arguments of a block their values, of the types that they must
    /// have, and runs it.
    pub(super) fn run(
        &mut self,
        block: BlockRef<'a, 'a>,
        arguments: Vec<Value>,
    ) -> Result<Vec<Value>> {
        if arguments.len() != block.argument_count() {
            return Err(Failure::expected(
                format!("{} arguments", block.argument_count()),
                arguments.len(),
            ));
        }
        for (index, value) in arguments.into_iter().enumerate() {
            let argument = block.argument(index)?;
            ValueType::new(argument.r#type())?.check(format_args!("argument {index}"), &value)?;
            self.bind(argument.into(), value);
        }
        self.run_ops(block)
    }

    /// Evaluates the ops of a block, whose arguments have their values, and
    /// gives what the last one hands on.
    pub(super) fn run_ops(&mut self, block: BlockRef<'a, 'a>) -> Result<Vec<Value>> {
        let mut next = block.first_operation();
        while let Some(operation) = next {
            let op = Op::new(operation);
            if TERMINATORS.contains(&op.name) {
                return self.operands(&op).map_err(|failure| there(failure, &op));
            }
            self.step(&op).map_err(|failure| there(failure, &op))?;
            next = operation.next_in_block();
        }
        Err(Failure::expected(
            "a block that ends in a terminator",
            "one without",
        ))
    }

    /// Evaluates an op and checks that the results are of their types.
    fn step(&mut self, op: &Op<'a>) -> Result<()> {
        let results = match self.probe {
            Some(probe) if op.name.starts_with("fidelity.") => self.probed(op, probe)?,
            _ => self.evaluate(op)?,
        };
        if results.len() != op.operation.result_count() {
            return Err(Failure::expected(
                format!("{} results", op.operation.result_count()),
                results.len(),
            ));
        }
        for (index, (result, value)) in op.operation.results().zip(results).enumerate() {
            ValueType::new(result.r#type())?.check(format_args!("result {index}"), &value)?;
            self.bind(result.into(), value);
        }
        Ok(())
    }

    /// Evaluates an op on what a probe makes of its operands, and gives what it
    /// makes of the results.
    fn probed(&mut self, op: &Op<'a>, probe: &dyn Probe) -> Result<Vec<Value>> {
        let operands: Vec<_> = op.operation.operands().collect();
        let before = self.operands(op)?;
        for (operand, value) in operands.iter().zip(&before) {
            if let Value::Tensor(tensor) = value {
                let changed = probe.operand(op.operation, tensor);
                self.bind(*operand, changed.into());
            }
        }
        let results = self.evaluate(op)?;
        for (operand, value) in operands.into_iter().zip(before) {
            self.bind(operand, value);
        }
        let probed = results.into_iter().map(|value| match value {
            Value::Tensor(tensor) => probe.result(op.operation, &tensor).into(),
            number => number,
        });
        Ok(probed.collect())
    }

    /// A tensor with or without names and a unit, which passes leave casts between
    /// that `fidelity-erase-measures` takes away.
    fn cast_away(&self, op: &Op<'a>) -> Result<Vec<Value>> {
        let operands = self.operands(op)?;
        if operands.len() != 1 || !op.operand_type(0)?.is_stored_as(&op.result_type()?) {
            return Err(op.unknown());
        }
        Ok(operands)
    }

    fn evaluate(&mut self, op: &Op<'a>) -> Result<Vec<Value>> {
        match op.name.split_once('.') {
            Some(("arith" | "complex", "constant")) => constant::evaluate(op),
            Some(("builtin", "unrealized_conversion_cast")) => self.cast_away(op),
            Some(("arith", name)) => arith::evaluate(self, op, name),
            Some(("complex", name)) => complex::evaluate(self, op, name),
            Some(("math", name)) => math::evaluate(self, op, name),
            Some(("tensor", name)) => tensor::evaluate(self, op, name),
            Some(("linalg", name)) => linalg::evaluate(self, op, name),
            Some(("cf" | "func" | "scf", _)) => control::evaluate(self, op),
            Some(("fidelity", _)) => fidelity::evaluate(self, op),
            _ => Err(op.unknown()),
        }
    }
}

/// The failure of an op, at its location.
fn there(failure: Failure, op: &Op<'_>) -> Failure {
    let error: Error = failure.at(Some(op.operation.location()), Some(op.name));
    Failure::There(error)
}

/// What tells a value of the IR from all others while the module lives.
fn key(value: melior::ir::Value<'_, '_>) -> usize {
    value.to_raw().ptr as usize
}
