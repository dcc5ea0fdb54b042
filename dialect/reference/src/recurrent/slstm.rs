//! The extended LSTM with a scalar memory and recurrent mixing.

use super::{ForgetGate, mlstm::max};
use crate::elementwise::sigmoid_value;
use crate::operand::Op;
use crate::shape::{buffer, element_count};
use crate::{Error, Tensor};

/// `fidelity.slstm`: the sLSTM of xLSTM (arXiv 2405.04517), stabilised.
///
/// ```text
/// z_t = tanh(cell_input_t + R_z h_{t-1})
/// ĩ_t = input_gate_t + R_i h_{t-1}
/// f_t = σ(forget_gate_t + R_f h_{t-1}), or its exponential
/// o_t = σ(output_gate_t + R_o h_{t-1})
/// m_t = max(log f_t + m_{t-1}, ĩ_t)
/// c_t = exp(log f_t + m_{t-1} - m_t) ⊙ c_{t-1} + exp(ĩ_t - m_t) ⊙ z_t
/// n_t = exp(log f_t + m_{t-1} - m_t) ⊙ n_{t-1} + exp(ĩ_t - m_t)
/// h_t = o_t ⊙ c_t / n_t
/// ```
///
/// Where n_{t-1} is 0 nothing is remembered: m_t is ĩ_t there, and c_{t-1} is
/// not looked at.
///
/// `cell_input` and the gates are `[…, T, H, D]`; `recurrent` is R_z, R_i, R_f
/// and R_o, `[4, H, D, D]`, a row per feature that it makes; `state` is c, n, m
/// and h before the first step, each `[…, H, D]`, and 0 when absent. All have
/// one float type.
///
/// Returns h of all steps, `[…, T, H, D]`, and the last c, n, m and h, which
/// are `state` when T is 0. Here they stay f64 from step to step; compiled code
/// rounds them.
///
/// # Errors
/// When element types differ or are not floats, or shapes are other than the
/// above.
pub fn slstm(
    cell_input: &Tensor,
    input_gate: &Tensor,
    forget_gate: &Tensor,
    output_gate: &Tensor,
    recurrent: &Tensor,
    state: Option<[&Tensor; 4]>,
    forget: ForgetGate,
) -> Result<[Tensor; 5], Error> {
    let op = Op("slstm");
    let like = ("cell_input", cell_input);
    let cells = op.floats("cell_input", cell_input)?;
    let &[ref leading @ .., steps, heads, size] = cell_input.shape() else {
        return Err(op.error(
            "`cell_input` to have a time, a head and a feature dimension",
            format!("{:?}", cell_input.shape()),
        ));
    };
    let gate = |name, gate| {
        let same = "the shape of `cell_input`";
        op.floats_of(name, gate, same, cell_input.shape(), like)
    };
    let inputs = gate("input_gate", input_gate)?;
    let forgets = gate("forget_gate", forget_gate)?;
    let outputs = gate("output_gate", output_gate)?;
    let matrices = "four matrices for each head of `cell_input`";
    let matrix_shape = [4, heads, size, size];
    let r = op.floats_of("recurrent", recurrent, matrices, &matrix_shape, like)?;
    let state_shape = [leading, &[heads, size]].concat();
    let first = |index: usize, name| {
        let what = "the shape of `cell_input` without its time dimension";
        let state = state.map(|state| state[index]);
        op.first_state(name, state, what, &state_shape, like)
    };
    let (mut c, mut n) = (first(0, "c")?, first(1, "n")?);
    let (mut m, mut h) = (first(2, "m")?, first(3, "h")?);

    let width = heads * size;
    let mut output = buffer(cells.len())?;
    for sequence in 0..element_count(leading)? {
        for t in 0..steps {
            // What the heads said last, which all features see.
            let said = h[sequence * width..][..width].to_vec();
            for feature in 0..width {
                let step = (sequence * steps + t) * width + feature;
                let head = feature / size;
                let mixed = |gate: usize| -> f64 {
                    let row = &r[(gate * width + feature) * size..][..size];
                    let said = &said[head * size..][..size];
                    row.iter().zip(said).map(|(r, h)| r * h).sum()
                };
                let z = libm::tanh(cells[step] + mixed(0));
                let i = inputs[step] + mixed(1);
                let log_forget = forget.log(forgets[step] + mixed(2));
                let o = sigmoid_value(outputs[step] + mixed(3));

                let at = sequence * width + feature;
                let (last_c, last_n, last_m) = (c[at], n[at], m[at]);
                if last_n == 0.0 {
                    (c[at], n[at], m[at]) = (z, 1.0, i);
                } else {
                    m[at] = max(log_forget + last_m, i);
                    let kept = libm::exp(log_forget + last_m - m[at]);
                    let fed = libm::exp(i - m[at]);
                    c[at] = kept * last_c + fed * z;
                    n[at] = kept * last_n + fed;
                }
                h[at] = o * c[at] / n[at];
                output.push(h[at]);
            }
        }
    }
    let tensor =
        |shape: &[usize], values| Tensor::from_floats(cell_input.element_type(), shape, values);
    Ok([
        tensor(cell_input.shape(), output)?,
        tensor(&state_shape, c)?,
        tensor(&state_shape, n)?,
        tensor(&state_shape, m)?,
        tensor(&state_shape, h)?,
    ])
}
