//! Which values are weights.
//!
//! A weight must be an argument of the function: tt-mlir finds by that what to
//! keep in narrow blocks, and prepares it once. So weights that are constants
//! become arguments, whose values the launch description holds.

use super::types::Coding;
use fidelity_dialect::{BitLinear, Pack, TernaryLinear, Unpack, constant_value};
use melior::ir::{
    BlockLike, BlockRef, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{DenseResource, Diagnostic, OpView, defining_op, name_of};

/// The values from which weights come.
pub struct Weights<'a>(Vec<Value<'a, 'a>>);

impl<'a> Weights<'a> {
    /// Finds the weights of the layers in a block.
    ///
    /// # Errors
    ///
    /// When a weight is computed, or is more than a weight.
    pub fn of(block: BlockRef<'a, 'a>) -> Result<Self, Diagnostic<'a>> {
        let operations: Vec<OperationRef<'a, 'a>> =
            std::iter::successors(block.first_operation(), |operation| {
                operation.next_in_block()
            })
            .collect();
        let mut roots = Vec::new();
        for &operation in &operations {
            let Some(weights) = weights_operand(operation) else {
                continue;
            };
            let root = root(weights);
            if !root.is_block_argument() && constant_value(root).is_none() {
                return Err(Diagnostic::new(
                    "expected weights that are an argument or a constant, but got computed \
                     ones; compute them outside and pass them",
                )
                .at(operation.location())
                .note_value("weights", weights));
            }
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        let weights = Self(roots);
        for &operation in &operations {
            weights.check_uses(operation)?;
        }
        Ok(weights)
    }

    /// Dense weights are made trits outside, by their signs, so that nothing
    /// else may look at them.
    fn check_uses(&self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        if is_storage_change(operation) {
            return Ok(());
        }
        let weights = weights_operand(operation);
        for operand in operation.operands() {
            let root = root(operand);
            if Some(operand) != weights && self.contains(root) {
                return Err(Diagnostic::new(
                    "expected weights to be weights only, but got another use of them; \
                     pass them once more for it",
                )
                .at(operation.location())
                .note_value("weights", root));
            }
        }
        Ok(())
    }

    /// Whether a value is where weights come from.
    pub fn contains(&self, value: Value<'a, 'a>) -> bool {
        self.0.contains(&value)
    }

    /// The constants among them.
    pub fn constants(&self) -> impl Iterator<Item = Value<'a, 'a>> {
        self.0
            .iter()
            .copied()
            .filter(|value| !value.is_block_argument())
    }
}

/// The word for how elements come from those outside.
pub fn decode(
    value: Value<'_, '_>,
    coding: Option<Coding>,
    is_weight: bool,
) -> Option<&'static str> {
    match coding? {
        // The elements of a `dense` constant are not packed, whatever its type.
        Coding::Packed(_) if is_unpacked_constant(value) => Some("sign"),
        // A weight that is not a trit counts by its sign.
        Coding::Int8 if is_weight => Some("sign"),
        coding => Some(coding.keyword()),
    }
}

fn is_unpacked_constant(value: Value<'_, '_>) -> bool {
    constant_value(value).is_some_and(|value| DenseResource::cast(value).is_none())
}

fn weights_operand<'a>(operation: OperationRef<'a, 'a>) -> Option<Value<'a, 'a>> {
    TernaryLinear::cast(operation)
        .map(|op| op.weights())
        .or_else(|| BitLinear::cast(operation).map(|op| op.weights()))
}

/// Whether an op changes how trits are stored, which is nothing in TTIR.
pub fn is_storage_change(operation: OperationRef<'_, '_>) -> bool {
    [Pack::NAME, Unpack::NAME].contains(&name_of(operation))
}

/// Where a value comes from, through changes of storage.
fn root<'a>(value: Value<'a, 'a>) -> Value<'a, 'a> {
    let source = defining_op(value)
        .filter(|&operation| is_storage_change(operation))
        .and_then(|operation| operation.operand(0).ok());
    source.map_or(value, root)
}
