//! Ops of a function put into functions of their own, and calls of them.

use melior::ir::{
    Attribute, BlockLike, BlockRef, Location, Type, Value, ValueLike,
    attribute::{FlatSymbolRefAttribute, StringAttribute, TypeAttribute},
    operation::{OperationLike, OperationRef},
    r#type::FunctionType,
};
use ods_bridge::{
    Builder, Diagnostic, block_argument, build_before, defining_op, erase, move_before,
    operations_within, set_operands, string_value,
};
use std::collections::{HashMap, HashSet};

/// What stands for an op in a table.
pub fn key(operation: OperationRef<'_, '_>) -> usize {
    operation.to_raw().ptr as usize
}

/// The ops of a block, in order.
pub fn operations_of<'a>(block: BlockRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    std::iter::successors(block.first_operation(), |operation| {
        operation.next_in_block()
    })
    .collect()
}

/// The values from outside that an op and the ops within it read.
pub fn operands_of<'a>(operation: OperationRef<'a, 'a>) -> Vec<Value<'a, 'a>> {
    let nested = operations_within(operation);
    let mut operands = Vec::new();
    for inner in &nested {
        for operand in inner.operands() {
            let outside = match (defining_op(operand), block_argument(operand)) {
                (Some(defining), _) => !nested.contains(&defining),
                (None, Some((block, _))) => block
                    .parent_operation()
                    .is_none_or(|parent| !nested.contains(&parent)),
                (None, None) => true,
            };
            if outside && !operands.contains(&operand) {
                operands.push(operand);
            }
        }
    }
    operands
}

/// The name of a symbol.
pub fn symbol_of<'a>(operation: OperationRef<'a, 'a>) -> Option<&'a str> {
    let name = StringAttribute::try_from(operation.attribute("sym_name").ok()?).ok()?;
    Some(string_value(name))
}

/// The names of symbols that are taken.
pub struct Symbols(HashSet<String>);

impl Symbols {
    /// Those of all symbols within an op.
    pub fn within<'a>(operation: OperationRef<'a, 'a>) -> Self {
        let nested = operations_within(operation);
        let names = nested.into_iter().filter_map(symbol_of);
        Self(names.map(str::to_owned).collect())
    }

    /// Takes the first of some names that is free; `None` where none is.
    pub fn take(&mut self, mut names: impl Iterator<Item = String>) -> Option<String> {
        names.find(|name| self.0.insert(name.clone()))
    }
}

/// Values in the place of others.
#[derive(Default)]
pub struct Replaced<'a>(HashMap<usize, Value<'a, 'a>>);

impl<'a> Replaced<'a> {
    /// What stands for a value in a table.
    pub fn key(value: Value<'a, 'a>) -> usize {
        value.to_raw().ptr as usize
    }

    /// Puts a value in the place of another.
    pub fn insert(&mut self, old: Value<'a, 'a>, new: Value<'a, 'a>) {
        self.0.insert(Self::key(old), new);
    }

    /// What is in the place of a value.
    pub fn get(&self, value: Value<'a, 'a>) -> Option<Value<'a, 'a>> {
        self.0.get(&Self::key(value)).copied()
    }

    /// Puts the values into an op and the ops within it.
    pub fn apply(&self, operation: OperationRef<'a, 'a>) {
        for inner in operations_within(operation) {
            let old: Vec<_> = inner.operands().collect();
            let new: Vec<_> = old
                .iter()
                .map(|&value| self.get(value).unwrap_or(value))
                .collect();
            if old != new {
                set_operands(inner, &new);
            }
        }
    }

    /// Copies an op whose operands have others in their place.
    pub fn copy(
        &mut self,
        operation: OperationRef<'a, 'a>,
        builder: &Builder<'a>,
    ) -> OperationRef<'a, 'a> {
        let copy = builder.insert((*operation).clone());
        self.apply(copy);
        for (old, new) in operation.results().zip(copy.results()) {
            self.insert(old.into(), new.into());
        }
        copy
    }
}

/// A function of ops that were another's.
pub struct Outlined<'a, 'b> {
    /// Its name.
    pub symbol: &'b str,
    /// What it is called with.
    pub inputs: &'b [Value<'a, 'a>],
    /// What it returns.
    pub results: &'b [Value<'a, 'a>],
    /// An attribute that says what it is.
    pub mark: (&'static str, Attribute<'a>),
}

