//! Dense tensors that hold every value exactly.

mod bytes;

use std::fmt;

use crate::shape::{buffer, element_count, unravel};
use crate::{Complex, ElementType, Error};

/// The elements of a tensor in row-major order: f64 holds every value of every
/// float type, a pair of it every value of every complex type, i64 every value
/// of every integer type.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Elements of a float type, each already rounded to it.
    Float(Vec<f64>),
    /// Elements of a complex type, their parts already rounded to its own.
    Complex(Vec<Complex>),
    /// Elements of an integer type, each within its range.
    Int(Vec<i64>),
}

/// A dense row-major tensor of any rank; sizes may be 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    element_type: ElementType,
    shape: Vec<usize>,
    data: Data,
}

impl Tensor {
    /// A tensor of a float type, each value rounded to it, half to even.
    ///
    /// # Errors
    /// When `element_type` is not a float type, or the number of values is not
    /// that of the shape.
    pub fn from_floats(
        element_type: ElementType,
        shape: impl Into<Vec<usize>>,
        mut values: Vec<f64>,
    ) -> Result<Self, Error> {
        let shape = shape.into();
        if !element_type.is_float() {
            return Err(Error::value(
                "a float element type",
                element_type.to_string(),
            ));
        }
        check_count(&shape, values.len())?;
        for value in &mut values {
            *value = element_type.round(*value);
        }
        Ok(Self {
            element_type,
            shape,
            data: Data::Float(values),
        })
    }

    /// A tensor of a complex type, each part of a value rounded to its parts'
    /// type, half to even.
    ///
    /// # Errors
    /// When `element_type` is not a complex type, or the number of values is
    /// not that of the shape.
    pub fn from_complex(
        element_type: ElementType,
        shape: impl Into<Vec<usize>>,
        mut values: Vec<Complex>,
    ) -> Result<Self, Error> {
        let shape = shape.into();
        if !element_type.is_complex() {
            return Err(Error::value(
                "a complex element type",
                element_type.to_string(),
            ));
        }
        check_count(&shape, values.len())?;
        for value in &mut values {
            *value = value.map(|part| element_type.round(part));
        }
        Ok(Self {
            element_type,
            shape,
            data: Data::Complex(values),
        })
    }

    /// A tensor of an integer type.
    ///
    /// # Errors
    /// When `element_type` is not an integer type, the number of values is not
    /// that of the shape, or a value is out of the type's range.
    pub fn from_integers(
        element_type: ElementType,
        shape: impl Into<Vec<usize>>,
        values: Vec<i64>,
    ) -> Result<Self, Error> {
        let shape = shape.into();
        let (least, greatest) = element_type
            .integer_range()
            .ok_or_else(|| Error::value("an integer element type", element_type.to_string()))?;
        check_count(&shape, values.len())?;
        let in_range = |value: &i64| (least..=greatest).contains(value);
        if let Some(offset) = values.iter().position(|value| !in_range(value)) {
            return Err(Error::value(
                format!("values of {element_type} in {least}..={greatest}"),
                format!("{} at {:?}", values[offset], unravel(&shape, offset)),
            ));
        }
        Ok(Self {
            element_type,
            shape,
            data: Data::Int(values),
        })
    }

    /// A tensor of zeros.
    ///
    /// # Errors
    /// When it does not fit into memory.
    pub fn zeros(element_type: ElementType, shape: impl Into<Vec<usize>>) -> Result<Self, Error> {
        let shape = shape.into();
        let count = element_count(&shape)?;
        let data = if element_type.is_float() {
            Data::Float(repeated(0.0, count)?)
        } else if element_type.is_complex() {
            Data::Complex(repeated(Complex::default(), count)?)
        } else {
            Data::Int(repeated(0, count)?)
        };
        Ok(Self {
            element_type,
            shape,
            data,
        })
    }

    /// The same type and shape with what `change` makes of each value of a float
    /// type, or of each part of a complex one. They are not rounded to the type:
    /// this is how values lie that a computation goes on with in a wider type.
    /// Integers stay.
    pub fn map_floats(&self, mut change: impl FnMut(f64) -> f64) -> Self {
        let data = match &self.data {
            Data::Float(values) => Data::Float(values.iter().map(|&value| change(value)).collect()),
            Data::Complex(values) => {
                let change = |value: &Complex| Complex::new(change(value.re), change(value.im));
                Data::Complex(values.iter().map(change).collect())
            }
            Data::Int(values) => Data::Int(values.clone()),
        };
        Self {
            data,
            ..self.clone()
        }
    }

