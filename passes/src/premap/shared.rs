//! One storage for weights that several layers read in tiles, such as those of a function of
//! many tokens and of one that goes on with one: a second copy would take more memory, which
//! is what the smaller kind of tiles saves.

use super::plan::{Goal, settled};
use crate::cost::{Estimate, ternary_weights};
use fidelity_dialect::{Storage, constant_value};
use melior::ir::{AttributeLike, operation::OperationRef};
use ods_bridge::{Diagnostic, operations_within};
use std::collections::HashMap;

/// The storages of layers, by the address of each, that share constants and would have them
/// in tiles of different kinds: that with which all of them together are the fastest.
///
/// # Errors
///
/// When what stands as a mapping is none.
pub fn storages<'a>(
    module: OperationRef<'a, 'a>,
    goal: &Goal<'_>,
    model: f64,
) -> Result<HashMap<usize, Storage>, Diagnostic<'a>> {
    let mut layers: HashMap<usize, Vec<(usize, Vec<Estimate>)>> = HashMap::new();
    for operation in operations_within(module) {
        let Some(constant) = ternary_weights(operation).and_then(constant_value) else {
            continue;
        };
        let settled = settled(operation, goal)?;
        let ways = Estimate::all(operation, goal.profile, goal.sizes, model, &settled);
        if first_storage(&ways).is_some_and(Storage::is_tiled) {
            let layers = layers.entry(constant.to_raw().ptr.addr()).or_default();
            layers.push((operation.to_raw().ptr.addr(), ways));
        }
    }
    let mut storages = HashMap::new();
    for layers in layers.into_values() {
        let wanted = layers.iter().filter_map(|(_, ways)| first_storage(ways));
        let wanted: Vec<_> = wanted.collect();
        // They agree, each about how: a measurement may have told.
        if wanted.windows(2).all(|pair| pair[0] == pair[1]) {
            continue;
        }
        let seconds = |storage| {
            let of_layer = |(_, ways): &(_, Vec<Estimate>)| {
                let mut ways = ways.iter().filter(|way| way.storage == Some(storage));
                ways.next().map(Estimate::seconds)
            };
            layers.iter().map(of_layer).sum::<Option<f64>>()
        };
        let best = wanted
            .into_iter()
            .filter_map(|storage| Some((seconds(storage)?, storage)))
            .min_by(|(a, _), (b, _)| a.total_cmp(b));
        if let Some((_, storage)) = best {
            storages.extend(layers.iter().map(|&(layer, _)| (layer, storage)));
        }
    }
    Ok(storages)
}

fn first_storage(ways: &[Estimate]) -> Option<Storage> {
    ways.first().and_then(|way| way.storage)
}
