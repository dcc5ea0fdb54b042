//! The ops of functions as a text, in which ops that do the same are the same word.

use crate::{
    kernels::kind_of,
    outline::{Replaced, key, operations_of},
    partition::DEVICE,
};
use melior::ir::{
    Attribute, AttributeLike, BlockLike, BlockRef, RegionLike, Type, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    defining_op, is_memory_effect_free, name_of, operations_within, result_number, uses_of,
};
use std::collections::HashMap;

/// Where a value comes from that an op reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// A result of an op of the text.
    Step {
        /// The op's place.
        place: usize,
        /// Which of its results it is.
        result: usize,
    },
    /// A constant tensor: what layers differ by.
    Constant(Attribute<'a>),
    /// An op that is made anew where it is read, a number or an empty tensor.
    Anew(OperationRef<'a, 'a>),
    /// Anything else.
    Outside,
}

/// A value that an op, or one within it, reads from outside of it.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    /// The value.
    pub value: Value<'a, 'a>,
    /// Where it comes from.
    pub source: Source<'a>,
}

/// An op of the text.
pub struct Step<'a> {
    /// The op.
    pub operation: OperationRef<'a, 'a>,
    /// What it reads, each value once, in an order that is the same for all ops of
    /// one word. The sizes of an empty tensor come before it.
    pub reads: Vec<Read<'a>>,
    /// Of each result, the last place in its block that reads it, [`usize::MAX`]
    /// for one in another block; 0 where nothing does.
    pub last_reads: Vec<usize>,
    /// The place of the op that holds the block of this one, if it is in the text.
    pub around: Option<usize>,
}

/// The ops of a module's functions, block after block.
pub struct Sequence<'a> {
    /// The words. An op that cannot be moved has one of its own.
    pub text: Vec<usize>,
    /// The op of each word.
    pub steps: Vec<Step<'a>>,
    /// How many ops there are before each place, with those in regions.
    ops_before: Vec<usize>,
}

impl<'a> Sequence<'a> {
    /// That of a module's functions.
    ///
    /// Functions that are launched by themselves stay whole: kernels and what is on a
    /// device of its own.
    pub fn of(module: BlockRef<'a, 'a>) -> Self {
        let mut writer = Writer {
            sequence: Self {
                text: Vec::new(),
                steps: Vec::new(),
                ops_before: vec![0],
            },
            words: HashMap::new(),
            places: HashMap::new(),
            count: 0,
        };
        for function in operations_of(module) {
            let is_unit = kind_of(function).is_some() || function.attribute(DEVICE).is_ok();
            if name_of(function) == "func.func" && !is_unit {
                writer.blocks_of(function, None);
            }
        }
        writer.finish()
    }

    /// How many ops a part has, with those in regions. Calls do not count: there is
    /// nothing to save.
    pub fn ops(&self, start: usize, length: usize) -> usize {
        self.ops_before[start + length] - self.ops_before[start]
    }
}

/// A text as it is written.
struct Writer<'a> {
    sequence: Sequence<'a>,
    words: HashMap<Vec<usize>, usize>,
    places: HashMap<usize, usize>,
    /// How many words there are, with those of one op each.
    count: usize,
}

/// The blocks of an op's regions.
fn blocks_of<'a>(operation: OperationRef<'a, 'a>) -> Vec<BlockRef<'a, 'a>> {
    let regions = 0..operation.region_count();
    let first = |region: usize| operation.region(region).ok()?.first_block();
    (regions.filter_map(first))
        .flat_map(|block| std::iter::successors(Some(block), |block| block.next_in_region()))
        .collect()
}

impl<'a> Writer<'a> {
    /// Writes the blocks of an op, and behind them those of its loops and choices.
    fn blocks_of(&mut self, operation: OperationRef<'a, 'a>, around: Option<usize>) {
        for block in blocks_of(operation) {
            let terminator = block.terminator();
            let first = self.sequence.steps.len();
            for operation in operations_of(block) {
                if !is_made_anew(operation) && !is_constant(operation) {
                    self.step(operation, Some(operation) == terminator, around);
                }
            }
            for place in first..self.sequence.steps.len() {
                let operation = self.sequence.steps[place].operation;
                if matches!(name_of(operation), "scf.for" | "scf.if") {
                    self.blocks_of(operation, Some(place));
                }
            }
        }
    }

