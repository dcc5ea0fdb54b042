//! What one program of a kernel has: its memory, sizes and values, and how it
//! reads and writes memory.

use super::{
    Machine,
    blocks::{Blocks, element_of},
    kernel::Kernel,
};
use fidelity_dialect::constant_value;
use fidelity_passes::kernels::{Extent, Member, Read, slice_of_rows};
use melior::ir::{Value, ValueLike, operation::OperationLike};
use ods_bridge::{Builder, Diagnostic, defining_op, name_of};
use std::{collections::HashMap, marker::PhantomData};

/// A value as a program has it.
#[derive(Clone, Copy, Debug)]
pub enum Held<'a> {
    /// The elements of the block.
    Block(Value<'a, 'a>),
    /// One scalar for the row.
    Row(Value<'a, 'a>),
}

/// The elements of the result that a program is at: which row and which place
/// in the row each is, and where some may not be there, whether it is. All are
/// blocks of one shape, of the type of offsets and i1.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    pub shape: Vec<i64>,
    pub row: Value<'a, 'a>,
    pub lane: Value<'a, 'a>,
    pub mask: Option<Value<'a, 'a>>,
}

/// A program under construction.
pub struct Program<'a, 'b, M> {
    pub blocks: Blocks<'a, 'b>,
    pub kernel: &'b Kernel<'a>,
    memory: HashMap<usize, Value<'a, 'a>>,
    outputs: Vec<Value<'a, 'a>>,
    sizes: HashMap<Extent, Value<'a, 'a>>,
    held: HashMap<usize, Held<'a>>,
    machine: PhantomData<M>,
}

fn key(value: Value<'_, '_>) -> usize {
    value.to_raw().ptr as usize
}

impl<'a, 'b, M: Machine> Program<'a, 'b, M> {
    /// Begins with the memory of what the kernel takes and gives, and the sizes
    /// that it needs.
    pub fn new(
        builder: &'b Builder<'a>,
        kernel: &'b Kernel<'a>,
        arguments: &[Value<'a, 'a>],
    ) -> Self {
        let mut arguments = arguments.iter().copied();
        let memory = kernel.inputs.iter().map(|&input| key(input));
        let memory: HashMap<_, _> = memory.zip(arguments.by_ref()).collect();
        let outputs: Vec<_> = arguments.by_ref().take(kernel.results.len()).collect();
        let sizes = kernel.sizes.iter().copied().zip(arguments).collect();
        Self {
            blocks: Blocks::new(builder),
            kernel,
            memory,
            outputs,
            sizes,
            held: HashMap::new(),
            machine: PhantomData,
        }
    }

    /// The same program where another builder stands, inside a loop.
    pub fn within<'c>(&self, builder: &'c Builder<'a>) -> Program<'a, 'c, M>
    where
        'b: 'c,
    {
        Program {
            blocks: Blocks::new(builder),
            kernel: self.kernel,
            memory: self.memory.clone(),
            outputs: self.outputs.clone(),
            sizes: self.sizes.clone(),
            held: self.held.clone(),
            machine: PhantomData,
        }
    }

    /// A number of the type of offsets.
    pub fn number(&self, number: i64) -> Value<'a, 'a> {
        self.blocks.int(M::offset_type(&self.blocks), number)
    }

    /// A scalar for each element of a shape.
    pub fn splat(&self, scalar: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a> {
        M::splat(&self.blocks, scalar, shape)
    }

    /// A size as an offset.
    pub fn size(&self, extent: Extent) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        match self.kernel.settled(extent) {
            Extent::Known(number) => Ok(self.number(number)),
            extent => self.sizes.get(&extent).copied().ok_or_else(|| {
                Diagnostic::new(format!(
                    "internal error: {extent:?} is no size of the kernel"
                ))
            }),
        }
    }

