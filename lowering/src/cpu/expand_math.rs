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
    ("math.erfc", |float, x| float.erfc(x)),
    ("math.log1p", |float, x| float.log1p(x)),
    ("math.tanh", |float, x| float.tanh(x)),
];

/// What LLVM has as intrinsics, of which it makes vectors; as comparisons it does not see
/// in a loop what they are.
const EXTREMA: [(&str, &str); 4] = [
    ("arith.maximumf", "llvm.intr.maximum"),
    ("arith.maxnumf", "llvm.intr.maxnum"),
    ("arith.minimumf", "llvm.intr.minimum"),
    ("arith.minnumf", "llvm.intr.minnum"),
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
            if let Some((_, intrinsic)) = EXTREMA.iter().find(|(of, _)| *of == name)
                && let (Ok(lhs), Ok(rhs)) = (nested.operand(0), nested.operand(1))
            {
                replace(nested, intrinsic, [lhs, rhs]);
            }
        }
        Ok(())
    }
}

/// Puts an intrinsic in the place of an op on f32 or f64; LLVM has vectors of rank 1.
fn replace<'a>(operation: OperationRef<'a, 'a>, intrinsic: &str, operands: [Value<'a, 'a>; 2]) {
    let r#type = operands[0].r#type();
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        let is_for_llvm = !r#type.is_vector() || r#type.to_string().matches('x').count() == 1;
        if is_for_llvm && float_of(&emit, r#type).is_some() {
            builder.replace(operation, &[emit.apply(intrinsic, &operands)]);
        }
    });
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
