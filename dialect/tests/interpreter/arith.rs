//! Numbers, and tensors element by element.

use crate::{error, f32s, floats, ints, value};
use fidelity_dialect::interpreter::{ElementType, Tensor};
use pretty_assertions::assert_eq;

/// The function of one op on two operands of a type.
fn binary(op: &str, r#type: &str) -> String {
    format!(
        "func.func @f(%x: {type}, %y: {type}) -> {type} {{
           %z = {op} %x, %y : {type}
           return %z : {type}
         }}"
    )
}

#[test]
fn computes_with_floats() {
    for (op, x, y, expected) in [
        ("arith.addf", 1.5, 2.0, 3.5),
        ("arith.subf", 1.5, 2.0, -0.5),
        ("arith.mulf", 1.5, 2.0, 3.0),
        ("arith.divf", 1.0, 4.0, 0.25),
        ("arith.remf", -5.5, 2.0, -1.5),
        ("arith.maximumf", -0.0, 0.0, 0.0),
        ("arith.minimumf", 0.0, -0.0, -0.0),
        ("arith.maximumf", 1.0, f64::NAN, f64::NAN),
        ("arith.minimumf", f64::NAN, 1.0, f64::NAN),
        ("arith.maxnumf", 1.0, f64::NAN, 1.0),
        ("arith.minnumf", f64::NAN, 1.0, 1.0),
        ("math.atan2", 1.0, 1.0, std::f64::consts::FRAC_PI_4),
        ("math.copysign", 3.0, -1.0, -3.0),
        ("math.powf", 2.0, 10.0, 1024.0),
    ] {
        let number = |value| floats(ElementType::F64, &[], &[value]);
        let z = value(&binary(op, "f64"), vec![number(x), number(y)]);
        let z = z.floats().unwrap()[0];
        assert!(
            z.to_bits() == expected.to_bits() || z.is_nan() && expected.is_nan(),
            "{op} {x}, {y}: expected {expected}, but got {z}"
        );
    }
}

// 1 + 2⁻⁹ lies between two bf16 and is rounded to the even one.
#[test]
fn rounds_after_every_op() {
    let text = "func.func @f(%x: bf16, %y: bf16) -> bf16 {
        %z = arith.addf %x, %y : bf16
        %w = arith.addf %z, %y : bf16
        return %w : bf16
    }";
    let number = |value| floats(ElementType::BF16, &[], &[value]);
    assert_eq!(
        value(text, vec![number(1.0), number(1.0 / 512.0)]),
        number(1.0)
    );
}

#[test]
fn computes_with_integers() {
    for (op, x, y, expected) in [
        ("arith.addi", 127, 1, -128),
        ("arith.subi", -128, 1, 127),
        ("arith.muli", 100, 3, 44),
        ("arith.andi", 12, 10, 8),
        ("arith.ori", 12, 10, 14),
        ("arith.xori", 12, 10, 6),
        ("arith.shli", 1, 7, -128),
        ("arith.shrui", -1, 4, 15),
        ("arith.shrsi", -128, 7, -1),
        ("arith.divsi", -7, 2, -3),
        ("arith.remsi", -7, 2, -1),
        ("arith.divui", -1, 16, 15),
        ("arith.remui", -1, 16, 15),
        ("arith.floordivsi", -7, 2, -4),
        ("arith.floordivsi", 7, -2, -4),
        ("arith.ceildivsi", -7, 2, -3),
        ("arith.ceildivsi", 7, 2, 4),
        ("arith.ceildivui", -1, 16, 16),
        ("arith.maxsi", -1, 1, 1),
        ("arith.minsi", -1, 1, -1),
        ("arith.maxui", -1, 1, -1),
        ("arith.minui", -1, 1, 1),
    ] {
        let number = |value| ints(ElementType::I8, &[], &[value]);
        let z = value(&binary(op, "i8"), vec![number(x), number(y)]);
        assert_eq!(z, number(expected), "{op} {x}, {y}");
    }
}

// A 1 of an i1 is -1 as a signed integer.
#[test]
fn a_bit_is_its_sign() {
    let bit = |value| ints(ElementType::I1, &[], &[value]);
    let less = "func.func @f(%x: i1, %y: i1) -> i1 {
        %z = arith.cmpi slt, %x, %y : i1
        return %z : i1
    }";
    assert_eq!(value(less, vec![bit(1), bit(0)]), bit(1));
    for (op, expected) in [("extsi", -1), ("extui", 1)] {
        let text = format!(
            "func.func @f(%x: i1) -> i32 {{
               %y = arith.{op} %x : i1 to i32
               return %y : i32
             }}"
        );
        assert_eq!(
            value(&text, vec![bit(1)]),
            ints(ElementType::I32, &[], &[expected])
        );
    }
}

