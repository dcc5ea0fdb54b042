//! The gpu dialect, evaluated: the subset that the lowering makes.
//!
//! An op that is not known is an error, as is an access out of range, an element
//! that one thread writes and another reads or writes without a barrier in
//! between, and a barrier that not all threads of a block come to. The threads
//! of a block do each op together, those that are there.

use super::{
    kernels::{
        arithmetic,
        block::{Block, Element, Elements, Pointer},
        launcher::{number, text},
        memory::{Agent, Memory},
    },
    threads::{Held, Threads, View, taken},
};
use fidelity_dialect::{DYNAMIC, TensorType};
use fidelity_tools::context;
use melior::ir::{
    BlockLike, BlockRef, Module, RegionLike, Type, Value, ValueLike,
    attribute::{DenseI32ArrayAttribute, DenseI64ArrayAttribute, StringAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{name_of, operations_within, string_value};
use std::collections::HashMap;

/// Runs a kernel on a grid.
pub fn evaluate(
    module: &str,
    kernel: &serde_json::Value,
    memory: &mut Memory,
    grid: [i64; 2],
    arguments: &[Block],
) -> Result<(), String> {
    let context = context::new();
    let module = Module::parse(&context, module).ok_or("expected a module")?;
    let function = find(&module, text(&kernel["name"])?)?;
    let threads = number(&kernel["threads"])?;
    let known = function
        .attribute("known_block_size")
        .map_err(|error| error.to_string())?;
    let known = DenseI32ArrayAttribute::try_from(known).map_err(|error| error.to_string())?;
    let known: Vec<_> = (0..known.len())
        .filter_map(|at| known.element(at).ok())
        .collect();
    if known.iter().copied().map(i64::from).ne([threads, 1, 1]) {
        return Err(format!("expected blocks of {threads}, but got {known:?}"));
    }
    let region = function.region(0).map_err(|error| error.to_string())?;
    let body = region.first_block().ok_or("expected a body")?;
    if body.argument_count() != arguments.len() {
        return Err(format!(
            "expected {} arguments, but got {}",
            body.argument_count(),
            arguments.len()
        ));
    }
    for y in 0..grid[1] {
        for x in 0..grid[0] {
            let mut all = Threads::all(threads);
            for (index, argument) in arguments.iter().enumerate() {
                let value = body.argument(index).map_err(|error| error.to_string())?;
                all.put(value.into(), passed(argument, value.r#type(), threads)?);
            }
            let mut run = Run {
                global: memory,
                shared: Memory::default(),
                names: HashMap::new(),
                block: [x, y],
                threads: all.count(),
            };
            run.block(body, &mut all)
                .map_err(|error| format!("block {x}, {y}: {error}"))?;
        }
    }
    Ok(())
}

/// The kernel of a name, in the one `gpu.module`.
fn find<'a>(module: &'a Module<'a>, name: &str) -> Result<OperationRef<'a, 'a>, String> {
    operations_within(module.as_operation())
        .into_iter()
        .filter(|&operation| name_of(operation) == "gpu.func")
        .find(|function| {
            let symbol = function.attribute("sym_name").ok();
            let symbol = symbol.and_then(|symbol| StringAttribute::try_from(symbol).ok());
            symbol.is_some_and(|symbol| string_value(symbol) == name)
                && function.attribute("gpu.kernel").is_ok()
        })
        .ok_or_else(|| format!("expected a kernel @{name}, but got none"))
}

/// An argument of a kernel: the first element of memory, or a number.
fn passed(argument: &Block, r#type: Type<'_>, threads: i64) -> Result<Held, String> {
    if let Elements::Pointer(pointers) = &argument.elements {
        let memory = TensorType::new(r#type).filter(|memory| memory.shape.is_empty());
        let memory = memory.ok_or_else(|| {
            format!("expected an argument that is a first element, but got {type}")
        })?;
        return Ok(Held::Memory(View {
            is_shared: is_shared(r#type)?,
            buffer: pointers[0].buffer,
            count: 1,
            element: Element::parse(&memory.element.to_string())?,
        }));
    }
    if Element::parse(&r#type.to_string())? != argument.element {
        return Err(format!("expected an argument of type {type}"));
    }
    let all = argument.gather(vec![threads as usize], |_| 0);
    Ok(Held::Numbers(all.into()))
}

/// Whether memory is that of a block.
fn is_shared(r#type: Type<'_>) -> Result<bool, String> {
    match r#type.to_string().rsplit_once(", ") {
        Some((_, "1>")) => Ok(false),
        Some((_, "3>")) => Ok(true),
        _ => Err(format!("expected memory in space 1 or 3, but got {type}")),
    }
}

struct Run<'m> {
    global: &'m mut Memory,
    shared: Memory,
    /// Memory of the block that has been named.
    names: HashMap<String, usize>,
    block: [i64; 2],
    threads: usize,
}

impl Run<'_> {
    /// Runs a block of ops; gives the operands of its terminator.
    fn block<'a>(
        &mut self,
        block: BlockRef<'a, 'a>,
        threads: &mut Threads<'_>,
    ) -> Result<Vec<Held>, String> {
        let mut next = block.first_operation();
        while let Some(operation) = next {
            next = operation.next_in_block();
            let name = name_of(operation);
            let in_op = |error| format!("{name}: {error}");
            let operands = operation
                .operands()
                .map(|operand| threads.get(operand))
                .collect::<Result<Vec<_>, _>>()
                .map_err(in_op)?;
            if next.is_none() {
                return Ok(operands);
            }
            let results = self
                .operation(operation, &operands, threads)
                .map_err(in_op)?;
            if results.len() != operation.result_count() {
                return Err(in_op("expected other results".into()));
            }
            for (result, value) in results.into_iter().zip(operation.results()) {
                check(&result, value.into(), threads).map_err(in_op)?;
                threads.put(value.into(), result);
            }
        }
        Ok(Vec::new())
    }

    fn operation<'a>(
        &mut self,
        operation: OperationRef<'a, 'a>,
        operands: &[Held],
        threads: &Threads<'_>,
    ) -> Result<Vec<Held>, String> {
        let numbers = |at: usize| {
            let operand = operands.get(at).ok_or("expected more operands")?;
            operand.numbers()
        };
        let index = |numbers: Vec<i64>| {
            let block = Block {
                shape: vec![threads.count()],
                element: Element::Int(64),
                elements: Elements::Int(numbers),
            };
            Held::Numbers(block.into())
        };
        Ok(match name_of(operation) {
            "gpu.thread_id" => match axis(operation)? {
                0 => vec![index(threads.ids.clone())],
                _ => return Err("expected blocks of one dimension".into()),
            },
            "gpu.block_id" => {
                let number = self.block[axis(operation)?];
                vec![index(vec![number; threads.count()])]
            }
            "gpu.barrier" => {
                if threads.count() != self.threads {
                    return Err(format!(
                        "expected all {} threads of the block, but got {}",
                        self.threads,
                        threads.count()
                    ));
                }
                self.shared.publish();
                vec![]
            }
            "memref.get_global" => vec![Held::Memory(self.named(operation)?)],
            "memref.reinterpret_cast" => {
                vec![Held::Memory(viewed(operation, operands)?)]
            }
            "memref.load" => {
                let view = operands[0].memory()?;
                let loaded = self.load(view, numbers(1)?, threads)?;
                vec![Held::Numbers(loaded.into())]
            }
            "memref.store" => {
                let view = operands[1].memory()?;
                self.store(numbers(0)?, view, numbers(2)?, threads)?;
                vec![]
            }
            "scf.if" => {
                self.branch(operation, numbers(0)?, threads)?;
                vec![]
            }
            "scf.for" => self.for_loop(operation, operands, threads)?,
            _ => {
                let result = operation.result(0).map_err(|error| error.to_string())?;
                let element = Element::parse(&result.r#type().to_string())?;
                let operands = operands
                    .iter()
                    .map(|operand| operand.numbers().map(AsRef::as_ref))
                    .collect::<Result<Vec<&Block>, _>>()?;
                let shape = [threads.count()];
                let block = arithmetic::evaluate(operation, &operands, &shape, element)?;
                vec![Held::Numbers(block.into())]
            }
        })
    }

    /// Memory of the block by its name, the same each time.
    fn named(&mut self, operation: OperationRef<'_, '_>) -> Result<View, String> {
        let name = operation
            .attribute("name")
            .map_err(|error| error.to_string())?
            .to_string();
        let result = operation.result(0).map_err(|error| error.to_string())?;
        let memory = TensorType::of(result.into());
        let element = Element::parse(&memory.element.to_string())?;
        if !is_shared(result.r#type())? {
            return Err("expected memory of the block".into());
        }
        let count = memory.shape.iter().product::<i64>();
        let shared = &mut self.shared;
        let buffer = *self
            .names
            .entry(name.clone())
            .or_insert_with(|| shared.allocate(name, element, count as usize));
        Ok(View {
            is_shared: true,
            buffer,
            count,
            element,
        })
    }

    /// Who a thread is.
    fn agent(&self, id: i64) -> Agent {
        [self.block[0], self.block[1], id]
    }

    fn memory(&mut self, view: View) -> &mut Memory {
        match view.is_shared {
            true => &mut self.shared,
            false => self.global,
        }
    }

    fn load(&mut self, view: View, index: &Block, threads: &Threads<'_>) -> Result<Block, String> {
        let count = threads.count();
        let mut loaded = Block {
            shape: vec![count],
            element: view.element,
            elements: match view.element {
                Element::Int(_) => Elements::Int(vec![0; count]),
                _ => Elements::Float(vec![0.0; count]),
            },
        };
        for (at, (&index, &id)) in index.ints()?.iter().zip(&threads.ids).enumerate() {
            let pointer = element_of(view, index)?;
            let agent = self.agent(id);
            let value = self.memory(view).load(pointer, view.element, agent)?;
            loaded.set(at, value)?;
        }
        Ok(loaded)
    }

    fn store(
        &mut self,
        value: &Block,
        view: View,
        index: &Block,
        threads: &Threads<'_>,
    ) -> Result<(), String> {
        for (at, (&index, &id)) in index.ints()?.iter().zip(&threads.ids).enumerate() {
            let pointer = element_of(view, index)?;
            let agent = self.agent(id);
            let scalar = value.get(at)?;
            self.memory(view)
                .store(pointer, value.element, scalar, agent)?;
        }
        Ok(())
    }

    /// `scf.if` without results.
    fn branch<'a>(
        &mut self,
        operation: OperationRef<'a, 'a>,
        condition: &Block,
        threads: &Threads<'_>,
    ) -> Result<(), String> {
        let condition = condition.ints()?;
        for (region, is_taken) in [(0, true), (1, false)] {
            let places = (0..condition.len()).filter(|&at| (condition[at] != 0) == is_taken);
            let mut some = threads.some(places.collect());
            let body = operation.region(region).ok();
            if let Some(body) = body.and_then(|body| body.first_block())
                && some.count() > 0
            {
                self.block(body, &mut some)?;
            }
        }
        Ok(())
    }

    /// `scf.for`: each iteration is of the threads that have not come to their
    /// end.
    fn for_loop<'a>(
        &mut self,
        operation: OperationRef<'a, 'a>,
        operands: &[Held],
        threads: &Threads<'_>,
    ) -> Result<Vec<Held>, String> {
        let [from, to, step, carried @ ..] = operands else {
            return Err("expected bounds and a step".into());
        };
        let mut carried = carried
            .iter()
            .map(|held| held.numbers().map(|block| (**block).clone()))
            .collect::<Result<Vec<Block>, _>>()?;
        let element = from.numbers()?.element;
        let mut at = from.numbers()?.ints()?.to_vec();
        let to = to.numbers()?.ints()?;
        let step = step.numbers()?.ints()?;
        if let Some(step) = step.iter().find(|&&step| step < 1) {
            return Err(format!("expected a positive step, but got {step}"));
        }
        let region = operation.region(0).map_err(|error| error.to_string())?;
        let body = region.first_block().ok_or("expected a body")?;
        let argument = |index: usize| {
            let argument = body.argument(index).map_err(|error| error.to_string());
            argument.map(Value::from)
        };
        let mut places = Vec::new();
        let mut inner = threads.some(vec![]);
        loop {
            let running: Vec<usize> = (0..at.len())
                .filter(|&thread| at[thread] < to[thread])
                .collect();
            if running.is_empty() {
                let last = carried.into_iter().map(|block| Held::Numbers(block.into()));
                return Ok(last.collect());
            }
            // What is taken from outside is the same while the threads are.
            if running != places {
                inner = threads.some(running.clone());
                places = running;
            }
            let numbers = Block {
                shape: vec![at.len()],
                element,
                elements: Elements::Int(at.clone()),
            };
            inner.put(argument(0)?, Held::Numbers(taken(&numbers, &places)));
            for (index, value) in carried.iter().enumerate() {
                inner.put(argument(index + 1)?, Held::Numbers(taken(value, &places)));
            }
            let next = self.block(body, &mut inner)?;
            for (carried, next) in carried.iter_mut().zip(&next) {
                let next = next.numbers()?;
                for (from, &place) in places.iter().enumerate() {
                    carried.set(place, next.get(from)?)?;
                }
            }
            for &place in &places {
                at[place] += step[place];
            }
        }
    }
}

