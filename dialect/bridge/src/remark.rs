//! What an optimisation did, did not do, or found, for those who ask.
//!
//! These go to MLIR's remark engine, which says nothing unless it is told to:
//! `--remarks-filter=<regex>` of any `mlir-opt` shows the remarks of a category, and
//! `--remark-format=yaml` writes them to a file. The category is the name of the pass;
//! the name says which optimisation. MLIR keeps both, hence `'static`.

use crate::{ffi, ffi::string_ref};
use melior::ir::Location;

/// An optimisation was made.
pub fn passed(location: Location<'_>, category: &'static str, name: &'static str, message: &str) {
    emit(0, location, category, name, message);
}

/// There was something to gain, but it was not legal or did not pay.
pub fn missed(location: Location<'_>, category: &'static str, name: &'static str, message: &str) {
    emit(1, location, category, name, message);
}

/// What was found, without an outcome.
pub fn analysis(location: Location<'_>, category: &'static str, name: &'static str, message: &str) {
    emit(2, location, category, name, message);
}

fn emit(
    kind: i32,
    location: Location<'_>,
    category: &'static str,
    name: &'static str,
    message: &str,
) {
    // SAFETY: MLIR copies the message; the other texts are never freed.
    unsafe {
        ffi::odsBridgeOptimizationRemark(
            kind,
            location.to_raw(),
            string_ref(category),
            string_ref(name),
            string_ref(message),
        );
    }
}
