//! Sizes of tensors in terms of what a function is called with.

use crate::outline::symbol_of;
use fidelity_dialect::{DYNAMIC, Loops, Recurrence, TensorType, index_value};
use melior::ir::{
    BlockLike, Value, ValueLike,
    attribute::{DenseI64ArrayAttribute, FlatSymbolRefAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{OpView, block_argument, defining_op, name_of, operations_within, symbol_name};
use std::collections::HashMap;

/// A size of a tensor in a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// It is known.
    Known(i64),
    /// It is that of a dimension of an argument of the function.
    Argument {
        /// The number of the argument.
        argument: usize,
        /// The dimension of the argument.
        dimension: usize,
    },
}

/// Finds out sizes, through calls of the functions of a module too.
#[derive(Clone, Debug, Default)]
pub struct Extents<'a> {
    functions: HashMap<&'a str, OperationRef<'a, 'a>>,
}

impl<'a> Extents<'a> {
    /// Knows the functions within an op.
    pub fn of_module(module: OperationRef<'a, 'a>) -> Self {
        let functions = operations_within(module)
            .into_iter()
            .filter(|&operation| name_of(operation) == "func.func")
            .filter_map(|function| Some((symbol_of(function)?, function)))
            .collect();
        Self { functions }
    }

    /// The function of a name.
    pub fn function(&self, name: &str) -> Option<OperationRef<'a, 'a>> {
        self.functions.get(name).copied()
    }

    /// The sizes of a tensor, in the function in which it is; `None` when one
    /// follows from something else than the sizes of arguments.
    pub fn of(&self, value: Value<'a, 'a>) -> Option<Vec<Extent>> {
        let shape = TensorType::new(value.r#type())?.shape;
        if !shape.contains(&DYNAMIC) {
            return Some(shape.into_iter().map(Extent::Known).collect());
        }
        if let Some((_, argument)) = block_argument(value) {
            let extent = |(dimension, &size): (usize, &i64)| match size {
                DYNAMIC => Extent::Argument {
                    argument,
                    dimension,
                },
                known => Extent::Known(known),
            };
            return Some(shape.iter().enumerate().map(extent).collect());
        }
        let operation = defining_op(value)?;
        let index = operation
            .results()
            .position(|result| Value::from(result) == value)?;
        let found = self.of_result(operation, index)?;
        (found.len() == shape.len()).then_some(())?;
        let known = shape.iter().zip(found).map(|(&size, extent)| match size {
            DYNAMIC => extent,
            known => Extent::Known(known),
        });
        Some(known.collect())
    }

    fn of_result(&self, operation: OperationRef<'a, 'a>, index: usize) -> Option<Vec<Extent>> {
        let operand = |index| operation.operand(index).ok();
        match name_of(operation) {
            "tensor.empty" => {
                let shape = TensorType::new(operation.result(0).ok()?.r#type())?.shape;
                self.with_dynamic(&shape, operation.operands())
            }
            "tensor.extract_slice" => {
                let sizes =
                    DenseI64ArrayAttribute::try_from(operation.attribute("static_sizes").ok()?)
                        .ok()?;
                let sizes: Vec<i64> = (0..sizes.len())
                    .map(|at| sizes.element(at).ok())
                    .collect::<Option<_>>()?;
                // Offsets stand before the sizes, strides after them.
                let offsets =
                    DenseI64ArrayAttribute::try_from(operation.attribute("static_offsets").ok()?)
                        .ok()?;
                let dynamic = (0..offsets.len())
                    .filter(|&at| offsets.element(at) == Ok(DYNAMIC))
                    .count();
                self.with_dynamic(&sizes, operation.operands().skip(1 + dynamic))
            }
            "tensor.cast" | "fidelity.rms_norm" => self.of(operand(0)?),
            "fidelity.quantize_activations" => {
                let mut sizes = self.of(operand(0)?)?;
                if index == 1 {
                    *sizes.last_mut()? = Extent::Known(1);
                }
                Some(sizes)
            }
            "fidelity.ternary_linear" => {
                let mut sizes = self.of(operand(0)?)?;
                *sizes.last_mut()? = *self.of(operand(1)?)?.first()?;
                Some(sizes)
            }
            Recurrence::NAME => {
                let op = Recurrence::cast(operation)?;
                let loops = Loops::of(&op).ok()?;
                let sizes = self.of_loops(&op, &loops)?;
                let map = if index == 0 {
                    &loops.output
                } else {
                    &loops.state
                };
                Some(map.iter().map(|&at| sizes[at]).collect())
            }
            "linalg.generic" => {
                let inputs = operation
                    .operand_count()
                    .checked_sub(operation.result_count())?;
                self.of(operand(inputs + index)?)
            }
            "func.call" => {
                let name = operation.attribute("callee").ok()?;
                let name = symbol_name(FlatSymbolRefAttribute::try_from(name).ok()?);
                let body = self.function(name)?.region(0).ok()?;
                let block = melior::ir::RegionLike::first_block(&body)?;
                let returned = block.terminator()?.operand(index).ok()?;
                let sizes = self.of(returned)?.into_iter();
                sizes.map(|size| self.of_caller(size, operation)).collect()
            }
            _ => None,
        }
    }

    /// A size in a function, in the one that calls it.
    pub fn of_caller(&self, size: Extent, call: OperationRef<'a, 'a>) -> Option<Extent> {
        match size {
            Extent::Known(_) => Some(size),
            Extent::Argument {
                argument,
                dimension,
            } => self
                .of(call.operand(argument).ok()?)?
                .get(dimension)
                .copied(),
        }
    }

    /// The size of each loop of a recurrence, by the first operand that has it.
    pub fn of_loops(&self, op: &Recurrence<'a>, loops: &Loops) -> Option<Vec<Extent>> {
        let operands = op.view().operands();
        (0..loops.count)
            .map(|at| {
                let found = operands
                    .iter()
                    .zip(&loops.operands)
                    .filter_map(|(value, map)| {
                        let dimension = map.iter().position(|&other| other == at)?;
                        self.of(*value)?.get(dimension).copied()
                    });
                // A known size says more.
                found.reduce(|first, next| match next {
                    Extent::Known(_) => next,
                    Extent::Argument { .. } => first,
                })
            })
            .collect()
    }

    /// The sizes of a shape whose dynamic ones are values of index type.
    fn with_dynamic(
        &self,
        shape: &[i64],
        values: impl Iterator<Item = Value<'a, 'a>>,
    ) -> Option<Vec<Extent>> {
        let mut values = values;
        shape
            .iter()
            .map(|&size| match size {
                DYNAMIC => self.of_index(values.next()?),
                known => Some(Extent::Known(known)),
            })
            .collect()
    }

    /// The size that a value of index type is.
    fn of_index(&self, value: Value<'a, 'a>) -> Option<Extent> {
        if let Some(known) = index_value(value) {
            return Some(Extent::Known(known));
        }
        let operation = defining_op(value)?;
        if name_of(operation) != "tensor.dim" {
            return None;
        }
        let dimension = index_value(operation.operand(1).ok()?)?;
        self.of(operation.operand(0).ok()?)?
            .get(usize::try_from(dimension).ok()?)
            .copied()
    }
}
