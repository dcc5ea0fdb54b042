//! What dialects, passes and tools written in Rust share at run time.
//!
//! MLIR's C API has no way to define a dialect. This crate and
//! `ods-bridge-generator` supply one: the generator reads a dialect's .td
//! files and makes C++ classes whose methods call Rust; this crate holds the
//! traits that Rust implements and the code on both sides that belongs to no
//! dialect. `docs/a-dialect-in-rust.md` is the guide, `examples/toy-dialect/` an
//! example.
//!
//! | the .td file says | Rust implements |
//! | --- | --- |
//! | `let hasVerifier = 1` | [`Verify`] |
//! | `DeclareOpInterfaceMethods<InferTypeOpInterface>` | [`InferReturnTypes`] |
//! | `DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface>` | [`ReifyResultShapes`] |
//! | `let hasFolder = 1` | [`Fold`] |
//! | `let hasCanonicalizer = 1` | [`Canonicalize`] |
//! | `DeclareOpInterfaceMethods<ConditionallySpeculatable>` | [`Speculate`] |
//! | `OdsBridge_Tile` | [`Tile`] |
//! | `OdsBridge_Bufferize` | [`Bufferize`] |
//! | `OdsBridge_BytecodeVersion<…>` of the dialect | [`Upgrade`] |
//! | `DeclareAttrInterfaceMethods<VerifiableTensorEncoding>` | [`VerifyEncoding`] |
//! | `DeclareAttrInterfaceMethods<OdsBridge_AgreeingEncoding>` | [`VerifyAgreement`] |
//! | `let genVerifyDecl = 1` of an attribute or type `X` | `VerifyX`, generated |
//! | `def P : Pass<…>` | [`Pass`] |
//!
//! All `unsafe` code of the workspace is here and in what the generator makes.

mod attribute;
mod builder;
mod diagnostic;
mod external;
mod ffi;
mod hooks;
mod jit;
mod llvm;
mod mapped_file;
mod operation;
mod owned;
mod panic;
mod pass;
mod pattern;
pub mod plugin;
mod prefetch;
pub mod remark;
mod resource;
mod retype;
mod statistics;
mod tile;
mod tools;
#[doc(hidden)]
pub mod trampoline;
mod view;

pub use attribute::{
    DenseBytes, DenseResource, affine_map_of, bit_width, complex_element, complex_of, dense_bytes,
    dense_elements, float_value, gpu_code, shaped_type_of, string_value, symbol_name,
};
pub use builder::{Builder, OpBuilder, build_before, erase};
pub use diagnostic::Diagnostic;
pub use external::{ExternalConstant, SMALLEST_EXTERNAL, take_large_constants};
pub use hooks::{
    Bufferize, Canonicalize, Dim, Fold, FoldResult, InferReturnTypes, ReifyResultShapes, Speculate,
    Upgrade, Verify, VerifyAgreement, VerifyEncoding,
};
pub use jit::{
    AbiType, Argument, Buffer, CallError, Jit, Signature, Value as JitValue, keep_freed_memory,
    return_freed_memory,
};
pub use llvm::{has_features, is_cpu_of, parse_module, parse_module_file, translate_to_llvm_ir};
pub use mapped_file::MappedFile;
pub use operation::{
    block_argument, comes_before, context_of, defining_op, fused_location, has_one_use,
    indexing_maps_of, is_memory_effect_free, move_before, name_of, operations_within, place_of,
    previous_in_block, replace_uses, result_number, set_argument_attribute, set_attribute,
    set_location, set_operands, users_of, uses_of,
};
pub use owned::{OwnedJit, OwnedModule};
pub use panic::internal_error_count;
pub use pass::{Pass, PassContext, register_pipeline};
pub use pattern::{NoMatch, OpView, Patterns, apply_patterns_greedily};
pub use prefetch::prefetch;
pub use resource::{RESOURCE_ALIGNMENT, ResourceBytes, dense_resource};
pub use retype::{Retype, retype};
pub use statistics::Statistics;
pub use tile::{Along, LoopKind, Tile, Tiling};
pub use tools::{
    RegistryRef, append_registry, lsp_server_main, open_namespaces, opt_main, print_stack_on_crash,
    register_upstream,
};
pub use view::{OperandKind, View};

#[cfg(test)]
mod tests {
    #[test]
    fn links() {
        let context = melior::Context::new();
        assert!(melior::ir::Module::parse(&context, "module {}").is_some());
    }
}
