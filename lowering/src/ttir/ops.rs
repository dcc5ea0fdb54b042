//! TTIR's ops, one function for each: what it takes has the types that the op
//! asks for, and the type of its result follows.
//!
//! The ops are built in a namespace that knows nothing of them, so that an
//! attribute of a wrong width would go unseen until tt-mlir reads it.

use fidelity_dialect::TensorType;
use melior::ir::{
    Attribute, Identifier, Type, Value, ValueLike,
    attribute::{
        ArrayAttribute, BoolAttribute, DenseI32ArrayAttribute, DenseI64ArrayAttribute,
        FloatAttribute, IntegerAttribute,
    },
    r#type::IntegerType,
};
use ods_bridge::{Builder, OpBuilder};
use std::ops::Deref;

/// A builder of TTIR.
#[derive(Clone, Copy)]
pub struct Ttir<'a, 'b>(&'b Builder<'a>);

impl<'a> Deref for Ttir<'a, '_> {
    type Target = Builder<'a>;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

/// The sizes of a tensor.
pub fn shape<'a>(value: Value<'a, '_>) -> Vec<i64> {
    TensorType::of(value).shape
}

/// The type of the elements of a tensor.
pub fn element<'a>(value: Value<'a, '_>) -> Type<'a> {
    TensorType::of(value).element
}

/// The type of a tensor.
pub fn tensor<'a>(shape: &[i64], element: Type<'a>) -> Type<'a> {
    TensorType {
        shape: shape.to_vec(),
        element,
        encoding: None,
    }
    .to_type()
}

