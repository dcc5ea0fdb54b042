//! Kernels of rows: a program has a row, or of elementwise ops a part of one.

use super::program::Program;
use crate::kernels::{
    Axis, Built, Held, Place, block_of,
    blocks::{element_of, shape_of},
    elementwise, row,
};
use fidelity_dialect::{QuantizeActivations, RmsNorm};
use fidelity_passes::kernels::{Extent, Member, Role};
use melior::ir::{Value, operation::OperationLike};
use ods_bridge::{Diagnostic, OpView, name_of};

/// The most elements of a row whose sums one program makes.
const LONGEST_ROW: i64 = 1 << 16;

/// The elements of a row that a program has at once where nothing is summed, unless a
/// mapping says otherwise.
const PART: i64 = 1024;

/// One program for each row, or for each part of one.
pub fn build<'a>(mut program: Program<'a, '_>) -> Built<'a> {
    let kernel = program.kernel;
    let first = kernel.first()?;
    let width = kernel.settled(first.width);
    let whole = kernel
        .members
        .iter()
        .find(|member| member.role == Role::Row);
    let tile = program.row_tile()?;
    let block = match (whole, width) {
        (None, width) => tile.map_or_else(|| block_of(width, 1, PART), |tile| tile.sizes[0]),
        (Some(_), Extent::Known(size)) if size <= LONGEST_ROW => {
            let least = block_of(width, 1, LONGEST_ROW);
            match tile {
                Some(tile) => {
                    let expected =
                        format!("[N] of at least {least}, as a program sums a whole row");
                    tile.check(tile.sizes[0] >= least, &expected)?.sizes[0]
                }
                None => least,
            }
        }
        (Some(member), width) => {
            let got = match width {
                Extent::Known(size) => size.to_string(),
                Extent::Argument { .. } => "a dynamic one".into(),
            };
            return Err(Diagnostic::expected(
                format!(
                    "a static last dimension of at most {LONGEST_ROW}, as a block of \
                     Triton's has a fixed size"
                ),
                got,
            )
            .at(member.operation.location()));
        }
    };
    let row = program.program_number(0);
    let lane = match whole {
        Some(_) => program.range(block),
        None => program.indices(1, block),
    };
    let place = program.place_in_row(row, lane, width)?;
    for member in &kernel.members {
        match name_of(member.operation) {
            RmsNorm::NAME => rms_norm(&mut program, &place, member)?,
            QuantizeActivations::NAME => quantize_activations(&mut program, &place, member)?,
            _ => elementwise(&mut program, &place, member)?,
        }
    }
    program.store_elements(&place, width)?;
    program.store_rows(row);
    let parts = if whole.is_some() { vec![] } else { vec![width] };
    let grid = [
        Axis {
            sizes: first.leading.clone(),
            block: 1,
        },
        Axis {
            sizes: parts,
            block,
        },
    ];
    Ok((grid, (block / 256).clamp(1, 16)))
}

/// x / √(mean(x²) + ε) ⊙ weight
fn rms_norm<'a>(
    program: &mut Program<'a, '_>,
    place: &Place<'a>,
    member: &Member<'a>,
) -> Result<(), Diagnostic<'a>> {
    let tt = program.tt();
    let x = program.read(place, member, &member.reads[0])?;
    let x = tt.converted(x, tt.f32());
    let squares = masked(program, place, tt.apply("arith.mulf", &[x, x]));
    let sum = tt.reduce(squares, 0, "arith.addf");
    let factor = row::norm_factor(program, member, sum)?;
    let mut y = tt.apply("arith.mulf", &[x, tt.splat(factor, &place.shape)]);
    if let Some(weight) = member.reads.get(1) {
        let weight = program.read(place, member, weight)?;
        y = tt.apply("arith.mulf", &[y, tt.converted(weight, tt.f32())]);
    }
    for result in member.operation.results().map(Value::from) {
        let y = program.blocks.converted(y, element_of(result));
        program.hold(result, Held::Block(y));
    }
    Ok(())
}

/// q = clamp(rne(x · s), -128, 127) and 1/s, s = 127 / max(max|x|, 1e-5)
fn quantize_activations<'a>(
    program: &mut Program<'a, '_>,
    place: &Place<'a>,
    member: &Member<'a>,
) -> Result<(), Diagnostic<'a>> {
    let tt = program.tt();
    let x = program.read(place, member, &member.reads[0])?;
    let x = tt.converted(x, tt.f32());
    let magnitudes = masked(program, place, tt.apply("math.absf", &[x]));
    let greatest = tt.reduce(magnitudes, 0, "arith.maximumf");
    let [scale, inverse] = row::scales(&tt, row::magnitude(&tt, greatest));
    let quantized = row::quantized(&tt, x, tt.splat(scale, &place.shape));
    let held = [Held::Block(quantized), Held::Row(inverse)];
    for (result, held) in member.operation.results().zip(held) {
        program.hold(result.into(), held);
    }
    Ok(())
}

/// The elements that are there, and 0 for the others.
fn masked<'a>(program: &Program<'a, '_>, place: &Place<'a>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    let blocks = &program.blocks;
    debug_assert_eq!(shape_of(value), place.shape);
    match place.mask {
        Some(mask) => blocks.select(mask, value, blocks.like(value, 0.0)),
        None => value,
    }
}
