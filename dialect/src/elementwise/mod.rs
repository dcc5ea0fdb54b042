//! Arithmetic and activations.

mod binary;
mod function;
mod swiglu;
mod unary;
