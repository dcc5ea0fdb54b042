//! What a value of the IR is while a function is evaluated.

use super::{Failure, Result};
use fidelity_reference::{Complex, Data, ElementType, Tensor};
use std::{
    fmt::{self, Display, Formatter},
    rc::Rc,
};

/// A number: an element of a tensor, or a value that is no tensor.
///
/// A float is already rounded to its type, as are the parts of a complex one. An integer is within the range that
/// the reference gives its type: an i1 is 0 or 1, an `index` an i64.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Float(f64),
    Complex(Complex),
    Int(i64),
}

impl Number {
    /// `value` rounded to a float type, half to even.
    pub(super) fn from_float(value: f64, to: ElementType) -> Self {
        Self::Float(to.round(value))
    }

    /// `value` with its parts rounded to those of a complex type.
    pub(super) fn from_complex(value: Complex, to: ElementType) -> Self {
        Self::Complex(value.map(|part| to.round(part)))
    }

    /// The low bits of `value`, as many as an integer type has.
    pub(super) fn from_bits(value: i64, to: ElementType) -> Self {
        Self::Int(match to {
            ElementType::I1 => value & 1,
            ElementType::I8 => i64::from(value as i8),
            ElementType::U8 => i64::from(value as u8),
            ElementType::I16 => i64::from(value as i16),
            ElementType::I32 => i64::from(value as i32),
            _ => value,
        })
    }

    pub(super) fn from_bool(value: bool) -> Self {
        Self::Int(i64::from(value))
    }

    /// The value of a float.
    pub(super) fn float(self) -> Result<f64> {
        match self {
            Self::Float(value) => Ok(value),
            other => Err(Failure::expected("a float", other)),
        }
    }

    /// The value of a complex number.
    pub(super) fn complex(self) -> Result<Complex> {
        match self {
            Self::Complex(value) => Ok(value),
            other => Err(Failure::expected("a complex number", other)),
        }
    }

    /// The value of an integer.
    pub(super) fn int(self) -> Result<i64> {
        match self {
            Self::Int(value) => Ok(value),
            other => Err(Failure::expected("an integer", other)),
        }
    }

    /// A number of elements or a position, which cannot be negative.
    pub(super) fn size(self) -> Result<usize> {
        let value = self.int()?;
        usize::try_from(value).map_err(|_| Failure::expected("a size of at least 0", value))
    }
}

impl Display for Number {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Float(value) => write!(formatter, "the float {value}"),
            Self::Complex(value) => write!(formatter, "the complex number {value}"),
            Self::Int(value) => write!(formatter, "the integer {value}"),
        }
    }
}

/// The value of an integer of that type as a signed one.
pub(super) fn signed(value: i64, r#type: ElementType) -> i64 {
    match r#type {
        // The one bit of an i1 is its sign.
        ElementType::I1 => -value,
        _ => value,
    }
}

/// The value of an integer of that type as an unsigned one.
pub(super) fn unsigned(value: i64, r#type: ElementType) -> u64 {
    match bits(r#type) {
        64 => value as u64,
        bits => value as u64 & ((1 << bits) - 1),
    }
}

/// The number of bits of an integer type.
pub(super) fn bits(r#type: ElementType) -> u32 {
    match r#type {
        ElementType::I1 => 1,
        r#type => 8 * r#type.byte_width() as u32,
    }
}

/// A tensor, shared by those that read it, or a number.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Number(Number),
    Tensor(Rc<Tensor>),
}

impl Value {
    pub(super) fn number(&self) -> Result<Number> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Tensor(tensor) => Err(Failure::expected("a number", tensor)),
        }
    }

    pub(super) fn tensor(&self) -> Result<&Rc<Tensor>> {
        match self {
            Self::Tensor(tensor) => Ok(tensor),
            Self::Number(number) => Err(Failure::expected("a tensor", format!("{number:?}"))),
        }
    }

    /// A number that is 0 or 1.
    pub(super) fn truth(&self) -> Result<bool> {
        Ok(self.number()?.int()? != 0)
    }

    /// A number that is a size or a position.
    pub(super) fn size(&self) -> Result<usize> {
        self.number()?.size()
    }
}

