//! Values of a module that is being written, and their types.

use fidelity_dialect::{DYNAMIC, Storage, TensorType as IrType, storage_of};
use fidelity_reference::ElementType;
use melior::ir::Type as AnyType;
use std::fmt::{self, Display, Formatter};

/// The type of a tensor, and the sizes that it will have when it is run.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorType {
    /// The type of the elements.
    pub element: ElementType,
    /// The sizes at run time.
    pub shape: Vec<usize>,
    /// Which of the sizes the type does not say.
    pub dynamic: Vec<bool>,
    /// How the elements are stored.
    pub storage: Storage,
    /// The encoding as it is written.
    pub encoding: Option<String>,
}

impl TensorType {
    /// A type without an encoding that says every size.
    pub fn new(element: ElementType, shape: &[usize]) -> Self {
        Self {
            element,
            shape: shape.to_vec(),
            dynamic: vec![false; shape.len()],
            storage: Storage::Dense,
            encoding: None,
        }
    }

    /// Takes a type of the IR apart, whose sizes at run time are those of
    /// another type, or else all static.
    pub fn of(r#type: AnyType<'_>, shape: Option<&[usize]>) -> Option<Self> {
        let ir = IrType::new(r#type)?;
        Some(Self {
            element: ir.element.to_string().parse().ok()?,
            shape: match shape {
                Some(shape) => shape.to_vec(),
                None => (ir.shape.iter())
                    .map(|&size| usize::try_from(size).ok())
                    .collect::<Option<_>>()?,
            },
            dynamic: ir.shape.iter().map(|&size| size == DYNAMIC).collect(),
            storage: storage_of(&ir),
            encoding: ir.encoding.map(|encoding| encoding.to_string()),
        })
    }

    /// Stored so, and without names and a unit.
    pub fn stored(self, storage: Storage) -> Self {
        let text = format!("#fidelity.tensor<storage = {storage}>");
        Self {
            storage,
            encoding: (storage != Storage::Dense).then_some(text),
            ..self
        }
    }

    /// The type that says every size.
    pub fn to_static(&self) -> Self {
        Self {
            dynamic: vec![false; self.shape.len()],
            ..self.clone()
        }
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The number of elements.
    pub fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it is a dense tensor of that element type and those sizes,
    /// whatever its names and its unit.
    pub fn fits(&self, element: ElementType, shape: &[usize]) -> bool {
        self.element == element && self.shape == shape && self.storage == Storage::Dense
    }

    /// Whether a cast makes one of the other: they differ at most in which
    /// sizes the types say.
    pub fn is_like(&self, other: &Self) -> bool {
        self.to_static() == other.to_static()
    }
}

impl Display for TensorType {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("tensor<")?;
        for (size, dynamic) in self.shape.iter().zip(&self.dynamic) {
            match dynamic {
                true => formatter.write_str("?x")?,
                false => write!(formatter, "{size}x")?,
            }
        }
        write!(formatter, "{}", self.element)?;
        if let Some(encoding) = &self.encoding {
            write!(formatter, ", {encoding}")?;
        }
        formatter.write_str(">")
    }
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// A tensor.
    Tensor(TensorType),
    /// An index that has this value at run time.
    Index(usize),
    /// A truth value.
    Bool,
}

impl Display for Type {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tensor(tensor) => tensor.fmt(formatter),
            Self::Index(_) => formatter.write_str("index"),
            Self::Bool => formatter.write_str("i1"),
        }
    }
}

/// A value that ops can take.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Its name, with the %.
    pub name: String,
    /// Its type.
    pub r#type: Type,
}

impl Value {
    /// The type of a tensor.
    pub fn tensor(&self) -> Option<&TensorType> {
        match &self.r#type {
            Type::Tensor(tensor) => Some(tensor),
            _ => None,
        }
    }
}
