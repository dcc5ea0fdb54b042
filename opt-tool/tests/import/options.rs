//! What the configuration of the family can ask for.

use crate::small::{D, F, Small, V, import};
use fidelity_tools::import::{FloatType, Progress, Storage, import_hgrn_bit};
use pretty_assertions::assert_eq;
use safetensors::Dtype;
use serde_json::json;

#[test]
fn reads_every_part() {
    let small = Small::new();
    let model = small.import().expect("a model");
    assert_eq!(model.layers.len(), 2);
    let values = |name: &str| small.values(name);
    for (index, layer) in model.layers.iter().enumerate() {
        let name = |part: &str| format!("model.layers.{index}.{part}");
        assert_eq!(layer.attn_norm, values(&name("attn_norm.weight")));
        assert_eq!(layer.g_norm, values(&name("attn.g_norm.weight")));
        assert_eq!(layer.mlp_norm, values(&name("mlp_norm.weight")));
        for (part, linear, shape) in [
            ("attn.i_proj", &layer.i_proj, (D, D)),
            ("attn.f_proj", &layer.f_proj, (D, D)),
            ("attn.g_proj", &layer.g_proj, (D, D)),
            ("attn.o_proj", &layer.o_proj, (D, D)),
            ("mlp.gate_proj", &layer.gate_proj, (2 * F, D)),
            ("mlp.down_proj", &layer.down_proj, (D, F)),
        ] {
            let weights = values(&name(&format!("{part}.weight")));
            let mean = weights.iter().map(|&w| f64::from(w.abs())).sum::<f64>();
            assert_eq!(linear.weights.scale, mean / weights.len() as f64, "{part}");
            assert_eq!((linear.weights.rows, linear.weights.columns), shape);
            assert_eq!(linear.weights.bytes.len(), shape.0 * shape.1.div_ceil(4));
            assert_eq!(linear.norm, values(&name(&format!("{part}.norm.weight"))));
        }
    }
    assert_eq!(model.layers[0].lower_bound, None);
    assert_eq!(model.layers[1].lower_bound.as_ref().map(Vec::len), Some(D));
    assert_eq!(model.norm, values("model.norm.weight"));
    assert_eq!(model.lm_head.norm, values("lm_head.norm.weight"));
    assert_eq!(model.lm_head.weights.rows, V);
}

// The values are exact in all four types, so the models are equal; the table
// keeps its type, and f64 becomes f32.
#[test]
fn reads_every_type() {
    let reference = Small::new().import().expect("a model");
    for (r#type, element) in [
        (Dtype::F16, FloatType::F16),
        (Dtype::BF16, FloatType::Bf16),
        (Dtype::F32, FloatType::F32),
        (Dtype::F64, FloatType::F32),
    ] {
        let mut small = Small::new();
        small.convert(r#type);
        let model = small.import().expect("a model");
        assert_eq!(model.embeddings.element_type, element);
        let table = match r#type {
            Dtype::F64 => &*reference.embeddings.bytes,
            _ => &small.tensors["model.embeddings.weight"].2,
        };
        assert_eq!(&*model.embeddings.bytes, table);
        assert_eq!(model.norm, reference.norm);
        assert_eq!(model.layers[1].lower_bound, reference.layers[1].lower_bound);
        for (one, other) in [
            (&model.lm_head, &reference.lm_head),
            (&model.layers[1].down_proj, &reference.layers[1].down_proj),
        ] {
            assert_eq!(one.weights.scale, other.weights.scale);
            assert_eq!(&*one.weights.bytes, &*other.weights.bytes);
        }
    }
}

// With and without the name that some writers keep for the tied weights.
#[test]
fn tied_embeddings() {
    let mut small = Small::new();
    small.config["tie_word_embeddings"] = json!(true);
    let embeddings = small.values("model.embeddings.weight");
    let mean = embeddings.iter().map(|&w| f64::from(w.abs())).sum::<f64>();
    for keep in [true, false] {
        if !keep {
            small.tensors.remove("lm_head.weight");
        }
        let model = small.import().expect("a model");
        assert_eq!(model.lm_head.weights.scale, mean / embeddings.len() as f64);
        assert_eq!(
            (model.lm_head.weights.rows, model.lm_head.weights.columns),
            (V, D)
        );
    }
}

#[test]
fn no_lower_bounds() {
    let mut small = Small::new();
    small.config["use_lower_bound"] = json!(false);
    small.tensors.remove("model.lower_bounds");
    let model = small.import().expect("a model");
    assert_eq!(
        model
            .layers
            .iter()
            .map(|layer| &layer.lower_bound)
            .collect::<Vec<_>>(),
        [&None, &None]
    );
}

#[test]
fn expanded_recurrence_of_several_heads() {
    let mut small = Small::with_recurrent_size(2 * D);
    small.config["use_lower_bound"] = json!(false);
    small.config["expand_ratio"] = json!(2);
    small.config["num_heads"] = json!(2);
    small.tensors.remove("model.lower_bounds");
    let model = small.import().expect("a model");
    assert_eq!(model.config.recurrent_size, 2 * D);
    assert_eq!(model.layers[0].o_proj.weights.columns, 2 * D);
}

#[test]
fn tells_its_progress() {
    let directory = Small::new().write();
    let mut calls = Vec::new();
    import_hgrn_bit(
        directory.path(),
        Storage::Packed2,
        &mut |progress: Progress<'_>| {
            calls.push((progress.tensor.to_owned(), progress.done, progress.total));
        },
    )
    .expect("a model");
    assert!(calls.is_sorted_by_key(|call| call.1));
    let (_, done, total) = calls.last().expect("a call");
    assert_eq!(done, total);
    assert_eq!(calls.len(), Small::new().tensors.len());
    assert!(import(&directory).is_ok());
}
