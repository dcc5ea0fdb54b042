//! Kernels of recurrences: a program has channels of one sequence and goes
//! through its steps.

use super::program::Program;
use crate::kernels::{Axis, Built, block_of, recurrence::Steps};

/// The most channels of a program, unless a mapping says more.
const CHANNELS: i64 = 128;

/// Builds the program of a kernel with a recurrence.
pub fn build<'a>(mut program: Program<'a, '_>) -> Built<'a> {
    let steps = Steps::of(&program)?;
    let block = match program.row_tile()? {
        Some(tile) => tile.sizes[0],
        None => block_of(steps.width, 1, CHANNELS),
    };
    let sequence = program.program_number(0);
    let lanes = program.indices(1, block);
    let channels = program.place_in_row(sequence, lanes, steps.width)?;
    steps.build(&mut program, sequence, &channels)?;
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
    Ok((grid, (block / 64).clamp(1, 4)))
}
