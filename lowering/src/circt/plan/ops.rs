//! Ops, as components: those on numbers one by one, and on rows.

use super::Planner;
use crate::{
    circt::{
        MOST_LANES,
        elementwise::{Elementwise, Function},
        fixed::Format,
        lanes,
        norm::Norm,
        operand,
        quantize::{QUANTIZED, Quantize},
        repeat::Cut,
        work::Work,
    },
    transfer,
};
use fidelity_dialect::{
    Add, Approximation, BitLinear, EluPlusOne, Exp, Gelu, Mlgru, Multiply, QuantizeActivations,
    Recurrence, Relu, RmsNorm, Sigmoid, Silu, Softplus, SquaredRelu, Subtract, Swiglu, Tanh,
    TernaryAccumulate, TernaryLinear, constant_value, mapping_of, splat_number,
};
use fidelity_passes::cost::ternary_weights;
use melior::ir::{
    Location, Value,
    attribute::DenseI64ArrayAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, OpView, name_of};

/// The function of an op of one or two float tensors.
fn function(operation: OperationRef<'_, '_>) -> Option<Function> {
    Some(match name_of(operation) {
        Add::NAME => Function::Add,
        Subtract::NAME => Function::Subtract,
        Multiply::NAME => Function::Multiply,
        Swiglu::NAME => Function::Swiglu,
        Sigmoid::NAME => Function::Sigmoid,
        Silu::NAME => Function::Silu,
        Gelu::NAME => match Gelu::cast(operation)?.approximation() {
            Approximation::None => Function::Gelu,
            Approximation::Tanh => Function::GeluTanh,
        },
        Tanh::NAME => Function::Tanh,
        Relu::NAME => Function::Relu,
        SquaredRelu::NAME => Function::SquaredRelu,
        Exp::NAME => Function::Exp,
        Softplus::NAME => Function::Softplus,
        EluPlusOne::NAME => Function::EluPlusOne,
        _ => return None,
    })
}

