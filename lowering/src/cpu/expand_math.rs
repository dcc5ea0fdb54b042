//! `fidelity-cpu-expand-math`.

use crate::{
    FidelityCpuExpandMath,
    math::{FUNCTIONS, Float, Function, Machine, float_of},
};
use fidelity_passes::emit::Emit;
use melior::ir::{
    TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, Pass, PassContext, build_before, name_of, operations_within};

/// Functions that are expanded, beside those of [`FUNCTIONS`].
const OWN_FUNCTIONS: &[(&str, Function)] = &[
    ("math.log1p", |float, x| float.log1p(x)),
    ("math.tanh", |float, x| float.tanh(x)),
];

impl Pass for FidelityCpuExpandMath {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for nested in operations_within(operation) {
            let name = name_of(nested);
            let mut functions = FUNCTIONS.iter().chain(OWN_FUNCTIONS);
            let function = functions.find(|(of, _)| *of == name);
            // An operand is asked for last: what says that there is none would print the
            // op, and constants may be large.
            if let Some((_, function)) = function
                && let Ok(x) = nested.operand(0)
                && expand(nested, x, *function)
            {
                pass.add_to_statistic(Self::NUM_EXPANDED, 1);
            }
        }
        Ok(())
    }
}

/// Writes a function of f32 in arithmetic; says whether it is one.
fn expand<'a>(operation: OperationRef<'a, 'a>, x: Value<'a, 'a>, function: Function) -> bool {
    let mut is_expanded = false;
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        let is_f32 = float_of(&emit, x.r#type()).is_some_and(|float| float.is_f32());
        let float = Float::new(&emit, Machine::Cpu, x.r#type());
        if let Some(float) = float.filter(|_| is_f32) {
            builder.replace(operation, &[function(&float, x)]);
            is_expanded = true;
        }
    });
    is_expanded
}
