//! Plugins: libraries that mlir-opt and its kin load at run time.
//!
//! A package with `crate-type = ["cdylib"]` implements [`Plugin`] and names the
//! implementation in [`export_plugin!`](crate::export_plugin):
//!
//! ```ignore
//! struct Toy;
//!
//! impl ods_bridge::plugin::Plugin for Toy {
//!     const NAME: &'static CStr = c"Toy";
//!     const VERSION: &'static CStr = c"0.1.0";
//!     fn dialect() -> DialectHandle {
//!         toy_dialect::dialect_handle()
//!     }
//!     fn register_passes() {
//!         toy_passes::register_passes();
//!     }
//! }
//!
//! ods_bridge::export_plugin!(Toy);
//! ```
//!
//! A plugin shares its host's MLIR, so it works only in a host that uses the
//! very libMLIR.so it was linked with. In any other it says why not on standard
//! error and answers with an API version that no host accepts.

use crate::{
    RegistryRef,
    ffi::{self, Version},
};
use melior::dialect::DialectHandle;
use mlir_sys::{MlirDialectRegistry, mlirDialectHandleInsertDialect};
use std::{
    ffi::{CStr, c_char, c_void},
    panic::catch_unwind,
    ptr,
    sync::atomic::{AtomicPtr, Ordering},
};

/// A dialect and its passes, as a library to load.
pub trait Plugin {
    /// The name of the plugin.
    const NAME: &'static CStr;
    /// The version of the plugin.
    const VERSION: &'static CStr;

    /// The dialect.
    fn dialect() -> DialectHandle;

    /// Adds to the host's dialects what the passes need besides.
    ///
    /// # Errors
    ///
    /// What cannot be added; it is reported, and the host goes on without.
    fn extend(registry: RegistryRef<'_>) -> Result<(), String> {
        let _ = registry;
        Ok(())
    }

    /// Registers the passes and pipelines with MLIR. Called more than once; the
    /// functions that the generator makes register once.
    fn register_passes();
}

/// `mlir::PassPluginLibraryInfo`.
#[repr(C)]
pub struct PassPluginInfo {
    api_version: u32,
    name: *const c_char,
    version: *const c_char,
    register: extern "C" fn(),
}

/// `mlir::DialectPluginLibraryInfo`.
#[repr(C)]
pub struct DialectPluginInfo {
    api_version: u32,
    name: *const c_char,
    version: *const c_char,
    register: extern "C" fn(*mut c_void),
}

/// Defines the entry points of a plugin library, `mlirGetPassPluginInfo` and
/// `mlirGetDialectPluginInfo`, for a type that implements
/// [`Plugin`](crate::plugin::Plugin).
///
/// They have to be defined in the cdylib itself, in Rust: it exports no symbol
/// of the C++ that is linked into it.
#[macro_export]
macro_rules! export_plugin {
    ($plugin:ty) => {
        /// What a host that loads passes asks for.
        #[unsafe(no_mangle)]
        pub extern "C" fn mlirGetPassPluginInfo() -> $crate::plugin::PassPluginInfo {
            $crate::plugin::pass_plugin_info::<$plugin>()
        }

        /// What a host that loads dialects asks for.
        #[unsafe(no_mangle)]
        pub extern "C" fn mlirGetDialectPluginInfo() -> $crate::plugin::DialectPluginInfo {
            $crate::plugin::dialect_plugin_info::<$plugin>()
        }
    };
}

/// What the entry point for passes answers.
pub fn pass_plugin_info<P: Plugin>() -> PassPluginInfo {
    PassPluginInfo {
        api_version: api_version(),
        name: P::NAME.as_ptr(),
        version: P::VERSION.as_ptr(),
        register: register_passes::<P>,
    }
}

/// What the entry point for dialects answers. As in MLIR's own example, the
/// dialect brings its passes.
pub fn dialect_plugin_info<P: Plugin>() -> DialectPluginInfo {
    DialectPluginInfo {
        api_version: api_version(),
        name: P::NAME.as_ptr(),
        version: P::VERSION.as_ptr(),
        register: register_dialect::<P>,
    }
}

/// No version of MLIR's plugin API.
const REFUSED: u32 = 0;

/// The version to answer with, [`REFUSED`] in a host that is not ours.
fn api_version() -> u32 {
    let refusal = catch_unwind(|| {
        let mut file = ptr::null();
        // SAFETY: `file` is set to a string of the loader, or left null.
        let (version, file, brought) = unsafe {
            (
                ffi::odsBridgeProcessVersion(&mut file),
                text(file),
                text(ffi::odsBridgeMlirLoadedWithPlugin()),
            )
        };
        refusal(
            ffi::odsBridgeBuildVersion(),
            file.as_deref().map(|file| (version, file)),
            brought.as_deref(),
        )
    })
    .unwrap_or_else(|_| Some("internal error: looking at the host panicked".into()));
    match refusal {
        None => ffi::odsBridgePluginApiVersion(),
        Some(reason) => {
            report("error", &reason);
            REFUSED
        }
    }
}

