//! Linear layers with ternary weights.

mod groups;

use super::{
    norm,
    quantize::quantize_activations,
    storage::{self, Packing, Weights, signed_by_trit},
};
use fidelity_dialect::{
    Accumulator, BitLinear, Storage, TensorType, TernaryAccumulate, TernaryLinear, ZeroVector,
    storage_of,
};
use fidelity_passes::{
    emit::{Emit, Iterator, Map, Size, dynamic_sizes, loops},
    tiled,
};
use melior::ir::{Type, TypeLike, Value, ValueLike};
use ods_bridge::OpView;

/// A vector of zeros.
pub fn zero_vector<'a>(
    emit: &Emit<'a, '_>,
    op: &ZeroVector<'a>,
    result: Type<'a>,
) -> Value<'a, 'a> {
    let size = Size::Dynamic(op.size());
    let Some(r#type) = TensorType::new(result) else {
        panic!("{result} is no tensor");
    };
    let natural = emit.compare_integers("sgt", op.size(), emit.index(-1));
    emit.assert(
        natural,
        "fidelity.zero_vector: expected a size of 0 or more",
    );
    let size = match r#type.shape[0] {
        fidelity_dialect::DYNAMIC => size,
        known => emit.same_size(
            Size::Static(known),
            size,
            "fidelity.zero_vector: expected the size that the result type says",
        ),
    };
    emit.filled(&[size], emit.zero(r#type.element))
}

/// Σ_k x[…, k] · w[n, k] and its scale.
pub fn ternary_linear<'a>(
    emit: &Emit<'a, '_>,
    op: &TernaryLinear<'a>,
    result: Type<'a>,
    kernels: bool,
) -> Value<'a, 'a> {
    let x = emit.physical(op.x());
    let from = TensorType::of(x).element;
    let accumulator = match op.accumulator() {
        Some(Accumulator::F32) => emit.f32(),
        Some(Accumulator::F64) => Type::float64(emit.context()),
        Some(Accumulator::F80) => emit.named_type("f80"),
        Some(Accumulator::F128) => emit.named_type("f128"),
        Some(Accumulator::I32) => emit.integer(32),
        None if from.is_float() => emit.compute_type(from),
        None => emit.integer(32),
    };
    let element = TensorType::new(result).map_or(from, |r#type| r#type.element);
    let layer = Layer::new(emit, "fidelity.ternary_linear", x, op.weights()).with(kernels);
    let scale = op.scale().map(|scale| emit.physical(scale));
    layer.scaled(emit, accumulator, scale, element, &[], |_, y, _| y)
}

/// The fused BitLinear layer.
pub fn bit_linear<'a>(emit: &Emit<'a, '_>, op: &BitLinear<'a>, kernels: bool) -> Value<'a, 'a> {
    let x = emit.physical(op.x());
    let element = TensorType::of(x).element;
    let compute = emit.compute_type(element);
    let normed = norm::rms_norm(emit, x, op.norm_weight(), op.epsilon(), compute);
    let [quantized, inverse] = quantize_activations(emit, normed);
    let layer = Layer::new(emit, "fidelity.bit_linear", quantized, op.weights()).with(kernels);
    let rank = layer.leading.len() + 1;
    let last = rank - 1;

    let mut per_token = loops(0..last);
    per_token.push("0".into());
    let mut epilogue = vec![(inverse, per_token)];
    if let Some(bias) = op.bias() {
        let bias = emit.physical(bias);
        emit.same_size(
            layer.weights.rows,
            emit.size(bias, 0),
            "fidelity.bit_linear: expected bias of the size of the rows of weights",
        );
        epilogue.push((bias, loops([last])));
    }
    // y = sum · scale · 1/s (+ bias)
    let scale = emit.physical(op.scale());
    let i32_type = emit.integer(32);
    layer.scaled(
        emit,
        i32_type,
        Some(scale),
        element,
        &epilogue,
        |emit, y, arguments| {
            let y = emit.mul(emit.convert(y, compute), arguments[0]);
            match arguments.get(1) {
                Some(&bias) => emit.add(y, emit.convert(bias, compute)),
                None => y,
            }
        },
    )
}

