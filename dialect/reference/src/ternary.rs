//! Linear layers with ternary weights, `FidelityTernaryOps.td`.
//!
//! Weights are i8 tensors `[N, K]`, one row per output feature; a packed one
//! goes through [`unpack`] first. A weight that is not a trit counts by its
//! sign, and one that is 0 adds nothing, not even the NaN that 0 · ∞ would be.

mod bit_linear;
mod linear;
mod quantize;

pub use bit_linear::bit_linear;
pub use linear::{ternary_accumulate, ternary_linear};
pub use quantize::{quantize_activations, ternarize};

use crate::keyword::keywords;
use crate::operand::Op;
use crate::storage::{self, Storage};
use crate::{ElementType, Error, Tensor};

/// The type a sum is kept in.
///
/// The reference sums in f64 whichever is named: the choice moves compiled
/// code's rounding, not the value that it rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accumulator {
    /// IEEE 754 binary32.
    F32,
    /// IEEE 754 binary64.
    F64,
    /// The 80 bits of x87.
    F80,
    /// IEEE 754 binary128.
    F128,
    /// 32 bits, two's complement.
    I32,
}

keywords!(Accumulator {
    F32 = "f32",
    F64 = "f64",
    F80 = "f80",
    F128 = "f128",
    I32 = "i32"
});

/// What shares one scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// All weights.
    #[default]
    Tensor,
    /// The weights of a row.
    Row,
    /// Each run of `size` weights in a row.
    Group {
        /// Number of weights that share a scale.
        size: usize,
    },
}

/// `fidelity.zero_vector`: a vector of `size` zeros.
///
/// # Errors
/// When `element_type` is not a float type or the vector does not fit into
/// memory.
pub fn zero_vector(size: usize, element_type: ElementType) -> Result<Tensor, Error> {
    if !element_type.is_float() {
        return Err(Op("zero_vector").error("a float element type", element_type.to_string()));
    }
    Tensor::zeros(element_type, [size])
}

/// `fidelity.pack`: the bytes that hold the trits of `input` in a packed
/// storage, those of [`storage::pack`].
///
/// # Errors
/// When `storage` is dense, or `input` is not i8 or has no last dimension.
pub fn pack(input: &Tensor, storage: Storage) -> Result<Tensor, Error> {
    let op = Op("pack");
    op.bytes("input", input)?;
    op.last_dimension("input", input)?;
    match storage {
        Storage::Dense => Err(op.error("a packed `storage`", format!("`{storage}`"))),
        packed => storage::pack(input, packed),
    }
}

/// `fidelity.unpack`: the trits, `columns` to a row, of a packed storage's
/// bytes, as [`storage::unpack`] reads them.
///
/// # Errors
/// When `storage` is dense, or `bytes` does not hold rows of `columns` trits.
pub fn unpack(bytes: &Tensor, storage: Storage, columns: usize) -> Result<Tensor, Error> {
    match storage {
        Storage::Dense => {
            Err(Op("unpack").error("`input` to be stored packed", format!("`{storage}`")))
        }
        packed => storage::unpack(bytes, packed, columns),
    }
}
