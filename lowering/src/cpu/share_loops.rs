//! `fidelity-cpu-share-loops`.

use super::memref_copy::has_identity_layout;
use crate::{FidelityCpuShareLoops, vector::Code};
use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_passes::emit::{Emit, Size, dynamic_sizes};
use melior::ir::{
    AffineMap, Value, ValueLike,
    attribute::{ArrayAttribute, DenseI32ArrayAttribute, DenseI64ArrayAttribute},
    operation::{Operation, OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, build_before, erase, indexing_maps_of, name_of,
    operations_within, set_operands,
};

/// How many elements take longer than waking a thread, some 20 µs.
const LEAST: i64 = 1 << 16;

impl Pass for FidelityCpuShareLoops {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let threads = self.threads;
        if threads < 1 {
            return Err(Diagnostic::expected("threads to be 1 or more", threads));
        }
        if threads == 1 {
            return Ok(());
        }
        for nested in operations_within(operation) {
            if Loops::of(nested).is_some_and(|loops| loops.share(threads)) {
                pass.add_to_statistic(Self::NUM_SHARED, 1);
            }
        }
        Ok(())
    }
}

/// An op whose loops can be shared.
struct Loops<'a> {
    operation: OperationRef<'a, 'a>,
    /// Which loop is shared.
    shared: usize,
    operands: Vec<Value<'a, 'a>>,
    /// For each operand the dimension that the shared loop is, if one is.
    dimensions: Vec<Option<usize>>,
    /// For each loop an operand that has it as a dimension, and which one.
    sources: Vec<(usize, usize)>,
}

impl<'a> Loops<'a> {
    fn of(operation: OperationRef<'a, 'a>) -> Option<Self> {
        let is_shared = |around: OperationRef<'a, 'a>| name_of(around) == "scf.parallel";
        let is_candidate = name_of(operation) == "linalg.generic"
            && operation.result_count() == 0
            && !parents(operation).any(is_shared)
            && !(operations_within(operation).into_iter())
                .any(|nested| name_of(nested) == "linalg.index");
        is_candidate.then_some(())?;
        let maps = indexing_maps_of(operation)?;
        let operands: Vec<_> = operation.operands().collect();
        let count = maps.first()?.dim_count();
        let sources = (0..count)
            .map(|index| {
                let mut of_operands = maps.iter().enumerate();
                of_operands.find_map(|(operand, map)| Some((operand, dimension(map, index)?)))
            })
            .collect::<Option<Vec<_>>>()?;
        let size = |&(operand, dimension): &(usize, usize)| {
            TensorType::of(operands[operand]).shape[dimension]
        };
        let shared = (0..count).find(|&index| size(&sources[index]) != 1)?;
        let iterators =
            ArrayAttribute::try_from(operation.attribute("iterator_types").ok()?).ok()?;
        let kind = iterators.element(shared).ok()?.to_string();
        (kind == "#linalg.iterator_type<parallel>").then_some(())?;
        let dimensions: Vec<_> = maps.iter().map(|map| dimension(map, shared)).collect();
        let segments = operation.attribute("operandSegmentSizes").ok()?;
        let inputs = DenseI32ArrayAttribute::try_from(segments)
            .ok()?
            .element(0)
            .ok()?;
        // No two threads write the same.
        let inputs = usize::try_from(inputs).ok()?;
        let are_parted = dimensions.get(inputs..)?.iter().all(Option::is_some);
        let can_be_sliced =
            maps.iter()
                .zip(&dimensions)
                .zip(&operands)
                .all(|((map, at), operand)| {
                    let uses = (0..map.result_count()).filter(|&index| {
                        map.result(index)
                            .is_ok_and(|it| it.is_function_of_dim(shared))
                    });
                    uses.count() == usize::from(at.is_some())
                        && (at.is_none() || has_identity_layout(operand.r#type()))
                });
        (are_parted && can_be_sliced).then_some(Self {
            operation,
            shared,
            operands,
            dimensions,
            sources,
        })
    }

    /// Has threads share the op where it is large, and says whether that may be.
    fn share(&self, threads: i64) -> bool {
        let mut is_shared = false;
        build_before(self.operation, |builder| {
            let emit = Emit::new(builder, false);
            let code = Code(&emit);
            let sizes: Vec<_> = (self.sources.iter())
                .map(|&(operand, dimension)| emit.size(self.operands[operand], dimension))
                .collect();
            let count = (sizes.iter()).fold(Size::Static(1), |all, &size| emit.multiply(all, size));
            let size = sizes[self.shared];
            let is_small = |size, least| matches!(size, Size::Static(size) if size < least);
            if is_small(count, LEAST) || is_small(size, threads) {
                return;
            }
            let at_least = |size: Size<'a>, least| {
                code.compare_integers("uge", emit.size_value(size), emit.index(least))
            };
            let is_much = [at_least(count, LEAST), at_least(size, threads)];
            code.either(
                emit.apply("arith.andi", &is_much),
                |code| {
                    code.parallel_for(threads, |code, thread| {
                        self.part(code, size, [thread, code.index(threads)]);
                    });
                },
                |code| {
                    code.insert(Operation::clone(&self.operation));
                },
            );
            is_shared = true;
        });
        if is_shared {
            erase(self.operation);
        }
        is_shared
    }

    /// The part of a thread, of so many.
    fn part(&self, code: &Code<'a, '_, '_>, size: Size<'a>, [thread, threads]: [Value<'a, 'a>; 2]) {
        let size = code.size_value(size);
        let bound = |thread| code.apply("arith.divui", &[code.mul(size, thread), threads]);
        let begin = bound(thread);
        let length = code.sub(bound(code.add(thread, code.index(1))), begin);
        let operands: Vec<_> = (self.operands.iter().zip(&self.dimensions))
            .map(|(&operand, &dimension)| match dimension {
                Some(dimension) => slice(code, operand, dimension, [begin, length]),
                None => operand,
            })
            .collect();
        let part = code.insert(Operation::clone(&self.operation));
        set_operands(part, &operands);
    }
}

/// What is around an op.
fn parents<'a>(operation: OperationRef<'a, 'a>) -> impl Iterator<Item = OperationRef<'a, 'a>> {
    std::iter::successors(operation.parent_operation(), |around| {
        around.parent_operation()
    })
}