/// init + scale(n) · Σ_k x[…, k] · w[n, k]; `None` on memrefs, which change in place.
pub fn ternary_accumulate<'a>(
    emit: &Emit<'a, '_>,
    op: &TernaryAccumulate<'a>,
    kernels: bool,
) -> Option<Value<'a, 'a>> {
    let x = emit.physical(op.x());
    let init = emit.physical(op.init());
    let layer = match op.storage() {
        None => Layer::new(emit, "fidelity.ternary_accumulate", x, op.weights()).with(kernels),
        Some(storage) => Layer::stored(emit, x, op.weights(), storage),
    };
    let sizes = layer.result_sizes();
    emit.same_sizes(
        &sizes,
        &emit.sizes(init),
        "fidelity.ternary_accumulate: expected init of the shape of the product",
    );
    let element = TensorType::of(init).element;
    let on_tensors = init.r#type().is_ranked_tensor();
    let compute = if element.is_float() {
        emit.compute_type(element)
    } else {
        element
    };
    let add_to = |init| match op.scale() {
        None => layer.sum_into(emit, init),
        Some(scale) => layer.scaled_into(emit, layer.accumulator(emit), emit.physical(scale), init),
    };
    if compute == element {
        let sum = add_to(init);
        return on_tensors.then_some(sum);
    }
    // Narrow floats: the sum is kept apart, in f32.
    let sum = add_to(layer.zeros(emit, &sizes, compute));
    let map = loops(0..sizes.len());
    let result = emit.generic(
        &[(sum, map.clone())],
        &[(init, map)],
        &vec![Iterator::Parallel; sizes.len()],
        |emit, arguments| {
            let total = emit.add(emit.convert(arguments[1], compute), arguments[0]);
            vec![emit.convert(total, element)]
        },
    )[0];
    on_tensors.then_some(result)
}

/// A product of activations and ternary weights.
struct Layer<'a> {
    x: Value<'a, 'a>,
    weights: Weights<'a>,
    leading: Vec<Size<'a>>,
    name: &'static str,
    /// The weights under their type, where kernels are wanted of them.
    typed: Option<Value<'a, 'a>>,
    /// Whether each trit is found by its row and column.
    by_index: bool,
}

impl<'a> Layer<'a> {
    fn new(
        emit: &Emit<'a, '_>,
        name: &'static str,
        x: Value<'a, 'a>,
        weights: Value<'a, 'a>,
    ) -> Self {
        let typed = weights;
        let mut weights = Weights::new(emit, weights);
        let mut sizes = emit.sizes(x);
        let inputs = sizes.pop().unwrap_or(Size::Static(0));
        weights.inputs = emit.same_size(
            weights.inputs,
            inputs,
            &format!("{name}: expected x of the last dimension of weights"),
        );
        let by_index = weights.packing.is_some_and(Packing::is_tiled);
        Self {
            x,
            weights,
            leading: sizes,
            name,
            typed: Some(typed),
            by_index,
        }
    }

    /// A product with weights that are bytes of a storage.
    fn stored(
        emit: &Emit<'a, '_>,
        x: Value<'a, 'a>,
        weights: Value<'a, 'a>,
        storage: Storage,
    ) -> Self {
        let mut sizes = emit.sizes(x);
        let inputs = sizes.pop().unwrap_or(Size::Static(0));
        Self {
            x,
            weights: Weights {
                value: weights,
                packing: Packing::of(storage),
                rows: emit.size(weights, 0),
                inputs,
            },
            leading: sizes,
            name: "fidelity.ternary_accumulate",
            typed: None,
            by_index: true,
        }
    }

    /// Leaves the product to a kernel, if those are wanted and there is one.
    fn with(mut self, kernels: bool) -> Self {
        let has_kernel =
            |weights: &Value<'a, 'a>| tiled::adds_up(self.x, storage_of(&TensorType::of(*weights)));
        self.typed = self.typed.filter(|weights| kernels && has_kernel(weights));
        self
    }

