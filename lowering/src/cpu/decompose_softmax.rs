//! `fidelity-cpu-decompose-softmax`.

use crate::FidelityCpuDecomposeSoftmax;
use fidelity_dialect::TensorType;
use fidelity_passes::emit::{Emit, Iterator, loops};
use melior::ir::{
    Value,
    attribute::IntegerAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, Pass, PassContext, build_before, name_of, operations_within};

impl Pass for FidelityCpuDecomposeSoftmax {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        for softmax in operations_within(operation) {
            if name_of(softmax) != "linalg.softmax" || softmax.result_count() == 0 {
                continue;
            }
            let dimension = softmax
                .attribute("dimension")
                .ok()
                .and_then(|dimension| IntegerAttribute::try_from(dimension).ok());
            let (Ok(x), Some(dimension)) = (softmax.operand(0), dimension) else {
                continue;
            };
            // A rank is no negative number.
            let dimension = dimension.value() as usize;
            build_before(softmax, |builder| {
                let emit = Emit::new(builder, false);
                builder.replace(softmax, &[decomposed(&emit, x, dimension)]);
            });
            pass.add_to_statistic(Self::NUM_DECOMPOSED, 1);
        }
        Ok(())
    }
}

/// exp(x - max x) / Σ exp(x - max x), over a dimension of x.
fn decomposed<'a>(emit: &Emit<'a, '_>, x: Value<'a, 'a>, dimension: usize) -> Value<'a, 'a> {
    let element = TensorType::of(x).element;
    let is_wide = ods_bridge::bit_width(element).is_some_and(|width| width > 32);
    let compute = if is_wide { element } else { emit.f32() };
    let sizes = emit.sizes(x);
    let all = || loops(0..sizes.len());
    let kept = || loops((0..sizes.len()).filter(|&loop_| loop_ != dimension));
    let mut kept_sizes = sizes.clone();
    kept_sizes.remove(dimension);
    let mut iterators = vec![Iterator::Parallel; sizes.len()];
    iterators[dimension] = Iterator::Reduction;

    let least = emit.filled(&kept_sizes, emit.float(compute, f64::NEG_INFINITY));
    let greatest = emit.generic(
        &[(x, all())],
        &[(least, kept())],
        &iterators,
        |emit, arguments| {
            let x = emit.convert(arguments[0], compute);
            vec![emit.apply("arith.maximumf", &[x, arguments[1]])]
        },
    )[0];
    let inputs = [(x, all()), (greatest, kept())];
    let exponentials = emit.map(&inputs, &sizes, compute, |emit, arguments| {
        let x = emit.convert(arguments[0], compute);
        emit.apply("math.exp", &[emit.sub(x, arguments[1])])
    });
    let zeros = emit.filled(&kept_sizes, emit.zero(compute));
    let sums = emit.generic(
        &[(exponentials, all())],
        &[(zeros, kept())],
        &iterators,
        |emit, arguments| vec![emit.sum(arguments[1], arguments[0])],
    )[0];
    let inputs = [(exponentials, all()), (sums, kept())];
    emit.map(&inputs, &sizes, element, |emit, arguments| {
        emit.convert(emit.div(arguments[0], arguments[1]), element)
    })
}