impl<'a> Planner<'a, '_> {
    /// The lanes that an op's tile says, or those that the pass has.
    fn lanes_of(&self, operation: OperationRef<'a, 'a>) -> Result<u64, Diagnostic<'a>> {
        let tile = mapping_of(operation)?.and_then(|mapping| mapping.tile_sizes());
        let is_product = ternary_weights(operation).is_some();
        let Some(tile) = tile.filter(|tile| is_product || tile.len() == 3) else {
            return Ok(self.options.lanes);
        };
        if let [1, 1, inputs] = tile[..]
            && let Some(lanes) = lanes(inputs)
        {
            return Ok(lanes);
        }
        Err(Diagnostic::expected(
            format!(
                "a tile [1, 1, K] of a power of two up to {MOST_LANES}, as an engine has K lanes"
            ),
            format!("{tile:?}"),
        )
        .at(operation.location()))
    }

    /// Plans an op.
    pub(super) fn operation(
        &mut self,
        operation: OperationRef<'a, 'a>,
    ) -> Result<(), Diagnostic<'a>> {
        let at = operation.location();
        self.lanes = self.lanes_of(operation)?;
        let numbers = if let Some(function) = function(operation) {
            vec![self.elementwise(operation, function)?]
        } else if let Some(op) = TernaryLinear::cast(operation) {
            vec![self.ternary_linear(&op, at)?]
        } else if let Some(op) = TernaryAccumulate::cast(operation) {
            vec![self.ternary_accumulate(&op, at)?]
        } else if let Some(op) = BitLinear::cast(operation) {
            vec![self.bit_linear(&op, at)?]
        } else if let Some(op) = RmsNorm::cast(operation) {
            vec![self.rms_norm(op.input(), op.weight(), op.epsilon(), at)?]
        } else if let Some(op) = QuantizeActivations::cast(operation) {
            let x = self.take("input", op.input(), at)?;
            let columns = self.columns(op.input(), at)?;
            self.quantize(x, columns)
        } else if let Some(op) = Mlgru::cast(operation) {
            self.mlgru(&op, at)?
        } else if let Some(op) = Recurrence::cast(operation) {
            self.recurrence(&op, at)?
        } else {
            match name_of(operation) {
                "func.return" => return self.return_op(operation),
                // Who takes it finds it.
                "arith.constant" => return Ok(()),
                "tensor.extract_slice" => vec![self.slice(operation)?],
                "tensor.insert_slice" => vec![self.pad(operation)?],
                // The elements are the same, one after the other.
                "tensor.cast" | "tensor.collapse_shape" | "tensor.expand_shape" => {
                    vec![self.take("the tensor", operand_of(operation)?, at)?]
                }
                name => {
                    let advice = transfer::advice(name)
                        .unwrap_or("leave it to a function of its own, for another target");
                    return Err(Diagnostic::new(format!(
                        "expected a ternary, elementwise, norm or recurrent op that hardware \
                         has, but got '{name}'; {advice}"
                    ))
                    .at(at));
                }
            }
        };
        self.results(operation, &numbers);
        Ok(())
    }

    /// An op on numbers one by one, its operands broadcast.
    fn elementwise(
        &mut self,
        operation: OperationRef<'a, 'a>,
        function: Function,
    ) -> Result<usize, Diagnostic<'a>> {
        let at = operation.location();
        let result = operation.result(0).map_err(|_| no_value())?;
        let shape = operand::shape("the result", result.into(), at)?.shape;
        let names: &[&str] = match operation.operand_count() {
            1 => &["input"],
            _ if function == Function::Swiglu => &["gate", "up"],
            _ => &["lhs", "rhs"],
        };
        let mut inputs = Vec::new();
        for (name, value) in names.iter().zip(operation.operands()) {
            inputs.push(self.take_in_shape(name, value, &shape, at)?);
        }
        let format = self.format(at)?;
        Ok(self.function(function, inputs, format))
    }

    /// A function of streams of one count.
    pub(super) fn function(
        &mut self,
        function: Function,
        inputs: Vec<usize>,
        result: Format,
    ) -> usize {
        let work = Elementwise {
            function,
            operands: inputs.iter().map(|&input| self.format_of(input)).collect(),
            result,
        };
        let count = self.plan.streams[inputs[0]].count;
        self.part(Work::Elementwise(work), inputs, &[(result, count)])[0]
    }

    /// A stream of floats in their format.
    pub(super) fn in_format(&mut self, number: usize, format: Format) -> usize {
        match self.format_of(number) == format {
            true => number,
            false => self.function(Function::Convert, vec![number], format),
        }
    }

    /// The size of the last dimension.
    pub(super) fn columns(
        &self,
        value: Value<'a, 'a>,
        at: Location<'a>,
    ) -> Result<u64, Diagnostic<'a>> {
        let shape = operand::shape("the tensor", value, at)?.shape;
        Ok(shape.last().map_or(1, |size| size.unsigned_abs()))
    }

    /// y = x / √(mean(x²) + ε) ⊙ weight.
    pub(super) fn rms_norm(
        &mut self,
        input: Value<'a, 'a>,
        weight: Option<Value<'a, 'a>>,
        epsilon: f64,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let x = self.take("input", input, at)?;
        let format = self.format(at)?;
        let x = self.in_format(x, format);
        let columns = self.columns(input, at)?;
        let units = 2f64.powi(2 * format.fraction as i32) * columns as f64;
        let scaled = (epsilon * units).round_ties_even();
        if scaled >= Norm::MOST_EPSILON {
            return Err(Diagnostic::new(format!(
                "expected an epsilon below {:e}, which beside squares of {columns} numbers of \
                 {} bits behind the point hardware has room for, but got {epsilon:e}; \
                 give fewer fraction-bits",
                Norm::MOST_EPSILON / units,
                format.fraction
            ))
            .at(at));
        }
        let norm = Norm {
            columns,
            epsilon: scaled as i64,
            format,
        };
        let count = self.plan.streams[x].count;
        let pairs = Format {
            width: norm.pair_width(),
            fraction: 0,
        };
        let mut inputs = self.part(Work::Rms(norm), vec![x], &[(pairs, count)]);
        if let Some(weight) = weight {
            let shape = operand::shape("input", input, at)?.shape;
            let weight = self.take_in_shape("weight", weight, &shape, at)?;
            inputs.push(self.in_format(weight, format));
        }
        let work = Work::Scale(norm, weight.is_some());
        Ok(self.part(work, inputs, &[(format, count)])[0])
    }

    /// The quantised rows and their inverse scales.
    pub(super) fn quantize(&mut self, x: usize, columns: u64) -> Vec<usize> {
        let Some(format) = self.options.format else {
            // Floats have been refused by now.
            return Vec::new();
        };
        let x = self.in_format(x, format);
        let count = self.plan.streams[x].count;
        let quantize = Quantize { columns, format };
        let pairs = Format {
            width: 2 * format.width,
            fraction: 0,
        };
        let quantized = Format {
            width: QUANTIZED,
            fraction: 0,
        };
        let rows = count / columns as usize;
        let outputs = [(pairs, count), (format.fine(), rows)];
        let measured = self.part(Work::AbsMax(quantize), vec![x], &outputs);
        let work = Work::Quantize(quantize);
        let q = self.part(work, vec![measured[0]], &[(quantized, count)])[0];
        vec![q, measured[1]]
    }

    /// A part of a tensor, at a place that is known.
    fn slice(&mut self, operation: OperationRef<'a, 'a>) -> Result<usize, Diagnostic<'a>> {
        let at = operation.location();
        let source = operand_of(operation)?;
        let sizes = operand::shape("the tensor", source, at)?.shape;
        let cuts = cuts(operation, &sizes, 1)?;
        let count = cuts.iter().map(|cut| cut.kept as usize).product();
        if count == 0 {
            return Err(Diagnostic::expected("a slice of at least one element", "none").at(at));
        }
        let x = self.take("the tensor", source, at)?;
        let format = self.format_of(x);
        let work = Work::Slice(cuts, format.width);
        Ok(self.part(work, vec![x], &[(format, count)])[0])
    }

    /// Rows within longer ones of zeros, as a layer without its rows of zeros is.
    fn pad(&mut self, operation: OperationRef<'a, 'a>) -> Result<usize, Diagnostic<'a>> {
        let at = operation.location();
        let whole = operation.operand(1).map_err(|_| no_value())?;
        let sizes = operand::shape("the tensor", whole, at)?.shape;
        let cuts = cuts(operation, &sizes, 2)?;
        let are_whole = |cuts: &[Cut]| cuts.iter().all(|cut| cut.kept == cut.size);
        let is_zero = constant_value(whole).and_then(splat_number) == Some(0.0);
        let Some((&row, outer)) = cuts.split_last() else {
            return Err(Diagnostic::expected("rows", "a scalar").at(at));
        };
        if !is_zero || !are_whole(outer) || row.kept == 0 {
            return Err(Diagnostic::new(
                "expected whole rows within longer ones of zeros, but got another place or \
                 other values around; add the parts of a sum",
            )
            .at(at));
        }
        let x = self.take("the tensor", operand_of(operation)?, at)?;
        let format = self.format_of(x);
        let count = sizes.iter().map(|size| *size as usize).product();
        Ok(self.part(Work::Pad(row, format.width), vec![x], &[(format, count)])[0])
    }
}

