//! Building ops in one way, whether a pattern, a pass or an importer does it.

use crate::context_of;
use melior::{
    Context, IrRewriter, RewriterBase,
    ir::{
        Attribute, Block, BlockLike, BlockRef, Identifier, Location, Operation, Region, RegionLike,
        Type, Value,
        operation::{OperationBuilder, OperationLike, OperationRef},
    },
};

/// Where new ops go.
enum Place<'a> {
    Rewriter(RewriterBase<'a, 'a>),
    Block(BlockRef<'a, 'a>),
}

/// Builds ops at a place and with a location.
pub struct Builder<'a> {
    place: Place<'a>,
    context: &'a Context,
    location: Location<'a>,
}

impl<'a> Builder<'a> {
    /// Builds where a rewriter stands.
    pub(crate) fn at_rewriter(rewriter: RewriterBase<'a, 'a>, location: Location<'a>) -> Self {
        let context = context_of(rewriter.context());
        Self {
            place: Place::Rewriter(rewriter),
            context,
            location,
        }
    }

    /// Builds at the end of a block.
    pub fn at_end(block: BlockRef<'a, 'a>, location: Location<'a>) -> Self {
        let context = context_of(location.context());
        Self {
            place: Place::Block(block),
            context,
            location,
        }
    }

    /// The context.
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// The location that new ops get.
    pub fn location(&self) -> Location<'a> {
        self.location
    }

    /// Starts an op; [`OpBuilder::insert`] ends it.
    pub fn op(&self, name: &str) -> OpBuilder<'a, '_> {
        OpBuilder {
            builder: self,
            name: name.to_owned(),
            operands: Vec::new(),
            results: Vec::new(),
            attributes: Vec::new(),
            regions: Vec::new(),
            infer: false,
        }
    }

    /// Inserts an op that is built.
    pub fn insert(&self, operation: Operation<'a>) -> OperationRef<'a, 'a> {
        let inserted = match &self.place {
            Place::Rewriter(rewriter) => rewriter.insert(operation).to_raw(),
            Place::Block(block) => block.append_operation(operation).to_raw(),
        };
        // SAFETY: the op is now owned by its block; an `'a` borrow of it is
        // what the caller's other ops have too.
        unsafe { OperationRef::from_raw(inserted) }
    }

    /// Builds a region of one block with those arguments.
    pub fn region(
        &self,
        arguments: &[Type<'a>],
        body: impl FnOnce(&Builder<'a>, &[Value<'a, 'a>]),
    ) -> Region<'a> {
        let region = Region::new();
        let arguments: Vec<_> = arguments.iter().map(|&ty| (ty, self.location)).collect();
        let block = region.append_block(Block::new(&arguments));
        // SAFETY: the block belongs to the region, which moves into an op of
        // lifetime 'a; the reference stays valid as blocks do not move.
        let block: BlockRef<'a, 'a> = unsafe { BlockRef::from_raw(block.to_raw()) };
        let values: Vec<Value<'a, 'a>> = (0..arguments.len())
            .filter_map(|index| Some(block.argument(index).ok()?.into()))
            .collect();
        body(&Builder::at_end(block, self.location), &values);
        region
    }

    /// Parses an attribute whose text is a constant of the caller's.
    ///
    /// # Panics
    ///
    /// When the text is no attribute; the trampoline reports it.
    pub fn attribute(&self, text: &str) -> Attribute<'a> {
        Attribute::parse(self.context, text)
            .unwrap_or_else(|| panic!("`{text}` is not an attribute"))
    }

    /// Parses a type whose text is a constant of the caller's.
    ///
    /// # Panics
    ///
    /// When the text is no type; the trampoline reports it.
    pub fn r#type(&self, text: &str) -> Type<'a> {
        Type::parse(self.context, text).unwrap_or_else(|| panic!("`{text}` is not a type"))
    }

    /// Replaces an op by values and erases it.
    pub fn replace(&self, operation: OperationRef<'a, 'a>, values: &[Value<'a, 'a>]) {
        match &self.place {
            Place::Rewriter(rewriter) => rewriter.replace_op_with_values(operation, values),
            Place::Block(_) => {
                let rewriter = IrRewriter::from_op(operation);
                rewriter
                    .as_rewriter_base()
                    .replace_op_with_values(operation, values);
            }
        }
    }
}

