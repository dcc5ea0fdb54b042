//! What a call takes: what the function that is called does, as often as the call is
//! executed.

use super::plan::FunctionPlan;
use crate::{
    cost::{Estimate, Sizes, trips},
    outline::symbol_of,
    profile::Profile,
};
use melior::ir::{
    BlockLike, RegionLike, Value,
    attribute::{FlatSymbolRefAttribute, StringAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{name_of, operations_within, string_value, symbol_name};
use std::collections::HashMap;

/// The functions of a module, and who calls which.
pub struct Calls<'a> {
    /// The functions, in the order of the module.
    pub functions: Vec<OperationRef<'a, 'a>>,
    by_name: HashMap<&'a str, usize>,
}

impl<'a> Calls<'a> {
    /// Looks at a module.
    pub fn within(module: OperationRef<'a, 'a>) -> Self {
        let mut functions = operations_within(module);
        functions.retain(|&function| name_of(function) == "func.func");
        let names = functions.iter().enumerate();
        let by_name = names
            .filter_map(|(number, &function)| Some((symbol_of(function)?, number)))
            .collect();
        Self { functions, by_name }
    }

    /// The number of the function that an op calls, if it is a call and the function has
    /// a body.
    pub fn callee(&self, operation: OperationRef<'a, 'a>) -> Option<usize> {
        if name_of(operation) != "func.call" {
            return None;
        }
        let name = operation.attribute("callee").ok()?;
        let name = symbol_name(FlatSymbolRefAttribute::try_from(name).ok()?);
        let number = *self.by_name.get(name)?;
        let body = self.functions[number].region(0).ok()?;
        body.first_block().map(|_| number)
    }

    /// Supposes of the arguments of private functions that they are constants if each
    /// call gives a constant: the weights of a layer that is called once for each layer.
    pub fn suppose_constants(&self, sizes: &mut Sizes) {
        let mut calls: Vec<Vec<OperationRef<'a, 'a>>> = vec![Vec::new(); self.functions.len()];
        for &function in &self.functions {
            for operation in operations_within(function) {
                if let Some(callee) = self.callee(operation) {
                    calls[callee].push(operation);
                }
            }
        }
        // A function may give on what it was given.
        let mut changed = true;
        while changed {
            changed = false;
            for (&function, calls) in self.functions.iter().zip(&calls) {
                if calls.is_empty() || !is_private(function) {
                    continue;
                }
                let body = function.region(0).ok();
                let Some(block) = body.and_then(|body| body.first_block()) else {
                    continue;
                };
                for index in 0..block.argument_count() {
                    let Ok(argument) = block.argument(index).map(Value::from) else {
                        continue;
                    };
                    let gives_constant = |call: &OperationRef<'a, 'a>| {
                        let given = call.operand(index);
                        given.is_ok_and(|given| sizes.is_constant(given))
                    };
                    if !sizes.is_constant(argument) && calls.iter().all(gives_constant) {
                        sizes.suppose_constant(argument);
                        changed = true;
                    }
                }
            }
        }
    }
}

fn is_private(function: OperationRef<'_, '_>) -> bool {
    let visibility = function.attribute("sym_visibility").ok();
    let visibility = visibility.and_then(|it| StringAttribute::try_from(it).ok());
    visibility.is_some_and(|it| string_value(it) == "private")
}

/// What a call of a planned function takes.
pub fn estimate<'a>(
    call: OperationRef<'a, 'a>,
    callee: &FunctionPlan<'a>,
    profile: &Profile,
    sizes: &Sizes,
) -> Estimate {
    let trips = trips(call, sizes);
    let mut compute = 0.0;
    let mut transfer = 0.0;
    let mut body = 0.0;
    for op in &callee.ops {
        let chosen = op.chosen();
        compute += chosen.compute;
        transfer += chosen.transfer;
        body += chosen.compute.max(chosen.transfer);
    }
    let overhead = callee.seconds(profile) - body;
    // Some ops are bound by the one and some by the other; what most of it is bound by
    // has all of the time, so that the greater one is the time.
    if compute >= transfer {
        compute = body;
    } else {
        transfer = body;
    }
    let longest = callee.ops.iter().map(super::Mapped::chosen);
    let longest = longest.max_by(|a, b| a.seconds().total_cmp(&b.seconds()));
    Estimate {
        kernel: format!("@{}", callee.name),
        storage: None,
        chunk: None,
        tile: None,
        misfit: None,
        work: callee.work() * trips,
        compute: compute * trips,
        transfer: transfer * trips,
        overhead: overhead * trips,
        memory: longest.map_or_else(String::new, |longest| longest.memory.clone()),
    }
}
