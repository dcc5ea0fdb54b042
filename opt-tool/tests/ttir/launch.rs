//! A host that launches what `fidelity compile --target ttir` writes, by what
//! the description beside it says.

use super::evaluator::{self, Array, Precision};
use fidelity_reference::{
    ElementType, Tensor,
    storage::{Storage, pack},
};
use fidelity_tools::{context, module};
use melior::{Context, ir::Module};
use serde_json::Value;
use std::{fs, path::PathBuf, process::Command};
use tempfile::TempDir;

/// A compiled module.
pub struct Compiled {
    folder: TempDir,
    launch: Value,
    context: Context,
}

impl Compiled {
    /// Compiles a module.
    pub fn new(text: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("module.mlir");
        fs::write(&input, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_fidelity"))
            .args(["compile", "--target", "ttir", "-o"])
            .arg(folder.path().join("out.mlir"))
            .arg(&input)
            .output()
            .unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        let launch = fs::read_to_string(folder.path().join("out.json")).unwrap();
        Ok(Self {
            launch: serde_json::from_str(&launch).unwrap(),
            folder,
            context: context::new(),
        })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("out.mlir")
    }

    /// Calls a function with the inputs of the module that was compiled.
    pub fn call(&self, name: &str, inputs: &[Tensor], precision: Precision) -> Vec<Array> {
        let module: Module<'_> = module::read(&self.context, &self.path()).unwrap();
        let functions = self.launch["functions"].as_array().unwrap();
        let function = functions
            .iter()
            .find(|function| function["name"] == name)
            .unwrap();
        let arguments = function["arguments"].as_array().unwrap();
        let arguments = arguments
            .iter()
            .map(|argument| prepared(argument, inputs))
            .collect();
        evaluator::call(&module, name, arguments, precision)
    }
}

/// An argument of TTIR, made as its description says.
fn prepared(argument: &Value, inputs: &[Tensor]) -> Array {
    let shape = shape_of(argument["type"].as_str().unwrap());
    let count = shape.iter().product();
    let decode = argument["decode"].as_str();
    let data = match argument["source"].as_u64() {
        Some(source) => {
            let tensor = &inputs[source as usize];
            match decode {
                // Inputs of the tests are trits; a host has their bytes.
                Some("packed2") => unpacked(&packed(tensor, Storage::Packed2), &shape, 4, 4),
                Some("packed5") => unpacked(&packed(tensor, Storage::Packed5), &shape, 3, 5),
                _ => decoded(decode, tensor.to_f64s()),
            }
        }
        None => {
            let bytes = bytes_of(argument["value"]["bytes"].as_str().unwrap());
            match decode {
                Some("packed2") => unpacked(&bytes, &shape, 4, 4),
                Some("packed5") => unpacked(&bytes, &shape, 3, 5),
                _ => {
                    let mut values: Vec<f64> = bytes
                        .iter()
                        .map(|&byte| f64::from(byte.cast_signed()))
                        .collect();
                    if values.len() == 1 {
                        values = vec![values[0]; count];
                    }
                    decoded(decode, values)
                }
            }
        }
    };
    assert_eq!(data.len(), count, "{argument}");
    Array { shape, data }
}

fn decoded(decode: Option<&str>, values: Vec<f64>) -> Vec<f32> {
    let sign = |value: f64| if value == 0.0 { 0.0 } else { value.signum() };
    let decode: fn(f64) -> f64 = match decode {
        None | Some("int8") => |value| value,
        Some("sign") => sign,
        Some(other) => panic!("no decoding {other}"),
    };
    values
        .into_iter()
        .map(|value| decode(value) as f32)
        .collect()
}

/// Digits of a base, some to a byte, the lowest first; rows start on a byte.
fn unpacked(bytes: &[u8], shape: &[usize], base: u32, per_byte: usize) -> Vec<f32> {
    let columns = shape[1];
    let row = columns.div_ceil(per_byte);
    (0..shape[0] * columns)
        .map(|at| {
            let (n, k) = (at / columns, at % columns);
            let byte = u32::from(bytes[n * row + k / per_byte]);
            match byte / base.pow((k % per_byte) as u32) % base {
                1 => -1.0,
                2 => 1.0,
                _ => 0.0,
            }
        })
        .collect()
}

fn packed(trits: &Tensor, storage: Storage) -> Vec<u8> {
    let bytes = pack(trits, storage).unwrap();
    assert_eq!(bytes.element_type(), ElementType::U8);
    bytes.to_f64s().into_iter().map(|byte| byte as u8).collect()
}

fn bytes_of(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

/// The sizes of `tensor<2x3xf32>`.
fn shape_of(r#type: &str) -> Vec<usize> {
    let inner = r#type.trim_start_matches("tensor<").trim_end_matches('>');
    let mut parts: Vec<&str> = inner.split('x').collect();
    parts.pop();
    parts.iter().map(|size| size.parse().unwrap()).collect()
}
