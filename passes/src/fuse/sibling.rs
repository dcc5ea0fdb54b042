//! Layers that read one input → one layer of the rows of all, and slices.
//!
//! # Algebra
//!
//! ```text
//! y₁ = linear(x, W₁, s₁), y₂ = linear(x, W₂, s₂), …
//! [y₁, y₂, …] = linear(x, [W₁; W₂; …], [s₁; s₂; …])
//! ```
//!
//! for `ternary_linear` and, with one norm, for `bit_linear`, whose biases are
//! joined as the scales are. Each row's sum is what it was, so that nothing is
//! rounded in another way. Scales that are one number for all layers stay one;
//! otherwise a scale of a layer becomes one of each of its rows. Scales of groups
//! join where all layers have them, of the same size. A bias that is absent beside
//! others is -0, which changes no number. Layers that do not join norm and quantise
//! once all the same: `shared_parts`.
//!
//! # Cost
//!
//! x is read, and of a `bit_linear` normed and quantised, once instead of once for
//! each layer, and one product of more rows takes the place of several small ones.
//! The weights are joined at compile time. Each result becomes a slice: of one
//! token it is contiguous, of several its rows lie apart, which costs at most a
//! copy of the result where a reader wants it contiguous: N numbers for each
//! token, beside N · K trits.

use super::{
    rewrite::{Miss, Replacement, Rewrite, attribute},
    rows::{self, Constant, NAMED, Rows},
    shared_parts,
};
use crate::emit::{Emit, Size};
use fidelity_dialect::{
    Accumulator, BitLinear, TensorType, TernaryLinear, cast_to, constant_value,
};
use melior::ir::{
    AttributeLike, BlockLike, Location, Type, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, OpView, View, build_before, operations_within};
use std::collections::HashMap;

/// What is joined of a layer.
#[derive(Clone)]
pub struct Layer<'a> {
    pub view: View<'a>,
    pub is_bit_linear: bool,
    pub x: Value<'a, 'a>,
    pub weights: Value<'a, 'a>,
    pub scale: Option<Value<'a, 'a>>,
    pub norm: Option<Value<'a, 'a>>,
    pub bias: Option<Value<'a, 'a>>,
}

impl<'a> Layer<'a> {
    /// The layer that an op is.
    pub fn cast(operation: OperationRef<'a, 'a>) -> Option<Self> {
        if let Some(sum) = TernaryLinear::cast(operation) {
            return Self::of_sum(&sum, None);
        }
        let layer = BitLinear::cast(operation)?;
        Some(Self {
            view: layer.view().clone(),
            is_bit_linear: true,
            x: layer.x(),
            weights: layer.weights(),
            scale: Some(layer.scale()),
            norm: layer.norm_weight(),
            bias: layer.bias(),
        })
    }

    /// A `ternary_linear`, with the bias that the layer it will be part of has.
    pub fn of_sum(sum: &TernaryLinear<'a>, bias: Option<Value<'a, 'a>>) -> Option<Self> {
        sum.operation()?;
        Some(Self {
            view: sum.view().clone(),
            is_bit_linear: false,
            x: sum.x(),
            weights: sum.weights(),
            scale: sum.scale(),
            norm: None,
            bias,
        })
    }

    /// What the layer gives.
    pub fn result(&self) -> Option<Value<'a, 'a>> {
        self.view.result(0)
    }

    /// A layer like this one, of the same norm and other operands; gives its result,
    /// of a type.
    pub fn rebuild(
        &self,
        [x, weights]: [Value<'a, 'a>; 2],
        scale: Vec<Value<'a, 'a>>,
        bias: Vec<Value<'a, 'a>>,
        result: Type<'a>,
        builder: &Builder<'a>,
        rewrite: &Rewrite<'a>,
    ) -> Result<Value<'a, 'a>, Miss> {
        let operation = self.view.operation().ok_or(Miss::Other)?;
        let mut operands = vec![vec![x], vec![weights], scale];
        if self.is_bit_linear {
            operands.extend([Vec::from_iter(self.norm), bias]);
        }
        let name = match self.is_bit_linear {
            true => "epsilon",
            false => "accumulator",
        };
        let layer = Replacement {
            operands: &operands,
            attributes: &[(name, attribute(operation, name))],
            results: &[result],
        };
        let built = match self.is_bit_linear {
            true => layer.build::<BitLinear<'a>>(&self.view, builder),
            false => layer.build::<TernaryLinear<'a>>(&self.view, builder),
        };
        let results = built.inspect_err(|_| rewrite.discard(&operands.concat()))?;
        Ok(results[0])
    }

    /// The rows of the weights, where they are constant.
    fn rows(&self) -> usize {
        TensorType::of(self.weights).shape[0] as usize
    }
}

