//! The ops of a function, one after the other.

use super::{
    activation,
    generic::generic,
    ops::{Ttir, element, shape},
    recurrence::recurrence,
    ternary,
    types::held,
    weights::is_storage_change,
};
use crate::transfer;
use fidelity_dialect as ir;
use ir::TensorType;
use melior::ir::{
    BlockRef, TypeLike, Value, ValueLike,
    attribute::DenseI64ArrayAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, DenseResource, Diagnostic, OpView, dense_elements, name_of};
use std::collections::HashMap;

/// A body that is being built, and what the values of the other one are in it.
pub struct Body<'a> {
    block: BlockRef<'a, 'a>,
    // By the address of the value.
    values: HashMap<usize, Value<'a, 'a>>,
}

impl<'a> Body<'a> {
    /// Builds in a block.
    pub fn new(block: BlockRef<'a, 'a>) -> Self {
        Self {
            block,
            values: HashMap::new(),
        }
    }

    /// Says what a value is in TTIR.
    pub fn set(&mut self, value: Value<'a, 'a>, held: Value<'a, 'a>) {
        self.values.insert(value.to_raw().ptr as usize, held);
    }

    /// What a value is in TTIR.
    ///
    /// # Errors
    ///
    /// When it is nothing there, such as an index.
    pub fn get(&self, value: Value<'a, 'a>) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        self.values
            .get(&(value.to_raw().ptr as usize))
            .copied()
            .ok_or_else(|| {
                Diagnostic::expected("a tensor that TTIR can compute", value.r#type())
                    .note_value("the operand", value)
            })
    }

    fn get_if_any(
        &self,
        value: Option<Value<'a, 'a>>,
    ) -> Result<Option<Value<'a, 'a>>, Diagnostic<'a>> {
        value.map(|value| self.get(value)).transpose()
    }

    /// Builds what an op means.
    ///
    /// # Errors
    ///
    /// When TTIR cannot say it, at the op.
    pub fn convert(&mut self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        let builder = Builder::at_end(self.block, operation.location());
        let values = self
            .values_of(operation, &Ttir::new(&builder))
            .map_err(|error| error.at(operation.location()))?;
        for (value, result) in values.into_iter().zip(operation.results()) {
            self.set(result.into(), value);
        }
        Ok(())
    }

    /// What an op's results are in TTIR; none for an op that is not needed there.
    fn values_of(
        &self,
        operation: OperationRef<'a, 'a>,
        ttir: &Ttir<'a, '_>,
    ) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
        match name_of(operation) {
            "func.return" => {
                let operands = operation
                    .operands()
                    .map(|operand| self.get(operand))
                    .collect::<Result<Vec<_>, _>>()?;
                ttir.op("func.return").operands(&operands).insert();
                return Ok(Vec::new());
            }
            // Used for its type only, by ops that know it.
            "tensor.empty" => return Ok(Vec::new()),
            "arith.constant" => return constant(operation, ttir),
            _ => {}
        }
        for result in operation.results() {
            held(result.r#type())?;
        }
        if let Some(values) = self.unary(operation, ttir)? {
            return Ok(values);
        }
        if let Some(values) = self.fused(operation, ttir)? {
            return Ok(values);
        }
        self.around(operation, ttir)
    }

    /// Elementwise ops of one operand.
    fn unary(
        &self,
        operation: OperationRef<'a, 'a>,
        ttir: &Ttir<'a, '_>,
    ) -> Result<Option<Vec<Value<'a, 'a>>>, Diagnostic<'a>> {
        macro_rules! try_ops {
            ($($op:ident => $values:expr),* $(,)?) => {
                $(
                    if let Some(op) = ir::$op::cast(operation) {
                        let x = self.get(op.input())?;
                        let y = activation::in_f32(ttir, &[x], |operands| {
                            $values(ttir, operands[0])
                        });
                        return Ok(Some(vec![y]));
                    }
                )*
            };
        }
        try_ops! {
            Exp => Ttir::exp,
            Sigmoid => Ttir::sigmoid,
            Silu => Ttir::silu,
            Tanh => Ttir::tanh,
            Relu => Ttir::relu,
            SquaredRelu => activation::squared_relu,
            Softplus => activation::softplus,
            EluPlusOne => activation::elu_plus_one,
        }
        Ok(None)
    }

    /// Every other op of the dialect.
    fn fused(
        &self,
        operation: OperationRef<'a, 'a>,
        ttir: &Ttir<'a, '_>,
    ) -> Result<Option<Vec<Value<'a, 'a>>>, Diagnostic<'a>> {
        macro_rules! try_ops {
            ($($op:ident => |$bound:ident| $values:expr),* $(,)?) => {
                $(
                    if let Some($bound) = ir::$op::cast(operation) {
                        return $values.map(Some);
                    }
                )*
            };
        }
        let in_f32 = |operands: &[Value<'a, 'a>],
                      values: &dyn Fn(&[Value<'a, 'a>]) -> Value<'a, 'a>| {
            let operands = operands
                .iter()
                .map(|&operand| self.get(operand))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(vec![activation::in_f32(ttir, &operands, values)])
        };
        try_ops! {
            Add => |op| in_f32(&[op.lhs(), op.rhs()], &|x| ttir.add(x[0], x[1])),
            Subtract => |op| in_f32(&[op.lhs(), op.rhs()], &|x| ttir.subtract(x[0], x[1])),
            Multiply => |op| in_f32(&[op.lhs(), op.rhs()], &|x| ttir.multiply(x[0], x[1])),
            Swiglu => |op| in_f32(&[op.gate(), op.up()], &|x| ttir.multiply(ttir.silu(x[0]), x[1])),
            Gelu => |op| {
                if op.approximation() != ir::Approximation::Tanh {
                    return Err(Diagnostic::new(
                        "expected approximation(tanh), but got the exact form, \
                         which TTIR has no function for; ask for the approximation",
                    ));
                }
                in_f32(&[op.input()], &|x| activation::gelu_tanh(ttir, x[0]))
            },
            RmsNorm => |op| {
                let (input, weight) = (self.get(op.input())?, self.get_if_any(op.weight())?);
                let y = ternary::rms_norm(ttir, input, weight, op.epsilon());
                Ok(vec![ttir.typecast(y, element(input))])
            },
            QuantizeActivations => |op| Ok(ternary::quantize(ttir, self.get(op.input())?).into()),
            TernaryLinear => |op| {
                let result = held(result_type(operation)?)?;
                let x = self.get(op.x())?;
                let layer = ternary::Layer {
                    x,
                    weights: self.get(op.weights())?,
                    scale: self.get_if_any(op.scale())?,
                };
                let element = TensorType::new(result.r#type).map_or(ttir.f32(), |tensor| tensor.element);
                ternary::check_accumulator(&op)?;
                Ok(vec![ttir.typecast(layer.product(ttir), element)])
            },
            BitLinear => |op| {
                let x = self.get(op.x())?;
                ternary::check_exact(&shape(x))?;
                let y = ternary::bit_linear(ttir, x, self.get(op.weights())?, &ternary::BitLinear {
                    scale: self.get(op.scale())?,
                    norm: self.get_if_any(op.norm_weight())?,
                    bias: self.get_if_any(op.bias())?,
                    epsilon: op.epsilon(),
                });
                Ok(vec![ttir.typecast(y, element(x))])
            },
            Recurrence => |op| {
                let operands = op
                    .operands()
                    .iter()
                    .map(|&operand| self.get(operand))
                    .collect::<Result<Vec<_>, _>>()?;
                recurrence(ttir, &op, &operands)
            },
        }
        Ok(None)
    }

    /// What stands around the dialect's ops: of the others what is elementwise
    /// or takes a tensor apart.
    fn around(
        &self,
        operation: OperationRef<'a, 'a>,
        ttir: &Ttir<'a, '_>,
    ) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
        let operand = || {
            let operand = operation.operand(0);
            self.get(operand.map_err(|error| Diagnostic::new(error.to_string()))?)
        };
        let name = name_of(operation);
        if is_storage_change(operation) || name == "tensor.cast" {
            return Ok(vec![operand()?]);
        }
        if name == "tensor.extract_slice" {
            return slice(operation, operand()?, ttir);
        }
        if name == "tensor.expand_shape" || name == "tensor.collapse_shape" {
            let r#type = held(result_type(operation)?)?.r#type;
            let sizes = TensorType::new(r#type).map_or_else(Vec::new, |tensor| tensor.shape);
            return Ok(vec![ttir.reshape(operand()?, &sizes)]);
        }
        if name == "linalg.generic" {
            return generic(ttir, operation, self);
        }
        let advice = transfer::advice(name).unwrap_or("docs/ttir.md lists them");
        Err(Diagnostic::new(format!(
            "expected an op that convert-fidelity-to-ttir has a form for, but got '{name}'; \
             {advice}"
        )))
    }
}

