//! Lays out what other projects use: programs, libraries, headers and the
//! CMake package.

use crate::command::{cargo, describe, llvm_prefix, root};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The folders of headers and .td files in the source tree; what the build
/// makes of the dialect and the bridge comes besides.
const INCLUDES: &[&str] = &[
    "dialect/include",
    "dialect/bridge/include",
    "fidelity-c/include",
];

const CMAKE: &str = "fidelity-c/cmake";

/// Builds the workspace in a profile and installs under `prefix`:
///
/// - `bin/`: `fidelity`, `fidelity-circt`, `fidelity-opt`, `fidelity-lsp-server`;
/// - `lib/`: `libFidelityPlugin.so`, and `libFidelity.a` for C and C++;
/// - `include/`: the dialect's classes, its .td files and the C API;
/// - `lib/cmake/Fidelity/`: the CMake package;
/// - `share/doc/fidelity/`: the licence.
///
/// # Errors
///
/// One line that names the command that failed, the file that cannot be
/// written, or the product that the build did not make.
pub fn run(prefix: &Path, profile: &str) -> Result<(), String> {
    let products = build(profile)?;
    for program in &products.programs {
        copy_into(program, &prefix.join("bin"))?;
    }
    let libraries = prefix.join("lib");
    copy(&products.plugin, &libraries.join("libFidelityPlugin.so"))?;
    copy(&products.library, &libraries.join("libFidelity.a"))?;

    let sources = INCLUDES.iter().map(|folder| root().join(folder));
    for folder in sources.chain(products.headers) {
        copy_headers(&folder, &prefix.join("include"))?;
    }

    let version = llvm_version()?;
    for name in ["FidelityConfig.cmake", "FidelityConfigVersion.cmake"] {
        let template = root().join(CMAKE).join(name);
        let text = fs::read_to_string(&template)
            .map_err(|error| format!("cannot read {}: {error}", template.display()))?
            .replace("@LLVM_VERSION@", &version)
            .replace("@FIDELITY_VERSION@", env!("CARGO_PKG_VERSION"));
        let to = libraries.join("cmake/Fidelity").join(name);
        place(&to, |new| fs::write(new, &text))?;
    }
    copy_into(&root().join("LICENSE"), &prefix.join("share/doc/fidelity"))?;
    println!(
        "installed {} at {}",
        env!("CARGO_PKG_VERSION"),
        prefix.display()
    );
    Ok(())
}

/// What the build makes, by where it says that it is.
#[derive(Debug, PartialEq)]
struct Products {
    programs: Vec<PathBuf>,
    plugin: PathBuf,
    library: PathBuf,
    // Of the dialect and of the bridge under it.
    headers: Vec<PathBuf>,
}

fn build(profile: &str) -> Result<Products, String> {
    let mut command = cargo();
    command
        .args(["build", "--quiet", "--workspace", "--profile", profile])
        .arg("--message-format=json-render-diagnostics");
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", describe(&command)))?;
    if !output.status.success() {
        return Err(format!(
            "{} failed with {}",
            describe(&command),
            output.status
        ));
    }
    Products::read(&String::from_utf8_lossy(&output.stdout))
}

impl Products {
    /// Reads cargo's messages, one JSON object a line.
    fn read(messages: &str) -> Result<Self, String> {
        let mut programs = Vec::new();
        let (mut plugin, mut library) = (None, None);
        let (mut dialect, mut bridge) = (None, None);
        for line in messages.lines() {
            let message: Value = serde_json::from_str(line)
                .map_err(|error| format!("expected JSON from cargo, but got {line}: {error}"))?;
            let is_of = |package: &str| {
                let id = message["package_id"].as_str().unwrap_or_default();
                // `…/opt-tool#fidelity-tools@0.1.0`, or `…/fidelity-c#0.1.0`
                // where the folder has the package's name.
                id.contains(&format!("#{package}@")) || id.contains(&format!("/{package}#"))
            };
            let file = |suffix: &str| {
                let files = message["filenames"].as_array().into_iter().flatten();
                files
                    .filter_map(Value::as_str)
                    .find(|name| name.ends_with(suffix))
                    .map(PathBuf::from)
            };
            let headers = || {
                let out = message["out_dir"].as_str();
                out.map(|out| Path::new(out).join("include"))
            };
            match message["reason"].as_str() {
                Some("compiler-artifact") if is_of("fidelity-tools") => {
                    programs.extend(message["executable"].as_str().map(PathBuf::from));
                }
                Some("compiler-artifact") if is_of("fidelity-plugin") => {
                    plugin = file(".so").or(plugin);
                }
                Some("compiler-artifact") if is_of("fidelity-c") => {
                    library = file(".a").or(library);
                }
                Some("build-script-executed") if is_of("fidelity-dialect") => {
                    dialect = headers();
                }
                Some("build-script-executed") if is_of("ods-bridge") => {
                    bridge = headers();
                }
                _ => {}
            }
        }
        let missing =
            |what: &str| format!("expected cargo to make {what}, but it says nothing of it");
        Ok(Self {
            programs,
            plugin: plugin.ok_or_else(|| missing("the plugin"))?,
            library: library.ok_or_else(|| missing("the static library"))?,
            headers: vec![
                dialect.ok_or_else(|| missing("the dialect's headers"))?,
                bridge.ok_or_else(|| missing("the bridge's headers"))?,
            ],
        })
    }
}

