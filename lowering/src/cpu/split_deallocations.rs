//! `fidelity-cpu-split-deallocations`.

use crate::FidelityCpuSplitDeallocations;
use fidelity_dialect::index_value;
use melior::ir::{
    BlockLike, RegionLike, Type, Value, ValueLike,
    attribute::{BoolAttribute, DenseI32ArrayAttribute, FlatSymbolRefAttribute, StringAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Builder, Diagnostic, Pass, PassContext, block_argument, build_before, defining_op, name_of,
    operations_within, result_number, string_value, symbol_name,
};
use std::collections::{HashMap, HashSet};

impl Pass for FidelityCpuSplitDeallocations {
    fn run<'a>(
        &self,
        module: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let operations = operations_within(module);
        let functions = operations.iter().copied().filter_map(|operation| {
            let is_function = name_of(operation) == "func.func";
            Some((symbol_of(operation).filter(|_| is_function)?, operation))
        });
        let mut roots = Roots {
            functions: functions.collect(),
            are_separate: HashMap::new(),
        };
        for operation in operations {
            if name_of(operation) == "bufferization.dealloc"
                && let Some(deallocation) = Deallocation::of(operation, &mut roots)
            {
                pass.add_to_statistic(Self::NUM_SPLIT, deallocation.owned.len());
                deallocation.split();
            }
        }
        Ok(())
    }
}

fn symbol_of<'a>(operation: OperationRef<'a, 'a>) -> Option<&'a str> {
    let name = StringAttribute::try_from(operation.attribute("sym_name").ok()?).ok()?;
    Some(string_value(name))
}

fn key(value: Value<'_, '_>) -> usize {
    value.to_raw().ptr.addr()
}

/// Where a buffer was made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    /// By an op here: its result.
    Made(usize),
    /// Outside of the function.
    Outside,
}

/// The functions of a module, and what is known of their results.
struct Roots<'a> {
    functions: HashMap<&'a str, OperationRef<'a, 'a>>,
    are_separate: HashMap<&'a str, bool>,
}

