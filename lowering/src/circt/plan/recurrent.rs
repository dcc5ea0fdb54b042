//! Sequence ops, as components.

use super::Planner;
use crate::circt::{
    fixed::Format, mlgru::Step, operand, recurrence::Recurrence as Unit, sequence::Sequence,
    work::Work,
};
use fidelity_dialect::{Loops, Mlgru, Read, Recurrence};
use melior::ir::Location;
use ods_bridge::Diagnostic;

impl<'a> Planner<'a, '_> {
    /// The streams of the output and the new state.
    pub(super) fn mlgru(
        &mut self,
        op: &Mlgru<'a>,
        at: Location<'a>,
    ) -> Result<Vec<usize>, Diagnostic<'a>> {
        let shape = operand::shape("forget", op.forget(), at)?.shape;
        let time = shape.len() - 2;
        let operands = [
            ("forget", Some(op.forget())),
            ("candidate", Some(op.candidate())),
            ("gate", op.gate()),
            ("state", op.state()),
            ("lower_bound", op.lower_bound()),
        ];
        let mut inputs = Vec::new();
        for (name, value) in operands {
            let Some(value) = value else {
                continue;
            };
            inputs.push(match name {
                "lower_bound" => self.take_in_shape(name, value, &shape, at)?,
                _ => self.take(name, value, at)?,
            });
        }
        let format = self.format(at)?;
        let sequence = Sequence {
            steps: shape[time].unsigned_abs(),
            channels: shape[time + 1].unsigned_abs(),
            state: op.state().is_some(),
        };
        let step = Step {
            candidate: op.activation(),
            gate: op.gate().is_some(),
            state: op.state().is_some() || sequence.steps > 1,
            lower_bound: op.lower_bound().is_some(),
            format,
        };
        let work = Work::Mlgru(step, sequence);
        Ok(self.over_time(work, inputs, &sequence, format))
    }

    /// The streams of the output and the last state of a recurrence that has a
    /// state for each element of a step's output.
    pub(super) fn recurrence(
        &mut self,
        op: &Recurrence<'a>,
        at: Location<'a>,
    ) -> Result<Vec<usize>, Diagnostic<'a>> {
        let loops = Loops::of(op)?;
        let refused = |what: &str| {
            Err(Diagnostic::new(format!(
                "expected a recurrence whose state changes element by element, but got one \
                 {what}; leave it to a function of its own, for another target"
            ))
            .at(at))
        };
        if !loops.keys.is_empty() {
            return refused("that sums over keys");
        }
        if !op.erase().is_empty() {
            return refused("that erases");
        }
        if op.bonus().is_some() {
            return refused("with a bonus");
        }
        let output = op
            .result(0)
            .ok_or_else(|| Diagnostic::new("internal error: no output"))?;
        let shape = operand::shape("output", output, at)?.shape;
        let place = |at: usize| loops.output.iter().position(|&other| other == at);
        let is_sorted = |list: &[usize]| list.is_sorted_by_key(|&at| place(at));
        if !loops.operands.iter().all(|list| is_sorted(list)) || !is_sorted(&loops.state) {
            return refused("whose operands have their dimensions in another order");
        }
        let time = place(loops.time).unwrap_or(0);
        let mut inputs = Vec::new();
        for ((name, value), list) in op.named_operands().into_iter().zip(&loops.operands) {
            let number = self.take(name, value, at)?;
            inputs.push(match name {
                "state" => number,
                _ => {
                    // A loop that its map lacks is a dimension of size 1.
                    let from: Vec<i64> = (0..shape.len())
                        .map(|at| match list.contains(&loops.output[at]) {
                            true => shape[at],
                            false => 1,
                        })
                        .collect();
                    self.broadcast(number, &from, &shape)
                }
            });
        }
        let format = self.format(at)?;
        let sequence = Sequence {
            steps: shape[time].unsigned_abs(),
            channels: shape[time + 1..]
                .iter()
                .map(|size| size.unsigned_abs())
                .product(),
            state: op.state().is_some(),
        };
        let unit = Unit {
            decays: op.decay().len(),
            exponential: op.exponential(),
            key: op.key().is_some(),
            value: op.value().is_some(),
            query: op.query().is_some(),
            read_before: op.read() == Read::Before,
            format,
        };
        let work = Work::Recurrence(unit, sequence);
        Ok(self.over_time(work, inputs, &sequence, format))
    }

    fn over_time(
        &mut self,
        work: Work,
        inputs: Vec<usize>,
        sequence: &Sequence,
        format: Format,
    ) -> Vec<usize> {
        let inputs: Vec<usize> = inputs
            .into_iter()
            .map(|input| self.in_format(input, format))
            .collect();
        let count = self.plan.streams[inputs[0]].count;
        let states = count / sequence.steps as usize;
        self.part(work, inputs, &[(format, count), (format, states)])
    }
}
