//! Ops on numbers one by one, in fixed point.

use super::{
    comb::Bits,
    curve::Curve,
    fixed::{Format, Pipeline, Timed, pipelined, saturated},
    library::{Component, Library, Stream},
};

/// What is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// x in another format.
    Convert,
    /// x + y.
    Add,
    /// x - y.
    Subtract,
    /// x y.
    Multiply,
    /// silu(x) y.
    Swiglu,
    /// σ(x).
    Sigmoid,
    /// x σ(x).
    Silu,
    /// x Φ(x).
    Gelu,
    /// Its approximation by a hyperbolic tangent.
    GeluTanh,
    /// tanh(x).
    Tanh,
    /// max(x, 0).
    Relu,
    /// max(x, 0)².
    SquaredRelu,
    /// exp(x).
    Exp,
    /// log(1 + exp(x)).
    Softplus,
    /// x + 1 for x > 0, else exp(x).
    EluPlusOne,
}

impl Function {
    /// What names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Convert => "convert",
            Self::Add => "add",
            Self::Subtract => "subtract",
            Self::Multiply => "multiply",
            Self::Swiglu => "swiglu",
            Self::Sigmoid => "sigmoid",
            Self::Silu => "silu",
            Self::Gelu => "gelu",
            Self::GeluTanh => "gelu_tanh",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::SquaredRelu => "squared_relu",
            Self::Exp => "exp",
            Self::Softplus => "softplus",
            Self::EluPlusOne => "elu_plus_one",
        }
    }
}

/// A function of one or two streams.
#[derive(Clone, Debug)]
pub struct Elementwise {
    /// What is computed.
    pub function: Function,
    /// The formats of the operands.
    pub operands: Vec<Format>,
    /// The format of the result.
    pub result: Format,
}

impl Elementwise {
    /// The module.
    pub fn component(&self, library: &Library<'_, '_>) -> Component {
        let formats: Vec<String> = self
            .operands
            .iter()
            .chain([&self.result])
            .map(ToString::to_string)
            .collect();
        let name = format!("fidelity_{}_{}", self.function.name(), formats.join("_"));
        let inputs: Vec<Stream<'_>> = ["x", "y"]
            .into_iter()
            .zip(&self.operands)
            .map(|(name, format)| (name, format.width))
            .collect();
        let outputs = [("z", self.result.width)];
        pipelined(
            library,
            &name,
            &inputs,
            &outputs,
            self.result,
            |pipeline, values| vec![self.body(pipeline, values)],
        )
    }

    fn body<'a>(&self, pipeline: &Pipeline<'a, '_, '_>, values: &[Timed<'a>]) -> Timed<'a> {
        let (logic, result) = (pipeline.logic, self.result);
        // An operand of the functions has the format of their result.
        let operand = |index: usize| {
            let format = self.operands[index];
            match format == result {
                true => values[index],
                false => {
                    let name = format!("operand_{index}");
                    pipeline.in_format(&name, values[index], format.fraction, result)
                }
            }
        };
        let zero = logic.constant(0, result.width);
        let positive = |x: Timed<'a>| Timed {
            bits: logic.select(logic.sign(x.bits), zero, x.bits),
            ..x
        };
        match self.function {
            Function::Convert => operand(0),
            Function::Add => self.sum(pipeline, values, false),
            Function::Subtract => self.sum(pipeline, values, true),
            Function::Multiply => {
                let fraction = self.operands[0].fraction + self.operands[1].fraction;
                pipeline.product_in("product", values[0], values[1], fraction, result)
            }
            Function::Swiglu => {
                let gate = pipeline.gated("gate", Curve::Sigmoid, operand(0));
                let up = operand(1);
                pipeline.product_in("product", gate, up, 2 * result.fraction, result)
            }
            Function::Sigmoid => {
                let sigmoid = pipeline.curve("x", Curve::Sigmoid, operand(0));
                Timed {
                    bits: logic.sign_extend(sigmoid.bits, result.width),
                    ..sigmoid
                }
            }
            Function::Silu => pipeline.gated("x", Curve::Sigmoid, operand(0)),
            Function::Gelu => pipeline.gated("x", Curve::Normal, operand(0)),
            Function::GeluTanh => pipeline.gated("x", Curve::NormalTanh, operand(0)),
            Function::Tanh => pipeline.tanh("x", operand(0)),
            Function::Relu => positive(operand(0)),
            Function::SquaredRelu => {
                let x = positive(operand(0));
                pipeline.product_in("square", x, x, 2 * result.fraction, result)
            }
            Function::Exp => pipeline.exp("x", operand(0)),
            Function::Softplus => {
                let x = operand(0);
                let rest = pipeline.curve("x", Curve::Softplus, x);
                let (rest, x, stage) = pipeline.both("sum", rest, positive(x));
                self.short_sum(pipeline, rest, x, stage)
            }
            Function::EluPlusOne => {
                let x = operand(0);
                let is_positive = logic.not(logic.or(logic.sign(x.bits), logic.is(x.bits, 0)));
                let one = logic.constant(result.one(), result.fraction + 2);
                let linear = self.short_sum(pipeline, one, x.bits, x.stage);
                let is_positive = pipeline.step("is_positive", is_positive, x.stage);
                let exp = pipeline.exp("x", x);
                let linear = pipeline.until("linear", linear, exp.stage);
                let is_positive = pipeline.until("is_positive", is_positive, exp.stage);
                let value = logic.select(is_positive, linear, exp.bits);
                pipeline.step("elu_plus_one", value, exp.stage)
            }
        }
    }

    /// A small number and another one, both of the result's fraction, saturated.
    fn short_sum<'a>(
        &self,
        pipeline: &Pipeline<'a, '_, '_>,
        small: Bits<'a>,
        x: Bits<'a>,
        stage: u32,
    ) -> Timed<'a> {
        let logic = pipeline.logic;
        let width = self.result.width + 1;
        let [small, x] = [small, x].map(|bits| logic.sign_extend(bits, width));
        let sum = saturated(logic, logic.add(small, x), self.result.width);
        pipeline.step("sum", sum, stage)
    }

    /// The sum or the difference, which is exact before it is rounded.
    fn sum<'a>(
        &self,
        pipeline: &Pipeline<'a, '_, '_>,
        values: &[Timed<'a>],
        is_difference: bool,
    ) -> Timed<'a> {
        let logic = pipeline.logic;
        let fraction = self.operands[0].fraction.max(self.operands[1].fraction);
        let aligned: Vec<_> = values
            .iter()
            .zip(&self.operands)
            .map(|(value, format)| logic.shifted(value.bits, fraction - format.fraction))
            .collect();
        let width = aligned[0].width.max(aligned[1].width) + 1;
        let [lhs, rhs] = [0, 1].map(|index| logic.sign_extend(aligned[index], width));
        let sum = match is_difference {
            true => logic.sub(lhs, rhs),
            false => logic.add(lhs, rhs),
        };
        let sum = pipeline.step("sum", sum, values[0].stage);
        pipeline.in_format("sum", sum, fraction, self.result)
    }
}
