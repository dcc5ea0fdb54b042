//! Triton's dialect, one function per op.
//!
//! Triton verifies what is built here; the types of the parameters are those
//! of its attributes. What is not Triton's is `arith`, on blocks.

use crate::kernels::{
    Blocks,
    blocks::{element_of, shape_of},
};
use melior::ir::{
    Type, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, IntegerAttribute, StringAttribute, TypeAttribute},
    r#type::FunctionType,
};
use ods_bridge::Builder;
use std::ops::Deref;

/// A builder of Triton IR.
pub struct Tt<'a, 'b>(Blocks<'a, 'b>);

impl<'a, 'b> Deref for Tt<'a, 'b> {
    type Target = Blocks<'a, 'b>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, 'b> Tt<'a, 'b> {
    pub fn new(builder: &'b Builder<'a>) -> Self {
        Self(Blocks::new(builder))
    }

    /// The type of a pointer to global memory.
    pub fn pointer(&self, element: Type<'a>) -> Type<'a> {
        self.named_type(&format!("!tt.ptr<{element}>"))
    }

    fn i32_attribute(&self, number: i32) -> IntegerAttribute<'a> {
        IntegerAttribute::new(self.integer(32), number.into())
    }

    /// `tt.func`: the one function of a module, with a divisibility for each
    /// argument that has one.
    pub fn func(
        &self,
        name: &str,
        arguments: &[(Type<'a>, Option<i64>)],
        body: impl FnOnce(&Builder<'a>, &[Value<'a, 'a>]),
    ) {
        let types: Vec<Type<'a>> = arguments.iter().map(|(r#type, _)| *r#type).collect();
        let region = self.region(&types, |builder, values| {
            body(builder, values);
            builder.op("tt.return").insert();
        });
        let attributes: Vec<String> = arguments
            .iter()
            .map(|(_, divisibility)| match divisibility {
                Some(number) => format!("{{tt.divisibility = {number} : i32}}"),
                None => "{}".into(),
            })
            .collect();
        let context = self.context();
        let r#type = FunctionType::new(context, &types, &[]);
        self.op("tt.func")
            .attribute("sym_name", StringAttribute::new(context, name))
            .attribute("sym_visibility", StringAttribute::new(context, "public"))
            .attribute("function_type", TypeAttribute::new(r#type.into()))
            .parsed("arg_attrs", &format!("[{}]", attributes.join(", ")))
            .region(region)
            .insert();
    }

    /// `tt.get_program_id`: i32.
    pub fn get_program_id(&self, axis: i32) -> Value<'a, 'a> {
        self.op("tt.get_program_id")
            .attribute("axis", self.i32_attribute(axis))
            .result(self.integer(32))
            .value()
    }

    /// `tt.make_range`: 0, 1, … below a power of two, in i32.
    pub fn make_range(&self, end: i32) -> Value<'a, 'a> {
        self.op("tt.make_range")
            .attribute("start", self.i32_attribute(0))
            .attribute("end", self.i32_attribute(end))
            .result(self.block(&[end.into()], self.integer(32)))
            .value()
    }

    /// `tt.splat`: a scalar as a block; a scalar stays one for an empty shape.
    pub fn splat(&self, scalar: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a> {
        if shape.is_empty() {
            return scalar;
        }
        self.op("tt.splat")
            .operand(scalar)
            .result(self.block(shape, scalar.r#type()))
            .value()
    }

    /// `tt.expand_dims`: a dimension of 1 more.
    pub fn expand_dims(&self, value: Value<'a, 'a>, axis: i32) -> Value<'a, 'a> {
        let mut shape = shape_of(value);
        shape.insert(axis as usize, 1);
        self.op("tt.expand_dims")
            .operand(value)
            .attribute("axis", self.i32_attribute(axis))
            .result(self.block(&shape, element_of(value)))
            .value()
    }

    /// `tt.broadcast`: dimensions of 1 stretched.
    pub fn broadcast(&self, value: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a> {
        if shape_of(value) == shape {
            return value;
        }
        self.op("tt.broadcast")
            .operand(value)
            .result(self.block(shape, element_of(value)))
            .value()
    }

    /// `tt.addptr`: pointers moved by numbers of elements.
    pub fn addptr(&self, pointers: Value<'a, 'a>, offsets: Value<'a, 'a>) -> Value<'a, 'a> {
        self.op("tt.addptr")
            .operands(&[pointers, offsets])
            .result(pointers.r#type())
            .value()
    }

    /// `tt.load`, with what stands for the elements that the mask leaves out.
    pub fn load(
        &self,
        pointers: Value<'a, 'a>,
        mask: Value<'a, 'a>,
        other: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        self.op("tt.load")
            .operands(&[pointers, mask, other])
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(self.context(), &[1, 1, 1]),
            )
            .result(other.r#type())
            .value()
    }

    /// `tt.store`; a scalar has no mask.
    pub fn store(
        &self,
        pointers: Value<'a, 'a>,
        value: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
    ) {
        let mut op = self.op("tt.store").operands(&[pointers, value]);
        if let Some(mask) = mask {
            op = op.operand(mask);
        }
        op.insert();
    }

    /// `tt.dot` of i8 blocks into an i32 one: `[M, K]` · `[K, N]` + `[M, N]`.
    pub fn dot(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>, sum: Value<'a, 'a>) -> Value<'a, 'a> {
        // 2 is IEEE, which integers do not look at.
        self.op("tt.dot")
            .operands(&[lhs, rhs, sum])
            .attribute("inputPrecision", self.i32_attribute(2))
            .attribute("maxNumImpreciseAcc", self.i32_attribute(0))
            .result(sum.r#type())
            .value()
    }

    /// `tt.reduce` along a dimension by an op of two operands.
    pub fn reduce(&self, value: Value<'a, 'a>, axis: i32, combine: &str) -> Value<'a, 'a> {
        let element = element_of(value);
        let mut shape = shape_of(value);
        shape.remove(axis as usize);
        let region = self.region(&[element, element], |builder, arguments| {
            let tt = Tt::new(builder);
            let combined = tt.apply(combine, arguments);
            tt.op("tt.reduce.return").operand(combined).insert();
        });
        self.op("tt.reduce")
            .operand(value)
            .attribute("axis", self.i32_attribute(axis))
            .region(region)
            .result(self.block(&shape, element))
            .value()
    }
}
