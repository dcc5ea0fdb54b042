//! What becomes of an op's mapping when other ops take its place.

use fidelity_dialect::{MAPPING, MappingAttr, Recurrence, TernaryLinear};
use melior::ir::{
    TypeLike, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{OpView, context_of, name_of, previous_in_block, set_attribute};

/// Whether an op makes a tensor, from others.
fn has_tensor(operation: OperationRef<'_, '_>) -> bool {
    let mut results = operation.results();
    operation.operand_count() > 0 && results.any(|it| it.r#type().is_ranked_tensor())
}

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
        // What is no computation, on no tensor or only of its shape, is where it is used.
        let is_support = name.starts_with("tensor.") || !has_tensor(made);
        if !is_support && (has_place || has_tile) {
            set_attribute(made, MAPPING, place(has_tile).into());
        }
    }
}
