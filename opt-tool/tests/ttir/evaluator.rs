//! An evaluator of the part of TTIR that is made here. It knows of the ops what
//! tt-mlir's documentation says, and nothing of how they are made.

use half::bf16;
use melior::ir::{
    Attribute, BlockLike, Module, RegionLike, Type, Value as IrValue, ValueLike,
    attribute::{
        ArrayAttribute, BoolAttribute, DenseI32ArrayAttribute, DenseI64ArrayAttribute,
        IntegerAttribute, StringAttribute,
    },
    operation::{OperationLike, OperationRef},
    r#type::{RankedTensorType, ShapedTypeLike},
};
use ods_bridge::{dense_bytes, float_value, name_of, string_value};
use std::collections::HashMap;

/// How precise the device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Each op rounds to the elements of its type.
    AsTyped,
    /// Each op rounds to bf16, whatever its type, as where all tensors are kept
    /// so; matmul and reductions sum in f32.
    Bf16,
}

/// A tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

impl Array {
    fn map(&self, change: impl Fn(f32) -> f32) -> Self {
        Self {
            shape: self.shape.clone(),
            data: self.data.iter().map(|&x| change(x)).collect(),
        }
    }

    /// The element at an index, of which a dimension of size 1 has any.
    fn at(&self, index: &[usize]) -> f32 {
        let start = index.len() - self.shape.len();
        let offset = self
            .shape
            .iter()
            .zip(&index[start..])
            .fold(0, |offset, (&size, &at)| {
                offset * size + if size == 1 { 0 } else { at }
            });
        self.data[offset]
    }

    fn from_fn(shape: &[usize], element: impl Fn(&[usize]) -> f32) -> Self {
        let count = shape.iter().product();
        let mut index = vec![0; shape.len()];
        let mut data = Vec::with_capacity(count);
        for _ in 0..count {
            data.push(element(&index));
            for at in (0..shape.len()).rev() {
                index[at] += 1;
                if index[at] < shape[at] {
                    break;
                }
                index[at] = 0;
            }
        }
        Self {
            shape: shape.to_vec(),
            data,
        }
    }
}

