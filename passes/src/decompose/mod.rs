//! `fidelity-decompose`: sequence ops to `fidelity.recurrence` and the linalg
//! ops around it, and layers to their parts.
//!
//! One file per family, as in the dialect. Each op is a function that builds,
//! in `crate::emit`'s words, what the op means; `core` is how it builds the
//! recurrence.

mod attention;
mod core;
mod layer;
mod mlstm;
mod recurrent;
mod rwkv;
mod state_space;

pub use self::core::{Core, Operand};

use crate::{FidelityDecompose, emit::Emit, mapping::keep_place};
use fidelity_dialect::{self as ir, mapping_of};
use melior::ir::{
    Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Builder, Diagnostic, OpView, Pass, PassContext, build_before, operations_within,
    previous_in_block,
};

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
        let decomposition = Decomposition {
            chunk: (self.chunk > 0).then_some(self.chunk),
            layers: self.layers,
            checks: self.runtime_checks,
        };
        decompose_as(operation, decomposition)
    }
}

/// What is decomposed, and how.
#[derive(Clone, Copy, Debug)]
pub struct Decomposition {
    /// How many steps of a recurrence are computed at once, if several.
    pub chunk: Option<i64>,
    /// Whether layers are decomposed as sequence ops are.
    pub layers: bool,
    /// Whether what the types leave open of sizes is checked at run time.
    pub checks: bool,
}

/// Decomposes every sequence op within an op, to recurrences that are computed
/// `chunk` steps at once if that is given; with `checks` what the types leave
/// open of sizes is checked at run time.
///
/// # Errors
///
/// As [`decompose_as`].
pub fn decompose_all<'a>(
    operation: OperationRef<'a, 'a>,
    chunk: Option<i64>,
    checks: bool,
) -> Result<(), Diagnostic<'a>> {
    let decomposition = Decomposition {
        chunk,
        layers: false,
        checks,
    };
    decompose_as(operation, decomposition)
}

/// Decomposes what is asked for within an op.
///
/// # Errors
///
/// When an op cannot be decomposed, which the verifiers exclude.
pub fn decompose_as<'a>(
    operation: OperationRef<'a, 'a>,
    decomposition: Decomposition,
) -> Result<(), Diagnostic<'a>> {
    for nested in operations_within(operation) {
        build_before(nested, |builder| decompose(nested, builder, decomposition))?;
    }
    Ok(())
}

/// Puts what an op means in its place; leaves one that is not decomposed alone.
fn decompose<'a>(
    operation: OperationRef<'a, 'a>,
    builder: &Builder<'a>,
    decomposition: Decomposition,
) -> Result<(), Diagnostic<'a>> {
    let emit = Emit::new(builder, decomposition.checks);
    let mapping = mapping_of(operation)?;
    let decomposition = match mapping.and_then(|mapping| mapping.chunk()) {
        Some(chunk) => Decomposition {
            chunk: (chunk > 0).then_some(chunk),
            ..decomposition
        },
        None => decomposition,
    };
    let before = previous_in_block(operation);
    if let Some(values) = values(operation, &emit, decomposition)? {
        if let Some(mapping) = mapping {
            keep_place(operation, before, mapping);
        }
        let results: Vec<Value<'a, 'a>> = values
            .into_iter()
            .zip(operation.results())
            .map(|(value, result)| emit.result(value, result.r#type()))
            .collect();
        builder.replace(operation, &results);
    }
    Ok(())
}

/// The values that an op's results are; `None` for one that is not decomposed.
fn values<'a>(
    operation: OperationRef<'a, 'a>,
    emit: &Emit<'a, '_>,
    decomposition: Decomposition,
) -> Result<Option<Vec<Value<'a, 'a>>>, Diagnostic<'a>> {
    let chunk = decomposition.chunk;
    if decomposition.layers
        && let Some(op) = ir::BitLinear::cast(operation)
    {
        return Ok(Some(vec![layer::bit_linear(emit, &op)]));
    }
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
