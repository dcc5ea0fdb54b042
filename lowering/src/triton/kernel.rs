//! A kernel's function as a `tt.func`.

use super::{
    linear,
    program::{Held, Place, Program},
    recurrence, row, scalar,
    tt::Tt,
};
use fidelity_dialect::{DYNAMIC, QuantizeActivations, RmsNorm, TensorType, TernaryLinear};
use fidelity_passes::kernels::{Extent, Extents, Kind, Member, Role};
use melior::ir::{
    BlockLike, BlockRef, RegionLike, Type, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, Diagnostic, OpView, defining_op, name_of};

/// The alignment that launchers promise for the memory of a tensor.
pub const ALIGNMENT: i32 = 16;

/// A kernel's function, looked at.
pub struct Kernel<'a> {
    pub kind: Kind,
    pub function: OperationRef<'a, 'a>,
    /// The tensors that it takes.
    pub inputs: Vec<Value<'a, 'a>>,
    /// The tensors that it gives.
    pub results: Vec<Value<'a, 'a>>,
    pub members: Vec<Member<'a>>,
    pub extents: Extents<'a>,
    /// The dynamic sizes that it computes with, of those that are settled.
    pub sizes: Vec<Extent>,
    /// For sizes that have to be another one, that one.
    agreeing: Vec<(Extent, Extent)>,
}

/// How many programs there are along an axis: the product of sizes, in blocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub sizes: Vec<Extent>,
    pub block: i64,
}

/// How a kernel is launched, in terms of its arguments.
#[derive(Clone, Debug)]
pub struct Launch {
    pub grid: [Axis; 2],
    pub warps: i64,
    /// The dynamic sizes that it is called with, after its tensors.
    pub sizes: Vec<Extent>,
    /// Sizes that have to be the same.
    pub agreeing: Vec<[Extent; 2]>,
}

impl<'a> Kernel<'a> {
    /// Looks at a kernel's function.
    pub fn new(
        function: OperationRef<'a, 'a>,
        kind: Kind,
        extents: &Extents<'a>,
    ) -> Result<Self, Diagnostic<'a>> {
        let block = body_of(function).ok_or_else(|| {
            Diagnostic::new("expected a kernel with a body").at(function.location())
        })?;
        let inputs = (0..block.argument_count())
            .filter_map(|index| Some(block.argument(index).ok()?.into()))
            .collect();
        let mut kernel = Self {
            kind,
            function,
            inputs,
            results: Vec::new(),
            members: Vec::new(),
            extents: extents.clone(),
            sizes: Vec::new(),
            agreeing: Vec::new(),
        };
        let mut next = block.first_operation();
        while let Some(operation) = next {
            next = operation.next_in_block();
            match name_of(operation) {
                "func.return" => kernel.results = operation.operands().collect(),
                "arith.constant"
                | "tensor.empty"
                | "tensor.dim"
                | "tensor.extract_slice"
                | "tensor.cast" => {}
                name => {
                    let member = Member::of(operation, extents).ok_or_else(|| {
                        Diagnostic::expected("an op that a kernel can have", format!("'{name}'"))
                            .at(operation.location())
                    })?;
                    check_elements(operation)?;
                    kernel.members.push(member);
                }
            }
        }
        kernel.check_results()?;
        kernel.settle()?;
        Ok(kernel)
    }

    fn check_results(&self) -> Result<(), Diagnostic<'a>> {
        let first = self.first()?;
        let sizes = (&first.leading, first.width);
        for member in &self.members {
            if (&member.leading, member.width) != sizes {
                return Err(Diagnostic::expected(
                    "ops of a kernel to have results of the same sizes",
                    "others",
                )
                .at(member.operation.location())
                .note(first.operation.location(), "the first op of the kernel"));
            }
        }
        let is_made = |&result: &Value<'a, 'a>| {
            let mut made = self
                .members
                .iter()
                .flat_map(|member| member.operation.results());
            made.any(|value| Value::from(value) == result)
        };
        if self.results.iter().all(is_made) {
            return Ok(());
        }
        Err(
            Diagnostic::expected("a kernel to give what its ops make", "another value")
                .at(self.function.location()),
        )
    }

    /// The first op.
    pub fn first(&self) -> Result<&Member<'a>, Diagnostic<'a>> {
        self.members.first().ok_or_else(|| {
            Diagnostic::expected("a kernel with ops", "none").at(self.function.location())
        })
    }

    /// The size that stands for one: all that have to agree are one.
    pub fn settled(&self, extent: Extent) -> Extent {
        let mut extent = extent;
        // Each step goes to a size that was seen before.
        while let Some((_, other)) = self.agreeing.iter().find(|(from, _)| *from == extent) {
            extent = *other;
        }
        extent
    }

    /// Finds out which sizes have to agree, and which are needed.
    fn settle(&mut self) -> Result<(), Diagnostic<'a>> {
        let mut pairs = Vec::new();
        let mut needed = Vec::new();
        for member in &self.members {
            let mut sizes = member.leading.clone();
            sizes.push(member.width);
            for read in &member.reads {
                let Some(found) = self.extents.of(read.value) else {
                    continue;
                };
                match &read.loops {
                    Some(loops) => pairs.extend(
                        loops
                            .iter()
                            .zip(&found)
                            .filter_map(|(&at, &size)| Some((*sizes.get(at?)?, size))),
                    ),
                    // A state has the sizes of a step.
                    None if member.role == Role::Recurrence => {
                        let mut step = sizes.clone();
                        step.remove(step.len() - 2);
                        pairs.extend(step.into_iter().zip(found.iter().copied()));
                    }
                    None => {}
                }
                needed.extend(found);
                needed.extend(self.extents.of(whole(read.value)).into_iter().flatten());
            }
            if let (Role::Linear, [x, weights, ..]) = (member.role, member.reads.as_slice()) {
                let last = |value| Some(*self.extents.of(value)?.last()?);
                pairs.extend(last(x.value).zip(last(weights.value)));
            }
            needed.extend(sizes);
        }
        for (lhs, rhs) in pairs {
            let (lhs, rhs) = (self.settled(lhs), self.settled(rhs));
            match (lhs, rhs) {
                (lhs, rhs) if lhs == rhs => {}
                (Extent::Known(_), Extent::Known(_)) => {
                    return Err(Diagnostic::expected("sizes that agree", "others")
                        .at(self.function.location()));
                }
                // A known size says more.
                (_, Extent::Known(_)) => self.agreeing.push((lhs, rhs)),
                _ => self.agreeing.push((rhs, lhs)),
            }
        }
        for extent in needed {
            let extent = self.settled(extent);
            if !matches!(extent, Extent::Known(_)) && !self.sizes.contains(&extent) {
                self.sizes.push(extent);
            }
        }
        Ok(())
    }

    /// Builds the `tt.func`.
    pub fn build(&self, builder: &Builder<'a>, name: &str) -> Result<Launch, Diagnostic<'a>> {
        let tt = Tt::new(builder);
        let pointer = |value: &Value<'a, 'a>| {
            let element = TensorType::of(*value).element;
            (tt.pointer(element), Some(ALIGNMENT))
        };
        let mut arguments: Vec<(Type<'a>, Option<i32>)> = self.inputs.iter().map(pointer).collect();
        arguments.extend(self.results.iter().map(pointer));
        arguments.extend(self.sizes.iter().map(|_| (tt.integer(64), None)));
        let mut built = Err(Diagnostic::new("internal error: no program was built"));
        tt.func(name, &arguments, |tt, arguments| {
            let program = Program::new(Tt::new(tt), self, arguments);
            built = match self.kind {
                Kind::Row => row::build(program),
                Kind::Linear => linear::build(program),
                Kind::Recurrence => recurrence::build(program),
            };
        });
        let (grid, warps) = built?;
        Ok(Launch {
            grid,
            warps,
            sizes: self.sizes.clone(),
            agreeing: self.agreeing.iter().map(|&(from, to)| [to, from]).collect(),
        })
    }
}

/// The tensor of which a value is a part.
fn whole<'a>(value: Value<'a, 'a>) -> Value<'a, 'a> {
    let source = defining_op(value)
        .filter(|&operation| matches!(name_of(operation), "tensor.cast" | "tensor.extract_slice"))
        .and_then(|operation| operation.operand(0).ok());
    source.map_or(value, whole)
}

