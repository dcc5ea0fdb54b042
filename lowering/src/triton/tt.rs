//! Triton's dialect, one function per op.
//!
//! Triton verifies what is built here; the types of the parameters are those
//! of its attributes. What is not Triton's is `arith`, on blocks.

use fidelity_dialect::TensorType;
use fidelity_passes::emit::Emit;
use melior::ir::{
    Type, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, IntegerAttribute, StringAttribute, TypeAttribute},
    r#type::FunctionType,
};
use ods_bridge::Builder;
use std::ops::Deref;

/// A builder of Triton IR.
pub struct Tt<'a, 'b>(Emit<'a, 'b>);

impl<'a, 'b> Deref for Tt<'a, 'b> {
    type Target = Emit<'a, 'b>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The shape of a block; a scalar's is empty.
pub fn shape_of(value: Value<'_, '_>) -> Vec<i64> {
    TensorType::new(value.r#type()).map_or_else(Vec::new, |block| block.shape)
}

/// The type of a block's elements, or of a scalar.
pub fn element_of<'a>(value: Value<'a, '_>) -> Type<'a> {
    TensorType::new(value.r#type()).map_or(value.r#type(), |block| block.element)
}

impl<'a, 'b> Tt<'a, 'b> {
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
        arguments: &[(Type<'a>, Option<i32>)],
        body: impl FnOnce(&Tt<'a, '_>, &[Value<'a, 'a>]),
    ) {
        let types: Vec<Type<'a>> = arguments.iter().map(|(r#type, _)| *r#type).collect();
        let region = self.region(&types, |builder, values| {
            let tt = Tt::new(builder);
            body(&tt, values);
            tt.op("tt.return").insert();
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

    /// `scf.for` over i64, which carries one block.
    pub fn for_loop(
        &self,
        count: Value<'a, 'a>,
        step: i64,
        init: Value<'a, 'a>,
        body: impl FnOnce(&Builder<'a>, Value<'a, 'a>, Value<'a, 'a>) -> Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let i64_type = self.integer(64);
        let region = self.region(&[i64_type, init.r#type()], |builder, arguments| {
            let next = body(builder, arguments[0], arguments[1]);
            builder.op("scf.yield").operand(next).insert();
        });
        self.op("scf.for")
            .operands(&[self.int(i64_type, 0), count, self.int(i64_type, step), init])
            .region(region)
            .result(init.r#type())
            .value()
    }

    /// A constant block of one number, or a scalar one.
    pub fn constant(&self, shape: &[i64], element: Type<'a>, number: f64) -> Value<'a, 'a> {
        use melior::ir::TypeLike;
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
        self.op("arith.cmpi")
            .attribute(
                "predicate",
                IntegerAttribute::new(self.integer(64), predicate as i64),
            )
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

    /// Numbers under another float type, or integers as floats or as wider
    /// integers.
    pub fn converted(&self, value: Value<'a, 'a>, element: Type<'a>) -> Value<'a, 'a> {
        use melior::ir::TypeLike;
        let from = element_of(value);
        if from == element {
            return value;
        }
        let width = |r#type| ods_bridge::bit_width(r#type).unwrap_or(0);
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
}

/// The predicates of `arith.cmpi` that are used.
#[derive(Clone, Copy, Debug)]
pub enum Predicate {
    Equal = 0,
    Less = 2,
    Greater = 4,
}
