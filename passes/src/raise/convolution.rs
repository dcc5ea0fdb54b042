//! Depthwise convolutions that see no later step:
//!
//! ```text
//! y[b, c, t] = bias[c] + Σ_k w[c, k] · p[b, c, t + k]
//! ```
//!
//! p being x after K - 1 zeros. Where more zeros follow x, the steps after its
//! end have to be cut off. Two-dimensional convolutions over a last dimension of
//! size 1 are meant too.

use super::{
    expression::{Kind, Node, Read, filled},
    structured::{Structured, reassociation},
};
use crate::emit::Emit;
use fidelity_dialect::{CausalConv1d, DYNAMIC, TensorType, constant_value, index_value};
use melior::ir::{
    AffineExpr, TypeLike, Value,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    OpView, defining_op, float_value, has_one_use, name_of, operations_within, users_of,
};

/// A causal convolution.
pub struct Convolution<'a> {
    /// The op whose result is y.
    pub root: OperationRef<'a, 'a>,
    /// The ops that are part of it, if that is not the convolution itself.
    pub consumed: Vec<OperationRef<'a, 'a>>,
    x: Value<'a, 'a>,
    weights: Value<'a, 'a>,
    bias: Option<Value<'a, 'a>>,
}

/// The dimensions of what goes in and comes out: batch, channel and time.
const DIMENSIONS: [usize; 3] = [0, 1, 2];

impl<'a> Convolution<'a> {
    /// Looks at an op; `None` when it is no depthwise convolution over the third
    /// dimension.
    ///
    /// # Errors
    ///
    /// Why it is not causal, or not one that the op computes.
    pub fn of(structured: &Structured<'a>) -> Option<Result<Self, String>> {
        if !name_of(structured.operation).starts_with("linalg.depthwise_conv_") {
            return None;
        }
        let operand = |index| structured.operation.operand(index).ok();
        let (input, filter) = (operand(0)?, operand(1)?);
        let types = [input, filter].map(|value| TensorType::of(value));
        let kernel = types[1].shape.clone();
        let is_plane = types[0].rank() == 4;
        let over_time = match is_plane {
            true => kernel.len() == 3 && kernel[2] == 1 && types[0].shape[3] == 1,
            false => types[0].rank() == 3 && kernel.len() == 2,
        };
        // Channels first, and one filter for each.
        let output = structured.map(structured.inputs())?;
        let weights = structured.map(1)?;
        let channel = output.get(1).copied().flatten()?;
        let is_depthwise = over_time
            && types[0].element.is_float()
            && types.iter().all(|r#type| r#type.encoding.is_none())
            && output.len() == types[0].rank()
            && weights.first() == Some(&Some(channel));
        if !is_depthwise {
            return None;
        }
        Some(Self::causal(structured, input, filter, kernel[1]))
    }

    fn causal(
        structured: &Structured<'a>,
        input: Value<'a, 'a>,
        weights: Value<'a, 'a>,
        kernel: i64,
    ) -> Result<Self, String> {
        let steps = structured.affine_map(0).and_then(|map| map.result(2).ok());
        if !steps.is_some_and(is_sum_of_loops) {
            return Err("expected a stride and a dilation of 1, but got another one".into());
        }
        let padded = Padded::of(input)?;
        if kernel == DYNAMIC || padded.low != kernel - 1 {
            let wanted = match kernel {
                DYNAMIC => "a static number of weights".into(),
                _ => format!("{} zeros before the sequence", kernel - 1),
            };
            return Err(format!("expected {wanted}, but got {}", padded.low));
        }
        let init = structured.init(0).map(|init| Node::read(init.origin()));
        let bias = match init {
            Some(node) if filled(&node) == Some(0.0) => None,
            Some(Node {
                kind: Kind::Read(read),
                ..
            }) if read.loops == [Some(1)] || is_one_channel(&read) => Some(read.value),
            _ => {
                return Err("expected a bias for each channel as init, but got another one".into());
            }
        };
        let mut consumed = Vec::new();
        let mut root = structured.operation;
        if padded.high > 0 {
            (root, consumed) = first_steps(root, padded.x).ok_or_else(|| {
                format!(
                    "expected the steps of the sequence alone, but got {} later ones",
                    padded.high
                )
            })?;
        }
        Ok(Self {
            root,
            consumed,
            x: padded.x,
            weights,
            bias,
        })
    }

    /// Builds the op; gives a value of the type of the root's result.
    pub fn build(&self, emit: &Emit<'a, '_>) -> Value<'a, 'a> {
        let x = emit.drop_units(self.x, &DIMENSIONS);
        let weights = emit.drop_units(self.weights, &[0, 1]);
        let segments = [1, 1, i32::from(self.bias.is_some()), 0];
        let mut op = emit
            .op(CausalConv1d::NAME)
            .operands(&[x, weights])
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(emit.context(), &segments),
            );
        if let Some(bias) = self.bias {
            op = op.operand(bias);
        }
        let y: Value<'a, 'a> = match op.infer().insert().result(0) {
            Ok(result) => result.into(),
            Err(error) => panic!("{error}"),
        };
        let rank = self
            .root
            .result(0)
            .map_or(3, |result| TensorType::of(result.into()).rank());
        if rank == DIMENSIONS.len() {
            return y;
        }
        let mut sizes = emit.sizes(y);
        sizes.resize(rank, crate::emit::Size::Static(1));
        emit.add_units(y, &DIMENSIONS, &sizes)
    }
}

