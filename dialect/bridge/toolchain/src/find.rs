use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The variable that names the prefix of the LLVM installation.
pub const PREFIX_VARIABLE: &str = "MLIR_SYS_220_PREFIX";

const MAJOR_VERSION: &str = "22";

// One Debian package a line; `cargo xtask setup` installs the same list.
const PACKAGES: &str = include_str!("../packages.txt");

/// An installation of LLVM and MLIR 22 with development files.
pub struct Toolchain {
    prefix: PathBuf,
}

impl Toolchain {
    /// Finds the installation and checks its version.
    ///
    /// # Errors
    ///
    /// One line that says what is missing and which packages to install.
    pub fn find() -> Result<Self, String> {
        let prefix = env::var_os(PREFIX_VARIABLE)
            .map(PathBuf::from)
            .ok_or_else(|| format!("expected {PREFIX_VARIABLE} to name LLVM's prefix, but it is not set; .cargo/config.toml sets it"))?;
        let advice = format!(
            "install LLVM {MAJOR_VERSION} with `cargo xtask setup` (Debian: {}) or set {PREFIX_VARIABLE}",
            PACKAGES.lines().collect::<Vec<_>>().join(" ")
        );
        let config = prefix.join("bin/llvm-config");
        let version = Command::new(&config)
            .arg("--version")
            .output()
            .map_err(|error| format!("cannot run {}: {error}; {advice}", config.display()))?;
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        if version.split('.').next() != Some(MAJOR_VERSION) {
            return Err(format!(
                "expected LLVM {MAJOR_VERSION} at {}, but got {version}; {advice}",
                prefix.display()
            ));
        }
        for file in [
            "lib/libMLIR.so",
            "bin/mlir-tblgen",
            "include/mlir/IR/OpBase.td",
        ] {
            if !prefix.join(file).exists() {
                return Err(format!(
                    "LLVM at {} has no {file}; {advice}",
                    prefix.display()
                ));
            }
        }
        Ok(Self { prefix })
    }

    /// The folder of headers and .td files.
    pub fn include_directory(&self) -> PathBuf {
        self.prefix.join("include")
    }

    /// The folder of libraries.
    pub fn library_directory(&self) -> PathBuf {
        self.prefix.join("lib")
    }

    /// A tool such as `mlir-tblgen`.
    pub fn tool(&self, name: &str) -> PathBuf {
        self.prefix.join("bin").join(name)
    }

    /// What C++ that includes LLVM's headers has to define, so that types are laid out as
    /// LLVM's libraries have them: without assertions, a pass has no statistics.
    ///
    /// # Errors
    ///
    /// When llvm-config cannot be run, or says something else.
    pub fn definitions(&self) -> Result<Vec<&'static str>, Box<dyn Error>> {
        let mode = Command::new(self.tool("llvm-config"))
            .arg("--assertion-mode")
            .output()?;
        match String::from_utf8_lossy(&mode.stdout).trim() {
            "ON" => Ok(vec![]),
            "OFF" => Ok(vec!["NDEBUG"]),
            other => {
                Err(format!("expected an assertion mode of ON or OFF, but got {other:?}").into())
            }
        }
    }

    /// Lets what this package builds find libMLIR.so when it runs, without an
    /// environment variable. For a build script.
    pub fn emit_run_path(&self) {
        println!("cargo:rerun-if-env-changed={PREFIX_VARIABLE}");
        println!(
            "cargo:rustc-link-arg=-Wl,-rpath,{}",
            self.library_directory().display()
        );
    }

    /// Writes a linker script `libMLIR-C.so` into `out` and has it found.
    ///
    /// mlir-sys links `-lMLIR-C`, which Debian does not ship: there the C API
    /// is a set of static archives over libMLIR.so.
    ///
    /// # Errors
    ///
    /// When the libraries cannot be listed or the script cannot be written.
    pub fn emit_c_api(&self, out: &Path) -> Result<(), Box<dyn Error>> {
        let script: String = self
            .c_api_archives()?
            .iter()
            .map(|path| format!(" {}", path.display()))
            .collect();
        fs::write(out.join("libMLIR-C.so"), format!("GROUP ({script} )\n"))?;
        println!("cargo:rustc-link-search=native={}", out.display());
        Ok(())
    }

    fn c_api_archives(&self) -> Result<Vec<PathBuf>, Box<dyn Error>> {
        let mut archives = Vec::new();
        for entry in fs::read_dir(self.library_directory())? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if name.starts_with("libMLIRCAPI") && name.ends_with(".a") {
                archives.push(path);
            }
        }
        archives.sort();
        Ok(archives)
    }
}
