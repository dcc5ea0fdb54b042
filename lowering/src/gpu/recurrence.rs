//! Kernels of recurrences: a thread has a channel of a sequence and goes through
//! its steps, with the state in a register.

use super::{
    builder::Axis as GridAxis,
    program::{Program, Scratch, Threads, place, threads_of},
};
use crate::kernels::{Axis, Built, recurrence::Steps};

/// The most channels of a block, unless a mapping says more.
const CHANNELS: i64 = 128;

/// Builds the program of a kernel with a recurrence.
pub fn build<'a>(program: Program<'a, '_>, scratch: &Scratch<'a>) -> Built<'a> {
    let steps = Steps::of(&program)?;
    let block = threads_of(&program, steps.width, CHANNELS)?;
    let threads = Threads::new(&program, block, scratch);
    let gpu = program.gpu();
    let sequence = gpu.block_id(GridAxis::X);
    let channel = program.thread_along(GridAxis::Y, &threads);
    gpu.when(gpu.below(channel, program.size(steps.width)?), |builder| {
        let mut program = program.within(builder);
        steps.build(&mut program, sequence, &place(sequence, channel))
    })?;
    let grid = [
        Axis {
            sizes: steps.batch,
            block: 1,
        },
        Axis {
            sizes: vec![steps.width],
            block,
        },
    ];
    Ok((grid, block))
}
