//! Between NumPy arrays and the values of functions.

use fidelity_dialect::Storage;
use fidelity_reference::{ElementType, Tensor};
use fidelity_tools::run::{
    ValueType,
    convert::{self, Form},
};
use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1};
use ods_bridge::{Argument, Buffer, JitValue};
use pyo3::{
    IntoPyObjectExt,
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyBool, PyComplex, PyDict, PyFloat, PyInt, PyTuple},
};

/// An argument: an array that suits its type.
pub struct Array<'py, 't> {
    element: ElementType,
    shape: Vec<usize>,
    /// The elements, row-major; the array itself where it has them so.
    bytes: PyReadonlyArray1<'py, u8>,
    r#type: &'t ValueType,
    form: Form,
    /// Whose argument it is, for messages.
    place: String,
}

/// The arguments of a function.
///
/// # Errors
///
/// A `TypeError` for their number or the dtype of one, a `ValueError` for a shape.
pub fn arguments<'py, 't>(
    function: &str,
    arguments: &Bound<'py, PyTuple>,
    types: &'t [ValueType],
) -> PyResult<Vec<Array<'py, 't>>> {
    if arguments.len() != types.len() {
        return Err(PyTypeError::new_err(format!(
            "@{function}: expected {} arguments, but got {}",
            types.len(),
            arguments.len()
        )));
    }
    let place = |index| format!("@{function}: argument {index}");
    (arguments.iter().zip(types).enumerate())
        .map(|(index, (argument, r#type))| Array::new(&argument, r#type, place(index)))
        .collect()
}

impl<'py, 't> Array<'py, 't> {
    fn new(value: &Bound<'py, PyAny>, r#type: &'t ValueType, place: String) -> PyResult<Self> {
        let numpy = value.py().import("numpy")?;
        let array = as_array(&numpy, value, r#type, &place)?;
        let dtype = array.getattr("dtype")?;
        let shape: Vec<usize> = array.getattr("shape")?.extract()?;
        let name: String = dtype.getattr("name")?.extract()?;
        let Some(element) = element_type(&name) else {
            return Err(PyTypeError::new_err(format!(
                "{place}: expected {type}, but got an array of {name}"
            )));
        };
        let Some(form) = convert::form(element, &shape, r#type) else {
            let message = format!(
                "{place}: expected {type}, but got {}",
                type_text(element, &shape)
            );
            return Err(match convert::takes(element, r#type) {
                true => PyValueError::new_err(message),
                false => PyTypeError::new_err(message),
            });
        };
        let native = match dtype.getattr("isnative")?.extract()? {
            true => dtype,
            false => dtype.call_method1("newbyteorder", ("=",))?,
        };
        // The array itself, or a copy where its elements do not lie as they should.
        let bytes = numpy
            .call_method1("require", (array, native, ("C_CONTIGUOUS", "ALIGNED")))?
            .call_method1("reshape", (-1,))?
            .call_method1("view", ("uint8",))?;
        let bytes = bytes.cast::<PyArray1<u8>>()?;
        Ok(Self {
            element,
            shape,
            bytes: bytes.try_readonly()?,
            r#type,
            form,
            place,
        })
    }

    /// The tensor that it stands for, a copy; a packed one is its trits.
    ///
    /// # Errors
    ///
    /// A `ValueError` when a trit is none, or the copy does not fit into memory.
    pub fn tensor(&self) -> PyResult<Tensor> {
        Tensor::from_bytes(self.element, self.shape.as_slice(), self.bytes.as_slice()?)
            .map_err(|error| error.to_string())
            .and_then(|tensor| convert::argument(tensor, self.r#type))
            .map_err(|error| self.failed(&error))
    }

    /// The value for compiled code where the elements cannot be taken as they lie.
    ///
    /// # Errors
    ///
    /// As for [`Array::tensor`].
    pub fn converted(&self) -> PyResult<Option<JitValue>> {
        let bytes = self.bytes.as_slice()?;
        let fits = match (self.form, self.element) {
            (Form::Bytes, _) => true,
            // What is neither 0 nor 1 is no i1.
            (Form::Itself, ElementType::I1) => bytes.iter().all(|&byte| byte <= 1),
            (Form::Itself, element) => {
                bytes.is_empty() || bytes.as_ptr().addr().is_multiple_of(element.byte_width())
            }
            _ => false,
        };
        match fits {
            true => Ok(None),
            false => self.copied().map(Some),
        }
    }

    /// The value for compiled code in memory of its own.
    ///
    /// # Errors
    ///
    /// As for [`Array::tensor`].
    pub fn copied(&self) -> PyResult<JitValue> {
        convert::to_memory(&self.tensor()?, self.r#type).map_err(|error| self.failed(&error))
    }

    /// The array as compiled code takes it.
    ///
    /// # Errors
    ///
    /// When the array has lost its elements.
    pub fn argument(&self) -> PyResult<Argument<'_>> {
        let bytes = self.bytes.as_slice()?;
        Ok(match self.r#type.shape {
            None => Argument::Scalar(bytes),
            Some(_) => Argument::Tensor {
                shape: &self.shape,
                element_size: self.element.byte_width(),
                bytes,
            },
        })
    }

    fn failed(&self, error: &str) -> PyErr {
        PyValueError::new_err(format!("{}: {error}", self.place))
    }
}

/// The array that a value is, or, of a number of Python's, that NumPy makes of it
/// beside an array of the type.
fn as_array<'py>(
    numpy: &Bound<'py, PyModule>,
    value: &Bound<'py, PyAny>,
    r#type: &ValueType,
    place: &str,
) -> PyResult<Bound<'py, PyAny>> {
    if value.hasattr("__array__")? {
        return numpy.call_method1("asarray", (value,));
    }
    let element = r#type.element;
    let is_integer = element.integer_range().is_some();
    let is_number = value.is_exact_instance_of::<PyBool>() && element == ElementType::I1
        || value.is_exact_instance_of::<PyInt>() && element != ElementType::I1
        || value.is_exact_instance_of::<PyFloat>() && !is_integer
        || value.is_exact_instance_of::<PyComplex>() && element.is_complex();
    if !is_number {
        return Err(PyTypeError::new_err(format!(
            "{place}: expected an array for {type}, but got {} {}",
            value.get_type().name()?,
            value.repr()?
        )));
    }
    numpy.call_method1("asarray", (value, dtype(numpy.py(), element)?))
}

/// What a call returns: nothing, the only result, or a tuple. Arrays own the
/// memory of the results; nothing is copied.
///
/// # Errors
///
/// A `ValueError` for a result that does not fit into memory.
pub fn results<'py, 't>(
    py: Python<'py>,
    results: impl Iterator<Item = Result<(Buffer, &'t ValueType), String>>,
) -> PyResult<Bound<'py, PyAny>> {
    let mut arrays = results
        .map(|result| {
            let (buffer, r#type) = result.map_err(PyValueError::new_err)?;
            array(py, buffer, r#type)
        })
        .collect::<PyResult<Vec<_>>>()?;
    match arrays.len() {
        0 => Ok(py.None().into_bound(py)),
        1 => Ok(arrays.remove(0)),
        _ => PyTuple::new(py, arrays)?.into_bound_py_any(py),
    }
}

/// A result of compiled code, of that type; a packed one is its trits.
///
/// # Errors
///
/// When it does not fit into memory.
pub fn buffer(value: JitValue, r#type: &ValueType) -> Result<Buffer, String> {
    if r#type.storage != Storage::Dense {
        let trits = convert::from_memory(&value, r#type)?;
        return Buffer::new(trits.shape(), 1, &trits.to_bytes());
    }
    match value {
        JitValue::Buffer(buffer) => Ok(buffer),
        JitValue::Scalar(bytes) => Buffer::new(&[], bytes.len(), &bytes),
    }
}

fn array<'py>(py: Python<'py>, buffer: Buffer, r#type: &ValueType) -> PyResult<Bound<'py, PyAny>> {
    let numpy = py.import("numpy")?;
    let dtype = dtype(py, r#type.element)?;
    let shape = PyTuple::new(py, buffer.shape())?;
    if buffer.bytes().is_empty() {
        return numpy.call_method1("empty", (shape, dtype));
    }
    let array = numpy
        .call_method1("asarray", (Memory::new(buffer),))?
        .call_method1("view", (dtype,))?
        .call_method1("reshape", (shape,))?;
    match r#type.shape {
        Some(_) => Ok(array),
        None => array.get_item(PyTuple::empty(py)),
    }
}

/// The memory of a result, which NumPy finds by the array interface protocol and
/// keeps as the base of the array.
#[pyclass(frozen, module = "fidelity._native")]
struct Memory {
    address: usize,
    length: usize,
    _buffer: Buffer,
}

impl Memory {
    fn new(mut buffer: Buffer) -> Self {
        Self {
            address: buffer.address(),
            length: buffer.bytes().len(),
            _buffer: buffer,
        }
    }
}

#[pymethods]
impl Memory {
    #[getter(__array_interface__)]
    fn array_interface<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("version", 3)?;
        dict.set_item("typestr", "|u1")?;
        dict.set_item("shape", (self.length,))?;
        let is_read_only = false;
        dict.set_item("data", (self.address, is_read_only))?;
        Ok(dict)
    }
}

/// NumPy's names of the dtypes that elements have.
const DTYPES: [(&str, ElementType); 12] = [
    ("float16", ElementType::F16),
    ("bfloat16", ElementType::BF16),
    ("float32", ElementType::F32),
    ("float64", ElementType::F64),
    ("complex64", ElementType::ComplexF32),
    ("complex128", ElementType::ComplexF64),
    ("bool", ElementType::I1),
    ("int8", ElementType::I8),
    ("int16", ElementType::I16),
    ("int32", ElementType::I32),
    ("int64", ElementType::I64),
    ("uint8", ElementType::U8),
];

fn element_type(dtype: &str) -> Option<ElementType> {
    let (_, element) = DTYPES.iter().find(|(name, _)| *name == dtype)?;
    Some(*element)
}

fn dtype(py: Python<'_>, element: ElementType) -> PyResult<Bound<'_, PyAny>> {
    let (name, _) = DTYPES
        .iter()
        .find(|(_, known)| *known == element)
        .ok_or_else(|| PyTypeError::new_err(format!("NumPy has no dtype for {element}")))?;
    match element {
        ElementType::BF16 => py.import("ml_dtypes")?.getattr(*name),
        _ => py.import("numpy")?.getattr("dtype")?.call1((*name,)),
    }
}

/// The type of a tensor as MLIR writes it.
fn type_text(element: ElementType, shape: &[usize]) -> String {
    let sizes: String = shape.iter().map(|size| format!("{size}x")).collect();
    format!("tensor<{sizes}{element}>")
}
