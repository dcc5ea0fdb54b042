//! Compiled functions.

use crate::{
    array,
    error::ExecutionError,
    module::{Function, by_name},
};
use fidelity_tools::run::Types;
use ods_bridge::{CallError, OwnedJit};
use pyo3::{
    exceptions::{PyKeyError, PyValueError},
    prelude::*,
    types::{PyDict, PyIterator, PyTuple},
};
use std::collections::HashMap;

/// Compiled functions of a module, as compile() gives them: program["main"](x).
///
/// A program needs its module no more. It may be called from several threads at
/// once; functions that write to a variable of the module (memref.global) take
/// turns.
#[pyclass(frozen, module = "fidelity")]
pub struct Program {
    pub name: String,
    pub code: OwnedJit,
    /// The types of each function as it was written.
    pub types: HashMap<String, Types>,
    pub functions: Vec<Function>,
}

#[pymethods]
impl Program {
    /// The compiled functions, by name, in the module's order.
    #[getter]
    fn functions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        by_name(py, &self.functions)
    }

    /// The function of that name.
    ///
    /// Raises:
    ///     KeyError: no such function is compiled.
    fn __getitem__(slf: Bound<'_, Self>, name: &str) -> PyResult<CompiledFunction> {
        let program = slf.get();
        let function = (program.functions.iter())
            .find(|function| function.name == name)
            .cloned();
        let function = function.ok_or_else(|| {
            let names: Vec<_> = program.functions.iter().map(|f| f.name.as_str()).collect();
            PyKeyError::new_err(format!(
                "expected a compiled function, {}, but got {name}",
                names.join(" or ")
            ))
        })?;
        Ok(CompiledFunction {
            program: slf.unbind(),
            function,
        })
    }

    fn __contains__(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        by_name(py, &self.functions)?.try_iter()
    }

    fn __len__(&self) -> usize {
        self.functions.len()
    }

    fn __repr__(&self) -> String {
        let functions: Vec<_> = self.functions.iter().map(ToString::to_string).collect();
        format!("<fidelity.Program {}: {}>", self.name, functions.join(", "))
    }
}

/// A compiled function.
#[pyclass(frozen, module = "fidelity")]
pub struct CompiledFunction {
    program: Py<Program>,
    function: Function,
}

#[pymethods]
impl CompiledFunction {
    /// Its name, without the @.
    #[getter(__name__)]
    fn name(&self) -> &str {
        &self.function.name
    }

    /// The types of the arguments, as MLIR writes them.
    #[getter]
    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.function.arguments(py)
    }

    /// The types of the results, as MLIR writes them.
    #[getter]
    fn results<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        self.function.results(py)
    }

    /// Calls the function.
    ///
    /// Args:
    ///     arguments: an array for each argument. The dtype is that of the type:
    ///         float16, bfloat16 (of ml_dtypes; or float32, which is rounded, half to
    ///         even), float32, float64, complex64, complex128, bool for i1, int8,
    ///         int16, int32, int64, and any of the integers for an index. A scalar is
    ///         an array of rank 0 or a number of Python's. A packed tensor is given as
    ///         its trits, int8 in its logical shape, or as its bytes, uint8 or int8.
    ///         An array whose elements lie row-major, aligned and in this machine's
    ///         byte order is not copied; others, trits and rounded ones are. Nothing
    ///         may write to it during the call.
    ///
    /// Returns:
    ///     None, an array, or a tuple of arrays, which own their memory. A tensor of
    ///     rank 0 is an array of rank 0, a scalar one of NumPy's scalars, a packed
    ///     tensor its trits.
    ///
    /// Raises:
    ///     TypeError: another number of arguments, or one of another dtype.
    ///     ValueError: an argument of another shape, or a trit that is none.
    ///     ExecutionError: a check in the code failed.
    #[pyo3(signature = (*arguments))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        arguments: &Bound<'py, PyTuple>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (program, name) = (self.program.get(), &self.function.name);
        let types = program.types.get(name).ok_or_else(|| {
            PyKeyError::new_err(format!("expected a compiled function, but got {name}"))
        })?;
        let arrays = array::arguments(name, arguments, &types.inputs)?;
        let is_written = |index| types.aliases.iter().any(|alias| alias.argument == index);
        let mut converted = (arrays.iter().enumerate())
            .map(|(index, array)| match is_written(index) {
                // The caller's array stays as it is.
                true => array.copied().map(Some),
                false => array.converted(),
            })
            .collect::<PyResult<Vec<_>>>()?;
        let arguments = (arrays.iter().zip(&mut converted))
            .map(|(array, converted)| match converted {
                Some(value) => Ok(value.into()),
                None => array.argument(),
            })
            .collect::<PyResult<Vec<_>>>()?;
        let results =
            py.detach(|| program.code.call(name, arguments))
                .map_err(|error| match error {
                    CallError::Arguments(message) => PyValueError::new_err(message),
                    CallError::Check(message) => {
                        ExecutionError::new_err(format!("@{name}: {message}"))
                    }
                })?;
        let results = results.into_iter().map(Some).collect();
        let results = types.all_results(results, converted).into_iter().flatten();
        let results = results.zip(&types.results);
        array::results(
            py,
            results.map(|(value, r#type)| Ok((array::buffer(value, r#type)?, r#type))),
        )
    }

    fn __repr__(&self) -> String {
        format!("<fidelity.CompiledFunction {}>", self.function)
    }
}