#[test]
fn refuses_what_has_no_value() {
    let number = |value| ints(ElementType::I8, &[], &[value]);
    for (op, x, y, message) in [
        (
            "arith.divsi",
            1,
            0,
            "expected a divisor other than 0, but got 0",
        ),
        (
            "arith.remui",
            1,
            0,
            "expected a divisor other than 0, but got 0",
        ),
        (
            "arith.divsi",
            -128,
            -1,
            "expected a quotient that i8 can hold, but got -128 / -1",
        ),
        (
            "arith.shli",
            1,
            8,
            "expected to shift an i8 by 0 to 7 bits, but got 8",
        ),
    ] {
        assert_eq!(
            error(&binary(op, "i8"), vec![number(x), number(y)]),
            format!("-:2:17: {op}: {message}")
        );
    }
    let convert = "func.func @f(%x: f32) -> i8 {
        %y = arith.fptosi %x : f32 to i8
        return %y : i8
    }";
    assert_eq!(
        error(convert, vec![f32s(&[], &[128.0])]),
        "-:2:14: arith.fptosi: expected a float that i8 can hold, but got 128"
    );
    assert_eq!(
        error(convert, vec![f32s(&[], &[f64::NAN])]),
        "-:2:14: arith.fptosi: expected a float that i8 can hold, but got NaN"
    );
    assert_eq!(value(convert, vec![f32s(&[], &[-128.9])]), number(-128));
}

#[test]
fn converts() {
    let (f16, f32, i1, i8, i16, i64) = (
        ElementType::F16,
        ElementType::F32,
        ElementType::I1,
        ElementType::I8,
        ElementType::I16,
        ElementType::I64,
    );
    let number = |r#type: ElementType, value: f64| -> Tensor {
        if r#type.is_float() {
            floats(r#type, &[], &[value])
        } else {
            ints(r#type, &[], &[value as i64])
        }
    };
    for (op, from, to, x, expected) in [
        ("extf", f16, f32, 0.5, 0.5),
        ("truncf", f32, f16, 65519.0, 65504.0),
        ("sitofp", i8, f32, -3.0, -3.0),
        ("uitofp", i8, f32, -3.0, 253.0),
        ("sitofp", i1, f32, 1.0, -1.0),
        ("fptosi", f32, i8, -2.75, -2.0),
        ("fptoui", f32, i8, 200.5, -56.0),
        ("extsi", i8, i16, -1.0, -1.0),
        ("extui", i8, i16, -1.0, 255.0),
        ("trunci", i16, i8, 511.0, -1.0),
        ("trunci", i16, i1, 3.0, 1.0),
        ("bitcast", f16, i16, -2.0, -16384.0),
        ("bitcast", i16, f16, -16384.0, -2.0),
    ] {
        let text = format!(
            "func.func @f(%x: {from}) -> {to} {{
               %y = arith.{op} %x : {from} to {to}
               return %y : {to}
             }}"
        );
        assert_eq!(
            value(&text, vec![number(from, x)]),
            number(to, expected),
            "{op} {x}"
        );
    }
    for (op, expected) in [("index_cast", -1), ("index_castui", 0xff)] {
        let text = format!(
            "func.func @f(%x: i8) -> index {{
               %y = arith.{op} %x : i8 to index
               return %y : index
             }}"
        );
        assert_eq!(
            value(&text, vec![number(i8, -1.0)]),
            ints(i64, &[], &[expected])
        );
    }
}

#[test]
fn compares() {
    let predicates = [
        ("eq", [false, true]),
        ("ne", [true, false]),
        ("slt", [false, false]),
        ("sle", [false, true]),
        ("sgt", [true, false]),
        ("sge", [true, true]),
        ("ult", [true, false]),
        ("ule", [true, true]),
        ("ugt", [false, false]),
        ("uge", [false, true]),
    ];
    for (predicate, [less, equal]) in predicates {
        let text = format!(
            "func.func @f(%x: tensor<2xi8>, %y: tensor<2xi8>) -> tensor<2xi1> {{
               %z = arith.cmpi {predicate}, %x, %y : tensor<2xi8>
               return %z : tensor<2xi1>
             }}"
        );
        // 1 and -1, which as an unsigned integer is the larger one; then 5 and 5.
        let (x, y) = (crate::i8s(&[2], &[1, 5]), crate::i8s(&[2], &[-1, 5]));
        assert_eq!(
            value(&text, vec![x, y]),
            ints(ElementType::I1, &[2], &[less.into(), equal.into()]),
            "{predicate}"
        );
    }
    // Less, equal, greater, unordered.
    for (predicate, expected) in [
        ("false", [0, 0, 0, 0]),
        ("oeq", [0, 1, 0, 0]),
        ("ogt", [0, 0, 1, 0]),
        ("oge", [0, 1, 1, 0]),
        ("olt", [1, 0, 0, 0]),
        ("ole", [1, 1, 0, 0]),
        ("one", [1, 0, 1, 0]),
        ("ord", [1, 1, 1, 0]),
        ("ueq", [0, 1, 0, 1]),
        ("ugt", [0, 0, 1, 1]),
        ("uge", [0, 1, 1, 1]),
        ("ult", [1, 0, 0, 1]),
        ("ule", [1, 1, 0, 1]),
        ("une", [1, 0, 1, 1]),
        ("uno", [0, 0, 0, 1]),
        ("true", [1, 1, 1, 1]),
    ] {
        let text = format!(
            "func.func @f(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xi1> {{
               %z = arith.cmpf {predicate}, %x, %y : tensor<4xf32>
               return %z : tensor<4xi1>
             }}"
        );
        let (x, y) = (
            f32s(&[4], &[1.0, 2.0, 3.0, f64::NAN]),
            f32s(&[4], &[2.0, 2.0, 2.0, 2.0]),
        );
        assert_eq!(
            value(&text, vec![x, y]),
            ints(ElementType::I1, &[4], &expected),
            "{predicate}"
        );
    }
}

