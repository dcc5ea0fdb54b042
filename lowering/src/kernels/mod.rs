//! What the targets share that launch kernels: kernels looked at, the plans that
//! launch them, and programs as far as they are the same on every machine.
//!
//! | file | what it is |
//! | --- | --- |
//! | `kernel` | a kernel's function, looked at |
//! | `launch` | what a function launches, as an attribute |
//! | `blocks` | arithmetic of blocks of numbers, or of scalars |
//! | `program` | values of a program, and where its elements are in memory |
//! | `tile` | tiles that mappings say |
//! | `scalar` | the bodies of elementwise ops |
//! | `linear`, `row`, `recurrence`, `trits` | the other ops |
//!
//! A target is a [`Machine`]; it says how its programs reach memory and what of
//! `arith` and `math` it compiles.

pub mod blocks;
mod kernel;
mod launch;
pub mod linear;
mod program;
pub mod recurrence;
pub mod row;
mod scalar;
pub mod tile;
pub mod trits;

pub use blocks::Blocks;
pub use kernel::{ALIGNMENT, Axis, Built, Kernel, Launch, block_of, body_of};
pub use program::{Held, Place, Program};

use fidelity_dialect::Accumulator;
use fidelity_passes::{
    emit::Emit,
    kernels::{Extents, Member, kind_of},
};
use melior::ir::{
    BlockLike, BlockRef, Type, Value,
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, Diagnostic, erase, name_of, string_value};
use std::collections::HashMap;

/// The passes that bring functions into the form of kernels and calls, for a
/// `builtin.module`. Sizes are checked by the launch plan: nothing stops a
/// program on a GPU. A transfer is kept to be refused: one device is no several.
pub const PIPELINE: &[&str] = &[
    "symbol-dce",
    // A plan launches kernels and calls no functions.
    "inline",
    "symbol-dce",
    "fidelity-erase-measures",
    "canonicalize",
    "fidelity-decompose{layers=true runtime-checks=false}",
    "convert-fidelity-to-linalg{runtime-checks=false \
     keep=fidelity.rms_norm,fidelity.quantize_activations,fidelity.ternary_linear,fidelity.recurrence,fidelity.transfer}",
    "canonicalize",
    "cse",
    "fidelity-form-kernels",
    "canonicalize",
    "cse",
];

/// Ops of `arith` that kernels may have.
const ARITH: &[&str] = &[
    "addf", "addi", "andi", "bitcast", "cmpf", "cmpi", "divf", "divsi", "divui", "extf", "extsi",
    "extui", "fptosi", "fptoui", "maximumf", "maxnumf", "maxsi", "maxui", "minimumf", "minnumf",
    "minsi", "minui", "mulf", "muli", "ori", "remsi", "remui", "select", "shli", "shrsi", "shrui",
    "sitofp", "subf", "subi", "truncf", "trunci", "uitofp", "xori",
];

/// A machine that launches kernels: what its programs are made of.
pub trait Machine {
    /// Its name in messages.
    const NAME: &'static str;

    /// The types of elements in memory.
    const ELEMENTS: &'static [&'static str];

    /// The types that it adds products up in.
    const ACCUMULATORS: &'static [Accumulator];

    /// The ops of `math` that kernels may have.
    const MATH: &'static [&'static str];

    /// Whether kernels may have an op of `arith` or `math`.
    fn compiles(name: &str) -> bool {
        match name.split_once('.') {
            Some(("arith", op)) => ARITH.contains(&op),
            Some(("math", op)) => Self::MATH.contains(&op),
            _ => false,
        }
    }

    /// The type of offsets into memory.
    fn offset_type<'a>(emit: &Emit<'a, '_>) -> Type<'a>;

    /// A scalar as a block; a scalar stays one for an empty shape.
    fn splat<'a>(blocks: &Blocks<'a, '_>, scalar: Value<'a, 'a>, shape: &[i64]) -> Value<'a, 'a>;

    /// Elements of a type from places of memory; 0 where a mask leaves them out.
    fn load<'a>(
        blocks: &Blocks<'a, '_>,
        memory: Value<'a, 'a>,
        offset: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
        element: Type<'a>,
    ) -> Value<'a, 'a>;

    /// Stores elements to places of memory that a mask does not leave out.
    fn store<'a>(
        blocks: &Blocks<'a, '_>,
        memory: Value<'a, 'a>,
        offset: Value<'a, 'a>,
        value: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
    );
}