/// What building the program of a kernel gives: its grid and warps.
pub type Built<'a> = Result<([Axis; 2], i64), Diagnostic<'a>>;

/// The only block of a function.
pub fn body_of<'a>(function: OperationRef<'a, 'a>) -> Option<BlockRef<'a, 'a>> {
    function.region(0).ok()?.first_block()
}

/// Checks that Triton has the types of an op's tensors.
fn check_elements<'a>(operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let values = operation
        .operands()
        .chain(operation.results().map(Value::from));
    for value in values {
        let Some(tensor) = TensorType::new(value.r#type()) else {
            continue;
        };
        let name = tensor.element.to_string();
        if !["f16", "bf16", "f32", "i8", "i16", "i32", "i64"].contains(&name.as_str()) {
            return Err(Diagnostic::expected(
                "elements of type f16, bf16, f32, i8, i16, i32 or i64, which Triton computes with",
                format!("{name}; convert the tensors first"),
            )
            .at(operation.location())
            .note_value("the tensor", value));
        }
        debug_assert!(
            tensor
                .shape
                .iter()
                .all(|&size| size >= 0 || size == DYNAMIC)
        );
    }
    Ok(())
}

/// Computes an op at a place, if it is one that makes its elements there.
pub fn compute<'a>(
    program: &mut Program<'a, '_>,
    place: &Place<'a>,
    member: &Member<'a>,
) -> Result<(), Diagnostic<'a>> {
    let operation = member.operation;
    let held = match name_of(operation) {
        RmsNorm::NAME => vec![row::rms_norm(program, place, member)?],
        QuantizeActivations::NAME => row::quantize_activations(program, place, member)?,
        "linalg.generic" => scalar::generic(program, place, member)?
            .into_iter()
            .map(Held::Block)
            .collect(),
        name => {
            return Err(Diagnostic::expected(
                format!(
                    "an op that a kernel of kind {} can have there",
                    program.kernel.kind.keyword()
                ),
                format!("'{name}'"),
            )
            .at(operation.location()));
        }
    };
    for (result, held) in operation.results().zip(held) {
        program.hold(result.into(), held);
    }
    Ok(())
}

/// The least power of two that is not below a size.
pub fn power_of_two(size: i64) -> i64 {
    (size.max(1) as u64).next_power_of_two() as i64
}

/// A block of a power of two for a size, within bounds.
pub fn block_of(size: Extent, least: i64, greatest: i64) -> i64 {
    match size {
        Extent::Known(size) => power_of_two(size.min(greatest)).clamp(least, greatest),
        Extent::Argument { .. } => greatest,
    }
}

/// Whether an op is a product with ternary weights.
pub fn ternary_linear<'a>(member: &Member<'a>) -> Option<TernaryLinear<'a>> {
    TernaryLinear::cast(member.operation)
}
