//! `fidelity-cpu-split-deallocations`.

use super::roots::{Root, Roots};
use crate::FidelityCpuSplitDeallocations;
use fidelity_dialect::index_value;
use melior::ir::{
    Value,
    attribute::{BoolAttribute, DenseI32ArrayAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Builder, Diagnostic, Pass, PassContext, build_before, name_of, operations_within,
};
use std::collections::{HashMap, HashSet};

impl Pass for FidelityCpuSplitDeallocations {
    fn run<'a>(
        &self,
        module: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let operations = operations_within(module);
        let mut roots = Roots::of_module(&operations);
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
                Root::Argument(_) | Root::Constant => None,
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
