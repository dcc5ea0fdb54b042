//! The C functions of `include/ods-bridge/CAPI.h`, which documents them.

#![allow(missing_docs)]

use mlir_sys::{
    MlirAttribute, MlirContext, MlirDialectRegistry, MlirLocation, MlirOperation, MlirStringRef,
    MlirType, MlirValue,
};
use std::ffi::{c_char, c_int, c_void};

#[repr(C)]
pub struct OpParts {
    pub context: MlirContext,
    pub location: MlirLocation,
    pub operand_count: isize,
    pub operands: *const MlirValue,
    pub attributes: MlirAttribute,
}

#[repr(C)]
pub struct TypeSink {
    pub user: *mut c_void,
    pub push: unsafe extern "C" fn(*mut c_void, MlirType),
}

#[repr(C)]
pub struct Dim {
    pub kind: i32,
    pub index: i64,
    pub value: MlirValue,
}

#[repr(C)]
pub struct DimSink {
    pub user: *mut c_void,
    pub push: unsafe extern "C" fn(*mut c_void, isize, Dim),
}

#[repr(C)]
pub struct Tiling {
    pub loop_count: isize,
    pub is_reduction: *const bool,
    pub uncut: *const MlirStringRef,
    pub map_count: isize,
    pub ranks: *const isize,
    pub dimensions: *const i64,
}

/// A dimension that is not cut.
pub const TILING_WHOLE: i64 = -1;

#[repr(C)]
pub struct TilingSink {
    pub user: *mut c_void,
    pub set: unsafe extern "C" fn(*mut c_void, *const Tiling),
}

#[repr(C)]
pub struct FoldSink {
    pub user: *mut c_void,
    pub push: unsafe extern "C" fn(*mut c_void, MlirAttribute, MlirValue),
}

#[repr(C)]
pub struct Emitter {
    pub user: *mut c_void,
    pub emit: unsafe extern "C" fn(*mut c_void, MlirStringRef),
}

#[repr(C)]
pub struct PassContext {
    pub operation: MlirOperation,
    pub user: *mut c_void,
    pub add_to_statistic: unsafe extern "C" fn(*mut c_void, isize, i64),
}

#[repr(C)]
pub struct TextSink {
    pub user: *mut c_void,
    pub set: unsafe extern "C" fn(*mut c_void, bool, MlirStringRef),
}

#[repr(C)]
#[derive(Clone, Copy, PartialEq)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

#[repr(C)]
pub struct Replacements {
    pub user: *mut c_void,
    pub r#type: unsafe extern "C" fn(*mut c_void, MlirType) -> MlirType,
    pub attribute: unsafe extern "C" fn(*mut c_void, MlirAttribute) -> MlirAttribute,
}

pub type BuildPipeline = unsafe extern "C" fn(*mut c_void, MlirStringRef, TextSink);

unsafe extern "C" {
    pub fn odsBridgeEmitOpError(
        op: MlirOperation,
        message: MlirStringRef,
        note_count: isize,
        locations: *const MlirLocation,
        notes: *const MlirStringRef,
    );
    pub fn odsBridgeEmitError(
        location: MlirLocation,
        message: MlirStringRef,
        note_count: isize,
        locations: *const MlirLocation,
        notes: *const MlirStringRef,
    );
    pub fn odsBridgeEmitRemark(location: MlirLocation, message: MlirStringRef);
    pub fn odsBridgeOptimizationRemark(
        kind: c_int,
        location: MlirLocation,
        category: MlirStringRef,
        name: MlirStringRef,
        message: MlirStringRef,
    );
    pub fn odsBridgePreviousInBlock(op: MlirOperation) -> MlirOperation;
    pub fn odsBridgeDenseResourceData(attribute: MlirAttribute, size: *mut u64) -> *const u8;
    pub fn odsBridgeDenseResourceKey(attribute: MlirAttribute) -> MlirStringRef;
    pub fn odsBridgeDenseResourceWithType(
        attribute: MlirAttribute,
        r#type: MlirType,
    ) -> MlirAttribute;
    pub fn odsBridgeIsMemoryEffectFree(op: MlirOperation) -> bool;
    pub fn odsBridgeReplaceTypes(op: MlirOperation, replacements: Replacements);
    pub fn odsBridgeOptMain(
        argc: c_int,
        argv: *mut *mut c_char,
        name: MlirStringRef,
        registry: MlirDialectRegistry,
    ) -> c_int;
    pub fn odsBridgePrintStackOnCrash();
    pub fn odsBridgeHasStatistics() -> bool;
    pub fn odsBridgeLspServerMain(
        argc: c_int,
        argv: *mut *mut c_char,
        registry: MlirDialectRegistry,
    ) -> c_int;
    pub fn odsBridgeRegisterUpstream(registry: MlirDialectRegistry);
    pub fn odsBridgeOpenNamespaces(
        registry: MlirDialectRegistry,
        trigger: MlirStringRef,
        name_count: isize,
        names: *const MlirStringRef,
    ) -> bool;
    pub fn odsBridgeAppendRegistry(context: MlirContext, registry: MlirDialectRegistry);
    pub fn odsBridgeRegisterPipeline(
        name: MlirStringRef,
        description: MlirStringRef,
        user: *mut c_void,
        build: BuildPipeline,
    );
    pub safe fn odsBridgePluginApiVersion() -> u32;
    pub safe fn odsBridgeBuildVersion() -> Version;
    pub fn odsBridgeProcessVersion(file: *mut *const c_char) -> Version;
    pub safe fn odsBridgeOwnFile() -> *const c_char;
    pub safe fn odsBridgeMlirLoadedWithPlugin() -> *const c_char;
    pub fn odsBridgeRegistryHasDialect(registry: MlirDialectRegistry, name: MlirStringRef) -> bool;
    pub fn odsBridgeCallGuarded(
        function: unsafe extern "C" fn(*mut *mut c_void),
        arguments: *mut *mut c_void,
    ) -> bool;
    pub fn odsBridgeAbort();
    // The C library's.
    pub fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void;
    pub fn odsBridgeParseModuleFile(
        context: MlirContext,
        path: MlirStringRef,
    ) -> mlir_sys::MlirModule;
    pub fn odsBridgeParseModule(
        context: MlirContext,
        source: MlirStringRef,
        name: MlirStringRef,
    ) -> mlir_sys::MlirModule;
    pub fn odsBridgeIsCpuOf(machine: *mut c_void, cpu: MlirStringRef) -> bool;
    pub fn odsBridgeHasFeatures(machine: *mut c_void, features: MlirStringRef) -> bool;
}

/// A borrowed string as MLIR takes it. MLIR copies what it keeps.
pub fn string_ref(text: &str) -> MlirStringRef {
    MlirStringRef {
        data: text.as_ptr().cast(),
        length: text.len(),
    }
}

/// The text of a string reference.
///
/// # Safety
///
/// The reference points to `length` bytes that live for `'a`.
pub unsafe fn to_str<'a>(text: MlirStringRef) -> std::borrow::Cow<'a, str> {
    if text.length == 0 {
        return "".into();
    }
    // SAFETY: the caller promises the bytes.
    String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(text.data.cast(), text.length) })
}
