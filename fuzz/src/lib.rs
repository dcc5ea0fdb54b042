//! Random modules through every stage of the compiler, and mutated files
//! through the parser and the verifiers. `docs/robustness.md` says what is
//! checked.

pub mod case;
pub mod check;
pub mod function;
pub mod inference;
pub mod job;
pub mod mutate;
pub mod op;
pub mod ops;
mod parts;
pub mod process;
pub mod random;
pub mod reduce;
pub mod stack;
pub mod structure;
pub mod supervisor;
pub mod value;
pub mod worker;