/// The dimension of an operand that a loop is.
fn dimension(map: &AffineMap<'_>, index: usize) -> Option<usize> {
    (0..map.result_count()).find(|&result| {
        map.result(result)
            .is_ok_and(|it| it.is_dim() && it.dim_position() == index)
    })
}

/// A part of a dimension of a contiguous memref, by where it begins and how long it is.
fn slice<'a>(
    code: &Code<'a, '_, '_>,
    memref: Value<'a, 'a>,
    dimension: usize,
    [begin, length]: [Value<'a, 'a>; 2],
) -> Value<'a, 'a> {
    let TensorType { shape, element, .. } = TensorType::of(memref);
    let mut sizes = code.sizes(memref);
    sizes[dimension] = Size::Dynamic(length);
    let zeros = vec![0; shape.len()];
    let offsets = with_dynamic(&zeros, dimension);
    let part = with_dynamic(&shape, dimension);
    let text = |sizes: &[i64]| -> Vec<String> {
        (sizes.iter())
            .map(|&size| {
                if size == DYNAMIC {
                    "?".to_owned()
                } else {
                    size.to_string()
                }
            })
            .collect()
    };
    // From the last dimension to the first; a dynamic size makes those before it so.
    let mut strides = vec![1; shape.len()];
    for index in (1..shape.len()).rev() {
        strides[index - 1] = match (strides[index], shape[index]) {
            (DYNAMIC, _) | (_, DYNAMIC) => DYNAMIC,
            (stride, size) => stride * size,
        };
    }
    let sizes_text: String = text(&part).iter().map(|size| format!("{size}x")).collect();
    let r#type = format!(
        "memref<{sizes_text}{element}, strided<[{}], offset: ?>>",
        text(&strides).join(", ")
    );
    let dynamic = dynamic_sizes(&sizes);
    let list = |numbers: &[i64]| DenseI64ArrayAttribute::new(code.context(), numbers);
    let segments = [1, 1, dynamic.len() as i32, 0];
    code.op("memref.subview")
        .operands(&[memref, begin])
        .operands(&dynamic)
        .attribute("static_offsets", list(&offsets))
        .attribute("static_sizes", list(&part))
        .attribute("static_strides", list(&vec![1; shape.len()]))
        .attribute(
            "operandSegmentSizes",
            DenseI32ArrayAttribute::new(code.context(), &segments),
        )
        .result(code.named_type(&r#type))
        .value()
}

/// Sizes of which one is dynamic.
fn with_dynamic(sizes: &[i64], dimension: usize) -> Vec<i64> {
    let mut sizes = sizes.to_vec();
    sizes[dimension] = DYNAMIC;
    sizes
}
