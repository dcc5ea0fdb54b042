//! The time mixing of RWKV-6 and RWKV-7.

use crate::operand::Op;
use crate::shape::{buffer, element_count};
use crate::{Error, Tensor};

/// A version of RWKV, with what it alone has.
#[derive(Clone, Copy, Debug)]
pub enum RwkvVersion<'a> {
    /// Finch: reads its state before it writes.
    V6,
    /// Goose: erases, writes, and then reads.
    V7 {
        /// a and b, each `[…, H, T, K]`.
        erase: Option<(&'a Tensor, &'a Tensor)>,
    },
}

/// `fidelity.rwkv`: the recurrence of RWKV, version 6 (arXiv 2404.05892):
///
/// ```text
/// o_t = receptance_tᵀ (S_{t-1} + (u ⊙ key_t) ⊗ value_t)
/// S_t = exp(decay_t) ⊙ S_{t-1} + key_t ⊗ value_t
/// ```
///
/// and version 7 (arXiv 2503.14456):
///
/// ```text
/// S_t = exp(decay_t) ⊙ S_{t-1} + b_t ⊗ (S_{t-1}ᵀ a_t) + key_t ⊗ value_t
/// o_t = S_tᵀ receptance_t + (receptance_t · (ρ ⊙ key_t)) value_t
/// ```
///
/// `receptance`, `decay` (a logarithm) and `key` are `[…, H, T, K]`, `value` is
/// `[…, H, T, V]`; `bonus`, the u or ρ, is `[H, K]`, and `state`, the S before
/// the first step, `[…, H, K, V]`, each 0 when absent. All have one float type.
///
/// Returns o, `[…, H, T, V]`, and the last S, `[…, H, K, V]`, which is `state`
/// when T is 0. Here S stays f64 from step to step; compiled code rounds it.
///
/// # Errors
/// When element types differ or are not floats, or shapes are other than the
/// above.
pub fn rwkv(
    receptance: &Tensor,
    decay: &Tensor,
    key: &Tensor,
    value: &Tensor,
    bonus: Option<&Tensor>,
    state: Option<&Tensor>,
    version: RwkvVersion<'_>,
) -> Result<(Tensor, Tensor), Error> {
    let op = Op("rwkv");
    let like = ("receptance", receptance);
    let receptances = op.floats("receptance", receptance)?;
    let &[ref leading @ .., heads, steps, key_size] = receptance.shape() else {
        return Err(op.error(
            "`receptance` to have a head, a time and a key dimension",
            format!("{:?}", receptance.shape()),
        ));
    };
    let per_key = |name, operand| {
        let same = "the shape of `receptance`";
        op.floats_of(name, operand, same, receptance.shape(), like)
    };
    let (decays, keys) = (per_key("decay", decay)?, per_key("key", key)?);
    let (_, value_size) = op.last_dimension("value", value)?;
    let output_shape = [leading, &[heads, steps, value_size]].concat();
    let but_last = "the shape of `receptance` but for its last dimension";
    let values = op.floats_of("value", value, but_last, &output_shape, like)?;
    let erase = match version {
        RwkvVersion::V7 {
            erase: Some((a, b)),
        } => Some((per_key("a", a)?, per_key("b", b)?)),
        _ => None,
    };
    let bonuses = match bonus {
        Some(bonus) => {
            let what = "a row for each head of `receptance`";
            op.floats_of("bonus", bonus, what, &[heads, key_size], like)?
                .to_vec()
        }
        None => vec![0.0; heads * key_size],
    };
    let state_shape = [leading, &[heads, key_size, value_size]].concat();
    let what = "the shape that `receptance` and `value` ask for";
    let mut states = op.first_state("state", state, what, &state_shape, like)?;

    let mut output = buffer(values.len())?;
    for sequence in 0..element_count(leading)? * heads {
        let u = &bonuses[sequence % heads * key_size..][..key_size];
        let s = &mut states[sequence * key_size * value_size..][..key_size * value_size];
        for t in 0..steps {
            let step = sequence * steps + t;
            let of = |keys: &[f64], row: usize| keys[step * key_size + row];
            let v = &values[step * value_size..][..value_size];
            for (column, v) in v.iter().enumerate() {
                let at = |row: usize| row * value_size + column;
                let read = |s: &[f64], with: &[f64]| -> f64 {
                    (0..key_size).map(|row| of(with, row) * s[at(row)]).sum()
                };
                let bonus = |row: usize| of(receptances, row) * u[row] * of(keys, row) * v;
                let mut o: f64 = (0..key_size).map(bonus).sum();
                if matches!(version, RwkvVersion::V6) {
                    o += read(s, receptances);
                }
                let found = erase.map(|(a, _)| read(s, a));
                for row in 0..key_size {
                    let mut next = libm::exp(of(decays, row)) * s[at(row)] + of(keys, row) * v;
                    if let (Some(found), Some((_, b))) = (found, erase) {
                        next += of(b, row) * found;
                    }
                    s[at(row)] = next;
                }
                if matches!(version, RwkvVersion::V7 { .. }) {
                    o += read(s, receptances);
                }
                output.push(o);
            }
        }
    }
    Ok((
        Tensor::from_floats(receptance.element_type(), output_shape, output)?,
        Tensor::from_floats(receptance.element_type(), state_shape, states)?,
    ))
}
