//! What a function launches, as an attribute.
//!
//! The attribute is a dictionary; `docs/triton.md` says what its entries mean
//! to a launcher.

use super::{
    Machine,
    kernel::{ALIGNMENT, Axis, Launch, body_of},
    name_of_function,
};
use crate::transfer;
use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_passes::{
    kernels::{Extent, Extents},
    physical_type,
};
use melior::ir::{
    Attribute, BlockLike, Identifier, TypeLike, Value, ValueLike,
    attribute::{
        ArrayAttribute, DictionaryAttribute, FlatSymbolRefAttribute, IntegerAttribute,
        StringAttribute,
    },
    operation::{OperationLike, OperationRef},
    r#type::IntegerType,
};
use ods_bridge::{Builder, Diagnostic, name_of, symbol_name};
use std::collections::HashMap;

/// The attribute of the module.
pub const ATTRIBUTE: &str = "fidelity.launch";

/// The version of what the attribute says.
const VERSION: i64 = 1;

/// The attribute for the plans of all functions.
pub fn attribute<'a>(builder: &Builder<'a>, plans: &[Attribute<'a>]) -> Attribute<'a> {
    let say = Say(builder);
    say.dictionary(&[
        ("version", say.number(VERSION)),
        ("alignment", say.number(ALIGNMENT)),
        ("functions", say.list(plans.iter().copied())),
    ])
}

/// The plan of a function that calls kernels and does nothing else.
pub fn plan<'a, M: Machine>(
    builder: &Builder<'a>,
    function: OperationRef<'a, 'a>,
    extents: &Extents<'a>,
    launches: &HashMap<&'a str, Launch>,
) -> Result<Attribute<'a>, Diagnostic<'a>> {
    let block = body_of(function).ok_or_else(|| {
        Diagnostic::expected("a function with a body", "a declaration").at(function.location())
    })?;
    if let Some(other) = block.next_in_region() {
        let at = other
            .first_operation()
            .map_or(function.location(), |operation| operation.location());
        return Err(Diagnostic::expected(
            "a function without branches, as a plan is a list of launches",
            "several blocks",
        )
        .at(at));
    }
    let say = Say(builder);
    let mut plan = Plan {
        say: &say,
        extents,
        sizes: Vec::new(),
        places: HashMap::new(),
        buffers: Vec::new(),
        kernels: Vec::new(),
        checks: Vec::new(),
    };
    let mut arguments = Vec::new();
    for index in 0..block.argument_count() {
        let argument: Value<'a, 'a> = match block.argument(index) {
            Ok(argument) => argument.into(),
            Err(error) => return Err(Diagnostic::new(error.to_string())),
        };
        plan.put(argument, "argument", index);
        arguments.push(plan.tensor(argument)?);
    }
    let returned: Vec<Value<'a, 'a>> = block
        .terminator()
        .map(|terminator| terminator.operands().collect())
        .unwrap_or_default();
    let mut next = block.first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        match name_of(operation) {
            "func.return" => {}
            "func.call" => plan.launch(operation, &returned, launches)?,
            // Sizes are told by the plan itself.
            "arith.constant" | "tensor.dim" => {}
            name => return Err(refused::<M>(operation, name)),
        }
    }
    let mut results = Vec::new();
    for (index, &value) in returned.iter().enumerate() {
        results.push(plan.result(value, index, function)?);
    }
    let sizes = plan.sizes.iter().enumerate().map(|(index, &size)| {
        let (argument, dimension) = match size {
            Extent::Argument {
                argument,
                dimension,
            } => (argument, dimension),
            Extent::Known(_) => (0, 0),
        };
        say.dictionary(&[
            ("name", say.text(&size_name(index))),
            ("argument", say.number(argument as i64)),
            ("dimension", say.number(dimension as i64)),
        ])
    });
    Ok(say.dictionary(&[
        ("name", say.text(name_of_function(function))),
        ("arguments", say.list(arguments)),
        ("results", say.list(results)),
        ("sizes", say.list(sizes)),
        ("checks", say.list(plan.checks.iter().copied())),
        ("buffers", say.list(plan.buffers.iter().copied())),
        ("kernels", say.list(plan.kernels.iter().copied())),
    ]))
}

