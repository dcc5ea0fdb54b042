//! `fidelity-pack-weights`: constant weights under the storage that is chosen.

use crate::{FidelityPackWeights, tiled::has_kernel};
use fidelity_dialect::{
    BitLinear, Pack, Storage, TensorType, TernaryAccumulate, TernaryLinear, Unpack, constant_value,
    mapping_of, storage_of, stored_as, stored_constant,
};
use melior::ir::{
    Attribute, AttributeLike, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    DenseResource, Diagnostic, NoMatch, OpView, Pass, PassContext, build_before, defining_op,
    dense_bytes, erase, name_of, operations_within, remark, set_operands, uses_of,
};
use std::collections::HashMap;

const CATEGORY: &str = "fidelity-pack-weights";
const STORAGES: [Storage; 5] = [
    Storage::Dense,
    Storage::Packed2,
    Storage::Packed5,
    Storage::Tiled2,
    Storage::Tiled5,
];

/// The ops that decode weights where they use them.
const LAYERS: [&str; 3] = [
    TernaryLinear::NAME,
    TernaryAccumulate::NAME,
    BitLinear::NAME,
];
/// The number of the weights among the operands of each.
const WEIGHTS: usize = 1;

impl Pass for FidelityPackWeights {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let storage = STORAGES
            .into_iter()
            .find(|storage| storage.to_string() == self.storage)
            .ok_or_else(|| {
                Diagnostic::expected(
                    "storage to be dense, packed2, packed5, tiled2 or tiled5",
                    &self.storage,
                )
            })?;
        for nested in operations_within(operation) {
            mapping_of(nested)?;
        }
        let mut packing = Packing {
            pass,
            storage,
            kernels: self.kernels,
            made: HashMap::new(),
        };
        // A change of a change goes first, and the one below it is then unused.
        for nested in operations_within(operation).into_iter().rev() {
            if is_change(nested) {
                packing.fold_change(nested);
            }
        }
        for nested in operations_within(operation) {
            match name_of(nested) {
                "arith.constant" => packing.repack(nested),
                name if LAYERS.contains(&name) => expect_constant(nested),
                _ => {}
            }
        }
        Ok(())
    }
}

struct Packing<'a, 'p> {
    pass: &'p PassContext<'p>,
    storage: Storage,
    /// Whether only layers that have kernels are given it, which do not read them yet.
    kernels: bool,
    /// What was made of a constant for a type: functions that share weights go
    /// on to do so.
    made: HashMap<[usize; 2], Attribute<'a>>,
}

