//! The fidelity dialect: ops, attributes, verifiers, folders.
//!
//! The .td files in `include/fidelity/IR` say what there is; the modules here
//! say what it means, one per family, each with the traits of `ods-bridge`
//! that the .td declares. Constraint labels (C1, C2, …) are those of the .td.

// The generated code comes first: its types are used by every module.
#[allow(clippy::all, missing_docs)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/fidelity.rs"));
}

pub use generated::*;

mod attention;
mod attributes;
mod bytecode;
mod canonicalize;
mod constant;
mod convolution;
mod elementwise;
pub mod interpreter;
mod norm;
mod recurrence;
mod recurrent;
mod routing;
mod shape;
mod state_space;
mod ternary;
mod tiling;
mod unit;

pub use attributes::{MAPPING, mapping_of, storage_of, stored_as};
pub use canonicalize::{cast_to, constant, meet};
pub use constant::{constant_value, dense, index_value, known_splat, numbers, splat, splat_number};
pub use recurrence::Loops;
pub use shape::{DYNAMIC, TensorType};
pub use ternary::{is_unrounded_sum, stored_constant, stored_rows};