    /// The same shape and values in a float type, each rounded to it, half to
    /// even. An i64 beyond ±2⁵³ is rounded to f64 first.
    ///
    /// # Errors
    /// When `element_type` is not a float type, or the values are complex.
    pub fn to_float(&self, element_type: ElementType) -> Result<Self, Error> {
        if self.element_type.is_complex() {
            return Err(Error::value("real values", self.to_string()));
        }
        Self::from_floats(element_type, self.shape.as_slice(), self.to_f64s())
    }

    /// The same elements in row-major order under another shape.
    ///
    /// # Errors
    /// When the shape has another number of elements.
    pub fn reshaped(&self, shape: impl Into<Vec<usize>>) -> Result<Self, Error> {
        let shape = shape.into();
        check_count(&shape, self.len())?;
        Ok(Self {
            shape,
            ..self.clone()
        })
    }

    /// The type of the elements.
    pub fn element_type(&self) -> ElementType {
        self.element_type
    }

    /// The size of each dimension.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Number of dimensions.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Float(values) => values.len(),
            Data::Complex(values) => values.len(),
            Data::Int(values) => values.len(),
        }
    }

    /// True when a dimension has size 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements in row-major order.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// The elements of a float tensor in row-major order, else `None`.
    pub fn floats(&self) -> Option<&[f64]> {
        match &self.data {
            Data::Float(values) => Some(values),
            Data::Complex(_) | Data::Int(_) => None,
        }
    }

    /// The elements of a complex tensor in row-major order, else `None`.
    pub fn complex(&self) -> Option<&[Complex]> {
        match &self.data {
            Data::Complex(values) => Some(values),
            Data::Float(_) | Data::Int(_) => None,
        }
    }

    /// The elements of an integer tensor in row-major order, else `None`.
    pub fn integers(&self) -> Option<&[i64]> {
        match &self.data {
            Data::Float(_) | Data::Complex(_) => None,
            Data::Int(values) => Some(values),
        }
    }

    /// The elements in row-major order as f64, exact but for an i64 beyond
    /// ±2⁵³; of a complex element both parts, the real one first.
    pub fn to_f64s(&self) -> Vec<f64> {
        match &self.data {
            Data::Float(values) => values.clone(),
            Data::Complex(values) => values.iter().flat_map(|z| [z.re, z.im]).collect(),
            Data::Int(values) => values.iter().map(|&value| value as f64).collect(),
        }
    }

    /// The index of each element, in row-major order.
    pub fn indices(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        (0..self.len()).map(|offset| unravel(&self.shape, offset))
    }

    /// The row-major offset of an index, `None` when the index is not one of
    /// this tensor's.
    pub fn offset(&self, index: &[usize]) -> Option<usize> {
        if index.len() != self.rank() {
            return None;
        }
        index
            .iter()
            .zip(&self.shape)
            .try_fold(0, |offset, (&position, &size)| {
                (position < size).then_some(offset * size + position)
            })
    }
}

/// The tensor's type as MLIR writes it, `tensor<2x3xf32>`.
impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tensor<")?;
        for size in &self.shape {
            write!(f, "{size}x")?;
        }
        write!(f, "{}>", self.element_type)
    }
}

/// That many times one value.
fn repeated<T: Clone>(value: T, count: usize) -> Result<Vec<T>, Error> {
    let mut values = buffer(count)?;
    values.resize(count, value);
    Ok(values)
}