/// How layers join.
pub struct Join<'a> {
    weights: Rows<'a>,
    scale: Joined<'a>,
    bias: Joined<'a>,
}

enum Joined<'a> {
    Absent,
    /// One for all.
    Shared(Value<'a, 'a>),
    /// One for each row.
    Rows(Rows<'a>),
}

impl<'a> Joined<'a> {
    fn build(&self, builder: &Builder<'a>) -> Result<Vec<Value<'a, 'a>>, Miss> {
        Ok(match self {
            Self::Absent => Vec::new(),
            Self::Shared(value) => vec![*value],
            Self::Rows(rows) => vec![rows.build(builder)?],
        })
    }
}

impl<'a> Join<'a> {
    /// Looks at layers whether they join.
    ///
    /// # Errors
    ///
    /// What keeps them apart.
    pub fn of(layers: &[Layer<'a>]) -> Result<Self, Miss> {
        let weights: Option<Vec<_>> = layers
            .iter()
            .map(|layer| Constant::of(layer.weights))
            .collect();
        let weights = weights.ok_or(Miss::Near("their weights are not constant"))?;
        if weights.iter().any(|part| part.r#type.shape.contains(&0)) {
            return Err(Miss::Other);
        }
        Ok(Self {
            weights: Rows::of(weights)?,
            scale: scales(layers)?,
            bias: biases(layers)?,
        })
    }
}

fn scales<'a>(layers: &[Layer<'a>]) -> Result<Joined<'a>, Miss> {
    let given: Vec<Value<'a, 'a>> = layers.iter().filter_map(|layer| layer.scale).collect();
    let Some(&first) = given.first() else {
        return Ok(Joined::Absent);
    };
    if given.len() != layers.len() {
        return Err(Miss::Near("one has a scale, and another one has none"));
    }
    let is_scalar = |&scale: &Value<'a, 'a>| TensorType::of(scale).rank() == 0;
    if given.iter().all(is_scalar) && given.iter().all(|&scale| is_same(scale, first)) {
        return Ok(Joined::Shared(first));
    }
    let constants = layers.iter().zip(given).map(|(layer, scale)| {
        let scale = Constant::of(scale).ok_or(Miss::Near("their scales are not constant"))?;
        rows::per_row(&scale, layer.rows()).ok_or(Miss::Other)
    });
    let constants: Vec<_> = constants.collect::<Result<_, Miss>>()?;
    let rank = constants[0].r#type.rank();
    if constants.iter().any(|scale| scale.r#type.rank() != rank) {
        return Err(Miss::Near(
            "the scale of one is of groups, and that of another one is not",
        ));
    }
    Ok(Joined::Rows(Rows::of(constants)?))
}

fn biases<'a>(layers: &[Layer<'a>]) -> Result<Joined<'a>, Miss> {
    let Some(first) = layers.iter().find_map(|layer| layer.bias) else {
        return Ok(Joined::Absent);
    };
    let first = TensorType::of(first);
    let constants = layers.iter().map(|layer| match layer.bias {
        Some(bias) => Constant::of(bias).ok_or(Miss::Near("their biases are not constant")),
        None => {
            let none = TensorType {
                shape: vec![layer.rows() as i64],
                ..first.clone()
            };
            rows::splat(&none, -0.0).ok_or(Miss::Other)
        }
    });
    let constants: Vec<_> = constants.collect::<Result<_, Miss>>()?;
    Ok(Joined::Rows(Rows::of(constants)?))
}

/// The layers as they are before their biases.
fn without_biases<'a>(layers: &[Layer<'a>]) -> Vec<Layer<'a>> {
    let bare = |layer: &Layer<'a>| Layer {
        bias: None,
        ..layer.clone()
    };
    layers.iter().map(bare).collect()
}

/// Whether two values are one, or one constant.
fn is_same<'a>(lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> bool {
    identity(lhs) == identity(rhs)
}

/// What two values have in common if they are one, or one constant.
fn identity(value: Value<'_, '_>) -> usize {
    match constant_value(value) {
        Some(constant) => constant.to_raw().ptr as usize,
        None => value.to_raw().ptr as usize,
    }
}

/// What layers that may be joined have in common: the block and the input.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    block: usize,
    x: usize,
    is_bit_linear: bool,
}

/// What they have to have in common besides.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Manner {
    norm: Option<usize>,
    epsilon: Option<u64>,
    accumulator: Option<Accumulator>,
}

/// Layers of one input, in the order of the block.
pub struct Group<'a> {
    manner: Manner,
    layers: Vec<Layer<'a>>,
    /// Whether others read the input in another manner.
    has_strangers: bool,
}

