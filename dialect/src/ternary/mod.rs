//! Linear layers with ternary weights.

mod accumulate;
mod algebra;
mod bit_linear;
mod linear;
mod quantize;
mod storage;
mod zero_rows;
mod zero_vector;

pub use linear::is_unrounded_sum;
pub use storage::stored_constant;
pub use zero_rows::stored_rows;
