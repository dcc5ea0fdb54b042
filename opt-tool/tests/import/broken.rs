//! Broken checkpoints: the message names the file, the thing and both values.

use crate::small::{Small, import};
use pretty_assertions::assert_eq;
use safetensors::Dtype;
use serde_json::{Value, json};
use std::{fs, path::Path};
use tempfile::TempDir;

const G_PROJ: &str = "model.layers.1.attn.g_proj.weight";

/// The message for a checkpoint that must not import.
fn error(directory: &TempDir) -> String {
    import(directory).expect_err("a broken checkpoint")
}

fn error_of(small: &Small) -> String {
    error(&small.write())
}

#[test]
fn missing_tensor() {
    let mut small = Small::new();
    small.tensors.remove(G_PROJ);
    assert_eq!(
        error_of(&small),
        "model.safetensors: expected tensor model.layers.1.attn.g_proj.weight, \
         but got none of that name"
    );
}

#[test]
fn wrong_shape() {
    let mut small = Small::new();
    small.add(G_PROJ, &[4, 5]);
    assert_eq!(
        error_of(&small),
        "model.safetensors: expected model.layers.1.attn.g_proj.weight of shape [4, 4], \
         but got [4, 5]"
    );
    let mut small = Small::new();
    small.add("model.norm.weight", &[4, 1]);
    assert_eq!(
        error_of(&small),
        "model.safetensors: expected model.norm.weight of shape [4], but got [4, 1]"
    );
}

#[test]
fn configuration_of_another_model() {
    let mut small = Small::new();
    small.config["vocab_size"] = json!(7);
    assert_eq!(
        error_of(&small),
        "model.safetensors: expected model.embeddings.weight of shape [7, 4], but got [6, 4]"
    );
    small.config["vocab_size"] = json!(6);
    small.config["num_hidden_layers"] = json!(3);
    assert_eq!(
        error_of(&small),
        "model.safetensors: expected model.lower_bounds of shape [3, 4], but got [2, 4]"
    );
}

// The count is not believed before the layers are there.
#[test]
fn more_layers_than_there_are() {
    let mut small = Small::new();
    small.config["num_hidden_layers"] = json!(i32::MAX);
    small.config["use_lower_bound"] = json!(false);
    small.tensors.remove("model.lower_bounds");
    assert_eq!(
        error_of(&small),
        "model.safetensors: expected tensor model.layers.2.attn_norm.weight, \
         but got none of that name"
    );
}

#[test]
fn wrong_type() {
    let mut small = Small::new();
    small
        .tensors
        .insert(G_PROJ.to_owned(), (Dtype::I8, vec![4, 4], vec![0; 16]));
    assert_eq!(
        error_of(&small),
        "model.safetensors: expected model.layers.1.attn.g_proj.weight of type \
         F16, BF16, F32 or F64, but got I8"
    );
}

#[test]
fn values_that_are_not_finite() {
    for (name, bad, text) in [
        (G_PROJ, f32::NAN, "NaN at [2, 3]"),
        ("model.embeddings.weight", f32::INFINITY, "inf at [2, 3]"),
        ("lm_head.weight", f32::NEG_INFINITY, "-inf at [2, 3]"),
        (
            "model.layers.0.mlp.down_proj.norm.weight",
            f32::NAN,
            "NaN at [3]",
        ),
        ("model.lower_bounds", f32::NAN, "NaN at [1, 1]"),
    ] {
        for r#type in [Dtype::F32, Dtype::F16, Dtype::BF16, Dtype::F64] {
            let mut small = Small::new();
            let shape = small.tensors[name].1.clone();
            let index = match shape[..] {
                [2, 4] => 5,
                [_, columns] => 2 * columns + 3,
                _ => 3,
            };
            let mut values = small.values(name);
            values[index] = bad;
            small.set(name, &shape, &values);
            small.convert(r#type);
            assert_eq!(
                error_of(&small),
                format!("model.safetensors: expected finite values in {name}, but got {text}")
            );
        }
    }
}