/// The axis of an id.
fn axis(operation: OperationRef<'_, '_>) -> Result<usize, String> {
    let dimension = operation
        .attribute("dimension")
        .map_err(|error| error.to_string())?
        .to_string();
    ["#gpu<dim x>", "#gpu<dim y>"]
        .iter()
        .position(|name| *name == dimension)
        .ok_or_else(|| format!("expected axis x or y, but got {dimension}"))
}

/// The elements from a first one on, as many as an op says.
fn viewed(operation: OperationRef<'_, '_>, operands: &[Held]) -> Result<View, String> {
    let number = |name: &str| {
        let attribute = operation
            .attribute(name)
            .map_err(|error| error.to_string())?;
        let array = DenseI64ArrayAttribute::try_from(attribute).map_err(|error| error.to_string());
        array?.element(0).map_err(|error| error.to_string())
    };
    if (number("static_offsets")?, number("static_strides")?) != (0, 1) {
        return Err("expected elements that follow each other".into());
    }
    let count = match (number("static_sizes")?, operands) {
        (DYNAMIC, [_, count]) => {
            let counts = count.numbers()?.ints()?;
            if counts.iter().any(|count| *count != counts[0]) {
                return Err("expected the same size for all threads".into());
            }
            counts[0]
        }
        (known, [_]) => known,
        _ => return Err("expected one size".into()),
    };
    let view = operands[0].memory()?;
    Ok(View { count, ..view })
}

/// Where an element of memory is.
fn element_of(view: View, index: i64) -> Result<Pointer, String> {
    if !(0..view.count).contains(&index) {
        return Err(format!("element {index} of {} is out of range", view.count));
    }
    Ok(Pointer {
        buffer: view.buffer,
        offset: index,
    })
}

/// Checks that a result is what the op says.
fn check(result: &Held, value: Value<'_, '_>, threads: &Threads<'_>) -> Result<(), String> {
    let r#type = value.r#type();
    let is_right = match result {
        Held::Numbers(block) => {
            block.shape == [threads.count()]
                && block.element == Element::parse(&r#type.to_string())?
        }
        Held::Memory(view) => {
            let memory = TensorType::new(r#type)
                .ok_or_else(|| format!("expected memory, but got {type}"))?;
            let is_sized = match memory.shape[..] {
                [DYNAMIC] => true,
                [count] => count == view.count,
                _ => false,
            };
            is_sized
                && is_shared(r#type)? == view.is_shared
                && Element::parse(&memory.element.to_string())? == view.element
        }
    };
    match is_right {
        true => Ok(()),
        false => Err(format!(
            "expected a value of type {type}, but got {result:?}"
        )),
    }
}
