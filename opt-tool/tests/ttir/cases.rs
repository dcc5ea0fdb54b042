//! The ops, at several sizes.

/// A function `@f` and how near its results have to be.
pub struct Case {
    pub name: String,
    pub module: String,
    /// How many roundings may add up, of units of the precision.
    pub roundings: u32,
    /// What a step of an 8-bit activation changes.
    pub step: f64,
}

fn case(name: &str, module: String, roundings: u32, step: f64) -> Case {
    Case {
        name: name.to_owned(),
        module,
        roundings,
        step,
    }
}

/// Every case.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(elementwise());
    cases.extend(norms());
    cases.extend(ternary());
    cases.extend(mlgru());
    cases.extend(recurrences());
    cases.extend(around());
    cases
}

const SHAPES: &[&str] = &["1", "1x1", "3x5", "2x3x7", "16x256"];

fn elementwise() -> Vec<Case> {
    let mut cases = Vec::new();
    for (op, roundings) in [
        ("exp", 8),
        ("sigmoid", 4),
        ("silu", 6),
        ("tanh", 4),
        ("relu", 2),
        ("squared_relu", 6),
        ("softplus", 6),
        ("elu_plus_one", 6),
    ] {
        for shape in SHAPES {
            for float in ["f32", "bf16"] {
                let t = format!("tensor<{shape}x{float}>");
                let module = format!(
                    "func.func @f(%x: {t}) -> {t} {{\n  %y = fidelity.{op} %x : {t}\n  return %y : {t}\n}}"
                );
                cases.push(case(&format!("{op} {t}"), module, roundings, 0.0));
            }
        }
    }
    let t = "tensor<3x5xf32>";
    cases.push(case(
        "gelu",
        format!("func.func @f(%x: {t}) -> {t} {{\n  %y = fidelity.gelu %x approximation(tanh) : {t}\n  return %y : {t}\n}}"),
        12,
        0.0,
    ));
    for op in ["add", "subtract", "multiply"] {
        for (lhs, rhs, result) in [
            ("3x5", "3x5", "3x5"),
            ("3x5", "5", "3x5"),
            ("1", "3x1", "3x1"),
            ("2x1x7", "3x1", "2x3x7"),
            ("16x256", "1x256", "16x256"),
        ] {
            for float in ["f32", "bf16"] {
                let t = |shape: &str| format!("tensor<{shape}x{float}>");
                let (lhs, rhs, result) = (t(lhs), t(rhs), t(result));
                let module = format!(
                    "func.func @f(%x: {lhs}, %y: {rhs}) -> {result} {{\n  %z = fidelity.{op} %x, %y : ({lhs}, {rhs}) -> {result}\n  return %z : {result}\n}}"
                );
                cases.push(case(&format!("{op} {lhs} {rhs}"), module, 4, 0.0));
            }
        }
    }
    for shape in SHAPES {
        let t = format!("tensor<{shape}xf32>");
        let module = format!(
            "func.func @f(%x: {t}, %y: {t}) -> {t} {{\n  %z = fidelity.swiglu %x, %y : ({t}, {t}) -> {t}\n  return %z : {t}\n}}"
        );
        cases.push(case(&format!("swiglu {t}"), module, 8, 0.0));
    }
    cases
}

fn norms() -> Vec<Case> {
    let mut cases = Vec::new();
    for (shape, size) in [
        ("1", 1),
        ("3x1", 1),
        ("3x5", 5),
        ("2x3x7", 7),
        ("16x256", 256),
    ] {
        for float in ["f32", "bf16"] {
            let t = format!("tensor<{shape}x{float}>");
            let w = format!("tensor<{size}xf32>");
            let module = format!(
                "func.func @f(%x: {t}, %n: {w}) -> ({t}, {t}) {{\n\
                 %y = fidelity.rms_norm %x weight %n {{epsilon = 1.0e-6 : f64}} : ({t}, {w}) -> {t}\n\
                 %z = fidelity.rms_norm %x {{epsilon = 0.5 : f64}} : ({t}) -> {t}\n\
                 return %y, %z : {t}, {t}\n}}"
            );
            // The mean of 256 squares rounds each time that it is added to.
            cases.push(case(&format!("rms_norm {t}"), module, 16, 0.0));
        }
    }
    for shape in ["1", "3x1", "3x5", "2x3x7", "16x256"] {
        for float in ["f32", "bf16"] {
            let leading = shape
                .rsplit_once('x')
                .map_or(String::new(), |(leading, _)| format!("{leading}x"));
            let (t, q, s) = (
                format!("tensor<{shape}x{float}>"),
                format!("tensor<{shape}xi8>"),
                format!("tensor<{leading}1xf32>"),
            );
            let module = format!(
                "func.func @f(%x: {t}) -> ({q}, {s}) {{\n\
                 %q, %s = fidelity.quantize_activations %x : ({t}) -> ({q}, {s})\n\
                 return %q, %s : {q}, {s}\n}}"
            );
            cases.push(case(&format!("quantize_activations {t}"), module, 2, 1.0));
        }
    }
    cases
}

