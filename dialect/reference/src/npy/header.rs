//! The header of a `.npy` file.
//!
//! The header is a Python literal, of which only the form that NumPy writes is
//! read: a flat dictionary of three keys. Anything nested deeper is refused
//! where it begins, so no text makes the reader recurse.

use super::Mismatch;
use crate::{ElementType, Tensor};

pub const MAGIC: &[u8] = b"\x93NUMPY";
/// NumPy pads the header so that the data start at a multiple of this.
const ALIGNMENT: usize = 64;

/// What the data of a file are.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    pub element_type: ElementType,
    pub big_endian: bool,
    pub fortran_order: bool,
    pub shape: Vec<usize>,
}

/// The header of a file, and the bytes after it.
pub(super) fn read(bytes: &[u8]) -> Result<(Header, &[u8]), Mismatch> {
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        let start = &bytes[..bytes.len().min(MAGIC.len())];
        return Err(Mismatch::new(
            format!(
                "a .npy file, which starts with \"{}\"",
                MAGIC.escape_ascii()
            ),
            format!("\"{}\"", start.escape_ascii()),
        ));
    };
    let (length, rest) = match *rest {
        [1, 0, a, b, ref rest @ ..] => (usize::from(u16::from_le_bytes([a, b])), rest),
        [2 | 3, 0, a, b, c, d, ref rest @ ..] => {
            let length = u32::from_le_bytes([a, b, c, d]);
            (usize::try_from(length).unwrap_or(usize::MAX), rest)
        }
        [1..=3, 0, ..] | [] | [_] => {
            return Err(Mismatch::new(
                "a version and the length of a header",
                format!("a file of {} bytes", bytes.len()),
            ));
        }
        [major, minor, ..] => {
            return Err(Mismatch::new(
                "version 1.0, 2.0 or 3.0 of the format",
                format!("{major}.{minor}"),
            ));
        }
    };
    let Some((text, data)) = rest.split_at_checked(length) else {
        return Err(Mismatch::new(
            format!("a header of {length} bytes"),
            format!("{} bytes", rest.len()),
        ));
    };
    let text = std::str::from_utf8(text).map_err(|error| {
        Mismatch::new(
            "a header in UTF-8",
            format!("bytes that are not at {}", error.valid_up_to()),
        )
    })?;
    Ok((Literal { rest: text }.header()?, data))
}

/// The bytes that come before the data of a tensor.
pub(super) fn write(tensor: &Tensor) -> Result<Vec<u8>, Mismatch> {
    let element_type = tensor.element_type();
    let dtype = DTYPES.iter().find(|(_, known)| *known == element_type);
    let Some((dtype, _)) = dtype else {
        return Err(Mismatch::new(
            "an element type that NumPy has",
            element_type.to_string(),
        ));
    };
    // Of one byte there is no order, which NumPy writes as a bar.
    let order = if element_type.byte_width() == 1 {
        '|'
    } else {
        '<'
    };
    let sizes = match *tensor.shape() {
        // Without its comma this would be a number, not a tuple.
        [size] => format!("{size},"),
        ref shape => {
            let sizes: Vec<_> = shape.iter().map(usize::to_string).collect();
            sizes.join(", ")
        }
    };
    let mut text =
        format!("{{'descr': '{order}{dtype}', 'fortran_order': False, 'shape': ({sizes}), }}");
    let before = MAGIC.len() + 4;
    let end = (before + text.len() + 1).next_multiple_of(ALIGNMENT);
    text.extend(std::iter::repeat_n(' ', end - before - text.len() - 1));
    text.push('\n');
    let length = u16::try_from(text.len()).map_err(|_| {
        Mismatch::new(
            format!("a header of at most {} bytes", u16::MAX),
            format!("{} for {} dimensions", text.len(), tensor.rank()),
        )
    })?;
    Ok([MAGIC, &[1, 0], &length.to_le_bytes(), text.as_bytes()].concat())
}

/// dtypes by their kind and width in bytes.
const DTYPES: [(&str, ElementType); 11] = [
    ("f2", ElementType::F16),
    ("f4", ElementType::F32),
    ("f8", ElementType::F64),
    ("c8", ElementType::ComplexF32),
    ("c16", ElementType::ComplexF64),
    ("i1", ElementType::I8),
    ("i2", ElementType::I16),
    ("i4", ElementType::I32),
    ("i8", ElementType::I64),
    ("u1", ElementType::U8),
    ("b1", ElementType::I1),
];

