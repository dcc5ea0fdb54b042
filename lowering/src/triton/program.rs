//! What one program of a kernel has: its pointers, sizes and values, and how it
//! reads and writes memory.

use super::{
    kernel::Kernel,
    tt::{Predicate, Tt, element_of},
};
use fidelity_dialect::constant_value;
use fidelity_passes::kernels::{Extent, Member, Read, slice_of_rows};
use melior::ir::{Value, ValueLike, operation::OperationLike};
use ods_bridge::{Builder, Diagnostic, defining_op, name_of};
use std::collections::HashMap;

/// A value as a program has it.
#[derive(Clone, Copy, Debug)]
pub enum Held<'a> {
    /// The elements of the block.
    Block(Value<'a, 'a>),
    /// One scalar for the row.
    Row(Value<'a, 'a>),
}

/// The elements of the result that a program is at: which row and which place
/// in the row each is, and whether it is there at all. All are blocks of one
/// shape, i64 and i1.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    pub shape: Vec<i64>,
    pub row: Value<'a, 'a>,
    pub lane: Value<'a, 'a>,
    pub mask: Value<'a, 'a>,
    /// The row, where all elements are of one.
    pub one_row: Option<Value<'a, 'a>>,
}

/// A program under construction.
pub struct Program<'a, 'b> {
    pub tt: Tt<'a, 'b>,
    pub kernel: &'b Kernel<'a>,
    pointers: HashMap<usize, Value<'a, 'a>>,
    outputs: Vec<Value<'a, 'a>>,
    sizes: HashMap<Extent, Value<'a, 'a>>,
    held: HashMap<usize, Held<'a>>,
}

fn key(value: Value<'_, '_>) -> usize {
    value.to_raw().ptr as usize
}

impl<'a, 'b> Program<'a, 'b> {
    /// Begins with the arguments of the `tt.func`.
    pub fn new(tt: Tt<'a, 'b>, kernel: &'b Kernel<'a>, arguments: &[Value<'a, 'a>]) -> Self {
        let mut arguments = arguments.iter().copied();
        let pointers = kernel.inputs.iter().map(|&input| key(input));
        let pointers: HashMap<_, _> = pointers.zip(arguments.by_ref()).collect();
        let outputs: Vec<_> = arguments.by_ref().take(kernel.results.len()).collect();
        let sizes = kernel.sizes.iter().copied().zip(arguments).collect();
        Self {
            tt,
            kernel,
            pointers,
            outputs,
            sizes,
            held: HashMap::new(),
        }
    }

    /// The same program where another builder stands, inside a loop.
    pub fn within<'c>(&self, builder: &'c Builder<'a>) -> Program<'a, 'c>
    where
        'b: 'c,
    {
        Program {
            tt: Tt::new(builder),
            kernel: self.kernel,
            pointers: self.pointers.clone(),
            outputs: self.outputs.clone(),
            sizes: self.sizes.clone(),
            held: self.held.clone(),
        }
    }

