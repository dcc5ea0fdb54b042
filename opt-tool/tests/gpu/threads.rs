//! Values of the threads of a block that are at a place.
//!
//! A branch or a loop is entered by some of the threads that are before it. What
//! these have is taken from what the others have too, where it is read.

use super::kernels::block::{Block, Element};
use melior::ir::{Value, ValueLike};
use std::{collections::HashMap, rc::Rc};

/// Memory of one dimension, the same for all threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Whether it is memory of the block.
    pub is_shared: bool,
    pub buffer: usize,
    pub count: i64,
    pub element: Element,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// A number for each thread.
    Numbers(Rc<Block>),
    Memory(View),
}

impl Held {
    pub fn numbers(&self) -> Result<&Rc<Block>, String> {
        match self {
            Self::Numbers(block) => Ok(block),
            Self::Memory(_) => Err("expected numbers, but got memory".into()),
        }
    }

    pub fn memory(&self) -> Result<View, String> {
        match self {
            Self::Memory(view) => Ok(*view),
            Self::Numbers(_) => Err("expected memory, but got numbers".into()),
        }
    }
}

/// The threads that are at a place, and the values that they have there.
pub struct Threads<'p> {
    /// The threads by their numbers in the block.
    pub ids: Vec<i64>,
    values: HashMap<usize, Held>,
    /// Those before the branch or loop, and which of them are here.
    before: Option<(&'p Threads<'p>, Vec<usize>)>,
}

pub fn key(value: Value<'_, '_>) -> usize {
    value.to_raw().ptr as usize
}

impl<'p> Threads<'p> {
    /// All threads of a block.
    pub fn all(count: i64) -> Self {
        Self {
            ids: (0..count).collect(),
            values: HashMap::new(),
            before: None,
        }
    }

    /// Some of these threads, by their places among them.
    pub fn some(&'p self, places: Vec<usize>) -> Self {
        Self {
            ids: places.iter().map(|&place| self.ids[place]).collect(),
            values: HashMap::new(),
            before: Some((self, places)),
        }
    }

    pub fn count(&self) -> usize {
        self.ids.len()
    }

    pub fn put(&mut self, value: Value<'_, '_>, held: Held) {
        self.values.insert(key(value), held);
    }

    /// What a value is here.
    pub fn get(&mut self, value: Value<'_, '_>) -> Result<Held, String> {
        if let Some(held) = self.values.get(&key(value)) {
            return Ok(held.clone());
        }
        let held = self.look_up(key(value))?;
        self.values.insert(key(value), held.clone());
        Ok(held)
    }

    fn look_up(&self, key: usize) -> Result<Held, String> {
        if let Some(held) = self.values.get(&key) {
            return Ok(held.clone());
        }
        let (before, places) = self.before.as_ref().ok_or("an operand without a value")?;
        Ok(match before.look_up(key)? {
            Held::Numbers(block) => Held::Numbers(taken(&block, places)),
            memory => memory,
        })
    }
}

/// The elements at some places.
pub fn taken(block: &Block, places: &[usize]) -> Rc<Block> {
    Rc::new(block.gather(vec![places.len()], |at| places[at]))
}
