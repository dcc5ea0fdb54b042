//! Linear attention.

use crate::{
    FeatureMap, LinearAttention, TensorType, UpdateRule, canonicalize,
    canonicalize::canonicalize,
    constant::is_known_splat_of,
    shape::{
        Measure, Operand, ResultShape, Shaped, Size, count, expect_broadcast_to, expect_shape,
        infer_from_shapes, speculatable_if_static,
    },
};
use melior::ir::Value;
use ods_bridge::{Builder, Diagnostic, NoMatch, Verify};

impl UpdateRule {
    /// Whether the state decays.
    pub fn is_gated(self) -> bool {
        matches!(self, Self::Gated | Self::GatedDelta)
    }

    /// Whether a token writes what its value differs by from what its key finds.
    pub fn is_delta(self) -> bool {
        matches!(self, Self::Delta | Self::GatedDelta)
    }
}

/// The sizes that operands agree in.
struct Sizes<'a> {
    /// Those before the heads.
    batch: Vec<Size<'a>>,
    query_heads: Size<'a>,
    heads: Size<'a>,
    time: Size<'a>,
    features: Size<'a>,
    values: Size<'a>,
}

impl<'a> Shaped<'a> for LinearAttention<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let [query, key, value] = [
            ("query", self.query()),
            ("key", self.key()),
            ("value", self.value()),
        ]
        .map(|(name, operand)| Operand::new(name, operand));
        let (query, key, value) = (query?, key?, value?);
        let sizes = self.sizes(&query, &key, &value)?;
        let state: Vec<_> = self
            .state()
            .iter()
            .zip(["S", "z"])
            .map(|(&state, name)| Operand::new(name, state))
            .collect::<Result<_, _>>()?;
        let [output_unit, state_unit, normalizer_unit] =
            self.units(&query, &key, &value, &state)?;

        let of = |last: &[Size<'a>], element, unit| {
            ResultShape::new(&[&sizes.batch, last].concat(), element).with_unit(unit)
        };
        let element = query.r#type.element;
        let state_element = |index: usize| state.get(index).map_or(element, |s| s.r#type.element);
        let mut shapes = vec![
            of(
                &[sizes.query_heads, sizes.time, sizes.values],
                element,
                &output_unit,
            )
            .with_encoding(value.r#type.encoding),
            of(
                &[sizes.heads, sizes.features, sizes.values],
                state_element(0),
                &state_unit,
            ),
        ];
        if self.normalize() {
            let last = [sizes.heads, sizes.features];
            shapes.push(of(&last, state_element(1), &normalizer_unit));
        }
        Ok(shapes)
    }
}

