//! The ternary matrix-vector product added to a destination.

use super::{
    algebra,
    linear::{linear_sizes, linear_tiling, scale_along, scaled_rows},
    zero_rows,
};
use crate::{
    Storage, TensorType, TernaryAccumulate, TernaryLinear,
    attributes::storage_of,
    canonicalize::{canonicalize, cast_to, meet},
    constant::is_known_splat_of,
    shape::{Measure, Operand, ResultShape, Size, expect_shape, speculatable_if_static},
    tiling,
};
use melior::ir::{Attribute, Type, TypeLike, Value, ValueLike, r#type::IntegerType};
use ods_bridge::{
    Along, Bufferize, Builder, Diagnostic, Dim, Fold, FoldResult, InferReturnTypes, LoopKind,
    NoMatch, OpView, ReifyResultShapes, Tile, Tiling, Verify, bit_width, context_of,
};

fn is_tensor(value: Value<'_, '_>) -> bool {
    value.r#type().is_ranked_tensor()
}

impl<'a> TernaryAccumulate<'a> {
    fn checked_shape(&self) -> Result<ResultShape<'a>, Diagnostic<'a>> {
        // C1
        let scale = self.scale().map(|scale| ("scale", scale));
        for (name, value) in [("weights", self.weights()), ("init", self.init())]
            .into_iter()
            .chain(scale)
        {
            if is_tensor(value) != is_tensor(self.x()) {
                let kind = |value| {
                    if is_tensor(value) {
                        "a tensor"
                    } else {
                        "a memref"
                    }
                };
                return Err(Diagnostic::expected(
                    format!("{name} to be {} as x is", kind(self.x())),
                    kind(value),
                )
                .note_value("x", self.x()));
            }
        }
        let x = Operand::new("x", self.x())?;
        let init = Operand::new("init", self.init())?;
        let weights = Operand::of_rank(2, "weights", self.weights())?;
        let scale = self
            .scale()
            .map(|scale| Operand::new("scale", scale))
            .transpose()?;
        // C3, C9
        let sizes = match self.storage() {
            None => linear_sizes(&x, &weights, scale.as_ref())?,
            Some(storage) => stored_sizes(storage, &x, &weights, scale.as_ref())?,
        };
        // C4
        let sizes = expect_shape(&init, &sizes, &x)?;
        // C5
        self.check_sums(x.r#type.element, init.r#type.element)?;
        // C6
        let weights = weights.unit().expect_dimensionless()?;
        // C7
        let scale = scale.map_or_else(Measure::number, |scale| scale.unit());
        let unit = x.unit().times(&weights).times(&scale);
        init.unit().agree(&unit)?;
        Ok(ResultShape::new(&sizes, init.r#type.element))
    }
}

impl<'a> TernaryAccumulate<'a> {
    /// C5: whether elements of `init` can be what those of `x` add up to.
    fn check_sums(&self, x: Type<'a>, init: Type<'a>) -> Result<(), Diagnostic<'a>> {
        let integer: Type<'a> = IntegerType::new(context_of(self.context()), 32).into();
        let (fits, wanted) = if x.is_float() {
            let is_narrow = bit_width(x).is_some_and(|bits| bits < 32);
            let fits = init == x || is_narrow && init.is_f32();
            let or_f32 = if is_narrow { " or f32" } else { "" };
            (fits, format!("{x}{or_f32}"))
        } else if self.scale().is_some() {
            (init.is_float(), "float".to_owned())
        } else {
            (init == integer, integer.to_string())
        };
        match fits {
            true => Ok(()),
            false => Err(Diagnostic::expected(
                format!("init to have elements of type {wanted} for an x of {x}"),
                init,
            )
            .note_value("x", self.x())),
        }
    }
}

impl<'a> InferReturnTypes<'a> for TernaryAccumulate<'a> {
    fn infer_return_types(&self) -> Result<Vec<Type<'a>>, Diagnostic<'a>> {
        self.checked_shape()?;
        let init = self.init();
        Ok(is_tensor(init).then(|| init.r#type()).into_iter().collect())
    }
}

impl<'a> ReifyResultShapes<'a> for TernaryAccumulate<'a> {
    fn reify_result_shapes(&self) -> Result<Vec<Vec<Dim<'a>>>, Diagnostic<'a>> {
        let shape = self.checked_shape()?;
        Ok(is_tensor(self.init())
            .then(|| shape.to_dims())
            .into_iter()
            .collect())
    }
}

impl<'a> Verify<'a> for TernaryAccumulate<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        // C2
        let has_result = self.result(0).is_some();
        if has_result != is_tensor(self.init()) {
            return Err(Diagnostic::expected(
                "one result on tensors and none on memrefs",
                if has_result {
                    "a result on memrefs"
                } else {
                    "no result on tensors"
                },
            ));
        }
        Ok(())
    }
}

impl<'a> Tile<'a> for TernaryAccumulate<'a> {
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>> {
        let row = tiling::leading(self.x());
        let result = Along::loops(0..row + 1);
        if self.storage().is_some() {
            return Err(Diagnostic::new(
                "expected weights of a type that says their storage to cut the op into tiles",
            ));
        }
        let mut tiling = linear_tiling(row, self.inputs(), self.weights()).operand(result.clone());
        if let Some(scale) = self.scale() {
            tiling = tiling.operand(scale_along(scale, row));
        }
        Ok(if is_tensor(self.init()) {
            tiling.result(result)
        } else {
            tiling
        })
    }
}

