//! The reference interpreter: what a module means, evaluated.
//!
//! [`evaluate`] walks a function op by op. The ops of the dialect are the
//! functions of `fidelity-reference`, in f64; the upstream ops that surround
//! them (`arith`, `math`, `complex`, `tensor`, `linalg`, `scf`, `cf`, `func`) are
//! evaluated here, just as naively. Nothing is shared with a lowering, so that compiled
//! code can be compared with it.
//!
//! The result of an op is rounded to its type, half to even, as if the op had
//! been exact. What a lowering checks at run time, an error says here, at the
//! op: that sizes agree with each other and with the static ones in the types.
//! A tensor in packed storage is held as its trits, under its logical shape.
//! An element that nothing was written to is NaN, or the least integer.
//!
//! | file | what it evaluates |
//! | --- | --- |
//! | `frame` | calls, blocks, the choice of what follows |
//! | `fidelity` | the dialect's ops, by family |
//! | `arith`, `math`, `complex`, `elementwise` | numbers, and tensors element by element |
//! | `tensor`, `linalg`, `affine` | tensors as a whole |
//! | `control` | calls, loops, branches, assertions |
//! | `constant` | constants, blobs included |
//! | `value`, `types`, `error` | what is held, checked and told |

mod affine;
mod arith;
mod complex;
mod constant;
mod control;
mod elementwise;
mod error;
mod fidelity;
mod frame;
mod linalg;
mod math;
mod tensor;
mod types;
mod value;

pub use error::Error;
pub use fidelity_reference::{Complex, Data, ElementType, Tensor};

use error::{Failure, Result};
use frame::{Frame, Functions, Op};
use melior::ir::{
    BlockLike, BlockRef, Module, ValueLike,
    attribute::{StringAttribute, TypeAttribute},
    operation::{OperationLike, OperationRef},
    r#type::FunctionType,
};
use ods_bridge::string_value;
use std::rc::Rc;
use types::ValueType;
use value::{Elements, Value};

/// Stands between the ops of the dialect while a function is evaluated.
///
/// How much the results of a function depend on the roundings inside is seen
/// by making some.
pub trait Probe {
    /// What an op is to take in place of an operand, of its type and shape.
    fn operand(&self, op: OperationRef<'_, '_>, tensor: &Tensor) -> Tensor;

    /// What follows is to take in place of a result, of its type and shape.
    fn result(&self, op: OperationRef<'_, '_>, tensor: &Tensor) -> Tensor;
}

/// Evaluates the function `entry` of a module on `inputs`, and gives its
/// results in order.
///
/// An argument or result that is a number, such as an f32 or an `index`, is a
/// tensor of rank 0; an `index` is an i64. An argument in packed storage is
/// given as its trits, i8 in its logical shape, or as the bytes that store
/// them, ui8; a result in packed storage comes as its trits.
///
/// # Errors
///
/// When the module is not valid or has no such function, inputs are not of the
/// types of the arguments, sizes disagree, a `cf.assert` fails, a value has no
/// meaning (a division of integers by zero), or an op is none that the
/// interpreter knows, as those on memrefs are. The error says where, and what
/// was expected and found.
pub fn evaluate(
    module: &Module<'_>,
    entry: &str,
    inputs: Vec<Tensor>,
) -> std::result::Result<Vec<Tensor>, Error> {
    evaluate_with(module, entry, inputs, None)
}

/// As [`evaluate`], with something between the ops.
///
/// # Errors
///
/// As [`evaluate`], and when the probe gives a tensor of another type or shape.
pub fn evaluate_with(
    module: &Module<'_>,
    entry: &str,
    inputs: Vec<Tensor>,
    probe: Option<&dyn Probe>,
) -> std::result::Result<Vec<Tensor>, Error> {
    let operation = module.as_operation();
    if !operation.verify() {
        let failure = Failure::expected("a module that verifies", "one that does not");
        return Err(failure.at(None, None));
    }
    let functions = functions(module.body());
    let Some(function) = functions.get(entry) else {
        let mut names: Vec<String> = functions.keys().map(|name| format!("@{name}")).collect();
        names.sort();
        let got = match names.len() {
            0 => "none".to_owned(),
            _ => names.join(", "),
        };
        let failure = Failure::expected(format!("a function @{entry} in the module"), got);
        return Err(failure.at(None, None));
    };
    call(&functions, entry, *function, inputs, probe)
        .map_err(|failure| failure.at(Some(function.location()), Some(&format!("@{entry}"))))
}

/// The functions of a module.
fn functions<'a>(body: BlockRef<'a, 'a>) -> Functions<'a> {
    let mut functions = Functions::new();
    let mut next = body.first_operation();
    while let Some(operation) = next {
        let op = Op::new(operation);
        if op.name == "func.func"
            && let Ok(name) = operation.attribute("sym_name")
            && let Ok(name) = StringAttribute::try_from(name)
        {
            functions.insert(string_value(name), operation);
        }
        next = operation.next_in_block();
    }
    functions
}

fn call<'a>(
    functions: &Functions<'a>,
    name: &str,
    function: OperationRef<'a, 'a>,
    inputs: Vec<Tensor>,
    probe: Option<&dyn Probe>,
) -> Result<Vec<Tensor>> {
    let body = Op::new(function)
        .block(0)?
        .ok_or_else(|| Failure::expected("a function with a body", "a declaration"))?;
    if body.argument_count() != inputs.len() {
        return Err(Failure::expected(
            format!("{} inputs", body.argument_count()),
            inputs.len(),
        ));
    }
    let arguments = inputs
        .into_iter()
        .enumerate()
        .map(|(index, input)| {
            let r#type = ValueType::new(body.argument(index)?.r#type())?;
            r#type.accept(format_args!("input {index}"), input)
        })
        .collect::<Result<_>>()?;
    let results = Frame::new(functions, probe).call(name, arguments)?;
    let types = FunctionType::try_from(
        TypeAttribute::try_from(Op::new(function).attribute("function_type")?)?.value(),
    )?;
    let tensor = |(index, value)| match value {
        Value::Tensor(tensor) => Ok(Rc::unwrap_or_clone(tensor)),
        Value::Number(number) => {
            let element = ValueType::new(types.result(index)?)?.element();
            Elements::filled(element, Vec::new(), number)?.into_tensor()
        }
    };
    results.into_iter().enumerate().map(tensor).collect()
}
