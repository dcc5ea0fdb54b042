//! Building linalg, tensor and arith ops: the vocabulary of the lowerings.

pub mod activation;
mod control;
mod reshape;
mod scalar;
mod size;
mod slice;

use crate::physical_type;
use fidelity_dialect::{DYNAMIC, TensorType};
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute, IntegerAttribute},
    r#type::{IntegerType, MemRefType},
};
use ods_bridge::{Builder, complex_element};
pub use slice::Part;
use std::ops::Deref;

/// A size: known when the code is made, or a value of index type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size<'a> {
    /// Known when the code is made.
    Static(i64),
    /// A value of index type.
    Dynamic(Value<'a, 'a>),
}

/// How an operand of a `linalg.generic` is indexed: one affine expression of
/// the loops `d0`, `d1`, … for each of its dimensions.
pub type Map = Vec<String>;

/// The map `(dK, …, dN)` of a range of loops.
pub fn loops(range: impl IntoIterator<Item = usize>) -> Map {
    range.into_iter().map(|index| format!("d{index}")).collect()
}

/// Whether a loop carries a sum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Iterator {
    /// Iterations are independent.
    Parallel,
    /// Iterations add to one sum.
    Reduction,
}

/// A builder with shorthands.
pub struct Emit<'a, 'b> {
    builder: &'b Builder<'a>,
    /// Whether sizes are checked at run time.
    checks: bool,
}

impl<'a> Deref for Emit<'a, '_> {
    type Target = Builder<'a>;

    fn deref(&self) -> &Self::Target {
        self.builder
    }
}

impl<'a, 'b> Emit<'a, 'b> {
    /// Builds with `builder`; without `checks` nothing is checked at run time.
    pub fn new(builder: &'b Builder<'a>, checks: bool) -> Self {
        Self { builder, checks }
    }