    /// A size as an i64.
    pub fn size(&self, extent: Extent) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        match self.kernel.settled(extent) {
            Extent::Known(number) => Ok(self.tt.int(self.tt.integer(64), number)),
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
                Some(product) => self.tt.apply("arith.muli", &[product, size]),
                None => size,
            });
        }
        Ok(product)
    }

    /// 0, 1, … below a power of two, in i64.
    pub fn range(&self, end: i64) -> Value<'a, 'a> {
        let range = self.tt.make_range(end as i32);
        self.tt.cast("arith.extsi", range, self.tt.integer(64))
    }

    /// The number of the program along an axis, in i64: products of it with
    /// sizes may not fit into 32 bits.
    pub fn number(&self, axis: i32) -> Value<'a, 'a> {
        let number = self.tt.get_program_id(axis);
        self.tt.cast("arith.extsi", number, self.tt.integer(64))
    }

    /// The indices of a program's block along an axis.
    pub fn indices(&self, axis: i32, block: i64) -> Value<'a, 'a> {
        let tt = &self.tt;
        let start = tt.apply(
            "arith.muli",
            &[self.number(axis), tt.int(tt.integer(64), block)],
        );
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
        let tt = &self.tt;
        let shape = super::tt::shape_of(lane);
        let width = tt.splat(self.size(width)?, &shape);
        Ok(Place {
            row: tt.splat(row, &shape),
            mask: tt.compare(Predicate::Less, lane, width),
            lane,
            one_row: Some(row),
            shape,
        })
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
            Some(Held::Row(scalar)) => Ok(self.tt.splat(*scalar, &place.shape)),
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
        let tt = &self.tt;
        let element = element_of(value);
        if let Some(number) = immediate(value) {
            return Ok(tt.constant(&place.shape, element, number));
        }
        let (source, start) = self.origin(value)?;
        let sizes = self.sizes_of(source)?;
        let mut offset = self.offset(place, leading, loops, &sizes)?;
        if start != 0 {
            offset = tt.apply("arith.addi", &[offset, tt.like(offset, start as f64)]);
        }
        self.load_at(source, offset, place.mask)
    }

    /// Loads from places of an argument's memory.
    pub fn load_at(
        &self,
        source: Value<'a, 'a>,
        offset: Value<'a, 'a>,
        mask: Value<'a, 'a>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let tt = &self.tt;
        let pointer = self.pointers.get(&key(source)).ok_or_else(|| {
            Diagnostic::new("internal error: a tensor without a pointer").at(source.location())
        })?;
        let shape = super::tt::shape_of(offset);
        let pointers = tt.addptr(tt.splat(*pointer, &shape), offset);
        let other = tt.constant(&shape, element_of(source), 0.0);
        Ok(tt.load(pointers, mask, other))
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
        let tt = &self.tt;
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
                    let stride = tt.splat(stride, &place.shape);
                    tt.apply("arith.muli", &[index, stride])
                }
                None => index,
            };
            offset = Some(match offset {
                Some(sum) => tt.apply("arith.addi", &[sum, term]),
                None => term,
            });
        }
        Ok(offset.unwrap_or_else(|| tt.like(place.lane, 0.0)))
    }

    /// One index of those that the row stands for.
    fn part_of_row(
        &self,
        place: &Place<'a>,
        leading: &[Extent],
        at: usize,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let tt = &self.tt;
        let mut index = place.row;
        if let Some(after) = self.product(&leading[at + 1..])? {
            let after = tt.splat(after, &place.shape);
            index = tt.apply("arith.divui", &[index, after]);
        }
        if at > 0 {
            let size = tt.splat(self.size(leading[at])?, &place.shape);
            index = tt.apply("arith.remui", &[index, size]);
        }
        Ok(index)
    }

    /// Stores a value that the kernel gives, if it does.
    pub fn store(
        &self,
        place: &Place<'a>,
        width: Extent,
        value: Value<'a, 'a>,
    ) -> Result<(), Diagnostic<'a>> {
        let tt = &self.tt;
        let Some(held) = self.held.get(&key(value)) else {
            return Ok(());
        };
        for (index, &result) in self.kernel.results.iter().enumerate() {
            if result != value {
                continue;
            }
            match (*held, place.one_row) {
                (Held::Row(scalar), Some(row)) => {
                    tt.store(tt.addptr(self.outputs[index], row), scalar, None);
                }
                (Held::Row(block) | Held::Block(block), _) => {
                    let mut offset = place.lane;
                    let row = match self.product(&[width])? {
                        Some(width) => {
                            let width = tt.splat(width, &place.shape);
                            tt.apply("arith.muli", &[place.row, width])
                        }
                        None => place.row,
                    };
                    offset = tt.apply("arith.addi", &[row, offset]);
                    let pointers = tt.splat(self.outputs[index], &place.shape);
                    tt.store(tt.addptr(pointers, offset), block, Some(place.mask));
                }
            }
        }
        Ok(())
    }

    /// Stores all that the kernel gives but for one value.
    pub fn store_all(
        &self,
        place: &Place<'a>,
        width: Extent,
        except: Option<Value<'a, 'a>>,
    ) -> Result<(), Diagnostic<'a>> {
        let mut stored: Vec<Value<'a, 'a>> = Vec::new();
        for &result in &self.kernel.results {
            if Some(result) != except && !stored.contains(&result) {
                stored.push(result);
                self.store(place, width, result)?;
            }
        }
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
