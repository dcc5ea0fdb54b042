//! `config.json` of an HGRN-Bit model.

use crate::import::{Error, json::Fields};
use std::path::Path;

/// The name of the family in `config.json`.
pub const MODEL_TYPE: &str = "hgrn_bit";

/// What `config.json` says of a model, checked and with its defaults.
///
/// The fields and their defaults are those of `HGRNBitConfig` in the published
/// code of MatMul-free LM (arXiv 2406.02528). Not kept, because inference does
/// not depend on them: `initializer_range`, `fuse_cross_entropy`, `use_cache`,
/// `max_position_embeddings` (a recurrence has no positions), `conv_size` and
/// `share_conv_kernel` (of the short convolutions, which are refused), and
/// `num_heads`: heads only cut the channels of an elementwise recurrence into
/// groups, and the norm of its gate spans all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// V, the number of tokens.
    pub vocab_size: usize,
    /// D, the width of the residual stream.
    pub hidden_size: usize,
    /// The number of layers.
    pub num_hidden_layers: usize,
    /// The channels of the recurrence: ⌊`hidden_size` · `expand_ratio`⌋.
    pub recurrent_size: usize,
    /// The width of each half of the gated feed-forward layer.
    pub intermediate_size: usize,
    /// ε of the norms, but for those inside of the ternary layers.
    pub rms_norm_eps: f64,
    /// Whether the forget gates have learned lower bounds.
    pub use_lower_bound: bool,
    /// Whether the head's weights are those of the embeddings.
    pub tie_word_embeddings: bool,
    /// The token that begins a text, if the checkpoint has one.
    pub bos_token_id: Option<usize>,
    /// The token that ends a text, if the checkpoint has one.
    pub eos_token_id: Option<usize>,
}

impl Config {
    /// Reads and checks `config.json`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, a field has a value that it cannot have,
    /// or the model is one that cannot be imported: another family, an
    /// `attn_mode` other than `fused_recurrent`, an activation other than
    /// silu, short convolutions, a quantised checkpoint, or lower bounds of
    /// another width than the recurrence's.
    pub fn read(file: &Path) -> Result<Self, Error> {
        let fields = Fields::read(file)?;
        if fields.get("model_type").and_then(|value| value.as_str()) != Some(MODEL_TYPE) {
            return Err(fields.expected("model_type", &format!("{MODEL_TYPE:?}")));
        }
        fields.one_of("attn_mode", &["fused_recurrent"])?;
        fields.one_of("hidden_act", &["swish", "silu"])?;
        // The published code defines the convolutions but calls them with the
        // wrong arguments, so no checkpoint can have been trained with them.
        if fields.flag("use_short_conv", false)? {
            return Err(fields.expected("use_short_conv", "false"));
        }
        if fields.get("quantization_config").is_some() {
            return Err(fields.expected("quantization_config", "to be absent"));
        }

        let vocab_size = fields.size("vocab_size", 32_000)?;
        let hidden_size = fields.size("hidden_size", 2_048)?;
        let recurrent_size = recurrent_size(&fields, hidden_size)?;
        let use_lower_bound = fields.flag("use_lower_bound", true)?;
        // The bounds are stored `[layers, hidden_size]`.
        if use_lower_bound && recurrent_size != hidden_size {
            return Err(fields.expected("expand_ratio", "1 where use_lower_bound is true"));
        }
        Ok(Self {
            vocab_size,
            hidden_size,
            num_hidden_layers: fields.size("num_hidden_layers", 24)?,
            recurrent_size,
            intermediate_size: intermediate_size(&fields, hidden_size)?,
            rms_norm_eps: fields.positive("rms_norm_eps", 1e-6)?,
            use_lower_bound,
            tie_word_embeddings: fields.flag("tie_word_embeddings", false)?,
            bos_token_id: fields.token("bos_token_id", vocab_size)?,
            eos_token_id: fields.token("eos_token_id", vocab_size)?,
        })
    }
}

/// ⌊`hidden_size` · `expand_ratio`⌋, which the heads divide.
fn recurrent_size(fields: &Fields<'_>, hidden_size: usize) -> Result<usize, Error> {
    let size = hidden_size as f64 * fields.positive("expand_ratio", 1.0)?;
    if !(1.0..=f64::from(i32::MAX)).contains(&size) {
        return Err(fields.expected(
            "expand_ratio",
            &format!("to make from hidden_size {hidden_size} a size from 1 to 2147483647"),
        ));
    }
    let size = size as usize;
    let heads = fields.size("num_heads", 1)?;
    for (what, channels) in [("hidden_size", hidden_size), ("recurrent channels", size)] {
        if !channels.is_multiple_of(heads) {
            return Err(fields.expected("num_heads", &format!("to divide {what} {channels}")));
        }
    }
    Ok(size)
}

