//! Every op of the dialect evaluated naively, as the executable specification.
//!
//! A function here is the equation in the op's description and nothing more:
//! no fast path, and no code shared with a lowering or with MLIR. Operands are
//! [`Tensor`]s that have the op's logical shapes; a packed weight is unpacked
//! first ([`storage`]).
//!
//! Values between operands and results are f64, or [`Complex`] pairs of it,
//! standing for exact arithmetic; a result is rounded once, to its element type, when its tensor
//! is made. Compiled code keeps most of these values in f32, so it agrees with
//! the reference to within rounding, not bit for bit; [`compare`] measures by
//! how much. An op on integers alone is exact in both.
//!
//! Sizes are known here, so what the ops check at run time is an [`Error`].
//!
//! ```
//! use fidelity_reference::{ElementType, Tensor, ternary};
//!
//! let x = Tensor::from_floats(ElementType::F32, [3], vec![1.0, 2.0, 4.0])?;
//! let w = Tensor::from_integers(ElementType::I8, [2, 3], vec![1, 0, -1, 1, 1, 1])?;
//! let y = ternary::ternary_linear(&x, &w, None, None)?;
//! assert_eq!(y.to_string(), "tensor<2xf32>");
//! assert_eq!(y.floats(), Some(&[-3.0, 7.0][..]));
//! # Ok::<(), fidelity_reference::Error>(())
//! ```

mod complex;
mod element_type;
mod error;
mod keyword;
mod number;
mod operand;
mod shape;
mod tensor;
mod whole_file;

pub mod attention;
pub mod compare;
pub mod convolution;
pub mod elementwise;
pub mod norm;
pub mod npy;
pub mod recurrence;
pub mod recurrent;
pub mod routing;
pub mod state_space;
pub mod storage;
pub mod ternary;

pub use complex::Complex;
pub use element_type::ElementType;
pub use error::Error;
pub use tensor::{Data, Tensor};
pub use whole_file::write_whole;
