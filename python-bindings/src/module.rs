//! Modules of IR.

use crate::{
    array,
    error::{self, ExecutionError},
};
use fidelity_dialect::interpreter;
use fidelity_tools::{context, diagnostic::Error, module, registry, run::Types};
use melior::{
    Context,
    ir::{Type, operation::OperationLike},
};
use ods_bridge::{Buffer, OwnedModule};
use pyo3::{
    exceptions::{PyKeyError, PyTypeError, PyValueError},
    prelude::*,
    types::{PyBytes, PyDict, PyString, PyTuple},
};
use std::{
    fmt::{self, Display, Formatter},
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// A module of IR, as parse() or read() give it.
///
/// str(module) is its text. A module has a context of its own and may be used
/// from several threads; one at a time does what it asks for.
#[pyclass(frozen, module = "fidelity")]
pub struct Module {
    /// What stands for its file in messages.
    pub path: PathBuf,
    owned: Mutex<OwnedModule>,
}

/// A public function: its name and its types, as MLIR writes them.
#[pyclass(frozen, eq, module = "fidelity")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name, without the @.
    #[pyo3(get)]
    pub name: String,
    arguments: Vec<String>,
    results: Vec<String>,
}

/// Reads a module from text or bytecode and verifies it.
///
/// Args:
///     source: the text, a str or UTF-8 bytes, or bytecode, bytes.
///     name: what stands for the file's name in diagnostics.
///
/// Raises:
///     DiagnosticError: the source is no valid module.
#[pyfunction]
#[pyo3(signature = (source, name = "<string>"))]
pub fn parse(py: Python<'_>, source: &Bound<'_, PyAny>, name: &str) -> PyResult<Module> {
    let text;
    let source = if let Ok(source) = source.cast::<PyString>() {
        text = source.to_cow()?;
        text.as_bytes()
    } else if let Ok(bytes) = source.cast::<PyBytes>() {
        bytes.as_bytes()
    } else {
        return Err(PyTypeError::new_err(format!(
            "expected a str or bytes, but got {}",
            source.get_type().name()?
        )));
    };
    let path = PathBuf::from(name);
    Module::new(py, path, |context, path| {
        module::parse(context, path, source)
    })
}

/// Reads a module from a file of text or bytecode and verifies it.
///
/// The constants of bytecode stay in the file, which must not be changed while
/// the module or what was compiled from it lives.
///
/// Args:
///     path: the file, a str or a path.
///
/// Raises:
///     OSError: the file cannot be read.
///     DiagnosticError: it holds no valid module.
#[pyfunction]
pub fn read(py: Python<'_>, path: PathBuf) -> PyResult<Module> {
    // For the exception that Python has for each reason.
    File::open(&path).map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("{}: cannot read: {error}", path.display()),
        )
    })?;
    Module::new(py, path, module::read)
}

