//! How each op of the dialect is drawn: an entry says what its operands and
//! attributes are; the dialect itself infers the results. One file per family.

mod attention;
mod convolution;
mod core;
mod elementwise;
mod norm;
mod recurrent;
mod routing;
pub(crate) mod state_space;
mod ternary;

use crate::{function::Function, op::Op};

/// How an op is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The op's name, with the dialect's.
    pub name: &'static str,
    /// Draws one, with its operands.
    pub draw: fn(&mut Function<'_>, &'static str) -> Op,
}

/// The families.
const FAMILIES: &[&[Entry]] = &[
    attention::OPS,
    convolution::OPS,
    core::OPS,
    elementwise::OPS,
    norm::OPS,
    recurrent::OPS,
    routing::OPS,
    state_space::OPS,
    ternary::OPS,
];

/// How every op of the dialect is drawn.
pub fn entries() -> Vec<Entry> {
    FAMILIES.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_op_has_an_entry() {
        let drawn: BTreeSet<_> = entries().iter().map(|entry| entry.name).collect();
        let ops: BTreeSet<_> = fidelity_dialect::OP_NAMES.iter().copied().collect();
        pretty_assertions::assert_eq!(drawn, ops);
    }
}
