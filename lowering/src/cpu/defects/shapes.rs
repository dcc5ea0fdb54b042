//! Reshapes of tensors that have no elements.

use super::views::groups;
use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{
    ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{build_before, name_of};

/// A collapse of a size of 0 and dynamic ones to one size → an empty tensor.
pub fn collapse_of_none(operation: OperationRef<'_, '_>) {
    if name_of(operation) != "tensor.collapse_shape" {
        return;
    }
    let (Ok(source), Some(groups)) = (operation.operand(0), groups(operation)) else {
        return;
    };
    let Some(r#type) = TensorType::new(source.r#type()) else {
        return;
    };
    let has = |group: &[usize], size| group.iter().any(|&at| r#type.shape[at] == size);
    if !groups
        .iter()
        .any(|group| has(group, 0) && has(group, DYNAMIC))
    {
        return;
    }
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        let sizes = emit.sizes(source);
        let product = |group: &Vec<usize>| {
            let of_group = group.iter().map(|&at| sizes[at]);
            of_group.fold(Size::Static(1), |product, size| {
                emit.multiply(product, size)
            })
        };
        let collapsed: Vec<_> = groups.iter().map(product).collect();
        builder.replace(operation, &[emit.empty(&collapsed, r#type.element)]);
    });
}
