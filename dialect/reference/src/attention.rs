//! Linear attention, `FidelityAttentionOps.td`.

use crate::elementwise::relu_value;
use crate::keyword::keywords;
use crate::operand::{Op, rows};
use crate::shape::{broadcast, broadcast_offset, element_count, unravel};
use crate::{ElementType, Error, Tensor};

/// How a token changes the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpdateRule {
    /// `S + k ⊗ v`.
    Linear,
    /// `exp(g) ⊙ S + k ⊗ v`.
    Gated,
    /// `S + k ⊗ β (v - Sᵀ k)`.
    Delta,
    /// `exp(g) ⊙ S + k ⊗ β (v - (exp(g) ⊙ S)ᵀ k)`.
    GatedDelta,
}

keywords!(UpdateRule {
    Linear = "linear",
    Gated = "gated",
    Delta = "delta",
    GatedDelta = "gated_delta"
});

/// The feature map φ of queries and keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FeatureMap {
    /// `x`.
    #[default]
    Identity,
    /// `x + 1` where `x > 0`, else `exp(x)`.
    EluPlusOne,
    /// `max(x, 0)`.
    Relu,
    /// `exp(ω x - |x|²/2) / √m`.
    PositiveRandom,
}

keywords!(FeatureMap {
    Identity = "identity",
    EluPlusOne = "elu_plus_one",
    Relu = "relu",
    PositiveRandom = "positive_random"
});

/// The operands of [`linear_attention`], with their shapes.
#[derive(Clone, Copy, Debug)]
pub struct AttentionOperands<'a> {
    /// `[…, Hq, T, K]`.
    pub query: &'a Tensor,
    /// `[…, H, T, K]`.
    pub key: &'a Tensor,
    /// `[…, H, T, V]`.
    pub value: &'a Tensor,
    /// A logarithm, broadcast to `[…, H, T, K']` or `[…, H, T]`.
    pub decay: Option<&'a Tensor>,
    /// Broadcast to `[…, H, T]`.
    pub beta: Option<&'a Tensor>,
    /// S, `[…, H, K', V]`, before the first token.
    pub state: Option<&'a Tensor>,
    /// z, `[…, H, K']`, before the first token.
    pub normalizer: Option<&'a Tensor>,
    /// ω, `[m, K]`.
    pub features: Option<&'a Tensor>,
}

/// The attributes of [`linear_attention`].
#[derive(Clone, Copy, Debug)]
pub struct AttentionOptions {
    /// How a token changes the state.
    pub rule: UpdateRule,
    /// φ.
    pub feature_map: FeatureMap,
    /// Whether a read is divided by that of z.
    pub normalize: bool,
    /// Whether a token reads the state that it made, not the last one.
    pub causal: bool,
    /// s; when absent 1/√K, or 1 with `normalize`.
    pub scale: Option<f64>,
}

