//! Random modules through every stage of the compiler, and mutated files
//! through the parser and the verifiers. `docs/robustness.md` says what is
//! checked.

pub mod case;
pub mod check;
pub mod function;
pub mod inference;
pub mod op;
pub mod ops;
pub mod random;
pub mod structure;
pub mod value;