impl<'a> Outlined<'a, '_> {
    /// Builds the function at the end of a module. `body` copies the ops; the
    /// arguments are in the place of the inputs then.
    ///
    /// # Errors
    ///
    /// That of `body`.
    pub fn build(
        &self,
        module: BlockRef<'a, 'a>,
        location: Location<'a>,
        body: impl FnOnce(
            &Builder<'a>,
            &[Value<'a, 'a>],
            &mut Replaced<'a>,
        ) -> Result<(), Diagnostic<'a>>,
    ) -> Result<(), Diagnostic<'a>> {
        let builder = Builder::at_end(module, location);
        let types = |values: &[Value<'a, 'a>]| -> Vec<Type<'a>> {
            values.iter().map(|value| value.r#type()).collect()
        };
        let (input_types, result_types) = (types(self.inputs), types(self.results));
        let mut outcome = Ok(());
        let region = builder.region(&input_types, |builder, arguments| {
            let mut replaced = Replaced::default();
            for (&input, &argument) in self.inputs.iter().zip(arguments) {
                replaced.insert(input, argument);
            }
            outcome = body(builder, arguments, &mut replaced);
            if outcome.is_ok() {
                let results = self.results.iter();
                let returned: Vec<_> = results.filter_map(|&value| replaced.get(value)).collect();
                builder.op("func.return").operands(&returned).insert();
            }
        });
        outcome?;
        let context = builder.context();
        let r#type = FunctionType::new(context, &input_types, &result_types);
        let (mark, value) = self.mark;
        builder
            .op("func.func")
            .attribute("sym_name", StringAttribute::new(context, self.symbol))
            .attribute("sym_visibility", StringAttribute::new(context, "private"))
            .attribute("function_type", TypeAttribute::new(r#type.into()))
            .attribute(mark, value)
            .region(region)
            .insert();
        Ok(())
    }
}

/// A function as it becomes calls, one step after the other.
pub struct Host<'a, 'b> {
    terminator: OperationRef<'a, 'a>,
    is_support: &'b dyn Fn(OperationRef<'a, 'a>) -> bool,
    replaced: Replaced<'a>,
    placed: HashSet<usize>,
}

impl<'a, 'b> Host<'a, 'b> {
    /// The function of a terminator. Ops that `is_support` are placed where an
    /// op that is placed reads them.
    pub fn new(
        terminator: OperationRef<'a, 'a>,
        is_support: &'b dyn Fn(OperationRef<'a, 'a>) -> bool,
    ) -> Self {
        Self {
            terminator,
            is_support,
            replaced: Replaced::default(),
            placed: HashSet::new(),
        }
    }

    /// The value that is now in the place of another, or that one.
    pub fn current(&self, value: Value<'a, 'a>) -> Value<'a, 'a> {
        self.replaced.get(value).unwrap_or(value)
    }

    /// Puts an op after what there is, and before it what it needs of support.
    pub fn place(&mut self, operation: OperationRef<'a, 'a>) {
        for operand in operands_of(operation) {
            self.settle(operand);
        }
        self.replaced.apply(operation);
        self.placed.insert(key(operation));
        if operation != self.terminator {
            move_before(operation, self.terminator);
        }
    }

    fn settle(&mut self, value: Value<'a, 'a>) {
        if let Some(operation) = defining_op(value)
            && (self.is_support)(operation)
            && !self.placed.contains(&key(operation))
        {
            self.place(operation);
        }
    }

    /// Builds an op after what there is.
    pub fn build(
        &mut self,
        build: impl FnOnce(&Builder<'a>) -> OperationRef<'a, 'a>,
    ) -> OperationRef<'a, 'a> {
        let operation = build_before(self.terminator, build);
        self.placed.insert(key(operation));
        operation
    }

    /// Calls a function with values as they are now; its results are in the place
    /// of others from now on.
    pub fn call(&mut self, symbol: &str, inputs: &[Value<'a, 'a>], results: &[Value<'a, 'a>]) {
        for &input in inputs {
            self.settle(input);
        }
        let inputs: Vec<_> = inputs.iter().map(|&input| self.current(input)).collect();
        let call = self.build(|builder| {
            let callee = FlatSymbolRefAttribute::new(builder.context(), symbol);
            let call = builder.op("func.call").attribute("callee", callee);
            let results = results.iter();
            results
                .fold(call.operands(&inputs), |call, result| {
                    call.result(result.r#type())
                })
                .insert()
        });
        for (&old, new) in results.iter().zip(call.results()) {
            self.replaced.insert(old, new.into());
        }
    }

    /// Places the terminator, and erases what is not placed: what functions
    /// have, and what nothing reads any more.
    pub fn finish(mut self, block: BlockRef<'a, 'a>) {
        self.place(self.terminator);
        // Users first.
        for operation in operations_of(block).into_iter().rev() {
            if !self.placed.contains(&key(operation)) {
                erase(operation);
            }
        }
    }
}
