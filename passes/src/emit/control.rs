//! Loops and branches.

use super::{Emit, Part, Size, values_of};
use melior::ir::{Region, Type, Value, ValueLike};

impl<'a> Emit<'a, '_> {
    /// A loop from 0 to `count` that carries values; no loop for one iteration.
    pub fn for_loop(
        &self,
        count: Size<'a>,
        carried: &[Value<'a, 'a>],
        body: impl FnOnce(&Emit<'a, '_>, Value<'a, 'a>, &[Value<'a, 'a>]) -> Vec<Value<'a, 'a>>,
    ) -> Vec<Value<'a, 'a>> {
        if count == Size::Static(1) {
            return body(self, self.index(0), carried);
        }
        let mut types = vec![self.index_type()];
        types.extend(carried.iter().map(|value| value.r#type()));
        let region = self.region(&types, |builder, arguments| {
            let emit = Emit::new(builder, self.checks);
            let results = body(&emit, arguments[0], &arguments[1..]);
            emit.op("scf.yield").operands(&results).insert();
        });
        let mut op = self
            .op("scf.for")
            .operands(&[self.index(0), self.size_value(count), self.index(1)])
            .operands(carried)
            .region(region);
        for value in carried {
            op = op.result(value.r#type());
        }
        values_of(op.insert())
    }

    /// What `then` gives where a condition holds, `otherwise` where it does
    /// not; of the same types.
    pub fn when(
        &self,
        condition: Value<'a, 'a>,
        otherwise: &[Value<'a, 'a>],
        then: impl FnOnce(&Emit<'a, '_>) -> Vec<Value<'a, 'a>>,
    ) -> Vec<Value<'a, 'a>> {
        let types: Vec<_> = otherwise.iter().map(|value| value.r#type()).collect();
        self.either(condition, &types, then, |_| otherwise.to_vec())
    }

    /// What one thing gives where a condition holds, and another where it does not.
    pub fn either(
        &self,
        condition: Value<'a, 'a>,
        types: &[Type<'a>],
        then: impl FnOnce(&Emit<'a, '_>) -> Vec<Value<'a, 'a>>,
        otherwise: impl FnOnce(&Emit<'a, '_>) -> Vec<Value<'a, 'a>>,
    ) -> Vec<Value<'a, 'a>> {
        let then = self.branch(then);
        let otherwise = self.branch(otherwise);
        let mut op = self
            .op("scf.if")
            .operand(condition)
            .region(then)
            .region(otherwise);
        for &r#type in types {
            op = op.result(r#type);
        }
        values_of(op.insert())
    }

    fn branch(&self, body: impl FnOnce(&Emit<'a, '_>) -> Vec<Value<'a, 'a>>) -> Region<'a> {
        self.region(&[], |builder, _| {
            let emit = Emit::new(builder, self.checks);
            let results = body(&emit);
            emit.op("scf.yield").operands(&results).insert();
        })
    }

    /// Tensors of which each of `count` iterations, in any order and at once, changes a
    /// part of its own: the body gives all of them, and of which indices of which
    /// dimension the part is.
    pub fn for_all(
        &self,
        count: i64,
        tensors: &[Value<'a, 'a>],
        body: impl FnOnce(&Emit<'a, '_>, Value<'a, 'a>, &[Value<'a, 'a>]) -> Vec<Part<'a>>,
    ) -> Vec<Value<'a, 'a>> {
        let mut types = vec![self.index_type()];
        types.extend(tensors.iter().map(|value| value.r#type()));
        let region = self.region(&types, |builder, arguments| {
            let emit = Emit::new(builder, self.checks);
            let parts = body(&emit, arguments[0], &arguments[1..]);
            let slices: Vec<_> = (parts.iter())
                .map(|part| emit.range(part.tensor, part.dimension, part.offset, part.size))
                .collect();
            let sizes: Vec<_> = arguments[1..]
                .iter()
                .map(|&into| emit.sizes(into))
                .collect();
            let inserts = emit.region(&[], |builder, _| {
                let emit = Emit::new(builder, self.checks);
                let places = slices.iter().zip(&arguments[1..]).zip(sizes);
                for (((&slice, &into), sizes), part) in places.zip(&parts) {
                    emit.insert_part(slice, into, sizes, part);
                }
            });
            emit.op("scf.forall.in_parallel").region(inserts).insert();
        });
        let mut op = self
            .op("scf.forall")
            .operands(tensors)
            .parsed("staticLowerBound", "array<i64: 0>")
            .parsed("staticUpperBound", &format!("array<i64: {count}>"))
            .parsed("staticStep", "array<i64: 1>")
            .parsed(
                "operandSegmentSizes",
                &format!("array<i32: 0, 0, 0, {}>", tensors.len()),
            )
            .region(region);
        for value in tensors {
            op = op.result(value.r#type());
        }
        values_of(op.insert())
    }
}
