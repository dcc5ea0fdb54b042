//! `fidelity-erase-measures`: what is checked and then not needed.

use crate::FidelityEraseMeasures;
use fidelity_dialect::{Storage, TensorAttr, TensorType};
use melior::ir::{
    Attribute, AttributeLike, Type, TypeLike, ValueLike,
    attribute::DenseElementsAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    DenseResource, Diagnostic, Pass, PassContext, Retype, build_before, context_of, name_of,
    operations_within, retype,
};

impl Pass for FidelityEraseMeasures {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        retype(operation, &WithoutMeasures)?;
        for nested in operations_within(operation) {
            remove_cast(nested);
        }
        Ok(())
    }
}

struct WithoutMeasures;

impl Retype for WithoutMeasures {
    fn retype<'a>(&self, r#type: Type<'a>) -> Option<Type<'a>> {
        without_measures(r#type)
    }

    fn retype_attribute<'a>(&self, attribute: Attribute<'a>) -> Option<Attribute<'a>> {
        if let Some(encoding) = TensorAttr::cast(attribute) {
            let context = context_of(attribute.context());
            return Some(TensorAttr::new(context, &[], None, encoding.storage()).into());
        }
        // MLIR does not look for types in the type of a constant.
        let r#type = without_measures(ods_bridge::shaped_type_of(attribute)?)?;
        match DenseResource::cast(attribute) {
            Some(resource) => resource.with_type(r#type),
            None => Some(
                DenseElementsAttribute::try_from(attribute)
                    .ok()?
                    .reshape(r#type)
                    .into(),
            ),
        }
    }
}

/// A tensor type of the same shape and storage; `None` for a type that has no
/// encoding of ours.
pub(crate) fn without_measures(r#type: Type<'_>) -> Option<Type<'_>> {
    if !r#type.is_ranked_tensor() {
        return None;
    }
    let mut tensor = TensorType::new(r#type)?;
    let storage = tensor.encoding.and_then(TensorAttr::cast)?.storage();
    let context = context_of(r#type.context());
    tensor.encoding =
        (storage != Storage::Dense).then(|| TensorAttr::new(context, &[], None, storage).into());
    Some(tensor.to_type())
}

/// A cast that only changed measures is its operand.
fn remove_cast<'a>(operation: OperationRef<'a, 'a>) {
    if !matches!(
        name_of(operation),
        "tensor.cast" | "builtin.unrealized_conversion_cast"
    ) || operation.operand_count() != 1
        || operation.result_count() != 1
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