// A bias, or a layer more than the configuration has: leaving it out would
// change what the model says.
#[test]
fn tensor_without_a_place() {
    for name in [
        "model.layers.1.attn.o_proj.bias",
        "model.layers.2.attn_norm.weight",
    ] {
        let mut small = Small::new();
        small.add(name, &[4]);
        assert_eq!(
            error_of(&small),
            format!("model.safetensors: expected no tensor {name}, but got one of shape [4]")
        );
    }
    let mut small = Small::new();
    small.config["use_lower_bound"] = json!(false);
    assert_eq!(
        error_of(&small),
        "model.safetensors: expected no tensor model.lower_bounds, but got one of shape [2, 4]"
    );
}

/// The message after `change` to the bytes of `model.safetensors`.
fn error_of_bytes(change: impl FnOnce(&mut Vec<u8>)) -> String {
    let directory = Small::new().write();
    let file = directory.path().join("model.safetensors");
    let mut bytes = fs::read(&file).expect("the file written above");
    change(&mut bytes);
    fs::write(&file, bytes).expect("a written file");
    error(&directory)
}

/// A file with that header and no data.
fn file_with_header(header: &str) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat()
}

#[test]
fn truncated_file() {
    let message = error_of_bytes(|bytes| bytes.truncate(bytes.len() - 3));
    let (expected, got) = message
        .strip_prefix("model.safetensors: expected ")
        .and_then(|message| message.split_once(" bytes of tensors, but got "))
        .expect("a message about the data");
    let numbers = [expected, got].map(|number| number.parse::<usize>().expect("a number"));
    assert_eq!(numbers[0], numbers[1] + 3);

    let message = error_of_bytes(|bytes| bytes.truncate(100));
    assert!(
        message.ends_with(" bytes, but got 92 bytes after its length"),
        "{message}"
    );
    assert_eq!(
        error_of_bytes(|bytes| bytes.truncate(5)),
        "model.safetensors: expected a header of 8 bytes or more, but got a file of 5 bytes"
    );
    assert_eq!(
        error_of_bytes(Vec::clear),
        "model.safetensors: expected a header of 8 bytes or more, but got a file of 0 bytes"
    );
}

// Every length that a file can be cut to.
#[test]
fn truncated_anywhere() {
    let directory = Small::new().write();
    let file = directory.path().join("model.safetensors");
    let whole = fs::read(&file).expect("the file written above");
    for length in (0..whole.len()).step_by(7) {
        fs::write(&file, &whole[..length]).expect("a written file");
        let message = error(&directory);
        assert!(
            message.starts_with("model.safetensors: expected "),
            "{message}"
        );
    }
}

#[test]
fn longer_file() {
    let message = error_of_bytes(|bytes| bytes.extend([0; 3]));
    assert!(message.contains(" bytes of tensors, but got "), "{message}");
}

