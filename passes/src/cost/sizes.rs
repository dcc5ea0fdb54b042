//! How many elements and bytes a tensor has, where its type may not say it all.

use fidelity_dialect::{DYNAMIC, TensorType, storage_of};
use melior::ir::{Type, TypeLike, Value, ValueLike};
use ods_bridge::{bit_width, complex_element, string_value};
use std::collections::HashMap;

/// Sizes that an estimate takes for those that only run time tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizes {
    /// By the name of a dimension.
    pub named: HashMap<String, i64>,
    /// Of a dimension without a name, or with another one.
    pub other: i64,
}

impl Default for Sizes {
    /// 1, which is what a step of decoding has.
    fn default() -> Self {
        Self {
            named: HashMap::new(),
            other: 1,
        }
    }
}

/// A tensor as an estimate sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Extent {
    /// Its sizes, all of them known.
    pub shape: Vec<f64>,
    /// The bytes of its elements, as they are stored.
    pub bytes: f64,
    /// The bits of an element, 8 for a trit however it is stored.
    pub bits: u32,
    /// Whether elements are floats, or complex numbers.
    pub is_float: bool,
}

impl Extent {
    /// The number of elements.
    pub fn count(&self) -> f64 {
        self.shape.iter().product()
    }

    /// The size of a dimension, 1 where there is none.
    pub fn size(&self, index: usize) -> f64 {
        self.shape.get(index).copied().unwrap_or(1.0)
    }

    /// The size of the last dimension, 1 of a scalar.
    pub fn last(&self) -> f64 {
        self.shape.last().copied().unwrap_or(1.0)
    }

    /// The number of rows of the last dimension.
    pub fn rows(&self) -> f64 {
        match self.shape.split_last() {
            Some((_, leading)) => leading.iter().product(),
            None => 1.0,
        }
    }
}

impl Sizes {
    /// Looks at a value; `None` unless it is a ranked tensor or a memref.
    pub fn of<'a>(&self, value: Value<'a, '_>) -> Option<Extent> {
        self.of_type(value.r#type())
    }

    /// Looks at a type.
    pub fn of_type<'a>(&self, r#type: Type<'a>) -> Option<Extent> {
        let tensor = TensorType::new(r#type)?;
        let size = |index: usize| match tensor.shape[index] {
            DYNAMIC => {
                let name = tensor.dimension(index).map(string_value);
                let known = name.and_then(|name| self.named.get(name));
                *known.unwrap_or(&self.other) as f64
            }
            known => known as f64,
        };
        let shape: Vec<f64> = (0..tensor.rank()).map(size).collect();
        let complex = complex_element(tensor.element);
        let element = complex.unwrap_or(tensor.element);
        // An index is 64 bits on every target.
        let bits = bit_width(tensor.element).unwrap_or(64);
        let storage = storage_of(&tensor);
        let extent = Extent {
            bytes: 0.0,
            bits,
            is_float: element.is_float(),
            shape,
        };
        let bytes = match storage.trits_per_byte() {
            // Rows start on a byte.
            Some(_) => extent.rows() * storage.row_bytes(extent.last() as usize) as f64,
            None => extent.count() * f64::from(bits.div_ceil(8)),
        };
        Some(Extent { bytes, ..extent })
    }
}