fn ternary() -> Vec<Case> {
    let mut cases = Vec::new();
    for (leading, n, k) in [
        ("", 1, 1),
        ("1x", 3, 5),
        ("3x", 5, 7),
        ("2x3x", 4, 8),
        ("16x", 64, 256),
    ] {
        for storage in ["dense", "packed2", "packed5"] {
            let w = match storage {
                "dense" => format!("tensor<{n}x{k}xi8>"),
                storage => format!("tensor<{n}x{k}xi8, #fidelity.tensor<storage = {storage}>>"),
            };
            for (scale, scale_type) in [
                ("", String::new()),
                ("scalar", "tensor<f32>".to_owned()),
                ("rows", format!("tensor<{n}xf32>")),
                ("groups", format!("tensor<{n}x{k}xf32>")),
            ] {
                for x_element in ["f32", "bf16", "i8"] {
                    // Groups of one weight: small sizes only.
                    if scale == "groups" && k > 8 || x_element == "bf16" && storage != "packed2" {
                        continue;
                    }
                    let result = match (x_element, scale) {
                        ("i8", "") => "i32",
                        ("i8", _) => "f32",
                        (element, _) => element,
                    };
                    let (x, y) = (
                        format!("tensor<{leading}{k}x{x_element}>"),
                        format!("tensor<{leading}{n}x{result}>"),
                    );
                    let (argument, operand, r#type) = match scale {
                        "" => (String::new(), "", String::new()),
                        _ => (
                            format!(", %s: {scale_type}"),
                            " scale %s",
                            format!(", {scale_type}"),
                        ),
                    };
                    let module = format!(
                        "func.func @f(%x: {x}, %w: {w}{argument}) -> {y} {{\n\
                         %y = fidelity.ternary_linear %x, %w{operand} : ({x}, {w}{type}) -> {y}\n\
                         return %y : {y}\n}}"
                    );
                    // Sums of integers are exact but for the scale; of others
                    // each of up to 256 terms is rounded, half of them down.
                    let roundings = match (x_element, scale) {
                        ("i8", "") => 0,
                        ("i8", _) => 16,
                        _ => 32,
                    };
                    cases.push(case(
                        &format!("ternary_linear {x} {w} {scale}"),
                        module,
                        roundings,
                        0.0,
                    ));
                }
            }
        }
        let (x, y) = (
            format!("tensor<{leading}{k}xf32>"),
            format!("tensor<{leading}{n}xf32>"),
        );
        let w = format!("tensor<{n}x{k}xi8, #fidelity.tensor<storage = packed2>>");
        let (norm, bias) = (format!("tensor<{k}xf32>"), format!("tensor<{n}xf32>"));
        let module = format!(
            "func.func @f(%x: {x}, %w: {w}, %s: tensor<f32>, %n: {norm}, %b: {bias}) -> ({y}, {y}) {{\n\
             %y = fidelity.bit_linear %x, %w scale %s norm %n bias %b : ({x}, {w}, tensor<f32>, {norm}, {bias}) -> {y}\n\
             %z = fidelity.bit_linear %x, %w scale %s : ({x}, {w}, tensor<f32>) -> {y}\n\
             return %y, %z : {y}, {y}\n}}"
        );
        // A step of one activation of some; a norm is about 2 · 2 at most.
        cases.push(case(&format!("bit_linear {x} {n}"), module, 64, 0.3));
    }
    cases
}