/// Copies the headers and .td files of a folder and those in it.
fn copy_headers(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error| format!("cannot list {}: {error}", from.display());
    for entry in fs::read_dir(from).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else {
            continue;
        };
        if path.is_dir() {
            copy_headers(&path, &to.join(&*name))?;
        } else if [".h", ".h.inc", ".td"]
            .iter()
            .any(|suffix| name.ends_with(suffix))
        {
            copy_into(&path, to)?;
        }
    }
    Ok(())
}

fn copy_into(file: &Path, folder: &Path) -> Result<(), String> {
    copy(file, &folder.join(file.file_name().unwrap_or_default()))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    place(to, |new| fs::copy(from, new).map(drop))
}

/// Writes a file under another name first, so that no half of it is seen and a
/// program that runs keeps its file.
fn place(to: &Path, write: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<(), String> {
    let mut new = to.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let folder = to.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| write(&new))
        .and_then(|()| fs::rename(&new, to))
        .map_err(|error| {
            // It may not be there; the first error is the one to tell.
            let _ = fs::remove_file(&new);
            format!("cannot write {}: {error}", to.display())
        })
}

/// LLVM's version as far as its interfaces depend on it: `22.1`.
fn llvm_version() -> Result<String, String> {
    let mut command = Command::new(llvm_prefix().join("bin/llvm-config"));
    let output = command
        .arg("--version")
        .output()
        .map_err(|error| format!("cannot run {}: {error}", describe(&command)))?;
    let version = String::from_utf8_lossy(&output.stdout);
    let mut parts = version.trim().splitn(3, '.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => Ok(format!("{major}.{minor}")),
        _ => Err(format!(
            "expected a version from {}, but got {version:?}",
            describe(&command)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGES: &str = r#"{"reason":"build-script-executed","package_id":"path+file:///house/dialect#fidelity-dialect@0.1.0","out_dir":"/out"}
{"reason":"build-script-executed","package_id":"path+file:///house/dialect/bridge#ods-bridge@0.1.0","out_dir":"/bridge"}
{"reason":"build-script-executed","package_id":"path+file:///house/dialect/bridge/generator#ods-bridge-generator@0.1.0","out_dir":"/generator"}
{"reason":"build-script-executed","package_id":"path+file:///house/passes#fidelity-passes@0.1.0","out_dir":"/other"}
{"reason":"compiler-artifact","package_id":"path+file:///house/fidelity-c#0.1.0","filenames":["/b/libfidelity_c.rlib","/b/libfidelity_c.a"],"executable":null}
{"reason":"compiler-artifact","package_id":"path+file:///house/opt-tool/plugin#fidelity-plugin@0.1.0","filenames":["/b/build-script-build"],"executable":null}
{"reason":"compiler-artifact","package_id":"path+file:///house/opt-tool/plugin#fidelity-plugin@0.1.0","filenames":["/b/libFidelityPlugin.so"],"executable":null}
{"reason":"compiler-artifact","package_id":"path+file:///house/opt-tool#fidelity-tools@0.1.0","filenames":["/b/fidelity-opt"],"executable":"/b/fidelity-opt"}
{"reason":"compiler-artifact","package_id":"path+file:///house/xtask#0.1.0","filenames":["/b/xtask"],"executable":"/b/xtask"}
{"reason":"build-finished","success":true}"#;

    #[test]
    fn products_are_found_in_what_cargo_says() {
        let expected = Products {
            programs: vec!["/b/fidelity-opt".into()],
            plugin: "/b/libFidelityPlugin.so".into(),
            library: "/b/libfidelity_c.a".into(),
            headers: vec!["/out/include".into(), "/bridge/include".into()],
        };
        assert_eq!(Products::read(MESSAGES), Ok(expected));
    }

    #[test]
    fn a_missing_product_is_an_error() {
        let messages: Vec<_> = MESSAGES
            .lines()
            .filter(|line| !line.contains(".so"))
            .collect();
        assert_eq!(
            Products::read(&messages.join("\n")),
            Err("expected cargo to make the plugin, but it says nothing of it".to_owned())
        );
    }
}
