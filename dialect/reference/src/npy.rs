//! Tensors in NumPy's `.npy` files.
//!
//! The format is that of `numpy.lib.format`: a magic string, a version, the
//! length of a header, the header as a Python dictionary, then the elements.
//! Every size in a file is checked against the bytes that are there before
//! anything is made of it.

mod header;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::shape::{buffer, element_count, unravel};
use crate::{Error, Tensor, write_whole};
use header::Header;

/// What a file should have held, and what it holds instead.
struct Mismatch {
    expected: String,
    actual: String,
}

impl Mismatch {
    fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            actual: actual.into(),
        }
    }
}

/// Reads a tensor, of versions 1.0, 2.0 and 3.0 of the format, in C or Fortran
/// order, of either byte order.
///
/// The dtypes are float16, float32 and float64, complex64 and complex128 (as
/// `complex<f32>` and `complex<f64>`), int8, int16, int32 and int64, uint8 (as
/// ui8) and bool (as i1).
///
/// # Errors
/// When the file cannot be read, is not such a file, or holds more or less
/// than its header says.
pub fn read(path: impl AsRef<Path>) -> Result<Tensor, Error> {
    let path = path.as_ref();
    let bytes = read_bytes(path).map_err(|cause| Error::Io {
        path: path.to_owned(),
        action: "read the file",
        cause,
    })?;
    decode(&bytes).map_err(|Mismatch { expected, actual }| Error::File {
        path: path.to_owned(),
        expected,
        actual,
    })
}

/// The bytes of a file; no more than the first ones if those are of another
/// format, so that a stream without an end does not go on for ever.
fn read_bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    Read::by_ref(&mut file)
        .take(header::MAGIC.len() as u64)
        .read_to_end(&mut bytes)?;
    if bytes == header::MAGIC {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Writes a tensor, version 1.0 of the format, in C order, little-endian.
///
/// The file appears whole or not at all, as [`write_whole`] has it.
///
/// # Errors
/// When the element type is bf16, for which NumPy has no dtype, or when the
/// file cannot be written.
pub fn write(path: impl AsRef<Path>, tensor: &Tensor) -> Result<(), Error> {
    let path = path.as_ref();
    let header = header::write(tensor).map_err(|Mismatch { expected, actual }| Error::File {
        path: path.to_owned(),
        expected,
        actual,
    })?;
    let failed = |cause| Error::Io {
        path: path.to_owned(),
        action: "write the file",
        cause,
    };
    write_whole(path, |file| {
        file.write_all(&header)?;
        file.write_all(&tensor.to_bytes())
    })
    .map_err(failed)
}

fn decode(bytes: &[u8]) -> Result<Tensor, Mismatch> {
    let (header, data) = header::read(bytes)?;
    let Header {
        element_type,
        big_endian,
        fortran_order,
        shape,
    } = header;
    let width = element_type.byte_width();
    let size = element_count(&shape)
        .ok()
        .and_then(|count| count.checked_mul(width));
    if size != Some(data.len()) {
        return Err(Mismatch::new(
            match size {
                Some(size) => format!("{size} bytes of data for shape {shape:?} of {element_type}"),
                None => format!("data for shape {shape:?} of {element_type}"),
            },
            format!("{} bytes", data.len()),
        ));
    }

    let swapped;
    let data = if big_endian {
        // Of a complex element each part is swapped.
        swapped = swap(data, element_type.part().byte_width())?;
        &swapped
    } else {
        data
    };
    let reordered;
    let data = if fortran_order && shape.len() > 1 {
        reordered = to_row_major(data, width, &shape)?;
        &reordered
    } else {
        data
    };
    Tensor::from_bytes(element_type, shape, data).map_err(no_room)
}

/// The numbers with their bytes in the opposite order.
fn swap(data: &[u8], width: usize) -> Result<Vec<u8>, Mismatch> {
    let mut swapped = buffer(data.len()).map_err(no_room)?;
    for element in data.chunks_exact(width) {
        swapped.extend(element.iter().rev());
    }
    Ok(swapped)
}

/// Elements in column-major order, the first index running fastest, brought
/// into row-major order.
fn to_row_major(data: &[u8], width: usize, shape: &[usize]) -> Result<Vec<u8>, Mismatch> {
    let mut reordered = buffer(data.len()).map_err(no_room)?;
    for offset in 0..data.len() / width {
        let index = unravel(shape, offset);
        let column_major = index
            .iter()
            .zip(shape)
            .rev()
            .fold(0, |offset, (&position, &size)| offset * size + position);
        reordered.extend(&data[column_major * width..(column_major + 1) * width]);
    }
    Ok(reordered)
}

fn no_room(error: Error) -> Mismatch {
    Mismatch::new("data that fits into memory", error.to_string())
}
