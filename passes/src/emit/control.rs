//! Loops and branches.

use super::{Emit, Size, values_of};
use melior::ir::{Value, ValueLike};

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
        let then = self.region(&[], |builder, _| {
            let emit = Emit::new(builder, self.checks);
            let results = then(&emit);
            emit.op("scf.yield").operands(&results).insert();
        });
        let other = self.region(&[], |builder, _| {
            builder.op("scf.yield").operands(otherwise).insert();
        });
        let mut op = self
            .op("scf.if")
            .operand(condition)
            .region(then)
            .region(other);
        for value in otherwise {
            op = op.result(value.r#type());
        }
        values_of(op.insert())
    }
}
