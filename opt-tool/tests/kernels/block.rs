//! Blocks of numbers and pointers, as programs compute with them.

use super::memory::Scalar;
use half::{bf16, f16};

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    F16,
    Bf16,
    F32,
    F64,
    /// An integer of that many bits; an index has 64.
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
            "f64" => Self::F64,
            "index" => Self::Int(64),
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
            Self::F64 => value,
            _ => f64::from(value as f32),
        }
    }

    /// How many bits an integer has.
    pub fn bits(self) -> u32 {
        match self {
            Self::Int(bits) => bits,
            _ => 64,
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

    /// An element.
    pub fn get(&self, index: usize) -> Result<Scalar, String> {
        match &self.elements {
            Elements::Float(values) => Ok(Scalar::Float(values[index])),
            Elements::Int(values) => Ok(Scalar::Int(values[index])),
            Elements::Pointer(_) => Err("expected numbers, but got pointers".into()),
        }
    }

    /// Changes an element.
    pub fn set(&mut self, index: usize, value: Scalar) -> Result<(), String> {
        match (&mut self.elements, value) {
            (Elements::Float(values), Scalar::Float(value)) => values[index] = value,
            (Elements::Int(values), Scalar::Int(value)) => values[index] = value,
            (_, value) => {
                return Err(format!(
                    "expected an element of another type, but got {value:?}"
                ));
            }
        }
        Ok(())
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