/// The element type of a dtype, and whether its bytes are big-endian.
fn dtype(text: &str) -> Option<(ElementType, bool)> {
    let big_endian = match text.chars().next()? {
        '<' | '|' => false,
        '>' => true,
        _ => return None,
    };
    let (_, element_type) = DTYPES.iter().find(|(name, _)| *name == &text[1..])?;
    Some((*element_type, big_endian))
}

/// What is left of the header's text.
struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    fn header(mut self) -> Result<Header, Mismatch> {
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        self.token("{")?;
        while !self.take("}") {
            match self.string()? {
                "descr" => {
                    self.token(":")?;
                    descr = Some(self.dtype()?);
                }
                "fortran_order" => {
                    self.token(":")?;
                    fortran_order = Some(self.boolean()?);
                }
                "shape" => {
                    self.token(":")?;
                    shape = Some(self.shape()?);
                }
                key => {
                    return Err(Mismatch::new(
                        "the header's keys to be 'descr', 'fortran_order' and 'shape'",
                        format!("'{key}'"),
                    ));
                }
            }
            if !self.take(",") {
                self.token("}")?;
                break;
            }
        }
        let rest = self.rest.trim_ascii();
        if !rest.is_empty() {
            return Err(Mismatch::new(
                "nothing after the header's dictionary",
                quoted(rest),
            ));
        }
        let missing = |key| Mismatch::new(format!("a header with the key '{key}'"), "none");
        let (element_type, big_endian) = descr.ok_or_else(|| missing("descr"))?;
        Ok(Header {
            element_type,
            big_endian,
            fortran_order: fortran_order.ok_or_else(|| missing("fortran_order"))?,
            shape: shape.ok_or_else(|| missing("shape"))?,
        })
    }

    /// Takes `token` where it comes next, leaving the text alone where not.
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_ascii_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn token(&mut self, token: &str) -> Result<(), Mismatch> {
        if self.take(token) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{token}`")))
    }

    fn string(&mut self) -> Result<&'a str, Mismatch> {
        let quote = if self.take("'") {
            '\''
        } else if self.take("\"") {
            '"'
        } else {
            return Err(self.unexpected("a string"));
        };
        let Some((text, rest)) = self.rest.split_once(quote) else {
            return Err(self.unexpected("a string that ends"));
        };
        self.rest = rest;
        Ok(text)
    }

    fn dtype(&mut self) -> Result<(ElementType, bool), Mismatch> {
        const EXPECTED: &str = "the dtype to be float16, float32, float64, complex64, \
                                complex128, int8, int16, int32, int64, uint8 or bool";
        if self.take("[") {
            return Err(Mismatch::new(EXPECTED, "a structured dtype"));
        }
        let text = self.string()?;
        dtype(text).ok_or_else(|| Mismatch::new(EXPECTED, format!("'{text}'")))
    }

    fn boolean(&mut self) -> Result<bool, Mismatch> {
        if self.take("True") {
            return Ok(true);
        }
        self.take("False")
            .then_some(false)
            .ok_or_else(|| self.unexpected("`True` or `False`"))
    }

    fn shape(&mut self) -> Result<Vec<usize>, Mismatch> {
        let mut shape = Vec::new();
        self.token("(")?;
        while !self.take(")") {
            shape.push(self.size()?);
            if !self.take(",") {
                self.token(")")?;
                break;
            }
        }
        Ok(shape)
    }

    fn size(&mut self) -> Result<usize, Mismatch> {
        self.rest = self.rest.trim_ascii_start();
        let digits = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(digits);
        if number.is_empty() {
            return Err(self.unexpected("a size"));
        }
        self.rest = rest;
        number
            .parse()
            .map_err(|_| Mismatch::new(format!("a size of at most {}", usize::MAX), number))
    }

    fn unexpected(&self, expected: &str) -> Mismatch {
        let actual = match self.rest.trim_ascii_start() {
            "" => "its end".to_owned(),
            rest => quoted(rest),
        };
        Mismatch::new(format!("{expected} in the header"), actual)
    }
}

/// The start of a text, fit for a message.
fn quoted(text: &str) -> String {
    const SHOWN: usize = 20;
    let start: String = text.chars().take(SHOWN).collect();
    format!("`{}`", start.escape_debug())
}