/// Whether a tensor has the bias of a single channel.
fn is_one_channel(read: &Read<'_>) -> bool {
    TensorType::of(read.value).shape == [1]
}

/// Whether an expression is the sum of two loops: no stride, no dilation.
fn is_sum_of_loops(expression: AffineExpr<'_>) -> bool {
    expression.is_add() && expression.lhs().is_dim() && expression.rhs().is_dim()
}

/// A sequence between zeros.
struct Padded<'a> {
    x: Value<'a, 'a>,
    low: i64,
    high: i64,
}

impl<'a> Padded<'a> {
    /// Looks through the padding in time and a last dimension of size 1.
    fn of(input: Value<'a, 'a>) -> Result<Self, String> {
        let mut padded = Self {
            x: input,
            low: 0,
            high: 0,
        };
        let mut is_padded = false;
        while let Some(operation) = defining_op(padded.x) {
            let source = operation.operand(0).ok();
            match (name_of(operation), source) {
                ("tensor.expand_shape", Some(source)) if adds_last_unit(operation) => {
                    padded.x = source;
                }
                ("tensor.pad", Some(source)) if !is_padded => {
                    (padded.low, padded.high) = padding(operation).ok_or(
                        "expected zeros before and after the sequence alone, but got another padding",
                    )?;
                    padded.x = source;
                    is_padded = true;
                }
                _ => break,
            }
        }
        Ok(padded)
    }
}

/// Whether a reshape makes `[B, C, T, 1]` of `[B, C, T]`.
fn adds_last_unit(operation: OperationRef<'_, '_>) -> bool {
    reassociation(operation) == Some(vec![vec![0], vec![1], vec![2, 3]])
}

/// How many zeros a `tensor.pad` puts before and after the steps of a sequence,
/// if it does nothing else.
fn padding(operation: OperationRef<'_, '_>) -> Option<(i64, i64)> {
    let [low, high] = [
        numbers(operation, "static_low")?,
        numbers(operation, "static_high")?,
    ];
    let is_elsewhere = |sizes: &[i64]| {
        let others = sizes.iter().enumerate().filter(|&(at, _)| at != 2);
        others.into_iter().any(|(_, &size)| size != 0)
    };
    let yielded = operations_within(operation)
        .into_iter()
        .find(|&nested| name_of(nested) == "tensor.yield")?
        .operand(0)
        .ok()?;
    let is_zero = float_value(constant_value(yielded)?) == Some(0.0);
    let sizes = (*low.get(2)?, *high.get(2)?);
    let is_known = sizes.0 >= 0 && sizes.1 >= 0;
    (is_zero && is_known && !is_elsewhere(&low) && !is_elsewhere(&high)).then_some(sizes)
}

fn numbers(operation: OperationRef<'_, '_>, name: &str) -> Option<Vec<i64>> {
    let array = DenseI64ArrayAttribute::try_from(operation.attribute(name).ok()?).ok()?;
    (0..array.len()).map(|at| array.element(at).ok()).collect()
}

/// The slice that takes as many first steps of a convolution as `x` has, where
/// nothing else uses the convolution, and the ops up to it.
fn first_steps<'a>(
    convolution: OperationRef<'a, 'a>,
    x: Value<'a, 'a>,
) -> Option<(OperationRef<'a, 'a>, Vec<OperationRef<'a, 'a>>)> {
    let mut consumed = Vec::new();
    let mut operation = convolution;
    loop {
        let value: Value<'a, 'a> = operation.result(0).ok()?.into();
        consumed.push(operation);
        if !has_one_use(value) {
            return None;
        }
        operation = users_of(value).pop()?;
        match name_of(operation) {
            "tensor.collapse_shape" if adds_last_unit(operation) => {}
            "tensor.extract_slice" => break,
            _ => return None,
        }
    }
    let is_first = numbers(operation, "static_offsets")?
        .iter()
        .all(|&at| at == 0)
        && numbers(operation, "static_strides")?
            .iter()
            .all(|&by| by == 1);
    let sizes = numbers(operation, "static_sizes")?;
    let shape = TensorType::of(x).shape;
    // Of the dynamic sizes, which are the operands after the source.
    let mut dynamic = operation.operands().skip(1);
    let is_all =
        sizes.len() >= DIMENSIONS.len()
            && sizes.iter().zip(shape.iter().chain([&1])).enumerate().all(
                |(at, (&size, &wanted))| match (size, wanted) {
                    (DYNAMIC, DYNAMIC) => dynamic.next().is_some_and(|size| is_size(size, x, at)),
                    (size, wanted) => size == wanted,
                },
            );
    (is_first && is_all).then_some((operation, consumed))
}

/// Whether a value is the size of a dimension of a tensor.
fn is_size<'a>(size: Value<'a, 'a>, of: Value<'a, 'a>, dimension: usize) -> bool {
    defining_op(size).is_some_and(|operation| {
        name_of(operation) == "tensor.dim"
            && operation.operand(0).is_ok_and(|source| source == of)
            && operation
                .operand(1)
                .is_ok_and(|index| index_value(index) == Some(dimension as i64))
    })
}
