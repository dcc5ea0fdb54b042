//! A model's parameters as attributes, to be shared by its functions.

use super::{BitLinear, Layer, Model};
use crate::import::{Error, body::parse_attribute, lookup::Table, tensor::FloatType};
use fidelity_dialect::Storage;
use melior::{
    Context,
    ir::{
        Attribute, Type,
        attribute::{DenseElementsAttribute, FloatAttribute},
        r#type::{IntegerType, RankedTensorType},
    },
};
use ods_bridge::{ResourceBytes, dense_resource};

/// The parameters of a model, each a resource under its name in the checkpoint.
pub struct Constants<'c> {
    pub embeddings: Table<'c>,
    pub layers: Vec<LayerConstants<'c>>,
    pub norm: Attribute<'c>,
    pub lm_head: LinearConstants<'c>,
}

/// The parameters of a [`Layer`], in its order.
pub struct LayerConstants<'c> {
    pub name: String,
    pub attn_norm: Attribute<'c>,
    pub i_proj: LinearConstants<'c>,
    pub f_proj: LinearConstants<'c>,
    pub g_proj: LinearConstants<'c>,
    pub g_norm: Attribute<'c>,
    pub o_proj: LinearConstants<'c>,
    pub lower_bound: Option<Attribute<'c>>,
    pub mlp_norm: Attribute<'c>,
    pub gate_proj: LinearConstants<'c>,
    pub down_proj: LinearConstants<'c>,
}

/// The parameters of a [`BitLinear`].
pub struct LinearConstants<'c> {
    pub name: String,
    pub norm: Attribute<'c>,
    pub weights: Attribute<'c>,
    pub scale: Attribute<'c>,
    /// N.
    pub rows: usize,
}

impl<'c> Constants<'c> {
    /// Moves the parameters of `model` into the context.
    pub fn new(context: &'c Context, model: Model) -> Result<Self, Error> {
        let maker = Maker {
            context,
            f32: Type::float32(context),
            i8: IntegerType::new(context, 8).into(),
        };
        let element = match model.embeddings.element_type {
            FloatType::F16 => Type::float16(context),
            FloatType::Bf16 => Type::bfloat16(context),
            FloatType::F32 => Type::float32(context),
            FloatType::F64 => Type::float64(context),
        };
        let (rows, columns) = (model.config.vocab_size, model.config.hidden_size);
        Ok(Self {
            embeddings: Table {
                value: dense_resource(
                    "model.embeddings.weight",
                    RankedTensorType::new(&[rows as u64, columns as u64], element, None),
                    model.embeddings.bytes,
                ),
                element,
                rows,
                columns,
            },
            layers: model
                .layers
                .into_iter()
                .enumerate()
                .map(|(index, layer)| maker.layer(index, layer))
                .collect::<Result<_, _>>()?,
            norm: maker.vector("model.norm.weight", &model.norm),
            lm_head: maker.linear("lm_head".to_owned(), model.lm_head)?,
        })
    }
}

struct Maker<'c> {
    context: &'c Context,
    f32: Type<'c>,
    i8: Type<'c>,
}

impl<'c> Maker<'c> {
    fn layer(&self, index: usize, layer: Layer) -> Result<LayerConstants<'c>, Error> {
        let name = format!("model.layers.{index}");
        let part = |part: &str| format!("{name}.{part}");
        Ok(LayerConstants {
            attn_norm: self.vector(&part("attn_norm.weight"), &layer.attn_norm),
            i_proj: self.linear(part("attn.i_proj"), layer.i_proj)?,
            f_proj: self.linear(part("attn.f_proj"), layer.f_proj)?,
            g_proj: self.linear(part("attn.g_proj"), layer.g_proj)?,
            g_norm: self.vector(&part("attn.g_norm.weight"), &layer.g_norm),
            o_proj: self.linear(part("attn.o_proj"), layer.o_proj)?,
            lower_bound: layer
                .lower_bound
                .map(|bound| self.vector(&part("attn.lower_bound"), &bound)),
            mlp_norm: self.vector(&part("mlp_norm.weight"), &layer.mlp_norm),
            gate_proj: self.linear(part("mlp.gate_proj"), layer.gate_proj)?,
            down_proj: self.linear(part("mlp.down_proj"), layer.down_proj)?,
            name,
        })
    }

    fn linear(&self, name: String, linear: BitLinear) -> Result<LinearConstants<'c>, Error> {
        let weights = linear.weights;
        let scalar = RankedTensorType::new(&[], self.f32, None).into();
        let scale = FloatAttribute::new(self.context, self.f32, weights.scale);
        Ok(LinearConstants {
            norm: self.vector(&format!("{name}.norm.weight"), &linear.norm),
            weights: dense_resource(
                &format!("{name}.weight"),
                RankedTensorType::new(
                    &[weights.rows as u64, weights.columns as u64],
                    self.i8,
                    self.encoding(weights.storage)?,
                ),
                weights.bytes,
            ),
            scale: DenseElementsAttribute::new(scalar, &[scale.into()])?.into(),
            rows: weights.rows,
            name,
        })
    }

    /// The encoding that says a storage; none where it would say nothing.
    fn encoding(&self, storage: Storage) -> Result<Option<Attribute<'c>>, Error> {
        (storage != Storage::Dense)
            .then(|| {
                let text = format!("#fidelity.tensor<storage = {storage}>");
                parse_attribute(self.context, &text)
            })
            .transpose()
    }

    fn vector(&self, name: &str, values: &[f32]) -> Attribute<'c> {
        let mut bytes = ResourceBytes::zeroed(4 * values.len());
        for (target, value) in bytes.as_chunks_mut().0.iter_mut().zip(values) {
            *target = value.to_le_bytes();
        }
        dense_resource(
            name,
            RankedTensorType::new(&[values.len() as u64], self.f32, None),
            bytes,
        )
    }
}