fn mlgru() -> Vec<Case> {
    let mut cases = Vec::new();
    for (leading, t, d) in [
        ("", 1, 1),
        ("", 1, 256),
        ("", 5, 3),
        ("2x", 17, 7),
        ("", 16, 256),
    ] {
        for float in ["f32", "bf16"] {
            for candidate in ["silu", "tanh"] {
                let x = format!("tensor<{leading}{t}x{d}x{float}>");
                let h = format!("tensor<{leading}{d}x{float}>");
                let b = format!("tensor<{d}x{float}>");
                let module = format!(
                    "func.func @f(%f: {x}, %c: {x}, %g: {x}, %h: {h}, %d: {b}) -> ({x}, {h}, {x}, {h}) {{\n\
                     %o, %l = fidelity.mlgru %f, %c gate %g state %h lower_bound %d activation({candidate})\n\
                       : ({x}, {x}, {x}, {h}, {b}) -> ({x}, {h})\n\
                     %p, %m = fidelity.mlgru %f, %c activation({candidate}) : ({x}, {x}) -> ({x}, {h})\n\
                     return %o, %l, %p, %m : {x}, {h}, {x}, {h}\n}}"
                );
                cases.push(case(&format!("mlgru {x} {candidate}"), module, 16, 0.0));
            }
        }
    }
    cases
}

/// Each kind of decay, feed and read, with and without keys.
fn recurrences() -> Vec<Case> {
    let mut cases = Vec::new();
    for t in [1, 2, 7, 16] {
        let x = format!("tensor<2x{t}x3xf32>");
        let h = "tensor<2x3xf32>";
        let all = "affine_map<(b, t, d) -> (b, t, d)>";
        let state = "affine_map<(b, t, d) -> (b, d)>";
        for (name, arguments, op, maps, types) in [
            (
                "element-wise",
                format!("%d: {x}, %v: {x}, %h: {h}"),
                "decay %d value %v state %h",
                format!("{all}, {all}, {state}"),
                format!("{x}, {x}, {h}"),
            ),
            (
                "without decay or state",
                format!("%v: {x}"),
                "value %v",
                all.to_owned(),
                x.clone(),
            ),
            (
                "read before, with a query",
                format!("%d: {x}, %v: {x}, %q: {x}, %e: {x}, %h: {h}"),
                "decay %d value %v query %q bonus %e state %h read(before)",
                format!("{all}, {all}, {all}, {all}, {state}"),
                format!("{x}, {x}, {x}, {x}, {h}"),
            ),
            (
                "decay that does not change, transposed key",
                format!("%d: tensor<3xf32>, %k: tensor<{t}x2xf32>, %v: {x}"),
                "decay %d key %k value %v",
                format!("affine_map<(b, t, d) -> (d)>, affine_map<(b, t, d) -> (t, b)>, {all}"),
                format!("tensor<3xf32>, tensor<{t}x2xf32>, {x}"),
            ),
        ] {
            let module = format!(
                "func.func @f({arguments}) -> ({x}, {h}) {{\n\
                 %o, %s = fidelity.recurrence {op} {{indexing_maps = [{maps}, {all}, {state}]}} : ({types}) -> ({x}, {h})\n\
                 return %o, %s : {x}, {h}\n}}"
            );
            cases.push(case(&format!("recurrence {name} {t}"), module, 12, 0.0));
        }
        let (k, v, s) = (
            format!("tensor<{t}x4xf32>"),
            format!("tensor<{t}x3xf32>"),
            "tensor<4x3xf32>",
        );
        let key = "affine_map<(t, k, v) -> (t, k)>";
        let value = "affine_map<(t, k, v) -> (t, v)>";
        let matrix = "affine_map<(t, k, v) -> (k, v)>";
        for (name, arguments, op, attribute, maps, types) in [
            (
                "gated attention",
                format!("%g: {k}, %k: {k}, %v: {v}, %q: {k}, %s: {s}"),
                "decay %g key %k value %v query %q state %s",
                "exponential, ",
                format!("{key}, {key}, {value}, {key}, {matrix}"),
                format!("{k}, {k}, {v}, {k}, {s}"),
            ),
            (
                "delta rule",
                format!("%d: tensor<{t}xf32>, %k: {k}, %v: {v}, %q: {k}, %r: {k}, %u: {k}"),
                "decay %d key %k value %v query %q erase %r, %u",
                "",
                format!("affine_map<(t, k, v) -> (t)>, {key}, {value}, {key}, {key}, {key}"),
                format!("tensor<{t}xf32>, {k}, {v}, {k}, {k}, {k}"),
            ),
            (
                "read before, with a bonus",
                format!("%d: {k}, %k: {k}, %v: {v}, %q: {k}, %e: tensor<4xf32>"),
                "decay %d key %k value %v query %q bonus %e read(before)",
                "",
                format!("{key}, {key}, {value}, {key}, affine_map<(t, k, v) -> (k)>"),
                format!("{k}, {k}, {v}, {k}, tensor<4xf32>"),
            ),
        ] {
            let module = format!(
                "func.func @f({arguments}) -> ({v}, {s}) {{\n\
                 %o, %l = fidelity.recurrence {op} {{{attribute}indexing_maps = [{maps}, {value}, {matrix}]}} : ({types}) -> ({v}, {s})\n\
                 return %o, %l : {v}, {s}\n}}"
            );
            cases.push(case(&format!("recurrence {name} {t}"), module, 64, 0.0));
        }
    }
    cases
}

