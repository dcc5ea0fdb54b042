//! Memory in which every access is looked at.

use super::block::{Element, Elements, Pointer};
use fidelity_reference::{ElementType, Tensor};

/// Who accesses memory: a program by its number in the grid, and a thread.
pub type Agent = [i64; 3];

/// An element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    Float(f64),
    Int(i64),
}

/// Who has read an element.
#[derive(Clone, Copy, PartialEq)]
enum Readers {
    None,
    One(Agent),
    Several,
}

/// The memory of a tensor.
struct Buffer {
    name: String,
    element: Element,
    values: Elements,
    is_set: Vec<bool>,
    /// Who wrote and read an element since all know of it.
    writer: Vec<Option<Agent>>,
    readers: Vec<Readers>,
    is_input: bool,
}

/// Memory that programs share. What one writes others may read only after
/// [`Memory::publish`], and in between nobody may read what another writes.
#[derive(Default)]
pub struct Memory {
    buffers: Vec<Buffer>,
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
            readers: vec![Readers::None; count],
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

    /// What was written is there for all from now on: between launches, or at a
    /// barrier.
    pub fn publish(&mut self) {
        for buffer in &mut self.buffers {
            buffer.writer.fill(None);
            buffer.readers.fill(Readers::None);
        }
    }

    fn element(&self, pointer: Pointer, element: Element) -> Result<usize, String> {
        let of = &self.buffers[pointer.buffer];
        if of.element != element {
            return Err(format!(
                "{}: expected {:?}, but got {element:?}",
                of.name, of.element
            ));
        }
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

    /// Loads an element.
    pub fn load(
        &mut self,
        pointer: Pointer,
        element: Element,
        agent: Agent,
    ) -> Result<Scalar, String> {
        let at = self.element(pointer, element)?;
        let of = &mut self.buffers[pointer.buffer];
        if !of.is_set[at] {
            return Err(format!(
                "{}: element {at} is read before it is written",
                of.name
            ));
        }
        if of.writer[at].is_some_and(|writer| writer != agent) {
            return Err(format!(
                "{}: element {at} is read and written by two programs",
                of.name
            ));
        }
        of.readers[at] = match of.readers[at] {
            Readers::None => Readers::One(agent),
            readers if readers == Readers::One(agent) => readers,
            _ => Readers::Several,
        };
        Ok(match &of.values {
            Elements::Float(values) => Scalar::Float(values[at]),
            Elements::Int(values) => Scalar::Int(values[at]),
            Elements::Pointer(_) => return Err("pointers in memory".into()),
        })
    }

    /// Stores an element, once until others know of it.
    pub fn store(
        &mut self,
        pointer: Pointer,
        element: Element,
        value: Scalar,
        agent: Agent,
    ) -> Result<(), String> {
        let at = self.element(pointer, element)?;
        let of = &mut self.buffers[pointer.buffer];
        if of.is_input {
            return Err(format!("{}: an argument is written to", of.name));
        }
        if of.writer[at].is_some() {
            return Err(format!("{}: element {at} is written twice", of.name));
        }
        if ![Readers::None, Readers::One(agent)].contains(&of.readers[at]) {
            return Err(format!(
                "{}: element {at} is read and written by two programs",
                of.name
            ));
        }
        of.writer[at] = Some(agent);
        of.is_set[at] = true;
        match (&mut of.values, value) {
            (Elements::Float(to), Scalar::Float(from)) => to[at] = from,
            (Elements::Int(to), Scalar::Int(from)) => to[at] = from,
            _ => return Err(format!("{}: expected elements of its type", of.name)),
        }
        Ok(())
    }
}
