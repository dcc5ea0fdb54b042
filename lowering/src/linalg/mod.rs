//! `convert-fidelity-to-linalg`: each op to linalg ops on tensors.
//!
//! One file per family, as in the dialect; `fidelity_passes::emit` is what they
//! build with.

mod convolution;
mod elementwise;
mod norm;
mod one_step;
mod quantize;
mod recurrence;
mod routing;
mod slstm;
mod state_space;
mod storage;
mod ternary;
mod tiled;

use crate::ConvertFidelityToLinalg;
use fidelity_dialect as ir;
use fidelity_passes::{
    decompose::decompose_all,
    emit::{Emit, activation},
    mapping::keep_place,
};
use melior::ir::{
    Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Builder, Diagnostic, OpView, Pass, PassContext, build_before, name_of, operations_within,
    previous_in_block,
};

impl Pass for ConvertFidelityToLinalg {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for name in &self.keep {
            if !ir::OP_NAMES.contains(&name.as_str()) {
                return Err(Diagnostic::expected(
                    "names of ops of the fidelity dialect to keep",
                    format!("'{name}'"),
                ));
            }
        }
        if self.threads < 1 {
            return Err(Diagnostic::expected(
                "threads to be 1 or more",
                self.threads,
            ));
        }
        decompose_all(operation, None, self.runtime_checks)?;
        if self.kernels && self.keep.is_empty() {
            for nested in operations_within(operation) {
                one_step::raise(nested, self.runtime_checks)?;
            }
        }
        for nested in operations_within(operation) {
            let name = name_of(nested);
            if ir::OP_NAMES.contains(&name) && !self.keep.iter().any(|kept| kept == name) {
                build_before(nested, |builder| lower(nested, builder, self))?;
            }
        }
        Ok(())
    }
}

/// Builds what an op means before it and puts that in its place.
fn lower<'a>(
    operation: OperationRef<'a, 'a>,
    builder: &Builder<'a>,
    pass: &ConvertFidelityToLinalg,
) -> Result<(), Diagnostic<'a>> {
    let emit = Emit::new(builder, pass.runtime_checks);
    let mapping = ir::mapping_of(operation)?;
    let before = previous_in_block(operation);
    let threads = pass.kernels.then_some(pass.threads);
    let values = values(operation, &emit, threads)?;
    if let Some(mapping) = mapping {
        keep_place(operation, before, mapping);
    }
    let results: Vec<Value<'a, 'a>> = values
        .into_iter()
        .zip(operation.results())
        .map(|(value, result)| emit.result(value, result.r#type()))
        .collect();
    builder.replace(operation, &results);
    Ok(())
}

/// The values that an op's results are, with kernels for so many threads.
fn values<'a>(
    operation: OperationRef<'a, 'a>,
    emit: &Emit<'a, '_>,
    threads: Option<i64>,
) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
    let kernels = threads.is_some();
    // Tries one op class after another; a name stands for one class only.
    macro_rules! try_ops {
        ($($op:ident => |$bound:ident| $values:expr),* $(,)?) => {
            $(
                if let Some($bound) = ir::$op::cast(operation) {
                    return Ok(Vec::from($values));
                }
            )*
        };
    }
    let result = |index: usize| operation.result(index).map(|result| result.r#type());
    let typed = |index: usize| {
        result(index).map_err(|error| Diagnostic::new(error.to_string()).at(operation.location()))
    };
    let name = name_of(operation);
    try_ops! {
        Add => |op| [elementwise::binary(emit, name, op.lhs(), op.rhs())],
        Subtract => |op| [elementwise::binary(emit, name, op.lhs(), op.rhs())],
        Multiply => |op| [elementwise::binary(emit, name, op.lhs(), op.rhs())],
        Sigmoid => |op| [elementwise::unary(emit, op.input(), activation::sigmoid)],
        Tanh => |op| [elementwise::unary(emit, op.input(), activation::tanh)],
        Silu => |op| [elementwise::unary(emit, op.input(), activation::silu)],
        Relu => |op| [elementwise::unary(emit, op.input(), activation::relu)],
        SquaredRelu => |op| [elementwise::unary(emit, op.input(), activation::squared_relu)],
        Exp => |op| [elementwise::unary(emit, op.input(), activation::exp)],
        Softplus => |op| [elementwise::unary(emit, op.input(), activation::softplus)],
        EluPlusOne => |op| [elementwise::unary(emit, op.input(), activation::elu_plus_one)],
        Gelu => |op| [elementwise::unary(emit, op.input(), |emit, x| elementwise::gelu(emit, &op, x))],
        Swiglu => |op| [elementwise::swiglu(emit, &op)],
        RmsNorm => |op| {
            let element = ir::TensorType::of(op.input()).element;
            [norm::rms_norm(emit, op.input(), op.weight(), op.epsilon(), element)]
        },
        Recurrence => |op| {
            let element = ir::TensorType::new(typed(0)?).map_or(typed(0)?, |output| output.element);
            recurrence::recurrence(emit, operation, &op, element, threads)?
        },
        Slstm => |op| slstm::slstm(emit, &op),
        SsmStateUpdate => |op| [state_space::state_update(emit, &op)],
        SsmOutput => |op| [state_space::output(emit, &op)],
        SsmDiscretize => |op| state_space::discretize(emit, &op),
        CausalConv1d => |op| convolution::causal_conv1d(emit, &op),
        ZeroVector => |op| [ternary::zero_vector(emit, &op, typed(0)?)],
        TernaryLinear => |op| [ternary::ternary_linear(emit, &op, typed(0)?, kernels)],
        TernaryAccumulate => |op| ternary::ternary_accumulate(emit, &op, kernels).into_iter().collect::<Vec<_>>(),
        BitLinear => |op| [ternary::bit_linear(emit, &op, kernels)],
        Ternarize => |op| quantize::ternarize(emit, &op),
        QuantizeActivations => |op| quantize::quantize_activations(emit, op.input()),
        Route => |op| routing::route(emit, &op),
        Dispatch => |op| routing::dispatch(emit, &op, typed(0)?),
        Combine => |op| [routing::combine(emit, &op)],
        // One process has one memory.
        Transfer => |op| [emit.physical(op.input())],
        Pack => |op| [storage::pack(emit, &op)],
        Unpack => |op| [storage::unpack(emit, &op)],
    }
    Err(Diagnostic::new(format!(
        "expected an op that linalg can say, but got '{name}'"
    ))
    .at(operation.location()))
}
