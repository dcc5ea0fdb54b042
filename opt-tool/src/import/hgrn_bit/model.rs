//! The parameters of an HGRN-Bit model, ready to be constants of a module.

use super::Config;
use crate::import::{
    Checkpoint, Error, PackedTrits, Progress,
    tensor::{FloatType, Tensor},
    ternarize::ternarize,
};
use fidelity_dialect::Storage;
use std::{collections::HashSet, path::Path};

/// A model: its configuration and its parameters, the weights of the linear
/// layers as packed trits. Letters as in [`Config`]: V tokens, D channels of
/// the residual stream, C channels of the recurrence, F of the feed-forward
/// layer.
#[derive(Debug)]
pub struct Model {
    /// What `config.json` says.
    pub config: Config,
    /// The vector of each token, `[V, D]`.
    pub embeddings: Embeddings,
    /// The layers, in order.
    pub layers: Vec<Layer>,
    /// The weight of the last norm, `[D]`.
    pub norm: Vec<f32>,
    /// The layer that makes the logits, `[V, D]`.
    pub lm_head: BitLinear,
}

/// An embedding table in the type that the checkpoint has it in, or in f32
/// where that is f64.
#[derive(Debug)]
pub struct Embeddings {
    /// The type of the elements: F16, Bf16 or F32.
    pub element_type: FloatType,
    /// The elements, row-major and little-endian.
    pub bytes: ods_bridge::ResourceBytes,
}

/// A ternary layer with the norm of its input.
#[derive(Debug)]
pub struct BitLinear {
    /// The weight of the norm, `[K]`.
    pub norm: Vec<f32>,
    /// The trits, `[N, K]`, and their scale.
    pub weights: PackedTrits,
}

/// The parameters of one layer.
#[derive(Debug)]
pub struct Layer {
    /// The weight of the norm before the token mixer, `[D]`.
    pub attn_norm: Vec<f32>,
    /// The projection to the candidate, `[C, D]`.
    pub i_proj: BitLinear,
    /// The projection to the forget gate, `[C, D]`.
    pub f_proj: BitLinear,
    /// The projection to the output that the state gates, `[C, D]`.
    pub g_proj: BitLinear,
    /// The weight of the norm of that output, `[C]`.
    pub g_norm: Vec<f32>,
    /// The projection back to the residual stream, `[D, C]`.
    pub o_proj: BitLinear,
    /// The lower bound of the forget gate, `[C]`; absent where it is 0: in the
    /// first layer, and in a model without lower bounds.
    pub lower_bound: Option<Vec<f32>>,
    /// The weight of the norm before the feed-forward layer, `[D]`.
    pub mlp_norm: Vec<f32>,
    /// The two halves of the feed-forward layer, the gate first, `[2F, D]`.
    pub gate_proj: BitLinear,
    /// The projection back to the residual stream, `[D, F]`.
    pub down_proj: BitLinear,
}

/// Reads the model of a directory; see [`crate::import::import_hgrn_bit`].
pub fn read(
    directory: &Path,
    storage: Storage,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Model, Error> {
    let config = Config::read(&directory.join("config.json"))?;
    let checkpoint = Checkpoint::open(directory)?;
    let mut reader = Reader {
        checkpoint: &checkpoint,
        storage,
        progress,
        used: HashSet::new(),
        done: 0,
    };
    let model = reader.model(config)?;
    // Last, so that a wrong configuration is told by what it misses first.
    match checkpoint.names().find(|name| !reader.used.contains(*name)) {
        Some(name) => Err(checkpoint.unexpected(name)),
        None => Ok(model),
    }
}

/// Takes tensors out of a checkpoint, and remembers which.
struct Reader<'a, 'p> {
    checkpoint: &'a Checkpoint,
    storage: Storage,
    progress: &'p mut dyn FnMut(Progress<'_>),
    used: HashSet<&'a str>,
    done: usize,
}