/// The functions of a module: kernels, and those that call them.
pub struct Functions<'a> {
    module: OperationRef<'a, 'a>,
    extents: Extents<'a>,
    /// The kernels by their names, in the order of the module.
    pub kernels: Vec<(&'a str, Kernel<'a>)>,
    hosts: Vec<OperationRef<'a, 'a>>,
}

impl<'a> Functions<'a> {
    /// Looks at a module, in which nothing but functions may be.
    pub fn of<M: Machine>(module: OperationRef<'a, 'a>) -> Result<Self, Diagnostic<'a>> {
        let mut functions = Self {
            module,
            extents: Extents::of_module(module),
            kernels: Vec::new(),
            hosts: Vec::new(),
        };
        let mut next = functions.block()?.first_operation();
        while let Some(function) = next {
            next = function.next_in_block();
            if name_of(function) != "func.func" {
                return Err(Diagnostic::expected(
                    "a module of functions",
                    format!("'{}'", name_of(function)),
                )
                .at(function.location()));
            }
            match kind_of(function) {
                Some(kind) => {
                    let kernel = Kernel::new::<M>(function, kind, &functions.extents)?;
                    functions.kernels.push((name_of_function(function), kernel));
                }
                None => functions.hosts.push(function),
            }
        }
        Ok(functions)
    }

    /// The body of the module.
    pub fn block(&self) -> Result<BlockRef<'a, 'a>, Diagnostic<'a>> {
        body_of(self.module).ok_or_else(|| Diagnostic::new("expected a module with a body"))
    }

    /// Puts plans in the place of the functions, for kernels that are launched
    /// so.
    pub fn replace<M: Machine>(
        self,
        launches: &HashMap<&'a str, Launch>,
    ) -> Result<(), Diagnostic<'a>> {
        let builder = Builder::at_end(self.block()?, self.module.location());
        let mut plans = Vec::new();
        for &host in &self.hosts {
            plans.push(launch::plan::<M>(&builder, host, &self.extents, launches)?);
        }
        ods_bridge::set_attribute(
            self.module,
            launch::ATTRIBUTE,
            launch::attribute(&builder, &plans),
        );
        // Callers before what they call.
        let kernels = self.kernels.iter().map(|(_, kernel)| kernel.function);
        for function in self.hosts.into_iter().chain(kernels) {
            erase(function);
        }
        Ok(())
    }
}

/// The name of a function.
fn name_of_function<'a>(function: OperationRef<'a, 'a>) -> &'a str {
    function
        .attribute("sym_name")
        .ok()
        .and_then(|name| StringAttribute::try_from(name).ok())
        .map_or("", string_value)
}

/// Computes an elementwise op at a place.
pub fn elementwise<'a, M: Machine>(
    program: &mut Program<'a, '_, M>,
    place: &Place<'a>,
    member: &Member<'a>,
) -> Result<(), Diagnostic<'a>> {
    let operation = member.operation;
    if name_of(operation) != "linalg.generic" {
        return Err(Diagnostic::expected(
            format!(
                "an op that a kernel of kind {} can have there",
                program.kernel.kind.keyword()
            ),
            format!("'{}'", name_of(operation)),
        )
        .at(operation.location()));
    }
    let values = scalar::generic(program, place, member)?;
    for (result, value) in operation.results().zip(values) {
        program.hold(result.into(), Held::Block(value));
    }
    Ok(())
}