/// Why a plugin cannot work in this process.
///
/// `process` is the version of the first LLVM that was loaded, and its file.
/// It is absent where LLVM cannot be seen: in a host that links it statically
/// and exports none of it, it is the LLVM that came with the plugin. Such a
/// host is recognised by `brought`, the libMLIR that was loaded because only
/// the plugin asks for it: the host has another MLIR, or none.
fn refusal(
    built: Version,
    process: Option<(Version, &str)>,
    brought: Option<&str>,
) -> Option<String> {
    let Version { major, minor } = built;
    if let Some((version, file)) = process.filter(|&(version, _)| version != built) {
        return Some(format!(
            "expected a host of LLVM {major}.{minor}, but got LLVM {}.{} ({file})",
            version.major, version.minor
        ));
    }
    brought.map(|file| {
        format!("expected a host that uses {file}, but got one with another MLIR or none")
    })
}

extern "C" fn register_passes<P: Plugin>() {
    if catch_unwind(P::register_passes).is_err() {
        report("error", "internal error: registering the passes panicked");
    }
}

extern "C" fn register_dialect<P: Plugin>(registry: *mut c_void) {
    // The registry that has the dialect from us: a host may load a plugin twice.
    static OURS: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());
    let result = catch_unwind(|| {
        let dialect = P::dialect();
        let raw = MlirDialectRegistry { ptr: registry };
        // MLIR aborts when two libraries define one dialect.
        // SAFETY: the host's registry is valid.
        let known = unsafe { ffi::odsBridgeRegistryHasDialect(raw, dialect.namespace().to_raw()) };
        if !known {
            // SAFETY: as above, and the handle is a static.
            unsafe { mlirDialectHandleInsertDialect(dialect.to_raw(), raw) };
            OURS.store(registry, Ordering::Relaxed);
            // SAFETY: as above.
            if let Err(error) = P::extend(unsafe { RegistryRef::from_raw(raw) }) {
                report("error", &error);
            }
        } else if OURS.load(Ordering::Relaxed) != registry {
            report(
                "warning",
                &format!(
                    "the host has a dialect '{}' already; it stays",
                    dialect.namespace().as_str().unwrap_or_default()
                ),
            );
        }
        P::register_passes();
    });
    if result.is_err() {
        report("error", "internal error: registering the dialect panicked");
    }
}

/// Says something about the plugin that MLIR has no way to say.
fn report(severity: &str, message: &str) {
    // SAFETY: the name lives as long as the library is loaded.
    let file = unsafe { text(ffi::odsBridgeOwnFile()) }.unwrap_or_default();
    eprintln!("{severity}: {file}: {message}");
}

/// # Safety
///
/// The pointer is null or a C string.
unsafe fn text(pointer: *const c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: promised by the caller.
    let text = unsafe { CStr::from_ptr(pointer) };
    Some(text.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    const BUILT: Version = Version {
        major: 22,
        minor: 1,
    };
    const LIBRARY: &str = "lib/libMLIR.so.22.1";

    #[test]
    fn a_host_of_the_same_llvm_is_accepted() {
        assert_eq!(refusal(BUILT, Some((BUILT, "libLLVM.so.22.1")), None), None);
        assert_eq!(refusal(BUILT, None, None), None);
    }

    #[test]
    fn another_version_is_named_with_its_file() {
        let other = Version {
            major: 22,
            minor: 2,
        };
        // The plugin's own libMLIR comes along; the version says more.
        assert_eq!(
            refusal(BUILT, Some((other, "libLLVM.so.22.2")), Some(LIBRARY)).as_deref(),
            Some("expected a host of LLVM 22.1, but got LLVM 22.2 (libLLVM.so.22.2)")
        );
    }

    #[test]
    fn a_second_mlir_is_refused() {
        assert_eq!(
            refusal(BUILT, Some((BUILT, "libLLVM.so.22.1")), Some(LIBRARY)).as_deref(),
            Some(
                "expected a host that uses lib/libMLIR.so.22.1, but got one with another MLIR or none"
            )
        );
    }

    #[test]
    fn this_process_uses_the_mlir_of_the_bridge() {
        let mut file = ptr::null();
        // SAFETY: `file` is set to a string of the loader.
        assert!(unsafe { ffi::odsBridgeProcessVersion(&mut file) } == BUILT);
    }
}
