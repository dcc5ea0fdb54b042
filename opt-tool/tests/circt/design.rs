//! Functions compiled to designs.

use crate::tools;
use serde_json::Value;
use std::{fs, path::Path, process::Command};

/// A stream of a design.
#[derive(Clone, Debug)]
pub struct Port {
    pub name: String,
    pub bits: u32,
    pub count: usize,
    /// The bits behind the point; 0 for integers.
    pub fraction: u32,
    /// Whether it is loaded once.
    pub is_parameter: bool,
    pub contents: Option<Vec<i64>>,
}

/// A module with its ports.
#[derive(Clone, Debug)]
pub struct Design {
    /// The name of the module.
    pub name: String,
    pub inputs: Vec<Port>,
    pub results: Vec<Port>,
}

/// What `fidelity compile --target fpga` makes of a module.
pub struct Compiled {
    pub designs: Vec<Design>,
    pub verilog: String,
    /// The text that CIRCT takes.
    pub circt: String,
}

/// Compiles a module, with options of the pipeline.
pub fn compile(module: &str, options: &str) -> Result<Compiled, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = |name: &str| folder.path().join(name);
    fs::write(path("m.mlir"), module).map_err(|error| error.to_string())?;
    for output in ["x.mlir", "y.sv"] {
        let run = Command::new(env!("CARGO_BIN_EXE_fidelity"))
            .current_dir(folder.path())
            .args(["compile", "m.mlir", "--target", "fpga", "-o", output])
            .args(["--target-options", options])
            .output()
            .map_err(|error| error.to_string())?;
        if !run.status.success() {
            return Err(String::from_utf8_lossy(&run.stderr).into_owned());
        }
    }
    let read = |name: &str| fs::read_to_string(path(name)).map_err(|error| error.to_string());
    if read("x.json")? != read("y.json")? {
        return Err("expected one description of both outputs, but got two".into());
    }
    Ok(Compiled {
        designs: designs(&read("y.json")?)?,
        verilog: read("y.sv")?,
        circt: read("x.mlir")?,
    })
}

/// CIRCT's text as SystemVerilog.
pub fn verilog(circt: &str) -> Result<String, String> {
    let library = fidelity_tools::circt::library(Path::new(env!("CARGO_BIN_EXE_fidelity")))?;
    let library = library.to_str().ok_or("a path that is not UTF-8")?;
    tools::run(
        Path::new("."),
        env!("CARGO_BIN_EXE_fidelity-circt"),
        &[library],
        circt,
    )
}

fn designs(json: &str) -> Result<Vec<Design>, String> {
    let json: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
    if json["target"] != "fpga" {
        return Err(format!(
            "expected the target fpga, but got {}",
            json["target"]
        ));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let ports = |ports: &Value| -> Vec<Port> {
        let ports = ports.as_array().map(Vec::as_slice).unwrap_or_default();
        ports
            .iter()
            .map(|port| Port {
                name: text(&port["name"]),
                bits: number(&port["bits"]) as u32,
                count: number(&port["count"]) as usize,
                fraction: number(&port["fraction_bits"]) as u32,
                is_parameter: port["role"] == "parameter",
                contents: port["contents"]
                    .as_str()
                    .map(|digits| numbers(digits, number(&port["bits"]) as u32)),
            })
            .collect()
    };
    let modules = json["modules"].as_array().ok_or("no modules")?;
    Ok(modules
        .iter()
        .map(|module| Design {
            name: text(&module["name"]),
            inputs: ports(&module["inputs"]),
            results: ports(&module["results"]),
        })
        .collect())
}

/// Numbers of so many bits, each in whole bytes, the lowest first.
fn numbers(digits: &str, bits: u32) -> Vec<i64> {
    let words = digits.as_bytes().chunks(2 * bits.div_ceil(8) as usize);
    words
        .map(|word| {
            let bytes = word.chunks(2).rev().map(|pair| {
                let pair = std::str::from_utf8(pair).expect("digits");
                i64::from(u8::from_str_radix(pair, 16).expect("digits"))
            });
            bytes.fold(0, |number, byte| number << 8 | byte)
        })
        .collect()
}

/// Verilog with a prefix to the name of each module, so that several texts can
/// stand side by side.
pub fn prefixed(verilog: &str, prefix: &str) -> String {
    let names: Vec<&str> = verilog
        .lines()
        .filter_map(|line| line.strip_prefix("module "))
        .map(|rest| rest.trim_end_matches(['(', ';', ' ']))
        .collect();
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut text = String::new();
    let mut rest = verilog;
    while let Some(start) = rest.find(is_word) {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        let word = &rest[..end];
        // A port or an instance may be called as a module is; a prefix does no
        // harm to it where all of its places get one.
        if names.contains(&word) {
            text.push_str(prefix);
        }
        text.push_str(word);
        rest = &rest[end..];
    }
    text + rest
}
