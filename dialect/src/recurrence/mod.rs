//! What the sequence ops decompose to.

mod loops;
mod op;

pub use loops::Loops;
