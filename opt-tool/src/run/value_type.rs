//! The type of an argument or result, as a file is checked against it.

use fidelity_dialect::{DYNAMIC, Storage, TensorType, storage_of};
use fidelity_reference::ElementType;
use melior::ir::{Type, TypeLike};
use std::fmt::{self, Display, Formatter};

/// A ranked tensor or scalar type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueType {
    /// The type as MLIR writes it.
    text: String,
    /// The logical size of each dimension, `None` for a dynamic one; no list
    /// for a scalar.
    pub shape: Option<Vec<Option<usize>>>,
    /// The type of the elements; i64 for an index.
    pub element: ElementType,
    /// Whether the elements are of index type.
    pub is_index: bool,
    /// How the elements are stored.
    pub storage: Storage,
}

impl ValueType {
    /// Takes a type apart, if a tensor in a file can be of it.
    pub fn of(r#type: Type<'_>) -> Option<Self> {
        let tensor = r#type
            .is_ranked_tensor()
            .then(|| TensorType::new(r#type))
            .flatten();
        let element = tensor.as_ref().map_or(r#type, |tensor| tensor.element);
        let is_index = element.is_index();
        Some(Self {
            text: r#type.to_string(),
            storage: tensor.as_ref().map_or(Storage::Dense, storage_of),
            shape: tensor.map(|tensor| {
                let size = |&size: &i64| (size != DYNAMIC).then_some(size as usize);
                tensor.shape.iter().map(size).collect()
            }),
            element: if is_index {
                ElementType::I64
            } else {
                element.to_string().parse().ok()?
            },
            is_index,
        })
    }

    /// The size of the last dimension, when it is known.
    pub fn columns(&self) -> Option<usize> {
        self.shape.as_ref()?.last().copied().flatten()
    }

    /// Whether a tensor of those sizes is of this type.
    pub fn admits(&self, sizes: &[usize]) -> bool {
        let shape = self.shape.as_deref().unwrap_or_default();
        shape.len() == sizes.len()
            && shape
                .iter()
                .zip(sizes)
                .all(|(expected, size)| expected.is_none_or(|expected| expected == *size))
    }
}

impl Display for ValueType {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
