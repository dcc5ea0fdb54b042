//! Tensors as the bytes that compiled code holds them in.

use super::{Data, Tensor};
use crate::shape::{buffer, element_count};
use crate::{Complex, ElementType, Error};

impl Tensor {
    /// A tensor from the bytes that compiled code holds it in: row-major, each
    /// element little-endian, an `i1` in a byte of its own, of a complex element
    /// the real part first.
    ///
    /// # Errors
    /// When the number of bytes is not that of the shape and type.
    pub fn from_bytes(
        element_type: ElementType,
        shape: impl Into<Vec<usize>>,
        bytes: &[u8],
    ) -> Result<Self, Error> {
        let shape = shape.into();
        let count = element_count(&shape)?;
        let width = element_type.byte_width();
        if count.checked_mul(width) != Some(bytes.len()) {
            return Err(Error::value(
                format!("{count} elements of {element_type}, {width} bytes each"),
                format!("{} bytes", bytes.len()),
            ));
        }
        let elements = bytes.chunks_exact(width);
        let data = if element_type.is_float() {
            let mut values = buffer(count)?;
            values.extend(elements.map(|bytes| element_type.get_float(bytes)));
            Data::Float(values)
        } else if element_type.is_complex() {
            let part = element_type.part();
            let mut values = buffer(count)?;
            values.extend(elements.map(|bytes| {
                let (re, im) = bytes.split_at(part.byte_width());
                Complex::new(part.get_float(re), part.get_float(im))
            }));
            Data::Complex(values)
        } else {
            let mut values = buffer(count)?;
            values.extend(elements.map(|bytes| element_type.get_integer(bytes)));
            Data::Int(values)
        };
        Ok(Self {
            element_type,
            shape,
            data,
        })
    }

    /// The bytes that [`Tensor::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len() * self.element_type.byte_width());
        match &self.data {
            Data::Float(values) => values
                .iter()
                .for_each(|&value| self.element_type.put_float(value, &mut bytes)),
            Data::Complex(values) => values
                .iter()
                .flat_map(|value| [value.re, value.im])
                .for_each(|part| self.element_type.part().put_float(part, &mut bytes)),
            Data::Int(values) => values
                .iter()
                .for_each(|&value| self.element_type.put_integer(value, &mut bytes)),
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn bytes_are_those_of_the_element_type() {
        let cases: [(ElementType, &[u8], f64); 4] = [
            (ElementType::F16, &[0x00, 0xc1], -2.5),
            (ElementType::BF16, &[0x20, 0xc0], -2.5),
            (ElementType::F32, &[0, 0, 0x20, 0xc0], -2.5),
            (ElementType::F64, &[0, 0, 0, 0, 0, 0, 0x04, 0xc0], -2.5),
        ];
        for (element, bytes, value) in cases {
            let tensor = Tensor::from_floats(element, [], vec![value]).unwrap();
            assert_eq!(tensor.to_bytes(), bytes, "{element}");
            assert_eq!(Tensor::from_bytes(element, [], bytes).unwrap(), tensor);
        }
        let cases: [(ElementType, &[u8], i64); 6] = [
            (ElementType::I1, &[1], 1),
            (ElementType::I8, &[0x80], -128),
            (ElementType::I16, &[0xfe, 0xff], -2),
            (ElementType::I32, &[0x00, 0x01, 0x00, 0x80], -0x7fff_ff00),
            (ElementType::I64, &[0, 0, 0, 0, 0, 0, 0, 0x80], i64::MIN),
            (ElementType::U8, &[0xff], 255),
        ];
        for (element, bytes, value) in cases {
            let tensor = Tensor::from_integers(element, [1], vec![value]).unwrap();
            assert_eq!(tensor.to_bytes(), bytes, "{element}");
            assert_eq!(Tensor::from_bytes(element, [1], bytes).unwrap(), tensor);
        }
    }
}
