//! The gpu and memref dialects, one function per op that kernels have.

use crate::kernels::{Blocks, blocks::Predicate};
use melior::ir::{
    Attribute, Region, Type, Value, ValueLike,
    attribute::{
        DenseI32ArrayAttribute, DenseI64ArrayAttribute, FlatSymbolRefAttribute, IntegerAttribute,
        StringAttribute, TypeAttribute,
    },
    operation::OperationRef,
    r#type::{FunctionType, MemRefType},
};
use ods_bridge::{Builder, Diagnostic};
use std::ops::Deref;

/// Where memory is: the integers on which NVPTX, AMDGPU and SPIR-V agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Space {
    /// Memory of the device.
    Global = 1,
    /// Memory that the threads of a block share.
    Block = 3,
}

/// An axis of threads or blocks.
#[derive(Clone, Copy, Debug)]
pub enum Axis {
    X,
    Y,
}

impl Axis {
    fn keyword(self) -> &'static str {
        match self {
            Self::X => "x",
            Self::Y => "y",
        }
    }
}

/// A builder of kernels.
pub struct Gpu<'a, 'b>(Blocks<'a, 'b>);

impl<'a, 'b> Deref for Gpu<'a, 'b> {
    type Target = Blocks<'a, 'b>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'a, 'b> Gpu<'a, 'b> {
    pub fn new(builder: &'b Builder<'a>) -> Self {
        Self(Blocks::new(builder))
    }

    /// The type of contiguous memory.
    pub fn memory(&self, shape: &[i64], element: Type<'a>, space: Space) -> Type<'a> {
        let space = IntegerAttribute::new(self.integer(64), space as i64);
        MemRefType::contiguous(element, shape, Some(space.into())).into()
    }

    /// `gpu.module`, empty as yet.
    pub fn module(&self, name: &str) -> OperationRef<'a, 'a> {
        self.op("gpu.module")
            .attribute("sym_name", StringAttribute::new(self.context(), name))
            .region(self.region(&[], |_, _| {}))
            .insert()
    }

    /// A `gpu.func` that is a kernel, of so many threads to a block.
    pub fn kernel(
        &self,
        name: &str,
        arguments: &[Type<'a>],
        body: impl FnOnce(&Builder<'a>, &[Value<'a, 'a>]) -> Result<i64, Diagnostic<'a>>,
    ) -> Result<(), Diagnostic<'a>> {
        let mut threads = Ok(0);
        let region = self.region(arguments, |builder, values| {
            threads = body(builder, values);
            builder.op("gpu.return").insert();
        });
        let context = self.context();
        let size = [threads? as i32, 1, 1];
        self.op("gpu.func")
            .attribute("sym_name", StringAttribute::new(context, name))
            .attribute(
                "function_type",
                TypeAttribute::new(FunctionType::new(context, arguments, &[]).into()),
            )
            .attribute("gpu.kernel", Attribute::unit(context))
            .attribute(
                "known_block_size",
                DenseI32ArrayAttribute::new(context, &size),
            )
            .region(region)
            .insert();
        Ok(())
    }

    /// `gpu.block_id`.
    pub fn block_id(&self, axis: Axis) -> Value<'a, 'a> {
        self.id("gpu.block_id", axis)
    }

    /// `gpu.thread_id`; blocks are of one dimension.
    pub fn thread_id(&self) -> Value<'a, 'a> {
        self.id("gpu.thread_id", Axis::X)
    }

    fn id(&self, name: &str, axis: Axis) -> Value<'a, 'a> {
        self.op(name)
            .parsed("dimension", &format!("#gpu<dim {}>", axis.keyword()))
            .result(self.index_type())
            .value()
    }

    /// `gpu.barrier`: what the threads of the block stored before it, they load
    /// after it.
    pub fn barrier(&self) {
        self.op("gpu.barrier").insert();
    }

    /// `memref.global` in the memory of a block.
    pub fn global(&self, name: &str, r#type: Type<'a>) {
        let context = self.context();
        self.op("memref.global")
            .attribute("sym_name", StringAttribute::new(context, name))
            .attribute("sym_visibility", StringAttribute::new(context, "private"))
            .attribute("type", TypeAttribute::new(r#type))
            .attribute("initial_value", Attribute::unit(context))
            .insert();
    }

    /// `memref.get_global`.
    pub fn get_global(&self, name: &str, r#type: Type<'a>) -> Value<'a, 'a> {
        self.op("memref.get_global")
            .attribute("name", FlatSymbolRefAttribute::new(self.context(), name))
            .result(r#type)
            .value()
    }

    /// `memref.reinterpret_cast` of a first element to the `count` elements, in
    /// one dimension, that begin with it: known, or a value.
    pub fn view(
        &self,
        first: Value<'a, 'a>,
        count: Result<i64, Value<'a, 'a>>,
        element: Type<'a>,
    ) -> Value<'a, 'a> {
        let context = self.context();
        let (size, operands) = match count {
            Ok(count) => (count, vec![]),
            Err(count) => (fidelity_dialect::DYNAMIC, vec![count]),
        };
        let numbers = |number| DenseI64ArrayAttribute::new(context, &[number]);
        self.op("memref.reinterpret_cast")
            .operand(first)
            .operands(&operands)
            .attribute("static_offsets", numbers(0))
            .attribute("static_sizes", numbers(size))
            .attribute("static_strides", numbers(1))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(context, &[1, 0, operands.len() as i32, 0]),
            )
            .result(self.memory(&[size], element, Space::Global))
            .value()
    }

    /// `memref.load` from memory of one dimension.
    pub fn load(
        &self,
        memory: Value<'a, 'a>,
        index: Value<'a, 'a>,
        element: Type<'a>,
    ) -> Value<'a, 'a> {
        self.op("memref.load")
            .operands(&[memory, index])
            .result(element)
            .value()
    }

    /// `memref.store` to memory of one dimension.
    pub fn store(&self, value: Value<'a, 'a>, memory: Value<'a, 'a>, index: Value<'a, 'a>) {
        self.op("memref.store")
            .operands(&[value, memory, index])
            .insert();
    }

    /// `scf.if` without results.
    pub fn when(
        &self,
        condition: Value<'a, 'a>,
        body: impl FnOnce(&Builder<'a>) -> Result<(), Diagnostic<'a>>,
    ) -> Result<(), Diagnostic<'a>> {
        let mut done = Ok(());
        let region = self.region(&[], |builder, _| {
            done = body(builder);
            builder.op("scf.yield").insert();
        });
        done?;
        self.op("scf.if")
            .operand(condition)
            .region(region)
            .region(Region::new())
            .insert();
        Ok(())
    }

    /// Whether an index is less than another.
    pub fn below(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
        self.compare(Predicate::Less, lhs, rhs)
    }

    /// An index times a number.
    pub fn times(&self, lhs: Value<'a, 'a>, rhs: i64) -> Value<'a, 'a> {
        debug_assert!(lhs.r#type() == self.index_type());
        self.apply("arith.muli", &[lhs, self.index(rhs)])
    }
}
