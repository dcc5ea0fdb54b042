//! Running TableGen and the C++ compiler from a build script.

use crate::Result;
use mlir_toolchain::Toolchain;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use tblgen::{RecordKeeper, TableGenParser};

/// The tools, and where they read and write.
pub struct Tools {
    toolchain: Toolchain,
    out: PathBuf,
    include_directories: Vec<PathBuf>,
}

impl Tools {
    /// Finds LLVM and has the package's own .td files watched.
    pub fn find(include_directories: &[PathBuf]) -> Result<Self> {
        let toolchain = Toolchain::find()?;
        toolchain.emit_run_path();
        for directory in include_directories {
            println!("cargo:rerun-if-changed={}", directory.display());
        }
        // The packages this one depends on: the bridge, and the dialects that
        // passes create.
        let dependencies = env::vars()
            .filter(|(name, _)| name.starts_with("DEP_") && name.ends_with("_INCLUDE"))
            .map(|(_, directory)| PathBuf::from(directory));
        Ok(Self {
            toolchain,
            out: PathBuf::from(env::var("OUT_DIR")?),
            include_directories: include_directories
                .iter()
                .cloned()
                .chain(dependencies)
                .collect(),
        })
    }

    /// The build script's output folder.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Parses a .td file.
    pub fn parse(&self, source: &Path) -> Result<RecordKeeper<'static>> {
        let mut parser = TableGenParser::new()
            .add_include_directory(&self.toolchain.include_directory().to_string_lossy());
        for directory in &self.include_directories {
            parser = parser.add_include_directory(&directory.to_string_lossy());
        }
        parser
            .add_source_file(&source.to_string_lossy())
            .parse()
            .map_err(|error| format!("{}: {error}", source.display()).into())
    }

    /// Runs mlir-tblgen.
    pub fn tblgen(&self, arguments: &[String], source: &Path, output: &Path) -> Result<()> {
        let mut command = Command::new(self.toolchain.tool("mlir-tblgen"));
        command
            .args(arguments)
            .arg(source)
            .arg("-o")
            .arg(output)
            .arg("-I")
            .arg(self.toolchain.include_directory());
        for directory in &self.include_directories {
            command.arg("-I").arg(directory);
        }
        let status = command.status()?;
        if !status.success() {
            return Err(format!("mlir-tblgen {arguments:?} {}: {status}", source.display()).into());
        }
        Ok(())
    }

    /// Compiles a generated file into a static library that goes into the
    /// package's own library.
    pub fn compile(&self, source: &Path, library: &str) -> Result<()> {
        let include = self.out.join("include");
        fs::create_dir_all(&include)?;
        let mut build = cc::Build::new();
        build
            .cpp(true)
            .std("c++17")
            .flag("-fno-exceptions")
            .warnings(false)
            .include(&include)
            .include(&self.out)
            .include(self.toolchain.include_directory());
        for directory in &self.include_directories {
            build.include(directory);
        }
        for name in self.toolchain.definitions()? {
            build.define(name, None);
        }
        build.file(source).compile(library);
        println!("cargo:include={}", include.display());
        Ok(())
    }
}
