//! What a function becomes: components, and the streams between them.

use super::{
    Options,
    engine::Engine,
    launch::{self, Port, Role, Stream},
    mlgru::Step,
    operand::{self, Weights},
};
use fidelity_dialect::{Mlgru, TernaryAccumulate, TernaryLinear};
use melior::ir::{
    BlockLike, BlockRef, Location, RegionLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, OpView, block_argument, name_of};

/// What works on streams.
pub enum Work {
    /// A matrix-vector product of x and weights.
    Engine(Engine),
    /// A sum of two streams.
    Add {
        /// The width of both.
        width: u32,
    },
    /// A step of a recurrent unit.
    Step(Step),
}

/// A component, by the numbers of its streams.
pub struct Part {
    /// What it does.
    pub work: Work,
    /// What it takes.
    pub inputs: Vec<usize>,
    /// What it offers.
    pub outputs: Vec<usize>,
}

/// A function as components and streams. The streams' numbers count them.
pub struct Plan {
    /// The components, each after those whose streams it takes.
    pub parts: Vec<Part>,
    /// The width of each stream, and how many take it.
    pub streams: Vec<(u32, usize)>,
    /// The streams that come from outside.
    pub inputs: Vec<(Port, usize)>,
    /// The streams that go outside.
    pub results: Vec<(Port, usize)>,
}

impl Plan {
    /// Plans a function's module.
    ///
    /// # Errors
    ///
    /// At the place of what hardware cannot take.
    pub fn new<'a>(
        function: OperationRef<'a, 'a>,
        options: &Options,
    ) -> Result<Self, Diagnostic<'a>> {
        let block = only_block(function)?;
        let mut planner = Planner {
            options,
            values: Vec::new(),
            inputs: Vec::new(),
            plan: Self {
                parts: Vec::new(),
                streams: Vec::new(),
                inputs: Vec::new(),
                results: Vec::new(),
            },
        };
        for operation in operations(block) {
            planner.operation(operation)?;
        }
        planner.arguments(block, function.location())
    }
}

impl Plan {
    /// The text of the dictionary that describes the module.
    pub fn launch(&self, name: &str) -> String {
        launch::module(name, &self.inputs, &self.results)
    }
}

fn only_block<'a>(function: OperationRef<'a, 'a>) -> Result<BlockRef<'a, 'a>, Diagnostic<'a>> {
    let block = function.region(0).ok().and_then(|body| body.first_block());
    match block {
        Some(block) if block.next_in_region().is_none() => Ok(block),
        _ => Err(Diagnostic::expected(
            "a function of one block, which hardware does at once",
            if block.is_none() { "none" } else { "several" },
        )
        .at(function.location())),
    }
}

fn operations<'a>(block: BlockRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    std::iter::successors(block.first_operation(), |operation| {
        operation.next_in_block()
    })
    .collect()
}

struct Planner<'a, 'o> {
    options: &'o Options,
    /// The numbers of the streams that values are.
    values: Vec<(Value<'a, 'a>, usize)>,
    inputs: Vec<Input<'a>>,
    plan: Plan,
}

/// A stream that comes from outside.
struct Input<'a> {
    /// The number of the argument, or `None` for a constant.
    argument: Option<usize>,
    port: Port,
    number: usize,
    /// Where it is taken first.
    taken: Location<'a>,
}