fn refused<'a, M: Machine>(operation: OperationRef<'a, 'a>, name: &str) -> Diagnostic<'a> {
    let those = match name {
        "linalg.generic" => Some("those whose loops are all parallel"),
        "fidelity.recurrence" => Some("recurrences that have a value and no key"),
        _ => None,
    };
    let advice = match (those, transfer::advice(name)) {
        (Some(those), _) => format!("; {} gets {those}", M::NAME),
        (None, Some(advice)) => format!("; {advice}"),
        (None, None) => String::new(),
    };
    Diagnostic::expected(
        format!("ops that make kernels for {}", M::NAME),
        format!("'{name}'{advice}"),
    )
    .at(operation.location())
}

fn size_name(index: usize) -> String {
    format!("s{index}")
}

/// A plan under construction.
struct Plan<'a, 'b> {
    say: &'b Say<'a, 'b>,
    extents: &'b Extents<'a>,
    /// The dynamic sizes of arguments that are used.
    sizes: Vec<Extent>,
    /// Where the elements of a value are.
    places: HashMap<usize, Attribute<'a>>,
    buffers: Vec<Attribute<'a>>,
    kernels: Vec<Attribute<'a>>,
    checks: Vec<Attribute<'a>>,
}

fn key(value: Value<'_, '_>) -> usize {
    value.to_raw().ptr as usize
}