/// What stands around the ops of the dialect, and weights that are constants.
fn around() -> Vec<Case> {
    let slices = "\
func.func @f(%x: tensor<4x6xf32>) -> (tensor<2x2xf32>, tensor<6xf32>, tensor<24xf32>) {
  %a = tensor.extract_slice %x[1, 1] [2, 2] [2, 3] : tensor<4x6xf32> to tensor<2x2xf32>
  %b = tensor.extract_slice %x[3, 0] [1, 6] [1, 1] : tensor<4x6xf32> to tensor<6xf32>
  %c = tensor.collapse_shape %x [[0, 1]] : tensor<4x6xf32> into tensor<24xf32>
  return %a, %b, %c : tensor<2x2xf32>, tensor<6xf32>, tensor<24xf32>
}";
    let generic = "\
func.func @f(%x: tensor<4x6xf32>, %y: tensor<6x4xf32>) -> tensor<6x4x2xf32> {
  %e = tensor.empty() : tensor<6x4x2xf32>
  %z = linalg.generic {
      indexing_maps = [affine_map<(a, b, c) -> (b, a)>, affine_map<(a, b, c) -> (a, b)>,
                       affine_map<(a, b, c) -> (a, b, c)>],
      iterator_types = [\"parallel\", \"parallel\", \"parallel\"]}
      ins(%x, %y : tensor<4x6xf32>, tensor<6x4xf32>) outs(%e : tensor<6x4x2xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %c = arith.constant 3.0 : f32
    %a = math.absf %p : f32
    %s = math.sqrt %a : f32
    %l = math.log1p %a : f32
    %n = arith.negf %q : f32
    %d = arith.divf %n, %c : f32
    %m = arith.maximumf %s, %d : f32
    %r = arith.minimumf %m, %l : f32
    linalg.yield %r : f32
  } -> tensor<6x4x2xf32>
  return %z : tensor<6x4x2xf32>
}";
    let calls = "\
func.func private @layer(%x: tensor<2x8xf32>, %w: tensor<3x8xi8>) -> tensor<2x3xf32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<2x8xf32>, tensor<3x8xi8>) -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
";
    // The signature of @f comes first, for the inputs.
    let calls = format!(
        "func.func @f(%x: tensor<2x8xf32>) -> (tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x3xf32>) {{
  %w = arith.constant dense<[[1, 0, -1, 1, 0, 1, 1, -1], [0, 1, 5, 0, -7, 0, 1, 0], [1, 1, 1, 1, 0, 0, 0, 0]]> : tensor<3x8xi8>
  %p = arith.constant dense_resource<packed> : tensor<4x8xi8, #fidelity.tensor<storage = packed2>>
  %d = arith.constant dense<-1> : tensor<3x8xi8, #fidelity.tensor<storage = packed5>>
  %s = arith.constant dense<[0.5, 2.0, -1.0]> : tensor<3xf32>
  %a = call @layer(%x, %w) : (tensor<2x8xf32>, tensor<3x8xi8>) -> tensor<2x3xf32>
  %b = fidelity.ternary_linear %x, %p : (tensor<2x8xf32>, tensor<4x8xi8, #fidelity.tensor<storage = packed2>>) -> tensor<2x4xf32>
  %c = fidelity.ternary_linear %x, %d scale %s : (tensor<2x8xf32>, tensor<3x8xi8, #fidelity.tensor<storage = packed5>>, tensor<3xf32>) -> tensor<2x3xf32>
  return %a, %b, %c : tensor<2x3xf32>, tensor<2x4xf32>, tensor<2x3xf32>
}}
{calls}
{{-#
  dialect_resources: {{
    builtin: {{
      packed: \"0x010000001912A48600021840\"
    }}
  }}
#-}}
"
    );
    vec![
        case("slices", slices.to_owned(), 1, 0.0),
        case("linalg.generic", generic.to_owned(), 6, 0.0),
        case("constants and calls", calls, 16, 0.0),
    ]
}
