//! Sequences, and what a step takes of each.

use crate::{
    function::Function,
    value::{TensorType, Type, Value},
};
use fidelity_reference::ElementType;

/// A size of what a step takes.
#[derive(Clone)]
pub struct Size {
    pub number: usize,
    /// What has that number when it is run, unless the type says it.
    pub value: Option<Value>,
    /// The tensor that the value is a size of, and which one.
    pub of: Option<(Value, usize)>,
}

/// A sequence, of which a step takes or writes one element.
pub struct Sequence {
    pub whole: Value,
    /// The dimension that is time.
    pub time: usize,
    /// The sizes of an element without time.
    pub sizes: Vec<Size>,
}

impl Size {
    /// A size that is written as a number, or as a value: that of a dimension, if it is one.
    pub fn new(f: &mut Function<'_>, number: usize, of: Option<(Value, usize)>) -> Self {
        if f.random.chance(65) {
            return Self::fixed(number);
        }
        let of = of.filter(|_| f.random.chance(70));
        let value = match &of {
            Some((tensor, dimension)) => f.size_of(tensor, *dimension, number),
            None => f.index(number),
        };
        let value = Some(value);
        Self { number, value, of }
    }

    /// A size that types say.
    pub fn fixed(number: usize) -> Self {
        Self {
            number,
            value: None,
            of: None,
        }
    }

    /// How a step writes it: now and then it asks anew.
    fn text(&self, f: &mut Function<'_>) -> String {
        match (&self.value, &self.of) {
            (Some(_), Some((tensor, dimension))) if f.random.chance(10) => {
                f.size_of(tensor, *dimension, self.number).name
            }
            (Some(value), _) => {
                f.note_use(value);
                value.name.clone()
            }
            (None, _) => self.number.to_string(),
        }
    }
}

impl Sequence {
    /// The element at a time, with time in its place.
    pub fn whole_element(&self, f: &mut Function<'_>, at: &str) -> Value {
        self.element(f, at, Some(self.time))
    }

    /// The element at a time, with time as a dimension of size 1, or without it.
    pub fn element(&self, f: &mut Function<'_>, at: &str, time: Option<usize>) -> Value {
        let in_place = self.slice(f, at);
        let has_time = in_place.tensor().map(TensorType::rank) > Some(self.sizes.len());
        if time == Some(self.time) && has_time {
            return in_place;
        }
        let without = match has_time {
            true => without_time(f, &in_place, &self.sizes, self.time),
            false => in_place,
        };
        match time {
            Some(time) => with_time(f, &without, &self.sizes, time),
            None => without,
        }
    }

    /// The slice at a time, with time or without it.
    fn slice(&self, f: &mut Function<'_>, at: &str) -> Value {
        let place = self.place(f, at);
        let mut sizes = self.sizes.clone();
        if !self.can_drop_time() || f.random.chance(50) {
            sizes.insert(self.time, Size::fixed(1));
        }
        let from = format!("tensor.extract_slice {}{place}", self.whole.name);
        make(f, &from, &self.whole, &sizes)
    }

    /// Whether MLIR knows which dimension a slice without time lacks: it may take another
    /// one of size 1 for it.
    fn can_drop_time(&self) -> bool {
        self.sizes.iter().all(|size| size.number != 1)
    }

    /// The sequence that `into` becomes with an element at a time.
    pub fn insert(&self, f: &mut Function<'_>, at: &str, element: &Value, into: &Value) -> Value {
        let has_time = element.tensor().map(TensorType::rank) > Some(self.sizes.len());
        let element = match has_time || self.can_drop_time() {
            true => element.clone(),
            false => with_time(f, element, &self.sizes, self.time),
        };
        f.note_use(&element);
        f.note_use(into);
        let place = self.place(f, at);
        let result = Value {
            name: f.fresh(),
            r#type: into.r#type.clone(),
        };
        f.line(&format!(
            "{} = tensor.insert_slice {} into {}{place} : {} into {}",
            result.name, element.name, into.name, element.r#type, into.r#type
        ));
        result
    }

    /// Offsets, sizes and strides of the element at a time.
    fn place(&self, f: &mut Function<'_>, at: &str) -> String {
        let mut offsets = vec!["0".to_owned(); self.sizes.len()];
        let mut sizes: Vec<_> = self.sizes.iter().map(|size| size.text(f)).collect();
        offsets.insert(self.time, at.to_owned());
        sizes.insert(self.time, "1".to_owned());
        let strides = vec!["1"; sizes.len()].join(", ");
        format!(
            "[{}] [{}] [{strides}]",
            offsets.join(", "),
            sizes.join(", ")
        )
    }
}

/// A value of those sizes and one more of 1, which is time.
pub fn with_time(f: &mut Function<'_>, value: &Value, sizes: &[Size], time: usize) -> Value {
    let mut to = sizes.to_vec();
    to.insert(time, Size::fixed(1));
    let shape: Vec<_> = to.iter().map(|size| size.text(f)).collect();
    let groups = groups(sizes.len(), time);
    let expand = format!(
        "tensor.expand_shape {} {groups} output_shape [{}]",
        value.name,
        shape.join(", ")
    );
    make(f, &expand, value, &to)
}

/// A value of those sizes, of one with time.
pub fn without_time(f: &mut Function<'_>, value: &Value, sizes: &[Size], time: usize) -> Value {
    let groups = groups(sizes.len(), time);
    let collapse = format!("tensor.collapse_shape {} {groups}", value.name);
    make(f, &collapse, value, sizes)
}

/// Writes what takes a value to one of those sizes.
fn make(f: &mut Function<'_>, text: &str, of: &Value, sizes: &[Size]) -> Value {
    f.note_use(of);
    let element = of
        .tensor()
        .map_or(ElementType::F32, |tensor| tensor.element);
    let result = Value {
        name: f.fresh(),
        r#type: Type::Tensor(tensor_type(element, sizes)),
    };
    let to = match text.starts_with("tensor.extract_slice") {
        true => "to",
        false => "into",
    };
    f.line(&format!(
        "{} = {text} : {} {to} {}",
        result.name, of.r#type, result.r#type
    ));
    f.show(result.clone());
    result
}

/// Which dimensions become which where one of so many becomes two, of which one is time.
fn groups(rank: usize, time: usize) -> String {
    let both = time.min(rank - 1);
    let groups: Vec<_> = (0..rank)
        .map(|index| match index {
            _ if index < both => format!("[{index}]"),
            _ if index == both => format!("[{index}, {}]", index + 1),
            _ => format!("[{}]", index + 1),
        })
        .collect();
    format!("[{}]", groups.join(", "))
}

/// A size of an element of a sequence. None is 0: what begins at 0 is no valid slice then.
pub fn size(f: &mut Function<'_>) -> usize {
    f.small_size().max(1)
}

/// The numbers that sizes are when they are run.
pub fn numbers(sizes: &[Size]) -> Vec<usize> {
    sizes.iter().map(|size| size.number).collect()
}

/// The type of those sizes.
pub fn tensor_type(element: ElementType, sizes: &[Size]) -> TensorType {
    TensorType {
        dynamic: sizes.iter().map(|size| size.value.is_some()).collect(),
        ..TensorType::new(element, &numbers(sizes))
    }
}
