//! Looking at and changing ops that exist.

use crate::{
    affine_map_of, ffi,
    ffi::{string_ref, to_str},
};
use melior::{
    Context, ContextRef,
    ir::{
        AffineMap, Attribute, AttributeLike, BlockLike, BlockRef, Location, RegionLike, Value,
        ValueLike,
        attribute::ArrayAttribute,
        operation::{
            OperationLike, OperationMutLike, OperationRef, OperationRefMut, WalkOrder, WalkResult,
        },
    },
};
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{LazyLock, PoisonError, RwLock},
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

/// The op before one in its block, if there is one. melior's own method of that name
/// is not implemented.
pub fn previous_in_block<'a>(operation: OperationRef<'a, 'a>) -> Option<OperationRef<'a, 'a>> {
    // SAFETY: the operation is valid, and null becomes `None`.
    unsafe { OperationRef::from_option_raw(ffi::odsBridgePreviousInBlock(operation.to_raw())) }
}

/// The defining op of a value, when it is a result.
pub fn defining_op<'a>(value: Value<'a, 'a>) -> Option<OperationRef<'a, 'a>> {
    if !value.is_operation_result() {
        return None;
    }
    // SAFETY: a result's owner is alive as long as the result.
    unsafe { OperationRef::from_option_raw(mlir_sys::mlirOpResultGetOwner(value.to_raw())) }
}

/// Whether exactly one operand of one op is a value.
pub fn has_one_use(value: Value<'_, '_>) -> bool {
    // SAFETY: the value is alive; a null use, which a value without uses and a
    // last use give, is only looked at for being null.
    unsafe {
        let first = mlir_sys::mlirValueGetFirstUse(value.to_raw());
        !mlir_sys::mlirOpOperandIsNull(first)
            && mlir_sys::mlirOpOperandIsNull(mlir_sys::mlirOpOperandGetNextUse(first))
    }
}

/// The uses of a value: the op of each, and which of its operands the value is.
pub fn uses_of<'a>(value: Value<'a, 'a>) -> Vec<(OperationRef<'a, 'a>, usize)> {
    let mut uses = Vec::new();
    // SAFETY: the value is alive and so are its uses, each of which belongs to
    // an op; a null use is the end of the list.
    unsafe {
        let mut next = mlir_sys::mlirValueGetFirstUse(value.to_raw());
        while !mlir_sys::mlirOpOperandIsNull(next) {
            uses.push((
                OperationRef::from_raw(mlir_sys::mlirOpOperandGetOwner(next)),
                mlir_sys::mlirOpOperandGetOperandNumber(next) as usize,
            ));
            next = mlir_sys::mlirOpOperandGetNextUse(next);
        }
    }
    uses
}

/// The ops that have a value as an operand, one for each use.
pub fn users_of<'a>(value: Value<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    uses_of(value).into_iter().map(|(user, _)| user).collect()
}

/// Whether an op comes before another one of the same block.
pub fn comes_before<'a>(operation: OperationRef<'a, 'a>, other: OperationRef<'a, 'a>) -> bool {
    // SAFETY: both ops are alive; MLIR compares places in one block only.
    unsafe {
        let [block, other_block] =
            [operation, other].map(|operation| mlir_sys::mlirOperationGetBlock(operation.to_raw()));
        block.ptr == other_block.ptr
            && !block.ptr.is_null()
            && mlir_sys::mlirOperationIsBeforeInBlock(operation.to_raw(), other.to_raw())
    }
}

/// The number of a value among the results of the op that defines it.
pub fn result_number(value: Value<'_, '_>) -> Option<usize> {
    if !value.is_operation_result() {
        return None;
    }
    // SAFETY: the value is checked to be a result.
    Some(unsafe { mlir_sys::mlirOpResultGetResultNumber(value.to_raw()) } as usize)
}

/// The block and the number of a value that is an argument of a block.
pub fn block_argument<'a>(value: Value<'a, 'a>) -> Option<(BlockRef<'a, 'a>, usize)> {
    if !value.is_block_argument() {
        return None;
    }
    // SAFETY: the value is checked to be an argument; its block is alive as
    // long as it is.
    unsafe {
        let block = BlockRef::from_raw(mlir_sys::mlirBlockArgumentGetOwner(value.to_raw()));
        let number = mlir_sys::mlirBlockArgumentGetArgNumber(value.to_raw());
        Some((block, number as usize))
    }
}

/// The indexing maps of an op of linalg's, one for each operand, whether it
/// carries them or its name stands for them; `None` for any other op.
pub fn indexing_maps_of<'a>(operation: OperationRef<'a, 'a>) -> Option<Vec<AffineMap<'a>>> {
    // SAFETY: the operation is valid; one that has no maps gives null, which is
    // `None`. The attribute belongs to the context.
    let maps = unsafe {
        Attribute::from_option_raw(mlir_sys::mlirLinalgGetIndexingMapsAttribute(
            operation.to_raw(),
        ))
    };
    let maps = ArrayAttribute::try_from(maps?).ok()?;
    (0..maps.len())
        .map(|index| affine_map_of(maps.element(index).ok()?))
        .collect()
}

/// Whether an op and those within it are known to read and write no memory.
pub fn is_memory_effect_free(operation: OperationRef<'_, '_>) -> bool {
    // SAFETY: the operation is valid; MLIR only looks at it.
    unsafe { ffi::odsBridgeIsMemoryEffectFree(operation.to_raw()) }
}

