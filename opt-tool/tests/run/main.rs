//! `fidelity run` on tensors in files, as a user sees it: compiled and in the
//! reference interpreter.

mod errors;
mod values;

use fidelity_reference::{ElementType, Tensor, npy};
use std::{fs, path::PathBuf, process::Command};
use tempfile::TempDir;

/// A folder with files, in which the driver runs.
struct Folder(TempDir);

/// What the driver answered.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    code: Option<i32>,
    out: String,
    error: String,
}

impl Folder {
    /// A folder with the module `m.mlir`.
    fn new(module: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::write(folder.path("m.mlir"), module).unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a tensor to a file.
    fn with(self, name: &str, tensor: &Tensor) -> Self {
        npy::write(self.path(name), tensor).unwrap();
        self
    }

    fn read(&self, name: &str) -> Tensor {
        npy::read(self.path(name)).unwrap()
    }

    /// The names of the files.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Runs `fidelity run m.mlir` with those words after it.
    fn run(&self, arguments: &str) -> Answer {
        let output = Command::new(env!("CARGO_BIN_EXE_fidelity"))
            .current_dir(self.0.path())
            .args(["run", "m.mlir"])
            .args(arguments.split_whitespace())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Answer {
            code: output.status.code(),
            out: text(output.stdout),
            error: text(output.stderr),
        }
    }

    /// Runs both ways, which have to succeed silently.
    #[track_caller]
    fn run_both(&self, arguments: &str, check: impl Fn(&Self)) {
        for way in ["", "--reference"] {
            let answer = self.run(&format!("{arguments} {way}"));
            let nothing = Answer {
                code: Some(0),
                out: String::new(),
                error: String::new(),
            };
            assert_eq!(answer, nothing, "{arguments} {way}");
            check(self);
        }
    }

    /// Runs and fails with an error, and gives what it says.
    #[track_caller]
    fn refuses(&self, arguments: &str) -> String {
        let before = self.files();
        let answer = self.run(arguments);
        assert_eq!((answer.code, &*answer.out), (Some(1), ""), "{answer:?}");
        assert_eq!(self.files(), before);
        answer
            .error
            .strip_prefix("error: ")
            .unwrap_or_else(|| panic!("{answer:?}"))
            .trim_end()
            .to_owned()
    }
}

fn floats(shape: &[usize], values: &[f64]) -> Tensor {
    Tensor::from_floats(ElementType::F32, shape, values.to_vec()).unwrap()
}

fn integers(element: ElementType, shape: &[usize], values: &[i64]) -> Tensor {
    Tensor::from_integers(element, shape, values.to_vec()).unwrap()
}
