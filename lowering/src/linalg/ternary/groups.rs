//! Weights of which each group of a row has a scale of its own.

use super::Layer;
use fidelity_dialect::{TensorType, TernaryAccumulate, storage_of};
use fidelity_passes::{
    emit::{Emit, Iterator, Size, loops},
    tiled,
};
use melior::ir::{Type, TypeLike, Value};
use ods_bridge::OpView;

impl<'a> Layer<'a> {
    /// The product under scales of groups added to `init` by a kernel, if there is one.
    pub(super) fn groups_by_kernel(
        &self,
        emit: &Emit<'a, '_>,
        scale: Value<'a, 'a>,
        init: Value<'a, 'a>,
    ) -> Option<Value<'a, 'a>> {
        let weights = self.typed?;
        let r#type = TensorType::of(weights);
        tiled::tiles_of_group(r#type.shape[1], scale, storage_of(&r#type))?;
        if !TensorType::of(init).element.is_f32() {
            return None;
        }
        self.check_rows_of(emit, scale);
        let operands = [self.x_of_inputs(emit), weights, init, scale];
        let op = emit.op(TernaryAccumulate::NAME).operands(&operands);
        Some(op.infer().value())
    }

    /// Σ_{k in group g} x[…, k] · w[n, k], `[…, N, G]`, groups being `inputs / G`
    /// weights of a row each.
    pub(super) fn group_sums(
        &self,
        emit: &Emit<'a, '_>,
        accumulator: Type<'a>,
        scale: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let row = self.leading.len();
        let rows = self.check_rows_of(emit, scale);
        let groups = emit.size(scale, 1);
        let inputs = emit.size_value(self.weights.inputs);
        // No groups divide no inputs; a division by 0 would trap.
        let group_count = emit.apply("arith.maxui", &[emit.size_value(groups), emit.index(1)]);
        let remainder = emit.apply("arith.remui", &[inputs, group_count]);
        if !matches!(
            (self.weights.inputs, groups),
            (Size::Static(_), Size::Static(_))
        ) {
            let zero = emit.index(0);
            let whole = emit.compare_integers("eq", remainder, zero);
            let some = emit.compare_integers("sgt", emit.size_value(groups), zero);
            let none = emit.compare_integers("eq", inputs, zero);
            let divides = emit.apply(
                "arith.andi",
                &[whole, emit.apply("arith.ori", &[some, none])],
            );
            emit.assert(
                divides,
                &format!(
                    "{}: expected the groups of scale to divide the inputs",
                    self.name
                ),
            );
        }
        let group = match (self.weights.inputs, groups) {
            (Size::Static(inputs), Size::Static(groups)) => Size::Static(inputs / groups.max(1)),
            _ => Size::Dynamic(emit.apply("arith.divui", &[inputs, group_count])),
        };

        // The sums of each group: […, N, G], over loops (…, n, g, s). The weight
        // and x are indexed by g · S + s, which is affine only for a static S,
        // so both are read in the body.
        let mut sum_sizes = self.leading.clone();
        sum_sizes.extend([rows, groups]);
        let sums = self.zeros(emit, &sum_sizes, accumulator);
        let member = self.zeros(emit, &[group], emit.integer(8));
        let mut iterators = vec![Iterator::Parallel; row + 2];
        iterators.push(Iterator::Reduction);
        let group_value = emit.size_value(group);
        let places = self.weights.packing.map(|packing| packing.places(emit));
        emit.generic(
            &[(member, loops([row + 2]))],
            &[(sums, loops(0..row + 2))],
            &iterators,
            |emit, arguments| {
                let leading: Vec<_> = (0..row).map(|index| emit.loop_index(index)).collect();
                let n = emit.loop_index(row);
                let start = emit.apply("arith.muli", &[emit.loop_index(row + 1), group_value]);
                let k = emit.add(start, emit.loop_index(row + 2));
                let x = emit.element(self.x, &[leading.as_slice(), &[k]].concat());
                let x = emit.convert(x, accumulator);
                let term = self.weights.signed(emit, [n, k], places, x);
                vec![emit.sum(arguments[1], term)]
            },
        )[0]
    }
}