impl From<Tensor> for Value {
    fn from(tensor: Tensor) -> Self {
        Self::Tensor(Rc::new(tensor))
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

/// The element at a row-major offset, which is one of the tensor's.
pub(super) fn element(tensor: &Tensor, offset: usize) -> Number {
    match tensor.data() {
        Data::Float(values) => Number::Float(values[offset]),
        Data::Complex(values) => Number::Complex(values[offset]),
        Data::Int(values) => Number::Int(values[offset]),
    }
}

/// Elements that are still being written.
pub(super) struct Elements {
    r#type: ElementType,
    shape: Vec<usize>,
    data: Data,
}

impl Elements {
    /// No elements yet, of a tensor of that type and shape.
    pub(super) fn new(r#type: ElementType, shape: Vec<usize>) -> Self {
        let data = if r#type.is_float() {
            Data::Float(Vec::new())
        } else if r#type.is_complex() {
            Data::Complex(Vec::new())
        } else {
            Data::Int(Vec::new())
        };
        Self {
            r#type,
            shape,
            data,
        }
    }

    /// Elements that are all the same.
    pub(super) fn filled(r#type: ElementType, shape: Vec<usize>, number: Number) -> Result<Self> {
        // A tensor too large for the memory is refused here.
        let mut elements = Self::from(&Tensor::zeros(r#type, shape)?);
        match &mut elements.data {
            Data::Float(values) => values.fill(number.float()?),
            Data::Complex(values) => values.fill(number.complex()?),
            Data::Int(values) => values.fill(number.int()?),
        }
        Ok(elements)
    }

    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Adds the next element in row-major order.
    pub(super) fn push(&mut self, number: Number) -> Result<()> {
        match &mut self.data {
            Data::Float(values) => values.push(number.float()?),
            Data::Complex(values) => values.push(number.complex()?),
            Data::Int(values) => values.push(number.int()?),
        }
        Ok(())
    }

    /// The element at an offset that has one.
    pub(super) fn get(&self, offset: usize) -> Number {
        match &self.data {
            Data::Float(values) => Number::Float(values[offset]),
            Data::Complex(values) => Number::Complex(values[offset]),
            Data::Int(values) => Number::Int(values[offset]),
        }
    }

    /// Replaces the element at an offset that has one.
    pub(super) fn set(&mut self, offset: usize, number: Number) -> Result<()> {
        match &mut self.data {
            Data::Float(values) => values[offset] = number.float()?,
            Data::Complex(values) => values[offset] = number.complex()?,
            Data::Int(values) => values[offset] = number.int()?,
        }
        Ok(())
    }

    /// The tensor, once every element is there.
    pub(super) fn into_tensor(self) -> Result<Tensor> {
        Ok(match self.data {
            Data::Float(values) => Tensor::from_floats(self.r#type, self.shape, values)?,
            Data::Complex(values) => Tensor::from_complex(self.r#type, self.shape, values)?,
            Data::Int(values) => Tensor::from_integers(self.r#type, self.shape, values)?,
        })
    }
}

impl From<&Tensor> for Elements {
    fn from(tensor: &Tensor) -> Self {
        Self {
            r#type: tensor.element_type(),
            shape: tensor.shape().to_vec(),
            data: tensor.data().clone(),
        }
    }
}

/// The row-major offset of an index, which must be one of that shape's.
pub(super) fn offset(index: &[i64], shape: &[usize]) -> Result<usize> {
    if index.len() != shape.len() {
        return Err(Failure::expected(
            format!("{} indices", shape.len()),
            index.len(),
        ));
    }
    let mut offset = 0;
    for (dimension, (&position, &size)) in index.iter().zip(shape).enumerate() {
        match usize::try_from(position) {
            Ok(position) if position < size => offset = offset * size + position,
            _ => {
                return Err(Failure::expected(
                    format!("an index from 0 to below {size} in dimension {dimension}"),
                    position,
                ));
            }
        }
    }
    Ok(offset)
}

/// Calls `visit` with each index of a shape, in row-major order.
pub(super) fn for_each_index(
    shape: &[usize],
    mut visit: impl FnMut(&[i64]) -> Result<()>,
) -> Result<()> {
    if shape.contains(&0) {
        return Ok(());
    }
    let mut index = vec![0; shape.len()];
    loop {
        visit(&index)?;
        let mut dimension = shape.len();
        loop {
            let Some(before) = dimension.checked_sub(1) else {
                return Ok(());
            };
            dimension = before;
            index[dimension] += 1;
            if index[dimension] < shape[dimension] as i64 {
                break;
            }
            index[dimension] = 0;
        }
    }
}
