//! A GPU as a machine: programs of one thread, whose values are scalars.

use super::builder::{Axis, Gpu, Space};
use crate::kernels::{self, Blocks, Machine, Place, block_of, blocks::element_of};
use fidelity_dialect::Accumulator;
use fidelity_passes::{
    emit::Emit,
    kernels::Extent,
    threads::{MOST_THREADS, is_power},
};
use melior::ir::{Type, Value};
use ods_bridge::{Builder, Diagnostic};
use std::cell::RefCell;

/// The gpu dialect.
pub struct GpuDialect;

/// A thread's program under construction.
pub type Program<'a, 'b> = kernels::Program<'a, 'b, GpuDialect>;

/// Ops of `math` that kernels may have.
const MATH: &[&str] = &[
    "absf", "ceil", "erf", "exp", "exp2", "floor", "fma", "log", "log2", "rsqrt", "sqrt",
];

impl Machine for GpuDialect {
    const NAME: &'static str = "the gpu dialect";

    const ELEMENTS: &'static [&'static str] =
        &["f16", "bf16", "f32", "f64", "i8", "i16", "i32", "i64"];

    const ACCUMULATORS: &'static [Accumulator] =
        &[Accumulator::F32, Accumulator::F64, Accumulator::I32];

    const MATH: &'static [&'static str] = MATH;

    fn offset_type<'a>(emit: &Emit<'a, '_>) -> Type<'a> {
        emit.index_type()
    }

    fn splat<'a>(_: &Blocks<'a, '_>, scalar: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a> {
        debug_assert!(shape.is_empty());
        scalar
    }

    /// A thread is only where elements are: masks are branches around it.
    fn load<'a>(
        blocks: &Blocks<'a, '_>,
        memory: Value<'a, 'a>,
        offset: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
        element: Type<'a>,
    ) -> Value<'a, 'a> {
        debug_assert!(mask.is_none());
        Gpu::new(blocks).load(memory, offset, element)
    }

    fn store<'a>(
        blocks: &Blocks<'a, '_>,
        memory: Value<'a, 'a>,
        offset: Value<'a, 'a>,
        value: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
    ) {
        debug_assert!(mask.is_none());
        Gpu::new(blocks).store(value, memory, offset);
    }
}

/// The fewest threads of a block, unless a mapping says less: what machines run at once.
const FEWEST: i64 = 32;

/// The threads of a block that has one for each of some elements of rows: as many as
/// the tile of the kernel's ops has, or up to `most` for rows of a size.
pub fn threads_of<'a>(
    program: &Program<'a, '_>,
    size: Extent,
    most: i64,
) -> Result<i64, Diagnostic<'a>> {
    let Some(tile) = program.kernel.tile::<1>()? else {
        return Ok(block_of(size, FEWEST, most));
    };
    let is_possible = is_power(tile.sizes[0], MOST_THREADS);
    let expected = format!("[N] of a power of two up to {MOST_THREADS}, as a block has N threads");
    Ok(tile.check(is_possible, &expected)?.sizes[0])
}

/// The threads of a block.
pub struct Threads<'a, 'b> {
    /// How many there are: a power of two.
    pub count: i64,
    /// Which one this is.
    pub id: Value<'a, 'a>,
    scratch: &'b Scratch<'a>,
}

/// The memory that the blocks of a kernel need, by its name.
pub struct Scratch<'a> {
    kernel: String,
    memory: RefCell<Vec<(String, Type<'a>)>>,
}

impl<'a> Scratch<'a> {
    /// That of a kernel, which needs none yet.
    pub fn new(kernel: &str) -> Self {
        Self {
            kernel: kernel.into(),
            memory: RefCell::default(),
        }
    }

    /// Declares what is needed, in the module of the kernel.
    pub fn declare(self, builder: &Builder<'a>) {
        for (name, r#type) in self.memory.into_inner() {
            Gpu::new(builder).global(&name, r#type);
        }
    }

    /// Memory for so many elements of a type, and whether it is in use already.
    fn get(&self, gpu: &Gpu<'a, '_>, count: i64, element: Type<'a>) -> (Value<'a, 'a>, bool) {
        let r#type = gpu.memory(&[count], element, Space::Block);
        let name = format!("{}_scratch_{count}x{element}", self.kernel);
        let mut memory = self.memory.borrow_mut();
        let is_used = memory.iter().any(|(other, _)| *other == name);
        if !is_used {
            memory.push((name.clone(), r#type));
        }
        (gpu.get_global(&name, r#type), is_used)
    }
}

impl<'a, 'b> Threads<'a, 'b> {
    /// So many threads to a block, where a program begins.
    pub fn new(program: &Program<'a, '_>, count: i64, scratch: &'b Scratch<'a>) -> Self {
        Self {
            count,
            id: program.gpu().thread_id(),
            scratch,
        }
    }

    /// Combines values of each `lanes` threads that follow each other, by an op
    /// of two operands, as a tree: half of them combine what they have with what
    /// the other half have, half of these do, and so on. All get what comes out. Every thread of the block has
    /// to be there.
    pub fn reduce(
        &self,
        program: &Program<'a, '_>,
        values: &[Value<'a, 'a>],
        lanes: i64,
        combine: &str,
    ) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
        let gpu = program.gpu();
        let Some(element) = values.first().map(|&value| element_of(value)) else {
            return Ok(vec![]);
        };
        let size = values.len() as i64 * self.count;
        let (memory, is_used) = self.scratch.get(&gpu, size, element);
        if is_used {
            // All have read what came out before.
            gpu.barrier();
        }
        // The values of all threads, one after the other.
        let places = (0..values.len() as i64)
            .map(|at| match at {
                0 => self.id,
                _ => gpu.plus(self.id, gpu.index(at * self.count)),
            })
            .collect::<Vec<_>>();
        for (&value, &place) in values.iter().zip(&places) {
            gpu.store(value, memory, place);
        }
        let lane = gpu.apply("arith.remui", &[self.id, gpu.index(lanes)]);
        let range = [0, i64::from(lanes.ilog2()), 1].map(|number| gpu.index(number));
        gpu.loop_over(range, &[], |builder, step, _| {
            let gpu = Gpu::new(builder);
            let half = gpu.apply("arith.shrui", &[gpu.index(lanes / 2), step]);
            gpu.barrier();
            gpu.when(gpu.below(lane, half), |builder| {
                let gpu = Gpu::new(builder);
                for &place in &places {
                    let pair = [place, gpu.plus(place, half)];
                    let pair = pair.map(|at| gpu.load(memory, at, element));
                    gpu.store(gpu.apply(combine, &pair), memory, place);
                }
                Ok(())
            })?;
            Ok(vec![])
        })?;
        gpu.barrier();
        let first = |place| gpu.load(memory, gpu.minus(place, lane), element);
        Ok(places.into_iter().map(first).collect())
    }
}

impl<'a> Program<'a, '_> {
    /// A builder of kernels where the program is.
    pub fn gpu(&self) -> Gpu<'a, '_> {
        Gpu::new(&self.blocks)
    }

    /// The index of this thread along an axis of the grid, of so many threads to
    /// a block.
    pub fn thread_along(&self, axis: Axis, threads: &Threads<'a, '_>) -> Value<'a, 'a> {
        let gpu = self.gpu();
        gpu.plus(gpu.times(gpu.block_id(axis), threads.count), threads.id)
    }
}

/// The element of a row that a thread is at.
pub fn place<'a>(row: Value<'a, 'a>, lane: Value<'a, 'a>) -> Place<'a> {
    Place {
        shape: vec![],
        row,
        lane,
        mask: None,
    }
}