impl<'a> LinearAttention<'a> {
    fn sizes(
        &self,
        query: &Operand<'a>,
        key: &Operand<'a>,
        value: &Operand<'a>,
    ) -> Result<Sizes<'a>, Diagnostic<'a>> {
        // C1
        query.expect_rank_at_least(3)?;
        let [head, time, last] = [3, 2, 1].map(|from_end| query.rank() - from_end);
        // C2
        let mut sizes = query.all_sizes();
        if key.rank() == query.rank() {
            sizes[head] = key.size(head);
        }
        sizes = expect_shape(key, &sizes, query)?;
        // C3
        let key_size = sizes[last];
        if value.rank() == key.rank() {
            sizes[last] = value.size(last);
        }
        sizes = expect_shape(value, &sizes, key)?;
        let values = sizes[last];
        sizes[last] = self.feature_count(key_size)?;

        if let Some(decay) = self.decay() {
            let decay = Operand::new("decay", decay)?;
            // C6
            if decay.rank() != last && decay.rank() != query.rank() {
                return Err(Diagnostic::expected(
                    format!("decay to have {last} or {} dimensions", query.rank()),
                    decay.rank(),
                )
                .note_value(key.name, key.value));
            }
            let indexed = 0..decay.rank();
            let agreed = expect_broadcast_to(&decay, &sizes[indexed.clone()], key)?;
            sizes.splice(indexed, agreed);
        }
        if let Some(beta) = self.beta() {
            let beta = Operand::of_rank(last, "beta", beta)?;
            // C8
            let agreed = expect_broadcast_to(&beta, &sizes[..last], key)?;
            sizes.splice(..last, agreed);
        }
        let (time, mut features, mut values) = (sizes[time], sizes[last], values);
        let mut batch = sizes;
        batch.truncate(last - 1);
        // C11
        let wanted = if self.normalize() { 2 } else { 1 };
        if !self.state().is_empty() && self.state().len() != wanted {
            let states = ["S", "S and z, as normalize asks for"][wanted - 1];
            return Err(Diagnostic::expected(
                format!("state to be {states}"),
                count(self.state().len(), "operand"),
            ));
        }
        if let Some(&state) = self.state().first() {
            // C12
            batch.extend([features, values]);
            batch = expect_shape(&Operand::new("S", state)?, &batch, key)?;
            [features, values] = [batch[last - 1], batch[last]];
            batch.truncate(last - 1);
        }
        if let Some(&normalizer) = self.state().get(1) {
            // C13
            batch.push(features);
            batch = expect_shape(&Operand::new("z", normalizer)?, &batch, key)?;
            features = batch[last - 1];
            batch.truncate(last - 1);
        }

        let (query_heads, heads) = (query.size(head), batch[head]);
        batch.truncate(head);
        // C4
        let is_multiple = match (query_heads.get(), heads.get()) {
            (query_heads, heads) if query_heads < 0 || heads < 0 => true,
            (query_heads, 0) => query_heads == 0,
            (query_heads, heads) => query_heads > 0 && query_heads % heads == 0,
        };
        if !is_multiple {
            return Err(Diagnostic::expected(
                format!(
                    "the heads of query to be a multiple of {}, those of key",
                    heads.get()
                ),
                query_heads.get(),
            )
            .note_value(key.name, key.value));
        }
        Ok(Sizes {
            batch,
            query_heads,
            heads,
            time,
            features,
            values,
        })
    }

    /// How many features φ makes of a key of that size.
    fn feature_count(&self, key_size: Size<'a>) -> Result<Size<'a>, Diagnostic<'a>> {
        // C9
        expect_presence(
            "features",
            self.features(),
            self.feature_map() == FeatureMap::PositiveRandom,
            format!("feature_map({})", self.feature_map()),
        )?;
        let Some(features) = self.features() else {
            return Ok(key_size);
        };
        // C10
        let features = Operand::of_rank(2, "features", features)?;
        features.size(1).agree(key_size)?;
        Ok(features.size(0))
    }

    /// The units of the output, of S and of z.
    fn units(
        &self,
        query: &Operand<'a>,
        key: &Operand<'a>,
        value: &Operand<'a>,
        state: &[Operand<'a>],
    ) -> Result<[Measure<'a>; 3], Diagnostic<'a>> {
        // C15
        for (name, operand) in [("decay", self.decay()), ("features", self.features())] {
            if let Some(operand) = operand {
                Operand::new(name, operand)?.unit().expect_dimensionless()?;
            }
        }
        let feature_unit = |operand: &Operand<'a>| match self.feature_map() {
            FeatureMap::Identity | FeatureMap::Relu => Ok(operand.unit()),
            FeatureMap::EluPlusOne | FeatureMap::PositiveRandom => {
                operand.unit().expect_dimensionless()
            }
        };
        let (query, key) = (feature_unit(query)?, feature_unit(key)?);
        // C16: what is written, β k ⊗ v, is of the unit of S, and so is, in the
        // delta rules, what k finds there when multiplied by k.
        let per_value = if self.update_rule().is_delta() {
            if let Some(beta) = self.beta() {
                Operand::new("beta", beta)?.unit().agree(&key.power(-2))?;
            }
            key.power(-1)
        } else {
            key
        };
        let mut units = [per_value.times(&value.unit()), per_value];
        for (unit, state) in units.iter_mut().zip(state) {
            *unit = state.unit().agree(unit)?;
        }
        let [state_unit, normalizer_unit] = units;
        let output_unit = if self.normalize() {
            value.unit()
        } else {
            query.times(&state_unit)
        };
        Ok([output_unit, state_unit, normalizer_unit])
    }
}

impl<'a> Verify<'a> for LinearAttention<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        let rule = self.update_rule();
        let asks = || format!("update_rule({rule})");
        // C5
        expect_presence("decay", self.decay(), rule.is_gated(), asks())?;
        // C7
        expect_presence("beta", self.beta(), rule.is_delta(), asks())?;
        // C14
        match self.scale().filter(|scale| !scale.is_finite()) {
            Some(scale) => Err(Diagnostic::expected("scale to be finite", scale)),
            None => Ok(()),
        }
    }
}