impl Module {
    fn new(
        py: Python<'_>,
        path: PathBuf,
        read: impl Send + for<'c> FnOnce(&'c Context, &Path) -> Result<melior::ir::Module<'c>, Error>,
    ) -> PyResult<Self> {
        let owned = py.detach(|| OwnedModule::new(context::new(), |context| read(context, &path)));
        match owned {
            Ok(owned) => Ok(Self {
                path,
                owned: Mutex::new(owned),
            }),
            Err(error) => Err(error::exception(py, &error)),
        }
    }

    /// Works with the module while Python goes on. Nothing in `work` may wait for
    /// the GIL.
    pub fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl Send + FnOnce(&mut OwnedModule) -> T,
    ) -> T {
        py.detach(|| work(&mut self.owned.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

#[pymethods]
impl Module {
    /// What stands for the file's name in diagnostics.
    #[getter]
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The public functions that have a body, by name, in the module's order.
    #[getter]
    fn functions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        by_name(
            py,
            &self.with(py, |owned| owned.with(|_, module| functions(module))),
        )
    }

    /// The module as bytecode: smaller than text and faster to read.
    fn to_bytecode<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = self.with(py, |owned| {
            owned.with(|_, module| module.as_operation().write_bytecode())
        });
        PyBytes::new(py, &bytes)
    }

    /// Runs passes on the module, in place. Warnings go to stderr.
    ///
    /// Args:
    ///     pipeline: passes as mlir-opt takes them, with their options: a list such
    ///         as "canonicalize,cse", or "builtin.module(canonicalize,cse)".
    ///
    /// Raises:
    ///     ValueError: there are no such passes.
    ///     DiagnosticError: one fails; the module is then as it was before.
    fn run_passes(&self, py: Python<'_>, pipeline: &str) -> PyResult<()> {
        let pipeline = pipeline.trim();
        let passes = pipeline
            .strip_prefix("builtin.module(")
            .and_then(|passes| passes.strip_suffix(')'))
            .unwrap_or(pipeline);
        self.with(py, |owned| {
            registry::register_passes();
            owned.update(|context, mut module| {
                module::run_passes(context, &self.path, &mut module, passes)?;
                Ok(module)
            })
        })
        .map_err(|error| error::exception(py, &error))
    }

    /// Evaluates a function in the reference interpreter: op by op, in float64
    /// rounded to each type, and slowly. It is what compiled code is to be compared
    /// with.
    ///
    /// Args:
    ///     function: its name.
    ///     arguments: as a function of a Program takes them.
    ///
    /// Returns:
    ///     What a function of a Program returns.
    ///
    /// Raises:
    ///     KeyError: there is no such public function.
    ///     TypeError, ValueError: an argument has another dtype or shape.
    ///     ExecutionError: sizes disagree, an assertion fails, or an op is none that
    ///         the interpreter knows.
    #[pyo3(signature = (function, /, *arguments))]
    fn evaluate<'py>(
        &self,
        py: Python<'py>,
        function: &str,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let types = self
            .with(py, |owned| {
                owned.with(|_, module| {
                    let functions = module::public_functions(module);
                    let found = functions.iter().find(|found| found.name == function);
                    found.map(Types::of)
                })
            })
            .ok_or_else(|| {
                PyKeyError::new_err(format!(
                    "expected a public function @{function}, but got none"
                ))
            })?
            .map_err(PyValueError::new_err)?;
        let inputs = array::arguments(function, arguments, &types.inputs)?
            .iter()
            .map(array::Array::tensor)
            .collect::<PyResult<Vec<_>>>()?;
        let results = self
            .with(py, |owned| {
                owned.with(|_, module| interpreter::evaluate(module, function, inputs))
            })
            .map_err(|error| ExecutionError::new_err(error.to_string()))?;
        let results = results.into_iter().zip(&types.results);
        array::results(
            py,
            results.map(|(tensor, r#type)| {
                Ok((
                    Buffer::new(
                        tensor.shape(),
                        tensor.element_type().byte_width(),
                        &tensor.to_bytes(),
                    )?,
                    r#type,
                ))
            }),
        )
    }

    fn __str__(&self, py: Python<'_>) -> String {
        self.with(py, |owned| {
            owned.with(|_, module| module.as_operation().to_string())
        })
    }

    fn __repr__(&self) -> String {
        format!("<fidelity.Module {}>", self.path.display())
    }
}

#[pymethods]
impl Function {
    /// The types of the arguments.
    #[getter]
    pub fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.arguments)
    }

    /// The types of the results.
    #[getter]
    pub fn results<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.results)
    }

    fn __str__(&self) -> String {
        self.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<fidelity.Function {self}>")
    }
}

impl Display for Function {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (arguments, results) = (self.arguments.join(", "), self.results.join(", "));
        write!(formatter, "@{}({arguments}) -> ({results})", self.name)
    }
}

/// The public functions of a module that have a body.
pub fn functions(module: &melior::ir::Module<'_>) -> Vec<Function> {
    let functions = module::public_functions(module).into_iter();
    let text = |types: Vec<Type<'_>>| types.iter().map(ToString::to_string).collect();
    functions
        .map(|function| {
            let r#type = function.r#type;
            let inputs = (0..r#type.input_count()).filter_map(|index| r#type.input(index).ok());
            let results = (0..r#type.result_count()).filter_map(|index| r#type.result(index).ok());
            Function {
                name: function.name,
                arguments: text(inputs.collect()),
                results: text(results.collect()),
            }
        })
        .collect()
}

/// A dict from their names.
pub fn by_name<'py>(py: Python<'py>, functions: &[Function]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for function in functions {
        dict.set_item(&function.name, function.clone())?;
    }
    Ok(dict)
}