    /// What sums are kept in where nothing else is said.
    fn accumulator(&self, emit: &Emit<'a, '_>) -> Type<'a> {
        let element = TensorType::of(self.x).element;
        match element.is_float() {
            true => emit.compute_type(element),
            false => emit.integer(32),
        }
    }

    /// Zeros, a tensor or a memref as x is. A buffer is freed by the pass that frees
    /// those of tensors, which refuses what is freed before it.
    fn zeros(&self, emit: &Emit<'a, '_>, sizes: &[Size<'a>], element: Type<'a>) -> Value<'a, 'a> {
        let zero = emit.zero(element);
        if self.x.r#type().is_ranked_tensor() {
            return emit.filled(sizes, zero);
        }
        let dynamic = dynamic_sizes(sizes);
        let buffer = emit
            .op("memref.alloc")
            .operands(&dynamic)
            .parsed(
                "operandSegmentSizes",
                &format!("array<i32: {}, 0>", dynamic.len()),
            )
            .result(emit.memref_type(sizes, element))
            .value();
        emit.fill(buffer, zero)
    }

    fn result_sizes(&self) -> Vec<Size<'a>> {
        let mut sizes = self.leading.clone();
        sizes.push(self.weights.rows);
        sizes
    }

    /// Adds the product to `init`: `[…, N]`, in the type of `init`.
    fn sum_into(&self, emit: &Emit<'a, '_>, init: Value<'a, 'a>) -> Value<'a, 'a> {
        let sums = TensorType::of(init).element;
        if let Some(weights) = self.typed.filter(|_| tiled::keeps(sums)) {
            return emit
                .op(TernaryAccumulate::NAME)
                .operands(&[self.x_of_inputs(emit), weights, init])
                .infer()
                .value();
        }
        let accumulator = TensorType::of(init).element;
        let row = self.leading.len();
        let mut outputs = loops(0..=row);
        let mut iterators = vec![Iterator::Parallel; row + 1];
        iterators.push(Iterator::Reduction);
        let mut x_map = loops(0..row);
        let Some(packing) = self.weights.packing else {
            x_map.push(format!("d{}", row + 1));
            return emit.generic(
                &[(self.x, x_map), (self.weights.value, loops([row, row + 1]))],
                &[(init, std::mem::take(&mut outputs))],
                &iterators,
                |emit, arguments| {
                    let x = emit.convert(arguments[0], accumulator);
                    let term = signed_by_trit(emit, arguments[1], x);
                    vec![emit.sum(arguments[2], term)]
                },
            )[0];
        };
        if self.by_index {
            x_map.push(format!("d{}", row + 1));
            let places = Some(packing.places(emit));
            return emit.generic(
                &[(self.x, x_map)],
                &[(init, outputs)],
                &iterators,
                |emit, arguments| {
                    let x = emit.convert(arguments[0], accumulator);
                    let at = [emit.loop_index(row), emit.loop_index(row + 1)];
                    let term = self.weights.signed(emit, at, places, x);
                    vec![emit.sum(arguments[1], term)]
                },
            )[0];
        }
        // Two loops over the trits of a row: the places in a byte, and inside
        // it the bytes, which then are read one after another for one place.
        iterators.push(Iterator::Reduction);
        let bytes = emit.size(self.weights.value, 1);
        let mut x_sizes = self.leading.clone();
        x_sizes.extend([bytes, Size::Static(packing.trits_per_byte())]);
        let x = emit.transpose_last(emit.expand_last(self.padded_x(emit, packing), &x_sizes));
        x_map.extend(loops([row + 1, row + 2]));
        emit.generic(
            &[
                (x, x_map),
                (self.weights.value, loops([row, row + 2])),
                (packing.places(emit), loops([row + 1])),
            ],
            &[(init, outputs)],
            &iterators,
            |emit, arguments| {
                let x = emit.convert(arguments[0], accumulator);
                let term = packing.signed(emit, arguments[1], arguments[2], x);
                vec![emit.sum(arguments[3], term)]
            },
        )[0]
    }

    /// x with as many inputs as the type of the weights says.
    fn x_of_inputs(&self, emit: &Emit<'a, '_>) -> Value<'a, 'a> {
        let mut sizes = self.leading.clone();
        sizes.push(self.weights.inputs);
        emit.cast(self.x, &sizes)
    }

    /// x with zeros up to the trits of whole bytes.
    fn padded_x(&self, emit: &Emit<'a, '_>, packing: Packing) -> Value<'a, 'a> {
        let x = self.x_of_inputs(emit);
        match self.weights.inputs {
            Size::Static(inputs) => storage::pad_to_bytes(emit, packing, x, inputs),
            Size::Dynamic(_) => x,
        }
    }

    /// The product by its scale, then `epilogue` on each element with its own
    /// inputs, converted to `element`.
    fn scaled(
        &self,
        emit: &Emit<'a, '_>,
        accumulator: Type<'a>,
        scale: Option<Value<'a, 'a>>,
        element: Type<'a>,
        epilogue_inputs: &[(Value<'a, 'a>, Map)],
        epilogue: impl FnOnce(&Emit<'a, '_>, Value<'a, 'a>, &[Value<'a, 'a>]) -> Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let sizes = self.result_sizes();
        let row = self.leading.len();
        // What a scaled integer, or a scaled narrow float, is kept in.
        let scaled = if accumulator.is_float() {
            accumulator
        } else {
            emit.compute_type(element)
        };
        let scale_rank = scale.map_or(0, |scale| TensorType::of(scale).rank());
        let (sum, scale) = match scale {
            Some(scale) if scale_rank == 2 => {
                let init = emit.filled(&sizes, emit.zero(scaled));
                (self.scaled_into(emit, accumulator, scale, init), None)
            }
            scale => {
                let init = emit.filled(&sizes, emit.zero(accumulator));
                (self.sum_into(emit, init), scale)
            }
        };
        if let Some(scale) = scale {
            self.check_rows_of(emit, scale);
        }
        if scale.is_none() && epilogue_inputs.is_empty() && TensorType::of(sum).element == element {
            return sum;
        }
        let mut inputs = vec![(sum, loops(0..=row))];
        inputs.extend(scale.map(|scale| {
            (
                scale,
                loops(if scale_rank == 1 { row..row + 1 } else { 0..0 }),
            )
        }));
        let own = inputs.len();
        inputs.extend_from_slice(epilogue_inputs);
        let extra = epilogue_inputs.len();
        emit.map(&inputs, &sizes, element, |emit, arguments| {
            let mut y = arguments[0];
            if scale.is_some() {
                y = emit.mul(emit.convert(y, scaled), emit.convert(arguments[1], scaled));
            }
            let y = epilogue(emit, y, &arguments[own..own + extra]);
            emit.convert(y, element)
        })
    }

    /// The rows of the weights, which a scale for each, or for its groups, has too.
    fn check_rows_of(&self, emit: &Emit<'a, '_>, scale: Value<'a, 'a>) -> Size<'a> {
        if TensorType::of(scale).rank() == 0 {
            return self.weights.rows;
        }
        emit.same_size(
            self.weights.rows,
            emit.size(scale, 0),
            &format!("{}: expected scale of the rows of weights", self.name),
        )
    }

    /// Adds the product by its scale to `init`: `[…, N]`, in the type of `init`. What
    /// is scaled is kept in `accumulator`.
    fn scaled_into(
        &self,
        emit: &Emit<'a, '_>,
        accumulator: Type<'a>,
        scale: Value<'a, 'a>,
        init: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let row = self.leading.len();
        let scaled = TensorType::of(init).element;
        let (sums, iterators, maps) = match TensorType::of(scale).rank() {
            2 => {
                if let Some(sum) = self.groups_by_kernel(emit, scale, init) {
                    return sum;
                }
                let mut iterators = vec![Iterator::Parallel; row + 1];
                iterators.push(Iterator::Reduction);
                (
                    self.group_sums(emit, accumulator, scale),
                    iterators,
                    [loops(0..row + 2), loops([row, row + 1])],
                )
            }
            rank => {
                self.check_rows_of(emit, scale);
                let zeros = self.zeros(emit, &self.result_sizes(), accumulator);
                (
                    self.sum_into(emit, zeros),
                    vec![Iterator::Parallel; row + 1],
                    [loops(0..=row), loops(row..row + rank)],
                )
            }
        };
        let [of_sums, of_scale] = maps;
        emit.generic(
            &[(sums, of_sums), (scale, of_scale)],
            &[(init, loops(0..=row))],
            &iterators,
            |emit, arguments| {
                let term = emit.mul(
                    emit.convert(arguments[0], scaled),
                    emit.convert(arguments[1], scaled),
                );
                vec![emit.add(arguments[2], term)]
            },
        )[0]
    }
}