/// `intermediate_size`, or without it the multiple of 256 that is not below
/// two thirds of `hidden_size` · `hidden_ratio`.
fn intermediate_size(fields: &Fields<'_>, hidden_size: usize) -> Result<usize, Error> {
    if fields.get("intermediate_size").is_some() {
        return fields.size("intermediate_size", 0);
    }
    let least = hidden_size as f64 * fields.positive("hidden_ratio", 4.0)? * 2.0 / 3.0;
    if !(1.0..=f64::from(i32::MAX - 256)).contains(&least) {
        return Err(fields.expected(
            "hidden_ratio",
            &format!("to make from hidden_size {hidden_size} a size from 1 to 2147483391"),
        ));
    }
    Ok((least as usize).next_multiple_of(256))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn read(text: &str) -> Result<Config, String> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("config.json");
        std::fs::write(&file, text).expect("a written file");
        Config::read(&file).map_err(|error| {
            let message = error.to_string();
            let prefix = format!("{}/", directory.path().display());
            message.strip_prefix(&prefix).unwrap_or(&message).to_owned()
        })
    }

    fn read_field(field: &str) -> Result<Config, String> {
        read(&format!(r#"{{"model_type": "hgrn_bit", {field}}}"#))
    }

    // What the published 1.3B checkpoint is: all defaults.
    #[test]
    fn absent_fields_take_the_published_defaults() {
        let expected = Config {
            vocab_size: 32_000,
            hidden_size: 2_048,
            num_hidden_layers: 24,
            recurrent_size: 2_048,
            intermediate_size: 5_632,
            rms_norm_eps: 1e-6,
            use_lower_bound: true,
            tie_word_embeddings: false,
            bos_token_id: None,
            eos_token_id: None,
        };
        assert_eq!(read(r#"{"model_type": "hgrn_bit"}"#), Ok(expected));
    }

    #[test]
    fn reads_every_field() {
        let config = read(
            r#"{
                "model_type": "hgrn_bit", "architectures": ["HGRNBitForCausalLM"],
                "attn_mode": "fused_recurrent", "bos_token_id": 1, "conv_size": 4,
                "eos_token_id": 2, "expand_ratio": 1.5, "fuse_cross_entropy": true,
                "hidden_act": "silu", "hidden_ratio": null, "hidden_size": 2560,
                "initializer_range": 0.02, "intermediate_size": null,
                "max_position_embeddings": 2048, "num_heads": 4,
                "num_hidden_layers": 32, "rms_norm_eps": 1e-5,
                "share_conv_kernel": true, "tie_word_embeddings": true,
                "torch_dtype": "float16", "use_cache": true,
                "use_lower_bound": false, "use_short_conv": false,
                "vocab_size": 50000, "quantization_config": null
            }"#,
        );
        let expected = Config {
            vocab_size: 50_000,
            hidden_size: 2_560,
            num_hidden_layers: 32,
            recurrent_size: 3_840,
            intermediate_size: 6_912,
            rms_norm_eps: 1e-5,
            use_lower_bound: false,
            tie_word_embeddings: true,
            bos_token_id: Some(1),
            eos_token_id: Some(2),
        };
        assert_eq!(config, Ok(expected));
    }

    #[test]
    fn refuses_what_it_cannot_import() {
        for (field, message) in [
            (
                r#""use_short_conv": true"#,
                "expected use_short_conv false, but got true",
            ),
            (
                r#""attn_mode": "chunk""#,
                r#"expected attn_mode "fused_recurrent", but got "chunk""#,
            ),
            (
                r#""hidden_act": "gelu""#,
                r#"expected hidden_act "swish" or "silu", but got "gelu""#,
            ),
            (
                r#""quantization_config": {"bits": 2}"#,
                r#"expected quantization_config to be absent, but got {"bits":2}"#,
            ),
            (
                r#""expand_ratio": 2"#,
                "expected expand_ratio 1 where use_lower_bound is true, but got 2",
            ),
        ] {
            assert_eq!(read_field(field), Err(format!("config.json: {message}")));
        }
    }

    #[test]
    fn refuses_another_family() {
        assert_eq!(
            read(r#"{"model_type": "llama"}"#),
            Err(r#"config.json: expected model_type "hgrn_bit", but got "llama""#.to_owned())
        );
        assert_eq!(
            read("{}"),
            Err(r#"config.json: expected model_type "hgrn_bit", but got none"#.to_owned())
        );
    }

    #[test]
    fn refuses_values_out_of_range() {
        for (field, message) in [
            (
                r#""hidden_size": 0"#,
                "expected hidden_size to be an integer from 1 to 2147483647, but got 0",
            ),
            (
                r#""vocab_size": 4294967296"#,
                "expected vocab_size to be an integer from 1 to 2147483647, but got 4294967296",
            ),
            (
                r#""num_hidden_layers": "24""#,
                "expected num_hidden_layers to be an integer from 1 to 2147483647, but got \"24\"",
            ),
            (
                r#""num_heads": 3"#,
                "expected num_heads to divide hidden_size 2048, but got 3",
            ),
            (
                r#""rms_norm_eps": 0.0"#,
                "expected rms_norm_eps to be a number above 0, but got 0.0",
            ),
            (
                r#""use_lower_bound": 1"#,
                "expected use_lower_bound to be true or false, but got 1",
            ),
            (
                r#""expand_ratio": 1e300"#,
                "expected expand_ratio to make from hidden_size 2048 a size from 1 to 2147483647, \
                 but got 1e+300",
            ),
            (
                r#""hidden_ratio": 1e300"#,
                "expected hidden_ratio to make from hidden_size 2048 a size from 1 to 2147483391, \
                 but got 1e+300",
            ),
            (
                r#""eos_token_id": 32000"#,
                "expected eos_token_id to be an integer below 32000, but got 32000",
            ),
        ] {
            assert_eq!(read_field(field), Err(format!("config.json: {message}")));
        }
    }

    #[test]
    fn refuses_what_is_not_an_object() {
        assert_eq!(
            read("[1]"),
            Err("config.json: expected a JSON object, but got [1]".to_owned())
        );
        assert_eq!(
            read("{"),
            Err(
                "config.json: expected JSON, but got EOF while parsing an object at line 1 column 1"
                    .to_owned()
            )
        );
    }
}
