//! `fidelity-cpu-separate-yields`.

use super::origins::separate;
use crate::FidelityCpuSeparateYields;
use melior::ir::operation::OperationRef;
use ods_bridge::{Diagnostic, Pass, PassContext, name_of, operations_within};

impl Pass for FidelityCpuSeparateYields {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        // Loops within come before what their loop yields, which may be what they give.
        for nested in operations_within(operation) {
            if name_of(nested) == "scf.yield" {
                pass.add_to_statistic(Self::NUM_COPIED, separate(nested));
            }
        }
        Ok(())
    }
}
