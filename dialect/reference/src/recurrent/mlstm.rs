//! The extended LSTM with a matrix memory.

use super::ForgetGate;
use crate::operand::Op;
use crate::shape::{buffer, element_count};
use crate::{Error, Tensor};

/// The attributes of `fidelity.mlstm`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MlstmOptions {
    /// The forget gate's activation.
    pub forget: ForgetGate,
    /// The factor on the query, 1/√K when absent.
    pub scale: Option<f64>,
    /// What is added to the normaliser.
    pub epsilon: f64,
}

/// `fidelity.mlstm`: the mLSTM of xLSTM (arXiv 2405.04517), stabilised.
///
/// ```text
/// m_t = max(log f_t + m_{t-1}, input_gate_t)
/// i'_t = exp(input_gate_t - m_t)
/// f'_t = exp(log f_t + m_{t-1} - m_t)
/// C_t = f'_t C_{t-1} + i'_t key_t ⊗ value_t
/// n_t = f'_t n_{t-1} + i'_t key_t
/// h_t = s C_tᵀ query_t / (max(|s n_t · query_t|, exp(-m_t)) + ε)
/// ```
///
/// `query` and `key` are `[…, T, K]`, `value` is `[…, T, V]`; `input_gate` and
/// `forget_gate`, pre-activations, are `[…, T]`; `state` is C, n and m before
/// the first step, `[…, K, V]`, `[…, K]` and `[…]`, each 0 when absent. All
/// have one float type.
///
/// Returns h, `[…, T, V]`, and the last C, n and m, which are `state` when T is
/// 0. Here they stay f64 from step to step; compiled code rounds them.
///
/// # Errors
/// When element types differ or are not floats, shapes are other than the
/// above, `options.scale` is not finite, or `options.epsilon` is negative or
/// not finite.
pub fn mlstm(
    query: &Tensor,
    key: &Tensor,
    value: &Tensor,
    input_gate: &Tensor,
    forget_gate: &Tensor,
    state: Option<[&Tensor; 3]>,
    options: MlstmOptions,
) -> Result<[Tensor; 4], Error> {
    let op = Op("mlstm");
    let like = ("query", query);
    let queries = op.floats("query", query)?;
    let &[ref leading @ .., steps, key_size] = query.shape() else {
        return Err(op.error(
            "`query` to have a time and a key dimension",
            format!("{:?}", query.shape()),
        ));
    };
    let (_, value_size) = op.last_dimension("value", value)?;
    let step_shape = [leading, &[steps]].concat();
    let output_shape = [leading, &[steps, value_size]].concat();
    let same = "the shape of `query`";
    let keys = op.floats_of("key", key, same, query.shape(), like)?;
    let but_last = "the shape of `query` but for its last dimension";
    let values = op.floats_of("value", value, but_last, &output_shape, like)?;
    let without_last = "the shape of `query` without its last dimension";
    let gate = |name, gate| op.floats_of(name, gate, without_last, &step_shape, like);
    let (inputs, forgets) = (
        gate("input_gate", input_gate)?,
        gate("forget_gate", forget_gate)?,
    );
    let scale = options.scale.unwrap_or(1.0 / (key_size as f64).sqrt());
    if options.scale.is_some() && !scale.is_finite() {
        return Err(op.error("`scale` to be finite", scale.to_string()));
    }
    op.epsilon(options.epsilon)?;

    let memory_shape = [leading, &[key_size, value_size]].concat();
    let normalizer_shape = [leading, &[key_size]].concat();
    let first = |index: usize, name, shape: &[usize]| {
        let state = state.map(|state| state[index]);
        op.first_state(
            name,
            state,
            "the shape that `query` and `value` ask for",
            shape,
            like,
        )
    };
    let mut memory = first(0, "C", &memory_shape)?;
    let mut normalizer = first(1, "n", &normalizer_shape)?;
    let mut stabilizer = first(2, "m", leading)?;

    let mut output = buffer(values.len())?;
    for sequence in 0..element_count(leading)? {
        let memory = &mut memory[sequence * key_size * value_size..];
        let n = &mut normalizer[sequence * key_size..][..key_size];
        let m = &mut stabilizer[sequence];
        for t in 0..steps {
            let step = sequence * steps + t;
            let q = &queries[step * key_size..][..key_size];
            let k = &keys[step * key_size..][..key_size];
            let v = &values[step * value_size..][..value_size];
            let log_forget = options.forget.log(forgets[step]);
            let last = *m;
            *m = max(log_forget + last, inputs[step]);
            let i = libm::exp(inputs[step] - *m);
            let f = libm::exp(log_forget + last - *m);
            for row in 0..key_size {
                for column in 0..value_size {
                    let c = &mut memory[row * value_size + column];
                    *c = f * *c + i * k[row] * v[column];
                }
                n[row] = f * n[row] + i * k[row];
            }
            let read: f64 = (0..key_size).map(|row| scale * q[row] * n[row]).sum();
            let norm = max(read.abs(), libm::exp(-*m)) + options.epsilon;
            for column in 0..value_size {
                let read = |row: usize| scale * q[row] * memory[row * value_size + column];
                output.push((0..key_size).map(read).sum::<f64>() / norm);
            }
        }
    }
    let tensor =
        |shape: Vec<usize>, values| Tensor::from_floats(query.element_type(), shape, values);
    Ok([
        tensor(output_shape, output)?,
        tensor(memory_shape, memory)?,
        tensor(normalizer_shape, normalizer)?,
        tensor(leading.to_vec(), stabilizer)?,
    ])
}

/// The larger number, NaN staying NaN.
pub(super) fn max(x: f64, y: f64) -> f64 {
    if x.is_nan() || x > y { x } else { y }
}
