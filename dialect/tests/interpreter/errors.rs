//! What a module, its inputs and its ops are refused for, and where that is
//! said to be.

use crate::{error, f32s, floats, i8s, i32s, ints, run, value};
use fidelity_dialect::interpreter::ElementType;
use pretty_assertions::assert_eq;

const IDENTITY: &str = "func.func @f(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
    return %x : tensor<?x2xf32>
}";

#[test]
fn checks_the_entry() {
    assert_eq!(
        error(
            "func.func @g() { return }\nfunc.func @a() { return }",
            vec![]
        ),
        "expected a function @f in the module, but got @a, @g"
    );
    assert_eq!(
        error("module {}", vec![]),
        "expected a function @f in the module, but got none"
    );
    assert_eq!(
        error("func.func private @f()", vec![]),
        "-:1:1: @f: expected a function with a body, but got a declaration"
    );
}

#[test]
fn checks_the_inputs() {
    let two = f32s(&[1, 2], &[1.0, 2.0]);
    assert_eq!(value(IDENTITY, vec![two.clone()]), two);
    for (inputs, message) in [
        (vec![], "expected 1 inputs, but got 0"),
        (
            vec![f32s(&[1, 3], &[0.0; 3])],
            "expected input 0 to be of type tensor<?x2xf32>, but got tensor<1x3xf32>",
        ),
        (
            vec![f32s(&[2], &[0.0; 2])],
            "expected input 0 to be of type tensor<?x2xf32>, but got tensor<2xf32>",
        ),
        (
            vec![floats(ElementType::F64, &[1, 2], &[0.0; 2])],
            "expected input 0 to be of type tensor<?x2xf32>, but got tensor<1x2xf64>",
        ),
    ] {
        assert_eq!(error(IDENTITY, inputs), format!("-:1:1: @f: {message}"));
    }
    let number = "func.func @f(%x: f32) -> f32 { return %x : f32 }";
    assert_eq!(value(number, vec![f32s(&[], &[1.5])]), f32s(&[], &[1.5]));
    assert_eq!(
        error(number, vec![f32s(&[1], &[1.5])]),
        "-:1:1: @f: expected input 0 to be of type f32, but got tensor<1xf32>"
    );
}

// As its trits, or as the bytes that store them.
#[test]
fn takes_packed_inputs() {
    let text = "func.func @f(%w: tensor<?x5xi8, #fidelity.tensor<storage = packed2>>)
        -> tensor<?x5xi8, #fidelity.tensor<storage = packed2>> {
      return %w : tensor<?x5xi8, #fidelity.tensor<storage = packed2>>
    }";
    let trits = i8s(&[1, 5], &[1, -1, 0, 1, -1]);
    assert_eq!(value(text, vec![trits.clone()]), trits);
    let bytes = ints(ElementType::U8, &[1, 2], &[0x86, 0x01]);
    assert_eq!(value(text, vec![bytes]), trits);
    let byte = ints(ElementType::U8, &[1, 1], &[140]);
    assert_eq!(
        value(&text.replace("packed2", "packed5"), vec![byte]),
        trits
    );
    assert_eq!(value(text, vec![i8s(&[1, 5], &[7, -3, 0, 1, -1])]), trits);
    assert_eq!(
        error(text, vec![ints(ElementType::U8, &[1, 3], &[0; 3])]),
        "-:1:1: @f: expected 2 bytes for a row of 5 trits, but got 3"
    );
    assert_eq!(
        error(text, vec![i8s(&[1, 4], &[0; 4])]),
        "-:1:1: @f: expected input 0 to be of type tensor<?x5xi8> stored packed2, but got tensor<1x4xi8>"
    );
}

#[test]
fn names_ops_that_it_does_not_know() {
    for (op, text) in [
        ("math.ctpop", "%y = math.ctpop %x : i32"),
        ("cf.br", "cf.br ^end"),
        (
            "tensor.bitcast",
            "%y = tensor.bitcast %s : tensor<1xi32> to tensor<1xui32>",
        ),
        ("memref.alloc", "%m = memref.alloc() : memref<4xf32>"),
        (
            "builtin.unrealized_conversion_cast",
            "%y = builtin.unrealized_conversion_cast %x : i32 to f32",
        ),
        (
            "linalg.softmax",
            "%y = linalg.softmax dimension(0) ins(%t : tensor<2xf32>) outs(%t : tensor<2xf32>) -> tensor<2xf32>",
        ),
        (
            "scf.while",
            "scf.while : () -> () { scf.condition(%c) } do { scf.yield }",
        ),
    ] {
        let end = if op == "cf.br" { "^end:" } else { "" };
        let text = format!(
            "func.func @f(%x: i32, %c: i1, %t: tensor<2xf32>, %s: tensor<1xi32>) {{
{text}
{end}
return
}}"
        );
        let inputs = vec![
            i32s(&[], &[0]),
            ints(ElementType::I1, &[], &[0]),
            f32s(&[2], &[0.0; 2]),
            i32s(&[1], &[2]),
        ];
        let message = error(&text, inputs);
        let expected = format!(
            "{op}: expected an op that the reference interpreter knows, but got {op}; \
             `fidelity run` without --reference compiles it"
        );
        assert!(
            message.starts_with("-:2:") && message.ends_with(&expected),
            "{message}"
        );
    }
}

#[test]
fn has_no_memory() {
    let text = "func.func @f(%x: memref<2xf32>, %w: memref<3x2xi8>, %y: memref<3xf32>) {
        fidelity.ternary_accumulate %x, %w, %y : (memref<2xf32>, memref<3x2xi8>, memref<3xf32>) -> ()
        return
    }";
    let inputs = vec![
        f32s(&[2], &[0.0; 2]),
        i8s(&[3, 2], &[0; 6]),
        f32s(&[3], &[0.0; 3]),
    ];
    assert_eq!(
        error(text, inputs),
        "-:1:1: @f: expected a number or a ranked tensor, but got a value of type memref<2xf32>; \
         the reference interpreter has no memory: evaluate the function before it is bufferised, \
         or compile it"
    );
}

#[test]
fn says_where() {
    let assert_at = |location: &str| {
        let text = format!(
            "func.func @f(%c: i1) {{
               cf.assert %c, \"expected more\" loc({location})
               return
             }}"
        );
        let error = run(&text, vec![ints(ElementType::I1, &[], &[0])]).unwrap_err();
        assert_eq!(error.subject(), Some("cf.assert"));
        assert_eq!(error.message(), "expected more");
        error.to_string()
    };
    for (location, place) in [
        ("\"m.py\":3:7", "m.py:3:7: "),
        ("unknown", ""),
        ("\"layer.0\"", "layer.0: "),
        ("\"layer.0\"(\"m.py\":3:7)", "m.py:3:7: "),
        ("fused[unknown, \"m.py\":3:7]", "m.py:3:7: "),
        ("callsite(\"m.py\":3:7 at \"n.py\":1:1)", "m.py:3:7: "),
    ] {
        assert_eq!(
            assert_at(location),
            format!("{place}cf.assert: expected more"),
            "{location}"
        );
    }
}
