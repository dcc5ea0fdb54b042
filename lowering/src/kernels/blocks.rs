//! Arithmetic of blocks of numbers, or of scalars.
//!
//! `arith` and `math` are the same on both; a scalar is a block whose shape is
//! empty.

use fidelity_dialect::TensorType;
use fidelity_passes::emit::Emit;
use melior::ir::{
    Type, TypeLike, Value, ValueLike, attribute::IntegerAttribute, operation::OperationLike,
};
use ods_bridge::{Builder, Diagnostic, bit_width};
use std::ops::Deref;

/// A builder of arithmetic on blocks.
pub struct Blocks<'a, 'b>(Emit<'a, 'b>);

impl<'a, 'b> Deref for Blocks<'a, 'b> {
    type Target = Emit<'a, 'b>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The values that a loop carries, or what is wrong with its body.
pub type Carried<'a> = Result<Vec<Value<'a, 'a>>, Diagnostic<'a>>;

/// The shape of a block; a scalar's is empty.
pub fn shape_of(value: Value<'_, '_>) -> Vec<i64> {
    TensorType::new(value.r#type()).map_or_else(Vec::new, |block| block.shape)
}

/// The type of a block's elements, or of a scalar.
pub fn element_of<'a>(value: Value<'a, '_>) -> Type<'a> {
    TensorType::new(value.r#type()).map_or(value.r#type(), |block| block.element)
}

impl<'a, 'b> Blocks<'a, 'b> {
    pub fn new(builder: &'b Builder<'a>) -> Self {
        Self(Emit::new(builder, false))
    }

    /// The type of a block, or of a scalar if the shape is empty.
    pub fn block(&self, shape: &[i64], element: Type<'a>) -> Type<'a> {
        if shape.is_empty() {
            return element;
        }
        TensorType {
            shape: shape.to_vec(),
            element,
            encoding: None,
        }
        .to_type()
    }

    /// A constant block of one number, or a scalar one.
    pub fn constant(&self, shape: &[i64], element: Type<'a>, number: f64) -> Value<'a, 'a> {
        let r#type = self.block(shape, element);
        match fidelity_dialect::splat(r#type, number) {
            Some(value) => self
                .op("arith.constant")
                .attribute("value", value)
                .result(r#type)
                .value(),
            // No tensor: a scalar.
            None if element.is_float() => self.float(element, number),
            None => self.int(element, number as i64),
        }
    }

    /// A constant of the type of another value.
    pub fn like(&self, value: Value<'a, 'a>, number: f64) -> Value<'a, 'a> {
        self.constant(&shape_of(value), element_of(value), number)
    }

    /// `arith.cmpi` of blocks.
    pub fn compare(
        &self,
        predicate: Predicate,
        lhs: Value<'a, 'a>,
        rhs: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        self.predicate("arith.cmpi", predicate as i64, lhs, rhs)
    }

    /// `arith.cmpf` of blocks.
    pub fn compare_floats(
        &self,
        predicate: FloatPredicate,
        lhs: Value<'a, 'a>,
        rhs: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        self.predicate("arith.cmpf", predicate as i64, lhs, rhs)
    }

    fn predicate(
        &self,
        name: &str,
        number: i64,
        lhs: Value<'a, 'a>,
        rhs: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        self.op(name)
            .attribute("predicate", IntegerAttribute::new(self.integer(64), number))
            .operands(&[lhs, rhs])
            .result(self.block(&shape_of(lhs), self.integer(1)))
            .value()
    }

    /// An op that changes the type of elements only.
    pub fn cast(&self, name: &str, value: Value<'a, 'a>, element: Type<'a>) -> Value<'a, 'a> {
        self.op(name)
            .operand(value)
            .result(self.block(&shape_of(value), element))
            .value()
    }

    /// Numbers under another float type, or integers and indices as floats or
    /// as wider integers.
    pub fn converted(&self, value: Value<'a, 'a>, element: Type<'a>) -> Value<'a, 'a> {
        let from = element_of(value);
        if from == element {
            return value;
        }
        if from.is_index() {
            let number = self.cast("arith.index_cast", value, self.integer(64));
            return self.converted(number, element);
        }
        let width = |r#type| bit_width(r#type).unwrap_or(0);
        match (from.is_float(), element.is_float()) {
            (true, true) if width(from) == width(element) => {
                // f16 and bf16: through f32.
                let wide = self.converted(value, self.f32());
                self.converted(wide, element)
            }
            (true, true) if width(from) < width(element) => self.cast("arith.extf", value, element),
            (true, true) => self.cast("arith.truncf", value, element),
            (false, true) => self.cast("arith.sitofp", value, element),
            (true, false) => self.cast("arith.fptosi", value, element),
            (false, false) if width(from) < width(element) => {
                self.cast("arith.extsi", value, element)
            }
            (false, false) => self.cast("arith.trunci", value, element),
        }
    }

    /// `scf.for` that carries values, of bounds and a step of one type.
    pub fn loop_over(
        &self,
        [from, to, step]: [Value<'a, 'a>; 3],
        carried: &[Value<'a, 'a>],
        body: impl FnOnce(&Builder<'a>, Value<'a, 'a>, &[Value<'a, 'a>]) -> Carried<'a>,
    ) -> Carried<'a> {
        let mut types = vec![from.r#type()];
        types.extend(carried.iter().map(|value| value.r#type()));
        let mut failure = None;
        let region = self.region(&types, |builder, arguments| {
            let next = body(builder, arguments[0], &arguments[1..]).unwrap_or_else(|error| {
                failure = Some(error);
                arguments[1..].to_vec()
            });
            builder.op("scf.yield").operands(&next).insert();
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
        let mut op = self
            .op("scf.for")
            .operands(&[from, to, step])
            .operands(carried)
            .region(region);
        for value in carried {
            op = op.result(value.r#type());
        }
        Ok(op.insert().results().map(Value::from).collect())
    }

    /// The sum of floats or integers.
    pub fn plus(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.of_kind(["arith.addf", "arith.addi"], lhs, rhs)
    }

    /// The difference of floats or integers.
    pub fn minus(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.of_kind(["arith.subf", "arith.subi"], lhs, rhs)
    }

    fn of_kind(&self, names: [&str; 2], lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        let [float, integer] = names;
        let is_float = element_of(lhs).is_float();
        self.apply(if is_float { float } else { integer }, &[lhs, rhs])
    }
}

/// The predicates of `arith.cmpi` that are used.
#[derive(Clone, Copy, Debug)]
pub enum Predicate {
    Equal = 0,
    Less = 2,
    Greater = 4,
}

/// The predicates of `arith.cmpf` that are used: of ordered numbers.
#[derive(Clone, Copy, Debug)]
pub enum FloatPredicate {
    Equal = 1,
    Less = 4,
}
