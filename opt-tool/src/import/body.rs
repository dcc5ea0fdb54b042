//! The end of a block, to write straight-line code at.

use super::Error;
use melior::{
    Context,
    ir::{
        Attribute, AttributeLike, Block, BlockLike, Identifier, Location, Region, RegionLike, Type,
        Value,
        attribute::{DenseI32ArrayAttribute, FloatAttribute},
        operation::OperationBuilder,
        r#type::RankedTensorType,
    },
};

/// A dimension's size that is known at run time only, as MLIR writes it.
pub const DYNAMIC: u64 = i64::MIN as u64;

/// Appends ops to a block, with one location.
#[derive(Clone, Copy)]
pub struct Body<'c, 'b> {
    context: &'c Context,
    block: &'b Block<'c>,
    location: Location<'c>,
}

impl<'c, 'b> Body<'c, 'b> {
    /// Appends to `block`, at an unknown location.
    pub fn new(context: &'c Context, block: &'b Block<'c>) -> Self {
        Self {
            context,
            block,
            location: Location::unknown(context),
        }
    }

    /// The same place, for ops that come from the part `name` of the model: it
    /// is their location, so diagnostics name it.
    pub fn at(self, name: &str) -> Self {
        let location = Location::name(self.context, name, Location::unknown(self.context));
        Self { location, ..self }
    }

    /// The context.
    pub fn context(&self) -> &'c Context {
        self.context
    }

    /// Appends an op of `N` results.
    pub fn op<const N: usize>(
        &self,
        name: &str,
        operands: &[Value<'c, 'b>],
        results: [Type<'c>; N],
        attributes: &[(&str, Attribute<'c>)],
    ) -> Result<[Value<'c, 'b>; N], Error> {
        self.op_with_regions(name, operands, results, attributes, [])
    }

    /// Appends an op of `N` results with regions.
    pub fn op_with_regions<const N: usize, const R: usize>(
        &self,
        name: &str,
        operands: &[Value<'c, 'b>],
        results: [Type<'c>; N],
        attributes: &[(&str, Attribute<'c>)],
        regions: [Region<'c>; R],
    ) -> Result<[Value<'c, 'b>; N], Error> {
        let attributes = attributes
            .iter()
            .map(|&(name, value)| (Identifier::new(self.context, name), value))
            .collect::<Vec<_>>();
        let operation = OperationBuilder::new(name, self.location)
            .add_operands(operands)
            .add_results(&results)
            .add_attributes(&attributes)
            .add_regions(regions)
            .build()?;
        let operation = self.block.append_operation(operation);
        values(N, |index| Ok(operation.result(index)?.into()))
    }

    /// Appends `arith.constant`.
    pub fn constant(&self, value: Attribute<'c>) -> Result<Value<'c, 'b>, Error> {
        let [result] = self.op("arith.constant", &[], [value.r#type()], &[("value", value)])?;
        Ok(result)
    }

    /// The region of one block that `write` fills, given the block's arguments
    /// and the values from outside that it uses.
    pub fn region<const A: usize, const U: usize>(
        &self,
        arguments: [Type<'c>; A],
        used: [Value<'c, 'b>; U],
        write: impl for<'r> FnOnce(
            Body<'c, 'r>,
            [Value<'c, 'r>; A],
            [Value<'c, 'r>; U],
        ) -> Result<(), Error>,
    ) -> Result<Region<'c>, Error> {
        let block = Block::new(&arguments.map(|r#type| (r#type, self.location)));
        let arguments = values(A, |index| Ok(block.argument(index)?.into()))?;
        let body = Body {
            context: self.context,
            block: &block,
            location: self.location,
        };
        write(body, arguments, used)?;
        let region = Region::new();
        region.append_block(block);
        Ok(region)
    }

    /// An attribute from its text.
    pub fn attribute(&self, text: &str) -> Result<Attribute<'c>, Error> {
        parse_attribute(self.context, text)
    }

    /// An f64 attribute.
    pub fn f64(&self, value: f64) -> Attribute<'c> {
        FloatAttribute::new(self.context, Type::float64(self.context), value).into()
    }

    /// How many operands of an op belong to each of its arguments.
    pub fn segments(&self, sizes: &[i32]) -> (&'static str, Attribute<'c>) {
        let sizes = DenseI32ArrayAttribute::new(self.context, sizes);
        ("operandSegmentSizes", sizes.into())
    }

    /// The type of a tensor of f32.
    pub fn f32_tensor(&self, shape: &[u64]) -> Type<'c> {
        RankedTensorType::new(shape, Type::float32(self.context), None).into()
    }
}

/// The values at 0 to `count` − 1, as an array of that length.
fn values<'c, 'b, const N: usize>(
    count: usize,
    get: impl Fn(usize) -> Result<Value<'c, 'b>, melior::Error>,
) -> Result<[Value<'c, 'b>; N], Error> {
    let values = (0..count).map(get).collect::<Result<Vec<_>, _>>()?;
    values
        .try_into()
        .map_err(|_| Error::Module(format!("expected {N} values, but got {count}")))
}

/// An attribute from its text.
pub fn parse_attribute<'c>(context: &'c Context, text: &str) -> Result<Attribute<'c>, Error> {
    Attribute::parse(context, text)
        .ok_or_else(|| Error::Module(format!("expected an attribute, but got {text}")))
}
