//! Triton as a machine: programs of blocks of powers of two, with masks.

use super::tt::Tt;
use crate::kernels::{
    self, Blocks, Machine, Place,
    blocks::{Predicate, shape_of},
    tile::Tile,
};
use fidelity_dialect::Accumulator;
use fidelity_passes::{emit::Emit, kernels::Extent, threads::is_power};
use melior::ir::{Type, Value};
use ods_bridge::Diagnostic;

/// Triton.
pub struct Triton;

/// A program of Triton's under construction.
pub type Program<'a, 'b> = kernels::Program<'a, 'b, Triton>;

/// The most elements of a block, which Triton says.
pub const MOST_ELEMENTS: i64 = 1 << 20;

/// Ops of `math` that kernels may have.
const MATH: &[&str] = &[
    "absf", "ceil", "cos", "erf", "exp", "exp2", "floor", "fma", "log", "log2", "rsqrt", "sin",
    "sqrt",
];

impl Machine for Triton {
    const NAME: &'static str = "Triton";

    const ELEMENTS: &'static [&'static str] = &["f16", "bf16", "f32", "i8", "i16", "i32", "i64"];

    const ACCUMULATORS: &'static [Accumulator] = &[Accumulator::F32, Accumulator::I32];

    const MATH: &'static [&'static str] = MATH;

    /// i64: products of a program's number with sizes may not fit into 32 bits.
    fn offset_type<'a>(emit: &Emit<'a, '_>) -> Type<'a> {
        emit.integer(64)
    }

    fn splat<'a>(blocks: &Blocks<'a, '_>, scalar: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a> {
        Tt::new(blocks).splat(scalar, shape)
    }

    fn load<'a>(
        blocks: &Blocks<'a, '_>,
        memory: Value<'a, 'a>,
        offset: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
        element: Type<'a>,
    ) -> Value<'a, 'a> {
        let tt = Tt::new(blocks);
        let shape = shape_of(offset);
        let mask = mask.unwrap_or_else(|| tt.constant(&shape, tt.integer(1), 1.0));
        let pointers = tt.addptr(tt.splat(memory, &shape), offset);
        tt.load(pointers, mask, tt.constant(&shape, element, 0.0))
    }

    fn store<'a>(
        blocks: &Blocks<'a, '_>,
        memory: Value<'a, 'a>,
        offset: Value<'a, 'a>,
        value: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
    ) {
        let tt = Tt::new(blocks);
        let pointers = tt.splat(memory, &shape_of(offset));
        tt.store(tt.addptr(pointers, offset), value, mask);
    }
}

impl<'a> Program<'a, '_> {
    /// A builder of Triton IR where the program is.
    pub fn tt(&self) -> Tt<'a, '_> {
        Tt::new(&self.blocks)
    }

    /// The tile of rows that the kernel's ops are mapped to, if they are to one.
    pub fn row_tile(&self) -> Result<Option<Tile<'a, 1>>, Diagnostic<'a>> {
        let Some(tile) = self.kernel.tile::<1>()? else {
            return Ok(None);
        };
        let expected = format!(
            "[N] of a power of two up to {MOST_ELEMENTS}, as blocks of Triton's have such sizes"
        );
        let is_possible = is_power(tile.sizes[0], MOST_ELEMENTS);
        tile.check(is_possible, &expected).map(Some)
    }

    /// 0, 1, … below a power of two, in i64.
    pub fn range(&self, end: i64) -> Value<'a, 'a> {
        let tt = self.tt();
        tt.cast("arith.extsi", tt.make_range(end as i32), tt.integer(64))
    }

    /// The number of the program along an axis, in i64.
    pub fn program_number(&self, axis: i32) -> Value<'a, 'a> {
        let tt = self.tt();
        tt.cast("arith.extsi", tt.get_program_id(axis), tt.integer(64))
    }

    /// The indices of a program's block along an axis.
    pub fn indices(&self, axis: i32, block: i64) -> Value<'a, 'a> {
        let tt = self.tt();
        let start = [self.program_number(axis), self.number(block)];
        let start = tt.apply("arith.muli", &start);
        let range = self.range(block);
        tt.apply("arith.addi", &[tt.splat(start, &[block]), range])
    }

    /// The place of a block in one row.
    pub fn place_in_row(
        &self,
        row: Value<'a, 'a>,
        lane: Value<'a, 'a>,
        width: Extent,
    ) -> Result<Place<'a>, Diagnostic<'a>> {
        let shape = shape_of(lane);
        Ok(Place {
            row: self.splat(row, &shape),
            mask: Some(self.mask(lane, self.size(width)?)),
            lane,
            shape,
        })
    }

    /// Which indices are below a size.
    pub fn mask(&self, indices: Value<'a, 'a>, size: Value<'a, 'a>) -> Value<'a, 'a> {
        let size = self.splat(size, &shape_of(indices));
        self.blocks.compare(Predicate::Less, indices, size)
    }
}
