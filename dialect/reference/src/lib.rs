//! Every op of the dialect evaluated naively, as the executable specification.
//!
//! A function here is the equation in the op's description and nothing more:
//! no fast path, and no code shared with a lowering or with MLIR. Operands are
//! [`Tensor`]s that have the op's logical shapes; a packed weight is unpacked
//! first ([`storage`]).
//!
//! Values between operands and results are f64, standing for exact
//! arithmetic; a result is rounded once, to its element type, when its tensor
//! is made. Compiled code keeps most of these values in f32, so it agrees with
//! the reference to within rounding, not bit for bit; [`compare`] measures by
//! how much. An op on integers alone is exact in both.
//!
//! Sizes are known here, so what the ops check at run time is an [`Error`].

mod element_type;
mod error;
mod keyword;
mod shape;
mod tensor;

pub mod compare;
pub mod npy;
pub mod storage;

pub use element_type::ElementType;
pub use error::Error;
pub use tensor::{Data, Tensor};
