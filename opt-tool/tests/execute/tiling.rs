//! Ops that are cut into tiles, and tiles that are fused, give what the whole
//! ops do.

use super::{CASES, Case, evaluate, run, storages, text_of};
use crate::cases::Allowed;
use fidelity_dialect::Storage;
use std::{collections::BTreeSet, io::Write};

/// The ops that loops put together from tiles. `pack` has tiles too, but only
/// where they are used: what loops put together has no storage.
const TILED: &[&str] = &[
    "fidelity.add",
    "fidelity.bit_linear",
    "fidelity.elu_plus_one",
    "fidelity.exp",
    "fidelity.gelu",
    "fidelity.multiply",
    "fidelity.quantize_activations",
    "fidelity.recurrence",
    "fidelity.relu",
    "fidelity.rms_norm",
    "fidelity.sigmoid",
    "fidelity.silu",
    "fidelity.softplus",
    "fidelity.squared_relu",
    "fidelity.ssm.output",
    "fidelity.ssm.state_update",
    "fidelity.subtract",
    "fidelity.swiglu",
    "fidelity.tanh",
    "fidelity.ternarize",
    "fidelity.ternary_accumulate",
    "fidelity.ternary_linear",
    "fidelity.transfer",
    "fidelity.zero_vector",
];

/// Sizes that divide few others, for the first loops of an op.
const SIZES: [&[usize]; 3] = [&[2], &[2, 3], &[2, 3, 4]];

/// A transform script in a file, and the passes that run it.
struct Script {
    _file: tempfile::NamedTempFile,
    pipeline: String,
}

impl Script {
    fn new(body: &str) -> Self {
        let mut file = tempfile::NamedTempFile::with_suffix(".mlir").expect("a file");
        write!(
            file,
            "module attributes {{transform.with_named_sequence}} {{
               transform.named_sequence @__transform_main(%root: !transform.any_op {{transform.readonly}}) {{
                 {body}
                 transform.yield
               }}
             }}"
        )
        .expect("a script");
        let pipeline = format!(
            "transform-preload-library{{transform-library-paths={}}},transform-interpreter",
            file.path().display()
        );
        Self {
            _file: file,
            pipeline,
        }
    }

    /// Cuts each op that has so many loops.
    fn tile_all(sizes: &[usize]) -> Self {
        let loops = vec!["!transform.any_op"; sizes.len() + 1].join(", ");
        Self::new(&format!(
            "%all = transform.structured.match ops{{{TILED:?}}} in %root : (!transform.any_op) -> !transform.any_op
             transform.foreach %all : !transform.any_op {{
             ^bb0(%each: !transform.any_op):
               transform.sequence %each : !transform.any_op failures(suppress) {{
               ^bb1(%op: !transform.any_op):
                 %tiled, %loops:{} = transform.structured.tile_using_for %op tile_sizes {sizes:?} : (!transform.any_op) -> ({loops})
               }}
             }}",
            sizes.len()
        ))
    }
}

/// Whether a case is about ops that have tiles.
fn is_tiled(case: &Case) -> bool {
    let ops = case.module.split("fidelity.").skip(1);
    let names = ops.map(|rest| rest.split([' ', '<']).next().unwrap_or_default());
    case.floats.contains(&"f32")
        && names
            .filter(|name| *name != "tensor")
            .all(|name| TILED.contains(&format!("fidelity.{name}").as_str()))
}

/// What an op says that has a loop which is not cut.
const UNCUT: &str = "expected tiles with all of loop";

