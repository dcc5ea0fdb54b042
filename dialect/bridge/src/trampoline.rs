//! What generated `extern "C"` functions call: from raw arguments to a hook.
//!
//! No panic leaves a trampoline: it becomes a diagnostic and a failure.

use crate::{
    Along, Diagnostic, Dim, FoldResult, LoopKind, OpView, Pass, PassContext, Patterns, Statistics,
    View, ffi,
    ffi::{string_ref, to_str},
    panic::catch,
};
use melior::{
    ContextRef,
    ir::{
        Attribute, AttributeLike, Identifier, Location, Type, TypeLike, ValueLike,
        operation::{OperationLike, OperationRef},
    },
};
use mlir_sys::{
    MlirAttribute, MlirContext, MlirOperation, MlirRewritePatternSet, MlirStringRef, MlirType,
    MlirValue,
};
use std::collections::BTreeMap;

pub use ffi::{
    DimSink, Emitter, FoldSink, OpParts, PassContext as RawPassContext, TilingSink, TypeSink,
};
pub use mlir_sys;

/// Runs a hook, a panic becoming an error.
fn guard<'a, T>(hook: impl FnOnce() -> Result<T, Diagnostic<'a>>) -> Result<T, Diagnostic<'a>> {
    catch(hook).and_then(|outcome| outcome)
}

/// Runs a hook on an op and emits its error there.
fn on_operation<'a, T: OpView<'a>>(
    operation: OperationRef<'a, 'a>,
    hook: impl FnOnce(T) -> Result<(), Diagnostic<'a>>,
) -> bool {
    guard(|| hook(T::new(View::of_operation(operation, T::OPERANDS)?)))
        .inspect_err(|error| error.emit_at_operation(operation))
        .is_ok()
}

/// # Safety
///
/// The operation is valid and is an op of type `T`.
pub unsafe fn verify<'a, T: OpView<'a> + crate::Verify<'a>>(operation: MlirOperation) -> bool {
    // SAFETY: MLIR keeps the operation alive while it verifies it.
    let operation = unsafe { OperationRef::from_raw(operation) };
    on_operation(operation, |op: T| op.verify())
}

/// # Safety
///
/// The parts and the sink are valid.
pub unsafe fn infer_return_types<'a, T: OpView<'a> + crate::InferReturnTypes<'a>>(
    parts: *const OpParts,
    sink: TypeSink,
) -> bool {
    // SAFETY: the caller's parts live until this call returns.
    let parts: &'a OpParts = unsafe { &*parts };
    let types = guard(|| {
        // SAFETY: as above.
        let view = unsafe { View::of_parts(parts, T::OPERANDS) }?;
        // ODS has not checked them yet.
        for name in T::REQUIRED_ATTRIBUTES {
            if view.attribute(name).is_none() {
                return Err(Diagnostic::new(format!("requires attribute '{name}'")));
            }
        }
        T::new(view).infer_return_types()
    });
    match types {
        Ok(types) => {
            for r#type in types {
                // SAFETY: the sink appends to a vector of the caller.
                unsafe { (sink.push)(sink.user, r#type.to_raw()) };
            }
            true
        }
        Err(error) => {
            // SAFETY: the location is the caller's, or unknown.
            let location = unsafe { Location::from_raw(parts.location) };
            error.emit_at_location(location, &format!("'{}' op ", T::NAME));
            false
        }
    }
}

/// # Safety
///
/// The operation is an op of type `T`, the sink is valid.
pub unsafe fn reify_result_shapes<'a, T: OpView<'a> + crate::ReifyResultShapes<'a>>(
    operation: MlirOperation,
    sink: DimSink,
) -> bool {
    // SAFETY: MLIR keeps the operation alive during the call.
    let operation = unsafe { OperationRef::from_raw(operation) };
    on_operation(operation, |op: T| {
        for (result, dims) in op.reify_result_shapes()?.into_iter().enumerate() {
            for dim in dims {
                let null = MlirValue {
                    ptr: std::ptr::null(),
                };
                let raw = match dim {
                    Dim::Static(size) => (0, size, null),
                    Dim::Value(value) => (1, 0, value.to_raw()),
                    Dim::Of(value, index) => (2, index as i64, value.to_raw()),
                };
                let dim = ffi::Dim {
                    kind: raw.0,
                    index: raw.1,
                    value: raw.2,
                };
                // SAFETY: the sink appends to a vector of the caller.
                unsafe { (sink.push)(sink.user, result as isize, dim) };
            }
        }
        Ok(())
    })
}