#[test]
fn selects_elements_and_values() {
    let (x, y) = (f32s(&[2], &[1.0, 2.0]), f32s(&[2], &[3.0, 4.0]));
    let elements =
        "func.func @f(%c: tensor<2xi1>, %x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
        %z = arith.select %c, %x, %y : tensor<2xi1>, tensor<2xf32>
        return %z : tensor<2xf32>
    }";
    let mixed = ints(ElementType::I1, &[2], &[0, 1]);
    assert_eq!(
        value(elements, vec![mixed, x.clone(), y.clone()]),
        f32s(&[2], &[3.0, 2.0])
    );
    let whole = "func.func @f(%c: i1, %x: tensor<2xf32>, %y: tensor<2xf32>) -> tensor<2xf32> {
        %z = arith.select %c, %x, %y : tensor<2xf32>
        return %z : tensor<2xf32>
    }";
    let bit = |value| ints(ElementType::I1, &[], &[value]);
    assert_eq!(value(whole, vec![bit(1), x.clone(), y.clone()]), x);
    assert_eq!(value(whole, vec![bit(0), x, y.clone()]), y);
}

#[test]
fn computes_functions() {
    for (op, x, expected) in [
        ("arith.negf", 2.0, -2.0),
        ("math.absf", -2.0, 2.0),
        ("math.ceil", 1.25, 2.0),
        ("math.floor", -1.25, -2.0),
        ("math.trunc", -1.75, -1.0),
        ("math.round", 2.5, 3.0),
        ("math.roundeven", 2.5, 2.0),
        ("math.sqrt", 9.0, 3.0),
        ("math.rsqrt", 4.0, 0.5),
        ("math.cbrt", 27.0, 3.0),
        ("math.exp2", 3.0, 8.0),
        ("math.log2", 8.0, 3.0),
        ("math.log10", 1000.0, 3.0),
        ("math.exp", 0.0, 1.0),
        ("math.expm1", 1e-20, 1e-20),
        ("math.log", 1.0, 0.0),
        ("math.log1p", 1e-20, 1e-20),
        ("math.sin", 1e-20, 1e-20),
        ("math.cos", 0.0, 1.0),
        ("math.tan", 1e-20, 1e-20),
        ("math.asin", 1e-20, 1e-20),
        ("math.acos", 1.0, 0.0),
        ("math.atan", 1e-20, 1e-20),
        ("math.sinh", 1e-20, 1e-20),
        ("math.cosh", 0.0, 1.0),
        ("math.tanh", 40.0, 1.0),
        ("math.asinh", 1e-20, 1e-20),
        ("math.acosh", 1.0, 0.0),
        ("math.atanh", 1e-20, 1e-20),
        ("math.erf", 40.0, 1.0),
        ("math.erfc", 40.0, 0.0),
    ] {
        let text = format!(
            "func.func @f(%x: tensor<?xf64>) -> tensor<?xf64> {{
               %y = {op} %x : tensor<?xf64>
               return %y : tensor<?xf64>
             }}"
        );
        let vector = |value| floats(ElementType::F64, &[1], &[value]);
        assert_eq!(value(&text, vec![vector(x)]), vector(expected), "{op} {x}");
    }
    let fused = "func.func @f(%x: f64) -> f64 {
        %y = math.fma %x, %x, %x : f64
        return %y : f64
    }";
    let number = |value| floats(ElementType::F64, &[], &[value]);
    assert_eq!(value(fused, vec![number(3.0)]), number(12.0));
}

#[test]
fn refuses_operands_of_two_shapes() {
    let (x, y) = (f32s(&[2], &[1.0, 2.0]), f32s(&[1], &[1.0]));
    assert_eq!(
        error(&binary("arith.addf", "tensor<?xf32>"), vec![x, y]),
        "-:2:17: arith.addf: expected operands of one shape, [2], but got [1]"
    );
}

#[test]
fn refuses_other_rounding() {
    let text = |mode: &str| {
        format!(
            "func.func @f(%x: f32) -> f16 {{
               %y = arith.truncf %x {mode} : f32 to f16
               return %y : f16
             }}"
        )
    };
    let x = f32s(&[], &[1.0]);
    assert_eq!(
        value(&text("to_nearest_even"), vec![x.clone()]),
        floats(ElementType::F16, &[], &[1.0])
    );
    assert_eq!(
        error(&text("upward"), vec![x]),
        "-:2:21: arith.truncf: expected to round to_nearest_even, but got rounding mode 2"
    );
}