    /// The type f32.
    pub fn f32(&self) -> Type<'a> {
        Type::float32(self.context())
    }

    /// The signless integer type of a width.
    pub fn integer(&self, width: u32) -> Type<'a> {
        IntegerType::new(self.context(), width).into()
    }

    /// The type index.
    pub fn index_type(&self) -> Type<'a> {
        Type::index(self.context())
    }

    /// A type from its name.
    pub fn named_type(&self, name: &str) -> Type<'a> {
        Type::parse(self.context(), name).unwrap_or_else(|| panic!("{name} is no type"))
    }

    /// The type in which an op on elements of a type computes: f32 for the
    /// narrow floats, a complex type itself.
    pub fn compute_type(&self, element: Type<'a>) -> Type<'a> {
        if element.is_f64() || complex_element(element).is_some() {
            element
        } else {
            self.f32()
        }
    }

    /// A value under the type of what lies in memory for it.
    pub fn physical(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        let r#type = physical_type(value.r#type());
        self.convert_type("builtin.unrealized_conversion_cast", value, r#type)
    }

    fn convert_type(&self, name: &str, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        if value.r#type() == r#type {
            return value;
        }
        self.op(name).operand(value).result(r#type).value()
    }

    /// A computed value under the type that an op's result has.
    pub fn result(&self, value: Value<'a, 'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        let physical = self.convert_type("tensor.cast", value, physical_type(r#type));
        self.convert_type("builtin.unrealized_conversion_cast", physical, r#type)
    }

    /// A tensor under a type of other static sizes.
    pub fn cast(&self, value: Value<'a, 'a>, sizes: &[Size<'a>]) -> Value<'a, 'a> {
        let r#type = TensorType {
            shape: static_shape(sizes),
            ..TensorType::of(value)
        };
        self.convert_type("tensor.cast", value, r#type.to_type())
    }

    /// A constant of index type.
    pub fn index(&self, number: i64) -> Value<'a, 'a> {
        self.op("arith.constant")
            .attribute("value", IntegerAttribute::new(self.index_type(), number))
            .result(self.index_type())
            .value()
    }

    /// A size as a value.
    pub fn size_value(&self, size: Size<'a>) -> Value<'a, 'a> {
        match size {
            Size::Static(number) => self.index(number),
            Size::Dynamic(value) => value,
        }
    }

    /// The size of a dimension of a tensor or memref.
    pub fn size(&self, value: Value<'a, 'a>, index: usize) -> Size<'a> {
        let size = TensorType::of(value).shape[index];
        if size != DYNAMIC {
            return Size::Static(size);
        }
        let name = if value.r#type().is_ranked_tensor() {
            "tensor.dim"
        } else {
            "memref.dim"
        };
        Size::Dynamic(
            self.op(name)
                .operands(&[value, self.index(index as i64)])
                .result(self.index_type())
                .value(),
        )
    }

    /// The sizes of all dimensions.
    pub fn sizes(&self, value: Value<'a, 'a>) -> Vec<Size<'a>> {
        (0..TensorType::of(value).rank())
            .map(|index| self.size(value, index))
            .collect()
    }

    /// Two sizes that have to be the same: checks it at run time where the
    /// types do not say it, and gives the one that is known better.
    pub fn same_size(&self, lhs: Size<'a>, rhs: Size<'a>, message: &str) -> Size<'a> {
        if lhs == rhs {
            return lhs;
        }
        if let (Size::Static(_), Size::Static(_)) = (lhs, rhs) {
            // The verifier has refused sizes that differ.
            return lhs;
        }
        let equal = self.compare_integers("eq", self.size_value(lhs), self.size_value(rhs));
        self.assert(equal, message);
        match lhs {
            Size::Static(_) => lhs,
            Size::Dynamic(_) => rhs,
        }
    }

    /// [`Emit::same_size`] for two shapes.
    pub fn same_sizes(&self, lhs: &[Size<'a>], rhs: &[Size<'a>], message: &str) -> Vec<Size<'a>> {
        lhs.iter()
            .zip(rhs)
            .map(|(&lhs, &rhs)| self.same_size(lhs, rhs, message))
            .collect()
    }

    /// Stops the program with a message unless a condition holds.
    pub fn assert(&self, condition: Value<'a, 'a>, message: &str) {
        if !self.checks {
            return;
        }
        self.op("cf.assert")
            .operand(condition)
            .attribute(
                "msg",
                melior::ir::attribute::StringAttribute::new(self.context(), message),
            )
            .insert();
    }

    /// The type of a tensor of those sizes, without an encoding.
    pub fn tensor_type(&self, sizes: &[Size<'a>], element: Type<'a>) -> Type<'a> {
        TensorType {
            shape: static_shape(sizes),
            element,
            encoding: None,
        }
        .to_type()
    }

    /// The type of a contiguous memref of those sizes.
    pub fn memref_type(&self, sizes: &[Size<'a>], element: Type<'a>) -> Type<'a> {
        MemRefType::contiguous(element, &static_shape(sizes), None).into()
    }

    /// An element of a tensor or memref.
    pub fn element(&self, of: Value<'a, 'a>, indices: &[Value<'a, 'a>]) -> Value<'a, 'a> {
        let name = if of.r#type().is_ranked_tensor() {
            "tensor.extract"
        } else {
            "memref.load"
        };
        self.op(name)
            .operand(of)
            .operands(indices)
            .result(TensorType::of(of).element)
            .value()
    }

    /// A tensor with one element changed.
    pub fn set_element(
        &self,
        element: Value<'a, 'a>,
        of: Value<'a, 'a>,
        indices: &[Value<'a, 'a>],
    ) -> Value<'a, 'a> {
        self.op("tensor.insert")
            .operands(&[element, of])
            .operands(indices)
            .result(of.r#type())
            .value()
    }

    /// A tensor whose elements are not set.
    pub fn empty(&self, sizes: &[Size<'a>], element: Type<'a>) -> Value<'a, 'a> {
        self.op("tensor.empty")
            .operands(&dynamic_sizes(sizes))
            .result(self.tensor_type(sizes, element))
            .value()
    }

    /// A tensor of one value.
    pub fn filled(&self, sizes: &[Size<'a>], scalar: Value<'a, 'a>) -> Value<'a, 'a> {
        let init = self.empty(sizes, scalar.r#type());
        self.fill(init, scalar)
    }

    /// Sets all elements of a tensor or memref; gives the tensor.
    pub fn fill(&self, init: Value<'a, 'a>, scalar: Value<'a, 'a>) -> Value<'a, 'a> {
        let rank = TensorType::of(init).rank();
        self.generic(
            &[],
            &[(init, loops(0..rank))],
            &vec![Iterator::Parallel; rank],
            |_, _| vec![scalar],
        )[0]
    }

    /// Elementwise over `sizes` into a new tensor.
    pub fn map(
        &self,
        inputs: &[(Value<'a, 'a>, Map)],
        sizes: &[Size<'a>],
        element: Type<'a>,
        body: impl FnOnce(&Emit<'a, '_>, &[Value<'a, 'a>]) -> Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let init = self.empty(sizes, element);
        self.generic(
            inputs,
            &[(init, loops(0..sizes.len()))],
            &vec![Iterator::Parallel; sizes.len()],
            |emit, arguments| vec![body(emit, arguments)],
        )[0]
    }

    /// A tensor under another element type.
    pub fn converted(&self, value: Value<'a, 'a>, element: Type<'a>) -> Value<'a, 'a> {
        if TensorType::of(value).element == element {
            return value;
        }
        let sizes = self.sizes(value);
        let map = loops(0..sizes.len());
        self.map(&[(value, map)], &sizes, element, |emit, arguments| {
            emit.convert(arguments[0], element)
        })
    }

    /// A `linalg.generic`. The body gets an element of each input and output
    /// and gives the outputs' new ones. On memrefs it gives the outputs.
    pub fn generic(
        &self,
        inputs: &[(Value<'a, 'a>, Map)],
        outputs: &[(Value<'a, 'a>, Map)],
        iterators: &[Iterator],
        body: impl FnOnce(&Emit<'a, '_>, &[Value<'a, 'a>]) -> Vec<Value<'a, 'a>>,
    ) -> Vec<Value<'a, 'a>> {
        let dims = loops(0..iterators.len()).join(", ");
        let both = || inputs.iter().chain(outputs);
        let maps: Vec<String> = both()
            .map(|(_, map)| format!("affine_map<({dims}) -> ({})>", map.join(", ")))
            .collect();
        let kinds: Vec<&str> = iterators
            .iter()
            .map(|iterator| match iterator {
                Iterator::Parallel => "#linalg.iterator_type<parallel>",
                Iterator::Reduction => "#linalg.iterator_type<reduction>",
            })
            .collect();
        let arguments: Vec<Type<'a>> = both()
            .map(|(value, _)| TensorType::of(*value).element)
            .collect();
        let region = self.region(&arguments, |builder, arguments| {
            let emit = Emit::new(builder, self.checks);
            let results = body(&emit, arguments);
            emit.op("linalg.yield").operands(&results).insert();
        });
        let mut op = self
            .op("linalg.generic")
            .parsed("indexing_maps", &format!("[{}]", maps.join(", ")))
            .parsed("iterator_types", &format!("[{}]", kinds.join(", ")))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(
                    self.context(),
                    &[inputs.len() as i32, outputs.len() as i32],
                ),
            )
            .region(region);
        for (value, _) in both() {
            op = op.operand(*value);
        }
        let on_tensors = outputs
            .iter()
            .all(|(value, _)| value.r#type().is_ranked_tensor());
        if !on_tensors {
            op.insert();
            return outputs.iter().map(|(value, _)| *value).collect();
        }
        for (value, _) in outputs {
            op = op.result(value.r#type());
        }
        values_of(op.insert())
    }

    /// The loop's own index, in the body of a `linalg.generic`.
    pub fn loop_index(&self, dimension: usize) -> Value<'a, 'a> {
        self.op("linalg.index")
            .attribute(
                "dim",
                IntegerAttribute::new(self.integer(64), dimension as i64),
            )
            .result(self.index_type())
            .value()
    }

    /// Pads the last dimension at its end with zeros. The size is static.
    pub fn pad_last(&self, value: Value<'a, 'a>, padding: i64) -> Value<'a, 'a> {
        if padding == 0 {
            return value;
        }
        let mut r#type = TensorType::of(value);
        let rank = r#type.rank();
        let mut high = vec![0; rank];
        high[rank - 1] = padding;
        r#type.shape[rank - 1] += padding;
        let zero = self.zero(r#type.element);
        // As for slices: nothing is put into a tensor without elements.
        if TensorType::of(value).shape.contains(&0) {
            let mut sizes = self.sizes(value);
            sizes[rank - 1] = Size::Static(r#type.shape[rank - 1]);
            return self.filled(&sizes, zero);
        }
        let region = self.region(&vec![self.index_type(); rank], |builder, _| {
            builder.op("tensor.yield").operand(zero).insert();
        });
        let context = self.context();
        self.op("tensor.pad")
            .operand(value)
            .attribute(
                "static_low",
                DenseI64ArrayAttribute::new(context, &vec![0; rank]),
            )
            .attribute("static_high", DenseI64ArrayAttribute::new(context, &high))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(context, &[1, 0, 0]),
            )
            .region(region)
            .result(r#type.to_type())
            .value()
    }
}

fn static_shape(sizes: &[Size<'_>]) -> Vec<i64> {
    sizes
        .iter()
        .map(|size| match size {
            Size::Static(size) => *size,
            Size::Dynamic(_) => DYNAMIC,
        })
        .collect()
}

/// The values of the sizes that are not static.
pub fn dynamic_sizes<'a>(sizes: &[Size<'a>]) -> Vec<Value<'a, 'a>> {
    sizes
        .iter()
        .filter_map(|size| match size {
            Size::Static(_) => None,
            Size::Dynamic(value) => Some(*value),
        })
        .collect()
}

fn values_of<'a>(operation: melior::ir::operation::OperationRef<'a, 'a>) -> Vec<Value<'a, 'a>> {
    use melior::ir::operation::OperationLike;
    operation.results().map(Into::into).collect()
}

/// The map of an operand that broadcasts to loops `0..rank`: aligned at the
/// last one, a static 1 staying at its only element.
pub fn broadcast_map(operand: &TensorType<'_>, sizes: &[Size<'_>]) -> Map {
    let offset = sizes.len() - operand.rank();
    operand
        .shape
        .iter()
        .enumerate()
        .map(|(index, &size)| {
            let stays = size == 1 && sizes[offset + index] != Size::Static(1);
            if stays {
                "0".into()
            } else {
                format!("d{}", offset + index)
            }
        })
        .collect()
}