    /// The product of sizes, `None` for 1.
    pub fn product(&self, extents: &[Extent]) -> Result<Option<Value<'a, 'a>>, Diagnostic<'a>> {
        let mut product = None;
        for &extent in extents {
            if self.kernel.settled(extent) == Extent::Known(1) {
                continue;
            }
            let size = self.size(extent)?;
            product = Some(match product {
                Some(product) => self.blocks.apply("arith.muli", &[product, size]),
                None => size,
            });
        }
        Ok(product)
    }

    /// Says what a value of the kernel's function is.
    pub fn hold(&mut self, value: Value<'a, 'a>, held: Held<'a>) {
        self.held.insert(key(value), held);
    }

    /// What an op reads, as a block of the place's shape.
    pub fn read(
        &self,
        place: &Place<'a>,
        member: &Member<'a>,
        read: &Read<'a>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        match self.held.get(&key(read.value)) {
            Some(Held::Block(block)) => Ok(*block),
            Some(Held::Row(scalar)) => Ok(self.splat(*scalar, &place.shape)),
            None => {
                let loops = read.loops.as_deref().unwrap_or(&[]);
                self.load(place, &member.leading, read.value, loops)
            }
        }
    }

    /// Loads a tensor of the function, of whose dimensions `loops` says by
    /// which of the result's they are indexed.
    pub fn load(
        &self,
        place: &Place<'a>,
        leading: &[Extent],
        value: Value<'a, 'a>,
        loops: &[Option<usize>],
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let blocks = &self.blocks;
        let element = element_of(value);
        if let Some(number) = immediate(value) {
            return Ok(blocks.constant(&place.shape, element, number));
        }
        let (source, start) = self.origin(value)?;
        let sizes = self.sizes_of(source)?;
        let mut offset = self.offset(place, leading, loops, &sizes)?;
        if start != 0 {
            offset = blocks.apply("arith.addi", &[offset, blocks.like(offset, start as f64)]);
        }
        self.load_at(source, offset, place.mask)
    }

    /// Loads from places of an argument's memory.
    pub fn load_at(
        &self,
        source: Value<'a, 'a>,
        offset: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let memory = self.memory.get(&key(source)).ok_or_else(|| {
            Diagnostic::new("internal error: a tensor without memory").at(source.location())
        })?;
        let element = element_of(source);
        Ok(M::load(&self.blocks, *memory, offset, mask, element))
    }

    /// The argument of which a value is a part, and where in its rows the part
    /// begins.
    pub fn origin(&self, value: Value<'a, 'a>) -> Result<(Value<'a, 'a>, i64), Diagnostic<'a>> {
        let Some(operation) = defining_op(value) else {
            return Ok((value, 0));
        };
        let source = match name_of(operation) {
            "tensor.cast" => operation.operand(0).ok().map(|source| (source, 0)),
            _ => slice_of_rows(operation, &self.kernel.extents)
                .and_then(|start| Some((operation.operand(0).ok()?, start))),
        };
        let (source, start) = source.ok_or_else(|| {
            Diagnostic::expected(
                "what a kernel reads to be an argument or a part of its rows",
                format!("'{}'", name_of(operation)),
            )
            .at(operation.location())
        })?;
        let (source, before) = self.origin(source)?;
        Ok((source, before + start))
    }

    fn sizes_of(&self, value: Value<'a, 'a>) -> Result<Vec<Extent>, Diagnostic<'a>> {
        self.kernel.extents.of(value).ok_or_else(|| {
            Diagnostic::new("internal error: an argument without sizes").at(value.location())
        })
    }

    /// Σ index · stride, in elements.
    fn offset(
        &self,
        place: &Place<'a>,
        leading: &[Extent],
        loops: &[Option<usize>],
        sizes: &[Extent],
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let blocks = &self.blocks;
        let rows = leading.len();
        let mut terms = Vec::new();
        // All that come before the last are one number, the row.
        let has_rows = rows > 0 && (0..rows).all(|at| loops.get(at) == Some(&Some(at)));
        let first = if has_rows { rows } else { 0 };
        if has_rows {
            terms.push((place.row, &sizes[rows..]));
        }
        for (dimension, index) in loops.iter().enumerate().skip(first) {
            let strides = &sizes[dimension + 1..];
            match index {
                None => {}
                Some(at) if *at == rows => terms.push((place.lane, strides)),
                Some(at) => terms.push((self.part_of_row(place, leading, *at)?, strides)),
            }
        }
        let mut offset = None;
        for (index, strides) in terms {
            let term = match self.product(strides)? {
                Some(stride) => {
                    let stride = self.splat(stride, &place.shape);
                    blocks.apply("arith.muli", &[index, stride])
                }
                None => index,
            };
            offset = Some(match offset {
                Some(sum) => blocks.apply("arith.addi", &[sum, term]),
                None => term,
            });
        }
        Ok(offset.unwrap_or_else(|| blocks.like(place.lane, 0.0)))
    }

    /// One index of those that the row stands for.
    fn part_of_row(
        &self,
        place: &Place<'a>,
        leading: &[Extent],
        at: usize,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let blocks = &self.blocks;
        let mut index = place.row;
        if let Some(after) = self.product(&leading[at + 1..])? {
            let after = self.splat(after, &place.shape);
            index = blocks.apply("arith.divui", &[index, after]);
        }
        if at > 0 {
            let size = self.splat(self.size(leading[at])?, &place.shape);
            index = blocks.apply("arith.remui", &[index, size]);
        }
        Ok(index)
    }

    /// Stores what the program has of the elements of values that the kernel
    /// gives.
    pub fn store_elements(&self, place: &Place<'a>, width: Extent) -> Result<(), Diagnostic<'a>> {
        for (index, &result) in self.kernel.results.iter().enumerate() {
            if let Some(Held::Block(block)) = self.held.get(&key(result)) {
                self.store(place, width, self.outputs[index], *block)?;
            }
        }
        Ok(())
    }

    /// Stores a value for each row that the kernel gives.
    pub fn store_rows(&self, row: Value<'a, 'a>) {
        for (index, result) in self.kernel.results.iter().enumerate() {
            if let Some(Held::Row(scalar)) = self.held.get(&key(*result)) {
                M::store(&self.blocks, self.outputs[index], row, *scalar, None);
            }
        }
    }

    fn store(
        &self,
        place: &Place<'a>,
        width: Extent,
        output: Value<'a, 'a>,
        block: Value<'a, 'a>,
    ) -> Result<(), Diagnostic<'a>> {
        let row = match self.product(&[width])? {
            Some(width) => {
                let width = self.splat(width, &place.shape);
                self.blocks.apply("arith.muli", &[place.row, width])
            }
            None => place.row,
        };
        let offset = self.blocks.apply("arith.addi", &[row, place.lane]);
        M::store(&self.blocks, output, offset, block, place.mask);
        Ok(())
    }
}

/// The number that a constant tensor or scalar is.
pub fn immediate(value: Value<'_, '_>) -> Option<f64> {
    use melior::ir::attribute::{DenseElementsAttribute, IntegerAttribute};
    let constant = constant_value(value)?;
    let element = match DenseElementsAttribute::try_from(constant) {
        Ok(elements) if elements.is_splat() => elements.splat_value(),
        Ok(_) => return None,
        Err(_) => constant,
    };
    ods_bridge::float_value(element)
        .or_else(|| Some(IntegerAttribute::try_from(element).ok()?.value() as f64))
}
