//! A kernel's function, looked at.

use super::Machine;
use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_passes::kernels::{Extent, Extents, Kind, Member, Role};
use melior::ir::{
    BlockLike, BlockRef, RegionLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, defining_op, name_of};

/// The alignment that launchers promise for the memory of a tensor.
pub const ALIGNMENT: i64 = 16;

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
    /// How large a program is, under the name that the plan has for it.
    pub size: (&'static str, i64),
    /// The dynamic sizes that it is called with, after its tensors.
    pub sizes: Vec<Extent>,
    /// Sizes that have to be the same.
    pub agreeing: Vec<[Extent; 2]>,
}

impl<'a> Kernel<'a> {
    /// Looks at a kernel's function.
    pub fn new<M: Machine>(
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
                    check_elements::<M>(operation)?;
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

    /// How the kernel is launched as it has been built.
    pub fn launch(&self, grid: [Axis; 2], size: (&'static str, i64)) -> Launch {
        Launch {
            grid,
            size,
            sizes: self.sizes.clone(),
            agreeing: self.agreeing.iter().map(|&(from, to)| [to, from]).collect(),
        }
    }
}

/// The tensor of which a value is a part.
fn whole<'a>(value: Value<'a, 'a>) -> Value<'a, 'a> {
    let source = defining_op(value)
        .filter(|&operation| matches!(name_of(operation), "tensor.cast" | "tensor.extract_slice"))
        .and_then(|operation| operation.operand(0).ok());
    source.map_or(value, whole)
}

/// What building the program of a kernel gives: its grid, and how many warps or
/// threads a program has.
pub type Built<'a> = Result<([Axis; 2], i64), Diagnostic<'a>>;

/// The first block of a function or a module.
pub fn body_of<'a>(of: OperationRef<'a, 'a>) -> Option<BlockRef<'a, 'a>> {
    of.region(0).ok()?.first_block()
}

/// Checks that a machine has the types of an op's tensors.
fn check_elements<'a, M: Machine>(operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
    let values = operation
        .operands()
        .chain(operation.results().map(Value::from));
    for value in values {
        let Some(tensor) = TensorType::new(value.r#type()) else {
            continue;
        };
        let name = tensor.element.to_string();
        if !M::ELEMENTS.contains(&name.as_str()) {
            return Err(Diagnostic::expected(
                format!(
                    "elements of type {}, which {} computes with",
                    list(M::ELEMENTS),
                    M::NAME
                ),
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

/// Words as a list of choices.
pub fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).into(),
        [words @ .., last] => format!("{} or {last}", words.join(", ")),
    }
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
