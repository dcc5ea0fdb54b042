//! `fidelity-cpu-avoid-defects`.

mod shapes;
mod views;
mod writes;

use crate::FidelityCpuAvoidDefects;
use fidelity_dialect::{TensorType, constant_value};
use melior::ir::{
    Attribute, BlockLike, RegionLike, Value, ValueLike,
    attribute::{ArrayAttribute, DenseI32ArrayAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    DenseResource, Diagnostic, Pass, PassContext, complex_element, context_of, indexing_maps_of,
    name_of, operations_within, set_attribute, set_operands,
};
use std::{collections::HashMap, fmt::Write};

impl Pass for FidelityCpuAvoidDefects {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let operations = operations_within(operation);
        let uses = Uses::of(&operations);
        for nested in operations {
            unshare_blob(nested);
            read_as_input(nested, &uses);
            // What one of them replaces is gone.
            let _is_replaced = shapes::collapse_of_none(nested)
                || shapes::slice_of_none(nested)
                || shapes::pad_of_none(nested)
                || views::reinterpret(nested)
                || writes::write_of_part(nested);
        }
        Ok(())
    }
}

/// A constant of rank 0, or of complex numbers, whose elements are a blob → the elements
/// in the code.
fn unshare_blob<'a>(operation: OperationRef<'a, 'a>) {
    // Asking any op for a result would print the ones that have none, with all
    // that is in them, into an error that nobody reads.
    if name_of(operation) != "arith.constant" {
        return;
    }
    let Ok(value) = operation.result(0).map(Value::from) else {
        return;
    };
    let defect = TensorType::new(value.r#type())
        .filter(|tensor| tensor.rank() == 0 || complex_element(tensor.element).is_some());
    let blob = constant_value(value).and_then(DenseResource::cast);
    let (Some(_), Some(bytes)) = (defect, blob.and_then(|blob| blob.data())) else {
        return;
    };
    let mut text = "dense<\"0x".to_owned();
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    let _ = write!(text, "\"> : {}", value.r#type());
    let context = context_of(operation.context());
    if let Some(dense) = Attribute::parse(context, &text) {
        set_attribute(operation, "value", dense);
    }
}

/// Which operands a value is.
struct Uses<'a>(HashMap<usize, Vec<(OperationRef<'a, 'a>, usize)>>);

impl<'a> Uses<'a> {
    fn of(operations: &[OperationRef<'a, 'a>]) -> Self {
        let mut uses: HashMap<usize, Vec<_>> = HashMap::new();
        for &operation in operations {
            for (index, operand) in operation.operands().enumerate() {
                let key = operand.to_raw().ptr as usize;
                uses.entry(key).or_default().push((operation, index));
            }
        }
        Self(uses)
    }

    /// The only operand that a result of an op is.
    fn only(&self, operation: OperationRef<'a, 'a>) -> Option<(OperationRef<'a, 'a>, usize)> {
        let mut uses = operation
            .results()
            .filter_map(|result| self.0.get(&(result.to_raw().ptr as usize)))
            .flatten();
        match (uses.next(), uses.next()) {
            (Some(only), None) => Some(*only),
            _ => None,
        }
    }
}

/// generic ins(…) outs(%s) that reads s in parallel loops → generic ins(…, %s)
/// outs(%s) that does not read the output. So for each of several outputs.
///
/// Not where no op with more loops can follow, so that what is computed in
/// place stays there: the fusion leaves alone what is used twice, in a region's
/// end, as an output or in a larger tensor.
fn read_as_input<'a>(operation: OperationRef<'a, 'a>, uses: &Uses<'a>) {
    let outputs = operation.result_count();
    if name_of(operation) != "linalg.generic" || outputs == 0 {
        return;
    }
    let Some(maps) = indexing_maps_of(operation) else {
        return;
    };
    let Some(body) = operation.region(0).ok().and_then(|body| body.first_block()) else {
        return;
    };
    let inputs = maps.len() - outputs;
    // Each loop indexes a dimension of an output: none carries a sum.
    let is_parallel = maps[inputs..].iter().all(|map| map.is_permutation());
    let elements: Vec<_> = (inputs..maps.len())
        .filter_map(|index| body.argument(index).map(Value::from).ok())
        .collect();
    let reads_output = elements
        .iter()
        .any(|element| uses.0.contains_key(&(element.to_raw().ptr as usize)));
    let is_fused = uses
        .only(operation)
        .is_some_and(|(user, index)| may_be_fused(user, index));
    if !is_parallel || !reads_output || !is_fused {
        return;
    }
    let context = context_of(operation.context());
    let mut operands: Vec<Value<'a, 'a>> = operation.operands().collect();
    let Some(mut listed) = operation
        .attribute("indexing_maps")
        .ok()
        .and_then(|maps| ArrayAttribute::try_from(maps).ok())
        .map(|maps| -> Vec<Attribute<'a>> {
            (0..maps.len())
                .filter_map(|index| maps.element(index).ok())
                .collect()
        })
    else {
        return;
    };
    // What were the outputs are inputs now.
    listed.extend_from_within(inputs..);
    operands.extend_from_within(inputs..);
    for element in elements {
        body.add_argument(element.r#type(), operation.location());
    }
    set_operands(operation, &operands);
    set_attribute(
        operation,
        "indexing_maps",
        ArrayAttribute::new(context, &listed).into(),
    );
    let segments = [inputs + outputs, outputs].map(|count| count as i32);
    set_attribute(
        operation,
        "operandSegmentSizes",
        DenseI32ArrayAttribute::new(context, &segments).into(),
    );
}

/// Whether an op that takes a tensor as that operand may become one with what
/// made the tensor.
fn may_be_fused<'a>(user: OperationRef<'a, 'a>, operand: usize) -> bool {
    match name_of(user) {
        "tensor.insert_slice" | "scf.yield" | "func.return" | "func.call" => false,
        "linalg.generic" => operand + user.result_count() < user.operand_count(),
        _ => true,
    }
}
