//! Where buffers were made.

use melior::ir::{
    BlockLike, RegionLike, Type, Value, ValueLike,
    attribute::{FlatSymbolRefAttribute, StringAttribute},
    operation::{OperationLike, OperationRef},
    r#type::MemRefType,
};
use ods_bridge::{
    block_argument, defining_op, name_of, operations_within, result_number, string_value,
    symbol_name,
};
use std::collections::{HashMap, HashSet};

/// The name of a function.
pub fn symbol_of<'a>(operation: OperationRef<'a, 'a>) -> Option<&'a str> {
    let name = StringAttribute::try_from(operation.attribute("sym_name").ok()?).ok()?;
    Some(string_value(name))
}

/// The function that a `func.call` calls.
pub fn callee_of<'a>(operation: OperationRef<'a, 'a>) -> Option<&'a str> {
    if name_of(operation) != "func.call" {
        return None;
    }
    let callee = operation.attribute("callee").ok()?;
    Some(symbol_name(FlatSymbolRefAttribute::try_from(callee).ok()?))
}

fn key(value: Value<'_, '_>) -> usize {
    value.to_raw().ptr.addr()
}

/// Where a buffer was made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// By an op of the function: its result.
    Made(usize),
    /// Outside: an argument of the function, by its number.
    Argument(usize),
    /// It is a constant of the module.
    Constant,
}

/// The functions of a module, and what is known of their results.
pub struct Roots<'a> {
    functions: HashMap<&'a str, OperationRef<'a, 'a>>,
    are_separate: HashMap<&'a str, bool>,
}

impl<'a> Roots<'a> {
    /// Of a module, by all of its ops.
    pub fn of_module(operations: &[OperationRef<'a, 'a>]) -> Self {
        let functions = operations.iter().copied().filter_map(|operation| {
            let is_function = name_of(operation) == "func.func";
            Some((symbol_of(operation).filter(|_| is_function)?, operation))
        });
        Self {
            functions: functions.collect(),
            are_separate: HashMap::new(),
        }
    }

    /// Where a buffer was made, if that is known.
    pub fn of(&mut self, mut value: Value<'a, 'a>) -> Option<Root> {
        while let Some(operation) = defining_op(value) {
            match name_of(operation) {
                "memref.alloc" | "bufferization.clone" => return Some(Root::Made(key(value))),
                "memref.get_global" => return Some(Root::Constant),
                "func.call" => {
                    let callee = callee_of(operation)?;
                    return (self.gives_separate(callee)).then_some(Root::Made(key(value)));
                }
                "memref.cast"
                | "memref.collapse_shape"
                | "memref.expand_shape"
                | "memref.extract_strided_metadata"
                | "memref.memory_space_cast"
                | "memref.reinterpret_cast"
                | "memref.subview"
                | "memref.transpose"
                | "memref.view"
                    if result_number(value) == Some(0) =>
                {
                    value = operation.operand(0).ok()?;
                }
                _ => return None,
            }
        }
        let (block, number) = block_argument(value)?;
        let parent = block.parent_operation()?;
        let is_entry = parent.region(0).ok()?.first_block() == Some(block);
        (name_of(parent) == "func.func" && is_entry).then_some(Root::Argument(number))
    }

    /// Whether what a function returns are buffers that it made, and each once.
    fn gives_separate(&mut self, name: &'a str) -> bool {
        if let Some(&known) = self.are_separate.get(name) {
            return known;
        }
        // One that calls itself is not known.
        self.are_separate.insert(name, false);
        let Some(&function) = self.functions.get(name) else {
            return false;
        };
        let is_return = |operation: &OperationRef<'a, 'a>| name_of(*operation) == "func.return";
        let returns: Vec<_> = operations_within(function)
            .into_iter()
            .filter(is_return)
            .collect();
        let are_separate = !returns.is_empty()
            && returns.into_iter().all(|operation| {
                let mut made = HashSet::new();
                (operation
                    .operands()
                    .filter(|value| is_memref(value.r#type())))
                .all(|value| match self.of(value) {
                    Some(Root::Made(root)) => made.insert(root),
                    _ => false,
                })
            });
        self.are_separate.insert(name, are_separate);
        are_separate
    }
}

/// Whether a type is that of a buffer.
pub fn is_memref(r#type: Type<'_>) -> bool {
    MemRefType::try_from(r#type).is_ok()
}
