//! Kernels of rows: a block has a row, or of elementwise ops a thread has an
//! element.
//!
//! What a row is summed for is computed in a loop over its elements, and what
//! the kernel gives in another: nothing is kept in between but the sums, so that
//! rows may be of any length.

use super::{
    builder::Axis::{X, Y},
    program::{Program, Scratch, Threads, place, threads_of},
};
use crate::kernels::{Axis, Built, Held, Place, blocks::element_of, elementwise, row};
use fidelity_dialect::{QuantizeActivations, RmsNorm};
use fidelity_passes::kernels::{Extent, Member, Role};
use melior::ir::{Value, operation::OperationLike};
use ods_bridge::{Diagnostic, OpView, name_of};

/// The most threads of a block, unless a mapping says more.
const THREADS: i64 = 256;

/// Builds the program of a kernel of rows.
pub fn build<'a>(program: Program<'a, '_>, scratch: &Scratch<'a>) -> Built<'a> {
    let kernel = program.kernel;
    let first = kernel.first()?;
    let width = kernel.settled(first.width);
    let threads = Threads::new(&program, threads_of(&program, width, THREADS)?, scratch);
    let is_summed = kernel.members.iter().any(|member| member.role == Role::Row);
    let rows = Axis {
        sizes: first.leading.clone(),
        block: 1,
    };
    let parts = |sizes| Axis {
        sizes,
        block: threads.count,
    };
    let grid = if is_summed {
        whole_rows(program, &threads, width)?;
        [rows, parts(vec![])]
    } else if first.leading.is_empty() {
        // The first axis of a grid is the one that may be long.
        let row = program.number(0);
        elements(&program, [row, program.thread_along(X, &threads)], width)?;
        [parts(vec![width]), rows]
    } else {
        let row = program.gpu().block_id(X);
        elements(&program, [row, program.thread_along(Y, &threads)], width)?;
        [rows, parts(vec![width])]
    };
    Ok((grid, threads.count))
}

/// An element for each thread, that of a row and a place in it.
fn elements<'a>(
    program: &Program<'a, '_>,
    [row, lane]: [Value<'a, 'a>; 2],
    width: Extent,
) -> Result<(), Diagnostic<'a>> {
    let gpu = program.gpu();
    gpu.when(gpu.below(lane, program.size(width)?), |builder| {
        let mut program = program.within(builder);
        let place = place(row, lane);
        for member in &program.kernel.members {
            elementwise(&mut program, &place, member)?;
        }
        program.store_elements(&place, width)
    })
}

/// A row for all threads of a block.
fn whole_rows<'a>(
    mut program: Program<'a, '_>,
    threads: &Threads<'a, '_>,
    width: Extent,
) -> Result<(), Diagnostic<'a>> {
    let kernel = program.kernel;
    let row = program.gpu().block_id(X);
    let elements = Elements {
        row,
        range: [
            threads.id,
            program.size(width)?,
            program.number(threads.count),
        ],
    };
    let mut factors = Factors(Vec::new());
    for member in &kernel.members {
        if member.role == Role::Row {
            let factor = elements.summed(&mut program, threads, &factors, member)?;
            factors
                .0
                .push((member.operation.to_raw().ptr as usize, factor));
        }
    }
    elements.stored(&program, &factors, width)?;
    let gpu = program.gpu();
    let is_first = gpu.below(threads.id, gpu.index(1));
    gpu.when(is_first, |builder| {
        program.within(builder).store_rows(row);
        Ok(())
    })
}

/// What the elements of a row are multiplied with, by the op that does it.
struct Factors<'a>(Vec<(usize, Value<'a, 'a>)>);

/// The elements of a row that a thread goes through.
struct Elements<'a> {
    row: Value<'a, 'a>,
    range: [Value<'a, 'a>; 3],
}