/// Calls a function of a module.
pub fn call(
    module: &Module<'_>,
    name: &str,
    inputs: Vec<Array>,
    precision: Precision,
) -> Vec<Array> {
    let function = std::iter::successors(module.body().first_operation(), |operation| {
        operation.next_in_block()
    })
    .find(|function| {
        let symbol = function.attribute("sym_name").expect("a name");
        string_value(StringAttribute::try_from(symbol).expect("a name")) == name
    })
    .unwrap_or_else(|| panic!("no function @{name}"));
    let block = function.region(0).expect("a body");
    let block = block.first_block().expect("a body");
    assert_eq!(block.argument_count(), inputs.len(), "arguments of @{name}");
    let mut values = HashMap::new();
    for (index, input) in inputs.into_iter().enumerate() {
        let argument: IrValue = block.argument(index).expect("an argument").into();
        let (shape, element) = type_of(argument.r#type());
        assert_eq!(shape, input.shape, "argument {index}");
        values.insert(argument.to_raw().ptr, round(&input, &element, precision));
    }
    let mut next = block.first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        let operands: Vec<&Array> = operation
            .operands()
            .map(|operand| &values[&operand.to_raw().ptr])
            .collect();
        if name_of(operation) == "func.return" {
            return operands.into_iter().cloned().collect();
        }
        let result: IrValue = operation.result(0).expect("a result").into();
        let (shape, element) = type_of(result.r#type());
        let value = evaluate(operation, &operands, &shape);
        assert_eq!(value.shape, shape, "{operation}");
        values.insert(result.to_raw().ptr, round(&value, &element, precision));
    }
    panic!("@{name} does not return")
}

fn type_of(r#type: Type<'_>) -> (Vec<usize>, String) {
    let tensor = RankedTensorType::try_from(r#type).expect("a tensor");
    let shape = (0..tensor.rank())
        .map(|at| match tensor.dim_size(at) {
            Ok(melior::ir::r#type::DimSize::Static(size)) => size as usize,
            _ => panic!("{type} is not static"),
        })
        .collect();
    (shape, tensor.element().to_string())
}

fn round(value: &Array, element: &str, precision: Precision) -> Array {
    let to_bf16 = |x| bf16::from_f32(x).to_f32();
    match element {
        "bf16" => value.map(to_bf16),
        "f32" if precision == Precision::Bf16 => value.map(to_bf16),
        "f32" => value.clone(),
        // Below 2²⁴ an f32 holds them.
        "i32" | "si32" => value.map(f32::trunc),
        other => panic!("no elements of type {other}"),
    }
}

fn evaluate(operation: OperationRef<'_, '_>, operands: &[&Array], shape: &[usize]) -> Array {
    let list = |name: &str| numbers(operation.attribute(name).expect("a list"));
    let flag = |name: &str| {
        BoolAttribute::try_from(operation.attribute(name).expect("a flag"))
            .expect("a flag")
            .value()
    };
    let number =
        |name: &str| float_value(operation.attribute(name).expect("a number")).expect("a number");
    let unary = |function: fn(f32) -> f32| operands[0].map(function);
    let precise = |function: fn(f64) -> f64| operands[0].map(|x| function(f64::from(x)) as f32);
    let binary = |function: fn(f32, f32) -> f32| {
        Array::from_fn(shape, |index| {
            function(operands[0].at(index), operands[1].at(index))
        })
    };
    let reduce = |start: f32, function: fn(f32, f32) -> f32| {
        assert!(flag("keep_dim"));
        let along = list("dim_arg")[0];
        Array::from_fn(shape, |index| {
            let mut index = index.to_vec();
            (0..operands[0].shape[along]).fold(start, |sum, at| {
                index[along] = at;
                function(sum, operands[0].at(&index))
            })
        })
    };
    match name_of(operation) {
        "ttir.abs" => unary(f32::abs),
        "ttir.ceil" => unary(f32::ceil),
        "ttir.floor" => unary(f32::floor),
        "ttir.neg" => unary(|x| -x),
        "ttir.relu" => unary(|x| x.max(0.0)),
        "ttir.square" => unary(|x| x * x),
        "ttir.exp" => precise(f64::exp),
        "ttir.log1p" => precise(f64::ln_1p),
        "ttir.sigmoid" => precise(|x| 1.0 / (1.0 + (-x).exp())),
        "ttir.silu" => precise(|x| x / (1.0 + (-x).exp())),
        "ttir.sqrt" => precise(f64::sqrt),
        "ttir.tanh" => precise(f64::tanh),
        "ttir.add" => binary(|x, y| x + y),
        "ttir.div" => binary(|x, y| x / y),
        "ttir.maximum" => binary(f32::max),
        "ttir.minimum" => binary(f32::min),
        "ttir.multiply" => binary(|x, y| x * y),
        "ttir.subtract" => binary(|x, y| x - y),
        "ttir.typecast" | "ttir.reshape" => Array {
            shape: shape.to_vec(),
            data: operands[0].data.clone(),
        },
        "ttir.matmul" => {
            assert!(!flag("transpose_a") && flag("transpose_b"));
            let inner = operands[0].shape[1];
            Array::from_fn(shape, |index| {
                (0..inner)
                    .map(|k| operands[0].at(&[index[0], k]) * operands[1].at(&[index[1], k]))
                    .sum()
            })
        }
        "ttir.rms_norm" => {
            let (last, epsilon) = (shape.len() - 1, number("epsilon") as f32);
            Array::from_fn(shape, |index| {
                let mut other = index.to_vec();
                let squares = (0..shape[last]).map(|at| {
                    other[last] = at;
                    operands[0].at(&other).powi(2)
                });
                let mean = squares.sum::<f32>() / shape[last] as f32;
                let y = operands[0].at(index) / (mean + epsilon).sqrt();
                operands
                    .get(1)
                    .map_or(y, |weight| y * weight.at(&index[last..]))
            })
        }
        "ttir.max" => reduce(f32::NEG_INFINITY, f32::max),
        "ttir.sum" => reduce(0.0, |sum, x| sum + x),
        "ttir.concat" => {
            let along = list("dim")[0];
            Array::from_fn(shape, |index| {
                let mut index = index.to_vec();
                for operand in operands {
                    let size = operand.shape[along];
                    if index[along] < size {
                        return operand.at(&index);
                    }
                    index[along] -= size;
                }
                panic!("beyond the operands")
            })
        }
        "ttir.permute" => {
            let permutation = list("permutation");
            Array::from_fn(shape, |index| {
                let mut source = vec![0; index.len()];
                for (at, &from) in permutation.iter().enumerate() {
                    source[from] = index[at];
                }
                operands[0].at(&source)
            })
        }
        "ttir.slice_static" => {
            let (begins, steps) = (list("begins"), list("step"));
            Array::from_fn(shape, |index| {
                let source: Vec<usize> = (0..index.len())
                    .map(|at| begins[at] + index[at] * steps[at])
                    .collect();
                operands[0].at(&source)
            })
        }
        "ttir.broadcast" => Array::from_fn(shape, |index| operands[0].at(index)),
        "ttir.clamp_scalar" => {
            let (least, most) = (number("min") as f32, number("max") as f32);
            operands[0].map(|x| x.max(least).min(most))
        }
        "ttir.full" => Array::from_fn(shape, |_| number("fill_value") as f32),
        "ttir.constant" => constant(operation.attribute("value").expect("a value"), shape),
        name => panic!("no op '{name}'"),
    }
}

fn numbers(attribute: Attribute<'_>) -> Vec<usize> {
    if let Ok(list) = ArrayAttribute::try_from(attribute) {
        let element = |index| IntegerAttribute::try_from(list.element(index).expect("an element"));
        (0..list.len())
            .map(|index| element(index).expect("an integer").value() as usize)
            .collect()
    } else if let Ok(array) = DenseI64ArrayAttribute::try_from(attribute) {
        (0..array.len())
            .map(|index| array.element(index).expect("an element") as usize)
            .collect()
    } else if let Ok(array) = DenseI32ArrayAttribute::try_from(attribute) {
        (0..array.len())
            .map(|index| array.element(index).expect("an element") as usize)
            .collect()
    } else {
        let number = IntegerAttribute::try_from(attribute).expect("an integer");
        vec![number.signed_value() as usize]
    }
}

fn constant(attribute: Attribute<'_>, shape: &[usize]) -> Array {
    let dense = dense_bytes(attribute).expect("dense elements");
    let count: usize = shape.iter().product();
    let stored = if dense.is_splat { 1 } else { count };
    let data: Vec<f32> = match dense.bytes.len() / stored {
        2 => dense
            .bytes
            .chunks_exact(2)
            .map(|bytes| bf16::from_ne_bytes(bytes.try_into().expect("two bytes")).to_f32())
            .collect(),
        _ => dense
            .bytes
            .chunks_exact(4)
            .map(|bytes| f32::from_ne_bytes(bytes.try_into().expect("four bytes")))
            .collect(),
    };
    let data = match dense.is_splat {
        true => vec![data[0]; count],
        false => data,
    };
    Array {
        shape: shape.to_vec(),
        data,
    }
}
