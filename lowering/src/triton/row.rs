//! Kernels of rows: a program has a row, or of elementwise ops a part of one.

use super::{
    kernel::{Axis, Built, block_of, compute},
    program::{Held, Place, Program},
    tt::{element_of, shape_of},
};
use fidelity_dialect::RmsNorm;
use fidelity_passes::kernels::{Extent, Member, Role};
use melior::ir::{Value, operation::OperationLike};
use ods_bridge::{Diagnostic, OpView};

/// The most elements of a row whose sums one program makes.
const LONGEST_ROW: i64 = 1 << 16;

/// The elements of a row that a program has at once where nothing is summed.
const PART: i64 = 1024;

/// The least magnitude of a token, which bounds its scale (BitNet b1.58).
const LEAST_MAGNITUDE: f64 = 1e-5;

/// 1.5 · 2^23: a float of at most 22 bits that is added to it is rounded to an
/// integer, half to even.
const ROUNDING: f64 = 12_582_912.0;

/// One program for each row, or for each part of one.
pub fn build<'a>(mut program: Program<'a, '_>) -> Built<'a> {
    let kernel = program.kernel;
    let first = kernel.first()?;
    let width = kernel.settled(first.width);
    let whole = kernel
        .members
        .iter()
        .find(|member| member.role == Role::Row);
    let block = match (whole, width) {
        (None, width) => block_of(width, 1, PART),
        (Some(_), Extent::Known(size)) if size <= LONGEST_ROW => block_of(width, 1, LONGEST_ROW),
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
    let row = program.number(0);
    let lane = match whole {
        Some(_) => program.range(block),
        None => program.indices(1, block),
    };
    let place = program.place_in_row(row, lane, width)?;
    for member in &kernel.members {
        compute(&mut program, &place, member)?;
    }
    program.store_all(&place, width, None)?;
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
pub fn rms_norm<'a>(
    program: &Program<'a, '_>,
    place: &Place<'a>,
    member: &Member<'a>,
) -> Result<Held<'a>, Diagnostic<'a>> {
    let tt = &program.tt;
    let op = RmsNorm::cast(member.operation)
        .ok_or_else(|| Diagnostic::new("internal error: no norm"))?;
    let f32_type = tt.f32();
    let x = program.read(place, member, &member.reads[0])?;
    let x = tt.converted(x, f32_type);
    let squares = masked(program, place, tt.apply("arith.mulf", &[x, x]));
    let sum = tt.reduce(squares, 0, "arith.addf");
    let count = tt.cast("arith.sitofp", program.size(member.width)?, f32_type);
    let mean = tt.div(sum, count);
    let root = tt.apply(
        "math.sqrt",
        &[tt.add(mean, tt.float(f32_type, op.epsilon()))],
    );
    let factor = tt.div(tt.float(f32_type, 1.0), root);
    let mut y = tt.apply("arith.mulf", &[x, tt.splat(factor, &place.shape)]);
    if let Some(weight) = member.reads.get(1) {
        let weight = program.read(place, member, weight)?;
        y = tt.apply("arith.mulf", &[y, tt.converted(weight, f32_type)]);
    }
    let result = member.operation.result(0);
    let element = result.map_or(f32_type, |result| element_of(result.into()));
    Ok(Held::Block(tt.converted(y, element)))
}

/// q = clamp(rne(x · s), -128, 127) and 1/s, s = 127 / max(max|x|, 1e-5)
pub fn quantize_activations<'a>(
    program: &Program<'a, '_>,
    place: &Place<'a>,
    member: &Member<'a>,
) -> Result<Vec<Held<'a>>, Diagnostic<'a>> {
    let tt = &program.tt;
    let f32_type = tt.f32();
    let x = program.read(place, member, &member.reads[0])?;
    let x = tt.converted(x, f32_type);
    let magnitudes = masked(program, place, tt.apply("math.absf", &[x]));
    let greatest = tt.reduce(magnitudes, 0, "arith.maximumf");
    let least = tt.float(f32_type, LEAST_MAGNITUDE);
    let greatest = tt.apply("arith.maximumf", &[greatest, least]);
    let scale = tt.div(tt.float(f32_type, 127.0), greatest);
    let scaled = tt.apply("arith.mulf", &[x, tt.splat(scale, &place.shape)]);
    // Clamped before it is rounded, which is the same for bounds that are
    // integers and leaves few enough bits. A NaN becomes a bound.
    let clamped = tt.apply("arith.maxnumf", &[scaled, tt.like(scaled, -128.0)]);
    let clamped = tt.apply("arith.minnumf", &[clamped, tt.like(scaled, 127.0)]);
    let magic = tt.like(scaled, ROUNDING);
    let rounded = tt.apply("arith.addf", &[clamped, magic]);
    let rounded = tt.apply("arith.subf", &[rounded, magic]);
    let quantized = tt.converted(rounded, tt.integer(8));
    let inverse = tt.div(greatest, tt.float(f32_type, 127.0));
    Ok(vec![Held::Block(quantized), Held::Row(inverse)])
}

/// The elements that are there, and 0 for the others.
fn masked<'a>(program: &Program<'a, '_>, place: &Place<'a>, value: Value<'a, 'a>) -> Value<'a, 'a> {
    let tt = &program.tt;
    debug_assert_eq!(shape_of(value), place.shape);
    tt.select(place.mask, value, tt.like(value, 0.0))
}
