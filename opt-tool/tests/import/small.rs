//! A small checkpoint that tests change and write.

use fidelity_tools::import::{Model, Storage, import_hgrn_bit};
use half::{bf16, f16};
use safetensors::{Dtype, tensor::TensorView};
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};
use tempfile::TempDir;

/// Tokens, channels, and channels of the feed-forward layer; the last is not a
/// multiple of the four trits of a byte.
pub const V: usize = 6;
pub const D: usize = 4;
pub const F: usize = 5;

pub struct Small {
    pub config: Value,
    pub tensors: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>,
}

impl Small {
    /// Two layers with every tensor of the family, in f32.
    pub fn new() -> Self {
        Self::with_recurrent_size(D)
    }

    /// The same with that many channels of the recurrence.
    pub fn with_recurrent_size(c: usize) -> Self {
        let mut small = Self {
            config: json!({
                "model_type": "hgrn_bit",
                "vocab_size": V,
                "hidden_size": D,
                "intermediate_size": F,
                "num_hidden_layers": 2,
            }),
            tensors: BTreeMap::new(),
        };
        small.add("model.embeddings.weight", &[V, D]);
        small.add("model.lower_bounds", &[2, D]);
        for layer in 0..2 {
            let mut add = |part: &str, shape: &[usize]| {
                small.add(&format!("model.layers.{layer}.{part}"), shape);
            };
            add("attn_norm.weight", &[D]);
            for (part, n, k) in [
                ("attn.i_proj", c, D),
                ("attn.f_proj", c, D),
                ("attn.g_proj", c, D),
                ("attn.o_proj", D, c),
                ("mlp.gate_proj", 2 * F, D),
                ("mlp.down_proj", D, F),
            ] {
                add(&format!("{part}.weight"), &[n, k]);
                add(&format!("{part}.norm.weight"), &[k]);
            }
            add("attn.g_norm.weight", &[c]);
            add("mlp_norm.weight", &[D]);
        }
        small.add("model.norm.weight", &[D]);
        small.add("lm_head.weight", &[V, D]);
        small.add("lm_head.norm.weight", &[D]);
        small
    }

    /// Adds a tensor of values that are exact in every float type.
    pub fn add(&mut self, name: &str, shape: &[usize]) {
        let count = shape.iter().product::<usize>();
        let seed = name.len() + self.tensors.len();
        let values = (0..count).map(|index| ((index * 37 + seed * 11) % 64) as f32 / 32.0 - 1.0);
        self.set(name, shape, &values.collect::<Vec<_>>());
    }

    pub fn set(&mut self, name: &str, shape: &[usize], values: &[f32]) {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.tensors.insert(
            name.to_owned(),
            (Dtype::F32, shape.to_vec(), bytes.collect()),
        );
    }

    /// The values of an f32 tensor.
    pub fn values(&self, name: &str) -> Vec<f32> {
        let (_, _, bytes) = &self.tensors[name];
        bytes
            .as_chunks()
            .0
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect()
    }

    /// Gives every tensor another float type.
    pub fn convert(&mut self, r#type: Dtype) {
        for name in self.tensors.keys().cloned().collect::<Vec<_>>() {
            let values = self.values(&name);
            let (old, _, bytes) = self.tensors.get_mut(&name).expect("a tensor");
            *old = r#type;
            *bytes = values
                .iter()
                .flat_map(|&value| match r#type {
                    Dtype::F16 => f16::from_f32(value).to_le_bytes().to_vec(),
                    Dtype::BF16 => bf16::from_f32(value).to_le_bytes().to_vec(),
                    Dtype::F64 => f64::from(value).to_le_bytes().to_vec(),
                    _ => value.to_le_bytes().to_vec(),
                })
                .collect();
        }
    }

    /// Writes `config.json` and `model.safetensors`.
    pub fn write(&self) -> TempDir {
        let directory = self.write_config();
        self.write_shard(&directory.path().join("model.safetensors"), |_| true);
        directory
    }

    pub fn write_config(&self) -> TempDir {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::write(
            directory.path().join("config.json"),
            self.config.to_string(),
        )
        .expect("a written file");
        directory
    }

    /// Writes the tensors that `keep` picks by name.
    pub fn write_shard(&self, file: &Path, keep: impl Fn(&str) -> bool) {
        let views = self.tensors.iter().filter(|(name, _)| keep(name)).map(
            |(name, (r#type, shape, bytes))| {
                let view = TensorView::new(*r#type, shape.clone(), bytes).expect("a valid tensor");
                (name, view)
            },
        );
        safetensors::serialize_to_file(views, None, file).expect("a written file");
    }

    pub fn import(&self) -> Result<Model, String> {
        import(&self.write())
    }
}

/// Imports, and gives an error without the path of the directory.
pub fn import(directory: &TempDir) -> Result<Model, String> {
    import_hgrn_bit(directory.path(), Storage::Packed2, &mut |_| {}).map_err(|error| {
        let path = directory.path().display().to_string();
        error
            .to_string()
            .replace(&format!("{path}/"), "")
            .replace(&path, "DIRECTORY")
    })
}