/// `fidelity.linear_attention` (arXiv 2006.16236), with the rules of ONNX's
/// `LinearAttention`, opset 27:
///
/// ```text
/// linear       S_t = S_{t-1} + k_t ⊗ v_t
/// gated        S_t = exp(g_t) ⊙ S_{t-1} + k_t ⊗ v_t
/// delta        S_t = S_{t-1} + k_t ⊗ β_t (v_t - S_{t-1}ᵀ k_t)
/// gated_delta  S_t = exp(g_t) ⊙ S_{t-1} + k_t ⊗ β_t (v_t - (exp(g_t) ⊙ S_{t-1})ᵀ k_t)
/// o_t = s S_tᵀ q_t
/// ```
///
/// q and k are φ of `query` and `key`; query head h reads the state of head
/// h / (Hq / H). With `normalize` o_t is divided by z_t · q_t, and is 0 where
/// that is 0, z being the state of values that are 1.
///
/// Returns o, `[…, Hq, T, V]`, of the element type of `query`; the last S; and
/// with `normalize` the last z. These have the element types of `state` and
/// `normalizer`, or of `query`. Here S stays f64 from step to step; compiled
/// code rounds it.
///
/// # Errors
/// When an element type is no float, an operand that the options ask for is
/// absent or one that they do not is present, or shapes are other than the
/// above.
pub fn linear_attention(
    operands: &AttentionOperands<'_>,
    options: AttentionOptions,
) -> Result<Vec<Tensor>, Error> {
    let op = Op("linear_attention");
    let AttentionOperands {
        query, key, value, ..
    } = *operands;
    check_presence(op, operands, options)?;
    let &[ref batch @ .., query_heads, steps, key_size] = query.shape() else {
        return Err(op.error(
            "`query` to have a head, a time and a key dimension",
            format!("{:?}", query.shape()),
        ));
    };
    let (_, value_size) = op.last_dimension("value", value)?;
    let heads = match key.shape().get(batch.len()) {
        Some(&heads) => heads,
        None => 0,
    };
    let of_heads = |last: &[usize]| [batch, &[heads], last].concat();
    let but_heads = "the shape of `query` but for its heads";
    op.shape("key", key, but_heads, &of_heads(&[steps, key_size]))?;
    let but_last = "the shape of `key` but for its last dimension";
    op.shape("value", value, but_last, &of_heads(&[steps, value_size]))?;
    if query_heads != heads && (heads == 0 || query_heads == 0 || query_heads % heads != 0) {
        return Err(op.error(
            format!("the heads of `query` to be a multiple of {heads}, those of `key`"),
            query_heads.to_string(),
        ));
    }
    let group = query_heads.checked_div(heads).unwrap_or(1);

    let features = match operands.features {
        Some(features) => {
            let (rows, columns) = op.matrix("features", features)?;
            if columns != key_size {
                return Err(op.error(
                    format!("`features` to have {key_size} columns, as `query` has"),
                    columns.to_string(),
                ));
            }
            Some((rows, op.floats("features", features)?))
        }
        None => None,
    };
    let size = features.map_or(key_size, |(rows, _)| rows);
    let phi = |x: &[f64], any_factor| features_of(x, options.feature_map, features, any_factor);
    let token_count = element_count(batch)? * heads * steps;
    let (queries, keys) = (op.floats("query", query)?, op.floats("key", key)?);
    let keys: Vec<Vec<f64>> = rows(keys, token_count, key_size)
        .map(|key| phi(key, false))
        .collect();
    let values = op.floats("value", value)?;

    let decays = operands.decay.map(|decay| {
        let per_head = decay.shape().len() == query.shape().len() - 1;
        let last = [steps, size];
        let shape = of_heads(if per_head { &last[..1] } else { &last });
        shown(op, "decay", decay, &shape).map(|values| (values, if per_head { 1 } else { size }))
    });
    let decays = decays.transpose()?;
    let betas = operands
        .beta
        .map(|beta| shown(op, "beta", beta, &of_heads(&[steps])))
        .transpose()?;
    let state_shape = of_heads(&[size, value_size]);
    let mut states = first(op, "state", operands.state, &state_shape)?;
    let normalizer_shape = of_heads(&[size]);
    let mut normalizers = first(op, "normalizer", operands.normalizer, &normalizer_shape)?;

    let scale = options.scale.unwrap_or(if options.normalize {
        1.0
    } else {
        // Without keys nothing is read, and any scale does.
        1.0 / (key_size.max(1) as f64).sqrt()
    });
    let output_shape = [batch, &[query_heads, steps, value_size]].concat();
    let mut output = Tensor::zeros(ElementType::F64, output_shape.as_slice())?.to_f64s();
    for sequence in 0..element_count(batch)? * heads {
        // Values that are 1 stand behind the others: what they feed is z.
        let columns = value_size + 1;
        let mut s: Vec<f64> = (0..size)
            .flat_map(|row| {
                let at = sequence * size + row;
                let z = normalizers[at];
                let row = states[at * value_size..][..value_size].to_vec();
                row.into_iter().chain([z])
            })
            .collect();
        let mut read = |s: &[f64], t: usize| {
            for member in 0..group {
                let at = (sequence * group + member) * steps + t;
                // A mean is the same for any factor.
                let q = phi(&queries[at * key_size..][..key_size], options.normalize);
                let sums = contract(s, &q, columns);
                let divisor = if options.normalize {
                    sums[value_size]
                } else {
                    1.0
                };
                for (column, sum) in sums[..value_size].iter().enumerate() {
                    output[at * value_size + column] = match divisor {
                        0.0 => 0.0,
                        divisor => scale * sum / divisor,
                    };
                }
            }
        };
        for t in 0..steps {
            let step = sequence * steps + t;
            let k = &keys[step];
            if let Some((decays, width)) = &decays {
                for (row, s) in s.chunks_mut(columns).enumerate() {
                    let decay = decays[step * width + row % width];
                    s.iter_mut().for_each(|s| *s *= libm::exp(decay));
                }
            }
            let mut v = values[step * value_size..][..value_size].to_vec();
            v.push(1.0);
            if let Some(betas) = &betas {
                let found = contract(&s, k, columns);
                for (v, found) in v.iter_mut().zip(found) {
                    *v = betas[step] * (*v - found);
                }
            }
            for (s, k) in s.chunks_mut(columns).zip(k) {
                s.iter_mut().zip(&v).for_each(|(s, v)| *s += k * v);
            }
            if options.causal {
                read(&s, t);
            }
        }
        if !options.causal {
            (0..steps).for_each(|t| read(&s, t));
        }
        for (row, s) in s.chunks(columns).enumerate() {
            let at = sequence * size + row;
            states[at * value_size..][..value_size].copy_from_slice(&s[..value_size]);
            normalizers[at] = s[value_size];
        }
    }

    let element = query.element_type();
    let like = |state: Option<&Tensor>| state.map_or(element, Tensor::element_type);
    let mut results = vec![
        Tensor::from_floats(element, output_shape, output)?,
        Tensor::from_floats(like(operands.state), state_shape, states)?,
    ];
    if options.normalize {
        let element = like(operands.normalizer);
        results.push(Tensor::from_floats(element, normalizer_shape, normalizers)?);
    }
    Ok(results)
}