fn result_type<'a>(
    operation: OperationRef<'a, 'a>,
) -> Result<melior::ir::Type<'a>, Diagnostic<'a>> {
    operation
        .result(0)
        .map(|result| result.r#type())
        .map_err(|error| Diagnostic::new(error.to_string()))
}

/// A constant of tensors; scalars are read where they are used, and trits are
/// arguments.
fn constant<'a>(
    operation: OperationRef<'a, 'a>,
    ttir: &Ttir<'a, '_>,
) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
    let r#type = result_type(operation)?;
    if !r#type.is_ranked_tensor() || held(r#type)?.coding.is_some() {
        return Ok(Vec::new());
    }
    let value = operation
        .attribute("value")
        .map_err(|error| Diagnostic::new(error.to_string()))?;
    let value = match DenseResource::cast(value) {
        // A resource stands at the end of the file; its numbers go where the
        // op is, in which form every reader knows them.
        Some(resource) => resource
            .data()
            .and_then(|data| dense_elements(r#type, data))
            .ok_or_else(|| {
                Diagnostic::expected(
                    format!("the elements of dense_resource<{}>", resource.key()),
                    "none that fit",
                )
            })?,
        None => value,
    };
    Ok(vec![ttir.constant(value, r#type)])
}

/// A slice whose place is known.
fn slice<'a>(
    operation: OperationRef<'a, 'a>,
    input: Value<'a, 'a>,
    ttir: &Ttir<'a, '_>,
) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
    let numbers = |name: &str| -> Option<Vec<i64>> {
        let array = DenseI64ArrayAttribute::try_from(operation.attribute(name).ok()?).ok()?;
        (0..array.len())
            .map(|index| array.element(index).ok())
            .collect()
    };
    let (Some(offsets), Some(sizes), Some(strides), 1) = (
        numbers("static_offsets"),
        numbers("static_sizes"),
        numbers("static_strides"),
        operation.operand_count(),
    ) else {
        return Err(Diagnostic::new(
            "expected offsets, sizes and strides that are known, but got dynamic ones; \
             TTIR slices at known places only",
        ));
    };
    let ends: Vec<i64> = (0..sizes.len())
        .map(|at| offsets[at] + (sizes[at] - 1) * strides[at] + 1)
        .collect();
    let sliced = ttir.slice(input, &offsets, &ends, &strides);
    // The result may lack dimensions of size 1.
    let result = held(result_type(operation)?)?.r#type;
    let sizes = TensorType::new(result).map_or_else(Vec::new, |tensor| tensor.shape);
    Ok(vec![ttir.reshape(sliced, &sizes)])
}
