//! Makes an MLIR dialect whose logic is Rust from its .td files.
//!
//! MLIR's C API cannot define a dialect, and IRDL gives no traits, interfaces,
//! properties or custom verification. A build script that uses this crate
//! reads the .td files, which stay the single source, and makes from them
//!
//! - with `mlir-tblgen`, the C++ classes of ops, attributes, types, enums and
//!   passes;
//! - C++ bodies of the methods that the .td files declare (`verify`,
//!   `inferReturnTypes`, `fold`, `runOnOperation`, …), which call Rust;
//! - Rust types that show an op's operands and attributes by name, Rust enums,
//!   attributes and types, pass options as a struct, and the `extern "C"` functions
//!   that are called. They name the traits of `ods-bridge`: an op that declares
//!   a hook whose trait Rust does not implement does not compile.
//!
//! `docs/a-dialect-in-rust.md` is the guide, `examples/toy-dialect/` a complete
//! example.
//!
//! # Use
//!
//! ```no_run
//! // build.rs of the crate that holds the dialect
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     ods_bridge_generator::Dialect::new("toy", "include/toy/ToyOps.td")
//!         .include_directory("include")
//!         .generate()
//! }
//! ```
//!
//! and in the crate, which depends on `ods-bridge`, `melior` and `mlir-sys`:
//!
//! ```ignore
//! include!(concat!(env!("OUT_DIR"), "/toy.rs"));
//!
//! impl<'a> ods_bridge::Verify<'a> for Double<'a> {
//!     fn verify(&self) -> Result<(), ods_bridge::Diagnostic<'a>> { … }
//! }
//! ```

mod cpp_definition;
mod cpp_dialect;
mod cpp_interfaces;
mod cpp_passes;
mod names;
mod records;
mod rust_definition;
mod rust_dialect;
mod rust_op;
mod rust_passes;
mod tools;

use heck::ToUpperCamelCase;
use records::{DialectRecords, PassRecords};
use std::{error::Error, fs, path::PathBuf};
use tools::Tools;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A dialect to generate.
pub struct Dialect {
    name: String,
    source: PathBuf,
    include_directories: Vec<PathBuf>,
}

impl Dialect {
    /// A dialect of that name (its `name` in the .td), all of whose ops,
    /// attributes and enums can be reached from the .td file `source`.
    pub fn new(name: &str, source: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            source: source.into(),
            include_directories: Vec::new(),
        }
    }

    /// Adds a folder in which .td files find what they include. A change of
    /// any file in it runs the build script again.
    pub fn include_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.include_directories.push(directory.into());
        self
    }

    /// Generates and compiles the dialect. For a build script.
    ///
    /// Writes `<name>.rs` into the build script's output folder, and the C++
    /// headers into `include/` there; a package with a `links` key hands that
    /// folder on as its metadata `include`.
    ///
    /// # Errors
    ///
    /// When LLVM is missing, a .td file is wrong, or it declares what the
    /// bridge does not know.
    pub fn generate(self) -> Result<()> {
        let tools = Tools::find(&self.include_directories)?;
        let keeper = tools.parse(&self.source)?;
        let records = DialectRecords::read(&keeper, &self.name)?;
        let pascal = self.name.to_upper_camel_case();

        let outputs: &[(&str, &[&str])] = &[
            ("Dialect.h.inc", &["-gen-dialect-decls", "-dialect"]),
            ("Dialect.cpp.inc", &["-gen-dialect-defs", "-dialect"]),
            ("Enums.h.inc", &["-gen-enum-decls"]),
            ("Enums.cpp.inc", &["-gen-enum-defs"]),
            ("Attrs.h.inc", &["-gen-attrdef-decls", "-attrdefs-dialect"]),
            ("Attrs.cpp.inc", &["-gen-attrdef-defs", "-attrdefs-dialect"]),
            ("Types.h.inc", &["-gen-typedef-decls", "-typedefs-dialect"]),
            ("Types.cpp.inc", &["-gen-typedef-defs", "-typedefs-dialect"]),
            ("Ops.h.inc", &["-gen-op-decls"]),
            ("Ops.cpp.inc", &["-gen-op-defs"]),
        ];
        let folder = tools.out().join("include").join(&self.name);
        fs::create_dir_all(&folder)?;
        for (suffix, arguments) in outputs {
            let mut arguments: Vec<String> = arguments.iter().map(|&text| text.into()).collect();
            if let Some(last) = arguments
                .last_mut()
                .filter(|text| text.ends_with("dialect"))
            {
                last.push_str(&format!("={}", self.name));
            }
            tools.tblgen(
                &arguments,
                &self.source,
                &folder.join(format!("{pascal}{suffix}")),
            )?;
        }

        fs::write(
            folder.join(format!("{pascal}.h")),
            cpp_dialect::header(&records, &pascal),
        )?;
        let source = tools.out().join(format!("{pascal}.cpp"));
        fs::write(&source, cpp_dialect::source(&records, &pascal))?;
        fs::write(
            tools.out().join(format!("{}.rs", self.name)),
            rust_dialect::source(&records),
        )?;
        tools.compile(&source, &pascal)
    }
}

/// A group of passes to generate.
pub struct Passes {
    name: String,
    source: PathBuf,
    include_directories: Vec<PathBuf>,
    headers: Vec<String>,
}

impl Passes {
    /// The passes of a .td file, as a group of that name (`CamelCase`).
    pub fn new(name: &str, source: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            source: source.into(),
            include_directories: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Adds a folder in which .td files and headers find what they include.
    pub fn include_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.include_directories.push(directory.into());
        self
    }

    /// Adds a header that declares a dialect on which a pass depends.
    pub fn header(mut self, header: &str) -> Self {
        self.headers.push(header.into());
        self
    }

    /// Generates and compiles the passes, `passes.rs` and the C++ behind it.
    /// For a build script.
    ///
    /// # Errors
    ///
    /// As [`Dialect::generate`].
    pub fn generate(self) -> Result<()> {
        let tools = Tools::find(&self.include_directories)?;
        let keeper = tools.parse(&self.source)?;
        let records = PassRecords::read(&keeper)?;
        let declarations = tools.out().join(format!("{}.h.inc", self.name));
        tools.tblgen(
            &["-gen-pass-decls".into(), format!("-name={}", self.name)],
            &self.source,
            &declarations,
        )?;
        let source = tools.out().join(format!("{}.cpp", self.name));
        fs::write(
            &source,
            cpp_passes::source(&records, &self.name, &self.headers),
        )?;
        fs::write(
            tools.out().join("passes.rs"),
            rust_passes::source(&records, &self.name),
        )?;
        tools.compile(&source, &self.name)
    }
}