impl<'a> Plan<'a, '_> {
    /// Says where the elements of a value are.
    fn put(&mut self, value: Value<'a, 'a>, kind: &str, number: usize) -> Attribute<'a> {
        let place = self
            .say
            .dictionary(&[(kind, self.say.number(number as i64))]);
        self.places.insert(key(value), place);
        place
    }

    /// A size: a number, or the name of one.
    fn size(&mut self, extent: Extent) -> Attribute<'a> {
        if let Extent::Known(number) = extent {
            return self.say.number(number);
        }
        let index = self.sizes.iter().position(|&size| size == extent);
        let index = index.unwrap_or_else(|| {
            self.sizes.push(extent);
            self.sizes.len() - 1
        });
        self.say.text(&size_name(index))
    }

    /// The shape and element type of what lies in memory for a tensor.
    fn tensor(&mut self, value: Value<'a, 'a>) -> Result<Attribute<'a>, Diagnostic<'a>> {
        let r#type = physical_type(value.r#type());
        let (Some(tensor), Some(sizes)) = (
            TensorType::new(r#type).filter(|_| r#type.is_ranked_tensor()),
            self.extents.of(value),
        ) else {
            return Err(Diagnostic::expected(
                "ranked tensors of sizes that are those of arguments",
                value.r#type(),
            )
            .at(value.location()));
        };
        // Only the last size of packed storage differs, and it is static.
        let shape: Vec<_> = tensor
            .shape
            .iter()
            .zip(sizes)
            .map(|(&size, extent)| match size {
                DYNAMIC => self.size(extent),
                known => self.say.number(known),
            })
            .collect();
        Ok(self.say.dictionary(&[
            ("shape", self.say.list(shape)),
            ("type", self.say.text(&tensor.element.to_string())),
        ]))
    }

    fn result(
        &mut self,
        value: Value<'a, 'a>,
        index: usize,
        function: OperationRef<'a, 'a>,
    ) -> Result<Attribute<'a>, Diagnostic<'a>> {
        let tensor = TensorType::new(value.r#type());
        if tensor.is_some_and(|tensor| tensor.shape.contains(&0)) {
            // Without elements it is as good as any other.
            return self.tensor(value);
        }
        let place = self.places.get(&key(value)).copied().ok_or_else(|| {
            Diagnostic::expected(
                "results that kernels make or that are arguments",
                format!("result {index}, which is none; give it to an op that makes a tensor"),
            )
            // What folds makes a constant forget where it was.
            .at(function.location())
        })?;
        let mine = self
            .say
            .dictionary(&[("result", self.say.number(index as i64))]);
        if place == mine {
            return self.tensor(value);
        }
        Ok(place)
    }

    fn launch(
        &mut self,
        call: OperationRef<'a, 'a>,
        returned: &[Value<'a, 'a>],
        launches: &HashMap<&'a str, Launch>,
    ) -> Result<(), Diagnostic<'a>> {
        let callee = call
            .attribute("callee")
            .ok()
            .and_then(|callee| FlatSymbolRefAttribute::try_from(callee).ok())
            .map_or("", symbol_name);
        let launch = launches.get(callee).ok_or_else(|| {
            Diagnostic::expected("a call of a kernel", format!("@{callee}")).at(call.location())
        })?;
        let mut arguments = Vec::new();
        for (index, operand) in call.operands().enumerate() {
            let place = self.places.get(&key(operand)).copied().ok_or_else(|| {
                let got = ods_bridge::defining_op(operand).map_or("another value", name_of);
                let kernel = self.extents.function(callee).unwrap_or(call);
                Diagnostic::expected(
                    "tensors of kernels to be arguments of the function",
                    format!(
                        "'{got}' for argument {index} of @{callee}; pass constants as arguments"
                    ),
                )
                .at(kernel.location())
            })?;
            arguments.push(place);
        }
        for result in call.results().map(Value::from) {
            let (kind, number) = match returned.iter().position(|&value| value == result) {
                Some(index) => ("result", index),
                None => {
                    let buffer = self.tensor(result)?;
                    self.buffers.push(buffer);
                    ("buffer", self.buffers.len() - 1)
                }
            };
            arguments.push(self.put(result, kind, number));
        }
        for &size in &launch.sizes {
            let size = self.of_caller(size, call)?;
            let size = self.size(size);
            arguments.push(self.say.dictionary(&[("size", size)]));
        }
        for pair in &launch.agreeing {
            self.check(pair, call)?;
        }
        let mut grid = Vec::new();
        for Axis { sizes, block } in &launch.grid {
            let mut factors = Vec::new();
            for &size in sizes {
                let size = self.of_caller(size, call)?;
                factors.push(self.size(size));
            }
            grid.push(self.say.dictionary(&[
                ("sizes", self.say.list(factors)),
                ("block", self.say.number(*block)),
            ]));
        }
        let (size, count) = launch.size;
        self.kernels.push(self.say.dictionary(&[
            ("name", self.say.text(callee)),
            ("grid", self.say.list(grid)),
            ("arguments", self.say.list(arguments)),
            (size, self.say.number(count)),
        ]));
        Ok(())
    }

    fn of_caller(
        &self,
        size: Extent,
        call: OperationRef<'a, 'a>,
    ) -> Result<Extent, Diagnostic<'a>> {
        self.extents.of_caller(size, call).ok_or_else(|| {
            Diagnostic::expected("sizes that are those of arguments", "others").at(call.location())
        })
    }

    /// Sizes that a kernel takes to be the same, as sizes of arguments.
    fn check(
        &mut self,
        pair: &[Extent; 2],
        call: OperationRef<'a, 'a>,
    ) -> Result<(), Diagnostic<'a>> {
        let [lhs, rhs] = *pair;
        let (lhs, rhs) = (self.of_caller(lhs, call)?, self.of_caller(rhs, call)?);
        if lhs == rhs {
            return Ok(());
        }
        let pair = [self.size(lhs), self.size(rhs)];
        let check = self.say.list(pair);
        if !self.checks.contains(&check) {
            self.checks.push(check);
        }
        Ok(())
    }
}

/// Makes attributes.
struct Say<'a, 'b>(&'b Builder<'a>);

impl<'a> Say<'a, '_> {
    fn text(&self, text: &str) -> Attribute<'a> {
        StringAttribute::new(self.0.context(), text).into()
    }

    fn number(&self, number: i64) -> Attribute<'a> {
        IntegerAttribute::new(IntegerType::new(self.0.context(), 64).into(), number).into()
    }

    fn list(&self, elements: impl IntoIterator<Item = Attribute<'a>>) -> Attribute<'a> {
        let elements: Vec<_> = elements.into_iter().collect();
        ArrayAttribute::new(self.0.context(), &elements).into()
    }

    fn dictionary(&self, entries: &[(&str, Attribute<'a>)]) -> Attribute<'a> {
        let entries: Vec<_> = entries
            .iter()
            .map(|(name, value)| (Identifier::new(self.0.context(), name), *value))
            .collect();
        DictionaryAttribute::new(self.0.context(), &entries).into()
    }
}
