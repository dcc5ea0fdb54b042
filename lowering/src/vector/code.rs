//! Vectors and memory, as kernels use them.

use fidelity_dialect::DYNAMIC;
use fidelity_passes::emit::Emit;
use melior::ir::{
    Region, Type, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute, StringAttribute},
    r#type::MemRefType,
};
use ods_bridge::OpBuilder;
use std::ops::Deref;

/// A builder of kernels.
pub struct Code<'a, 'b, 'c>(pub &'c Emit<'a, 'b>);

impl<'a, 'b> Deref for Code<'a, 'b, '_> {
    type Target = Emit<'a, 'b>;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl<'a> Code<'a, '_, '_> {
    /// The type of vectors of signless integers.
    pub fn vector(&self, lanes: i64, bits: u32) -> Type<'a> {
        Type::vector(&[lanes as u64], self.integer(bits))
    }

    /// The type of vectors of an element type.
    pub fn vector_of(&self, lanes: i64, element: Type<'a>) -> Type<'a> {
        Type::vector(&[lanes as u64], element)
    }

    /// Lanes of two vectors of words of 32 bits by their numbers, those of the second one
    /// coming after those of the first.
    pub fn shuffle(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>, lanes: &[i64]) -> Value<'a, 'a> {
        self.op("vector.shuffle")
            .operands(&[lhs, rhs])
            .attribute("mask", DenseI64ArrayAttribute::new(self.context(), lanes))
            .result(self.vector(lanes.len() as i64, 32))
            .value()
    }

    /// `scale · number + sum` of vectors of floats, rounded once or twice.
    pub fn multiply_add(
        &self,
        scale: Value<'a, 'a>,
        number: Value<'a, 'a>,
        sum: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let contracted = |name: &str, lhs, rhs| {
            self.op(name)
                .operands(&[lhs, rhs])
                .parsed("fastmath", "#arith.fastmath<contract>")
                .result(sum.r#type())
                .value()
        };
        contracted("arith.addf", sum, contracted("arith.mulf", scale, number))
    }

    /// A vector of one integer.
    pub fn splat(&self, r#type: Type<'a>, number: i64) -> Value<'a, 'a> {
        self.op("arith.constant")
            .parsed("value", &format!("dense<{number}> : {type}"))
            .result(r#type)
            .value()
    }

    /// A vector of one float.
    pub fn float_splat(&self, r#type: Type<'a>, number: f32) -> Value<'a, 'a> {
        self.op("arith.constant")
            .parsed("value", &format!("dense<{number:?}> : {type}"))
            .result(r#type)
            .value()
    }

    /// A vector of these bytes.
    pub fn bytes(&self, bytes: &[i64]) -> Value<'a, 'a> {
        let r#type = self.vector(bytes.len() as i64, 8);
        self.op("arith.constant")
            .parsed("value", &format!("dense<{bytes:?}> : {type}"))
            .result(r#type)
            .value()
    }

    /// A vector of these integers of 32 bits.
    pub fn words(&self, words: &[i64]) -> Value<'a, 'a> {
        let r#type = self.vector(words.len() as i64, 32);
        self.op("arith.constant")
            .parsed("value", &format!("dense<{words:?}> : {type}"))
            .result(r#type)
            .value()
    }

    /// The same bits under another type.
    pub fn bitcast(&self, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        self.op("vector.bitcast")
            .operand(value)
            .result(r#type)
            .value()
    }

    /// What lies in memory from an element on.
    pub fn load(
        &self,
        memory: Value<'a, 'a>,
        index: Value<'a, 'a>,
        r#type: Type<'a>,
    ) -> Value<'a, 'a> {
        self.op("vector.load")
            .operands(&[memory, index])
            .result(r#type)
            .value()
    }

    /// Writes to memory from an element on.
    pub fn store(&self, value: Value<'a, 'a>, memory: Value<'a, 'a>, index: Value<'a, 'a>) {
        self.op("vector.store")
            .operands(&[value, memory, index])
            .insert();
    }

    /// Writes an element.
    pub fn store_element(&self, value: Value<'a, 'a>, memory: Value<'a, 'a>, index: Value<'a, 'a>) {
        self.op("memref.store")
            .operands(&[value, memory, index])
            .insert();
    }

    /// The four bytes of memory from an element on, in each lane of a vector of bytes.
    pub fn broadcast_word(
        &self,
        memory: Value<'a, 'a>,
        index: Value<'a, 'a>,
        lanes: i64,
    ) -> Value<'a, 'a> {
        let bytes = self.load(memory, index, self.vector(4, 8));
        let word = self.bitcast(bytes, self.vector(1, 32));
        let word = self
            .op("vector.extract")
            .operand(word)
            .attribute(
                "static_position",
                DenseI64ArrayAttribute::new(self.context(), &[0]),
            )
            .result(self.integer(32))
            .value();
        let words = self.broadcast(word, self.vector(lanes, 32));
        self.bitcast(words, self.vector(4 * lanes, 8))
    }

    /// A number in each lane.
    pub fn broadcast(&self, number: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        self.op("vector.broadcast")
            .operand(number)
            .result(r#type)
            .value()
    }

    /// Does the same for each number below `count`, in any order and at once.
    pub fn parallel_for(&self, count: i64, body: impl FnOnce(&Code<'a, '_, '_>, Value<'a, 'a>)) {
        let region = self.region(&[self.index_type()], |builder, arguments| {
            let emit = Emit::new(builder, false);
            body(&Code(&emit), arguments[0]);
            emit.op("scf.reduce").insert();
        });
        self.op("scf.parallel")
            .operands(&[self.index(0), self.index(count), self.index(1)])
            .parsed("operandSegmentSizes", "array<i32: 1, 1, 1, 0>")
            .region(region)
            .insert();
    }

    /// Does one thing or another.
    pub fn either(
        &self,
        condition: Value<'a, 'a>,
        then: impl FnOnce(&Code<'a, '_, '_>),
        otherwise: impl FnOnce(&Code<'a, '_, '_>),
    ) {
        let then = self.branch(then);
        let otherwise = self.branch(otherwise);
        self.op("scf.if")
            .operand(condition)
            .region(then)
            .region(otherwise)
            .insert();
    }

    fn branch(&self, body: impl FnOnce(&Code<'a, '_, '_>)) -> Region<'a> {
        self.region(&[], |builder, _| {
            let emit = Emit::new(builder, false);
            body(&Code(&emit));
            emit.op("scf.yield").insert();
        })
    }

    /// An instruction of LLVM's.
    pub fn intrinsic(
        &self,
        name: &str,
        operands: &[Value<'a, 'a>],
        result: Type<'a>,
    ) -> Value<'a, 'a> {
        self.call_of_intrinsic(name, operands)
            .result(result)
            .value()
    }

    /// An instruction of LLVM's that has no result.
    pub fn command(&self, name: &str, operands: &[Value<'a, 'a>]) {
        self.call_of_intrinsic(name, operands).insert();
    }

    fn call_of_intrinsic(&self, name: &str, operands: &[Value<'a, 'a>]) -> OpBuilder<'a, '_> {
        let context = self.context();
        let segments = [operands.len() as i32, 0];
        self.op("llvm.call_intrinsic")
            .operands(operands)
            .attribute("intrin", StringAttribute::new(context, name))
            .attribute("op_bundle_sizes", DenseI32ArrayAttribute::new(context, &[]))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(context, &segments),
            )
    }

    /// The sum of the lanes of a vector of i32.
    pub fn sum_of_lanes(&self, vector: Value<'a, 'a>) -> Value<'a, 'a> {
        self.op("vector.reduction")
            .operand(vector)
            .parsed("kind", "#vector.kind<add>")
            .result(self.integer(32))
            .value()
    }

    /// Memory of one dimension that is freed by [`Code::free`].
    pub fn allocate(&self, count: Value<'a, 'a>, element: Type<'a>) -> Value<'a, 'a> {
        self.op("memref.alloc")
            .operand(count)
            .parsed("operandSegmentSizes", "array<i32: 1, 0>")
            .parsed("alignment", "64 : i64")
            .result(self.memory(element))
            .value()
    }

    /// As many bytes of the function's own, which are gone when it returns. Within a loop
    /// each round has others.
    pub fn allocate_on_stack(&self, bytes: i64) -> Value<'a, 'a> {
        let bytes = self
            .op("memref.alloca")
            .parsed("operandSegmentSizes", "array<i32: 0, 0>")
            .parsed("alignment", "64 : i64")
            .result(MemRefType::contiguous(self.integer(8), &[bytes], None))
            .value();
        self.op("memref.cast")
            .operand(bytes)
            .result(self.memory(self.integer(8)))
            .value()
    }

    /// The address of an element of so many bytes.
    pub fn pointer(
        &self,
        memory: Value<'a, 'a>,
        index: Value<'a, 'a>,
        bytes: i64,
    ) -> Value<'a, 'a> {
        let begin = self
            .op("memref.extract_aligned_pointer_as_index")
            .operand(memory)
            .result(self.index_type())
            .value();
        let address = self
            .op("arith.index_cast")
            .operand(self.add(begin, self.times(index, bytes)))
            .result(self.integer(64))
            .value();
        self.op("llvm.inttoptr")
            .operand(address)
            .result(self.named_type("!llvm.ptr"))
            .value()
    }

    /// Asks for bytes that are read soon, or that may not be there.
    pub fn prefetch(&self, memory: Value<'a, 'a>, index: Value<'a, 'a>) {
        self.op("llvm.intr.prefetch")
            .operand(self.pointer(memory, index, 1))
            .parsed("rw", "0 : i32")
            .parsed("hint", "3 : i32")
            .parsed("cache", "1 : i32")
            .insert();
    }

    /// Frees what was allocated.
    pub fn free(&self, memory: Value<'a, 'a>) {
        self.op("memref.dealloc").operand(memory).insert();
    }

    /// The type of memory of one dimension.
    pub fn memory(&self, element: Type<'a>) -> Type<'a> {
        MemRefType::contiguous(element, &[DYNAMIC], None).into()
    }

    /// The value of a constant multiple.
    pub fn times(&self, value: Value<'a, 'a>, factor: i64) -> Value<'a, 'a> {
        self.mul(value, self.index(factor))
    }

    /// A division of sizes.
    pub fn divided(&self, value: Value<'a, 'a>, by: i64) -> Value<'a, 'a> {
        self.apply("arith.divui", &[value, self.index(by)])
    }

    /// What a division of sizes leaves.
    pub fn remainder(&self, value: Value<'a, 'a>, by: i64) -> Value<'a, 'a> {
        self.apply("arith.remui", &[value, self.index(by)])
    }
}
