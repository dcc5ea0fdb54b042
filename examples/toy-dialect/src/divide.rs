//! `toy.divide`: whether an op may run where it did not run before.

use crate::{Divide, constant::constant};
use ods_bridge::Speculate;

impl Speculate for Divide<'_> {
    fn is_speculatable(&self) -> bool {
        constant(self.divisor()).is_some_and(|divisor| divisor != 0)
    }
}