/// Erases an op whose results nothing uses.
pub fn erase<'a>(operation: OperationRef<'a, 'a>) {
    let rewriter = IrRewriter::from_op(operation);
    rewriter.as_rewriter_base().erase_op(operation);
}

/// Runs `body` with a builder that stands before an op.
pub fn build_before<'a, T>(
    operation: OperationRef<'a, 'a>,
    body: impl FnOnce(&Builder<'a>) -> T,
) -> T {
    let rewriter = IrRewriter::from_op(operation);
    let base = rewriter.as_rewriter_base();
    base.set_insertion_point_before(operation);
    // SAFETY: only the lifetime changes; the base is used until `body` returns,
    // while `rewriter` lives.
    let base = unsafe { std::mem::transmute::<RewriterBase<'a, '_>, RewriterBase<'a, 'a>>(base) };
    body(&Builder::at_rewriter(base, operation.location()))
}

/// An op under construction.
pub struct OpBuilder<'a, 'b> {
    builder: &'b Builder<'a>,
    name: String,
    operands: Vec<Value<'a, 'a>>,
    results: Vec<Type<'a>>,
    attributes: Vec<(Identifier<'a>, Attribute<'a>)>,
    regions: Vec<Region<'a>>,
    infer: bool,
}

impl<'a> OpBuilder<'a, '_> {
    /// Adds an operand.
    pub fn operand(mut self, value: Value<'a, 'a>) -> Self {
        self.operands.push(value);
        self
    }

    /// Adds operands.
    pub fn operands(mut self, values: &[Value<'a, 'a>]) -> Self {
        self.operands.extend_from_slice(values);
        self
    }

    /// Adds a result.
    pub fn result(mut self, r#type: impl Into<Type<'a>>) -> Self {
        self.results.push(r#type.into());
        self
    }

    /// Lets the op infer the types of its results.
    pub fn infer(mut self) -> Self {
        self.infer = true;
        self
    }

    /// Adds an attribute.
    pub fn attribute(mut self, name: &str, attribute: impl Into<Attribute<'a>>) -> Self {
        self.attributes.push((
            Identifier::new(self.builder.context, name),
            attribute.into(),
        ));
        self
    }

    /// Adds an attribute if there is one.
    pub fn optional_attribute(self, name: &str, attribute: Option<Attribute<'a>>) -> Self {
        match attribute {
            Some(attribute) => self.attribute(name, attribute),
            None => self,
        }
    }

    /// Adds an attribute from its text.
    pub fn parsed(self, name: &str, text: &str) -> Self {
        let attribute = self.builder.attribute(text);
        self.attribute(name, attribute)
    }

    /// Adds a region.
    pub fn region(mut self, region: Region<'a>) -> Self {
        self.regions.push(region);
        self
    }

    /// Builds and inserts the op.
    ///
    /// # Panics
    ///
    /// When the op cannot be built, which MLIR has then reported; the
    /// trampoline turns it into a failure.
    pub fn insert(self) -> OperationRef<'a, 'a> {
        let mut builder = OperationBuilder::new(&self.name, self.builder.location)
            .add_operands(&self.operands)
            .add_attributes(&self.attributes)
            .add_regions_vec(self.regions);
        builder = if self.infer {
            builder.enable_result_type_inference()
        } else {
            builder.add_results(&self.results)
        };
        let operation = builder
            .build()
            .unwrap_or_else(|error| panic!("{} cannot be built: {error}", self.name));
        self.builder.insert(operation)
    }

    /// Builds and inserts the op and gives its only result.
    ///
    /// # Panics
    ///
    /// As [`OpBuilder::insert`], and when the op has no result.
    pub fn value(self) -> Value<'a, 'a> {
        let name = self.name.clone();
        result(self.insert(), 0, &name)
    }
}

fn result<'a>(operation: OperationRef<'a, 'a>, index: usize, name: &str) -> Value<'a, 'a> {
    operation
        .result(index)
        .unwrap_or_else(|_| panic!("{name} has no result {index}"))
        .into()
}
