//! `fidelity-cpu-order-loops`.

use crate::FidelityCpuOrderLoops;
use fidelity_dialect::{DYNAMIC, TensorType};
use melior::ir::{
    AffineMap, Attribute,
    attribute::ArrayAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, context_of, indexing_maps_of, name_of, operations_within,
    set_attribute,
};

/// Fewer iterations are no vector of any processor.
const LEAST: i64 = 4;

impl Pass for FidelityCpuOrderLoops {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for nested in operations_within(operation) {
            if name_of(nested) == "linalg.generic" && order(nested).is_some() {
                pass.add_to_statistic(Self::NUM_ORDERED, 1);
            }
        }
        Ok(())
    }
}

/// Makes the loop along memory the innermost one; `None` where the op stays as it is.
fn order<'a>(operation: OperationRef<'a, 'a>) -> Option<()> {
    let has_index = || {
        (operations_within(operation).into_iter()).any(|nested| name_of(nested) == "linalg.index")
    };
    (operation.result_count() == 0 && !has_index()).then_some(())?;
    let maps: Vec<Vec<usize>> = (indexing_maps_of(operation)?.iter())
        .map(dimensions)
        .collect::<Option<_>>()?;
    let iterators = ArrayAttribute::try_from(operation.attribute("iterator_types").ok()?).ok()?;
    let iterators: Vec<Attribute<'a>> = (0..iterators.len())
        .map(|index| iterators.element(index).ok())
        .collect::<Option<_>>()?;
    let is_parallel = |at: usize| iterators[at].to_string().contains("parallel");
    let last = iterators.len().checked_sub(1)?;
    (!is_parallel(last)).then_some(())?;

    // The last operand is an output.
    let (output, inputs) = maps.split_last()?;
    let &along = output.last()?;
    let is_along = |map: &Vec<usize>| map.last() == Some(&along);
    let fits = |map: &Vec<usize>| !map.contains(&along) || is_along(map);
    let size = TensorType::of(operation.operand(inputs.len()).ok()?)
        .shape
        .last()
        .copied()?;
    let is_long = size == DYNAMIC || size >= LEAST;
    (is_parallel(along) && inputs.iter().any(is_along) && maps.iter().all(fits) && is_long)
        .then_some(())?;

    let mut order: Vec<usize> = (0..=last).filter(|&at| at != along).collect();
    order.push(along);
    let position = |at: &usize| order.iter().position(|other| other == at);
    let loops = list((0..=last).map(|at| format!("d{at}")));
    let maps = list(maps.iter().map(|map| {
        let results = map.iter().filter_map(position).map(|at| format!("d{at}"));
        format!("affine_map<({loops}) -> ({})>", list(results))
    }));
    let iterators = list(order.iter().map(|&at| iterators[at].to_string()));
    let context = context_of(operation.context());
    let maps = Attribute::parse(context, &format!("[{maps}]"))?;
    let iterators = Attribute::parse(context, &format!("[{iterators}]"))?;
    set_attribute(operation, "indexing_maps", maps);
    set_attribute(operation, "iterator_types", iterators);
    Some(())
}

/// The dimensions that a map gives, if it gives nothing else.
fn dimensions(map: &AffineMap<'_>) -> Option<Vec<usize>> {
    (0..map.result_count())
        .map(|at| {
            let expression = map.result(at).ok()?;
            expression.is_dim().then(|| expression.dim_position())
        })
        .collect()
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
