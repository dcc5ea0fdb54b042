//! mlir-opt and the language server with dialects of one's own.

use crate::{
    ffi::{self, string_ref},
    panic::internal_error_count,
    statistics::{self, Report},
};
use melior::{Context, dialect::DialectRegistry};
use mlir_sys::MlirDialectRegistry;
use std::{
    ffi::{CString, OsString, c_char},
    io::{self, Write as _},
    marker::PhantomData,
    os::unix::ffi::OsStringExt,
};

/// Registers what mlir-opt knows: all upstream dialects, their extensions and
/// their translations to LLVM IR.
pub fn register_upstream(registry: &DialectRegistry) {
    // SAFETY: the registry is valid.
    unsafe { ffi::odsBridgeRegisterUpstream(registry.to_raw()) }
}

/// A registry of dialects, which may be the host's of a plugin.
#[derive(Clone, Copy, Debug)]
pub struct RegistryRef<'a> {
    raw: MlirDialectRegistry,
    lives: PhantomData<&'a ()>,
}

impl RegistryRef<'_> {
    /// # Safety
    ///
    /// The registry is valid as long as the reference lives.
    pub(crate) unsafe fn from_raw(raw: MlirDialectRegistry) -> Self {
        Self {
            raw,
            lives: PhantomData,
        }
    }
}

impl<'a> From<&'a DialectRegistry> for RegistryRef<'a> {
    fn from(registry: &'a DialectRegistry) -> Self {
        // SAFETY: the registry is borrowed for as long.
        unsafe { Self::from_raw(registry.to_raw()) }
    }
}

/// Opens namespaces: what is written in them is taken as it is, generic ops,
/// types and attributes, and nothing of it is verified but by whoever reads it
/// in the end. Where the registry has a dialect of such a name already, that one
/// stays. Call it once for a registry, after whatever else fills it.
///
/// The namespaces are loaded along with the dialect `trigger`, so that passes
/// on its ops may build theirs.
///
/// # Errors
///
/// When the process has opened 16 namespaces before.
pub fn open_namespaces(
    registry: RegistryRef<'_>,
    trigger: &str,
    names: &[&str],
) -> Result<(), String> {
    let names: Vec<_> = names.iter().map(|name| string_ref(name)).collect();
    // SAFETY: the registry is valid, and the texts are copied.
    let opened = unsafe {
        ffi::odsBridgeOpenNamespaces(
            registry.raw,
            string_ref(trigger),
            names.len() as isize,
            names.as_ptr(),
        )
    };
    match opened {
        true => Ok(()),
        false => Err("expected at most 16 open namespaces in a process, but got more".into()),
    }
}

/// Makes the dialects of a registry known to a context.
pub fn append_registry(context: &Context, registry: &DialectRegistry) {
    // SAFETY: both are valid.
    unsafe { ffi::odsBridgeAppendRegistry(context.to_raw(), registry.to_raw()) }
}

/// Runs mlir-opt's main function with the dialects of `registry` and the
/// passes registered so far, and gives the exit code.
///
/// With `--mlir-pass-statistics` what passes in Rust counted is printed to stderr at the
/// end, in MLIR's form, if LLVM was built without statistics.
///
/// It is not 0 when a hook panicked, even in a fold or a pattern, where MLIR
/// itself goes on.
pub fn opt_main(
    tool_name: &str,
    arguments: impl Iterator<Item = OsString>,
    registry: &DialectRegistry,
) -> i32 {
    let errors = internal_error_count();
    let mut arguments: Vec<OsString> = arguments.collect();
    let with_report = statistics::take_request(&mut arguments);
    let code = with_arguments(arguments.into_iter(), |count, arguments| {
        // SAFETY: `arguments` has `count` strings and a null, as argv does.
        unsafe { ffi::odsBridgeOptMain(count, arguments, string_ref(tool_name), registry.to_raw()) }
    });
    if with_report {
        // Where stderr is no more, nobody reads it.
        let _ = write!(io::stderr(), "{Report}");
    }
    if code == 0 && internal_error_count() != errors {
        return 1;
    }
    code
}

/// From now on a signal that ends the process prints its stack to stderr first,
/// as it does in [`opt_main`].
pub fn print_stack_on_crash() {
    // SAFETY: it sets LLVM's handlers of signals, which may be set twice.
    unsafe { ffi::odsBridgePrintStackOnCrash() }
}

/// Runs mlir-lsp-server's main function with the dialects of `registry`, and
/// gives the exit code.
pub fn lsp_server_main(
    arguments: impl Iterator<Item = OsString>,
    registry: &DialectRegistry,
) -> i32 {
    with_arguments(arguments, |count, arguments| {
        // SAFETY: as in `opt_main`.
        unsafe { ffi::odsBridgeLspServerMain(count, arguments, registry.to_raw()) }
    })
}

fn with_arguments(
    arguments: impl Iterator<Item = OsString>,
    main: impl FnOnce(i32, *mut *mut c_char) -> i32,
) -> i32 {
    // An argument of a process holds no NUL.
    let arguments: Vec<CString> = arguments
        .filter_map(|argument| CString::new(argument.into_vec()).ok())
        .collect();
    let mut pointers: Vec<*mut c_char> = arguments
        .iter()
        .map(|argument| argument.as_ptr().cast_mut())
        .collect();
    pointers.push(std::ptr::null_mut());
    main(arguments.len() as i32, pointers.as_mut_ptr())
}
