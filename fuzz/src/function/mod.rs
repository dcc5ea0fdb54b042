//! A function that is being written.

mod constant;
mod measure;
mod operand;
mod repeat;

use crate::{
    inference::Inference,
    op::Op,
    random::Random,
    value::{TensorType, Type, Value},
};
use fidelity_passes::aliasing::ALIASING_OUTPUT;
use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
    ops::Range,
};

/// What an argument is filled with when the function is run.
#[derive(Clone, Debug, PartialEq)]
pub enum Contents {
    /// Floats of a range.
    Floats(Range<f64>),
    /// -1, 0 and 1.
    Trits,
    /// Any i8 of ±127.
    Bytes,
    /// What the type says, or true or false.
    Scalar,
}

/// An argument of a function.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name and type.
    pub value: Value,
    /// What it is filled with.
    pub contents: Contents,
}

/// A function that was written before and can be called.
#[derive(Clone, Debug)]
pub struct Callee {
    /// Its name, without the @.
    pub symbol: String,
    /// The types of its arguments.
    pub arguments: Vec<Type>,
    /// The types of its results.
    pub results: Vec<Type>,
}

/// A function that is being written.
///
/// Methods that draw an operand take a value that is there already if one
/// fits, or else make an argument or a constant.
pub struct Function<'r> {
    /// Where choices come from.
    pub random: &'r mut Random,
    /// The ops of the dialect that were written.
    pub ops: Vec<&'static str>,
    /// What stands in the block that is being written.
    pub text: String,
    inference: &'r Inference,
    /// What the constants outside of the function are: names and bytes.
    resources: &'r mut Vec<(String, Vec<u8>)>,
    arguments: Vec<Argument>,
    visible: Vec<Value>,
    used: HashSet<String>,
    /// The values that were drawn for the op that comes next.
    drawn: Vec<Value>,
    /// The constants of any elements, by name.
    constants: HashMap<String, TensorType>,
    named: usize,
    depth: usize,
    /// Whether dimensions have names and values units.
    is_measured: bool,
}

impl<'r> Function<'r> {
    /// An empty function.
    pub fn new(
        random: &'r mut Random,
        inference: &'r Inference,
        resources: &'r mut Vec<(String, Vec<u8>)>,
    ) -> Self {
        let is_measured = random.chance(30);
        Self {
            random,
            inference,
            resources,
            ops: Vec::new(),
            text: String::new(),
            arguments: Vec::new(),
            visible: Vec::new(),
            used: HashSet::new(),
            drawn: Vec::new(),
            constants: HashMap::new(),
            named: 0,
            depth: 0,
            is_measured,
        }
    }