    /// Writes an op.
    fn step(&mut self, operation: OperationRef<'a, 'a>, ends: bool, around: Option<usize>) {
        let mut description = Description::default();
        description.operation(operation, true);
        let are_passed = |reads: &[Value<'a, 'a>]| {
            let types = reads.iter().map(|read| read.r#type());
            types.into_iter().all(can_be_passed)
        };
        let can_move = !ends && can_move(operation) && are_passed(&description.reads);
        let word = match can_move {
            true => *(self.words.entry(description.words)).or_insert(self.count),
            false => self.count,
        };
        self.count = self.count.max(word + 1);
        self.places
            .insert(key(operation), self.sequence.steps.len());
        let before = self.sequence.ops_before.last().copied().unwrap_or(0);
        let own = if name_of(operation) == "func.call" {
            0
        } else {
            description.ops
        };
        self.sequence.ops_before.push(before + own);
        self.sequence.text.push(word);
        let reads = description.reads.into_iter();
        self.sequence.steps.push(Step {
            operation,
            reads: reads
                .map(|value| Read {
                    value,
                    source: Source::Outside,
                })
                .collect(),
            last_reads: Vec::new(),
            around,
        });
    }

    /// Says where values come from and where they are read last.
    fn finish(mut self) -> Sequence<'a> {
        let places = &self.places;
        for step in &mut self.sequence.steps {
            let block = step.operation.block();
            for read in &mut step.reads {
                read.source = source_of(read.value, |defining| {
                    let place = *places.get(&key(defining))?;
                    (defining.block() == block).then_some(place)
                });
            }
            let results = step.operation.results();
            step.last_reads = results
                .map(|result| last_read(result.into(), step.operation, places))
                .collect();
        }
        self.sequence
    }
}

/// Where a value comes from, given the places of ops.
fn source_of<'a>(
    value: Value<'a, 'a>,
    place: impl Fn(OperationRef<'a, 'a>) -> Option<usize>,
) -> Source<'a> {
    let Some(defining) = defining_op(value) else {
        return Source::Outside;
    };
    if is_made_anew(defining) {
        return Source::Anew(defining);
    }
    if let Some(constant) = fidelity_dialect::constant_value(value) {
        return Source::Constant(constant);
    }
    match (place(defining), result_number(value)) {
        (Some(place), Some(result)) => Source::Step { place, result },
        _ => Source::Outside,
    }
}

/// The last place that reads a value of an op, as [`Step::last_reads`] says.
fn last_read<'a>(
    value: Value<'a, 'a>,
    defining: OperationRef<'a, 'a>,
    places: &HashMap<usize, usize>,
) -> usize {
    let block = defining.block();
    let place = |user: OperationRef<'a, 'a>| {
        if name_of(user) == "tensor.empty" {
            // Read where the tensor is.
            return (user.results())
                .map(|result| last_read(result.into(), defining, places))
                .max()
                .unwrap_or(0);
        }
        let mut holder = Some(user);
        while let Some(operation) = holder
            && operation.block() != block
        {
            holder = operation.parent_operation();
        }
        holder
            .and_then(|holder| places.get(&key(holder)).copied())
            .unwrap_or(usize::MAX)
    };
    let users = uses_of(value).into_iter().map(|(user, _)| place(user));
    users.max().unwrap_or(0)
}

/// A constant that is no part of the text: what it is stands where it is read.
fn is_constant(operation: OperationRef<'_, '_>) -> bool {
    name_of(operation) == "arith.constant"
}

/// Whether an op is made anew where it is read: a function that got its result would
/// not know a number that others know, or would write into memory of its caller.
fn is_made_anew<'a>(operation: OperationRef<'a, 'a>) -> bool {
    let is_tensor = |operation: OperationRef<'a, 'a>| {
        (operation.result(0)).is_ok_and(|result| result.r#type().is_ranked_tensor())
    };
    match name_of(operation) {
        "arith.constant" => !is_tensor(operation),
        name => name == "tensor.empty",
    }
}