impl<'a> Packing<'a, '_> {
    /// The storage in which a layer wants its weights: that of its mapping, or else
    /// the pass's.
    fn chosen_for(&self, layer: OperationRef<'_, '_>, stored: Storage) -> Storage {
        // What is no mapping has been refused.
        let mapping = mapping_of(layer).ok().flatten();
        let is_read = has_kernel(layer, stored) || !has_kernel(layer, self.storage);
        let default = match self.kernels && is_read {
            true => stored,
            false => self.storage,
        };
        mapping
            .and_then(|mapping| mapping.storage())
            .unwrap_or(default)
    }

    /// layer(x, unpack(w)) → layer(x, w), likewise for `pack`, and
    /// unpack(w), pack(w) → constant where others read them, of a constant w.
    fn fold_change(&mut self, change: OperationRef<'a, 'a>) {
        let Some(result) = change.result(0).ok().map(Value::from) else {
            return;
        };
        let source = source_of(result);
        let Some(constant) = constant_value(source) else {
            return;
        };
        for (user, index) in uses_of(result) {
            if reads_weights(user, index) {
                set_weights(user, source);
            }
        }
        if uses_of(result).is_empty() {
            erase(change);
        } else {
            match self.stored(constant, &TensorType::of(result)) {
                Ok(value) => build_before(change, |builder| {
                    let value = builder.op("arith.constant").attribute("value", value);
                    builder.replace(change, &[value.result(result.r#type()).value()]);
                }),
                Err(why) => return missed(change, &format!("{} stays: {why}", name_of(change))),
            }
        }
        erase_unused(source);
        self.pass
            .add_to_statistic(FidelityPackWeights::NUM_FOLDED, 1);
    }

    /// Gives the layers that read a constant as weights the storage that is
    /// chosen for each.
    fn repack(&mut self, constant: OperationRef<'a, 'a>) {
        let (Ok(value), Ok(attribute)) = (constant.result(0), constant.attribute("value")) else {
            return;
        };
        let value = Value::from(value);
        let (layers, others): (Vec<_>, Vec<_>) = uses_of(value)
            .into_iter()
            .partition(|&(user, index)| reads_weights(user, index));
        if layers.is_empty() {
            return;
        }
        let r#type = TensorType::of(value);
        let stored = storage_of(&r#type);
        let mut changes = Vec::new();
        for storage in STORAGES {
            let wants = |&layer: &_| self.chosen_for(layer, stored) == storage;
            let layers = layers.iter().map(|&(layer, _)| layer);
            let layers: Vec<_> = layers.filter(wants).collect();
            if storage != stored && !layers.is_empty() {
                changes.push((storage, layers));
            }
        }
        if changes.is_empty() {
            return;
        }
        if let Some(&(other, _)) = others.first() {
            // A second copy would take more memory, not less.
            self.pass.add_to_statistic(FidelityPackWeights::NUM_KEPT, 1);
            return missed(
                constant,
                &format!(
                    "the weights stay {stored}: '{}' reads them as they are stored",
                    name_of(other)
                ),
            );
        }
        for (storage, layers) in changes {
            if let Err(why) = self.give(constant, attribute, &r#type, storage, &layers) {
                self.pass.add_to_statistic(FidelityPackWeights::NUM_KEPT, 1);
                missed(constant, &format!("the weights stay {stored}: {why}"));
            }
        }
        erase_unused(value);
    }

    /// Gives layers the weights that a constant holds under a storage.
    fn give(
        &mut self,
        constant: OperationRef<'a, 'a>,
        attribute: Attribute<'a>,
        r#type: &TensorType<'a>,
        storage: Storage,
        layers: &[OperationRef<'a, 'a>],
    ) -> Result<(), NoMatch> {
        let new = stored_as(r#type, storage).ok_or("their encoding is of another dialect")?;
        let stored = self.stored(attribute, &new)?;
        let others = non_trits(attribute, r#type);
        if others > 0 {
            let message = format!("{others} weights are no trits and count by their signs");
            remark::analysis(constant.location(), CATEGORY, "signs", &message);
        }
        let value = build_before(constant, |builder| {
            let value = builder.op("arith.constant").attribute("value", stored);
            value.result(new.to_type()).value()
        });
        let [before, after] = [r#type, &new].map(bytes_of);
        for &layer in layers {
            set_weights(layer, value);
            let message = format!(
                "weights of {before} bytes, stored {}, take {after} bytes, stored {storage}",
                storage_of(r#type)
            );
            remark::passed(layer.location(), CATEGORY, "repacked", &message);
        }
        Ok(())
    }

    /// A constant under a type, made once for each.
    fn stored(
        &mut self,
        constant: Attribute<'a>,
        r#type: &TensorType<'a>,
    ) -> Result<Attribute<'a>, NoMatch> {
        let new = r#type.to_type();
        let key = [constant.to_raw().ptr.addr(), new.to_raw().ptr.addr()];
        if let Some(&made) = self.made.get(&key) {
            return Ok(made);
        }
        let made = stored_constant(constant, new)?;
        self.made.insert(key, made);
        let old = ods_bridge::shaped_type_of(constant).and_then(TensorType::new);
        for (statistic, bytes) in [
            (FidelityPackWeights::NUM_REPACKED, 1),
            (
                FidelityPackWeights::BYTES_BEFORE,
                old.as_ref().map_or(0, bytes_of),
            ),
            (FidelityPackWeights::BYTES_AFTER, bytes_of(r#type)),
        ] {
            self.pass.add_to_statistic(statistic, bytes);
        }
        Ok(made)
    }
}

fn is_change(operation: OperationRef<'_, '_>) -> bool {
    matches!(name_of(operation), Pack::NAME | Unpack::NAME)
}

/// The value that others are, but for their storage: what changes of storage
/// begin with that keep names and sizes.
fn source_of<'a>(mut value: Value<'a, 'a>) -> Value<'a, 'a> {
    let before = |value: Value<'a, 'a>| {
        let input = defining_op(value)
            .filter(|&op| is_change(op))?
            .operand(0)
            .ok()?;
        let given = TensorType::of(input);
        (stored_as(&TensorType::of(value), storage_of(&given)).as_ref() == Some(&given))
            .then_some(input)
    };
    while let Some(input) = before(value) {
        value = input;
    }
    value
}

/// Erases a constant that nothing reads any more.
fn erase_unused(value: Value<'_, '_>) {
    if let Some(operation) = defining_op(value).filter(|_| uses_of(value).is_empty()) {
        erase(operation);
    }
}

/// Whether an operand is the weights of a layer.
fn reads_weights(user: OperationRef<'_, '_>, operand: usize) -> bool {
    operand == WEIGHTS && LAYERS.contains(&name_of(user))
}

fn set_weights<'a>(layer: OperationRef<'a, 'a>, weights: Value<'a, 'a>) {
    let mut operands: Vec<Value<'a, 'a>> = layer.operands().collect();
    operands[WEIGHTS] = weights;
    set_operands(layer, &operands);
}

/// The bytes of a tensor of trits.
fn bytes_of(r#type: &TensorType<'_>) -> usize {
    let row = r#type.shape.last().map_or(1, |&last| last as usize);
    let rows = r#type.count().unwrap_or(0).checked_div(row).unwrap_or(0);
    rows * storage_of(r#type).row_bytes(row)
}

/// How many numbers of a constant that is written as such are no trits.
fn non_trits(constant: Attribute<'_>, r#type: &TensorType<'_>) -> usize {
    let count = |bytes: &[u8]| {
        let others = bytes.iter().filter(|byte| byte.wrapping_add(1) > 2);
        others.count()
    };
    if let Some(resource) = DenseResource::cast(constant) {
        let dense = storage_of(r#type) == Storage::Dense;
        return resource.data().filter(|_| dense).map_or(0, count);
    }
    dense_bytes(constant).map_or(0, |dense| match dense.is_splat {
        true => count(&dense.bytes) * r#type.count().unwrap_or(0),
        false => count(&dense.bytes),
    })
}

/// Says of a layer that its weights cannot be repacked because they are no
/// constant.
fn expect_constant(layer: OperationRef<'_, '_>) {
    if layer
        .operand(WEIGHTS)
        .is_ok_and(|weights| constant_value(weights).is_none())
    {
        missed(layer, "the weights stay as they are: they are no constant");
    }
}

fn missed(operation: OperationRef<'_, '_>, message: &str) {
    remark::missed(operation.location(), CATEGORY, "kept", message);
}
