//! Constants: written out, splats, and blobs.

use crate::{f32s, floats, i8s, ints, run, value};
use fidelity_dialect::interpreter::ElementType;
use pretty_assertions::assert_eq;

fn constant(text: &str, r#type: &str) -> String {
    format!(
        "func.func @f() -> {type} {{
           %c = arith.constant {text} : {type}
           return %c : {type}
         }}"
    )
}

#[test]
fn reads_numbers() {
    for (text, r#type, expected) in [
        ("-7", "i8", ints(ElementType::I8, &[], &[-7])),
        ("0.1", "f16", floats(ElementType::F16, &[], &[0.1])),
        ("9", "index", ints(ElementType::I64, &[], &[9])),
    ] {
        assert_eq!(value(&constant(text, r#type), vec![]), expected, "{text}");
    }
    let bit = "func.func @f() -> i1 {
        %c = arith.constant true
        return %c : i1
    }";
    assert_eq!(value(bit, vec![]), ints(ElementType::I1, &[], &[1]));
}

#[test]
fn reads_tensors() {
    for (text, r#type, expected) in [
        (
            "dense<[1.5, -2.0]>",
            "tensor<2xf32>",
            f32s(&[2], &[1.5, -2.0]),
        ),
        ("dense<1.5>", "tensor<2x2xf32>", f32s(&[2, 2], &[1.5; 4])),
        ("dense<1.5>", "tensor<f32>", f32s(&[], &[1.5])),
        ("dense<1.5>", "tensor<0xf32>", f32s(&[0], &[])),
        (
            "dense<[[true, false, true]]>",
            "tensor<1x3xi1>",
            ints(ElementType::I1, &[1, 3], &[1, 0, 1]),
        ),
        (
            "dense<[3, -1]>",
            "tensor<2xindex>",
            ints(ElementType::I64, &[2], &[3, -1]),
        ),
        ("dense<-1>", "tensor<2xi8>", i8s(&[2], &[-1, -1])),
    ] {
        assert_eq!(value(&constant(text, r#type), vec![]), expected, "{text}");
    }
}

const PACKED: &str = "tensor<2x5xi8, #fidelity.tensor<storage = packed2>>";
const PACKED5: &str = "tensor<2x5xi8, #fidelity.tensor<storage = packed5>>";

// The first trit is in the low bits: 01 is -1, 10 is +1, and 11 is 0. Of packed5
// the bytes are 2 + 1·3 + 0·9 + 2·27 + 1·81, and 255, read as 12 = 1·3 + 1·9.
#[test]
fn reads_blobs() {
    let text = format!(
        "{}
         {{-# dialect_resources: {{ builtin: {{
           w: \"0x10000000860155AB\"
         }} }} #-}}",
        constant("dense_resource<w>", PACKED)
    );
    let trits = [1, -1, 0, 1, -1, -1, -1, -1, -1, 0];
    assert_eq!(value(&text, vec![]), i8s(&[2, 5], &trits));

    let text = format!(
        "{}
         {{-# dialect_resources: {{ builtin: {{
           w: \"0x100000008CFF\"
         }} }} #-}}",
        constant("dense_resource<w>", PACKED5)
    );
    let trits = [1, -1, 0, 1, -1, 0, -1, -1, 0, 0];
    assert_eq!(value(&text, vec![]), i8s(&[2, 5], &trits));

    let plain = format!(
        "{}
         {{-# dialect_resources: {{ builtin: {{
           w: \"0x040000000000803F000000C0\"
         }} }} #-}}",
        constant("dense_resource<w>", "tensor<2xf32>")
    );
    assert_eq!(value(&plain, vec![]), f32s(&[2], &[1.0, -2.0]));
}

// A packed constant that is written out shows its trits.
#[test]
fn reads_packed_constants() {
    for r#type in [PACKED, PACKED5] {
        let text = constant("dense<[[1, 0, -1, 7, 0], [0, 0, 0, 0, -5]]>", r#type);
        let trits = [1, 0, -1, 1, 0, 0, 0, 0, 0, -1];
        assert_eq!(value(&text, vec![]), i8s(&[2, 5], &trits));
    }
}

#[test]
fn refuses_blobs_that_do_not_fit() {
    let error = |text: &str| run(text, vec![]).unwrap_err().to_string();
    let short = format!(
        "{}
         {{-# dialect_resources: {{ builtin: {{ w: \"0x10000000860155\" }} }} #-}}",
        constant("dense_resource<w>", PACKED)
    );
    assert_eq!(
        error(&short),
        "-:2:17: arith.constant: expected 4 elements of ui8, 1 bytes each, but got 3 bytes"
    );
    assert_eq!(
        error(&constant("dense_resource<absent>", "tensor<2xf32>")),
        "-:2:17: arith.constant: expected a blob for the resource, but got none"
    );
    assert_eq!(
        error(&constant("dense<1>", "tensor<2xi4>")),
        "-:2:17: arith.constant: expected elements of type f16, bf16, f32, f64, complex<f32>, \
         complex<f64>, i1, i8, i16, i32, i64, ui8 or index, but got i4"
    );
}
