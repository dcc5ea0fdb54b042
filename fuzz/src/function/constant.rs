//! Constants.

use super::Function;
use crate::value::{TensorType, Type, Value};
use fidelity_dialect::Storage;
use fidelity_reference::{ElementType, Tensor};

impl Function<'_> {
    /// A constant index.
    pub fn constant_index(&mut self, value: usize) -> Value {
        let attributes = format!(" <{{value = {value} : index}}>");
        let types = vec![Type::Index(value)];
        self.generic("arith.constant", &attributes, &[], types)
            .remove(0)
    }

    /// A constant: of equal elements, of any, or outside of the code. Elements
    /// are multiples of 1/16, which every float type has.
    pub fn constant(&mut self, r#type: TensorType) -> Value {
        let r#type = r#type.to_static();
        let text = self.constant_text(&r#type);
        let value = self.constant_from(r#type.clone(), &text);
        self.constants.insert(value.name.clone(), r#type);
        value
    }

    /// The elements of a constant, as they are written.
    pub(super) fn constant_text(&mut self, r#type: &TensorType) -> String {
        let kinds = match r#type.storage {
            // The bytes of a blob are those in memory, of packed trits too.
            Storage::Dense if r#type.count() > 0 => 3,
            _ => 2,
        };
        match self.random.below(kinds) {
            0 => format!("dense<{}>", self.element(r#type.element).0),
            1 => format!("dense<{}>", self.elements(r#type, &r#type.shape)),
            _ => {
                let bytes = (0..r#type.count())
                    .flat_map(|_| self.element(r#type.element).1)
                    .collect();
                let name = format!("blob{}", self.resources.len());
                self.resources.push((name.clone(), bytes));
                format!("dense_resource<{name}>")
            }
        }
    }

    /// A constant whose elements are what is written so.
    pub fn constant_of(&mut self, r#type: TensorType, element: &str) -> Value {
        self.constant_from(r#type.to_static(), &format!("dense<{element}>"))
    }

    fn constant_from(&mut self, r#type: TensorType, text: &str) -> Value {
        let attributes = format!(" <{{value = {text} : {type}}}>");
        let types = vec![Type::Tensor(r#type)];
        self.generic("arith.constant", &attributes, &[], types)
            .remove(0)
    }

    /// An element in words and in bytes. Zeros, which much is folded with, are
    /// frequent.
    fn element(&mut self, element: ElementType) -> (String, Vec<u8>) {
        if element.integer_range().is_some() {
            let value = self.random.between(0..3) as i8 - 1;
            let mut bytes = value.to_le_bytes().to_vec();
            bytes.resize(element.byte_width(), if value < 0 { 0xff } else { 0 });
            return (value.to_string(), bytes);
        }
        if element.is_complex() {
            let (re, mut bytes) = self.element(element.part());
            let (im, mut rest) = self.element(element.part());
            bytes.append(&mut rest);
            return (format!("({re}, {im})"), bytes);
        }
        let value = match self.random.below(10) {
            0 | 1 => 0.0,
            2 => 1.0,
            _ => self.random.between(0..49) as f64 / 16.0 - 1.5,
        };
        let bytes = Tensor::from_floats(element, [], vec![value]).map(|tensor| tensor.to_bytes());
        (format!("{value:?}"), bytes.unwrap_or_default())
    }

    fn elements(&mut self, r#type: &TensorType, shape: &[usize]) -> String {
        if r#type.count() == 0 {
            return String::new();
        }
        let Some((&size, rest)) = shape.split_first() else {
            return self.element(r#type.element).0;
        };
        let parts: Vec<_> = (0..size).map(|_| self.elements(r#type, rest)).collect();
        format!("[{}]", parts.join(", "))
    }
}