/// The cases of such ops, the ops cut along one loop, two and three.
#[test]
fn tiles_agree_with_the_reference() {
    let mut failures = Vec::new();
    let mut tiled = BTreeSet::new();
    let mut refused = 0;
    for case in CASES.iter().filter(|case| is_tiled(case)) {
        for &storage in storages(case, "f32") {
            let text = text_of(case, "f32", storage);
            for sizes in SIZES {
                let script = Script::tile_all(sizes);
                let name = format!("{}, {storage}, tiles of {sizes:?}", case.name);
                let outcome = evaluate::ops_in_loops(&text, &script.pipeline).and_then(|ops| {
                    if ops.is_empty() {
                        return Ok(0);
                    }
                    tiled.extend(ops);
                    run(case, "f32", &text, &[&script.pipeline])
                });
                match outcome {
                    Ok(_) => {}
                    Err(message) if message.contains(UNCUT) => refused += 1,
                    Err(message) => failures.push(format!("{name}: {message}")),
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    let tiled: Vec<&str> = tiled.iter().map(String::as_str).collect();
    pretty_assertions::assert_eq!(tiled, TILED);
    assert!(refused > 0, "each op was cut along each loop");
}

/// A module, a script that fuses its ops, and the ops that are in loops then.
struct Fusion {
    case: Case,
    script: &'static str,
    in_loops: &'static [&'static str],
}

const FUSIONS: &[Fusion] = &[
    Fusion {
        case: Case {
            name: "a layer",
            module: "func.func @f(%x: tensor<?x12xF>, %n: tensor<12xF>, %w: tensor<?x12xi8, #fidelity.tensor<storage = PACKED>>, %s: tensor<?xF>, %b: tensor<?xF>) -> tensor<?x?xF> {
              %r = fidelity.rms_norm %x weight %n : (tensor<?x12xF>, tensor<12xF>) -> tensor<?x12xF>
              %y = fidelity.ternary_linear %r, %w scale %s : (tensor<?x12xF>, tensor<?x12xi8, #fidelity.tensor<storage = PACKED>>, tensor<?xF>) -> tensor<?x?xF>
              %z = fidelity.add %y, %b : (tensor<?x?xF>, tensor<?xF>) -> tensor<?x?xF>
              %a = fidelity.silu %z : tensor<?x?xF>
              return %a : tensor<?x?xF>
            }",
            calls: &[
                &[&[0, 12], &[12], &[3, 12], &[3], &[3]],
                &[&[1, 12], &[12], &[1, 12], &[1], &[1]],
                &[&[5, 12], &[12], &[7, 12], &[7], &[7]],
            ],
            allowed: Allowed::Roundings(64),
            floats: &["f32"],
        },
        // The norm is computed once for a tile of rows, the others for each tile.
        script: r#"
            %silu = transform.structured.match ops{["fidelity.silu"]} in %root : (!transform.any_op) -> !transform.any_op
            %add = transform.structured.match ops{["fidelity.add"]} in %root : (!transform.any_op) -> !transform.any_op
            %linear = transform.structured.match ops{["fidelity.ternary_linear"]} in %root : (!transform.any_op) -> !transform.any_op
            %norm = transform.structured.match ops{["fidelity.rms_norm"]} in %root : (!transform.any_op) -> !transform.any_op
            %tiled, %rows, %columns = transform.structured.tile_using_for %silu tile_sizes [2, 3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
            %a, %c1 = transform.structured.fuse_into_containing_op %add into %columns : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
            %b, %c2 = transform.structured.fuse_into_containing_op %linear into %c1 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
            %c, %c3 = transform.structured.fuse_into_containing_op %norm into %c2 : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)"#,
        in_loops: &[
            "fidelity.rms_norm",
            "fidelity.ternary_linear",
            "fidelity.add",
            "fidelity.silu",
        ],
    },
    Fusion {
        case: Case {
            name: "a part of a row of which the whole is needed",
            module: "func.func @f(%x: tensor<?x?xF>, %b: tensor<?xF>) -> tensor<?x?xF> {
              %r = fidelity.rms_norm %x : (tensor<?x?xF>) -> tensor<?x?xF>
              %z = fidelity.add %r, %b : (tensor<?x?xF>, tensor<?xF>) -> tensor<?x?xF>
              return %z : tensor<?x?xF>
            }",
            calls: &[&[&[0, 4], &[4]], &[&[1, 1], &[1]], &[&[3, 11], &[11]]],
            allowed: Allowed::Roundings(64),
            floats: &["f32"],
        },
        script: r#"
            %add = transform.structured.match ops{["fidelity.add"]} in %root : (!transform.any_op) -> !transform.any_op
            %norm = transform.structured.match ops{["fidelity.rms_norm"]} in %root : (!transform.any_op) -> !transform.any_op
            %tiled, %rows, %columns = transform.structured.tile_using_for %add tile_sizes [2, 3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
            %a, %c = transform.structured.fuse_into_containing_op %norm into %columns : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)"#,
        in_loops: &["fidelity.rms_norm", "fidelity.add"],
    },
    Fusion {
        case: Case {
            name: "a destination",
            module: "func.func @f(%x: tensor<?xF>, %w: tensor<?x?xi8>) -> tensor<?xF> {
              %c0 = arith.constant 0 : index
              %n = tensor.dim %w, %c0 : tensor<?x?xi8>
              %zero = fidelity.zero_vector %n : tensor<?xF>
              %y = fidelity.ternary_accumulate %x, %w, %zero : (tensor<?xF>, tensor<?x?xi8>, tensor<?xF>) -> tensor<?xF>
              return %y : tensor<?xF>
            }",
            calls: &[&[&[5], &[0, 5]], &[&[0], &[2, 0]], &[&[9], &[7, 9]]],
            allowed: Allowed::Roundings(64),
            floats: &["f32"],
        },
        script: r#"
            %product = transform.structured.match ops{["fidelity.ternary_accumulate"]} in %root : (!transform.any_op) -> !transform.any_op
            %zero = transform.structured.match ops{["fidelity.zero_vector"]} in %root : (!transform.any_op) -> !transform.any_op
            %tiled, %rows = transform.structured.tile_using_forall %product tile_sizes [3] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
            %a, %c = transform.structured.fuse_into_containing_op %zero into %rows : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
            %inner, %loop = transform.structured.tile_using_for %tiled tile_sizes [0, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)"#,
        in_loops: &["fidelity.zero_vector", "fidelity.ternary_accumulate"],
    },
    Fusion {
        case: Case {
            name: "all that an op is made of",
            module: "func.func @f(%x: tensor<?x12xF>, %g: tensor<7x12xi8>, %u: tensor<7x12xi8>) -> tensor<?x7xF> {
              %q, %s = fidelity.quantize_activations %x : (tensor<?x12xF>) -> (tensor<?x12xi8>, tensor<?x1xf32>)
              %a = fidelity.ternary_linear %x, %g : (tensor<?x12xF>, tensor<7x12xi8>) -> tensor<?x7xF>
              %b = fidelity.ternary_linear %x, %u : (tensor<?x12xF>, tensor<7x12xi8>) -> tensor<?x7xF>
              %c = fidelity.swiglu %a, %b : (tensor<?x7xF>, tensor<?x7xF>) -> tensor<?x7xF>
              %d = fidelity.multiply %c, %s : (tensor<?x7xF>, tensor<?x1xF>) -> tensor<?x7xF>
              return %d : tensor<?x7xF>
            }",
            calls: &[
                &[&[0, 12], &[7, 12], &[7, 12]],
                &[&[1, 12], &[7, 12], &[7, 12]],
                &[&[5, 12], &[7, 12], &[7, 12]],
            ],
            allowed: Allowed::Roundings(64),
            floats: &["f32"],
        },
        script: r#"
            %last = transform.structured.match ops{["fidelity.multiply"]} in %root : (!transform.any_op) -> !transform.any_op
            %fused, %loops:2 = transform.structured.fuse %last tile_sizes [2, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)"#,
        in_loops: &[
            "fidelity.quantize_activations",
            "fidelity.ternary_linear",
            "fidelity.ternary_linear",
            "fidelity.swiglu",
            "fidelity.multiply",
        ],
    },
];

#[test]
fn fused_tiles_agree_with_the_reference() {
    for fusion in FUSIONS {
        let script = Script::new(fusion.script);
        for &storage in storages(&fusion.case, "f32") {
            check_fusion(fusion, &script, storage)
                .unwrap_or_else(|error| panic!("{}, {storage}: {error}", fusion.case.name));
        }
    }
}

fn check_fusion(fusion: &Fusion, script: &Script, storage: Storage) -> Result<(), String> {
    let text = text_of(&fusion.case, "f32", storage);
    let mut ops = evaluate::ops_in_loops(&text, &script.pipeline)?;
    let mut expected: Vec<String> = fusion.in_loops.iter().map(|&op| op.to_owned()).collect();
    ops.sort();
    expected.sort();
    if ops != expected {
        return Err(format!("expected {expected:?} in loops, but got {ops:?}"));
    }
    run(&fusion.case, "f32", &text, &[&script.pipeline]).map(drop)
}
