//! An op of the dialect that is about to be written.

use crate::value::{TensorType, Value};
use std::fmt::{self, Display, Formatter};

/// An op in parts. Displayed by the types of its operands. Result types are inferred unless they are given.
#[derive(Clone, Debug)]
pub struct Op {
    /// The name, with the dialect's.
    pub name: &'static str,
    /// The values of each operand that the .td file declares.
    groups: Vec<Vec<Value>>,
    /// How many of the operands are optional or variadic.
    several: usize,
    attributes: Vec<(&'static str, String)>,
    /// The types of the results of an op that infers none.
    pub results: Option<Vec<TensorType>>,
}

impl Op {
    /// An op without operands.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            groups: Vec::new(),
            several: 0,
            attributes: Vec::new(),
            results: None,
        }
    }

    /// Adds an operand.
    pub fn operand(mut self, value: Value) -> Self {
        self.groups.push(vec![value]);
        self
    }

    /// Adds an optional operand.
    pub fn optional(self, value: Option<Value>) -> Self {
        self.variadic(value.into_iter().collect())
    }

    /// Adds a variadic operand.
    pub fn variadic(mut self, values: Vec<Value>) -> Self {
        self.groups.push(values);
        self.several += 1;
        self
    }

    /// Sets an attribute to what is written so.
    pub fn attribute(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.attributes.push((name, text.into()));
        self
    }

    /// Sets an attribute of one of the dialect's enums.
    pub fn keyword(self, name: &'static str, r#enum: &str, keyword: &str) -> Self {
        self.attribute(name, format!("#fidelity<{enum} {keyword}>"))
    }

    /// Sets an attribute, if there is one.
    pub fn maybe(self, name: &'static str, text: Option<String>) -> Self {
        match text {
            Some(text) => self.attribute(name, text),
            None => self,
        }
    }

    /// Gives the types of the results, of an op that infers none.
    pub fn results(mut self, results: Vec<TensorType>) -> Self {
        self.results = Some(results);
        self
    }

    /// The op with each operand changed.
    ///
    /// # Errors
    ///
    /// The first that `change` gives.
    pub fn try_map<E>(
        mut self,
        mut change: impl FnMut(Value) -> Result<Value, E>,
    ) -> Result<Self, E> {
        for value in self.groups.iter_mut().flatten() {
            *value = change(value.clone())?;
        }
        Ok(self)
    }

    /// All operands in order.
    pub fn operands(&self) -> impl Iterator<Item = &Value> {
        self.groups.iter().flatten()
    }

    /// The attributes as they are written, with the sizes of the operands where
    /// ODS wants them.
    pub fn attributes(&self) -> impl Iterator<Item = (String, String)> {
        let sizes: Vec<_> = self
            .groups
            .iter()
            .map(|group| group.len().to_string())
            .collect();
        let segments = (self.several > 1).then(|| {
            (
                "operandSegmentSizes".to_owned(),
                format!("array<i32: {}>", sizes.join(", ")),
            )
        });
        self.attributes
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.clone()))
            .chain(segments)
    }
}

impl Display for Op {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let operands: Vec<_> = self
            .operands()
            .map(|value| value.r#type.to_string())
            .collect();
        let attributes: Vec<_> = self
            .attributes()
            .map(|(name, text)| format!("{name} = {text}"))
            .collect();
        let (name, operands, attributes) = (self.name, operands.join(", "), attributes.join(", "));
        write!(formatter, "{name} ({operands}) {{{attributes}}}")
    }
}