/// # Safety
///
/// The operation is an op of type `T`, `constants` has `count` attributes
/// (null where an operand is not constant), the sink is valid.
pub unsafe fn fold<'a, T: OpView<'a> + crate::Fold<'a>>(
    operation: MlirOperation,
    count: isize,
    constants: *const MlirAttribute,
    sink: FoldSink,
) -> bool {
    // SAFETY: MLIR keeps the operation alive during the call.
    let operation = unsafe { OperationRef::from_raw(operation) };
    let constants: Vec<Option<Attribute<'a>>> = if count == 0 {
        Vec::new()
    } else {
        // SAFETY: promised by the caller.
        unsafe { std::slice::from_raw_parts(constants, count as usize) }
            .iter()
            // SAFETY: a null attribute becomes `None`.
            .map(|&raw| unsafe { Attribute::from_option_raw(raw) })
            .collect()
    };
    let mut folded = false;
    on_operation(operation, |op: T| {
        let Some(results) = op.fold(&constants) else {
            return Ok(());
        };
        // Anything else would be taken for "does not fold".
        let expected = operation.result_count();
        if results.len() != expected {
            return Err(Diagnostic::expected(
                format!("fold to give {expected} results"),
                results.len(),
            ));
        }
        folded = true;
        for result in results {
            let (attribute, value) = match result {
                FoldResult::Constant(attribute) => (
                    attribute.to_raw(),
                    MlirValue {
                        ptr: std::ptr::null(),
                    },
                ),
                FoldResult::Value(value) => (
                    MlirAttribute {
                        ptr: std::ptr::null(),
                    },
                    value.to_raw(),
                ),
            };
            // SAFETY: the sink appends to a vector of the caller.
            unsafe { (sink.push)(sink.user, attribute, value) };
        }
        Ok(())
    }) && folded
}

/// # Safety
///
/// The set and the context are valid.
pub unsafe fn canonicalization_patterns<T: crate::Canonicalize>(
    set: MlirRewritePatternSet,
    context: MlirContext,
) {
    // SAFETY: MLIR hands us its set to fill; the patterns live no longer.
    let context = crate::context_of(unsafe { ContextRef::from_raw(context) });
    let added = guard(|| {
        T::canonicalization_patterns(&mut Patterns::from_raw(context, set));
        Ok(())
    });
    if let Err(error) = added {
        error.emit_at_location(Location::unknown(context), "");
    }
}

/// # Safety
///
/// The operation is an op of type `T`.
pub unsafe fn is_speculatable<'a, T: OpView<'a> + crate::Speculate>(
    operation: MlirOperation,
) -> bool {
    // SAFETY: MLIR keeps the operation alive during the call.
    let operation = unsafe { OperationRef::from_raw(operation) };
    let mut speculatable = false;
    on_operation(operation, |op: T| {
        speculatable = op.is_speculatable();
        Ok(())
    }) && speculatable
}

/// # Safety
///
/// The operation is an op of type `T`, the sink is valid.
pub unsafe fn tile<'a, T: OpView<'a> + crate::Tile<'a>>(
    operation: MlirOperation,
    sink: TilingSink,
) -> bool {
    // SAFETY: MLIR keeps the operation alive during the call.
    let operation = unsafe { OperationRef::from_raw(operation) };
    on_operation(operation, |op: T| {
        let tiling = op.tiling()?;
        tiling.check(operation)?;
        let (loops, maps) = tiling.parts();
        let is_reduction: Vec<bool> = loops
            .iter()
            .map(|&kind| kind != LoopKind::Parallel)
            .collect();
        let uncut: Vec<MlirStringRef> = loops
            .iter()
            .map(|&kind| match kind {
                LoopKind::Uncut(reason) => reason,
                LoopKind::Parallel | LoopKind::Reduction => "",
            })
            .map(string_ref)
            .collect();
        let ranks: Vec<isize> = maps.iter().map(|map| map.len() as isize).collect();
        let dimensions: Vec<i64> = maps
            .iter()
            .flat_map(|map| map.iter())
            .map(|along| match along {
                Along::Loop(at) => *at as i64,
                Along::Whole => ffi::TILING_WHOLE,
            })
            .collect();
        let raw = ffi::Tiling {
            loop_count: is_reduction.len() as isize,
            is_reduction: is_reduction.as_ptr(),
            uncut: uncut.as_ptr(),
            map_count: ranks.len() as isize,
            ranks: ranks.as_ptr(),
            dimensions: dimensions.as_ptr(),
        };
        // SAFETY: the sink copies what it is given.
        unsafe { (sink.set)(sink.user, &raw) };
        Ok(())
    })
}

/// # Safety
///
/// The operation is an op of type `T`.
pub unsafe fn check_buffers<'a, T: OpView<'a> + crate::Bufferize<'a>>(
    operation: MlirOperation,
) -> bool {
    // SAFETY: MLIR keeps the operation alive during the call.
    let operation = unsafe { OperationRef::from_raw(operation) };
    on_operation(operation, |op: T| op.check_buffers())
}