/// Sets an attribute of an op, inherent or not.
pub fn set_attribute<'a>(operation: OperationRef<'a, 'a>, name: &str, attribute: Attribute<'a>) {
    // SAFETY: passes own what they run on; no other reference reads the op's
    // attributes during the call.
    unsafe { OperationRefMut::from_raw(operation.to_raw()) }.set_attribute(name, attribute);
}

/// Sets the location of an op.
pub fn set_location<'a>(operation: OperationRef<'a, 'a>, location: Location<'a>) {
    // SAFETY: as for `set_attribute`, with the op's location.
    unsafe { OperationRefMut::from_raw(operation.to_raw()) }.set_location(location);
}

/// Sets the operands of an op.
pub fn set_operands<'a>(operation: OperationRef<'a, 'a>, operands: &[Value<'a, 'a>]) {
    // SAFETY: as for `set_attribute`, with the op's operands.
    unsafe { OperationRefMut::from_raw(operation.to_raw()) }.set_operands(operands);
}

/// Puts a value in the place of another wherever that is used.
pub fn replace_uses<'a>(old: Value<'a, 'a>, new: Value<'a, 'a>) {
    // SAFETY: as for `set_operands`, with those of all users.
    unsafe { mlir_sys::mlirValueReplaceAllUsesOfWith(old.to_raw(), new.to_raw()) }
}

/// Moves an op to before another one, of any block.
pub fn move_before<'a>(operation: OperationRef<'a, 'a>, other: OperationRef<'a, 'a>) {
    // SAFETY: as for `set_attribute`, with the op's place.
    unsafe { OperationRefMut::from_raw(operation.to_raw()) }.move_before(other);
}

/// Sets an attribute of an argument of a `func.func`.
///
/// # Panics
///
/// When the op is not a `func.func` or has no such argument.
pub fn set_argument_attribute<'a>(
    function: OperationRef<'a, 'a>,
    index: usize,
    name: &str,
    attribute: Attribute<'a>,
) {
    let arguments = function
        .region(0)
        .ok()
        .and_then(|body| body.first_block())
        .map_or(0, |block| block.argument_count());
    assert!(
        name_of(function) == "func.func" && index < arguments,
        "expected a func.func with an argument {index}, but got {function}"
    );
    // SAFETY: the op is a func.func and has the argument; MLIR copies the name.
    unsafe {
        mlir_sys::mlirFuncSetArgAttr(
            function.to_raw(),
            index as isize,
            string_ref(name),
            attribute.to_raw(),
        )
    }
}

/// One location of several, each named once.
pub fn fused_location<'a>(context: &'a Context, locations: &[Location<'a>]) -> Location<'a> {
    // melior's own function wants metadata, which a location need not have.
    let raw: Vec<_> = locations.iter().map(|location| location.to_raw()).collect();
    // SAFETY: the locations belong to the context and are as many as is said; null is
    // no metadata.
    unsafe {
        Location::from_raw(mlir_sys::mlirLocationFusedGet(
            context.to_raw(),
            raw.len() as isize,
            raw.as_ptr(),
            mlir_sys::MlirAttribute {
                ptr: std::ptr::null_mut(),
            },
        ))
    }
}

/// Where a location is: `file:line:column` if it has a place in a file, else its
/// name.
pub fn place_of(location: Location<'_>) -> Option<String> {
    if location.is_file_line_col_range() {
        let file = location.file_line_col_range_filename();
        return Some(format!(
            "{}:{}:{}",
            file.as_string_ref().as_str().ok()?,
            location.file_line_col_range_start_line(),
            location.file_line_col_range_start_column()
        ));
    }
    if location.is_name() {
        let name = || Some(location.name_value().as_string_ref().as_str().ok()?.into());
        return place_of(location.name_child_location()).or_else(name);
    }
    if location.is_call_site() {
        return place_of(location.call_site_callee());
    }
    if location.is_fused() {
        return (0..location.fused_num_locations())
            .find_map(|index| place_of(location.fused_location(index)));
    }
    None
}

/// The context behind a reference to it.
///
/// melior's own `ContextRef::to_ref` points at the `ContextRef` itself, which
/// is mostly a temporary. Here each context gets one handle that stays, eight
/// bytes for the life of the process.
pub fn context_of<'a>(context: ContextRef<'a>) -> &'a Context {
    struct Handle(ContextRef<'static>);
    // SAFETY: a handle is a pointer to a context, which MLIR lets several
    // threads use at once.
    unsafe impl Send for Handle {}
    // SAFETY: as above.
    unsafe impl Sync for Handle {}
    type Handles = RwLock<HashMap<usize, &'static Handle>>;
    static HANDLES: LazyLock<Handles> = LazyLock::new(Default::default);

    // A `Context` derefs to the same pointer that a `ContextRef` holds.
    // SAFETY: the reference is read while `context` is alive.
    let raw = unsafe { context.to_ref() }.to_raw();
    let key = raw.ptr as usize;
    let read = HANDLES.read().unwrap_or_else(PoisonError::into_inner);
    let known = read.get(&key).copied();
    drop(read);
    let handle = known.unwrap_or_else(|| {
        // SAFETY: the handle is only used through the lifetime given below.
        let handle = Box::leak(Box::new(Handle(unsafe { ContextRef::from_raw(raw) })));
        HANDLES
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(key)
            .or_insert(handle)
    });
    // SAFETY: the handle stays where it is, and the context lives for 'a.
    unsafe { handle.0.to_ref() }
}
