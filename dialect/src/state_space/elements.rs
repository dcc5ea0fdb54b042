//! The element types of ops on real and complex operands.

use crate::shape::Operand;
use melior::ir::{Type, TypeLike};
use ods_bridge::{Diagnostic, complex_element, complex_of, context_of};

/// The element types that go with those of an op's real input.
pub struct Elements<'a> {
    like: Operand<'a>,
}

impl<'a> Elements<'a> {
    /// Those that go with an input's.
    pub fn new(like: &Operand<'a>) -> Self {
        Self { like: like.clone() }
    }

    /// The element type of real operands.
    pub fn real(&self) -> Type<'a> {
        self.like.r#type.element
    }

    /// The complex type that is computed in: nothing is kept in a narrower one.
    pub fn complex(&self) -> Type<'a> {
        let real = self.real();
        complex_of(if real.is_f64() {
            real
        } else {
            Type::float32(context_of(real.context()))
        })
    }

    /// Checks that an operand has one of the two types; gives whether it is
    /// complex.
    pub fn expect(&self, operand: &Operand<'a>) -> Result<bool, Diagnostic<'a>> {
        let element = operand.r#type.element;
        let is_complex = complex_element(element).is_some();
        self.expect_kind(operand, is_complex)?;
        Ok(is_complex)
    }

    /// Checks that an operand has the real or the complex type.
    pub fn expect_kind(
        &self,
        operand: &Operand<'a>,
        is_complex: bool,
    ) -> Result<(), Diagnostic<'a>> {
        let wanted = self.of_kind(is_complex);
        let element = operand.r#type.element;
        if element == wanted {
            return Ok(());
        }
        let error = Diagnostic::expected(
            format!("{} to have elements of type {wanted}", operand.name),
            element,
        );
        Err(error.note_value(self.like.name, self.like.value))
    }

    /// The real or the complex type.
    pub fn of_kind(&self, is_complex: bool) -> Type<'a> {
        if is_complex {
            self.complex()
        } else {
            self.real()
        }
    }
}
