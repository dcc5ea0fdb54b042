//! Quantising weights and activations.

use crate::{
    DYNAMIC, Granularity, QuantizeActivations, TensorType, Ternarize, canonicalize,
    canonicalize::canonicalize,
    constant::{MOST_FOLDED, constant_value, dense, numbers, tensor},
    shape::{Operand, ResultShape, ResultSize, Shaped, infer_from_shapes},
    tiling::{rowwise, tile},
};
use melior::ir::{
    Type, TypeLike, ValueLike,
    r#type::{IntegerType, RankedTensorType},
};
use ods_bridge::{
    Along, Builder, DenseResource, Diagnostic, NoMatch, ResourceBytes, Tile, Tiling, Verify,
    context_of, dense_elements, dense_resource,
};

/// The type of a scale of quantised floats: f64 for f64, else f32.
fn scale_element<'a>(element: Type<'a>) -> Type<'a> {
    if element.is_f64() {
        element
    } else {
        Type::float32(context_of(element.context()))
    }
}

fn i8_type<'a>(element: Type<'a>) -> Type<'a> {
    IntegerType::new(context_of(element.context()), 8).into()
}

impl<'a> Shaped<'a> for Ternarize<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let weights = Operand::of_rank(2, "weights", self.weights())?;
        let element = weights.r#type.element;
        let granularity = self.granularity();
        // C1
        let group_size = self.group_size();
        if group_size.is_some() != (granularity == Granularity::Group) {
            return Err(Diagnostic::expected(
                "group_size exactly for granularity(group)",
                match group_size {
                    Some(size) => format!("group_size {size} for granularity({granularity})"),
                    None => "no group_size".into(),
                },
            ));
        }
        let scale = match (granularity, group_size) {
            (Granularity::Row, _) => vec![ResultSize::Of(weights.size(0))],
            (Granularity::Group, Some(group_size)) => vec![
                ResultSize::Of(weights.size(0)),
                ResultSize::Static(group_count(weights.size(1).get(), group_size)?),
            ],
            _ => Vec::new(),
        };
        Ok(vec![
            ResultShape::new(&weights.all_sizes(), i8_type(element))
                .with_unit(&weights.unit().power(0)),
            ResultShape::of_sizes(scale, scale_element(element)).with_unit(&weights.unit()),
        ])
    }
}

/// The number of groups in a row of K weights.
fn group_count<'a>(inputs: i64, group_size: i64) -> Result<i64, Diagnostic<'a>> {
    // C2
    if group_size <= 0 {
        return Err(Diagnostic::expected(
            "group_size to be positive",
            group_size,
        ));
    }
    if inputs == DYNAMIC {
        return Err(Diagnostic::expected(
            "a static last dimension of weights for granularity(group)",
            "?",
        ));
    }
    if inputs % group_size != 0 {
        return Err(Diagnostic::expected(
            format!("group_size to divide {inputs} weights of a row"),
            group_size,
        ));
    }
    Ok(inputs / group_size)
}

impl<'a> Verify<'a> for Ternarize<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        // C3
        let epsilon = self.epsilon();
        if !epsilon.is_finite() || epsilon <= 0.0 {
            return Err(Diagnostic::expected(
                "epsilon to be finite and positive",
                epsilon,
            ));
        }
        Ok(())
    }
}

impl<'a> Tile<'a> for Ternarize<'a> {
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>> {
        let row = vec![Along::Loop(0), Along::Whole];
        Ok(match self.granularity() {
            // One scale is of all weights.
            Granularity::Tensor => {
                let all = vec![Along::Whole; 2];
                Tiling::parallel(0)
                    .operand(all.clone())
                    .result(all)
                    .result([])
            }
            Granularity::Row => Tiling::parallel(1)
                .operand(row.clone())
                .result(row)
                .result([Along::Loop(0)]),
            Granularity::Group => Tiling::parallel(1)
                .operand(row.clone())
                .result(row.clone())
                .result(row),
        })
    }
}

impl<'a> Shaped<'a> for QuantizeActivations<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let input = Operand::new("input", self.input())?;
        let element = input.r#type.element;
        // C1
        let (tokens, _) = input.split_last()?;
        Ok(vec![
            ResultShape::new(&input.all_sizes(), i8_type(element))
                .with_unit(&input.unit().power(0)),
            ResultShape::new(&tokens, scale_element(element))
                .with_last(1)
                .with_unit(&input.unit()),
        ])
    }
}

infer_from_shapes!(Ternarize, QuantizeActivations);
tile!(QuantizeActivations => rowwise);
canonicalize!(Ternarize, ternarize_constant);
canonicalize!(QuantizeActivations, quantize_constant);

/// quantize_activations(constant) → constants, in f64 and 1/s rounded once
///
/// Activations that are not finite have no quanta, and stay.
fn quantize_constant<'a>(
    op: &QuantizeActivations<'a>,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let constant = constant_value(op.input()).ok_or("the input is not constant")?;
    let input = tensor(constant, MOST_FOLDED).ok_or("a constant of another kind, or large")?;
    let (quantized, inverse) = fidelity_reference::ternary::quantize_activations(&input)
        .map_err(|_| "an activation is not finite")?;
    canonicalize::replace_by_constants(op, &[quantized, inverse], builder)
}

/// ternarize(constant) → constants, in f64 and γ rounded once
///
/// Weights that are not finite have no trits, and stay.
fn ternarize_constant<'a>(op: &Ternarize<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let operation = op.operation().ok_or("an op that does not exist")?;
    let results = [0, 1].map(|index| op.result(index).map(|result| result.r#type()));
    let [Some(trits), Some(scale)] = results else {
        return Err("no results");
    };
    let constant = constant_value(op.weights()).ok_or("the weights are not constant")?;
    let weights = numbers(constant, usize::MAX).ok_or("a constant of another kind")?;
    if !weights.iter().all(|weight| weight.is_finite()) {
        return Err("a weight is not finite");
    }
    let scales = TensorType::new(scale).and_then(|scale| scale.count());
    let shared = match op.granularity() {
        Granularity::Tensor => weights.len(),
        Granularity::Row => TensorType::of(op.weights()).shape[1] as usize,
        Granularity::Group => op.group_size().map_or(0, |size| size as usize),
    };
    let mut codes = Vec::with_capacity(weights.len());
    let mut gammas = Vec::new();
    for index in 0..scales.ok_or("a scale of unknown size")? {
        let group = &weights[index * shared..(index + 1) * shared];
        let sum: f64 = group.iter().map(|weight| weight.abs()).sum();
        let gamma = (sum / group.len().max(1) as f64).max(op.epsilon());
        let trit = |weight: &f64| (weight / gamma).round_ties_even().clamp(-1.0, 1.0) as i8;
        codes.extend(group.iter().map(trit).map(i8::cast_unsigned));
        gammas.push(gamma);
    }
    let codes = match DenseResource::cast(constant) {
        Some(resource) => {
            let r#type = RankedTensorType::try_from(trits).map_err(|_| "no ranked tensor")?;
            let name = format!("{}.trits", resource.key());
            dense_resource(&name, r#type, ResourceBytes::from(&*codes))
        }
        None => dense_elements(trits, &codes).ok_or("trits that do not fit the type")?,
    };
    let gammas = dense(scale, gammas).ok_or("scales that do not fit the type")?;
    let values = [
        canonicalize::constant(trits, codes, builder),
        canonicalize::constant(scale, gammas, builder),
    ];
    builder.replace(operation, &values);
    Ok(())
}
