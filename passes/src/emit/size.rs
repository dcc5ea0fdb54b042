//! Arithmetic of sizes, done at once where they are known.

use super::{Emit, Size};

impl<'a> Emit<'a, '_> {
    /// The sum of two sizes.
    pub fn sum_of(&self, lhs: Size<'a>, rhs: Size<'a>) -> Size<'a> {
        self.combine("arith.addi", lhs, rhs, |lhs, rhs| lhs + rhs)
    }

    /// The difference of two sizes, of which the first is not less.
    pub fn difference(&self, lhs: Size<'a>, rhs: Size<'a>) -> Size<'a> {
        self.combine("arith.subi", lhs, rhs, |lhs, rhs| lhs - rhs)
    }

    /// The product of two sizes.
    pub fn multiply(&self, lhs: Size<'a>, rhs: Size<'a>) -> Size<'a> {
        self.combine("arith.muli", lhs, rhs, |lhs, rhs| lhs * rhs)
    }

    /// The lesser of two sizes.
    pub fn minimum(&self, lhs: Size<'a>, rhs: Size<'a>) -> Size<'a> {
        self.combine("arith.minsi", lhs, rhs, i64::min)
    }

    /// The greater of two sizes.
    pub fn maximum(&self, lhs: Size<'a>, rhs: Size<'a>) -> Size<'a> {
        self.combine("arith.maxsi", lhs, rhs, i64::max)
    }

    /// How many parts of `part` a size has, the last one being the rest.
    pub fn ceil_div(&self, size: Size<'a>, part: i64) -> Size<'a> {
        let with_rest = self.sum_of(size, Size::Static(part - 1));
        self.quotient(with_rest, Size::Static(part))
    }

    /// How many times the second size, which is at least 1, goes into the first.
    pub fn quotient(&self, lhs: Size<'a>, rhs: Size<'a>) -> Size<'a> {
        self.combine("arith.divsi", lhs, rhs, |lhs, rhs| lhs / rhs)
    }

    fn combine(
        &self,
        op: &str,
        lhs: Size<'a>,
        rhs: Size<'a>,
        known: impl FnOnce(i64, i64) -> i64,
    ) -> Size<'a> {
        match (lhs, rhs) {
            (Size::Static(lhs), Size::Static(rhs)) => Size::Static(known(lhs, rhs)),
            _ => Size::Dynamic(self.apply(op, &[self.size_value(lhs), self.size_value(rhs)])),
        }
    }
}