/// Checks that an operand is present where an attribute asks for it, and absent
/// elsewhere.
fn expect_presence<'a>(
    name: &'static str,
    operand: Option<Value<'a, 'a>>,
    wanted: bool,
    attribute: String,
) -> Result<(), Diagnostic<'a>> {
    match (operand, wanted) {
        (None, true) => Err(Diagnostic::expected(
            format!("{name} for {attribute}"),
            "none",
        )),
        (Some(operand), false) => {
            let error = Diagnostic::expected(format!("no {name} for {attribute}"), "one");
            Err(error.note_value(name, operand))
        }
        _ => Ok(()),
    }
}

infer_from_shapes!(LinearAttention);
speculatable_if_static!(LinearAttention);
canonicalize!(
    LinearAttention,
    drop_zero_state,
    drop_zero_decay,
    causal_of_one_token,
    without_tokens,
    drop_default_scale,
);

/// linear_attention(…, state = 0) → linear_attention(…)
fn drop_zero_state<'a>(op: &LinearAttention<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    canonicalize::drop_neutral(op, 5, 0.0, builder)
}

/// exp(0) is 1: gated(…, decay = 0) → linear(…), and so for the delta rules
fn drop_zero_decay<'a>(op: &LinearAttention<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let decay = op.decay().ok_or("no decay")?;
    if !is_known_splat_of(decay, 0.0) {
        return Err("the decay is not zero");
    }
    let rule = if op.update_rule().is_delta() {
        UpdateRule::Delta
    } else {
        UpdateRule::Linear
    };
    let mut operands = canonicalize::segments(op);
    operands[3].clear();
    let changes = [("update_rule", Some(rule.to_attribute(builder.context())))];
    canonicalize::replace(op, &operands, &changes, builder)
}

/// The only token is the last one: {causal = false} → {}
fn causal_of_one_token<'a>(op: &LinearAttention<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let shapes = op.result_shapes().map_err(|_| "operands that are wrong")?;
    let time = shapes[0].sizes.len() - 2;
    if op.causal() || shapes[0].sizes[time].get() != 1 {
        return Err("causal, or not of one token");
    }
    let operands = canonicalize::segments(op);
    canonicalize::replace(op, &operands, &[("causal", None)], builder)
}

/// linear_attention of no token → nothing, and its state
fn without_tokens<'a>(op: &LinearAttention<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let mut states: Vec<_> = op.state().iter().map(|&state| Some(state)).collect();
    states.resize(if op.normalize() { 2 } else { 1 }, None);
    canonicalize::without_steps(op, 2, &states, builder)
}

/// {scale = s} → {} for the s of a layer that says none: 1/√K, and 1 with
/// `normalize`
fn drop_default_scale<'a>(op: &LinearAttention<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let scale = op.scale().ok_or("no scale")?;
    let key_size = TensorType::of(op.query()).shape.last().copied();
    let default = match (op.normalize(), key_size) {
        (true, _) => 1.0,
        // Without keys nothing is read; a size that is not known has no root.
        (false, Some(key_size)) if key_size > 0 => 1.0 / (key_size as f64).sqrt(),
        (false, _) => return Err("the size of the keys is not known"),
    };
    if scale != default {
        return Err("another scale");
    }
    let operands = canonicalize::segments(op);
    canonicalize::replace(op, &operands, &[("scale", None)], builder)
}