impl TernaryAccumulate<'_> {
    /// The loop over the inputs: the product of some can be added after that of
    /// others where `init` keeps a sum as it is, and rows of weights can be cut.
    fn inputs(&self) -> LoopKind {
        if storage_of(&TensorType::of(self.weights())) != Storage::Dense {
            return LoopKind::Uncut(
                "rows of packed weights are whole bytes and stay whole; fidelity.unpack makes \
                 them dense",
            );
        }
        if (self.scale()).is_some_and(|scale| TensorType::of(scale).rank() == 2) {
            return LoopKind::Uncut("the inputs of a group have one scale");
        }
        let sum = TensorType::of(self.init()).element;
        if bit_width(sum).is_none_or(|bits| bits < 32) {
            return LoopKind::Uncut(
                "init has fewer bits than the sum, which each part would be rounded to",
            );
        }
        LoopKind::Reduction
    }
}

impl<'a> Bufferize<'a> for TernaryAccumulate<'a> {
    fn check_buffers(&self) -> Result<(), Diagnostic<'a>> {
        let stored = storage_of(&TensorType::of(self.weights()));
        if stored != Storage::Dense {
            return Err(Diagnostic::expected(
                "weights stored dense to bufferize, as a memref type says no storage",
                stored,
            )
            .note(
                self.location(),
                "convert-fidelity-to-linalg and then fidelity-materialize-storage lower packed \
                 weights",
            ));
        }
        Ok(())
    }
}

impl<'a> Fold<'a> for TernaryAccumulate<'a> {
    /// ternary_accumulate(x, 0, init) → init, and so without inputs: a zero weight
    /// takes no part in the sum, which leaves -0 as it is
    fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let init = self.init();
        let same = self.result(0)?.r#type() == init.r#type();
        let is_sum = self.storage().is_none() && self.scale().is_none();
        (same && is_sum && algebra::are_zero(self.weights(), *constants.get(1)?))
            .then(|| vec![FoldResult::Value(init)])
    }
}

// On memrefs the op writes, which MLIR asks its effects about.
speculatable_if_static!(TernaryAccumulate);
canonicalize!(
    TernaryAccumulate,
    onto_zeros,
    zero_rows::skip_zero_rows,
    use_packed
);

/// As of every layer, where the weights are trits.
fn use_packed<'a>(op: &TernaryAccumulate<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    match op.storage() {
        None => algebra::use_packed(op, builder),
        Some(_) => Err("the weights are bytes"),
    }
}

/// The sizes of the result for weights that are bytes.
fn stored_sizes<'a>(
    storage: Storage,
    x: &Operand<'a>,
    weights: &Operand<'a>,
    scale: Option<&Operand<'a>>,
) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    // C8
    if storage == Storage::Dense {
        return Err(Diagnostic::expected("storage to be packed", storage));
    }
    if let Some(encoding) = weights.r#type.encoding {
        return Err(Diagnostic::expected(
            "weights without an encoding, as storage says theirs",
            encoding,
        ));
    }
    let (mut sizes, inputs) = x.split_last()?;
    let bytes = weights.size(1);
    if let (Ok(trits), Ok(given)) = (usize::try_from(inputs.get()), usize::try_from(bytes.get()))
        && given != storage.row_bytes(trits)
    {
        let error = Diagnostic::expected(
            format!(
                "rows of {} bytes for {trits} weights stored {storage}",
                storage.row_bytes(trits)
            ),
            given,
        );
        return Err(inputs.note_on(error));
    }
    sizes.push(scaled_rows(scale, weights.size(0), inputs)?);
    Ok(sizes)
}

/// ternary_accumulate(x, w, 0, s) → ternary_linear(x, w, s), which needs no
/// destination
fn onto_zeros<'a>(op: &TernaryAccumulate<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let operation = op.operation().ok_or("an op that does not exist")?;
    if op.storage().is_some() {
        return Err("the type of the weights does not say their storage");
    }
    let result = op
        .result(0)
        .ok_or("no result: the destination is a memref")?;
    // Of -0, and no weight that takes part, the result is -0.
    if !is_known_splat_of(op.init(), 0.0) {
        return Err("the destination is not known to be zeros");
    }
    let (x, weights, mut r#type) = (
        TensorType::of(op.x()),
        TensorType::of(op.weights()),
        TensorType::of(result),
    );
    // Names and units are the destination's, and others than the product has.
    if x.encoding.is_some() || r#type.encoding.is_some() {
        return Err("the result may have names or a unit of its own");
    }
    let is_own = match op.scale() {
        _ if x.element.is_float() => r#type.element == x.element,
        Some(scale) => {
            let scale = TensorType::of(scale);
            scale.encoding.is_none() && r#type.element == scale.element
        }
        None => true,
    };
    if !is_own {
        return Err("the sums have another type than the layer's");
    }
    let mut product = TensorType {
        shape: x.shape,
        ..r#type.clone()
    };
    *product.shape.last_mut().ok_or("x has no last dimension")? = weights.shape[0];
    let inferred = meet(product.to_type(), r#type.to_type())?;
    r#type = TensorType::new(inferred).ok_or("a result that is no tensor")?;
    let mut operands = vec![op.x(), op.weights()];
    operands.extend(op.scale());
    let linear = builder
        .op(TernaryLinear::NAME)
        .operands(&operands)
        .result(r#type.to_type())
        .value();
    builder.replace(operation, &[cast_to(linear, result.r#type(), builder)]);
    Ok(())
}