/// Checks that each operand is present which the options ask for, and no other.
fn check_presence(
    op: Op,
    operands: &AttentionOperands<'_>,
    options: AttentionOptions,
) -> Result<(), Error> {
    let (rule, map) = (options.rule, options.feature_map);
    let gated = matches!(rule, UpdateRule::Gated | UpdateRule::GatedDelta);
    let delta = matches!(rule, UpdateRule::Delta | UpdateRule::GatedDelta);
    let carries = operands.state.is_some();
    for (name, operand, wanted) in [
        ("decay", operands.decay, gated),
        ("beta", operands.beta, delta),
        (
            "features",
            operands.features,
            map == FeatureMap::PositiveRandom,
        ),
        (
            "normalizer",
            operands.normalizer,
            carries && options.normalize,
        ),
    ] {
        if operand.is_some() != wanted {
            let [expected, actual] = if wanted { ["", "none"] } else { ["no ", "one"] };
            return Err(op.error(format!("{expected}`{name}` with {options:?}"), actual));
        }
    }
    Ok(())
}

/// φ of a query or a key; with `any_factor` times any positive number: random
/// features so that the largest does not vanish.
fn features_of(
    x: &[f64],
    map: FeatureMap,
    features: Option<(usize, &[f64])>,
    any_factor: bool,
) -> Vec<f64> {
    let each = |function: fn(f64) -> f64| x.iter().map(|&x| function(x)).collect();
    match (map, features) {
        (FeatureMap::EluPlusOne, _) => each(|x| if x > 0.0 { x + 1.0 } else { libm::exp(x) }),
        (FeatureMap::Relu, _) => each(relu_value),
        (FeatureMap::PositiveRandom, Some((count, omega))) => {
            let norm: f64 = x.iter().map(|x| x * x).sum();
            let exponents: Vec<f64> = rows(omega, count, x.len())
                .map(|row| {
                    let dot: f64 = row.iter().zip(x).map(|(omega, x)| omega * x).sum();
                    dot - norm / 2.0
                })
                .collect();
            let largest = match any_factor {
                true => exponents.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                false => 0.0,
            };
            let feature = |exponent| libm::exp(exponent - largest) / (count as f64).sqrt();
            exponents.into_iter().map(feature).collect()
        }
        _ => x.to_vec(),
    }
}

/// Σ_rows k S, for each column of S.
fn contract(s: &[f64], k: &[f64], columns: usize) -> Vec<f64> {
    let column = |column: usize| s.iter().skip(column).step_by(columns);
    (0..columns)
        .map(|at| column(at).zip(k).map(|(s, k)| s * k).sum())
        .collect()
}

/// The values that broadcasting an operand shows, in row-major order.
fn shown(op: Op, name: &str, operand: &Tensor, shape: &[usize]) -> Result<Vec<f64>, Error> {
    let values = op.floats(name, operand)?;
    if operand.shape().len() != shape.len()
        || broadcast(operand.shape(), shape).as_deref() != Some(shape)
    {
        return Err(op.error(
            format!("`{name}` to broadcast to {shape:?}"),
            format!("{:?}", operand.shape()),
        ));
    }
    let at = |offset| broadcast_offset(&unravel(shape, offset), operand.shape());
    Ok((0..element_count(shape)?)
        .map(|offset| values[at(offset)])
        .collect())
}

/// The values of a state before the first token, 0 when absent.
fn first(op: Op, name: &str, state: Option<&Tensor>, shape: &[usize]) -> Result<Vec<f64>, Error> {
    let Some(state) = state else {
        return Ok(Tensor::zeros(ElementType::F64, shape)?.to_f64s());
    };
    let what = "the shape that `key` and `value` ask for";
    op.shape(name, state, what, shape)?;
    Ok(op.floats(name, state)?.to_vec())
}