fn check_count(shape: &[usize], actual: usize) -> Result<(), Error> {
    let expected = element_count(shape)?;
    if expected == actual {
        return Ok(());
    }
    Err(Error::value(
        format!("{expected} elements for shape {shape:?}"),
        actual.to_string(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn message<T: fmt::Debug>(result: Result<T, Error>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn rounds_to_the_element_type() {
        let values = vec![0.1, 65520.0, -1.0 / 3.0];
        let halves = Tensor::from_floats(ElementType::F16, [3], values.clone()).unwrap();
        assert_eq!(
            halves.floats().unwrap(),
            [0.0999755859375, f64::INFINITY, -0.333251953125]
        );
        let brains = Tensor::from_floats(ElementType::BF16, [3], values).unwrap();
        assert_eq!(
            brains.floats().unwrap(),
            [0.10009765625, 65536.0, -0.333984375]
        );
    }

    #[test]
    fn mapped_floats_are_not_rounded() {
        let half = Tensor::from_floats(ElementType::F16, [1], vec![0.1]).unwrap();
        assert_eq!(half.map_floats(|_| 0.1).floats(), Some(&[0.1][..]));
        let z = Tensor::from_complex(ElementType::ComplexF32, [1], vec![Complex::new(1.0, 2.0)]);
        assert_eq!(
            z.unwrap().map_floats(|value| value + 0.1).complex(),
            Some(&[Complex::new(1.1, 2.1)][..])
        );
        let trit = Tensor::from_integers(ElementType::I8, [1], vec![-1]).unwrap();
        assert_eq!(trit.map_floats(|_| 0.1), trit);
    }

    #[test]
    fn complex_elements_are_pairs() {
        let z = Complex::new(-2.5, 0.1);
        let narrow = Tensor::from_complex(ElementType::ComplexF32, [1], vec![z]).unwrap();
        let rounded = Complex::new(-2.5, f64::from(0.1_f32));
        assert_eq!(narrow.complex(), Some(&[rounded][..]));
        assert_eq!(narrow.to_f64s(), [rounded.re, rounded.im]);
        assert_eq!(narrow.to_string(), "tensor<1xcomplex<f32>>");
        assert_eq!(
            narrow.to_bytes(),
            [0, 0, 0x20, 0xc0, 0xcd, 0xcc, 0xcc, 0x3d]
        );
        let wide = Tensor::from_complex(ElementType::ComplexF64, [], vec![z]).unwrap();
        for tensor in [narrow, wide] {
            let (element, bytes) = (tensor.element_type(), tensor.to_bytes());
            assert_eq!(bytes.len(), element.byte_width());
            assert_eq!(
                Tensor::from_bytes(element, tensor.shape(), &bytes).unwrap(),
                tensor
            );
            assert_eq!((tensor.floats(), tensor.integers()), (None, None));
            assert_eq!(
                message(tensor.to_float(ElementType::F64)),
                format!("expected real values, but got {tensor}")
            );
        }
        let zero = Tensor::zeros(ElementType::ComplexF64, [1]).unwrap();
        assert_eq!(zero.complex(), Some(&[Complex::default()][..]));
        assert_eq!(
            message(Tensor::from_complex(ElementType::F32, [1], vec![z])),
            "expected a complex element type, but got f32"
        );
    }

    #[test]
    fn empty_and_scalar_tensors_are_tensors() {
        let empty = Tensor::zeros(ElementType::F32, [2, 0, 3]).unwrap();
        assert!(empty.is_empty());
        assert_eq!(empty.to_bytes(), []);
        assert_eq!(empty.indices().count(), 0);
        assert_eq!(empty.to_string(), "tensor<2x0x3xf32>");

        let scalar = Tensor::zeros(ElementType::I8, []).unwrap();
        assert_eq!((scalar.rank(), scalar.len()), (0, 1));
        assert_eq!(scalar.indices().collect::<Vec<_>>(), [Vec::<usize>::new()]);
        assert_eq!(scalar.offset(&[]), Some(0));
        assert_eq!(scalar.to_string(), "tensor<i8>");
    }

    #[test]
    fn indices_and_offsets_are_inverse() {
        let tensor = Tensor::zeros(ElementType::F64, [2, 3, 4]).unwrap();
        let offsets: Vec<_> = tensor
            .indices()
            .map(|index| tensor.offset(&index).unwrap())
            .collect();
        assert_eq!(offsets, (0..24).collect::<Vec<_>>());
        assert_eq!(tensor.offset(&[0, 3, 0]), None);
        assert_eq!(tensor.offset(&[0, 0]), None);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert_eq!(
            message(Tensor::from_floats(ElementType::F32, [2, 3], vec![0.0; 5])),
            "expected 6 elements for shape [2, 3], but got 5"
        );
        assert_eq!(
            message(Tensor::from_floats(ElementType::I8, [1], vec![0.0])),
            "expected a float element type, but got i8"
        );
        assert_eq!(
            message(Tensor::from_integers(ElementType::F32, [1], vec![0])),
            "expected an integer element type, but got f32"
        );
        assert_eq!(
            message(Tensor::from_integers(
                ElementType::I8,
                [2, 2],
                vec![0, 1, 2, 300]
            )),
            "expected values of i8 in -128..=127, but got 300 at [1, 1]"
        );
        assert_eq!(
            message(Tensor::from_bytes(ElementType::F32, [2], &[0; 7])),
            "expected 2 elements of f32, 4 bytes each, but got 7 bytes"
        );
        assert_eq!(
            message(Tensor::zeros(ElementType::F32, [1 << 62])),
            "expected a tensor that fits into memory, \
             but got a tensor of 4611686018427387904 elements"
        );
    }

    #[test]
    fn changes_shape_and_type() {
        let tensor = Tensor::from_integers(ElementType::I32, [2, 3], (0..6).collect()).unwrap();
        let floats = tensor.reshaped([3, 2]).unwrap().to_float(ElementType::F16);
        assert_eq!(
            floats.unwrap(),
            Tensor::from_floats(ElementType::F16, [3, 2], (0..6).map(f64::from).collect()).unwrap()
        );
        assert_eq!(
            message(tensor.reshaped([4])),
            "expected 4 elements for shape [4], but got 6"
        );
    }
}
