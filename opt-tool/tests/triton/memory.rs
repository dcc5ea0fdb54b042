//! Memory in which every access is looked at.

use super::block::{Block, Element, Elements, Pointer};
use fidelity_reference::{ElementType, Tensor};

/// A program of a launch.
pub type Number = [i64; 2];

/// The memory of a tensor.
pub struct Buffer {
    pub name: String,
    pub element: Element,
    values: Elements,
    is_set: Vec<bool>,
    /// Who wrote an element in this launch.
    writer: Vec<Option<Number>>,
    is_input: bool,
}

#[derive(Default)]
pub struct Memory {
    pub buffers: Vec<Buffer>,
}

impl Memory {
    /// Memory for a tensor whose elements are not set.
    pub fn allocate(&mut self, name: String, element: Element, count: usize) -> usize {
        let values = match element {
            Element::Int(_) => Elements::Int(vec![0; count]),
            _ => Elements::Float(vec![f64::NAN; count]),
        };
        self.buffers.push(Buffer {
            name,
            element,
            values,
            is_set: vec![false; count],
            writer: vec![None; count],
            is_input: false,
        });
        self.buffers.len() - 1
    }

    /// Memory that is read only, with a tensor's elements.
    pub fn input(&mut self, name: String, element: Element, tensor: &Tensor) -> usize {
        let buffer = self.allocate(name, element, tensor.len());
        let of = &mut self.buffers[buffer];
        of.values = match element {
            Element::Int(_) => Elements::Int(tensor.integers().expect("integers").to_vec()),
            _ => Elements::Float(tensor.to_f64s()),
        };
        of.is_set.fill(true);
        of.is_input = true;
        buffer
    }

    /// What a buffer holds; every element has to be set.
    pub fn tensor(
        &self,
        buffer: usize,
        element: ElementType,
        shape: &[usize],
    ) -> Result<Tensor, String> {
        let of = &self.buffers[buffer];
        if let Some(at) = of.is_set.iter().position(|&is_set| !is_set) {
            return Err(format!("{}: element {at} is never written", of.name));
        }
        match &of.values {
            Elements::Int(values) => Tensor::from_integers(element, shape.to_vec(), values.clone()),
            Elements::Float(values) => Tensor::from_floats(element, shape.to_vec(), values.clone()),
            Elements::Pointer(_) => return Err("pointers in memory".into()),
        }
        .map_err(|error| error.to_string())
    }

    /// Begins a launch: what earlier ones wrote is there for all programs.
    pub fn launch(&mut self) {
        for buffer in &mut self.buffers {
            buffer.writer.fill(None);
        }
    }

    fn element(&self, pointer: Pointer) -> Result<usize, String> {
        let of = &self.buffers[pointer.buffer];
        usize::try_from(pointer.offset)
            .ok()
            .filter(|&at| at < of.is_set.len())
            .ok_or_else(|| {
                format!(
                    "{}: element {} of {} is out of range",
                    of.name,
                    pointer.offset,
                    of.is_set.len()
                )
            })
    }

    /// Loads; an element that the mask leaves out is that of `other`.
    pub fn load(
        &self,
        pointers: &Block,
        mask: &Block,
        other: &Block,
        program: Number,
    ) -> Result<Block, String> {
        let mut result = other.clone();
        let places = pointers.pointers()?.iter().zip(mask.ints()?);
        for (index, (&pointer, &is_there)) in places.enumerate() {
            if is_there == 0 {
                continue;
            }
            let at = self.element(pointer)?;
            let of = &self.buffers[pointer.buffer];
            if of.element != other.element {
                return Err(format!(
                    "{}: expected {:?}, but got {:?}",
                    of.name, of.element, other.element
                ));
            }
            if !of.is_set[at] {
                return Err(format!(
                    "{}: element {at} is read before it is written",
                    of.name
                ));
            }
            if of.writer[at].is_some_and(|writer| writer != program) {
                return Err(format!(
                    "{}: element {at} is read and written by two programs",
                    of.name
                ));
            }
            match (&mut result.elements, &of.values) {
                (Elements::Float(to), Elements::Float(from)) => to[index] = from[at],
                (Elements::Int(to), Elements::Int(from)) => to[index] = from[at],
                _ => return Err(format!("{}: expected elements of its type", of.name)),
            }
        }
        Ok(result)
    }

    /// Stores; each element once in a launch.
    pub fn store(
        &mut self,
        pointers: &Block,
        value: &Block,
        mask: Option<&Block>,
        program: Number,
    ) -> Result<(), String> {
        for (index, &pointer) in pointers.pointers()?.iter().enumerate() {
            if let Some(mask) = mask
                && mask.ints()?[index] == 0
            {
                continue;
            }
            let at = self.element(pointer)?;
            let of = &mut self.buffers[pointer.buffer];
            if of.element != value.element {
                return Err(format!(
                    "{}: expected {:?}, but got {:?}",
                    of.name, of.element, value.element
                ));
            }
            if of.is_input {
                return Err(format!("{}: an argument is written to", of.name));
            }
            if of.writer[at].is_some() {
                return Err(format!("{}: element {at} is written twice", of.name));
            }
            of.writer[at] = Some(program);
            of.is_set[at] = true;
            match (&mut of.values, &value.elements) {
                (Elements::Float(to), Elements::Float(from)) => to[at] = from[index],
                (Elements::Int(to), Elements::Int(from)) => to[at] = from[index],
                _ => return Err(format!("{}: expected elements of its type", of.name)),
            }
        }
        Ok(())
    }
}
