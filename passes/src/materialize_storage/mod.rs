//! `fidelity-materialize-storage`: every encoded tensor gets its physical type.

mod slice;

use crate::FidelityMaterializeStorage;
use fidelity_dialect::{
    Storage, TensorAttr, TensorType, TernaryAccumulate, constant_value, storage_of,
};
use melior::ir::{
    Attribute, AttributeLike, BlockLike, RegionLike, Type, TypeLike, Value, ValueLike,
    attribute::{DenseElementsAttribute, IntegerAttribute, TypeAttribute},
    operation::{OperationLike, OperationRef},
    r#type::FunctionType,
};
use ods_bridge::{
    DenseResource, Diagnostic, OpView, Pass, PassContext, build_before, context_of, name_of,
    operations_within,
};

const CAST: &str = "builtin.unrealized_conversion_cast";

/// The type of what lies in memory for a tensor of that type: a type without
/// our encoding is its own. Of a function type, the one with physical inputs
/// and results.
pub fn physical_type(r#type: Type<'_>) -> Type<'_> {
    if let Ok(function) = FunctionType::try_from(r#type) {
        let types = |count: usize, get: &dyn Fn(usize) -> Option<_>| -> Vec<_> {
            (0..count).filter_map(get).map(physical_type).collect()
        };
        let inputs = types(function.input_count(), &|index| function.input(index).ok());
        let results = types(function.result_count(), &|index| {
            function.result(index).ok()
        });
        return FunctionType::new(context_of(r#type.context()), &inputs, &results).into();
    }
    let Some(mut tensor) = r#type
        .is_ranked_tensor()
        .then(|| TensorType::new(r#type))
        .flatten()
        .filter(|tensor| tensor.encoding.and_then(TensorAttr::cast).is_some())
    else {
        return r#type;
    };
    let storage = storage_of(&tensor);
    // The last dimension of a packed tensor is static.
    if storage != Storage::Dense
        && let Some(last) = tensor.shape.last_mut()
    {
        *last = storage.row_bytes(*last as usize) as i64;
    }
    tensor.encoding = None;
    tensor.to_type()
}

impl Pass for FidelityMaterializeStorage {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let mut operations = operations_within(operation);
        for &nested in &operations {
            check(nested)?;
        }
        // A size of a packed tensor is the logical one until here.
        operations.retain(|&nested| !fold_packed_dim(nested));
        // Likewise that of a slice, which is asked for before any type changes.
        let slices: Vec<_> = operations
            .iter()
            .filter_map(|&nested| Some((nested, slice::whole_of(nested)?)))
            .collect();
        for &nested in &operations {
            state_storage(nested);
        }
        for &nested in &operations {
            retype(nested)?;
        }
        for (nested, whole) in &slices {
            slice::materialize(*nested, whole);
        }
        for &nested in &operations {
            remove_cast(nested);
        }
        Ok(())
    }
}

/// The logical type of a value, if it is packed.
fn packed<'a>(value: Value<'a, 'a>) -> Option<TensorType<'a>> {
    TensorType::new(value.r#type()).filter(|tensor| storage_of(tensor) != Storage::Dense)
}

/// Checks that an op means the same on a packed tensor's physical type.
fn check<'a>(operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let name = name_of(operation);
    let at = |error: Diagnostic<'a>| Err(error.at(operation.location()));
    if is_stored_sum(operation) {
        return Ok(());
    }
    if fidelity_dialect::OP_NAMES.contains(&name) {
        return at(
            Diagnostic::expected("no op of the fidelity dialect", format!("'{name}'")).note(
                operation.location(),
                "convert-fidelity-to-linalg lowers the ops of the dialect",
            ),
        );
    }
    let dialect = name.split('.').next().unwrap_or_default();
    let passes_on = matches!(dialect, "builtin" | "cf" | "func" | "scf")
        || matches!(
            name,
            "arith.constant"
                | "arith.select"
                | "tensor.cast"
                | "tensor.dim"
                | "tensor.empty"
                | "ub.poison"
        )
        || slice::is_slice(operation);
    // Upstream a cast may change the encoding, which here would change what
    // the bytes mean.
    if name == "tensor.cast"
        && let (Ok(from), Ok(to)) = (operation.operand(0), operation.result(0))
    {
        let [stored, wanted] = [from, to.into()].map(|value| {
            TensorType::new(value.r#type()).map_or(Storage::Dense, |tensor| storage_of(&tensor))
        });
        if stored != wanted {
            return at(Diagnostic::expected(
                format!("a cast that keeps the storage {stored}"),
                wanted,
            ));
        }
    }
    if passes_on {
        return slice::check(operation);
    }
    let values = operation
        .operands()
        .chain(operation.results().map(Value::from));
    match values.into_iter().find(|&value| packed(value).is_some()) {
        None => Ok(()),
        Some(value) => at(Diagnostic::expected(
            "an op that only passes a packed tensor on",
            format!("'{name}'"),
        )
        .note_value("the packed tensor", value)),
    }
}

/// Whether an op is one that has a form on physical weights, and has such weights.
fn is_stored_sum(operation: OperationRef<'_, '_>) -> bool {
    TernaryAccumulate::cast(operation)
        .is_some_and(|op| op.storage().is_some() || packed(op.weights()).is_some())
}

/// Has such an op say the storage that its types say no more.
fn state_storage(operation: OperationRef<'_, '_>) {
    if let Some(op) = TernaryAccumulate::cast(operation)
        && let Some(weights) = packed(op.weights())
    {
        let storage = storage_of(&weights).to_attribute(context_of(operation.context()));
        ods_bridge::set_attribute(operation, "storage", storage);
    }
}

/// `tensor.dim` of a packed tensor's last dimension → its logical size.
fn fold_packed_dim<'a>(operation: OperationRef<'a, 'a>) -> bool {
    if name_of(operation) != "tensor.dim" {
        return false;
    }
    let (Ok(source), Ok(index)) = (operation.operand(0), operation.operand(1)) else {
        return false;
    };
    let Some(tensor) = packed(source) else {
        return false;
    };
    let last = tensor.rank() - 1;
    let size = tensor.shape[last];
    let known = constant_value(index)
        .and_then(|index| Some(IntegerAttribute::try_from(index).ok()?.value()));
    // The other sizes are those of the physical tensor.
    if known.is_some_and(|index| index != last as i64) {
        return false;
    }
    build_before(operation, |builder| {
        let index_type = Type::index(builder.context());
        let constant = |number: i64| {
            builder
                .op("arith.constant")
                .parsed("value", &format!("{number} : index"))
                .result(index_type)
                .value()
        };
        if known.is_some() {
            return builder.replace(operation, &[constant(size)]);
        }
        let is_last = builder
            .op("arith.cmpi")
            .parsed("predicate", "0 : i64")
            .operands(&[index, constant(last as i64)])
            .infer()
            .value();
        let physical = builder
            .op("tensor.dim")
            .operands(&[source, index])
            .result(index_type)
            .value();
        let selected = builder
            .op("arith.select")
            .operands(&[is_last, constant(size), physical])
            .result(index_type)
            .value();
        builder.replace(operation, &[selected]);
    });
    true
}

/// Gives an op's results, block arguments and attributes their physical types.
fn retype<'a>(operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    for result in operation.results() {
        result.set_type(physical_type(result.r#type()));
    }
    for region in operation.regions() {
        let mut next = region.first_block();
        while let Some(block) = next {
            for index in 0..block.argument_count() {
                if let Ok(argument) = block.argument(index) {
                    argument.set_type(physical_type(argument.r#type()));
                }
            }
            next = block.next_in_region();
        }
    }
    let attributes: Vec<_> = operation.attributes().collect();
    for (name, attribute) in attributes {
        let Some(attribute) =
            physical_attribute(attribute).map_err(|error| error.at(operation.location()))?
        else {
            continue;
        };
        if let Ok(name) = name.as_string_ref().as_str() {
            ods_bridge::set_attribute(operation, name, attribute);
        }
    }
    Ok(())
}

/// An attribute with physical types, if it had others.
fn physical_attribute<'a>(
    attribute: Attribute<'a>,
) -> Result<Option<Attribute<'a>>, Diagnostic<'a>> {
    // An attribute that is none would be printed into an error, large ones too.
    if attribute.is_type()
        && let Ok(r#type) = TypeAttribute::try_from(attribute)
    {
        let old = r#type.value();
        let new = physical_type(old);
        return Ok((new != old).then(|| TypeAttribute::new(new).into()));
    }
    let Some(old) = ods_bridge::shaped_type_of(attribute) else {
        return Ok(None);
    };
    let new = physical_type(old);
    if new == old {
        return Ok(None);
    }
    if let Some(resource) = DenseResource::cast(attribute) {
        check_blob(&resource, new)?;
        return Ok(resource.with_type(new));
    }
    let elements = DenseElementsAttribute::try_from(attribute)
        .map_err(|_| Diagnostic::expected("a dense or dense_resource constant", attribute))?;
    let logical = TensorType::new(old).ok_or_else(|| Diagnostic::expected("a tensor", old))?;
    let storage = storage_of(&logical);
    if storage == Storage::Dense {
        return Ok(Some(elements.reshape(new).into()));
    }
    let row = logical.shape.last().map_or(0, |&last| last as usize);
    if elements.is_splat()
        && let Some(byte) = splat_byte(storage, elements.i8_splat_value(), row)
    {
        return Ok(Some(DenseElementsAttribute::i8_splat(new, byte).into()));
    }
    let trits: Vec<i8> = (0..elements.len())
        .map(|index| elements.i8_element(index))
        .collect::<Result<_, _>>()
        .map_err(|error| Diagnostic::new(error.to_string()))?;
    let bytes: Vec<i8> = storage
        .pack(&trits, row)
        .into_iter()
        .map(u8::cast_signed)
        .collect();
    Ok(Some(DenseElementsAttribute::i8_values(new, &bytes).into()))
}

/// Checks that a blob has the bytes that its physical type asks for.
fn check_blob<'a>(resource: &DenseResource<'a>, r#type: Type<'a>) -> Result<(), Diagnostic<'a>> {
    let (Some(data), Some(tensor)) = (resource.data(), TensorType::new(r#type)) else {
        return Err(Diagnostic::expected(
            format!("the blob of dense_resource<{}>", resource.key()),
            "none",
        ));
    };
    let Some(bits) = ods_bridge::bit_width(tensor.element) else {
        return Ok(());
    };
    let bits = tensor.shape.iter().fold(u128::from(bits), |bits, &size| {
        bits.saturating_mul(size as u128)
    });
    let bytes = bits.div_ceil(8);
    if data.len() as u128 != bytes {
        return Err(Diagnostic::expected(
            format!("a blob of {bytes} bytes for {type}"),
            data.len(),
        ));
    }
    Ok(())
}

/// The byte that every byte of a packed splat is; `None` where the last byte of
/// a row is another.
fn splat_byte(storage: Storage, trit: i8, row: usize) -> Option<i8> {
    let bytes = storage.pack(&vec![trit; row], row);
    let &first = bytes.first()?;
    (bytes.iter().all(|&byte| byte == first)).then(|| first.cast_signed())
}

/// A cast between equal types is its operand.
fn remove_cast<'a>(operation: OperationRef<'a, 'a>) {
    if name_of(operation) != CAST || operation.operand_count() != 1 || operation.result_count() != 1
    {
        return;
    }
    let (Ok(source), Ok(result)) = (operation.operand(0), operation.result(0)) else {
        return;
    };
    if source.r#type() == result.r#type() {
        build_before(operation, |builder| builder.replace(operation, &[source]));
    }
}
