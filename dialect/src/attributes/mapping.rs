//! How an op is to be computed on a target.

use crate::{MappingAttr, Storage, VerifyMappingAttr};
use melior::ir::{
    attribute::{DenseI64ArrayAttribute, StringAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, string_value};

/// The attribute of an op that holds its mapping.
pub const MAPPING: &str = "fidelity.mapping";

impl<'a> VerifyMappingAttr<'a> for MappingAttr<'a> {
    fn verify(
        _kernel: Option<StringAttribute<'a>>,
        _storage: Option<Storage>,
        chunk: Option<i64>,
        tile: Option<DenseI64ArrayAttribute<'a>>,
        group: Option<i64>,
        device: Option<StringAttribute<'a>>,
    ) -> Result<(), Diagnostic<'a>> {
        // C1, C2
        for (name, number) in [("chunk", chunk), ("group", group)] {
            if let Some(number) = number.filter(|&number| number < 0) {
                return Err(Diagnostic::expected(
                    format!("{name} of at least 0"),
                    number,
                ));
            }
        }
        // C3
        if device.is_some_and(|device| string_value(device).is_empty()) {
            return Err(Diagnostic::expected("the name of a device", "\"\""));
        }
        if let Some(tile) = tile {
            let sizes = sizes_of(tile);
            // C4
            if !matches!(sizes.len(), 1 | 3) {
                return Err(Diagnostic::expected("a tile of 1 or 3 sizes", sizes.len()));
            }
            // C5
            if let Some(&size) = sizes.iter().find(|&&size| size < 1) {
                return Err(Diagnostic::expected("sizes of a tile of at least 1", size));
            }
        }
        Ok(())
    }
}

impl<'a> MappingAttr<'a> {
    /// The sizes of the tile, if it says one.
    pub fn tile_sizes(&self) -> Option<Vec<i64>> {
        self.tile().map(sizes_of)
    }
}

fn sizes_of(tile: DenseI64ArrayAttribute<'_>) -> Vec<i64> {
    (0..tile.len())
        .filter_map(|at| tile.element(at).ok())
        .collect()
}

/// The mapping of an op, if it has one.
///
/// # Errors
///
/// When the attribute is of another kind.
pub fn mapping_of<'a>(
    operation: OperationRef<'a, 'a>,
) -> Result<Option<MappingAttr<'a>>, Diagnostic<'a>> {
    let Ok(attribute) = operation.attribute(MAPPING) else {
        return Ok(None);
    };
    match MappingAttr::cast(attribute) {
        Some(mapping) => Ok(Some(mapping)),
        None => Err(Diagnostic::expected(
            format!("{MAPPING} to be a #fidelity.mapping"),
            attribute,
        )
        .at(operation.location())),
    }
}
