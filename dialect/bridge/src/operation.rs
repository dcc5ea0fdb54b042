//! Looking at and changing ops that exist.

use crate::ffi::to_str;
use melior::{
    Context, ContextRef,
    ir::{
        Attribute, Value, ValueLike,
        operation::{
            OperationLike, OperationMutLike, OperationRef, OperationRefMut, WalkOrder, WalkResult,
        },
    },
};
use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// The full name of an op.
pub fn name_of<'a>(operation: OperationRef<'a, 'a>) -> &'a str {
    // SAFETY: MLIR uniques names in the context, which lives for 'a.
    let name = unsafe { to_str::<'a>(mlir_sys::mlirIdentifierStr(operation.name().to_raw())) };
    match name {
        Cow::Borrowed(name) => name,
        // Not UTF-8, hence no op of a dialect's.
        Cow::Owned(_) => "",
    }
}

/// All ops below an op and the op itself, an op after those in its regions.
pub fn operations_within<'a>(operation: OperationRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    let mut operations = Vec::new();
    operation.walk(WalkOrder::PostOrder, |nested| {
        // SAFETY: the ops live as long as the one that holds them; only the
        // lifetime that melior gives the closure's argument is shorter.
        operations.push(unsafe { OperationRef::from_raw(nested.to_raw()) });
        WalkResult::Advance
    });
    operations
}

/// The defining op of a value, when it is a result.
pub fn defining_op<'a>(value: Value<'a, 'a>) -> Option<OperationRef<'a, 'a>> {
    if !value.is_operation_result() {
        return None;
    }
    // SAFETY: a result's owner is alive as long as the result.
    unsafe { OperationRef::from_option_raw(mlir_sys::mlirOpResultGetOwner(value.to_raw())) }
}

/// Sets an attribute of an op, inherent or not.
pub fn set_attribute<'a>(operation: OperationRef<'a, 'a>, name: &str, attribute: Attribute<'a>) {
    // SAFETY: passes own what they run on; no other reference reads the op's
    // attributes during the call.
    unsafe { OperationRefMut::from_raw(operation.to_raw()) }.set_attribute(name, attribute);
}

/// The context behind a reference to it.
///
/// melior's `ContextRef::to_ref` gives a reference to the `ContextRef` itself,
/// which dangles once that is gone. Here each context gets a place of its own
/// for good: a pointer's worth for each context that the process ever makes.
pub fn context_of<'a>(context: ContextRef<'a>) -> &'a Context {
    struct Place(&'static ContextRef<'static>);
    // SAFETY: a place is a pointer that never changes; MLIR itself guards a
    // context against several threads.
    unsafe impl Send for Place {}
    static PLACES: Mutex<BTreeMap<usize, Place>> = Mutex::new(BTreeMap::new());

    // SAFETY: `context` outlives this use of the reference.
    let raw = unsafe { context.to_ref() }.to_raw();
    let mut places = PLACES.lock().unwrap_or_else(PoisonError::into_inner);
    let place = places.entry(raw.ptr.addr()).or_insert_with(|| {
        // SAFETY: the reference is given out for lifetimes of the context
        // only; a later context at the same address has the same place.
        Place(Box::leak(Box::new(unsafe { ContextRef::from_raw(raw) })))
    });
    // SAFETY: the place is never freed, the context lives for 'a.
    unsafe { place.0.to_ref() }
}
