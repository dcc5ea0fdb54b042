//! The mapping of what is fused: what its parts agree on.
//!
//! | key | stays where |
//! | --- | --- |
//! | `group`, `device` | all parts that say it say the same |
//! | `kernel`, `storage`, `tile` | a layer with ternary weights is made, and all such layers among the parts that say it say the same |
//! | `kernel`, `chunk`, `tile` | an op over a sequence is made of one of its own kind, with the same steps |
//!
//! What was chosen for steps one at a time is no choice for all of them.

use super::rewrite::address;
use crate::cost::ternary_weights;
use fidelity_dialect::{MAPPING, MappingAttr, OP_NAMES, mapping_of};
use melior::ir::{
    Attribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{context_of, defining_op, name_of, operations_within, set_attribute};
use std::collections::HashSet;

/// What one fusion took apart and what it made, as far as mappings go.
#[derive(Default)]
pub struct Ledger<'a> {
    /// The ops that are there, by their addresses: others have been made.
    known: HashSet<usize>,
    parts: Vec<Part<'a>>,
    made: Vec<OperationRef<'a, 'a>>,
    /// The addresses of what this fusion erased.
    erased: HashSet<usize>,
}

/// An op with a mapping that is no more.
struct Part<'a> {
    name: &'a str,
    /// Whether it stood by itself, and not within another one.
    is_outer: bool,
    has_trits: bool,
    mapping: MappingAttr<'a>,
}

impl<'a> Ledger<'a> {
    /// Begins to look at an op.
    pub fn begin(&mut self, operation: OperationRef<'a, 'a>) {
        let within = operations_within(operation);
        self.known = within.into_iter().map(address).collect();
        self.forget();
    }

    /// Notes that an op is about to be erased, with what is in it.
    pub fn erase(&mut self, operation: OperationRef<'a, 'a>) {
        for nested in operations_within(operation) {
            self.known.remove(&address(nested));
            self.erased.insert(address(nested));
            if let Ok(Some(mapping)) = mapping_of(nested) {
                self.parts.push(Part {
                    name: name_of(nested),
                    is_outer: nested == operation,
                    has_trits: ternary_weights(nested).is_some(),
                    mapping,
                });
            }
        }
    }

    /// Notes that an op makes what another one made before.
    pub fn make(&mut self, operation: OperationRef<'a, 'a>) {
        // It may lie where one that was erased lay.
        self.erased.remove(&address(operation));
        self.made.push(operation);
    }

    /// Ends a fusion that came to nothing.
    pub fn forget(&mut self) {
        self.parts.clear();
        self.made.clear();
        self.erased.clear();
    }

    /// Ends a fusion: what it made has the mapping that its parts agree on.
    pub fn settle(&mut self) {
        let mut open = std::mem::take(&mut self.made);
        open.retain(|&made| !self.erased.contains(&address(made)));
        while let Some(operation) = open.pop() {
            if !self.known.insert(address(operation)) {
                continue;
            }
            open.extend(operation.operands().filter_map(defining_op));
            let is_mapped = operation.attribute(MAPPING).is_ok();
            if OP_NAMES.contains(&name_of(operation))
                && !is_mapped
                && let Some(mapping) = self.agreed(operation)
            {
                set_attribute(operation, MAPPING, mapping.into());
            }
        }
        self.forget();
    }

    /// The mapping of an op that was made.
    fn agreed(&self, operation: OperationRef<'a, 'a>) -> Option<MappingAttr<'a>> {
        let is_layer = ternary_weights(operation).is_some();
        let is_like = |part: &&Part<'a>| match is_layer {
            true => part.has_trits,
            false => part.is_outer && part.name == name_of(operation),
        };
        let all = || self.parts.iter().map(|part| part.mapping);
        let alike = || self.parts.iter().filter(is_like).map(|part| part.mapping);
        let kernel = agreed(alike().map(|it| it.kernel()), Attribute::from);
        let storage = agreed(alike().map(|it| it.storage()), |storage| storage);
        let chunk = agreed(alike().map(|it| it.chunk()), |chunk| chunk);
        let tile = agreed(alike().map(|it| it.tile()), Attribute::from);
        let group = agreed(all().map(|it| it.group()), |group| group);
        let device = agreed(all().map(|it| it.device()), Attribute::from);
        let context = context_of(operation.context());
        let mapping = MappingAttr::new(context, kernel, storage, chunk, tile, group, device);
        let nothing = MappingAttr::new(context, None, None, None, None, None, None);
        (mapping != nothing).then_some(mapping)
    }
}

/// What all that say anything say, if it is the same; `key` is what is compared.
fn agreed<T: Copy, K: PartialEq>(
    said: impl Iterator<Item = Option<T>>,
    key: impl Fn(T) -> K,
) -> Option<T> {
    let mut said = said.flatten();
    let first = said.next()?;
    said.all(|other| key(other) == key(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use melior::{Context, dialect::DialectRegistry, ir::Module};

    const TEXT: &str = r#"
        func.func @f(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
          %0 = fidelity.silu %x {fidelity.mapping = #fidelity.mapping<device = "d">} : tensor<4xf32>
          %1 = fidelity.silu %x : tensor<4xf32>
          return %0, %1 : tensor<4xf32>, tensor<4xf32>
        }"#;

    // The second op stands for one that is made where another one was.
    #[test]
    fn an_op_may_be_made_where_one_was_erased() {
        let registry = DialectRegistry::new();
        ods_bridge::register_upstream(&registry);
        fidelity_dialect::dialect_handle().insert_dialect(&registry);
        let context = Context::new_with_registry(&registry, false);
        let module = Module::parse(&context, TEXT).expect("a module that parses");
        let mut operations = operations_within(module.as_operation());
        operations.retain(|&operation| name_of(operation) == "fidelity.silu");
        let mut ledger = Ledger::default();
        ledger.begin(module.as_operation());
        operations.iter().for_each(|&old| ledger.erase(old));
        ledger.make(operations[1]);
        ledger.settle();
        let mapping = operations[1].attribute(MAPPING).map(|it| it.to_string());
        assert_eq!(
            mapping.ok().as_deref(),
            Some(r#"#fidelity.mapping<device = "d">"#)
        );
    }
}