impl<'a> Elements<'a> {
    /// The factor of an op, of the sum or the greatest of what it reads.
    fn summed(
        &self,
        program: &mut Program<'a, '_>,
        threads: &Threads<'a, '_>,
        factors: &Factors<'a>,
        member: &Member<'a>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let read = &member.reads[0];
        let is_norm = name_of(member.operation) == RmsNorm::NAME;
        let combine = if is_norm {
            "arith.addf"
        } else {
            "arith.maximumf"
        };
        let blocks = &program.blocks;
        let compute = blocks.compute_type(element_of(read.value));
        let begin = blocks.float(compute, 0.0);
        let own = blocks.loop_over(self.range, &[begin], |builder, lane, carried| {
            let mut program = program.within(builder);
            let place = place(self.row, lane);
            factors.compute(&mut program, &place, &[read.value])?;
            let x = program.read(&place, member, read)?;
            let blocks = &program.blocks;
            let x = blocks.converted(x, compute);
            let term = if is_norm {
                blocks.apply("arith.mulf", &[x, x])
            } else {
                blocks.apply("math.absf", &[x])
            };
            Ok(vec![blocks.apply(combine, &[carried[0], term])])
        })?;
        let all = threads.reduce(program, &own, threads.count, combine)?[0];
        if is_norm {
            return row::norm_factor(program, member, all);
        }
        let blocks = &program.blocks;
        let [scale, inverse] = row::scales(blocks, row::magnitude(blocks, all));
        if let Ok(result) = member.operation.result(1) {
            let inverse = blocks.converted(inverse, element_of(result.into()));
            program.hold(result.into(), Held::Row(inverse));
        }
        Ok(scale)
    }

    /// Stores the elements that the kernel gives.
    fn stored(
        &self,
        program: &Program<'a, '_>,
        factors: &Factors<'a>,
        width: Extent,
    ) -> Result<(), Diagnostic<'a>> {
        program
            .blocks
            .loop_over(self.range, &[], |builder, lane, _| {
                let mut program = program.within(builder);
                let place = place(self.row, lane);
                let kernel = program.kernel;
                factors.compute(&mut program, &place, &kernel.results)?;
                program.store_elements(&place, width)?;
                Ok(vec![])
            })?;
        Ok(())
    }
}

impl<'a> Factors<'a> {
    /// Computes the ops that values need, at a place.
    fn compute(
        &self,
        program: &mut Program<'a, '_>,
        place: &Place<'a>,
        wanted: &[Value<'a, 'a>],
    ) -> Result<(), Diagnostic<'a>> {
        for member in needed(&program.kernel.members, wanted) {
            match name_of(member.operation) {
                RmsNorm::NAME => self.normed(program, place, member)?,
                QuantizeActivations::NAME => self.quantized(program, place, member)?,
                _ => elementwise(program, place, member)?,
            }
        }
        Ok(())
    }

    fn of(&self, member: &Member<'a>) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let key = member.operation.to_raw().ptr as usize;
        let mut factors = self.0.iter();
        factors
            .find(|(operation, _)| *operation == key)
            .map(|&(_, factor)| factor)
            .ok_or_else(|| {
                Diagnostic::new("internal error: a row that has not been summed")
                    .at(member.operation.location())
            })
    }

    /// x · factor ⊙ weight
    fn normed(
        &self,
        program: &mut Program<'a, '_>,
        place: &Place<'a>,
        member: &Member<'a>,
    ) -> Result<(), Diagnostic<'a>> {
        let factor = self.of(member)?;
        let blocks = &program.blocks;
        let mut y = factor;
        for read in &member.reads {
            let value = program.read(place, member, read)?;
            let value = blocks.converted(value, element_of(factor));
            y = blocks.apply("arith.mulf", &[value, y]);
        }
        for result in member.operation.results().map(Value::from) {
            let y = program.blocks.converted(y, element_of(result));
            program.hold(result, Held::Block(y));
        }
        Ok(())
    }

    /// clamp(rne(x · s), -128, 127)
    fn quantized(
        &self,
        program: &mut Program<'a, '_>,
        place: &Place<'a>,
        member: &Member<'a>,
    ) -> Result<(), Diagnostic<'a>> {
        let scale = self.of(member)?;
        let x = program.read(place, member, &member.reads[0])?;
        let x = program.blocks.converted(x, element_of(scale));
        let quantized = row::quantized(&program.blocks, x, scale);
        if let Ok(result) = member.operation.result(0) {
            program.hold(result.into(), Held::Block(quantized));
        }
        Ok(())
    }
}

/// The ops, in their order, that make values and what goes into them.
fn needed<'k, 'a>(members: &'k [Member<'a>], wanted: &[Value<'a, 'a>]) -> Vec<&'k Member<'a>> {
    let mut wanted = wanted.to_vec();
    let mut needed = Vec::new();
    for member in members.iter().rev() {
        let mut results = member.operation.results().map(Value::from);
        if results.any(|result| wanted.contains(&result)) {
            wanted.extend(member.reads.iter().map(|read| read.value));
            needed.push(member);
        }
    }
    needed.reverse();
    needed
}