/// What a slice of a tensor of those sizes keeps, or is put in the place of;
/// `operands` are those of a slice at a place that is known.
fn cuts<'a>(
    operation: OperationRef<'a, 'a>,
    sizes: &[i64],
    operands: usize,
) -> Result<Vec<Cut>, Diagnostic<'a>> {
    let numbers = |name: &str| -> Vec<i64> {
        let array = operation
            .attribute(name)
            .ok()
            .and_then(|array| DenseI64ArrayAttribute::try_from(array).ok());
        array.map_or_else(Vec::new, |array| {
            (0..array.len())
                .filter_map(|index| array.element(index).ok())
                .collect()
        })
    };
    let (offsets, kept) = (numbers("static_offsets"), numbers("static_sizes"));
    let is_plain = numbers("static_strides").iter().all(|&stride| stride == 1);
    if operation.operand_count() != operands || !is_plain {
        return Err(Diagnostic::new(
            "expected a slice of neighbours at a place that is known, but got strides or \
             a place that is computed; give numbers, and strides of 1",
        )
        .at(operation.location()));
    }
    let cuts = sizes.iter().zip(offsets.iter().zip(&kept));
    Ok(cuts
        .map(|(size, (offset, kept))| Cut {
            size: size.unsigned_abs(),
            offset: offset.unsigned_abs(),
            kept: kept.unsigned_abs(),
        })
        .collect())
}

/// The first operand.
fn operand_of<'a>(operation: OperationRef<'a, 'a>) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    operation.operand(0).map_err(|_| no_value())
}

fn no_value<'a>() -> Diagnostic<'a> {
    Diagnostic::new("internal error: an op without its values")
}
