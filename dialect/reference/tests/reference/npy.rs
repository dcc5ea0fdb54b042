use std::fs;

use fidelity_reference::{Complex, ElementType, Tensor, npy};
use pretty_assertions::assert_eq;

use crate::data::{f64s, load, message, path, zeros};

/// -6 to 17 in shape [2, 3, 4], as `data/generate.py` has it.
fn counting(element: ElementType) -> Tensor {
    let shape = [2, 3, 4];
    if element.is_float() {
        Tensor::from_floats(element, shape, (-6..18).map(f64::from).collect()).unwrap()
    } else {
        Tensor::from_integers(element, shape, (-6..18).collect()).unwrap()
    }
}

#[test]
fn reads_what_numpy_writes() {
    for (name, element) in [
        ("float16", ElementType::F16),
        ("float32", ElementType::F32),
        ("float64", ElementType::F64),
        ("int8", ElementType::I8),
        ("int16", ElementType::I16),
        ("int32", ElementType::I32),
        ("int64", ElementType::I64),
        ("fortran", ElementType::F32),
        ("big_endian", ElementType::F32),
        ("big_endian_fortran", ElementType::I16),
        ("version2", ElementType::F32),
        ("version3", ElementType::F32),
    ] {
        assert_eq!(load("npy", name), counting(element), "{name}");
    }
    for (name, element) in [
        ("complex64", ElementType::ComplexF32),
        ("complex128", ElementType::ComplexF64),
        ("complex_big_endian_fortran", ElementType::ComplexF32),
    ] {
        let pair = |value| Complex::new(f64::from(value), 0.5 - f64::from(value));
        let pairs = (-6..18).map(pair).collect();
        let expected = Tensor::from_complex(element, [2, 3, 4], pairs).unwrap();
        assert_eq!(load("npy", name), expected, "{name}");
    }
    let numbers = (-6..18).map(|value: i64| value.rem_euclid(256)).collect();
    assert_eq!(
        load("npy", "uint8"),
        Tensor::from_integers(ElementType::U8, [2, 3, 4], numbers).unwrap()
    );
    let odd = (-6..18).map(|value: i64| value.rem_euclid(2)).collect();
    assert_eq!(
        load("npy", "bool"),
        Tensor::from_integers(ElementType::I1, [2, 3, 4], odd).unwrap()
    );
    assert_eq!(load("npy", "scalar"), f64s(&[], &[2.5]));
    assert_eq!(load("npy", "empty"), zeros(ElementType::F32, &[2, 0, 3]));
}

#[test]
fn writes_what_numpy_writes() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "float16",
        "float32",
        "float64",
        "complex64",
        "complex128",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "bool",
        "scalar",
        "empty",
    ] {
        let copy = folder.path().join(name);
        npy::write(&copy, &load("npy", name)).unwrap();
        let (ours, theirs) = (
            fs::read(copy).unwrap(),
            fs::read(path("npy", name)).unwrap(),
        );
        assert_eq!(ours, theirs, "{name}");
    }
}

#[test]
fn replaces_a_file_and_leaves_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("y.npy");
    fs::write(&file, "something else").unwrap();
    npy::write(&file, &f64s(&[1], &[1.0])).unwrap();
    assert_eq!(npy::read(&file).unwrap(), f64s(&[1], &[1.0]));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn writes_nothing_where_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("y.npy");
    let text = file.display();
    assert_eq!(
        message(npy::write(&file, &zeros(ElementType::BF16, &[2]))),
        format!("{text}: expected an element type that NumPy has, but got bf16")
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    // A folder cannot be replaced by a file.
    fs::create_dir(&file).unwrap();
    let error = message(npy::write(&file, &zeros(ElementType::F32, &[2])));
    assert!(
        error.starts_with(&format!(
            "{text}: expected to write the file, but got an error: "
        )),
        "{error}"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let absent = folder.path().join("absent").join("y.npy");
    let error = message(npy::write(&absent, &zeros(ElementType::F32, &[2])));
    assert!(
        error.starts_with(&format!(
            "{}: expected to write the file, but got an error: ",
            absent.display()
        )),
        "{error}"
    );
}

#[test]
fn names_a_file_that_is_not_there() {
    let error = message(npy::read("absent.npy"));
    assert!(
        error.starts_with("absent.npy: expected to read the file, but got an error: "),
        "{error}"
    );
}

#[test]
fn refuses_other_dtypes() {
    for (name, actual) in [("structured", "a structured dtype"), ("text", "'<U2'")] {
        let file = path("npy", name);
        assert_eq!(
            message(npy::read(&file)),
            format!(
                "{}: expected the dtype to be float16, float32, float64, complex64, complex128, \
                 int8, int16, int32, int64, uint8 or bool, but got {actual}",
                file.display()
            )
        );
    }
}

/// What reading `bytes` as a file says, without the file's name.
fn refusal(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.npy");
    fs::write(&file, bytes).unwrap();
    let error = message(npy::read(&file));
    let name = format!("{}: ", file.display());
    error.strip_prefix(&name).unwrap().to_owned()
}

/// A file of version 1.0 with this header and this many bytes of data.
fn file(header: &str, data: usize) -> Vec<u8> {
    let length = u16::try_from(header.len()).unwrap().to_le_bytes();
    let data = vec![0; data];
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), &data].concat()
}

