//! A function that is being written, and how ops find their operands.

use crate::{
    inference::Inference,
    op::Op,
    random::Random,
    value::{TensorType, Type, Value},
};
use fidelity_dialect::Storage;
use fidelity_reference::{ElementType, Tensor};
use std::{collections::HashSet, fmt::Write, ops::Range};

/// The most elements of a tensor that is drawn: results may have more.
const MOST_ELEMENTS: usize = 400;

/// The most dimensions of a tensor that is drawn.
const MOST_DIMENSIONS: usize = 4;

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
    named: usize,
    depth: usize,
}

impl<'r> Function<'r> {
    /// An empty function.
    pub fn new(
        random: &'r mut Random,
        inference: &'r Inference,
        resources: &'r mut Vec<(String, Vec<u8>)>,
    ) -> Self {
        Self {
            random,
            inference,
            resources,
            ops: Vec::new(),
            text: String::new(),
            arguments: Vec::new(),
            visible: Vec::new(),
            used: HashSet::new(),
            named: 0,
            depth: 0,
        }
    }

    /// Ends the function. Most values that nothing uses are returned; the
    /// others are dead code.
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
                returned.push(value);
            }
        }
        let (names, types) = names_and_types(&returned);
        let _ = match returned.is_empty() {
            true => writeln!(self.text, "  return"),
            false => writeln!(self.text, "  return {names} : {types}"),
        };
        let arguments: Vec<_> = (self.arguments.iter())
            .map(|Argument { value, .. }| format!("{}: {}", value.name, value.r#type))
            .collect();
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

    // Writing.

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

    /// Writes an op in its generic form.
    ///
    /// # Errors
    ///
    /// When the dialect refuses it.
    pub fn write(&mut self, op: &Op) -> Result<Vec<Value>, String> {
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
        let result = write(self);
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

    /// How many blocks are around what is being written.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// How many values are seen: those that come later stand after them.
    pub fn seen(&self) -> usize {
        self.visible.len()
    }

    // Finding values.

    /// A value that is there, of those with a property.
    pub fn find(&mut self, property: impl Fn(&Value) -> bool) -> Option<Value> {
        self.find_since(0, property)
    }

    /// As [`Self::find`], of the values that were seen after `seen`.
    pub fn find_since(&mut self, seen: usize, property: impl Fn(&Value) -> bool) -> Option<Value> {
        let found: Vec<_> = (self.visible.iter().skip(seen))
            .filter(|value| property(value))
            .collect();
        // The later ones twice as often, for long chains.
        let index = match found.len() {
            0 => return None,
            count if self.random.chance(50) => self.random.between(count / 2..count),
            count => self.random.below(count),
        };
        Some(found[index].clone())
    }

    /// As [`Self::find`], most of the time.
    pub fn find_often(&mut self, property: impl Fn(&Value) -> bool) -> Option<Value> {
        match self.random.chance(75) {
            true => self.find(property),
            false => None,
        }
    }

    /// A tensor that is there, of those with a property, most of the time.
    fn find_tensor(&mut self, property: impl Fn(&TensorType) -> bool) -> Option<Value> {
        self.find_often(|value| value.tensor().is_some_and(&property))
    }

    /// A new argument.
    pub fn argument(&mut self, r#type: Type, contents: Contents) -> Value {
        let value = Value {
            name: format!("%arg{}", self.arguments.len()),
            r#type,
        };
        self.arguments.push(Argument {
            value: value.clone(),
            contents,
        });
        self.visible.push(value.clone());
        value
    }

    /// A value of exactly that type, a cast of a tensor like it if need be.
    pub fn of_type(&mut self, wanted: &Type) -> Value {
        let found = match wanted {
            Type::Tensor(wanted) => self.find_tensor(|found| found.is_like(wanted)),
            other => self.find_often(|value| value.r#type == *other),
        };
        match (found, wanted) {
            (Some(value), Type::Tensor(wanted)) => self.cast(value, wanted),
            (Some(value), _) => value,
            (None, Type::Tensor(wanted)) => {
                let value = self.new_tensor(wanted.clone());
                self.cast(value, wanted)
            }
            (None, scalar) => self.argument(scalar.clone(), Contents::Scalar),
        }
    }

    /// The tensor as one of that type, which differs at most in which sizes it
    /// says.
    pub fn cast(&mut self, value: Value, to: &TensorType) -> Value {
        if value.tensor() == Some(to) {
            return value;
        }
        let mut results = self.generic("tensor.cast", "", &[value], vec![Type::Tensor(to.clone())]);
        results.remove(0)
    }

    /// The tensor as one whose type says its last size.
    pub fn with_last_known(&mut self, value: Value) -> Value {
        let Some(mut known) = value.tensor().cloned() else {
            return value;
        };
        if let Some(last) = known.dynamic.last_mut() {
            *last = false;
        }
        self.cast(value, &known)
    }

    // Drawing.

    /// A size: often 0 or 1, sometimes one that no vector divides.
    pub fn size(&mut self) -> usize {
        match self.random.below(100) {
            0..5 => 0,
            5..20 => 1,
            20..50 => self.random.between(2..4),
            50..85 => self.random.between(4..13),
            _ => self.random.between(13..41),
        }
    }

    /// A size that others can be multiplied with.
    pub fn small_size(&mut self) -> usize {
        self.size().min(6)
    }

    /// A shape of that many dimensions, of few elements.
    pub fn shape(&mut self, rank: usize) -> Vec<usize> {
        let mut shape: Vec<_> = (0..rank).map(|_| self.size()).collect();
        while shape.iter().product::<usize>() > MOST_ELEMENTS {
            if let Some(largest) = shape.iter_mut().max() {
                *largest = 1 + *largest / 3;
            }
        }
        shape
    }

    /// A float type.
    pub fn float(&mut self) -> ElementType {
        use ElementType::{BF16, F16, F32, F64};
        *self.random.pick(&[F32, F32, F32, F16, F16, BF16, F64, F64])
    }

    /// An epsilon attribute, as it is written, or none for the default.
    pub fn epsilon(&mut self) -> Option<String> {
        let epsilons = ["1.0e-8 : f64", "1.0e-3 : f64", "0.5 : f64"];
        self.random
            .chance(50)
            .then(|| (*self.random.pick(&epsilons)).to_owned())
    }

    /// Which sizes a new type leaves open: none, all or any.
    fn openness(&mut self, rank: usize) -> Vec<bool> {
        let percent = *self.random.pick(&[0, 0, 50, 100]);
        (0..rank).map(|_| self.random.chance(percent)).collect()
    }

    /// Any float tensor of at least that many dimensions, with its element
    /// type and shape.
    pub fn any_float(&mut self, rank: usize) -> (Value, ElementType, Vec<usize>) {
        let found = self.find_tensor(|tensor| tensor.rank() >= rank && tensor.element.is_float());
        let value = found.unwrap_or_else(|| {
            let element = self.float();
            let rank = match self.random.chance(60) {
                true => rank.max(self.random.between(1..3)),
                false => self.random.between(rank..MOST_DIMENSIONS + 1),
            };
            let shape = self.shape(rank);
            self.new_tensor(TensorType::new(element, &shape))
        });
        match value.tensor().cloned() {
            Some(tensor) => (value, tensor.element, tensor.shape),
            None => unreachable!("{value:?} was found or made as a tensor"),
        }
    }

    /// A float tensor of exactly that many dimensions.
    pub fn any_of_rank(&mut self, rank: usize) -> Value {
        let found = self.find_tensor(|tensor| tensor.rank() == rank && tensor.element.is_float());
        found.unwrap_or_else(|| {
            let shape = self.shape(rank);
            let element = self.float();
            self.new_tensor(TensorType::new(element, &shape))
        })
    }

    /// A dense tensor of that element type and those sizes.
    pub fn tensor(&mut self, element: ElementType, shape: &[usize]) -> Value {
        let found = self.find_tensor(|tensor| tensor.fits(element, shape));
        found.unwrap_or_else(|| self.new_tensor(TensorType::new(element, shape)))
    }

    /// A dense tensor of that element type and those sizes, most of the time of
    /// values of a range.
    pub fn within(&mut self, element: ElementType, shape: &[usize], range: Range<f64>) -> Value {
        match self.random.chance(20) {
            true => self.tensor(element, shape),
            false => self.new_argument(TensorType::new(element, shape), Contents::Floats(range)),
        }
    }

    /// As [`Self::tensor`], sometimes none.
    pub fn maybe_tensor(&mut self, element: ElementType, shape: &[usize]) -> Option<Value> {
        self.random.chance(60).then(|| self.tensor(element, shape))
    }

    /// A tensor that broadcasts to a shape: without some of its leading
    /// dimensions, with static sizes of 1.
    pub fn broadcast_to(&mut self, element: ElementType, shape: &[usize]) -> Value {
        let first = match self.random.chance(60) {
            true => 0,
            false => self.random.below(shape.len() + 1),
        };
        self.stretched(element, &shape[first..], -1.5..1.5)
    }

    /// A tensor of as many dimensions as a shape has, some of which are of a
    /// static size of 1, and most of the time of values of a range.
    pub fn stretched(&mut self, element: ElementType, shape: &[usize], range: Range<f64>) -> Value {
        let stretched: Vec<bool> = shape.iter().map(|_| self.random.chance(15)).collect();
        let shape: Vec<usize> = (shape.iter().zip(&stretched))
            .map(|(&size, &stretched)| if stretched { 1 } else { size })
            .collect();
        let says = |tensor: &TensorType| {
            (tensor.dynamic.iter().zip(&stretched))
                .all(|(dynamic, stretched)| !dynamic || !stretched)
        };
        let found = self.find_tensor(|tensor| tensor.fits(element, &shape) && says(tensor));
        if let Some(found) = found {
            return found;
        }
        let wanted = TensorType::new(element, &shape);
        if self.random.chance(30) {
            return self.constant(wanted);
        }
        let mut dynamic = self.openness(wanted.rank());
        (dynamic.iter_mut().zip(&stretched)).for_each(|(open, stretched)| *open &= !stretched);
        let r#type = TensorType { dynamic, ..wanted };
        self.argument(Type::Tensor(r#type), Contents::Floats(range))
    }

    /// A new tensor that is like a type: an argument, which may leave sizes
    /// open, or a constant.
    pub fn new_tensor(&mut self, r#type: TensorType) -> Value {
        if r#type.count() <= 100 && self.random.chance(25) {
            return self.constant(r#type);
        }
        let contents = match r#type.element {
            ElementType::I8 => Contents::Trits,
            element if element.integer_range().is_some() => Contents::Bytes,
            _ => Contents::Floats(-1.5..1.5),
        };
        self.new_argument(r#type, contents)
    }

    /// A new argument that is like a type.
    pub fn new_argument(&mut self, r#type: TensorType, contents: Contents) -> Value {
        let mut dynamic = self.openness(r#type.rank());
        // How many trits of the last byte count is not stored.
        if r#type.storage != Storage::Dense
            && let Some(last) = dynamic.last_mut()
        {
            *last = false;
        }
        let open = TensorType { dynamic, ..r#type };
        self.argument(Type::Tensor(open), contents)
    }

    /// An index of that value at run time: a constant, an argument, or a size
    /// of a tensor.
    pub fn index(&mut self, value: usize) -> Value {
        let has_size = |tensor: &TensorType| tensor.shape.contains(&value);
        if let Some(found) = self.find_often(|found| found.r#type == Type::Index(value)) {
            return found;
        }
        if let Some(tensor) = self.find_tensor(has_size)
            && let Some(shape) = tensor.tensor().map(|tensor| &tensor.shape)
            && let Some(dimension) = shape.iter().position(|&size| size == value)
        {
            let dimension = self.constant_index(dimension);
            let index = vec![Type::Index(value)];
            return self
                .generic("tensor.dim", "", &[tensor, dimension], index)
                .remove(0);
        }
        match self.random.chance(50) {
            true => self.constant_index(value),
            false => self.argument(Type::Index(value), Contents::Scalar),
        }
    }

    /// A constant index.
    pub fn constant_index(&mut self, value: usize) -> Value {
        let attributes = format!(" <{{value = {value} : index}}>");
        let types = vec![Type::Index(value)];
        self.generic("arith.constant", &attributes, &[], types)
            .remove(0)
    }

    /// A constant: of equal elements, of any, or outside of the code. Elements
    /// are multiples of 1/16, which every float type has.
    fn constant(&mut self, r#type: TensorType) -> Value {
        let r#type = r#type.to_static();
        let kinds = match r#type.storage {
            // The bytes of a blob are those in memory, of packed trits too.
            Storage::Dense if r#type.count() > 0 => 3,
            _ => 2,
        };
        let text = match self.random.below(kinds) {
            0 => format!("dense<{}>", self.element(r#type.element).0),
            1 => format!("dense<{}>", self.elements(&r#type, &r#type.shape)),
            _ => {
                let bytes = (0..r#type.count())
                    .flat_map(|_| self.element(r#type.element).1)
                    .collect();
                let name = format!("blob{}", self.resources.len());
                self.resources.push((name.clone(), bytes));
                format!("dense_resource<{name}>")
            }
        };
        let attributes = format!(" <{{value = {text} : {type}}}>");
        let types = vec![Type::Tensor(r#type)];
        self.generic("arith.constant", &attributes, &[], types)
            .remove(0)
    }

    /// An element in words and in bytes. Zeros, which much is folded with, are
    /// frequent.
    fn element(&mut self, element: ElementType) -> (String, Vec<u8>) {
        if element.integer_range().is_some() {
            let value = self.random.between(0..3) as i8 - 1;
            let mut bytes = value.to_le_bytes().to_vec();
            bytes.resize(element.byte_width(), if value < 0 { 0xff } else { 0 });
            return (value.to_string(), bytes);
        }
        if element.is_complex() {
            let (re, mut bytes) = self.element(element.part());
            let (im, mut rest) = self.element(element.part());
            bytes.append(&mut rest);
            return (format!("({re}, {im})"), bytes);
        }
        let value = match self.random.below(10) {
            0 | 1 => 0.0,
            2 => 1.0,
            _ => self.random.between(0..49) as f64 / 16.0 - 1.5,
        };
        let bytes = Tensor::from_floats(element, [], vec![value]).map(|tensor| tensor.to_bytes());
        (format!("{value:?}"), bytes.unwrap_or_default())
    }

    fn elements(&mut self, r#type: &TensorType, shape: &[usize]) -> String {
        if r#type.count() == 0 {
            return String::new();
        }
        let Some((&size, rest)) = shape.split_first() else {
            return self.element(r#type.element).0;
        };
        let parts: Vec<_> = (0..size).map(|_| self.elements(r#type, rest)).collect();
        format!("[{}]", parts.join(", "))
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