impl<'a> Planner<'a, '_> {
    /// Streams for the arguments that nothing takes; and all that come from
    /// outside in order, those of constants last.
    fn arguments(
        mut self,
        block: BlockRef<'a, 'a>,
        at: Location<'a>,
    ) -> Result<Plan, Diagnostic<'a>> {
        for index in 0..block.argument_count() {
            let Ok(argument) = block.argument(index) else {
                continue;
            };
            let value: Value<'a, 'a> = argument.into();
            if self.number_of(value).is_none() {
                let what = format!("argument {index}");
                let stream = operand::stream(&what, value, self.options, at)?;
                self.input(value, Role::Data, stream, None, at);
            }
        }
        self.inputs
            .sort_by_key(|input| input.argument.unwrap_or(usize::MAX));
        self.plan.inputs = self
            .inputs
            .into_iter()
            .map(|input| (input.port, input.number))
            .collect();
        Ok(self.plan)
    }

    fn number_of(&self, value: Value<'a, 'a>) -> Option<usize> {
        let known = self.values.iter().find(|(known, _)| *known == value);
        known.map(|&(_, number)| number)
    }

    /// A stream from outside.
    fn input(
        &mut self,
        value: Value<'a, 'a>,
        role: Role,
        stream: Stream,
        contents: Option<Vec<u8>>,
        taken: Location<'a>,
    ) -> usize {
        let number = self.stream(stream.width);
        self.values.push((value, number));
        let argument = block_argument(value).map(|(_, index)| index);
        let constants = self.inputs.iter().filter(|input| input.argument.is_none());
        let name = match argument {
            Some(index) => format!("arg{index}"),
            None => format!("weights{}", constants.count()),
        };
        let port = Port {
            name,
            stream,
            r#type: value.r#type().to_string(),
            role,
            contents,
        };
        self.inputs.push(Input {
            argument,
            port,
            number,
            taken,
        });
        number
    }

    fn stream(&mut self, width: u32) -> usize {
        self.plan.streams.push((width, 0));
        self.plan.streams.len() - 1
    }

    /// The stream that a value is, for one more taker.
    fn take(
        &mut self,
        what: &str,
        value: Value<'a, 'a>,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let number = match self.number_of(value) {
            Some(number) => number,
            None if block_argument(value).is_some() => {
                let stream = operand::stream(what, value, self.options, at)?;
                self.input(value, Role::Data, stream, None, at)
            }
            None => {
                return Err(Diagnostic::new(format!(
                    "expected {what} to be an argument or the result of an op that hardware \
                     has, but got a constant; make it an argument"
                ))
                .at(at)
                .note_value(what, value));
            }
        };
        self.taken_as(number, Role::Data, at)
    }

    /// The stream that brings weights, for one more taker.
    fn take_weights(
        &mut self,
        value: Value<'a, 'a>,
        weights: Weights,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let number = match self.number_of(value) {
            Some(number) => number,
            None => {
                let row_bytes = weights.columns.div_ceil(weights.trits.per_byte());
                let stream = Stream {
                    width: 8,
                    count: (weights.rows * row_bytes) as usize,
                    fraction: None,
                };
                self.input(value, Role::Parameter, stream, weights.contents, at)
            }
        };
        self.taken_as(number, Role::Parameter, at)
    }

    /// Counts a taker. What comes once is no data, and what comes with each
    /// call no weights.
    fn taken_as(
        &mut self,
        number: usize,
        role: Role,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let input = self.inputs.iter().find(|input| input.number == number);
        if let Some(input) = input
            && input.port.role != role
        {
            return Err(Diagnostic::new(
                "expected weights that are nothing else, as they are loaded once, but got an \
                 argument that comes with each call, too; pass it twice",
            )
            .at(at)
            .note(input.taken, "it is taken here"));
        }
        self.plan.streams[number].1 += 1;
        Ok(number)
    }

    fn part(&mut self, work: Work, inputs: Vec<usize>, widths: &[u32]) -> Vec<usize> {
        let outputs: Vec<usize> = widths.iter().map(|&width| self.stream(width)).collect();
        self.plan.parts.push(Part {
            work,
            inputs,
            outputs: outputs.clone(),
        });
        outputs
    }

    /// Plans an op.
    fn operation(&mut self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        let at = operation.location();
        if let Some(op) = TernaryLinear::cast(operation) {
            let scale = op.scale();
            if let Some(scale) = scale {
                return Err(Diagnostic::new(
                    "expected no scale, as hardware has whole sums only, but got one; \
                     multiply the i32 sums by it in software",
                )
                .at(at)
                .note_value("scale", scale));
            }
            let sums = self.engine(op.x(), op.weights(), at)?;
            self.results(operation, &[sums]);
        } else if let Some(op) = TernaryAccumulate::cast(operation) {
            if operation.result_count() == 0 {
                return Err(Diagnostic::expected("an op on tensors", "one on memrefs").at(at));
            }
            let sums = self.engine(op.x(), op.weights(), at)?;
            let init = operand::stream("init", op.init(), self.options, at)?;
            let init = (self.take("init", op.init(), at)?, init.width);
            self.plan.streams[sums].1 += 1;
            let work = Work::Add { width: init.1 };
            let outputs = self.part(work, vec![sums, init.0], &[init.1]);
            self.results(operation, &outputs);
        } else if let Some(op) = Mlgru::cast(operation) {
            let outputs = self.mlgru(&op, at)?;
            self.results(operation, &outputs);
        } else {
            match name_of(operation) {
                "func.return" => self.return_op(operation)?,
                // Weights find theirs.
                "arith.constant" => {}
                name => {
                    return Err(Diagnostic::new(format!(
                        "expected fidelity.ternary_linear, fidelity.ternary_accumulate or a step \
                         of fidelity.mlgru, but got '{name}'; \
                         leave it to a function of its own, for another target"
                    ))
                    .at(at));
                }
            }
        }
        Ok(())
    }

    fn results(&mut self, operation: OperationRef<'a, 'a>, numbers: &[usize]) {
        let results = operation.results().zip(numbers);
        self.values
            .extend(results.map(|(result, &number)| (result.into(), number)));
    }

    /// The stream of the sums of x times weights.
    fn engine(
        &mut self,
        x: Value<'a, 'a>,
        weights: Value<'a, 'a>,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let tensor = operand::shape("x", x, at)?;
        if tensor.element.to_string() != "i8" {
            return Err(Diagnostic::new(format!(
                "expected x to have elements of i8, whose sums are exact, but got {}; \
                 quantise it before, with fidelity.quantize_activations",
                x.r#type()
            ))
            .at(at));
        }
        let matrix = operand::weights(weights, at)?;
        let lanes = self.options.lanes;
        if !lanes.is_multiple_of(matrix.trits.per_byte()) {
            return Err(Diagnostic::new(format!(
                "expected at least {} lanes, as many as a byte of the weights has trits, \
                 but got {lanes}; give more lanes, or store the weights dense",
                matrix.trits.per_byte()
            ))
            .at(at)
            .note_value("weights", weights));
        }
        let engine = Engine {
            rows: matrix.rows,
            columns: matrix.columns,
            trits: matrix.trits,
            lanes,
        };
        let inputs = vec![
            self.take("x", x, at)?,
            self.take_weights(weights, matrix, at)?,
        ];
        Ok(self.part(Work::Engine(engine), inputs, &[super::dot::SUM])[0])
    }

    /// The streams of the output and the new state.
    fn mlgru(&mut self, op: &Mlgru<'a>, at: Location<'a>) -> Result<Vec<usize>, Diagnostic<'a>> {
        let forget = operand::shape("forget", op.forget(), at)?;
        let time = forget.shape[forget.rank() - 2];
        if time != 1 {
            return Err(Diagnostic::new(format!(
                "expected a sequence of one step, but got one of {time}; \
                 compile the step and call it for each token, its last state being the next state"
            ))
            .at(at)
            .note_value("forget", op.forget()));
        }
        let operands = [
            ("forget", Some(op.forget())),
            ("candidate", Some(op.candidate())),
            ("gate", op.gate()),
            ("state", op.state()),
            ("lower_bound", op.lower_bound()),
        ];
        let channels = operand::stream("forget", op.forget(), self.options, at)?;
        let mut inputs = Vec::new();
        for (name, value) in operands {
            let Some(value) = value else {
                continue;
            };
            let stream = operand::stream(name, value, self.options, at)?;
            if stream.count != channels.count {
                return Err(Diagnostic::new(format!(
                    "expected {name} to have an element for each of forget, but got {} for {}; \
                     compile the step of one sequence",
                    stream.count, channels.count
                ))
                .at(at)
                .note_value(name, value));
            }
            inputs.push(self.take(name, value, at)?);
        }
        let Some(format) = self.options.format else {
            return Err(Diagnostic::expected("a fixed-point format", "none").at(at));
        };
        let step = Step {
            candidate: op.activation(),
            gate: op.gate().is_some(),
            state: op.state().is_some(),
            lower_bound: op.lower_bound().is_some(),
            format,
        };
        Ok(self.part(Work::Step(step), inputs, &[format.width; 2]))
    }

    fn return_op(&mut self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        let at = operation.location();
        for (index, value) in operation.operands().enumerate() {
            let name = format!("result{index}");
            let stream = operand::stream(&format!("result {index}"), value, self.options, at)?;
            let number = self.take(&format!("result {index}"), value, at)?;
            let port = Port {
                name,
                stream,
                r#type: value.r#type().to_string(),
                role: Role::Data,
                contents: None,
            };
            self.plan.results.push((port, number));
        }
        Ok(())
    }
}
