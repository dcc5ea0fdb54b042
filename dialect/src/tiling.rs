//! How ops are cut into tiles: what families share.

use crate::shape::{ResultSize, Shaped, TensorType};
use melior::ir::Value;
use ods_bridge::{Along, Diagnostic, LoopKind, OpView, Tiling};

/// All dimensions but the last along loops, and the last one whole: of a value
/// whose rows an op works on.
pub fn rows(value: Value<'_, '_>) -> Vec<Along> {
    let mut dimensions = Along::loops(0..leading(value));
    dimensions.push(Along::Whole);
    dimensions
}

/// The number of dimensions before the last one, which the value has.
pub fn leading(value: Value<'_, '_>) -> usize {
    TensorType::of(value).rank() - 1
}

/// The dimensions of an operand that broadcasts to sizes, one to a loop:
/// aligned at the last one. A 1 that stretches stays whole.
pub fn broadcast(operand: Value<'_, '_>, to: &[i64]) -> Vec<Along> {
    let shape = TensorType::of(operand).shape;
    let offset = to.len() - shape.len();
    shape
        .iter()
        .zip(offset..)
        .map(|(&size, at)| {
            if size == 1 && to[at] != 1 {
                Along::Whole
            } else {
                Along::Loop(at)
            }
        })
        .collect()
}

/// The tiling of an op of one result, each element of which is made of those of
/// the operands at the same place.
pub fn elementwise<'a>(op: &(impl Shaped<'a> + OpView<'a>)) -> Result<Tiling, Diagnostic<'a>> {
    let sizes: Vec<i64> = op.result_shapes()?[0]
        .sizes
        .iter()
        .map(ResultSize::get)
        .collect();
    let tiling = Tiling::parallel(sizes.len());
    Ok(op
        .view()
        .operands()
        .iter()
        .fold(tiling, |tiling, &operand| {
            tiling.operand(broadcast(operand, &sizes))
        })
        .result(Along::loops(0..sizes.len())))
}

/// The tiling of an op that works on rows: its operands and its results are
/// cut alike.
pub fn rowwise<'a>(op: &impl OpView<'a>) -> Result<Tiling, Diagnostic<'a>> {
    let view = op.view();
    let mut tiling = Tiling::parallel(leading(view.operands()[0]));
    for &operand in view.operands() {
        tiling = tiling.operand(rows(operand));
    }
    for index in 0.. {
        let Some(result) = view.result(index) else {
            break;
        };
        tiling = tiling.result(rows(result));
    }
    Ok(tiling)
}

/// The tiling of an op whose operands and results, of as many dimensions each, are
/// taken whole.
pub fn uncut<'a>(op: &impl OpView<'a>, why: &'static str) -> Result<Tiling, Diagnostic<'a>> {
    let view = op.view();
    let loops = leading(view.operands()[0]) + 1;
    let mut tiling = Tiling::new(vec![LoopKind::Uncut(why); loops]);
    for &operand in view.operands() {
        tiling = tiling.operand(Along::loops(0..TensorType::of(operand).rank()));
    }
    for index in 0.. {
        let Some(result) = view.result(index) else {
            break;
        };
        tiling = tiling.result(Along::loops(0..TensorType::of(result).rank()));
    }
    Ok(tiling)
}

/// Implements `Tile` by a function of the op.
macro_rules! tile {
    ($($op:ident),* $(,)? => $tiling:path) => {
        $(
            impl<'a> ods_bridge::Tile<'a> for crate::$op<'a> {
                fn tiling(&self) -> Result<ods_bridge::Tiling, ods_bridge::Diagnostic<'a>> {
                    $tiling(self)
                }
            }
        )*
    };
}

pub(crate) use tile;
