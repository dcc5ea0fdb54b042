//! What ops take: their work from their equations, and the time that a target needs
//! for it, by the roofline model (Williams, Waterman, Patterson, 2009).
//!
//! | file | what it says |
//! | --- | --- |
//! | `sizes` | what is supposed of tensors, where their types leave it open |
//! | `work` | kinds of work, and the bytes that are moved |
//! | `ops` | the work of each op |
//! | `sequence` | that of linear recurrences |
//! | `tile` | how a kernel cuts an op, and what that takes |
//! | `estimate` | the time of an op on a profile, for each way to compute it |

mod estimate;
mod ops;
mod sequence;
mod sizes;
mod tile;
mod work;

pub use estimate::{Constraints, Estimate, UNCERTAINTY};
pub use ops::{Form, elementwise, ternary_weights, trips};
pub use sizes::{Extent, Sizes};
pub use work::{Kind, Work};
