//! `toy.clamp`: a verifier, and operands that may be absent.

use crate::{Clamp, constant::constant};
use melior::ir::ValueLike;
use ods_bridge::{Diagnostic, Verify};

impl<'a> Verify<'a> for Clamp<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        // C1
        if self.lower().is_none() && self.upper().is_none() {
            return Err(Diagnostic::expected("a bound", "none"));
        }
        // C2
        if let (Some(lower), Some(upper)) = (self.lower(), self.upper())
            && let (Some(low), Some(high)) = (constant(lower), constant(upper))
            && low > high
        {
            return Err(
                Diagnostic::expected(format!("a lower bound of at most {high}"), low)
                    .note(lower.location(), "the lower bound is here")
                    .note(upper.location(), "the upper bound is here"),
            );
        }
        Ok(())
    }
}
