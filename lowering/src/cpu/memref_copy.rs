//! `convert-memref-copy-to-linalg`.

use crate::ConvertMemrefCopyToLinalg;
use fidelity_dialect::TensorType;
use melior::ir::{
    Type, ValueLike,
    attribute::DenseI32ArrayAttribute,
    operation::{OperationLike, OperationRef},
    r#type::MemRefType,
};
use ods_bridge::{Diagnostic, Pass, PassContext, build_before, name_of, operations_within};

impl Pass for ConvertMemrefCopyToLinalg {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for nested in operations_within(operation) {
            convert(nested);
        }
        Ok(())
    }
}

/// A copy of which one side is not contiguous → `linalg.generic` that yields
/// its input.
fn convert<'a>(operation: OperationRef<'a, 'a>) {
    if name_of(operation) != "memref.copy" {
        return;
    }
    let (Ok(source), Ok(target)) = (operation.operand(0), operation.operand(1)) else {
        return;
    };
    if has_identity_layout(source.r#type()) && has_identity_layout(target.r#type()) {
        return;
    }
    let Some(tensor) = TensorType::new(source.r#type()) else {
        return;
    };
    build_before(operation, |builder| {
        let loops: Vec<String> = (0..tensor.rank())
            .map(|index| format!("d{index}"))
            .collect();
        let loops = loops.join(", ");
        let map = format!("affine_map<({loops}) -> ({loops})>");
        let iterators = vec!["#linalg.iterator_type<parallel>"; tensor.rank()].join(", ");
        let element = tensor.element;
        let region = builder.region(&[element, element], |builder, arguments| {
            builder.op("linalg.yield").operand(arguments[0]).insert();
        });
        builder
            .op("linalg.generic")
            .operands(&[source, target])
            .parsed("indexing_maps", &format!("[{map}, {map}]"))
            .parsed("iterator_types", &format!("[{iterators}]"))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(builder.context(), &[1, 1]),
            )
            .region(region)
            .insert();
        builder.replace(operation, &[]);
    });
}

/// Whether a memref's elements lie in row-major order without gaps.
pub fn has_identity_layout(r#type: Type<'_>) -> bool {
    MemRefType::try_from(r#type).is_ok_and(|memref| memref.affine_map().is_identity())
}
