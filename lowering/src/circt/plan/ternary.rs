//! Linear layers, as components.

use super::{Flow, Planner};
use crate::circt::{
    dot::Widths, elementwise::Function, engine::Engine, fixed::Format, logic::width_of, operand,
    work::Work,
};
use fidelity_dialect::{BitLinear, TernaryAccumulate, TernaryLinear};
use melior::ir::{Location, Value};
use ods_bridge::Diagnostic;

/// The width of sums of i8, of which only this much is kept.
const SUM: u32 = 32;

impl<'a> Planner<'a, '_> {
    pub(super) fn ternary_linear(
        &mut self,
        op: &TernaryLinear<'a>,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let x = self.take("x", op.x(), at)?;
        let is_float = operand::shape("x", op.x(), at)?.element.to_string() != "i8";
        let Some(scale) = op.scale() else {
            let width = (!is_float).then_some(SUM);
            let sums = self.engine(x, op.x(), op.weights(), width, at)?;
            return match is_float {
                true => {
                    let format = self.format(at)?;
                    Ok(self.in_format(sums, format))
                }
                false => Ok(sums),
            };
        };
        let sums = self.engine(x, op.x(), op.weights(), None, at)?;
        let format = self.format(at)?;
        self.scaled(sums, scale, op.weights(), format, at)
    }

    pub(super) fn ternary_accumulate(
        &mut self,
        op: &TernaryAccumulate<'a>,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        if op.result(0).is_none() {
            return Err(Diagnostic::expected("an op on tensors", "one on memrefs").at(at));
        }
        if let Some(scale) = op.scale() {
            return Err(Diagnostic::expected(
                "sums that are added as they are",
                "sums under a scale, which fidelity.ternary_linear has",
            )
            .at(at)
            .note_value("scale", scale));
        }
        let x = self.take("x", op.x(), at)?;
        let is_float = operand::shape("x", op.x(), at)?.element.to_string() != "i8";
        let width = (!is_float).then_some(SUM);
        let sums = self.engine(x, op.x(), op.weights(), width, at)?;
        let init = self.take("init", op.init(), at)?;
        if is_float {
            let format = self.format(at)?;
            return Ok(self.function(Function::Add, vec![sums, init], format));
        }
        let Flow { format, count, .. } = self.plan.streams[init];
        let work = Work::Add {
            width: format.width,
        };
        Ok(self.part(work, vec![sums, init], &[(format, count)])[0])
    }

    /// The parts that the layer is defined as. The sum is scaled by 1/s first,
    /// in as many bits as it needs, so that nothing between the norm and y is
    /// saturated.
    pub(super) fn bit_linear(
        &mut self,
        op: &BitLinear<'a>,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let normed = self.rms_norm(op.x(), op.norm_weight(), op.epsilon(), at)?;
        let columns = self.columns(op.x(), at)?;
        let [q, inverse] = self.quantize(normed, columns)[..] else {
            return Err(Diagnostic::expected("a fixed-point format", "none").at(at));
        };
        let format = self.format(at)?;
        let sums = self.engine(q, op.x(), op.weights(), None, at)?;
        let count = self.plan.streams[sums].count;
        let rows = self.plan.streams[inverse].count;
        let of_row = [rows as i64, (count / rows) as i64];
        let inverse = self.broadcast(inverse, &[rows as i64, 1], &of_row);
        let wide = Format {
            width: format.width + 2 + width_of(columns),
            ..format
        };
        let sums = self.function(Function::Multiply, vec![sums, inverse], wide);
        let y = self.scaled(sums, op.scale(), op.weights(), format, at)?;
        let Some(bias) = op.bias() else {
            return Ok(y);
        };
        let bias = self.take_in_shape("bias", bias, &of_row, at)?;
        Ok(self.function(Function::Add, vec![y, bias], format))
    }

    /// The stream of the sums of x times weights, of all bits that they need or
    /// of as many as are said.
    fn engine(
        &mut self,
        x: usize,
        of: Value<'a, 'a>,
        weights: Value<'a, 'a>,
        width: Option<u32>,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let matrix = operand::weights(weights, at)?;
        let lanes = self.lanes;
        if !lanes.is_multiple_of(matrix.trits.per_byte()) {
            return Err(Diagnostic::new(format!(
                "expected at least {} lanes, as many as a byte of the weights has trits, \
                 but got {lanes}; give more lanes, or store the weights dense",
                matrix.trits.per_byte()
            ))
            .at(at)
            .note_value("weights", weights));
        }
        let columns = self.columns(of, at)?;
        let Flow { format, count, .. } = self.plan.streams[x];
        // Lanes that are not there add zeros.
        let most = columns.max(lanes);
        let sum = width.unwrap_or(format.width + 1 + width_of(most));
        let engine = Engine {
            rows: matrix.rows,
            columns,
            trits: matrix.trits,
            lanes,
            widths: Widths {
                activation: format.width,
                sum,
            },
        };
        let sums = Format {
            width: sum,
            ..format
        };
        let count = count / columns as usize * matrix.rows as usize;
        let weights = self.take_weights(weights, matrix, at)?;
        Ok(self.part(Work::Engine(engine), vec![x, weights], &[(sums, count)])[0])
    }

    /// Sums times a scale, which is a scalar or one for each row of weights.
    fn scaled(
        &mut self,
        sums: usize,
        scale: Value<'a, 'a>,
        weights: Value<'a, 'a>,
        format: Format,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let shape = operand::shape("scale", scale, at)?.shape;
        if shape.len() > 1 {
            return Err(Diagnostic::new(format!(
                "expected a scale for all weights or one for each row, which hardware applies \
                 to whole sums, but got one for each of {} groups; \
                 add a layer for each group of inputs",
                shape[1]
            ))
            .at(at)
            .note_value("scale", scale));
        }
        let number = self.take_scale("scale", scale, at)?;
        let rows = operand::shape("weights", weights, at)?.shape[0];
        let count = self.plan.streams[sums].count as i64;
        let number = self.broadcast(number, &shape, &[count / rows, rows]);
        Ok(self.function(Function::Multiply, vec![sums, number], format))
    }
}
