//! `convert-fidelity-to-linalg`.

use crate::ConvertFidelityToLinalg;
use melior::ir::operation::{OperationLike, OperationRef};
use ods_bridge::{Diagnostic, Pass, PassContext, name_of, operations_within};

impl Pass for ConvertFidelityToLinalg {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for nested in operations_within(operation) {
            if fidelity_dialect::OP_NAMES.contains(&name_of(nested)) {
                return Err(
                    Diagnostic::new(format!("no lowering of {}", name_of(nested)))
                        .at(nested.location()),
                );
            }
        }
        Ok(())
    }
}
