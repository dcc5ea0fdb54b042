//! What fusions leave behind: sizes that nothing asks for any more, and the same sizes
//! and indices once for each op that was made.

use super::rewrite::{address, attribute, replace_uses};
use melior::ir::{
    AttributeLike, BlockLike, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{erase, name_of, operations_within, users_of};
use std::collections::{HashMap, hash_map::Entry};

/// Erases sizes and indices that nothing uses, and those that are there twice in a block.
pub fn clear<'a>(operation: OperationRef<'a, 'a>) {
    let mut known = HashMap::new();
    let mut kept = Vec::new();
    for nested in operations_within(operation) {
        let Some(result) = size_or_index(nested) else {
            continue;
        };
        match known.entry(key(nested)) {
            Entry::Occupied(first) => {
                replace_uses(result, *first.get());
                erase(nested);
            }
            Entry::Vacant(place) => {
                place.insert(result);
                kept.push((nested, result));
            }
        }
    }
    // A size may have been the last use of an index.
    for (nested, result) in kept.into_iter().rev() {
        if users_of(result).is_empty() {
            erase(nested);
        }
    }
}

/// The result of an op that asks for a size, or is a constant index.
fn size_or_index<'a>(operation: OperationRef<'a, 'a>) -> Option<Value<'a, 'a>> {
    let result: Value<'a, 'a> = operation.result(0).ok()?.into();
    let is_one = match name_of(operation) {
        "tensor.dim" => true,
        "arith.constant" => result.r#type().is_index(),
        _ => false,
    };
    is_one.then_some(result)
}

/// What two ops have in common that give the same: the block, and what they are of.
fn key<'a>(operation: OperationRef<'a, 'a>) -> (usize, Vec<usize>) {
    let block = operation
        .block()
        .map_or(0, |block| block.to_raw().ptr as usize);
    let operands = operation
        .operands()
        .map(|operand| operand.to_raw().ptr as usize);
    let of: Vec<usize> = match attribute(operation, "value") {
        Some(value) => vec![value.to_raw().ptr as usize],
        None => operands.collect(),
    };
    match of.is_empty() {
        true => (block, vec![address(operation)]),
        false => (block, of),
    }
}
