//! The equations of the ops that look at a whole row, in terms of the sum or the
//! greatest of its elements.

use super::{
    Machine, Program,
    blocks::{Blocks, element_of},
    scalar::whole_from,
};
use fidelity_dialect::RmsNorm;
use fidelity_passes::kernels::Member;
use melior::ir::Value;
use ods_bridge::{Diagnostic, OpView};

/// The least magnitude of a token, which bounds its scale (BitNet b1.58).
const LEAST_MAGNITUDE: f64 = 1e-5;

/// 1 / √(mean(x²) + ε), of the sum of squares of a row.
pub fn norm_factor<'a, M: Machine>(
    program: &Program<'a, '_, M>,
    member: &Member<'a>,
    sum: Value<'a, 'a>,
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    let blocks = &program.blocks;
    let op = RmsNorm::cast(member.operation)
        .ok_or_else(|| Diagnostic::new("internal error: no norm"))?;
    let count = blocks.converted(program.size(member.width)?, element_of(sum));
    let mean = blocks.div(sum, count);
    let sum = blocks.add(mean, blocks.like(sum, op.epsilon()));
    let root = blocks.apply("math.sqrt", &[sum]);
    Ok(blocks.div(blocks.like(root, 1.0), root))
}

/// max(max|x|, 1e-5), of the greatest magnitude of a row.
pub fn magnitude<'a>(blocks: &Blocks<'a, '_>, greatest: Value<'a, 'a>) -> Value<'a, 'a> {
    let least = blocks.like(greatest, LEAST_MAGNITUDE);
    blocks.apply("arith.maximumf", &[greatest, least])
}

/// s = 127 / magnitude and its inverse.
pub fn scales<'a>(blocks: &Blocks<'a, '_>, magnitude: Value<'a, 'a>) -> [Value<'a, 'a>; 2] {
    let most = blocks.like(magnitude, 127.0);
    [blocks.div(most, magnitude), blocks.div(magnitude, most)]
}

/// clamp(rne(x · s), -128, 127) in i8
pub fn quantized<'a>(
    blocks: &Blocks<'a, '_>,
    x: Value<'a, 'a>,
    scale: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let scaled = blocks.apply("arith.mulf", &[x, scale]);
    // Clamped before it is rounded, which is the same for bounds that are
    // integers and leaves few enough bits. A NaN becomes a bound.
    let clamped = blocks.apply("arith.maxnumf", &[scaled, blocks.like(scaled, -128.0)]);
    let clamped = blocks.apply("arith.minnumf", &[clamped, blocks.like(scaled, 127.0)]);
    // A float of few bits that is added to 1.5 · 2^23, or 2^52, is rounded to an
    // integer, half to even.
    let magic = blocks.like(scaled, 1.5 * whole_from(element_of(scaled)));
    let rounded = blocks.minus(blocks.plus(clamped, magic), magic);
    blocks.converted(rounded, blocks.integer(8))
}
