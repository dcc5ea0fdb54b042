//! `fidelity-decompose`: sequence ops to `fidelity.recurrence` and the linalg
//! ops around it.
//!
//! One file per family, as in the dialect. Each op is a function that builds,
//! in `crate::emit`'s words, what the op means; `core` is how it builds the
//! recurrence.

mod attention;
mod core;
mod mlstm;
mod recurrent;
mod rwkv;
mod state_space;

pub use self::core::{Core, Operand};

use crate::{FidelityDecompose, emit::Emit};
use fidelity_dialect as ir;
use melior::ir::{
    Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, Diagnostic, OpView, Pass, PassContext, build_before, operations_within};

impl Pass for FidelityDecompose {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        if self.chunk < 0 {
            return Err(Diagnostic::expected(
                "a chunk of at least 1 step, or 0 for none",
                self.chunk,
            ));
        }
        let chunk = (self.chunk > 0).then_some(self.chunk);
        decompose_all(operation, chunk, self.runtime_checks)
    }
}

/// Decomposes every sequence op within an op, to recurrences that are computed
/// `chunk` steps at once if that is given; with `checks` what the types leave
/// open of sizes is checked at run time.
///
/// # Errors
///
/// When an op cannot be decomposed, which the verifiers exclude.
pub fn decompose_all<'a>(
    operation: OperationRef<'a, 'a>,
    chunk: Option<i64>,
    checks: bool,
) -> Result<(), Diagnostic<'a>> {
    for nested in operations_within(operation) {
        build_before(nested, |builder| decompose(nested, builder, chunk, checks))?;
    }
    Ok(())
}

/// Puts what a sequence op means in its place; leaves any other op alone.
fn decompose<'a>(
    operation: OperationRef<'a, 'a>,
    builder: &Builder<'a>,
    chunk: Option<i64>,
    checks: bool,
) -> Result<(), Diagnostic<'a>> {
    let emit = Emit::new(builder, checks);
    if let Some(values) = values(operation, &emit, chunk)? {
        let results: Vec<Value<'a, 'a>> = values
            .into_iter()
            .zip(operation.results())
            .map(|(value, result)| emit.result(value, result.r#type()))
            .collect();
        builder.replace(operation, &results);
    }
    Ok(())
}

/// The values that a sequence op's results are; `None` for any other op.
fn values<'a>(
    operation: OperationRef<'a, 'a>,
    emit: &Emit<'a, '_>,
    chunk: Option<i64>,
) -> Result<Option<Vec<Value<'a, 'a>>>, Diagnostic<'a>> {
    // Tries one op class after another; a name stands for one class only.
    macro_rules! try_ops {
        ($($op:ident => $values:path),* $(,)?) => {
            $(
                if let Some(op) = ir::$op::cast(operation) {
                    return Ok(Some(Vec::from($values(emit, &op, chunk)?)));
                }
            )*
        };
    }
    try_ops! {
        Mlgru => recurrent::mlgru,
        Mlstm => mlstm::mlstm,
        Ema => recurrent::ema,
        Rwkv => rwkv::rwkv,
        LinearAttention => attention::linear_attention,
        SsmScan => state_space::scan,
        SsmSsd => state_space::ssd,
        SsmConvolution => state_space::convolution,
    }
    Ok(None)
}