/// The layers within an op by what they read, in the order of their first ones.
pub fn groups<'a>(operation: OperationRef<'a, 'a>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut places: HashMap<Place, Vec<usize>> = HashMap::new();
    for nested in operations_within(operation) {
        let (Some(layer), Some(block)) = (Layer::cast(nested), nested.block()) else {
            continue;
        };
        let manner = Manner {
            norm: layer.norm.map(identity),
            epsilon: BitLinear::cast(nested).map(|layer| layer.epsilon().to_bits()),
            accumulator: TernaryLinear::cast(nested).and_then(|sum| sum.accumulator()),
        };
        let place = Place {
            block: block.to_raw().ptr as usize,
            x: layer.x.to_raw().ptr as usize,
            is_bit_linear: layer.is_bit_linear,
        };
        let known = places.entry(place).or_default();
        match known.iter().find(|&&index| groups[index].manner == manner) {
            Some(&index) => groups[index].layers.push(layer),
            None => {
                known.push(groups.len());
                groups.push(Group {
                    manner,
                    layers: vec![layer],
                    has_strangers: false,
                });
            }
        }
    }
    for known in places.values().filter(|known| known.len() > 1) {
        for &index in known {
            groups[index].has_strangers = true;
        }
    }
    groups
}

impl<'a> Group<'a> {
    /// How many layers there are.
    pub fn len(&self) -> usize {
        self.layers.len()
    }

    /// Where the first one is.
    pub fn location(&self) -> Location<'a> {
        self.layers[0].view.location()
    }

    /// Makes one layer of all, or has them norm and quantise once; says which.
    ///
    /// # Errors
    ///
    /// What keeps them apart.
    pub fn fuse(&self, rewrite: &Rewrite<'a>) -> Result<&'static str, Miss> {
        if self.len() < 2 {
            return Err(match self.has_strangers {
                true => Miss::Near(
                    "another layer reads the same input with another norm or accumulator",
                ),
                false => Miss::Other,
            });
        }
        // As they are by now: another group may have replaced what they read.
        let layers: Option<Vec<Layer<'a>>> = self
            .layers
            .iter()
            .map(|layer| {
                let operation = layer.view.operation()?;
                (!rewrite.is_gone(operation)).then(|| Layer::cast(operation))?
            })
            .collect();
        let layers = layers.ok_or(Miss::Other)?;
        let first = &layers[0];
        let operation = first.view.operation().ok_or(Miss::Other)?;
        let results: Option<Vec<_>> = layers.iter().map(Layer::result).collect();
        let results = results.ok_or(Miss::Other)?;
        let types: Vec<_> = results
            .iter()
            .map(|&result| TensorType::of(result))
            .collect();
        if types
            .iter()
            .any(|r#type| r#type.encoding != types[0].encoding)
        {
            return Err(Miss::Near("their results have other names or units"));
        }
        if types[0].dimension(types[0].rank() - 1).is_some() {
            return Err(NAMED);
        }
        let join = match Join::of(&layers) {
            // Parts without the biases that keep layers apart would be one layer again.
            Err(_)
                if Join::of(&without_biases(&layers)).is_err()
                    && shared_parts::share(&layers, rewrite) =>
            {
                return Ok(shared_parts::MADE);
            }
            join => join?,
        };
        build_before(operation, |builder| {
            let joined = join.build(first, &types[0], builder, rewrite)?;
            let emit = Emit::new(builder, false);
            let last = types[0].rank() - 1;
            let mut start = 0;
            let mut slices = Vec::with_capacity(layers.len());
            for (layer, result) in layers.iter().zip(results) {
                let rows = layer.rows() as i64;
                let slice = emit.range(joined, last, Size::Static(start), Size::Static(rows));
                slices.push(cast_to(slice, result.r#type(), builder));
                start += rows;
            }
            // Nothing is built from here on: the builder stands before the first layer.
            for (layer, slice) in layers.iter().zip(slices) {
                if let Some(operation) = layer.view.operation() {
                    rewrite.replace(operation, &[slice], builder);
                }
            }
            Ok("joined to one layer with what reads the same input")
        })
    }
}

impl<'a> Join<'a> {
    /// The layer of all rows, like one of them; `of_one` is the type of its result.
    fn build(
        &self,
        like: &Layer<'a>,
        of_one: &TensorType<'a>,
        builder: &Builder<'a>,
        rewrite: &Rewrite<'a>,
    ) -> Result<Value<'a, 'a>, Miss> {
        let weights = self.weights.build(builder)?;
        let mut r#type = of_one.clone();
        r#type.shape.pop();
        r#type.shape.push(TensorType::of(weights).shape[0]);
        let (scale, bias) = (self.scale.build(builder)?, self.bias.build(builder)?);
        like.rebuild(
            [like.x, weights],
            scale,
            bias,
            r#type.to_type(),
            builder,
            rewrite,
        )
    }
}
