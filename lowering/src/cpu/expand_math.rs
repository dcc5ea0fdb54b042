//! `fidelity-cpu-expand-math`.

use crate::{
    FidelityCpuExpandMath,
    math::{AVX512_LANES, FUNCTIONS, Float, Function, Machine, float_of},
    vector::Isa,
};
use fidelity_passes::emit::Emit;
use melior::ir::{
    Attribute, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, build_before, defining_op, name_of, operations_within,
    set_attribute,
};
use std::iter::successors;

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
        let isa: Isa = self.isa.parse().map_err(|expected: String| {
            Diagnostic::expected(format!("isa to be {expected}"), &self.isa)
        })?;
        // What uses a value before what makes it, which is still a function then.
        for nested in operations_within(operation).into_iter().rev() {
            let name = name_of(nested);
            if is_softplus(nested)
                && let Ok(x) = nested.operand(0)
                && expand(nested, x, |float, x| float.log1p_of_unit(x))
            {
                pass.add_to_statistic(Self::NUM_EXPANDED, 1);
                continue;
            }
            if is_approximate_exp2(nested)
                && let Ok(x) = nested.operand(0)
                && expand_exp2(nested, x, isa)
            {
                pass.add_to_statistic(Self::NUM_EXPANDED, 1);
                continue;
            }
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

/// Whether an op is log1p(exp(-|x|)), as `fidelity.softplus` has it: of a number between
/// 0 and 1.
fn is_softplus(operation: OperationRef<'_, '_>) -> bool {
    let mut last = Some(operation);
    ["math.log1p", "math.exp", "arith.negf", "math.absf"]
        .iter()
        .all(|&name| {
            let found = last.filter(|&op| name_of(op) == name);
            last = found.and_then(|op| defining_op(op.operand(0).ok()?));
            found.is_some()
        })
}

/// Whether an op is 2ˣ of which an approximation will do.
fn is_approximate_exp2(operation: OperationRef<'_, '_>) -> bool {
    name_of(operation) == "math.exp2"
        && (operation.attribute("fastmath"))
            .is_ok_and(|flags| flags.to_string() == "#arith.fastmath<afn>")
}

/// Writes an approximation of 2ˣ, by the instructions of AVX-512 if it has these, as the
/// function says then; says whether it is one of f32.
fn expand_exp2<'a>(operation: OperationRef<'a, 'a>, x: Value<'a, 'a>, isa: Isa) -> bool {
    let is_vector = x.r#type().to_string() == format!("vector<{AVX512_LANES}xf32>");
    if is_vector && isa.has_avx512() && needs_avx512(operation) {
        return expand(operation, x, |float, x| float.approximate_exp2_by_avx512(x));
    }
    expand(operation, x, |float, x| float.approximate_exp2(x))
}

/// Has the function around an op say that it needs the instructions of AVX-512, as LLVM may
/// make code for a lesser processor. One that says already what it needs stays as it is; says
/// whether it has them then.
fn needs_avx512(operation: OperationRef<'_, '_>) -> bool {
    const NAME: &str = "target_features";
    const FEATURES: &str = r#"#llvm.target_features<["+avx512f", "+avx512dq"]>"#;
    let mut holders = successors(operation.parent_operation(), |op| op.parent_operation());
    let Some(function) = holders.find(|&op| name_of(op) == "func.func") else {
        return false;
    };
    if let Ok(known) = function.attribute(NAME) {
        return known.to_string() == FEATURES;
    }
    build_before(operation, |builder| {
        if let Some(features) = Attribute::parse(builder.context(), FEATURES) {
            set_attribute(function, NAME, features);
        }
    });
    function.has_attribute(NAME)
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
