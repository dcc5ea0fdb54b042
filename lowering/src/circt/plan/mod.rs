//! What a function becomes: components, and the streams between them.

mod buffers;
mod ops;
mod recurrent;
mod ternary;

use super::{
    Options,
    fixed::Format,
    launch::{self, Port, Role, Stream},
    operand::{self, Weights},
    repeat::Repeat,
    work::Work,
};
use melior::ir::{
    BlockLike, BlockRef, Location, RegionLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, block_argument};

/// A component, by the numbers of its streams.
pub struct Part {
    /// What it does.
    pub work: Work,
    /// What it takes.
    pub inputs: Vec<usize>,
    /// What it offers.
    pub outputs: Vec<usize>,
}

/// What a stream carries.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// The format of its values.
    pub format: Format,
    /// How many there are in a call.
    pub count: usize,
    /// How many take it.
    pub takers: usize,
}

/// A function as components and streams. The streams' numbers count them.
pub struct Plan {
    /// The components, each after those whose streams it takes.
    pub parts: Vec<Part>,
    /// What each stream carries.
    pub streams: Vec<Flow>,
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
            lanes: options.lanes,
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
        let mut plan = planner.arguments(block, function.location())?;
        plan.count_takers();
        plan.buffer();
        Ok(plan)
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
    /// How many products the engine of the op at hand computes at once.
    lanes: u64,
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
        let number = self.stream(stream.format(), stream.count);
        self.values.push((value, number));
        let argument = block_argument(value).map(|(_, index)| index);
        let constants = self.inputs.iter().filter(|input| input.argument.is_none());
        let name = match argument {
            Some(index) => format!("arg{index}"),
            None if stream.fraction.is_some() => format!("constant{}", constants.count()),
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

    fn stream(&mut self, format: Format, count: usize) -> usize {
        self.plan.streams.push(Flow {
            format,
            count,
            takers: 0,
        });
        self.plan.streams.len() - 1
    }

    /// The format of a stream's values.
    fn format_of(&self, number: usize) -> Format {
        self.plan.streams[number].format
    }

    /// The format of floats.
    fn format(&self, at: Location<'a>) -> Result<Format, Diagnostic<'a>> {
        let format = self.options.format;
        format.ok_or_else(|| Diagnostic::expected("a fixed-point format", "none").at(at))
    }

    /// The stream that a value is.
    fn take(
        &mut self,
        what: &str,
        value: Value<'a, 'a>,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let stream = operand::stream(what, value, self.options, at)?;
        self.take_stream(what, value, stream, at)
    }

    /// The stream that a scale is: what comes from outside comes in a finer
    /// format.
    fn take_scale(
        &mut self,
        what: &str,
        value: Value<'a, 'a>,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let stream = operand::stream(what, value, self.options, at)?;
        let fine = self.format(at)?.fine();
        let stream = Stream {
            width: fine.width,
            fraction: Some(fine.fraction),
            ..stream
        };
        self.take_stream(what, value, stream, at)
    }

    fn take_stream(
        &mut self,
        what: &str,
        value: Value<'a, 'a>,
        stream: Stream,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let number = match self.number_of(value) {
            Some(number) => number,
            None if block_argument(value).is_some() => {
                self.input(value, Role::Data, stream, None, at)
            }
            None => return self.constant(what, value, stream, at),
        };
        self.taken_as(number, Role::Data, at)
    }

    /// The stream that a constant is: a number that all elements are needs no
    /// memory; several come once, as weights do, and are kept.
    fn constant(
        &mut self,
        what: &str,
        value: Value<'a, 'a>,
        stream: Stream,
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let format = stream.format();
        let output = [(format, stream.count)];
        let numbers = operand::constant(what, value, &stream, at)?;
        if let [number] = numbers[..] {
            let work = Work::Constant(number, format);
            return Ok(self.part(work, vec![], &output)[0]);
        }
        let bytes = format.width.div_ceil(8) as usize;
        let contents = numbers
            .iter()
            .flat_map(|number| number.to_le_bytes().into_iter().take(bytes))
            .collect();
        let number = self.input(value, Role::Parameter, stream, Some(contents), at);
        let keep = Repeat {
            block: stream.count as u64,
            times: None,
        };
        let kept = self.part(Work::Repeat(keep, format.width), vec![number], &output)[0];
        // Who takes the constant takes what is kept.
        for (_, known) in &mut self.values {
            if *known == number {
                *known = kept;
            }
        }
        Ok(kept)
    }

    /// A stream of a tensor of some shape as one of a larger shape.
    fn broadcast(&mut self, number: usize, from: &[i64], to: &[i64]) -> usize {
        let mut number = number;
        for repeat in Repeat::broadcast(from, to) {
            let Flow { format, count, .. } = self.plan.streams[number];
            let count = count * repeat.times.unwrap_or(1) as usize;
            let work = Work::Repeat(repeat, format.width);
            number = self.part(work, vec![number], &[(format, count)])[0];
        }
        number
    }

    /// The stream that a value is, in another shape.
    fn take_in_shape(
        &mut self,
        what: &str,
        value: Value<'a, 'a>,
        shape: &[i64],
        at: Location<'a>,
    ) -> Result<usize, Diagnostic<'a>> {
        let from = operand::shape(what, value, at)?.shape;
        let number = self.take(what, value, at)?;
        Ok(self.broadcast(number, &from, shape))
    }

    /// The stream that brings weights.
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

    /// What comes once is no data, and what comes with each call no weights.
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
        Ok(number)
    }

    /// A component; gives the numbers of its outputs, of which there are the
    /// formats and the counts.
    fn part(&mut self, work: Work, inputs: Vec<usize>, outputs: &[(Format, usize)]) -> Vec<usize> {
        let outputs: Vec<usize> = outputs
            .iter()
            .map(|&(format, count)| self.stream(format, count))
            .collect();
        self.plan.parts.push(Part {
            work,
            inputs,
            outputs: outputs.clone(),
        });
        outputs
    }

    fn results(&mut self, operation: OperationRef<'a, 'a>, numbers: &[usize]) {
        let results = operation.results().zip(numbers);
        self.values
            .extend(results.map(|(result, &number)| (result.into(), number)));
    }

    fn return_op(&mut self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        let at = operation.location();
        for (index, value) in operation.operands().enumerate() {
            let what = format!("result {index}");
            let stream = operand::stream(&what, value, self.options, at)?;
            let number = self.take(&what, value, at)?;
            let format = self.format_of(number);
            let port = Port {
                name: format!("result{index}"),
                stream: Stream {
                    width: format.width,
                    fraction: stream.fraction.map(|_| format.fraction),
                    ..stream
                },
                r#type: value.r#type().to_string(),
                role: Role::Data,
                contents: None,
            };
            self.plan.results.push((port, number));
        }
        Ok(())
    }
}
