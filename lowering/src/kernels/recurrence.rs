//! The steps of a recurrence: a program has channels of one sequence.

use super::{
    Machine,
    blocks::element_of,
    elementwise,
    program::{Held, Place, Program, immediate},
};
use fidelity_dialect::{Read as StateRead, Recurrence};
use fidelity_passes::kernels::{Extent, Kind, Member, Role};
use melior::ir::{Value, operation::OperationLike};
use ods_bridge::{Diagnostic, OpView};

/// A recurrence that is to be computed.
pub struct Steps<'a> {
    member: Member<'a>,
    op: Recurrence<'a>,
    /// The sizes before time.
    pub batch: Vec<Extent>,
    time: Extent,
    /// The number of channels.
    pub width: Extent,
}

impl<'a> Steps<'a> {
    /// The recurrence of a kernel.
    pub fn of<M: Machine>(program: &Program<'a, '_, M>) -> Result<Self, Diagnostic<'a>> {
        let kernel = program.kernel;
        let mut members = kernel.members.iter();
        let member = members.find(|member| member.role == Role::Recurrence);
        let (member, op) = member
            .and_then(|member| Some((member, Recurrence::cast(member.operation)?)))
            .ok_or_else(|| {
                Diagnostic::expected(
                    format!("a kernel with a {}", Kind::Recurrence.keyword()),
                    "none",
                )
                .at(kernel.function.location())
            })?;
        let mut batch = member.leading.clone();
        let time = batch
            .pop()
            .ok_or_else(|| Diagnostic::new("internal error: a recurrence without time"))?;
        Ok(Self {
            member: member.clone(),
            op,
            batch,
            time,
            width: kernel.settled(member.width),
        })
    }

    /// S_t = d_t ⊙ S_{t-1} + value_t for the channels at a place, whose row is
    /// the sequence, with the elementwise ops before and after it in each step.
    pub fn build<M: Machine>(
        &self,
        program: &mut Program<'a, '_, M>,
        sequence: Value<'a, 'a>,
        channels: &Place<'a>,
    ) -> Result<(), Diagnostic<'a>> {
        let blocks = &program.blocks;
        let results: Vec<Value<'a, 'a>> =
            self.member.operation.results().map(Value::from).collect();
        let compute = blocks.compute_type(element_of(results[1]));
        let state = match self.op.state() {
            Some(state) => {
                let loops: Vec<_> = (0..=self.batch.len()).map(Some).collect();
                let state = program.load(channels, &self.batch, state, &loops)?;
                blocks.converted(state, compute)
            }
            None => blocks.constant(&channels.shape, compute, 0.0),
        };
        let steps = program.size(self.time)?;
        let start = blocks.apply("arith.muli", &[sequence, steps]);
        let step = |program: &mut Program<'a, '_, M>, t: Value<'a, 'a>, state: Value<'a, 'a>| {
            let row = program.blocks.apply("arith.addi", &[start, t]);
            let place = Place {
                row: program.splat(row, &channels.shape),
                ..channels.clone()
            };
            let mut next = state;
            for other in &program.kernel.members {
                if other.role != Role::Recurrence {
                    elementwise(program, &place, other)?;
                    continue;
                }
                next = self.update(program, &place, state)?;
                let seen = match self.op.read() {
                    StateRead::After => next,
                    StateRead::Before => state,
                };
                let seen = program.blocks.converted(seen, element_of(results[0]));
                program.hold(results[0], Held::Block(seen));
            }
            program.store_elements(&place, self.width)?;
            Ok(next)
        };
        let last = if program.kernel.settled(self.time) == Extent::Known(1) {
            // Without a loop no other builder is needed.
            step(
                &mut program.within(&program.blocks),
                program.number(0),
                state,
            )?
        } else {
            let range = [program.number(0), steps, program.number(1)];
            let carried = blocks.loop_over(range, &[state], |builder, t, carried| {
                let next = step(&mut program.within(builder), t, carried[0])?;
                Ok(vec![next])
            })?;
            carried[0]
        };
        let last = program.blocks.converted(last, element_of(results[1]));
        program.hold(results[1], Held::Block(last));
        program.store_elements(channels, self.width)
    }

    /// The next state.
    fn update<M: Machine>(
        &self,
        program: &Program<'a, '_, M>,
        place: &Place<'a>,
        state: Value<'a, 'a>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let blocks = &program.blocks;
        let factors = self.op.decay().len();
        let reads = self.member.reads.iter().take(factors + 1);
        let mut values = reads
            .map(|read| {
                let value = match immediate(read.value) {
                    Some(number) => blocks.constant(&place.shape, element_of(read.value), number),
                    None => program.read(place, &self.member, read)?,
                };
                Ok(blocks.converted(value, element_of(state)))
            })
            .collect::<Result<Vec<_>, Diagnostic<'a>>>()?;
        let value = values
            .pop()
            .ok_or_else(|| Diagnostic::new("internal error: a recurrence that nothing feeds"))?;
        let decay = values
            .into_iter()
            .reduce(|lhs, rhs| blocks.apply("arith.mulf", &[lhs, rhs]));
        let Some(mut decay) = decay else {
            return Ok(blocks.plus(state, value));
        };
        if self.op.exponential() {
            decay = blocks.apply("math.exp", &[decay]);
        }
        let kept = blocks.apply("arith.mulf", &[decay, state]);
        Ok(blocks.plus(kept, value))
    }
}
