//! What an estimate takes tensors to be, where their types do not say it all: how many
//! elements and bytes they have, and which are the same in each call.

use fidelity_dialect::{DYNAMIC, TensorType, storage_of};
use melior::ir::{Type, TypeLike, Value, ValueLike};
use ods_bridge::{bit_width, complex_element, defining_op, name_of, string_value};
use std::collections::{HashMap, HashSet};

/// What an estimate takes for what only run time tells, above all sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizes {
    /// By the name of a dimension.
    pub named: HashMap<String, i64>,
    /// Of a dimension without a name, or with another one.
    pub other: i64,
    /// Shapes that are supposed in the place of those that values have.
    supposed: HashMap<usize, Vec<f64>>,
    /// Values that are supposed to be constants.
    constants: HashSet<usize>,
}

impl Default for Sizes {
    /// 1, which is what a step of decoding has.
    fn default() -> Self {
        Self::new(HashMap::new(), 1)
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
    /// Sizes by the names of dimensions, and of those without a name.
    pub fn new(named: HashMap<String, i64>, other: i64) -> Self {
        Self {
            named,
            other,
            supposed: HashMap::new(),
            constants: HashSet::new(),
        }
    }

    /// Supposes that a value had another shape: what would an op take then?
    pub fn suppose(&mut self, value: Value<'_, '_>, shape: Vec<f64>) {
        self.supposed.insert(value.to_raw().ptr.addr(), shape);
    }

    /// Supposes that a value is the same in each call of the model.
    pub fn suppose_constant(&mut self, value: Value<'_, '_>) {
        self.constants.insert(value.to_raw().ptr.addr());
    }

    /// Whether a value is a constant, or supposed to be one.
    pub fn is_constant<'a>(&self, value: Value<'a, 'a>) -> bool {
        defining_op(value).is_some_and(|op| name_of(op) == "arith.constant")
            || self.constants.contains(&value.to_raw().ptr.addr())
    }

    /// Looks at a value; `None` unless it is a ranked tensor or a memref.
    pub fn of<'a>(&self, value: Value<'a, '_>) -> Option<Extent> {
        let supposed = self.supposed.get(&value.to_raw().ptr.addr());
        self.extent(value.r#type(), supposed)
    }

    /// Looks at a type.
    pub fn of_type<'a>(&self, r#type: Type<'a>) -> Option<Extent> {
        self.extent(r#type, None)
    }

    fn extent<'a>(&self, r#type: Type<'a>, supposed: Option<&Vec<f64>>) -> Option<Extent> {
        let tensor = TensorType::new(r#type)?;
        let size = |index: usize| match tensor.shape[index] {
            DYNAMIC => {
                let name = tensor.dimension(index).map(string_value);
                let known = name.and_then(|name| self.named.get(name));
                *known.unwrap_or(&self.other) as f64
            }
            known => known as f64,
        };
        let shape = match supposed {
            Some(shape) => shape.clone(),
            None => (0..tensor.rank()).map(size).collect(),
        };
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