/// Gives the attributes that an op has now, null after an error.
///
/// # Safety
///
/// The context is valid, `attributes` is a dictionary, the emitter is valid.
pub unsafe fn upgrade_attributes<U: crate::Upgrade>(
    context: MlirContext,
    op: MlirStringRef,
    version: u64,
    attributes: MlirAttribute,
    emitter: Emitter,
) -> MlirAttribute {
    let mut upgraded = MlirAttribute {
        ptr: std::ptr::null(),
    };
    verify_attribute(emitter, || {
        // SAFETY: the reader's context lives during the call.
        let context = crate::context_of(unsafe { ContextRef::from_raw(context) });
        // SAFETY: the name of the op lives during the call.
        let op = unsafe { to_str(op) };
        // SAFETY: promised by the caller; names and values belong to the context.
        let mut named: BTreeMap<String, Attribute<'_>> = unsafe {
            (0..mlir_sys::mlirDictionaryAttrGetNumElements(attributes))
                .map(|index| {
                    let element = mlir_sys::mlirDictionaryAttrGetElement(attributes, index);
                    let name = to_str(mlir_sys::mlirIdentifierStr(element.name)).into_owned();
                    (name, Attribute::from_raw(element.attribute))
                })
                .collect()
        };
        U::upgrade_attributes(context, &op, version, &mut named)?;
        let elements: Vec<_> = named
            .iter()
            .map(|(name, value)| mlir_sys::MlirNamedAttribute {
                name: Identifier::new(context, name).to_raw(),
                attribute: value.to_raw(),
            })
            .collect();
        // SAFETY: there are that many elements, of this context.
        upgraded = unsafe {
            mlir_sys::mlirDictionaryAttrGet(
                context.to_raw(),
                elements.len() as isize,
                elements.as_ptr(),
            )
        };
        Ok(())
    });
    upgraded
}

/// # Safety
///
/// The operation is valid.
pub unsafe fn upgrade_operations<U: crate::Upgrade>(
    operation: MlirOperation,
    version: u64,
) -> bool {
    // SAFETY: MLIR's reader holds the operation during the call.
    let operation = unsafe { OperationRef::from_raw(operation) };
    guard(|| U::upgrade_operations(operation, version))
        .inspect_err(|error| error.emit_at_location(operation.location(), ""))
        .is_ok()
}

/// Runs the check of an attribute, reporting through MLIR's emitter.
pub fn verify_attribute<'a>(
    emitter: Emitter,
    check: impl FnOnce() -> Result<(), Diagnostic<'a>>,
) -> bool {
    guard(check)
        .inspect_err(|error| {
            // SAFETY: the emitter lives for this call and copies the text.
            unsafe { (emitter.emit)(emitter.user, string_ref(error.message())) }
        })
        .is_ok()
}

/// # Safety
///
/// The type is valid and `shape` has `rank` sizes.
pub unsafe fn verify_encoding<'a, T: crate::VerifyEncoding<'a>>(
    attribute: Option<T>,
    rank: isize,
    shape: *const i64,
    element: MlirType,
    emitter: Emitter,
) -> bool {
    let shape = if rank == 0 {
        &[]
    } else {
        // SAFETY: promised by the caller.
        unsafe { std::slice::from_raw_parts(shape, rank as usize) }
    };
    // SAFETY: the type is uniqued in the context.
    let element = unsafe { Type::from_raw(element) };
    verify_attribute(emitter, || match attribute {
        Some(attribute) => attribute.verify_encoding(shape, element),
        None => Ok(()),
    })
}

/// # Safety
///
/// The attribute is valid.
pub unsafe fn verify_agreement<'a, T: crate::VerifyAgreement<'a>>(
    inferred: Option<T>,
    written: MlirAttribute,
    emitter: Emitter,
) -> bool {
    // SAFETY: the attribute is uniqued in the context.
    let written = unsafe { Attribute::from_raw(written) };
    verify_attribute(emitter, || match inferred {
        Some(inferred) => inferred.verify_agreement(written),
        None => Ok(()),
    })
}

/// # Safety
///
/// The raw context is valid for this call.
pub unsafe fn run_pass<P: Pass>(
    pass: &P,
    raw: &RawPassContext,
    statistics: &'static Statistics,
) -> bool {
    // SAFETY: the pass manager holds the operation while the pass runs.
    let operation = unsafe { OperationRef::from_raw(raw.operation) };
    guard(|| pass.run(operation, &PassContext::new(raw, statistics)))
        .inspect_err(|error| error.emit_at_location(operation.location(), ""))
        .is_ok()
}

/// The text of a pass option.
///
/// # Safety
///
/// The reference is valid for this call.
pub unsafe fn option_text(text: mlir_sys::MlirStringRef) -> String {
    // SAFETY: promised by the caller.
    unsafe { to_str(text) }.into_owned()
}

/// A list of a pass option.
///
/// # Safety
///
/// `data` has `count` elements.
pub unsafe fn option_list<T: Copy>(data: *const T, count: isize) -> Vec<T> {
    if count == 0 {
        return Vec::new();
    }
    // SAFETY: promised by the caller.
    unsafe { std::slice::from_raw_parts(data, count as usize) }.to_vec()
}