#[test]
fn malformed_header() {
    assert_eq!(
        error_of_bytes(|bytes| *bytes = u64::MAX.to_le_bytes().to_vec()),
        "model.safetensors: expected a header of 18446744073709551615 bytes, \
         but got 0 bytes after its length"
    );
    for (header, got) in [
        ("{\"w\": ", "EOF while parsing a value at line 1 column 6"),
        (
            "[]",
            "invalid type: sequence, expected an object at line 1 column 0",
        ),
        (r#"{"w": {"dtype": "F32"}}"#, "missing field `shape`"),
        (
            r#"{"w": {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}}"#,
            "unknown variant `F99`",
        ),
        (
            r#"{"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 8]}}"#,
            "invalid shape, data type, or offset for tensor",
        ),
        (
            r#"{"w": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#,
            "invalid offset for tensor `w`",
        ),
        (
            r#"{"w": {"dtype": "F32", "shape": [9223372036854775807, 4], "data_offsets": [0, 8]}}"#,
            "overflow computing buffer size from shape and/or element type",
        ),
    ] {
        let message = error_of_bytes(|bytes| *bytes = file_with_header(header));
        let expected = format!("model.safetensors: expected a safetensors header, but got {got}");
        assert!(message.starts_with(&expected), "{message}");
    }
}

// A reader that keeps the last of two would not see the first.
#[test]
fn duplicate_tensor() {
    let entry = r#""w": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}"#;
    assert_eq!(
        error_of_bytes(|bytes| *bytes = file_with_header(&format!("{{{entry}, {entry}}}"))),
        "model.safetensors: expected one tensor w, but got two"
    );
}

#[test]
fn no_checkpoint() {
    let directory = Small::new().write_config();
    let expected = "DIRECTORY: expected model.safetensors or model.safetensors.index.json";
    assert_eq!(error(&directory), format!("{expected}, but got neither"));
    let other = directory.path().join("pytorch_model.bin");
    fs::write(other, "").expect("a written file");
    assert_eq!(
        error(&directory),
        format!("{expected}, but got pytorch_model.bin")
    );
}

#[test]
fn no_configuration() {
    let directory = Small::new().write();
    fs::remove_file(directory.path().join("config.json")).expect("a removed file");
    let message = error(&directory);
    assert!(message.starts_with("config.json: "), "{message}");
}

/// A checkpoint in two shards, `a` with the first layer and `b` with the rest.
fn sharded(change: impl FnOnce(&mut Value)) -> TempDir {
    let small = Small::new();
    let directory = small.write_config();
    let shard = |name: &str| if name.contains("layers.0") { "a" } else { "b" };
    let mut map = serde_json::Map::new();
    for name in small.tensors.keys() {
        map.insert(name.clone(), shard(name).into());
    }
    for file in ["a", "b"] {
        small.write_shard(&directory.path().join(file), |name| shard(name) == file);
    }
    let mut index = json!({"metadata": {"total_size": 0}, "weight_map": map});
    change(&mut index);
    fs::write(index_file(directory.path()), index.to_string()).expect("a written file");
    directory
}

fn index_file(directory: &Path) -> std::path::PathBuf {
    directory.join("model.safetensors.index.json")
}

#[test]
fn shards_read_as_one_file() {
    let shards = import(&sharded(|_| {})).expect("a model");
    let single = Small::new().import().expect("a model");
    assert_eq!(format!("{shards:?}"), format!("{single:?}"));
    for (one, other) in shards.layers.iter().zip(&single.layers) {
        assert_eq!(
            &*one.gate_proj.weights.bytes,
            &*other.gate_proj.weights.bytes
        );
    }
}

#[test]
fn missing_shard() {
    let directory = sharded(|_| {});
    fs::remove_file(directory.path().join("b")).expect("a removed file");
    let message = error(&directory);
    assert!(message.starts_with("b: "), "{message}");
}

#[test]
fn shards_that_do_not_fit_the_index() {
    for (value, message) in [
        (
            json!("a"),
            "model.safetensors.index.json: expected model.norm.weight in a only, \
             but got one in b",
        ),
        (
            json!("../b"),
            "model.safetensors.index.json: expected weight_map to give a file name for \
             model.norm.weight, but got \"../b\"",
        ),
        (
            json!(1),
            "model.safetensors.index.json: expected weight_map to give a file name for \
             model.norm.weight, but got 1",
        ),
    ] {
        let directory = sharded(|index| index["weight_map"]["model.norm.weight"] = value);
        assert_eq!(error(&directory), message);
    }
    let directory = sharded(|index| index["weight_map"]["extra"] = json!("a"));
    assert_eq!(
        error(&directory),
        "a: expected tensor extra as the index says, but got none of that name"
    );
    let directory = sharded(|index| {
        let map = index["weight_map"].as_object_mut().expect("a map");
        map.remove("model.norm.weight");
    });
    assert_eq!(
        error(&directory),
        "model.safetensors.index.json: expected an entry for model.norm.weight of b, but got none"
    );
    let directory = sharded(|index| *index = json!({"weight_map": []}));
    assert_eq!(
        error(&directory),
        "model.safetensors.index.json: expected weight_map to be an object, but got []"
    );
}
