//! One step of a state-space model.

use crate::operand::{Op, rows};
use crate::shape::{broadcast, broadcast_offset, buffer, element_count, unravel};
use crate::{Error, Tensor};

/// `fidelity.ssm.state_update`: `s' = A ⊙ s + B · x` with a diagonal A.
///
/// `state` and the result are `[…, N]`; `input` is `[…]`, one value per state
/// vector; `a` and `b` broadcast to the shape of `state`. All have one float
/// type.
///
/// # Errors
/// When element types differ or are not floats, or shapes are other than the
/// above.
pub fn state_update(
    state: &Tensor,
    input: &Tensor,
    a: &Tensor,
    b: &Tensor,
) -> Result<Tensor, Error> {
    let op = Op("ssm.state_update");
    let states = op.floats("state", state)?;
    let (leading, size) = op.last_dimension("state", state)?;
    for (name, operand) in [("input", input), ("A", a), ("B", b)] {
        op.same_element_type((name, operand), ("state", state))?;
    }
    let inputs = op.floats("input", input)?;
    op.shape("input", input, WITHOUT_LAST, leading)?;
    let (a, b) = (
        Broadcast::new(op, "A", a, "`state`", state.shape())?,
        Broadcast::new(op, "B", b, "`state`", state.shape())?,
    );

    let mut values = buffer(states.len())?;
    for (offset, s) in states.iter().enumerate() {
        let x = inputs[offset / size];
        values.push(a.at(offset) * s + b.at(offset) * x);
    }
    Tensor::from_floats(state.element_type(), state.shape(), values)
}

/// `fidelity.ssm.output`: `y = Σ_n C_n s_n (+ D · x)`.
///
/// `state` is `[…, N]`; `c` broadcasts to the shape of `state`; y is `[…]`.
/// `skip` is `(D, x)`: `D` broadcasts to `[…]`, and `x` is `[…]`. All have one
/// float type.
///
/// # Errors
/// When element types differ or are not floats, or shapes are other than the
/// above.
pub fn output(
    state: &Tensor,
    c: &Tensor,
    skip: Option<(&Tensor, &Tensor)>,
) -> Result<Tensor, Error> {
    let op = Op("ssm.output");
    let states = op.floats("state", state)?;
    let (leading, size) = op.last_dimension("state", state)?;
    op.same_element_type(("C", c), ("state", state))?;
    let c = Broadcast::new(op, "C", c, "`state`", state.shape())?;
    let skip = match skip {
        Some((d, input)) => {
            op.same_element_type(("D", d), ("state", state))?;
            op.same_element_type(("input", input), ("state", state))?;
            op.shape("input", input, WITHOUT_LAST, leading)?;
            Some((
                Broadcast::new(op, "D", d, "the result", leading)?,
                op.floats("input", input)?,
            ))
        }
        None => None,
    };

    let count = element_count(leading)?;
    let mut values = buffer(count)?;
    for (at, row) in rows(states, count, size).enumerate() {
        // As for a scan, a sum of nothing is 0: that of an iterator is -0.
        let sum = (row.iter().enumerate()).fold(0.0, |sum, (n, s)| sum + c.at(at * size + n) * s);
        let skipped = skip.as_ref().map_or(0.0, |(d, x)| d.at(at) * x[at]);
        values.push(sum + skipped);
    }
    Tensor::from_floats(state.element_type(), leading, values)
}

const WITHOUT_LAST: &str = "the shape of `state` without its last dimension";

/// An operand seen under the larger shape that it broadcasts to.
struct Broadcast<'a> {
    values: &'a [f64],
    from: &'a [usize],
    to: &'a [usize],
}

impl<'a> Broadcast<'a> {
    fn new(
        op: Op,
        name: &str,
        operand: &'a Tensor,
        like: &str,
        to: &'a [usize],
    ) -> Result<Self, Error> {
        let values = op.floats(name, operand)?;
        let from = operand.shape();
        // Broadcasting may not widen the other side.
        if broadcast(from, to).as_deref() != Some(to) {
            return Err(op.error(
                format!("`{name}` to broadcast to the shape of {like}, {to:?}"),
                format!("{from:?}"),
            ));
        }
        Ok(Self { values, from, to })
    }

    /// The value shown at a row-major offset in the larger shape.
    fn at(&self, offset: usize) -> f64 {
        self.values[broadcast_offset(&unravel(self.to, offset), self.from)]
    }
}
