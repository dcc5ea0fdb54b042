//! The smallest complete dialect in Rust: each thing that the bridge offers,
//! once.
//!
//! `include/toy/ToyOps.td` and `include/toy/ToyPasses.td` say what there is;
//! the modules here say what it means. `docs/a-dialect-in-rust.md` walks
//! through both.

#[allow(clippy::all, missing_docs)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/toy.rs"));
    include!(concat!(env!("OUT_DIR"), "/passes.rs"));
}

mod clamp;
mod constant;
mod divide;
mod faulty;
mod label;
mod number;
mod outer;
mod quantity;
mod scale;
mod sum;
mod to_arith;
mod upgrade;

pub use generated::*;
