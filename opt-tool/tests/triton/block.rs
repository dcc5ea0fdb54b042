//! Blocks of numbers and pointers, as Triton IR computes with them.

use half::{bf16, f16};
use melior::ir::{Type, ValueLike};

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    F16,
    Bf16,
    F32,
    /// An integer of that many bits.
    Int(u32),
    Pointer,
}

/// Where an element of memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pointer {
    pub buffer: usize,
    pub offset: i64,
}

/// The elements of a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Elements {
    Float(Vec<f64>),
    Int(Vec<i64>),
    Pointer(Vec<Pointer>),
}

/// A block, or a scalar, whose shape is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    pub shape: Vec<usize>,
    pub element: Element,
    pub elements: Elements,
}

impl Element {
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(match text {
            "f16" => Self::F16,
            "bf16" => Self::Bf16,
            "f32" => Self::F32,
            _ if text.starts_with("!tt.ptr<") => Self::Pointer,
            _ => {
                let bits = text.strip_prefix('i').and_then(|bits| bits.parse().ok());
                Self::Int(bits.ok_or_else(|| format!("expected an element type, but got {text}"))?)
            }
        })
    }

    /// The nearest float of the type, half to even.
    pub fn round(self, value: f64) -> f64 {
        match self {
            Self::F16 => f16::from_f64(value).to_f64(),
            Self::Bf16 => bf16::from_f64(value).to_f64(),
            _ => f64::from(value as f32),
        }
    }

    /// An integer's bits as a signed number.
    pub fn wrap(self, value: i64) -> i64 {
        match self {
            Self::Int(1) => value & 1,
            Self::Int(bits) if bits < 64 => value << (64 - bits) >> (64 - bits),
            _ => value,
        }
    }

    /// An integer's bits as a natural number.
    pub fn unsigned(self, value: i64) -> u64 {
        match self {
            Self::Int(bits) if bits < 64 => value as u64 & ((1 << bits) - 1),
            _ => value as u64,
        }
    }
}

/// The shape and element of a type; every size of a block is a power of two.
pub fn parts(r#type: Type<'_>) -> Result<(Vec<usize>, Element), String> {
    let Some(tensor) = fidelity_dialect::TensorType::new(r#type) else {
        return Ok((vec![], Element::parse(&r#type.to_string())?));
    };
    let shape: Vec<usize> = tensor.shape.iter().map(|&size| size as usize).collect();
    if !shape.iter().all(|size| size.is_power_of_two()) {
        return Err(format!(
            "expected sizes that are powers of two, but got {type}"
        ));
    }
    Ok((shape, Element::parse(&tensor.element.to_string())?))
}

impl Block {
    pub fn floats(&self) -> Result<&[f64], String> {
        match &self.elements {
            Elements::Float(values) => Ok(values),
            other => Err(format!("expected floats, but got {other:?}")),
        }
    }

    pub fn ints(&self) -> Result<&[i64], String> {
        match &self.elements {
            Elements::Int(values) => Ok(values),
            other => Err(format!("expected integers, but got {other:?}")),
        }
    }

    pub fn pointers(&self) -> Result<&[Pointer], String> {
        match &self.elements {
            Elements::Pointer(values) => Ok(values),
            other => Err(format!("expected pointers, but got {other:?}")),
        }
    }

    pub fn scalar(element: Element, number: i64) -> Self {
        Self {
            shape: vec![],
            element,
            elements: Elements::Int(vec![number]),
        }
    }

    /// The elements at some indices, in a new shape.
    pub fn gather(&self, shape: Vec<usize>, index: impl Fn(usize) -> usize) -> Self {
        let count = shape.iter().product();
        let indices = (0..count).map(index);
        Self {
            element: self.element,
            elements: match &self.elements {
                Elements::Float(values) => Elements::Float(indices.map(|at| values[at]).collect()),
                Elements::Int(values) => Elements::Int(indices.map(|at| values[at]).collect()),
                Elements::Pointer(values) => {
                    Elements::Pointer(indices.map(|at| values[at]).collect())
                }
            },
            shape,
        }
    }
}

/// Checks that a value has the type that the op says.
pub fn check(block: &Block, value: melior::ir::Value<'_, '_>) -> Result<(), String> {
    let (shape, element) = parts(value.r#type())?;
    if (&shape, element) == (&block.shape, block.element) {
        return Ok(());
    }
    Err(format!(
        "expected a value of type {}, but got {:?} of {:?}",
        value.r#type(),
        block.shape,
        block.element
    ))
}
