//! Quantising weights and activations.

use crate::{
    DYNAMIC, Granularity, QuantizeActivations, Ternarize,
    canonicalize::canonicalize,
    shape::{Operand, ResultShape, ResultSize, Shaped, infer_from_shapes},
    tiling::{rowwise, tile},
};
use melior::ir::{Type, TypeLike, r#type::IntegerType};
use ods_bridge::{Along, Diagnostic, Tile, Tiling, Verify, context_of};

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
canonicalize!(Ternarize);
canonicalize!(QuantizeActivations);