/// The shape of an elementwise op of operands of two shapes, which broadcast.
pub fn broadcast(lhs: &[i64], rhs: &[i64]) -> Vec<i64> {
    let rank = lhs.len().max(rhs.len());
    let size = |shape: &[i64], at: usize| {
        (at + shape.len())
            .checked_sub(rank)
            .map_or(1, |at| shape[at])
    };
    (0..rank)
        .map(|at| match (size(lhs, at), size(rhs, at)) {
            (1, size) => size,
            (size, _) => size,
        })
        .collect()
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $(
            $(#[$doc])*
            pub fn $name(&self, input: Value<'a, 'a>) -> Value<'a, 'a> {
                let r#type = input.r#type();
                self.ttir(stringify!($name), &[input]).result(r#type).value()
            }
        )*
    };
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        $(
            $(#[$doc])*
            pub fn $name(&self, lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> Value<'a, 'a> {
                let r#type = tensor(&broadcast(&shape(lhs), &shape(rhs)), element(lhs));
                self.ttir(stringify!($name), &[lhs, rhs]).result(r#type).value()
            }
        )*
    };
}

impl<'a, 'b> Ttir<'a, 'b> {
    /// Builds with a builder.
    pub fn new(builder: &'b Builder<'a>) -> Self {
        Self(builder)
    }

    fn ttir(&self, name: &str, operands: &[Value<'a, 'a>]) -> OpBuilder<'a, '_> {
        self.op(&format!("ttir.{name}")).operands(operands)
    }

    /// The type f32.
    pub fn f32(&self) -> Type<'a> {
        Type::float32(self.context())
    }

    /// The type bf16.
    pub fn bf16(&self) -> Type<'a> {
        Type::bfloat16(self.context())
    }

    /// An attribute of type f32.
    fn float(&self, value: f64) -> Attribute<'a> {
        FloatAttribute::new(self.context(), self.f32(), value).into()
    }

    /// An attribute `[… : i32]`.
    fn i32_list(&self, values: &[i64]) -> Attribute<'a> {
        let r#type = IntegerType::new(self.context(), 32).into();
        let values: Vec<Attribute<'a>> = values
            .iter()
            .map(|&value| IntegerAttribute::new(r#type, value).into())
            .collect();
        ArrayAttribute::new(self.context(), &values).into()
    }

    /// An attribute `array<i64: …>`.
    fn i64_array(&self, values: &[i64]) -> Attribute<'a> {
        DenseI64ArrayAttribute::new(self.context(), values).into()
    }

    unary! {
        /// |x|
        abs,
        /// ⌈x⌉
        ceil,
        /// exp(x)
        exp,
        /// ⌊x⌋
        floor,
        /// log(1 + x)
        log1p,
        /// -x
        neg,
        /// max(x, 0)
        relu,
        /// 1 / (1 + exp(-x))
        sigmoid,
        /// x / (1 + exp(-x))
        silu,
        /// √x
        sqrt,
        /// x²
        square,
        /// tanh(x)
        tanh,
    }

    binary! {
        /// lhs + rhs
        add,
        /// lhs / rhs
        div,
        /// max(lhs, rhs)
        maximum,
        /// min(lhs, rhs)
        minimum,
        /// lhs · rhs
        multiply,
        /// lhs - rhs
        subtract,
    }

    /// Σ_k a[…, k] · b[n, k], in f32.
    pub fn matmul_transposed(&self, a: Value<'a, 'a>, b: Value<'a, 'a>) -> Value<'a, 'a> {
        let mut sizes = shape(a);
        if let (Some(last), Some(&rows)) = (sizes.last_mut(), shape(b).first()) {
            *last = rows;
        }
        let flag = |value| BoolAttribute::new(self.context(), value);
        self.ttir("matmul", &[a, b])
            .attribute("transpose_a", flag(false))
            .attribute("transpose_b", flag(true))
            .result(tensor(&sizes, self.f32()))
            .value()
    }

    /// A tensor with other elements, rounded to nearest even; itself if it has
    /// them already. `conservative_folding` keeps a rounding to bf16 and back.
    pub fn typecast(&self, input: Value<'a, 'a>, to: Type<'a>) -> Value<'a, 'a> {
        if element(input) == to {
            return input;
        }
        self.ttir("typecast", &[input])
            .attribute(
                "conservative_folding",
                BoolAttribute::new(self.context(), true),
            )
            .result(tensor(&shape(input), to))
            .value()
    }

    /// x / √(mean(x²) + ε) ⊙ weight over the last dimension.
    pub fn rms_norm(
        &self,
        input: Value<'a, 'a>,
        weight: Option<Value<'a, 'a>>,
        epsilon: f64,
    ) -> Value<'a, 'a> {
        let normalized: Vec<i64> = shape(input).last().copied().into_iter().collect();
        let segments = [1, i32::from(weight.is_some()), 0];
        let mut operands = vec![input];
        operands.extend(weight);
        self.ttir("rms_norm", &operands)
            .attribute("normalized_shape", self.i64_array(&normalized))
            .attribute("epsilon", self.float(epsilon))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(self.context(), &segments),
            )
            .result(input.r#type())
            .value()
    }

    /// The greatest element along a dimension, which becomes 1.
    pub fn max_along(&self, input: Value<'a, 'a>, dimension: usize) -> Value<'a, 'a> {
        self.reduction("max", input, dimension)
    }

    /// The sum along a dimension, which becomes 1.
    pub fn sum_along(&self, input: Value<'a, 'a>, dimension: usize) -> Value<'a, 'a> {
        self.reduction("sum", input, dimension)
    }

    fn reduction(&self, name: &str, input: Value<'a, 'a>, dimension: usize) -> Value<'a, 'a> {
        let mut sizes = shape(input);
        sizes[dimension] = 1;
        self.ttir(name, &[input])
            .attribute("keep_dim", BoolAttribute::new(self.context(), true))
            .attribute("dim_arg", self.i32_list(&[dimension as i64]))
            .result(tensor(&sizes, element(input)))
            .value()
    }

    /// Tensors one after the other along a dimension.
    pub fn concat(&self, inputs: &[Value<'a, 'a>], dimension: usize) -> Value<'a, 'a> {
        let [first, ..] = inputs else {
            panic!("expected tensors to put together");
        };
        if inputs.len() == 1 {
            return *first;
        }
        let mut sizes = shape(*first);
        sizes[dimension] = inputs.iter().map(|&input| shape(input)[dimension]).sum();
        let si32 = IntegerType::signed(self.context(), 32).into();
        self.ttir("concat", inputs)
            .attribute("dim", IntegerAttribute::new(si32, dimension as i64))
            .result(tensor(&sizes, element(*first)))
            .value()
    }

    /// A tensor whose dimension number i is that of number `permutation[i]`;
    /// itself if that changes nothing.
    pub fn permute(&self, input: Value<'a, 'a>, permutation: &[usize]) -> Value<'a, 'a> {
        if permutation.is_sorted() {
            return input;
        }
        let sizes = shape(input);
        let permuted: Vec<i64> = permutation.iter().map(|&from| sizes[from]).collect();
        let permutation: Vec<i64> = permutation.iter().map(|&from| from as i64).collect();
        self.ttir("permute", &[input])
            .attribute("permutation", self.i64_array(&permutation))
            .result(tensor(&permuted, element(input)))
            .value()
    }

    /// The same elements in another shape; the tensor itself if it has it.
    pub fn reshape(&self, input: Value<'a, 'a>, sizes: &[i64]) -> Value<'a, 'a> {
        if shape(input) == sizes {
            return input;
        }
        self.ttir("reshape", &[input])
            .attribute("shape", self.i32_list(sizes))
            .result(tensor(sizes, element(input)))
            .value()
    }

    /// The elements from `begins` to before `ends`, in steps.
    pub fn slice(
        &self,
        input: Value<'a, 'a>,
        begins: &[i64],
        ends: &[i64],
        steps: &[i64],
    ) -> Value<'a, 'a> {
        let sizes: Vec<i64> = begins
            .iter()
            .zip(ends)
            .zip(steps)
            .map(|((begin, end), step)| (end - begin + step - 1) / step)
            .collect();
        if sizes == shape(input) {
            return input;
        }
        self.ttir("slice_static", &[input])
            .attribute("begins", self.i32_list(begins))
            .attribute("ends", self.i32_list(ends))
            .attribute("step", self.i32_list(steps))
            .result(tensor(&sizes, element(input)))
            .value()
    }

    /// A range of one dimension.
    pub fn slice_along(
        &self,
        input: Value<'a, 'a>,
        dimension: usize,
        range: std::ops::Range<i64>,
    ) -> Value<'a, 'a> {
        let mut ends = shape(input);
        let mut begins = vec![0; ends.len()];
        (begins[dimension], ends[dimension]) = (range.start, range.end);
        let steps = vec![1; ends.len()];
        self.slice(input, &begins, &ends, &steps)
    }

    /// A tensor repeated along dimensions of size 1; itself if it has the sizes.
    pub fn broadcast_to(&self, input: Value<'a, 'a>, sizes: &[i64]) -> Value<'a, 'a> {
        let from = shape(input);
        if from == sizes {
            return input;
        }
        let factors: Vec<i64> = from
            .iter()
            .zip(sizes)
            .map(|(&from, &to)| if from == to { 1 } else { to })
            .collect();
        self.ttir("broadcast", &[input])
            .attribute("broadcast_dimensions", self.i64_array(&factors))
            .result(tensor(sizes, element(input)))
            .value()
    }

    /// max(least, min(greatest, x))
    pub fn clamp(&self, input: Value<'a, 'a>, least: f64, greatest: f64) -> Value<'a, 'a> {
        self.ttir("clamp_scalar", &[input])
            .attribute("min", self.float(least))
            .attribute("max", self.float(greatest))
            .result(input.r#type())
            .value()
    }

    /// A tensor of one number.
    pub fn full(&self, sizes: &[i64], element: Type<'a>, value: f64) -> Value<'a, 'a> {
        let sizes_32: Vec<i32> = sizes.iter().map(|&size| size as i32).collect();
        self.ttir("full", &[])
            .attribute(
                "shape",
                DenseI32ArrayAttribute::new(self.context(), &sizes_32),
            )
            .attribute("fill_value", self.float(value))
            .result(tensor(sizes, element))
            .value()
    }

    /// A number that broadcasts with a tensor, in its element type.
    pub fn number(&self, like: Value<'a, 'a>, value: f64) -> Value<'a, 'a> {
        let sizes = vec![1; shape(like).len()];
        self.full(&sizes, element(like), value)
    }

    /// A constant of elements, whose type it has.
    pub fn constant(&self, value: Attribute<'a>, r#type: Type<'a>) -> Value<'a, 'a> {
        self.ttir("constant", &[])
            .attribute("value", value)
            .result(r#type)
            .value()
    }
}

/// What `tt-mlir` reads of an argument: that it is a weight of the model, to be
/// kept in blocks of four-bit floats, which hold trits exactly.
pub fn weight_attributes<'a>(builder: &Builder<'a>) -> [(Identifier<'a>, Attribute<'a>); 2] {
    let context = builder.context();
    [
        (
            Identifier::new(context, "ttcore.argument_type"),
            builder.attribute("#ttcore.argument_type<parameter>"),
        ),
        (
            Identifier::new(context, "ttcore.weight_dtype"),
            builder.attribute("\"bfp_bf4\""),
        ),
    ]
}
