//! How ops find or draw their operands.

use super::{Argument, Contents, Function};
use crate::value::{TensorType, Type, Value};
use fidelity_dialect::Storage;
use fidelity_reference::ElementType;
use std::ops::Range;

/// The most elements of a tensor that is drawn: results may have more.
const MOST_ELEMENTS: usize = 400;

/// The most dimensions of a tensor that is drawn.
const MOST_DIMENSIONS: usize = 4;

/// The most elements of a tensor around the sizes of vectors.
const MOST_AROUND_VECTORS: usize = 2500;

/// Lengths around the blocks of steps of compiled recurrences.
const STEPS: &[usize] = &[1, 2, 15, 16, 17, 31, 32, 33];

/// Sizes around their vectors and their tiles.
const LANES: &[usize] = &[1, 3, 8, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65];

/// Sizes around the rows of their tiles.
const ROWS: &[usize] = &[1, 2, 3, 7, 8, 9];

impl Function<'_> {
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

    /// As [`Self::find`], most of the time; sometimes what the same op has drawn before.
    pub fn find_often(&mut self, property: impl Fn(&Value) -> bool) -> Option<Value> {
        let same = match self.random.chance(20) {
            true => self.find_in_op(&property),
            false => None,
        };
        let found = match same {
            None if self.random.chance(75) => self.find(property),
            same => same,
        };
        self.drawn.extend(found.clone());
        found
    }

    /// What the same op has drawn before, of that with a property.
    fn find_in_op(&mut self, property: impl Fn(&Value) -> bool) -> Option<Value> {
        let drawn: Vec<_> = self.drawn.iter().filter(|value| property(value)).collect();
        match drawn.is_empty() {
            true => None,
            false => Some((*self.random.pick(&drawn)).clone()),
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
        self.drawn.push(value.clone());
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
                let value = self.exactly(wanted.clone());
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
            85..92 => *self.random.pick(STEPS),
            _ => self.random.between(13..41),
        }
    }

    /// A size that others can be multiplied with.
    pub fn small_size(&mut self) -> usize {
        self.size().min(6)
    }

    /// A length around blocks of steps.
    pub fn steps(&mut self) -> usize {
        *self.random.pick(STEPS)
    }

    /// A size around vectors and tiles.
    pub fn lanes(&mut self) -> usize {
        *self.random.pick(LANES)
    }

    /// A size around the rows of tiles.
    pub fn rows(&mut self) -> usize {
        *self.random.pick(ROWS)
    }

    /// A small size, or sometimes one around vectors.
    pub fn width(&mut self) -> usize {
        match self.random.chance(25) {
            true => self.lanes(),
            false => self.small_size(),
        }
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

    /// As [`Self::any_of_rank`], with its element type and sizes.
    pub fn any_of_sizes<const N: usize>(&mut self) -> (Value, ElementType, [usize; N]) {
        let value = self.any_of_rank(N);
        let parts = value
            .tensor()
            .and_then(|tensor| Some((tensor.element, tensor.shape.as_slice().try_into().ok()?)));
        match parts {
            Some((element, sizes)) => (value, element, sizes),
            None => unreachable!("{value:?} was found or made as a tensor of {N} dimensions"),
        }
    }

    /// As [`Self::any_float`], sometimes of sizes around blocks of steps, in the dimension
    /// so far from the last one, and around vectors in the last one.
    pub fn any_sequence(&mut self, rank: usize, time: usize) -> (Value, ElementType, Vec<usize>) {
        if self.random.chance(70) {
            return self.any_float(rank);
        }
        let rank = self.random.between(rank..rank + 2);
        self.around_vectors(rank, time)
    }

    /// As [`Self::any_of_sizes`], sometimes as [`Self::any_sequence`].
    pub fn sequence_of_sizes<const N: usize>(
        &mut self,
        time: usize,
    ) -> (Value, ElementType, [usize; N]) {
        if self.random.chance(70) {
            return self.any_of_sizes();
        }
        let (value, element, shape) = self.around_vectors(N, time);
        match shape.as_slice().try_into() {
            Ok(sizes) => (value, element, sizes),
            Err(_) => unreachable!("{value:?} was made as a tensor of {N} dimensions"),
        }
    }

    fn around_vectors(&mut self, rank: usize, time: usize) -> (Value, ElementType, Vec<usize>) {
        let mut shape: Vec<_> = (0..rank).map(|_| self.random.between(1..4)).collect();
        shape[rank - 1] = self.lanes();
        shape[rank - 1 - time] = self.steps();
        // The sizes that matter stay.
        while shape.iter().product::<usize>() > MOST_AROUND_VECTORS
            && let Some(other) = shape.iter_mut().find(|size| (2..4).contains(*size))
        {
            *other = 1;
        }
        let element = match self.random.chance(70) {
            true => ElementType::F32,
            false => self.float(),
        };
        let value = self.new_tensor(TensorType::new(element, &shape));
        (value, element, shape)
    }

    /// A dense tensor of that element type and those sizes.
    pub fn tensor(&mut self, element: ElementType, shape: &[usize]) -> Value {
        let found = self.find_tensor(|tensor| tensor.fits(element, shape));
        found.unwrap_or_else(|| self.new_tensor(TensorType::new(element, shape)))
    }

    /// A dense tensor of that element type and those sizes, most of the time of
    /// values of a range.
    pub fn within(&mut self, element: ElementType, shape: &[usize], range: Range<f64>) -> Value {
        if self.random.chance(20) {
            return self.tensor(element, shape);
        }
        let contents = Contents::Floats(range);
        if self.random.chance(30) {
            let fits = |value: &Value| value.tensor().is_some_and(|t| t.fits(element, shape));
            let same = (self.arguments.iter())
                .find(|argument| argument.contents == contents && fits(&argument.value));
            if let Some(same) = same {
                return same.value.clone();
            }
        }
        self.new_argument(TensorType::new(element, shape), contents)
    }

    /// As [`Self::tensor`], without names and a unit.
    pub fn plain(&mut self, element: ElementType, shape: &[usize]) -> Value {
        let is_plain = |tensor: &TensorType| tensor.encoding.is_none();
        let found = self.find_tensor(|tensor| tensor.fits(element, shape) && is_plain(tensor));
        found.unwrap_or_else(|| self.exactly(TensorType::new(element, shape)))
    }

    /// A new tensor of values of a range, without names and a unit.
    pub fn plain_within(
        &mut self,
        element: ElementType,
        shape: &[usize],
        range: Range<f64>,
    ) -> Value {
        self.open_argument(TensorType::new(element, shape), Contents::Floats(range))
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
        let wanted = self.named(TensorType::new(element, &shape));
        if self.random.chance(30) {
            return self.constant(wanted);
        }
        let mut dynamic = self.openness(wanted.rank());
        (dynamic.iter_mut().zip(&stretched)).for_each(|(open, stretched)| *open &= !stretched);
        let r#type = TensorType { dynamic, ..wanted };
        self.argument(Type::Tensor(r#type), Contents::Floats(range))
    }

    /// A new tensor that is like a type, with names maybe: an argument, which may
    /// leave sizes open, or a constant.
    pub fn new_tensor(&mut self, r#type: TensorType) -> Value {
        let r#type = self.named(r#type);
        self.exactly(r#type)
    }

    fn exactly(&mut self, r#type: TensorType) -> Value {
        if r#type.count() <= 100 && self.random.chance(25) {
            return self.constant(r#type);
        }
        let contents = match r#type.element {
            ElementType::I8 => Contents::Trits,
            element if element.integer_range().is_some() => Contents::Bytes,
            _ => Contents::Floats(-1.5..1.5),
        };
        self.open_argument(r#type, contents)
    }

    /// A new argument that is like a type, with names maybe.
    pub fn new_argument(&mut self, r#type: TensorType, contents: Contents) -> Value {
        let r#type = self.named(r#type);
        self.open_argument(r#type, contents)
    }

    fn open_argument(&mut self, r#type: TensorType, contents: Contents) -> Value {
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
            return self.size_of(&tensor, dimension, value);
        }
        match self.random.chance(50) {
            true => self.constant_index(value),
            false => self.argument(Type::Index(value), Contents::Scalar),
        }
    }

    /// The size of a dimension, which is that at run time.
    pub fn size_of(&mut self, tensor: &Value, dimension: usize, size: usize) -> Value {
        let dimension = self.constant_index(dimension);
        let index = vec![Type::Index(size)];
        self.generic("tensor.dim", "", &[tensor.clone(), dimension], index)
            .remove(0)
    }
}
