//! The imported parameters of the trained model in its equations, evaluated in
//! f64, give the logits that an independent implementation computed.

use fidelity_tools::import::{BitLinear, FloatType, Layer, Model, Storage, import_hgrn_bit};
use half::f16;
use std::{fs, path::PathBuf};

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/tiny-mmfree")
}

/// The elements of an .npy file of version 1 with four bytes each.
fn elements(name: &str) -> Vec<[u8; 4]> {
    let bytes = fs::read(directory().join(name)).expect("a file of the example");
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[10 + header..].as_chunks().0.to_vec()
}

fn rms_norm(x: &[f64], weight: &[f32], epsilon: f64) -> Vec<f64> {
    let mean = x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
    let factor = 1.0 / (mean + epsilon).sqrt();
    x.iter()
        .zip(weight)
        .map(|(x, &w)| x * factor * f64::from(w))
        .collect()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn silu(x: f64) -> f64 {
    x * sigmoid(x)
}

fn bit_linear(linear: &BitLinear, x: &[f64]) -> Vec<f64> {
    let x = rms_norm(x, &linear.norm, 1e-8);
    let largest = x.iter().fold(1e-5, |largest: f64, x| largest.max(x.abs()));
    let s = 127.0 / largest;
    let q = x
        .iter()
        .map(|x| (x * s).round_ties_even().clamp(-128.0, 127.0) as i32)
        .collect::<Vec<_>>();
    let weights = &linear.weights;
    weights
        .bytes
        .chunks(weights.columns.div_ceil(4))
        .map(|row| {
            let sum = q
                .chunks(4)
                .zip(row)
                .map(|(q, byte)| {
                    let trit = |k: usize| match byte >> (2 * k) & 3 {
                        1 => -1,
                        2 => 1,
                        _ => 0,
                    };
                    q.iter().enumerate().map(|(k, q)| q * trit(k)).sum::<i32>()
                })
                .sum::<i32>();
            f64::from(sum) * weights.scale / s
        })
        .collect()
}

fn layer(layer: &Layer, epsilon: f64, x: &mut [f64], state: &mut [f64]) {
    let h = rms_norm(x, &layer.attn_norm, epsilon);
    let forget = bit_linear(&layer.f_proj, &h);
    let candidate = bit_linear(&layer.i_proj, &h);
    for (channel, state) in state.iter_mut().enumerate() {
        let bound = layer
            .lower_bound
            .as_ref()
            .map_or(0.0, |bound| f64::from(bound[channel]));
        let f = bound + (1.0 - bound) * sigmoid(forget[channel]);
        *state = f * *state + (1.0 - f) * silu(candidate[channel]);
    }
    let mut output = rms_norm(&bit_linear(&layer.g_proj, &h), &layer.g_norm, epsilon);
    for (output, state) in output.iter_mut().zip(state) {
        *output *= silu(*state);
    }
    for (x, y) in x.iter_mut().zip(bit_linear(&layer.o_proj, &output)) {
        *x += y;
    }

    let h = rms_norm(x, &layer.mlp_norm, epsilon);
    let halves = bit_linear(&layer.gate_proj, &h);
    let (gate, up) = halves.split_at(halves.len() / 2);
    let h = gate
        .iter()
        .zip(up)
        .map(|(&gate, up)| silu(gate) * up)
        .collect::<Vec<_>>();
    for (x, y) in x.iter_mut().zip(bit_linear(&layer.down_proj, &h)) {
        *x += y;
    }
}

fn embedding(model: &Model, token: usize) -> Vec<f64> {
    assert_eq!(model.embeddings.element_type, FloatType::F16);
    let size = 2 * model.config.hidden_size;
    model.embeddings.bytes[token * size..(token + 1) * size]
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| f16::from_le_bytes(bytes).to_f64())
        .collect()
}

#[test]
fn the_trained_model_gives_the_expected_logits() {
    let model = import_hgrn_bit(&directory(), Storage::Packed2, &mut |_| {}).expect("a model");
    let epsilon = model.config.rms_norm_eps;
    let expected = elements("logits-2.npy");
    let mut states = vec![vec![0.0; model.config.recurrent_size]; model.layers.len()];
    let tokens = elements("tokens-2.npy");
    assert_eq!(expected.len(), tokens.len() * model.config.vocab_size);
    for (token, expected) in tokens.iter().zip(expected.chunks(model.config.vocab_size)) {
        let token = i32::from_le_bytes(*token);
        let mut x = embedding(&model, usize::try_from(token).expect("a token"));
        for (parameters, state) in model.layers.iter().zip(&mut states) {
            layer(parameters, epsilon, &mut x, state);
        }
        let logits = bit_linear(&model.lm_head, &rms_norm(&x, &model.norm, epsilon));
        for (logit, &expected) in logits.iter().zip(expected) {
            // The expected logits are rounded to f32, and so are the bounds.
            let expected = f64::from(f32::from_le_bytes(expected));
            assert!(
                (logit - expected).abs() < 1e-4,
                "expected {expected}, but got {logit}"
            );
        }
    }
}