/// Whether an op does in a function that is called in its place what it does there.
///
/// Its order among others stays. But memory on the stack would end with the call,
/// symbols would be others, and buffers would be passed that nobody has looked at.
fn can_move<'a>(operation: OperationRef<'a, 'a>) -> bool {
    let results = operation.results().map(Value::from);
    let mut types = results.map(|result| result.r#type());
    if operation.successor_count() > 0 || !types.all(can_be_passed) {
        return false;
    }
    let name = name_of(operation);
    let is_structured = || {
        name.starts_with("scf.")
            && (blocks_of(operation).into_iter())
                .flat_map(operations_of)
                .all(can_move)
    };
    // An assertion ends the program wherever it is.
    is_memory_effect_free(operation) && operations_within(operation).into_iter().all(is_plain)
        || matches!(name, "func.call" | "cf.assert")
        || is_structured()
}

/// Whether an op neither defines a symbol nor goes on in another block.
fn is_plain(operation: OperationRef<'_, '_>) -> bool {
    !operation.has_attribute("sym_name") && operation.successor_count() == 0
}

fn can_be_passed(r#type: Type<'_>) -> bool {
    r#type.is_ranked_tensor()
        || r#type.is_index()
        || r#type.is_vector()
        || ods_bridge::bit_width(r#type).is_some()
        || ods_bridge::complex_element(r#type).is_some()
}

/// What an op and those within it do, in numbers: equal for two ops if they differ
/// only in what they read, and their reads correspond in order.
#[derive(Default)]
struct Description<'a> {
    words: Vec<usize>,
    reads: Vec<Value<'a, 'a>>,
    /// The numbers of reads by value.
    read: HashMap<usize, usize>,
    /// The numbers of values that the op or those within it define.
    defined: HashMap<usize, usize>,
    /// How many ops there are.
    ops: usize,
}

impl<'a> Description<'a> {
    fn operation(&mut self, operation: OperationRef<'a, 'a>, is_whole: bool) {
        self.ops += 1;
        let attributes: Vec<_> = operation.attributes().collect();
        self.words.extend([
            operation.name().to_raw().ptr.addr(),
            operation.operand_count(),
            operation.result_count(),
            operation.region_count(),
            attributes.len(),
        ]);
        for (name, attribute) in attributes {
            let numbers = [name.to_raw().ptr.addr(), attribute.to_raw().ptr.addr()];
            self.words.extend(numbers);
        }
        for operand in operation.operands() {
            self.operand(operand);
        }
        for result in operation.results() {
            self.define(result.into(), is_whole);
        }
        for region in operation.regions() {
            let blocks: Vec<_> =
                std::iter::successors(region.first_block(), |block| block.next_in_region())
                    .collect();
            self.words.push(blocks.len());
            for block in blocks {
                let operations = operations_of(block);
                self.words
                    .extend([block.argument_count(), operations.len()]);
                for index in 0..block.argument_count() {
                    if let Ok(argument) = block.argument(index) {
                        self.define(argument.into(), false);
                    }
                }
                for operation in operations {
                    self.operation(operation, false);
                }
            }
        }
    }

    fn define(&mut self, value: Value<'a, 'a>, is_whole: bool) {
        self.words.push(value.r#type().to_raw().ptr.addr());
        // What the whole op gives, nothing within it reads.
        if !is_whole {
            let number = self.defined.len();
            self.defined.insert(Replaced::key(value), number);
        }
    }

    fn operand(&mut self, value: Value<'a, 'a>) {
        if let Some(&number) = self.defined.get(&Replaced::key(value)) {
            self.words.extend([0, number]);
            return;
        }
        let anew = defining_op(value).filter(|&operation| is_made_anew(operation));
        if let Some(anew) = anew {
            // The same for all, but for the sizes.
            let attributes = anew.attributes();
            let attributes: Vec<_> = attributes
                .map(|(_, attribute)| attribute.to_raw().ptr.addr())
                .collect();
            self.words.extend([2, anew.operand_count()]);
            self.words.extend(attributes);
            for size in anew.operands() {
                self.operand(size);
            }
        }
        let next = self.reads.len();
        let number = *self.read.entry(Replaced::key(value)).or_insert(next);
        if number == next {
            self.reads.push(value);
        }
        self.words
            .extend([1, number, value.r#type().to_raw().ptr.addr()]);
    }
}