fn shaped(shape: &str, data: usize) -> Vec<u8> {
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}\n");
    file(&header, data)
}

#[test]
fn refuses_data_of_another_size() {
    assert_eq!(
        refusal(&shaped("(2, 3)", 23)),
        "expected 24 bytes of data for shape [2, 3] of f32, but got 23 bytes"
    );
    assert_eq!(
        refusal(&shaped("(2, 3)", 25)),
        "expected 24 bytes of data for shape [2, 3] of f32, but got 25 bytes"
    );
    assert_eq!(
        refusal(&shaped("(1152921504606846976,)", 16)),
        "expected 4611686018427387904 bytes of data for shape [1152921504606846976] of f32, \
         but got 16 bytes"
    );
    // Sizes whose product is no usize, and a size that is none itself.
    assert_eq!(
        refusal(&shaped("(4294967296, 4294967296, 2)", 16)),
        "expected data for shape [4294967296, 4294967296, 2] of f32, but got 16 bytes"
    );
    assert_eq!(
        refusal(&shaped("(99999999999999999999,)", 16)),
        "expected a size of at most 18446744073709551615, but got 99999999999999999999"
    );
}

#[test]
fn refuses_what_is_no_npy_file() {
    assert_eq!(
        refusal(b""),
        r#"expected a .npy file, which starts with "\x93NUMPY", but got """#
    );
    assert_eq!(
        refusal(b"PK\x03\x04 an archive"),
        r#"expected a .npy file, which starts with "\x93NUMPY", but got "PK\x03\x04 a""#
    );
    assert_eq!(
        refusal(b"\x93NUMPY\x04\x00 later"),
        "expected version 1.0, 2.0 or 3.0 of the format, but got 4.0"
    );
}

#[test]
fn refuses_every_file_that_ends_early() {
    let whole = fs::read(path("npy", "float32")).unwrap();
    for length in 0..whole.len() {
        let error = refusal(&whole[..length]);
        assert!(error.starts_with("expected "), "{length} bytes: {error}");
    }
    assert_eq!(
        refusal(&whole[..7]),
        "expected a version and the length of a header, but got a file of 7 bytes"
    );
    assert_eq!(
        refusal(&whole[..60]),
        "expected a header of 118 bytes, but got 50 bytes"
    );
    // Version 2.0 has room for a length of four gigabytes.
    assert_eq!(
        refusal(b"\x93NUMPY\x02\x00\xff\xff\xff\xff{}"),
        "expected a header of 4294967295 bytes, but got 2 bytes"
    );
}

#[test]
fn refuses_headers_that_numpy_does_not_write() {
    let cases = [
        ("", "expected `{` in the header, but got its end"),
        ("[]", "expected `{` in the header, but got `[]`"),
        ("{}", "expected a header with the key 'descr', but got none"),
        (
            "{'descr': '<f4', 'shape': ()}",
            "expected a header with the key 'fortran_order', but got none",
        ),
        (
            "{'descr': '<f4'",
            "expected `}` in the header, but got its end",
        ),
        (
            "{'descr",
            "expected a string that ends in the header, but got `descr`",
        ),
        (
            "{'name': 1}",
            "expected the header's keys to be 'descr', 'fortran_order' and 'shape', \
             but got 'name'",
        ),
        (
            "{'fortran_order': 1}",
            "expected `True` or `False` in the header, but got `1}`",
        ),
        ("{'shape': 3}", "expected `(` in the header, but got `3}`"),
        (
            "{'shape': (-1,)}",
            "expected a size in the header, but got `-1,)}`",
        ),
        (
            "{'shape': ((2,),)}",
            "expected a size in the header, but got `(2,),)}`",
        ),
        (
            "{'descr': '<f4', 'fortran_order': False, 'shape': ()} ()",
            "expected nothing after the header's dictionary, but got `()`",
        ),
        (
            "{'descr': '', }",
            "expected the dtype to be float16, float32, float64, complex64, complex128, int8, int16, \
             int32, int64, uint8 or bool, but got ''",
        ),
        (
            "{'descr': '|O', }",
            "expected the dtype to be float16, float32, float64, complex64, complex128, int8, int16, \
             int32, int64, uint8 or bool, but got '|O'",
        ),
    ];
    for (header, expected) in cases {
        assert_eq!(refusal(&file(header, 0)), expected, "{header}");
    }
    let nested = format!("{{'shape': {}", "(".repeat(60_000));
    assert!(refusal(&file(&nested, 0)).starts_with("expected a size in the header, but got `((("));
    let mut not_text = file("{}", 0);
    not_text[10] = 0xff;
    assert_eq!(
        refusal(&not_text),
        "expected a header in UTF-8, but got bytes that are not at 0"
    );
}
