//! The ops of one layer, and of the parts that layers and the head share.

use super::{
    Config,
    constants::{LayerConstants, LinearConstants},
};
use crate::import::{
    Error,
    body::{Body, DYNAMIC},
};
use melior::ir::{Attribute, Value, ValueLike, attribute::DenseI64ArrayAttribute};

/// ε of the norm inside of a ternary layer, a constant of the model and no
/// field of its configuration.
const BIT_LINEAR_EPSILON: f64 = 1e-8;

/// Writes layers over `[T, …]` values, T being `count`, or 1 without it.
pub struct LayerWriter<'m, 'c, 'b> {
    pub config: &'m Config,
    pub count: Option<Value<'c, 'b>>,
}

impl<'c, 'b> LayerWriter<'_, 'c, 'b> {
    /// A layer: the residual stream after it, and its last state.
    ///
    /// ```text
    /// h = rms(x)    f = b + (1 − b) ⊙ σ(f_proj h)    S_t = f ⊙ S_{t−1} + (1 − f) ⊙ silu(i_proj h)
    ///               x += o_proj (silu(S) ⊙ rms(g_proj h))
    /// h = rms(x)    [a, b] = gate_proj h             x += down_proj (silu(a) ⊙ b)
    /// ```
    pub fn layer(
        &self,
        body: Body<'c, 'b>,
        x: Value<'c, 'b>,
        state: Option<Value<'c, 'b>>,
        layer: &LayerConstants<'c>,
    ) -> Result<(Value<'c, 'b>, Value<'c, 'b>), Error> {
        let at = |part: &str| body.at(&format!("{}.{part}", layer.name));

        let h = self.rms_norm(at("attn_norm"), x, layer.attn_norm)?;
        let forget = self.bit_linear(body, h, &layer.f_proj)?;
        let candidate = self.bit_linear(body, h, &layer.i_proj)?;
        let bound = layer
            .lower_bound
            .map(|bound| at("attn.lower_bound").constant(bound))
            .transpose()?;
        let [mixed, last] = self.mlgru(at("attn"), forget, candidate, state, bound)?;
        let output = self.bit_linear(body, h, &layer.g_proj)?;
        let output = self.rms_norm(at("attn.g_norm"), output, layer.g_norm)?;
        let output = self.swiglu(at("attn.g_norm"), mixed, output)?;
        let output = self.bit_linear(body, output, &layer.o_proj)?;
        let x = self.add(at("attn"), x, output)?;

        let h = self.rms_norm(at("mlp_norm"), x, layer.mlp_norm)?;
        let halves = self.bit_linear(body, h, &layer.gate_proj)?;
        let size = self.config.intermediate_size;
        let gate = self.columns(at("mlp"), halves, 0, size)?;
        let up = self.columns(at("mlp"), halves, size, size)?;
        let h = self.swiglu(at("mlp"), gate, up)?;
        let h = self.bit_linear(body, h, &layer.down_proj)?;
        let x = self.add(at("mlp"), x, h)?;
        Ok((x, last))
    }

    /// `fidelity.rms_norm` with the ε of the configuration.
    pub fn rms_norm(
        &self,
        body: Body<'c, 'b>,
        x: Value<'c, 'b>,
        weight: Attribute<'c>,
    ) -> Result<Value<'c, 'b>, Error> {
        let weight = body.constant(weight)?;
        let epsilon = ("epsilon", body.f64(self.config.rms_norm_eps));
        let [y] = body.op("fidelity.rms_norm", &[x, weight], [x.r#type()], &[epsilon])?;
        Ok(y)
    }

    /// `fidelity.bit_linear`, with its constants.
    pub fn bit_linear(
        &self,
        body: Body<'c, 'b>,
        x: Value<'c, 'b>,
        linear: &LinearConstants<'c>,
    ) -> Result<Value<'c, 'b>, Error> {
        let body = body.at(&linear.name);
        let weights = body.constant(linear.weights)?;
        let scale = body.constant(linear.scale)?;
        let norm = body.constant(linear.norm)?;
        let [y] = body.op(
            "fidelity.bit_linear",
            &[x, weights, scale, norm],
            [body.f32_tensor(&[self.rows(), linear.rows as u64])],
            &[
                ("epsilon", body.f64(BIT_LINEAR_EPSILON)),
                // x, weights, scale, norm, and no bias.
                body.segments(&[1, 1, 1, 1, 0]),
            ],
        )?;
        Ok(y)
    }

    /// `fidelity.mlgru` with a silu candidate: its output and last state.
    fn mlgru(
        &self,
        body: Body<'c, 'b>,
        forget: Value<'c, 'b>,
        candidate: Value<'c, 'b>,
        state: Option<Value<'c, 'b>>,
        lower_bound: Option<Value<'c, 'b>>,
    ) -> Result<[Value<'c, 'b>; 2], Error> {
        let mut operands = vec![forget, candidate];
        operands.extend(state);
        operands.extend(lower_bound);
        let last = body.f32_tensor(&[self.config.recurrent_size as u64]);
        let present = |value: Option<Value<'c, 'b>>| i32::from(value.is_some());
        body.op(
            "fidelity.mlgru",
            &operands,
            [forget.r#type(), last],
            // No gate: the norm of g_proj's output comes before the product.
            &[body.segments(&[1, 1, 0, present(state), present(lower_bound)])],
        )
    }

    /// `fidelity.swiglu`: silu(`gate`) ⊙ `up`.
    fn swiglu(
        &self,
        body: Body<'c, 'b>,
        gate: Value<'c, 'b>,
        up: Value<'c, 'b>,
    ) -> Result<Value<'c, 'b>, Error> {
        let [y] = body.op("fidelity.swiglu", &[gate, up], [gate.r#type()], &[])?;
        Ok(y)
    }

    /// `fidelity.add`.
    fn add(
        &self,
        body: Body<'c, 'b>,
        lhs: Value<'c, 'b>,
        rhs: Value<'c, 'b>,
    ) -> Result<Value<'c, 'b>, Error> {
        let [y] = body.op("fidelity.add", &[lhs, rhs], [lhs.r#type()], &[])?;
        Ok(y)
    }

    /// The `size` columns of `x` from `start`.
    fn columns(
        &self,
        body: Body<'c, 'b>,
        x: Value<'c, 'b>,
        start: usize,
        size: usize,
    ) -> Result<Value<'c, 'b>, Error> {
        let array = |values: [i64; 2]| DenseI64ArrayAttribute::new(body.context(), &values).into();
        let [y] = body.op(
            "tensor.extract_slice",
            &[&[x], self.count.as_slice()].concat(),
            [body.f32_tensor(&[self.rows(), size as u64])],
            &[
                ("static_offsets", array([0, start as i64])),
                ("static_sizes", array([self.rows() as i64, size as i64])),
                ("static_strides", array([1, 1])),
                body.segments(&[1, 0, i32::from(self.count.is_some()), 0]),
            ],
        )?;
        Ok(y)
    }

    /// T as a size of a type.
    fn rows(&self) -> u64 {
        self.count.map_or(1, |_| DYNAMIC)
    }
}