impl<'a> Reader<'a, '_> {
    fn model(&mut self, config: Config) -> Result<Model, Error> {
        const EMBEDDINGS: &str = "model.embeddings.weight";
        const HEAD: &str = "lm_head.weight";
        let (v, d) = (config.vocab_size, config.hidden_size);
        let embeddings = self.take(EMBEDDINGS, &[v, d], |tensor| Embeddings::new(&tensor))?;
        let mut bounds = self.lower_bounds(&config)?.into_iter();
        // Grown as the layers are found: the count may be a wrong one.
        let mut layers = Vec::new();
        for index in 0..config.num_hidden_layers {
            layers.push(self.layer(&config, index, bounds.next().flatten())?);
        }
        let norm = self.vector("model.norm.weight", d)?;
        // Tied weights are written once, but some writers keep both names; the
        // embeddings are then what the published code takes.
        let head = if config.tie_word_embeddings {
            self.used
                .extend(self.checkpoint.names().find(|name| *name == HEAD));
            EMBEDDINGS
        } else {
            HEAD
        };
        let lm_head = BitLinear {
            norm: self.vector("lm_head.norm.weight", d)?,
            weights: self.ternary(head, &[v, d])?,
        };
        Ok(Model {
            config,
            embeddings,
            layers,
            norm,
            lm_head,
        })
    }

    fn layer(
        &mut self,
        config: &Config,
        index: usize,
        lower_bound: Option<Vec<f32>>,
    ) -> Result<Layer, Error> {
        let (d, c, f) = (
            config.hidden_size,
            config.recurrent_size,
            config.intermediate_size,
        );
        let name = |part: &str| format!("model.layers.{index}.{part}");
        Ok(Layer {
            attn_norm: self.vector(&name("attn_norm.weight"), d)?,
            i_proj: self.bit_linear(&name("attn.i_proj"), [c, d])?,
            f_proj: self.bit_linear(&name("attn.f_proj"), [c, d])?,
            g_proj: self.bit_linear(&name("attn.g_proj"), [c, d])?,
            g_norm: self.vector(&name("attn.g_norm.weight"), c)?,
            o_proj: self.bit_linear(&name("attn.o_proj"), [d, c])?,
            lower_bound,
            mlp_norm: self.vector(&name("mlp_norm.weight"), d)?,
            gate_proj: self.bit_linear(&name("mlp.gate_proj"), [2 * f, d])?,
            down_proj: self.bit_linear(&name("mlp.down_proj"), [d, f])?,
        })
    }

    /// The lower bound of each layer; none for a model without them.
    fn lower_bounds(&mut self, config: &Config) -> Result<Vec<Option<Vec<f32>>>, Error> {
        if !config.use_lower_bound {
            return Ok(Vec::new());
        }
        let shape = [config.num_hidden_layers, config.hidden_size];
        self.take("model.lower_bounds", &shape, |tensor| {
            Ok(lower_bounds(&tensor.to_vec()?, config.hidden_size))
        })
    }

    fn bit_linear(&mut self, name: &str, shape: [usize; 2]) -> Result<BitLinear, Error> {
        Ok(BitLinear {
            norm: self.vector(&format!("{name}.norm.weight"), shape[1])?,
            weights: self.ternary(&format!("{name}.weight"), &shape)?,
        })
    }

    fn ternary(&mut self, name: &str, shape: &[usize]) -> Result<PackedTrits, Error> {
        let storage = self.storage;
        self.take(name, shape, |tensor| ternarize(&tensor, storage))
    }

    fn vector(&mut self, name: &str, size: usize) -> Result<Vec<f32>, Error> {
        self.take(name, &[size], |tensor| tensor.to_vec())
    }

    fn take<T>(
        &mut self,
        name: &str,
        shape: &[usize],
        read: impl FnOnce(Tensor<'a>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let tensor = self.checkpoint.tensor(name, shape)?;
        let value = read(tensor)?;
        if self.used.insert(tensor.name()) {
            self.done += tensor.bytes().len();
        }
        (self.progress)(Progress {
            tensor: name,
            done: self.done,
            total: self.checkpoint.size(),
        });
        Ok(value)
    }
}

impl Embeddings {
    fn new(table: &Tensor<'_>) -> Result<Self, Error> {
        let columns = table.shape().last().copied().unwrap_or(1);
        let rows = table.shape().iter().product::<usize>() / columns.max(1);
        let element_type = match table.r#type() {
            FloatType::F64 => FloatType::F32,
            other => other,
        };
        let mut bytes = ods_bridge::ResourceBytes::zeroed(rows * columns * element_type.size());
        let mut row = vec![0.0; columns];
        for index in 0..rows {
            // Halves are only checked here, and copied below.
            table.read(index * columns, &mut row)?;
            if element_type == FloatType::F32 {
                let target = &mut bytes[4 * index * columns..];
                for (target, value) in target.as_chunks_mut().0.iter_mut().zip(&row) {
                    *target = value.to_le_bytes();
                }
            }
        }
        if element_type != FloatType::F32 {
            bytes.copy_from_slice(table.bytes());
        }
        Ok(Self {
            element_type,
            bytes,
        })
    }
}

/// The lower bounds of the forget gates, from the parameters `[L, D]`:
///
/// ```text
/// P = softmax over the layers    b_l = P_0 + … + P_l − P_0
/// ```
///
/// (HGRN, arXiv 2311.04823). b_0 is 0 and left out.
fn lower_bounds(parameters: &[f32], columns: usize) -> Vec<Option<Vec<f32>>> {
    let layers = parameters.chunks_exact(columns);
    let mut largest = vec![f64::NEG_INFINITY; columns];
    for layer in layers.clone() {
        for (largest, &value) in largest.iter_mut().zip(layer) {
            *largest = largest.max(f64::from(value));
        }
    }
    let exponentials = layers
        .map(|layer| {
            layer
                .iter()
                .zip(&largest)
                .map(|(&value, largest)| (f64::from(value) - largest).exp())
                .collect::<Vec<_>>()
        })
        .collect::<Vec<_>>();
    let mut sums = vec![0.0; columns];
    for layer in &exponentials {
        for (sum, value) in sums.iter_mut().zip(layer) {
            *sum += value;
        }
    }
    let mut bound = vec![0.0; columns];
    exponentials
        .iter()
        .enumerate()
        .map(|(index, layer)| {
            (index > 0).then(|| {
                for ((bound, value), sum) in bound.iter_mut().zip(layer).zip(&sums) {
                    *bound += value / sum;
                }
                bound.iter().map(|&bound| bound as f32).collect()
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    // Equal parameters make equal shares; ln 2 over 0 makes shares of 2 to 1;
    // parameters that overflow exp do not overflow the softmax.
    #[test]
    fn lower_bounds_follow_the_equation() {
        let ln2 = std::f32::consts::LN_2;
        let parameters = [0.0, ln2, 2000.0, 0.0, 0.0, 2000.0, 0.0, 0.0, -2000.0];
        let bounds = lower_bounds(&parameters, 3);
        assert_eq!(bounds[0], None);
        for (bound, expected) in bounds[1..]
            .iter()
            .flatten()
            .zip([[1.0 / 3.0, 0.25, 0.5], [2.0 / 3.0, 0.5, 0.5]])
        {
            for (value, expected) in bound.iter().zip(expected) {
                assert!((value - expected as f32).abs() < 1e-6, "{bounds:?}");
            }
        }
        assert_eq!(bounds.len(), 3);
    }
}
