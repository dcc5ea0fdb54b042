//! `fidelity-cpu-avoid-defects`.

mod views;

use crate::FidelityCpuAvoidDefects;
use fidelity_dialect::{TensorType, constant_value};
use melior::ir::{
    Attribute, BlockLike, RegionLike, Value, ValueLike,
    attribute::{ArrayAttribute, DenseI32ArrayAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    DenseResource, Diagnostic, Pass, PassContext, context_of, indexing_maps_of, name_of,
    operations_within, set_attribute, set_operands,
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
            unshare_scalar(nested);
            read_as_input(nested, &uses);
            views::reinterpret(nested);
        }
        Ok(())
    }
}

/// A constant of rank 0 whose element is a blob → the element in the code.
fn unshare_scalar<'a>(operation: OperationRef<'a, 'a>) {
    let Ok(value) = operation.result(0).map(Value::from) else {
        return;
    };
    let scalar = TensorType::new(value.r#type()).filter(|tensor| tensor.rank() == 0);
    let blob = constant_value(value).and_then(DenseResource::cast);
    let (Some(_), Some(bytes)) = (scalar, blob.and_then(|blob| blob.data())) else {
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

    /// The only operand that a value is.
    fn only(&self, value: Value<'a, 'a>) -> Option<(OperationRef<'a, 'a>, usize)> {
        match self.0.get(&(value.to_raw().ptr as usize))?.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }
}

/// generic ins(…) outs(%s) that reads s in parallel loops → generic ins(…, %s)
/// outs(%s) that does not read the output.
///
/// Not where no op with more loops can follow, so that what is computed in
/// place stays there: the fusion leaves alone what is used twice, in a region's
/// end, as an output or in a larger tensor.
fn read_as_input<'a>(operation: OperationRef<'a, 'a>, uses: &Uses<'a>) {
    if name_of(operation) != "linalg.generic" || operation.result_count() != 1 {
        return;
    }
    let Some(maps) = indexing_maps_of(operation) else {
        return;
    };
    let (Some(body), Some(output)) = (
        operation.region(0).ok().and_then(|body| body.first_block()),
        maps.last(),
    ) else {
        return;
    };
    // As many as the output has dimensions: none carries a sum.
    let is_parallel = output.dim_count() == output.result_count();
    let inputs = maps.len() - 1;
    let Ok(element) = body.argument(inputs).map(Value::from) else {
        return;
    };
    let reads_output = uses.0.contains_key(&(element.to_raw().ptr as usize));
    let is_fused = operation
        .result(0)
        .ok()
        .and_then(|result| uses.only(result.into()))
        .is_some_and(|(user, index)| may_be_fused(user, index));
    if !is_parallel || !reads_output || !is_fused {
        return;
    }
    let context = context_of(operation.context());
    let mut operands: Vec<Value<'a, 'a>> = operation.operands().collect();
    let (Some(&init), Ok(listed)) = (
        operands.last(),
        operation
            .attribute("indexing_maps")
            .map_err(|_| ())
            .and_then(|maps| ArrayAttribute::try_from(maps).map_err(|_| ())),
    ) else {
        return;
    };
    let mut listed: Vec<Attribute<'a>> = (0..listed.len())
        .filter_map(|index| listed.element(index).ok())
        .collect();
    listed.extend(listed.last().copied());
    operands.push(init);
    body.add_argument(element.r#type(), operation.location());
    set_operands(operation, &operands);
    set_attribute(
        operation,
        "indexing_maps",
        ArrayAttribute::new(context, &listed).into(),
    );
    set_attribute(
        operation,
        "operandSegmentSizes",
        DenseI32ArrayAttribute::new(context, &[inputs as i32 + 1, 1]).into(),
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