    /// Ends the function. Most values that nothing uses are returned, few of them
    /// twice; the others are dead code. Of a public one, results are written to half of the
    /// arguments of their types.
    pub fn finish(mut self, symbol: &str, visibility: &str) -> (String, Callee, Vec<Argument>) {
        let mut returned = Vec::new();
        for value in std::mem::take(&mut self.visible) {
            let percent = if self.used.contains(&value.name) {
                10
            } else {
                85
            };
            let is_argument = self
                .arguments
                .iter()
                .any(|argument| argument.value == value);
            if value.r#type != Type::Bool && !is_argument && self.random.chance(percent) {
                if self.random.chance(8) {
                    returned.push(value.clone());
                }
                returned.push(value);
            }
        }
        let (names, types) = names_and_types(&returned);
        let _ = match returned.is_empty() {
            true => writeln!(self.text, "  return"),
            false => writeln!(self.text, "  return {names} : {types}"),
        };
        let mut unaliased: Vec<_> = returned.iter().map(|value| Some(&value.r#type)).collect();
        let mut arguments = Vec::new();
        for Argument { value, .. } in &self.arguments {
            let mut argument = format!("{}: {}", value.name, value.r#type);
            let is_like = |result: &Option<&Type>| *result == Some(&value.r#type);
            let is_dense = value.tensor().is_some() && !argument.contains("storage");
            if let Some(result) = unaliased.iter().position(is_like).filter(|_| is_dense)
                && visibility.is_empty()
                && self.random.chance(50)
            {
                unaliased[result] = None;
                let _ = write!(argument, " {{{ALIASING_OUTPUT} = {result}}}");
            }
            arguments.push(argument);
        }
        let text = format!(
            "func.func {visibility}@{symbol}({}) -> ({types}) {{\n{}}}\n",
            arguments.join(", "),
            self.text
        );
        let callee = Callee {
            symbol: symbol.to_owned(),
            arguments: (self.arguments.iter())
                .map(|argument| argument.value.r#type.clone())
                .collect(),
            results: returned.into_iter().map(|value| value.r#type).collect(),
        };
        (text, callee, self.arguments)
    }

    /// A name that no value has.
    pub fn fresh(&mut self) -> String {
        self.named += 1;
        format!("%{}", self.named)
    }

    /// Writes a line into the block.
    pub fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{:1$}{text}", "", 2 * (self.depth + 1));
    }

    /// Lets ops that follow see a value.
    pub fn show(&mut self, value: Value) {
        self.visible.push(value);
    }

    /// Notes that an op uses a value.
    pub fn note_use(&mut self, value: &Value) {
        self.used.insert(value.name.clone());
    }

    /// Writes an op in its generic form, maybe of operands with units.
    ///
    /// # Errors
    ///
    /// When the dialect refuses it.
    pub fn write(&mut self, op: Op) -> Result<Vec<Value>, String> {
        let op = self.with_units(op)?;
        self.write_as_it_is(&op)
    }

    fn write_as_it_is(&mut self, op: &Op) -> Result<Vec<Value>, String> {
        let types = match &op.results {
            Some(types) => types.clone(),
            None => (self.inference.results(op)).map_err(|error| format!("{op}: {error}"))?,
        };
        let operands: Vec<_> = op.operands().cloned().collect();
        let attributes: Vec<_> = (op.attributes())
            .map(|(name, text)| format!("{name} = {text}"))
            .collect();
        let attributes = match attributes.is_empty() {
            true => String::new(),
            false => format!(" <{{{}}}>", attributes.join(", ")),
        };
        self.ops.push(op.name);
        let types = types.into_iter().map(Type::Tensor).collect();
        Ok(self.generic(op.name, &attributes, &operands, types))
    }

    /// Writes an op of any dialect in its generic form.
    pub fn generic(
        &mut self,
        name: &str,
        attributes: &str,
        operands: &[Value],
        types: Vec<Type>,
    ) -> Vec<Value> {
        operands.iter().for_each(|operand| self.note_use(operand));
        self.drawn.clear();
        let results: Vec<_> = types
            .into_iter()
            .map(|r#type| Value {
                name: self.fresh(),
                r#type,
            })
            .collect();
        let (names, types) = names_and_types(operands);
        let (result_names, result_types) = names_and_types(&results);
        let assigned = match results.is_empty() {
            true => "",
            false => " = ",
        };
        self.line(&format!(
            "{result_names}{assigned}\"{name}\"({names}){attributes} : ({types}) -> ({result_types})"
        ));
        self.visible.extend(results.iter().cloned());
        results
    }

    /// Writes a block of its own with `write`, and gives its text and what that
    /// gave. What is defined in it is not seen after it.
    pub fn block<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> (String, T) {
        let before = std::mem::take(&mut self.text);
        let seen = self.visible.len();
        self.depth += 1;
        self.drawn.clear();
        let result = write(self);
        self.drawn.clear();
        self.depth -= 1;
        // Arguments are seen everywhere, whenever they were made.
        let inner = self.visible.split_off(seen);
        let arguments: HashSet<_> = (self.arguments.iter())
            .map(|argument| argument.value.name.clone())
            .collect();
        self.visible.extend(
            inner
                .into_iter()
                .filter(|value| arguments.contains(&value.name)),
        );
        (std::mem::replace(&mut self.text, before), result)
    }

    /// A tensor that nothing was written to, of a type whose dynamic sizes these are.
    /// Nothing else sees it: what is read of it is not a number.
    pub fn empty(&mut self, r#type: &TensorType, sizes: &[Value]) -> Value {
        sizes.iter().for_each(|size| self.note_use(size));
        let (sizes, _) = names_and_types(sizes);
        let name = self.fresh();
        self.line(&format!("{name} = tensor.empty({sizes}) : {type}"));
        Value {
            name,
            r#type: Type::Tensor(r#type.clone()),
        }
    }

    /// Writes without names and units of its own.
    pub fn unmeasured<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let is_measured = std::mem::replace(&mut self.is_measured, false);
        let result = write(self);
        self.is_measured = is_measured;
        result
    }

    /// How many blocks are around what is being written.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// How many values are seen: those that come later stand after them.
    pub fn seen(&self) -> usize {
        self.visible.len()
    }
}

fn names_and_types(values: &[Value]) -> (String, String) {
    let names: Vec<_> = values.iter().map(|value| value.name.clone()).collect();
    let types: Vec<_> = values
        .iter()
        .map(|value| value.r#type.to_string())
        .collect();
    (names.join(", "), types.join(", "))
}
