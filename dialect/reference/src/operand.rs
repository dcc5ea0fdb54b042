//! What the ops require of their operands.

use crate::{ElementType, Error, Tensor};

/// An op, for the messages about its operands.
#[derive(Clone, Copy)]
pub(crate) struct Op(pub &'static str);

impl Op {
    pub(crate) fn error(self, expected: impl Into<String>, actual: impl Into<String>) -> Error {
        Error::Operand {
            op: self.0,
            expected: expected.into(),
            actual: actual.into(),
        }
    }

    /// The values of an operand that must have a float element type.
    pub(crate) fn floats<'a>(self, name: &str, operand: &'a Tensor) -> Result<&'a [f64], Error> {
        operand.floats().ok_or_else(|| {
            self.error(
                format!("`{name}` to have a float element type"),
                operand.element_type().to_string(),
            )
        })
    }

    /// The values of an operand that must be i8.
    pub(crate) fn bytes<'a>(self, name: &str, operand: &'a Tensor) -> Result<&'a [i64], Error> {
        match operand.integers() {
            Some(values) if operand.element_type() == ElementType::I8 => Ok(values),
            _ => Err(self.error(
                format!("`{name}` to have element type i8"),
                operand.element_type().to_string(),
            )),
        }
    }

    /// Requires an operand to have the element type of another.
    pub(crate) fn same_element_type(
        self,
        (name, operand): (&str, &Tensor),
        (like, other): (&str, &Tensor),
    ) -> Result<(), Error> {
        if operand.element_type() == other.element_type() {
            return Ok(());
        }
        Err(self.error(
            format!(
                "`{name}` to have the element type of `{like}`, {}",
                other.element_type()
            ),
            operand.element_type().to_string(),
        ))
    }

    /// Requires an operand to have a shape, `what` saying where it is from.
    pub(crate) fn shape(
        self,
        name: &str,
        operand: &Tensor,
        what: &str,
        shape: &[usize],
    ) -> Result<(), Error> {
        if operand.shape() == shape {
            return Ok(());
        }
        Err(self.error(
            format!("`{name}` to have {what}, {shape:?}"),
            format!("{:?}", operand.shape()),
        ))
    }

    /// The values of an operand that must have the element type of another,
    /// and a shape, `what` saying where it is from.
    pub(crate) fn floats_of<'a>(
        self,
        name: &str,
        operand: &'a Tensor,
        what: &str,
        shape: &[usize],
        like: (&str, &Tensor),
    ) -> Result<&'a [f64], Error> {
        self.same_element_type((name, operand), like)?;
        let values = self.floats(name, operand)?;
        self.shape(name, operand, what, shape)?;
        Ok(values)
    }

    /// The values of a state before the first step, 0 when absent.
    pub(crate) fn first_state(
        self,
        name: &str,
        state: Option<&Tensor>,
        what: &str,
        shape: &[usize],
        like: (&str, &Tensor),
    ) -> Result<Vec<f64>, Error> {
        match state {
            Some(state) => Ok(self.floats_of(name, state, what, shape, like)?.to_vec()),
            None => Ok(Tensor::zeros(like.1.element_type(), shape)?.to_f64s()),
        }
    }

    /// The leading sizes and the last size of an operand.
    pub(crate) fn last_dimension<'a>(
        self,
        name: &str,
        operand: &'a Tensor,
    ) -> Result<(&'a [usize], usize), Error> {
        match operand.shape().split_last() {
            Some((&last, leading)) => Ok((leading, last)),
            None => Err(self.error(
                format!("`{name}` to have a last dimension"),
                "a tensor of rank 0",
            )),
        }
    }

    /// The sizes of an operand that must have two dimensions.
    pub(crate) fn matrix(self, name: &str, operand: &Tensor) -> Result<(usize, usize), Error> {
        match *operand.shape() {
            [rows, columns] => Ok((rows, columns)),
            _ => Err(self.error(
                format!("`{name}` to have 2 dimensions"),
                format!("{:?}", operand.shape()),
            )),
        }
    }

    /// Requires an `epsilon` that is finite and not negative.
    pub(crate) fn epsilon(self, epsilon: f64) -> Result<(), Error> {
        if epsilon.is_finite() && epsilon >= 0.0 {
            return Ok(());
        }
        Err(self.error(
            "`epsilon` to be finite and not negative",
            epsilon.to_string(),
        ))
    }
}

/// The rows of `columns` values each, as many as `values` holds; `count` of
/// them, which cannot be told from the values of rows that are empty.
pub(crate) fn rows<T>(values: &[T], count: usize, columns: usize) -> impl Iterator<Item = &[T]> {
    (0..count).map(move |row| &values[row * columns..(row + 1) * columns])
}
