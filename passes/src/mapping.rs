//! What becomes of an op's mapping when other ops take its place.

use fidelity_dialect::{MAPPING, MappingAttr, Recurrence, TernaryLinear};
use melior::ir::operation::{OperationLike, OperationRef};
use ods_bridge::{OpView, context_of, name_of, previous_in_block, set_attribute};

/// Has the ops that an op becomes, those from after `before` on, computed where it is:
/// on its device, in its group, and those that its tile is for in that tile.
pub fn keep_place<'a>(
    operation: OperationRef<'a, 'a>,
    before: Option<OperationRef<'a, 'a>>,
    mapping: MappingAttr<'a>,
) {
    // That of a product is for products only, another one for what goes through rows.
    let tile_is_for = |name: &str| match mapping.tile_sizes().map(|sizes| sizes.len()) {
        Some(3) => name == TernaryLinear::NAME,
        Some(_) => matches!(name, Recurrence::NAME | "linalg.generic"),
        None => false,
    };
    let place = |has_tile: bool| {
        MappingAttr::new(
            context_of(operation.context()),
            None,
            None,
            None,
            mapping.tile().filter(|_| has_tile),
            mapping.group(),
            mapping.device(),
        )
    };
    let has_place = mapping.group().is_some() || mapping.device().is_some();
    let mut next = previous_in_block(operation);
    while let Some(made) = next.filter(|&made| Some(made) != before) {
        next = previous_in_block(made);
        let name = name_of(made);
        let has_tile = tile_is_for(name);
        // Constants and sizes are wherever they are used.
        let is_support = matches!(name, "arith.constant" | "tensor.empty" | "tensor.dim");
        if !is_support && (has_place || has_tile) {
            set_attribute(made, MAPPING, place(has_tile).into());
        }
    }
}