impl<'a> Roots<'a> {
    /// Where a buffer was made, if that is known.
    fn of(&mut self, mut value: Value<'a, 'a>) -> Option<Root> {
        while let Some(operation) = defining_op(value) {
            match name_of(operation) {
                "memref.alloc" | "bufferization.clone" => return Some(Root::Made(key(value))),
                "memref.get_global" => return Some(Root::Outside),
                "func.call" => {
                    let callee = operation.attribute("callee").ok()?;
                    let callee = symbol_name(FlatSymbolRefAttribute::try_from(callee).ok()?);
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
        let (block, _) = block_argument(value)?;
        let parent = block.parent_operation()?;
        let is_entry = parent.region(0).ok()?.first_block() == Some(block);
        (name_of(parent) == "func.func" && is_entry).then_some(Root::Outside)
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

fn is_memref(r#type: Type<'_>) -> bool {
    melior::ir::r#type::MemRefType::try_from(r#type).is_ok()
}

/// A `bufferization.dealloc` of buffers that are known.
struct Deallocation<'a> {
    operation: OperationRef<'a, 'a>,
    /// The buffers that nothing else in the list shares and that are owned in any
    /// case: with where they were made.
    owned: Vec<(Value<'a, 'a>, usize)>,
    /// The others, and the conditions under which they are owned.
    others: Vec<(Value<'a, 'a>, Value<'a, 'a>)>,
    /// The buffers that live on, and where they were made.
    retained: Vec<(Value<'a, 'a>, Root)>,
}

impl<'a> Deallocation<'a> {
    /// `None` where something is not known, or nothing is to be done.
    fn of(operation: OperationRef<'a, 'a>, roots: &mut Roots<'a>) -> Option<Self> {
        let segments = operation.attribute("operandSegmentSizes").ok()?;
        let segments = DenseI32ArrayAttribute::try_from(segments).ok()?;
        let count = usize::try_from(segments.element(0).ok()?).ok()?;
        let operands: Vec<Value<'a, 'a>> = operation.operands().collect();
        let (buffers, rest) = operands.split_at_checked(count)?;
        let (conditions, retained) = rest.split_at_checked(count)?;
        let retained = retained
            .iter()
            .map(|&value| Some((value, roots.of(value)?)));
        let retained = retained.collect::<Option<Vec<_>>>()?;
        let made = buffers.iter().map(|&value| roots.of(value));
        let made = made.collect::<Option<Vec<_>>>()?;
        let mut counts: HashMap<usize, usize> = HashMap::new();
        for root in &made {
            if let Root::Made(root) = root {
                *counts.entry(*root).or_default() += 1;
            }
        }
        let (mut owned, mut others) = (Vec::new(), Vec::new());
        for ((&buffer, &condition), root) in buffers.iter().zip(conditions).zip(made) {
            match root {
                Root::Made(root) if counts[&root] == 1 && is_true(condition) => {
                    owned.push((buffer, root));
                }
                _ => others.push((buffer, condition)),
            }
        }
        (!owned.is_empty()).then_some(Self {
            operation,
            owned,
            others,
            retained,
        })
    }

    /// Frees what is owned and does not live on; of that which does, the op's result
    /// is true. A `bufferization.dealloc` of the others remains.
    fn split(self) {
        let owned: HashSet<usize> = self.owned.iter().map(|&(_, root)| root).collect();
        let is_owned = |root: Root| matches!(root, Root::Made(root) if owned.contains(&root));
        let living: HashSet<usize> = (self.retained.iter())
            .filter_map(|&(_, root)| match root {
                Root::Made(root) => Some(root),
                Root::Outside => None,
            })
            .collect();
        build_before(self.operation, |builder| {
            for &(buffer, root) in &self.owned {
                if !living.contains(&root) {
                    builder.op("memref.dealloc").operand(buffer).insert();
                }
            }
            let unknown = self.retained.iter().filter(|&&(_, root)| !is_owned(root));
            let unknown: Vec<_> = unknown.map(|&(value, _)| value).collect();
            let mut rest = match self.others.is_empty() {
                true => vec![constant(builder, false); unknown.len()],
                false => deallocate(builder, &self.others, &unknown),
            }
            .into_iter();
            let results: Vec<_> = (self.retained.iter())
                .filter_map(|&(_, root)| match is_owned(root) {
                    true => Some(constant(builder, true)),
                    false => rest.next(),
                })
                .collect();
            builder.replace(self.operation, &results);
        });
    }
}

fn is_true(condition: Value<'_, '_>) -> bool {
    index_value(condition).is_some_and(|number| number != 0)
}

fn constant<'a>(builder: &Builder<'a>, value: bool) -> Value<'a, 'a> {
    let attribute = BoolAttribute::new(builder.context(), value);
    let constant = builder.op("arith.constant").attribute("value", attribute);
    constant.result(builder.r#type("i1")).value()
}

/// A `bufferization.dealloc` of buffers, each under a condition.
fn deallocate<'a>(
    builder: &Builder<'a>,
    buffers: &[(Value<'a, 'a>, Value<'a, 'a>)],
    retained: &[Value<'a, 'a>],
) -> Vec<Value<'a, 'a>> {
    let (buffers, conditions): (Vec<_>, Vec<_>) = buffers.iter().copied().unzip();
    let sizes = [buffers.len(), conditions.len(), retained.len()].map(|size| size as i32);
    let deallocation = builder
        .op("bufferization.dealloc")
        .operands(&buffers)
        .operands(&conditions)
        .operands(retained)
        .attribute(
            "operandSegmentSizes",
            DenseI32ArrayAttribute::new(builder.context(), &sizes),
        );
    let bit = builder.r#type("i1");
    let deallocation = (retained.iter()).fold(deallocation, |op, _| op.result(bit));
    deallocation.insert().results().map(Value::from).collect()
}
